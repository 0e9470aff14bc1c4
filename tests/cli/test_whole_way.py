"""From the command line through the real worker and the shipped model to files, and back again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mido
import pytest
import soundfile

from generators.runtime.catalog import Catalog

pytestmark = pytest.mark.skipif(
    not any(model.room == "music" for model in Catalog.shipped().models), reason="no music model is in the catalog"
)


def studio(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "studio", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_a_request_makes_the_same_bytes_again(tmp_path: Path) -> None:
    words = ("--emotion", "happy", "--bars", "4", "--seed", "7", "--tempo", "120")
    first = studio("render", "music", *words, "--out", tmp_path / "a")
    assert first.returncode == 0, first.stderr
    stem = "happy-4-bars-seed-7"
    files = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert set(files) == {f"{stem}.mid", f"{stem}.wav", f"{stem}.request.json"}
    assert mido.MidiFile(tmp_path / "a" / f"{stem}.mid").length == pytest.approx(8.0)
    assert 8.0 <= soundfile.info(tmp_path / "a" / f"{stem}.wav").duration < 15.0

    again = studio("render", "music", "--request", tmp_path / "a" / f"{stem}.request.json", "--out", tmp_path / "b")
    assert again.returncode == 0, again.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()} == files


def test_a_request_of_other_weights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.request.json"
    path.write_text('{"type":"compose","bars":1,"model_sha256":"' + "0" * 64 + '"}')
    done = studio("render", "music", "--request", path, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "another version" in done.stderr
    assert not list((tmp_path / "out").iterdir())
