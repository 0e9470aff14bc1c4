"""The shapes of jaw, lips and tongue. Each is a function from the face at rest to offsets in centimetres."""

from __future__ import annotations

import numpy as np

from generators.face.mesh import parts
from generators.face.mesh.form import Floats, bump, smooth_step
from generators.face.mesh.sculpt import CORNER, JAW_DEGREES, JAW_PIVOT, Sculpt, turned, vector
from generators.face.mesh.skin import HALF_MOUTH
from generators.face.mesh.upper_shapes import SIDES

LIP_GRIP = np.array([0.10, 0.16, 0.26, 0.40, 0.58, 0.78, 0.95, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.7, 0.4, 0.15])
"""How far each ring of the mouth follows the lips' edge where lips are brought together; further in, not at all."""
CLOSE_FROM_BELOW = 0.72
"""How much of a closing the lower lip does."""


def grips(face: Sculpt, values: Floats = LIP_GRIP) -> Floats:
    """A weight (v,) by ring of the mouth, 0 elsewhere."""
    weight = np.zeros(len(face.rest))
    for value, ring in zip(values, face.skin.mouth.rings, strict=False):
        weight[ring] = value
    return weight


def lips(face: Sculpt, wide: float = 1.9, high: float = 1.7) -> Floats:
    """A bell (v,) over both lips and the skin around them."""
    across = smooth_step(HALF_MOUTH + wide, HALF_MOUTH - 0.6, np.abs(face.x))
    return np.asarray(across * bump((face.y + 6.65) / high, 1.0) * smooth_step(1.0, 4.0, face.z) * face.soft)


def jaw_open(face: Sculpt) -> Floats:
    """The jaw turned down; the corners of the mouth come in a little."""
    swung = turned(face.rest, JAW_PIVOT, JAW_DEGREES) - face.rest
    offsets = swung * face.jaw[:, None]
    narrow = lips(face, 1.6, 2.0)
    offsets[:, 0] -= 0.10 * face.x * narrow
    cheeks = face.near(4.6, -5.4, 1.8, 2.4) + face.near(-4.6, -5.4, 1.8, 2.4)
    offsets -= 0.28 * cheeks[:, None] * face.out
    upper = (1.0 - face.low) * lips(face, 0.4, 1.0)
    offsets[:, 1] += 0.10 * upper
    return offsets


def mouth_close(face: Sculpt) -> Floats:
    """What brings the lips together over a jaw that is open: at equal weights they meet exactly."""
    opened = jaw_open(face)
    rings = face.skin.mouth.rings
    n = rings.shape[1]
    edge = rings[face.skin.mouth.edge]
    there = face.rest[edge] + opened[edge]
    partner = (n - np.arange(n)) % n
    lower = np.arange(n) > n // 2
    share = np.where(lower, CLOSE_FROM_BELOW, 1.0 - CLOSE_FROM_BELOW)
    pull = (there[partner] - there) * share[:, None]
    offsets = np.zeros_like(face.rest)
    for grip, ring in zip(LIP_GRIP, rings, strict=False):
        offsets[ring] = pull * grip
    return offsets


def jaw_forward(face: Sculpt) -> Floats:
    """The jaw thrust forward."""
    return face.jaw[:, None] * vector(0, -0.05, 0.95)


def jaw_sideways(face: Sculpt, sign: float) -> Floats:
    """The jaw to the character's left (1) or right (-1)."""
    front_part = smooth_step(-3.0, 6.0, face.z)
    return (face.jaw * front_part)[:, None] * vector(sign * 1.15, 0, -0.05)


def smile(face: Sculpt, side: str) -> Floats:
    """The corner of the mouth pulled up and out; the cheek rises, the furrow deepens."""
    s = SIDES[side]
    along = np.clip(s * face.x / HALF_MOUTH, 0.0, 1.4)
    lip = along**2.1 * np.exp(-(((s * face.x - CORNER[0]) / 2.4) ** 2) * (s * face.x > CORNER[0]))
    lip = lip * bump((face.y - CORNER[1]) / np.where(face.y > CORNER[1], 2.5, 1.9), 1.0)
    lip = lip * smooth_step(1.0, 4.0, face.z) * face.soft
    apple = face.near(s * 3.95, -3.1, 1.6, 1.35)
    fold = face.crease([(1.95, -3.7), (2.8, -4.7), (3.5, -6.0)], 0.42, s)
    thin = lips(face, 0.5, 1.0) * face.side(s, 1.2)
    press = np.where(face.low > 0.5, 0.12, -0.10)
    middle = lips(face, 0.3, 1.1) * bump(face.x / 1.6, 1.0) * face.side(s, 1.0)
    return (
        lip[:, None] * vector(s * 0.98, 0.98, -0.58)
        + (along * bump((s * face.x - 1.2) / 1.2, 1.0) * thin)[:, None] * vector(s * 0.22, 0, 0)
        + middle[:, None] * vector(0, 0.10, -0.16)
        + apple[:, None] * vector(s * 0.16, 0.46, 0.44)
        - fold[:, None] * vector(0, 0, 0.16)
        + (thin * (face.y - CORNER[1]) * press)[:, None] * vector(0, 1.0, 0.0)
        + face.near(s * 3.4, -1.3, 1.7, 0.8)[:, None] * vector(0, 0.12, 0.05)
    )


