"""Our animated head as USD text (.usda): a skeleton, blend shapes, and an animation of both, as UsdSkel has them.

Text and not the binary form, so that nothing has to be installed to write it and everything reads it.

Source: OpenUSD, "UsdSkel: Schemas In-Depth".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from generators.artifacts import Artifact
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.exporters.face_frames import FRAME_RATE, PROGRESS_ROWS, TIMECODE, Frames, frames_of
from generators.face.rig import ACTIONS_RIG
from generators.progress import Progress, part, silent
from generators.provenance import PREFIX, as_facts, provenance_of, software

if TYPE_CHECKING:
    from generators.exporters.head_parts import HeadMotion, HeadParts, Piece

_JOINTS = ("Neck", "Neck/Head", "Neck/Head/LeftEye", "Neck/Head/RightEye")
_GEOMETRY_SHARE = 0.4


class UsdExporter(Exporter):
    """A .usda file for Maya, Houdini, Unreal, Omniverse and USD pipelines."""

    name: ClassVar[str] = "usd"
    title: ClassVar[str] = "Animated head, USD"
    suffix: ClassVar[str] = ".usda"
    accepts: ClassVar[tuple[str, ...]] = ("rig curves",)
    options: ClassVar[tuple[Option, ...]] = (FRAME_RATE, TIMECODE)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the head with its animation; see `Exporter.write`."""
        from generators.exporters.head_parts import head_motion, head_parts

        progress(0, 1, "USD")
        frames = frames_of(artifact, self, beside.options, ACTIONS_RIG)
        parts = head_parts()
        motion = head_motion(frames.curves, parts)
        with write_atomically(path) as file:
            for line in _stage(frames, parts, motion, facts, progress):
                file.write(f"{line}\n".encode())
        progress(1, 1, "USD")


def _stage(
    frames: Frames, parts: HeadParts, motion: HeadMotion, facts: Mapping[str, str], progress: Progress
) -> Iterator[str]:
    first, last = frames.first_frame, frames.first_frame + len(frames) - 1
    rate = f"{frames.rate_hz:.9g}"
    yield "#usda 1.0\n("
    told = provenance_of(facts)
    yield f"    doc = {_string(told.statement)}"
    yield "    customLayerData = {"
    for key, fact in sorted({**as_facts(told), "software": software(), **facts}.items()):
        yield f"        string {_string(f'{PREFIX}{key}')} = {_string(fact)}"
    yield "    }"
    yield '    defaultPrim = "Head"\n    metersPerUnit = 1\n    upAxis = "Y"'
    yield f"    startTimeCode = {first}\n    endTimeCode = {last}"
    yield f"    timeCodesPerSecond = {rate}\n    framesPerSecond = {rate}\n)\n"
    yield 'def SkelRoot "Head" (\n    prepend apiSchemas = ["SkelBindingAPI"]\n)\n{'
    yield from _skeleton(parts)
    inner = part(progress, 0.0, _GEOMETRY_SHARE)
    pieces = [(parts.face, _face_binding(parts.face)), *((eye, _rigid(2 + k)) for k, eye in enumerate(parts.eyes))]
    moved = [parts.face.vertices, *(eye.vertices + at for eye, at in zip(parts.eyes, parts.eye_centres, strict=True))]
    for (piece, binding), vertices in zip(pieces, moved, strict=True):
        yield from _mesh(piece, vertices, binding, inner)
    yield from _animation(frames, parts, motion, part(progress, _GEOMETRY_SHARE, 1.0))
    yield "}"


def _skeleton(parts: HeadParts) -> Iterator[str]:
    world = [np.zeros(3), parts.head_pivot, *parts.eye_centres]
    rest = [np.zeros(3), parts.head_pivot, *(centre - parts.head_pivot for centre in parts.eye_centres)]
    yield '    def Skeleton "Skeleton" (\n        prepend apiSchemas = ["SkelBindingAPI"]\n    )\n    {'
    yield f"        uniform token[] joints = {_tokens(_JOINTS)}"
    yield f"        uniform matrix4d[] bindTransforms = [{', '.join(_at(place) for place in world)}]"
    yield f"        uniform matrix4d[] restTransforms = [{', '.join(_at(place) for place in rest)}]"
    yield "        rel skel:animationSource = </Head/Animation>\n    }\n"


def _face_binding(face: Piece) -> list[str]:
    weights = np.stack([1.0 - face.head_weight, face.head_weight], axis=1).ravel()
    indices = np.tile(np.array([0, 1]), len(face.head_weight))
    return [
        _primvar("int", "jointIndices", _numbers(indices), 2),
        _primvar("float", "jointWeights", _numbers(weights), 2),
    ]


def _rigid(joint: int) -> list[str]:
    return [_primvar("int", "jointIndices", f"[{joint}]", 1), _primvar("float", "jointWeights", "[1]", 1)]


