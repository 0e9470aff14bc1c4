"""A scene on its way out: everything in one folder, or only its film. First the mix is made, then the files."""

from __future__ import annotations

import functools
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from generators.engine.engine import Failed, Finished, Progressed
from generators.engine.requests import Request, encode_request
from generators.errors import AffectStudioError, BadInput, output_error
from generators.scene.plan import ROOMS, bundle_request, mix_request
from generators.scene.request import BundleRequest, MixRequest, Scene
from studio.document.model import Take
from studio.face_lines import decode_state
from studio.jobs import JobCallbacks
from studio.panel import ExportChoice, Level, Message, PanelContext
from studio.panels.scene.export_sheet import SceneSheet
from studio.panels.scene.files import gather, needed_by
from studio.panels.scene.parts import Parts
from studio.project import sentence

BUNDLE = ExportChoice("scene bundle", "Scene bundle", "")
FILM = ExportChoice("scene film", "Film of the scene", ".mp4")


def file_name(name: str) -> str:
    """`name` as every file system takes it."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]+', "-", name).strip(" .")[:80] or "scene"


@dataclass(eq=False)
class _Going:
    """One export: the scene with its choices, its takes by room, where it goes, and how far it is."""

    scene: Scene
    takes: dict[str, Take]
    path: Path
    is_film: bool
    job: str = ""
    mix: Finished | None = None


class Output(QObject):
    """Exports scenes; `changed` when one begins, goes on or ends."""

    changed = Signal()

    def __init__(
        self, context: PanelContext, parts: Parts, scene: Callable[[], Scene], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._parts = parts
        self._scene = scene
        self._going: _Going | None = None
        self._progress: tuple[float, str] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.chose: Callable[[Scene], object] = lambda _scene: None
        """Told the scene with the formats and the film that were chosen, to be kept."""

    @property
    def progress(self) -> tuple[float, str] | None:
        """How far the export is, in words too; None where there is none."""
        return self._progress

    def _made(self) -> dict[str, Take]:
        found = {key: self._parts.used(key) for key in ROOMS}
        return {key: take for key, take in found.items() if take is not None}

    def choices(self) -> tuple[ExportChoice, ...]:
        """The ways in which the scene can leave now."""
        made = self._made()
        if not made:
            return ()
        return (BUNDLE, FILM) if "face" in made or "pictures" in made else (BUNDLE,)

    # -- asking --------------------------------------------------------------------------------------------------------

    def ask(self, choice: ExportChoice, parent: QWidget | None) -> None:
        """Ask how and where."""
        if choice.key == FILM.key:
            self.ask_film(parent)
        else:
            self.ask_bundle(parent)

    def ask_bundle(self, parent: QWidget | None) -> SceneSheet | None:
        """Ask for formats and a place, then write everything."""
        return self._ask(parent, is_film=False)

    def ask_film(self, parent: QWidget | None) -> SceneSheet | None:
        """Ask for a place, then write the film."""
        return self._ask(parent, is_film=True)

    def _ask(self, parent: QWidget | None, *, is_film: bool) -> SceneSheet | None:
        from generators.scene.pieces import formats_for_scenes

        wanted = FILM if is_film else BUNDLE
        if wanted not in self.choices():
            told = "Make the face or the pictures first: a film shows one of them." if is_film else (
                "Make the scene first: nothing of it is there to export."
            )  # fmt: skip
            self._context.say(Message(told, Level.WARNING, key="export"))
            return None
        if self._going is not None:
            self._context.say(Message("One export goes on already: wait for it, or cancel it.", key="export"))
            return None
        made, scene = self._made(), self._scene()
        has = {key: key in made for key in ROOMS}
        sheet = SceneSheet(scene, formats_for_scenes(), has, parent, film_only=is_film)
        sheet.chosen.connect(
            lambda formats, film: self._where(
                msgspec.structs.replace(scene, film=film, formats=scene.formats if is_film else formats),
                parent,
                is_film=is_film,
            )
        )
        sheet.open()
        return sheet

    def _where(self, scene: Scene, parent: QWidget | None, *, is_film: bool) -> None:
        self.chose(scene)
        last = self._context.settings().last_folder
        folder = Path(last) if last and Path(last).is_dir() else Path.home()
        name = file_name(scene.title or self._context.project.name)
        proposed = folder / (f"{name}.mp4" if is_film else f"{name} bundle")
        filters = ("Films (*.mp4)", "All files (*)") if is_film else ("All files (*)",)
        title = "Export the film of the scene" if is_film else "Export the scene as a folder"
        path = self._context.dialogs.save_path(parent, title, proposed, filters)
        if path is None:
            return
        if is_film and not path.suffix:
            path = path.with_suffix(".mp4")
        self._context.remember(last_folder=str(path.parent))
        self.write(scene, path, is_film=is_film)

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, scene: Scene, path: Path, *, is_film: bool = False) -> None:
        """Write the scene into the folder `path`, or only its film into the file `path`."""
        face = decode_state(self._context.project.state.panel_states.get("face", "{}"))
        scene = msgspec.structs.replace(scene, head_sha256=scene.head_sha256 or face.head_sha256)
        if is_film:
            scene = msgspec.structs.replace(scene, formats=())
        going = _Going(scene, self._made(), path, is_film)
        self._going = going
        music = going.takes.get("music")
        if music is None and scene.voice is None:
            self._bundle(going)
            return
        try:
            request = mix_request(scene, music.asset_sha256 if music is not None else "")
        except AffectStudioError as error:
            self._end(Message(error.message, Level.ERROR, key="export"))
            return
        self._submit(going, request, f"Mixing for {path.name}", functools.partial(self._mixed, going))

    def _submit(
        self,
        going: _Going,
        request: MixRequest | BundleRequest,
        title: str,
        finished: Callable[[Finished], None],
        beside: dict[str, Path] | None = None,
    ) -> None:
        known = beside or {}
        self._tell(0.0, title)

        def send(inputs: dict[str, Path]) -> None:
            if self._going is not going:
                return
            callbacks = JobCallbacks(finished, self._failed, functools.partial(self._progressed, title))
            try:
                going.job = self._context.jobs.submit(
                    request, title, callbacks, panel="scene", inputs={**inputs, **known}
                )
            except AffectStudioError as error:  # there is no engine
                self._end(Message(error.message, Level.ERROR, key="export"))

        def missing(error: BaseException) -> None:
            self._end(Message(sentence(error), Level.ERROR, key="export"))

        gather(self._context.project, [one for one in needed_by(request) if one not in known], send, missing)

    def _mixed(self, going: _Going, event: Finished) -> None:
        going.mix = event
        self._bundle(going)

    def _bundle(self, going: _Going) -> None:
        made = {key: take.asset_sha256 for key, take in going.takes.items()}
        requests = {key: take.request for key, take in going.takes.items() if take.request not in ("", "{}")}
        beside: dict[str, Path] = {}
        if going.mix is not None:
            made["mix"] = going.mix.sha256
            beside[going.mix.sha256] = Path(going.mix.path)
            music = going.takes.get("music")
            requests["mix"] = _text(mix_request(going.scene, music.asset_sha256 if music is not None else ""))
        folder = self.scratch() / f"film-{going.path.stem[:40]}" if going.is_film else going.path
        try:
            request = bundle_request(going.scene, str(folder), made, requests, may_replace=True)
        except AffectStudioError as error:
            self._end(Message(error.message, Level.ERROR, key="export"))
            return
        self._submit(going, request, f"Exporting {going.path.name}", functools.partial(self._written, going), beside)

    def _written(self, going: _Going, event: Finished) -> None:
        self._context.jobs.release(event.job)
        if not going.is_film:
            self._done(going.path)
            return
        folder = self.scratch() / f"film-{going.path.stem[:40]}"
        self._context.background.run(
            lambda: _move_film(folder, going.path),
            lambda _nothing: self._done(going.path),
            lambda error: self._end(Message(sentence(error), Level.ERROR, key="export")),
        )

    def _done(self, path: Path) -> None:
        show = QUrl.fromLocalFile(str(path if path.is_dir() else path.parent))
        self._end(
            Message(
                f"{path.name} was written to {path.parent}.", Level.INFO, "Show folder",
                lambda: QDesktopServices.openUrl(show), "export",
            )
        )  # fmt: skip

    def _progressed(self, title: str, event: Progressed) -> None:
        fraction = min(1.0, event.done / event.total) if event.total > 0 else 0.0
        self._tell(fraction, event.note or title)  # there is little room; the status line names the file

    def _tell(self, fraction: float, words: str) -> None:
        self._progress = (fraction, words)
        self.changed.emit()

    def _failed(self, event: Failed) -> None:
        going = self._going
        if event.error == "Cancelled" or going is None:
            self._end(None)
            return
        text = event.message
        if event.error == "WorkerDied":
            text = "The engine stopped and was started again; the scene was not written."
        again = functools.partial(self.write, going.scene, going.path, is_film=going.is_film)
        self._end(Message(text, Level.ERROR, "Run again", again, "export"))

    def _end(self, message: Message | None) -> None:
        if self._going is not None and self._going.mix is not None:
            self._context.jobs.release(self._going.mix.job)
        self._going, self._progress = None, None
        self.changed.emit()
        if message is not None:
            self._context.say(message)

    def cancel(self) -> None:
        """End the export; what was there before stays."""
        if self._going is not None and self._going.job:
            self._context.jobs.cancel(self._going.job)

    # -- what lies beside ----------------------------------------------------------------------------------------------

    def scratch(self) -> Path:
        """A folder for files of this session; `close` removes it."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="affect-studio-scene-", ignore_cleanup_errors=True)
        return Path(self._folder.name)

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _text(request: Request) -> str:
    return encode_request(request).decode()


def _move_film(folder: Path, path: Path) -> None:
    """Put the film of a bundle in its place, in one move."""
    film = next(iter(sorted(folder.glob("*.mp4"))), None)
    if film is None:
        raise BadInput("No film came out of this scene: make its face or its pictures again.")
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        shutil.copyfile(film, partial)
        partial.replace(path)
    except OSError as error:
        raise output_error(error, path) from error
    finally:
        partial.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
