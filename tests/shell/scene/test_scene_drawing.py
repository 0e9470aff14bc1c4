"""Beginning a scene, drawing its feeling, and finding all of it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from scene_hands import ANGRY, CALM, Stage
from window_hands import Ears, Studio

from generators.affect import AffectPoint
from generators.artifacts import Score, Track
from generators.music.midi import write_midi
from generators.scene.timeline import SceneKey, Timeline
from studio.panels.scene.keying import changed


def test_a_first_start_opens_the_empty_scene_which_leads_on(moved: Stage) -> None:
    stage = moved
    assert stage.studio.shell.preferences.now().last_panel == "scene"
    assert not stage.panel.middle.is_desk
    assert stage.panel.exports() == ()
    assert stage.panel.timeline.is_empty
    stage.panel.make()
    assert "empty" in stage.message
    stage.studio.window.show()
    stage.panel.focus_first()
    stage.studio.qtbot.mouseClick(stage.panel.middle.empty.draw, Qt.MouseButton.LeftButton)
    stage.settle()
    assert stage.panel.middle.is_desk
    assert stage.scene.duration_s == 20.0
    assert len(stage.scene.timeline.keys) > 2
    stage.until(lambda: bool(stage.scene.pictures.pushes))
    assert {push.axis for push in stage.scene.pictures.pushes} == {"valence", "arousal"}
    stage.until(lambda: stage.panel.left.pictures.axes.keys() == {push.sha256 for push in stage.scene.pictures.pushes})
    stage.undo()
    assert not stage.panel.middle.is_desk


def test_the_sample_scene_opens_as_a_project_without_a_name(stage: Stage) -> None:
    stage.panel.middle.empty.sample.click()
    stage.until(lambda: stage.scene.voice is not None and stage.panel.voicing.voice is not None)
    assert stage.studio.project.document.is_untitled
    assert stage.panel.middle.is_desk
    assert 20.0 <= stage.scene.duration_s <= 30.0
    stage.settle()
    assert stage.panel.right.fact("length").startswith("27.6 s")
    assert stage.panel.parts.due() == ("music", "face", "pictures")


def test_the_pad_shows_and_writes_the_keyframe_at_the_playhead_as_one_step(spoken: Stage) -> None:
    spoken.feel(CALM, ANGRY)
    panel, playback = spoken.panel, spoken.studio.shell.playback
    playback.seek(0.0)
    assert panel.left.pad.point == CALM
    playback.seek(2.0)
    assert panel.left.pad.point == ANGRY
    assert panel.left.words.text() == "angry"
    assert panel.left.moment.text() == "at 0:02.00"
    playback.seek(1.0)
    for valence in (0.1, 0.3, 0.5):
        panel.left.pad.pointEdited.emit(AffectPoint(valence, 0.2))
    assert len(spoken.scene.timeline.keys) == 2  # nothing is kept while the hand moves
    assert panel.middle.timeline.timeline.keys[1].point == AffectPoint(0.5, 0.2)
    panel.left.pad.pointCommitted.emit(AffectPoint(0.5, 0.2))
    assert [key.time_s for key in spoken.scene.timeline.keys] == [0.0, 1.0, 2.0]
    spoken.settle()
    assert spoken.studio.window.menus.undo.text() == "Undo move the feeling"
    spoken.undo()
    assert [key.time_s for key in spoken.scene.timeline.keys] == [0.0, 2.0]
    spoken.redo()
    assert spoken.scene.timeline.keys[1].point == AffectPoint(0.5, 0.2)


def test_character_rooms_and_length_are_kept_and_undone(spoken: Stage) -> None:
    left = spoken.panel.left
    left.character.inertia.askedCommitted.emit(1.5)
    left.music.level.askedCommitted.emit(-12.0)
    left.music.gain.askedCommitted.emit(0.5)
    left.pictures.switch.click()
    left.face.way.chosen.emit("leaves")
    spoken.panel.middle.length.setValue(3.0)
    spoken.panel.middle.length.editingFinished.emit()
    spoken.settle()
    scene = spoken.scene
    assert scene.personality.inertia_s == 1.5
    assert scene.music.level_db == -12.0
    assert scene.music.follow.gain == 0.5
    assert scene.pictures.off
    assert scene.face.follow.leaves
    assert scene.duration_s == 3.0
    assert left.music.told.text() == "follows · ×0.5"
    assert left.pictures.told.text() == "off"
    assert left.face.told.text() == "own way"
    for _ in range(6):
        spoken.undo()
    assert spoken.scene.personality.inertia_s == 0.0
    assert not spoken.scene.pictures.off
    assert spoken.scene.voice is not None


def test_arcs_and_moments_come_from_the_curve(spoken: Stage) -> None:
    timeline = spoken.panel.middle.timeline
    timeline.curves.lay_arc("calm to storm")
    spoken.settle()
    assert spoken.scene.timeline.keys[-1].time_s == pytest.approx(2.0, abs=0.05)
    spoken.studio.shell.playback.seek(1.0)
    spoken.panel.hands.add_cue()
    spoken.settle()
    assert [cue.time_s for cue in spoken.scene.cues] == [1.0]
    assert "bar" in spoken.panel.right.fact("at 0:01.00")


def test_the_voice_proposes_a_feeling_and_music_lends_one(spoken: Stage, tmp_path: Path) -> None:
    spoken.panel.middle.timeline.voiceAsked.emit()
    spoken.settle()
    proposed = spoken.scene.timeline
    assert proposed.keys
    score = Score(
        np.arange(0, 480 * 16, 480), np.full(16, 480), np.arange(60, 76), np.full(16, 90), np.zeros(16, int),
        (Track("Lead", 0),), length=480 * 16,
    )  # fmt: skip
    song = tmp_path / "song.mid"
    song.write_bytes(write_midi(score))
    spoken.panel.importing.open([song])
    assert "lend" in spoken.message
    assert spoken.scene.timeline == proposed
    offer = spoken.studio.window.strip.current
    assert offer is not None
    assert offer.action is not None
    offer.action()
    spoken.until(lambda: spoken.scene.timeline != proposed)
    assert spoken.scene.timeline.keys[-1].time_s <= spoken.scene.duration_s + 1e-6  # the song is longer than the voice


def test_a_file_that_is_no_curve_changes_nothing(spoken: Stage, tmp_path: Path) -> None:
    bad = tmp_path / "curve.json"
    bad.write_text("{nonsense")
    spoken.panel.importing.take_feeling(bad)
    spoken.until(lambda: "curve.json" in spoken.message)
    assert not spoken.scene.timeline.keys


def test_a_shorter_voice_cuts_the_curve_with_a_word(spoken: Stage, make_voice: Callable[..., Path]) -> None:
    spoken.feel(CALM, ANGRY)
    spoken.panel.voicing.open(make_voice("line_2.wav", 1.0, 180.0))
    spoken.until(lambda: spoken.scene.voice is not None and spoken.scene.voice.name == "line_2")
    assert spoken.scene.timeline.keys[-1].time_s <= 1.0
    assert "beyond the end" in spoken.message
    spoken.settle()
    assert len(spoken.lines.lines) == 2  # each voice is a line of the face panel, too


def test_what_is_damaged_is_refused_or_mended_with_a_word(stage: Stage, tmp_path: Path) -> None:
    bad = tmp_path / "noise.wav"
    bad.write_bytes(b"RIFF nothing of a sound")
    stage.panel.voicing.open(bad)
    stage.until(lambda: "noise.wav" in stage.message)
    assert stage.scene.voice is None
    assert not stage.panel.middle.is_desk
    text = '{"scene": {"asked_s": 4.0, "timeline": {"keys": [{"time_s": 3.0}, {"time_s": 1.0}]}}}'
    stage.panel.load_state(text)
    assert [key.time_s for key in stage.scene.timeline.keys] == [1.0, 3.0]
    assert "sorted" in stage.message
    keys = (SceneKey(0.0, CALM), SceneKey(600.0, ANGRY))
    stage.panel.commit(changed(stage.scene, asked_s=600.0, timeline=Timeline(keys)))
    stage.settle()
    stage.panel.preview(changed(stage.scene, timeline=Timeline((SceneKey(0.0, ANGRY),))))
    assert stage.panel.middle.timeline.timeline.keys == (SceneKey(0.0, ANGRY),)


def test_the_scene_is_as_it_was_after_a_restart(
    open_studio: Callable[..., Studio], make_voice: Callable[..., Path], tmp_path: Path
) -> None:
    stage = Stage(open_studio(ears=Ears(available=False)))
    stage.studio.shell.context.uses.show("scene")
    stage.panel.moving.sample = None
    stage.open(make_voice())
    stage.feel(CALM, ANGRY)
    path = tmp_path / "rooftop.affect"
    stage.studio.project.save_as(path)
    stage.until(lambda: not stage.studio.project.document.is_untitled)
    before = stage.panel.state
    stage.studio.close()
    again = Stage(open_studio(ears=Ears(available=False), path=path))
    again.until(lambda: again.panel.voicing.voice is not None)
    assert again.studio.window.panel is again.panel
    assert again.panel.state == before
    again.undo()
    assert not again.scene.timeline.keys
