"""Rows of small pictures that show what a direction does: each column one amount, each row one way of doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.picture_painting import Scaled, paint_awaited, paint_picture
from studio.widgets.theme import Canvas, ThemeHub, font

GAP_PX = 4.0
TITLE_PX = 16.0
LABEL_PX = 15.0
CORNER = 4.0


@dataclass(frozen=True, eq=False)
class StripRow:
    """One row: what it is called ("" for no words above it), and its pictures, None for those on their way."""

    title: str = ""
    images: Sequence[QImage | None] = field(default_factory=tuple)


class EffectStrip(Canvas):
    """Shows rows of pictures over the same labels; its height follows its width. `most_px` bounds a picture's side."""

    def __init__(self, hub: ThemeHub, labels: Sequence[str], most_px: float, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._labels = tuple(labels)
        self._most_px = most_px
        self._titles: tuple[str, ...] = ("",)
        self._pictures: list[list[Scaled]] = [[Scaled() for _ in self._labels]]
        self._is_stale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What the direction does")
        self._fit()

    @property
    def rows(self) -> tuple[str, ...]:
        """The titles of the rows."""
        return self._titles

    def images(self, row: int = 0) -> list[QImage | None]:
        """The pictures of a row."""
        return [picture.image for picture in self._pictures[row]]

    def set_rows(self, rows: Sequence[StripRow]) -> None:
        """Show these rows; pictures that a row lacks are on their way."""
        self._titles = tuple(row.title for row in rows)
        self._pictures = [
            [Scaled(row.images[place] if place < len(row.images) else None) for place in range(len(self._labels))]
            for row in rows
        ]
        self._is_stale = False
        self._describe()
        self._fit()
        self.update()

    def set_labels(self, labels: Sequence[str]) -> None:
        """Name the columns anew; there are as many as before."""
        if tuple(labels) != self._labels:
            self._labels = tuple(labels)
            self._describe()
            self.update()

    def set_most(self, most_px: float) -> None:
        """Let pictures be as large as this at most."""
        if most_px != self._most_px:
            self._most_px = most_px
            self._fit()
            self.update()

    def set_stale(self, is_stale: bool) -> None:
        """Show that newer pictures are on their way: those of before are faint."""
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self.update()

    def _describe(self) -> None:
        told = "; ".join(title for title in self._titles if title)
        self.setAccessibleDescription(f"Pictures at {', '.join(self._labels)}{f': {told}' if told else ''}")

    # -- geometry ------------------------------------------------------------------------------------------------------

    @property
    def side_px(self) -> float:
        """The side of a picture."""
        count = len(self._labels)
        return max(16.0, min(self._most_px, (self.width() - GAP_PX * (count - 1)) / count))

    def _row_px(self, row: int) -> float:
        return self.side_px + GAP_PX + (TITLE_PX if self._titles[row] else 0.0)

    def box(self, row: int, place: int) -> QRectF:
        """The place of a picture."""
        top = sum(self._row_px(before) for before in range(row)) + (TITLE_PX if self._titles[row] else 0.0)
        return QRectF(place * (self.side_px + GAP_PX), top, self.side_px, self.side_px)

    def _fit(self) -> None:
        height = sum(self._row_px(row) for row in range(len(self._titles))) + LABEL_PX
        if round(height) != self.height() or self.minimumHeight() != round(height):
            self.setFixedHeight(round(height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The height follows."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """As large as the pictures may be."""
        count = len(self._labels)
        return QSize(round(count * self._most_px + (count - 1) * GAP_PX), self.height())

    def minimumSizeHint(self) -> QSize:
        """Small pictures."""
        return QSize(28 * len(self._labels), self.height())

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint titles, pictures, labels."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, (title, pictures) in enumerate(zip(self._titles, self._pictures, strict=True)):
            if title:
                painter.setFont(font("small"))
                painter.setPen(theme.text3)
                room = QRectF(0, self.box(row, 0).top() - TITLE_PX, self.width(), TITLE_PX - 2)
                cut = QFontMetricsF(painter.font()).elidedText(title, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)
            for place, picture in enumerate(pictures):
                box = self.box(row, place)
                painter.setOpacity(0.45 if self._is_stale else 1.0)
                if not paint_picture(painter, picture, box, CORNER):
                    paint_awaited(painter, theme, box, CORNER)
                painter.setOpacity(1.0)
        painter.setFont(font("tiny"))
        painter.setPen(theme.text3)
        last = len(self._titles) - 1
        for place, label in enumerate(self._labels):
            box = self.box(last, place)
            painter.drawText(
                QRectF(box.left(), box.bottom() + 2, box.width(), LABEL_PX - 2), Qt.AlignmentFlag.AlignCenter, label
            )
