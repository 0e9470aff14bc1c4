"""Which models are in memory, by device, and how much room is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.translation import tr
from studio.widgets.colour import mix
from studio.widgets.theme import Canvas, ThemeHub, font

BAR_PX = 84.0
GAP_PX = 10.0
MIN_SEGMENT_PX = 3.0


@dataclass(frozen=True)
class ModelMemory:
    """A model in memory; it is at work while `leases` is above 0."""

    name: str
    resident_bytes: int
    leases: int = 0


@dataclass(frozen=True)
class DeviceMemory:
    """A device with what it has, what is free, and our models on it."""

    device: str
    total_bytes: int
    free_bytes: int
    models: tuple[ModelMemory, ...] = ()

    @property
    def models_bytes(self) -> int:
        """What our models take."""
        return sum(model.resident_bytes for model in self.models)

    @property
    def others_bytes(self) -> int:
        """What other programs take."""
        return max(self.total_bytes - self.free_bytes - self.models_bytes, 0)


def size_text(size_bytes: int) -> str:
    """A size in MB or GB, with as many figures as matter."""
    mega = size_bytes / 1_000_000
    if mega >= 1000:
        return f"{mega / 1000:.1f} GB"
    return f"{mega:.0f} MB" if mega >= 10 or mega == 0 else f"{mega:.1f} MB"


class MemoryBar(Canvas):
    """One segmented bar a device: our models in their hues, other programs in grey, then what is free; and in words."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._devices: tuple[DeviceMemory, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(24)
        self.setAccessibleName(tr("Models in memory"))
        self.set_devices(())

    @property
    def devices(self) -> tuple[DeviceMemory, ...]:
        """The devices shown."""
        return self._devices

    def set_devices(self, devices: Sequence[DeviceMemory]) -> None:
        """Show these devices."""
        self._devices = tuple(devices)
        self.setAccessibleDescription("; ".join(f"{device.device}: {self.words(device)}" for device in devices))
        self.setToolTip("\n".join(self._details(device) for device in devices) or tr("No model is in memory."))
        self.updateGeometry()
        self.update()

    def words(self, device: DeviceMemory) -> str:
        """The models of a device in one line."""
        if not device.models:
            return tr("no model in memory · {size} free").format(size=size_text(device.free_bytes))
        return " · ".join(f"{model.name} {size_text(model.resident_bytes)}" for model in device.models)

    def _details(self, device: DeviceMemory) -> str:
        lines = [
            tr("{device}: {free} of {total} free").format(
                device=device.device, free=size_text(device.free_bytes), total=size_text(device.total_bytes)
            )
        ]
        lines += [
            f"  {model.name} {size_text(model.resident_bytes)}{tr(', at work') if model.leases else ''}"
            for model in device.models
        ]
        lines.append("  " + tr("other programs {size}").format(size=size_text(device.others_bytes)))
        return "\n".join(lines)

    def _widths(self, device: DeviceMemory) -> float:
        metrics = QFontMetricsF(font("small figures"))
        label = metrics.horizontalAdvance(device.device) + 6 if len(self._devices) > 1 else 0
        return label + BAR_PX + 8 + metrics.horizontalAdvance(self.words(device)) + 2

    def sizeHint(self) -> QSize:
        """Room for all bars and words."""
        if not self._devices:
            return QSize(0, 24)
        width = sum(self._widths(device) for device in self._devices) + GAP_PX * 2 * (len(self._devices) - 1)
        return QSize(round(width), 24)

    def minimumSizeHint(self) -> QSize:
        """The bars alone."""
        return QSize(round(BAR_PX * len(self._devices)), 24)

    def segments(self, device: DeviceMemory) -> list[tuple[str, float]]:
        """The parts of a device's bar as (name, width in pixels): each model, then other programs."""
        total = max(device.total_bytes, 1)
        parts = [(model.name, max(model.resident_bytes / total * BAR_PX, MIN_SEGMENT_PX)) for model in device.models]
        return [*parts, ("", device.others_bytes / total * BAR_PX)]

    def hues(self) -> tuple[QColor, ...]:
        """The colours of the first, second … model."""
        theme = self.hub.theme
        return (theme.arousal, theme.valence, theme.dominance, self.hub.accent_mark)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a bar and a line of words for each device."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small figures"))
        metrics = QFontMetricsF(painter.font())
        x, align = 0.0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for device in self._devices:
            if len(self._devices) > 1:
                painter.setPen(theme.text3)
                painter.drawText(QRectF(x, 0, 200, self.height()), align, device.device)
                x += metrics.horizontalAdvance(device.device) + 6
            self._paint_bar(painter, QRectF(x, self.height() / 2 - 3, BAR_PX, 6), device)
            x += BAR_PX + 8
            painter.setPen(theme.text2)
            room = max(self.width() - x, 0.0)
            words = metrics.elidedText(self.words(device), Qt.TextElideMode.ElideRight, room + 2)
            painter.drawText(QRectF(x, 0, room + 2, self.height()), align, words)
            x += metrics.horizontalAdvance(words) + GAP_PX * 2

    def _paint_bar(self, painter: QPainter, bar: QRectF, device: DeviceMemory) -> None:
        theme, hues = self.hub.theme, self.hues()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.control)
        painter.drawRoundedRect(bar, 3, 3)
        x = bar.left()
        for place, (name, width) in enumerate(self.segments(device)):
            color = hues[place % len(hues)] if name else mix(theme.control, theme.text3, 0.45)
            width = min(width, bar.right() - x)
            if width > 0.5:
                painter.setBrush(color)
                painter.drawRoundedRect(QRectF(x, bar.top(), width - 0.75, bar.height()), 1.5, 1.5)
            x += width
