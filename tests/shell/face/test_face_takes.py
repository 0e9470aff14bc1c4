"""What is asked is performed live, kept as takes, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from face_hands import Face
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from window_hands import Ears, Studio

from generators.affect import AffectPoint
from generators.engine.engine import Engine, Lane
from generators.engine.fake_script import Refuse, play
from generators.engine.local import LocalEngine
from generators.errors import BadRequest
from generators.face.actions import INDEX
from generators.face.request import PerformRequest
from generators.scene.kept import scene_in
from studio.widgets.dragged import dragged_in


def test_perform_keeps_what_is_seen(spoken: Face) -> None:
    seen = spoken.panel.desk.shown
    assert seen is not None
    assert spoken.panel.middle.told.text() == "Not kept yet"
    take = spoken.perform()
    assert take.name == "happy 1"
    assert spoken.request_of(take) == spoken.ask.request(spoken.line.voice_sha256)
    assert spoken.panel.shown == take.id
    assert spoken.panel.middle.told.text() == "“happy 1”"
    assert spoken.panel.desk.shown is not None
    assert np.array_equal(spoken.panel.desk.shown.values, seen.values)
    facts = {name: words for name, words, _ in spoken.panel.right._facts_shown}
    assert facts["feeling"] == "happy"
    assert facts["seed"] == "1"
    assert facts["voice"].startswith("line_1.wav")


def test_a_second_press_is_another_character_unless_the_seed_is_locked(spoken: Face) -> None:
    first = spoken.perform()
    second = spoken.perform()
    assert spoken.request_of(second).seed != spoken.request_of(first).seed
    assert second.asset_sha256 != first.asset_sha256
    spoken.panel.middle.lock.click()
    spoken.settle()
    spoken.panel.perform()
    assert "there already" in spoken.message
    assert len(spoken.takes) == 2


def test_a_slider_is_seen_while_it_moves_and_kept_when_it_rests(spoken: Face) -> None:
    slider = spoken.panel.left.sliders["intensity"]
    before = spoken.panel.desk.shown
    slider.askedEdited.emit(0.0)
    spoken.until(lambda: spoken.panel.desk.shown is not before)
    assert spoken.ask.intensity == 1.0
    slider.askedCommitted.emit(0.0)
    spoken.settle()
    assert spoken.ask.intensity == 0.0
    asked = [request for request in spoken.asked if isinstance(request, PerformRequest)]
    assert [request.intensity for request in asked] == [1.0, 0.0]
    assert all(lane is Lane.PREVIEW for request, lane, _ in spoken.studio.engine.submitted[1:])
    spoken.undo()
    spoken.settle()
    assert spoken.ask.intensity == 1.0
    assert spoken.panel.left.sliders["intensity"].value == 1.0
    assert before is not None
    assert spoken.panel.desk.shown is not None
    assert np.array_equal(spoken.panel.desk.shown.values, before.values)


def test_of_previews_that_wait_the_newest_wins(spoken: Face) -> None:
    for value in (0.1, 0.2, 0.3, 0.4, 0.5):
        spoken.panel.left.sliders["intensity"].askedEdited.emit(value)
    spoken.until(lambda: spoken.panel.performing.previewing is None)
    asked = [request.intensity for request in spoken.asked if isinstance(request, PerformRequest)]
    assert asked == [1.0, 0.1, 0.5]


def test_choosing_a_take_brings_its_settings_back_and_makes_a_tree(spoken: Face) -> None:
    first = spoken.perform()
    spoken.panel.left.pad.pointCommitted.emit(AffectPoint(-0.75, 0.48, 0.35))
    spoken.panel.left.jali.committed.emit(1.6, 0.4)
    spoken.settle()
    assert spoken.panel.shown == ""
    second = spoken.perform()
    assert second.name == "angry 1"
    assert second.parent == first.id
    assert [row.depth for row in spoken.panel.right.takes.rows] == [0, 1]
    spoken.panel.right.takes.view.setCurrentIndex(spoken.panel.right.takes.model.index(0))
    spoken.until(lambda: spoken.panel.shown == first.id)
    assert spoken.panel.left.jali.value == (1.0, 1.0)
    assert spoken.ask.affect == spoken.request_of(first).affect
    spoken.undo()
    assert spoken.panel.left.jali.value == (1.6, 0.4)
    assert spoken.panel.shown == second.id


def test_a_and_b_are_compared_at_the_same_place(spoken: Face) -> None:
    first = spoken.perform()
    spoken.panel.right.marks.buttons["A"].click()
    spoken.settle()
    spoken.panel.left.pad.pointCommitted.emit(AffectPoint(-0.7, -0.42, -0.35))
    spoken.settle()
    second = spoken.perform()
    spoken.panel.compare("B")
    spoken.settle()
    assert spoken.panel.takes.marks == (first.id, second.id)
    spoken.studio.shell.playback.seek(0.7)
    spoken.panel.compare("")
    spoken.settle()
    assert spoken.panel.shown == first.id
    assert spoken.studio.shell.playback.position_s == 0.7
    assert spoken.panel.timeline.compared == {"A": "happy 1", "B": "sad 1"}
    assert spoken.panel.timeline.letter == "A"


def test_star_rename_note_remove(spoken: Face) -> None:
    take = spoken.perform()
    spoken.panel.takes.star(take.id, True)
    spoken.panel.takes.rename(take.id, "  warm  ")
    spoken.panel.right.note.setText("the one")
    spoken.panel.right.note.editingFinished.emit()
    spoken.settle()
    row = spoken.panel.right.takes.rows[0]
    assert (row.name, row.starred, row.note) == ("warm", True, "the one")
    spoken.panel.takes.duplicate(take.id)
    spoken.settle()
    assert [one.name for one in spoken.takes] == ["warm", "warm copy"]
    spoken.panel.choosing.remove(take.id)
    spoken.settle()
    assert [one.name for one in spoken.takes] == ["warm copy"]


def test_a_failed_take_can_be_run_again(spoken: Face) -> None:
    spoken.studio.engine.script = lambda request, inputs: [Refuse(BadRequest("No face today: try tomorrow."))]
    spoken.panel.perform()
    spoken.until(lambda: "No face today" in spoken.message)
    assert not spoken.panel.performing.pending
    spoken.studio.engine.script = play
    spoken.studio.window.strip._action.click()
    spoken.until(lambda: len(spoken.takes) == 1)


def test_performing_can_be_cancelled(spoken: Face) -> None:
    spoken.panel.perform()
    spoken.studio.until(lambda: len(spoken.panel.performing.pending) == 1)
    assert spoken.panel.right.takes.rows[0].busy is not None
    assert not spoken.panel.middle.told.isVisibleTo(spoken.panel.middle)
    spoken.studio.qtbot.keyClick(spoken.studio.window, Qt.Key.Key_Escape)
    spoken.until(lambda: not spoken.panel.performing.pending)
    assert not spoken.takes


def test_the_feeling_changes_along_the_line(spoken: Face) -> None:
    panel = spoken.panel
    panel.left.feeling.mode.chosen.emit("curve")
    spoken.settle()
    assert panel.middle._feeling_row.isVisibleTo(panel.middle)
    panel.hands.seek(1.0)
    panel.left.pad.pointCommitted.emit(AffectPoint(-0.7, -0.4, 0.0))
    spoken.settle()
    curve = spoken.ask.curve
    assert curve is not None
    assert [frame.time_s for frame in curve.keyframes] == [0.0, 1.0]
    assert curve.keyframes[1].point.valence == -0.7
    panel.middle.feeling.ease(1)
    spoken.settle()
    assert spoken.ask.curve is not None
    assert len(spoken.ask.curve.keyframes) == 6
    take = spoken.perform()
    assert take.name == "happy to sad 1"
    assert spoken.request_of(take).curve == spoken.ask.curve


def test_seven_emotions_are_mixed_by_keyframes(spoken: Face) -> None:
    panel = spoken.panel
    panel.left.feeling.mode.chosen.emit("mixture")
    panel.left.feeling.mixture.sliders["happy"].askedCommitted.emit(0.6)
    spoken.settle()
    assert [dict(key.weights) for key in spoken.ask.feelings] == [{"happy": 0.6}]
    panel.middle.mixture.add(1.0)
    panel.left.feeling.mixture.sliders["happy"].askedCommitted.emit(0.0)
    panel.left.feeling.mixture.sliders["fear"].askedCommitted.emit(0.9)
    spoken.settle()
    keys = [(key.time_s, dict(key.weights)) for key in spoken.ask.feelings]
    assert keys == [(0.0, {"happy": 0.6}), (1.0, {"fear": 0.9})]
    take = spoken.perform()
    assert take.name == "happy to fear 1"
    assert spoken.request_of(take).feelings == spoken.ask.feelings


def test_blinks_and_gaze_are_set_at_the_playhead(spoken: Face) -> None:
    panel = spoken.panel
    panel.hands.seek(0.8)
    panel.left.blink.click()
    spoken.settle()
    assert spoken.ask.eyes.blink_at_s == (0.8,)
    shown = panel.desk.shown
    assert shown is not None
    around = slice(int(0.8 * 60) - 4, int(0.8 * 60) + 14)
    assert float(shown.values[around, INDEX["blink_left"]].max()) > 0.8
    panel.middle.view.select((0.2, 0.6))
    panel.left.hold.click()
    spoken.settle()
    assert [hold[:2] for hold in spoken.ask.eyes.look_at] == [(0.2, 0.6)]
    assert panel.left.moments.isVisibleTo(panel.left)
    panel.left.blink.click()
    spoken.settle()
    assert spoken.ask.eyes.blink_at_s == ()
    panel.left.moments.click()
    spoken.settle()
    assert spoken.ask.eyes.look_at == ()


def test_with_a_real_worker(open_studio: Callable[..., Studio], make_voice: Callable[..., Path]) -> None:
    def worker() -> Engine:
        return LocalEngine(handlers="tiny_face:REGISTRY", environment={"PYTHONPATH": str(Path(__file__).parent)})

    studio = open_studio(ears=Ears(available=False), make_engine=worker)
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("face"))
    face = Face(studio)
    face.open(make_voice())
    assert face.panel.middle.voice.voice is not None
    take = face.perform()
    assert face.panel.shown == take.id
    assert take.facts["model_sha256"]
    face.panel.left.sliders["head"].askedCommitted.emit(0.0)
    face.settle()
    shown = face.panel.desk.shown
    assert shown is not None
    assert float(np.abs(shown.values[:, INDEX["head_yaw"]]).max()) == 0.0


def test_takes_and_lines_are_carried_with_their_voice(spoken: Face) -> None:
    take = spoken.perform()
    panel, document = spoken.panel, str(spoken.studio.project.document.path)
    for mime_for, kind, identity in (
        (panel.right.takes.mime_for, "take", take.id),
        (panel.right.lines.mime_for, "line", spoken.line.id),
    ):
        assert mime_for is not None
        data = mime_for(identity)
        assert data is not None
        dragged = dragged_in(data)
        assert dragged is not None
        assert (dragged.kind, dragged.id, dragged.name, dragged.document) == (kind, identity, "line_1", document)
        assert (dragged.sha256, dragged.affect) == (spoken.line.voice_sha256, spoken.ask.affect)
        assert dragged.duration_s == pytest.approx(1.5, abs=0.05)
        file = Path(data.urls()[0].toLocalFile())
        assert file.suffix == ".csv"
        assert file.stat().st_size > 1_000


def test_a_line_is_used_in_the_scene_by_its_menu(spoken: Face) -> None:
    right = spoken.panel.right
    right.lines.menuRequested.emit(spoken.line.id, right.mapToGlobal(right.rect().center()))
    (inner,) = [menu for menu in right.lines.findChildren(QMenu) if menu.title() == "Use in"]
    texts = [action.text() for action in inner.actions()]
    assert texts[0] == "Scene: it becomes the voice of this scene"
    inner.actions()[0].trigger()
    spoken.until(lambda: "scene" in spoken.studio.project.state.panel_states)
    kept = scene_in(spoken.studio.project.state.panel_states["scene"])
    assert kept.voice is not None
    assert kept.voice.sha256 == spoken.line.voice_sha256
    inner.parent().close()
