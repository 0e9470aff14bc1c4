"""The natural style of eyes: blinks and gaze by published statistics, moved by the voice and by what is felt.

Sources: blinks in conversation, Doughty, "Consideration of three types of spontaneous eyeblink activity", 2001, and
Bentivoglio et al., "Analysis of blink rate patterns in normal subjects", 1997; their course, Trutoiu et al., "Modeling
and animating eye blinks", 2011; gaze, Lee, Badler, Badler, "Eyes alive", 2002.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from generators.face.accents import Accents
from generators.face.curve_maths import FloatArray, gaussian_smoothed, sampled, smoothstep, stream
from generators.face.eye_path import MAX_PITCH, MAX_YAW, Blink, EyePath, Shift, saccade_duration_s
from generators.face.feeling import CONTROL_RATE_HZ, Feeling, smoothed_mood
from generators.face.request import FRAME_RATE_HZ, Eyes

CLOSING_S, OPENING_S = 0.1, 0.285
"""From the first movement to the last; most of the way, as it is seen, takes 90 and 240 ms."""
_SHUT_S = (0.02, 0.045)
_BLINK_SPREAD = 0.7
_REFRACTORY_S = 0.45
_SILENT_BLINKS = 0.7
_PHRASE_PULL_S = 0.5
_WITH_SHIFT_DEG = 33.0

_LOOK_S, _LOOK_SILENT_S = 3.1, 7.9
_AWAY_S, _AWAY_SILENT_S = 0.93, 0.43
_AWAY_FROM_DEG, _AWAY_MEAN_DEG, _AWAY_TO_DEG = 4.5, 6.4, 27.5
_FIXATION_S, _FIXATION_SILENT_S = 0.85, 1.6
_FACE_DEG = 1.5
"""Half the width of what is looked at in a face: eyes and mouth."""
_SECOND_AWAY = 0.25
_TALK_S = 1.5
"""Pauses within a talk are shorter than this; the eyes of a speaker stay a speaker's in them."""
_BEFORE_HELD_S = 0.15
_STEP_S = 0.15
"""The least time between two shifts."""

# Degrees counted from the character's left, anticlockwise seen from its eyes, with the share of shifts that go there.
_DIRECTIONS = np.arange(0.0, 360.0, 45.0)
_SHARES = np.array([0.155, 0.065, 0.177, 0.074, 0.168, 0.079, 0.204, 0.078])

# How feelings change the eyes: factors that apply in proportion to the feeling.
_BLINKS = {"angry": -0.2, "fear": 0.45, "happy": 0.1, "sad": -0.1, "surprise": -0.35, "tired": 0.25, "disgust": 0.05}
_BLINK_TIME = {"sad": 0.2, "tired": 0.45, "content": 0.12, "fear": -0.12, "surprise": -0.1}
_SHIFTS = {"angry": -0.3, "fear": 0.9, "happy": 0.1, "sad": -0.35, "surprise": 0.1, "tired": -0.4, "content": -0.2}
_DOWN_DEG = {"sad": 7.0, "tired": 5.0, "disgust": 1.5, "surprise": -1.0, "content": 1.0}
_ASIDE_DEG = {"disgust": 4.0, "sad": 1.5, "fear": 1.0}


@dataclass(frozen=True, eq=False)
class _Mood:
    """Values at CONTROL_RATE_HZ that steer the eyes."""

    blinks: FloatArray
    blink_time: FloatArray
    shifts: FloatArray
    down_deg: FloatArray
    aside_deg: FloatArray
    speaking: FloatArray

    def at(self, values: FloatArray, time_s: float) -> float:
        return float(values[min(int(time_s * CONTROL_RATE_HZ), len(values) - 1)])


def plan_eyes(
    eyes: Eyes, seed: int, feeling: Feeling, accents: Accents, duration_s: float, strength: float = 1.0
) -> EyePath:
    """The eyes of one recording; `strength` scales what the gaze does by itself.

    Forced blinks and held looks are where they were asked for, whatever else happens.
    """
    mood = _mood_of(feeling, accents)
    shifts = _plan_gaze(eyes, seed, mood, strength, duration_s)
    blinks = _plan_blinks(eyes, seed, mood, accents, shifts, duration_s)
    return EyePath(blinks, shifts, seed, drift=strength)


def _mood_of(feeling: Feeling, accents: Accents) -> _Mood:
    frames = np.arange(len(feeling.mixtures), dtype=np.float64) * (FRAME_RATE_HZ / CONTROL_RATE_HZ)
    return _Mood(
        blinks=np.maximum(smoothed_mood(feeling, _BLINKS, 1.0), 0.2),
        blink_time=np.clip(smoothed_mood(feeling, _BLINK_TIME, 1.0), 0.7, 1.8),
        shifts=np.maximum(smoothed_mood(feeling, _SHIFTS, 1.0), 0.3),
        down_deg=smoothed_mood(feeling, _DOWN_DEG),
        aside_deg=smoothed_mood(feeling, _ASIDE_DEG),
        speaking=smoothstep(gaussian_smoothed(sampled(accents.activity, frames), _TALK_S * CONTROL_RATE_HZ), 0.1, 0.5),
    )


