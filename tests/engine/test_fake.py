from __future__ import annotations

from pathlib import Path

import pytest
from engine_events import Recorder

from generators import artifacts
from generators.engine.engine import Failed, Finished, Lane, MemoryChanged, Progressed, WorkerChanged, WorkerState
from generators.engine.fake import Die, FakeEngine, Give, Pause, Say, Show, memory_event, score_for
from generators.engine.requests import ExportRequest
from generators.music.request import ComposeRequest, SynthesiseRequest


def test_steps_by_hand() -> None:
    fake = FakeEngine(manual=True)
    recorder = Recorder(fake)
    score = score_for(ComposeRequest(bars=2))
    fake.script = lambda request, inputs: [Say(1, 2, "one"), Pause(100), Show(score), Give(score, {"request": "r"})]
    take = fake.submit(ComposeRequest(bars=2), panel="music")
    assert [type(event).__name__ for event in recorder.of(take)] == ["Accepted"]
    assert fake.step()
    assert recorder.events[-1] == Progressed(take, 1, 2, "one")
    preview = fake.submit(ComposeRequest(bars=1), Lane.PREVIEW, panel="music")
    fake.run()
    assert not fake.step()
    finished = [event for event in recorder.events if isinstance(event, Finished)]
    assert [event.job for event in finished] == [preview, take]
    assert artifacts.facts(Path(finished[1].path).read_bytes()) == {"request": "r"}
    assert [(lane, panel) for _, lane, panel in fake.submitted] == [(Lane.TAKE, "music"), (Lane.PREVIEW, "music")]
    fake.release(take)
    assert fake.released == [take]
    fake.close()
    assert not Path(finished[0].path).exists()


def test_a_dying_worker_keeps_what_waits() -> None:
    fake = FakeEngine(lambda request, inputs: [Say(0, 1), Die()], manual=True)
    recorder = Recorder(fake)
    running = fake.submit(ComposeRequest())
    fake.step()
    waiting = fake.submit(ComposeRequest())
    fake.step()
    fake.script = lambda request, inputs: [Give(score_for(ComposeRequest(bars=1)))]
    fake.run()
    failed = recorder.end_of(running, 0)
    assert isinstance(failed, Failed)
    assert failed.error == "WorkerDied"
    assert isinstance(recorder.end_of(waiting, 0), Finished)
    states = [event.state for event in recorder.events if isinstance(event, WorkerChanged)]
    assert states == [WorkerState.READY, WorkerState.RESTARTING, WorkerState.READY]
    fake.close()


def test_other_events_can_be_told() -> None:
    fake = FakeEngine(manual=True)
    recorder = Recorder(fake)
    fake.emit(memory_event())
    assert isinstance(recorder.events[-1], MemoryChanged)
    fake.focus("music")
    assert fake.focused == "music"
    fake.close()


@pytest.mark.parametrize("metre", [(4, 4), (3, 4), (6, 8)])
def test_its_scores_have_the_bars_asked_for(metre: tuple[int, int]) -> None:
    score = score_for(ComposeRequest(bars=5, metre=metre, tempo_bpm=90.0))
    assert len(score.bar_ticks()) == 6
    assert score.bar_ticks()[-1] == score.length
    assert score.tempo_bpm.tolist() == [90.0]


def test_it_plays_and_exports(tmp_path: Path) -> None:
    fake = FakeEngine(manual=True)
    recorder = Recorder(fake)
    take = fake.submit(ComposeRequest(bars=2, tempo_bpm=120.0))
    fake.run()
    end = recorder.end_of(take, 0)
    assert isinstance(end, Finished)
    inputs = {end.sha256: Path(end.path)}
    sound = fake.submit(SynthesiseRequest(end.sha256, 8000), inputs=inputs)
    out = tmp_path / "take.mid"
    export = fake.submit(ExportRequest(end.sha256, "midi", str(out)), inputs=inputs)
    wrong = fake.submit(ExportRequest(end.sha256, "nonsense", str(out)), inputs=inputs)
    fake.run()
    played = recorder.end_of(sound, 0)
    assert isinstance(played, Finished)
    audio = artifacts.read(Path(played.path))
    assert isinstance(audio, artifacts.Audio)
    assert audio.duration_s == pytest.approx(4.0)
    written = recorder.end_of(export, 0)
    assert isinstance(written, Finished), written
    assert written.kind == "file"
    assert artifacts.digest(out.read_bytes()) == written.sha256
    assert isinstance(recorder.end_of(wrong, 0), Failed)
    fake.close()
