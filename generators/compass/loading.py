"""Opening models from folders in the form of diffusers and from checkpoints, from the disk alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from generators.compass.backend import DEFAULT_ROWS, Backend
from generators.compass.backends.few_step import FewStep
from generators.compass.backends.flux import Flux
from generators.compass.backends.sdxl import StableDiffusionXL
from generators.compass.backends.stable_diffusion import StableDiffusion
from generators.compass.backends.transformer import StableDiffusion3
from generators.compass.backends.unconditional import Unconditional
from generators.compass.filling import check_whole, empty, fill
from generators.compass.opening import OURS, Found, look_into, read_json, usual_dtype
from generators.compass.texts import ClipText, T5Text
from generators.errors import AffectStudioError, ModelAltered
from generators.progress import Progress, silent
from generators.runtime.spec import Device, Setup

# none of the above imports diffusers, which reads these when it is: nothing of a model's folder is ever run or fetched
os.environ["DIFFUSERS_DISABLE_REMOTE_CODE"] = "1"
os.environ.setdefault("HF_HUB_OFFLINE", "1")

PLAIN = Setup()
_SAMPLERS = {"turbo": "EulerDiscreteScheduler", "lcm": "LCMScheduler"}
_SCHNELL_WORDS = 256  # the longest prompt that Flux was taught without guidance


def load_backend(path: Path, device: Device, progress: Progress = silent, setup: Setup = PLAIN) -> Backend:
    """The model at `path`, a folder or a single file, on `device`, held as `setup` says.

    Raises:
        ModelMissing, ModelAltered, BadInput: as `look_into` does.
        Cancelled: from `progress`, which is called after each tensor where the files allow it, else after each part.
    """
    found = look_into(path)
    dtype: torch.dtype = getattr(torch, setup.dtype or usual_dtype(found.family, device))
    if found.kind == OURS:
        from generators.compass.single_file import load_model

        return load_model(path, device.name, progress, dtype)
    offload = setup.offload if device.kind == "cuda" else ""
    place = "cpu" if offload else device.name
    parts: Parts
    if path.is_file():
        from generators.compass.checkpoint_loading import CheckpointParts

        parts = CheckpointParts(found, place, dtype, progress)
    else:
        parts = Parts(found, place, dtype, progress)
    backend = _build(parts, found, setup.sampler)
    if offload:
        _offload(backend, parts.loaded, offload, device.name)
    return backend


class Parts:
    """Loads the parts of one model from a folder, telling progress of each tensor; `loaded` are those so far."""

    def __init__(self, found: Found, place: str, dtype: torch.dtype, progress: Progress) -> None:
        self.found = found
        self.loaded: list[Any] = []
        self._place, self._dtype, self._progress = place, dtype, progress
        self._done = 0

    def scheduler(self) -> dict[str, Any]:
        """The config of the scheduler that came with the model."""
        return read_json(self.found.path / "scheduler" / "scheduler_config.json")

    def index(self) -> dict[str, Any]:
        """What the model's index says of the whole."""
        return read_json(self.found.path / "model_index.json")

    def network(self, part: str, kind: Any) -> Any:
        """One network of diffusers; an autoencoder that overflows in half precision stays in single."""
        config = read_json(self._folder(part) / "config.json")
        is_wide = config.get("force_upcast") and part == "vae" and self._dtype == torch.float16
        return self._load(part, kind, torch.float32 if is_wide else self._dtype)

    def clip(self, part: str, *, pooled: bool = False) -> ClipText:
        """One text encoder of CLIP with its tokenizer."""
        from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

        tokenizer = self._tokenizer(part, CLIPTokenizer)
        kind: Any = CLIPTextModelWithProjection if pooled else CLIPTextModel
        return ClipText(self._load(part, kind, self._dtype), tokenizer)

    def t5(self, part: str, length: int) -> T5Text:
        """One text encoder of T5 with its tokenizer."""
        from transformers import T5EncoderModel, T5Tokenizer

        tokenizer = self._tokenizer(part, T5Tokenizer)
        known = getattr(tokenizer, "model_max_length", length)
        return T5Text(self._load(part, T5EncoderModel, self._dtype), tokenizer, min(length, known))

    def _folder(self, part: str) -> Path:
        return self.found.path / part

    def _tokenizer(self, part: str, kind: Any) -> Any | None:
        folder = self._folder(part.replace("text_encoder", "tokenizer"))
        if not folder.is_dir():
            return None
        try:
            return kind.from_pretrained(folder, local_files_only=True)
        except Exception as error:  # each library has errors of its own for a damaged file
            raise ModelAltered(
                f"What reads prompts in {self.found.path.name}/{folder.name} is damaged: copy the whole folder again."
            ) from error

    def _load(self, part: str, kind: Any, dtype: torch.dtype) -> Any:
        before = self._done
        try:
            loaded = self._read(part, kind, dtype)
        except AffectStudioError:
            raise
        except (OSError, ValueError, KeyError, RuntimeError, TypeError, AttributeError) as error:
            if "memory" in str(error).lower():  # the manager's to deal with
                raise
            raise ModelAltered(
                f"The part {part} of {self.found.path.name} does not fit its own config: copy the whole model again."
            ) from error
        check_whole(loaded, part)
        self._done = before
        self._tell(part, self.found.by_part[part])
        loaded = loaded.to(self._place).eval()
        self.loaded.append(loaded)
        return loaded

    def _tell(self, part: str, parameters: int) -> None:
        self._done += parameters
        done = min(self._done, self.found.parameters)
        self._progress(done, self.found.parameters, f"loading {self.found.path.stem}, {part}")

    def _read(self, part: str, kind: Any, dtype: torch.dtype) -> Any:
        folder, files = self._folder(part), self.found.files[part]
        built = empty(lambda: _built(kind, folder))
        if fill(built, files, dtype, self._place, lambda count: self._tell(part, count)):
            return built
        # older layouts, which the libraries know to translate
        variant = files[0].name.split(".")[1] if files[0].name.count(".") == 2 else None
        return kind.from_pretrained(folder, local_files_only=True, use_safetensors=True, dtype=dtype, variant=variant)


