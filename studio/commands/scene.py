"""`render scene`: the scene of a project made into one folder, without a window."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from generators import artifacts
from generators.artifacts import Score
from generators.engine.requests import Request, decode_request, encode_request
from generators.errors import BadRequest
from generators.music.request import ComposeRequest, ReworkRequest
from generators.runtime.folders import assets_folder
from generators.scene import plan
from generators.scene.folder import refuse_or_find
from generators.scene.kept import PANEL, scene_in
from generators.scene.pieces import formats_for_scenes
from generators.scene.request import Scene
from studio.commands.console import OK, Console
from studio.commands.looking import looked_at
from studio.commands.render import prepare_folder, size_text
from studio.commands.scene_keeping import NewPart, check_keeping, keep
from studio.commands.session import EngineFactory, Session
from studio.document import Document

SAMPLE = Path("samples") / "note.affect"
_TITLES: dict[str, str] = {
    "music": "Composing {bars}",
    "face": "Performing the voice",
    "pictures": "Painting {pictures}",
    "mix": "Mixing",
    "bundle": "Writing the bundle",
}
_HALF_FRAME = 0.5


@dataclass
class Made:
    """What has been made of a scene so far: artifacts by part, the requests of each, and the seconds each took."""

    sha256s: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)
    parts: list[NewPart] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def sample_project() -> Path:
    """The sample scene that comes with the program."""
    return assets_folder() / SAMPLE


def render_scene(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Make the scene of a project, and write all of it into a folder."""
    if (options.project is None) is not options.sample:
        raise BadRequest("Name one project whose scene is to be rendered, or --sample for the one that comes along.")
    told = render_project(
        sample_project() if options.sample else options.project,
        options.out,
        console,
        start_engine,
        changes=_changes(options),
        may_replace=options.replace,
        kept=options.keep,
    )
    console.tell(told)
    return OK


def _changes(options: argparse.Namespace) -> dict[str, Any]:
    """What the options change in the scene that the project keeps."""
    changes: dict[str, Any] = {}
    if options.formats is not None:
        changes["formats"] = formats_of(options.formats)
    film = {name: getattr(options, name) for name in ("size", "layout") if getattr(options, name) is not None}
    if not options.has_film:
        if film:
            raise BadRequest("A film that is left out has no size and no layout: leave --no-film out, or these.")
        film = {"off": True}
    if film:
        changes["film"] = film
    return changes


def formats_of(text: str) -> tuple[str, ...]:
    """The formats of "midi,wav", checked.

    Raises:
        BadRequest: one is unknown, or fits no scene.
    """
    known = [exporter.name for exporter in formats_for_scenes()]
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise BadRequest(f"A scene cannot be written as “{name}”: choose among {', '.join(known)}.")
    return tuple(dict.fromkeys(names))


def changed(scene: Scene, changes: dict[str, Any]) -> Scene:
    """The scene with other formats, or another film."""
    film = msgspec.structs.replace(scene.film, **changes.get("film", {}))
    film = msgspec.convert(msgspec.to_builtins(film), type(film))  # checks itself
    return msgspec.structs.replace(scene, film=film, formats=changes.get("formats", scene.formats))


def render_project(
    project: Path,
    out: Path,
    console: Console,
    start_engine: EngineFactory,
    *,
    changes: dict[str, Any] | None = None,
    may_replace: bool = False,
    kept: Path | None = None,
    is_told: bool = True,
) -> dict[str, Any]:
    """Render the scene that the file `project` keeps into the folder `out`; gives what is told to machines.

    `kept` is where the project goes once more, with what was made as takes; `is_told` says whether people hear of it.

    Raises:
        BadRequest: there is no scene, or it cannot be made; or something is in the way of the folder.
        DocumentError: the project cannot be read.
        Cancelled: by Ctrl-C; nothing is left behind.
    """
    out = out.absolute()
    refuse_or_find(out, may_replace=may_replace)
    if kept is not None:
        check_keeping(kept)
    with looked_at(project) as (document, folder):
        scene = changed(scene_in(document.state.panel_states.get(PANEL)), changes or {})
        wanted = plan.parts(scene)
        rooms = [room for room in wanted if room in plan.ROOMS]
        asked = {room: plan.request_of(scene, room) for room in rooms}  # refused before work is spent
        for sentence in plan.remarks(scene):
            console.say(sentence)
        prepare_folder(out.parent)
        made = Made()
        files = _files(document, scene, folder)
        with Session(start_engine) as session:
            work = _Work(session, console, document, scene, folder, files, made)
            for room in rooms:
                work.make(room, asked[room])
            if "mix" in wanted:
                work.mix()
            work.bundle(out, may_replace=may_replace)
            if kept is not None:
                keep(document, scene, made.parts, kept)
    written = sorted(path for path in out.rglob("*") if path.is_file())
    for path in sorted(out.iterdir()):
        console.say(f"{path}  {size_text(path)}")
    if kept is not None and is_told:
        console.say(f"{kept}  {size_text(kept)}")
        written.append(kept)
    return {
        "folder": str(out),
        "files": [str(path) for path in written],
        "duration_s": scene.duration_s,
        "requests": {room: msgspec.json.decode(text) for room, text in made.requests.items()},
        "chosen_takes": made.chosen,
        "seconds": {name: round(spent, 2) for name, spent in made.seconds.items()},
    }


