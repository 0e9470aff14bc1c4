"""The tracks of the take on show: mute, solo and level of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSlider, QVBoxLayout, QWidget

from studio.translation import tr
from studio.widgets.letter_button import LetterButton
from studio.widgets.theme import ThemeHub

FULL = 100
LOUDEST = 150
NAME_PX = 84
BUTTON = QSize(22, 20)


@dataclass
class Lane:
    """What is chosen for one track."""

    track: int
    name: str
    muted: bool = False
    soloed: bool = False
    percent: int = FULL


def levels_of(lanes: Sequence[Lane]) -> dict[int, float]:
    """The level of each track, 1 as written: where any is soloed only those are heard, and of them not the muted."""
    solo = any(lane.soloed for lane in lanes)
    return {lane.track: lane.percent / FULL if not lane.muted and (lane.soloed or not solo) else 0.0 for lane in lanes}


class LevelSlider(QSlider):
    """A volume; a double click takes it back to what is written."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to 100 %."""
        self.setValue(FULL)
        event.accept()


class _Row(QWidget):
    changed = Signal()

    def __init__(self, hub: ThemeHub, lane: Lane) -> None:
        super().__init__()
        self.lane = lane
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        name = QLabel()
        name.setFixedWidth(NAME_PX)
        name.setText(name.fontMetrics().elidedText(lane.name, Qt.TextElideMode.ElideRight, NAME_PX - 4))
        name.setToolTip(lane.name)
        self.mute = LetterButton(hub, "M", tr("Mute {track}").format(track=lane.name), BUTTON)
        self.solo = LetterButton(hub, "S", tr("Hear {track} alone").format(track=lane.name), BUTTON)
        self.slider = LevelSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, LOUDEST)
        self.slider.setPageStep(10)
        self.slider.setValue(lane.percent)
        self.slider.setMinimumWidth(60)
        self.slider.setAccessibleName(tr("Volume of {track}").format(track=lane.name))
        self._tell()
        for widget in (name, self.mute, self.solo):
            line.addWidget(widget)
        line.addWidget(self.slider, 1)
        self.mute.toggled.connect(self._take)
        self.solo.toggled.connect(self._take)
        self.slider.valueChanged.connect(self._take)

    def _tell(self) -> None:
        self.slider.setToolTip(
            tr("Volume: {value} % of what is written (double-click: 100 %)").format(value=self.lane.percent)
        )

    def _take(self) -> None:
        lane = self.lane
        lane.muted, lane.soloed, lane.percent = self.mute.isChecked(), self.solo.isChecked(), self.slider.value()
        self._tell()
        self.changed.emit()


class TrackStrip(QWidget):
    """A row for each track; `levelsChanged` with the level of each (by track), while the hand moves too."""

    levelsChanged = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self.rows: list[_Row] = []
        self._names: tuple[tuple[int, str], ...] = ()
        inner = QWidget()
        self._lines = QVBoxLayout(inner)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        self._lines.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 6)
        column.addWidget(area)
        self.setAccessibleName(tr("Tracks"))
        self.hide()

    @property
    def lanes(self) -> list[Lane]:
        """What is chosen for each track."""
        return [row.lane for row in self.rows]

    def set_tracks(self, tracks: Sequence[tuple[int, str]]) -> None:
        """Show these tracks, as (index, name); the same ones keep what was chosen. A single one needs no strip."""
        if tuple(tracks) == self._names:
            return
        self._names = tuple(tracks)
        for row in self.rows:
            self._lines.removeWidget(row)
            row.deleteLater()
        self.rows = [_Row(self._hub, Lane(track, name)) for track, name in tracks]
        for place, row in enumerate(self.rows):
            row.changed.connect(self._changed)
            self._lines.insertWidget(place, row)
        self.setVisible(len(self.rows) > 1)

    def _changed(self) -> None:
        self.levelsChanged.emit(levels_of(self.lanes))
