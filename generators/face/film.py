"""A film of the head: its curves drawn frame by frame, with the voice, as H.264 and AAC in MP4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

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
from generators.video import BIT_EXACT, as_video, pyav, video_stream

SIZES: dict[str, tuple[int, int]] = {
    "512x512": (512, 512),
    "720x720": (720, 720),
    "1080x1080": (1080, 1080),
    "1920x1080": (1920, 1080),
}
"""The sizes that can be chosen, width by height."""
AAC_RATES_HZ = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000)
_SOUND_RATE_HZ = 48_000
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
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write the MP4 of `curves` (actions, or a rig that has a way back to them) to `file`, which can be sought in.

    With a `voice` the film is as long as it, to the nearest frame; the last row is held, or rows are cut off. `tags`
    are kept in the file (title, comment, description).

    Raises:
        BadRequest: `curves` are empty, or of a rig that the head cannot show.
        BadSound: the voice cannot be read.
        MissingDependency: PyAV, an encoder or OpenGL is missing.
        Cancelled: `progress` raised it.
    """
    av = pyav()
    if not len(curves.values):
        raise BadRequest("This take holds no frames: make it again from a recording that is not empty.")
    shown = at_rate(as_actions(curves), RATES[film.rate])
    duration_s = curves.duration_s if voice is None else _duration_s(voice)
    count = frame_count(duration_s, film.rate)
    numerator, denominator = FRACTIONS[film.rate]
    with closing(av.open(file, "w", format="mp4")) as container:
        container.flags |= BIT_EXACT
        container.metadata.update(tags or {})
        picture = video_stream(container, film.size, Fraction(numerator, denominator))
        sound = None if voice is None else _Sound(av, container, voice)
        with HeadRenderer(film.size, head) as renderer:
            for index in range(count):
                row = shown.values[min(index, len(shown.values) - 1)]
                drawn = renderer.draw(row, shown.names, view=film.view, light=film.light)
                # after the first picture: until then the driver compiles, and nobody answers for this process
                progress(index, count, f"frame {index + 1} of {count}")
                frame = av.VideoFrame.from_ndarray(drawn, format="rgba")
                frame.pts = index
                frame.time_base = Fraction(denominator, numerator)
                container.mux(picture.encode(as_video(frame)))
                if sound is not None:
                    sound.write_until((index + 1) * denominator / numerator)
        container.mux(picture.encode(None))
        if sound is not None:
            sound.finish()
    progress(count, count, "film written")


def _duration_s(voice: Path) -> float:
    with SoundReader(voice) as reader:
        if not reader.facts.frames:
            raise BadSound(f"{voice.name} holds no sound: choose a recording that is longer than nothing.")
        return reader.facts.duration_s


class _Sound:
    """The voice as an AAC stream, read and encoded as far as the pictures are."""

    def __init__(self, av: Any, container: Any, voice: Path) -> None:
        self._av, self._container = av, container
        with SoundReader(voice) as reader:
            facts = reader.facts
        self._rate_in_hz = facts.sample_rate_hz
        rate_hz = facts.sample_rate_hz if facts.sample_rate_hz in AAC_RATES_HZ else _SOUND_RATE_HZ
        self._stream = container.add_stream("aac", rate=rate_hz, layout="stereo")
        self._stream.bit_rate = 192_000
        self._resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate_hz)
        self._blocks = _blocks(voice)
        self._read = 0
        self._ended = False

    def write_until(self, time_s: float) -> None:
        """Encode the sound up to `time_s` at least."""
        while not self._ended and self._read < time_s * self._rate_in_hz:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
                return
            self._push(block)

    def _push(self, block: npt.NDArray[np.float32]) -> None:
        frame = self._av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
        frame.sample_rate = self._rate_in_hz
        frame.pts = self._read
        frame.time_base = Fraction(1, self._rate_in_hz)
        self._read += len(block)
        for resampled in self._resampler.resample(frame):
            self._container.mux(self._stream.encode(resampled))

    def finish(self) -> None:
        """Encode the rest."""
        self.write_until(float("inf"))
        for resampled in self._resampler.resample(None):
            self._container.mux(self._stream.encode(resampled))
        self._container.mux(self._stream.encode(None))


def _blocks(voice: Path) -> Iterator[npt.NDArray[np.float32]]:
    """The voice (n, 2) in blocks: one channel on both sides, more than two averaged.

    Always two, because players expect it and the encoder clicks at the beginning of a single channel.
    """
    import soundfile

    try:
        with soundfile.SoundFile(voice) as file:
            while len(block := file.read(_SOUND_BLOCK, dtype="float32", always_2d=True)):
                if block.shape[1] != 2:
                    block = np.repeat(block.mean(axis=1, keepdims=True), 2, axis=1)
                yield np.clip(np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    except (soundfile.LibsndfileError, RuntimeError, OSError) as error:
        raise BadSound(f"{voice.name} is damaged: export it again from the program that made it.") from error
