"""What the parts of the music panel tell each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.panels.music.recalling import Recalling

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.music.panel import MusicPanel


def connect(panel: MusicPanel) -> None:
    """Connect what the panel is made of."""
    panel.recalling = Recalling(panel)
    panel.left.committed.connect(panel.commit)
    stage, takes = panel.middle, panel.right.takes
    stage.generateRequested.connect(panel.generate)
    stage.countChosen.connect(panel.choose_count)
    stage.cancelRequested.connect(panel.cancel)
    panel.context.jobs.changed.connect(panel.show_progress)
    stage.reworkRequested.connect(panel.rework)
    sampling = stage.sampling
    sampling.seedEdited.connect(lambda seed: panel.change("seed", seed=seed, seed_locked=True))
    sampling.lockToggled.connect(lambda locked: panel.change("seed", seed_locked=locked))
    sampling.diceThrown.connect(panel.throw_dice)
    sampling.drawingEdited.connect(lambda name, changes: panel.change(name, **changes))
    stage.roll.seekRequested.connect(panel.context.playback.seek)
    panel.context.playback.positionChanged.connect(panel.follow)
    takes.selected.connect(panel.select)
    takes.activated.connect(panel.play_take)
    takes.starToggled.connect(panel.actions_of_takes.star)
    takes.renamed.connect(panel.actions_of_takes.rename)
    takes.removeRequested.connect(panel.remove)
    takes.menuRequested.connect(panel.menus.show_menu)
    takes.mime_for = panel.menus.mime
    panel.right.exportRequested.connect(lambda: panel.menus.ask_export(panel.exports(), panel.export))
    panel.right.empty.pressed.connect(panel.generate)
    panel.right.copyRequested.connect(lambda: panel.copy_request(panel.shown))
    panel.right.termsRequested.connect(lambda: panel.actions_of_takes.show_terms(panel.shown, panel.right.window()))
    panel.right.repeatRequested.connect(lambda: panel.ask_like(panel.shown))
    panel.composing.changed.connect(panel.fill_list)
    panel.composing.progressed.connect(panel.fill_list)
    panel.composing.kept.connect(panel.kept)
    panel.thumbnails.ready.connect(panel.fill_list)
    _connect_hearing(panel)
    _connect_roll(panel)
    _connect_more(panel)


def _connect_hearing(panel: MusicPanel) -> None:
    """Connect what is heard: the take that grows, and the two that are compared, whose marks the project keeps."""
    hearing, doing = panel.listening, panel.actions_of_takes
    hearing.grew.connect(panel.show_growing)
    hearing.ended.connect(panel.show_seen)
    hearing.compare.changed.connect(panel.timelineChanged)
    hearing.compare.marked.connect(doing.mark)
    doing.marksChanged.connect(hearing.compare.put)


def _connect_roll(panel: MusicPanel) -> None:
    """Connect the bars of the roll, and the lanes under it."""
    roll, lanes = panel.middle.roll, panel.middle.lanes
    tools = panel.middle.tools
    roll.barsSelected.connect(lambda begin, end: tools.set_selection((begin, end) if end > begin else None))
    roll.barsSelected.connect(panel.listening.loop_bars)
    roll.lockedBarsEdited.connect(lambda bars: tools.set_locked_bars(tuple(sorted(set(bars)))))
    roll.set_bars_caption("rewrite {bars}, keep the rest")
    lanes.curveCommitted.connect(lambda curve: panel.change("curve", curve=curve))
    lanes.barAttributeCommitted.connect(
        lambda name, values: panel.commit(panel.left.ask.with_bars_of(name, tuple(values)), f"bars of {name}")
    )


def _connect_more(panel: MusicPanel) -> None:
    """Connect what is asked beside the controls, and what is kept of takes."""
    left, right, doing = panel.left, panel.right, panel.actions_of_takes
    left.presetsRequested.connect(lambda: panel.presets.open_below(left.presets))
    left.featuresRequested.connect(lambda: panel.features.open(left.window()))
    left.piece.followRequested.connect(lambda: panel.following.ask(left.window()))
    left.earRequested.connect(lambda: panel.ear.open_sheet(left.window()))
    left.earToggled.connect(panel.ear.switch)
    panel.features.asked.connect(lambda name, value: panel.commit(left.ask.with_feature(name, value), f"of {name}"))
    panel.features.allFreed.connect(lambda: panel.change("features", features={}))
    panel.ear.keptChanged.connect(panel.keep)
    doing.keptChanged.connect(panel.keep)
    doing.marksChanged.connect(panel.marksChanged)
    right.shownChanged.connect(lambda _which: panel.fill_list())
    right.note.noted.connect(lambda text: doing.note(panel.shown, text))
    right.marks.marked.connect(lambda letter: doing.mark(letter, panel.shown))
    right.historyRequested.connect(lambda: doing.history(panel.shown, right.window()))
    right.duplicateRequested.connect(lambda: doing.duplicate(panel.shown))
    right.compareRequested.connect(lambda: doing.compare(*doing.marks, right.window()))
