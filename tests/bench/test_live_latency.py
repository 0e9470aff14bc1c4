"""How long after its sound a face reaches an avatar: printed, with the network at its real size."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator

import numpy as np
import pytest

from generators.face.config import NetworkConfig, weight_shapes
from generators.face.live.face import LiveFace
from generators.face.live.session import LiveSession
from generators.face.live.vmc import SteadyClock, VmcSender
from generators.face.model import FaceModel
from generators.face.request import PerformRequest

pytestmark = pytest.mark.bench

SECONDS = 20
RATE_HZ = 48_000
BLOCK = 480


def _model() -> FaceModel:
    config = NetworkConfig()
    rng = np.random.default_rng(0)
    shapes = weight_shapes(config)
    weights = {name: (0.3 * rng.standard_normal(shape) / np.sqrt(shape[-1])) for name, shape in shapes.items()}
    return FaceModel(config, {name: array.astype(np.float32) for name, array in weights.items()}, {})


def _blocks() -> Generator[tuple[float, np.ndarray], None, None]:
    """A microphone: blocks of 10 ms, each when its last sample has sounded."""
    voice = np.random.default_rng(0).normal(0, 0.1, SECONDS * RATE_HZ).astype(np.float32)
    clock = SteadyClock(RATE_HZ / BLOCK)
    began_s = clock.wait()
    for begin in range(0, len(voice), BLOCK):
        clock.wait()
        yield began_s + begin / RATE_HZ, voice[begin : begin + BLOCK]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("names", ["vrm", "arkit"])
def test_from_sound_to_packet(names: str) -> None:
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    face = LiveFace(_model(), RATE_HZ, PerformRequest(""))
    cpu_before = sum(os.times()[:2])
    with VmcSender("127.0.0.1", receiver.getsockname()[1], names) as sender:
        timing = LiveSession(face, sender).run(_blocks())
    cpu = (sum(os.times()[:2]) - cpu_before) / SECONDS
    receiver.close()
    print(
        f"\n{names}: look-ahead {1000 * face.look_ahead_s:.0f} ms; sound to packet: median "
        f"{timing.percentile_ms(0.5):.0f} ms, 95 % {timing.percentile_ms(0.95):.0f} ms, 99 % "
        f"{timing.percentile_ms(0.99):.0f} ms, most {timing.percentile_ms(1.0):.0f} ms; {timing.sent} frames sent, "
        f"{timing.left_out} left out; {100 * cpu:.0f} % of a processor"
    )
    assert timing.sent > 0.9 * SECONDS * 60
