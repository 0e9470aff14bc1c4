"""Checkpoints in the layout of training: very small ones, written under its names, against the networks they are of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from generators.compass import checkpoints
from generators.compass.backends.few_step import FewStep
from generators.compass.backends.sdxl import StableDiffusionXL
from generators.compass.backends.stable_diffusion import StableDiffusion
from generators.compass.checkpoint_loading import clip_tokenizer
from generators.compass.loading import load_backend
from generators.compass.opening import look_into, read_json
from generators.compass.own_models import refer
from generators.compass.request import Making, Point
from generators.compass.sampler import render
from generators.compass.texts import ClipText
from generators.errors import BadInput, BadRequest, Cancelled, ModelAltered
from generators.progress import silent
from generators.runtime.spec import CPU, Device, Setup
from tests.compass.checkpoint_world import (
    autoencoder_names,
    clip_names,
    network_names,
    open_clip_names,
    small_configs,
)

MAKING = Making(steps=2, prompt="a storm over the sea", negative="calm", guidance=4.0, quality="preview")


def built(configs: Path, part: str, kind: Any) -> Any:
    torch.manual_seed(len(part))
    config = read_json(configs / part / "config.json")
    if hasattr(kind, "from_config"):
        return kind.from_config(config).eval()
    config.pop("model_type")
    return kind(kind.config_class(**config)).eval()


def backend_of(layout: str, configs: Path) -> Any:
    """The networks themselves, as the layout's backend has them."""
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    folder = configs / layout
    network, autoencoder = built(folder, "unet", UNet2DConditionModel), built(folder, "vae", AutoencoderKL)
    scheduler = read_json(folder / "scheduler" / "scheduler_config.json")
    first = ClipText(built(folder, "text_encoder", CLIPTextModel), clip_tokenizer(padded_with_end=layout != "sd2"))
    if layout != "sdxl":
        return StableDiffusion(network, autoencoder, first, scheduler)
    second = ClipText(
        built(folder, "text_encoder_2", CLIPTextModelWithProjection), clip_tokenizer(padded_with_end=False)
    )
    return StableDiffusionXL(network, autoencoder, (first, second), scheduler)


def written(layout: str, backend: Any, path: Path, **further: torch.Tensor) -> Path:
    """The backend's weights as a checkpoint."""
    tensors = network_names(backend.network.state_dict()) | autoencoder_names(backend.autoencoder.state_dict())
    if layout == "sd1":
        tensors |= clip_names(backend.text.encoder.state_dict(), "cond_stage_model.transformer.")
    elif layout == "sd2":
        tensors |= open_clip_names(backend.text.encoder.state_dict(), "cond_stage_model.model.")
    else:
        first, second = (text.encoder.state_dict() for text in backend.texts)
        tensors |= clip_names(first, "conditioner.embedders.0.transformer.")
        tensors |= open_clip_names(second, "conditioner.embedders.1.model.")
    # averages that only training needs are left out of what is loaded and counted
    tensors["model_ema.decay"] = torch.zeros(1)
    save_file({name: tensor.contiguous().clone() for name, tensor in {**tensors, **further}.items()}, path)
    return path


@pytest.fixture
def configs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    shipped = checkpoints.configs_folder()
    folder = tmp_path / "configs"
    for layout in ("sd1", "sd2", "sdxl"):
        small_configs(layout, shipped / layout, folder)
    (folder / "clip_merges.txt.gz").write_bytes((shipped / "clip_merges.txt.gz").read_bytes())
    monkeypatch.setattr(checkpoints, "configs_folder", lambda: folder)
    return folder


