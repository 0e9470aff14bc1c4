"""The container of binary glTF, against pygltflib and against damage."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pygltflib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.errors import BadInput
from generators.face.glb import GlbBuilder, parse_glb, read_glb, target_names


def small() -> bytes:
    builder = GlbBuilder()
    position = builder.accessor(np.eye(3, dtype=np.float32), bounds=True)
    moved = builder.sparse(3, np.array([1]), np.array([[0, 0, 1]], dtype=np.float32))
    primitive = {"attributes": {"POSITION": position}, "targets": [{"POSITION": moved}]}
    builder.add("meshes", {"primitives": [primitive], "extras": {"targetNames": ["jawOpen"]}})
    builder.add("nodes", {"mesh": 0})
    return builder.to_bytes()


def test_what_is_built_is_read_again_by_us_and_by_others(tmp_path: Path) -> None:
    path = tmp_path / "a.glb"
    path.write_bytes(small())
    glb = read_glb(path)
    assert target_names(glb.document["meshes"][0]) == ("jawOpen",)
    theirs = pygltflib.GLTF2().load(path)
    assert theirs is not None
    assert theirs.asset.version == "2.0"
    assert theirs.accessors[1].sparse.count == 1
    assert theirs.buffers[0].byteLength == len(theirs.binary_blob()) == len(glb.binary)
    view = theirs.bufferViews[theirs.accessors[0].bufferView]
    data = theirs.binary_blob()[view.byteOffset : view.byteOffset + view.byteLength]
    np.testing.assert_array_equal(np.frombuffer(data, "<f4").reshape(3, 3), np.eye(3))


def test_building_on_keeps_what_is_there() -> None:
    first = parse_glb(small(), "a.glb")
    builder = GlbBuilder(first)
    builder.accessor(np.arange(5, dtype=np.float32))
    again = parse_glb(builder.to_bytes(), "b.glb")
    assert again.binary.startswith(first.binary)
    assert again.document["accessors"][:2] == first.document["accessors"]
    assert again.document["meshes"] == first.document["meshes"]


def test_buffers_outside_the_file_stay_where_they_are() -> None:
    outside = {"uri": "data:application/octet-stream;base64,AAAA", "byteLength": 3}
    document = {"asset": {"version": "2.0"}, "buffers": [outside], "bufferViews": [{"buffer": 0, "byteLength": 3}]}
    builder = GlbBuilder(parse_glb(glb_of(document), "a.glb"))
    builder.accessor(np.zeros(2, dtype=np.float32))
    found = parse_glb(builder.to_bytes(), "b.glb")
    assert found.document["buffers"] == [{"byteLength": 8}, outside]
    assert [view["buffer"] for view in found.document["bufferViews"]] == [1, 0]


def glb_of(document: object) -> bytes:
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<IIIII", 0x46546C67, 2, 20 + len(text), len(text), 0x4E4F534A) + text


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"nodes": {}},
        {"nodes": [{"children": [1]}]},
        {"nodes": [{"children": [0]}]},
        {"nodes": [{"children": [1]}, {"children": [0]}]},
        {"nodes": [{"children": [2]}, {"children": [2]}, {}]},
        {"nodes": [{"mesh": 3}]},
        {"nodes": [{"mesh": -1}]},
        {"nodes": [{"children": ["a"]}]},
        {"meshes": [{"primitives": [3]}]},
        {"meshes": [[]]},
    ],
)
def test_a_document_that_does_not_hold_together(document: object) -> None:
    with pytest.raises(BadInput, match="damaged"):
        parse_glb(glb_of(document), "a.glb")


def test_deep_nests_are_no_trouble() -> None:
    chain = {"nodes": [*({"children": [k + 1]} for k in range(5000)), {}]}
    assert len(parse_glb(glb_of(chain), "a.glb").document["nodes"]) == 5001
    nested = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    nested += b" " * (-len(nested) % 4)
    head = struct.pack("<IIIII", 0x46546C67, 2, 20 + len(nested), len(nested), 0x4E4F534A)
    with pytest.raises(BadInput, match="cannot be read"):
        parse_glb(head + nested, "a.glb")


def test_missing_and_foreign_files(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="still there"):
        read_glb(tmp_path / "none.glb")
    path = tmp_path / "a.glb"
    path.write_bytes(b"%PDF-1.7 and so on, long enough")
    with pytest.raises(BadInput, match="not a GLB"):
        read_glb(path)


@settings(max_examples=200, deadline=None)
@given(cut=st.integers(0, 2000), place=st.integers(0, 2000), value=st.integers(0, 255))
def test_damage_is_refused_or_harmless(cut: int, place: int, value: int) -> None:
    data = bytearray(small())
    data[place % len(data)] = value
    for damaged in (bytes(data), small()[: cut % len(data)]):
        try:
            glb = parse_glb(damaged, "a.glb")
        except BadInput:
            continue
        for mesh in glb.document.get("meshes", []):
            target_names(mesh)


@pytest.mark.parametrize(
    ("mesh", "names"),
    [
        ({"primitives": [{"targets": [{}, {}]}], "extras": {"targetNames": ["a"]}}, ("a", "")),
        ({"primitives": [{"targets": [{}], "extras": {"targetNames": ["b", "c"]}}]}, ("b",)),
        ({"primitives": [{"targets": [{}]}], "extras": {"targetNames": [7]}}, ("",)),
        ({"primitives": [{"targets": 4}]}, ()),
        ({"primitives": []}, ()),
        ({}, ()),
    ],
)
def test_names_of_targets(mesh: dict[str, object], names: tuple[str, ...]) -> None:
    assert target_names(mesh) == names