class _GazePlanner:
    """Shifts of gaze one after the other: free ones that the statistics draw, and those to what is held."""

    def __init__(self, eyes: Eyes, seed: int, mood: _Mood, strength: float) -> None:
        self._random = stream(seed, "gaze")
        self._aside = -1.0 if self._random.random() < 0.5 else 1.0  # the side this character turns away to
        self._rate = eyes.gaze_shifts
        self._mood = mood
        self._strength = strength
        self._here = (0.0, 0.0)
        self.shifts: list[Shift] = []

    def settle(self) -> None:
        """Begin in the place that the feeling gives, before the first frame."""
        yaw, pitch = self._rest(0.0)
        if math.hypot(yaw, pitch) > 0.0:
            self._shift_to(yaw, pitch, start_s=-1.0)

    def hold(self, start_s: float, yaw: float, pitch: float) -> None:
        """Be at a place from `start_s` on."""
        degrees = math.hypot(yaw - self._here[0], pitch - self._here[1])
        self._shift_to(yaw, pitch, start_s=start_s - saccade_duration_s(degrees))

    def wander(self, start_s: float, end_s: float, *, is_return: bool) -> None:
        """Look at somebody and away from time to time, from `start_s` until just before `end_s`."""
        random, mood = self._random, self._mood
        time_s, is_away = start_s, False
        if is_return and end_s - start_s > _BEFORE_HELD_S:
            self._shift_to(*self._free(_on_face(random), start_s), start_s=start_s)
        until_s = start_s + self._dwell_s(start_s, is_away=False)
        while self._rate > 0.0:
            fixation_s = _between(_FIXATION_SILENT_S, _FIXATION_S, mood.at(mood.speaking, time_s))
            fixation_s /= self._rate * mood.at(mood.shifts, time_s)
            next_s = time_s + max(_STEP_S, random.gamma(2.0, 0.5 * fixation_s))
            is_due = next_s >= until_s
            time_s = max(min(next_s, until_s), time_s + _STEP_S)
            if time_s > end_s - _BEFORE_HELD_S:
                return
            if is_due:
                is_away = not is_away
                until_s = time_s + self._dwell_s(time_s, is_away=is_away)
            elif is_away and random.random() >= _SECOND_AWAY:
                continue
            place = _away(random) if is_away else _on_face(random)
            self._shift_to(*self._free(place, time_s), start_s=time_s)

    def _shift_to(self, yaw: float, pitch: float, *, start_s: float) -> None:
        yaw, pitch = min(max(yaw, -MAX_YAW), MAX_YAW), min(max(pitch, -MAX_PITCH), MAX_PITCH)
        degrees = math.hypot(yaw - self._here[0], pitch - self._here[1])
        if self.shifts:  # never before the one before has ended
            start_s = max(start_s, self.shifts[-1].start_s + self.shifts[-1].duration_s)
        self.shifts.append(Shift(start_s, saccade_duration_s(degrees), yaw, pitch))
        self._here = (yaw, pitch)

    def _rest(self, time_s: float) -> tuple[float, float]:
        mood = self._mood
        return (
            self._strength * self._aside * mood.at(mood.aside_deg, time_s),
            -self._strength * mood.at(mood.down_deg, time_s),
        )

    def _free(self, place: tuple[float, float], time_s: float) -> tuple[float, float]:
        rest = self._rest(time_s)
        return rest[0] + self._strength * place[0], rest[1] + self._strength * place[1]

    def _dwell_s(self, time_s: float, *, is_away: bool) -> float:
        """How long one looks at somebody, or away: skewed, with the published mean."""
        talking, silent = (_AWAY_S, _AWAY_SILENT_S) if is_away else (_LOOK_S, _LOOK_SILENT_S)
        mean_s = _between(silent, talking, self._mood.at(self._mood.speaking, time_s))
        if not is_away:
            mean_s /= max(self._rate, 1e-3) * self._mood.at(self._mood.shifts, time_s)
        least_s = _STEP_S + 0.05
        return float(least_s + self._random.gamma(1.6, max(mean_s - least_s, 0.05) / 1.6))


def _plan_gaze(eyes: Eyes, seed: int, mood: _Mood, strength: float, duration_s: float) -> tuple[Shift, ...]:
    planner = _GazePlanner(eyes, seed, mood, strength)
    planner.settle()
    free_from_s, is_return = 0.0, False
    held = sorted(eyes.look_at)
    for index, (start_s, end_s, yaw, pitch) in enumerate(held):
        planner.wander(free_from_s, start_s, is_return=is_return)
        planner.hold(start_s, yaw, pitch)
        is_followed = index + 1 < len(held) and held[index + 1][0] <= end_s
        free_from_s, is_return = (held[index + 1][0] if is_followed else end_s), not is_followed
    planner.wander(free_from_s, duration_s, is_return=is_return)
    return tuple(planner.shifts)


