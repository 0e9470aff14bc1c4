"""How fast the head is posed and drawn, by stages, at 512 by 512."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest

from generators.face.actions import HIGH, LOW, NAMES
from generators.face.mesh.pose import Poser
from generators.face.renderer import DARK, FRONT, HeadRenderer

pytestmark = pytest.mark.bench


def best_ms(work: Callable[[], object], rounds: int, clock: Callable[[], float]) -> float:
    times = []
    for _ in range(rounds):
        begun = clock()
        work()
        times.append(clock() - begun)
    return min(times) * 1e3


def test_sixty_frames_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    rows = (rng.random((32, len(NAMES))) * 0.5 * (HIGH - LOW) + LOW * 0.5).astype(np.float32)
    with HeadRenderer(512) as renderer:
        poser = Poser(renderer.head)
        place = iter(range(10**9))
        pose_ms = best_ms(lambda: poser.pose(rows[next(place) % 32]), 200, time.process_time)
        pose = poser.pose(rows[0])
        draw_ms = best_ms(lambda: renderer.draw_pose(pose), 60, time.process_time)
        wall_ms = best_ms(lambda: renderer.draw(rows[next(place) % 32]), 120, time.perf_counter)
        with HeadRenderer(64) as small:
            geometry_ms = best_ms(lambda: small.draw_pose(pose, view=FRONT, light=DARK), 60, time.process_time)
        info = renderer.driver
    told = (
        f"\n{info}, {os.cpu_count()} cores: posing {pose_ms:.2f} ms, drawing {draw_ms:.1f} ms of processor time at"
        f" 512 × 512 ({geometry_ms:.1f} ms of it vertices and overhead);"
        f" together {wall_ms:.1f} ms a frame: {1e3 / wall_ms:.0f} fps\n"
    )
    with capsys.disabled():
        sys.stdout.write(told)
    # a pose costs a small part of a picture, whatever machine this is
    assert pose_ms < draw_ms
