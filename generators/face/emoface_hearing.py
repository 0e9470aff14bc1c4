"""A recording of any length as EmoFace's network hears it, in windows of at most a minute.

Two passes over the sound. The first measures what the network takes of the whole recording: the mean and variance of
its samples, and those of each channel of the first convolution, whose norm is over time. The second hears.

Up to a minute (`WINDOW_S`) the result is that of the published code. wav2vec2 attends over its whole input, so beyond
a minute the published code cuts, and what is heard across a cut is lost. Here windows overlap, and the curves go over
from one to the next inside the overlap. Everything but this attention is exact at any length.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from generators.face.emoface import EmoFace
from generators.face.emoface_config import CONV_KERNEL, CONV_STRIDE, FRAME_RATE_HZ, SAMPLE_RATE_HZ
from generators.progress import Progress, part, silent

Floats = npt.NDArray[np.float32]
Blocks = Callable[[], Iterable[Floats]]
"""Gives the sound anew at each call: blocks (n,) of samples in -1..1 at 16 kHz, one channel."""

WINDOW_S = 60.0
OVERLAP_S = 8.0
_SPAN = 500  # features that are convolved at once: ten seconds
_HOP, _HEARD = math.prod(CONV_STRIDE), 400  # samples from one feature to the next, and that one feature hears
_VARIANCE_FLOOR = 1e-7  # of wav2vec2's own preparation of sound
_FIRST_PASS = 0.1


@dataclass(frozen=True, eq=False)
class HeardWindow:
    """The frames `begin` to `end` of `frames`: what was heard (end - begin, width), and how much of each counts.

    The shares (end - begin,) of all windows sum to 1 at every frame.
    """

    frames: int
    begin: int
    end: int
    vectors: Floats
    share: Floats


@dataclass(frozen=True)
class Whole:
    """What the network takes of a whole recording: see the head of this file.

    `samples` are counted after the padding of a recording too short for a single feature. `first_mean` and
    `first_variance` (channels,) are of the first convolution over the prepared sound.
    """

    samples: int
    mean: float
    scale: float
    first_mean: npt.NDArray[np.float64]
    first_variance: npt.NDArray[np.float64]

    @property
    def features(self) -> int:
        """How many features the convolutions give."""
        return (self.samples - _HEARD) // _HOP + 1

    @property
    def frames(self) -> int:
        """How many frames there are, counted as the published code does."""
        return max(1, int(self.samples / SAMPLE_RATE_HZ * FRAME_RATE_HZ))


def hear_windows(network: EmoFace, sound: Blocks, progress: Progress = silent) -> Iterator[HeardWindow]:
    """The windows of `sound` in order, each heard when it is asked for.

    Raises:
        Cancelled: from `progress`.
    """
    with torch.inference_mode():
        whole = _measure(network, sound, part(progress, 0.0, _FIRST_PASS))
    reader = _FeatureReader(network, sound, whole)
    windows = _windows(whole.frames)
    later = part(progress, _FIRST_PASS, 1.0)
    steps = len(windows) * (network.config.audio_layers + 1)
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        later(done, steps, "listening as EmoFace does")

    for index, (begin, end) in enumerate(windows):
        places = np.arange(begin, end, dtype=np.float64) * (whole.features - 1) / max(1, whole.frames - 1)
        low = min(int(places[0]), whole.features - 1)
        high = min(int(places[-1]) + 2, whole.features)
        with torch.inference_mode():
            features = _between(reader.read(low, high, later, done / steps), places - low)
            tick()
            vectors = network.hear(features, tick).cpu().numpy()
        before = windows[index - 1][1] if index else begin
        after = windows[index + 1][0] if index + 1 < len(windows) else end
        yield HeardWindow(whole.frames, begin, end, vectors, _share(begin, before, after, end))


def _measure(network: EmoFace, sound: Blocks, progress: Progress) -> Whole:
    kernel, hop = CONV_KERNEL[0], CONV_STRIDE[0]
    count, total, squares = 0, 0.0, 0.0
    first_count, channels = 0, network.config.audio_channels
    first_total, first_squares = np.zeros(channels), np.zeros(channels)
    carried = np.zeros(0, np.float32)
    offset = np.float32(0.0)
    for block in _padded(sound):
        if not count:
            offset = block.mean()  # measured from here, a constant offset takes none of single precision's digits
        count += len(block)
        centred = block - offset
        precise = centred.astype(np.float64)
        total += float(precise.sum())
        squares += float(precise @ precise)
        carried = np.concatenate([carried, centred])
        steps = (len(carried) - kernel) // hop + 1
        if steps > 0:
            made = network.first_convolution(_tensor(carried[: (steps - 1) * hop + kernel], network)).double()
            first_count += steps
            first_total += made.sum(dim=1).cpu().numpy()
            first_squares += made.square().sum(dim=1).cpu().numpy()
            carried = carried[steps * hop :]
        progress(count, count + SAMPLE_RATE_HZ, "measuring the sound")
    mean = total / count
    variance = max(0.0, squares / count - mean * mean)
    scale = 1.0 / math.sqrt(variance + _VARIANCE_FLOOR)
    # the convolution has no bias, so what it makes of (x - mean) * scale follows from what it makes of x
    of_one = network.first_convolution(torch.ones(kernel, device=network.device)).double()[:, 0].cpu().numpy()
    raw_mean = first_total / first_count
    raw_variance = np.maximum(0.0, first_squares / first_count - raw_mean**2)
    return Whole(count, float(offset) + mean, scale, (raw_mean - mean * of_one) * scale, raw_variance * scale**2)


def _padded(sound: Blocks) -> Iterator[Floats]:
    """The blocks of `sound`, in pieces of bounded length, and silence after them if one feature needs more."""
    count = 0
    for block in sound():
        for begin in range(0, len(block), _SPAN * _HOP):
            piece = block[begin : begin + _SPAN * _HOP]
            count += len(piece)
            yield piece
    if count < _HEARD:
        yield np.zeros(_HEARD - count, np.float32)


def _windows(frames: int) -> list[tuple[int, int]]:
    """First and last frame (exclusive) of each window: as few and as equal as can be, each overlapping the next."""
    longest, overlap = int(WINDOW_S * FRAME_RATE_HZ), int(OVERLAP_S * FRAME_RATE_HZ)
    count = max(1, math.ceil((frames - overlap) / (longest - overlap)))
    length = math.ceil((frames + (count - 1) * overlap) / count)
    begins = [index * (length - overlap) for index in range(count)]
    return [(begin, min(begin + length, frames)) for begin in begins]


def _share(begin: int, before: int, after: int, end: int) -> Floats:
    """How much of each frame `begin` to `end` this window gives; `before` ends the last one, `after` begins the next.

    It goes over in the middle half of each overlap: at a window's very edge the network hears silence beyond it.
    """
    at = np.arange(begin, end) + 0.5
    share = np.ones(end - begin)
    if before > begin:
        share = np.clip((at - begin) / (before - begin) * 2.0 - 0.5, 0.0, 1.0)
    if after < end:
        share = share * np.clip(1.5 - (at - after) / (end - after) * 2.0, 0.0, 1.0)
    return share.astype(np.float32)


def _between(features: Tensor, places: npt.NDArray[np.float64]) -> Tensor:
    """`features` (k, channels) interpolated at `places` (frames,), as torch's `interpolate` with corners aligned."""
    last = len(features) - 1
    low = np.clip(places.astype(np.int64), 0, last)
    share = torch.from_numpy((places - low).astype(np.float32)).to(features.device)[:, None]
    below = features[torch.from_numpy(low).to(features.device)]
    above = features[torch.from_numpy(np.minimum(low + 1, last)).to(features.device)]
    return below * (1.0 - share) + above * share


