"""From a repository to a model of the user's own: which files are taken, and what becomes of them. No network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from generators.compass.backends.unconditional import Unconditional
from generators.compass.hub_models import choose, download, look_at
from generators.errors import BadInput, BadRequest, Cancelled, ModelAltered
from generators.runtime.catalog import Catalog
from generators.runtime.hub import RemoteFile, Repository
from tests.runtime.hub_server import COMMIT, REPO, Hub, serving


def repository(*names: str) -> Repository:
    return Repository(REPO, COMMIT, tuple(RemoteFile(name, 10) for name in names))


def chosen(*names: str, variant: str = "") -> set[str]:
    return {file.name for file in choose(repository("model_index.json", *names), variant)}


def test_only_what_the_model_needs_is_taken() -> None:
    wanted = {
        "README.md",
        "model_index.json",
        "scheduler/scheduler_config.json",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "tokenizer/merges.txt",
        "tokenizer/vocab.json",
        "tokenizer_2/spiece.model",
        "unet/config.json",
        "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
        "unet/diffusion_pytorch_model-00002-of-00002.safetensors",
        "unet/diffusion_pytorch_model.safetensors.index.json",
        "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors",
    }
    others = {
        "sd_xl_base_1.0.safetensors",
        "unet/diffusion_pytorch_model.bin",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "unet/model.onnx",
        "unet/pipeline.py",
        "custom.py",
        "vae/diffusion_pytorch_model.fp16.safetensors",
        "vae/old.ckpt",
        "vae/deep/config.json",
        "text_encoder/pytorch_model.bin",
        "text_encoder_3/model.safetensors",
        "safety_checker/model.safetensors",
        "image.png",
    }
    assert chosen(*(wanted | others)) == wanted


def test_variants() -> None:
    plain, half = "vae/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.fp16.safetensors"
    shards = [f"unet/diffusion_pytorch_model.fp16-0000{index}-of-00002.safetensors" for index in (1, 2)]
    index = "unet/diffusion_pytorch_model.safetensors.index.fp16.json"
    assert chosen(plain, half) == {"model_index.json", plain}
    assert chosen(plain, half, variant="fp16") == {"model_index.json", half}
    assert chosen(plain, *shards, index, variant="fp16") == {"model_index.json", plain, *shards, index}
    assert chosen(*shards, index) == {"model_index.json", *shards, index}  # there is no other


def test_what_is_no_model_is_a_sentence() -> None:
    with pytest.raises(BadInput, match=r"has no model_index\.json"):
        choose(repository("model.safetensors"))
    with pytest.raises(BadInput, match="no safetensors in unet: what could run code is not downloaded"):
        choose(repository("model_index.json", "unet/diffusion_pytorch_model.bin", "unet/config.json"))
    huge = Repository(REPO, COMMIT, (RemoteFile("model_index.json", 1 << 30),))
    with pytest.raises(BadInput, match="too large for what it should be"):
        choose(huge)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from diffusers import DDPMPipeline, DDPMScheduler

    folder = tmp_path / "theirs"
    DDPMPipeline(Unconditional.tiny(1, latent=False).network, DDPMScheduler()).save_pretrained(folder)
    (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"pickle")
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with serving(files) as found:
        yield found


def test_a_download_is_among_the_models(hub: Hub, tmp_path: Path) -> None:
    models = tmp_path / "models"
    found = look_at(REPO, COMMIT, endpoint=hub.endpoint)
    assert found.bytes == sum(len(data) for name, data in hub.files.items() if not name.endswith(".bin"))

    def cancel(done: float, total: float, note: str = "") -> None:
        if done > total / 2:
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        download(found, models, progress=cancel, endpoint=hub.endpoint)
    assert not Catalog.installed(tmp_path / "none", models, tmp_path).models
    hub.asked.clear()
    entry = download(found, models, endpoint=hub.endpoint)
    assert (entry.name, entry.origin) == ("skies", f"{REPO}@{COMMIT}")
    assert not any(name.endswith(".bin") for name, _ in hub.asked)
    assert Path(entry.path) == models / "compass" / "skies"
    assert not list(models.rglob("*.bin"))
    assert not list((models / ".downloads").iterdir())
    catalog = Catalog.installed(tmp_path / "none", models, tmp_path)
    assert catalog.verify(catalog.find("skies"))
    with pytest.raises(BadRequest, match="already"):
        download(found, models, endpoint=hub.endpoint)


def test_what_came_and_cannot_be_used_is_thrown_away(hub: Hub, tmp_path: Path) -> None:
    name = "unet/diffusion_pytorch_model.safetensors"
    hub.files[name] = hub.files[name][:-10]  # it was published cut short: the digests match
    with pytest.raises(ModelAltered, match="damaged"):
        download(look_at(REPO, COMMIT, endpoint=hub.endpoint), tmp_path / "models", endpoint=hub.endpoint)
    hub.files["model_index.json"] = json.dumps({"_class_name": "EvilPipeline", "unet": ["evil", "Net"]}).encode()
    with pytest.raises(BadInput, match="“EvilPipeline”, which is not known here"):
        download(look_at(REPO, COMMIT, endpoint=hub.endpoint), tmp_path / "models", endpoint=hub.endpoint)
    assert not [path for path in (tmp_path / "models").rglob("*") if path.is_file()]
