"""Projects without a name: kept until they are saved, gone where nobody needs them."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from studio.document import (
    AddTakes,
    Document,
    SetTitle,
    recoverable,
)


def test_untitled_projects_are_recoverable_until_saved(tmp_path: Path, make_take: Any) -> None:
    folder = tmp_path / "state" / "recovery"
    assert recoverable(folder) == ()
    document = Document.untitled(folder)
    assert document.is_untitled
    assert recoverable(folder) == ()  # it is open
    document.perform(SetTitle("Song"))
    document.perform(AddTakes((make_take("1"),)), {hashlib.sha256(b"notes").hexdigest(): b"notes"}).result()
    document.close()
    (found,) = recoverable(folder)
    assert (found.path, found.title, found.take_count) == (document.path, "Song", 1)
    again = Document.open(found.path)
    assert again.is_untitled
    again.save_as(tmp_path / "song.affect").result()
    assert not again.is_untitled
    assert recoverable(folder) == ()
    again.close()
    assert not list(folder.iterdir())


def test_a_saved_project_stays_even_when_it_is_empty(tmp_path: Path) -> None:
    document = Document.untitled(tmp_path / "recovery")
    document.save_as(tmp_path / "song.affect").result()
    document.close()
    again = Document.open(tmp_path / "song.affect")
    assert not again.is_untitled
    again.close()
    assert (tmp_path / "song.affect").exists()


def test_untitled_projects_that_nobody_needs_vanish(tmp_path: Path) -> None:
    Document.untitled(tmp_path).close()
    document = Document.untitled(tmp_path)
    document.perform(SetTitle("Song")).result()
    document.close(discard=True)
    crashed = Document.untitled(tmp_path)
    shutil.copy(crashed.path, tmp_path / "untitled-crashed.affect")  # nothing was done in it, and no window holds it
    crashed.close()
    (tmp_path / "untitled-broken.affect").write_bytes(b"broken")
    assert recoverable(tmp_path) == ()
    assert [file.name for file in tmp_path.iterdir()] == ["untitled-broken.affect"]