class _FeatureReader:
    """Features of the whole recording in order, read once; those that the next window shares are kept."""

    def __init__(self, network: EmoFace, sound: Blocks, whole: Whole) -> None:
        self._network = network
        self._whole = whole
        self._blocks = iter(_padded(sound))
        self._mean = torch.from_numpy(whole.first_mean.astype(np.float32)).to(network.device)
        self._variance = torch.from_numpy(whole.first_variance.astype(np.float32)).to(network.device)
        self._samples = np.zeros(0, np.float32)  # those from the next feature on
        self._begin = 0  # the index of the first feature that is kept
        self._kept = torch.zeros((0, network.config.audio_channels), device=network.device)

    def read(self, low: int, high: int, progress: Progress, done: float) -> Tensor:
        """Features `low` to `high` (exclusive); `low` never goes back."""
        pieces = [self._kept[low - self._begin :]]
        end = self._begin + len(self._kept)
        while end < high:
            count = min(_SPAN, high - end)
            samples = self._take((count - 1) * _HOP + _HEARD, count * _HOP)
            prepared = (samples - np.float32(self._whole.mean)) * np.float32(self._whole.scale)
            pieces.append(self._network.convolve(_tensor(prepared, self._network), self._mean, self._variance))
            end += count
            progress(done, 1.0, "hearing the sound")
        self._begin, self._kept = low, torch.cat(pieces)
        return self._kept[: high - low]

    def _take(self, count: int, used: int) -> Floats:
        """The next `count` samples, of which the first `used` are not asked for again."""
        blocks, length = [self._samples], len(self._samples)
        while length < count:
            block = next(self._blocks)
            blocks.append(block)
            length += len(block)
        joined = np.concatenate(blocks)
        self._samples = joined[used:]
        return joined[:count]


def _tensor(samples: Floats, network: EmoFace) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(samples, dtype=np.float32)).to(network.device)
