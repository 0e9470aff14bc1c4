"""The rose: a picture in the middle, and around it what one step in each of up to eight directions would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.colour import with_alpha
from studio.widgets.picture_painting import (
    Scaled,
    fitted,
    paint_awaited,
    paint_frame,
    paint_picture,
    paint_progress,
)
from studio.widgets.rose_places import LABEL_PX, PETALS, middle_box, petal_box
from studio.widgets.theme import Canvas, ThemeHub, font, paint_focus

LOOK_MS = 220
"""How long the pointer rests on a petal before it is shown large."""
_ARROWS = {
    Qt.Key.Key_Up: 90.0,
    Qt.Key.Key_Right: 0.0,
    Qt.Key.Key_Down: 270.0,
    Qt.Key.Key_Left: 180.0,
}


@dataclass(frozen=True)
class Petal:
    """One step: `key` names it, `label` and `hint` are for the user. One that `goes_far` leaves the usable range."""

    key: str
    label: str
    hint: str = ""
    goes_far: bool = False


class RoseView(Canvas):
    """Shows the rose; petals stand in pairs of opposites: above and below, right and left, then the diagonals.

    `chosen` carries the key of the petal that the user goes to, `looked` that of the one shown large in the middle ("":
    none any more). `middlePressed` tells that the hand holds the middle picture, and `middleReleased` that it let go.
    `menuRequested` carries a key ("" for the middle) and a place on the screen. Arrows and the digits 1 to 8 pick a
    petal, Return goes there, Escape looks away.
    """

    chosen = Signal(str)
    looked = Signal(str)
    middlePressed = Signal()
    middleReleased = Signal()
    menuRequested = Signal(str, QPointF)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._petals: tuple[Petal, ...] = ()
        self._pictures: dict[str, Scaled] = {}
        self._middle = Scaled()
        self._looks: dict[str, Scaled] = {}
        self._stale: set[str] = set()
        self._progress: float | None = None
        self._hovered = ""
        self._picked = ""
        self._shown = ""  # the petal that is shown in the middle
        self._held = False
        self._words = ""
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(lambda: self._show(self._hovered))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("The picture and one step in each direction")
        self._describe()

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def petals(self) -> tuple[Petal, ...]:
        """The steps around the picture."""
        return self._petals

    @property
    def picked(self) -> str:
        """The key of the petal that the keyboard holds, "" for the middle."""
        return self._picked

    @property
    def shown(self) -> str:
        """The key of the petal that is shown large, "" for none."""
        return self._shown

    def set_petals(self, petals: Sequence[Petal]) -> None:
        """Show other steps; the pictures of those that were there already stay until they are replaced."""
        self._petals = tuple(petals)[:PETALS]
        keys = {petal.key for petal in self._petals}
        self._pictures = {key: picture for key, picture in self._pictures.items() if key in keys}
        self._stale &= keys
        if self._picked not in keys:
            self._picked = ""
        if self._shown not in keys:
            self._show("")
        if self._hovered not in keys:
            self._hovered = ""
        self._describe()
        self.update()

    def set_middle(self, image: QImage | None) -> None:
        """Show a picture in the middle."""
        self._middle = Scaled(image)
        self.update()

    def set_picture(self, key: str, image: QImage | None) -> None:
        """Show what a step would give; None while it is on its way: what was there before stays, faint, so long."""
        known = self._pictures.get(key)
        if image is None:
            self._stale.add(key)
            if self._shown == key:
                self._show("")
        else:
            self._stale.discard(key)
            if known is None or known.image is not image:
                self._looks.pop(key, None)
                self._pictures[key] = Scaled(image)
        self.update()

    def forget_pictures(self) -> None:
        """All steps are on their way again."""
        self._pictures.clear()
        self._looks.clear()
        self._stale.clear()
        self.update()

    def picture_of(self, key: str) -> QImage | None:
        """The picture of a step, None while it is on its way."""
        found = self._pictures.get(key)
        return found.image if found is not None and key not in self._stale else None

    @property
    def image(self) -> QImage | None:
        """The picture in the middle."""
        return self._middle.image

    def set_progress(self, fraction: float | None) -> None:
        """Say how far the picture in the middle is, None when it is whole."""
        if fraction != self._progress:
            self._progress = fraction
            self.update()

    def set_words(self, words: str) -> None:
        """A line under the picture in the middle."""
        if words != self._words:
            self._words = words
            self.update()

    def _petal(self, key: str) -> Petal | None:
        return next((petal for petal in self._petals if petal.key == key), None)

    def _describe(self) -> None:
        picked = self._petal(self._picked)
        told = f"{picked.label}: Return goes there" if picked is not None else "the present picture"
        self.setAccessibleDescription(f"{told}; {len(self._petals)} steps around it")

    # -- geometry ------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As large as can be."""
        return QSize(720, 560)

    def minimumSizeHint(self) -> QSize:
        """A rose that can still be read."""
        return QSize(340, 300)

    def middle_box(self) -> QRectF:
        """The place of the middle picture."""
        return middle_box(QSizeF(self.size()))

    def box_of(self, key: str) -> QRectF:
        """The place of a petal's picture."""
        places = [petal.key for petal in self._petals]
        return self._box(places.index(key)) if key in places else QRectF()

    def _box(self, place: int) -> QRectF:
        return petal_box(QSizeF(self.size()), place)

    def _key_at(self, place: QPointF) -> str | None:
        """The petal under `place`, "" for the middle, None for nothing."""
        for index, petal in enumerate(self._petals):
            if self._box(index).adjusted(-2, -2, 2, LABEL_PX).contains(place):
                return petal.key
        return "" if self.middle_box().contains(place) else None

    # -- looking and going ---------------------------------------------------------------------------------------------

    def _show(self, key: str) -> None:
        if key and (key not in self._pictures or key in self._stale):
            key = ""
        if key != self._shown:
            self._shown = key
            self.looked.emit(key)
            self.update()

    def _hover(self, key: str) -> None:
        if key == self._hovered:
            return
        self._hovered = key
        petal = self._petal(key)
        self.setCursor(Qt.CursorShape.PointingHandCursor if petal is not None else Qt.CursorShape.ArrowCursor)
        self.setToolTip(petal.hint if petal is not None else "")
        if petal is None:
            self._look.stop()
            self._show("")
        else:
            self._look.start()
        self.update()

    def _go(self, key: str) -> None:
        if self._petal(key) is not None:
            self._look.stop()
            self._show("")
            self.chosen.emit(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look at what lies under the pointer."""
        self._hover(self._key_at(event.position()) or "")

    def leaveEvent(self, event: QEvent) -> None:
        """Look away."""
        super().leaveEvent(event)
        self._hover("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a petal, or hold the middle."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        key = self._key_at(event.position())
        if key:
            self._go(key)
        elif key == "":
            self._held = True
            self.middlePressed.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the middle go."""
        if event.button() == Qt.MouseButton.LeftButton and self._held:
            self._held = False
            self.middleReleased.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for what can be done with what lies under the pointer."""
        key = self._key_at(QPointF(event.pos()))
        if key is not None:
            self.menuRequested.emit(key, QPointF(event.globalPos()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick, look, go."""
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ARROWS and plain:
            self._pick(self._nearest(_ARROWS[key]))
        elif plain and event.text() in tuple("12345678") and int(event.text()) <= len(self._petals):
            self._pick(self._petals[int(event.text()) - 1].key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self._picked:
            self._go(self._picked)
        elif key == Qt.Key.Key_Escape and self._picked:
            self._pick("")
        else:
            super().keyPressEvent(event)

    def _nearest(self, angle: float) -> str:
        """The petal that an arrow towards `angle` leads to from the picked one; "" is the middle."""
        wish = QPointF(math.cos(math.radians(angle)), -math.sin(math.radians(angle)))
        here = self.box_of(self._picked).center() if self._picked else self.middle_box().center()
        best, shortest = self._picked, math.inf
        for key in ("", *(petal.key for petal in self._petals)):
            if key == self._picked:
                continue
            there = (self.box_of(key) if key else self.middle_box()).center()
            way = there - here
            along = QPointF.dotProduct(way, wish)
            aside = abs(way.x() * wish.y() - way.y() * wish.x())
            if along > 1 and along + 2.2 * aside < shortest and aside <= along * 1.6:
                best, shortest = key, along + 2.2 * aside
        return best

    def _pick(self, key: str) -> None:
        self._picked = key
        self.focus_shown = True
        self._show(key)
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Look away."""
        super().focusOutEvent(event)
        if self._picked and event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self._pick("")
            self.focus_shown = False

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint threads, petals and the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.middle_box()
        painter.setPen(QPen(with_alpha(self.hub.theme.text3, 0.28), 1.0, Qt.PenStyle.DotLine))
        for index in range(len(self._petals)):
            painter.drawLine(QLineF(middle.center(), self._box(index).center()))
        for index, petal in enumerate(self._petals):
            self._paint_petal(painter, index, petal)
        self._paint_middle(painter, middle)

    def _paint_petal(self, painter: QPainter, index: int, petal: Petal) -> None:
        theme, box = self.hub.theme, self._box(index)
        known = self._pictures.get(petal.key)
        painter.fillRect(box.adjusted(-3, -3, 3, 3), theme.window)
        place = fitted(known.image, box) if known is not None and known.image is not None else box
        painter.setOpacity(0.35 if petal.key in self._stale else 1.0)
        if known is None or not paint_picture(painter, known, place):
            painter.setOpacity(1.0)
            paint_awaited(painter, theme, box)
        painter.setOpacity(1.0)
        is_near = petal.key in (self._hovered, self._shown)
        if is_near:
            paint_frame(painter, place, self.hub.accent_mark, 1.5)
        if petal.key == self._picked and self.focus_shown:
            paint_focus(painter, place.adjusted(-4, -4, 4, 4), self.hub, 9)
        painter.setFont(font("small"))
        painter.setPen(theme.warning if petal.goes_far else theme.text if is_near else theme.text2)
        words = f"{petal.label} · may break" if petal.goes_far and is_near else petal.label
        metrics = QFontMetricsF(painter.font())
        line = QRectF(box.left() - 24, place.bottom() + 2, box.width() + 48, LABEL_PX)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, line.width())
        back = QRectF(0, 0, metrics.horizontalAdvance(shown) + 8, LABEL_PX)
        back.moveCenter(line.center())
        painter.fillRect(back, theme.window)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)

    def _paint_middle(self, painter: QPainter, box: QRectF) -> None:
        theme = self.hub.theme
        looked = self._large(self._shown)
        picture = looked if looked is not None else self._middle
        place = fitted(picture.image, box) if picture.image is not None else box
        painter.fillRect(box.adjusted(-4, -4, 4, 4), theme.window)
        if not paint_picture(painter, picture, place, 8):
            paint_awaited(painter, theme, box, 8)
        accent = self.hub.accent_mark
        paint_frame(painter, place, with_alpha(accent, 0.55) if self._shown else accent, 2.0, 8)
        paint_progress(painter, self.hub, place, self._progress if not self._shown else None)
        petal = self._petal(self._shown)
        words = f"a look at {petal.label}" if petal is not None else self._words
        painter.setFont(font("small"))
        painter.setPen(theme.text2)
        line = QRectF(box.left() - 20, place.bottom() + 4, box.width() + 40, LABEL_PX)
        shown = QFontMetricsF(painter.font()).elidedText(words, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)

    def _large(self, key: str) -> Scaled | None:
        """A petal's picture for the middle, scaled apart from the small one."""
        known = self._pictures.get(key)
        if known is None:
            return None
        if key not in self._looks:
            self._looks[key] = Scaled(known.image)
        return self._looks[key]
