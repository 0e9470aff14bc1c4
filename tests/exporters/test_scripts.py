"""Scripts for Blender, Maya and Unreal, run against stand-ins of these programs, and in Blender where it is there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import types
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest

from generators.artifacts import RigCurves
from generators.exporter import ExportInputs
from generators.exporters import exporter_named
from generators.face.actions import INDEX, NAMES
from generators.face.rigs import rig_named

FACTS = {"request": '{"seed":3,"type":"perform"}', "title": 'A "line"\nimport os'}


def a_face(frames: int = 120) -> RigCurves:
    values = np.zeros((frames, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = 0.3 + 0.2 * np.sin(np.arange(frames) / 5)
    values[50, INDEX["lips_close"]] = values[50, INDEX["jaw_drop"]]
    values[60:70, INDEX["blink_left"]] = values[60:70, INDEX["blink_right"]] = 1.0
    values[:, INDEX["mouth_sideways"]] = -0.25
    return RigCurves("actions", NAMES, values)


def script_of(name: str, folder: Path, **options: str) -> Path:
    path = folder / f"{name}.py"
    exporter_named(name).write(a_face(), path, FACTS, beside=ExportInputs(options=options))
    return path


def run_script(path: Path, **modules: Any) -> None:
    """Execute a script with modules of our own in place of the program's."""
    with pytest.MonkeyPatch.context() as patch:
        for name, module in modules.items():
            patch.setitem(sys.modules, name.replace("__", "."), module)
        exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("name", ["blender-script", "maya-script", "unreal-script"])
def test_a_script_says_what_it_is_and_keeps_the_request(name: str, tmp_path: Path) -> None:
    text = script_of(name, tmp_path).read_text(encoding="utf-8")
    assert FACTS["request"] in text
    head = [line for line in text.split("\n\n\n")[0].splitlines() if line]
    assert all(line.startswith("#") for line in head)
    assert max(map(len, text.splitlines())) <= 140
    names = json.loads(text[text.index("NAMES = ") + 8 :].split("]")[0].rstrip().rstrip(",") + "]")
    assert 3 <= len(names) <= 20  # controls at rest are left alone


class FakeMaya:
    """The commands of Maya that the script uses, on a rig in a namespace."""

    def __init__(self, prefix: str, without: tuple[str, ...] = ()) -> None:
        controls = {name.rsplit("-", 1)[0] for name in rig_named("metahuman").names} - set(without)
        self.nodes = {prefix + control for control in controls}
        self.keys: dict[tuple[str, str], dict[float, float]] = {}
        self.chunks: list[str] = []
        self.end = 100.0

    def ls(self, *patterns: str) -> list[str]:
        return [node for node in sorted(self.nodes) if node.rpartition(":")[2] == patterns[0]]

    def objExists(self, plug: str) -> bool:
        return plug.partition(".")[0] in self.nodes

    def getAttr(self, plug: str, lock: bool) -> bool:
        return False

    def undoInfo(self, **told: Any) -> None:
        self.chunks.append("open" if "openChunk" in told else "close")

    def cutKey(self, node: str, attribute: str, time: tuple[float, float], clear: bool) -> None:
        kept = self.keys.get((node, attribute), {})
        self.keys[node, attribute] = {at: value for at, value in kept.items() if not time[0] <= at <= time[1]}

    def setKeyframe(self, node: str, attribute: str, time: float, value: float, **tangents: str) -> None:
        self.keys.setdefault((node, attribute), {})[time] = value

    def playbackOptions(self, query: bool = False, **times: float) -> float:
        if not query:
            self.end = times["maxTime"]
        return self.end


