"""Animated heads as binary glTF: our clay head, or one of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.exporters.face_frames import FRAME_RATE, facts_as_json, frames_of
from generators.face.glb import read_glb
from generators.face.rig import ACTIONS_RIG
from generators.progress import Progress, silent
from generators.provenance import PREFIX, as_facts, provenance_of, software


class GltfExporter(Exporter):
    """A GLB file with an animation of morph targets, head and eyes, for Blender, Unreal, Unity, Godot and the web."""

    name: ClassVar[str] = "gltf"
    title: ClassVar[str] = "Animated head, glTF"
    suffix: ClassVar[str] = ".glb"
    accepts: ClassVar[tuple[str, ...]] = ("rig curves",)
    takes_head: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = (FRAME_RATE,)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the head with its animation; see `Exporter.write`."""
        from generators.exporters.gltf_ours import our_head
        from generators.exporters.gltf_users import add_animation

        progress(0, 3, "glTF")
        actions = frames_of(artifact, self, beside.options, ACTIONS_RIG).curves
        title = facts.get("title") or "Face"
        if beside.head is None:
            builder = our_head(actions, title)
            builder.document["asset"]["generator"] = software()
        else:
            builder = add_animation(read_glb(beside.head), actions, title, beside.head.name)
        progress(1, 3, "glTF")
        asset = builder.document.setdefault("asset", {"version": "2.0"})
        extras = asset.get("extras")
        said = provenance_of(facts)
        told = {f"{PREFIX}{key}": fact for key, fact in facts_as_json({**as_facts(said), **facts}).items()}
        asset["extras"] = {**(extras if isinstance(extras, dict) else {}), **told}
        data = builder.to_bytes()
        progress(2, 3, "glTF")
        with write_atomically(path) as file:
            file.write(data)
        progress(1, 1, "glTF")
