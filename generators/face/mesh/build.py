"""Puts the clay head together from its pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import numpy as np

from generators.face.mesh import parts
from generators.face.mesh.form import EYE_CENTRE, EYE_RADIUS, Floats, smooth_step
from generators.face.mesh.hair import hair, hidden_by_hair
from generators.face.mesh.head import Delta, Floats32, Head, Opening, vertex_normals
from generators.face.mesh.lower_shapes import LIP_GRIP
from generators.face.mesh.sculpt import JAW_PIVOT, Sculpt, lower_partner, upper_share
from generators.face.mesh.shapes import CORRECTIVES, SHAPES
from generators.face.mesh.skin import Ints, Loops, Skin, build_skin
from generators.face.mesh.upper_shapes import LID_GRIP

HEAD_PIVOT = np.array([0.0, -10.5, -2.6])
SMALLEST_OFFSET = 2e-4
"""Offsets below this, in centimetres, are left out of a shape."""


def _linear(red: float, green: float, blue: float) -> Floats:
    """A colour in sRGB 0..1 as linear RGB."""
    return np.array([red, green, blue]) ** 2.2


SKIN = _linear(0.82, 0.595, 0.485)
LIPS = _linear(0.70, 0.385, 0.35)
FLESH = _linear(0.58, 0.21, 0.20)
GUM = _linear(0.70, 0.36, 0.35)
TOOTH = _linear(0.93, 0.90, 0.82)
TONGUE = _linear(0.72, 0.34, 0.34)
BROW = _linear(0.26, 0.165, 0.13)
HAIR = _linear(0.30, 0.185, 0.14)
CLOTH = _linear(0.23, 0.28, 0.37)


class _Assembly:
    """Collects pieces into one list of vertices and triangles."""

    def __init__(self) -> None:
        self.vertices: list[Floats] = []
        self.triangles: list[Ints] = []
        self.colours: list[Floats] = []
        self.surface: list[Floats] = []
        self.kind: list[Floats] = []
        self.spans: dict[str, slice] = {}
        self.parts: dict[str, slice] = {}
        self.count = self.triangle_count = 0

    def add(
        self, name: str, pieces: Iterable[tuple[Floats, Ints, Floats]], surface: tuple[float, float, float], kind: float
    ) -> None:
        """Add `pieces` (vertices, triangles, colours) as the part `name`."""
        first, first_triangle = self.count, self.triangle_count
        for vertices, triangles, colours in pieces:
            self.vertices.append(vertices)
            self.triangles.append(triangles + self.count)
            self.colours.append(np.broadcast_to(colours, vertices.shape))
            self.surface.append(np.tile(np.array(surface), (len(vertices), 1)))
            self.kind.append(np.full(len(vertices), kind))
            self.count += len(vertices)
            self.triangle_count += len(triangles)
        self.spans[name] = slice(first, self.count)
        self.parts[name] = slice(first_triangle, self.triangle_count)

    def add_both(self, name: str, piece: parts.Piece, colours: Floats, surface: tuple[float, float, float]) -> None:
        """Add a piece and its mirror image as one part of clay."""
        other = parts.mirrored(piece)
        self.add(
            name,
            [(piece.vertices, piece.triangles, colours), (other.vertices, other.triangles, colours)],
            surface,
            0.0,
        )


def _skin_colours(skin: Skin) -> tuple[Floats, Floats]:
    """Colours (v, 3) and surface (v, 3) of the skin: warmer cheeks, nose and ears' side, lips, flesh inside."""
    p = skin.vertices
    colours = np.tile(SKIN, (len(p), 1))
    blush = np.exp(-(((np.abs(p[:, 0]) - 4.2) / 2.0) ** 2 + ((p[:, 1] + 2.9) / 1.7) ** 2)) * smooth_step(1, 4, p[:, 2])
    nose = np.exp(-((p[:, 0] / 1.4) ** 2 + ((p[:, 1] + 3.1) / 1.1) ** 2)) * smooth_step(7.5, 9.0, p[:, 2])
    warm = np.clip(0.75 * blush + 0.6 * nose, 0, 1)[:, None]
    colours = colours * (1 - warm) + colours * np.array([1.02, 0.74, 0.70]) * warm
    surface = np.tile(np.array([0.52, 0.0, 1.0]), (len(p), 1))
    rings = skin.mouth.rings
    for ring, share in ((skin.lip_border - 1, 0.12), (skin.lip_border, 0.72)):
        colours[rings[ring]] = colours[rings[ring]] * (1 - share) + LIPS * share
    for ring in range(skin.lip_border + 1, len(rings)):
        depth = smooth_step(skin.mouth.edge - 0.5, skin.lip_inner + 1.5, ring)
        dark = 1.0 - 0.85 * smooth_step(skin.lip_inner + 1, len(rings) - 2, ring)
        colours[rings[ring]] = (LIPS * (1 - depth) + FLESH * depth) * dark
        surface[rings[ring]] = (0.46, 0.10 + 0.3 * float(depth), 0.9)
    for loops in skin.eyes.values():
        colours[loops.rings[loops.edge]] *= np.array([0.96, 0.80, 0.76])
        colours[loops.rings[loops.edge + 1 :]] = _linear(0.72, 0.42, 0.38)
    colours[rings[-1]] = colours[-1] = FLESH * 0.1
    return colours, surface


