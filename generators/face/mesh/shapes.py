"""The table of shapes: ARKit's 52 by their names, and what actions need beyond."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from generators.face.mesh import lower_shapes as lower
from generators.face.mesh import upper_shapes as upper
from generators.face.mesh.form import Floats
from generators.face.mesh.sculpt import Field, Sculpt
from generators.face.rigs.arkit import DOWN_DEG, SIDEWAYS_DEG, UP_DEG


def _on(make: Callable[[Sculpt, str], Floats], side: str) -> Field:
    return lambda face: make(face, side)


def _sided(name: str, make: Callable[[Sculpt, str], Floats]) -> dict[str, Field]:
    return {f"{name}{side.capitalize()}": _on(make, side) for side in ("left", "right")}


def _look(name: str, yaw: float, pitch: float, lids: Callable[[Sculpt, str], Floats]) -> dict[str, Field]:
    """Lids that follow, and the eyeball turned: `yaw` degrees away from the nose, `pitch` upwards."""

    def shape(face: Sculpt, side: str) -> Floats:
        s = upper.SIDES[side]
        offsets = lids(face, side)
        ball = face.of[f"eye_{side}"] | face.of[f"cornea_{side}"]
        centre = upper.eye_centre(side)
        offsets[ball] = (face.rest[ball] - centre) @ eye_turn(s * yaw, pitch).T - (face.rest[ball] - centre)
        return offsets

    return _sided(name, shape)


def eye_turn(yaw_degrees: float, pitch_degrees: float) -> Floats:
    """The rotation (3, 3) of an eye or head by degrees to the character's left and up."""
    yaw, pitch = np.radians(yaw_degrees), np.radians(pitch_degrees)
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    return np.asarray(about_y @ about_x)


def _both(make: Callable[[Sculpt, str], Floats]) -> Field:
    return lambda face: make(face, "left") + make(face, "right")


def _across(towards_nose: bool) -> Callable[[Sculpt, str], Floats]:
    return lambda face, side: upper.look_across(face, side, upper.SIDES[side] * (-1.0 if towards_nose else 1.0))


ARKIT: dict[str, Field] = {
    **_sided("eyeBlink", upper.blink),
    **_look("eyeLookDown", 0.0, -DOWN_DEG, upper.look_down),
    **_look("eyeLookIn", -SIDEWAYS_DEG, 0.0, _across(True)),
    **_look("eyeLookOut", SIDEWAYS_DEG, 0.0, _across(False)),
    **_look("eyeLookUp", 0.0, UP_DEG, upper.look_up),
    **_sided("eyeSquint", upper.eye_squint),
    **_sided("eyeWide", upper.eye_wide),
    "jawForward": lower.jaw_forward,
    "jawRight": partial(lower.jaw_sideways, sign=-1.0),
    "jawLeft": partial(lower.jaw_sideways, sign=1.0),
    "jawOpen": lower.jaw_open,
    "mouthClose": lower.mouth_close,
    "mouthFunnel": lower.funnel,
    "mouthPucker": lower.pucker,
    "mouthRight": partial(lower.mouth_sideways, sign=-1.0),
    "mouthLeft": partial(lower.mouth_sideways, sign=1.0),
    **_sided("mouthSmile", lower.smile),
    **_sided("mouthFrown", lower.frown),
    **_sided("mouthDimple", lower.dimple),
    **_sided("mouthStretch", lower.stretch),
    "mouthRollLower": partial(lower.rolled, rings=3.6, upper=False),
    "mouthRollUpper": partial(lower.rolled, rings=3.6, upper=True),
    "mouthShrugLower": lower.shrug_lower,
    "mouthShrugUpper": lower.shrug_upper,
    **_sided("mouthPress", lower.press),
    **_sided("mouthLowerDown", lower.lower_lip_down),
    **_sided("mouthUpperUp", lower.upper_lip_up),
    **_sided("browDown", upper.brow_down),
    "browInnerUp": _both(upper.brow_inner_up),
    **_sided("browOuterUp", upper.brow_outer_up),
    "cheekPuff": _both(upper.cheek_puff),
    **_sided("cheekSquint", upper.cheek_squint),
    **_sided("noseSneer", upper.nose_sneer),
    "tongueOut": lower.tongue_out,
}

BEYOND: dict[str, Field] = {
    **_sided("browInnerUp", upper.brow_inner_up),
    **_sided("cheekPuff", upper.cheek_puff),
    **_sided("nostrilDilate", upper.nostril_dilate),
    **_sided("nasolabialDeepen", upper.nasolabial_deepen),
    "lipTighten": lower.lip_tighten,
    "lowerLipToTeeth": lower.lower_lip_to_teeth,
    "tongueTipUp": lower.tongue_tip_up,
    "tongueBodyUp": lower.tongue_body_up,
    "tongueBackUp": lower.tongue_back_up,
    "tongueWide": lower.tongue_wide,
}
CORRECTIVES: dict[tuple[str, str], Field] = {("jawOpen", "lowerLipToTeeth"): lower.bite_with_jaw}
"""What is added where two shapes meet, by the product of their weights."""
SHAPES: dict[str, Field] = {**ARKIT, **BEYOND}
