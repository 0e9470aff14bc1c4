"""What the parts of the music panel tell each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.music.panel import MusicPanel


def connect_more(panel: MusicPanel) -> None:
    """Connect what is asked beside the controls, and what is kept of takes."""
    left, right, doing = panel.left, panel.right, panel.actions_of_takes
    left.presetsRequested.connect(lambda: panel.presets.open_below(left.presets))
    left.featuresRequested.connect(lambda: panel.features.open(left.window()))
    left.earRequested.connect(lambda: panel.ear.open_sheet(left.window()))
    left.earToggled.connect(panel.ear.switch)
    panel.presets.chosen.connect(lambda ask: panel.commit(ask, "preset", joins=False))
    panel.features.asked.connect(lambda name, value: panel.commit(left.ask.with_feature(name, value), f"of {name}"))
    panel.features.allFreed.connect(lambda: panel.change("features", features={}))
    panel.ear.keptChanged.connect(panel.keep)
    doing.keptChanged.connect(panel.keep)
    doing.marksChanged.connect(panel.marksChanged)
    right.shownChanged.connect(lambda _which: panel.fill_list())
    right.noted.connect(lambda text: doing.note(panel.shown, text))
    right.markRequested.connect(lambda letter: doing.mark(letter, panel.shown))
    right.historyRequested.connect(lambda: doing.history(panel.shown, right.window()))
    right.duplicateRequested.connect(lambda: doing.duplicate(panel.shown))
    right.compareRequested.connect(lambda: doing.compare(*doing.marks, right.window()))