def _skin_parts(skin: Skin) -> dict[str, Ints]:
    """The triangles of the skin by part."""
    triangles = np.concatenate([parts.triangles_of(skin.quads), skin.triangles])
    rings = skin.mouth.rings
    zone = np.zeros(len(skin.vertices), dtype=np.int64)
    zone[rings[skin.lip_border : skin.lip_inner].ravel()] = 1
    zone[rings[skin.lip_inner :].ravel()] = 2
    zone[rings[-1].max() + 1 :] = 0
    throat = triangles[-rings.shape[1] :, 1]
    zone[throat] = 2
    inner = (zone[triangles] == 2).any(axis=1)
    lips = (zone[triangles] >= 1).all(axis=1) & ~inner
    return {"skin": triangles[~inner & ~lips], "lips": triangles[lips], "inner_mouth": triangles[inner]}


def _shown(skin: Skin) -> Skin:
    """The skin without what the hair always covers."""
    hidden = hidden_by_hair(skin.vertices)
    quads = skin.quads[~hidden[skin.quads].all(axis=1)]
    triangles = skin.triangles[~hidden[skin.triangles].all(axis=1)]
    used = np.unique(np.concatenate([quads.ravel(), triangles.ravel()]))
    number = np.full(len(skin.vertices), -1)
    number[used] = np.arange(len(used))

    def renumbered(loops: Loops) -> Loops:
        return Loops(number[loops.rings], loops.edge)

    eyes = {side: renumbered(loops) for side, loops in skin.eyes.items()}
    return replace(
        skin,
        vertices=skin.vertices[used],
        quads=number[quads],
        triangles=number[triangles],
        mouth=renumbered(skin.mouth),
        eyes=eyes,
    )


def _assembled(skin: Skin) -> _Assembly:
    all_of = _Assembly()
    colours, surface = _skin_colours(skin)
    by_part = _skin_parts(skin)
    all_of.add("skin", [(skin.vertices, by_part["skin"], colours)], (0, 0, 0), 0.0)
    all_of.surface[0] = surface
    for name in ("lips", "inner_mouth"):
        first = all_of.triangle_count
        all_of.triangles.append(by_part[name])
        all_of.triangle_count += len(by_part[name])
        all_of.parts[name] = slice(first, all_of.triangle_count)
    all_of.kind[0][skin.mouth.rings[skin.lip_inner :]] = 3.0
    all_of.add_both("brow", parts.brow(), BROW, (0.62, 0.0, 0.25))
    ear = parts.ear()
    all_of.add_both("ear", ear, SKIN * np.array([1.0, 0.90, 0.87]), (0.55, 0.0, 1.0))
    eye, clear = parts.eyeball(), parts.cornea()
    other_eye, other_clear = parts.mirrored(eye), parts.mirrored(clear)
    shade = _eye_colours(eye.along)
    all_of.add("eye_left", [(eye.vertices, eye.triangles, shade)], (0.2, 0.5, 0.3), 1.0)
    white = np.ones(3)
    all_of.add("cornea_left", [(clear.vertices, clear.triangles, white)], (0.1, 1.0, 0.0), 1.0)
    all_of.add("eye_right", [(other_eye.vertices, other_eye.triangles, shade)], (0.2, 0.5, 0.3), 2.0)
    all_of.add("cornea_right", [(other_clear.vertices, other_clear.triangles, white)], (0.1, 1.0, 0.0), 2.0)
    for name, above in (("teeth_upper", True), ("teeth_lower", False)):
        row = parts.teeth(upper=above)
        colours = np.where(row.along[:, None] > 0.5, TOOTH, GUM)
        all_of.add(name, [(row.vertices, row.triangles, colours)], (0.28, 0.5, 0.5), 3.0)
    piece = parts.tongue()
    all_of.add("tongue", [(piece.vertices, piece.triangles, TONGUE)], (0.42, 0.6, 0.8), 3.0)
    piece = hair()
    shades = HAIR * (0.55 + 0.55 * piece.along[:, None])
    all_of.add("hair", [(piece.vertices, piece.triangles, shades)], (0.46, 0.25, 0.15), 4.0)
    piece = parts.collar()
    all_of.add("collar", [(piece.vertices, piece.triangles, CLOTH)], (0.85, 0.0, 0.1), 4.0)
    return all_of


