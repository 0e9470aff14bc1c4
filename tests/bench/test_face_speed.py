"""From sound to curves of a feeling face: the whole of our way against EmoFace's network, one thread, one run.

Both networks have their full size and random weights, whose values do not change how long they take. EmoFace's is in
our form, which leaves out what its encoder computes in vain. Both are timed by the process's clock.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest
import torch

from generators.face import emoface_curves
from generators.face.config import NetworkConfig, weight_shapes
from generators.face.emoface import tiny_network
from generators.face.emoface_config import PUBLISHED
from generators.face.emoface_curves import controllers, keyed
from generators.face.hearing import hear
from generators.face.model import FaceModel
from generators.face.perform import perform
from generators.face.request import FeelingKey, PerformRequest

pytestmark = pytest.mark.bench
SECONDS, ROUNDS = 20.0, 3


def full_size_model() -> FaceModel:
    rng = np.random.default_rng(0)
    weights = {
        name: (0.3 * rng.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)
        for name, shape in weight_shapes(NetworkConfig()).items()
    }
    return FaceModel(NetworkConfig(), weights, {})


def voice(seconds: float) -> np.ndarray:
    """Harmonics of a voice that comes and goes, with noise."""
    times = np.arange(round(seconds * 16_000)) / 16_000
    pitch = 2 * np.pi * np.cumsum(130 + 30 * np.sin(2 * times)) / 16_000
    tone = sum(np.sin(number * pitch) / number for number in range(1, 12))
    noise = np.random.default_rng(0).normal(size=len(times))
    return (0.1 * (tone + 0.2 * noise) * (np.sin(2 * np.pi * 2.5 * times) > -0.3)).astype(np.float32)


def test_the_whole_way_against_emofaces_network(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr(emoface_curves, "THREADS", 1)
    emoface, ours, sound = tiny_network(0, PUBLISHED), full_size_model(), voice(SECONDS)
    request = PerformRequest("0" * 64, feelings=(FeelingKey(0.0, {"happy": 1.0}),))

    def work() -> None:
        perform(request, hear([sound], ours))

    def work_of_emoface() -> None:
        controllers(emoface, lambda: [sound], keyed(request.feelings))

    work()
    times: list[tuple[float, float]] = []
    for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine meets both
        begun = time.process_time()
        work_of_emoface()
        between = time.process_time()
        work()
        times.append((between - begun, time.process_time() - between))
    theirs_s, ours_s = (min(column) for column in zip(*times, strict=True))
    with capsys.disabled():
        sys.stdout.write(
            f"\nprocessor time for a second of sound: EmoFace's network {1e3 * theirs_s / SECONDS:.0f} ms, the whole "
            f"of ours {1e3 * ours_s / SECONDS:.2f} ms: {theirs_s / ours_s:.0f} times as fast, "
            f"{SECONDS / ours_s:.0f} times real time\n"
        )
    assert theirs_s >= 50 * ours_s
    assert 100 * ours_s <= SECONDS
