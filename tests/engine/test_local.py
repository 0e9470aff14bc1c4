"""The engine with a real worker process and cheap jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from engine_events import Recorder

from generators import artifacts
from generators.engine.engine import (
    Failed,
    Finished,
    Lane,
    MemoryChanged,
    Previewed,
    Progressed,
    WorkerChanged,
    WorkerState,
)
from generators.engine.folders import RunFolder, remove_stale_folders
from generators.engine.local import LocalEngine
from generators.errors import NotWritable, WorkerDied
from generators.music.request import AnalyseScoreRequest, ComposeRequest


def ask(seed: int = 0, **attributes: float) -> ComposeRequest:
    return ComposeRequest(seed=seed, attributes=attributes)


LONG = {"sampling": 2000, "step_s": 0.01}


def test_a_take_is_made(local: LocalEngine) -> None:
    recorder = Recorder(local)
    job = local.submit(ask(7, sampling=5, preview=1))
    end = recorder.end_of(job)
    assert isinstance(end, Finished)
    assert end.kind == "score"
    assert end.facts["seed"] == "7"
    path = Path(end.path)
    data = path.read_bytes()
    assert artifacts.digest(data) == end.sha256
    assert artifacts.facts(data) == {"request": "x"}
    assert path.parent.parent.stat().st_mode & 0o077 == 0
    kinds = [type(event).__name__ for event in recorder.of(job)]
    assert kinds[0] == "Accepted"
    assert kinds[-1] == "Finished"
    assert "Progressed" in kinds
    previewed = next(event for event in recorder.of(job) if isinstance(event, Previewed))
    assert artifacts.read(Path(previewed.path)).KIND == "score"
    loaded = recorder.wait(lambda event: isinstance(event, MemoryChanged) and event.move == "loaded trial")
    assert isinstance(loaded, MemoryChanged)
    assert [(model.name, model.resident_bytes) for model in loaded.models] == [("trial", 128)]
    assert 0 < loaded.free_bytes <= loaded.total_bytes
    local.release(job)
    assert not path.exists()
    assert not Path(previewed.path).exists()


@pytest.mark.parametrize("place", ["loading", "sampling", "decoding"])
def test_cancel_then_a_good_job(environment: dict[str, str], place: str) -> None:
    environment["TRIAL_LOAD_STEPS"] = "200" if place == "loading" else "1"
    engine = LocalEngine(handlers="trial_handlers:REGISTRY", environment=environment)
    try:
        recorder = Recorder(engine)
        steps = {place: 2000.0} if place != "loading" else {}
        job = engine.submit(ask(step_s=0.005, **steps))
        recorder.wait(lambda event: isinstance(event, Progressed) and event.note == place)
        asked_s = time.monotonic()
        engine.cancel(job)
        recorder.wait(lambda event: isinstance(event, Progressed) and event.note == "cancelling", 5)
        answered_s = time.monotonic() - asked_s
        end = recorder.end_of(job, 5)
        assert isinstance(end, Failed)
        assert end.error == "Cancelled"
        assert answered_s < 1.0  # 0.1 on a machine that does nothing else
        assert isinstance(recorder.end_of(engine.submit(ask())), Finished)
        engine.cancel(job)
        engine.cancel("no such job")
    finally:
        engine.close()


def test_cancel_of_a_waiting_job(shared: LocalEngine) -> None:
    recorder = Recorder(shared)
    first = shared.submit(ask(**LONG))
    second = shared.submit(ask())
    recorder.wait(lambda event: isinstance(event, Progressed) and event.note == "sampling")
    shared.cancel(second)
    end = recorder.end_of(second, 5)
    assert isinstance(end, Failed)
    assert end.error == "Cancelled"
    shared.cancel(first)
    recorder.end_of(first, 5)


@pytest.mark.parametrize(
    ("attribute", "error"),
    [("refuse", "BadRequest"), ("defect", "JobCrashed"), ("out_of_memory", "OutOfMemory")],
)
def test_errors_have_a_class_and_a_sentence(shared: LocalEngine, attribute: str, error: str) -> None:
    recorder = Recorder(shared)
    end = recorder.end_of(shared.submit(ask(**{attribute: 1})))
    assert isinstance(end, Failed)
    assert end.error == error
    assert end.message.endswith((".", "!"))
    assert "Traceback" not in end.message
    assert isinstance(recorder.end_of(shared.submit(ask())), Finished)


def test_inputs_must_be_there_and_unchanged(shared: LocalEngine, tmp_path: Path) -> None:
    recorder = Recorder(shared)
    path = tmp_path / "other.safetensors"
    path.write_bytes(b"something else")
    ends = [
        recorder.end_of(shared.submit(AnalyseScoreRequest("ab" * 32), inputs=inputs))
        for inputs in ({}, {"ab" * 32: path}, {"ab" * 32: tmp_path / "gone"})
    ]
    assert [isinstance(end, Failed) and end.error for end in ends] == ["BadRequest", "BadArtifact", "BadArtifact"]


def test_previews_replace_each_other(shared: LocalEngine) -> None:
    recorder = Recorder(shared)
    take = shared.submit(ask(1, **LONG), panel="music")
    recorder.wait(lambda event: isinstance(event, Progressed) and event.note == "sampling")
    previews = [shared.submit(ask(seed, sampling=20, step_s=0.01), Lane.PREVIEW, panel="music") for seed in range(8)]
    other = shared.submit(ask(99), Lane.PREVIEW, panel="face")
    ends = [recorder.end_of(job) for job in previews]
    assert isinstance(ends[-1], Finished)
    assert all(isinstance(end, Failed) and end.error == "Cancelled" for end in ends[:-1])
    assert isinstance(recorder.end_of(other), Finished)
    assert not any(isinstance(event, Finished | Failed) for event in recorder.of(take))  # they ran inside it
    shared.cancel(take)
    recorder.end_of(take, 5)


def test_a_take_goes_on_after_a_preview(shared: LocalEngine) -> None:
    recorder = Recorder(shared)
    take = shared.submit(ask(1, sampling=60, step_s=0.01))
    recorder.wait(lambda event: isinstance(event, Progressed) and event.note == "sampling")
    preview = shared.submit(ask(2), Lane.PREVIEW, panel="music")
    assert isinstance(recorder.end_of(preview), Finished)
    assert isinstance(recorder.end_of(take), Finished)
    order = [event.job for event in recorder.events if isinstance(event, Finished)]
    assert order == [preview, take]


def test_cancelling_a_take_does_not_wait_for_the_preview_in_it(shared: LocalEngine) -> None:
    recorder = Recorder(shared)
    take = shared.submit(ask(1, **LONG))
    recorder.wait(lambda event: isinstance(event, Progressed) and event.note == "sampling")
    preview = shared.submit(ask(2, sampling=100, step_s=0.01), Lane.PREVIEW)
    recorder.wait(lambda event: isinstance(event, Progressed) and event.job == preview)
    shared.cancel(take)
    assert isinstance(recorder.end_of(take, 5), Failed)
    assert not any(isinstance(event, Finished | Failed) for event in recorder.of(preview))
    assert isinstance(recorder.end_of(preview), Finished)  # it ran again, alone


def test_a_preview_that_does_not_fit_beside_a_take_runs_after_it(shared: LocalEngine, shared_folder: Path) -> None:
    (shared_folder / "flag").touch()
    recorder = Recorder(shared)
    take = shared.submit(ask(1, sampling=60, step_s=0.01, flag=1))
    recorder.wait(lambda event: isinstance(event, Progressed) and event.note == "sampling")
    preview = shared.submit(ask(2, nested_only_alone=1), Lane.PREVIEW)
    assert isinstance(recorder.end_of(preview), Finished)
    assert [event.job for event in recorder.events if isinstance(event, Finished)] == [take, preview]


def test_a_killed_worker_is_replaced(local: LocalEngine) -> None:
    recorder = Recorder(local)
    running = local.submit(ask(1, **LONG))
    waiting = local.submit(ask(2))
    recorder.wait(lambda event: isinstance(event, Progressed) and event.note == "sampling")
    first_pid = local.worker_pid
    assert first_pid is not None
    os.kill(first_pid, signal.SIGKILL)
    end = recorder.end_of(running, 5)
    assert isinstance(end, Failed)
    assert end.error == "WorkerDied"
    assert "run it again" in end.message
    recorder.wait(lambda event: isinstance(event, WorkerChanged) and event.state is WorkerState.RESTARTING)
    assert isinstance(recorder.end_of(waiting), Finished)  # what had not begun is kept
    assert local.worker_pid != first_pid


def test_a_worker_that_does_not_answer_is_replaced(local: LocalEngine) -> None:
    recorder = Recorder(local)
    assert isinstance(recorder.end_of(local.submit(ask())), Finished)
    began_s = time.monotonic()
    end = recorder.end_of(local.submit(ask(hang=1)), 10)
    assert isinstance(end, Failed)
    assert end.error == "WorkerDied"
    assert "did not answer" in end.message
    assert time.monotonic() - began_s < 8
    assert isinstance(recorder.end_of(local.submit(ask())), Finished)


def test_a_worker_that_reads_libraries_may_be_silent(environment: dict[str, str]) -> None:
    engine = LocalEngine(handlers="trial_handlers:REGISTRY", environment=environment, answer_limit_s=1.5)
    recorder = Recorder(engine)
    assert isinstance(recorder.end_of(engine.submit(ask(hold_s=2))), Finished)
    end = recorder.end_of(engine.submit(ask(hold_s=4)), 10)  # nothing is read the second time
    assert isinstance(end, Failed)
    assert "did not answer" in end.message
    engine.close()


def test_stop_now_ends_a_step_that_takes_too_long(local: LocalEngine) -> None:
    recorder = Recorder(local)
    job = local.submit(ask(1, sampling=2, step_s=30))
    recorder.wait(lambda event: isinstance(event, Progressed) and event.note == "sampling")
    local.stop_now(job)
    end = recorder.end_of(job, 5)
    assert isinstance(end, Failed)
    assert end.error == "Cancelled"
    assert isinstance(recorder.end_of(local.submit(ask())), Finished)


def test_a_worker_that_keeps_dying_rests(local: LocalEngine) -> None:
    recorder = Recorder(local)
    ends = [recorder.end_of(local.submit(ask(die=1))) for _ in range(4)]
    assert all(isinstance(end, Failed) and end.error == "WorkerDied" for end in ends)
    stopped = recorder.wait(lambda event: isinstance(event, WorkerChanged) and event.state is WorkerState.STOPPED)
    assert isinstance(stopped, WorkerChanged)
    assert "3 times" in stopped.message
    states = [event.state for event in recorder.events if isinstance(event, WorkerChanged)]
    assert states.count(WorkerState.READY) == 3
    assert local.worker_pid is None
    # after the pause it starts again
    local._deaths_s.clear()
    assert isinstance(recorder.end_of(local.submit(ask())), Finished)


def test_a_worker_that_cannot_start_is_told(environment: dict[str, str]) -> None:
    environment["PYTHONSAFEPATH"] = "1"
    environment["PYTHONHOME"] = "/nowhere"
    engine = LocalEngine(environment=environment)
    try:
        recorder = Recorder(engine)
        end = recorder.end_of(engine.submit(ask()), 20)
        assert isinstance(end, Failed)
        assert end.error == "WorkerDied"
    finally:
        engine.close()


def test_close_ends_everything(environment: dict[str, str]) -> None:
    engine = LocalEngine(handlers="trial_handlers:REGISTRY", environment=environment)
    recorder = Recorder(engine)
    jobs = [engine.submit(ask(1, **LONG)), engine.submit(ask(2))]
    recorder.wait(lambda event: isinstance(event, Progressed) and event.note == "sampling")
    pid = engine.worker_pid
    assert pid is not None
    folder = engine._folder.path
    engine.close()
    engine.close()
    ends = [recorder.end_of(job, 1) for job in jobs]
    assert all(isinstance(end, Failed) and end.error == "Cancelled" for end in ends)
    assert not psutil.pid_exists(pid)
    assert not folder.exists()
    with pytest.raises(WorkerDied):
        engine.submit(ask())


def test_a_failing_listener_does_not_stop_the_others(shared: LocalEngine, caplog: pytest.LogCaptureFixture) -> None:
    def fail(event: object) -> None:
        raise ValueError("listener")

    unsubscribe = shared.subscribe(fail)
    recorder = Recorder(shared)
    assert isinstance(recorder.end_of(shared.submit(ask())), Finished)
    unsubscribe()
    assert "A listener of the engine failed" in caplog.text


_SHELL = """
import sys, time
sys.path.insert(0, {root!r})
from generators.engine.engine import Progressed, WorkerChanged
from generators.engine.folders import RunFolder, remove_stale_folders
from generators.engine.local import LocalEngine
from generators.music.request import ComposeRequest
engine = LocalEngine(handlers="trial_handlers:REGISTRY", environment={environment!r})
def listen(event):
    if isinstance(event, Progressed) and event.note == "sampling":
        print(engine.worker_pid, engine._folder.path, flush=True)
