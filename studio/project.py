"""The open document as the window sees it: its state and changes on the GUI thread, its files beside it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QImage, QImageWriter

from generators.artifacts import Artifact, unpack
from generators.errors import AffectStudioError
from studio.background import Background, ignore
from studio.document.document import Document
from studio.document.history import StepInfo
from studio.document.model import Action, DocumentState
from studio.document.previews import Previews

Value = TypeVar("Value")

CLOSING_LIMIT_S = 20.0


def sentence(error: BaseException) -> str:
    """What to show for `error`."""
    if isinstance(error, AffectStudioError):
        return error.message
    return f"Something unforeseen happened ({type(error).__name__}: {error}): try it once more."


class Project(QObject):
    """Holds the open `Document`; whoever shows something of it listens to `changed`.

    `changed` carries the state and the action that led to it, or None where another document was opened.
    """

    changed = Signal(object, object)
    failed = Signal(str)

    _arrived = Signal(int, object, object)

    def __init__(
        self,
        document: Document,
        background: Background,
        cache: Path,
        parent: QObject | None = None,
        previews_bytes: int = 256 << 20,
    ) -> None:
        super().__init__(parent)
        self._previews_bytes = previews_bytes
        self._background = background
        self._cache = cache
        self._generation = 0
        self._closings: list[threading.Event] = []
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._attach(document)

    def _attach(self, document: Document) -> None:
        self._document = document
        self._previews = Previews(document, self._previews_bytes)
        self._generation += 1
        generation = self._generation
        self._state = document.state

        def listen(state: DocumentState, action: object) -> None:  # on the document's thread
            self._arrived.emit(generation, state, action)

        self._unsubscribe = document.subscribe(listen)

    def _take(self, generation: int, state: DocumentState, action: object) -> None:
        if generation == self._generation:
            self._state = state
            self.changed.emit(state, action)

    @property
    def document(self) -> Document:
        """The document itself."""
        return self._document

    @property
    def state(self) -> DocumentState:
        """What it holds, as far as the GUI thread was told."""
        return self._state

    @property
    def name(self) -> str:
        """Its file's name; "Untitled", or that of the project that it is a copy of, while it has none."""
        if not self._document.is_untitled:
            return self._document.path.stem
        return f"{self._document.copied_from} copy" if self._document.copied_from else "Untitled"

    def perform(
        self,
        action: Action,
        assets: Mapping[str, bytes | Path] | None = None,
        merge: str = "",
        done: Callable[[DocumentState], None] = ignore,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Do `action`; the state changes once it is on disk. A failure is told by `failed`, or shown."""
        future = self._document.perform(action, assets or {}, merge)
        self._background.watch(future, done, failed or self._fail)

    def undo(self) -> None:
        """Take the last step back."""
        if self._document.can_undo:
            self._background.watch(self._document.undo(), ignore, self._fail)

    def redo(self) -> None:
        """Do the step again that was taken back last."""
        if self._document.can_redo:
            self._background.watch(self._document.redo(), ignore, self._fail)

    def history(
        self, done: Callable[[tuple[StepInfo, ...]], None], failed: Callable[[BaseException], None] | None = None
    ) -> None:
        """Read all steps of the document beside the window."""
        self._background.run(self._document.history, done, failed or self._fail)

    def go_to(self, step_id: int, done: Callable[[DocumentState], None] = ignore) -> None:
        """Go to the state after any step of the history, in one move."""
        self._background.watch(self._document.go_to(step_id), done, self._fail)

    def replace(self, document: Document) -> None:
        """Show another document; the one before is finished and closed."""
        before, unsubscribe = self._document, self._unsubscribe
        unsubscribe()
        self._attach(document)
        self.changed.emit(self._state, None)
        closed = threading.Event()
        self._closings = [*(one for one in self._closings if not one.is_set()), closed]

        def close() -> None:
            try:
                before.close()
            finally:
                closed.set()

        self._background.run(close, ignore, self._fail)

    def wait_for(self, done: threading.Event) -> None:
        """Let whatever is opened from now on wait until `done`: something else holds projects meanwhile."""
        self._closings.append(done)

    def open(
        self,
        path: Path,
        done: Callable[[Document], None] = ignore,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Open the file `path` beside the window, then show it; a file that cannot be opened changes nothing."""
        if not self._document.is_untitled and _same_file(path, self._document.path):
            return
        closings = tuple(self._closings)

        def open_() -> Document:
            for closed in closings:  # whoever goes straight back to a project must not find it locked by this window
                closed.wait(CLOSING_LIMIT_S)  # a drive that does not answer must not hold up another
            return Document.open(path)

        def opened(document: Document) -> None:
            self.replace(document)
            done(document)

        self._background.run(open_, opened, failed or self._fail)

    def open_copy(self, path: Path, folder: Path, done: Callable[[], None] = lambda: None) -> None:
        """Open a copy of the project `path` as one without a name, kept in `folder`, then show it."""

        def show(document: Document) -> None:
            self.replace(document)
            done()

        self._background.run(lambda: Document.open_copy(path, folder), show, self._fail)

    def save_as(self, path: Path, done: Callable[[], None] = lambda: None) -> None:
        """Save under another name and go on there."""

        def saved(_value: object) -> None:
            self._state = self._document.state
            self.changed.emit(self._state, None)
            done()

        self._background.watch(self._document.save_as(path), saved, self._fail)

    def save_copy(self, path: Path, done: Callable[[], None] = lambda: None) -> None:
        """Write a copy to `path` and stay with the present file."""
        self._background.watch(self._document.save_copy(path), lambda _value: done(), self._fail)

    def examine(
        self,
        sha256: str,
        work: Callable[[Artifact], Value],
        done: Callable[[Value], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Read the artifact `sha256` of the document and do `work` with it, both beside the window."""
        document = self._document
        self._background.run(lambda: work(unpack(document.asset(sha256))), done, failed or self._fail)

    def small_picture(
        self,
        sha256: str,
        draw: Callable[[Artifact], QImage | None],
        done: Callable[[QImage | None], None],
    ) -> None:
        """A small picture of the artifact `sha256`, made by `draw` once and kept in the project from then on.

        A damaged artifact gives none: whatever shows it in full says what is wrong.
        """
        document, previews = self._document, self._previews
        key = f"picture:{sha256}"

        def look() -> QImage | None:
            kept = previews.get(key)
            image = QImage.fromData(kept) if kept is not None else QImage()
            if not image.isNull():
                return image
            drawn = draw(unpack(document.asset(sha256)))
            if drawn is not None:
                previews.keep(key, _png_of(drawn))
            return drawn

        self._background.run(look, done, ignore)

    def asset_file(
        self, sha256: str, done: Callable[[Path], None], failed: Callable[[BaseException], None] | None = None
    ) -> None:
        """A file that holds the asset `sha256`, for the engine to read: written to the cache if it is not there."""
        document, cache = self._document, self._cache

        def write() -> Path:
            path = cache / f"{sha256}.safetensors"
            if not path.exists():
                cache.mkdir(parents=True, exist_ok=True)
                document.copy_asset(sha256, path)
            return path

        self._background.run(write, done, failed or self._fail)

    def _fail(self, error: BaseException) -> None:
        self.failed.emit(sentence(error))

    def close(self) -> None:
        """Finish and close the document, and remove the cache."""
        self._unsubscribe()
        self._generation += 1
        self._document.close()
        shutil.rmtree(self._cache, ignore_errors=True)


def _png_of(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(data.data())


def _same_file(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:
        return False
