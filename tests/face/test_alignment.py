"""Forced alignment: the sounds of a known sequence are found where they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.errors import BadInput
from generators.face.align import MIN_FRAMES, align
from generators.face.phones import PHONES, SILENCE


def heard(path: list[int], sureness: float = 0.6, seed: int = 0) -> np.ndarray:
    """Probabilities of a network that is right with `sureness`, and else spreads over all sounds."""
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet(np.full(len(PHONES), 0.3), len(path)) * (1 - sureness)
    rows[np.arange(len(path)), path] += sureness
    return rows.astype(np.float32)


def frames_of(found: object) -> list[int]:
    starts, ends = found.start_s, found.end_s  # type: ignore[attr-defined]
    lengths = np.round((ends - starts) * 100).astype(int)
    return np.repeat(found.phone, lengths).tolist()  # type: ignore[attr-defined]


def test_sounds_are_found_where_they_are() -> None:
    path = [SILENCE] * 12 + [5] * 9 + [20] * 4 + [16] * 15 + [SILENCE] * 20
    found = align(heard(path), [5, 20, 16])
    assert found.phone.tolist() == [SILENCE, 5, 20, 16, SILENCE]
    assert frames_of(found) == path
    assert found.source.tolist() == [-1, 0, 1, 2, -1]
    assert found.start_s[0] == 0
    assert found.end_s[-1] == pytest.approx(0.6)
    assert found.confidence > 0.55


def test_pauses_that_nobody_wrote_are_found_and_written_ones_may_be_missing() -> None:
    path = [5] * 10 + [SILENCE] * 30 + [20] * 10 + [16] * 10
    found = align(heard(path), [SILENCE, 5, 20, SILENCE, 16, SILENCE])
    assert found.phone.tolist() == [5, SILENCE, 20, 16]
    assert frames_of(found) == path


def test_without_pauses_all_of_it_is_filled() -> None:
    path = [SILENCE] * 8 + [5] * 10 + [20] * 10 + [SILENCE] * 8
    found = align(heard(path), [5, 20], has_pauses=False)
    assert found.phone.tolist() == [5, 20]
    assert frames_of(found) == [5] * 18 + [20] * 18
    assert found.source.tolist() == [0, 1]


def test_the_same_sound_twice_stays_two() -> None:
    path = [5] * 20 + [16] * 10
    found = align(heard(path), [5, 5, 16])
    assert found.phone.tolist() == [5, 5, 16]


def test_a_text_that_does_not_fit_is_refused() -> None:
    with pytest.raises(BadInput):
        align(heard([5] * 10), [5, 16] * 4)
    with pytest.raises(BadInput):
        align(heard([5] * 10), [SILENCE])


def test_a_wrong_text_is_not_confident() -> None:
    path = [SILENCE] * 10 + [5] * 30 + [16] * 30 + [SILENCE] * 10
    assert align(heard(path), [40, 33]).confidence < 0.5 * align(heard(path), [5, 16]).confidence


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_whatever_is_spoken_is_found_again(data: st.DataObject) -> None:
    phones = data.draw(st.lists(st.integers(1, len(PHONES) - 1), min_size=1, max_size=12))
    path: list[int] = []
    for phone in phones:
        path += [phone] * data.draw(st.integers(MIN_FRAMES, 12))
    path += [SILENCE] * data.draw(st.integers(0, 30))
    found = align(heard(path, 0.9), phones)
    assert [phone for phone in found.phone.tolist() if phone != SILENCE] == phones
    assert [place for place in found.source.tolist() if place >= 0] == list(range(len(phones)))
    assert np.array_equal(found.start_s[1:], found.end_s[:-1])
    lengths = np.diff(np.append(found.start_s, found.end_s[-1])) * 100
    assert (lengths[found.phone != SILENCE] > MIN_FRAMES - 0.01).all()
    assert (np.array(frames_of(found)) == path).mean() > 0.9 or len(set(phones)) < len(phones)
