"""Faces on their way out: exports as jobs of the engine, and a file to drag into another program."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from generators.artifacts import RigCurves, digest, pack
from generators.engine.engine import Failed, Finished
from generators.engine.folders import ScratchFolder
from generators.engine.requests import ExportRequest, encode_request
from generators.errors import AffectStudioError
from generators.exporter import Exporter
from generators.face.request import PerformRequest
from studio.jobs import JobCallbacks
from studio.panel import ExportChoice, Level, Message, PanelContext
from studio.panels.face.export_sheet import ExportSheet
from studio.panels.face.heads import Heads
from studio.project import sentence

DRAGGED = "live-link-face"
"""The format that a take is dragged out in."""


def file_name(name: str) -> str:
    """`name` as every file system takes it."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]+', "-", name).strip(" .")[:80] or "take"


@dataclass(frozen=True, eq=False)
class Outgoing:
    """What is exported: the curves as they are seen, and the request that makes them."""

    name: str
    curves: RigCurves
    request: PerformRequest
    facts: Mapping[str, str]

    def kept_facts(self) -> dict[str, str]:
        """What a file keeps of where it came from."""
        kept = {"title": self.name, "request": encode_request(self.request).decode()}
        if "model_sha256" in self.facts:
            kept["model_sha256"] = self.facts["model_sha256"]
        return kept


