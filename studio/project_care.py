"""File, Tidy up and Collect media: the project's commands that look through all of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from generators.progress import Progress
from studio.background import Background, ignore
from studio.document.assets import Medium
from studio.document.document import Document
from studio.document.tidying import Spare, measure, tidy
from studio.long_work import LongWork
from studio.media import MODEL, SOUNDFONT, Collected, collect, collected_words, missing_here, take_out
from studio.panel import Level, Message
from studio.project import Project, sentence
from studio.settings import Settings
from studio.tidy_sheet import TidySheet, size_words

_KEY = "care"


class ProjectCare(QObject):
    """Looks through the project beside the window, and offers what it brings along where this machine lacks it."""

    def __init__(
        self,
        project: Project,
        background: Background,
        work: LongWork,
        say: Callable[[Message], None],
        settings: Callable[[], Settings],
        remember: Callable[..., None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._background = background
        self._work = work
        self._say = say
        self._settings = settings
        self._remember = remember
        project.changed.connect(self._changed)

    def _fail(self, error: BaseException) -> None:
        self._say(Message(sentence(error), Level.ERROR, key=_KEY))

    # -- tidying up ----------------------------------------------------------------------------------------------------

    def tidy_up(self, parent: QWidget) -> None:
        """Look through the project, and ask what of it may go."""
        document = self._project.document

        def show(spare: Spare) -> None:
            if document is self._project.document:
                TidySheet(self._project.name, spare, functools.partial(self._tidy, document, spare), parent).show()

        self._work.run("Looking through the project", _KEY, functools.partial(measure, document), show, self._fail)

    def _tidy(self, document: Document, spare: Spare, left: bool) -> None:
        def work(progress: Progress) -> int:
            return tidy(document, spare, left=left, progress=progress)

        def done(freed_bytes: int) -> None:
            self._say(Message(f"The project's file is {size_words(freed_bytes)} smaller.", key=_KEY))

        self._work.run("Tidying up", _KEY, work, done, self._fail)

    # -- media ---------------------------------------------------------------------------------------------------------

    def collect_media(self) -> None:
        """Take into the project what it uses of this machine."""
        document, soundfont = self._project.document, self._settings().soundfont

        def work(progress: Progress) -> Collected:
            return collect(document, soundfont, progress)

        def done(told: Collected) -> None:
            level = Level.WARNING if told.outside else Level.INFO
            self._say(Message(collected_words(self._project.name, told), level, key=_KEY, lasting=True))

        self._work.run("Collecting media", _KEY, work, done, self._fail)

    def _changed(self, _state: object, action: object) -> None:
        if action is None and self._project.state.takes:
            document, soundfont = self._project.document, self._settings().soundfont
            self._background.run(lambda: missing_here(document, soundfont), self._offer, ignore)

    def _offer(self, missing: tuple[Medium, ...]) -> None:
        if not missing:
            return
        names = ", ".join(f"“{Path(medium.name).name}”" for medium in missing)
        text = f"This project brings {names}, which {'is' if len(missing) == 1 else 'are'} not on this machine."
        act = functools.partial(self._take_out, self._project.document, missing)
        self._say(Message(text, Level.INFO, "Use them" if len(missing) > 1 else "Use it", act, _KEY, lasting=True))

    def _take_out(self, document: Document, missing: tuple[Medium, ...]) -> None:
        def work() -> dict[str, Path]:
            return {medium.kind: take_out(document, medium) for medium in missing}

        def done(paths: dict[str, Path]) -> None:
            if SOUNDFONT in paths:
                self._remember(soundfont=str(paths[SOUNDFONT]))
            played = f"Takes are played with {paths[SOUNDFONT].name}." if SOUNDFONT in paths else ""
            chosen = "Its own models can be chosen now." if MODEL in paths else ""
            self._say(Message(" ".join(filter(None, (played, chosen))), key=_KEY))

        self._background.run(work, done, self._fail)
