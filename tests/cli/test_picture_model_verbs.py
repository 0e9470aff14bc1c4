"""`models` for picture models: added where they are, set, downloaded at one commit, removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generators.compass.backends.unconditional import Unconditional
from generators.compass.single_file import save_model
from generators.runtime.catalog import Catalog
from generators.runtime.folders import models_folder
from tests.runtime.hub_server import COMMIT, REPO, Hub, serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from diffusers import DDPMPipeline, DDPMScheduler

    DDPMPipeline(Unconditional.tiny(1, latent=False).network, DDPMScheduler()).save_pretrained(tmp_path / "skies")
    return tmp_path / "skies"


@pytest.fixture
def hub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with serving(files) as found:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", found.endpoint)
        monkeypatch.setattr("huggingface_hub.hf_api.constants.ENDPOINT", found.endpoint)
        template = found.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
        yield found


def test_a_folder_is_added_where_it_is(call: Any, folder: Path) -> None:
    answer = call("models", "add", folder, "--dtype", "bfloat16")
    assert answer.code == 0, answer.err
    assert f"stay in {folder}" in answer.out
    listed = call("models", "list").out
    assert "skies" in listed
    assert "held as bfloat16" in listed
    assert call("models", "add", folder).code == 2
    assert call("models", "verify").code == 0
    assert call("models", "set", "skies", "--dtype", "auto", "--offload", "parts").code == 0
    found = next(model for model in call("models", "list", "--json").json["models"] if model["name"] == "skies")
    assert (found["dtype"], found["offload"], found["file"]) == ("", "parts", str(folder))
    refused = call("models", "add", folder, "--name", "other", "--sampler", "lcm")
    assert refused.code == 2
    assert "no form for few steps" in refused.err
    assert f"stay in {folder}" in call("models", "remove", "skies").out
    assert folder.exists()
    assert not list(models_folder().rglob("*.json"))


def test_our_own_weights_are_copied(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "trained.safetensors"
    save_model(Unconditional.tiny(1, latent=False), path)
    assert call("models", "add", path).code == 0
    model = Catalog.installed().find("trained")
    assert (model.room, model.path) == ("compass", models_folder() / "compass" / "trained.safetensors")
    refused = call("models", "set", "trained", "--dtype", "float16")
    assert refused.code == 2
    assert "one way only" in refused.err
    assert call("models", "add", path, "--name", "again", "--offload", "parts").code == 2


def test_what_cannot_be_used_is_one_sentence(call: Any, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "old.ckpt").write_bytes(b"pickle")
    (tmp_path / "empty").mkdir()
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-10])
    for path, sentence in (
        (tmp_path / "old.ckpt", "can run any code"),
        (tmp_path / "empty", "has no model_index.json"),
        (tmp_path / "nowhere", "There is no model at"),
        (folder, "are damaged"),
    ):
        answer = call("models", "add", path)
        assert answer.code in (1, 2)
        assert sentence in answer.err
        assert len(answer.err.strip().splitlines()) == 1
    assert not list(models_folder().rglob("*.json"))


def test_a_download(call: Any, hub: Hub) -> None:
    looked = call("models", "download", REPO, "--look")
    assert looked.code == 0, looked.err
    assert f"{REPO} at {COMMIT}: 0.00 GB in {len(hub.files)} files, licence mit" in looked.out
    unpinned = call("models", "download", REPO)
    assert unpinned.code == 2
    assert f"--commit {COMMIT}" in unpinned.err
    assert not models_folder().exists()
    answer = call("models", "download", REPO, "--commit", COMMIT, "--name", "their-skies", "--json")
    assert answer.code == 0, answer.err
    *progress, result = [json.loads(line) for line in answer.out.splitlines()]
    assert progress[-1]["progress"]["done"] == progress[-1]["progress"]["total"] == result["bytes"]
    assert result["name"] == "their-skies"
    assert Catalog.installed().find("their-skies").path == models_folder() / "compass" / "their-skies"
    assert call("models", "remove", "their-skies").code == 0
    assert not [path for path in models_folder().rglob("*") if path.is_file()]


def test_nothing_is_asked_of_the_network_for_what_cannot_be(call: Any, hub: Hub) -> None:
    for words in (("skies", "--commit", COMMIT), (REPO, "--commit", "main")):
        answer = call("models", "download", *words)
        assert answer.code == 2
    assert not hub.asked
