"""Lips meet as surely as the network is of p, b and m; the lower lip meets the teeth on f and v."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.face.actions import SPEECH
from generators.face.contacts import REACH, Contacts, made_sure
from generators.face.phones import INDEX, PHONES

JAW, CLOSE, PRESS, LOWER, TEETH = (
    SPEECH.index(name)
    for name in ("jaw_drop", "lips_close", "lip_press_left", "lower_lip_depress_left", "lower_lip_to_teeth")
)


def shut(frames: int = 1) -> np.ndarray:
    rows = np.zeros((frames, len(SPEECH)), np.float32)
    rows[:, JAW], rows[:, CLOSE], rows[:, PRESS] = 0.06, 0.05, 0.32
    return rows


def told(closed: float, bite: float = 0.0, lisp: float = 0.0, rows: np.ndarray | None = None) -> np.ndarray:
    chances = [np.array([chance], np.float32) for chance in (closed, bite, lisp)]
    return made_sure(shut() if rows is None else rows, *chances)[0]


def test_a_sure_closure_stays_and_an_unlikely_one_parts() -> None:
    assert told(0.9) == pytest.approx(shut()[0])
    parted = told(0.02)
    assert parted[PRESS] == pytest.approx(0, abs=0.03)
    assert parted[LOWER] > 0.1
    assert parted[JAW] >= 0.11
    openings = [told(chance)[LOWER] - told(chance)[PRESS] for chance in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert openings == sorted(openings, reverse=True)


def test_the_lip_goes_to_the_teeth_where_f_or_v_is_likely() -> None:
    rows = np.zeros((1, len(SPEECH)), np.float32)
    rows[0, JAW], rows[0, LOWER] = 0.4, 0.2
    sure = told(0.0, 0.6, rows=rows)
    assert sure[TEETH] == 1
    assert sure[LOWER] == 0
    assert sure[JAW] == pytest.approx(0.12)
    assert told(0.0, rows=rows) == pytest.approx(rows[0])


def test_the_tongue_shows_on_th() -> None:
    tongue = SPEECH.index("tongue_out")
    assert told(0.9, lisp=0.7)[tongue] == pytest.approx(0.42)
    assert told(0.9, lisp=0.1)[tongue] == 0


@pytest.mark.parametrize("is_live", [True, False])
def test_lips_may_close_ahead_of_the_sound_in_files_and_stay_after_it(is_live: bool) -> None:
    sounds = np.full((40, len(PHONES)), 0.0, np.float32)
    sounds[20, INDEX["m"]] = 0.9
    rows = Contacts(is_live=is_live).push(shut(40), sounds, is_last=True)
    pressed = rows[:, PRESS] > 0.3
    assert pressed[20 : 20 + REACH + 1].all()
    assert pressed[20 - REACH : 20].all() is np.bool_(not is_live)
    assert not pressed[: 20 - REACH].any()
    assert not pressed[20 + REACH + 1 :].any()


@given(st.lists(st.integers(0, 20), max_size=8), st.integers(0, 50), st.booleans())
@settings(max_examples=30, deadline=None)
def test_blocks_give_what_the_whole_gives(cuts: list[int], frames: int, is_live: bool) -> None:
    rng = np.random.default_rng(frames)
    rows = rng.uniform(0, 0.5, (frames, len(SPEECH))).astype(np.float32)
    sounds = rng.dirichlet(np.full(len(PHONES), 0.1), frames).astype(np.float32).reshape(frames, len(PHONES))
    whole = Contacts(is_live=is_live).push(rows, sounds, is_last=True)
    stream, parts, place = Contacts(is_live=is_live), [], 0
    for cut in cuts:
        parts.append(stream.push(rows[place : place + cut], sounds[place : place + cut]))
        place += cut
    parts.append(stream.push(rows[place:], sounds[place:], is_last=True))
    assert len(whole) == frames
    assert np.concatenate(parts) == pytest.approx(whole)