@pytest.mark.parametrize("layout", ["sd1", "sd2", "sdxl"])
def test_a_checkpoint_makes_the_pictures_of_its_networks(layout: str, configs: Path, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    backend = backend_of(layout, configs)
    path = written(layout, backend, tmp_path / "model.safetensors")
    found = look_into(path)
    assert (found.kind, found.family) == (layout, "sdxl" if layout == "sdxl" else "stable diffusion")
    assert found.read == (path,)
    modules = [backend.network, backend.autoencoder]
    modules += [text.encoder for text in getattr(backend, "texts", None) or (backend.text,)]
    wanted = sum(parameter.numel() for module in modules for parameter in module.parameters())
    assert found.parameters == wanted
    notes: list[str] = []
    loaded = load_backend(path, CPU, lambda done, total, note="": notes.append(f"{done / total:.3f} {note}"))
    assert notes[-1].startswith("1.000 ")
    assert len({note.partition(" ")[2] for note in notes}) == len(found.by_part)
    # the prompt is read with what comes with the program
    assert np.array_equal(render(loaded, [Point(5)], making=MAKING), render(backend, [Point(5)], making=MAKING))
    assert loaded.place.name == backend.place.name

    def cancel(done: float, total: float, note: str = "") -> None:
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        load_backend(path, CPU, cancel)


def test_what_its_network_says_is_told_by_marks(configs: Path, tmp_path: Path) -> None:
    backend = backend_of("sdxl", configs)
    marked = written("sdxl", backend, tmp_path / "v.safetensors", v_pred=torch.zeros(1), ztsnr=torch.zeros(1))
    loaded: Any = load_backend(marked, CPU)
    assert loaded.scheduler_config["prediction_type"] == "v_prediction"
    assert loaded.scheduler_config["rescale_betas_zero_snr"]
    plain: Any = load_backend(written("sdxl", backend, tmp_path / "plain.safetensors"), CPU)
    assert plain.scheduler_config["prediction_type"] == "epsilon"


def test_a_checkpoint_that_was_taught_few_steps_is_told_so(configs: Path, tmp_path: Path) -> None:
    backend = backend_of("sdxl", configs)
    path = written("sdxl", backend, tmp_path / "model.safetensors")
    entry = refer(path, setup=Setup(sampler="turbo"))
    for sampler, is_consistency in (("turbo", False), ("lcm", True)):
        loaded = load_backend(path, CPU, setup=Setup(sampler=sampler))
        assert isinstance(loaded, FewStep)
        assert loaded.is_consistency == is_consistency
        assert render(loaded, [Point(1)], making=Making(steps=2)).shape == (1, 16, 16, 3)
    assert entry.setup.sampler == "turbo"
    assert look_into(path).smaller(Device("cuda:0"), Setup("float32", sampler="turbo"))[0] == Setup(
        "float16", sampler="turbo"
    )
    with pytest.raises(BadRequest, match="No model is sampled by"):
        refer(path, setup=Setup(sampler="sideways"))


def test_a_checkpoint_that_is_not_whole_is_a_sentence(configs: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    whole = load_file(written("sd1", backend_of("sd1", configs), tmp_path / "model.safetensors"))
    broken = tmp_path / "broken.safetensors"

    def refused(tensors: dict[str, torch.Tensor], error: type[Exception], sentence: str) -> None:
        save_file(tensors, broken)
        with pytest.raises(error, match=sentence):
            load_backend(broken, CPU, silent)

    for prefix in ("first_stage_model.", "cond_stage_model."):
        refused({k: v for k, v in whole.items() if not k.startswith(prefix)}, BadInput, "lacks the part that decodes")
    one = "model.diffusion_model.middle_block.0.in_layers.2.weight"
    refused({k: v for k, v in whole.items() if k != one}, ModelAltered, "lacks some|does not fit")
    one = "cond_stage_model.transformer.text_model.encoder.layers.1.mlp.fc1.weight"
    refused({k: v for k, v in whole.items() if k != one}, ModelAltered, "lacks some|does not fit")
    first = "model.diffusion_model.input_blocks.0.0.weight"
    refused({**whole, first: torch.zeros(8, 9, 3, 3)}, BadInput, "painting into pictures")
    broken.write_bytes((tmp_path / "model.safetensors").read_bytes()[:-100])
    with pytest.raises(ModelAltered, match="damaged"):
        look_into(broken)


def test_the_tokenizer_is_that_of_clip() -> None:
    # numbers that CLIP's own tokenizer is known to give
    cat = [49406, 320, 1125, 539, 320, 2368, 49407]
    padded = clip_tokenizer(padded_with_end=True)("a photo of a cat", padding="max_length", max_length=10)
    assert padded.input_ids == [*cat, 49407, 49407, 49407]
    other = clip_tokenizer(padded_with_end=False)("a photo of a cat", padding="max_length", max_length=10)
    assert other.input_ids == [*cat, 0, 0, 0]
    assert len(clip_tokenizer(padded_with_end=True)) == 49408


def test_the_shipped_configs_are_those_of_the_real_networks() -> None:
    from accelerate import init_empty_weights
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    kinds: dict[str, Any] = {
        "unet": UNet2DConditionModel,
        "vae": AutoencoderKL,
        "text_encoder": CLIPTextModel,
        "text_encoder_2": CLIPTextModelWithProjection,
    }
    # millions of parameters, as published with the models
    published = {
        "sd1": {"unet": 859.5, "vae": 83.7, "text_encoder": 123.1},
        "sd2": {"unet": 865.9, "vae": 83.7, "text_encoder": 340.4},
        "sdxl": {"unet": 2567.5, "vae": 83.7, "text_encoder": 123.1, "text_encoder_2": 694.7},
    }
    for layout, parts in published.items():
        for part, millions in parts.items():
            with init_empty_weights():
                module = built(checkpoints.configs_folder() / layout, part, kinds[part])
            assert sum(p.numel() for p in module.parameters()) / 1e6 == pytest.approx(millions, abs=0.06)
