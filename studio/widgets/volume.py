"""How loud it plays: a speaker that mutes and a short slider."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from studio.translation import tr
from studio.widgets.icons import IconButton
from studio.widgets.theme import ThemeHub

STEPS = 100
LEAST_AUDIBLE = 0.3  # what a click on the muted speaker goes to when nothing louder is remembered
TRACK_PX = 64


class VolumeControl(QWidget):
    """`volumeChanged` carries the new volume, 0..1, while the hand moves too."""

    volumeChanged = Signal(float)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before_mute = LEAST_AUDIBLE
        self.speaker = IconButton(hub, "volume", tr("Mute"), flat=True, width=26)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setMinimumWidth(40)
        self.slider.setMaximumWidth(TRACK_PX)
        self.slider.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.slider.setAccessibleName(tr("Volume"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.speaker)
        row.addWidget(self.slider)
        self.slider.valueChanged.connect(self._moved)
        self.speaker.clicked.connect(self._toggle)
        self.set_volume(1.0)

    @property
    def volume(self) -> float:
        """The volume shown, 0..1."""
        return self.slider.value() / STEPS

    def set_volume(self, volume: float) -> None:
        """Show `volume`, 0..1, without a signal."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(volume * STEPS))
        self._tell()

    def _tell(self) -> None:
        silent = self.volume == 0
        if not silent:
            self._before_mute = self.volume
        self.speaker.set_icon("muted" if silent else "volume")
        self.speaker.set_label(tr("Play aloud again") if silent else tr("Mute"))
        self.slider.setToolTip(
            tr("Volume: silent") if silent else tr("Volume: {value} %").format(value=self.slider.value())
        )

    def _moved(self) -> None:
        self._tell()
        self.volumeChanged.emit(self.volume)

    def _toggle(self) -> None:
        self.slider.setValue(0 if self.volume else round(self._before_mute * STEPS))
