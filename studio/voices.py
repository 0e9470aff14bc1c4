"""Sound files as voices: checked and named by their hash, and their samples for playing. No Qt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generators.errors import BadSound
from generators.face.resample import Resampler
from generators.face.sound import SoundReader
from studio.disk_voice import DiskVoice
from studio.mixer import Samples

SUFFIXES = frozenset(
    {".wav", ".flac", ".aif", ".aiff", ".aifc", ".ogg", ".oga", ".opus", ".mp3", ".caf", ".w64", ".au"}
)
FILTERS = ("Sound files (*.wav *.flac *.aif *.aiff *.aifc *.ogg *.oga *.opus *.mp3 *.caf *.w64 *.au)", "All files (*)")
MAX_FILE_BYTES = 2 << 30
MAX_FILES = 500
MAX_HELD_S = 600.0
"""A longer recording is not held in memory: it plays from its file."""
_HASH_BYTES = 1 << 20
_READ_FRAMES = 1 << 18


@dataclass(frozen=True)
class VoiceFile:
    """A sound file that can be used: its hash, what it is called, and how long it is."""

    path: Path
    name: str
    sha256: str
    duration_s: float


def plain_name(text: str) -> str:
    """A file's name as text that can be stored: what is no text in it becomes question marks."""
    return text.encode("utf-8", "replace").decode()


def looks_like_voice(path: Path) -> bool:
    """Whether a file is a sound by its name, or a folder that may hold some."""
    return path.suffix.lower() in SUFFIXES or path.is_dir()


def voices_in(paths: Iterable[Path]) -> tuple[tuple[Path, ...], bool]:
    """The sound files among `paths`, those of folders in the order of their names; and whether some were left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file()]
            found += sorted(inside, key=_natural)
        else:
            found.append(path)
    return tuple(found[:MAX_FILES]), len(found) > MAX_FILES


def _natural(path: Path) -> list[tuple[int, str]]:
    """A key for which line_2 comes before line_10."""
    parts: list[tuple[int, str]] = []
    digits = ""
    for letter in f"{path.name.casefold()}\0":
        if letter.isdigit() and letter.isascii():
            digits += letter
            continue
        if digits:
            parts.append((int(digits), ""))
            digits = ""
        parts.append((-1, letter))
    return parts


def examine(path: Path) -> VoiceFile:
    """Check a sound file, and name its bytes.

    Raises:
        BadSound: it cannot be used as a voice; the message says why.
    """
    try:
        size = path.stat().st_size if path.is_file() else 0
    except OSError as error:
        raise BadSound(f"{path.name} cannot be read: check that it is still there and may be opened.") from error
    if size > MAX_FILE_BYTES:
        raise BadSound(f"{path.name} has {size / 1e9:.1f} GB where recordings up to 2 GB are kept: cut it into parts.")
    with SoundReader(path) as reader:
        duration_s = reader.facts.duration_s
    hashed = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_HASH_BYTES):
                hashed.update(piece)
    except OSError as error:
        raise BadSound(f"{path.name} cannot be read: check that it is still there and may be opened.") from error
    return VoiceFile(path, plain_name(path.stem), hashed.hexdigest(), duration_s)


def samples_of(path: Path, rate_hz: int) -> Samples | DiskVoice:
    """The voice in a file as (frames, 2) at `rate_hz`, both sides alike; a long one is read as it plays.

    Raises:
        BadSound: it cannot be used; the message says why.
    """
    import soundfile

    with SoundReader(path) as reader:
        facts = reader.facts
    if facts.duration_s > MAX_HELD_S:
        return DiskVoice(path, rate_hz)
    resampler = Resampler(facts.sample_rate_hz, rate_hz)
    parts: list[np.ndarray] = []
    try:
        with soundfile.SoundFile(str(path)) as file:
            while len(block := file.read(_READ_FRAMES // facts.channels, dtype="float32", always_2d=True)):
                mono = np.nan_to_num(block.mean(axis=1, dtype=np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
                parts.append(resampler.push(np.clip(mono, -1.0, 1.0)))
    except (soundfile.LibsndfileError, RuntimeError, OSError) as error:
        raise BadSound(f"{path.name} is damaged: export it again from the program that made it.") from error
    parts.append(resampler.finish())
    mono = np.ascontiguousarray(np.concatenate(parts), dtype=np.float32)
    return np.broadcast_to(mono[:, None], (len(mono), 2))
