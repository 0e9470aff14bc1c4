"""Films as every editor and phone plays them: H.264 and AAC in MP4 through PyAV, the same bytes each time.

with FilmWriter(file, (1280, 720), Fraction(30), provenance, Sound(48_000, blocks)) as film:
for picture in pictures:
film.add(picture)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np
import numpy.typing as npt

from generators.errors import MissingDependency
from generators.provenance import Provenance, film_tags, xmp_box

if TYPE_CHECKING:
    import av

VIDEO_ENCODERS = ("libx264", "libopenh264", "h264_videotoolbox", "h264_mf", "h264")
"""Encoders of H.264, the best first: which of them there are depends on how PyAV was built."""
AAC_RATES_HZ = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000)
BIT_EXACT = 0x0400
"""The flag of a container that holds neither dates nor versions, so that the same film has the same bytes."""


def pyav() -> Any:
    """PyAV.

    Raises:
        MissingDependency: it is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise MissingDependency("Films need the package av (PyAV): install it with pip.") from error
    return av


def as_video(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame in the colours of high-definition video."""
    return frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")


def video_stream(container: Any, size: tuple[int, int], rate: Fraction) -> Any:
    """A new H.264 stream of pictures of `size` (width, height), both even, at `rate` a second.

    Raises:
        MissingDependency: this build of PyAV has no encoder.
    """
    av = pyav()
    for name in VIDEO_ENCODERS:
        if name in av.codecs_available:
            break
    else:
        raise MissingDependency("No encoder of H.264 is in this build of PyAV: install the wheel of av from PyPI.")
    # x264's macroblock tree reads what was never written, and gives other bytes each time
    options = {"crf": "17", "preset": "faster", "x264-params": "mbtree=0"} if name == "libx264" else {}
    stream = container.add_stream(name, rate=rate, options=options)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = 1 / rate
    stream.codec_context.thread_count = 1  # several do not always choose the same bytes
    stream.codec_context.colorspace = 1  # BT.709, in all three
    stream.codec_context.color_primaries = 1
    stream.codec_context.color_trc = 1
    stream.codec_context.color_range = 1
    if not options:
        stream.bit_rate = int(size[0] * size[1] * float(rate) * 0.16)
    return stream


_SOUND_RATE_HZ = 48_000


@dataclass(frozen=True)
class Sound:
    """The sound of a film: `blocks` (n, 2) float32 in -1..1 at `sample_rate_hz`, one after the other.

    Always two channels, because players expect it and the encoder clicks at the beginning of a single one.
    """

    sample_rate_hz: int
    blocks: Iterator[npt.NDArray[np.float32]]


class FilmWriter:
    """An MP4 as it is written to `file`, which can be sought in: pictures, and the sound as far as they are.

    Pictures are of `size` (width, height), both even, at `rate` a second. Use it in a `with` block; what the file says
    of itself is `provenance`.

    Raises:
        MissingDependency: PyAV or an encoder is missing.
    """

    def __init__(
        self,
        file: BinaryIO,
        size: tuple[int, int],
        rate: Fraction,
        provenance: Provenance,
        sound: Sound | None = None,
    ) -> None:
        self._av = pyav()
        self._file, self._rate, self._provenance = file, rate, provenance
        self._count = 0
        self._container = self._av.open(file, "w", format="mp4")
        try:
            self._container.flags |= BIT_EXACT
            self._container.metadata.update(film_tags(provenance))
            self._pictures = video_stream(self._container, size, rate)
            self._sound = None if sound is None else _SoundTrack(self._av, self._container, sound)
        except BaseException:
            self._container.close()
            raise

    def add(self, picture: npt.NDArray[np.uint8]) -> None:
        """Add one picture (height, width, 3 or 4), and the sound up to its end."""
        form = "rgb24" if picture.shape[2] == 3 else "rgba"
        frame = self._av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format=form)
        frame.pts = self._count
        frame.time_base = 1 / self._rate
        self._count += 1
        self._container.mux(self._pictures.encode(as_video(frame)))
        if self._sound is not None:
            self._sound.write_until(float(self._count / self._rate))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._container.mux(self._pictures.encode(None))
                if self._sound is not None:
                    self._sound.finish()
        finally:
            self._container.close()
        if kind is None:
            self._file.seek(0, 2)
            self._file.write(xmp_box(self._provenance))


class _SoundTrack:
    """A sound as an AAC stream, read and encoded as far as the pictures are."""

    def __init__(self, av: Any, container: Any, sound: Sound) -> None:
        self._av, self._container = av, container
        self._rate_in_hz = sound.sample_rate_hz
        rate_hz = sound.sample_rate_hz if sound.sample_rate_hz in AAC_RATES_HZ else _SOUND_RATE_HZ
        self._stream = container.add_stream("aac", rate=rate_hz, layout="stereo")
        self._stream.bit_rate = 192_000
        self._resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate_hz)
        self._blocks = sound.blocks
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
