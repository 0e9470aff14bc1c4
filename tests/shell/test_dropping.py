"""What one panel carries to another: said while the hand hovers, done as one step when it lets go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from drop_hands import drop, hover, over
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QUrl
from PySide6.QtWidgets import QMenu
from window_hands import Studio

from generators.affect import AffectCurve, AffectPoint, curve_of
from studio.face_lines import Line
from studio.panels.compass import CompassPanel
from studio.panels.compass.state import Use
from studio.panels.scene import ScenePanel
from studio.widgets.drag_grip import DragGrip
from studio.widgets.dragged import TAKE_MIME, Dragged, dragged_in

RISE = curve_of([(0.0, AffectPoint(-0.4, -0.2)), (8.0, AffectPoint(0.7, 0.6, 0.1))])


def compass_of(studio: Studio) -> CompassPanel:
    panel = next(panel for panel in studio.window.panels if panel.key == "compass")
    assert isinstance(panel, CompassPanel)
    return panel


def carried(studio: Studio, **fields: object) -> QMimeData:
    document = str(studio.project.document.path)
    return Dragged(**{"document": document, **fields}).into(QMimeData())


def test_a_take_of_music_goes_out_as_a_file_and_to_the_others_as_its_feeling(studio: Studio) -> None:
    studio.music.change("curve", curve=RISE)
    studio.make(1)
    take = studio.project.state.takes[0]
    mime = studio.music.right.takes.mime_for
    assert mime is not None
    data = mime(take.id)
    assert data is not None
    file = Path(data.urls()[0].toLocalFile())
    assert (file.suffix, file.read_bytes()[:4]) == (".mid", b"MThd")
    assert dragged_in(data) == Dragged(
        "music", "take", take.id, take.name, str(studio.project.document.path), affect=AffectPoint(0.6, 0.55, 0.2),
        curve=RISE,
    )  # fmt: skip
    assert hover(studio, data, over(studio, "face")) == ("The face follows its feeling over time", True)
    assert hover(studio, data, over(studio, "music"))[1] is False
    assert studio.window.dropping.hint.text.startswith("This is where it comes from")
    drop(studio, data, over(studio, "face"))
    assert studio.window.panel is studio.face
    studio.until(lambda: studio.face.state.asked.curve == RISE)
    assert studio.face.state.asked.mode == "curve"
    studio.settle()
    studio.window.menus.undo.trigger()
    studio.until(lambda: studio.face.state.asked.mode == "point")
    assert studio.face.state.asked.curve is None


def test_a_curve_goes_from_panel_to_panel_by_its_grip(studio: Studio) -> None:
    compass = compass_of(studio)
    grip = compass.middle.travel.way.lane.grip
    assert grip.carry() is None
    assert grip.isHidden()
    studio.face.taking_in.take(Dragged("music", "curve", curve=RISE))
    studio.settle()
    grip = studio.face.middle.feeling.grip
    assert not grip.isHidden()
    dragged = grip.carry()
    assert dragged is not None
    drop(studio, dragged.into(QMimeData()), over(studio, "compass"))
    studio.until(lambda: compass.state.curve == RISE)
    menu = compass.middle.travel.way.lane.grip.menu()
    entries = {action.text().split(":")[0]: action for action in menu.actions()}
    assert {"Music", "Face"} <= set(entries)
    entries["Music"].trigger()
    studio.until(lambda: studio.music.left.ask.curve == RISE)
    assert studio.window.panel is studio.music
    assert studio.music.middle.lanes.is_open
    assert studio.music.middle.lanes.feeling.curve == RISE


def test_one_feeling_is_taken_too(studio: Studio) -> None:
    point = AffectPoint(-0.5, 0.4, 0.1)
    data = carried(studio, panel="face", id="x", affect=point)
    assert hover(studio, data, over(studio, "music")) == ("The music takes its feeling", True)
    drop(studio, data, over(studio, "music"))
    studio.until(lambda: studio.music.left.ask.affect == point)
    drop(studio, carried(studio, panel="music", id="x", affect=point), over(studio, "compass"))
    studio.until(lambda: compass_of(studio).state.affect == point)


def test_what_is_not_taken_says_why(studio: Studio, tmp_path: Path) -> None:
    picture = carried(studio, panel="compass", id="x")
    said, taken = hover(studio, picture, over(studio, "music"))
    assert not taken
    assert "No feeling goes with this" in said
    elsewhere = Dragged("compass", document="other.affect", curve=RISE).into(QMimeData())
    said, taken = hover(studio, elsewhere, over(studio, "music"))
    assert not taken
    assert "another project" in said
    drop(studio, elsewhere, over(studio, "music"))
    assert studio.music.left.ask.curve is None
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "notes.docx"))])
    said, taken = hover(studio, files, QPoint(400, 300))
    assert not taken
    assert said == "notes.docx is nothing that can be opened here."


def test_files_say_where_they_would_be_opened(studio: Studio, tmp_path: Path) -> None:
    for name, words in (("song.mid", "Open song.mid in Music"), ("line.wav", "Open line.wav in Face")):
        files = QMimeData()
        files.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        assert hover(studio, files, QPoint(400, 300)) == (words, True)


def test_a_hand_that_rests_on_a_tab_opens_it(studio: Studio) -> None:
    studio.window.dropping._rest.setInterval(20)
    studio.shell.context.uses.show("music")
    curve = carried(studio, panel="music", kind="curve", curve=RISE)
    hover(studio, curve, over(studio, "face"))
    hover(studio, curve, QPoint(500, 400))  # it only came across
    studio.qtbot.wait(60)
    assert studio.window.panel is studio.music
    hover(studio, curve, over(studio, "face"))
    studio.until(lambda: studio.window.panel is studio.face)
    drop(studio, curve, QPoint(500, 400))
    studio.until(lambda: studio.face.state.asked.curve == RISE)


def test_a_direction_is_carried_by_its_card(studio: Studio) -> None:
    compass = compass_of(studio)
    use = Use("d" * 64, "dusk")
    compass.commit_ask(compass.state.ask.with_uses([use]))
    compass.choosing.choose_direction(use.sha256)
    studio.settle()
    assert compass.right.card.grip.carry() == Dragged(
        "compass", "direction", use.sha256, "dusk", str(studio.project.document.path), use.sha256
    )
    words = [action.text() for action in compass.right.card.grip.menu().actions()]
    assert words == ["Scene: the arousal of the scene moves its pictures along “dusk”"]


def scene_of(studio: Studio) -> ScenePanel:
    panel = next(panel for panel in studio.window.panels if panel.key == "scene")
    assert isinstance(panel, ScenePanel)
    return panel


def test_music_becomes_that_of_the_scene_and_goes_out_from_there(studio: Studio) -> None:
    scene = scene_of(studio)
    studio.shell.context.uses.show("music")
    studio.make(1)
    take = studio.project.state.takes[0]
    data = studio.music.carry(take.id)
    assert data is not None
    assert hover(studio, data, over(studio, "scene")) == ("It becomes the music of this scene", True)
    drop(studio, data, over(studio, "scene"))
    assert studio.window.panel is scene
    studio.until(lambda: scene.scene.music.take == take.id)
    grip = scene.right.cards["music"].grip
    dragged, files = grip.carry(), grip.files()
    assert dragged == dragged_in(data)
    assert files is not None
    assert files.urls()[0].toLocalFile().endswith(".mid")
    studio.settle()
    studio.window.menus.undo.trigger()
    studio.until(lambda: scene.scene.music.take == "")


def test_curves_voices_and_directions_become_parts_of_the_scene(studio: Studio) -> None:
    scene, face, compass = scene_of(studio), studio.face, compass_of(studio)
    curve = carried(studio, panel="music", kind="curve", curve=RISE)
    assert hover(studio, curve, over(studio, "scene")) == ("The scene feels like this curve", True)
    drop(studio, curve, over(studio, "scene"))
    studio.until(lambda: len(scene.scene.timeline.keys) == 2)
    for key, wanted in zip(scene.scene.timeline.keys, RISE.keyframes, strict=True):
        assert (key.time_s, key.point, key.easing) == (wanted.time_s, wanted.point, "linear")
    line = Line("one", "Hello", "a" * 64, "b" * 64, duration_s=2.0)
    face.commit(face.state.with_lines([line]))
    studio.settle()
    voice = face.choosing.carried_line("one")
    assert voice is not None
    drop(studio, voice.into(QMimeData()), over(studio, "scene"))
    studio.until(lambda: scene.scene.voice is not None)
    assert scene.scene.voice is not None
    assert (scene.scene.voice.sha256, scene.scene.voice.name) == ("a" * 64, "Hello")
    use = Use("d" * 64, "dusk")
    compass.commit_ask(compass.state.ask.with_uses([use]))
    studio.settle()
    studio.until(lambda: len(scene.scene.pictures.pushes) == 2)  # a new scene moves its pictures by two of three axes
    dragged = Dragged("compass", "direction", use.sha256, "dusk", sha256=use.sha256)
    assert scene.accepts_take(dragged) == "The dominance of the scene moves its pictures along “dusk”"
    scene.take_dropped(dragged)
    studio.until(lambda: len(scene.scene.pictures.pushes) == 3)
    assert (scene.scene.pictures.pushes[-1].sha256, scene.scene.pictures.pushes[-1].axis) == (use.sha256, "dominance")


def test_the_scene_says_why_it_takes_something_not(studio: Studio) -> None:
    scene = scene_of(studio)
    for dragged in (
        Dragged("music", id="gone"),
        Dragged("face", affect=AffectPoint(0.1, 0.2)),
        Dragged("music", "curve", curve=curve_of([(0.0, AffectPoint()), (99_999.0, AffectPoint(1.0, 1.0))])),
    ):
        assert scene.accepts_take(dragged) == ""
        assert "The scene has no use for this" in scene.refuses_take(dragged)
        before = scene.scene
        scene.take_dropped(dragged)
        assert scene.scene is before


def test_takes_offer_the_same_in_their_menu(studio: Studio) -> None:
    studio.make(1)
    menu = studio.music.menu_of(studio.music.shown)
    inner = next(one for one in menu.findChildren(QMenu) if one.title() == "Use in")
    entries = [action.text() for action in inner.actions()]
    assert entries[0] == "Scene: it becomes the music of this scene"
    assert "Face: the face takes its feeling" in entries
    assert "Compass: the picture takes its feeling" in entries


@given(st.binary(max_size=200))
def test_foreign_bytes_are_nothing(data: bytes) -> None:
    mime = QMimeData()
    mime.setData(TAKE_MIME, data)
    found = dragged_in(mime)
    assert found is None or isinstance(found, Dragged)


@pytest.mark.parametrize("make", [lambda: None, lambda: Dragged("music", "curve", curve=AffectCurve(RISE.keyframes))])
def test_a_grip_without_a_taker_says_so(studio: Studio, make: Callable[[], Dragged | None]) -> None:
    grip = DragGrip(studio.shell.hub, "Carry it")
    studio.qtbot.addWidget(grip)
    grip.carry = make
    assert [(action.text(), action.isEnabled()) for action in grip.menu().actions()] == [
        ("There is nothing to carry yet", False)
    ]