@pytest.mark.parametrize("prefix", ["", "Ada:"])
@pytest.mark.parametrize("scene_hz", [24.0, 30.0])
def test_maya_keys_the_controls_at_the_right_seconds(prefix: str, scene_hz: float, tmp_path: Path) -> None:
    cmds = FakeMaya(prefix, without=("CTRL_C_mouth",))
    cmds.keys[f"{prefix}CTRL_C_jaw", "translateY"] = {1.5: 0.9, 400.0: 0.9}
    maya = types.ModuleType("maya")
    maya.cmds = cmds  # type: ignore[attr-defined]
    maya.mel = types.SimpleNamespace(eval=lambda text: scene_hz)  # type: ignore[attr-defined]
    run_script(script_of("maya-script", tmp_path, frame_rate="24"), maya=maya, maya__cmds=cmds, maya__mel=maya.mel)
    jaw = cmds.keys[f"{prefix}CTRL_C_jaw", "translateY"]
    assert 1.5 not in jaw  # of an earlier run
    assert jaw.pop(400.0) == 0.9
    frames = sorted(jaw)
    assert frames[0] == 1
    assert frames[-1] == pytest.approx(1 + 47 * scene_hz / 24)
    assert jaw[1] == pytest.approx(0.3)
    together = cmds.keys[f"{prefix}CTRL_L_mouth_lipsTogetherU", "translateY"]
    closed = max(together, key=lambda at: together[at])
    assert together[closed] == pytest.approx(jaw[closed])
    assert (closed - 1) / scene_hz == pytest.approx(50 / 60, abs=0.5 / 24 + 1e-6)
    assert (f"{prefix}CTRL_C_mouth", "translateX") not in cmds.keys  # this rig lacks it
    assert cmds.chunks == ["open", "close"]
    assert cmds.end == max(100.0, frames[-1])
    blink = cmds.keys[f"{prefix}CTRL_L_eye_blink", "translateY"]
    assert len(blink) < 12  # a curve that rests needs no keys


def test_maya_without_the_rig_says_so(tmp_path: Path) -> None:
    cmds = FakeMaya("")
    cmds.nodes.clear()
    maya = types.ModuleType("maya")
    maya.cmds, maya.mel = cmds, types.SimpleNamespace(eval=lambda text: 24.0)  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="open the MetaHuman"):
        run_script(script_of("maya-script", tmp_path), maya=maya)


class FakeChannel:
    def __init__(self, name: str, by_property: bool) -> None:
        self.keys: list[tuple[int, float]] = [(100, 9.0), (10_000_000, 9.0)]
        self._name = name
        if by_property:
            self.channel_name = name

    def get_name(self) -> str:
        return self._name + "_4"

    def get_keys(self) -> list[Any]:
        def key(tick: int, value: float) -> Any:
            number = types.SimpleNamespace(frame_number=types.SimpleNamespace(value=tick))
            return types.SimpleNamespace(get_time=lambda unit: number, pair=(tick, value))

        return [key(*pair) for pair in self.keys]

    def remove_key(self, key: Any) -> None:
        self.keys.remove(key.pair)

    def add_key(self, time: int, value: float, sub_frame: float, unit: str, interpolation: str) -> None:
        assert unit == "ticks"
        assert sub_frame == 0.0
        self.keys.append((time, value))


class Quiet:
    def __init__(self, *told: Any) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *told: object) -> None:
        pass

    def make_dialog(self, can_cancel: bool) -> None:
        pass

    def should_cancel(self) -> bool:
        return False

    def enter_progress_frame(self, work: float) -> None:
        pass


def fake_unreal(channels: list[FakeChannel], *, is_new: bool) -> types.ModuleType:
    """Unreal before 5.4 (SequenceTimeUnit, get_channels) or after (MovieSceneTimeUnit, get_all_channels)."""
    unreal: Any = types.ModuleType("unreal")
    units = types.SimpleNamespace(TICK_RESOLUTION="ticks")
    setattr(unreal, "MovieSceneTimeUnit" if is_new else "SequenceTimeUnit", units)
    section = types.SimpleNamespace(**{"get_all_channels" if is_new else "get_channels": lambda: channels})
    proxies = [types.SimpleNamespace(track=types.SimpleNamespace(get_sections=lambda: [section]))]
    rate = types.SimpleNamespace(numerator=30, denominator=1)
    ticks = types.SimpleNamespace(numerator=24_000, denominator=1)
    sequence = types.SimpleNamespace(get_tick_resolution=lambda: ticks, get_display_rate=lambda: rate)
    unreal.ControlRigSequencerLibrary = types.SimpleNamespace(get_control_rigs=lambda of: proxies if channels else [])
    unreal.LevelSequenceEditorBlueprintLibrary = types.SimpleNamespace(get_current_level_sequence=lambda: sequence)
    unreal.FrameNumber = int
    unreal.MovieSceneKeyInterpolation = types.SimpleNamespace(LINEAR="linear")
    unreal.ScopedEditorTransaction = unreal.ScopedSlowTask = Quiet
    unreal.log = unreal.log_warning = lambda text: None
    return unreal  # type: ignore[no-any-return]


