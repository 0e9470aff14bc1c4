"""An animation laid on a head of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pygltflib
import pytest

from generators.artifacts import RigCurves
from generators.errors import BadInput
from generators.exporter import ExportInputs
from generators.exporters import exporter_named
from generators.exporters.gltf_users import plain
from generators.face.actions import INDEX, NAMES
from generators.face.glb import GlbBuilder, parse_glb

GLTF = exporter_named("gltf")
FACTS = {"request": '{"seed":3,"type":"perform"}', "title": "A line"}


def a_face(frames: int = 60) -> RigCurves:
    values = np.zeros((frames, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = np.linspace(0, 0.5, frames)
    values[:, INDEX["lip_pucker"]] = 0.9
    values[:, INDEX["head_yaw"]] = 30
    values[:, INDEX["gaze_pitch_left"]] = -20
    return RigCurves("actions", NAMES, values)


def a_head(names: list[str], *, rotation: list[float] | None = None, second: list[str] | None = None) -> bytes:
    """A body with a bone, on it a head with morph targets and eyes; perhaps a second mesh, teeth say."""
    builder = GlbBuilder()
    position = builder.accessor(np.eye(3, dtype=np.float32), bounds=True)
    for targets in [names, *([second] if second else [])]:
        moved = [{"POSITION": builder.sparse(3, np.array([1]), np.ones((1, 3), dtype=np.float32))} for _ in targets]
        mesh = {"primitives": [{"attributes": {"POSITION": position}, "targets": moved}]}
        builder.add("meshes", {**mesh, "extras": {"targetNames": targets}, "weights": [0.25] * len(targets)})
    builder.document["nodes"] = [
        {"name": "Spine", "children": [1], "rotation": rotation or [0, 0, 0, 1]},
        {"name": "Head", "children": [2, 3, 4]},
        {"name": "Wolf3D_Head", "mesh": 0},
        {"name": "LeftEye"},
        {"name": "EyeRight", "matrix": np.eye(4).ravel().tolist()},
        *([{"name": "Teeth", "mesh": 1}] if second else []),
    ]
    builder.document["animations"] = [{"name": "Idle", "samplers": [], "channels": []}]
    builder.document["extras"] = {"mine": 1}
    return builder.to_bytes()


def animated(head: bytes, folder: Path, **options: str) -> Any:
    source, path = folder / "mine.glb", folder / "out.glb"
    source.write_bytes(head)
    GLTF.write(a_face(), path, FACTS, beside=ExportInputs(head=source, options=options))
    return pygltflib.GLTF2().load(path)


def floats(gltf: Any, accessor: int) -> np.ndarray:
    item = gltf.accessors[accessor]
    view = gltf.bufferViews[item.bufferView]
    data = gltf.binary_blob()[view.byteOffset : view.byteOffset + view.byteLength]
    return np.frombuffer(data, "<f4")


def channel(gltf: Any, node: str, path: str) -> np.ndarray | None:
    animation = gltf.animations[-1]
    for one in animation.channels:
        if gltf.nodes[one.target.node].name == node and one.target.path == path:
            return floats(gltf, animation.samplers[one.sampler].output)
    return None


def test_targets_are_found_by_name_and_the_rest_stays(tmp_path: Path) -> None:
    gltf = animated(a_head(["smirk", "jawOpen", "mouth_pucker"], second=["JawOpen"]), tmp_path, frame_rate="24")
    assert [animation.name for animation in gltf.animations] == ["Idle", "A line"]
    weights = channel(gltf, "Wolf3D_Head", "weights")
    assert weights is not None
    weights = weights.reshape(24, 3)
    assert set(weights[:, 0]) == {0.25}  # a target of another name stays as it was
    np.testing.assert_allclose(weights[:, 1], 0.5 * np.arange(24) / 24 * 60 / 59, atol=1e-3)
    np.testing.assert_allclose(weights[:, 2], 0.9, atol=1e-6)
    teeth = channel(gltf, "Teeth", "weights")
    assert teeth is not None
    np.testing.assert_allclose(teeth, weights[:, 1])
    sampler = gltf.animations[-1].samplers[0]
    times = floats(gltf, sampler.input)
    np.testing.assert_allclose(times, np.arange(24) / 24, atol=1e-6)
    assert gltf.accessors[sampler.input].max == [pytest.approx(23 / 24)]
    assert gltf.extras == {"mine": 1}
    assert gltf.asset.extras["Affect Studio request"] == {"seed": 3, "type": "perform"}


def test_head_and_eyes_turn_about_the_worlds_axes(tmp_path: Path) -> None:
    half = np.sqrt(0.5)
    gltf = animated(a_head(["jawOpen"], rotation=[half, 0, 0, half]), tmp_path)
    head = channel(gltf, "Head", "rotation")
    assert head is not None
    # the bone's own axes lie a quarter turn about x from the world's: the world's up is its -z
    expected = [0, 0, -np.sin(np.radians(15)), np.cos(np.radians(15))]
    np.testing.assert_allclose(head.reshape(60, 4)[0], expected, atol=1e-6)
    eye = channel(gltf, "LeftEye", "rotation")
    assert eye is not None
    np.testing.assert_allclose(eye.reshape(60, 4)[0], [np.sin(np.radians(10)), 0, 0, np.cos(np.radians(10))], atol=1e-6)
    assert channel(gltf, "EyeRight", "rotation") is None  # a node with a matrix may not be animated


@pytest.mark.parametrize(
    ("names", "target", "at_least"),
    [(["viseme_sil", "viseme_aa", "viseme_U"], 2, 0.3), (["aa", "ou", "blink"], 1, 0.3), (["jaw_drop"], 0, 0.4)],
)
def test_other_rigs_are_known_too(names: list[str], target: int, at_least: float, tmp_path: Path) -> None:
    weights = channel(animated(a_head(names), tmp_path), "Wolf3D_Head", "weights")
    assert weights is not None
    assert weights.reshape(60, len(names))[:, target].max() > at_least


def test_a_head_without_known_names(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="jawOpen, mouthClose"):
        animated(a_head(["Key 1", ""]), tmp_path)
    assert not (tmp_path / "out.glb").exists()


def test_the_same_head_gives_the_same_bytes_and_is_not_touched(tmp_path: Path) -> None:
    head = a_head(["jawOpen"])
    animated(head, tmp_path)
    first = (tmp_path / "out.glb").read_bytes()
    animated(head, tmp_path)
    assert (tmp_path / "out.glb").read_bytes() == first
    assert (tmp_path / "mine.glb").read_bytes() == head
    assert parse_glb(first, "a").binary.startswith(parse_glb(head, "b").binary)


@pytest.mark.parametrize(
    ("name", "same"),
    [("Face.M_jaw_open", "jawopen"), ("eyeBlink.L", "eyeblinkl"), ("EyeBlinkLeft", "eyeblinkl"), ("viseme_aa", "aa")],
)
def test_names_that_mean_the_same(name: str, same: str) -> None:
    assert plain(name) in (same, f"m{same}")
