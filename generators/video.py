"""Films of pictures as every editor and phone plays them: H.264 through PyAV, the same bytes each time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from generators.errors import MissingDependency

if TYPE_CHECKING:
    import av

VIDEO_ENCODERS = ("libx264", "libopenh264", "h264_videotoolbox", "h264_mf", "h264")
"""Encoders of H.264, the best first: which of them there are depends on how PyAV was built."""
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
    options = {"crf": "17", "preset": "medium", "x264-params": "mbtree=0"} if name == "libx264" else {}
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
