"""Pictures on their way out: made where they are not there yet, written by the engine, or dragged by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QUrl
from PySide6.QtGui import QDesktopServices

from generators import artifacts
from generators.artifacts import Direction, Pictures
from generators.compass.paths import Pace, coarse_request, film_request
from generators.compass.paths import Path as Way
from generators.compass.recipe import named_in
from generators.compass.request import RenderRequest
from generators.engine.engine import Failed, Finished
from generators.engine.folders import ScratchFolder
from generators.engine.requests import ExportRequest, Request, encode_request
from generators.errors import AffectStudioError, BadArtifact
from studio.document.model import Take
from studio.jobs import JobCallbacks
from studio.panel import ExportChoice, Level, Message
from studio.panels.compass.export_sheet import EASING, STAY, STEP, ExportSheet, frames_asked
from studio.panels.compass.outgoing import FILMS, FORMS, PICTURE, STEPS, Outgoing, file_name
from studio.panels.compass.takes import request_of
from studio.project import sentence

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel

DRAGGED = "png"
DIED = "The engine stopped and was started again; the file was not written."


@dataclass(eq=False)
class Going:
    """One thing on its way into a file: how it is made, in which form, and what the file shall say."""

    title: str
    path: Path
    form: str
    options: Mapping[str, str]
    request: RenderRequest
    names: Mapping[str, str]
    way: Way | None = None
    facts: dict[str, str] = field(default_factory=dict)
    jobs: list[str] = field(default_factory=list)

    def told(self) -> dict[str, str]:
        """What the file keeps of where it came from."""
        used = {push.sha256: self.names.get(push.sha256, "") for push in self.request.directions}
        kept: dict[str, str] = {key: self.facts[key] for key in ("model_sha256", "rows", "device") if key in self.facts}
        request = encode_request(self.request).decode()
        return {**kept, "title": self.title, "request": request, "direction_names": json.dumps(used)}


class Output(QObject):
    """Writes pictures, sheets, films and directions to files."""

    def __init__(self, panel: CompassPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._context = panel.context
        self._folder: ScratchFolder | None = None

    # -- what can leave ------------------------------------------------------------------------------------------------

    @property
    def source(self) -> Outgoing:
        """What the panel shows, as far as it can leave."""
        panel = self._panel
        return Outgoing(panel.state.ask, panel.state.direction, panel.travel.principal, panel.state.curve)

    def choices(self) -> tuple[ExportChoice, ...]:
        """All that can leave, for menus."""
        return tuple(ExportChoice(what.key, what.title, "") for what in self.source.whats())

    def ask(self, key: str = PICTURE) -> ExportSheet:
        """Show the sheet, with one thing chosen at first."""
        from generators.exporters import exporter_named  # torch-free, but not needed before the first export

        source = self.source
        exporters = {name: exporter_named(name) for forms in FORMS.values() for name in forms}
        kept = self._context.settings().compass_export
        sheet = ExportSheet(source.whats(), exporters, kept, key, self._panel.middle.window())
        sheet.chosen.connect(lambda chosen, form, values: self.export(source, chosen, form, values))
        sheet.open()
        return sheet

    def export(self, source: Outgoing, key: str, form: str, values: Mapping[str, str]) -> None:
        """Ask where, then make what is missing and write it."""
        from generators.exporters import exporter_named

        self._remember(key, form, values)
        exporter = exporter_named(form)
        what = next(what for what in source.whats() if what.key == key)
        name = self._name(what.name) if key == PICTURE else what.name
        last = self._context.settings().last_folder
        proposed = (Path(last) if last else Path.home()) / exporter.file_name(file_name(name), {})
        filters = (*([] if exporter.is_folder else [f"{exporter.title} (*{exporter.suffix})"]), "All files (*)")
        window = self._panel.middle.window()
        path = self._context.dialogs.save_path(window, f"Export “{what.title}”", proposed, filters)
        if path is None:
            return
        if not path.suffix and not exporter.is_folder:
            path = path.with_suffix(exporter.suffix)
        self._context.remember(last_folder=str(path.parent))
        options = {option.name: values[option.name] for option in exporter.options if option.name in values}
        try:
            way = None
            if key in FILMS:
                way, request = source.way(key, frames_asked(values), values[EASING], values[STAY])
            else:
                request = source.request(key, int(values[STEP]) if key in STEPS else 0)
        except AffectStudioError as error:
            self._say(error.message)
            return
        going = Going(name[:1].upper() + name[1:], path, form, options, request, source.names(), way)
        take = self._kept(request)
        if take is not None:
            going.facts = dict(take.facts)
            self._context.project.asset_file(
                take.asset_sha256, lambda file: self._write(going, take.asset_sha256, file), self._trouble
            )
        elif way is not None:
            self._run(going, coarse_request(way, request), "Measuring the path", self._measured)
        else:
            self._run(going, request, f"Painting for {path.name}", self._made)

    def _remember(self, key: str, form: str, values: Mapping[str, str]) -> None:
        kept = dict(self._context.settings().compass_export)
        kept[f"{key}.form"] = form
        for name, value in values.items():
            kept[f"{key}.{name}"] = value
        self._context.remember(compass_export=kept)

    def _name(self, otherwise: str) -> str:
        take = self._panel.takes.take(self._panel.shown)
        return take.name if take is not None else otherwise

    def _kept(self, request: RenderRequest) -> Take | None:
        """The take that holds just these pictures."""
        return next((take for take in self._panel.takes.all() if request_of(take) == request), None)

    # -- making and writing --------------------------------------------------------------------------------------------

    def _run(self, going: Going, request: RenderRequest, title: str, then: Callable[[Going, Finished], None]) -> None:
        self._panel.files.gather(
            request, lambda inputs: self._submit(going, request, title, inputs, then), self._trouble
        )

    def _submit(
        self,
        going: Going,
        request: Request,
        title: str,
        inputs: Mapping[str, Path],
        then: Callable[[Going, Finished], None],
    ) -> None:
        callbacks = JobCallbacks(lambda event: then(going, event), lambda event: self._failed(going, event))
        try:
            job = self._context.jobs.submit(request, title, callbacks, panel=self._panel.key, inputs=inputs)
        except AffectStudioError as error:  # there is no engine
            self._trouble(error)
            return
        going.jobs.append(job)

    def _measured(self, going: Going, event: Finished) -> None:
        """The previews of a path are there: measure its pace, then make its frames."""
        way = going.way
        if way is None:
            return

        def pace() -> RenderRequest:
            previews = artifacts.read(Path(event.path))
            if not isinstance(previews, Pictures):
                raise BadArtifact("The engine made no pictures of the path: try again.")
            return film_request(way, going.request, Pace.measured(way, previews.pixels))

        def measured(request: RenderRequest) -> None:
            going.request = request
            self._run(going, request, f"Painting {len(request.points)} frames for {going.path.name}", self._made)

        self._context.background.run(pace, measured, lambda error: self._lost(going, error))

    def _made(self, going: Going, event: Finished) -> None:
        going.facts = dict(event.facts)
        self._write(going, event.sha256, Path(event.path))

    def _write(self, going: Going, sha256: str, pictures: Path) -> None:
        from generators.exporters import exporter_named

        needed = named_in(going.request) if exporter_named(going.form).takes_ingredients else ()
        request = ExportRequest(
            sha256, going.form, str(going.path), going.told(),
            options=dict(going.options), ingredient_sha256s=needed,
        )  # fmt: skip

        def found(inputs: Mapping[str, Path]) -> None:
            files = {**inputs, sha256: pictures}
            self._submit(going, request, f"Exporting {going.path.name}", files, self._written)

        self._panel.files.find(needed, found, lambda error: self._lost(going, error))

    def _written(self, going: Going, _event: Finished) -> None:
        self._release(going)
        self._tell_written(going.path)

    def _tell_written(self, path: Path) -> None:
        show = QUrl.fromLocalFile(str(path.parent))
        self._context.say(
            Message(f"{path.name} was written to {path.parent}.", Level.INFO, "Show folder",
                    lambda: QDesktopServices.openUrl(show), "export")
        )  # fmt: skip

    def _failed(self, going: Going, event: Failed) -> None:
        self._release(going)
        if event.error != "Cancelled":
            self._say(DIED if event.error == "WorkerDied" else event.message)

    def _lost(self, going: Going, error: BaseException) -> None:
        self._release(going)
        self._trouble(error)

    def _release(self, going: Going) -> None:
        for job in going.jobs:
            self._context.jobs.release(job)
        going.jobs.clear()

    def _trouble(self, error: BaseException) -> None:
        self._say(sentence(error))

    def _say(self, text: str) -> None:
        self._context.say(Message(text, Level.ERROR, key="export"))

    # -- directions ----------------------------------------------------------------------------------------------------

    def export_direction(self) -> None:
        """Ask where, and write the direction in view with its scale and its report."""
        from generators.exporters import exporter_named

        panel = self._panel
        sha256 = panel.state.direction
        use = panel.state.ask.use(sha256)
        if use is None:
            self._context.say(Message("Choose a direction on the board first.", Level.WARNING))
            return
        exporter = exporter_named("direction")
        last = self._context.settings().last_folder
        proposed = (Path(last) if last else Path.home()) / f"{file_name(use.name or 'direction')}{exporter.suffix}"
        filters = (f"{exporter.title} (*{exporter.suffix})", "All files (*)")
        path = self._context.dialogs.save_path(panel.middle.window(), f"Export “{use.name}”", proposed, filters)
        if path is None:
            return
        path = path if path.suffix else path.with_suffix(exporter.suffix)
        self._context.remember(last_folder=str(path.parent))

        def write(file: Path) -> None:
            data = file.read_bytes()
            artifact = artifacts.unpack(data)
            if not isinstance(artifact, Direction):
                raise BadArtifact("This is no direction: choose another one.")
            told = {key: str(value) for key, value in artifacts.facts(data).items()}
            exporter.write(artifact, path, told)

        def found(files: Mapping[str, Path]) -> None:
            self._context.background.run(
                lambda: write(files[sha256]), lambda _done: self._tell_written(path), self._trouble
            )

        panel.files.find([sha256], found, self._trouble)

    # -- by hand -------------------------------------------------------------------------------------------------------

    def mime(self, identity: str) -> QMimeData | None:
        """A take as a PNG to drag into another program, with its recipe; written at once, a drag cannot wait."""
        from generators.exporter import ExportInputs
        from generators.exporters import exporter_named

        take = self._panel.takes.take(identity)
        request = request_of(take) if take is not None else None
        if take is None or request is None:
            return None
        going = Going(take.name, Path(), DRAGGED, {}, request, self.source.names(), facts=dict(take.facts))
        document = self._context.project.document
        try:
            pictures = artifacts.unpack(document.asset(take.asset_sha256))
            folder = self._scratch()
            brought = []
            for sha256 in named_in(request):
                file = folder / f"{sha256}.safetensors"
                if not file.exists():
                    document.copy_asset(sha256, file)
                brought.append(file)
            path = folder / f"{file_name(take.name)}.png"
            exporter_named(DRAGGED).write(pictures, path, going.told(), beside=ExportInputs(ingredients=tuple(brought)))
        except (AffectStudioError, OSError) as error:
            self._trouble(error)
            return None
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        return data

    def _scratch(self) -> Path:
        if self._folder is None:
            self._folder = ScratchFolder()
        return Path(self._folder.name)

    def close(self) -> None:
        """Remove what was written for dragging."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
