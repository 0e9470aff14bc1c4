from __future__ import annotations

import numpy as np
import pytest

from generators.face.actions import NAMES
from generators.face.emoface_eyes import LID_COURSE, plan_emoface_eyes
from generators.face.eye_path import MAX_PITCH, MAX_YAW
from generators.face.request import Eyes

HOUR_S = 3600.0


def test_blinks_come_at_its_rates() -> None:
    path = plan_emoface_eyes(Eyes(style="emoface"), 1, 4 * HOUR_S)
    starts = np.array([round(blink.start_s * 60) for blink in path.blinks])
    intervals = np.diff(starts) - len(LID_COURSE)
    assert intervals.min() >= 3600 // 100
    assert intervals.max() <= 3600 // 15 + 1
    rates = 3600.0 / intervals
    clipped = np.clip(np.random.default_rng(0).lognormal(3.518, 0.532, 100_000), 15.0, 100.0)
    for share in (10, 25, 50, 75, 90):
        assert np.percentile(rates, share) == pytest.approx(np.percentile(clipped, share), rel=0.06)


def test_lids_follow_the_course_of_thirteen_frames() -> None:
    path = plan_emoface_eyes(Eyes(style="emoface"), 1, 60.0)
    shut = path.closure(np.arange(3600) / 60.0)
    first = round(path.blinks[0].start_s * 60)
    assert shut[first : first + 13] == pytest.approx(LID_COURSE, abs=1e-5)
    assert shut[first - 1] == pytest.approx(0.0, abs=1e-5)
    assert shut[first + 13] == pytest.approx(0.0, abs=1e-5)


def test_the_gaze_holds_and_moves_in_five_even_frames() -> None:
    path = plan_emoface_eyes(Eyes(style="emoface"), 2, HOUR_S)
    frames = np.array([round(shift.start_s * 60) for shift in path.shifts])
    holds = np.diff(frames) - 5
    assert holds.min() == 26  # the frames that are held count from none
    assert holds.max() == 46
    assert holds.mean() == pytest.approx(36.0, abs=0.5)
    middle = np.array([shift.yaw == shift.pitch == 0.0 for shift in path.shifts])
    assert middle.mean() == pytest.approx(0.4, abs=0.03)
    radius = np.array([np.hypot(shift.yaw / MAX_YAW, shift.pitch / MAX_PITCH) for shift in path.shifts])[~middle]
    assert radius.min() >= 0.1
    assert radius.max() <= 0.2
    assert radius.mean() == pytest.approx(0.15, abs=0.005)
    yaw, _ = path.gaze(np.arange(600) / 60.0)
    move = yaw[frames[0] : frames[0] + 6]
    assert np.diff(move) == pytest.approx(np.full(5, np.diff(move)[0]), abs=1e-3)


def test_it_can_be_quickened_stilled_forced_and_held() -> None:
    many = plan_emoface_eyes(Eyes("emoface", 36.0), 1, HOUR_S)
    usual = plan_emoface_eyes(Eyes("emoface"), 1, HOUR_S)
    assert len(many.blinks) > 1.4 * len(usual.blinks)
    still = plan_emoface_eyes(Eyes("emoface", 0.0, 0.0), 1, 60.0)
    assert not still.blinks
    assert not still.shifts
    asked = Eyes("emoface", blink_at_s=(10.0,), open_s=((20.0, 40.0),), look_at=((45.0, 50.0, 12.0, -4.0),))
    path = plan_emoface_eyes(asked, 1, 60.0)
    times = np.arange(3600) / 60.0
    shut = path.closure(times)
    assert shut[600] == pytest.approx(1.0, abs=1e-4)
    assert shut[1200:2400].max() == 0.0
    yaw, pitch = path.gaze(times)
    assert yaw[2705:2995] == pytest.approx(12.0)
    assert pitch[2705:2995] == pytest.approx(-4.0)


def test_the_style_leaves_lids_alone_when_the_gaze_moves() -> None:
    path = plan_emoface_eyes(Eyes("emoface", 0.0, look_at=((1.0, 5.0, 0.0, -30.0),)), 1, 6.0)
    values = np.zeros((360, len(NAMES)), dtype=np.float32)
    path.add_to(values, np.arange(360) / 60.0)
    assert values[:, NAMES.index("blink_left")].max() == 0.0
