"""What the window does when making, keeping or stopping takes goes wrong."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from window_hands import Studio

from generators.affect import AffectPoint
from generators.engine.fake_script import Die, Pause, Refuse, Say, play
from generators.errors import BadRequest, DiskFull
from studio import __main__ as start
from studio.document.document import Document
from studio.document.model import AddTakes


def test_takes_that_failed_for_one_reason_run_again_together(studio: Studio) -> None:
    studio.engine.script = lambda request, inputs: [Refuse(BadRequest("The weights are missing: install again."))]
    studio.music.generate(3)
    studio.engine.run()
    studio.until(lambda: not studio.music.composing.pending)
    assert studio.window.strip._action.text() == "Run 3 again"
    studio.engine.script = play
    studio.window.strip._action.click()
    studio.engine.run()
    studio.until(lambda: sorted(studio.names) == ["happy 1", "happy 2", "happy 3"])


def test_takes_that_the_disk_refused_are_kept_once_there_is_room(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = Document.perform

    def refuse(document: Document, action: object, *rest: object) -> Future[object]:
        if not isinstance(action, AddTakes):
            return really(document, action, *rest)
        refused: Future[object] = Future()
        refused.set_exception(DiskFull("The disk is full: free some space."))
        return refused

    monkeypatch.setattr(Document, "perform", refuse)
    studio.music.generate(2)
    studio.engine.run()
    studio.until(lambda: "“happy 1”, “happy 2” were not kept yet" in studio.message)
    assert studio.names == []
    assert studio.engine.released == []  # their files wait
    monkeypatch.setattr(Document, "perform", really)
    studio.window.strip._action.click()
    studio.until(lambda: sorted(studio.names) == ["happy 1", "happy 2"])
    studio.until(lambda: len(studio.engine.released) == 2)


def test_a_stuck_take_is_stopped_from_the_toolbar(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.jobs.STUCK_MS", 30)
    studio.engine.script = lambda request, inputs: [Say(3, 16, "bar 3 of 16"), Pause(9), Pause(9)]
    studio.music.generate(1)
    studio.engine.step()
    stage = studio.music.middle
    stage.cancel.click()
    studio.until(lambda: stage.cancel.text() == "Stop now")
    stage.cancel.click()
    studio.until(lambda: not studio.music.composing.pending)
    assert stage.cancel.text() == "Cancel"
    studio.engine.script = play
    studio.make(1)


def test_redo_shows_a_take_again(studio: Studio) -> None:
    studio.make(1)
    studio.project.undo()
    studio.until(lambda: studio.names == [] and studio.music.timeline.score is None)
    studio.project.redo()
    studio.until(lambda: studio.music.timeline.score is not None)
    assert studio.music.shown == studio.project.state.takes[0].id


def test_removing_the_take_in_view_shows_another_while_more_are_made(studio: Studio) -> None:
    studio.make(2)
    first, second = (take.id for take in studio.project.state.takes)
    studio.music.generate(1)
    studio.music.select(second)
    studio.music.remove(second)
    studio.until(lambda: studio.music.shown == first)
    assert studio.music.composing.pending


def test_an_untitled_project_without_takes_is_not_offered(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    studio.music.left.pad.pointCommitted.emit(AffectPoint(-0.5, 0.2))
    studio.settle()
    studio.close()
    again = open_studio()
    again.qtbot.wait(200)
    assert again.message == ""


def test_a_dead_worker_keeps_the_takes_that_wait(studio: Studio) -> None:
    studio.engine.script = lambda request, inputs: [Die()] if request.seed % 2 == 0 else play(request, inputs)
    studio.music.change("seed", seed=10, seed_locked=True)
    studio.music.generate(2)
    studio.engine.run()
    studio.until(lambda: studio.names == ["happy 2"])
    assert studio.window.strip._action.text() == "Run again"


def test_ctrl_c_ends_the_process_at_once_until_the_window_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("studio.app.run", lambda path: seen.append(signal.getsignal(signal.SIGINT)) or 0)
    assert start.main([]) == 0
    assert seen == [signal.SIG_DFL]
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_while_python_imports_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_argv: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "_start", interrupt)
    assert start.main([]) == start.INTERRUPTED
    assert capfd.readouterr() == ("", "")
