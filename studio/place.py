"""A place that is kept for something that is not there yet: it says what will come, and pretends nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.widgets.theme import Canvas, Theme, ThemeHub

MARGIN = 16
TEXT_PX = 470


@dataclass(frozen=True)
class PlaceWords:
    """What is said: a `title`, one `sentence`, and under a heading each what stands left and right of it."""

    title: str
    sentence: str
    left_heading: str
    left: Sequence[str]
    right_heading: str
    right: Sequence[str]


class Sketch(Canvas):
    """A line drawing of what will be there: `draw` paints it into a box of 360 by 240 in the theme's quiet colours."""

    WIDTH, HEIGHT = 360.0, 240.0

    def __init__(
        self, hub: ThemeHub, draw: Callable[[QPainter, QRectF, Theme], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(hub, parent)
        self._draw = draw
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("A sketch of what will be here")

    def sizeHint(self) -> QSize:
        """The box of the drawing."""
        return QSize(int(self.WIDTH), int(self.HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, QRectF(0, 0, self.WIDTH, self.HEIGHT), self.hub.theme)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def side_column(heading: str, lines: Sequence[str]) -> QWidget:
    """A column of quiet sentences under a heading."""
    column = QWidget()
    column.setProperty("surface", "panel")
    column.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    rows = QVBoxLayout(column)
    rows.setContentsMargins(MARGIN, 12, MARGIN, 12)
    rows.setSpacing(12)
    rows.addWidget(_label(heading.upper(), "heading"))
    for line in lines:
        rows.addWidget(_label(line, "muted"))
    rows.addStretch(1)
    return column


def middle_place(sketch: Sketch, words: PlaceWords) -> QWidget:
    """The middle: the sketch, the title, the sentence, and that it is not there yet."""
    place = QWidget()
    place.setProperty("surface", "window")
    place.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    rows = QVBoxLayout(place)
    rows.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
    rows.setSpacing(12)
    rows.addStretch(2)
    rows.addWidget(sketch, 0, Qt.AlignmentFlag.AlignHCenter)
    rows.addSpacing(12)
    # a wrapped label in a centred box is given the height of one line, unless it insists
    told = QWidget()
    told.setFixedWidth(TEXT_PX)
    lines = QVBoxLayout(told)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(12)
    for text, role in ((words.title, "title"), (words.sentence, "muted"), ("Not in this version yet.", "faint")):
        label = _label(text, role)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setMinimumHeight(label.heightForWidth(TEXT_PX))
        lines.addWidget(label)
    rows.addWidget(told, 0, Qt.AlignmentFlag.AlignHCenter)
    rows.addStretch(3)
    return place
