"""The way that was taken, as words in a line, with the branches that lead elsewhere; a click goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from studio.widgets.colour import with_alpha
from studio.widgets.theme import Canvas, ThemeHub, font, paint_focus

HEIGHT_PX = 26
PAD_PX = 6.0
ARROW_PX = 14.0
MOST_PX = 150.0


@dataclass(frozen=True)
class TrailStop:
    """One place on the way: its `parent` is the stop it was reached from, "" for the first."""

    id: str
    label: str
    parent: str = ""


def way_to(stops: Sequence[TrailStop], here: str) -> tuple[TrailStop, ...]:
    """The stops from the first to `here`."""
    known = {stop.id: stop for stop in stops}
    way: list[TrailStop] = []
    at = known.get(here)
    while at is not None and at not in way:
        way.append(at)
        at = known.get(at.parent)
    return tuple(reversed(way))


def onward(stops: Sequence[TrailStop], here: str) -> tuple[TrailStop, ...]:
    """Where one went on from `here` before: its last branch, to the end."""
    way: list[TrailStop] = []
    at = here
    while True:
        after = [stop for stop in stops if stop.parent == at and stop not in way]
        if not after:
            return tuple(way)
        way.append(after[-1])
        at = after[-1].id


class TrailBar(Canvas):
    """Shows the way to `here`, and faintly where it went on before; a stop with other branches has a number.

    `chosen` carries the id of the stop to go to. Left and Right walk, Return goes, Down opens the branches.
    """

    chosen = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._stops: tuple[TrailStop, ...] = ()
        self._here = ""
        self._hovered = -1
        self._picked = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName("The trail")

    @property
    def here(self) -> str:
        """The id of the stop in view."""
        return self._here

    def set_stops(self, stops: Sequence[TrailStop], here: str) -> None:
        """Show stops, and which of them is in view."""
        self._stops, self._here = tuple(stops), here
        self._hovered = self._picked = -1
        words = " › ".join(stop.label for stop in way_to(self._stops, here))
        self.setAccessibleDescription(words or "no step was taken yet")
        self.update()

    def shown(self) -> tuple[TrailStop, ...]:
        """The stops in the line: those to here, then where it went on before."""
        return (*way_to(self._stops, self._here), *onward(self._stops, self._here))

    def branches(self, stop: str) -> tuple[TrailStop, ...]:
        """The stops reached from `stop` that are not in the line."""
        line = {one.id for one in self.shown()}
        return tuple(one for one in self._stops if one.parent == stop and one.id not in line)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(400, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """The last stop."""
        return QSize(120, HEIGHT_PX)

    # -- geometry ------------------------------------------------------------------------------------------------------

    def _layout(self) -> list[tuple[TrailStop, str, QRectF, QRectF]]:
        """What is drawn: stop, its words, its box, and the box of its branches (empty where there are none).

        A way that is too long loses its beginning, so that the stop in view is always there.
        """
        metrics = QFontMetricsF(font("strong"))
        small = QFontMetricsF(font("tiny"))
        boxes: list[tuple[TrailStop, str, float, float]] = []
        for stop in self.shown():
            words = metrics.elidedText(stop.label, Qt.TextElideMode.ElideRight, MOST_PX)
            count = len(self.branches(stop.id))
            mark = small.horizontalAdvance(f"⑂{count}") + 8 if count else 0.0
            boxes.append((stop, words, metrics.horizontalAdvance(words) + 2 * PAD_PX, mark))
        here = next((place for place, (stop, *_) in enumerate(boxes) if stop.id == self._here), 0)
        first = 0
        while first < here and sum(w + m + ARROW_PX for _, _, w, m in boxes[first : here + 1]) > self.width() - 20:
            first += 1
        x = 0.0 if not first else 22.0
        found: list[tuple[TrailStop, str, QRectF, QRectF]] = []
        for stop, words, width, mark in boxes[first:]:
            if x + width + mark > self.width() and found:
                break
            box = QRectF(x, 2, width, HEIGHT_PX - 4)
            found.append((stop, words, box, QRectF(box.right(), 2, mark, HEIGHT_PX - 4)))
            x += width + mark + ARROW_PX
        return found

    # -- the hand ------------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what a click does."""
        where, hovered = event.position(), -1
        for place, (stop, _, box, mark) in enumerate(self._layout()):
            if box.contains(where) or mark.contains(where):
                hovered = place
                away = "Other ways from here" if mark.contains(where) else f"Go back to {stop.label}"
                self.setToolTip("" if stop.id == self._here and box.contains(where) else away)
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.PointingHandCursor if hovered >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a stop, or open its branches."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        for stop, _, box, mark in self._layout():
            if mark.contains(event.position()):
                self._open_branches(stop.id, mark.bottomLeft())
                return
            if box.contains(event.position()) and stop.id != self._here:
                self.chosen.emit(stop.id)
                return

    def branch_menu(self, stop: str) -> QMenu:
        """The menu of the other ways from a stop."""
        menu = QMenu(self)
        for branch in self.branches(stop):
            way = (branch, *onward(self._stops, branch.id))
            words = " › ".join(one.label for one in way[:3]) + (" › …" if len(way) > 3 else "")
            menu.addAction(words, lambda one=way[-1].id: self.chosen.emit(one))
        return menu

    def _open_branches(self, stop: str, place: QPointF) -> None:
        menu = self.branch_menu(stop)
        menu.exec(self.mapToGlobal(QPoint(int(place.x()), HEIGHT_PX)))
        menu.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the line."""
        line = self.shown()
        places = [stop.id for stop in line]
        at = self._picked if self._picked >= 0 else places.index(self._here) if self._here in places else -1
        key = event.key()
        if places and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._picked = min(max(at + (1 if key == Qt.Key.Key_Right else -1), 0), len(places) - 1)
            self.focus_shown = True
            self.update()
        elif places and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at >= 0:
            if places[at] != self._here:
                self.chosen.emit(places[at])
        elif places and key == Qt.Key.Key_Down and at >= 0 and self.branches(places[at]):
            self._open_branches(places[at], QPointF(0, 0))
        else:
            super().keyPressEvent(event)

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        align = Qt.AlignmentFlag.AlignCenter
        line = self.shown()
        laid = self._layout()
        picked = line[self._picked].id if 0 <= self._picked < len(line) else ""
        if laid and laid[0][0] != line[0]:
            painter.setPen(theme.text3)
            painter.drawText(QRectF(0, 2, 20, HEIGHT_PX - 4), align, "…")
        is_past = True
        for place, (stop, words, box, mark) in enumerate(laid):
            is_here = stop.id == self._here
            if place == self._hovered and not is_here:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.raised)
                painter.drawRoundedRect(box, 5, 5)
            painter.setFont(font("strong" if is_here else "body"))
            painter.setPen(theme.text if is_here else theme.text2 if is_past else with_alpha(theme.text3, 0.75))
            painter.drawText(box, align, words)
            if is_here:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.hub.accent_mark)
                under = QRectF(box.left() + PAD_PX, box.bottom() - 1, box.width() - 2 * PAD_PX, 2)
                painter.drawRoundedRect(under, 1, 1)
            if mark.width():
                painter.setFont(font("tiny"))
                painter.setPen(self.hub.accent_text)
                painter.drawText(mark, align, f"⑂{len(self.branches(stop.id))}")
            if place + 1 < len(laid):
                painter.setFont(font("small"))
                painter.setPen(theme.text3)
                painter.drawText(QRectF(mark.right(), 2, ARROW_PX, HEIGHT_PX - 5), align, "›")
            if stop.id == picked and self.focus_shown:
                paint_focus(painter, box, self.hub, 5)
            is_past = is_past and not is_here
