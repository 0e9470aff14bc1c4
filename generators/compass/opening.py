"""Looking into a model before it is loaded: which family it is, whether it is whole, and how large. Torch-free.

Only safetensors are ever read. A folder in the form of diffusers has a model_index.json and one folder a part. Single
files are our own, whose metadata holds the configs of their parts (single_file.py), or checkpoints in the layout that
Stable Diffusion was trained in (checkpoints.py).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generators.compass.checkpoints import count_of, layout_of
from generators.errors import BadInput, ModelAltered, ModelMissing
from generators.runtime.spec import Device, Need, Setup
from generators.runtime.weights import read_header

MAX_JSON_BYTES = 1 << 20
MAX_INDEX_BYTES = 16 << 20
OURS = "affect_studio_compass"
"""The metadata key of our own single files."""

_PICKLES = (".ckpt", ".bin", ".pt", ".pth", ".pkl")
_FAMILIES = {
    "DDPMPipeline": "unconditional",
    "DDIMPipeline": "unconditional",
    "StableDiffusionPipeline": "stable diffusion",
    "StableDiffusionXLPipeline": "sdxl",
    "LatentConsistencyModelPipeline": "few-step",
    "StableDiffusion3Pipeline": "sd3",
    "FluxPipeline": "flux",
}
_PARTS = {
    "unconditional": ("unet",),
    "stable diffusion": ("unet", "vae", "text_encoder"),
    "sdxl": ("unet", "vae", "text_encoder", "text_encoder_2"),
    "few-step": ("unet", "vae", "text_encoder"),
    "sd3": ("transformer", "vae", "text_encoder", "text_encoder_2"),
    "flux": ("transformer", "vae", "text_encoder", "text_encoder_2"),
}
_LEAST_OFFLOADED_BYTES = 256 << 20
_BYTES_PER_PARAMETER = {"float32": 4, "float16": 2, "bfloat16": 2}


@dataclass(frozen=True)
class Found:
    """What a path holds: its `family`, the `kind` of pipeline, the weight `files` of each part, and their parameters.

    `is_xl` says that a few-step model has the networks of Stable Diffusion XL.
    """

    path: Path
    family: str
    kind: str
    files: dict[str, tuple[Path, ...]]
    by_part: dict[str, int]
    is_xl: bool = False

    @property
    def parameters(self) -> int:
        """How many parameters all parts have."""
        return sum(self.by_part.values())

    def bytes_as(self, dtype: str) -> int:
        """What the weights take once loaded as `dtype` ("float32", "float16", "bfloat16")."""
        return self.parameters * _BYTES_PER_PARAMETER[dtype]

    def need(self, device: Device, setup: Setup) -> Need:
        """What the model takes in memory, held as `setup` says on `device`."""
        size = _BYTES_PER_PARAMETER[setup.dtype or usual_dtype(self.family, device)]
        whole, largest = self.parameters * size, max(self.by_part.values()) * size
        if device.kind != "cuda":  # elsewhere the device's memory is the main memory
            return Need(whole)
        if setup.offload == "parts":
            return Need(largest, whole)
        if setup.offload == "layers":
            return Need(min(largest, _LEAST_OFFLOADED_BYTES), whole)
        return Need(whole, largest)  # parts pass through the main memory one by one

    def smaller(self, device: Device, setup: Setup) -> tuple[Setup, ...]:
        """The ways to hold it on `device` in less memory, those that cost least time first."""
        usual = usual_dtype(self.family, device)
        half = "bfloat16" if device.kind == "cpu" or self.family in _NEEDS_WIDE_RANGE else "float16"
        dtypes = [setup.dtype or usual, *([half] if (setup.dtype or usual) == "float32" else [])]
        offloads = ("", "parts", "layers") if device.kind == "cuda" else ("",)
        found = [replace(setup, dtype=dtype, offload=offload) for offload in offloads for dtype in dtypes]
        present = self.need(device, setup).device_bytes
        return tuple(one for one in found if self.need(device, one).device_bytes < present)

    @property
    def read(self) -> tuple[Path, ...]:
        """All files that loading reads: weights, configs, and what tokenizers are made of."""
        if self.path.is_file():
            return (self.path,)
        found = {file for files in self.files.values() for file in files}
        folders = {*self.files, "scheduler", *(part.replace("text_encoder", "tokenizer") for part in self.files)}
        for folder in folders:
            for pattern in ("*.json", "*.txt", "*.model"):
                found.update((self.path / folder).glob(pattern))
        return tuple(sorted({*found, self.path / "model_index.json"}))


_NEEDS_WIDE_RANGE = ("flux",)
"""Families whose networks leave the range of float16."""


def usual_dtype(family: str, device: Device) -> str:
    """What a family computes in unless it is told otherwise: half precision on a GPU, single elsewhere."""
    if device.kind != "cuda":
        return "float32"
    return "bfloat16" if family in _NEEDS_WIDE_RANGE else "float16"


def fold_of_channels(channels: int) -> int:
    """How many pixels along a side an autoencoder takes folded into so many channels; 1 where it takes colours."""
    return max(1, math.isqrt(int(channels) // 3))


def look_into(path: Path) -> Found:
    """What the model at `path` is, from its configs and headers alone.

    Raises:
        ModelMissing: it is not there, or a part of it is not.
        ModelAltered: a part is damaged or cut short.
        BadInput: pickles, or a kind of model that is not known here.
    """
    if path.suffix.lower() in _PICKLES:
        raise _pickle(path)
    if path.is_file():
        return _look_into_file(path)
    if not path.is_dir():
        raise ModelMissing(f"There is no model at {path}: check that it is still there.")
    return _look_into_folder(path)


def _look_into_file(path: Path) -> Found:
    header = read_header(path)
    if OURS in header.metadata:
        return Found(path, "unconditional", OURS, {"all": (path,)}, {"all": header.parameters})
    layout = layout_of(header, path.name)
    by_part = {part: count_of(header, prefixes) for part, prefixes in layout.prefixes.items()}
    family = "sdxl" if layout.name == "sdxl" else "stable diffusion"
    return Found(path, family, layout.name, dict.fromkeys(by_part, (path,)), by_part)


def _look_into_folder(path: Path) -> Found:
    if not (path / "model_index.json").is_file():
        raise ModelMissing(f"{path} is no model folder, it has no model_index.json: open the folder that has one.")
    index = read_json(path / "model_index.json")
    kind = str(index.get("_class_name", ""))
    family = _FAMILIES.get(kind)
    if family is None:
        known = ", ".join(sorted(_FAMILIES))
        raise BadInput(f"{path.name} is a “{kind or 'nameless'}”, which is not known here: choose one of {known}.")
    is_xl = family == "sdxl"
    if family in ("stable diffusion", "sdxl") and _takes_few_steps(path):
        family = "few-step"
    files, by_part = {}, {}
    for part in (
        *_PARTS["sdxl" if is_xl else family],
        *(("vae",) if family == "unconditional" and "vae" in index else ()),
    ):
        files[part] = _weights(path / part)
        by_part[part] = sum(read_header(file).parameters for file in files[part])
    if not (path / "scheduler" / "scheduler_config.json").is_file():
        raise ModelMissing(f"{path.name} lacks scheduler/scheduler_config.json: copy the whole folder again.")
    return Found(path, family, kind, files, by_part, is_xl)


def _takes_few_steps(path: Path) -> bool:
    """Whether the scheduler that came with the model is one of those for few steps."""
    config = read_json(path / "scheduler" / "scheduler_config.json")
    return "LCM" in str(config.get("_class_name", "")) or (
        str(config.get("_class_name", "")).startswith("Euler") and config.get("timestep_spacing") == "trailing"
    )


def _weights(folder: Path) -> tuple[Path, ...]:
    """The safetensors files of one part, each whole; the full precision ones where there are several."""
    if not (folder / "config.json").is_file():
        raise ModelMissing(f"The model lacks {folder.name}/config.json: copy its whole folder again.")
    read_json(folder / "config.json")
    lacking = ""
    for index_file in sorted(folder.glob("*.safetensors.index*.json"), key=lambda path: (len(path.name), path.name)):
        told = read_json(index_file).get("weight_map", {})
        if not isinstance(told, dict):
            raise _damaged(index_file)
        named = sorted({str(name) for name in told.values()})
        # a foreign index may name anything: only files beside it count
        files = tuple(folder / Path(name).name for name in named)
        missing = [file.name for file in files if not file.is_file()]
        if files and not missing:
            return files
        lacking = lacking or (missing[0] if missing else "")
    if lacking:
        raise ModelMissing(f"The model lacks {folder.name}/{lacking}: copy its whole folder again.")
    found = sorted(folder.glob("*.safetensors"))
    plain = [file for file in found if file.stem in ("diffusion_pytorch_model", "model")]
    if plain or found:
        return ((plain or found)[0],)
    pickles = [file for file in sorted(folder.iterdir()) if file.suffix.lower() in _PICKLES]
    if pickles:
        raise _pickle(pickles[0])
    raise ModelMissing(f"The model lacks the weights in {folder.name}: copy its whole folder again.")


def _pickle(path: Path) -> BadInput:
    return BadInput(
        f"{path.name} can run any code when it is opened, so it is not: get its safetensors, or convert it in a place "
        "that you can lose (diffusers' convert_original_stable_diffusion_to_diffusers.py, --to_safetensors)."
    )


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`.

    Raises:
        ModelMissing: it is not there.
        ModelAltered: it is damaged, or far too large to be a config.
    """
    try:
        is_small = path.stat().st_size <= (MAX_INDEX_BYTES if ".safetensors.index" in path.name else MAX_JSON_BYTES)
        found = json.loads(path.read_bytes()) if is_small else None
    except OSError as error:
        raise ModelMissing(
            f"{path.name} is missing from {path.parent}: copy the model's whole folder again."
        ) from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(found, dict):
        raise _damaged(path)
    return found


def _damaged(path: Path) -> ModelAltered:
    return ModelAltered(f"{path.parent.name}/{path.name} is damaged: copy the model's whole folder again.")
