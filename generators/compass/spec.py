"""The compass room's models, as the model manager sees them. Torch-free."""

from __future__ import annotations

from pathlib import Path

from generators.compass.opening import look_into, peak_bytes
from generators.progress import Progress
from generators.runtime.spec import Device, ModelSpec

_SIDE, _ROWS = 512, 3


def _load(path: Path, device: Device, progress: Progress) -> object:
    from generators.compass.loading import load_backend

    return load_backend(path, device, progress)


def _tiny(seed: int) -> object:
    from generators.compass.backends.unconditional import Unconditional

    return Unconditional.tiny(seed)


def _resident_bytes(path: Path) -> int:
    return look_into(path).bytes_as("float32")  # what the CPU computes in; a GPU takes half of it


COMPASS = ModelSpec(
    name="compass",
    room="compass",
    load=_load,
    tiny=_tiny,
    size_bytes=_resident_bytes,
    peak_bytes=peak_bytes(_SIDE, _SIDE, _ROWS),
    devices=("cuda", "mps", "cpu"),
)
SPECS: tuple[ModelSpec, ...] = (COMPASS,)
