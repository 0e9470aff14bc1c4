"""Our own models as one safetensors file: the weights of all parts, and their configs in the metadata."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import torch

from generators.compass.backend import Usual
from generators.compass.backends.unconditional import Unconditional
from generators.compass.opening import OURS
from generators.errors import ModelAltered
from generators.progress import Progress, silent
from generators.runtime.weights import read_header

_PARTS = ("network", "autoencoder")


def save_model(
    model: Unconditional, path: Path, dtype: torch.dtype = torch.float16, metadata: dict[str, str] | None = None
) -> None:
    """Write `model` to `path`, its weights as `dtype`; `metadata` is kept beside ours (name, licence, title)."""
    from safetensors.torch import save_file

    parts = {"network": model.network, "autoencoder": model.autoencoder}
    usual = model.usual
    told = {
        "network": _config(model.network),
        "autoencoder": None if model.autoencoder is None else _config(model.autoencoder),
        "scheduler": model.scheduler_config,
        "usual": [usual.steps, usual.preview_steps, usual.guidance, usual.side],
    }
    tensors = {
        f"{part}.{name}": tensor.detach().to("cpu", dtype).contiguous()
        for part, module in parts.items()
        if module is not None
        for name, tensor in module.state_dict().items()
    }
    save_file(tensors, path, {**(metadata or {}), OURS: json.dumps(told, sort_keys=True)})


def load_model(
    path: Path, device: torch.device | str = "cpu", progress: Progress = silent, dtype: torch.dtype = torch.float32
) -> Unconditional:
    """The model in `path` on `device`, computing in `dtype`; tensors are cast one by one on their way.

    Raises:
        ModelAltered: the file is damaged or not one of ours.
        Cancelled: from `progress`, which is called after each tensor.
    """
    from diffusers import AutoencoderKL, UNet2DModel
    from safetensors import safe_open

    header = read_header(path)
    try:
        told = json.loads(header.metadata[OURS])
        usual = Usual(*told["usual"])
        kinds: dict[str, Any] = {"network": UNet2DModel, "autoencoder": AutoencoderKL}
        parts = {
            part: kinds[part].from_config(told[part]).to(device, dtype).eval()
            for part in _PARTS
            if told[part] is not None
        }
        wanted = {f"{part}.{name}": tensor for part, module in parts.items() for name, tensor in _tensors(module)}
        _check_names(wanted, header.tensors)
        with safe_open(path, "pt") as file:
            for index, (name, tensor) in enumerate(wanted.items()):
                with torch.no_grad():
                    tensor.copy_(file.get_tensor(name))
                progress(index + 1, len(wanted), f"loading {path.stem}")
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        if "memory" in str(error).lower():  # the manager's to deal with
            raise
        raise ModelAltered(
            f"The weights {path.name} are damaged, or no picture model of ours: put the original file back."
        ) from error
    return Unconditional(parts["network"], parts.get("autoencoder"), told["scheduler"], usual)


def _check_names(wanted: Collection[str], found: Collection[str]) -> None:
    if set(wanted) != set(found):
        raise KeyError("other tensors than the configs ask for")


def _tensors(module: Any) -> list[tuple[str, torch.Tensor]]:
    return list(module.state_dict(keep_vars=False).items())


def _config(module: Any) -> dict[str, Any]:
    return {name: value for name, value in module.config.items() if name != "_name_or_path"}
