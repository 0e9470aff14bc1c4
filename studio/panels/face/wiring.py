"""What the parts of the face panel tell each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.panel import Level, Message
from studio.panels.face.recalling import Recalling

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.face.panel import FacePanel


def connect(panel: FacePanel) -> None:
    """Connect what the panel is made of."""
    panel.recalling = Recalling(panel)
    _connect_left(panel)
    _connect_stage(panel)
    _connect_right(panel)
    panel.performing.changed.connect(panel.showing.lists)
    panel.performing.progressed.connect(panel.showing.lists)
    panel.performing.kept.connect(panel.kept)
    panel.pictures.ready.connect(panel.showing.lists)
    panel.importing.progressed.connect(panel.showing.opening)
    panel.importing.opened.connect(panel.choosing.choose_line)
    panel.importing.headsGiven.connect(panel.heads.open)
    panel.heads.changed.connect(panel.desk.set_head)
    panel.heads.reading.connect(panel.showing.reading)
    panel.desk.head.refused.connect(lambda text: panel.context.say(Message(text, Level.WARNING, key="head")))
    panel.desk.voiceShown.connect(panel.showing.voice)
    panel.desk.curvesShown.connect(panel.showing.curves)
    panel.desk.curvesShown.connect(panel.choosing.play_sample)
    panel.context.playback.positionChanged.connect(panel.follow)
    panel.context.playback.loopRangeChanged.connect(panel.show_loop)
    panel.context.hub.settled.connect(panel.showing.lists)


def _connect_left(panel: FacePanel) -> None:
    left, hands = panel.left, panel.hands
    left.edited.connect(panel.preview)
    left.committed.connect(panel.commit_ask)
    left.modeChosen.connect(hands.choose_mode)
    left.pointMoved.connect(hands.move_point)
    left.mixtureMoved.connect(hands.move_mixture)
    presets = left.feeling.presets
    presets.clicked.connect(lambda: panel.presets.open_below(presets))
    left.blinkRequested.connect(panel.blink)
    left.holdRequested.connect(panel.hold_gaze)
    left.momentsCleared.connect(hands.clear_moments)


def _connect_stage(panel: FacePanel) -> None:
    stage, hands = panel.middle, panel.hands
    stage.performRequested.connect(panel.perform)
    stage.cancelRequested.connect(panel.cancel)
    stage.liveToggled.connect(lambda: panel.live.ask_below(stage.live))
    panel.live.switched.connect(stage.live.setChecked)
    panel.desk.rowShown.connect(panel.live.send)
    stage.head.menuRequested.connect(panel.choosing.show_head_menu)
    stage.seedEdited.connect(lambda seed: panel.change("seed", seed=seed, seed_locked=True))
    stage.seedLocked.connect(lambda locked: panel.change("seed", seed_locked=locked))
    stage.diceThrown.connect(panel.throw_dice)
    stage.empty.openRequested.connect(lambda: panel.importing.ask(stage.window()))
    stage.empty.sampleRequested.connect(panel.choosing.try_sample)
    stage.empty.folderRequested.connect(lambda: panel.importing.ask_folder(stage.window()))
    stage.empty.recordRequested.connect(panel.record)
    stage.voice.seekRequested.connect(hands.seek)
    stage.mixture.seekRequested.connect(hands.seek)
    stage.board.seekRequested.connect(hands.seek)
    stage.view.selectionChanged.connect(panel.loop)
    stage.feeling.chosen.connect(lambda _place: panel.show_left())
    stage.feeling.curveEdited.connect(lambda curve: hands.set_curve(curve, rests=False))
    stage.feeling.curveCommitted.connect(lambda curve: hands.set_curve(curve, rests=True))
    stage.mixture.chosen.connect(lambda _place: panel.show_left())
    stage.mixture.edited.connect(lambda keys: hands.set_keys(keys, rests=False))
    stage.mixture.committed.connect(lambda keys: hands.set_keys(keys, rests=True))
    board = stage.board
    board.layerEdited.connect(panel.desk.show_hand)
    board.layerCommitted.connect(hands.add_edit)
    board.muteToggled.connect(hands.mute)
    board.soloChanged.connect(lambda _soloed: panel.follow(panel.context.playback.position_s))
    board.gainEdited.connect(lambda names, gain: hands.set_gain(names, gain, rests=False))
    board.gainCommitted.connect(lambda names, gain: hands.set_gain(names, gain, rests=True))
    board.told.connect(lambda text: panel.context.say(Message(text, Level.INFO, key="curves")))
    stage.edits.switched.connect(hands.switch_edit)
    stage.edits.renamed.connect(hands.rename_edit)
    stage.edits.removed.connect(hands.remove_edit)
    stage.clear_edits.clicked.connect(hands.clear_edits)


def _connect_right(panel: FacePanel) -> None:
    right, lines, takes = panel.right, panel.lines, panel.takes
    right.openRequested.connect(lambda: panel.importing.ask(right.window()))
    right.folderRequested.connect(lambda: panel.importing.ask_folder(right.window()))
    right.recordRequested.connect(panel.record)
    right.performRequested.connect(panel.perform)
    right.performAllRequested.connect(panel.perform_all)
    right.exportLinesRequested.connect(panel.choosing.export_lines)
    right.approveRequested.connect(lambda: lines.toggle_approved(panel.state.current))
    right.sendBackRequested.connect(panel.choosing.send_back)
    right.lineNoted.connect(lambda text: lines.note(panel.state.current, text))
    right.lines.selected.connect(panel.choosing.choose_line)
    right.lines.activated_line.connect(panel.choosing.play_line)
    right.lines.approveToggled.connect(lines.toggle_approved)
    right.lines.sendBackRequested.connect(lines.toggle_sent_back)
    right.lines.removeRequested.connect(lines.remove)
    right.lines.menuRequested.connect(
        lambda identity, place: lines.show_menu(
            identity, place, right.lines, panel.choosing.play_line, panel.choosing.carried_line
        )
    )
    right.takes.selected.connect(panel.choosing.select)
    right.takes.activated.connect(panel.choosing.play_take)
    right.takes.starToggled.connect(takes.star)
    right.takes.renamed.connect(takes.rename)
    right.takes.removeRequested.connect(panel.choosing.remove)
    right.takes.menuRequested.connect(panel.choosing.show_take_menu)
    right.facts.exportRequested.connect(lambda: panel.output.ask_below(right.export, panel.export))
    right.facts.copyRequested.connect(lambda: takes.copy_request(panel.shown))
    right.facts.termsRequested.connect(lambda: takes.show_terms(panel.shown, right.window()))
    right.facts.duplicateRequested.connect(lambda: takes.duplicate(panel.shown))
    right.marks.marked.connect(lambda letter: takes.mark(letter, panel.shown))
    right.note.noted.connect(lambda text: takes.note(panel.shown, text))
