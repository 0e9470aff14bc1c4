"""The parts of a scene as they lie in it, read from their files each time they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from generators.artifacts import Artifact, Audio, Pictures, RigCurves, Score, facts_in_file, read
from generators.errors import BadRequest
from generators.face.layers import apply_layers
from generators.face.request import PerformRequest
from generators.progress import Progress, silent
from generators.scene.laying import laid_curves, laid_voice
from generators.scene.manifest import request_in
from generators.scene.request import BundleRequest

Kind = TypeVar("Kind", Score, RigCurves, Pictures, Audio)


class LaidParts:
    """Music, face, pictures, mix and voice of one bundle; nothing is kept, so that few large ones are in memory.

    Raises, wherever something is read:
        BadArtifact: its file is gone or damaged.
        BadRequest: it is of another kind.
    """

    def __init__(self, request: BundleRequest, artifacts: Mapping[str, Path], voice: Path | None) -> None:
        self._request, self._scene = request, request.scene
        self._artifacts, self._voice = artifacts, voice

    def part(self, room: str) -> Artifact:
        """What "music", "face" or "pictures" made."""
        match room:
            case "music":
                return self.score()
            case "face":
                return self.curves()
            case _:
                return self.pictures()

    def score(self) -> Score:
        """The music."""
        return self._read("music", Score)

    def curves(self) -> RigCurves:
        """The face, as long as the scene, with the edits that its request lays above what was made."""
        curves = self._read("face", RigCurves)
        start_s = self._scene.voice.start_s if self._scene.voice is not None else 0.0
        return laid_curves(self._edited(curves), start_s, self._scene.duration_s)

    def pictures(self) -> Pictures:
        """The pictures."""
        return self._read("pictures", Pictures)

    def sound(self) -> Audio:
        """The mix."""
        return self._read("mix", Audio)

    def voice(self, progress: Progress = silent) -> Audio:
        """The voice.

        Raises:
            BadSound: it cannot be read.
        """
        if self._voice is None or self._scene.voice is None:
            raise BadRequest("This scene has no voice: open a recording first.")
        return laid_voice(self._voice, self._scene.voice.start_s, self._scene.duration_s, progress)

    def _read(self, room: str, kind: type[Kind]) -> Kind:
        artifact = read(self._artifacts[room])
        if not isinstance(artifact, kind):
            raise BadRequest(
                f"A result of kind “{kind.KIND}” is needed here, and this file holds one of kind “{artifact.KIND}”: "
                "choose another take."
            )
        return artifact

    def _edited(self, curves: RigCurves) -> RigCurves:
        """A take's file holds what was performed; the artist's edits stand in its request (see face/layers.py)."""
        asked = request_in(self._request.requests.get("face", ""))
        made = request_in(str(facts_in_file(self._artifacts["face"]).get("request", "")))
        if not isinstance(asked, PerformRequest) or not asked.layers or not isinstance(made, PerformRequest):
            return curves
        if made.layers:  # they are in the curves already
            return curves
        values = apply_layers(curves.values, asked.layers, curves.frame_rate_hz)
        return RigCurves(curves.rig, curves.names, values, curves.frame_rate_hz)
