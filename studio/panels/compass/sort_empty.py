"""What the Sort page shows before there are pictures: what sorting is, how many pictures to make, one button."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.widgets.colour import AMBER, INDIGO, TEAL, mix, with_alpha
from studio.widgets.headings import label_of
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.theme import Canvas, Theme, ThemeHub, font

TEXT_PX = 430
SENTENCE = (
    "Look at pictures and sort some by a quality that you feel, even one that has no name. A direction is found while "
    "you sort, and takes any picture further that way."
)
COUNTS = (60, 120, 240, 480)
USUAL_COUNT, SLOW_COUNT = 240, 60


def _landscape(painter: QPainter, theme: Theme, rect: QRectF, color: str, strength: float) -> None:
    sky = QLinearGradient(rect.topLeft(), rect.bottomLeft())
    sky.setColorAt(0.0, mix(theme.raised, QColor(color), 0.25 * strength))
    sky.setColorAt(1.0, mix(theme.raised, QColor(color), 0.9 * strength))
    painter.setPen(QPen(theme.line, 1.0))
    painter.setBrush(sky)
    painter.drawRoundedRect(rect, 5, 5)
    painter.setPen(QPen(with_alpha(theme.text, 0.45), 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(
        [
            QPointF(rect.left() + rect.width() * x, rect.top() + rect.height() * y)
            for x, y in ((0.05, 0.84), (0.3, 0.55), (0.46, 0.74), (0.66, 0.5), (0.95, 0.84))
        ]
    )


class SortPicture(Canvas):
    """Pictures in a row from less to more, and an arrow beneath."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(QSize(TEXT_PX, 170))
        self.setAccessibleName("Pictures sorted from less to more, and the direction that they give")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, high, gap = 74.0, 74.0, 15.0
        for place, (color, strength) in enumerate(
            ((INDIGO, 0.75), (INDIGO, 0.45), (TEAL, 0.5), (AMBER, 0.5), (AMBER, 0.9))
        ):
            rise = (8, 2, 0, 2, 8)[place]
            _landscape(painter, theme, QRectF(place * (wide + gap), 12 + rise, wide, high), color, strength)
        y = 126.0
        painter.setPen(QPen(self.hub.accent_mark, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(6, y), QPointF(TEXT_PX - 8, y))
        painter.drawPolyline([QPointF(TEXT_PX - 15, y - 6), QPointF(TEXT_PX - 8, y), QPointF(TEXT_PX - 15, y + 6)])
        painter.setFont(font("small"))
        painter.setPen(theme.text3)
        foot = QRectF(4, y + 6, TEXT_PX - 12, 18)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "less of it")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, "more of it")


class EmptySort(QWidget):
    """Picture, sentence, how many, one button; `poolRequested` carries how many pictures to make."""

    poolRequested = Signal(int)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_quick = True
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addStretch(2)
        rows.addWidget(SortPicture(hub), 0, Qt.AlignmentFlag.AlignHCenter)
        told = QWidget()
        told.setFixedWidth(TEXT_PX)
        lines = QVBoxLayout(told)
        lines.setContentsMargins(0, 4, 0, 0)
        lines.setSpacing(10)
        for label in (label_of("Find a direction by feeling", "title"), label_of(SENTENCE, "muted", wraps=True)):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setMinimumHeight(label.heightForWidth(TEXT_PX))
            lines.addWidget(label)
        rows.addWidget(told, 0, Qt.AlignmentFlag.AlignHCenter)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addStretch(1)
        self.find_direction = PrimaryButton(hub, "Find a direction")
        self.find_direction.setToolTip("Make pictures to sort; they come in one after the other")
        self.find_direction.clicked.connect(self._ask_pool)
        self.count = QComboBox()
        self.count.setAccessibleName("How many pictures to make")
        self.count.setToolTip("More pictures take longer to make, and the direction comes out steadier")
        for number in COUNTS:
            self.count.addItem(f"in {number} pictures", number)
        self.count.setCurrentIndex(COUNTS.index(USUAL_COUNT))
        line.addWidget(self.find_direction)
        line.addWidget(self.count)
        line.addStretch(1)
        rows.addSpacing(6)
        rows.addLayout(line)
        self.trouble = label_of("", "muted", wraps=True)
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self.trouble)
        rows.addStretch(3)

    def suggest(self, *, is_quick: bool) -> None:
        """Propose how many pictures to make: fewer with a model that takes long for each."""
        if is_quick != self._is_quick:
            self._is_quick = is_quick
            self.count.setCurrentIndex(COUNTS.index(USUAL_COUNT if is_quick else SLOW_COUNT))

    def _ask_pool(self) -> None:
        self.poolRequested.emit(int(self.count.currentData()))
