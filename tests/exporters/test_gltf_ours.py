"""Our head as glTF and USD, opened by pygltflib, Blender and usd-core."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pygltflib
import pytest

from generators.artifacts import RigCurves
from generators.exporter import ExportInputs
from generators.exporters import exporter_named
from generators.face.actions import INDEX, NAMES
from generators.face.frame_rate import at_rate
from generators.face.rigs import rig_named
from generators.face.rigs.arkit import SHAPES

FACTS = {"request": '{"seed":3,"type":"perform"}', "title": "A line"}


def a_face(frames: int = 60) -> RigCurves:
    values = np.zeros((frames, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = 0.3 + 0.2 * np.sin(np.arange(frames) / 5)
    values[25, INDEX["lips_close"]] = values[25, INDEX["jaw_drop"]]
    values[30:40, INDEX["blink_left"]] = 1.0
    values[:, INDEX["head_yaw"]] = np.linspace(0, 30, frames)
    values[:, INDEX["gaze_yaw_left"]] = -15
    return RigCurves("actions", NAMES, values)


def written(name: str, folder: Path, **options: str) -> Path:
    exporter = exporter_named(name)
    path = folder / f"a{exporter.suffix}"
    exporter.write(a_face(), path, FACTS, beside=ExportInputs(options=options))
    return path


def array(gltf: Any, accessor: int) -> np.ndarray:
    """An accessor's values, by the rules of the specification."""
    item = gltf.accessors[accessor]
    width = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}[item.type]
    kinds = {5121: "u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}

    def values(view_number: int, kind: int, count: int) -> np.ndarray:
        view = gltf.bufferViews[view_number]
        assert view.byteOffset % np.dtype(kinds[kind]).itemsize == 0
        return np.frombuffer(gltf.binary_blob(), kinds[kind], count, view.byteOffset)

    if item.sparse is None:
        return values(item.bufferView, item.componentType, item.count * width).reshape(item.count, width)
    found = np.zeros((item.count, width), dtype=np.float32)
    sparse = item.sparse
    index = values(sparse.indices.bufferView, sparse.indices.componentType, sparse.count)
    assert (np.diff(index.astype(np.int64)) > 0).all()
    found[index] = values(sparse.values.bufferView, item.componentType, sparse.count * width).reshape(-1, width)
    return found


@pytest.fixture(scope="module")
def gltf(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return pygltflib.GLTF2().load(written("gltf", tmp_path_factory.mktemp("gltf"), frame_rate="30"))


def test_the_face_has_arkits_shapes_by_name(gltf: Any) -> None:
    mesh = next(mesh for mesh in gltf.meshes if mesh.name == "Face")
    names = mesh.extras["targetNames"]
    assert set(names[:52]) == set(SHAPES)
    assert all(len(primitive.targets) == len(names) == len(mesh.weights) for primitive in mesh.primitives)
    assert gltf.asset.extras["Affect Studio request"] == {"seed": 3, "type": "perform"}


def test_every_array_is_sound(gltf: Any) -> None:
    for number, accessor in enumerate(gltf.accessors):
        values = array(gltf, number)
        assert np.isfinite(values.astype(np.float64)).all()
        if accessor.min:  # pygltflib's way to say that there is none is an empty list
            np.testing.assert_allclose(values.min(axis=0), accessor.min, atol=1e-6)
            np.testing.assert_allclose(values.max(axis=0), accessor.max, atol=1e-6)
    for mesh in gltf.meshes:
        for primitive in mesh.primitives:
            count = gltf.accessors[primitive.attributes.POSITION].count
            assert array(gltf, primitive.indices).max() < count
            np.testing.assert_allclose(np.linalg.norm(array(gltf, primitive.attributes.NORMAL), axis=1), 1.0, atol=1e-3)
            assert all(gltf.accessors[target["POSITION"]].count == count for target in primitive.targets or [])
    face = next(mesh for mesh in gltf.meshes if mesh.name == "Face").primitives[0]
    np.testing.assert_allclose(array(gltf, face.attributes.WEIGHTS_0).sum(axis=1), 1.0, atol=1e-5)
    height_m = np.ptp(array(gltf, face.attributes.POSITION)[:, 1])
    assert 0.2 < height_m < 0.6  # glTF counts in metres


def test_the_animation_is_the_curves(gltf: Any) -> None:
    (animation,) = gltf.animations
    assert animation.name == "A line"
    by_target = {}
    for channel in animation.channels:
        sampler = animation.samplers[channel.sampler]
        times = array(gltf, sampler.input)[:, 0]
        np.testing.assert_allclose(times, np.arange(30) / 30, atol=1e-6)
        by_target[gltf.nodes[channel.target.node].name, channel.target.path] = array(gltf, sampler.output)
    names = next(mesh for mesh in gltf.meshes if mesh.name == "Face").extras["targetNames"]
    weights = by_target["Face", "weights"].reshape(30, len(names))
    expected = rig_named("arkit").from_actions(at_rate(a_face(), 30.0))
    for name in ("jawOpen", "mouthClose", "eyeBlinkLeft"):
        np.testing.assert_allclose(weights[:, names.index(name)], expected.column(name), atol=1e-5)
    # lids follow the gaze, but not while they are closed
    followed = expected.column("eyeLookInLeft") * (1 - expected.column("eyeBlinkLeft"))
    np.testing.assert_allclose(weights[:, names.index("eyeLookInLeft")], followed, atol=1e-5)
    head = by_target["Head", "rotation"]
    np.testing.assert_allclose(np.linalg.norm(head, axis=1), 1.0, atol=1e-5)
    assert 2 * np.degrees(np.arcsin(head[-1, 1])) == pytest.approx(30 * 58 / 59, abs=0.05)
    assert 2 * np.degrees(np.arcsin(by_target["LeftEye", "rotation"][0, 1])) == pytest.approx(-15, abs=0.01)


def test_lips_meet_in_the_animation(gltf: Any) -> None:
    """Blended as any program does, the middle of the lips is as near at the closure as it is at rest."""
    mesh = next(mesh for mesh in gltf.meshes if mesh.name == "Face")
    names = mesh.extras["targetNames"]
    rest = array(gltf, mesh.primitives[0].attributes.POSITION).astype(np.float64)
    targets = [array(gltf, target["POSITION"]) for target in mesh.primitives[0].targets]
    animation = gltf.animations[0]
    output = next(animation.samplers[one.sampler].output for one in animation.channels if one.target.path == "weights")
    weights = array(gltf, output).reshape(30, len(names))
    jaw, close = weights[:, names.index("jawOpen")], weights[:, names.index("mouthClose")]
    closed, opened = int(np.argmax(close)), int(np.argmax(jaw - close))
    # vertices on the lower lip's middle: those that the jaw takes down most near the middle of the mouth
    offsets = targets[names.index("jawOpen")]
    middle = (np.abs(rest[:, 0]) < 0.01) & (offsets[:, 1] < 0.7 * offsets[np.abs(rest[:, 0]) < 0.01, 1].min())
    assert middle.any()

    def fall(frame: int) -> float:
        moved = sum((weights[frame, k] * targets[k] for k in range(len(names))), np.zeros_like(rest))
        lips = middle & (targets[names.index("mouthClose")][:, 1] > 0.002)
        return float(-moved[lips, 1].mean())

    assert fall(opened) > 0.005
    assert abs(fall(closed)) < 0.3 * fall(opened)


_IN_BLENDER = """
import json, sys
import numpy
numpy.bool = bool  # Debian's Blender 3.4 reads glTF with a name that its numpy no longer has
import bpy
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.context.scene.render.fps = 30
bpy.ops.import_scene.gltf(filepath=sys.argv[-2])
face = next(thing for thing in bpy.data.objects if thing.type == "MESH" and thing.data.shape_keys)
armature = next(thing for thing in bpy.data.objects if thing.type == "ARMATURE")
seen = {"keys": len(face.data.shape_keys.key_blocks) - 1, "yaw": []}
for frame in range(30):
    bpy.context.scene.frame_set(frame)
    for name in ("jawOpen", "mouthClose", "eyeBlinkLeft"):
        seen.setdefault(name, []).append(face.data.shape_keys.key_blocks[name].value)
    seen["yaw"].append(bpy.data.objects["RightEye"].matrix_world.to_euler()[2])
json.dump(seen, open(sys.argv[-1], "w"))
"""


def _blender_reads_gltf() -> bool:
    """Debian's Blender finds numpy only if its package is there."""
    blender = shutil.which("blender")
    if blender is None:
        return False
    check = [blender, "--background", "--factory-startup", "--python-exit-code", "3", "--python-expr", "import numpy"]
    return subprocess.run(check, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("blender") is None, reason="Blender is not installed; pygltflib opens the file above")
def test_blender_imports_it_and_shape_keys_move_at_the_right_frames(tmp_path: Path) -> None:
    if not _blender_reads_gltf():
        pytest.skip("this Blender has no numpy, which its glTF import needs")
    path = written("gltf", tmp_path, frame_rate="30")
    (tmp_path / "driver.py").write_text(_IN_BLENDER)
    command = ["blender", "--background", "--factory-startup", "--python-exit-code", "3"]
    command += ["--python", str(tmp_path / "driver.py"), "--", str(path), str(tmp_path / "seen.json")]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    seen = json.loads((tmp_path / "seen.json").read_text())
    expected = rig_named("arkit").from_actions(at_rate(a_face(), 30.0))
    assert seen["keys"] >= 52
    for name in ("jawOpen", "mouthClose", "eyeBlinkLeft"):
        np.testing.assert_allclose(seen[name], expected.column(name), atol=1e-4)
    np.testing.assert_allclose(np.degrees(seen["yaw"]), np.linspace(0, 30, 60)[::2], atol=0.6)


def test_usd_opens_in_usd_core_and_bends(tmp_path: Path) -> None:
    pxr = pytest.importorskip("pxr", reason="usd-core has no wheel for this Python; the text is written all the same")
    from pxr import Gf, Usd, UsdGeom, UsdSkel

    assert pxr is not None
    stage = Usd.Stage.Open(str(written("usd", tmp_path, frame_rate="24", timecode="00:00:10:00")))
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (240, 263)
    assert stage.GetTimeCodesPerSecond() == 24
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1
    assert stage.GetRootLayer().customLayerData["Affect Studio request"] == FACTS["request"]
    root = UsdSkel.Root(stage.GetDefaultPrim())
    cache = UsdSkel.Cache()
    cache.Populate(root, Usd.PrimDefaultPredicate)
    (binding,) = cache.ComputeSkelBindings(root, Usd.PrimDefaultPredicate)
    assert [target.GetPrim().GetName() for target in binding.GetSkinningTargets()] == ["Face", "LeftEye", "RightEye"]
    query = cache.GetSkelQuery(binding.GetSkeleton()).GetAnimQuery()
    names = list(query.GetBlendShapeOrder())
    assert set(names[:52]) == set(SHAPES)
    expected = rig_named("arkit").from_actions(at_rate(a_face(), 24.0))
    for frame in (0, 10, 23):
        weights = dict(zip(names, query.ComputeBlendShapeWeights(240 + frame), strict=True))
        for name in ("jawOpen", "mouthClose", "eyeBlinkLeft"):
            assert weights[name] == pytest.approx(float(expected.column(name)[frame]), abs=1e-5)
    points = UsdGeom.Mesh(stage.GetPrimAtPath("/Head/Face")).GetPointsAttr().Get()
    assert UsdSkel.BakeSkinning(root, Gf.Interval(240, 263))
    bent = UsdGeom.Mesh(stage.GetPrimAtPath("/Head/Face")).GetPointsAttr().Get(250)
    moved_m = np.linalg.norm(np.array(bent) - np.array(points), axis=1)
    assert 0.005 < moved_m.max() < 0.08
