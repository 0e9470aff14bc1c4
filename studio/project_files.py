"""New, Open, Save As and what a crash left: the project's commands that concern files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from generators.errors import AffectStudioError
from generators.runtime.folders import assets_folder
from generators.runtime.unfinished import remove_unfinished
from studio.background import Background, ignore
from studio.document.document import SUFFIX, Document
from studio.document.recovery import Recoverable, recoverable, tidy_up_after_crash
from studio.file_watch import FileWatch
from studio.long_work import LongWork
from studio.panel import Dialogs, Level, Message
from studio.project import Project, sentence
from studio.project_care import ProjectCare
from studio.project_opening import ProjectOpening, start_window
from studio.settings import Settings

SAMPLES = "samples"
"""Where in the assets folder the sample scene lies."""
FILTERS = (f"Affect Studio projects (*{SUFFIX})", "All files (*)")


def sample_scene() -> Path | None:
    """The project with the sample scene, None where none is installed."""
    return next(iter(sorted((assets_folder() / SAMPLES).glob(f"*{SUFFIX}"))), None)


class ProjectFiles(QObject):
    """Opens and saves projects; every question goes through `dialogs`."""

    def __init__(
        self,
        project: Project,
        background: Background,
        dialogs: Dialogs,
        recovery: Path,
        say: Callable[[Message], None],
        settings: Callable[[], Settings],
        remember: Callable[..., None],
        withdraw: Callable[[str], None] = ignore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._background = background
        self._dialogs = dialogs
        self._recovery = recovery
        self._say = say
        self._settings = settings
        self._remember = remember
        self._has_looked = False
        self.work = LongWork(background, say, withdraw, self)
        self._opening = ProjectOpening(project, self.work, recovery, say, self)
        self.care = ProjectCare(project, background, self.work, say, settings, remember, self)
        project.changed.connect(self._note_recent)
        self.watch = FileWatch(project, background, self)
        self.watch.gone.connect(self._tell_gone)

    @property
    def recent(self) -> tuple[Path, ...]:
        """The projects opened last that are still there, the newest first."""
        return tuple(path for path in map(Path, self._settings().recent_files) if path.exists())

    @property
    def untitled_folder(self) -> Path:
        """Where projects are kept that have no name yet."""
        return self._recovery

    def _folder(self) -> Path:
        last = self._settings().last_folder
        return Path(last) if last and Path(last).is_dir() else Path.home()

    def _note_recent(self, _state: object, action: object) -> None:
        document = self._project.document
        if action is None and not document.is_untitled:
            settings = self._settings().with_recent(document.path)
            self._remember(recent_files=settings.recent_files, last_folder=settings.last_folder)

    def new(self) -> None:
        """Begin a project; the one before stays where it is, and can be gone back to."""
        before = self._project.document
        kept = before.is_untitled and bool(self._project.state.takes)
        try:
            self._project.replace(Document.untitled(self._recovery))
        except AffectStudioError as error:
            self._say(Message(error.message, Level.ERROR))
            return
        if kept:
            self._tell_kept(before.path)

    def _tell_kept(self, path: Path) -> None:
        text = "The untitled project before this one is kept."
        back = Message(text, Level.INFO, "Go back to it", lambda: self.open_path(path), "recovery", lasting=True)
        self._say(back)

    def open_sample(self) -> None:
        """Open the sample scene as a project without a name; the one before is kept."""
        path = sample_scene()
        if path is None:
            self._say(Message("No sample scene comes with this installation: start with a voice.", Level.WARNING))
            return
        before = self._project.document
        kept = before.is_untitled and bool(self._project.state.takes)
        self._project.open_copy(path, self._recovery, lambda: self._tell_kept(before.path) if kept else None)

    def open(self, parent: QWidget | None = None) -> None:
        """Ask for a project and open it."""
        path = self._dialogs.open_path(parent, "Open a project", self._folder(), FILTERS)
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """Open a project, or say what can be done where it cannot be opened."""
        self._opening.open(path)

    def new_window(self) -> None:
        """Start another window, with a project of its own."""
        if not start_window():
            text = "Another window could not be started: start the program once more from where you started this one."
            self._say(Message(text, Level.ERROR))

    def _tell_gone(self, path: Path) -> None:
        text = (
            f"{path.name} is no longer where it was: save the project under a name again, or everything that is made "
            "from now on is lost when the window closes."
        )
        self._say(Message(text, Level.ERROR, "Save as…", self.save_as, "gone"))

    def _ask_name(self, parent: QWidget | None, title: str) -> Path | None:
        proposed = self._folder() / f"{self._project.name}{SUFFIX}"
        path = self._dialogs.save_path(parent, title, proposed, FILTERS)
        if path is not None and path.suffix != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        return path

    def save_as(self, parent: QWidget | None = None) -> None:
        """Ask for a name and go on there."""
        path = self._ask_name(parent, "Save the project as")
        if path is not None:
            saved = Message(f"Saved as {path.name}. From now on it saves itself.")
            self._project.save_as(path, lambda: self._say(saved))

    def save(self, parent: QWidget | None = None) -> None:
        """Give an untitled project a name; a named one is saved already."""
        if self._project.document.is_untitled:
            self.save_as(parent)
        else:
            self._say(Message(f"{self._project.document.path.name} is saved: every change is kept as it is made."))

    def save_copy(self, parent: QWidget | None = None) -> None:
        """Ask for a name and write a copy there."""
        path = self._ask_name(parent, "Save a copy")
        if path is not None:
            self._project.save_copy(path, lambda: self._say(Message(f"A copy was written: {path.name}.")))

    def offer_recovery(self) -> None:
        """Tidy up after windows that were killed, and offer the newest untitled project that no window holds."""
        recent, looked = self.recent, threading.Event()

        def look() -> tuple[Recoverable, ...]:
            try:
                tidy_up_after_crash((*recent, *remove_unfinished()))
                return recoverable(self._recovery)
            finally:
                looked.set()

        self._project.wait_for(looked)  # one that is looked at must not seem to be open in another window
        self._background.run(look, self._offer, self._cannot_look)

    @property
    def has_looked(self) -> bool:
        """Whether that is done."""
        return self._has_looked

    def _cannot_look(self, error: BaseException) -> None:
        self._has_looked = True
        self._say(Message(f"Untitled projects could not be looked for. {sentence(error)}", Level.WARNING))

    def _offer(self, found: tuple[Recoverable, ...]) -> None:
        self._has_looked = True
        # one without takes holds a few moved knobs at most: it is kept, but not worth a word
        found = tuple(one for one in found if one.path != self._project.document.path and one.take_count)
        if not found:
            return
        newest = found[0]
        when = datetime.fromisoformat(newest.changed_utc).astimezone()
        takes = "1 take" if newest.take_count == 1 else f"{newest.take_count} takes"
        more = f" ({len(found) - 1} older ones wait too)" if len(found) > 1 else ""
        self._say(
            Message(
                f"An untitled project with {takes}, last changed {when:%d %B %H:%M}, was not given a name{more}.",
                Level.INFO,
                "Open it",
                lambda: self.open_path(newest.path),
                "recovery",
                lasting=True,
            )
        )
