from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from generators import artifacts
from generators.engine.engine import Failed, Lane
from generators.engine.fake import Die, FakeEngine, Give, Refuse, Say, score_for
from generators.engine.local import LocalEngine
from generators.engine.run import run_request
from generators.errors import BadRequest, Cancelled, ModelMissing, WorkerDied
from generators.music.request import ComposeRequest

REQUEST = ComposeRequest(bars=2)


@pytest.fixture
def fake() -> FakeEngine:
    return FakeEngine()


def test_a_result_and_its_progress(fake: FakeEngine) -> None:
    told = []
    end = run_request(REQUEST, progress=lambda done, total, note="": told.append((done, total, note)), engine=fake)
    assert told == [(1, 2, "bar 1 of 2"), (2, 2, "bar 2 of 2")]
    score = artifacts.read(Path(end.path))
    assert isinstance(score, artifacts.Score)
    assert len(score.bar_ticks()) == 3
    fake.close()


def test_errors_are_raised(fake: FakeEngine) -> None:
    fake.script = lambda request, inputs: [Refuse(ModelMissing("The model is not here: install it."))]
    with pytest.raises(ModelMissing, match="install it"):
        run_request(REQUEST, engine=fake)
    fake.script = lambda request, inputs: [Say(0, 1), Die()]
    with pytest.raises(WorkerDied):
        run_request(REQUEST, engine=fake)
    fake.script = lambda request, inputs: []
    with pytest.raises(BadRequest, match="without a result"):
        run_request(REQUEST, engine=fake)
    fake.close()


def test_progress_may_cancel(fake: FakeEngine) -> None:
    def progress(done: float, total: float, note: str = "") -> None:
        raise Cancelled("Enough.")

    ends = []
    fake.subscribe(lambda event: ends.append(event.error) if isinstance(event, Failed) else None)
    with pytest.raises(Cancelled, match="Enough"):
        run_request(ComposeRequest(bars=128), progress=progress, engine=fake)
    fake.script = lambda request, inputs: [Give(score_for(REQUEST))]
    run_request(REQUEST, engine=fake, lane=Lane.BATCH)
    assert ends == ["Cancelled"]
    fake.close()


def test_ctrl_c_cancels(environment: dict[str, str]) -> None:
    engine = LocalEngine(handlers="trial_handlers:REGISTRY", environment=environment)
    try:
        threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        began_s = time.monotonic()
        with pytest.raises(Cancelled):
            run_request(ComposeRequest(attributes={"sampling": 5000, "step_s": 0.01}), engine=engine)
        assert time.monotonic() - began_s < 10
        run_request(ComposeRequest(), engine=engine)
    finally:
        engine.close()


_CLEAN = """
import sys
import generators.engine.local, generators.engine.run, generators.engine.requests, generators.engine.fake
import generators.runtime.catalog, generators.runtime.spec, generators.engine.shared
heavy = {"torch", "onnxruntime", "scipy", "symusic", "transformers", "PySide6", "sklearn", "soundfile"}
print(*sorted(heavy & set(sys.modules)))
"""


def test_the_shells_side_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CLEAN], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == ""
