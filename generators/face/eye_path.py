"""Blinks and gaze as events in time, and their curves: what every style of eyes plans, and how lids and eyes move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from generators.face.actions import HIGH, INDEX, LOW
from generators.face.curve_maths import FloatArray, Times, smooth_noise, smoothstep
from generators.face.request import FRAME_RATE_HZ

_EDGE_S = 1.0 / FRAME_RATE_HZ
_DRIFT_DEG, _DRIFT_HZ = 0.12, 1.3
_LID_PER_DEGREE_DOWN = 0.013
_LID_PER_DEGREE_UP = 0.012
MAX_YAW = float(HIGH[INDEX["gaze_yaw_left"]])
MAX_PITCH = float(HIGH[INDEX["gaze_pitch_left"]])


@dataclass(frozen=True)
class Blink:
    """One blink: the lids begin to fall at `start_s`, are shut for `shut_s` and open again.

    With a `course` the lids follow it instead: how far they are closed at each frame from `start_s` on.
    """

    start_s: float
    closing_s: float
    shut_s: float
    opening_s: float
    course: tuple[float, ...] = ()

    @property
    def shut_at_s(self) -> float:
        """When the lids meet."""
        return self.start_s + self.closing_s

    @property
    def end_s(self) -> float:
        """When the lids are open again."""
        return self.start_s + self.closing_s + self.shut_s + self.opening_s

    def closure(self, times_s: Times) -> FloatArray:
        """How far the lids are closed at `times_s`: they fall evenly, and rise quickly at first, then slowly."""
        if self.course:
            frames = np.arange(-1, len(self.course) + 1)
            closed = np.array([0.0, *self.course, 0.0])
            place = (times_s - self.start_s) * FRAME_RATE_HZ
            return np.asarray(np.interp(place, frames, closed), dtype=np.float32)
        falling = smoothstep(times_s - self.start_s, 0.0, self.closing_s)
        t = np.clip((times_s - self.shut_at_s - self.shut_s) / self.opening_s, 0.0, 1.0)
        rising = smoothstep(t**0.8, 0.0, 1.0)
        return np.asarray(falling * (1.0 - rising), dtype=np.float32)


@dataclass(frozen=True)
class Shift:
    """One saccade, beginning at `start_s`, to `yaw` and `pitch` in degrees."""

    start_s: float
    duration_s: float
    yaw: float
    pitch: float


@dataclass(frozen=True, eq=False)
class EyePath:
    """What the eyes do over a recording; `drift` is how much they waver while they look at something (1 as people's).

    Shifts follow each other in time, each ended before the next begins. `is_linear` moves the eyes evenly, else with
    the bell-shaped speed of saccades. With `lids_follow` the upper lids go down and up with the gaze.
    """

    blinks: tuple[Blink, ...]
    shifts: tuple[Shift, ...]
    seed: int = 0
    drift: float = 1.0
    is_linear: bool = False
    lids_follow: bool = True

    @cached_property
    def _courses(self) -> tuple[Times, Times, Times, Times]:
        """Start, duration, yaw and pitch of each shift, after one long ago that leads to the middle."""
        rows = [(-1e9, 1.0, 0.0, 0.0)]
        rows += [(shift.start_s, shift.duration_s, shift.yaw, shift.pitch) for shift in self.shifts]
        start, duration, yaw, pitch = np.array(rows, dtype=np.float64).T
        return start, duration, yaw, pitch

    @cached_property
    def _blink_ends_s(self) -> Times:
        return np.array([blink.end_s for blink in self.blinks], dtype=np.float64)

    def gaze(self, times_s: Times) -> tuple[FloatArray, FloatArray]:
        """Yaw and pitch in degrees at `times_s`, the same for both eyes."""
        start, duration, yaw, pitch = self._courses
        index = np.searchsorted(start[1:], times_s, side="right")
        t = (times_s - start[index]) / duration[index]
        done = np.clip(t, 0.0, 1.0) if self.is_linear else saccade_profile(t)
        axes = []
        for axis, places, most in (("yaw", yaw, MAX_YAW), ("pitch", pitch, MAX_PITCH)):
            before = places[np.maximum(index - 1, 0)]
            place = before + (places[index] - before) * done
            wander = self.drift * _DRIFT_DEG * smooth_noise(self.seed, f"drift {axis}", times_s, _DRIFT_HZ)
            axes.append(np.asarray(np.clip(place + wander, -most, most), dtype=np.float32))
        return axes[0], axes[1]

    def closure(self, times_s: Times) -> FloatArray:
        """How far blinks close the lids at `times_s` (sorted)."""
        total = np.zeros(len(times_s), dtype=np.float32)
        if not len(times_s) or not self.blinks:
            return total
        for blink in self.blinks[int(np.searchsorted(self._blink_ends_s, times_s[0] - _EDGE_S)) :]:
            if blink.start_s - _EDGE_S > times_s[-1]:
                break
            begin, end = np.searchsorted(times_s, (blink.start_s - _EDGE_S, blink.end_s + _EDGE_S))
            part = total[begin:end]
            np.maximum(part, blink.closure(times_s[begin:end]), out=part)
        return total

    def add_to(
        self,
        values: FloatArray,
        times_s: Times,
        *,
        strength: float = 1.0,
        head: tuple[FloatArray, FloatArray] | None = None,
    ) -> None:
        """Put lids and gaze onto action curves (n, actions), blinks with `strength`; lids at rest are kept.

        `head` is the motion of the head (yaw and pitch (n,) in degrees) that the eyes make up for, so that they stay
        on what they look at.
        """
        yaw, pitch = self.gaze(times_s)
        if head is not None:
            yaw, pitch = yaw - head[0], pitch - head[1]
        closure = np.minimum(self.closure(times_s) * np.float32(strength), 1.0)
        follow = pitch if self.lids_follow else np.zeros_like(pitch)
        lowered = _LID_PER_DEGREE_DOWN * np.maximum(-follow, 0.0)
        raised = _LID_PER_DEGREE_UP * np.maximum(follow, 0.0)
        for side in ("left", "right"):
            lid, wide = INDEX[f"blink_{side}"], INDEX[f"lid_upper_raise_{side}"]
            rest = np.clip(values[:, lid] + lowered * (1.0 - values[:, lid]), 0.0, 1.0)
            values[:, lid] = rest + (1.0 - rest) * closure
            # a lid that falls is no longer held up
            values[:, wide] = (values[:, wide] + raised * (1.0 - values[:, wide])) * (1.0 - closure)
            for name, angle in (("gaze_yaw", yaw), ("gaze_pitch", pitch)):
                column = INDEX[f"{name}_{side}"]
                values[:, column] = np.clip(angle, LOW[column], HIGH[column])


def saccade_profile(t: Times) -> Times:
    """The share of a saccade that is done at 0..1 of its duration: minimum jerk, whose speed is bell-shaped."""
    t = np.clip(t, 0.0, 1.0)
    return np.asarray(t**3 * (t * (6.0 * t - 15.0) + 10.0))


def saccade_duration_s(degrees: float) -> float:
    """How long people take for a saccade of so many degrees.

    Source: Lee, Badler, Badler, "Eyes alive", 2002: 20 to 30 ms, and 2.2 to 2.7 ms a degree.
    """
    return 0.025 + 0.0024 * degrees
