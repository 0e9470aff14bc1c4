"""A scene as a folder: music, face and pictures in the chosen formats, the mix, the film, and what tells of them.

All is written into a folder beside the target, which takes its place once it is whole; a cancel leaves nothing.
Everything in it is as long as the scene: sound to the sample, films to the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from generators.artifacts import Audio, facts_in_file
from generators.errors import BadRequest
from generators.exporter import ExportInputs, write_atomically, write_folder_atomically
from generators.exporters import exporter_named
from generators.exporters.stems import stem_facts, stem_names
from generators.progress import Progress, part, silent
from generators.provenance import COMPOSITE, GENERATED, Provenance, png_texts, provenance_of, source_type_of, xmp_packet
from generators.runtime.catalog import Catalog
from generators.runtime.terms import summary
from generators.scene.film import SceneFrames, layout_of, write_scene_film
from generators.scene.folder import new_folder, refuse_or_find
from generators.scene.laid_parts import LaidParts
from generators.scene.laying import SAMPLE_RATE_HZ, laid_music
from generators.scene.manifest import (
    MadePart,
    all_terms,
    listed,
    manifest_of,
    model_of,
    part_terms,
    write_manifest,
)
from generators.scene.pieces import Piece, pieces_of
from generators.scene.readme import readme
from generators.scene.request import BundleRequest, SceneFilm
from generators.scene.sheet import SheetParts, scene_sheet, still_times_s
from generators.scene.signed import sign_bundle
from generators.signing import Credential, read_credential

_ROOMS = ("music", "face", "pictures", "mix")
_KEPT_FACTS = ("model_sha256", "device", "rows")
_SHEET_FILM = "960x540"
_FILM_SHARE = 40.0


@dataclass(frozen=True)
class BundleInputs:
    """The files that a bundle is made of: artifacts by room ("music", "face", "pictures", "mix") and what lies beside.

    `catalog` knows the terms of models. `expect_silence` is called before something that holds the interpreter for
    seconds.
    """

    artifacts: Mapping[str, Path]
    voice: Path | None = None
    soundfont: Path | None = None
    head: Path | None = None
    ingredients: tuple[Path, ...] = ()
    catalog: Catalog = field(default_factory=Catalog.installed)
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
    refuse_or_find(path, may_replace=request.may_replace)
    writer = _Writer(request, inputs)
    steps = list(writer.steps())
    total = sum(step.share for step in steps)
    with new_folder(path, may_replace=request.may_replace) as folder:
        done = 0.0
        for step in steps:
            progress(done, total, step.name)
            step.write(folder, part(progress, done / total, (done + step.share) / total))
            done += step.share
        progress(1, 1, "bundle written")  # the last time to cancel: what was there is about to be replaced


class _Writer:
    """What writes the files of one request; artifacts are read when they are needed, and kept no longer."""

    def __init__(self, request: BundleRequest, inputs: BundleInputs) -> None:
        if (request.scene.voice is None) != (inputs.voice is None):
            raise BadRequest("The voice of this scene did not come with it: open its recording again and retry.")
        self._request, self._inputs = request, inputs
        self._scene = request.scene
        self._title = request.scene.title or "Scene"
        self._made = {room: self._made_part(room) for room in inputs.artifacts}
        self._laid = LaidParts(request, inputs.artifacts, inputs.voice)
        self._pieces = pieces_of(request, self._title)
        self._is_seen = "face" in inputs.artifacts or "pictures" in inputs.artifacts
        self._credential: Credential | None = None
        if request.certificates_path or request.key_path:
            self._credential = read_credential(Path(request.certificates_path), Path(request.key_path))

    def _made_part(self, room: str) -> MadePart:
        kept = {name: str(value) for name, value in facts_in_file(self._inputs.artifacts[room]).items()}
        return MadePart(self._request.requests.get(room, "") or kept.get("request", ""), kept)

    def steps(self) -> Iterator[Step]:
        """All that has to be written, one after the other; what tells of the others comes last."""
        for piece in self._pieces:
            yield Step(piece.name, piece.share, self._piece(piece))
        if "mix" in self._inputs.artifacts:
            yield Step("mix.wav", 1.0, self._mix)
        if self._inputs.voice is not None:
            yield Step("voice.wav", 1.0, self._voice)
        if self._is_seen and not self._scene.film.off:
            yield Step("film.mp4", _FILM_SHARE, self._write_film)
        yield Step("contact sheet.png", 3.0, self._sheet)
        yield Step("requests", 0.2, self._requests)
        yield Step("README.txt", 0.2, self._readme)
        yield Step("manifest.json", 1.0, self._manifest)
        if self._credential is not None:
            yield Step("signatures", 2.0, self._sign)

    # -- what files say of themselves ----------------------------------------------------------------------------------

    def facts(self, room: str) -> dict[str, str]:
        """What a file of a room keeps of where it came from.

        Music whose own file keeps no request was edited by hand since it was composed.
        """
        told = {"title": self._title}
        made = self._made[room]
        told |= {name: made.facts[name] for name in _KEPT_FACTS if made.facts.get(name)}
        if made.request:
            is_edited = room == "music" and not made.facts.get("request")
            told["composed_by_request" if is_edited else "request"] = made.request
            told["licence"] = summary(part_terms(self._request, self._made, self._inputs.catalog, room))
        if model := model_of(made):
            told["model"] = model
        return told

    def _of_scene(self) -> Provenance:
        """What film and sheet say: they show all parts."""
        models = list(dict.fromkeys(filter(None, (model_of(made) for made in self._made.values()))))
        terms = all_terms(self._request, self._made, self._inputs.catalog)
        types = {source_type_of(self.facts(room)) for room in self._made}
        is_composite = self._inputs.voice is not None or COMPOSITE in types or "" in types
        asked = msgspec.json.encode(self._scene, order="sorted").decode()
        return Provenance(
            self._title, request=asked, model=", ".join(models), licence=summary(terms),
            source_type=COMPOSITE if is_composite else GENERATED,
        )  # fmt: skip

    def _part_of(self) -> dict[str, str]:
        """Whose part a file is, by the first part of its name."""
        named = {piece.name.split("/")[0]: piece.room for piece in self._pieces}
        return {**named, "mix.wav": "mix", "voice.wav": "voice"}

    def _source_types(self) -> dict[str, str]:
        """The digital source type of each part; "" for the voice, which was brought in."""
        found = {room: source_type_of(self.facts(room)) for room in self._made}
        return {**found, "voice": "", "scene": self._of_scene().source_type}

    # -- files ---------------------------------------------------------------------------------------------------------

    def _piece(self, piece: Piece) -> Callable[[Path, Progress], None]:
        def write(folder: Path, progress: Progress) -> None:
            path = folder / piece.name
            path.parent.mkdir(parents=True, exist_ok=True)
            exporter, facts = piece.exporter, self.facts(piece.room)
            if exporter.is_drawn or (exporter.is_sound and self._inputs.soundfont is not None):
                self._inputs.expect_silence()
            if exporter.is_sound and exporter.is_folder:
                self._stems(piece, path, progress)
            elif exporter.is_sound:
                exporter.write(self._played(part(progress, 0.0, 0.9)), path, facts, part(progress, 0.9, 1.0))
            else:
                exporter.write(self._laid.part(piece.room), path, facts, progress, self._beside(piece))
            if not exporter.keeps_facts:
                with write_atomically(path.with_name(f"{path.name}.xmp")) as file:
                    file.write(xmp_packet(provenance_of(facts)).encode())

        return write

    def _played(self, progress: Progress) -> Audio:
        from generators.music.synth import synthesise

        audio = synthesise(self._laid.score(), SAMPLE_RATE_HZ, self._inputs.soundfont, progress)
        return laid_music(audio, self._scene.duration_s)

    def _beside(self, piece: Piece) -> ExportInputs:
        exporter = piece.exporter
        return ExportInputs(
            voice=self._inputs.voice if exporter.takes_voice else None,
            head=self._inputs.head if exporter.takes_head else None,
            options=piece.options,
            ingredients=self._inputs.ingredients if exporter.takes_ingredients else (),
        )

    def _stems(self, piece: Piece, path: Path, progress: Progress) -> None:
        """Stems as long as the scene, which sum to the music beside them."""
        from generators.music.synth import stems

        each = exporter_named("flac" if "flac" in piece.exporter.name else "wav")
        score, facts = self._laid.score(), self.facts(piece.room)
        names = stem_names(score)
        with write_folder_atomically(path) as folder:
            for track, audio in stems(score, SAMPLE_RATE_HZ, self._inputs.soundfont, progress):
                told = stem_facts(score, track, facts)
                each.write(laid_music(audio, self._scene.duration_s), folder / f"{names[track]}{each.suffix}", told)

    def _mix(self, folder: Path, progress: Progress) -> None:
        exporter_named("wav").write(self._laid.sound(), folder / "mix.wav", self.facts("mix"), progress)

    def _voice(self, folder: Path, progress: Progress) -> None:
        name = self._scene.voice.name if self._scene.voice is not None else ""
        told = {"title": f"{self._title} – voice", "source": name or "a recording"}
        audio = self._laid.voice(part(progress, 0.0, 0.5))
        exporter_named("wav").write(audio, folder / "voice.wav", told, part(progress, 0.5, 1.0))

    def _frames(self, film: SceneFilm) -> SceneFrames:
        from generators.face.user_head import load_user_head

        has_face, has_pictures = "face" in self._inputs.artifacts, "pictures" in self._inputs.artifacts
        layout = layout_of(film, has_head=has_face, has_pictures=has_pictures)
        head = None
        if layout.head is not None:
            self._inputs.expect_silence()
            head = load_user_head(self._inputs.head) if self._inputs.head is not None else None
        return SceneFrames(
            layout, self._scene.frame_count, film.frame_rate,
            self._laid.curves() if layout.head is not None else None,
            self._laid.pictures() if layout.pictures is not None else None,
            head,
        )  # fmt: skip

    def _write_film(self, folder: Path, progress: Progress) -> None:
        sound = self._laid.sound() if "mix" in self._inputs.artifacts else None
        film, count = self._scene.film, self._scene.frame_count
        with self._frames(film) as frames, write_atomically(folder / "film.mp4") as file:
            write_scene_film(file, frames, count, film, sound, self._of_scene(), progress)

    def _sheet(self, folder: Path, progress: Progress) -> None:
        from generators.face.contact_sheet import png_bytes

        stills = []
        film = msgspec.structs.replace(self._scene.film, size=_SHEET_FILM)
        if self._is_seen:
            times_s = still_times_s(self._scene.duration_s)
            with self._frames(film) as frames:
                for number, time_s in enumerate(times_s):
                    index = min(int(time_s * int(film.frame_rate)), self._scene.frame_count - 1)
                    stills.append(frames.at(index))
                    progress(number, len(times_s) + 1, "contact sheet")
        shown = SheetParts(
            stills,
            self._laid.score() if "music" in self._inputs.artifacts else None,
            self._laid.voice() if self._inputs.voice is not None else None,
            self._laid.sound() if "mix" in self._inputs.artifacts else None,
        )
        data = png_bytes(scene_sheet(self._scene, shown), png_texts(self._of_scene()))
        with write_atomically(folder / "contact sheet.png") as file:
            file.write(data)
        progress(1, 1, "contact sheet")

    def _sign(self, folder: Path, progress: Progress) -> None:
        if self._credential is not None:
            sign_bundle(folder, self._credential, progress)

    def _requests(self, folder: Path, progress: Progress) -> None:
        (folder / "requests").mkdir()
        found = {room: self._made[room].request.encode() for room in _ROOMS if room in self._made}
        found["scene"] = msgspec.json.encode(self._scene, order="sorted")
        for name, data in found.items():
            progress(0, 1, "requests")
            if data:
                with write_atomically(folder / "requests" / f"{name}.json") as file:
                    file.write(msgspec.json.format(data, indent=2) + b"\n")

    def _readme(self, folder: Path, progress: Progress) -> None:
        progress(0, 1, "README.txt")
        names = [path.name for path in folder.iterdir()]
        terms = all_terms(self._request, self._made, self._inputs.catalog)
        is_signed = self._credential is not None
        names.append("manifest.json")
        text = readme(self._scene, names, self._pieces, terms, SAMPLE_RATE_HZ, is_signed=is_signed)
        with write_atomically(folder / "README.txt") as file:
            file.write(text.encode())

    def _manifest(self, folder: Path, progress: Progress) -> None:
        files = listed(folder, self._part_of(), self._source_types(), self._scene, progress)
        manifest = manifest_of(self._request, self._made, self._inputs.catalog, files, SAMPLE_RATE_HZ)
        write_manifest(manifest, folder)
