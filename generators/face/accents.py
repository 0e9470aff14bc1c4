"""How a voice moves a face: its loudness and pitch against the speaker's own, its stresses, and its phrases.

Brows rise with the pitch of the voice and at stressed syllables, heads nod there (Cavé et al., "About the relationship
between eyebrow movements and F0 variations", 1996; Graf et al., "Visual prosody", 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.face.curve_maths import FloatArray, Times, gaussian_smoothed, smoothstep
from generators.face.heard import Heard
from generators.face.request import FRAME_RATE_HZ

LOUDNESS_STEP_DB = 10.0
"""This much above the speaker's median is a loudness of 1."""
_MAX_LEVEL = 1.5
_MAX_SEMITONES = 12.0
_STRESS_GAP_S = 0.28
_STRESS_FLOOR = 0.25
_PAUSE_S = 0.2
_PHRASE_S = 0.3


@dataclass(frozen=True, eq=False)
class Accents:
    """A voice as a face follows it.

    At FRAME_RATE_HZ (frames,): `activity` 0..1, softened; `loudness` about -1.5..1.5 against the speaker's median, 0 in
    pauses; `semitones` -12..12 above the speaker's median pitch, carried over short gaps, 0 in pauses; `arousal` -1..1,
    softened. `stress_s` (k,) are the times of stressed syllables with `stress` (k,) 0..1; `phrase_start_s` and
    `phrase_end_s` the times where somebody begins and ends to speak.
    """

    activity: FloatArray
    loudness: FloatArray
    semitones: FloatArray
    arousal: FloatArray
    stress_s: Times
    stress: Times
    phrase_start_s: Times
    phrase_end_s: Times


def accents_of(heard: Heard) -> Accents:
    """The accents of what was heard."""
    spoken = heard.activity > 0.5
    soft = gaussian_smoothed(heard.activity, 0.1 * FRAME_RATE_HZ)
    loudness = _loudness(heard, spoken)
    semitones = _semitones(heard, spoken)
    times, strengths = _stresses(loudness, semitones, heard.activity)
    starts, ends = _phrases(spoken)
    return Accents(
        activity=soft,
        loudness=gaussian_smoothed(loudness, 0.08 * FRAME_RATE_HZ) * soft,
        semitones=gaussian_smoothed(semitones, 0.08 * FRAME_RATE_HZ) * soft,
        arousal=gaussian_smoothed(heard.arousal, 0.5 * FRAME_RATE_HZ),
        stress_s=times,
        stress=strengths,
        phrase_start_s=starts,
        phrase_end_s=ends,
    )


def _loudness(heard: Heard, spoken: npt.NDArray[np.bool_]) -> FloatArray:
    median = float(np.median(heard.loudness_db[spoken])) if spoken.any() else 0.0
    return np.asarray(np.clip((heard.loudness_db - median) / LOUDNESS_STEP_DB, -_MAX_LEVEL, _MAX_LEVEL), np.float32)


def _semitones(heard: Heard, spoken: npt.NDArray[np.bool_]) -> FloatArray:
    voiced = (heard.pitch_hz > 0.0) & spoken
    if not voiced.any():
        return np.zeros(heard.frames, np.float32)
    index = np.flatnonzero(voiced)
    height = 12.0 * np.log2(heard.pitch_hz[index])
    height = np.clip(height - np.median(height), -_MAX_SEMITONES, _MAX_SEMITONES)
    return np.interp(np.arange(heard.frames), index, height).astype(np.float32)


def _stresses(loudness: FloatArray, semitones: FloatArray, activity: FloatArray) -> tuple[Times, Times]:
    """Syllables that are louder and higher than what is around them."""
    height = loudness + semitones / 6.0
    standing = gaussian_smoothed(height, 0.05 * FRAME_RATE_HZ) - gaussian_smoothed(height, 0.5 * FRAME_RATE_HZ)
    standing *= gaussian_smoothed(activity, 0.05 * FRAME_RATE_HZ)
    if len(standing) < 3:
        return np.zeros(0), np.zeros(0)
    is_peak = (standing[1:-1] > standing[:-2]) & (standing[1:-1] >= standing[2:]) & (standing[1:-1] > _STRESS_FLOOR)
    peaks = np.flatnonzero(is_peak) + 1
    kept: list[int] = []
    gap = _STRESS_GAP_S * FRAME_RATE_HZ
    for peak in peaks.tolist():  # of two that are close the stronger stays
        if kept and peak - kept[-1] < gap:
            if standing[peak] > standing[kept[-1]]:
                kept[-1] = peak
        else:
            kept.append(peak)
    chosen = np.array(kept, dtype=np.int64)
    strengths = smoothstep(standing[chosen], 0.0, 1.2) if kept else np.zeros(0)
    return chosen / FRAME_RATE_HZ, np.asarray(strengths, dtype=np.float64)


def _phrases(spoken: npt.NDArray[np.bool_]) -> tuple[Times, Times]:
    """Where phrases begin and end; shorter pauses and shorter sounds than a phrase are passed over."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], spoken, [False]]).astype(np.int8)))
    runs = edges.reshape(-1, 2).tolist()
    joined: list[list[int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < _PAUSE_S * FRAME_RATE_HZ:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    phrases = [run for run in joined if run[1] - run[0] >= _PHRASE_S * FRAME_RATE_HZ]
    bounds = np.array(phrases, dtype=np.float64).reshape(-1, 2) / FRAME_RATE_HZ
    return bounds[:, 0], bounds[:, 1]


def bumps(times_s: Times, centres_s: Times, heights: Times, rise_s: float, fall_s: float) -> FloatArray:
    """Smooth bumps around `centres_s`, summed at `times_s` (both sorted): up within `rise_s`, down within `fall_s`."""
    total = np.zeros(len(times_s), dtype=np.float64)
    if not len(times_s):
        return total.astype(np.float32)
    first = int(np.searchsorted(centres_s, times_s[0] - fall_s))
    last = int(np.searchsorted(centres_s, times_s[-1] + rise_s, side="right"))
    for centre, height in zip(centres_s[first:last].tolist(), heights[first:last].tolist(), strict=True):
        begin = int(np.searchsorted(times_s, centre - rise_s))
        end = int(np.searchsorted(times_s, centre + fall_s))
        from_centre = times_s[begin:end] - centre
        t = np.where(from_centre < 0, 1.0 + from_centre / rise_s, 1.0 - from_centre / fall_s)
        total[begin:end] += height * t**3 * (t * (6.0 * t - 15.0) + 10.0)
    return total.astype(np.float32)
