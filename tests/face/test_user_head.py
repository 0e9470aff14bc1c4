"""Heads of the user's own: glTF files that tools write, and files that are none."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generators.errors import BadInput, MissingDependency
from generators.face.actions import INDEX, NAMES
from generators.face.glb import GlbBuilder
from generators.face.mesh import clay_head
from generators.face.mesh.pose import poser_of
from generators.face.renderer import HeadRenderer, open_context
from generators.face.user_head import load_user_head, packed_head

COUNT = 12


def has_gl() -> bool:
    try:
        open_context().release()
    except MissingDependency:
        return False
    return True


def ball() -> tuple[np.ndarray, np.ndarray]:
    """A ball of some vertices (v, 3) in metres at the height of a person's head, and its triangles."""
    across, up = np.meshgrid(np.linspace(0, 2 * np.pi, COUNT, endpoint=False), np.linspace(-1.3, 1.3, COUNT))
    points = np.stack([np.cos(up) * np.sin(across), np.sin(up), np.cos(up) * np.cos(across)], axis=-1).reshape(-1, 3)
    index = np.arange(COUNT * COUNT).reshape(COUNT, COUNT)
    beside = np.roll(index, -1, axis=1)
    quads = np.stack([index[:-1], beside[:-1], beside[1:], index[1:]], axis=-1).reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return (points * 0.1 + np.array([0.0, 1.6, 0.0])).astype(np.float32), triangles.astype(np.uint16)


