"""Curves with the edits of the hand above them. No Qt."""

from __future__ import annotations

from collections.abc import Iterable

from generators.artifacts import RigCurves
from generators.face.layers import apply_layers
from generators.face.request import EditLayer


def with_edits(curves: RigCurves, edits: Iterable[EditLayer]) -> RigCurves:
    """`curves` of facial actions as the edits leave them; the same curves where there are none."""
    counted = [edit for edit in edits if not edit.off]
    if not counted:
        return curves
    values = apply_layers(curves.values, counted, curves.frame_rate_hz)
    return RigCurves(curves.rig, curves.names, values, curves.frame_rate_hz)
