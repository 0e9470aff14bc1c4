"""The clicks of a metronome. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Clicks:
    """A metronome: the frames of the beats, and which of them begin a bar."""

    frames: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    accents: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


def click_sound(sample_rate_hz: int, *, accent: bool) -> Samples:
    """The click of a metronome: a short falling tone, higher on the first beat."""
    time_s = np.arange(round(0.03 * sample_rate_hz)) / sample_rate_hz
    tone = 0.25 * np.sin(2 * np.pi * (1_760.0 if accent else 1_175.0) * time_s) * np.exp(-time_s / 0.006)
    return np.repeat(tone.astype(np.float32)[:, None], 2, axis=1)
