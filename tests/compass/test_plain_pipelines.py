"""Our sampler against diffusers' own pipelines, to the last bit, and models through their folders."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generators.compass.backends.few_step import FewStep
from generators.compass.backends.flux import Flux
from generators.compass.backends.sdxl import StableDiffusionXL
from generators.compass.backends.stable_diffusion import StableDiffusion
from generators.compass.backends.transformer import StableDiffusion3
from generators.compass.backends.unconditional import Unconditional
from generators.compass.loading import load_backend
from generators.compass.opening import look_into
from generators.compass.request import Making, Point
from generators.compass.sampler import render
from generators.compass.single_file import load_model, save_model
from generators.errors import BadInput, Cancelled, ModelAltered, ModelMissing
from generators.runtime.spec import CPU

STEPS = 3
PROMPT, NEGATIVE = "a storm", "calm"


def plain_picture(pipeline: Any, **asked: Any) -> np.ndarray:
    """What diffusers' own pipeline makes, as bytes."""
    pipeline.set_progress_bar_config(disable=True)
    made = pipeline(generator=torch.Generator().manual_seed(5), num_inference_steps=STEPS, output_type="np", **asked)
    return np.asarray((made.images * 255).round().astype(np.uint8))


def ours(backend: Any, **making: Any) -> np.ndarray:
    return render(backend, [Point(5)], making=Making(steps=STEPS, quality="preview", **making))


def test_unconditional(tmp_path: Path) -> None:
    from diffusers import DDIMPipeline

    backend = Unconditional.tiny(1, latent=False)
    pipeline = DDIMPipeline(backend.network, backend.scheduler(STEPS, 0))
    assert np.array_equal(plain_picture(pipeline), ours(backend))
    pipeline.save_pretrained(tmp_path / "model")
    found = look_into(tmp_path / "model")
    assert (found.family, found.parameters) == ("unconditional", sum(p.numel() for p in backend.network.parameters()))
    assert np.array_equal(ours(load_backend(tmp_path / "model", CPU)), ours(backend))


def test_stable_diffusion(tmp_path: Path) -> None:
    from diffusers import StableDiffusionPipeline

    backend = StableDiffusion.tiny(1)
    pipeline = StableDiffusionPipeline(
        backend.autoencoder,
        backend.text.encoder,
        backend.text.tokenizer,
        backend.network,
        backend.scheduler(STEPS, 0),
        None,  # type: ignore[arg-type]  # diffusers allows it where no checker is required
        None,  # type: ignore[arg-type]
        requires_safety_checker=False,
    )
    for guidance in (1.0, 4.0):
        plain = plain_picture(
            pipeline, prompt=PROMPT, negative_prompt=NEGATIVE, guidance_scale=guidance, height=16, width=16
        )
        assert np.array_equal(plain, ours(backend, prompt=PROMPT, negative=NEGATIVE, guidance=guidance))
    pipeline.save_pretrained(tmp_path / "model")
    assert look_into(tmp_path / "model").family == "stable diffusion"
    notes: list[str] = []
    loaded = load_backend(tmp_path / "model", CPU, lambda done, total, note="": notes.append(note))
    assert set(notes) == {f"loading model, {part}" for part in ("unet", "vae", "text_encoder")}
    assert len(notes) > 100  # each tensor
    assert np.array_equal(ours(loaded, prompt=PROMPT), ours(backend, prompt=PROMPT))


def test_sdxl(tmp_path: Path) -> None:
    from diffusers import StableDiffusionXLPipeline

    backend = StableDiffusionXL.tiny(1)
    first, second = backend.texts
    pipeline = StableDiffusionXLPipeline(
        backend.autoencoder,
        first.encoder,
        second.encoder,
        first.tokenizer,
        second.tokenizer,
        backend.network,
        backend.scheduler(STEPS, 0),
        add_watermarker=False,
    )
    plain = plain_picture(pipeline, prompt=PROMPT, guidance_scale=4.0, height=16, width=16)
    assert np.array_equal(plain, ours(backend, prompt=PROMPT, guidance=4.0))
    pipeline.save_pretrained(tmp_path / "model")
    assert look_into(tmp_path / "model").family == "sdxl"
    assert np.array_equal(ours(load_backend(tmp_path / "model", CPU), prompt=PROMPT), ours(backend, prompt=PROMPT))