def frown(face: Sculpt, side: str) -> Floats:
    """The corner of the mouth down."""
    s = SIDES[side]
    along = np.clip(s * face.x / HALF_MOUTH, 0.0, 1.4)
    lip = along**1.8 * np.exp(-(((s * face.x - CORNER[0]) / 1.7) ** 2) * (s * face.x > CORNER[0]))
    lip = lip * bump((face.y - CORNER[1] + 0.3) / 1.7, 1.0) * smooth_step(1.0, 4.0, face.z) * face.soft
    below = face.crease([(2.9, -7.2), (3.2, -8.6)], 0.42, s)
    chin = face.near(0.0, -9.0, 1.5, 0.8) * face.side(s, 1.0)
    return (
        lip[:, None] * vector(s * 0.12, -0.95, -0.10)
        - below[:, None] * vector(0, 0, 0.16)
        + chin[:, None] * vector(0, 0.14, 0.12)
    )


def stretch(face: Sculpt, side: str) -> Floats:
    """The corner of the mouth straight out, the lips thin."""
    s = SIDES[side]
    along = np.clip(s * face.x / HALF_MOUTH, 0.0, 1.5)
    lip = along**1.3 * np.exp(-(((s * face.x - CORNER[0]) / 1.9) ** 2) * (s * face.x > CORNER[0]))
    lip = lip * bump((face.y - CORNER[1]) / 1.8, 1.0) * smooth_step(1.0, 4.0, face.z) * face.soft
    thin = lips(face, 0.5, 1.0) * face.side(s, 1.2)
    return (
        lip[:, None] * vector(s * 0.95, -0.18, -0.45)
        + (thin * -(face.y - CORNER[1]) * 0.22)[:, None] * vector(0, 1.0, 0)
        - face.crease([(3.6, -5.9), (3.8, -7.6)], 0.35, s)[:, None] * vector(0, 0, 0.14)
    )


def dimple(face: Sculpt, side: str) -> Floats:
    """The corner of the mouth drawn in and back."""
    s = SIDES[side]
    corner = face.near(s * (CORNER[0] + 0.15), CORNER[1], 0.95, 0.95)
    return corner[:, None] * vector(s * 0.36, 0.06, -0.42) + face.near(s * 3.7, -6.5, 0.5, 1.1)[:, None] * vector(
        s * 0.1, 0, 0.22
    )


def upper_lip_up(face: Sculpt, side: str) -> Floats:
    """The upper lip lifted beside the middle."""
    s = SIDES[side]
    arch = np.clip(1.0 - (face.x / (HALF_MOUTH + 0.3)) ** 2, 0.0, 1.0) ** 0.7
    lip = arch * bump((face.y + 6.0) / 1.25, 1.0) * (1.0 - face.low) * face.side(s, 1.3) * face.soft
    lip = lip * smooth_step(1.0, 4.0, face.z)
    fold = face.crease([(1.8, -3.5), (2.5, -4.7), (3.1, -6.0)], 0.34, s)
    return lip[:, None] * vector(0, 0.85, 0.10) - fold[:, None] * vector(0, -0.05, 0.16)


def lower_lip_down(face: Sculpt, side: str) -> Floats:
    """The lower lip drawn down beside the middle."""
    s = SIDES[side]
    arch = np.clip(1.0 - (face.x / (HALF_MOUTH + 0.3)) ** 2, 0.0, 1.0) ** 0.7
    lip = arch * bump((face.y + 7.1) / 1.25, 1.0) * face.low * face.side(s, 1.3) * face.soft
    lip = lip * smooth_step(1.0, 4.0, face.z)
    return lip[:, None] * vector(0, -0.85, 0.08)


