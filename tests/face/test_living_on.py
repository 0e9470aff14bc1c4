"""A face that lives on when the recording has ended: for as long as was asked, at rest and alive."""

from __future__ import annotations

import numpy as np
import pytest
from speaking import heard_line

from generators.errors import BadRequest
from generators.face.actions import INDEX
from generators.face.perform import perform
from generators.face.request import FRAME_RATE_HZ, FeelingKey, PerformRequest

LINE = heard_line(6.0)
SAD = (FeelingKey(0.0, {"sad": 0.8}),)


def request_of(after_s: float) -> PerformRequest:
    return PerformRequest("a" * 64, feelings=SAD, seed=3, after_s=after_s)


def test_the_curves_go_on_for_as_long_as_was_asked() -> None:
    short, _ = perform(request_of(0.0), LINE)
    long, facts = perform(request_of(8.0), LINE)
    assert len(long.values) == len(short.values) + 8 * FRAME_RATE_HZ
    assert facts["duration_s"] == pytest.approx(14.0)


def test_the_mouth_rests_the_feeling_stays_and_the_eyes_live() -> None:
    curves, _ = perform(request_of(8.0), LINE)
    after = curves.values[int(6.5 * FRAME_RATE_HZ) :]
    during = curves.values[: int(6.0 * FRAME_RATE_HZ)]
    jaw = INDEX["jaw_drop"]
    assert after[:, jaw].max() < 0.35 * during[:, jaw].max()
    brow = INDEX["brow_inner_raise_left"]
    assert after[:, brow].mean() > 0.5 * during[:, brow].mean() > 0.0
    assert np.ptp(after[:, INDEX["blink_left"]]) > 0.5
    assert after[:, INDEX["head_yaw"]].std() > 0.01


def test_what_was_spoken_before_is_as_it_was() -> None:
    short, _ = perform(request_of(0.0), LINE)
    long, _ = perform(request_of(3.0), LINE)
    spoken = INDEX["lip_pucker"]
    apart = np.abs(short.values[:300, spoken] - long.values[:300, spoken])
    assert apart.max() < 0.05


@pytest.mark.parametrize("after_s", [-0.1, 4_000.0, float("nan")])
def test_times_that_cannot_be_are_refused(after_s: float) -> None:
    with pytest.raises(BadRequest, match="after the recording"):
        request_of(after_s)
