"""Voices from elsewhere: sound files and folders that are opened, dropped or recorded become lines."""

from __future__ import annotations

import functools
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.face.request import ListenRequest
from studio.face_lines import FaceState, Line
from studio.jobs import JobCallbacks
from studio.panel import Level, Message, PanelContext
from studio.panels.face.heads import looks_like_head
from studio.project import sentence
from studio.take_changes import free_name
from studio.voices import (
    FILTERS,
    MAX_FILES,
    VoiceFile,
    examine,
    looks_like_voice,
    plain_name,
    voices_in,
)

TOLD_ERRORS = 3


@dataclass(eq=False)
class _Batch:
    """Files that were opened together: they are one step of undo."""

    key: str
    document: object
    waiting: deque[Path]
    count: int
    refused: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    known: str = ""


class Opening(QObject):
    """Listens to one file after the other, and adds each as a line with its sound and what was heard in it.

    `add` is asked to store new lines with their assets: (state with them, assets, key of the step, what then, what if
    not). `progressed` carries how far the present file is and words; None when there is none.
    """

    progressed = Signal(object, str)
    opened = Signal(str)  # the id of the first line of a batch
    headsGiven = Signal(object)  # files of heads that were dropped, among voices or without any

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        state: Callable[[], FaceState],
        add: Callable[..., None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._state = state
        self._add = add
        self._batches: deque[_Batch] = deque()
        self._job = ""

    @property
    def busy(self) -> bool:
        """Whether files are still being opened."""
        return bool(self._batches)

    def takes(self, paths: Sequence[Path]) -> bool:
        """Whether there is a voice or a head among these files, by their names."""
        return any(looks_like_voice(path) or looks_like_head(path) for path in paths)

    def ask(self, parent: QWidget | None) -> None:
        """Ask for a sound file and open it."""
        path = self._context.dialogs.open_path(parent, "Open a voice", self._folder(), FILTERS)
        if path is not None:
            self._context.remember(last_folder=str(path.parent))
            self.open([path])

    def ask_folder(self, parent: QWidget | None) -> None:
        """Ask for a folder of recordings and open all of them."""
        path = self._context.dialogs.folder_path(parent, "Open a folder of recordings", self._folder())
        if path is not None:
            self._context.remember(last_folder=str(path))
            self.open([path])

    def _folder(self) -> Path:
        last = self._context.settings().last_folder
        return Path(last) if last and Path(last).is_dir() else Path.home()

    def open(self, paths: Sequence[Path]) -> None:
        """Open sound files, and all that lie in folders among them; heads are handed on."""
        heads = [path for path in paths if looks_like_head(path)]
        if heads:
            self.headsGiven.emit(heads)
            paths = [path for path in paths if path not in heads]
            if not paths:
                return
        self._context.background.run(
            functools.partial(voices_in, tuple(paths)), self._found, lambda error: self._tell([sentence(error)])
        )

    def _found(self, found: tuple[tuple[Path, ...], bool]) -> None:
        paths, more = found
        if not paths:
            self._tell(["There is no sound file in it: choose WAV, FLAC, AIFF, OGG or MP3 files."])
            return
        batch = _Batch(
            f"{self._panel}:open:{secrets.token_hex(4)}", self._context.project.document, deque(paths), len(paths)
        )
        if more:
            batch.refused.append(f"Only the first {MAX_FILES} recordings were opened: open the others next.")
        self._batches.append(batch)
        if len(self._batches) == 1:
            self._next()

    def cancel(self) -> None:
        """Open nothing more; what was opened stays."""
        for batch in self._batches:
            batch.waiting.clear()
        if self._job:
            self._context.jobs.cancel(self._job)

    # -- one file ------------------------------------------------------------------------------------------------------

    def _next(self) -> None:
        if not self._batches:
            self.progressed.emit(None, "")
            return
        batch = self._batches[0]
        if batch.document is not self._context.project.document:  # another project was opened meanwhile
            batch.waiting.clear()
        if not batch.waiting:
            self._batches.popleft()
            self._end(batch)
            self._next()
            return
        path = batch.waiting.popleft()
        self.progressed.emit(0.0, self._words(batch, path))
        self._context.background.run(
            functools.partial(examine, path),
            functools.partial(self._listen, batch),
            functools.partial(self._refuse, batch),
        )

    @staticmethod
    def _words(batch: _Batch, path: Path) -> str:
        place = batch.count - len(batch.waiting)
        which = f" · {place} of {batch.count}" if batch.count > 1 else ""
        return f"Listening to {plain_name(path.name)}{which}"

    def _refuse(self, batch: _Batch, error: BaseException) -> None:
        batch.refused.append(sentence(error))
        self._next()

    def _listen(self, batch: _Batch, voice: VoiceFile) -> None:
        same = next((line for line in self._state().lines if line.voice_sha256 == voice.sha256), None)
        if same is not None:
            batch.known = same.id
            self._next()
            return
        words = self._words(batch, voice.path)

        def progressed(event: Progressed) -> None:
            self.progressed.emit(min(event.done / event.total, 1.0) if event.total > 0 else 0.0, words)

        callbacks = JobCallbacks(
            functools.partial(self._heard, batch, voice), functools.partial(self._failed, batch, voice), progressed
        )
        self._job = self._context.jobs.submit(
            ListenRequest(voice.sha256),
            f"Listening to {plain_name(voice.path.name)}",
            callbacks,
            lane=Lane.TAKE,
            panel=self._panel,
            inputs={voice.sha256: voice.path},
            quiet=True,  # the panel itself shows it
        )

    def _failed(self, batch: _Batch, voice: VoiceFile, event: Failed) -> None:
        self._job = ""
        if event.error == "WorkerDied":
            batch.refused.append(f"The engine stopped while it listened to {voice.path.name}: open it once more.")
        elif event.error != "Cancelled":
            batch.refused.append(event.message)
        self._next()

    def _heard(self, batch: _Batch, voice: VoiceFile, event: Finished) -> None:
        self._job = ""
        if batch.document is not self._context.project.document:
            self._context.jobs.release(event.job)
            self._next()
            return
        state = self._state()
        ask = state.asked.for_another_voice()
        line = Line(
            id=secrets.token_hex(8),
            name=free_name(voice.name, {line.name for line in state.lines}),
            voice_sha256=voice.sha256,
            heard_sha256=event.sha256,
            source=plain_name(voice.path.name),
            duration_s=voice.duration_s,
            ask=ask,
        )
        assets = {voice.sha256: voice.path, event.sha256: Path(event.path)}

        def stored(*_unused: object) -> None:
            self._context.jobs.release(event.job)
            batch.added.append(line.id)
            if len(batch.added) == 1:
                self.opened.emit(line.id)
            self._next()

        def refused(error: BaseException) -> None:
            self._context.jobs.release(event.job)
            batch.refused.append(sentence(error))
            self._next()

        self._add(state.with_lines([line]), assets, batch.key, stored, refused)

    # -- the end -------------------------------------------------------------------------------------------------------

    def _end(self, batch: _Batch) -> None:
        if batch.document is not self._context.project.document:
            return
        if not batch.added and batch.known:
            self.opened.emit(batch.known)
        if batch.refused:
            self._tell(batch.refused)
        elif batch.count > 1:
            self._context.say(Message(f"{len(batch.added)} lines are in the list.", key="voices"))
        elif batch.known and not batch.added:
            self._context.say(Message("This recording is in the list already: here it is.", key="voices"))

    def _tell(self, refused: Sequence[str]) -> None:
        told = " ".join(refused[:TOLD_ERRORS])
        if len(refused) > TOLD_ERRORS:
            told += f" {len(refused) - TOLD_ERRORS} more could not be opened."
        self._context.say(Message(told, Level.ERROR, key="voices"))
