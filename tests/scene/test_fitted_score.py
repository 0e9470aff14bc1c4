"""Music that the shipped model writes to a scene has exactly its length and its beats, as a MIDI file too."""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np
import pytest

from generators.affect import emotion_named
from generators.artifacts import Score
from generators.music.compose import compose
from generators.music.midi import read_midi, write_midi
from generators.music.model import load_model
from generators.progress import silent
from generators.scene.plan import fitted, music_request
from generators.scene.request import Cue, Scene, SceneMusic
from generators.scene.timeline import SceneKey, Timeline

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "music" / "music-small.safetensors"
CALM, ANGRY = emotion_named("calm").point, emotion_named("angry").point
SCENE = Scene(
    asked_s=9.4,
    timeline=Timeline((SceneKey(0.0, CALM), SceneKey(6.1, ANGRY))),
    cues=(Cue(3.3, "sees it"), Cue(6.1, "slams the door", "bar")),
    music=SceneMusic(base=SceneMusic().base),
)


@pytest.fixture(scope="module")
def score() -> Score:
    request = music_request(SCENE)
    return compose(request, load_model(SHIPPED), silent)[0]


def test_the_score_is_as_long_as_the_scene_and_its_bars_are_those_that_were_fitted(score: Score) -> None:
    found = fitted(SCENE)
    assert score.duration_s == pytest.approx(SCENE.duration_s, abs=5e-4)
    assert len(score.bar_ticks()) == found.bars + 1
    assert np.allclose(score.seconds_at(score.bar_ticks()), found.bars_s(), atol=1e-6)
    assert score.note_count > 8


def test_the_moments_are_beats_and_markers_of_the_score(score: Score) -> None:
    marked = {marker.text: marker.tick for marker in score.markers}
    for cue in SCENE.cues:
        assert float(score.seconds_at(marked[cue.name])) == pytest.approx(cue.time_s, abs=5e-3)
    assert marked["sees it"] % score.ticks_per_quarter == 0
    assert marked["slams the door"] in score.bar_ticks().tolist()


def test_the_midi_file_ends_with_the_scene(score: Score, tmp_path: Path) -> None:
    path = tmp_path / "score.mid"
    path.write_bytes(write_midi(score))
    assert mido.MidiFile(path).length == pytest.approx(SCENE.duration_s, abs=5e-4)
    assert read_midi(path.read_bytes()).duration_s == pytest.approx(SCENE.duration_s, abs=5e-4)
