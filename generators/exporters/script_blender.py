"""A Blender script that keys the shape keys of a mesh by their names."""

from __future__ import annotations

from typing import ClassVar

from generators.exporter import Option
from generators.exporters.face_frames import FRAME_RATE, RIG, TIMECODE
from generators.exporters.script import ScriptExporter
from generators.face.actions import ACTIONS
from generators.face.rig import ACTIONS_RIG
from generators.face.rigs import rig_named

_OPENING = """
OBJECT = ""  # the name of the mesh; empty takes the selected one, or else the one with the most of these shape keys
NEW_ACTION = True  # keys go into an action of their own, so that nothing of another take stays between them
START = 1  # the frame of Blender's timeline on which the timecode 00:00:00:00 lies
"""

_BODY = '''
import bpy


def plain(name):
    """A name without what rigs write differently: a mesh's name before a dot, capitals, separators, sides."""
    before, _, last = name.lower().rpartition(".")
    name = before + last if last in ("l", "r", "left", "right") else last
    for letter in "_ -":
        name = name.replace(letter, "")
    for side in ("left", "right"):
        if name.endswith(side):
            return name[: -len(side)] + side[0]
    return name


def shape_keys_of(thing):
    """The shape keys of an object by our names, as far as it has them."""
    keys = getattr(thing.data, "shape_keys", None) if thing.type == "MESH" else None
    if keys is None:
        return {}
    blocks = {plain(block.name): block for block in keys.key_blocks[1:]}
    blocks.update({block.name: block for block in keys.key_blocks[1:]})
    found = {}
    for name in NAMES:
        block = blocks.get(name) or blocks.get(plain(name))
        if block is not None:
            found[name] = block
    return found


def the_object():
    if OBJECT:
        if OBJECT not in bpy.data.objects:
            raise RuntimeError("There is no object called " + OBJECT + ": write another name at the top of the script.")
        return bpy.data.objects[OBJECT]
    active = getattr(bpy.context, "object", None)
    if active is not None and shape_keys_of(active):
        return active
    return max(bpy.data.objects, key=lambda thing: len(shape_keys_of(thing)), default=None)


def f_curve_of(shape_keys, block):
    """The curve that a first key on a shape key made, wherever this Blender keeps it; None if it cannot be found."""
    path = 'key_blocks["%s"].value' % bpy.utils.escape_identifier(block.name)
    action = shape_keys.animation_data.action
    curves = list(getattr(action, "fcurves", None) or ())
    if not curves:  # Blender 5 keeps curves in layers, by slot
        slot = getattr(shape_keys.animation_data, "action_slot", None)
        strips = [strip for layer in getattr(action, "layers", ()) for strip in layer.strips]
        bags = [bag for strip in strips for bag in strip.channelbags if bag.slot == slot]
        curves = [curve for bag in bags for curve in bag.fcurves]
    return next((curve for curve in curves if curve.data_path == path), None)


def set_keys(shape_keys, block, keys):
    """Set keys, pairs of a frame and a value: all at once where that can be done, which is far quicker."""
    block.value = keys[0][1]
    block.keyframe_insert("value", frame=keys[0][0])
    curve = f_curve_of(shape_keys, block) if NEW_ACTION else None
    if curve is None:
        for frame, value in keys[1:]:
            block.value = value
            block.keyframe_insert("value", frame=frame)
        return
    points = curve.keyframe_points
    points.add(len(keys) - len(points))
    points.foreach_set("co", [number for key in keys for number in key])
    points.foreach_set("interpolation", [1] * len(keys))  # straight lines between frames
    for side in ("left", "right"):
        points.foreach_set("handle_%s_type" % side, [4] * len(keys))  # clamped, for those who edit the keys
    curve.update()


def main():
    thing = the_object()
    blocks = shape_keys_of(thing) if thing is not None else {}
    if not blocks:
        raise RuntimeError("No mesh here has shape keys of these names: select the face, or write its name at the top.")
    shape_keys = thing.data.shape_keys
    if NEW_ACTION:
        if shape_keys.animation_data is None:
            shape_keys.animation_data_create()
        elif shape_keys.animation_data.action is not None:
            shape_keys.animation_data.action.use_fake_user = True  # the one before is kept in the file
        shape_keys.animation_data.action = bpy.data.actions.new(thing.name + " face")
    render = bpy.context.scene.render
    scene_rate = render.fps / render.fps_base
    rate = FRAME_RATE[0] / FRAME_RATE[1]
    times = scene_rate / rate  # keys lie at the right seconds whatever the scene's frame rate is
    for name, values in curves().items():
        block = blocks.get(name)
        if block is None:
            continue
        block.slider_min = min(block.slider_min, min(values))
        block.slider_max = max(block.slider_max, max(values))
        keys = [(START + (FIRST_FRAME + frame) * times, value) for frame, value in keys_of(values)]
        set_keys(shape_keys, block, keys)
    last = START + (FIRST_FRAME + FRAMES - 1) * times
    scene = bpy.context.scene
    scene.frame_end = max(scene.frame_end, int(last + 0.999))
    missing = [name for name in NAMES if name not in blocks]
    print("Keyed %d shape keys of %s up to frame %.2f." % (len(blocks), thing.name, last))
    if missing:
        print("This mesh has none called " + ", ".join(missing) + ".")


main()
'''


class BlenderScriptExporter(ScriptExporter):
    """For any mesh with shape keys of a rig's names; it needs no add-on."""

    name: ClassVar[str] = "blender-script"
    title: ClassVar[str] = "Blender, script"
    options: ClassVar[tuple[Option, ...]] = (RIG, FRAME_RATE, TIMECODE)

    def names_of(self, rig: str) -> tuple[str, ...]:
        """Weights: shape keys show no angles."""
        if rig == ACTIONS_RIG:
            return tuple(action.name for action in ACTIONS if not action.unit)
        return tuple(control.name for control in rig_named(rig).controls if not control.unit)

    def how_to(self) -> str:
        """See `ScriptExporter.how_to`."""
        return (
            "In Blender (3.4 or later): select the mesh of the face, open this file in the Text Editor, and press Run. "
            "Or: blender FILE.blend --python THIS.py. Shape keys are found by name; capitals and “_” do not matter."
        )

    def opening(self) -> str:
        """See `ScriptExporter.opening`."""
        return _OPENING

    def body(self) -> str:
        """See `ScriptExporter.body`."""
        return _BODY
