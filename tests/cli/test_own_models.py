"""Models of one's own: added after a look at them, used by name, taken away again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from generators.face.config import weight_shapes
from generators.face.model import TINY
from generators.runtime.catalog import Catalog
from generators.runtime.folders import models_folder
from tests.music.tiny_weights import tiny_file


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return tiny_file(tmp_path / "mine.safetensors")


def test_a_model_is_added_listed_and_removed(call: Any, weights: Path) -> None:
    assert call("models", "add", weights, "--name", "my-music").code == 0
    assert Catalog.installed().find("my-music").path == models_folder() / "music" / "my-music.safetensors"
    assert "my-music" in call("models", "list").out
    again = call("models", "add", weights, "--name", "my-music")
    assert again.code == 2
    assert "already" in again.err
    assert call("models", "remove", "my-music").code == 0
    assert not (models_folder() / "music" / "my-music.safetensors").exists()


def test_a_face_model_goes_to_its_room(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "my-face.safetensors"
    weights = {name: np.full(shape, 0.1, dtype=np.float16) for name, shape in weight_shapes(TINY).items()}
    save_file(weights, path, {"facts": json.dumps({"config": TINY.as_dict()})})
    answer = call("models", "add", path)
    assert answer.code == 0, answer.err
    model = Catalog.installed().find("my-face")
    assert (model.room, model.path) == ("face", models_folder() / "face" / "my-face.safetensors")
    del weights[min(weights)]
    save_file(weights, path, {"facts": json.dumps({"config": TINY.as_dict()})})
    answer = call("models", "add", path, "--name", "broken")
    assert answer.code == 1
    assert "my-face.safetensors is damaged" in answer.err


def test_what_is_no_model_is_not_added(call: Any, tmp_path: Path) -> None:
    noise = tmp_path / "noise.safetensors"
    noise.write_bytes(b"not a model")
    other = tmp_path / "other.safetensors"
    save_file({"x": np.zeros(3)}, other)
    for path in (noise, other, tmp_path / "missing.safetensors"):
        answer = call("models", "add", path)
        assert answer.code == 1
        assert "not a music model" in answer.err
    assert not list(models_folder().rglob("*.safetensors"))


@pytest.mark.parametrize("name", ["../up", "", "a b", "x" * 80])
def test_names_are_plain(call: Any, weights: Path, name: str) -> None:
    answer = call("models", "add", weights, f"--name={name}")
    assert answer.code == (0 if not name else 2)


def test_shipped_models_stay(call: Any) -> None:
    name = Catalog.installed().models[0].name
    answer = call("models", "remove", name)
    assert answer.code == 2
    assert "comes with Affect Studio" in answer.err
