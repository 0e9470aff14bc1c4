"""Weights that stay in the main memory and are moved to the device as they are used.

Moving changes no bit of what is computed there, so a picture is the same with and without.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn


class OneAtATime:
    """Keeps one part of a model on `device`; each is moved there when it, or a piece of it, is first called.

    What was there before goes back. Parts are registered with `add`.
    """

    def __init__(self, device: str) -> None:
        self._device = torch.device(device)
        self._present: nn.Module | None = None

    @property
    def present(self) -> nn.Module | None:
        """The part that is on the device now."""
        return self._present

    def add(self, part: nn.Module) -> None:
        """Move `part` whenever it is called; the pieces of an autoencoder are called without the whole."""
        for module in (part, *part.children()):
            module.register_forward_pre_hook(partial(self._enter, part), with_kwargs=True, prepend=True)

    def _enter(self, part: nn.Module, _module: nn.Module, args: Any, kwargs: Any) -> tuple[Any, Any]:
        if self._present is not part:
            with torch.inference_mode(mode=False), torch.no_grad():
                if self._present is not None:
                    self._present.to("cpu")
                self._present = None  # a failed move leaves nothing that is taken to be there
                part.to(self._device)
            self._present = part
        return _moved(args, self._device), _moved(kwargs, self._device)


def by_parts(parts: Iterable[nn.Module], device: str) -> OneAtATime:
    """Move whole parts."""
    keeper = OneAtATime(device)
    for part in parts:
        keeper.add(part)
    return keeper


def by_layers(parts: Iterable[nn.Module], device: str) -> None:
    """Move single layers: the least memory on the device, and the most time."""
    from diffusers.hooks import apply_group_offloading

    for part in parts:
        apply_group_offloading(
            part, onload_device=torch.device(device), offload_device=torch.device("cpu"), offload_type="leaf_level"
        )


def _moved(value: Any, device: torch.device) -> Any:
    if isinstance(value, Tensor):
        return value.to(device)
    if isinstance(value, tuple | list):
        return type(value)(_moved(item, device) for item in value)
    if isinstance(value, dict):
        return {key: _moved(item, device) for key, item in value.items()}
    return value
