"""A few figures from 0 to 1 beside each other as bars: one that matters, and others to compare it with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.colour import mix
from studio.widgets.theme import Canvas, ThemeHub, font

ROW_PX = 19
NAME_PX, VALUE_PX = 112.0, 40.0
BAR_PX = 5.0


@dataclass(frozen=True)
class Bar:
    """One figure: what it is, how much (0..1), and whether it is the one that matters."""

    name: str
    value: float
    is_main: bool = False


class CompareBars(Canvas):
    """Bars with their names and figures."""

    def __init__(self, hub: ThemeHub, name: str, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these figures."""
        self._bars = tuple(bars)
        self.setFixedHeight(ROW_PX * len(self._bars))
        self.setAccessibleDescription("; ".join(f"{bar.name} {bar.value:.2f}" for bar in self._bars))
        self.update()

    def sizeHint(self) -> QSize:
        """A row each."""
        return QSize(240, ROW_PX * len(self._bars))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint names, bars and figures."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = Qt.AlignmentFlag.AlignVCenter
        for place, bar in enumerate(self._bars):
            line = QRectF(0, place * ROW_PX, self.width(), ROW_PX)
            painter.setFont(font("body" if bar.is_main else "small"))
            painter.setPen(theme.text if bar.is_main else theme.text2)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, bar.name)
            painter.setFont(font("strong" if bar.is_main else "small figures"))
            shown = f"{bar.value:.2f}".replace("-", "\N{MINUS SIGN}")
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, shown)
            track = QRectF(NAME_PX, line.center().y() - BAR_PX / 2, max(0.0, line.width() - NAME_PX - VALUE_PX), BAR_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.control)
            painter.drawRoundedRect(track, BAR_PX / 2, BAR_PX / 2)
            track.setWidth(max(BAR_PX, track.width() * min(max(bar.value, 0.0), 1.0)))
            color = self.hub.accent_mark if bar.is_main else mix(theme.control, theme.text3, 0.75)
            painter.setBrush(color)
            painter.drawRoundedRect(track, BAR_PX / 2, BAR_PX / 2)
