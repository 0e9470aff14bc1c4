"""EmoFace's own blinks and gaze, as a style to choose.

Blinks: a rate is drawn for each interval, lognormal; the lids then follow one fixed course of 13 frames. Gaze: a place
is held for some frames, then the eyes go evenly within five frames, two times in five back to the middle, else to a
place on a small ring. Nothing depends on the voice or the feeling.

Source: Liu et al., "EmoFace: audio-driven emotional 3D face animation", IEEE VR 2024, and the figures of its
demonstration.
"""

from __future__ import annotations

import math

import numpy as np

from generators.face.curve_maths import stream
from generators.face.eye_path import MAX_PITCH, MAX_YAW, Blink, EyePath, Shift
from generators.face.request import FRAME_RATE_HZ, Eyes

RATE_MU, RATE_SIGMA = 3.518, 0.532
RATE_LOW, RATE_HIGH = 15.0, 100.0
LID_COURSE: tuple[float, ...] = (0.05, 0.25, 0.45, 0.7, 1.0, 0.95, 0.85, 0.75, 0.65, 0.55, 0.4, 0.25, 0.1)
"""How far the lids are closed at each frame of a blink."""
HOLD_FRAMES = (25, 45)
MOVE_FRAMES = 5
TO_THE_MIDDLE = 0.4
RADIUS = (0.1, 0.2)
"""Of the full deflection of the gaze."""
_SHUT_FRAME = LID_COURSE.index(1.0)
_USUAL_RATE = Eyes().blinks_per_minute


def plan_emoface_eyes(eyes: Eyes, seed: int, duration_s: float, strength: float = 1.0) -> EyePath:
    """The eyes of one recording as EmoFace moves them.

    `eyes.blinks_per_minute` and `eyes.gaze_shifts` quicken or slow the two processes in proportion: at their defaults
    they are EmoFace's. What was forced or held is kept as in the natural style.
    """
    frames = math.ceil(duration_s * FRAME_RATE_HZ)
    shifts = tuple(_plan_gaze(eyes, stream(seed, "emoface gaze"), frames, strength))
    blinks = _plan_blinks(eyes, stream(seed, "emoface blinks"), frames)
    return EyePath(blinks, shifts, seed, drift=0.0, is_linear=True, lids_follow=False)


def _plan_blinks(eyes: Eyes, random: np.random.Generator, frames: int) -> tuple[Blink, ...]:
    pace = eyes.blinks_per_minute / _USUAL_RATE
    starts: list[int] = []
    frame = 0
    while pace > 0.0:
        rate = min(max(random.lognormal(RATE_MU, RATE_SIGMA), RATE_LOW), RATE_HIGH) * pace
        frame += int(60.0 * FRAME_RATE_HZ / rate) + 1
        if frame >= frames:
            break
        starts.append(frame)
        frame += len(LID_COURSE)
    length_s = len(LID_COURSE) / FRAME_RATE_HZ
    planned = [
        _blink(start / FRAME_RATE_HZ)
        for start in starts
        if not any(begin - length_s < start / FRAME_RATE_HZ < end for begin, end in eyes.open_s)
        and all(abs(start / FRAME_RATE_HZ - forced) > 2.0 * length_s for forced in eyes.blink_at_s)
    ]
    planned += [_blink((round(time_s * FRAME_RATE_HZ) - _SHUT_FRAME) / FRAME_RATE_HZ) for time_s in eyes.blink_at_s]
    return tuple(sorted(planned, key=lambda blink: blink.start_s))


def _blink(start_s: float) -> Blink:
    after = len(LID_COURSE) - _SHUT_FRAME
    return Blink(start_s, _SHUT_FRAME / FRAME_RATE_HZ, 0.0, after / FRAME_RATE_HZ, LID_COURSE)


def _plan_gaze(eyes: Eyes, random: np.random.Generator, frames: int, strength: float) -> list[Shift]:
    move_s = MOVE_FRAMES / FRAME_RATE_HZ
    held = sorted(eyes.look_at)
    shifts: list[Shift] = []
    frame = 0
    while eyes.gaze_shifts > 0.0:
        frame += round((random.integers(*HOLD_FRAMES, endpoint=True) + 1) / eyes.gaze_shifts)
        if frame >= frames:
            break
        radius, angle = random.uniform(*RADIUS), random.uniform(0.0, 2.0 * math.pi)
        if random.random() < TO_THE_MIDDLE:
            radius = 0.0
        # the first step of a move is already seen in its first frame
        start_s = (frame - 1) / FRAME_RATE_HZ
        if not any(begin - 2.0 * move_s < start_s < end + move_s for begin, end, _, _ in held):
            yaw, pitch = radius * math.cos(angle) * MAX_YAW, radius * math.sin(angle) * MAX_PITCH
            shifts.append(Shift(start_s, move_s, strength * yaw, strength * pitch))
        frame += MOVE_FRAMES
    for index, (start_s, end_s, yaw, pitch) in enumerate(held):
        shifts.append(Shift(start_s - move_s, move_s, yaw, pitch))
        if index + 1 == len(held) or held[index + 1][0] > end_s + 2.0 * move_s:
            shifts.append(Shift(end_s, move_s, 0.0, 0.0))
    return sorted(shifts, key=lambda shift: shift.start_s)
