"""Poses of the clay head: lips meet, lids meet, nothing passes through anything, gaze and neck turn by degrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.face.actions import ACTIONS, INDEX, NAMES
from generators.face.mesh import Opening, clay_head, posed
from generators.face.mesh.head import vertex_normals
from generators.face.mesh.pose import poser_of
from generators.face.rigs import as_rig

HEAD = clay_head()
POSER = poser_of(HEAD)
EPSILON_CM = 2e-3
FEELINGS: dict[str, dict[str, float]] = {
    "neutral": {},
    "happy": {"lip_corner_pull": 0.9, "cheek_raise": 0.7, "upper_lip_raise": 0.3},
    "sad": {"brow_inner_raise": 1.0, "lip_corner_depress": 0.8, "chin_raise": 0.4},
    "angry": {"brow_lower": 1.0, "lid_tighten": 0.7, "lip_tighten": 0.5, "nose_wrinkle": 0.3},
    "fear": {"lid_upper_raise": 1.0, "lip_stretch": 0.8, "lower_lip_depress": 0.3},
    "surprise": {"brow_inner_raise": 1.0, "brow_outer_raise": 1.0, "lid_upper_raise": 0.9},
    "disgust": {"nose_wrinkle": 1.0, "upper_lip_raise": 0.6, "chin_raise": 0.4},
}


def row(**actions: float) -> np.ndarray:
    values = np.zeros(len(NAMES), dtype=np.float32)
    for name, value in actions.items():
        for column in [INDEX[name]] if name in INDEX else [INDEX[f"{name}_left"], INDEX[f"{name}_right"]]:
            values[column] = value
    return values


def gaps(vertices: np.ndarray, opening: Opening) -> np.ndarray:
    """How far both sides are apart (rings, columns) around the edge of an opening, negative where they overlap."""
    near = slice(opening.edge - 3, opening.edge + 3)
    return vertices[opening.upper[near], 1] - vertices[opening.lower[near], 1]


def lips() -> Opening:
    assert HEAD.mouth is not None
    return HEAD.mouth


@pytest.mark.parametrize("feeling", FEELINGS)
@pytest.mark.parametrize(
    "spoken",
    [
        {"jaw_drop": 0.05, "lips_close": 1.0},
        {"jaw_drop": 0.12, "lips_close": 0.9, "lip_press": 0.5},
        {"jaw_drop": 0.3, "lips_close": 0.3},
        {"jaw_drop": 0.25, "lips_close": 0.8, "lip_pucker": 0.5},
        {"jaw_drop": 0.15, "lips_close": 1.0, "lip_roll_lower": 0.4, "lip_roll_upper": 0.3},
    ],
)
def test_lips_meet_on_p_b_m(feeling: str, spoken: dict[str, float]) -> None:
    pose = POSER.pose(row(**FEELINGS[feeling], **spoken))
    apart = gaps(pose.vertices, lips())
    assert apart.min() > -EPSILON_CM
    # along the whole slit some part of the lips touches
    assert apart.min(axis=0).max() < 0.06, "a closed mouth shows no slit"
    assert pose.mouth < 0.13


@pytest.mark.parametrize(
    "name",
    ["mouthPress", "mouthRoll", "mouthSmile", "mouthFrown", "mouthStretch", "mouthDimple", "mouthPucker", "mouthShrug"],
)
def test_shapes_that_stay_closed(name: str) -> None:
    names = [shape for shape in HEAD.shape_names if shape.startswith(name)]
    assert names
    vertices, _ = posed(HEAD, np.ones(len(names), dtype=np.float32), names)
    apart = gaps(vertices, lips())
    assert apart.min() > -EPSILON_CM
    assert apart.min(axis=0).max() < 0.08


def test_lips_part_where_they_should() -> None:
    middle = lips().upper.shape[1] // 2

    def gap(**actions: float) -> float:
        vertices = POSER.pose(row(**actions)).vertices
        return float(gaps(vertices, lips())[3, middle])

    assert gap() == pytest.approx(0.0, abs=1e-4)
    jaw = [gap(jaw_drop=value) for value in (0.1, 0.3, 0.6, 1.0)]
    assert jaw == sorted(jaw)
    assert 0.25 < jaw[0] < 0.6
    assert 2.5 < jaw[-1] < 5.0
    assert gap(lip_funnel=1.0) > 0.6
    assert gap(upper_lip_raise=1.0) > 0.4
    assert gap(lower_lip_depress=1.0) > 0.4
    assert gap(jaw_drop=0.4, lips_close=0.2) == pytest.approx(gap(jaw_drop=0.4) / 2, rel=0.6)


@pytest.mark.parametrize("jaw", [0.05, 0.12, 0.2])
def test_lower_lip_touches_the_teeth_on_f_v(jaw: float) -> None:
    vertices = POSER.pose(row(lower_lip_to_teeth=1.0, jaw_drop=jaw)).vertices
    teeth = vertices[np.unique(HEAD.triangles[HEAD.parts["teeth_upper"]])]
    middle = lips().lower.shape[1] // 2
    lip = vertices[lips().lower[lips().edge - 3 : lips().edge + 3, middle - 5 : middle + 6]].reshape(-1, 3)
    apart = np.linalg.norm(lip[:, None] - teeth[None], axis=2).min()
    without = vertices_without = POSER.pose(row(jaw_drop=jaw)).vertices
    lip = vertices_without[lips().lower[lips().edge - 3 : lips().edge + 3, middle - 5 : middle + 6]].reshape(-1, 3)
    assert apart < 0.2
    assert (
        apart
        < np.linalg.norm(lip[:, None] - without[np.unique(HEAD.triangles[HEAD.parts["teeth_upper"]])], axis=2).min()
    )
    upper = vertices[lips().upper[lips().edge, middle]]
    assert upper[1] > vertices[lips().lower[lips().edge, middle]][1] + 0.1, "f is not p: the lips stay apart"


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"lid_upper_raise": 1.0},
        {"lid_tighten": 1.0, "cheek_raise": 1.0},
        {"gaze_pitch": -30.0},
        {"gaze_pitch": 25.0, "gaze_yaw": 30.0},
        {"brow_lower": 1.0, "nose_wrinkle": 1.0},
    ],
)
def test_lids_meet_and_the_eye_stays_inside(others: dict[str, float]) -> None:
    pose = POSER.pose(row(blink=1.0, **others))
    for lids, centre in zip(HEAD.lids, HEAD.eye_centres, strict=True):
        apart = pose.vertices[lids.upper[lids.edge]] - pose.vertices[lids.lower[lids.edge]]
        assert np.linalg.norm(apart, axis=1).max() < 0.06
        assert apart[:, 1].min() > -EPSILON_CM
        skin = np.concatenate([lids.upper[1 : lids.edge + 1], lids.lower[1 : lids.edge + 1]], axis=1).ravel()
        assert np.linalg.norm(pose.vertices[skin] - centre, axis=1).min() > HEAD.eye_radius + 0.05


@pytest.mark.parametrize("blink", np.linspace(0.0, 1.0, 11).tolist())
def test_lids_slide_over_the_eyeball(blink: float) -> None:
    pose = POSER.pose(row(blink=blink))
    for lids, centre in zip(HEAD.lids, HEAD.eye_centres, strict=True):
        skin = np.concatenate([lids.upper[1 : lids.edge + 1], lids.lower[1 : lids.edge + 1]], axis=1).ravel()
        far = np.linalg.norm(pose.vertices[skin] - centre, axis=1)
        assert far.min() > HEAD.eye_radius + 0.05
        edge = np.concatenate([lids.upper[lids.edge], lids.lower[lids.edge]])
        assert np.linalg.norm(pose.vertices[edge] - centre, axis=1).max() < HEAD.eye_radius + 0.45
    heights = [POSER.pose(row(blink=value)).lids[0, 0] for value in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert heights == sorted(heights, reverse=True)


def test_smile_raises_cheeks_and_lower_lids() -> None:
    rest, smiling = POSER.pose(row()).vertices, POSER.pose(row(lip_corner_pull=1.0, cheek_raise=1.0)).vertices
    cheek = np.argmin(np.linalg.norm(HEAD.vertices - np.array([3.9, -2.7, 7.0], dtype=np.float32), axis=1))
    assert (smiling - rest)[cheek, 1] > 0.2
    assert (smiling - rest)[cheek, 2] > 0.1
    assert POSER.pose(row(lip_corner_pull=1.0, cheek_raise=1.0)).lids[0, 1] > POSER.pose(row()).lids[0, 1] + 0.1


def test_lids_follow_the_gaze() -> None:
    heights = [POSER.pose(row(gaze_pitch=pitch)).lids[0, 0] for pitch in (-30.0, -15.0, 0.0, 15.0, 30.0)]
    assert heights == sorted(heights)
    assert heights[-1] - heights[0] > 0.5


@pytest.mark.parametrize(("yaw", "pitch"), [(30.0, 0.0), (-20.0, 0.0), (0.0, 25.0), (15.0, -30.0)])
def test_eyes_turn_by_degrees(yaw: float, pitch: float) -> None:
    pose = POSER.pose(row(gaze_yaw=yaw, gaze_pitch=pitch))
    for eye, side in enumerate(("left", "right")):
        first = HEAD.triangles[HEAD.parts[f"eye_{side}"]].min()  # the front pole
        towards = pose.vertices[first] - HEAD.eye_centres[eye]
        towards = towards / np.linalg.norm(towards)
        assert np.degrees(np.arctan2(towards[0], towards[2])) == pytest.approx(yaw, abs=0.1)
        assert np.degrees(np.arcsin(towards[1])) == pytest.approx(pitch, abs=0.1)


@pytest.mark.parametrize(
    ("action", "point", "direction"),
    [
        ("head_yaw", (0.0, 0.0, 9.0), (1.0, 0.0, 0.0)),
        ("head_pitch", (0.0, 0.0, 9.0), (0.0, 1.0, 0.0)),
        ("head_roll", (0.0, 10.0, 0.0), (1.0, 0.0, 0.0)),
    ],
)
def test_the_head_turns_about_its_neck(action: str, point: tuple[float, ...], direction: tuple[float, ...]) -> None:
    rest, turned = POSER.pose(row()).vertices, POSER.pose(row(**{action: 20.0})).vertices
    vertex = np.argmin(np.linalg.norm(rest - np.array(point, dtype=np.float32), axis=1))
    assert (turned - rest)[vertex] @ np.array(direction) > 2.0
    collar = np.unique(HEAD.triangles[HEAD.parts["collar"]])
    np.testing.assert_array_equal(turned[collar], rest[collar])
    # what lies above the neck turns as one
    skull = HEAD.head_weight == 1.0
    skull[np.concatenate([np.arange(len(skull))[eye] for eye in HEAD.eye_vertices])] = False
    lengths = [np.linalg.norm(p[skull] - HEAD.head_pivot, axis=1) for p in (rest, turned)]
    np.testing.assert_allclose(*lengths, atol=1e-3)


def test_normals_follow() -> None:
    pose = POSER.pose(row(jaw_drop=0.7, lip_corner_pull=0.8, brow_lower=1.0))
    used = np.unique(HEAD.triangles[HEAD.parts["skin"]])
    expected = vertex_normals(pose.vertices, HEAD.triangles)
    agreement = (expected[used] * pose.normals[used]).sum(axis=1)
    assert np.percentile(agreement, 1) > 0.99


def test_arkit_rows_give_the_same_face() -> None:
    values = row(jaw_drop=0.4, lip_corner_pull=0.7, brow_lower=0.5, gaze_yaw=12.0, head_yaw=15.0, head_pitch=-8.0)
    curves = as_rig(RigCurves("actions", NAMES, values[None]), "arkit")
    ours, theirs = POSER.pose(values), POSER.pose(curves.values[0], curves.names)
    assert np.abs(ours.vertices - theirs.vertices).max() < 0.05


def test_unknown_controls_are_refused() -> None:
    with pytest.raises(BadRequest, match="knows none"):
        POSER.pose(np.zeros(2, dtype=np.float32), ("left_paw", "tail"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.0, 1.0, width=32), min_size=len(NAMES), max_size=len(NAMES)),
    st.sets(st.integers(0, len(NAMES) - 1), max_size=14),
)
def test_any_face_is_sane(shares: list[float], chosen: set[int]) -> None:
    values = np.zeros(len(NAMES), dtype=np.float32)
    for index in chosen:
        action = ACTIONS[index]
        values[index] = action.low + (action.high - action.low) * shares[index]
    for name in ("head_yaw", "head_pitch", "head_roll"):
        values[INDEX[name]] = 0.0  # turned heads are measured in their own frame elsewhere
    pose = POSER.pose(values)
    assert np.isfinite(pose.vertices).all()
    assert np.isfinite(pose.normals).all()
    assert np.abs(pose.vertices - HEAD.vertices).max() < 12.0
    assert gaps(pose.vertices, lips()).min() > -EPSILON_CM
    for lids in HEAD.lids:
        assert gaps(pose.vertices, lids)[3].min() > -0.02