def _files(document: Document, scene: Scene, folder: Path) -> dict[str, Path]:
    """The files that the scene names, brought out of the project, by SHA-256."""
    files = {}
    for sha256 in plan.inputs_of_scene(scene):
        if not document.has_asset(sha256):
            is_voice = scene.voice is not None and sha256 == scene.voice.sha256
            what = f"The recording “{scene.voice.name}”" if scene.voice and is_voice else "A file that this scene needs"
            raise BadRequest(f"{what} is not in the project: open the project and choose it again.")
        files[sha256] = folder / sha256
        document.copy_asset(sha256, files[sha256])
    return files


@dataclass(frozen=True)
class _Work:
    """One scene on its way, with all that its parts need; `files` are those that requests name, by SHA-256."""

    session: Session
    console: Console
    document: Document
    scene: Scene
    folder: Path
    files: dict[str, Path]
    made: Made

    def make(self, room: str, asked: Request) -> None:
        """Make one room's part, or take the take that was chosen where it still fits."""
        if self._take(room):
            return
        self._run(room, asked)

    def mix(self) -> None:
        """Mix music and voice."""
        self._run("mix", plan.mix_request(self.scene, self.made.sha256s.get("music", "")))

    def bundle(self, out: Path, *, may_replace: bool) -> None:
        """Write everything into the folder `out`."""
        request = plan.bundle_request(
            self.scene, str(out), self.made.sha256s, self.made.requests, may_replace=may_replace
        )
        begun = time.perf_counter()
        with self.console.stage(self._title("bundle")) as line:
            self.session.release(self.session.run(request, self.files, line))
        self.made.seconds["bundle"] = time.perf_counter() - begun

    def _run(self, name: str, request: Request) -> None:
        begun = time.perf_counter()
        with self.console.stage(self._title(name)) as line:
            finished = self.session.run(request, self.files, line)
        self._keep(name, finished.sha256, Path(finished.path), request)
        if name in plan.PANEL_OF:
            text = encode_request(request).decode()
            part = NewPart(name, finished.kind, finished.sha256, Path(finished.path), text, finished.facts)
            self.made.parts.append(part)
        self.made.seconds[name] = time.perf_counter() - begun

    def _keep(self, name: str, sha256: str, path: Path, request: Request) -> None:
        kept = artifacts.facts_in_file(path)
        if "model_sha256" in type(request).__struct_fields__ and kept.get("model_sha256"):
            # with the digest of the weights the request names everything that the part depends on
            request = msgspec.structs.replace(request, model_sha256=str(kept["model_sha256"]))
        self.files[sha256] = path
        self.made.sha256s[name] = sha256
        self.made.requests[name] = encode_request(request).decode()

    def _take(self, room: str) -> bool:
        """Whether the take that was chosen for a room was taken."""
        wanted = getattr(self.scene, room).take
        take = next((take for take in self.document.state.takes if take.id == wanted), None)
        if take is None:
            return False
        request = decode_request(take.request)
        path = self.folder / take.asset_sha256
        if not plan.fits(self.scene, request):
            self.console.say(f"The take “{take.name}” no longer fits the scene: it is made again.")
            return False
        self.document.copy_asset(take.asset_sha256, path)
        if isinstance(request, ComposeRequest | ReworkRequest) and not self._is_as_long(path):
            self.console.say(f"The take “{take.name}” is not as long as the scene: it is made again.")
            return False
        self.made.chosen.append(room)
        self._keep(room, take.asset_sha256, path, request)
        return True

    def _is_as_long(self, path: Path) -> bool:
        score = artifacts.read(path)
        apart_s = abs(score.duration_s - self.scene.duration_s) if isinstance(score, Score) else 1.0
        return apart_s <= _HALF_FRAME / int(self.scene.film.frame_rate)

    def _title(self, name: str) -> str:
        title = _TITLES[name]
        if name == "music":
            bars = plan.fitted(self.scene).bars
            return title.format(bars="1 bar" if bars == 1 else f"{bars} bars")
        if name == "pictures":
            return title.format(pictures=f"{len(plan.pictures_request(self.scene).points)} pictures")
        return title
