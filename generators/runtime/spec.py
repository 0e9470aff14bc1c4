"""How a room tells the model manager about its models. Torch-free; the rooms' `load` may import torch when called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from generators.progress import Progress
from generators.runtime.weights import tensor_bytes


@dataclass(frozen=True)
class Device:
    """A place where a model computes: "cpu", "cuda:0", "mps"."""

    name: str = "cpu"

    @property
    def kind(self) -> str:
        """The name without its index: "cpu", "cuda" or "mps"."""
        return self.name.partition(":")[0]


CPU = Device("cpu")


@dataclass(frozen=True)
class ModelSpec:
    """One model of a room, as the manager sees it.

    Attributes:
        name: the name in the catalog and in requests ("music-small").
        room: the room it belongs to ("music"); also the key of the panel that uses it.
        load: reads the weights at a path onto a device. It calls its Progress after each tensor, which is where a
            cancelled load ends, and lets Cancelled and errors of memory pass through.
        tiny: builds the real architecture with very small random weights from a seed, for tests.
        size_bytes: what the model at a path takes once loaded; it reads the header only.
        peak_bytes: what one job takes beyond the weights at its highest, measured.
        devices: the kinds of device it can use, best first. A model that names only "cpu" never makes the worker
            import torch to look for others.

    The loaded object keeps no state of a job: a preview may use it in the middle of a take.
    """

    name: str
    room: str
    load: Callable[[Path, Device, Progress], object]
    tiny: Callable[[int], object]
    size_bytes: Callable[[Path], int] = tensor_bytes
    peak_bytes: int = 0
    devices: tuple[str, ...] = ("cpu",)
