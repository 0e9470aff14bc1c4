"""Making the parts of a scene: takes of their rooms, each kept as it ends."""

from __future__ import annotations

import msgspec
from scene_hands import ANGRY, CALM, Stage

from generators.compass.request import RenderRequest
from generators.engine.engine import Lane
from generators.face.request import PerformRequest
from generators.music.request import ComposeRequest
from generators.scene.timeline import Timeline
from studio.document.model import RemoveTake
from studio.face_lines import LINE
from studio.panels.scene.keying import changed
from studio.panels.scene.parts import SCENE_FACT, with_room


def test_one_press_makes_all_three_as_takes_of_their_panels(spoken: Stage) -> None:
    spoken.feel(CALM, ANGRY)
    assert spoken.panel.middle.told.toolTip() == "To make: music, face, pictures"
    spoken.make()
    music, face, pictures = spoken.takes("music"), spoken.takes("face"), spoken.takes("compass")
    assert [take.name for take in (*music, *face, *pictures)] == ["calm to angry 1"] * 3
    scene = spoken.scene
    assert (scene.music.take, scene.face.take, scene.pictures.take) == (music[0].id, face[0].id, pictures[0].id)
    assert all(take.facts[SCENE_FACT] == "calm to angry" for take in (*music, *face, *pictures))
    assert spoken.panel.parts.due() == ()
    assert spoken.panel.middle.told.toolTip() == "Everything follows the feeling"
    wanted = (ComposeRequest, PerformRequest, RenderRequest)
    asked = [type(request) for request, _, panel in spoken.studio.engine.submitted if panel == "scene"]
    assert [kind for kind in asked if kind in wanted] == list(wanted)
    assert all(lane is Lane.TAKE for _, lane, panel in spoken.studio.engine.submitted if panel == "scene")


def test_settings_of_a_line_that_no_take_keeps_are_not_lost(spoken: Stage) -> None:
    face = spoken.studio.face
    face.commit_ask(msgspec.structs.replace(face.state.asked, intensity=1.7))
    spoken.settle()
    face.perform()
    spoken.until(lambda: len(spoken.takes("face")) == 1)
    face.commit_ask(msgspec.structs.replace(face.state.asked, intensity=0.3))
    spoken.settle()
    spoken.feel(CALM, ANGRY)
    spoken.make()
    assert len(spoken.takes("face")) == 2
    assert face.state.asked.intensity == 0.3


def test_another_feeling_makes_parts_out_of_date_until_they_are_made_again(made: Stage) -> None:
    made.feel(ANGRY, CALM)
    cards = made.panel.right.cards
    assert made.panel.parts.due() == ("music", "face")
    assert [cards[key].told.text() for key in ("music", "face")] == ["the feeling has changed"] * 2
    assert cards["music"].make.text() == "Make again"
    assert cards["pictures"].told.text() == "follows the feeling"  # nothing moves these
    made.undo()
    made.settle()
    assert made.panel.parts.due() == ()
    made.redo()
    made.settle()
    made.panel.make_room("music")
    made.until(lambda: len(made.takes("music")) == 2)
    made.settle()
    assert made.panel.parts.due() == ("face",)
    assert made.takes("music")[1].parent == made.takes("music")[0].id


def test_a_room_that_leaves_or_is_off_is_not_out_of_date(made: Stage) -> None:
    made.panel.commit(with_room(made.scene, "pictures", off=True))
    made.feel(ANGRY, CALM)
    assert made.panel.parts.due() == ("music", "face")
    assert made.panel.right.cards["pictures"].told.text() == "left out of this scene"
    assert made.panel.middle.frame.layout_name == "head"


def test_another_one_has_another_seed_and_two_versions_are_switched_between(made: Stage) -> None:
    made.panel.compare("A")
    assert made.panel.timeline.letter == "A"
    made.panel.right.cards["music"].makeRequested.emit()
    made.until(lambda: len(made.takes("music")) == 2 and not made.panel.making.waiting)
    made.settle()
    first, second = made.takes("music")
    assert made.scene.music.take == second.id
    assert first.request != second.request
    assert made.panel.parts.due() == ()
    card = made.panel.right.cards["music"]
    assert [card.takes.itemText(place) for place in range(card.takes.count())] == ["calm to angry 2", "calm to angry 1"]
    card.takeChosen.emit(first.id)
    made.settle()
    assert made.scene.music.take == first.id
    assert made.panel.parts.due() == ()  # another seed follows the feeling just as well
    card.starToggled.emit()
    made.until(lambda: made.takes("music")[0].starred)
    made.panel.compare("")  # the take that was gone back to is version A: this marks nothing
    assert made.panel.timeline.letter == "A"
    card.takeChosen.emit(second.id)
    made.panel.compare("B")
    assert made.panel.timeline.letter == "B"
    made.panel.compare("")
    assert made.scene.music.take == first.id
    assert made.panel.timeline.compared.keys() == {"A", "B"}


