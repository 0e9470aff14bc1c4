"""A performance whose face is EmoFace's: it speaks and feels by its network; eyes, head, strengths, edits are ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.face.accents import accents_of
from generators.face.emoface import EmoFace
from generators.face.emoface_config import EMOTIONS
from generators.face.emoface_curves import Mixture, as_metahuman, moved, threads
from generators.face.emoface_hearing import Floats, HeardWindow
from generators.face.feeling import Feeling, feeling_of
from generators.face.heard import Heard
from generators.face.prototypes import FEELINGS
from generators.face.request import PerformRequest
from generators.face.rigs.metahuman import MetaHumanRig

MAX_KEPT_BYTES = 96 << 20
# EmoFace has seven emotions; what else the plane holds is shown by the nearest of them, in part.
_SHOWN_AS: dict[str, dict[str, float]] = {"content": {"happy": 0.4}, "tired": {"sad": 0.35}}


@dataclass(frozen=True, eq=False)
class KeptWindows:
    """All that EmoFace's network heard of a voice, so that another feeling needs no listening."""

    windows: tuple[HeardWindow, ...]

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return sum(window.vectors.nbytes + window.share.nbytes for window in self.windows)


def kept_if_small(windows: Iterable[HeardWindow], keep: Callable[[KeptWindows], None]) -> Iterator[HeardWindow]:
    """The same windows; at their end `keep` gets them all, unless they are too much to hold at once."""
    held: list[HeardWindow] | None = []
    for window in windows:
        if window.frames * window.vectors.shape[1] * window.vectors.itemsize > MAX_KEPT_BYTES:
            held = None
        if held is not None:
            held.append(window)
        yield window
    if held:
        keep(KeptWindows(tuple(held)))


def face_actions(request: PerformRequest, heard: Heard, network: EmoFace, windows: Iterable[HeardWindow]) -> Floats:
    """EmoFace's face as action curves (frames of `heard`, actions), with the feeling that `request` asks for.

    A feeling is shown at most as strongly as the network knows it, whatever the intensity.

    Raises:
        BadRequest: a mixture of feelings holds a value that cannot be used.
        Cancelled: from the windows' progress.
    """
    feeling = feeling_of(request, accents_of(heard), heard.duration_s)
    with threads():
        curves = as_metahuman(moved(network, windows, mixture_of_feeling(feeling)))
    values = MetaHumanRig().to_actions(curves).values
    nearest = np.minimum(np.arange(heard.frames), len(values) - 1)  # the two count the last frame differently
    return values[nearest]


def mixture_of_feeling(feeling: Feeling) -> Mixture:
    """EmoFace's emotions over time for what is felt; what is missing to 1 is neutral, and nothing goes beyond it."""
    table = np.zeros((len(FEELINGS), len(EMOTIONS)), np.float32)
    for row, name in enumerate(FEELINGS):
        for emotion, amount in _SHOWN_AS.get(name, {name: 1.0}).items():
            table[row, EMOTIONS.index(emotion)] = amount
    neutral = EMOTIONS.index("neutral")

    def mixture(times_s: npt.NDArray[np.float64]) -> Floats:
        amounts = np.maximum(feeling.at(times_s), 0.0) @ table
        amounts /= np.maximum(amounts.sum(axis=1, keepdims=True), 1.0)
        amounts[:, neutral] += 1.0 - amounts.sum(axis=1)
        return np.asarray(amounts, dtype=np.float32)

    return mixture
