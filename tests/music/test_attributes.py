"""Attributes of scores whose values can be worked out by hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import Score, Track
from generators.music import attributes


def score(
    start: npt.ArrayLike, duration: npt.ArrayLike, pitch: npt.ArrayLike, velocity: npt.ArrayLike = 64, **more: object
) -> Score:
    start = np.asarray(start) * 480
    n = len(start)
    full = {
        "start": start.astype(np.int64),
        "duration": (np.broadcast_to(duration, n) * 480).astype(np.int64),
        "pitch": np.broadcast_to(pitch, n),
        "velocity": np.broadcast_to(velocity, n),
        "track": np.zeros(n, dtype=np.int64),
    }
    return Score(**{**full, **more})  # type: ignore[arg-type]


def measured(value: Score) -> dict[str, float]:
    return attributes.measure(value).as_dict()


def test_the_table_is_whole() -> None:
    assert len(set(attributes.NAMES)) == len(attributes.ATTRIBUTES) == 15
    assert all(attribute.low < attribute.high for attribute in attributes.ATTRIBUTES)
    assert all(attribute.description and attribute.source for attribute in attributes.ATTRIBUTES)
    assert set(attributes.BAR_NAMES) <= set(attributes.NAMES)


def test_a_c_major_scale() -> None:
    found = measured(score(np.arange(8.0), 1.0, [60, 62, 64, 65, 67, 69, 71, 72], tempo_bpm=np.array([120.0])))
    assert found["tempo"] == pytest.approx(120.0)
    assert found["onset_rate"] == pytest.approx(2.0)
    assert found["note_density"] == pytest.approx(1.0)
    assert found["register"] == pytest.approx(66.25)
    assert found["mode"] > 0
    assert found["polyphony"] == found["chord_richness"] == pytest.approx(1.0)
    assert found["rhythmic_variety"] == pytest.approx(0.0)
    assert found["syncopation"] == 0.0
    assert found["articulation"] == pytest.approx(1.0)
    assert (found["loudness"], found["loudness_range"]) == (64.0, 0.0)
    assert found["melodic_motion"] == pytest.approx(12 / 7)


def test_the_harmonic_minor_is_minor() -> None:
    notes = [57, 60, 64, 69, 68, 64, 60, 57]
    assert measured(score(np.arange(8.0), 1.0, notes))["mode"] < 0


def test_consonance_tells_a_triad_from_a_cluster() -> None:
    triad = measured(score([0.0] * 3, 4.0, [60, 64, 67]))
    cluster = measured(score([0.0] * 3, 4.0, [60, 61, 62]))
    assert triad["consonance"] == pytest.approx(1.0)
    assert cluster["consonance"] == pytest.approx(0.0)
    assert triad["chord_richness"] == triad["polyphony"] == pytest.approx(3.0)
    assert triad["onset_rate"] == pytest.approx(0.5)


def test_polyphony_leaves_silence_out() -> None:
    assert measured(score([0.0, 8.0], 1.0, [60, 62]))["polyphony"] == pytest.approx(1.0)


def test_staccato_is_less_than_legato() -> None:
    assert measured(score(np.arange(8.0), 0.25, 60))["articulation"] == pytest.approx(0.25)


def test_syncopation_counts_notes_held_over_the_beat() -> None:
    assert measured(score([0.0, 0.5, 1.5, 2.5], [0.5, 1.0, 1.0, 0.5], 60))["syncopation"] == pytest.approx(0.5)
    six_eight = score([0.0, 0.5, 1.0, 1.5], 0.5, 60, metre=np.array([[6, 8]]))
    assert measured(six_eight)["syncopation"] == 0.0


def test_rhythmic_variety_is_entropy_in_bits() -> None:
    assert measured(score([0.0, 1.0, 1.5, 2.5, 3.0], 0.5, 60))["rhythmic_variety"] == pytest.approx(1.0)


def test_silence_gives_zeros() -> None:
    empty = score(np.zeros(0), 1.0, 60, length=4 * 480)
    found = measured(empty)
    assert found.pop("tempo") == pytest.approx(120.0)
    assert set(found.values()) == {0.0}
    assert set(measured(score(np.zeros(0), 1.0, 60)).values()) == {0.0}


def test_drums_are_left_out() -> None:
    drummed = score(
        [0.0, 1.0], 1.0, [60, 36], tracks=(Track(), Track("Drums", 0, is_drum=True)), track=np.array([0, 1])
    )
    assert measured(drummed)["register"] == 60.0


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("minor", [False, True])
def test_keys_are_found(tonic: int, minor: bool) -> None:
    steps = np.array([0, 2, 3, 5, 7, 8, 11, 12, 7, 3, 0] if minor else [0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0])
    value = score(np.arange(11.0), 1.0, 48 + tonic + steps)
    assert attributes.key_of(attributes.notes_of(value)) == tonic + 12 * minor


@given(seed=st.integers(0, 10_000), count=st.integers(1, 40), shift=st.integers(-12, 12))
@settings(max_examples=50, deadline=None)
def test_transposing_moves_the_register_alone(seed: int, count: int, shift: int) -> None:
    rng = np.random.default_rng(seed)
    start, pitch = np.sort(rng.integers(0, 64, count)) / 4, rng.integers(40, 80, count)
    first = attributes.measure(score(start, 0.5, pitch, rng.integers(1, 128, count))).values
    assert np.isfinite(first).all()
    rng = np.random.default_rng(seed)
    rng.integers(0, 64, count), rng.integers(40, 80, count)
    second = attributes.measure(score(start, 0.5, pitch + shift, rng.integers(1, 128, count))).values
    moved = np.zeros(len(first))
    moved[attributes.INDEX["register"]] = shift
    np.testing.assert_allclose(second - first, moved, atol=1e-9)
