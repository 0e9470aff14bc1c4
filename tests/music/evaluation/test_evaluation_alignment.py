"""Reading scores as clips: by rank, the same for every piece, and in no way by what was meant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.music.evaluation.alignment import Alignment


def notes_like(rng: np.random.Generator, size: int, length_s: float, velocity: float) -> np.ndarray:
    return np.stack(
        [
            np.sort(rng.uniform(0, 30, size)),
            length_s * np.exp(rng.normal(0, 0.5, size)),
            rng.integers(30, 90, size).astype(float),
            np.clip(rng.normal(velocity, 12, size), 1, 127),
        ],
        axis=1,
    )


@pytest.fixture(scope="module")
def align() -> Alignment:
    rng = np.random.default_rng(0)
    return Alignment.fit(
        [np.round(notes_like(rng, 300, 0.25, 76), 2) for _ in range(30)],
        [notes_like(rng, 300, 0.7, 64) for _ in range(30)],
    )


def test_scores_read_like_clips(align: Alignment) -> None:
    read = align(notes_like(np.random.default_rng(1), 2_000, 0.25, 76))
    assert np.median(read[:, 1]) == pytest.approx(0.7, rel=0.1)
    assert read[:, 3].mean() == pytest.approx(64, abs=1.5)
    assert read[:, 3].std() == pytest.approx(12, abs=1.5)


def test_order_onsets_and_pitches_stay(align: Alignment) -> None:
    notes = notes_like(np.random.default_rng(2), 500, 0.3, 90)
    read = align(notes)
    np.testing.assert_array_equal(read[:, [0, 2]], notes[:, [0, 2]])
    for column in (1, 3):
        assert (np.diff(read[np.argsort(notes[:, column]), column]) >= 0).all()
    louder = notes_like(np.random.default_rng(2), 500, 0.3, 50)
    assert align(louder)[:, 3].mean() < read[:, 3].mean() - 15  # what was asked for can still be heard


@settings(max_examples=30)
@given(velocity=st.floats(1, 127), duration=st.floats(0.001, 100))
def test_any_note_is_read_within_the_clips(align: Alignment, velocity: float, duration: float) -> None:
    read = align(np.array([[0.0, duration, 60.0, velocity]]))[0]
    assert align.clips[0, 0] <= read[1] <= align.clips[0, -1]
    assert align.clips[1, 0] <= read[3] <= align.clips[1, -1]


def test_a_corpus_of_one_velocity_reads_as_the_middle() -> None:
    flat = np.tile([0.0, 0.5, 60.0, 64.0], (50, 1))
    clips = notes_like(np.random.default_rng(3), 400, 0.7, 70)
    read = Alignment.fit([flat], [clips])(flat)
    assert read[0, 3] == pytest.approx(np.median(clips[:, 3]), abs=2.5)
