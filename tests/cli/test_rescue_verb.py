"""`rescue`: what is whole in a damaged project goes into a new one; requests of what is lost are kept."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from studio.document import AddTakes, Document, SetPanelState, Take


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A project with three takes, one of which has other bytes than it says."""
    document = Document.create(tmp_path / "song.affect")
    for number in range(3):
        data = b"%d" % number * 9000
        take = Take(str(number), "music", f"Dawn {number}", False, "score", hashlib.sha256(data).hexdigest(), "{}")
        document.perform(AddTakes((take,)), {take.asset_sha256: data}).result()
    document.perform(SetPanelState("music", "{}")).result()
    document.close()
    connection = sqlite3.connect(document.path)
    connection.execute("UPDATE chunk SET data = x'00' WHERE asset = 2")
    connection.commit()
    connection.close()
    return document.path


def test_rescue(call: Any, tmp_path: Path, damaged: Path) -> None:
    before = damaged.read_bytes()
    answer = call("rescue", damaged, "--out", tmp_path / "new.affect")
    assert answer.code == 0, answer.err
    assert "new.affect: 2 of 3 takes were saved." in answer.out
    assert "lost: Dawn 1 (music)" in answer.out
    assert (tmp_path / "new lost requests.jsonl").read_text() == "{}\n"
    document = Document.open(tmp_path / "new.affect")
    assert [take.name for take in document.state.takes] == ["Dawn 0", "Dawn 2"]
    document.close()
    assert damaged.read_bytes() == before
    again = call("rescue", damaged, "--out", tmp_path / "new.affect")
    assert again.code == 1
    assert "exists already" in again.err


def test_rescue_tells_machines(call: Any, tmp_path: Path, damaged: Path) -> None:
    told = call("rescue", damaged, "--out", tmp_path / "new.affect", "--json").json
    assert (told["saved"], told["panels"], [take["name"] for take in told["lost"]]) == (2, ["music"], ["Dawn 1"])


def test_a_file_with_nothing_in_it(call: Any, tmp_path: Path) -> None:
    (tmp_path / "song.affect").write_bytes(bytes(50_000))
    answer = call("rescue", tmp_path / "song.affect", "--out", tmp_path / "new.affect", "--json")
    assert answer.code == 2
    assert json.loads(answer.err)["error"] == "DocumentDamaged"
    assert [file.name for file in tmp_path.iterdir() if "new" in file.name or file.name.startswith(".")] == []
