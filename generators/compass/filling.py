"""Reading the weights of a network tensor by tensor, so that large ones show how far they are and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generators.errors import ModelAltered
from generators.runtime.weights import read_header

Told = Callable[[int], None]
"""Called with the parameters of each tensor that was read."""


def empty(build: Callable[[], Any]) -> Any:
    """What `build` builds, without memory for its weights."""
    from accelerate import init_empty_weights

    with init_empty_weights(include_buffers=False):
        return build()


def fill(module: Any, files: tuple[Path, ...], dtype: torch.dtype, device: str, told: Told) -> bool:
    """Put the tensors in `files` into an `empty` module on `device`; False, and nothing done, where names differ.

    Raises:
        ModelAltered: a tensor has another shape than the module's config asks for.
        Cancelled: from `told`.
    """
    from safetensors import safe_open

    wanted = _wanted(module)
    prefix = "text_model."  # some versions of the library keep CLIP's encoder one level deeper than others
    held = {name: file for file in files for name in read_header(file).tensors}
    names = {name: next((one for one in (name, f"{prefix}{name}") if one in held), "") for name in wanted}
    tied = _tied(module)
    if any(not found and name not in tied for name, found in names.items()):
        return False
    by_file: dict[Path, list[tuple[str, str]]] = {}
    for name, found in names.items():
        if found:
            by_file.setdefault(held[found], []).append((name, found))
    wide = getattr(module, "_keep_in_fp32_modules", None) or ()
    for file, pairs in by_file.items():
        with safe_open(file, "pt") as opened:
            for name, found in pairs:
                tensor = opened.get_tensor(found)
                is_wide = dtype == torch.float16 and any(part in wide for part in name.split("."))
                place(module, name, tensor, torch.float32 if is_wide else dtype, device)
                told(tensor.numel())
    if tied:
        module.tie_weights()
    return True


def place(module: nn.Module, name: str, tensor: Tensor, dtype: torch.dtype, device: str) -> None:
    """Put one tensor into the place of an empty one.

    Raises:
        ModelAltered: their shapes differ.
    """
    owner = module.get_submodule(name.rpartition(".")[0])
    last = name.rpartition(".")[2]
    present = getattr(owner, last)
    if present.shape != tensor.shape:
        raise ModelAltered(f"The weights “{name}” have another size than the config says: copy the whole model again.")
    moved = tensor.to(device, dtype if tensor.is_floating_point() else tensor.dtype)
    if moved.data_ptr() == tensor.data_ptr():
        moved = tensor.clone()  # not a view of the file, which its owner may change
    if isinstance(present, nn.Parameter):
        setattr(owner, last, nn.Parameter(moved, requires_grad=False))
    else:
        owner.register_buffer(last, moved)


def check_whole(module: nn.Module, name: str) -> None:
    """Refuse a network that was only partly filled.

    Raises:
        ModelAltered: weights are missing.
    """
    if any(parameter.is_meta for parameter in module.parameters()):
        raise ModelAltered(f"The part {name} lacks some of its weights: get the model again.")


def _wanted(module: nn.Module) -> Mapping[str, Tensor]:
    return module.state_dict(keep_vars=True)


def _tied(module: Any) -> set[str]:
    """The names that share another's weights and may be left out of a file."""
    keys = getattr(module, "_tied_weights_keys", None) or ()
    return {str(key) for key in keys} | ({str(value) for value in keys.values()} if isinstance(keys, dict) else set())
