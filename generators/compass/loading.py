"""Opening models from folders in the form of diffusers, from the disk alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from generators.compass.backend import Backend
from generators.compass.backends.few_step import FewStep
from generators.compass.backends.sdxl import StableDiffusionXL
from generators.compass.backends.stable_diffusion import StableDiffusion
from generators.compass.backends.transformer import StableDiffusion3
from generators.compass.backends.unconditional import Unconditional
from generators.compass.opening import OURS, Found, look_into, read_json
from generators.compass.texts import ClipText
from generators.errors import ModelAltered
from generators.progress import Progress, silent
from generators.runtime.spec import Device

# none of the above imports diffusers, which reads these when it is: nothing of a model's folder is ever run or fetched
os.environ["DIFFUSERS_DISABLE_REMOTE_CODE"] = "1"
os.environ.setdefault("HF_HUB_OFFLINE", "1")


def dtype_for(device: Device) -> torch.dtype:
    """What to compute in: half precision on a GPU, single elsewhere."""
    return torch.float16 if device.kind == "cuda" else torch.float32


def load_backend(path: Path, device: Device, progress: Progress = silent) -> Backend:
    """The model at `path`, a folder or a single file of ours, on `device`.

    Raises:
        ModelMissing, ModelAltered, BadInput: as `look_into` does.
        Cancelled: from `progress`, which is called after each part (of ours: after each tensor).
    """
    found = look_into(path)
    if found.kind == OURS:
        from generators.compass.single_file import load_model

        return load_model(path, device.name, progress)
    parts = _Parts(found, device, progress)
    scheduler = read_json(path / "scheduler" / "scheduler_config.json")
    if found.family == "unconditional":
        from diffusers import AutoencoderKL, UNet2DModel

        autoencoder = parts.network("vae", AutoencoderKL) if "vae" in found.files else None
        return Unconditional(parts.network("unet", UNet2DModel), autoencoder, scheduler)
    if found.family == "sd3":
        return _load_sd3(parts, scheduler)
    inner: StableDiffusion | StableDiffusionXL = (
        _load_xl(parts, scheduler, path) if found.is_xl else _load_sd(parts, scheduler)
    )
    if found.family != "few-step":
        return inner
    return FewStep(inner, scheduler)


def _load_sd(parts: _Parts, scheduler: dict[str, Any]) -> StableDiffusion:
    from diffusers import AutoencoderKL, UNet2DConditionModel

    network = parts.network("unet", UNet2DConditionModel)
    return StableDiffusion(network, parts.network("vae", AutoencoderKL), parts.text("text_encoder"), scheduler)


def _load_xl(parts: _Parts, scheduler: dict[str, Any], path: Path) -> StableDiffusionXL:
    from diffusers import AutoencoderKL, UNet2DConditionModel

    zeros = bool(read_json(path / "model_index.json").get("force_zeros_for_empty_prompt", True))
    network = parts.network("unet", UNet2DConditionModel)
    texts = parts.text("text_encoder"), parts.text("text_encoder_2", pooled=True)
    return StableDiffusionXL(network, parts.network("vae", AutoencoderKL), texts, scheduler, zeros_for_empty=zeros)


def _load_sd3(parts: _Parts, scheduler: dict[str, Any]) -> StableDiffusion3:
    from diffusers import AutoencoderKL, SD3Transformer2DModel

    network = parts.network("transformer", SD3Transformer2DModel)
    texts = parts.text("text_encoder", pooled=True), parts.text("text_encoder_2", pooled=True)
    return StableDiffusion3(network, parts.network("vae", AutoencoderKL), texts, scheduler)


class _Parts:
    """Loads the parts of one model, telling progress of each."""

    def __init__(self, found: Found, device: Device, progress: Progress) -> None:
        self._found, self._device, self._progress = found, device, progress
        self._dtype = dtype_for(device)
        self._done = 0

    def network(self, part: str, kind: Any) -> Any:
        """One network of diffusers; an autoencoder that overflows in half precision stays in single."""
        config = read_json(self._found.path / part / "config.json")
        dtype = torch.float32 if config.get("force_upcast") and part == "vae" else self._dtype
        return self._load(part, kind, dtype)

    def text(self, part: str, *, pooled: bool = False) -> Any:
        """One text encoder with its tokenizer."""
        from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

        folder = self._found.path / part.replace("text_encoder", "tokenizer")
        tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True) if folder.is_dir() else None
        kind: Any = CLIPTextModelWithProjection if pooled else CLIPTextModel
        return ClipText(self._load(part, kind, self._dtype), tokenizer)

    def _load(self, part: str, kind: Any, dtype: torch.dtype) -> Any:
        files = self._found.files[part]
        variant = files[0].name.split(".")[1] if files[0].name.count(".") == 2 else None
        try:
            loaded = kind.from_pretrained(
                self._found.path / part, local_files_only=True, use_safetensors=True, dtype=dtype, variant=variant
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            if "memory" in str(error).lower():  # the manager's to deal with
                raise
            raise ModelAltered(
                f"The part {part} of {self._found.path.name} does not fit its own config: copy the whole folder again."
            ) from error
        self._done += 1
        self._progress(self._done, len(self._found.files), f"loading {self._found.path.name}, {part}")
        return loaded.to(self._device.name).eval()
