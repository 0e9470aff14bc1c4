"""The hundred attributes against music21's port of jSymbolic on the same piece, and what a note costs.

All is timed by the process's clock, so other work on the machine counts for neither.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from generators.artifacts import Score
from generators.music import jsymbolic

sys.path.append(str(Path(__file__).parents[1] / "music" / "jsymbolic"))
from jsymbolic_music21 import measure_by_music21, stream_of

pytestmark = pytest.mark.bench


def best_s(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def piece(notes: int) -> Score:
    """Three notes a beat over a bass, about as dense as a piano piece."""
    rng = np.random.default_rng(0)
    start = np.sort(rng.integers(0, notes * 4 // 3, notes)) * 120
    return Score(
        start=start,
        duration=rng.choice((120, 240, 480, 960), notes),
        pitch=np.clip(rng.normal(62, 12, notes), 21, 108).astype(np.int64),
        velocity=rng.integers(30, 100, notes),
        track=np.zeros(notes, dtype=np.int64),
    )


def test_against_music21(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("music21")
    from music21.features import base, jSymbolic
    from music21.features.base import FeatureException

    score = piece(900)
    ours_s = best_s(lambda: jsymbolic.measure(score), 20)
    names = measure_by_music21(piece(200)).keys()  # imports and caches count for neither
    shared = [feature for feature in jsymbolic.FEATURES if feature.name in names]
    ours_shared_s = best_s(lambda: jsymbolic.measure_some(jsymbolic.Prepared(score), shared), 20)
    theirs_shared_s = best_s(lambda: measure_by_music21(score), 1)
    measured = 0

    def all_of_theirs() -> None:
        nonlocal measured
        data = base.DataInstance(stream_of(score))
        data.parseStream()
        for extractor in jSymbolic.featureExtractors:
            if "process" not in vars(extractor):
                continue
            try:
                extractor(data).extract()
                measured += 1
            except FeatureException:
                pass

    theirs_s = best_s(all_of_theirs, 1)
    with capsys.disabled():
        sys.stdout.write(
            f"\n900 notes: our 100 attributes {ours_s * 1e3:.1f} ms, music21's {measured} {theirs_s:.1f} s:"
            f" {theirs_s / ours_s:.0f} times as fast. The {len(shared)} that both have: {ours_shared_s * 1e3:.1f} ms"
            f" and {theirs_shared_s:.2f} s: {theirs_shared_s / ours_shared_s:.0f} times\n"
        )
    assert measured >= 60
    assert theirs_s >= 200 * ours_s
    assert theirs_shared_s >= 200 * ours_shared_s


def test_cost_of_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    costs = {}
    for count in (300, 3000, 30_000):
        score = piece(count)
        costs[count] = best_s(lambda score=score: jsymbolic.measure(score), 3) / count
    told = ", ".join(f"{count} notes: {cost * 1e6:.1f} µs a note" for count, cost in costs.items())
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")
    # long pieces cost no more a note than short ones
    assert costs[30_000] <= 1.5 * costs[300]
