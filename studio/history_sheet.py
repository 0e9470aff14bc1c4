"""View, History: the tree of takes across all panels, and the tree of steps. It stays open beside the window."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from studio.document.history import StepInfo
from studio.history_steps import StepsPage
from studio.history_takes import TakesPage
from studio.panel import PanelContext
from studio.reading_sheet import ReadingSheet
from studio.take_requests import TakeRequests

REFRESH_MS = 120
TAKES, STEPS = 0, 1


class HistorySheet(ReadingSheet):
    """Follows the project; only the page in front is kept up to date."""

    def __init__(self, context: PanelContext, requests: TakeRequests, parent: QWidget) -> None:
        super().__init__("History", parent, 900, 640)
        self._context = context
        self.takes = TakesPage(context, requests)
        self.steps = StepsPage(context)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.addTab(self.takes, "Takes")
        self.pages.addTab(self.steps, "Steps")
        self.pages.setAccessibleName("What the history shows")
        self.pages.currentChanged.connect(lambda _page: self.refresh())
        self.rows.addWidget(self.pages, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._is_open = True
        context.project.changed.connect(self._changed)
        context.hub.settled.connect(self._recolour)
        self.add_buttons()

    def _changed(self, _state: object, _action: object) -> None:
        if self.isVisible():
            self._timer.start()

    def _recolour(self) -> None:
        for view in (self.takes.view, self.steps.view):
            view.viewport().update()

    def refresh(self) -> None:
        """Show the project as it is now."""
        if self.pages.currentIndex() == TAKES:
            self.takes.show_takes(self._context.project.state.takes)
        else:
            self._context.project.history(self._arrived)

    def _arrived(self, steps: tuple[StepInfo, ...]) -> None:
        if self._is_open:
            self.steps.show_steps(steps)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the project when it opens."""
        super().showEvent(event)
        self.refresh()
        if self.pages.currentIndex() == TAKES:
            self.takes.view.setFocus()

    def done(self, result: int) -> None:
        """The sheet was closed."""
        self._is_open = False
        self._timer.stop()
        super().done(result)
