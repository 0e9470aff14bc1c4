"""EmoFace's network, as the model manager sees it. Torch-free."""

from __future__ import annotations

from pathlib import Path

from generators.face.emoface_config import FORMAT
from generators.progress import Progress
from generators.runtime.spec import Device, ModelSpec
from generators.runtime.weights import read_header


def _load(path: Path, device: Device, progress: Progress) -> object:
    from generators.face.emoface import load_network

    return load_network(path, device, progress)


def _tiny(seed: int) -> object:
    from generators.face.emoface import tiny_network

    return tiny_network(seed)


def _resident_bytes(path: Path) -> int:
    return 4 * read_header(path).parameters  # computed in single precision, however it is stored


EMOFACE = ModelSpec(
    name=FORMAT,
    room="face",
    load=_load,
    tiny=_tiny,
    size_bytes=_resident_bytes,
    peak_bytes=512 << 20,  # measured, for windows of a minute
    devices=("cuda", "mps", "cpu"),
)
