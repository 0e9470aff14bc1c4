"""What holds for every score."""

from __future__ import annotations

import dataclasses
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsymbolic_scores import measured, score_of

from generators.artifacts import Score, Track, replace
from generators.music import jsymbolic
from generators.music.jsymbolic import FEATURES, Prepared

TICKS = 24
NAMED_PITCH = {
    "Mean Pitch", "Mean Pitch Class", "Most Common Pitch", "Importance of Bass Register",
    "Importance of Middle Register", "Importance of High Register", "Relative Note Density of Highest Line",
}  # fmt: skip
IN_SECONDS = {"Duration in Seconds", "Variability of Time Between Attacks"}


@st.composite
def scores(draw: st.DrawFn, most_notes: int = 30) -> Score:
    """Any score of up to three tracks, one of them perhaps of drums."""
    tracks = draw(st.lists(st.booleans(), min_size=1, max_size=3))
    note = st.tuples(
        st.integers(0, 40 * TICKS), st.integers(0, 20 * TICKS), st.integers(13, 114), st.integers(1, 127),
        st.integers(0, len(tracks) - 1),
    )  # fmt: skip
    rows = np.array(draw(st.lists(note, max_size=most_notes)), dtype=np.int64).reshape(-1, 5)
    return Score(
        *rows.T,
        tracks=tuple(Track(is_drum=is_drum) for is_drum in tracks),
        ticks_per_quarter=TICKS,
        tempo_bpm=np.array([draw(st.floats(20, 300))]),
    )


def differing(first: Score, second: Score) -> set[str]:
    before, after = jsymbolic.measure(first), jsymbolic.measure(second)
    same = np.isclose(before, after, rtol=1e-9, atol=1e-9)
    return {name for name, is_same in zip(jsymbolic.NAMES, same.tolist(), strict=True) if not is_same}


@given(scores())
def test_finite_and_within_bounds(score: Score) -> None:
    values = jsymbolic.measure(score)
    assert values.shape == (100,)
    assert np.isfinite(values).all()
    low = np.array([feature.low for feature in FEATURES])
    high = np.array([feature.high for feature in FEATURES])
    assert (low - 1e-9 <= values).all()
    assert (values <= high + 1e-9).all()


@given(scores())
def test_histograms_sum_to_one_or_are_empty(score: Score) -> None:
    prepared = Prepared(score)
    for function in {feature.function for feature in FEATURES if feature.bin is not None}:
        total = float(np.sum(function(prepared)))
        assert total == pytest.approx(1.0) or total == 0.0


@given(scores(), st.integers(-13, 13))
@settings(max_examples=60)
def test_transposition(score: Score, semitones: int) -> None:
    drums = np.array([track.is_drum for track in score.tracks])[score.track]
    higher = replace(score, pitch=np.where(drums, score.pitch, score.pitch + semitones))
    changed = differing(score, higher)
    # where two classes or chord notes tie, the histogram may begin at another class
    assert {name for name in changed if not name.startswith("Pitch Class Histogram")} <= NAMED_PITCH


@given(scores(), st.integers(1, 11))
@settings(max_examples=40)
def test_transposition_turns_no_histogram_with_one_top(score: Score, semitones: int) -> None:
    counts = np.sort(Prepared(score).class_counts)
    if counts[-1] > counts[-2]:
        higher = replace(score, pitch=score.pitch + semitones)
        assert not {name for name in differing(score, higher) if name.startswith("Pitch Class Histogram")}


@given(scores(), st.floats(20, 300))
@settings(max_examples=60)
def test_tempo(score: Score, tempo_bpm: float) -> None:
    faster = replace(score, tempo_bpm=np.array([tempo_bpm]))
    assert differing(score, faster) <= IN_SECONDS
    before, after = measured(score), measured(faster)
    for name in IN_SECONDS:
        assert after[name] * tempo_bpm == pytest.approx(before[name] * float(score.tempo_bpm[0]))


@given(scores(), st.randoms())
@settings(max_examples=60)
def test_order_of_notes(score: Score, random: Random) -> None:
    order = list(range(score.note_count))
    random.shuffle(order)
    columns = {name: getattr(score, name)[order] for name in ("start", "duration", "pitch", "velocity", "track")}
    shuffled = replace(score, **columns)
    keys = np.stack([score.start, score.pitch, score.track])
    if np.unique(keys, axis=1).shape[1] == score.note_count:
        assert not differing(score, shuffled)


@given(scores(), st.integers(2, 40))
@settings(max_examples=60)
def test_finer_ticks(score: Score, factor: int) -> None:
    finer = dataclasses.replace(
        score,
        start=score.start * factor,
        duration=score.duration * factor,
        ticks_per_quarter=TICKS * factor,
        length=score.length * factor,
    )
    # the look-ahead of a tenth of a quarter is rounded to whole ticks
    assert differing(score, finer) <= {"Contrary Motion"}


@given(scores())
@settings(max_examples=40)
def test_tracks_change_places(score: Score) -> None:
    last = len(score.tracks) - 1
    mirrored = replace(score, track=last - score.track, tracks=score.tracks[::-1])
    changed = differing(score, mirrored)
    # at one start and pitch, notes of different tracks change places, which only drum and pitch voices could feel
    assert not changed


@pytest.mark.parametrize("drums", [(), (0,)])
def test_without_notes_all_is_zero(drums: tuple[int, ...]) -> None:
    assert not jsymbolic.measure(score_of(drums=drums)).any()


def test_one_note() -> None:
    values = measured(score_of((0, 1, 60)))
    assert values["Mean Pitch"] == 60
    assert values["Pitch Class Histogram_2"] == 0
    assert values["Duration in Seconds"] == 0.5
    assert values["Chord Duration"] == 1.0
    assert np.isfinite(list(values.values())).all()


def test_drums_alone() -> None:
    values = measured(score_of((0, 1, 36), (1, 1, 38), (2, 1, 36), drums=(0,)))
    assert values["Total Number of Notes"] == 3
    assert values["Number of Pitches"] == 0
    assert values["Contrary Motion"] == 0
    assert values["Strength of Strongest Rhythmic Pulse - Tempo Standardized"] > 0


def test_notes_of_no_length() -> None:
    values = measured(score_of((0, 0, 60), (0, 0, 64)))
    assert values["Note Density per Quarter Note"] == 0.0
    assert values["Average Number of Simultaneous Pitches"] == 0.0


@pytest.mark.parametrize(
    ("start", "duration", "ticks_per_quarter"),
    [
        (np.arange(6000) * 7, np.full(6000, 30_000), 32_767),  # a wall of notes in a fine resolution
        (np.zeros(3000), np.ones(3000), 480),  # all at once
        (np.arange(4000), np.full(4000, 10**6), 480),  # none ends before the last begins
        (np.array([0, 10**15]), np.array([1, 10**15]), 480),  # a silence of centuries
        (np.arange(3000) // 3, np.arange(3000) % 5, 1),  # ticks of a quarter
    ],
    ids=["wall", "at once", "sustained", "silence", "coarse"],
)
def test_absurd_scores(start: np.ndarray, duration: np.ndarray, ticks_per_quarter: int) -> None:
    rng = np.random.default_rng(0)
    count = len(start)
    score = Score(
        start, duration, rng.integers(0, 128, count), rng.integers(1, 128, count), rng.integers(0, 3, count),
        tracks=(Track(), Track(), Track()), ticks_per_quarter=ticks_per_quarter,
    )  # fmt: skip
    with np.errstate(all="raise"):
        values = jsymbolic.measure(score)
    assert np.isfinite(values).all()
    assert values[58] == count