def pucker(face: Sculpt) -> Floats:
    """Lips rounded and forward, closed."""
    area = lips(face, 2.4, 2.0)
    thick = np.clip(np.abs(face.y - CORNER[1]), 0.0, 1.2) * np.sign(face.y - CORNER[1])
    middle = bump(face.x / 1.9, 1.0)
    offsets = area[:, None] * np.stack(
        [-0.46 * face.x, 0.16 * thick * middle, 0.55 + 0.55 * middle + 0.10 * np.abs(face.x)], axis=1
    )
    cheeks = face.near(4.4, -5.6, 1.5, 1.7) + face.near(-4.4, -5.6, 1.5, 1.7)
    return offsets - 0.22 * cheeks[:, None] * face.out


def funnel(face: Sculpt) -> Floats:
    """Lips rounded, flared and open, as in “sh”."""
    area = lips(face, 2.2, 2.0)
    arch = np.clip(1.0 - (face.x / (HALF_MOUTH + 0.2)) ** 2, 0.0, 1.0) ** 0.6
    middle = bump(face.x / 2.2, 1.0)
    apart = arch * area * np.where(face.low < 0.5, 0.55, -0.70) * np.abs(1.0 - 2.0 * face.low)
    offsets = area[:, None] * np.stack([-0.34 * face.x, np.zeros_like(area), 0.45 + 0.65 * middle], axis=1)
    offsets[:, 1] += apart
    return offsets


def mouth_sideways(face: Sculpt, sign: float) -> Floats:
    """The whole mouth to the character's left (1) or right (-1)."""
    area = lips(face, 2.0, 2.2)
    turn = -0.18 * face.x * area
    return area[:, None] * vector(sign * 1.15, 0, -0.05) + np.stack([0 * turn, 0 * turn, sign * turn], axis=1)


def rolled(face: Sculpt, rings: float, *, upper: bool, side: str = "") -> Floats:
    """A lip slid over its own profile by `rings` loops: positive rolls it in, negative turns it out.

    What was the border comes to the edge, so the lips keep touching.
    """
    loops = face.skin.mouth.rings
    count, n = loops.shape
    profile = face.rest[loops]
    reach = np.interp(np.arange(count), [1, 5, 7, 12, 15, 18], [0.0, 0.55, 1.0, 1.0, 0.8, 0.0])
    angle = np.sin(np.pi * (1.0 - 2.0 * np.arange(n) / n))
    share = smooth_step(0.0, 0.55, angle if upper else -angle)
    if side:
        share = share * smooth_step(-1.2, 1.2, SIDES[side] * profile[face.skin.mouth.edge, :, 0])
    at = np.clip(np.arange(count)[:, None] + rings * reach[:, None] * share[None], 0.0, count - 1.001)
    below = at.astype(np.int64)
    part = (at - below)[..., None]
    column = np.arange(n)[None]
    moved = profile[below, column] * (1.0 - part) + profile[below + 1, column] * part
    offsets = np.zeros_like(face.rest)
    offsets[loops] = moved - profile
    return offsets


def press(face: Sculpt, side: str) -> Floats:
    """Both lips pressed together: thinner, a little rolled in, the corners firm."""
    s = SIDES[side]
    thin = lips(face, 0.6, 0.9) * face.side(s, 1.2)
    corner = face.near(s * (CORNER[0] + 0.2), CORNER[1], 0.7, 0.8)
    return (
        rolled(face, 1.5, upper=True, side=side)
        + rolled(face, 1.5, upper=False, side=side)
        + (thin * -(face.y - CORNER[1]) * 0.22)[:, None] * vector(0, 1, 0)
        + corner[:, None] * vector(s * 0.08, 0, 0.12)
        + face.near(0.0, -8.6, 1.5, 0.8)[:, None] * face.side(s, 1.0)[:, None] * vector(0, 0.08, 0.10)
    )


def lip_tighten(face: Sculpt) -> Floats:
    """Lips narrow and tight."""
    area = lips(face, 1.4, 1.3)
    return (
        area[:, None] * np.stack([-0.14 * face.x, -0.22 * (face.y - CORNER[1]), np.full_like(area, 0.06)], axis=1)
        + rolled(face, 0.8, upper=True)
        + rolled(face, 0.8, upper=False)
    )


def shrug_lower(face: Sculpt) -> Floats:
    """The chin raised: it pushes the lower lip, and the upper one with it, up and out."""
    chin = face.near(0.0, -8.8, 1.9, 1.25) * smooth_step(0.2, 0.8, face.low)
    lip = lips(face, 0.2, 1.5) * bump(face.x / 2.3, 1.0)
    return (
        chin[:, None] * vector(0, 0.78, 0.34)
        + lip[:, None] * vector(0, 0.46, 0.12)
        + (lip * face.low)[:, None] * vector(0, 0.0, 0.36)
    )


