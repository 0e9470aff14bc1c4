"""Projects that cannot just be opened: each with a sentence and a way on. And windows side by side."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QProcess
from window_hands import Studio

from generators.errors import Cancelled
from generators.progress import Progress
from studio import long_work, project_opening
from studio.document import Document, Take, schema
from studio.document.rescue import Rescued
from studio.project_opening import rescued_words

ROOT = Path(__file__).parent.parent.parent


def _choose(studio: Studio, title: str) -> None:
    """File, and then `title`."""
    next(action for action in studio.window.menus.sections[0][1] if action.text() == title).trigger()


def _saved(studio: Studio, path: Path, count: int = 2) -> Path:
    """A project with takes, in the file `path`, that no window holds."""
    studio.make(count)
    studio.project.document.save_copy(path).result()
    return path


def test_a_project_that_cannot_be_written_opens_as_a_copy(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _saved(studio, tmp_path / "song.affect")
    before = path.read_bytes()
    asked = os.access
    monkeypatch.setattr(schema.os, "access", lambda file, mode: asked(file, mode) and not mode & os.W_OK)
    studio.shell.files.open_path(path)
    studio.until(lambda: studio.project.name == "song copy")
    assert studio.message.startswith("song.affect cannot be written to, so it was opened as a copy.")
    assert "Save it under a name" in studio.message
    studio.make(1)
    assert len(studio.names) == 3
    assert path.read_bytes() == before
    studio.answers.path = tmp_path / "mine"
    _choose(studio, "Save")
    studio.until(lambda: studio.project.document.path == tmp_path / "mine.affect")
    assert studio.answers.proposed is not None
    assert studio.answers.proposed.name == "song copy.affect"


def test_the_same_project_twice_is_refused_and_a_copy_offered(studio: Studio, tmp_path: Path) -> None:
    path = _saved(studio, tmp_path / "song.affect")
    other = Document.open(path)  # another window has it
    studio.shell.files.open_path(path)
    studio.until(lambda: "song.affect is open in another window: go on there, or open a copy" in studio.message)
    assert studio.project.document.is_untitled
    studio.window.strip._action.click()
    studio.until(lambda: studio.project.name == "song copy")
    assert len(studio.names) == 2
    studio.make(1)
    assert len(other.state.takes) == 2
    other.close()
    studio.shell.files.open_path(path)
    studio.until(lambda: studio.project.name == "song")
    shown = studio.message
    studio.shell.files.open_path(path)  # it is here already: nothing happens
    studio.settle()
    assert (studio.message, studio.project.name) == (shown, "song")


def test_what_is_whole_in_a_damaged_project_is_saved(studio: Studio, tmp_path: Path) -> None:
    path = _saved(studio, tmp_path / "song.affect", 3)
    content = path.read_bytes()
    path.write_bytes(bytes(4096) + content[4096:])
    studio.shell.files.open_path(path)
    studio.until(lambda: "song.affect is not a project" in studio.message)
    studio.window.strip._action.click()
    studio.until(lambda: "From song.affect, all 3 takes" in studio.message)
    assert studio.project.document.is_untitled
    assert studio.names == ["happy 1", "happy 2", "happy 3"]
    path.write_bytes(content[:4096])
    studio.shell.files.open_path(path)
    studio.until(lambda: "song.affect is damaged" in studio.message or "cut off" in studio.message)
    studio.window.strip._action.click()
    studio.until(lambda: "Nothing could be saved from song.affect" in studio.message)


def test_where_nothing_can_be_done_nothing_is_offered(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"x" * 100_000)
    studio.shell.files.open_path(tmp_path / "notes.txt")
    studio.until(lambda: "notes.txt is not a project" in studio.message)
    assert not studio.window.strip._action.isVisible()
    (tmp_path / "zeros.affect").write_bytes(bytes(100_000))
    studio.shell.files.open_path(tmp_path / "zeros.affect")
    studio.until(lambda: "zeros.affect is not a project" in studio.message)
    studio.window.strip._action.click()
    studio.until(lambda: "Nothing could be saved from zeros.affect" in studio.message)
    assert studio.project.document.is_untitled


def test_a_network_drive_is_told(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _saved(studio, tmp_path / "song.affect")
    monkeypatch.setattr("studio.document.session.lies_on_network", lambda path: True)
    studio.shell.files.open_path(path)
    studio.until(lambda: "song.affect lies on a network drive" in studio.message)
    studio.make(1)
    assert not path.with_name("song.affect-wal").exists()


def test_long_work_is_told_and_can_be_cancelled(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_work, "QUIET_S", 0.0)
    monkeypatch.setattr(long_work, "BETWEEN_S", 0.0)
    ended: list[str] = []

    def endless(_path: Path, _target: None, _folder: Path, progress: Progress) -> None:
        try:
            while True:
                progress(1, 4, "a note")
        except Cancelled:
            ended.append("cancelled")
            raise

    monkeypatch.setattr(project_opening, "rescue", endless)
    path = tmp_path / "song.affect"
    path.write_bytes(b"SQLite format 3\0")
    studio.shell.files.open_path(path)
    studio.until(lambda: "cut off" in studio.message)
    studio.window.strip._action.click()
    studio.until(lambda: studio.message == "Saving what is whole: 25%, a note")
    studio.window.strip._action.click()
    studio.until(lambda: ended == ["cancelled"])
    studio.until(lambda: studio.message == "")
    studio.shell.files.open_path(path)
    studio.until(lambda: "cut off" in studio.message)
    studio.window.strip._action.click()
    studio.until(lambda: "25%" in studio.message)
    studio.close()  # closing the window ends it too
    assert ended == ["cancelled", "cancelled"]


def test_words_for_what_was_saved() -> None:
    def lost(*names: str) -> tuple[Take, ...]:
        return tuple(Take(name, "music", name, False, "score", "0" * 64, "{}") for name in names)

    assert rescued_words("a.affect", Rescued(1, (), ())).startswith("From a.affect, the one take was saved. ")
    assert "the one take and what the panels remember were saved" in rescued_words("a", Rescued(1, (), ("face",)))
    assert "From a, what the panels remember was saved. " in rescued_words("a", Rescued(0, (), ("face",)))
    told = rescued_words("a.affect", Rescued(2, lost("A", "B", "C", "D", "E"), ("music",)))
    assert told.startswith("From a.affect, 2 of 7 takes and what the panels remember were saved; ")
    assert "the bytes of “A”, “B”, “C” and 2 more are lost" in told


def test_a_new_window_is_a_process_of_its_own(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []

    def start(program: str, words: list[str]) -> tuple[bool, int]:
        started.append((program, words))
        return len(started) == 1, 7

    monkeypatch.setattr(QProcess, "startDetached", start)
    _choose(studio, "New window")
    assert started == [(sys.executable, ["-P", "-m", "studio"])]
    assert studio.message == ""
    _choose(studio, "New window")
    assert "Another window could not be started" in studio.message


def test_two_windows_work_side_by_side(open_studio: Callable[..., Studio], tmp_path: Path) -> None:
    """Another process holds a project and changes it, while this window has one of its own, in the same folders."""
    program = (
        "import sys; from pathlib import Path; from studio.document import Document, SetTitle\n"
        "document = Document.create(Path(sys.argv[1]))\n"
        "print('open', flush=True); sys.stdin.readline()\n"
        "document.perform(SetTitle('Theirs')).result(); document.close(); print('closed', flush=True)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "theirs.affect")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "open\n"
        first = open_studio()
        second = open_studio(path=_saved(first, tmp_path / "mine.affect"))
        second.until(lambda: second.project.name == "mine")
        first.make(1)
        second.make(2)
        assert (len(first.names), len(second.names)) == (3, 4)
        second.shell.files.open_path(tmp_path / "theirs.affect")
        second.until(lambda: "theirs.affect is open in another window" in second.message)
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline() == "closed\n"
        second.shell.files.open_path(tmp_path / "theirs.affect")
        second.until(lambda: second.project.state.title == "Theirs")
        assert len(first.names) == 3
    finally:
        child.kill()
        child.communicate()
