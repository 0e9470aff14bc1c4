"""A film of the head: its curves drawn frame by frame, with the voice, as H.264 and AAC in MP4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.errors import BadRequest, BadSound
from generators.face.frame_rate import FRACTIONS, RATES, at_rate
from generators.face.mesh import Head
from generators.face.renderer import DARK, FRONT, HeadRenderer, Light, View
from generators.face.rigs import as_actions
from generators.face.sound import SoundReader
from generators.progress import Progress, silent
from generators.provenance import UNTOLD, Provenance
from generators.video import FilmWriter, Sound

SIZES: dict[str, tuple[int, int]] = {
    "512x512": (512, 512),
    "720x720": (720, 720),
    "1080x1080": (1080, 1080),
    "1920x1080": (1920, 1080),
}
"""The sizes that can be chosen, width by height."""
_SOUND_BLOCK = 1 << 15


@dataclass(frozen=True)
class Film:
    """How a film looks: `size` (width, height) even, `rate` one of RATES, the camera and the light."""

    size: tuple[int, int] = (1080, 1080)
    rate: str = "30"
    view: View = FRONT
    light: Light = DARK

    def __post_init__(self) -> None:
        width, height = self.size
        if width % 2 or height % 2 or not (64 <= width <= 4096 and 64 <= height <= 4096):
            raise BadRequest(f"A film cannot be {width} by {height}: choose even numbers from 64 to 4096.")
        if self.rate not in RATES:
            raise BadRequest(f"A film cannot have {self.rate} frames a second: choose {', '.join(RATES)}.")


def frame_count(duration_s: float, rate: str) -> int:
    """How many frames at `rate` last for `duration_s`, to the nearest, at least one."""
    numerator, denominator = FRACTIONS[rate]
    return max(1, round(duration_s * numerator / denominator))


def write_film(
    file: BinaryIO,
    curves: RigCurves,
    voice: Path | None,
    film: Film = Film(),
    progress: Progress = silent,
    head: Head | None = None,
    provenance: Provenance = UNTOLD,
) -> None:
    """Write the MP4 of `curves` (actions, or a rig that has a way back to them) to `file`, which can be sought in.

    With a `voice` the film is as long as it, to the nearest frame; the last row is held, or rows are cut off.
    `provenance` is what the file says of itself.

    Raises:
        BadRequest: `curves` are empty, or of a rig that the head cannot show.
        BadSound: the voice cannot be read.
        MissingDependency: PyAV, an encoder or OpenGL is missing.
        Cancelled: `progress` raised it.
    """
    if not len(curves.values):
        raise BadRequest("This take holds no frames: make it again from a recording that is not empty.")
    shown = at_rate(as_actions(curves), RATES[film.rate])
    duration_s = curves.duration_s if voice is None else _duration_s(voice)
    count = frame_count(duration_s, film.rate)
    rate = Fraction(*FRACTIONS[film.rate])
    sound = None if voice is None else _sound(voice)
    with FilmWriter(file, film.size, rate, provenance, sound) as writer, HeadRenderer(film.size, head) as renderer:
        for index in range(count):
            row = shown.values[min(index, len(shown.values) - 1)]
            drawn = renderer.draw(row, shown.names, view=film.view, light=film.light)
            # after the first picture: until then the driver compiles, and nobody answers for this process
            progress(index, count, f"frame {index + 1} of {count}")
            writer.add(drawn)
    progress(count, count, "film written")


def _duration_s(voice: Path) -> float:
    with SoundReader(voice) as reader:
        if not reader.facts.frames:
            raise BadSound(f"{voice.name} holds no sound: choose a recording that is longer than nothing.")
        return reader.facts.duration_s


def _sound(voice: Path) -> Sound:
    with SoundReader(voice) as reader:
        return Sound(reader.facts.sample_rate_hz, _blocks(voice))


def _blocks(voice: Path) -> Iterator[npt.NDArray[np.float32]]:
    """The voice (n, 2) in blocks: one channel on both sides, more than two averaged."""
    import soundfile

    try:
        with soundfile.SoundFile(voice) as file:
            while len(block := file.read(_SOUND_BLOCK, dtype="float32", always_2d=True)):
                if block.shape[1] != 2:
                    block = np.repeat(block.mean(axis=1, keepdims=True), 2, axis=1)
                yield np.clip(np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    except (soundfile.LibsndfileError, RuntimeError, OSError) as error:
        raise BadSound(f"{voice.name} is damaged: export it again from the program that made it.") from error