@pytest.mark.parametrize("is_new", [False, True])
def test_unreal_keys_the_board_on_ticks(is_new: bool, tmp_path: Path) -> None:
    names = ["CTRL_C_jaw.X", "CTRL_C_jaw.Y", "CTRL_L_mouth_lipsTogetherU", "CTRL_L_eye_blink", "CTRL_C_mouth.X"]
    channels = [FakeChannel(name, by_property=is_new) for name in names]
    path = script_of("unreal-script", tmp_path, frame_rate="25", timecode="00:00:02:00")
    run_script(path, unreal=fake_unreal(channels, is_new=is_new))
    by_name = dict(zip(names, channels, strict=True))
    jaw = dict(by_name["CTRL_C_jaw.Y"].keys)
    assert jaw.pop(10_000_000) == 9.0
    assert jaw.pop(100) == 9.0  # before the take begins
    assert min(jaw) == 48_000
    assert max(jaw) == 48_000 + 49 * 960
    assert jaw[48_000] == pytest.approx(0.3)
    together = dict(by_name["CTRL_L_mouth_lipsTogetherU"].keys)
    closed = max((tick for tick in together if 48_000 <= tick < 1_000_000), key=lambda tick: together[tick])
    assert (closed / 24_000 - 2) == pytest.approx(50 / 60, abs=0.02 + 1e-6)
    assert len(by_name["CTRL_C_jaw.X"].keys) == 2  # never moves in this take
    mouth = [value for tick, value in by_name["CTRL_C_mouth.X"].keys if value != 9.0]
    assert mouth == pytest.approx([-0.25, -0.25])


def test_unreal_without_a_metahuman_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="add the MetaHuman"):
        run_script(script_of("unreal-script", tmp_path), unreal=fake_unreal([], is_new=True))


class FakePoints:
    """The keys of one curve of Blender 5, which has no way to set them but all at once."""

    def __init__(self, block: FakeBlock) -> None:
        self.block, self.count = block, 1

    def __len__(self) -> int:
        return self.count

    def add(self, count: int) -> None:
        self.count += count

    def foreach_set(self, what: str, values: list[float]) -> None:
        if what == "co":
            assert len(values) == 2 * self.count
            self.block.keys = dict(zip(values[::2], values[1::2], strict=True))
        else:
            assert what in ("interpolation", "handle_left_type", "handle_right_type")
            assert len(values) == self.count


class FakeBlock:
    def __init__(self, name: str) -> None:
        self.name, self.value, self.slider_min, self.slider_max = name, 0.0, 0.0, 1.0
        self.keys: dict[float, float] = {}
        self.inserted = 0

    def keyframe_insert(self, path: str, frame: float) -> None:
        assert path == "value"
        self.inserted += 1
        self.keys[frame] = self.value

    def curve(self) -> Any:
        path = f'key_blocks["{self.name}"].value'
        return types.SimpleNamespace(data_path=path, keyframe_points=FakePoints(self), update=lambda: None)


