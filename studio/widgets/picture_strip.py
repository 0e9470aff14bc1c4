"""A row of pictures along one way, with the place of now; a click goes there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.picture_painting import Scaled, paint_awaited, paint_frame, paint_picture
from studio.widgets.theme import Canvas, ThemeHub, font, paint_focus

GAP_PX = 6.0
LABEL_PX = 16.0
MOST_SIDE_PX = 112.0
HEIGHT_PX = 98


class PictureStrip(Canvas):
    """Pictures at places along a way, from least to most; `here` lies among them as a mark.

    `chosen` carries the number of the picture that was clicked; `looked` that of the one under the pointer, -1 for
    none.
    """

    chosen = Signal(int)
    looked = Signal(int)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._labels: tuple[str, ...] = ()
        self._pictures: list[Scaled] = []
        self._stale: set[int] = set()
        self._here = -1.0
        self._hovered = -1
        self._picked = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName("Pictures along the direction")

    def __len__(self) -> int:
        """How many places it has."""
        return len(self._labels)

    def set_places(self, labels: Sequence[str]) -> None:
        """Say which places there are; their pictures are on their way."""
        if tuple(labels) != self._labels:
            self._labels = tuple(labels)
            self._pictures = [Scaled() for _ in self._labels]
            self._picked = self._hovered = -1
            self.update()

    def set_pictures(self, images: Sequence[QImage | None]) -> None:
        """Show the pictures that are there, by their places; one that is None is on its way, and the old one faint."""
        for place, image in enumerate(images[: len(self._pictures)]):
            self._stale.discard(place)
            if image is None:
                self._stale.add(place)
            elif image is not self._pictures[place].image:
                self._pictures[place] = Scaled(image)
        self.update()

    def forget(self) -> None:
        """All pictures are on their way again."""
        self._pictures = [Scaled() for _ in self._labels]
        self.update()

    def picture(self, place: int) -> QImage | None:
        """The picture at a place, None while it is on its way."""
        is_there = 0 <= place < len(self._pictures) and place not in self._stale
        return self._pictures[place].image if is_there else None

    def set_here(self, place: float) -> None:
        """Mark where the picture in view stands, between 0 and the last place; -1 for nowhere."""
        if place != self._here:
            self._here = place
            self._describe()
            self.update()

    def _describe(self) -> None:
        nearest = round(self._here)
        told = self._labels[nearest] if 0 <= nearest < len(self._labels) else "nowhere on it"
        self.setAccessibleDescription(f"{len(self._labels)} pictures; the one in view is at {told}")

    def sizeHint(self) -> QSize:
        """A row."""
        return QSize(720, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Small pictures."""
        return QSize(300, HEIGHT_PX)

    def box(self, place: int) -> QRectF:
        """The place of a picture."""
        count = max(len(self._labels), 1)
        side = min((self.width() - (count - 1) * GAP_PX - 4) / count, self.height() - LABEL_PX - 8, MOST_SIDE_PX)
        whole = count * side + (count - 1) * GAP_PX
        return QRectF((self.width() - whole) / 2 + place * (side + GAP_PX), 4, side, side)

    def _at(self, where: QPointF) -> int:
        return next((place for place in range(len(self._labels)) if self.box(place).contains(where)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look."""
        self._hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Look away."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
            self.setToolTip(f"Go to {self._labels[place]}" if place >= 0 else "")
            self.looked.emit(place)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.chosen.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right pick, Return goes there."""
        key, last = event.key(), len(self._labels) - 1
        if last >= 0 and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            begin = self._picked if self._picked >= 0 else min(max(round(self._here), 0), last)
            self._picked = min(max(begin + (1 if key == Qt.Key.Key_Right else -1), 0), last)
            self.focus_shown = True
            self.looked.emit(self._picked)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._picked >= 0:
            self.chosen.emit(self._picked)
        elif key == Qt.Key.Key_Escape and self._picked >= 0:
            self._picked = -1
            self.looked.emit(-1)
            self.update()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint pictures, words and the mark of now."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        nearest = round(self._here) if self._here >= 0 else -1
        for place, (label, picture) in enumerate(zip(self._labels, self._pictures, strict=True)):
            box = self.box(place)
            painter.setOpacity(0.35 if place in self._stale else 1.0)
            if not paint_picture(painter, picture, box, 4):
                painter.setOpacity(1.0)
                paint_awaited(painter, theme, box, 4)
            painter.setOpacity(1.0)
            is_exact = place == nearest and abs(self._here - nearest) < 0.02
            if is_exact:
                paint_frame(painter, box, self.hub.accent_mark, 2, 4)
            elif place == self._hovered:
                paint_frame(painter, box, theme.text2, 1, 4)
            if place == self._picked and self.focus_shown:
                paint_focus(painter, box.adjusted(-3, -3, 3, 3), self.hub, 6)
            painter.setFont(font("tiny"))
            painter.setPen(theme.text if place in (nearest, self._hovered) else theme.text3)
            painter.drawText(
                QRectF(box.left(), box.bottom() + 3, box.width(), LABEL_PX), Qt.AlignmentFlag.AlignCenter, label
            )
        if len(self._labels) > 1 and 0 <= self._here <= len(self._labels) - 1:
            self._paint_here(painter)

    def _paint_here(self, painter: QPainter) -> None:
        low = min(int(self._here), len(self._labels) - 2)
        begin, end = self.box(low).center().x(), self.box(low + 1).center().x()
        x = begin + (end - begin) * (self._here - low)
        bottom = self.box(low).bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.hub.accent_mark)
        painter.drawRoundedRect(QRectF(x - 8, bottom + 2, 16, 3), 1.5, 1.5)
