from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from generators.engine.engine import Failed, Finished, Progressed
from generators.engine.fake import FakeEngine
from generators.engine.fake_script import Pause, Refuse, Say, play
from generators.errors import BadRequest
from generators.music.request import ComposeRequest
from studio.jobs import JobCallbacks, Jobs, JobState


class Told:
    def __init__(self) -> None:
        self.finished: list[Finished] = []
        self.failed: list[Failed] = []
        self.progress: list[Progressed] = []
        self.callbacks = JobCallbacks(self.finished.append, self.failed.append, self.progress.append)


def test_the_engine_is_built_by_start_and_closed(qtbot: QtBot) -> None:
    built: list[FakeEngine] = []

    def make() -> FakeEngine:
        built.append(FakeEngine(manual=True))
        return built[-1]

    jobs = Jobs(make)
    assert not built
    states: list[object] = []
    jobs.workerChanged.connect(states.append)
    jobs.start()
    jobs.start()
    assert len(built) == 1
    qtbot.waitUntil(lambda: bool(states))
    jobs.close()
    jobs.close()


def test_events_reach_the_gui_thread_and_the_table(qtbot: QtBot) -> None:
    engine = FakeEngine(lambda request, inputs: play(request, inputs, 0.0))
    jobs, told = Jobs(lambda: engine), Told()
    first = jobs.submit(ComposeRequest(), "one", told.callbacks, panel="music")
    jobs.submit(ComposeRequest(seed=1), "two", told.callbacks, quiet=True)
    assert [job.title for job in jobs.live()] == ["one", "two"]
    assert [job.title for job in jobs.shown()] == ["one"]
    qtbot.waitUntil(lambda: len(told.finished) == 2)
    assert jobs.live() == ()
    job = jobs.job(first)
    assert job is not None
    assert job.state is JobState.DONE
    jobs.close()


def test_progress_is_joined_while_the_window_is_busy(qtbot: QtBot) -> None:
    engine = FakeEngine(
        lambda request, inputs: [*(Say(step, 1000, str(step)) for step in range(1, 1001)), Pause(0)], manual=True
    )
    jobs, told = Jobs(lambda: engine), Told()
    jobs.submit(ComposeRequest(), "long", told.callbacks)
    for _ in range(1000):
        engine.step()
    qtbot.waitUntil(lambda: bool(told.progress))
    assert len(told.progress) == 1
    assert told.progress[0].done == 1000
    jobs.close()


def test_cancel_again_and_refusal(qtbot: QtBot) -> None:
    engine = FakeEngine(manual=True)
    jobs, told = Jobs(lambda: engine), Told()
    shown: list[object] = []
    jobs.failed.connect(lambda job, event: shown.append(event))
    first = jobs.submit(ComposeRequest(), "one", told.callbacks, panel="music")
    jobs.submit(ComposeRequest(), "two", told.callbacks, panel="face")
    jobs.cancel(first)
    assert jobs.job(first).state is JobState.CANCELLING
    engine.run()
    qtbot.waitUntil(lambda: len(told.failed) == 1 and len(told.finished) == 1)
    assert told.failed[0].error == "Cancelled"
    assert jobs.job(first).state is JobState.CANCELLED
    assert shown == []
    engine.script = lambda request, inputs: [Refuse(BadRequest("No."))]
    again = jobs.again(first)
    assert again is not None
    assert again != first
    engine.run()
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert told.failed[1].message == "No."
    assert jobs.again("unknown") is None
    jobs.cancel("unknown")
    jobs.close()


def test_a_job_that_a_cancel_does_not_end_is_stopped(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.jobs.STUCK_MS", 30)
    engine = FakeEngine(manual=True)
    engine.script = lambda request, inputs: [Say(1, 16), Pause(9), Pause(9)]
    jobs, told = Jobs(lambda: engine), Told()
    stuck = jobs.submit(ComposeRequest(), "one", told.callbacks)
    waits = jobs.submit(ComposeRequest(), "two", told.callbacks)
    engine.step()
    jobs.cancel(stuck)
    jobs.cancel(stuck)  # a second click before it is stuck changes nothing
    qtbot.waitUntil(lambda: jobs.job(stuck).state is JobState.STUCK)
    assert not told.failed
    jobs.cancel(stuck)
    qtbot.waitUntil(lambda: jobs.job(stuck).state is JobState.CANCELLED)
    assert [event.error for event in told.failed] == ["Cancelled"]
    engine.script = play
    engine.run()
    qtbot.waitUntil(lambda: jobs.job(waits).state is JobState.DONE)  # what waited goes on
    jobs.close()


def test_the_table_forgets_old_jobs(qtbot: QtBot) -> None:
    engine = FakeEngine(manual=True)
    jobs, told = Jobs(lambda: engine), Told()
    for seed in range(40):
        jobs.submit(ComposeRequest(seed=seed, bars=1), "short", told.callbacks)
    engine.run()
    qtbot.waitUntil(lambda: len(told.finished) == 40)
    known = [jobs.job(event.job) for event in told.finished]
    assert known[0] is None
    assert known[-1] is not None
    jobs.close()
