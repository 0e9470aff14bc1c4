"""A Maya script that keys the controls of a MetaHuman's facial board."""

from __future__ import annotations

from typing import ClassVar

from generators.exporters.script import ScriptExporter

_OPENING = """
NAMESPACE = ""  # the namespace of the rig, as "Ada:"; empty looks for it
START = 1  # the frame of Maya's timeline on which the timecode 00:00:00:00 lies
"""

_BODY = """
from maya import cmds, mel


def namespace():
    if NAMESPACE:
        return NAMESPACE.rstrip(":") + ":"
    found = cmds.ls("CTRL_C_jaw", "*:CTRL_C_jaw", "*:*:CTRL_C_jaw") or []
    if not found:
        raise RuntimeError("There is no CTRL_C_jaw in this scene: open the MetaHuman's facial rig first.")
    return found[0].split("|")[-1].rpartition(":")[0] + ":" if ":" in found[0] else ""


def main():
    prefix = namespace()
    scene_rate = float(mel.eval("currentTimeUnitToFPS"))
    times = scene_rate * FRAME_RATE[1] / FRAME_RATE[0]  # keys lie at the right seconds whatever the scene's rate is
    first = START + FIRST_FRAME * times
    last = first + (FRAMES - 1) * times
    keyed, missing = 0, []
    cmds.undoInfo(openChunk=True, chunkName="Affect Studio")
    try:
        for name, values in curves().items():
            control, attribute = name.rsplit("-", 1)
            node = prefix + control
            if not cmds.objExists(node + "." + attribute) or cmds.getAttr(node + "." + attribute, lock=True):
                missing.append(name)
                continue
            # keys of an earlier run between ours would stay otherwise
            cmds.cutKey(node, attribute=attribute, time=(first, last), clear=True)
            for frame, value in keys_of(values):
                at = START + (FIRST_FRAME + frame) * times
                cmds.setKeyframe(
                    node, attribute=attribute, time=at, value=value, inTangentType="auto", outTangentType="auto"
                )
            keyed += 1
    finally:
        cmds.undoInfo(closeChunk=True)
    if cmds.playbackOptions(query=True, maxTime=True) < last:
        cmds.playbackOptions(animationEndTime=last, maxTime=last)
    print("Keyed %d controls up to frame %.2f." % (keyed, last))
    if missing:
        print("This rig has none called " + ", ".join(missing) + ", or they are locked.")


main()
"""


class MayaScriptExporter(ScriptExporter):
    """For the facial rig that Bridge and the MetaHuman plug-in bring into Maya."""

    name: ClassVar[str] = "maya-script"
    title: ClassVar[str] = "MetaHuman in Maya, script"
    rig: ClassVar[str] = "metahuman"

    def how_to(self) -> str:
        """See `ScriptExporter.how_to`."""
        return (
            "In Maya (2022 or later): open the scene with the MetaHuman's facial rig, then this file in the Script "
            "Editor as Python, and run it. Controls that do not move in this take are left alone. One undo takes it "
            "back."
        )

    def opening(self) -> str:
        """See `ScriptExporter.opening`."""
        return _OPENING

    def body(self) -> str:
        """See `ScriptExporter.body`."""
        return _BODY
