"""How quick the engine is, printed: ready, round trip, cancel, and what a take does to the timing of the shell."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from generators.engine.engine import Event, Failed, Finished, Progressed, WorkerChanged, WorkerState
from generators.engine.local import LocalEngine
from generators.engine.shared import Ring
from generators.music.request import SHIPPED_MODEL, ComposeRequest
from generators.runtime.catalog import Catalog

pytestmark = pytest.mark.bench
_HANDLERS = Path(__file__).parents[1] / "engine"


class Watch:
    """When each event came."""

    def __init__(self, engine: LocalEngine) -> None:
        self.events: list[tuple[float, Event]] = []
        self._changed = threading.Condition()
        engine.subscribe(self._add)

    def _add(self, event: Event) -> None:
        with self._changed:
            self.events.append((time.perf_counter(), event))
            self._changed.notify_all()

    def wait(self, kind: type, job: str = "", state: WorkerState | None = None) -> float:
        def found() -> list[float]:
            return [
                at_s
                for at_s, event in self.events
                if isinstance(event, kind)
                and (not job or getattr(event, "job", "") == job)
                and (state is None or (isinstance(event, WorkerChanged) and event.state is state))
            ]

        with self._changed:
            assert self._changed.wait_for(found, 60), self.events
            return found()[0]


def say(text: str) -> None:
    sys.stdout.write(f"\n{text}")


def test_ready_and_round_trip() -> None:
    began_s = time.perf_counter()
    engine = LocalEngine(handlers="slow_composer:REGISTRY", environment={"PYTHONPATH": str(_HANDLERS)})
    built_s = time.perf_counter()
    watch = Watch(engine)
    ready_s = watch.wait(WorkerChanged, state=WorkerState.READY)
    say(f"engine built in {1e3 * (built_s - began_s):.0f} ms, worker ready after {1e3 * (ready_s - began_s):.0f} ms")
    first_s = time.perf_counter()
    watch.wait(Finished, engine.submit(ComposeRequest(bars=1)))
    say(f"first job (imports) {1e3 * (time.perf_counter() - first_s):.0f} ms")
    times_s = []
    for seed in range(50):
        start_s = time.perf_counter()
        watch.wait(Finished, engine.submit(ComposeRequest(bars=1, seed=seed)))
        times_s.append(time.perf_counter() - start_s - 0.01)
    say(f"submit to result beside the 10 ms of work: median {1e3 * float(np.median(times_s)):.1f} ms")
    answers_s = []
    for _ in range(10):
        job = engine.submit(ComposeRequest(bars=128))
        watch.wait(Progressed, job)
        start_s = time.perf_counter()
        engine.cancel(job)
        answers_s.append(watch.wait(Failed, job) - start_s)
    say(f"cancel to the end of the job (10 ms steps): median {1e3 * float(np.median(answers_s)):.1f} ms")
    start_s = time.perf_counter()
    engine.close()
    say(f"close {1e3 * (time.perf_counter() - start_s):.0f} ms\n")


def lateness_ms(stop: threading.Event) -> list[float]:
    """How late a thread that wants to wake every 5 ms does, as Qt's precise timer would."""
    late = []
    next_s = time.perf_counter() + 0.005
    while not stop.is_set():
        time.sleep(max(0.0, next_s - time.perf_counter()))
        late.append(1e3 * max(0.0, time.perf_counter() - next_s))
        next_s = max(next_s + 0.005, time.perf_counter())
    return late


def measure_lateness(work: threading.Thread | None, seconds: float) -> str:
    stop = threading.Event()
    found: list[float] = []
    timer = threading.Thread(target=lambda: found.extend(lateness_ms(stop)))
    timer.start()
    if work is None:
        time.sleep(seconds)
    else:
        work.start()
        work.join()
    stop.set()
    timer.join()
    p50, p99 = np.percentile(found, [50, 99])
    return f"median {p50:.2f} ms, 99 % {p99:.2f} ms, worst {max(found):.1f} ms"


def test_lateness_of_a_timer_in_the_shell() -> None:
    is_shipped = any(model.name == SHIPPED_MODEL for model in Catalog.shipped().models)
    environment = {} if is_shipped else {"PYTHONPATH": str(_HANDLERS)}
    engine = LocalEngine(handlers="" if is_shipped else "slow_composer:REGISTRY", environment=environment)
    watch = Watch(engine)
    watch.wait(WorkerChanged, state=WorkerState.READY)
    say(f"5 ms timer, nothing else: {measure_lateness(None, 3)}")
    bars = 32

    def take() -> None:
        watch.wait(Finished, engine.submit(ComposeRequest(bars=bars)))

    what = SHIPPED_MODEL if is_shipped else "a composer that only waits"
    say(f"5 ms timer, first take of {bars} bars by {what}: {measure_lateness(threading.Thread(target=take), 0)}")
    say(f"5 ms timer, second take: {measure_lateness(threading.Thread(target=take), 0)}\n")
    engine.close()


def test_frames_through_shared_memory(tmp_path: Path) -> None:
    ring = Ring.create(tmp_path / "ring", 3, 13 << 20)
    frame = np.random.default_rng(1).integers(0, 256, (1536, 2048, 4), dtype=np.uint8)
    for _ in range(3):
        ring.read(ring.write(frame))
    start_s = time.perf_counter()
    for _ in range(20):
        ticket = ring.write(frame)
    written_s = (time.perf_counter() - start_s) / 20
    start_s = time.perf_counter()
    for _ in range(20):
        ring.read(ticket)
    read_s = (time.perf_counter() - start_s) / 20
    say(f"a frame of {frame.nbytes / 1e6:.1f} MB: written in {1e3 * written_s:.1f} ms, read in {1e3 * read_s:.1f} ms\n")
    ring.close()