def _between(start: float, end: float, amount: float) -> float:
    return start + (end - start) * amount


def _on_face(random: np.random.Generator) -> tuple[float, float]:
    return _FACE_DEG * random.uniform(-1.0, 1.0), _FACE_DEG * random.uniform(-1.2, 0.8)


def _away(random: np.random.Generator) -> tuple[float, float]:
    """A place away: small shifts are the most frequent, nine in ten stay under 15 degrees."""
    while True:
        degrees = _AWAY_FROM_DEG + random.exponential(_AWAY_MEAN_DEG)
        if degrees <= _AWAY_TO_DEG:
            break
    angle = math.radians(random.choice(_DIRECTIONS, p=_SHARES) + random.uniform(-22.5, 22.5))
    return degrees * math.cos(angle), 0.8 * degrees * math.sin(angle)


def _plan_blinks(
    eyes: Eyes, seed: int, mood: _Mood, accents: Accents, shifts: tuple[Shift, ...], duration_s: float
) -> tuple[Blink, ...]:
    random = stream(seed, "blinks")
    wanted: list[float] = []
    if eyes.blinks_per_minute > 0.0:
        rates = mood.blinks * (_SILENT_BLINKS + (1.0 - _SILENT_BLINKS) * mood.speaking)
        due = np.cumsum(rates) * (eyes.blinks_per_minute / 60.0 / CONTROL_RATE_HZ)
        mean_s = 60.0 / eyes.blinks_per_minute
        place = random.uniform(0.0, 1.0)
        while place < due[-1]:
            time_s = float(np.searchsorted(due, place)) / CONTROL_RATE_HZ
            wanted.append(time_s + random.uniform(0.0, 1.0 / CONTROL_RATE_HZ))
            floor = min(_REFRACTORY_S / mean_s, 0.5)
            place += floor + (1.0 - floor) * random.lognormal(-0.5 * _BLINK_SPREAD**2, _BLINK_SPREAD)
        wanted = _with_phrases(wanted, accents)
        wanted = sorted([*wanted, *_with_shifts(random, shifts, wanted)])
    free = (
        _blink(random, mood, time_s, shut_at=False)
        for time_s in wanted
        if time_s < duration_s and all(abs(time_s - forced) > _REFRACTORY_S for forced in eyes.blink_at_s)
    )
    planned = [
        blink for blink in free if not any(blink.start_s < end and start < blink.end_s for start, end in eyes.open_s)
    ]
    # a forced blink has its lids shut at its moment
    planned += [_blink(random, mood, time_s, shut_at=True) for time_s in eyes.blink_at_s]
    planned.sort(key=lambda blink: blink.start_s)
    return tuple(planned)


def _blink(random: np.random.Generator, mood: _Mood, time_s: float, *, shut_at: bool) -> Blink:
    slowness = mood.at(mood.blink_time, time_s)
    closing_s = CLOSING_S * slowness * math.exp(random.normal(0.0, 0.1))
    opening_s = OPENING_S * slowness * math.exp(random.normal(0.0, 0.12))
    shut_s = random.uniform(*_SHUT_S)
    # the middle of the shut lids lies on the moment, so that the frame nearest to it shows them shut
    start_s = time_s - closing_s - 0.5 * shut_s if shut_at else time_s
    return Blink(start_s, closing_s, shut_s, opening_s)


def _with_phrases(wanted: list[float], accents: Accents) -> list[float]:
    """Blinks near the end of a phrase wait for it, or come a little early."""
    ends = accents.phrase_end_s
    if not len(ends):
        return wanted
    moved: list[float] = []
    taken: set[int] = set()
    for time_s in wanted:
        index = int(np.argmin(np.abs(ends - time_s)))
        is_near = abs(ends[index] - time_s) < _PHRASE_PULL_S and index not in taken
        if is_near:
            taken.add(index)
        place = float(ends[index]) if is_near else time_s
        if not moved or place - moved[-1] > _REFRACTORY_S:
            moved.append(place)
    return moved


def _with_shifts(random: np.random.Generator, shifts: tuple[Shift, ...], wanted: list[float]) -> list[float]:
    """Blinks that go with large shifts of gaze."""
    added: list[float] = []
    here = (0.0, 0.0)
    times = np.array(sorted(wanted))
    for shift in shifts:
        degrees = math.hypot(shift.yaw - here[0], shift.pitch - here[1])
        here = (shift.yaw, shift.pitch)
        if degrees > _WITH_SHIFT_DEG and random.random() < 0.9:
            near = len(times) and float(np.abs(times - shift.start_s).min()) < _REFRACTORY_S
            if not near and (not added or shift.start_s - added[-1] > _REFRACTORY_S):
                added.append(max(0.0, shift.start_s - 0.02))
    return added
