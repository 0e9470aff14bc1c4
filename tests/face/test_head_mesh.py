"""The clay head as a mesh: whole, the right way out, and every shape where it belongs."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest

from generators.face.mesh import Head, clay_head
from generators.face.mesh.build import clay_head as build
from generators.face.mesh.head import vertex_normals
from generators.face.mesh.shapes import ARKIT
from generators.face.rigs.arkit import SHAPES

HEAD = clay_head()
MIRRORED = sorted(name for name in HEAD.shapes if name.endswith("Left") and name not in ("jawLeft", "mouthLeft"))
# where each family of shapes does its work at rest: x towards the character's left, y up, in centimetres
PLACES = {
    "brow": ((1.0, 6.5), (1.0, 6.5)),
    "eye": ((1.0, 5.7), (-2.5, 3.0)),
    "cheekSquint": ((1.0, 6.5), (-5.0, 1.5)),
    "noseSneer": ((0.0, 4.5), (-6.5, 4.0)),
    "mouthSmile": ((0.3, 5.5), (-9.0, -2.0)),
    "mouthFrown": ((0.0, 5.0), (-10.0, -5.0)),
}


def offsets(head: Head, name: str) -> np.ndarray:
    whole = np.zeros_like(head.vertices)
    whole[head.shapes[name].index] = head.shapes[name].offsets
    return whole


def span(*names: str) -> np.ndarray:
    return np.unique(np.concatenate([HEAD.triangles[HEAD.parts[name]].ravel() for name in names]))


def mirror_of(points: np.ndarray) -> np.ndarray:
    """For each vertex the one at its mirror image."""
    flipped = points * np.array([-1.0, 1.0, 1.0], dtype=np.float32)
    order, other = (np.lexsort(np.round(p, 3).T) for p in (points, flipped))
    partner = np.empty(len(points), dtype=np.int64)
    partner[other] = order
    return partner


def test_it_is_whole() -> None:
    assert 5_000 <= len(HEAD.vertices) <= 10_000
    for values in (HEAD.vertices, HEAD.normals, HEAD.colours, HEAD.surface):
        assert np.isfinite(values).all()
        assert len(values) == len(HEAD.vertices)
    assert HEAD.triangles.min() >= 0
    assert HEAD.triangles.max() < len(HEAD.vertices)
    assert min(part.start for part in HEAD.parts.values()) == 0
    assert sum(part.stop - part.start for part in HEAD.parts.values()) == len(HEAD.triangles)
    assert {"skin", "lips", "brow", "teeth_upper", "teeth_lower", "tongue", "inner_mouth", "cornea_left"} <= set(
        HEAD.parts
    )
    np.testing.assert_allclose(np.linalg.norm(HEAD.normals[np.unique(HEAD.triangles)], axis=1), 1.0, atol=1e-3)


def test_no_triangle_is_degenerate() -> None:
    a, b, c = (HEAD.vertices[HEAD.triangles[:, corner]].astype(np.float64) for corner in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    assert (np.sort(HEAD.triangles, axis=1)[:, 1:] != np.sort(HEAD.triangles, axis=1)[:, :-1]).all()
    # at the very corners of the mouth both lips end in one point, so a few triangles there have no height
    assert np.sort(area)[16] > 1e-6


def test_winding_is_consistent() -> None:
    """Each edge is passed once in each direction, and solid parts look outwards."""
    for name in HEAD.parts:
        triangles = HEAD.triangles[HEAD.parts[name]]
        edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
        assert len(np.unique(edges, axis=0)) == len(edges), name
    for name in (
        "eye_left",
        "eye_right",
        "teeth_upper",
        "teeth_lower",
        "tongue",
        "ear",
        "brow",
        "skin",
        "hair",
        "collar",
    ):
        triangles = HEAD.triangles[HEAD.parts[name]]
        corners = HEAD.vertices[triangles].astype(np.float64)
        middle = np.where(name in ("ear", "brow"), np.sign(corners[:, :1, :1].mean(axis=1)), 0.0)
        centre = corners.reshape(-1, 3).mean(axis=0)
        if name in ("ear", "brow"):
            keep = middle[:, 0] > 0
            corners = corners[keep]
            centre = corners.reshape(-1, 3).mean(axis=0)
        face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        assert (face * (corners.mean(axis=1) - centre)).sum() > 0, name


def test_it_is_the_same_everywhere_and_quickly_made() -> None:
    build.cache_clear()
    begun = time.process_time()
    again = clay_head()
    assert time.process_time() - begun < 5.0  # under a second on an idle machine; tests share theirs
    assert again.vertices.tobytes() == HEAD.vertices.tobytes()
    assert all(again.shapes[name].offsets.tobytes() == HEAD.shapes[name].offsets.tobytes() for name in HEAD.shapes)


def test_the_shapes_are_arkits() -> None:
    assert set(ARKIT) == set(SHAPES)
    assert len(ARKIT) == 52
    assert HEAD.shape_names[:52] == tuple(ARKIT)


@pytest.mark.parametrize("name", HEAD.shape_names)
def test_every_shape_moves_something(name: str) -> None:
    delta = HEAD.shapes[name]
    reach = np.linalg.norm(delta.offsets, axis=1)
    assert len(delta.index) >= 20
    assert 0.03 < reach.max() < 6.0
    assert np.isfinite(delta.offsets).all()
    assert (np.diff(delta.index) > 0).all()
    moved = HEAD.vertices[delta.index]
    assert moved[:, 1].min() > -17.0  # nothing reaches the collar
    if name.endswith(("Left", "Right")) and not name.startswith(("jaw", "mouthLeft", "mouthRight")):
        sign = 1.0 if name.endswith("Left") else -1.0
        weight = reach / reach.sum()
        assert (sign * moved[:, 0] * weight).sum() > 0.4, "left is the character's own left"
        assert reach[sign * moved[:, 0] < -1.6].max(initial=0.0) < 0.1 * reach.max()
    for family, (across, up) in PLACES.items():
        if name.startswith(family) and not name.startswith("eyeLook"):
            centre = (np.abs(moved) * (reach / reach.sum())[:, None]).sum(axis=0)
            assert across[0] <= centre[0] <= across[1]
            assert up[0] <= (moved[:, 1] * reach).sum() / reach.sum() <= up[1]


@pytest.mark.parametrize("name", MIRRORED)
def test_sides_are_mirror_images(name: str) -> None:
    partner = mirror_of(HEAD.vertices)
    left = offsets(HEAD, name)
    right = offsets(HEAD, f"{name.removesuffix('Left')}Right")
    flipped = right[partner] * np.array([-1.0, 1.0, 1.0])
    far = np.linalg.norm(left - flipped, axis=1)
    hair = span("hair")
    # vertices that share a place may swap partners, and the diagonals of quads are not mirrored
    assert np.sort(np.delete(far, hair))[-8] < 5e-3 + 0.03 * np.abs(left).max()


@pytest.mark.parametrize(
    ("name", "part", "direction"),
    [
        ("jawOpen", "teeth_lower", (0, -1, 0)),
        ("jawForward", "teeth_lower", (0, 0, 1)),
        ("jawLeft", "teeth_lower", (1, 0, 0)),
        ("jawRight", "teeth_lower", (-1, 0, 0)),
        ("mouthLeft", "lips", (1, 0, 0)),
        ("mouthPucker", "lips", (0, 0, 1)),
        ("mouthFunnel", "lips", (0, 0, 1)),
        ("mouthSmileLeft", "lips", (0.5, 0.5, 0)),
        ("mouthFrownLeft", "lips", (0, -1, 0)),
        ("mouthShrugLower", "lips", (0, 1, 0)),
        ("tongueOut", "tongue", (0, 0, 1)),
        ("tongueTipUp", "tongue", (0, 1, 0)),
        ("browInnerUp", "brow", (0, 1, 0)),
        ("browDownLeft", "brow", (0, -1, 0)),
        ("browOuterUpRight", "brow", (0, 1, 0)),
    ],
)
def test_directions(name: str, part: str, direction: tuple[float, float, float]) -> None:
    mean = offsets(HEAD, name)[span(part)].mean(axis=0)
    assert mean @ np.array(direction) > 0.04
    assert mean @ np.array(direction) >= 0.55 * np.abs(mean).max()


def test_teeth_above_stay() -> None:
    above = span("teeth_upper")
    for name in HEAD.shapes:
        assert not np.isin(HEAD.shapes[name].index, above).any(), name


def test_brows_keep_their_volume() -> None:
    triangles = HEAD.triangles[HEAD.parts["brow"]]

    def volume(points: np.ndarray) -> float:
        a, b, c = (points[triangles[:, corner]].astype(np.float64) for corner in range(3))
        return float(abs((a * np.cross(b, c)).sum()) / 6)

    rest = volume(HEAD.vertices)
    for name in ("browInnerUp", "browDownLeft", "browOuterUpLeft"):
        assert volume(HEAD.vertices + offsets(HEAD, name)) == pytest.approx(rest, rel=0.25), name


def test_normals_are_those_of_the_triangles() -> None:
    expected = vertex_normals(HEAD.vertices, HEAD.triangles)
    np.testing.assert_allclose(
        HEAD.normals, expected, atol=3e-4
    )  # those of triangles without height are told by few digits


def test_the_window_can_import_it() -> None:
    """Neither torch nor scipy comes along."""
    code = "import sys, generators.face.film; print('torch' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