def _primvar(kind: str, name: str, values: str, size: int) -> str:
    """How a mesh hangs on the skeleton: by `size` joints a vertex, or by one for all of it."""
    form = "vertex" if size > 1 else "constant"
    opening = f"{kind}[] primvars:skel:{name} = {values} ("
    return f'{opening}\n            elementSize = {size}\n            interpolation = "{form}"\n        )'


def _mesh(piece: Piece, vertices: npt.NDArray[np.float32], binding: Iterable[str], progress: Progress) -> Iterator[str]:
    triangles = np.concatenate(list(piece.triangles.values()))
    yield f'    def Mesh "{piece.name}" (\n        prepend apiSchemas = ["SkelBindingAPI"]\n    )\n    {{'
    yield f"        float3[] extent = [{_vector(vertices.min(axis=0))}, {_vector(vertices.max(axis=0))}]"
    yield f"        int[] faceVertexCounts = {_numbers(np.full(len(triangles), 3))}"
    yield f"        int[] faceVertexIndices = {_numbers(triangles.ravel())}"
    yield f"        point3f[] points = {_vectors(vertices)}"
    yield f'        normal3f[] normals = {_vectors(piece.normals)} (\n            interpolation = "vertex"\n        )'
    yield f"        color3f[] primvars:displayColor = {_vectors(piece.colours)} ("
    yield '            interpolation = "vertex"\n        )'
    yield '        uniform token subdivisionScheme = "none"'
    for line in binding:
        yield f"        {line}"
    yield "        rel skel:skeleton = </Head/Skeleton>"
    if piece.targets:
        yield f"        uniform token[] skel:blendShapes = {_tokens(piece.targets)}"
        places = ", ".join(f"</Head/{piece.name}/{name}>" for name in piece.targets)
        yield f"        rel skel:blendShapeTargets = [{places}]"
    for number, (name, (index, offsets, normals)) in enumerate(piece.targets.items()):
        progress(number, len(piece.targets), "USD")
        yield f'\n        def BlendShape "{name}"\n        {{'
        yield f"            uniform vector3f[] offsets = {_vectors(offsets)}"
        yield f"            uniform vector3f[] normalOffsets = {_vectors(normals)}"
        yield f"            uniform int[] pointIndices = {_numbers(index)}\n        }}"
    yield "    }\n"


def _animation(frames: Frames, parts: HeadParts, motion: HeadMotion, progress: Progress) -> Iterator[str]:
    centres = [np.zeros(3), parts.head_pivot, *(centre - parts.head_pivot for centre in parts.eye_centres)]
    yield '    def SkelAnimation "Animation"\n    {'
    yield f"        uniform token[] blendShapes = {_tokens(parts.face.targets)}"
    yield "        float[] blendShapeWeights.timeSamples = {"
    count = len(frames)
    for frame in range(count):
        if frame % PROGRESS_ROWS == 0:
            progress(frame, 2 * count, "USD")
        yield f"            {frames.first_frame + frame}: {_numbers(motion.weights[frame])},"
    yield f"        }}\n        uniform token[] joints = {_tokens(_JOINTS)}"
    yield "        quatf[] rotations.timeSamples = {"
    rest = np.array([0.0, 0.0, 0.0, 1.0])
    for frame in range(count):
        if frame % PROGRESS_ROWS == 0:
            progress(count + frame, 2 * count, "USD")
        turns = (rest, motion.head[frame], motion.eyes[0][frame], motion.eyes[1][frame])
        real_first = ", ".join(_vector([turn[3], *turn[:3]]) for turn in turns)
        yield f"            {frames.first_frame + frame}: [{real_first}],"
    yield "        }"
    yield f"        half3[] scales = [{', '.join(['(1, 1, 1)'] * len(_JOINTS))}]"
    yield f"        float3[] translations = [{', '.join(map(_vector, centres))}]\n    }}"


def _string(text: str) -> str:
    """A string of USD's, in the quotes that leave JSON as it is where they can."""
    quote = '"' if "'" in text else "'"
    told = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace(quote, f"\\{quote}")
    return quote + "".join(letter for letter in told if letter.isprintable() or letter == "\t") + quote


def _tokens(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _number(value: float) -> str:
    text = f"{value:.6g}"
    return "0" if text == "-0" else text


def _numbers(values: npt.NDArray[np.generic]) -> str:
    return "[" + ", ".join(map(_number, values.tolist())) + "]"


def _vector(values: Iterable[float]) -> str:
    return "(" + ", ".join(_number(float(value)) for value in values) + ")"


def _vectors(values: npt.NDArray[np.floating]) -> str:
    return "[" + ", ".join(f"({_number(x)}, {_number(y)}, {_number(z)})" for x, y, z in values.tolist()) + "]"


def _at(place: Iterable[float]) -> str:
    x, y, z = (_number(float(value)) for value in place)
    return f"( (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), ({x}, {y}, {z}, 1) )"