def a_glb(names: list[str], *, extensions: dict[str, Any] | None = None, textured: bool = False) -> bytes:
    """A head with a target for each name: the first lowers the lower half, the others push the front out."""
    points, triangles = ball()
    builder = GlbBuilder()
    attributes = {"POSITION": builder.accessor(points, bounds=True)}
    order = builder.accessor(triangles.ravel().astype(np.uint16))
    low = np.flatnonzero(points[:, 1] < 1.6)
    front = np.flatnonzero(points[:, 2] > 0.02)
    targets = []
    for place in range(len(names)):
        index = low if place == 0 else front
        moved = np.tile([0.0, -0.03, 0.0] if place == 0 else [0.0, 0.0, 0.02], (len(index), 1)).astype(np.float32)
        targets.append({"POSITION": builder.sparse(len(points), index, moved)})
    primitive: dict[str, Any] = {"attributes": attributes, "indices": order, "targets": targets}
    if textured:
        from PIL import Image

        file = io.BytesIO()
        Image.new("RGB", (8, 8), (20, 200, 40)).save(file, "PNG")
        uri = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
        builder.document["images"] = [{"uri": uri}]
        builder.document["textures"] = [{"source": 0}]
        builder.document["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]
        attributes["TEXCOORD_0"] = builder.accessor(np.zeros((len(points), 2), dtype=np.float32))
        primitive["material"] = 0
    builder.document["meshes"] = [{"primitives": [primitive], "extras": {"targetNames": names}}]
    builder.document["nodes"] = [{"name": "Hips", "children": [1]}, {"name": "Face", "mesh": 0}]
    if extensions:
        builder.document["extensions"] = extensions
    return builder.to_bytes()


def loaded(data: bytes, folder: Path, name: str = "mine.glb") -> Any:
    path = folder / name
    path.write_bytes(data)
    return load_user_head(path)


def row(**actions: float) -> np.ndarray:
    values = np.zeros(len(NAMES), dtype=np.float32)
    for name, value in actions.items():
        values[INDEX[name]] = value
    return values


@pytest.mark.parametrize(
    "names",
    [
        ["jawOpen", "eyeBlinkLeft"],
        ["JawOpen", "eyeBlink_L"],
        ["Head.jawOpen", "eye_blink_left"],
        ["jaw_open", "EyeBlinkLeft"],
    ],
)
def test_names_as_programs_write_them(names: list[str], tmp_path: Path) -> None:
    head = loaded(a_glb(names), tmp_path)
    moved = {name for name, delta in head.shapes.items() if len(delta.index)}
    assert moved == {"jawOpen", "eyeBlinkLeft"}
    assert head.shape_names == clay_head().shape_names
    rest = poser_of(head).pose(row()).vertices
    opened = poser_of(head).pose(row(jaw_drop=1.0)).vertices
    assert (opened - rest)[:, 1].min() < -1.0
    assert np.abs(poser_of(head).pose(row(brow_lower_left=1.0)).vertices - rest).max() == 0.0


def test_it_stands_where_our_head_does(tmp_path: Path) -> None:
    head = loaded(a_glb(["jawOpen", "mouthPucker"]), tmp_path)
    low, high = head.vertices.min(axis=0), head.vertices.max(axis=0)
    assert -25 < low[1] < -5 < 0 < high[1] < 20
    assert abs(low[0] + high[0]) < 0.5
    assert 5 < high[2] < 13


def test_expressions_of_vrm(tmp_path: Path) -> None:
    bind = [{"node": 1, "index": 0, "weight": 1.0}]
    new = {"VRMC_vrm": {"expressions": {"preset": {"aa": {"morphTargetBinds": bind}}}}}
    head = loaded(a_glb(["Fcl_A", "Fcl_B"], extensions=new), tmp_path, "new.vrm")
    assert {name for name, delta in head.shapes.items() if len(delta.index)} == {"jawOpen"}
    groups = [{"presetName": "blink", "binds": [{"mesh": 0, "index": 1, "weight": 100}]}]
    old = {"VRM": {"blendShapeMaster": {"blendShapeGroups": groups}}}
    turned = loaded(a_glb(["Fcl_A", "Fcl_B"], extensions=old), tmp_path, "old.vrm")
    assert {name for name, delta in turned.shapes.items() if len(delta.index)} == {"eyeBlinkLeft", "eyeBlinkRight"}
    assert (turned.shapes["eyeBlinkLeft"].offsets[:, 2] < 0).all(), "the first VRM looks the other way"


def test_colours_come_from_the_picture(tmp_path: Path) -> None:
    head = loaded(a_glb(["jawOpen"], textured=True), tmp_path)
    assert head.colours[:, 1].min() > 0.5 > head.colours[:, 0].max()


@pytest.mark.parametrize("kind", [np.float32, np.uint16, np.uint8])
def test_colours_that_are_painted_on_the_vertices(kind: type, tmp_path: Path) -> None:
    from generators.face.glb import parse_glb

    builder = GlbBuilder(parse_glb(a_glb(["jawOpen"]), "good"))
    most = 1.0 if kind is np.float32 else np.iinfo(kind).max
    painted = np.tile(np.array([0.8, 0.2, 0.4, 1.0]) * most, (COUNT * COUNT, 1)).astype(kind)
    number = builder.accessor(painted, normalized=kind is not np.float32)
    builder.document["meshes"][0]["primitives"][0]["attributes"]["COLOR_0"] = number
    head = loaded(builder.to_bytes(), tmp_path)
    assert np.allclose(head.colours, [0.8, 0.2, 0.4], atol=0.01)


def test_it_becomes_one_file_that_needs_no_other(tmp_path: Path) -> None:
    from generators.face.glb import parse_glb

    plain = tmp_path / "plain.glb"
    plain.write_bytes(a_glb(["jawOpen"], textured=True))
    assert packed_head(plain) is None, "what lies in it needs no packing"
    glb = parse_glb(plain.read_bytes(), "plain")
    picture = base64.b64decode(glb.document["images"][0]["uri"].partition(",")[2])
    (tmp_path / "skin.png").write_bytes(picture)
    (tmp_path / "body.bin").write_bytes(glb.binary)
    document = {**glb.document, "images": [{"uri": "skin.png"}]}
    document["buffers"] = [{"byteLength": len(glb.binary), "uri": "body.bin"}]
    apart = tmp_path / "apart.gltf"
    apart.write_text(json.dumps(document))
    data = packed_head(apart)
    assert data is not None
    (tmp_path / "skin.png").unlink()
    (tmp_path / "body.bin").unlink()
    before, after = load_user_head(plain), loaded(data, tmp_path, "packed.glb")
    assert np.array_equal(before.vertices, after.vertices)
    assert np.array_equal(before.colours, after.colours)
    with pytest.raises(BadInput, match="keep them together"):
        packed_head(apart)


def test_text_form_with_files_beside_it(tmp_path: Path) -> None:
    data = a_glb(["jawOpen"])
    length = int.from_bytes(data[12:16], "little")
    document = json.loads(data[20 : 20 + length])
    binary = data[28 + length :]
    (tmp_path / "head data.bin").write_bytes(binary)
    document["buffers"][0]["uri"] = "head%20data.bin"
    (tmp_path / "mine.gltf").write_text(json.dumps(document))
    assert len(load_user_head(tmp_path / "mine.gltf").vertices) == COUNT * COUNT
    inside = "data:application/octet-stream;base64," + base64.b64encode(binary).decode()
    document["buffers"][0]["uri"] = inside
    (tmp_path / "inside.gltf").write_text(json.dumps(document))
    assert len(load_user_head(tmp_path / "inside.gltf").vertices) == COUNT * COUNT
    for uri, reason in (
        ("../secret.bin", "outside its folder"),
        ("https://example.org/head.bin", "outside its folder"),
        ("/etc/passwd", "outside its folder"),
        ("gone.bin", "keep them together"),
        ("data:;base64,???", "damaged"),
    ):
        document["buffers"][0]["uri"] = uri
        (tmp_path / "bad.gltf").write_text(json.dumps(document))
        with pytest.raises(BadInput, match=reason):
            load_user_head(tmp_path / "bad.gltf")


def test_what_is_no_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="jawOpen"):
        loaded(a_glb(["smirk", "frobnicate"]), tmp_path)
    with pytest.raises(BadInput, match="not a GLB"):
        loaded(b"%PDF-1.7 " * 10, tmp_path)
    with pytest.raises(BadInput, match="damaged"):
        loaded(b"{", tmp_path, "mine.gltf")
    with pytest.raises(BadInput, match="cannot be read"):
        load_user_head(tmp_path / "nowhere.glb")
    whole = a_glb(["jawOpen"])
    for end in (30, len(whole) // 2, len(whole) - 40):
        with pytest.raises(BadInput):
            loaded(whole[:end], tmp_path)


def edited(change: Any) -> bytes:
    """A good head whose description was changed."""
    from generators.face.glb import parse_glb

    builder = GlbBuilder(parse_glb(a_glb(["jawOpen"]), "good"))
    change(builder.document)
    return builder.to_bytes()


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("accessors", "count", 10**12),
        ("accessors", "count", -1),
        ("accessors", "count", 1.5),
        ("accessors", "bufferView", 99),
        ("accessors", "componentType", 1),
        ("accessors", "type", "MAT4"),
        ("accessors", "byteOffset", 10**9),
        ("bufferViews", "byteLength", 10**9),
        ("bufferViews", "byteOffset", -4),
        ("bufferViews", "byteStride", 1),
        ("bufferViews", "buffer", 5),
    ],
)
def test_lies_in_the_description_are_found(part: str, key: str, value: Any, tmp_path: Path) -> None:
    def lie(document: dict[str, Any]) -> None:
        document[part][0][key] = value

    with pytest.raises(BadInput):
        loaded(edited(lie), tmp_path)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([(5123, 92)])
@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damage_is_a_sentence(tmp_path: Path, damage: list[tuple[int, int]]) -> None:
    data = bytearray(a_glb(["jawOpen", "mouthPucker"]))
    for place, value in damage:
        data[place % len(data)] = value
    try:
        head = loaded(bytes(data), tmp_path, "damaged.glb")
    except BadInput:
        return  # refused with a sentence; any other exception fails
    assert np.isfinite(poser_of(head).pose(row(jaw_drop=1.0)).vertices).all()


@pytest.mark.skipif(not has_gl(), reason="there is no OpenGL on this machine")
def test_it_is_drawn_by_the_same_renderer(tmp_path: Path) -> None:
    head = loaded(a_glb(["jawOpen", "mouthPucker"]), tmp_path)
    with HeadRenderer(96, head) as renderer:
        rest, opened = renderer.draw(row()), renderer.draw(row(jaw_drop=1.0))
    assert rest[48, 48, :3].max() > 60 > rest[2, 2, :3].max()
    assert np.abs(rest.astype(int) - opened.astype(int)).mean() > 0.5
