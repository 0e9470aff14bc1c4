"""Weights that are moved in as they are used: the same pictures, and one part at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from generators.compass.backends.flux import Flux
from generators.compass.backends.sdxl import StableDiffusionXL
from generators.compass.backends.stable_diffusion import StableDiffusion
from generators.compass.offload import by_layers, by_parts
from generators.compass.request import Making, Point, Push
from generators.compass.sampler import Used, render
from generators.pictures import Direction

MAKING = Making(steps=2, prompt="a storm", guidance=4.0, quality="preview")
FAMILIES: list[Callable[[int], Any]] = [StableDiffusion.tiny, StableDiffusionXL.tiny, Flux.tiny]


def parts_of(backend: Any) -> list[torch.nn.Module]:
    texts = getattr(backend, "texts", None) or (backend.text,)
    return [backend.network, backend.autoencoder, *(text.encoder for text in texts)]


def pictures(backend: Any) -> np.ndarray:
    channels = 16
    vector = 4.0 * np.random.default_rng(0).standard_normal((1, channels))
    used = [Used(Direction(vector, np.array([0.5]), name="brighter", place=backend.place.name), Push("a"))]
    return render(backend, [Point(1, amounts=(1.0,)), Point(2)], used, MAKING)


@pytest.mark.parametrize("family", FAMILIES)
def test_parts_take_turns(family: Callable[[int], Any]) -> None:
    torch.set_num_threads(1)
    plain = pictures(family(1))
    backend = family(1)
    moves: list[tuple[int, str]] = []
    parts = parts_of(backend)
    for index, module in enumerate(parts):

        def to(device: Any, index: int = index, module: Any = module) -> Any:
            moves.append((index, str(device)))
            return torch.nn.Module.to(module, device)

        module.to = to  # type: ignore[method-assign]
    # the same device under another name, so that each move can be told
    keeper = by_parts(parts, "cpu:0")
    assert np.array_equal(pictures(backend), plain)
    present: set[int] = set()
    for index, device in moves:
        present = present | {index} if device == "cpu:0" else present - {index}
        assert len(present) <= 1
    assert {index for index, _ in moves} == set(range(len(parts)))
    assert keeper.present is backend.autoencoder
    # the network stays for all steps, and is not moved at each
    assert [index for index, device in moves if device == "cpu:0"].count(0) <= 2


@pytest.mark.parametrize("family", FAMILIES)
def test_layers_change_no_bit(family: Callable[[int], Any]) -> None:
    plain = pictures(family(1))
    backend = family(1)
    by_layers(parts_of(backend), "cpu")
    assert np.array_equal(pictures(backend), plain)
