"""The page of finer features: opened from the column of what is asked, measured by the engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from generators import artifacts
from generators.artifacts import Artifact, Measures
from generators.engine.engine import Failed, Finished
from generators.music.request import AnalyseScoreRequest
from studio.jobs import JobCallbacks
from studio.panel import PanelContext
from studio.panels.music.ask import Ask
from studio.panels.music.seen import Seen

if TYPE_CHECKING:
    from studio.panels.music.features_sheet import FeaturesSheet


class Features(QObject):
    """Keeps the page up to date while it is open; `asked` carries a feature's name and a float or None.

    `allFreed` comes when all are to be free.
    """

    asked = Signal(str, object)
    allFreed = Signal()

    def __init__(self, context: PanelContext, panel: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._sheet: FeaturesSheet | None = None
        self._seen: Seen | None = None
        self._ask = Ask()
        self._measured: tuple[str, dict[str, float]] = ("", {})

    def open(self, parent: QWidget) -> FeaturesSheet:
        """Show the page."""
        from studio.panels.music.features_sheet import FeaturesSheet  # its table is not needed before

        if self._sheet is None:
            self._sheet = FeaturesSheet(parent)
            self._sheet.asked.connect(self.asked)
            self._sheet.allFreed.connect(self.allFreed)
        self._sheet.show()
        self._sheet.raise_()
        self._refresh()
        return self._sheet

    def show_ask(self, ask: Ask) -> None:
        """Show what is asked now."""
        if ask.features != self._ask.features:
            self._ask = ask
            self._refresh()
        self._ask = ask

    def show_take(self, seen: Seen | None) -> None:
        """Show what this take measures, once the engine has measured it."""
        self._seen = seen
        self._refresh()

    def _refresh(self) -> None:
        sheet = self._sheet
        if sheet is None or not sheet.isVisible():
            return
        sheet.show_asked(self._ask.features)
        sha256 = self._seen.sha256 if self._seen is not None else ""
        if sha256 == self._measured[0]:
            sheet.show_measured(self._measured[1])
            return
        sheet.show_measured({})
        if sha256:
            self._context.project.asset_file(sha256, lambda score: self._measure(sha256, score))

    def _measure(self, sha256: str, score: Path) -> None:
        if self._seen is None or self._seen.sha256 != sha256:
            return
        callbacks = JobCallbacks(lambda event: self._finished(sha256, event), self._failed)
        request = AnalyseScoreRequest(sha256, "features")
        inputs = {sha256: score}
        self._context.jobs.submit(request, "Measuring", callbacks, panel=self._panel, inputs=inputs, quiet=True)

    def _finished(self, sha256: str, event: Finished) -> None:
        def read(artifact: Artifact) -> None:
            self._context.jobs.release(event.job)
            if isinstance(artifact, Measures) and self._seen is not None and self._seen.sha256 == sha256:
                self._measured = (sha256, artifact.as_dict())
                self._refresh()

        def failed(_error: BaseException) -> None:  # the page shows what is asked without it
            self._context.jobs.release(event.job)

        self._context.background.run(lambda: artifacts.read(Path(event.path)), read, failed)

    def _failed(self, _event: Failed) -> None:
        """The page shows what is asked without it; choosing the take again measures it once more."""
