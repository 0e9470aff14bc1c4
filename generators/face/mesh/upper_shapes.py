"""The shapes of brows, lids, cheeks and nose. Each is a function from the face at rest to offsets in centimetres."""

from __future__ import annotations

import numpy as np

from generators.face.mesh.form import EYE_CENTRE, EYE_RADIUS, Floats, smooth_step
from generators.face.mesh.sculpt import Sculpt, vector

LID_GRIP = np.array([0.0, 0.02, 0.10, 0.26, 0.47, 0.68, 0.87, 1.0, 1.0, 1.0])
"""How far each ring of an eye follows its lid's edge, from the grid inwards."""
CLOSED_AT = -0.36
"""Height of the closed lids' line over the eye's centre, in the middle."""
SIDES = {"left": 1.0, "right": -1.0}


def eye_centre(side: str) -> Floats:
    """The centre of one eye."""
    return np.asarray(np.array(EYE_CENTRE) * np.array([SIDES[side], 1.0, 1.0]))


def _turn_lids(face: Sculpt, side: str, upper_degrees: Floats, lower_degrees: Floats) -> Floats:
    """Lids turned about the eye's own x axis by degrees a column (upward positive), sliding over the ball."""
    loops = face.skin.eyes[side]
    n = loops.rings.shape[1]
    half = n // 2
    degrees = np.zeros(n)
    degrees[(n - np.arange(half + 1)) % n] = lower_degrees
    degrees[: half + 1] = upper_degrees  # at the corners both are the same
    centre = eye_centre(side)
    offsets = np.zeros_like(face.rest)
    for grip, ring in zip(LID_GRIP, loops.rings, strict=True):
        angle = np.radians(degrees * grip)
        p = face.rest[ring] - centre
        y = p[:, 1] * np.cos(angle) + p[:, 2] * np.sin(angle)
        z = -p[:, 1] * np.sin(angle) + p[:, 2] * np.cos(angle)
        moved = np.stack([p[:, 0], y, z], axis=1)
        reach = np.linalg.norm(moved, axis=1)
        if grip < 1.0:  # the skin stays outside the ball
            least = EYE_RADIUS + 0.11
            moved *= (np.maximum(reach, least) / reach)[:, None]
        offsets[ring] = moved - p
    return offsets


def _columns(face: Sculpt, side: str) -> tuple[int, Floats]:
    half = face.skin.eyes[side].rings.shape[1] // 2
    return half, np.sin(np.pi * np.arange(half + 1) / half)


def _lids(face: Sculpt, side: str, upper: float, lower: float) -> Floats:
    """Lids turned by `upper` and `lower` degrees in the middle, less towards the corners."""
    _, arch = _columns(face, side)
    return _turn_lids(face, side, upper * arch, lower * arch)


def blink(face: Sculpt, side: str) -> Floats:
    """Both lids to one line, exactly."""
    loops = face.skin.eyes[side]
    n = loops.rings.shape[1]
    half, arch = _columns(face, side)
    centre = eye_centre(side)
    edge = face.rest[loops.rings[loops.edge]] - centre
    upper, lower = edge[: half + 1], edge[(n - np.arange(half + 1)) % n]
    corner = 0.5 * (upper + lower)
    line_y = (1.0 - arch) * corner[:, 1] + arch * CLOSED_AT
    up_angle = np.arctan2(upper[:, 1], upper[:, 2])
    low_angle = np.arctan2(lower[:, 1], lower[:, 2])
    line_angle = np.arcsin(np.clip(line_y / np.hypot(upper[:, 1], upper[:, 2]), -1.0, 1.0))
    offsets = _turn_lids(face, side, np.degrees(line_angle - up_angle), np.degrees(line_angle - low_angle))
    # from the edge inwards both lids lie on the very same line
    for ring in range(loops.edge, len(loops.rings)):
        row = loops.rings[ring]
        above, below = row[1:half], row[n - np.arange(1, half)]
        meeting = 0.5 * (face.rest[above] + offsets[above] + face.rest[below] + offsets[below])
        offsets[above] = meeting - face.rest[above]
        offsets[below] = meeting - face.rest[below]
    return offsets


