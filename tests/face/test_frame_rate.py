from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.face.actions import INDEX, NAMES
from generators.face.frame_rate import (
    RATES,
    aperture,
    at_rate,
    frames_at,
    frames_of_timecode,
    timecode_of_frame,
)
from generators.face.rigs import rig_named

SLOWER = [name for name in RATES if name != "60"]


def speaking(frames: int = 600, every: int = 23, held: int = 1) -> tuple[RigCurves, list[int]]:
    """A jaw that stays open, and lips that meet over it for `held` frames now and then."""
    values = np.zeros((frames, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = 0.4 + 0.1 * np.sin(np.arange(frames) / 9)
    begins = list(range(7, frames - 5, every))
    for begin in begins:
        closed = slice(begin, begin + held)
        values[closed, INDEX["lips_close"]] = values[closed, INDEX["jaw_drop"]]
        values[begin + 2, INDEX["blink_left"]] = values[begin + 2, INDEX["blink_right"]] = 1.0
    values[:, INDEX["head_yaw"]] = np.linspace(-20, 20, frames)
    return RigCurves("actions", NAMES, values), begins


@pytest.mark.parametrize("rate", SLOWER)
@pytest.mark.parametrize("held", [1, 2, 4])
def test_every_closure_stays_complete_and_in_time(rate: str, held: int) -> None:
    curves, begins = speaking(held=held)
    slow = at_rate(curves, RATES[rate])
    gaps = aperture(slow)
    reach = 0.5 / RATES[rate] + 1e-6
    for begin in begins:
        first_s, last_s = begin / 60 - reach, (begin + held - 1) / 60 + reach
        near = [frame for frame in range(len(gaps)) if first_s <= frame / RATES[rate] <= last_s]
        assert min(gaps[frame] for frame in near) < 1e-3
    assert (gaps < 0.05).sum() <= len(begins) * (held * RATES[rate] / 60 + 2)


def test_plain_sampling_would_lose_closures() -> None:
    curves, begins = speaking()
    plain = aperture(RigCurves("actions", NAMES, curves.values[::2], 30.0))
    kept = aperture(at_rate(curves, 30.0))
    assert (plain < 0.05).sum() < 0.7 * len(begins)
    assert (kept < 0.05).sum() == len(begins)


@pytest.mark.parametrize("rate", SLOWER)
def test_blinks_stay_whole_and_the_head_is_not_moved(rate: str) -> None:
    curves, begins = speaking()
    slow = at_rate(curves, RATES[rate])
    assert (slow.column("blink_left") > 0.99).sum() == len(begins)
    times_s = np.arange(len(slow.values)) / RATES[rate]
    expected = np.interp(times_s, np.arange(600) / 60, curves.column("head_yaw"))
    np.testing.assert_allclose(slow.column("head_yaw"), expected, atol=1e-4)


def test_a_mouth_at_rest_is_no_closure() -> None:
    values = np.zeros((120, len(NAMES)), dtype=np.float32)
    values[:, INDEX["lip_corner_pull_left"]] = np.linspace(0, 1, 120)
    slow = at_rate(RigCurves("actions", NAMES, values), 24.0)
    expected = np.interp(np.arange(48) / 24, np.arange(120) / 60, values[:, INDEX["lip_corner_pull_left"]])
    np.testing.assert_allclose(slow.column("lip_corner_pull_left"), expected, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(frames=st.integers(1, 400), rate=st.sampled_from(list(RATES)), seed=st.integers(0, 99))
def test_length_and_values_stay(frames: int, rate: str, seed: int) -> None:
    values = np.random.default_rng(seed).random((frames, len(NAMES)), dtype=np.float32)
    curves = RigCurves("actions", NAMES, values)
    other = at_rate(curves, RATES[rate])
    assert abs(other.duration_s - curves.duration_s) <= max(0.5 / RATES[rate], 1 / RATES[rate] - frames / 60) + 1e-9
    assert other.values.min() >= values.min() - 1e-6
    assert other.values.max() <= values.max() + 1e-6
    if rate == "60":
        np.testing.assert_array_equal(other.values, values)


def test_curves_of_a_rig_keep_their_closures_too() -> None:
    curves, begins = speaking()
    arkit = rig_named("arkit").from_actions(curves)
    slow = at_rate(arkit, 24.0, rig_named("arkit").to_actions(arkit))
    gaps = slow.column("jawOpen") - slow.column("mouthClose")
    assert (gaps < 0.01).sum() == len(begins)
    assert (slow.column("eyeBlinkLeft") > 0.99).sum() == len(begins)
    plain = at_rate(arkit, 24.0)
    assert plain.values.shape == slow.values.shape


def test_faster_is_on_straight_lines() -> None:
    values = np.zeros((3, len(NAMES)), dtype=np.float32)
    values[:, 0] = [0.0, 1.0, 0.0]
    fast = at_rate(RigCurves("actions", NAMES, values, 30.0), 60.0)
    assert fast.values[:, 0].tolist() == pytest.approx([0, 0.5, 1, 0.5, 0, 0])
    assert frames_at(0.001, 24.0) == 1


@given(frame=st.integers(0, 24 * 3600 * 24 - 1), rate=st.sampled_from(list(RATES)), drop=st.booleans())
def test_timecodes_go_there_and_back(frame: int, rate: str, drop: bool) -> None:
    drop = drop and rate == "29.97"
    text = timecode_of_frame(frame, rate, drop=drop)
    assert frames_of_timecode(text, rate) == frame


def test_drop_frame_keeps_to_the_clock() -> None:
    assert frames_of_timecode("01:00:00;00", "29.97") == 107_892
    assert frames_of_timecode("00:01:00;02", "29.97") == 1800
    assert timecode_of_frame(1800, "29.97", drop=True) == "00:01:00;02"
    assert frames_of_timecode("01:00:00:00", "29.97") == 108_000


@pytest.mark.parametrize("text", ["", "1:2:3:4", "00:00:00:24", "24:00:00:00", "00:61:00:00", "00:00:00;00", "a" * 90])
def test_no_timecode(text: str) -> None:
    with pytest.raises(BadRequest, match="timecode"):
        frames_of_timecode(text, "24")
    with pytest.raises(BadRequest, match="leaves out"):
        frames_of_timecode("00:01:00;01", "29.97")
