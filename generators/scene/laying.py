"""Sound and curves laid on the time of a scene: as long as it to the sample, and beginning where it says.

So whatever leaves together can be laid into a DAW or an editor at its beginning, and fits.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from generators.artifacts import Audio, RigCurves
from generators.progress import Progress, silent
from generators.scene.mixing import fade_to_end, read_sound

SAMPLE_RATE_HZ = 48_000
"""The rate of all sound in a bundle: that of films."""


def frames_of(duration_s: float, rate_hz: float) -> int:
    """How many samples or frames last for `duration_s`, to the nearest, at least one."""
    return max(1, round(duration_s * rate_hz))


def laid_music(audio: Audio, duration_s: float) -> Audio:
    """Music as long as `duration_s`, dying away towards the end as it does in the mix.

    Stems that sum to the music before do so after.
    """
    count = frames_of(duration_s, audio.sample_rate_hz)
    samples = np.zeros((count, audio.samples.shape[1]), dtype=np.float32)
    given = audio.samples[:count]
    samples[: len(given)] = given
    fade_to_end(samples, audio.sample_rate_hz)
    return Audio(samples, audio.sample_rate_hz)


def laid_voice(path: Path, start_s: float, duration_s: float, progress: Progress = silent) -> Audio:
    """The recording `path` as it lies in a scene: from `start_s` on, with silence around it.

    Raises:
        BadSound: the recording is missing, damaged or none.
    """
    count = frames_of(duration_s, SAMPLE_RATE_HZ)
    samples = np.zeros((count, 2), dtype=np.float32)
    begin = round(start_s * SAMPLE_RATE_HZ)
    if begin < count:
        spoken = read_sound(path, SAMPLE_RATE_HZ, count - begin, progress)
        samples[begin : begin + len(spoken)] = spoken
    return Audio(samples, SAMPLE_RATE_HZ)


def laid_curves(curves: RigCurves, start_s: float, duration_s: float) -> RigCurves:
    """`curves` that begin at `start_s` as they lie in a scene of `duration_s`: the first and last pose are held."""
    count = frames_of(duration_s, curves.frame_rate_hz)
    places = np.arange(count) - round(start_s * curves.frame_rate_hz)
    rows = curves.values[np.clip(places, 0, len(curves.values) - 1)]
    return dataclasses.replace(curves, values=rows)
