"""Takes on their way out: exports as jobs of the engine, and a MIDI file to drag into another program."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from generators.artifacts import Score
from generators.engine.engine import Failed, Finished
from generators.engine.folders import ScratchFolder
from generators.engine.requests import ExportRequest
from studio.document.model import Take
from studio.jobs import JobCallbacks
from studio.panel import ExportChoice, Level, Message, PanelContext
from studio.panels.music.soundfont import Font, SoundFontChoice
from studio.project import sentence


def file_name(name: str) -> str:
    """`name` as every file system takes it."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]+', "-", name).strip(" .")[:80] or "take"


_TOUCHED: tuple[str, ...] = ("edited", "edited_from", "source")


def facts_of(take: Take) -> dict[str, str]:
    """What an exported file keeps of where it came from.

    The request alone makes an untouched take again. One that was edited by hand or came from a file keeps it under
    another name, with the fact of what was done.
    """
    kept = {"title": take.name}
    told: dict[str, str] = {key: take.facts[key] for key in _TOUCHED if key in take.facts}
    if take.request != "{}":
        kept["composed_by_request" if told else "request"] = take.request
    if "model_sha256" in take.facts:
        kept["model_sha256"] = take.facts["model_sha256"]
    return {**kept, **told}


def request_words(take: Take) -> str:
    """What the request of `take` is good for, now that it is on the clipboard."""
    if take.request == "{}":
        return f"“{take.name}” was opened from a file: no request made it."
    again = "it makes this take again" if "request" in facts_of(take) else "it does not hold what was edited since"
    return f"The request is on the clipboard: {again}."


class Output(QObject):
    """Writes takes to files."""

    def __init__(
        self, context: PanelContext, panel: str, soundfont: SoundFontChoice, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._soundfont = soundfont
        self._folder: ScratchFolder | None = None

    def choices(self) -> tuple[ExportChoice, ...]:
        """The formats that take a score."""
        from generators.exporters import EXPORTERS  # torch-free, but not needed before the first menu

        return tuple(
            ExportChoice(exporter.name, exporter.title, exporter.suffix)
            for exporter in EXPORTERS
            if Score.KIND in exporter.accepts
        )

    def ask(self, take: Take | None, button: QWidget) -> None:
        """Show the formats under `button`."""
        if take is None:
            return
        menu = QMenu(button)
        for choice in self.choices():
            menu.addAction(f"{choice.title}…", functools.partial(self.export, take, choice, button.window()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    def export(self, take: Take, choice: ExportChoice, parent: QWidget | None) -> None:
        """Ask where, then write `take` there."""
        last = self._context.settings().last_folder
        folder = Path(last) if last else Path.home()
        proposed = folder / f"{file_name(take.name)}{choice.suffix}"
        is_file = choice.suffix.startswith(".")  # stems go into a folder
        filters = (*([f"{choice.title} (*{choice.suffix})"] if is_file else []), "All files (*)")
        path = self._context.dialogs.save_path(parent, f"Export “{take.name}”", proposed, filters)
        if path is None:
            return
        if not path.suffix and choice.suffix.startswith("."):
            path = path.with_suffix(choice.suffix)
        self._context.remember(last_folder=str(path.parent))
        facts = facts_of(take)
        sha256 = take.asset_sha256

        def submit(source: Path, font: Font) -> None:
            request = ExportRequest(sha256, choice.key, str(path), facts)
            inputs = {sha256: source}
            if font is not None:
                told = {**facts, "soundfont": font[1].name}
                request = ExportRequest(sha256, choice.key, str(path), told, font[0])
                inputs[font[0]] = font[1]
            callbacks = JobCallbacks(lambda event: self._written(event, path), self._failed)
            self._context.jobs.submit(request, f"Exporting {path.name}", callbacks, panel=self._panel, inputs=inputs)

        def found(font: Font) -> None:
            self._context.project.asset_file(sha256, lambda source: submit(source, font))

        if self._is_sound(choice):
            self._soundfont.find(found)
        else:
            found(None)

    @staticmethod
    def _is_sound(choice: ExportChoice) -> bool:
        from generators.exporters import exporter_named

        return exporter_named(choice.key).is_sound

    def _written(self, event: Finished, path: Path) -> None:
        self._context.jobs.release(event.job)
        show = QUrl.fromLocalFile(str(path.parent))
        self._context.say(
            Message(f"{path.name} was written to {path.parent}.", Level.INFO, "Show folder",
                    lambda: QDesktopServices.openUrl(show), "export")
        )  # fmt: skip

    def _failed(self, event: Failed) -> None:
        if event.error == "Cancelled":
            return
        text = event.message
        if event.error == "WorkerDied":
            text = "The engine stopped and was started again; the file was not written."
        self._context.say(
            Message(text, Level.ERROR, "Run again", lambda: self._context.jobs.again(event.job), "export")
        )

    def mime(self, take: Take | None) -> QMimeData | None:
        """A take as a MIDI file to drag into another program."""
        path = self.midi_file(take) if take is not None else None
        if path is None:
            return None
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        return data

    def midi_file(self, take: Take) -> Path | None:
        """A MIDI file of `take` in a temporary folder, written at once: a drag cannot wait for a job."""
        from generators.artifacts import unpack
        from generators.exporters.midi import midi_bytes

        try:
            score = unpack(self._context.project.document.asset(take.asset_sha256))
            if not isinstance(score, Score):
                return None
            if self._folder is None:
                self._folder = ScratchFolder()
            path = Path(self._folder.name) / f"{file_name(take.name)}.mid"
            path.write_bytes(midi_bytes(score, facts_of(take)))
        except Exception as error:  # whatever went wrong, the window goes on and says so
            self._context.say(Message(sentence(error), Level.ERROR))
            return None
        return path

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
