"""Passages and tracks of a score sound, sample for sample, as they do in the whole."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import Score, Track, replace
from generators.engine.fake_script import score_so_far
from generators.errors import BadRequest, Cancelled
from generators.music import synth
from generators.music.passage import first_frame, synthesise_passage, synthesise_tracks
from generators.music.request import SynthesiseRequest
from generators.music.synth import PEAK_CEILING, synthesise

RATE_HZ = 11_025
TRACKS = (Track("Piano"), Track("Violin", 40), Track("Drums", 0, True), Track("Flute", 73))


def busy(seed: int, bars: int = 8, notes: int = 120, longest: int = 4000, loudness: int = 60) -> Score:
    """Notes of four instruments, held over bar lines, some over others of their pitch."""
    random = np.random.default_rng(seed)
    start = random.integers(0, bars * 1920, notes)
    duration = np.minimum(random.integers(100, longest, notes), bars * 1920 - start)
    return Score(
        start,
        duration,
        random.integers(30, 90, notes),
        random.integers(10, loudness, notes),
        random.integers(0, 4, notes),
        tracks=TRACKS,
        length=bars * 1920,
    )


def bar_frames(score: Score) -> list[int]:
    return np.rint(score.seconds_at(score.bar_ticks()) * RATE_HZ).astype(int).tolist()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_bars_of_a_score_that_grows_add_up_to_the_whole(seed: int) -> None:
    score = busy(seed, bars=12, notes=90)
    whole = synthesise_passage(score, (0, bar_frames(score)[-1]), RATE_HZ).samples
    edges = bar_frames(score)
    for bar, (begin, end) in enumerate(itertools.pairwise(edges)):
        part = synthesise_passage(score_so_far(score, bar + 1), (begin, end), RATE_HZ).samples
        assert np.abs(part - whole[begin:end]).max(initial=0.0) < 1e-5


def test_the_whole_as_one_passage_has_the_very_samples_of_the_whole() -> None:
    score = busy(3, loudness=30)
    exact = synthesise(score, RATE_HZ).samples
    assert np.abs(exact).max() < PEAK_CEILING
    fade = RATE_HZ // 50
    assert np.array_equal(synthesise_passage(score, (0, len(exact)), RATE_HZ).samples[:-fade], exact[:-fade])
    assert np.array_equal(synthesise(score, RATE_HZ).samples, exact)


def test_little_more_than_what_is_asked_for_is_played() -> None:
    score = busy(1, bars=64, notes=400)
    begin = bar_frames(score)[60]
    held = replace(score, duration=score.length - score.start)
    assert begin - 20 * RATE_HZ < first_frame(synth.Rendering(score, RATE_HZ, None), begin) <= begin
    assert first_frame(synth.Rendering(held, RATE_HZ, None), begin) < 5 * RATE_HZ


def test_tracks_add_up_to_the_whole_also_where_it_was_turned_down() -> None:
    score = busy(5, notes=300, loudness=127)
    exact = synthesise(score, RATE_HZ).samples
    assert np.abs(exact).max() == pytest.approx(PEAK_CEILING)
    parts = [synthesise_tracks(score, (track,), RATE_HZ).samples for track in range(4)]
    assert np.abs(np.sum(parts, axis=0) - exact).max() < 1e-5
    assert all(np.abs(part).max() > 0.01 for part in parts)
    pair = synthesise_tracks(score, (1, 3), RATE_HZ).samples
    assert np.abs(pair - parts[1] - parts[3]).max() < 1e-5


def test_a_compressed_soundfont_is_unpacked_once_for_many_passages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    really = synth._open
    monkeypatch.setattr(synth, "_open", lambda font, path, rate: opened.append(path) or really(font, path, rate))
    font = tmp_path / "font.sf2"
    font.write_bytes(synth.default_soundfont().read_bytes())
    score = busy(2, bars=4, notes=40)
    first = synthesise(score, RATE_HZ, font).samples
    count = len(opened)
    for _ in range(3):
        synthesise_passage(score, (0, 4 * RATE_HZ), RATE_HZ, font)
    assert np.array_equal(synthesise(score, RATE_HZ, font).samples, first)
    assert len(opened) == count
    synthesise(score, RATE_HZ)
    assert len(synth._idle) <= synth.IDLE_SYNTHESISERS
    assert all(key[0] != str(font) for key, _ in synth._idle)


def test_a_cancel_in_the_middle_leaves_nothing_sounding() -> None:
    score = busy(4, bars=8)
    exact = synthesise(score, RATE_HZ).samples

    def cancel(done: float, total: float, note: str = "") -> None:
        if done > 3:
            raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        synthesise(score, RATE_HZ, None, cancel)
    assert np.array_equal(synthesise(score, RATE_HZ).samples, exact)


def test_every_stroke_of_a_string_ends_with_its_last_note() -> None:
    lone = Score([0], [960], [60], [80], [0], tracks=(Track("Violin", 40),), length=1920)
    pair = Score([0, 480], [480 + 10, 480], [60, 60], [80, 80], [0, 0], tracks=(Track("Violin", 40),), length=1920)
    assert synthesise(pair, RATE_HZ).duration_s == synthesise(lone, RATE_HZ).duration_s
    tail = synthesise_passage(pair, (3 * RATE_HZ, 4 * RATE_HZ), RATE_HZ).samples
    assert np.abs(tail).max() < 0.001


@pytest.mark.parametrize(
    "wrong", [{"tempo_factor": 0.2}, {"tempo_factor": 3.0}, {"tracks": (-1,)}, {"frames": (5, 5)}, {"frames": (-1, 5)}]
)
def test_a_request_for_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadRequest, match=r"choose|counted|before it begins"):
        SynthesiseRequest("0" * 64, **wrong)


def test_a_passage_after_hours_is_refused() -> None:
    with pytest.raises(BadRequest, match="3 hours"):
        synthesise_passage(busy(0), (0, 4 * 3600 * RATE_HZ), RATE_HZ)
