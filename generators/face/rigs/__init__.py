"""The rigs that action curves can be turned into, one a file. To add one: its file, and a line in RIGS."""

from __future__ import annotations

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.face.actions import NAMES
from generators.face.rig import ACTIONS_RIG, Rig, action_values
from generators.face.rigs.arkit import ArkitRig
from generators.face.rigs.metahuman import MetaHumanRig
from generators.face.rigs.oculus import OculusRig
from generators.face.rigs.vrm import VrmRig

RIGS: tuple[Rig, ...] = (ArkitRig(), MetaHumanRig(), VrmRig(), OculusRig())


def rig_named(name: str) -> Rig:
    """The rig called `name`.

    Raises:
        BadRequest: there is none; the message lists those there are.
    """
    for rig in RIGS:
        if rig.name == name:
            return rig
    raise BadRequest(f"There is no rig called “{name}”: choose {', '.join(rig.name for rig in RIGS)}.")


def as_actions(curves: RigCurves) -> RigCurves:
    """`curves` of any rig as curves of actions, the whole of them in the order of NAMES.

    Raises:
        BadRequest: the rig is unknown or has no way back.
    """
    if curves.rig == ACTIONS_RIG:
        return RigCurves(ACTIONS_RIG, NAMES, action_values(curves), curves.frame_rate_hz)
    return rig_named(curves.rig).to_actions(curves)


def as_rig(curves: RigCurves, name: str) -> RigCurves:
    """`curves` of any rig as those of the rig called `name`, or of "actions".

    Raises:
        BadRequest: a rig is unknown, or the one of `curves` has no way back.
    """
    if curves.rig == name:
        return curves
    actions = as_actions(curves)
    return actions if name == ACTIONS_RIG else rig_named(name).from_actions(actions)
