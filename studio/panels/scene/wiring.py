"""What the parts of the scene panel tell each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.scene.panel import ScenePanel


def connect(panel: ScenePanel) -> None:
    """Connect what the panel is made of."""
    _connect_left(panel)
    _connect_stage(panel)
    _connect_right(panel)
    panel.parts.planned.connect(panel.showing.plan)
    panel.parts.planned.connect(panel.timelineChanged)
    panel.making.changed.connect(panel.showing.parts)
    panel.making.changed.connect(panel.showing.progress)
    panel.making.progressed.connect(panel.showing.parts)
    panel.making.progressed.connect(panel.showing.progress)
    panel.making.made.connect(panel.made)
    panel.voicing.progressed.connect(panel.showing.listening)
    panel.voicing.heard.connect(panel.showing.voice)
    panel.voicing.begun.connect(panel.moving.begin)
    panel.hearing.levelsChanged.connect(panel.timelineChanged)
    panel.visuals.framesCame.connect(panel.showing.frames)
    panel.output.changed.connect(panel.showing.progress)
    panel.output.chose = panel.commit
    panel.context.playback.positionChanged.connect(panel.follow)


def _connect_left(panel: ScenePanel) -> None:
    left, hands, voicing = panel.left, panel.hands, panel.voicing
    left.edited.connect(panel.preview)
    left.committed.connect(panel.commit)
    left.pointMoved.connect(panel.move_point)
    left.presets.clicked.connect(lambda: panel.presets.open_below(left.presets))
    left.music.adoptRequested.connect(lambda: hands.adopt("music"))
    left.pictures.adoptRequested.connect(lambda: hands.adopt("pictures"))
    left.face.adoptRequested.connect(lambda: hands.adopt("face"))
    left.pictures.moveRequested.connect(lambda: panel.moving.begin())
    left.pictures.dice.clicked.connect(hands.other_pictures)
    left.voice.openRequested.connect(lambda: voicing.ask(left.window()))
    left.voice.sampleRequested.connect(hands.sample_voice)
    left.voice.lineRequested.connect(voicing.take_line)
    left.voice.removeRequested.connect(voicing.remove)


def _connect_stage(panel: ScenePanel) -> None:
    stage, hands = panel.middle, panel.hands
    stage.makeRequested.connect(panel.make)
    stage.cancelRequested.connect(panel.cancel)
    stage.layoutChosen.connect(hands.choose_layout)
    stage.empty.sampleRequested.connect(lambda: panel.context.open_sample())
    stage.empty.voiceRequested.connect(lambda: panel.voicing.ask(stage.window()))
    stage.empty.drawRequested.connect(lambda: hands.draw())
    stage.length.lengthCommitted.connect(hands.set_length)
    timeline = stage.timeline
    timeline.edited.connect(hands.bend)
    timeline.committed.connect(hands.keep_curve)
    timeline.cuesCommitted.connect(hands.keep_cues)
    timeline.seekAsked.connect(panel.context.playback.seek)
    timeline.voiceAsked.connect(hands.propose)
    timeline.midiAsked.connect(lambda: panel.importing.ask_midi(stage.window()))
    timeline.fileAsked.connect(lambda: panel.importing.ask_curve(stage.window()))


def _connect_right(panel: ScenePanel) -> None:
    right, hands = panel.right, panel.hands
    for key, card in right.cards.items():
        card.takeChosen.connect(lambda identity, key=key: hands.choose_take(key, identity))
        card.starToggled.connect(lambda key=key: hands.star(key))
        card.makeRequested.connect(lambda key=key: panel.make_room(key))
        card.cancelRequested.connect(lambda key=key: panel.making.cancel_room(key))
        card.showRequested.connect(lambda key=key: hands.go_to(key))
    right.exportRequested.connect(lambda: panel.output.ask_bundle(right.window()))
    right.filmRequested.connect(lambda: panel.output.ask_film(right.window()))
