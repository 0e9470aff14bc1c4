"""Blinks, saccades and fixations measured on action curves, beside what is published about people.

What lasts a few frames is measured by its centre and spread rather than by counting frames: a saccade of 50 ms is three
frames long.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.face.curve_maths import FloatArray

_SHUT = 0.95
_MOVED = 0.02
_MAX_BLINK_S = 0.8
_SACCADE_DEG_PER_S = 30.0
_LOOK_RADIUS_DEG = 4.0
_JERK_SPREAD = math.sqrt(1.0 / 28.0)
"""Standard deviation in time of the speed of a minimum-jerk movement, as a share of its duration."""
_LARGE_DEG = 15.0
_LEAST_SACCADE_DEG = 1.0


@dataclass(frozen=True)
class Row:
    """One measure of eyes, with the range that is published; `value` is NaN where there was nothing to measure."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str

    @property
    def is_inside(self) -> bool:
        """Whether the value lies in the published range."""
        return self.low <= self.value <= self.high


@dataclass(frozen=True, eq=False)
class Movements:
    """What was found in curves, in seconds and degrees.

    `blink_s` (b,) when lids met, `closing_s` and `opening_s` (b,) from open to shut and back, `blink_depth` (b,).
    `shift_s`, `shift_deg`, `shift_duration_s` (k,) are saccades. `look_s` and `away_s` are how long somebody was looked
    at, and not, between the first and the last change.
    """

    blink_s: npt.NDArray[np.float64]
    closing_s: npt.NDArray[np.float64]
    opening_s: npt.NDArray[np.float64]
    blink_depth: npt.NDArray[np.float64]
    shift_s: npt.NDArray[np.float64]
    shift_deg: npt.NDArray[np.float64]
    shift_duration_s: npt.NDArray[np.float64]
    look_s: npt.NDArray[np.float64]
    away_s: npt.NDArray[np.float64]
    duration_s: float


def measure(curves: RigCurves) -> Movements:
    """Find blinks, saccades and looks in action curves."""
    rate_hz = curves.frame_rate_hz
    blink_s, closing_s, opening_s, depth = _blinks(curves.column("blink_left"), rate_hz).T
    # where somebody looks is where eyes and head together point
    yaw = curves.column("gaze_yaw_left") + curves.column("head_yaw")
    pitch = curves.column("gaze_pitch_left") + curves.column("head_pitch")
    shift_s, shift_deg, shift_duration_s = _shifts(yaw, pitch, rate_hz).T
    look_s, away_s = _looks(yaw, pitch, rate_hz)
    return Movements(
        blink_s, closing_s, opening_s, depth, shift_s, shift_deg, shift_duration_s, look_s, away_s, curves.duration_s
    )


def statistics_of(curves: RigCurves) -> tuple[Row, ...]:
    """The measures of eyes on curves of somebody who speaks, with the published ranges."""
    found = measure(curves)
    intervals = np.diff(found.blink_s)
    large = found.shift_deg > 33.0
    slope, base = _duration_line(found)
    doughty, trutoiu, lee = "Doughty 2001", "Trutoiu 2011", "Lee 2002"
    rows = [
        Row("blinks", 60.0 * len(found.blink_s) / max(found.duration_s, 1e-9), 10.5, 32.5, "a minute", doughty),
        Row("blink interval, skewness", _skewness(intervals), 0.3, 10.0, "", doughty),
        Row("blink closing", 1e3 * _mean(found.closing_s), 70.0, 115.0, "ms", trutoiu),
        Row("blink opening", 1e3 * _mean(found.opening_s), 190.0, 290.0, "ms", trutoiu),
        Row("blink closure", _mean(found.blink_depth), 0.97, 1.0, "", trutoiu),
        Row("saccade duration, at 0 degrees", 1e3 * base, 20.0, 30.0, "ms", lee),
        Row("saccade duration, a degree", 1e3 * slope, 2.2, 2.7, "ms", lee),
        Row("saccades under 15 degrees", 100.0 * _mean(found.shift_deg < _LARGE_DEG), 85.0, 100.0, "%", lee),
        Row("look at", _mean(found.look_s), 2.3, 3.9, "s", lee),
        Row("look away", _mean(found.away_s), 0.7, 1.2, "s", lee),
    ]
    if large.any():
        near = [bool((np.abs(found.blink_s - time_s) < 0.5).any()) for time_s in found.shift_s[large]]
        rows.append(Row("blinks with shifts over 33 degrees", 100.0 * float(np.mean(near)), 50.0, 100.0, "%", lee))
    return tuple(rows)


