"""Artifacts: time and bars of scores, and their form on disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators import artifacts
from generators.artifacts import Audio, Marker, Measures, Score, Track
from generators.errors import BadArtifact


def make_score(seed: int = 0, count: int = 12) -> Score:
    rng = np.random.default_rng(seed)
    return Score(
        start=rng.integers(0, 7000, count),
        duration=rng.integers(1, 900, count),
        pitch=rng.integers(0, 128, count),
        velocity=rng.integers(1, 128, count),
        track=rng.integers(0, 2, count),
        tracks=(Track("Right"), Track("Left", 32)),
        tempo_tick=[0, 1920],
        tempo_bpm=[120.0, 60.0],
        metre_tick=[0, 3840],
        metre=[[4, 4], [3, 4]],
        key_tick=[0],
        key=[[-3, 1]],
        markers=(Marker(0, "tense"),),
        title="A piece",
    )


def same(first: Score, second: Score) -> bool:
    return artifacts.pack(first) == artifacts.pack(second)


@given(st.integers(0, 10_000), st.integers(0, 40))
def test_a_score_survives_its_file(seed: int, count: int) -> None:
    score = make_score(seed, count)
    read = artifacts.unpack(artifacts.pack(score, {"request": "x"}))
    assert isinstance(read, Score)
    assert same(score, read)
    assert read.tracks == score.tracks
    assert read.markers == score.markers


def test_notes_are_sorted_whatever_order_they_came_in() -> None:
    score = Score(start=[480, 0, 0], duration=[1, 1, 1], pitch=[60, 64, 62], velocity=[9, 8, 7], track=[0, 0, 0])
    assert score.pitch.tolist() == [62, 64, 60]
    assert score.velocity.tolist() == [7, 8, 9]


def test_seconds_follow_the_tempo_map_and_back() -> None:
    score = make_score()
    np.testing.assert_allclose(score.seconds_at([0, 480, 1920, 2400]), [0, 0.5, 2.0, 3.0])
    ticks = np.linspace(0, 9000, 50)
    np.testing.assert_allclose(score.ticks_at(score.seconds_at(ticks)), ticks)


def test_bars_follow_the_metre() -> None:
    score = Score(
        start=[0],
        duration=[1],
        pitch=[60],
        velocity=[64],
        track=[0],
        metre_tick=[0, 3840],
        metre=[[4, 4], [3, 4]],
        length=3840 + 2 * 1440,
    )
    assert score.bar_ticks().tolist() == [0, 1920, 3840, 5280, 6720]


@pytest.mark.parametrize("change", [3840, 3841, 100_000])
def test_a_metre_beyond_the_end_has_no_bars(change: int) -> None:
    score = Score([0], [480], [60], [64], [0], metre_tick=[0, change], metre=[[4, 4], [3, 8]], length=3840)
    assert score.bar_ticks().tolist() == [0, 1920, 3840]


@pytest.mark.parametrize("metre", [[4, 4], [1, 4096]])
def test_silence_has_one_bar(metre: list[int]) -> None:
    nothing: list[int] = []
    score = Score(nothing, nothing, nothing, nothing, nothing, metre=[metre], ticks_per_quarter=96)
    assert score.bar_ticks().tolist() == [0, max(1, 384 * metre[0] // metre[1])]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pitch": [60, 61]},
        {"pitch": [128]},
        {"track": [1]},
        {"start": [-1]},
        {"tempo_bpm": [0.0]},
        {"metre": [[0, 4]]},
        {"tempo_tick": [5]},
    ],
)
def test_an_impossible_score_is_refused(wrong: dict[str, list[object]]) -> None:
    right: dict[str, object] = {"start": [0], "duration": [1], "pitch": [60], "velocity": [64], "track": [0]}
    with pytest.raises(ValueError, match=r"score|note|tempo"):
        Score(**{**right, **wrong})


def test_arrays_of_an_artifact_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        make_score().pitch[0] = 3


@pytest.mark.parametrize(
    "artifact",
    [
        Audio(np.zeros((10, 2), np.float32), 48_000),
        Measures(("tempo",), ("bpm",), np.array([120.0])),
    ],
)
def test_other_artifacts_survive_too(artifact: Audio | Measures) -> None:
    assert artifacts.pack(artifacts.unpack(artifacts.pack(artifact))) == artifacts.pack(artifact)


def test_facts_travel_beside_the_artifact() -> None:
    assert artifacts.facts(artifacts.pack(make_score(), {"seed": 7})) == {"seed": 7}


def test_the_bytes_are_the_same_in_another_process() -> None:
    code = (
        "from generators.artifacts import *;"
        "s=Score(start=[0],duration=[4],pitch=[60],velocity=[64],track=[0]);"
        "print(digest(pack(s,{'b':1,'a':[2]})))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
        ).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


@settings(max_examples=200)
@given(st.data())
def test_damaged_bytes_are_refused_not_believed(data: st.DataObject) -> None:
    whole = artifacts.pack(make_score())
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(BadArtifact):
        artifacts.unpack(whole[:cut])
    with pytest.raises(BadArtifact):
        artifacts.unpack(data.draw(st.binary(max_size=200)))


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="cannot be read"):
        artifacts.read(tmp_path / "gone.safetensors")
