"""Drops on the window: projects, files that a panel can open, and what one panel carries to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from studio.document.document import SUFFIX
from studio.panel import Panel
from studio.project import Project
from studio.widgets.dragged import Dragged, dragged_in
from studio.widgets.drop_hint import DropHint
from studio.widgets.theme import ThemeHub

REST_MS = 600


class DropPlaces(Protocol):
    """What a window tells about where its panels are; places are in its own pixels."""

    @property
    def panels(self) -> Sequence[Panel]:
        """All of them."""
        ...

    @property
    def panel(self) -> Panel:
        """The one in front."""
        ...

    def panel_at(self, place: QPoint) -> Panel | None:
        """The panel, or the one whose tab, lies there."""
        ...

    def area_of(self, panel: Panel) -> QRect:
        """Where the panel is seen, or would be."""
        ...

    def bring(self, panel: Panel) -> None:
        """Bring a panel to the front."""
        ...


@dataclass(frozen=True)
class Landing:
    """What a drop would do: a sentence, where, and the deed (None: it is refused, and the sentence says why)."""

    text: str
    area: QRect
    run: Callable[[], object] | None = None


class Dropping(QObject):
    """Says what a drop would do while the hand carries, and does it."""

    def __init__(
        self,
        window: QWidget,
        places: DropPlaces,
        hub: ThemeHub,
        project: Project,
        open_project: Callable[[Path], object],
    ) -> None:
        super().__init__(window)
        self._places = places
        self._project = project
        self._open_project = open_project
        self.hint = DropHint(hub, window)
        self._over: Panel | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._open_tab)

    # -- events of the window ------------------------------------------------------------------------------------------

    def enter(self, event: QDragEnterEvent) -> None:
        """Whatever is ours to judge is followed, so that a refusal can be said."""
        if self._is_ours(event):
            event.acceptProposedAction()
            self._show(self.landing(event))

    def move(self, event: QDragMoveEvent) -> None:
        """Say what a drop here would do; a hand that rests on the tab of another panel opens it."""
        self._follow(event.position().toPoint())
        landing = self.landing(event)
        self._show(landing)
        if landing is not None and landing.run is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def leave(self, event: QDragLeaveEvent) -> None:
        """Say nothing more."""
        self._rest.stop()
        self.hint.hide()
        event.accept()

    def drop(self, event: QDropEvent) -> None:
        """Do it."""
        self._rest.stop()
        landing = self.landing(event)
        self.hint.hide()
        if landing is not None and landing.run is not None:
            event.acceptProposedAction()
            landing.run()

    def _follow(self, place: QPoint) -> None:
        panel = self._places.panel_at(place)
        if panel is self._places.panel:
            self._rest.stop()
        elif panel is not self._over or not self._rest.isActive():
            self._rest.start()
        self._over = panel

    def _open_tab(self) -> None:
        if self._over is not None:
            self._places.bring(self._over)

    # -- what it would do ----------------------------------------------------------------------------------------------

    def _is_ours(self, event: QDropEvent) -> bool:
        return dragged_in(event.mimeData()) is not None or bool(files_in(event.mimeData(), event.source() is not None))

    def landing(self, event: QDropEvent) -> Landing | None:
        """What a drop would do where the hand is; None for what is nothing to us."""
        place = event.position().toPoint()
        dragged = dragged_in(event.mimeData())
        if dragged is not None:
            return self._landing_of(dragged, place)
        files = files_in(event.mimeData(), event.source() is not None)
        return self._landing_of_files(files) if files else None

    def _landing_of(self, dragged: Dragged, place: QPoint) -> Landing | None:
        panel = self._places.panel_at(place)
        if panel is None:
            return None
        area = self._places.area_of(panel)
        if dragged.document != str(self._project.document.path):
            text = "This belongs to another project: export it there, then drop the file here."
            return Landing(text, area)
        words = panel.accepts_take(dragged)
        if not words:
            return Landing(panel.refuses_take(dragged), area)

        def run() -> None:
            self._places.bring(panel)
            panel.take_dropped(dragged)

        return Landing(words, area, run)

    def _landing_of_files(self, files: Sequence[Path]) -> Landing:
        front = self._places.panel
        project = next((path for path in files if path.suffix == SUFFIX), None)
        if project is not None:
            return Landing(
                f"Open the project {project.name}", self._places.area_of(front), lambda: self._open_project(project)
            )
        panel = self._panel_for(files)
        if panel is None or panel.importing is None:
            text = f"{files[0].name} is nothing that can be opened here."
            return Landing(text, self._places.area_of(front))
        importer = panel.importing
        many = files[0].name if len(files) == 1 else f"{len(files)} files"

        def run() -> None:
            self._places.bring(panel)
            importer.open(files)

        return Landing(f"Open {many} in {panel.title}", self._places.area_of(front), run)

    def _panel_for(self, files: Sequence[Path]) -> Panel | None:
        """A panel that can open some of `files`, the one in front first."""
        for panel in sorted(self._places.panels, key=lambda panel: panel is not self._places.panel):
            if panel.importing is not None and panel.importing.takes(files):
                return panel
        return None

    def _show(self, landing: Landing | None) -> None:
        if landing is None:
            self.hint.hide()
            return
        self.hint.setGeometry(landing.area)
        self.hint.tell(landing.text, taken=landing.run is not None)


def files_in(mime: QMimeData, from_here: bool) -> tuple[Path, ...]:
    """The files that come from another program; a take on its way out of this window is none."""
    if from_here:
        return ()
    return tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