def _built(kind: Any, folder: Path) -> Any:
    """A network as its config says: of diffusers, or of transformers."""
    if hasattr(kind, "load_config"):
        return kind.from_config(kind.load_config(folder, local_files_only=True))
    return kind(kind.config_class.from_pretrained(folder, local_files_only=True))


def _build(parts: Parts, found: Found, sampler: str) -> Backend:
    from diffusers import AutoencoderKL, FluxTransformer2DModel, SD3Transformer2DModel, UNet2DModel

    scheduler = parts.scheduler()
    if found.family == "unconditional":
        autoencoder = parts.network("vae", AutoencoderKL) if "vae" in found.files else None
        return Unconditional(parts.network("unet", UNet2DModel), autoencoder, scheduler)
    if found.family == "sd3":
        network, autoencoder = parts.network("transformer", SD3Transformer2DModel), parts.network("vae", AutoencoderKL)
        texts = parts.clip("text_encoder", pooled=True), parts.clip("text_encoder_2", pooled=True)
        return StableDiffusion3(network, autoencoder, texts, scheduler)
    if found.family == "flux":
        network, autoencoder = parts.network("transformer", FluxTransformer2DModel), parts.network("vae", AutoencoderKL)
        length = 512 if network.config.guidance_embeds else _SCHNELL_WORDS
        readers = parts.clip("text_encoder"), parts.t5("text_encoder_2", length)
        return Flux(network, autoencoder, readers, scheduler)
    is_xl = found.is_xl or found.family == "sdxl"
    inner = _build_xl(parts, scheduler) if is_xl else _build_sd(parts, scheduler)
    if sampler:
        return FewStep(inner, {**scheduler, "_class_name": _SAMPLERS[sampler]})
    return FewStep(inner, scheduler) if found.family == "few-step" else inner


def _build_sd(parts: Parts, scheduler: dict[str, Any]) -> StableDiffusion:
    from diffusers import AutoencoderKL, UNet2DConditionModel

    network = parts.network("unet", UNet2DConditionModel)
    return StableDiffusion(network, parts.network("vae", AutoencoderKL), parts.clip("text_encoder"), scheduler)


def _build_xl(parts: Parts, scheduler: dict[str, Any]) -> StableDiffusionXL:
    from diffusers import AutoencoderKL, UNet2DConditionModel

    zeros = bool(parts.index().get("force_zeros_for_empty_prompt", True))
    network = parts.network("unet", UNet2DConditionModel)
    autoencoder = parts.network("vae", AutoencoderKL)
    texts = parts.clip("text_encoder"), parts.clip("text_encoder_2", pooled=True)
    return StableDiffusionXL(network, autoencoder, texts, scheduler, zeros_for_empty=zeros)


def _offload(backend: Backend, loaded: list[Any], how: str, device: str) -> None:
    from generators.compass.offload import by_layers, by_parts

    if how == "parts":
        by_parts(loaded, device)
    else:
        by_layers(loaded, device)
    for one in (backend, getattr(backend, "inner", None)):  # a few-step model has another inside
        if one is not None:
            one.device = torch.device(device)
            one.rows = one.most_rows = DEFAULT_ROWS.get(one.device.type, 1)
            one.threads = 1