def fake_blender(names: list[str], *, is_layered: bool = False) -> tuple[Any, dict[str, FakeBlock]]:
    """A scene with a lamp and a face; its actions have layers as in Blender 5, or no curves that can be found."""
    blocks = [FakeBlock(name) for name in ["Basis", *names]]

    def new_action(name: str) -> Any:
        action = types.SimpleNamespace(name=name, use_fake_user=False)
        if is_layered:
            bag = types.SimpleNamespace(slot="slot", fcurves=[block.curve() for block in blocks])
            other = types.SimpleNamespace(slot="other", fcurves=[])
            strip = types.SimpleNamespace(channelbags=[other, bag])
            action.layers = [types.SimpleNamespace(strips=[strip])]
        return action

    animation = types.SimpleNamespace(action=types.SimpleNamespace(use_fake_user=False), action_slot="slot")
    keys = types.SimpleNamespace(key_blocks=blocks, animation_data=animation)
    face = types.SimpleNamespace(name="Face", type="MESH", data=types.SimpleNamespace(shape_keys=keys))
    lamp = types.SimpleNamespace(name="Lamp", type="LIGHT", data=types.SimpleNamespace())
    bpy: Any = types.ModuleType("bpy")

    class Objects(list[Any]):
        def __contains__(self, name: object) -> bool:
            return any(thing.name == name for thing in self)

    bpy.data = types.SimpleNamespace(objects=Objects([lamp, face]), actions=types.SimpleNamespace(new=new_action))
    bpy.utils = types.SimpleNamespace(escape_identifier=lambda name: name)
    scene = types.SimpleNamespace(render=types.SimpleNamespace(fps=24, fps_base=1.0), frame_end=10)
    bpy.context = types.SimpleNamespace(object=lamp, scene=scene)
    return bpy, {block.name: block for block in blocks}


@pytest.mark.parametrize("is_layered", [False, True])
def test_blender_finds_shape_keys_by_what_they_mean(is_layered: bool, tmp_path: Path) -> None:
    bpy, blocks = fake_blender(
        ["Face.jaw_open", "MouthClose", "EYEBLINK_L", "mouthRight", "smile"], is_layered=is_layered
    )
    run_script(script_of("blender-script", tmp_path, frame_rate="30"), bpy=bpy)
    jaw = blocks["Face.jaw_open"].keys
    assert min(jaw) == 1
    assert max(jaw) == pytest.approx(1 + 59 * 24 / 30)
    assert (blocks["Face.jaw_open"].inserted == 1) == is_layered  # many keys are set at once
    closed = max(blocks["MouthClose"].keys.items(), key=lambda pair: pair[1])
    assert (closed[0] - 1) / 24 == pytest.approx(50 / 60, abs=1 / 60 + 1e-6)
    assert max(blocks["EYEBLINK_L"].keys.values()) == 1
    assert set(blocks["mouthRight"].keys.values()) == {0.25}
    assert not blocks["smile"].keys
    assert bpy.context.scene.frame_end == 49


def test_blender_without_a_face_says_so(tmp_path: Path) -> None:
    bpy, _ = fake_blender(["smile"])
    with pytest.raises(RuntimeError, match="select the face"):
        run_script(script_of("blender-script", tmp_path), bpy=bpy)


_IN_BLENDER = """
import json, runpy, sys
import bpy
bpy.ops.mesh.primitive_cube_add()
cube = bpy.context.object
cube.shape_key_add(name="Basis")
for name in ("jawOpen", "mouthClose", "eyeBlinkLeft", "mouthRight", "browInnerUp"):
    cube.shape_key_add(name=name)
bpy.context.scene.render.fps = 30
runpy.run_path(sys.argv[-2], run_name="__main__")
seen = {}
for frame in range(1, 61):
    bpy.context.scene.frame_set(frame)
    for block in cube.data.shape_keys.key_blocks[1:]:
        seen.setdefault(block.name, []).append(block.value)
json.dump({"seen": seen, "end": bpy.context.scene.frame_end}, open(sys.argv[-1], "w"))
"""


@pytest.mark.skipif(shutil.which("blender") is None, reason="Blender is not installed; its stand-in is tested above")
def test_blender_itself_moves_the_shape_keys(tmp_path: Path) -> None:
    script = script_of("blender-script", tmp_path, frame_rate="30")
    (tmp_path / "driver.py").write_text(_IN_BLENDER)
    command = ["blender", "--background", "--factory-startup", "--python-exit-code", "3"]
    command += ["--python", str(tmp_path / "driver.py"), "--", str(script), str(tmp_path / "seen.json")]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    seen = json.loads((tmp_path / "seen.json").read_text())["seen"]
    from generators.face.frame_rate import at_rate

    expected = rig_named("arkit").from_actions(at_rate(a_face(), 30.0))
    for name in ("jawOpen", "mouthClose", "eyeBlinkLeft", "mouthRight"):
        np.testing.assert_allclose(seen[name], expected.column(name), atol=2e-3)
    assert set(seen["browInnerUp"]) == {0.0}