def shrug_upper(face: Sculpt) -> Floats:
    """The upper lip pushed up and out, the lower one following."""
    lip = lips(face, 0.2, 1.4) * bump(face.x / 2.2, 1.0)
    return lip[:, None] * vector(0, 0.34, 0.06) + (lip * (1.0 - face.low))[:, None] * vector(0, 0.05, 0.28)


def lower_lip_to_teeth(face: Sculpt) -> Floats:
    """The lower lip's edge under the upper teeth, for f and v; the upper lip gives way."""
    loops = face.skin.mouth.rings
    n = loops.shape[1]
    angle = np.sin(np.pi * (1.0 - 2.0 * np.arange(n) / n))
    share = smooth_step(0.1, 0.75, -angle)
    offsets = rolled(face, 2.2, upper=False)
    edge = face.rest[loops[face.skin.mouth.edge]] + offsets[loops[face.skin.mouth.edge]]
    pull = np.zeros((n, 3))
    pull[:, 1] = (parts.UPPER_TEETH_EDGE - edge[:, 1] + 0.02) * share
    wide, deep = parts.TEETH_ARCH
    arch = deep * (1.0 - np.sqrt(np.clip(1.0 - (edge[:, 0] / wide) ** 2, 0.0, 1.0)))
    pull[:, 2] = (parts.TEETH_FRONT - arch + 0.05 - edge[:, 2]) * share
    for grip, ring in zip(LIP_GRIP, loops, strict=False):
        offsets[ring] += pull * grip
    upper = lips(face, 0.2, 1.1) * (1.0 - face.low) * np.clip(1.0 - (face.x / HALF_MOUTH) ** 2, 0.0, 1.0)
    return offsets + upper[:, None] * vector(0, 0.30, 0.04)


def bite_with_jaw(face: Sculpt) -> Floats:
    """What the lower lip has to make up for where it lies at the teeth while the jaw is open."""
    loops = face.skin.mouth.rings
    n = loops.shape[1]
    share = smooth_step(0.1, 0.75, -np.sin(np.pi * (1.0 - 2.0 * np.arange(n) / n)))
    pull = -jaw_open(face)[loops[face.skin.mouth.edge]] * share[:, None]
    offsets = np.zeros_like(face.rest)
    for grip, ring in zip(LIP_GRIP, loops, strict=False):
        offsets[ring] = pull * grip
    return offsets


def _tongue(face: Sculpt) -> tuple[Floats, Floats]:
    mask = face.of["tongue"].astype(np.float64)
    s = np.clip((face.rest[:, 2] - 0.6) / parts.TONGUE_LENGTH, 0.0, 1.0)
    return mask, s


def tongue_out(face: Sculpt) -> Floats:
    """The tongue out over the lower lip."""
    mask, s = _tongue(face)
    reach = 4.6 * s**1.2
    return (mask * reach)[:, None] * vector(0, 0, 1) + (
        mask * (0.55 * np.sin(np.pi * np.clip(s, 0, 1)) + 0.1 - 1.2 * smooth_step(0.7, 1.0, s))
    )[:, None] * vector(0, 1, 0)


def tongue_tip_up(face: Sculpt) -> Floats:
    """The tip of the tongue up behind the upper teeth."""
    mask, s = _tongue(face)
    return (mask * smooth_step(0.55, 1.0, s))[:, None] * vector(0, 1.25, 0.15)


def tongue_body_up(face: Sculpt) -> Floats:
    """The middle of the tongue up."""
    mask, s = _tongue(face)
    return (mask * bump((s - 0.62) / 0.26, 1.0))[:, None] * vector(0, 0.95, 0.1)


def tongue_back_up(face: Sculpt) -> Floats:
    """The back of the tongue up."""
    mask, s = _tongue(face)
    return (mask * (bump((s - 0.28) / 0.26, 1.0) * 1.25 - 0.2 * s))[:, None] * vector(0, 1.0, -0.25)


def tongue_wide(face: Sculpt) -> Floats:
    """The tongue wide; with a weight below 0 narrow."""
    mask, s = _tongue(face)
    offsets = np.zeros_like(face.rest)
    offsets[:, 0] = mask * 0.2 * face.rest[:, 0] * smooth_step(0.1, 0.5, s)
    return offsets
