"""Notices that the open project's file was moved, deleted or replaced by another program.

On Linux and macOS a file that is open can be taken away: what is written afterwards then ends with the window, unseen.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from studio.background import Background
from studio.project import Project

LOOK_MS = 4_000

Identity = tuple[int, int] | None
"""Device and number of a file; None where there is none."""


def identity_of(path: Path) -> Identity:
    """Which file stands at `path` now."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


class FileWatch(QObject):
    """Looks every few seconds, beside the window; `gone` comes once for each time that the file went away."""

    gone = Signal(object)  # the Path

    def __init__(self, project: Project, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._background = background
        self._path: Path | None = None
        self._first: Identity = None
        self._is_gone = False
        self._is_looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        project.changed.connect(self._project_changed)
        self._timer.start()

    def _project_changed(self, _state: object, action: object) -> None:
        if action is None:
            self._path = None  # another file: the next look learns it

    def look(self) -> None:
        """Look now; a look that still waits for a slow disk is not doubled."""
        if self._is_looking:
            return
        self._is_looking = True
        path = self._project.document.path
        self._background.run(lambda: identity_of(path), lambda found: self._seen(path, found), self._unseen)

    def _unseen(self, _error: BaseException) -> None:
        self._is_looking = False  # a disk that does not answer: whoever writes next says so

    def _seen(self, path: Path, found: Identity) -> None:
        self._is_looking = False
        if path != self._project.document.path:
            return
        if path != self._path:
            self._path, self._first, self._is_gone = path, found, False
        elif found != self._first and not self._is_gone:
            self._is_gone = True
            self.gone.emit(path)
        elif found == self._first:
            self._is_gone = False
