"""What a result was made with, told beside it when a job has ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from generators.engine.requests import Request
from generators.made_with import as_fact, made_now

if TYPE_CHECKING:
    from generators.runtime.manager import ModelManager

_EMOFACE = "emoface"


def made_with(request: Request, facts: Mapping[str, str], models: ModelManager | None) -> str:
    """With what `request` was made just now, as the text of a fact.

    `facts` are those of its handler, `models` what holds the models of this process, where one was needed.
    """
    name = getattr(request, "model", "")
    device = facts.get("device", "")
    spec = ""
    if name and models is not None:
        device = device or models.device_of(name)
        spec = next((model.spec for model in models.catalog.models if model.name == name), "")
    made = made_now(
        str(request.__struct_config__.tag),
        model=name,
        model_sha256=facts.get("model_sha256", ""),
        device=device or "cpu",
        device_name=_device_name(device),
        dtype=facts.get("dtype", ""),
        uses_torch=spec == _EMOFACE,
    )
    return as_fact(made)


def _device_name(device: str) -> str:
    """What a GPU is called; the one that was just used has its library loaded."""
    if not device.startswith("cuda"):
        return ""
    import torch

    return torch.cuda.get_device_name(device)
