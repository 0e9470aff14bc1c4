"""A scene as a folder: music, face and pictures in the chosen formats, the mix, the film, and what tells of them.

All is written into a folder beside the target, which takes its place once it is whole; a cancel leaves nothing.
Everything in it is as long as the scene: sound to the sample, films to the frame.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from generators.artifacts import Artifact, Audio, Pictures, RigCurves, Score, facts_in_file, read
from generators.errors import AffectStudioError, BadRequest
from generators.exporter import ExportInputs, write_atomically, write_folder_atomically
from generators.exporters import exporter_named
from generators.exporters.stems import stem_facts, stem_names
from generators.progress import Progress, part, silent
from generators.scene.folder import new_folder, refuse_or_find
from generators.scene.laying import SAMPLE_RATE_HZ, cut_sound, laid_curves, voice_sound
from generators.scene.pieces import Piece, pieces_of
from generators.scene.request import BundleRequest

_ROOMS = ("music", "face", "pictures", "mix")
_KEPT_FACTS = ("model_sha256", "device", "rows")


@dataclass(frozen=True)
class BundleInputs:
    """The files that a bundle is made of: artifacts by room ("music", "face", "pictures", "mix") and what lies beside.

    `expect_silence` is called before something that holds the interpreter for seconds.
    """

    artifacts: Mapping[str, Path]
    voice: Path | None = None
    soundfont: Path | None = None
    head: Path | None = None
    ingredients: tuple[Path, ...] = ()
    expect_silence: Callable[[], None] = field(default=lambda: None)


@dataclass(frozen=True)
class Step:
    """One thing to write into the folder, `share` of the whole work."""

    name: str
    share: float
    write: Callable[[Path, Progress], None]


def write_bundle(request: BundleRequest, inputs: BundleInputs, progress: Progress = silent) -> None:
    """Write the bundle of `request` to its `path`. The same request, inputs and versions give the same bytes.

    Raises:
        BadRequest: something is in the way, or a format is unknown or fits no scene.
        BadInput: a file that it is made of is missing or damaged.
        OutputError: the folder cannot be written, or the disk is full.
        MissingDependency: a library or driver that a format needs is not there.
        Cancelled: `progress` raised it; nothing is left behind.
    """
    path = Path(request.path)
    writer = _Writer(request, inputs)
    steps = list(writer.steps())
    refuse_or_find(path, may_replace=request.may_replace)
    total = sum(step.share for step in steps)
    with new_folder(path, may_replace=request.may_replace) as folder:
        done = 0.0
        for step in steps:
            progress(done, total, step.name)
            step.write(folder, part(progress, done / total, (done + step.share) / total))
            done += step.share
    progress(1, 1, "bundle written")


class _Writer:
    """What writes the files of one request; artifacts are read when they are needed, and kept no longer."""

    def __init__(self, request: BundleRequest, inputs: BundleInputs) -> None:
        self.request, self.inputs = request, inputs
        self.scene = request.scene
        self.title = request.scene.title or "Scene"

    def steps(self) -> Iterator[Step]:
        for piece in pieces_of(self.request, self.title):
            yield Step(piece.name, piece.share, self._piece(piece))
        if "mix" in self.inputs.artifacts:
            yield Step("mix.wav", 1.0, self._mix)
        if self.inputs.voice is not None:
            yield Step("voice.wav", 1.0, self._voice)
        yield Step("requests", 0.2, self._requests)

    # -- parts as they lie in the scene --------------------------------------------------------------------------------

    def score(self) -> Score:
        """The music."""
        return _of_kind(self._read("music"), Score)

    def curves(self) -> RigCurves:
        """The face, as long as the scene, with the edits that its request lays above what was made."""
        curves = _of_kind(self._read("face"), RigCurves)
        start_s = self.scene.voice.start_s if self.scene.voice is not None else 0.0
        return laid_curves(self._edited(curves), start_s, self.scene.duration_s)

    def pictures(self) -> Pictures:
        """The pictures."""
        return _of_kind(self._read("pictures"), Pictures)

    def sound(self) -> Audio:
        """The mix."""
        return cut_sound(_of_kind(self._read("mix"), Audio), self.scene.duration_s)

    def _read(self, room: str) -> Artifact:
        return read(self.inputs.artifacts[room])

    def _edited(self, curves: RigCurves) -> RigCurves:
        from generators.face.layers import apply_layers
        from generators.face.request import PerformRequest

        asked = _request_in(self.request.requests.get("face", ""), PerformRequest)
        made = _request_in(str(facts_in_file(self.inputs.artifacts["face"]).get("request", "")), PerformRequest)
        if asked is None or not asked.layers or made is None or made.layers:
            return curves  # there are none, or they are in the curves already
        return RigCurves(
            curves.rig, curves.names, apply_layers(curves.values, asked.layers, curves.frame_rate_hz),
            curves.frame_rate_hz,
        )  # fmt: skip

    def facts(self, room: str) -> dict[str, str]:
        """What a file of a room keeps of where it came from."""
        told = {"title": self.title}
        request = self.request.requests.get(room, "")
        if room in self.inputs.artifacts:
            kept = facts_in_file(self.inputs.artifacts[room])
            told |= {name: str(kept[name]) for name in _KEPT_FACTS if kept.get(name)}
            request = request or str(kept.get("request", ""))
        return {**told, "request": request} if request else told

    # -- files ---------------------------------------------------------------------------------------------------------

    def _piece(self, piece: Piece) -> Callable[[Path, Progress], None]:
        def write(folder: Path, progress: Progress) -> None:
            path = folder / piece.name
            path.parent.mkdir(parents=True, exist_ok=True)
            if piece.exporter.is_drawn or (piece.exporter.is_sound and self.inputs.soundfont is not None):
                self.inputs.expect_silence()
            facts = self.facts(piece.room)
            if piece.exporter.is_sound and piece.exporter.is_folder:
                self._stems(piece, path, progress)
            elif piece.exporter.is_sound:
                from generators.music.synth import synthesise

                playing, writing = part(progress, 0.0, 0.9), part(progress, 0.9, 1.0)
                audio = synthesise(self.score(), SAMPLE_RATE_HZ, self.inputs.soundfont, playing)
                piece.exporter.write(cut_sound(audio, self.scene.duration_s), path, facts, writing)
            else:
                piece.exporter.write(self._part(piece.room), path, facts, progress, self._beside(piece))

        return write

    def _part(self, room: str) -> Artifact:
        match room:
            case "music":
                return self.score()
            case "face":
                return self.curves()
            case _:
                return self.pictures()

    def _beside(self, piece: Piece) -> ExportInputs:
        exporter = piece.exporter
        return ExportInputs(
            voice=self.inputs.voice if exporter.takes_voice else None,
            head=self.inputs.head if exporter.takes_head else None,
            options=piece.options,
            ingredients=self.inputs.ingredients if exporter.takes_ingredients else (),
        )

    def _stems(self, piece: Piece, path: Path, progress: Progress) -> None:
        """Stems as long as the scene, which sum to the music beside them."""
        from generators.music.synth import stems

        each = exporter_named("flac" if "flac" in piece.exporter.name else "wav")
        score, facts = self.score(), self.facts(piece.room)
        names = stem_names(score)
        with write_folder_atomically(path) as folder:
            for track, audio in stems(score, SAMPLE_RATE_HZ, self.inputs.soundfont, progress):
                told = stem_facts(score, track, facts)
                each.write(cut_sound(audio, self.scene.duration_s), folder / f"{names[track]}{each.suffix}", told)

    def _mix(self, folder: Path, progress: Progress) -> None:
        exporter_named("wav").write(self.sound(), folder / "mix.wav", self.facts("mix"), progress)

    def _voice(self, folder: Path, progress: Progress) -> None:
        voice = self.scene.voice
        if voice is None or self.inputs.voice is None:
            raise BadRequest("The voice of this scene did not come with it: open its recording again and retry.")
        audio = voice_sound(self.inputs.voice, voice.start_s, self.scene.duration_s)
        told = {"title": f"{self.title} – voice", "source": voice.name or "a recording"}
        exporter_named("wav").write(audio, folder / "voice.wav", told, progress)

    def _requests(self, folder: Path, progress: Progress) -> None:
        (folder / "requests").mkdir()
        found = {room: self.request.requests[room].encode() for room in _ROOMS if self.request.requests.get(room)}
        found["scene"] = msgspec.json.encode(self.scene, order="sorted")
        for name, data in found.items():
            progress(0, 1, "requests")
            with write_atomically(folder / "requests" / f"{name}.json") as file:
                file.write(msgspec.json.format(data, indent=2) + b"\n")


Kind = TypeVar("Kind", Score, RigCurves, Pictures, Audio)
Asked = TypeVar("Asked", bound=msgspec.Struct)


def _of_kind(artifact: Artifact, kind: type[Kind]) -> Kind:
    if not isinstance(artifact, kind):
        raise BadRequest(
            f"A result of kind “{kind.KIND}” is needed here, and this file holds one of kind “{artifact.KIND}”: "
            "choose another take."
        )
    return artifact


def _request_in(text: str, kind: type[Asked]) -> Asked | None:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, AffectStudioError):
        return None


def plain_name(title: str) -> str:
    """`title` as every file system takes it."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]+', "-", title).strip(" .")[:80] or "Scene"