def test_stable_diffusion_3(tmp_path: Path) -> None:
    from diffusers import StableDiffusion3Pipeline

    backend = StableDiffusion3.tiny(1)
    first, second = backend.texts
    pipeline = StableDiffusion3Pipeline(
        backend.network,
        backend.scheduler(STEPS, 0),
        backend.autoencoder,
        first.encoder,
        first.tokenizer,
        second.encoder,
        second.tokenizer,
        None,  # type: ignore[arg-type]  # the third encoder may be left out
        None,  # type: ignore[arg-type]
    )
    plain = plain_picture(pipeline, prompt=PROMPT, guidance_scale=4.0, height=16, width=16, max_sequence_length=16)
    assert np.array_equal(plain, ours(backend, prompt=PROMPT, guidance=4.0))
    pipeline.save_pretrained(tmp_path / "model")
    assert look_into(tmp_path / "model").family == "sd3"
    assert np.array_equal(ours(load_backend(tmp_path / "model", CPU), prompt=PROMPT), ours(backend, prompt=PROMPT))


@pytest.mark.parametrize("guidance", [True, False])
def test_flux(tmp_path: Path, guidance: bool) -> None:
    from diffusers import FluxPipeline

    backend = Flux.tiny(1, guidance=guidance)
    clip, t5 = backend.texts
    pipeline = FluxPipeline(
        backend.scheduler(STEPS, 0),
        backend.autoencoder,
        clip.encoder,
        clip.tokenizer,
        t5.encoder,
        t5.tokenizer,
        backend.network,
    )
    plain = plain_picture(pipeline, prompt=PROMPT, guidance_scale=4.0, height=16, width=16, max_sequence_length=16)
    assert np.array_equal(plain, ours(backend, prompt=PROMPT, guidance=4.0))
    pipeline.save_pretrained(tmp_path / "model")
    found = look_into(tmp_path / "model")
    assert (found.family, set(found.files)) == ("flux", {"transformer", "vae", "text_encoder", "text_encoder_2"})
    loaded = load_backend(tmp_path / "model", CPU)
    assert np.array_equal(ours(loaded, prompt=PROMPT), ours(backend, prompt=PROMPT))


