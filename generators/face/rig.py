"""The contract of a rig: which controls it has, and how they follow from facial actions, and actions from them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.face.actions import INDEX, NAMES, clipped

FloatCurves = npt.NDArray[np.float32]
ACTIONS_RIG = "actions"


@dataclass(frozen=True)
class Control:
    """One control of a rig, from `low` to `high` in `unit` ("" for weights, "rad")."""

    name: str
    low: float = 0.0
    high: float = 1.0
    unit: str = ""


class Rig(ABC):
    """A face that other programs know, as controls that follow from facial actions.

    `name` is what requests and files call it, `title` what menus do. `shows` are the actions that can be told from its
    controls again by `to_actions`, empty where the rig has no way back.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    controls: ClassVar[tuple[Control, ...]]
    shows: ClassVar[tuple[str, ...]] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the controls, in the order of the columns."""
        return tuple(control.name for control in self.controls)

    def from_actions(self, curves: RigCurves) -> RigCurves:
        """The curves of this rig's controls that show `curves` of actions, at the same rate.

        Raises:
            BadRequest: `curves` are not curves of actions.
        """
        values = self.control_values(action_values(curves))
        return RigCurves(self.name, self.names, values, curves.frame_rate_hz)

    def to_actions(self, curves: RigCurves) -> RigCurves:
        """The curves of actions that come nearest to `curves` of this rig's controls, at the same rate.

        Controls are found by name; those that are missing are at rest.

        Raises:
            BadRequest: `curves` are of another rig, or this rig has no way back.
        """
        if curves.rig != self.name:
            raise BadRequest(f"These curves are of the rig “{curves.rig}”, not {self.title}: choose that rig.")
        values = clipped(self.action_values(values_by_name(curves, self.names)))
        return RigCurves(ACTIONS_RIG, NAMES, values, curves.frame_rate_hz)

    @abstractmethod
    def control_values(self, actions: FloatCurves) -> FloatCurves:
        """Controls (frames, controls) for actions (frames, actions), each inside its range."""

    def action_values(self, controls: FloatCurves) -> FloatCurves:  # noqa: ARG002  (a rig without a way back)
        """Actions (frames, actions) for controls (frames, controls)."""
        raise BadRequest(
            f"Curves of {self.title} cannot be turned back into facial actions: too little of the face is in them. "
            "Open the curves of a fuller rig, ARKit or MetaHuman."
        )


def action_values(curves: RigCurves) -> FloatCurves:
    """The values (frames, actions) of curves of actions, in the order of NAMES; missing actions are at rest.

    Raises:
        BadRequest: `curves` are of a rig, not of actions.
    """
    if curves.rig != ACTIONS_RIG:
        raise BadRequest(f"Curves of facial actions are needed here, and these are of the rig “{curves.rig}”.")
    if curves.names == NAMES:
        return curves.values
    values = np.zeros((len(curves.values), len(NAMES)), dtype=np.float32)
    for column, name in enumerate(curves.names):
        if name in INDEX:
            values[:, INDEX[name]] = curves.values[:, column]
    return values


def values_by_name(curves: RigCurves, names: tuple[str, ...]) -> FloatCurves:
    """The columns called `names`; where a name stands twice, the later column counts, as in EmoFace's files."""
    place = {name: column for column, name in enumerate(curves.names)}
    values = np.zeros((len(curves.values), len(names)), dtype=np.float32)
    for column, name in enumerate(names):
        if name in place:
            values[:, column] = curves.values[:, place[name]]
    return values
