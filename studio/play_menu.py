"""The Play menu: everything that the transport does, with its keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from studio.midi_choice import MidiChoice
from studio.panel import PanelContext
from studio.translation import tr

TEMPO_STEP = 0.05

Add = Callable[[QMenu, str, str | None, Callable[[], object]], QAction]


class Markers(Protocol):
    """What knows where the markers are."""

    def next_marker(self, step: int) -> float | None:
        """The next marker (1) or the one before (-1)."""
        ...


class PlayMenu:
    """Fills `menu` and keeps what is checked in it right."""

    def __init__(
        self, menu: QMenu, add: Add, context: PanelContext, midi: MidiChoice, markers: Callable[[], Markers]
    ) -> None:
        self._context = context
        self._markers = markers
        playback = context.playback
        add(menu, tr("Loop the whole take"), "Ctrl+Shift+L", lambda: playback.set_loop_range(0.0, 0.0))
        self.metronome = add(menu, tr("Metronome"), None, lambda: self.set_metronome(self.metronome.isChecked()))
        self.metronome.setCheckable(True)
        menu.addSeparator()
        add(menu, tr("Slower"), "Ctrl+[", lambda: playback.set_tempo(round(playback.tempo - TEMPO_STEP, 2)))
        add(menu, tr("Faster"), "Ctrl+]", lambda: playback.set_tempo(round(playback.tempo + TEMPO_STEP, 2)))
        add(menu, tr("Tempo as written"), "Ctrl+\\", lambda: playback.set_tempo(1.0))
        menu.addSeparator()
        add(menu, tr("Next marker"), "Ctrl+Right", lambda: self._jump(1))
        add(menu, tr("Marker before"), "Ctrl+Left", lambda: self._jump(-1))
        menu.addSeparator()
        self.auto = add(menu, tr("Play new takes while they are written"), None, self._set_auto)
        self.auto.setCheckable(True)
        self.auto.setChecked(context.settings().auto_play)
        outputs = menu.addMenu(tr("Output"))
        outputs.aboutToShow.connect(lambda: midi.fill(outputs))
        self.set_metronome(context.settings().metronome)

    def set_metronome(self, on: bool) -> None:
        """Click on each beat, or not, and remember it."""
        self.metronome.setChecked(on)
        self._context.playback.set_metronome(on)
        if self._context.settings().metronome != on:
            self._context.remember(metronome=on)

    def _set_auto(self) -> None:
        self._context.remember(auto_play=self.auto.isChecked())

    def _jump(self, step: int) -> None:
        place = self._markers().next_marker(step)
        if place is not None:
            self._context.playback.seek(place)
