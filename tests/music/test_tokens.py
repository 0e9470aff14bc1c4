"""Events and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.errors import BadInput
from generators.music import tokens

BAR_4_4 = tokens.bar_length((4, 4))


def random_notes(seed: int, count: int, bars: int = 4, roles: int = 1) -> tokens.GridNotes:
    rng = np.random.default_rng(seed)
    return tokens.GridNotes(
        start=rng.integers(0, bars * BAR_4_4, count),
        duration=rng.choice(tokens.DURATIONS, count),
        pitch=rng.integers(21, 109, count),
        velocity=rng.integers(1, 128, count),
        role=rng.integers(0, roles, count),
    ).tidied()


@given(seed=st.integers(0, 10_000), count=st.integers(0, 60), roles=st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_events_give_the_notes_back(seed: int, count: int, roles: int) -> None:
    notes = random_notes(seed, count, roles=roles)
    events = tokens.encode(notes, BAR_4_4, 4)
    assert (events[:, 0] == tokens.BAR).sum() == 5
    assert events[0, 0] == events[-1, 0] == tokens.BAR
    back = tokens.decode(events, BAR_4_4)
    for name in ("start", "pitch", "role"):
        np.testing.assert_array_equal(getattr(back, name), getattr(notes, name))
    np.testing.assert_array_equal(back.duration, tokens.DURATIONS[tokens.duration_index(notes.duration)])
    assert np.abs(back.velocity - notes.velocity).max(initial=0) <= tokens.VELOCITY_STEP


@given(seed=st.integers(0, 10_000), count=st.integers(1, 80))
@settings(max_examples=60, deadline=None)
def test_tidied_notes_neither_double_nor_overlap(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    notes = tokens.GridNotes(
        rng.integers(0, 40, count), rng.integers(1, 60, count), rng.integers(60, 63, count), np.full(count, 64),
        rng.integers(0, 2, count),
    ).tidied()  # fmt: skip
    for role in (0, 1):
        for pitch in (60, 61, 62):
            line = np.flatnonzero((notes.role == role) & (notes.pitch == pitch))
            ends = (notes.start + notes.duration)[line]
            assert (ends[:-1] <= notes.start[line][1:]).all()
    assert (notes.duration >= 1).all()


def test_a_chord_is_written_from_the_top_down() -> None:
    notes = tokens.GridNotes(
        *(np.array(values) for values in ([0, 0, 0], [24, 24, 24], [60, 67, 64], [80, 80, 80], [0, 0, 0]))
    )
    events = tokens.encode(notes.tidied(), BAR_4_4, 1)
    assert events[:, 2].tolist() == [tokens.NONE[2], 67, 64, 60, tokens.NONE[2]]


def test_durations_go_to_the_nearest_by_ratio() -> None:
    assert tokens.DURATIONS[tokens.duration_index([1, 5, 7, 13, 100, 1_000])].tolist() == [1, 6, 8, 12, 96, 144]
    assert tokens.duration_index(tokens.DURATIONS).tolist() == list(range(len(tokens.DURATIONS)))


@pytest.mark.parametrize(("metre", "bar", "beat"), [((4, 4), 96, 24), ((3, 4), 72, 24), ((6, 8), 72, 36)])
def test_lengths_of_metres(metre: tuple[int, int], bar: int, beat: int) -> None:
    assert (tokens.bar_length(metre), tokens.beat_length(metre)) == (bar, beat)


def test_every_metre_fits_the_alphabet() -> None:
    assert all(tokens.bar_length(metre) <= tokens.MAX_BAR for metre in tokens.BAR_METRES)


@pytest.mark.parametrize("row", [[0, 0, 60, 30, 5], [0, 0, 128, 5, 5], [-1, 0, 60, 5, 5], [0, 7, 60, 5, 5]], ids=str)
def test_events_outside_the_alphabet_are_refused(row: list[int]) -> None:
    line = [tokens.BAR, *tokens.NONE[1:]]
    with pytest.raises(BadInput, match="not music of this model"):
        tokens.decode([line, row], BAR_4_4)
    with pytest.raises(BadInput):
        tokens.decode([[0, 0, 60, 5, 5]], BAR_4_4)


def test_a_score_ends_with_its_bars() -> None:
    line = [tokens.BAR, *tokens.NONE[1:]]
    events = [line, [90, 0, 60, len(tokens.DURATIONS) - 1, 8], line]
    score = tokens.score_of(events, (4, 4), 1, 90.0, (-3, 1), "A title")
    assert score.length == 4 * 480 == score.start[0] + score.duration[0]
    assert score.key.tolist() == [[-3, 1]]
    assert score.duration_s == pytest.approx(4 * 60 / 90)
    assert (score.title, score.tracks[0].program) == ("A title", 0)