def test_a_take_is_one_step_of_undo_with_all_that_belongs_to_it(spoken: Stage) -> None:
    spoken.feel(CALM, ANGRY)
    before = spoken.studio.project.state
    spoken.panel.make_room("face")
    spoken.until(lambda: bool(spoken.scene.face.take))
    spoken.settle()
    spoken.undo()
    assert spoken.studio.project.state == before
    spoken.redo()
    assert spoken.scene.face.take == spoken.takes("face")[0].id


def test_what_is_made_for_an_older_scene_is_kept_and_marked(spoken: Stage) -> None:
    spoken.feel(CALM, ANGRY)
    spoken.panel.make_room("music")
    spoken.studio.qtbot.waitUntil(lambda: bool(spoken.panel.making.pending))
    spoken.panel.commit(
        changed(spoken.scene, timeline=changed(spoken.scene.timeline, keys=spoken.scene.timeline.keys[:1]))
    )
    spoken.until(lambda: bool(spoken.scene.music.take))
    spoken.settle()
    assert len(spoken.takes("music")) == 1
    assert "music" in spoken.panel.parts.due()
    assert spoken.panel.right.cards["music"].told.text() == "the feeling has changed"


def test_each_part_is_cancelled_alone_and_escape_ends_all(spoken: Stage) -> None:
    spoken.feel(CALM, ANGRY)
    panel, wait = spoken.panel, spoken.studio.qtbot.waitUntil
    panel.make()
    wait(lambda: len(panel.making.pending) == 3)
    assert panel.right.cards["face"].make.text() == "Cancel"
    panel.right.cards["face"].cancelRequested.emit()
    wait(lambda: len(panel.making.pending) == 2)
    spoken.until(lambda: not panel.making.waiting)
    spoken.settle()
    assert (len(spoken.takes("music")), len(spoken.takes("face")), len(spoken.takes("compass"))) == (1, 0, 1)
    panel.make_room("face")
    wait(lambda: len(panel.making.pending) == 1)
    panel.cancel()
    wait(lambda: not panel.making.waiting)
    spoken.settle()
    assert spoken.takes("face") == ()
    assert spoken.message == ""


def test_a_scene_without_a_voice_has_music_and_pictures(stage: Stage) -> None:
    stage.panel.hands.draw()
    stage.panel.commit(changed(stage.scene, asked_s=2.0, timeline=Timeline()))
    stage.settle()
    assert "voice" in stage.panel.right.cards["face"].told.text()
    stage.make()
    assert (len(stage.takes("music")), len(stage.takes("face")), len(stage.takes("compass"))) == (1, 0, 1)
    assert stage.panel.middle.frame.layout_name == "pictures"


def test_the_other_panels_show_its_takes_as_their_own_and_lend_their_settings(made: Stage) -> None:
    take = made.takes("face")[0]
    (line,) = made.lines.lines
    assert take.facts[LINE] == line.id
    assert line.voice_sha256 == made.scene.voice.sha256  # type: ignore[union-attr]  # there is a voice
    face = made.studio.face
    made.studio.shell.context.uses.show("face")
    made.until(lambda: face.shown == take.id)
    assert face.state.shown is not None
    assert face.state.shown.ask.mode == "curve"
    pictures = made.takes("compass")[0]
    made.studio.shell.context.uses.show("compass")
    compass = made.studio.window.panel
    rows = compass.takes.rows(())  # type: ignore[attr-defined]
    assert rows[0].detail == "5 pictures"
    compass.choosing.select(pictures.id)  # type: ignore[attr-defined]
    made.settle()
    assert compass.shown == pictures.id  # type: ignore[attr-defined]
    assert ("pictures", "5, the first in view") in [
        fact[:2]
        for fact in compass.takes.facts_of(pictures)  # type: ignore[attr-defined]
    ]
    made.studio.shell.context.uses.show("scene")
    music = made.studio.music
    music.change("ensemble", ensemble="quartet")
    made.settle()
    made.panel.left.music.adoptRequested.emit()
    assert made.scene.music.base.ensemble == "quartet"
    assert made.scene.music.base.tempo_map == ()
    face.change("intensity", intensity=1.4)
    made.settle()
    made.panel.left.face.adoptRequested.emit()
    assert made.scene.face.base.intensity == 1.4
    assert made.scene.face.base.voice_sha256 == ""
    made.panel.left.pictures.adoptRequested.emit()
    made.settle()
    assert made.scene.pictures.seeds == (1, 5)
    assert made.scene.pictures.base.making == made.studio.shell.context.uses.asked("compass").making  # type: ignore[union-attr]  # it asks for pictures


def test_a_removed_take_is_still_to_be_made(made: Stage) -> None:
    for key in ("music", "pictures", "face"):
        take = made.panel.parts.take(key)
        assert take is not None
        made.studio.project.perform(RemoveTake(take.id))
        made.settle()
        assert key in made.panel.parts.due()
        assert made.panel.right.cards[key].told.text() == "not made yet"
