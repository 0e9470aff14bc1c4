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
DTYPES = ("float32", "float16", "bfloat16")
OFFLOADS = ("parts", "layers")
SAMPLERS = ("turbo", "lcm")


@dataclass(frozen=True)
class Setup:
    """How a model is held in memory, where it can be held in several ways.

    `dtype` is one of DTYPES, "" takes what suits the device. `offload` keeps the weights in the main memory and moves
    them to the device as they are used: whole "parts" (a network, a text encoder) or single "layers", which takes the
    least memory there and the most time; "" keeps all of them on the device. `sampler` tells of a model that was taught
    to need few steps and does not say so itself, as single files do not: one of SAMPLERS.
    """

    dtype: str = ""
    offload: str = ""
    sampler: str = ""

    def __str__(self) -> str:
        words = (self.dtype, f"offload {self.offload}" if self.offload else "", self.sampler)
        return " and ".join(word for word in words if word)


@dataclass(frozen=True)
class Need:
    """What a model takes in bytes: on its device, and in the main memory beside that."""

    device_bytes: int
    host_bytes: int = 0


@dataclass(frozen=True)
class Ways:
    """For a spec whose models can be held in several ways.

    Attributes:
        load: as ModelSpec.load does, but as a Setup says.
        need: what the model at a path takes in that Setup; it reads headers only.
        smaller: the Setups that take less memory than one, those that cost least time first.
    """

    load: Callable[[Path, Device, Setup, Progress], object]
    need: Callable[[Path, Device, Setup], Need]
    smaller: Callable[[Path, Device, Setup], tuple[Setup, ...]]


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
        ways: where its models can be held in several ways; it then takes the place of `load` and `size_bytes`.

    The loaded object keeps no state of a job: a preview may use it in the middle of a take.
    """

    name: str
    room: str
    load: Callable[[Path, Device, Progress], object]
    tiny: Callable[[int], object]
    size_bytes: Callable[[Path], int] = tensor_bytes
    peak_bytes: int = 0
    devices: tuple[str, ...] = ("cpu",)
    ways: Ways | None = None

    def load_as(self, path: Path, device: Device, setup: Setup, progress: Progress) -> object:
        """The model at `path`, held as `setup` says where it can be."""
        if self.ways is None:
            return self.load(path, device, progress)
        return self.ways.load(path, device, setup, progress)

    def need(self, path: Path, device: Device, setup: Setup) -> Need:
        """What the model at `path` takes in memory."""
        return Need(self.size_bytes(path)) if self.ways is None else self.ways.need(path, device, setup)

    def smaller(self, path: Path, device: Device, setup: Setup) -> tuple[Setup, ...]:
        """The ways to hold the model at `path` that take less memory, those that cost least time first."""
        return () if self.ways is None else self.ways.smaller(path, device, setup)