def _eye_colours(angle: Floats) -> Floats:
    """Colours (v, 3) of an eyeball for programs that know no more than colours of vertices."""
    white, iris, pupil = _linear(0.90, 0.885, 0.865), _linear(0.40, 0.55, 0.58), _linear(0.02, 0.02, 0.02)
    colours = np.where((angle < parts.IRIS_ANGLE)[:, None], iris, white)
    return np.where((angle <= parts.PUPIL_ANGLE)[:, None], pupil, colours)


def _sculpted(skin: Skin, rest: Floats, out: Floats, spans: dict[str, slice]) -> Sculpt:
    count = len(rest)
    of = {name: np.zeros(count, dtype=bool) for name in spans}
    for name, span in spans.items():
        of[name][span] = True
    place = rest.copy()
    rings = skin.mouth.rings
    edge = rings[skin.mouth.edge]
    soft = np.zeros(count)
    soft[of["skin"] | of["brow"]] = 1.0
    for ring in range(skin.mouth.edge + 1, len(rings)):
        place[rings[ring]] = rest[edge]
        soft[rings[ring]] = smooth_step(skin.lip_inner + 5.0, skin.lip_inner + 0.5, ring)
    for loops in skin.eyes.values():
        place[loops.rings[loops.edge + 1 :]] = rest[loops.rings[loops.edge]]
    share = upper_share(skin, rest)
    low = smooth_step(0.8, -0.8, share)
    # the jaw: below the mouth and forward of the neck; the corners go half way
    under = smooth_step(-16.5, -10.8, rest[:, 1] + 0.25 * np.clip(rest[:, 2] - 3.0, 0, 9))
    forward = smooth_step(-4.5, 3.0, rest[:, 2] - 0.25 * (rest[:, 1] + 8.0))
    jaw = smooth_step(1.05, -1.05, share) * under * forward
    jaw[~of["skin"]] = 0.0
    jaw[of["teeth_lower"] | of["tongue"]] = 1.0
    throat = smooth_step(1.5, -2.0, rest[rings[-3:], 2])
    jaw[rings[-3:]] *= 1.0 - 0.4 * throat
    return Sculpt(rest, place, out, low, jaw, soft, skin, of)


def _opening(loops: Loops, grip: Floats) -> Opening:
    upper, lower = lower_partner(loops)
    depth = len(grip)
    return Opening(
        loops.rings[:depth, upper].astype(np.int32),
        loops.rings[:depth, lower].astype(np.int32),
        loops.edge,
        grip.astype(np.float32),
    )


def _delta(offsets: Floats) -> Delta:
    moved = np.flatnonzero(np.abs(offsets).max(axis=1) > SMALLEST_OFFSET)
    return Delta(moved.astype(np.int32), offsets[moved].astype(np.float32))


@cache
def clay_head() -> Head:
    """The clay puppet. The same in every process; made in a fraction of a second and kept."""
    skin = _shown(build_skin())
    whole = _assembled(skin)
    rest = np.concatenate(whole.vertices)
    triangles = np.concatenate(whole.triangles)
    normals = vertex_normals(rest, triangles)
    face = _sculpted(skin, rest, normals, whole.spans)
    weight = smooth_step(-17.0, -10.5, rest[:, 1])
    weight[whole.spans["collar"]] = 0.0
    surface = np.column_stack([np.concatenate(whole.surface), np.ones(len(rest))])
    centre = np.array(EYE_CENTRE)
    return Head(
        vertices=_fixed(rest),
        normals=_fixed(normals),
        triangles=triangles.astype(np.int32),
        parts=whole.parts,
        colours=_fixed(np.concatenate(whole.colours)),
        surface=_fixed(surface),
        kind=_fixed(np.concatenate(whole.kind)),
        shapes={name: _delta(field(face)) for name, field in SHAPES.items()},
        correctives={pair: _delta(field(face)) for pair, field in CORRECTIVES.items()},
        eye_centres=_fixed(np.stack([centre, centre * np.array([-1.0, 1.0, 1.0])])),
        eye_radius=EYE_RADIUS,
        eye_vertices=(
            slice(whole.spans["eye_left"].start, whole.spans["cornea_left"].stop),
            slice(whole.spans["eye_right"].start, whole.spans["cornea_right"].stop),
        ),
        jaw_pivot=_fixed(JAW_PIVOT),
        head_pivot=_fixed(HEAD_PIVOT),
        head_weight=_fixed(weight),
        mouth=_opening(skin.mouth, LIP_GRIP),
        lids=(_opening(skin.eyes["left"], LID_GRIP), _opening(skin.eyes["right"], LID_GRIP)),
    )


def _fixed(values: Floats) -> Floats32:
    array = np.ascontiguousarray(values, dtype=np.float32)
    array.flags.writeable = False
    return array
