"""A project whose file is taken away while it is open."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from window_hands import Studio

from studio.document import Document

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody take an open file away")


def test_a_file_that_is_taken_away_is_told_once_and_saved_again(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    studio.answers.path = tmp_path / "song.affect"
    studio.shell.files.save_as()
    studio.until(lambda: "Saved as song.affect" in studio.message)
    watch = studio.shell.files.watch
    told: list[object] = []
    watch.gone.connect(told.append)
    watch.look()
    studio.until(lambda: not watch._is_looking)
    for _ in range(2):
        (tmp_path / "song.affect").rename(tmp_path / "elsewhere.affect") if not told else None
        watch.look()
        studio.until(lambda: not watch._is_looking)
    assert told == [tmp_path / "song.affect"]
    assert "song.affect is no longer where it was" in studio.message
    studio.music.generate(1)
    studio.engine.run()
    studio.until(lambda: studio.names == ["happy 1", "happy 2"])
    studio.answers.path = tmp_path / "again.affect"
    while "no longer where it was" not in studio.message:  # that the new take could not be read again lies above
        studio.window.strip.dismiss()
    studio.window.strip._action.click()
    studio.until(lambda: studio.project.name == "again")
    studio.close()
    document = Document.open(tmp_path / "again.affect")
    assert [take.name for take in document.state.takes] == ["happy 1", "happy 2"]
    document.close()


def test_saving_under_another_name_is_no_loss(studio: Studio, tmp_path: Path) -> None:
    watch = studio.shell.files.watch
    watch.look()
    studio.until(lambda: not watch._is_looking)
    for name in ("one", "two"):
        studio.answers.path = tmp_path / f"{name}.affect"
        studio.shell.files.save_as()
        studio.until(lambda name=name: studio.project.name == name)
        for _ in range(2):
            watch.look()
            studio.until(lambda: not watch._is_looking)
        assert "no longer" not in studio.message
