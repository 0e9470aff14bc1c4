"""What a killed program left half-written is taken away, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generators.runtime.folders import cache_folder
from generators.runtime.unfinished import noted, remove_unfinished

ROOT = Path(__file__).parents[2]
KILLED = """
import os, sys, time
from pathlib import Path
from generators.runtime.folders import cache_folder
from generators.runtime.unfinished import noted
folder = Path(sys.argv[1])
temporary, target, aside = folder / ".song.wav.0123abcd.part", folder / "song", folder / ".song.0123abcd.old"
with noted(temporary, target, aside):
    exec(sys.argv[2])
    print("there", flush=True)
    time.sleep(60)
"""


def _killed_while(tmp_path: Path, does: str) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path), does],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "there\n"
        assert remove_unfinished() == ()  # its writer lives
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def _left(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_a_half_written_file_and_what_sqlite_keeps_beside_it(tmp_path: Path) -> None:
    (tmp_path / "other.part").write_text("mine")
    _killed_while(tmp_path, "temporary.write_text('half'); Path(f'{temporary}-journal').write_text('x')")
    assert remove_unfinished() == (tmp_path / "song",)
    assert _left(tmp_path) == {"other.part": "mine"}
    assert remove_unfinished() == ()


def test_a_half_written_folder(tmp_path: Path) -> None:
    _killed_while(tmp_path, "temporary.mkdir(); (temporary / 'a.wav').write_text('half')")
    remove_unfinished()
    assert list(tmp_path.iterdir()) == []


def test_files_that_were_being_replaced_come_back(tmp_path: Path) -> None:
    """Killed in the middle of moving: a.wav was replaced, b.wav is about to be."""
    _killed_while(
        tmp_path,
        "target.mkdir(); aside.mkdir(); temporary.mkdir()\n"
        "(aside / 'a.wav').write_text('old'); (target / 'a.wav').write_text('new')\n"
        "(target / 'b.wav').write_text('old'); (temporary / 'b.wav').write_text('new')",
    )
    remove_unfinished()
    assert _left(tmp_path) == {"song/a.wav": "old", "song/b.wav": "old"}


def test_files_that_were_all_replaced_stay(tmp_path: Path) -> None:
    _killed_while(
        tmp_path,
        "target.mkdir(); aside.mkdir(); temporary.mkdir()\n"
        "(aside / 'a.wav').write_text('old'); (target / 'a.wav').write_text('new')",
    )
    remove_unfinished()
    assert _left(tmp_path) == {"song/a.wav": "new"}


def test_a_folder_that_was_moved_away_comes_back(tmp_path: Path) -> None:
    _killed_while(tmp_path, "aside.mkdir(); (aside / 'a').write_text('old'); temporary.mkdir()")
    remove_unfinished()
    assert _left(tmp_path) == {"song/a": "old"}
    assert [file.name for file in tmp_path.iterdir()] == ["song"]


def _notes() -> Path:
    return cache_folder() / "unfinished"


def test_a_note_deletes_nothing_but_temporary_names(tmp_path: Path) -> None:
    precious = tmp_path / "precious.wav"
    precious.write_text("mine")
    folder = _notes()
    folder.mkdir(parents=True)
    for number, told in enumerate(
        [{"temporary": str(precious)}, {"temporary": 7}, [], {"temporary": "/", "target": str(precious)}]
    ):
        (folder / f"{number}").write_text(json.dumps(told))
    (folder / "nonsense").write_bytes(b"\xff{")
    assert remove_unfinished() == (precious,)
    assert _left(tmp_path) == {"precious.wav": "mine"}


def test_without_a_place_for_notes_the_work_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AFFECT_STUDIO_HOME", str(tmp_path / "file"))
    with noted(tmp_path / ".a.0123abcd.part"):
        (tmp_path / "a").write_text("done")
    assert (tmp_path / "a").read_text() == "done"
    assert remove_unfinished() == ()


def test_a_note_is_gone_with_its_work(tmp_path: Path) -> None:
    def fail() -> None:
        with noted(tmp_path / ".a.0123abcd.part"):
            assert len(list(_notes().iterdir())) == 1
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(_notes().iterdir()) == []
