"""Sound and curves laid on the time of a scene: as long as it to the sample, and beginning where it says.

So whatever leaves together can be laid into a DAW or an editor at its beginning, and fits.
"""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.artifacts import Audio, RigCurves

SAMPLE_RATE_HZ = 48_000
"""The rate of all sound in a bundle: that of films."""
FADE_S = 0.03
"""How long sound that goes on beyond the end of the scene fades out."""

Samples = npt.NDArray[np.float32]


def frames_of(duration_s: float, rate_hz: float) -> int:
    """How many samples or frames last for `duration_s`, to the nearest, at least one."""
    return max(1, round(duration_s * rate_hz))


def cut_sound(audio: Audio, duration_s: float) -> Audio:
    """`audio` as long as `duration_s`: followed by silence, or faded out over the last FADE_S and cut.

    The same cut of parts that sum to a whole gives parts that sum to the whole's cut.
    """
    count = frames_of(duration_s, audio.sample_rate_hz)
    given = audio.samples[:count]
    samples = np.zeros((count, audio.samples.shape[1]), dtype=np.float32)
    samples[: len(given)] = given
    if len(audio.samples) > count:
        fade = min(count, round(FADE_S * audio.sample_rate_hz))
        samples[count - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
    return Audio(samples, audio.sample_rate_hz)


def voice_sound(path: Path, start_s: float, duration_s: float, rate_hz: int = SAMPLE_RATE_HZ) -> Audio:
    """The recording `path` as it lies in a scene: from `start_s` on, with silence around it, in one channel or two.

    Raises:
        BadSound: the recording is missing, damaged or none.
    """
    from generators.face.sound import read_beginning

    samples = read_beginning(path, rate_hz, max(1, math.ceil((duration_s - start_s + FADE_S) * rate_hz)))
    begin = min(round(start_s * rate_hz), frames_of(duration_s, rate_hz))
    laid = np.zeros((begin + len(samples), samples.shape[1]), dtype=np.float32)
    laid[begin:] = samples
    return cut_sound(Audio(laid, rate_hz), duration_s)


def laid_curves(curves: RigCurves, start_s: float, duration_s: float) -> RigCurves:
    """`curves` that begin at `start_s` as they lie in a scene of `duration_s`: the first and last pose are held."""
    count = frames_of(duration_s, curves.frame_rate_hz)
    places = np.arange(count) - round(start_s * curves.frame_rate_hz)
    rows = curves.values[np.clip(places, 0, len(curves.values) - 1)]
    return dataclasses.replace(curves, values=rows)
