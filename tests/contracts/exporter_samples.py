"""One small artifact of each kind, and what is told with it, for the contracts of exporters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generators.artifacts import Artifact, Audio, Direction, Marker, Pictures, RigCurves, Score, Track
from generators.compass.request import Point, Push, RenderRequest
from generators.engine.requests import encode_request
from generators.exporters import EXPORTERS
from generators.face.actions import INDEX, NAMES

REQUEST = '{"bars":2,"seed":7,"type":"compose"}'
FACTS = {"request": REQUEST, "title": "Walk"}
RATE = 22_050
MAP = RenderRequest(
    tuple(Point(7, amounts=(across, up)) for up in (0.5, -0.5) for across in (-1.0, 1.0)), (Push("a"), Push("b"))
)
FACTS_OF = {"pictures": {**FACTS, "request": encode_request(MAP).decode()}}


def facts_of(kind: str) -> dict[str, str]:
    """What is told with an artifact of some kind: pictures go with a request of just them."""
    return FACTS_OF.get(kind, FACTS)


def a_score() -> Score:
    start = np.arange(16) * 240
    return Score(
        start, np.full(16, 200), np.resize([60, 64, 67, 72], 16), np.full(16, 80), np.resize([0, 1], 16),
        tracks=(Track("Right", 0), Track("Left", 40)), tempo_bpm=[100.0], metre=[[4, 4]],
        key_tick=[0], key=[[2, 0]], markers=(Marker(0, "calm"), Marker(1920, "storm")), length=3840, title="Two bars",
    )  # fmt: skip


def a_sound() -> Audio:
    time_s = np.arange(RATE) / RATE
    wave_form = np.stack([0.5 * np.sin(2 * np.pi * 440 * time_s), 1.5 * np.sin(2 * np.pi * 220 * time_s)], axis=1)
    return Audio(wave_form.astype(np.float32), RATE)


def a_face(frames: int = 14) -> RigCurves:
    values = np.zeros((frames, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = 0.3
    values[10:13, INDEX["lips_close"]] = 0.3
    values[:, INDEX["head_yaw"]] = np.linspace(-10, 10, frames)
    return RigCurves("actions", NAMES, values)


def some_pictures() -> Pictures:
    """A map of two directions, two by two."""
    down, across = np.mgrid[0:24, 0:32]
    grounds = [np.stack([across * 6, down * 8, np.full_like(down, 60 * number)], axis=-1) for number in range(4)]
    return Pictures(np.stack(grounds).astype(np.uint8))


def a_direction() -> Direction:
    return Direction(np.ones((2, 5), np.float32), np.array([0.8, 0.3]), name="hush", report={"monotonicity": 0.9})


SAMPLES: dict[str, Callable[[], Artifact]] = {
    "score": a_score,
    "audio": a_sound,
    "rig curves": a_face,
    "pictures": some_pictures,
    "direction": a_direction,
}
CASES = [(exporter, kind) for exporter in EXPORTERS for kind in exporter.accepts]
