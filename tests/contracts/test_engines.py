"""What every engine keeps, run over the real one and the fake one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from generators import artifacts
from generators.engine.engine import (
    Accepted,
    Engine,
    Event,
    Failed,
    Finished,
    Lane,
    Progressed,
    WorkerChanged,
    WorkerState,
)
from generators.engine.fake import FakeEngine
from generators.engine.local import LocalEngine
from generators.errors import WorkerDied
from generators.music.request import AnalyseScoreRequest, ComposeRequest


class Events:
    def __init__(self, engine: Engine) -> None:
        self.all: list[Event] = []
        self.threads: set[int] = set()
        self._changed = threading.Condition()
        self.unsubscribe = engine.subscribe(self._add)

    def _add(self, event: Event) -> None:
        with self._changed:
            self.all.append(event)
            self.threads.add(threading.get_ident())
            self._changed.notify_all()

    def end_of(self, job: str) -> Finished | Failed:
        def ends() -> list[Finished | Failed]:
            return [event for event in self.all if isinstance(event, Finished | Failed) and event.job == job]

        with self._changed:
            assert self._changed.wait_for(ends, 20), self.all
            return ends()[0]


def make_local() -> Engine:
    handlers = Path(__file__).parents[1] / "engine"
    return LocalEngine(handlers="slow_composer:REGISTRY", environment={"PYTHONPATH": str(handlers)})


ENGINES: list[Callable[[], Engine]] = [make_local, FakeEngine]


@pytest.fixture(params=ENGINES, ids=["local", "fake"], scope="module")
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFECT_STUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        engine = request.param()
        yield engine
        engine.close()


def test_a_job_is_accepted_and_ends_once(engine: Engine) -> None:
    events = Events(engine)
    request = ComposeRequest(bars=4, seed=3)
    job = engine.submit(request, panel="music")
    end = events.end_of(job)
    assert isinstance(end, Finished)
    data = Path(end.path).read_bytes()
    assert artifacts.digest(data) == end.sha256
    assert artifacts.unpack(data).KIND == end.kind == "score"
    assert msgspec.json.decode(artifacts.facts(data)["request"])["seed"] == 3
    of_job = [event for event in events.all if getattr(event, "job", "") == job]
    assert isinstance(of_job[0], Accepted)
    assert sum(isinstance(event, Accepted | Finished | Failed) for event in of_job) == 2
    assert all(0 <= event.done <= event.total for event in of_job if isinstance(event, Progressed))
    assert threading.get_ident() not in events.threads
    engine.release(job)
    engine.release(job)
    assert not Path(end.path).exists()


def test_the_state_of_the_worker_is_told_first(engine: Engine) -> None:
    first = Events(engine)
    first.end_of(engine.submit(ComposeRequest(bars=1)))
    second = Events(engine)
    second.end_of(engine.submit(ComposeRequest(bars=1)))
    assert isinstance(first.all[0], WorkerChanged)
    assert second.all[0] == WorkerChanged(WorkerState.READY, "The engine is ready.")


def test_results_feed_other_jobs(engine: Engine) -> None:
    events = Events(engine)
    take = events.end_of(engine.submit(ComposeRequest(bars=2)))
    assert isinstance(take, Finished)
    analysis = engine.submit(AnalyseScoreRequest(take.sha256), inputs={take.sha256: Path(take.path)})
    measured = events.end_of(analysis)
    assert isinstance(measured, Finished)
    assert measured.kind == "measures"
    lost = events.end_of(engine.submit(AnalyseScoreRequest("ab" * 32)))
    assert isinstance(lost, Failed)
    assert lost.error == "BadRequest"


def test_cancel(engine: Engine) -> None:
    events = Events(engine)
    running = engine.submit(ComposeRequest(bars=128))
    waiting = engine.submit(ComposeRequest(bars=128))
    engine.cancel(waiting)
    engine.cancel(running)
    engine.cancel("unknown")
    for job in (running, waiting):
        end = events.end_of(job)
        assert isinstance(end, Failed)
        assert end.error == "Cancelled"
        assert end.message
    assert isinstance(events.end_of(engine.submit(ComposeRequest(bars=1))), Finished)


def test_a_newer_preview_replaces_an_older_one_of_its_panel(engine: Engine) -> None:
    events = Events(engine)
    engine.focus("music")
    take = engine.submit(ComposeRequest(bars=48), panel="music")
    older = [engine.submit(ComposeRequest(bars=64), Lane.PREVIEW, panel="music") for _ in range(3)]
    newest = engine.submit(ComposeRequest(bars=2), Lane.PREVIEW, panel="music")
    other = engine.submit(ComposeRequest(bars=2), Lane.PREVIEW, panel="face")
    for job in older:
        end = events.end_of(job)
        assert isinstance(end, Failed)
        assert end.error == "Cancelled"
    assert isinstance(events.end_of(newest), Finished)
    assert isinstance(events.end_of(other), Finished)
    assert isinstance(events.end_of(take), Finished)
    finished = [event.job for event in events.all if isinstance(event, Finished)]
    assert finished[-1] == take


def test_unsubscribe(engine: Engine) -> None:
    quiet = Events(engine)
    quiet.unsubscribe()
    quiet.unsubscribe()
    events = Events(engine)
    job = engine.submit(ComposeRequest(bars=1))
    events.end_of(job)
    assert not any(getattr(event, "job", "") == job for event in quiet.all)


@pytest.mark.parametrize("make", ENGINES, ids=["local", "fake"])
def test_close_ends_what_is_left(make: Callable[[], Engine]) -> None:
    engine = make()
    events = Events(engine)
    jobs = [engine.submit(ComposeRequest(bars=128)) for _ in range(3)]
    engine.close()
    engine.close()
    ends = [event for event in events.all if isinstance(event, Finished | Failed)]
    assert sorted(end.job for end in ends) == sorted(jobs)
    last = events.all[-1]
    assert isinstance(last, WorkerChanged)
    assert last.state is WorkerState.STOPPED
    with pytest.raises(WorkerDied):
        engine.submit(ComposeRequest())
