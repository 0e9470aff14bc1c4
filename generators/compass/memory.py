"""How much memory making pictures takes beside the weights, planned from a model's configs before it is loaded.

Torch-free. The figures are upper bounds of what was measured on a CPU (single precision, the layout of Stable
Diffusion, 256 and 512 pixels): decoding took 10 to 11.5 times what its last layer gives, the network 57 to 81 times
what its first gives. Networks without texts and transformers are reckoned from their layers. A GPU's kernels take less.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from generators.compass.checkpoints import layout_named
from generators.compass.opening import OURS, Found, fold_of_channels, look_into, read_json, usual_dtype
from generators.compass.request import Making
from generators.errors import ModelAltered
from generators.runtime.catalog import Model
from generators.runtime.spec import Device
from generators.runtime.weights import read_header

DECODER_LAYERS = 12
NETWORK_LAYERS = {"unconditional": 30, "sd3": 40, "flux": 40}
OTHER_LAYERS = 80
BASE_BYTES = 48 << 20  # libraries' own buffers
_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
_LARGE_PARAMETERS = 100_000_000
_MOST_ROWS = {"cuda": 8, "mps": 4, "cpu": 9}
_FEW_ROWS = 4
_UNGUIDED = ("unconditional", "few-step", "flux")


@dataclass(frozen=True)
class Shape:
    """What a model's memory depends on: `side` is that of its own pictures, `cell` the pixels to one of its latents.

    `width` is the channels of the network's first layer, or of a transformer's tokens, which hold `patch` cells a side.
    """

    family: str
    parameters: int
    side: int
    cell: int
    width: int
    decoder_width: int
    patch: int = 1
    is_wide: bool = False

    def peak_bytes(self, making: Making, count: int, device: Device, dtype: str = "") -> int:
        """What making `count` pictures takes beyond the weights at its highest."""
        size = _BYTES[dtype or usual_dtype(self.family, device)]
        width, height = making.width or self.side, making.height or self.side
        rows = _MOST_ROWS.get(device.kind, 1)  # of which some may be repeats, see sampler.py
        if device.kind == "cpu" and count <= _FEW_ROWS:
            rows = _FEW_ROWS
        if count == 1 and making.quality == "preview":
            rows = 1
        if device.kind == "cpu" and self.parameters >= _LARGE_PARAMETERS:
            rows = 1
        if self.family not in _UNGUIDED and (making.guidance is None or making.guidance > 1.0):
            rows *= 2
        places = (width // self.cell // self.patch) * (height // self.cell // self.patch)
        layers = NETWORK_LAYERS.get(self.family, OTHER_LAYERS)
        network = rows * places * self.width * layers * size
        decoding = width * height * self.decoder_width * DECODER_LAYERS * (4 if self.is_wide else size)
        return BASE_BYTES + max(network, decoding)


def shape_of(model: Model) -> Shape:
    """The shape of `model`, remembered until its entry changes.

    Raises:
        ModelMissing, ModelAltered, BadInput: it cannot be used; the message says why.
    """
    return _shape_at(model.path, model.bytes, model.setup.dtype)


@lru_cache(maxsize=64)
def _shape_at(path: Path, _bytes: int, _dtype: str) -> Shape:
    found = look_into(path)
    try:
        return _shape(found)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise ModelAltered(
            f"The configs of {path.name} lack what they should say: copy the whole model again."
        ) from error


def _shape(found: Found) -> Shape:
    if found.kind == OURS:
        told: dict[str, Any] = json.loads(read_header(found.path).metadata[OURS])
        network, autoencoder = told["network"], told["autoencoder"]
    else:
        folder = layout_named(found.kind).configs if found.path.is_file() else found.path
        part = "transformer" if "transformer" in found.files else "unet"
        network = read_json(folder / part / "config.json")
        autoencoder = read_json(folder / "vae" / "config.json") if "vae" in found.files else None
    cell = 1
    if autoencoder is not None:
        cell = fold_of_channels(autoencoder.get("in_channels", 3)) * 2 ** (len(autoencoder["block_out_channels"]) - 1)
    decoder = 0 if autoencoder is None else int(autoencoder["block_out_channels"][0])
    is_wide = bool(autoencoder and autoencoder.get("force_upcast"))
    if found.family in ("sd3", "flux"):
        width = int(network["num_attention_heads"]) * int(network["attention_head_dim"])
        side = int(network["sample_size"]) * cell if found.family == "sd3" else int((autoencoder or {})["sample_size"])
        return Shape(found.family, found.parameters, side, cell, width, decoder, 2, is_wide)
    size = network.get("sample_size") or 32
    side = (int(size) if isinstance(size, int) else int(size[0])) * cell
    if found.kind == OURS:
        side = int(told["usual"][3])
    return Shape(found.family, found.parameters, side, cell, int(network["block_out_channels"][0]), decoder, 1, is_wide)
