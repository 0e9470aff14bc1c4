"""`models convert`: a checkpoint is installed under a name, and goes again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from generators.face import emoface_convert
from generators.face.emoface import load_network, tiny_network
from generators.face.emoface_config import TINY
from generators.runtime.catalog import Catalog
from generators.runtime.folders import models_folder


@pytest.fixture
def checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small one; the command takes it for one of full size."""
    whole = emoface_convert.convert_checkpoint
    monkeypatch.setattr(
        "studio.commands.convert.convert_checkpoint", lambda *words, **named: whole(*words, **named, config=TINY)
    )
    path = tmp_path / "1000_model.pth"
    torch.save(tiny_network().state_dict(), path)
    return path


def test_a_checkpoint_is_installed_and_removed(call: Any, checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = call("models", "convert", checkpoint, "--to", "emoface", "--out", out, "--origin", "the authors' drive")
    assert answer.code == 0
    assert "nothing commercial" in answer.out
    model = Catalog.installed().find("emoface")
    assert (model.path, model.room, model.spec) == (
        models_folder() / "face" / "emoface.safetensors",
        "face",
        "emoface",
    )
    assert model.licence == "CC BY-NC 4.0"
    assert load_network(out / "emoface.safetensors").config == TINY
    assert "the authors' drive" in (out / "emoface.md").read_text(encoding="utf-8")
    listed = call("models", "list").out
    assert any("emoface" in line and "CC BY-NC 4.0" in line for line in listed.splitlines())
    again = call("models", "convert", checkpoint, "--to", "emoface")
    assert again.code == 2
    assert "already" in again.err
    assert call("models", "remove", "emoface").code == 0
    assert list((models_folder() / "face").iterdir()) == []
    assert (out / "emoface.safetensors").exists()


def test_what_is_no_checkpoint_is_not_installed(call: Any, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pth"
    paper.write_bytes(b"%PDF-1.7\n" + bytes(2000))
    answer = call("models", "convert", paper, "--to", "emoface", "--json")
    assert answer.code == 2
    assert "is not a checkpoint" in answer.err
    assert not list(models_folder().rglob("*.safetensors"))
    missing = call("models", "convert", tmp_path / "gone.pth", "--to", "emoface")
    assert missing.code == 2
    assert "not a file" in missing.err
    other = call("models", "convert", paper, "--to", "something")
    assert other.code == 2


def test_a_card_of_one_model_is_not_anothers(call: Any, checkpoint: Path) -> None:
    assert call("models", "convert", checkpoint, "--to", "emoface", "--name", "mine").code == 0
    folder = models_folder() / "face"
    (folder / "other.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    assert Catalog.installed().find("other").licence == ""
    assert Catalog.installed().find("mine").licence == "CC BY-NC 4.0"
