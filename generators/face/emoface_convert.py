"""From a published checkpoint of EmoFace to a model that can be chosen: safetensors with a card. Torch-free.

The checkpoint is a pickle from somewhere on the net. It is opened by a process of its own that can do next to nothing
(emoface_reader.py), and only names and shapes that are EmoFace's come out of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from pathlib import Path

from generators.errors import BadInput, BadRequest, ModelError, output_error
from generators.face.emoface_config import FORMAT, LICENCE, PUBLISHED, EmoFaceConfig, config_text
from generators.progress import Progress, part, silent
from generators.runtime.limited import Limits, run_limited
from generators.runtime.weights import read_header

MAX_CHECKPOINT_BYTES = 4 << 30
_READER = "generators.face.emoface_reader"
_ROOM_BYTES = 1 << 30
_HEADER_BYTES = 4 << 20
_BLOCK_BYTES = 4 << 20
_MAX_ORIGIN = 500


def convert_checkpoint(
    source: Path,
    folder: Path,
    *,
    name: str = FORMAT,
    origin: str = "",
    config: EmoFaceConfig = PUBLISHED,
    progress: Progress = silent,
) -> Path:
    """Write `folder`/`name`.safetensors and its card from the checkpoint `source`, and return the path of the weights.

    `origin` is where the user says that the checkpoint came from; the card repeats it.

    Raises:
        BadInput: `source` cannot be read, is no checkpoint of EmoFace, or wants more than one needs.
        BadRequest: the name or the origin cannot be used.
        OutputError: the result cannot be written; nothing is left of it.
        Cancelled: from `progress`; likewise.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise BadRequest(f"“{name}” cannot be the name of a model: use letters, digits, dots, dashes and underscores.")
    origin = " ".join(origin.split())
    if len(origin) > _MAX_ORIGIN:
        raise BadRequest(f"The origin may have at most {_MAX_ORIGIN} letters: shorten it.")
    digest, size = _digest(source, part(progress, 0.0, 0.2))
    target, card = folder / f"{name}.safetensors", folder / f"{name}.md"
    metadata = {
        "card": card.name,
        "config": config_text(config),
        "licence": LICENCE,
        "name": name,
        "origin": origin,
        "room": "face",
        "source_sha256": digest,
        "spec": FORMAT,
        "title": "EmoFace",
    }
    limits = Limits(memory_bytes=size + _ROOM_BYTES, result_bytes=size + _HEADER_BYTES)
    words = [source.name, config_text(config), json.dumps(metadata)]
    temporary = folder / f".{name}.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as file, temporary.open("wb") as result:
            run_limited(_READER, words, file, result, limits, part(progress, 0.2, 1.0))
            os.fsync(result.fileno())
        _look_at(temporary, source)
        card.write_text(_card(name, source, digest, origin, temporary.stat().st_size), encoding="utf-8")
        temporary.replace(target)
    except OSError as error:
        raise output_error(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return target


def _digest(source: Path, progress: Progress) -> tuple[str, int]:
    digest, done = hashlib.sha256(), 0
    try:
        if not source.is_file():
            raise BadInput(f"{source} is not a file that can be read: choose the checkpoint (a .pth file).")
        size = source.stat().st_size
        if size > MAX_CHECKPOINT_BYTES:
            raise BadInput(f"{source.name} has {size / 1e9:.1f} GB, more than a checkpoint of EmoFace can: not opened.")
        with source.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                done += len(block)
                progress(done, size, f"reading {source.name}")
    except OSError as error:
        raise BadInput(f"{source} cannot be read ({error.strerror}): check that it is still there.") from error
    return digest.hexdigest(), done


def _look_at(written: Path, source: Path) -> None:
    """What the limited process wrote is looked at before it counts."""
    try:
        read_header(written)
    except ModelError as error:
        raise BadInput(f"{source.name} could not be converted: what came out is damaged. Convert it again.") from error


def _card(name: str, source: Path, digest: str, origin: str, size: int) -> str:
    return f"""# EmoFace

Licence: {LICENCE}

These are the weights of EmoFace (Liu et al., “EmoFace: Audio-driven Emotional 3D Face Animation”, IEEE VR 2024),
converted from a checkpoint by `affect-studio models convert`. They do not come with Affect Studio. Their licence,
Creative Commons Attribution-NonCommercial 4.0, asks you to name the authors and forbids commercial use.

- Name here: {name}
- Converted from: {source.name}
- SHA-256 of that file: {digest}
- Where it came from, as told by who converted it: {origin or "not told"}
- Size: {size / 1e6:,.1f} MB
- What it makes: 174 controllers of a MetaHuman face at 60 frames a second from a voice and a mixture of seven emotions.
"""
