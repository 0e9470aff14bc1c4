"""Moving a slider of the face: performing what is heard already, beside real time and beside hearing it anew.

All is timed by the process's clock, so other work on the machine counts for neither.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from generators.face.config import NetworkConfig, weight_shapes
from generators.face.features import SAMPLE_RATE_HZ
from generators.face.hearing import hear
from generators.face.model import FaceModel
from generators.face.perform import perform
from generators.face.request import EditLayer, FeelingKey, PerformRequest

sys.path.append(str(Path(__file__).parents[1] / "face"))
from speaking import heard_line

pytestmark = pytest.mark.bench

SECONDS = 60.0
REQUEST = PerformRequest(
    "",
    feelings=(FeelingKey(0.0, {"happy": 1.0}), FeelingKey(30.0, {"sad": 0.5, "fear": 0.5})),
    voice_arousal=0.4,
    layers=(EditLayer("smooth", ("jaw_drop",), amount=0.05),),
)


def best_s(work: Callable[[], object], rounds: int = 3) -> float:
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def test_performing_again_against_real_time_and_hearing(capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(0)
    config = NetworkConfig()
    weights = {
        name: (0.1 * random.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)
        for name, shape in weight_shapes(config).items()
    }
    model = FaceModel(config, weights, {})
    sound = [0.1 * random.standard_normal(SAMPLE_RATE_HZ * 10).astype(np.float32) for _ in range(round(SECONDS / 10))]
    talk = heard_line(SECONDS)
    hearing_s, performing_s = best_s(lambda: hear(sound, model), 2), best_s(lambda: perform(REQUEST, talk))
    with capsys.disabled():
        sys.stdout.write(
            f"\n  performing: {1e3 * performing_s / SECONDS:.2f} ms a second of sound, {SECONDS / performing_s:,.0f} "
            f"times real time, 1/{hearing_s / performing_s:.0f} of hearing; both: "
            f"{SECONDS / (hearing_s + performing_s):,.0f} times real time\n"
        )
    assert performing_s < hearing_s


def test_memory_beyond_the_curves(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for seconds in (600.0, 3 * 600.0):
        talk = heard_line(seconds)
        tracemalloc.start()
        curves, _ = perform(REQUEST, talk)
        told.append((tracemalloc.get_traced_memory()[1] - curves.values.nbytes) / curves.values.nbytes)
        tracemalloc.stop()
    with capsys.disabled():
        sys.stdout.write(f"\n  beyond the curves: {told[0]:.0%} of their size for 10 minutes, {told[1]:.0%} for 30\n")
    assert told[1] < told[0] + 0.05