def eye_wide(face: Sculpt, side: str) -> Floats:
    """The upper lid up, the lower a little down."""
    return _lids(face, side, 13.0, -3.0) + face.near(SIDES[side] * 3.4, 1.9, 1.6, 0.7)[:, None] * vector(0, 0.18, 0)


def eye_squint(face: Sculpt, side: str) -> Floats:
    """Both lids tightened, with a fold under the eye."""
    s = SIDES[side]
    bag = face.near(s * 3.3, -1.2, 1.7, 0.75)
    return (
        _lids(face, side, -7.0, 9.0)
        + bag[:, None] * vector(0, 0.15, 0.08)
        + face.near(s * 5.3, 0.1, 0.9, 1.2)[:, None] * vector(-s * 0.14, 0.02, 0.06)
    )


def look_up(face: Sculpt, side: str) -> Floats:
    """How the lids follow an eye that looks up by EYE_PITCH degrees."""
    return _lids(face, side, 11.0, 5.0) + face.near(SIDES[side] * 3.3, 1.9, 1.7, 0.7)[:, None] * vector(0, 0.12, 0)


def look_down(face: Sculpt, side: str) -> Floats:
    """How the lids follow an eye that looks down."""
    return _lids(face, side, -20.0, -13.0)


def look_across(face: Sculpt, side: str, towards: float) -> Floats:
    """How the lids bulge over a cornea that looks towards +x (1) or -x (-1)."""
    s = SIDES[side]
    ridge = face.near(s * EYE_CENTRE[0] + towards * 0.7, EYE_CENTRE[1], 0.7, 1.1)
    return ridge[:, None] * vector(towards * 0.05, 0.0, 0.05) * _lid_skin(face, side)[:, None]


def _lid_skin(face: Sculpt, side: str) -> Floats:
    mask = np.zeros(len(face.rest))
    loops = face.skin.eyes[side]
    for grip, ring in zip(LID_GRIP, loops.rings, strict=True):
        mask[ring] = grip
    return mask


def brow_inner_up(face: Sculpt, side: str) -> Floats:
    """The inner end of the brow up, with the skin of the forehead."""
    s = SIDES[side]
    lift = face.near(s * 1.25, 2.75, 1.65, 1.35) * face.side(s, 0.5)
    above = face.near(s * 1.2, 5.0, 1.9, 1.2) * face.side(s, 0.5)
    fold = np.sin((face.y - 4.6) * 4.2) * face.near(s * 1.0, 5.3, 2.2, 0.9) * face.side(s, 0.8)
    return (
        lift[:, None] * vector(-s * 0.10, 1.45, 0.06)
        + above[:, None] * vector(0, 0.48, 0)
        + fold[:, None] * vector(0, 0, 0.07)
        + face.near(s * 2.6, 1.6, 1.3, 0.6)[:, None] * vector(0, 0.22, 0)
    )


def brow_outer_up(face: Sculpt, side: str) -> Floats:
    """The outer half of the brow up."""
    s = SIDES[side]
    lift = face.near(s * 4.5, 3.0, 1.85, 1.4) * smooth_step(0.6, 2.4, s * face.x)
    above = face.near(s * 4.0, 5.2, 2.0, 1.3)
    return (
        lift[:, None] * vector(s * 0.05, 1.45, -0.05)
        + above[:, None] * vector(0, 0.48, -0.05)
        + face.near(s * 4.2, 1.7, 1.3, 0.6)[:, None] * vector(0, 0.26, 0)
    )


