"""The face room's models, as the model manager sees them."""

from __future__ import annotations

from pathlib import Path

from generators.face.emoface_spec import EMOFACE
from generators.face.request import SHIPPED_MODEL
from generators.progress import Progress
from generators.runtime.spec import Device, ModelSpec
from generators.runtime.weights import tensor_bytes


def _load(path: Path, device: Device, progress: Progress) -> object:  # noqa: ARG001 - one core's numpy is fast enough
    from generators.face.model import load_model

    return load_model(path, progress)


def _tiny(seed: int) -> object:
    from generators.face.model import tiny_model

    return tiny_model(seed)


def _resident_bytes(path: Path) -> int:
    # stored in half precision, computed in single
    return 2 * tensor_bytes(path)


FACE_SMALL = ModelSpec(
    name=SHIPPED_MODEL, room="face", load=_load, tiny=_tiny, size_bytes=_resident_bytes, peak_bytes=32 << 20
)
SPECS: tuple[ModelSpec, ...] = (FACE_SMALL, EMOFACE)