def test_latent_consistency(tmp_path: Path) -> None:
    from diffusers import LatentConsistencyModelPipeline

    backend = FewStep.tiny(1)
    inner = backend.inner
    assert isinstance(inner, StableDiffusion)
    pipeline = LatentConsistencyModelPipeline(
        inner.autoencoder,
        inner.text.encoder,
        inner.text.tokenizer,
        inner.network,
        backend.scheduler(STEPS, 0),
        None,  # type: ignore[arg-type]  # diffusers allows it where no checker is required
        None,  # type: ignore[arg-type]
        requires_safety_checker=False,
    )
    plain = plain_picture(pipeline, prompt=PROMPT, guidance_scale=8.0, height=16, width=16)
    assert np.array_equal(plain, ours(backend, prompt=PROMPT))
    pipeline.save_pretrained(tmp_path / "model")
    assert look_into(tmp_path / "model").family == "few-step"
    assert np.array_equal(ours(load_backend(tmp_path / "model", CPU), prompt=PROMPT), ours(backend, prompt=PROMPT))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small model folder that is whole."""
    from diffusers import DDPMPipeline, DDPMScheduler

    DDPMPipeline(Unconditional.tiny(1, latent=False).network, DDPMScheduler()).save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def test_a_folder_that_is_not_whole_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"

    def refused(error: type[Exception], sentence: str) -> None:
        with pytest.raises(error, match=sentence):
            load_backend(folder, CPU)

    whole = weights.read_bytes()
    weights.write_bytes(whole[:-10])
    refused(ModelAltered, "damaged")
    weights.unlink()
    refused(ModelMissing, "lacks the weights in unet")
    (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"pickle")
    refused(BadInput, "can run any code")
    weights.write_bytes(whole)
    config = folder / "unet" / "config.json"
    kept = config.read_text()
    config.write_text(kept.replace('"layers_per_block": 1', '"layers_per_block": 2'))
    refused(ModelAltered, "does not fit its own config")
    config.write_text(kept[:-20])
    refused(ModelAltered, "unet/config.json is damaged")
    config.unlink()
    refused(ModelMissing, "lacks unet/config.json")
    shutil.move(folder / "model_index.json", tmp_path / "index.json")
    refused(ModelMissing, "no model folder")
    (folder / "model_index.json").write_text('{"_class_name": "AudioLDMPipeline"}')
    refused(BadInput, "“AudioLDMPipeline”, which is not known here")
    with pytest.raises(ModelMissing, match="There is no model"):
        look_into(tmp_path / "nowhere")
    (tmp_path / "old.ckpt").write_bytes(b"pickle")
    with pytest.raises(BadInput, match=r"old\.ckpt can run any code"):
        look_into(tmp_path / "old.ckpt")


def test_shards_are_read_by_their_index_and_the_plain_ones_first(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    unet = folder / "unet"
    tensors = load_file(unet / "diffusion_pytorch_model.safetensors")
    names = sorted(tensors)
    before = ours(load_backend(folder, CPU))
    (unet / "diffusion_pytorch_model.safetensors").unlink()
    where = {}
    for index, part in enumerate((names[::2], names[1::2]), 1):
        file = f"diffusion_pytorch_model-0000{index}-of-00002.safetensors"
        save_file({name: tensors[name] for name in part}, unet / file)
        where |= dict.fromkeys(part, file)
    index_file = unet / "diffusion_pytorch_model.safetensors.index.json"
    index_file.write_text(json.dumps({"weight_map": where}))
    # the index of a variant whose files were left out is not in the way
    half = {name: file.replace("model-", "model.fp16-") for name, file in where.items()}
    (unet / "diffusion_pytorch_model.safetensors.index.fp16.json").write_text(json.dumps({"weight_map": half}))
    assert len(look_into(folder).files["unet"]) == 2
    assert np.array_equal(ours(load_backend(folder, CPU)), before)
    index_file.write_text(json.dumps({"weight_map": {name: f"../../{file}" for name, file in where.items()}}))
    assert all(file.parent == unet for file in look_into(folder).files["unet"])
    (unet / "diffusion_pytorch_model-00002-of-00002.safetensors").unlink()
    with pytest.raises(ModelMissing, match="lacks unet/diffusion_pytorch_model-00002-of-00002"):
        look_into(folder)


def test_our_own_single_file(tmp_path: Path) -> None:
    for latent in (True, False):
        backend = Unconditional.tiny(1, latent=latent)
        path = tmp_path / "ours.safetensors"
        save_model(backend, path, torch.float32, {"name": "ours", "room": "compass"})
        assert look_into(path).family == "unconditional"
        assert np.array_equal(ours(load_backend(path, CPU)), ours(backend))
        save_model(backend, path)
        assert np.abs(ours(load_model(path)).astype(int) - ours(backend)).mean() < 4


def test_loading_our_own_can_be_cancelled_after_any_tensor(tmp_path: Path) -> None:
    path = tmp_path / "ours.safetensors"
    save_model(Unconditional.tiny(1, latent=False), path)

    def progress(done: float, total: float, note: str = "") -> None:
        if done == 3:
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        load_model(path, progress=progress)


def test_a_single_file_that_is_not_ours_is_a_sentence(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    path = tmp_path / "other.safetensors"
    save_file({"model.diffusion_model.input_blocks.0.0.weight": torch.zeros(2)}, path)
    with pytest.raises(BadInput, match="lacks the part that decodes pictures"):
        look_into(path)
    save_file({"double_blocks.0.img_attn.norm.key_norm.scale": torch.zeros(2)}, path)
    with pytest.raises(BadInput, match="transformer model in one file"):
        look_into(path)
    save_file({"lora_up.weight": torch.zeros(2)}, path)
    with pytest.raises(BadInput, match="not a whole picture model"):
        look_into(path)
    save_file({"network.conv_in.weight": torch.zeros(2)}, path, {"affect_studio_compass": "{}"})
    with pytest.raises(ModelAltered, match="damaged, or no picture model of ours"):
        load_backend(path, CPU)