def table(rows: tuple[Row, ...]) -> str:
    """The rows as lines of text, aligned: measured, published, inside or not."""
    lines = [f"{'':36}{'measured':>10}  {'published':>14}  {'':8}"]
    for row in rows:
        inside = "" if row.is_inside else "  outside"
        published = f"{row.low:g}–{row.high:g}"
        lines.append(f"{row.name:36}{row.value:10.2f}  {published:>14}  {row.unit:9}{row.source}{inside}")
    return "\n".join(lines)


def _mean(values: npt.NDArray[np.float64] | npt.NDArray[np.bool_]) -> float:
    return float(np.mean(values)) if len(values) else math.nan


def _skewness(values: npt.NDArray[np.float64]) -> float:
    if len(values) < 3 or values.std() == 0.0:
        return math.nan
    return float((((values - values.mean()) / values.std()) ** 3).mean())


def _blinks(lid: FloatArray, rate_hz: float) -> npt.NDArray[np.float64]:
    """When lids met, how long they closed and opened, how far they closed. Lids at rest may hang a little."""
    found: list[tuple[float, float, float, float]] = []
    shut = np.flatnonzero(np.diff(np.concatenate([[False], lid > _SHUT, [False]]).astype(np.int8)))
    reach = int(_MAX_BLINK_S * rate_hz)
    for first, end in shut.reshape(-1, 2).tolist():
        last = end - 1
        before, after = lid[max(0, first - reach) : first + 1], lid[last : last + reach + 1]
        start, stop = _begin(before[::-1]), _begin(after)
        if start is None or stop is None:  # cut off by an edge of the recording
            continue
        peak = float(lid[first:end].max())
        found.append((0.5 * (first + last) / rate_hz, start / rate_hz, stop / rate_hz, peak))
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _begin(course: FloatArray) -> float | None:
    """How many frames from shut lids to where they no longer move, read between frames."""
    steps = course[:-1] - course[1:]
    still = np.flatnonzero(steps < _MOVED * 0.5)
    still = still[still > 1]
    if not len(still):
        return None
    end = int(still[0])
    rest, height = float(course[end]), float(course[0]) - float(course[end])
    if height <= 0.0:
        return None
    level = rest + _MOVED * height
    below = int(np.flatnonzero(course <= level)[0])
    above = float(course[below - 1])
    return below - 1 + (above - level) / max(above - float(course[below]), 1e-9)


def _shifts(yaw: FloatArray, pitch: FloatArray, rate_hz: float) -> npt.NDArray[np.float64]:
    """When the eyes jumped, how far, and how long it took."""
    steps = np.hypot(np.diff(yaw), np.diff(pitch)).astype(np.float64)
    fast = steps * rate_hz > _SACCADE_DEG_PER_S
    runs = np.flatnonzero(np.diff(np.concatenate([[False], fast, [False]]).astype(np.int8))).reshape(-1, 2)
    found: list[tuple[float, float, float]] = []
    for first, end in runs.tolist():
        begin, stop = max(0, first - 1), min(len(steps), end + 1)
        degrees = math.hypot(float(yaw[stop] - yaw[begin]), float(pitch[stop] - pitch[begin]))
        weight = steps[begin:stop] / max(steps[begin:stop].sum(), 1e-9)
        centre = np.arange(begin, stop) + 0.5
        mean = float(weight @ centre)
        # each step is a mean over one frame, which widens the spread by that of a frame
        spread = max(float(weight @ (centre - mean) ** 2) - 1.0 / 12.0, 0.0)
        if degrees >= _LEAST_SACCADE_DEG:
            found.append((mean / rate_hz, degrees, math.sqrt(spread) / _JERK_SPREAD / rate_hz))
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def _duration_line(found: Movements) -> tuple[float, float]:
    """Seconds a degree, and seconds at none: a line through durations over how far, of what can be measured well."""
    chosen = found.shift_deg > 4.0
    if chosen.sum() < 8:
        return math.nan, math.nan
    slope, base = np.polyfit(found.shift_deg[chosen], found.shift_duration_s[chosen], 1)
    return float(slope), float(base)


def _looks(
    yaw: FloatArray, pitch: FloatArray, rate_hz: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How long somebody was looked at and away: whole spells only. Who is looked at is where the gaze is mostly."""
    away = np.hypot(yaw - np.median(yaw), pitch - np.median(pitch)) > _LOOK_RADIUS_DEG
    edges = np.flatnonzero(np.diff(away.astype(np.int8)))
    lengths = np.diff(edges) / rate_hz
    began_away = away[edges[:-1] + 1] if len(edges) > 1 else np.zeros(0, dtype=np.bool_)
    return lengths[~began_away], lengths[began_away]