engine.subscribe(listen)
engine.submit(ComposeRequest(attributes={attributes!r}))
time.sleep(60)
"""


@pytest.mark.parametrize("does", ["sampling", "hold_late_s"])
def test_no_process_stays_when_the_shell_is_killed(environment: dict[str, str], does: str) -> None:
    if does == "hold_late_s" and sys.platform != "linux":
        pytest.skip("only Linux ends a process that runs no Python code then")
    attributes = {does: 1000.0, "step_s": 0.01}
    code = _SHELL.format(root=str(Path(__file__).parents[2]), environment=environment, attributes=attributes)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout is not None
        worker_pid, folder = shell.stdout.readline().split()
        time.sleep(0.3)
        children = psutil.Process(shell.pid).children(recursive=True)
        shell.kill()
    assert int(worker_pid) in [child.pid for child in children]
    _gone, alive = psutil.wait_procs(children, timeout=5)
    assert not alive
    assert Path(folder).exists()
    LocalEngine(environment=environment).close()  # the next start clears what was left
    assert not Path(folder).exists()


def test_a_long_temporary_folder_needs_another_kind_of_socket(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generators.engine.process._UNIX_PATH_LIMIT", 0)
    engine = LocalEngine(handlers="trial_handlers:REGISTRY", environment=environment)
    assert isinstance(Recorder(engine).end_of(engine.submit(ask())), Finished)
    engine.close()


def test_weights_that_are_missing_or_altered_are_told(assets: Path, tmp_path: Path) -> None:
    weights = assets / "music" / "trial.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x07")
    engine = LocalEngine(environment={"AFFECT_STUDIO_ASSETS": str(assets), "AFFECT_STUDIO_HOME": str(tmp_path)})
    recorder = Recorder(engine)
    missing = recorder.end_of(engine.submit(ComposeRequest(model="other")))
    altered = recorder.end_of(engine.submit(ComposeRequest(model="trial")))
    assert isinstance(missing, Failed)
    assert isinstance(altered, Failed)
    assert (missing.error, altered.error) == ("ModelMissing", "ModelAltered")
    assert "installed: trial" in missing.message
    engine.close()


def test_folders_of_shells_that_are_gone_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    living = RunFolder()
    gone = RunFolder()
    assert gone._lock is not None
    gone._lock.close()  # as the system does when a process ends
    young = tmp_path / "affect-studio-run-young"
    young.mkdir()
    old = tmp_path / "affect-studio-run-old"
    old.mkdir()
    os.utime(old, (1, 1))
    other = tmp_path / "something-else"
    other.mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "affect-studio-run-link").symlink_to(outside)
    assert remove_stale_folders() == 2
    assert not gone.path.exists()
    assert not old.exists()
    assert all(path.exists() for path in (living.path, young, other, outside))
    living.remove()
    assert not living.path.exists()


def test_no_place_for_results_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(NotWritable, match="TMPDIR"):
        LocalEngine()
