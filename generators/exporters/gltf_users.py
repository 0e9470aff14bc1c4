"""An animation laid on a head of the user's own: morph targets, head and eyes are found by their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.errors import BadInput
from generators.face.actions import NAMES
from generators.face.glb import Document, Glb, GlbBuilder, target_names
from generators.face.rig import ACTIONS_RIG
from generators.face.rigs import as_rig
from generators.face.rotations import Floats, product, turns_of
from generators.face.target_match import matched, plain

__all__ = ["add_animation", "plain"]

_RIGS = ("arkit", ACTIONS_RIG, "oculus", "vrm")
"""In which order rigs are tried; of those with as many names found, the first is taken."""
_HEADS = ("head", "jbipchead", "mixamorighead", "ccbasehead", "bip01head")
_EYES = {
    "left": ("lefteye", "eyeleft", "eyel", "leye", "mixamoriglefteye", "jadjlfaceeye", "ccbaseleye"),
    "right": ("righteye", "eyeright", "eyer", "reye", "mixamorigrighteye", "jadjrfaceeye", "ccbasereye"),
}


def add_animation(glb: Glb, actions: RigCurves, title: str, file_name: str) -> GlbBuilder:
    """The document `glb` with an animation called `title` that shows `actions`.

    Raises:
        BadInput: no mesh has morph targets of names that a rig knows.
    """
    meshes = glb.document.get("meshes", [])
    every = [name for mesh in meshes for name in target_names(mesh)]
    rigs = {rig: as_rig(actions, rig) for rig in _RIGS}
    hits = {rig: len(set(matched(every, curves.names).values())) for rig, curves in rigs.items()}
    rig = max(_RIGS, key=lambda name: hits[name])  # the first of the largest
    if not hits[rig]:
        raise BadInput(
            f"{file_name} has no morph targets of known names: name them as ARKit does (jawOpen, mouthClose, …), and "
            "export them with their names."
        )
    curves = rigs[rig]
    builder = GlbBuilder(glb)
    times = np.arange(len(curves.values), dtype=np.float32) / np.float32(curves.frame_rate_hz)
    time_accessor = builder.accessor(times, bounds=True)
    animation: Document = {"name": title, "samplers": [], "channels": []}

    def channel(node: int, path: str, output: int) -> None:
        sampler = {"input": time_accessor, "interpolation": "LINEAR", "output": output}
        animation["samplers"].append(sampler)
        number = len(animation["samplers"]) - 1
        animation["channels"].append({"sampler": number, "target": {"node": node, "path": path}})

    outputs: dict[int, int] = {}
    for number, node in enumerate(builder.list("nodes")):
        mesh_number = node.get("mesh", -1)
        if mesh_number < 0:
            continue
        names = target_names(meshes[mesh_number])
        places = matched(names, curves.names)
        if not places:
            continue
        if mesh_number not in outputs:
            rest = _rest_weights(node, meshes[mesh_number], len(names))
            outputs[mesh_number] = builder.accessor(_weights(curves, places, rest).ravel())
        channel(number, "weights", outputs[mesh_number])
    for number, rotation in _turned_nodes(builder.document, actions):
        channel(number, "rotation", builder.accessor(rotation.astype(np.float32)))
    builder.add("animations", animation)
    return builder


def _weights(curves: RigCurves, places: dict[int, int], rest: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Weights (frames, targets); targets of other names stay as they are."""
    weights = np.tile(rest, (len(curves.values), 1))
    for target, place in places.items():
        weights[:, target] = curves.values[:, place]
    return weights


def _rest_weights(node: Document, mesh: Document, count: int) -> npt.NDArray[np.float32]:
    given = node.get("weights", mesh.get("weights"))
    if isinstance(given, list) and len(given) == count and all(isinstance(one, (int, float)) for one in given):
        return np.asarray(given, dtype=np.float32)
    return np.zeros(count, dtype=np.float32)


def _turned_nodes(document: Document, actions: RigCurves) -> Iterable[tuple[int, Floats]]:
    """The nodes of head and eyes, and their rotations (frames, 4) as they turn about the world's axes."""
    nodes = document.get("nodes", [])
    parents = {child: number for number, node in enumerate(nodes) for child in node.get("children", [])}
    joints = {joint for skin in document.get("skins", []) for joint in skin.get("joints", [])}
    column = {name: actions.values[:, place].astype(np.float64) for place, name in enumerate(NAMES)}
    still = np.zeros(len(actions.values))
    angles = {"head": (column["head_yaw"], column["head_pitch"], column["head_roll"])}
    angles |= {side: (column[f"gaze_yaw_{side}"], column[f"gaze_pitch_{side}"], still) for side in _EYES}
    whose = dict.fromkeys(_HEADS, "head") | {name: side for side, names in _EYES.items() for name in names}
    taken: set[str] = set()
    for number, node in enumerate(nodes):
        part = whose.get("".join(letter for letter in str(node.get("name", "")).lower() if letter.isalnum()))
        moves = number in joints or "skin" not in node
        if part is None or not moves or "matrix" in node or part in taken:
            continue
        taken.add(part)
        parent = _world_rotation(parents.get(number), parents, nodes)
        local = _rotation(node)
        turn = turns_of(*angles[part])
        yield number, product(product(product(_inverse(parent), turn), parent), local)


def _rotation(node: Document) -> Floats:
    given = node.get("rotation", [0.0, 0.0, 0.0, 1.0])
    if not (isinstance(given, list) and len(given) == 4 and all(isinstance(one, (int, float)) for one in given)):
        given = [0.0, 0.0, 0.0, 1.0]
    found = np.asarray(given, dtype=np.float64)
    length = float(np.linalg.norm(found))
    return found / length if length > 0 else np.array([0.0, 0.0, 0.0, 1.0])


def _inverse(rotation: Floats) -> Floats:
    return np.asarray(rotation * np.array([-1.0, -1.0, -1.0, 1.0]))


def _world_rotation(number: int | None, parents: dict[int, int], nodes: list[Any]) -> Floats:
    found = np.array([0.0, 0.0, 0.0, 1.0])
    while number is not None:
        found = product(_rotation(nodes[number]), found)
        number = parents.get(number)
    return found
