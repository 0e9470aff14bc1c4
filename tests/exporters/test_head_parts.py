"""Our head as other programs blend it: straight sums of shapes, with nothing of our renderer's own care."""

from __future__ import annotations

import numpy as np
import pytest

from generators.artifacts import RigCurves
from generators.exporters.head_parts import head_motion, head_parts
from generators.face.actions import INDEX, NAMES
from generators.face.mesh import Opening, clay_head


def gaps_cm(**actions: float) -> tuple[float, float]:
    """How far the middle of the lips and of the left lids are apart."""
    row = np.zeros((1, len(NAMES)), dtype=np.float32)
    for name, value in actions.items():
        for moved in [name] if name in INDEX else [f"{name}_left", f"{name}_right"]:
            row[0, INDEX[moved]] = value
    head, parts = clay_head(), head_parts()
    weights = head_motion(RigCurves("actions", NAMES, row), parts).weights[0]
    own = [part for name, part in head.parts.items() if not name.startswith(("eye_", "cornea_"))]
    used = np.unique(np.concatenate([head.triangles[part].ravel() for part in own]))
    assert len(used) == len(parts.face.vertices)
    points = parts.face.vertices.astype(np.float64)
    for (index, offsets, _), weight in zip(parts.face.targets.values(), weights, strict=True):
        points[index] += weight * offsets

    def gap(opening: Opening) -> float:
        middle = opening.upper.shape[1] // 2
        above, below = (side[opening.edge, middle] for side in (opening.upper, opening.lower))
        # pieces number their vertices anew, in their old order
        found = np.searchsorted(used, [above, below])
        return 100 * float(points[found[0], 1] - points[found[1], 1])

    return gap(head.mouth), gap(head.lids[0])


@pytest.mark.parametrize("jaw", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("felt", [{}, {"lip_corner_pull": 0.6}, {"lip_stretch": 0.5}])
def test_lips_meet_over_an_open_jaw(jaw: float, felt: dict[str, float]) -> None:
    opened, _ = gaps_cm(jaw_drop=jaw, **felt)
    closed, _ = gaps_cm(jaw_drop=jaw, lips_close=jaw, lip_press=0.3, **felt)
    assert abs(closed) < 0.04
    assert opened > 5 * abs(closed)


@pytest.mark.parametrize(
    "felt",
    [
        {},
        {"lid_tighten": 0.6, "cheek_raise": 0.6},
        {"lid_upper_raise": 0.8},
        {"gaze_pitch": 15.0},
        {"gaze_pitch": -20.0},
    ],
)
def test_lids_meet_in_a_blink_whatever_else_they_do(felt: dict[str, float]) -> None:
    _, closed = gaps_cm(blink=1.0, **felt)
    assert abs(closed) < 0.03
    assert gaps_cm()[1] > 1.0


def test_eyes_are_pieces_of_their_own() -> None:
    parts = head_parts()
    for eye, side in zip(parts.eyes, (1, -1), strict=True):
        assert not eye.targets
        assert np.abs(eye.vertices).max() < 0.02
        assert np.sign(parts.eye_centres[0 if side == 1 else 1, 0]) == side
    moved = {name: len(index) for name, (index, _, _) in parts.face.targets.items()}
    assert moved["jawOpen"] > 500
    assert all(np.isfinite(normals).all() for _, _, normals in parts.face.targets.values())
