"""The compass room's models, as the model manager sees them. Torch-free."""

from __future__ import annotations

from pathlib import Path

from generators.compass.opening import look_into
from generators.progress import Progress
from generators.runtime.spec import CPU, Device, ModelSpec, Need, Setup, Ways

PEAK_BYTES = 512 << 20
"""Where nothing is known of the request; each job tells its own (memory.py)."""


def _load(path: Path, device: Device, progress: Progress) -> object:
    return _load_as(path, device, Setup(), progress)


def _load_as(path: Path, device: Device, setup: Setup, progress: Progress) -> object:
    from generators.compass.loading import load_backend

    return load_backend(path, device, progress, setup)


def _tiny(seed: int) -> object:
    from generators.compass.backends.unconditional import Unconditional

    return Unconditional.tiny(seed)


def _need(path: Path, device: Device, setup: Setup) -> Need:
    return look_into(path).need(device, setup)


def _smaller(path: Path, device: Device, setup: Setup) -> tuple[Setup, ...]:
    return look_into(path).smaller(device, setup)


def _size_bytes(path: Path) -> int:
    return _need(path, CPU, Setup()).device_bytes


COMPASS = ModelSpec(
    name="compass",
    room="compass",
    load=_load,
    tiny=_tiny,
    size_bytes=_size_bytes,
    peak_bytes=PEAK_BYTES,
    devices=("cuda", "mps", "cpu"),
    ways=Ways(_load_as, _need, _smaller),
)
SPECS: tuple[ModelSpec, ...] = (COMPASS,)