class Output(QObject):
    """Writes faces to files."""

    def __init__(self, context: PanelContext, panel: str, heads: Heads, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._heads = heads
        self._folder: ScratchFolder | None = None
        self._left = 0
        self._written_count = 0

    # -- which formats -------------------------------------------------------------------------------------------------

    @staticmethod
    def exporters() -> tuple[Exporter, ...]:
        """The formats that take curves of a face."""
        from generators.exporters import exporters_for  # torch-free, but not needed before the first menu

        return exporters_for(RigCurves.KIND)

    def choices(self) -> tuple[ExportChoice, ...]:
        """The same for menus."""
        return tuple(ExportChoice(one.name, one.title, one.suffix) for one in self.exporters())

    def menu(self, parent: QWidget, then: Callable[[ExportChoice], object]) -> QMenu:
        """A menu of the formats; it removes itself."""
        menu = QMenu(parent)
        for choice in self.choices():
            menu.addAction(f"{choice.title}…", functools.partial(then, choice))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def ask_below(self, button: QWidget, then: Callable[[ExportChoice], object]) -> None:
        """Show the formats under `button`."""
        self.menu(button, then).popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    # -- what is chosen ------------------------------------------------------------------------------------------------

    def _remembered(self, exporter: Exporter) -> dict[str, str]:
        kept = self._context.settings().face_export
        return {
            option.name: kept[key]
            for option in exporter.options
            if (key := f"{exporter.name}.{option.name}") in kept or (key := option.name) in kept
        }

    def _remember(self, exporter: Exporter, options: Mapping[str, str]) -> None:
        kept = dict(self._context.settings().face_export)
        for name, value in options.items():
            kept[f"{exporter.name}.{name}"] = value
            if name in ("frame_rate", "timecode", "slate"):
                kept[name] = value
        self._context.remember(face_export=kept)

    def with_options(
        self, choice: ExportChoice, what: str, parent: QWidget | None, then: Callable[[dict[str, str]], object]
    ) -> ExportSheet | None:
        """Ask what a format lets choose, then go on with it."""
        from generators.exporters import exporter_named

        exporter = exporter_named(choice.key)
        if not exporter.options:
            then({})
            return None

        def chosen(options: dict[str, str]) -> None:
            self._remember(exporter, options)
            then(options)

        sheet = ExportSheet(exporter, what, self._remembered(exporter), parent)
        sheet.chosen.connect(chosen)
        sheet.open()
        return sheet

    # -- one take ------------------------------------------------------------------------------------------------------

    def export(self, outgoing: Outgoing, choice: ExportChoice, parent: QWidget | None) -> None:
        """Ask what and where, then write."""
        self.with_options(
            choice, f"“{outgoing.name}”", parent, lambda options: self._ask_where(outgoing, choice, options, parent)
        )

    def _ask_where(
        self, outgoing: Outgoing, choice: ExportChoice, options: dict[str, str], parent: QWidget | None
    ) -> None:
        from generators.exporters import exporter_named

        exporter = exporter_named(choice.key)
        last = self._context.settings().last_folder
        folder = Path(last) if last else Path.home()
        proposed = folder / exporter.file_name(file_name(outgoing.name), options)
        filters = (*([] if exporter.is_folder else [f"{choice.title} (*{choice.suffix})"]), "All files (*)")
        path = self._context.dialogs.save_path(parent, f"Export “{outgoing.name}”", proposed, filters)
        if path is None:
            return
        if not path.suffix and not exporter.is_folder:
            path = path.with_suffix(choice.suffix)
        self._context.remember(last_folder=str(path.parent))
        self._left, self._written_count = 1, 0
        self._submit(outgoing, exporter, options, path)

    def export_all(
        self, going: Sequence[Outgoing], choice: ExportChoice, options: dict[str, str], folder: Path
    ) -> None:
        """Write many into a folder, each under its name."""
        from generators.exporters import exporter_named

        exporter = exporter_named(choice.key)
        used: set[str] = set()
        self._left, self._written_count = len(going), 0
        for outgoing in going:
            own = dict(options)
            if "slate" in own and not own["slate"]:
                own["slate"] = re.sub(r"[^A-Za-z0-9-]+", "-", outgoing.name).strip("-")[:40]
            name = exporter.file_name(file_name(outgoing.name), own)
            stem, number = name, 1
            while name.casefold() in used:
                number += 1
                name = f"{Path(stem).stem} {number}{Path(stem).suffix}"
            used.add(name.casefold())
            self._submit(outgoing, exporter, own, folder / name)

    def _submit(self, outgoing: Outgoing, exporter: Exporter, options: Mapping[str, str], path: Path) -> None:
        """Write the curves beside the window, then let the engine export them with what matters beside them."""
        voice = outgoing.request.voice_sha256 if exporter.takes_voice else ""
        head = self._heads.sha256 if exporter.takes_head else ""
        inputs: dict[str, Path] = {}
        folder = self.scratch()  # here: two threads would each make one, and lose the other's files

        def pack_curves() -> tuple[str, Path]:
            data = pack(outgoing.curves)
            sha256 = digest(data)
            file = folder / f"{sha256}.safetensors"
            file.write_bytes(data)
            return sha256, file

        def packed(found: tuple[str, Path]) -> None:
            sha256, inputs[sha256] = found
            request = ExportRequest(
                sha256, exporter.name, str(path), outgoing.kept_facts(),
                voice_sha256=voice, head_sha256=head, options=dict(options),
            )  # fmt: skip

            def with_voice(sound: Path) -> None:
                inputs[voice] = sound
                find_head()

            def with_head(file: Path) -> None:
                inputs[head] = file
                self._send(request, inputs, path)

            def find_head() -> None:
                if head:
                    self._heads.file(with_head, self._trouble)
                else:
                    self._send(request, inputs, path)

            if voice:
                self._context.project.asset_file(voice, with_voice, self._trouble)
            else:
                find_head()

        self._context.background.run(pack_curves, packed, self._trouble)

    def _send(self, request: ExportRequest, inputs: Mapping[str, Path], path: Path) -> None:
        callbacks = JobCallbacks(lambda event: self._written(event, path), self._failed)
        self._context.jobs.submit(request, f"Exporting {path.name}", callbacks, panel=self._panel, inputs=inputs)

    def _written(self, event: Finished, path: Path) -> None:
        self._context.jobs.release(event.job)
        self._left -= 1
        self._written_count += 1
        if self._left > 0:
            return
        show = QUrl.fromLocalFile(str(path.parent))
        what = path.name if self._written_count == 1 else f"{self._written_count} lines"
        were = "was" if self._written_count == 1 else "were"
        self._context.say(
            Message(f"{what} {were} written to {path.parent}.", Level.INFO, "Show folder",
                    lambda: QDesktopServices.openUrl(show), "export")
        )  # fmt: skip

    def _trouble(self, error: BaseException) -> None:
        self._left -= 1
        self._context.say(Message(sentence(error), Level.ERROR, key="export"))

    def _failed(self, event: Failed) -> None:
        self._left -= 1
        if event.error == "Cancelled":
            return
        text = event.message
        if event.error == "WorkerDied":
            text = "The engine stopped and was started again; the file was not written."
        self._context.say(
            Message(text, Level.ERROR, "Run again", lambda: self._context.jobs.again(event.job), "export")
        )

    # -- by hand -------------------------------------------------------------------------------------------------------

    def scratch(self) -> Path:
        """A folder for files of this session; `close` removes it."""
        if self._folder is None:
            self._folder = ScratchFolder()
        return Path(self._folder.name)

    def mime(self, outgoing: Outgoing | None) -> QMimeData | None:
        """A take as a file to drag into another program, written at once: a drag cannot wait for a job."""
        from generators.exporter import ExportInputs
        from generators.exporters import exporter_named

        if outgoing is None:
            return None
        try:
            exporter = exporter_named(DRAGGED)
            path = self.scratch() / exporter.file_name(file_name(outgoing.name), {})
            exporter.write(outgoing.curves, path, outgoing.kept_facts(), beside=ExportInputs())
        except (AffectStudioError, OSError) as error:
            self._context.say(Message(sentence(error), Level.ERROR))
            return None
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        return data

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