def brow_down(face: Sculpt, side: str) -> Floats:
    """The brow down and inwards, with a fold between the brows."""
    s = SIDES[side]
    inner = face.near(s * 1.5, 2.7, 1.7, 1.25) * face.side(s, 0.7)
    whole = face.near(s * 3.4, 3.0, 2.4, 1.2) * smooth_step(0.2, 2.2, s * face.x)
    frown = face.crease([(0.62, 3.6), (0.55, 2.2)], 0.24, s)
    lid_fold = face.near(s * 3.0, 1.75, 1.9, 0.55)
    return (
        inner[:, None] * vector(-s * 0.36, -0.78, 0.22)
        + whole[:, None] * vector(-s * 0.06, -0.36, 0.10)
        - frown[:, None] * vector(0, 0, 0.16)
        + lid_fold[:, None] * vector(0, -0.32, 0.10)
    )


def cheek_squint(face: Sculpt, side: str) -> Floats:
    """The cheek up against the lower lid."""
    s = SIDES[side]
    apple = face.near(s * 4.0, -2.4, 1.75, 1.25)
    return (
        apple[:, None] * vector(s * 0.12, 0.60, 0.50)
        + _lids(face, side, -2.0, 7.0)
        + face.near(s * 3.4, -1.25, 1.7, 0.75)[:, None] * vector(0, 0.20, 0.06)
        + face.near(s * 5.5, 0.2, 0.9, 1.0)[:, None] * vector(-s * 0.12, 0.10, 0.08)
    )


def cheek_puff(face: Sculpt, side: str) -> Floats:
    """The cheek blown up."""
    s = SIDES[side]
    ball = face.near(s * 4.4, -6.0, 2.0, 2.1) * smooth_step(1.6, 3.6, s * face.x)
    beside = face.near(s * 2.7, -6.4, 1.3, 1.6) * smooth_step(0.0, 1.6, s * face.x)
    return ball[:, None] * (face.out * 1.05 + vector(s * 0.25, 0, 0.1)) + beside[:, None] * vector(0, 0, 0.30)


def nose_sneer(face: Sculpt, side: str) -> Floats:
    """The wing of the nose up, with wrinkles beside it and the lip drawn along."""
    s = SIDES[side]
    wing = face.near(s * 1.35, -3.2, 0.95, 0.9) * smooth_step(-0.1, 0.9, s * face.x)
    beside = face.near(s * 1.7, -1.6, 0.9, 1.3)
    lip = face.near(s * 1.3, -5.5, 1.1, 0.75) * (1.0 - face.low) * face.side(s, 0.9)
    fold = face.crease([(1.75, -3.0), (2.4, -4.4), (3.1, -5.6)], 0.32, s)
    wrinkle = np.sin((face.y + 0.2) * 6.0 + s * face.x * 2.0) * face.near(s * 0.75, 0.0, 0.7, 1.0)
    brow = face.near(s * 1.4, 2.6, 1.3, 0.9) * face.side(s, 0.7)
    return (
        wing[:, None] * vector(s * 0.18, 0.58, 0.03)
        + beside[:, None] * vector(0, 0.22, 0.24)
        + lip[:, None] * vector(0, 0.40, 0.05)
        - fold[:, None] * vector(0, 0, 0.26)
        + wrinkle[:, None] * vector(0, 0, 0.09)
        + brow[:, None] * vector(-s * 0.08, -0.22, 0.06)
        + _lids(face, side, -2.0, 4.0)
    )


def nostril_dilate(face: Sculpt, side: str) -> Floats:
    """The wing of the nose outwards."""
    s = SIDES[side]
    wing = face.near(s * 1.5, -3.35, 0.7, 0.7) * smooth_step(0.2, 1.0, s * face.x)
    return wing[:, None] * vector(s * 0.26, 0.05, 0.04)


def nasolabial_deepen(face: Sculpt, side: str) -> Floats:
    """The furrow from the nose to the corner of the mouth."""
    s = SIDES[side]
    fold = face.crease([(1.8, -3.3), (2.7, -4.9), (3.35, -6.6)], 0.34, s)
    ridge = face.crease([(2.4, -3.0), (3.4, -4.6), (4.0, -6.2)], 0.6, s)
    return fold[:, None] * vector(0, 0.05, -0.26) + ridge[:, None] * vector(0, 0.14, 0.16)
