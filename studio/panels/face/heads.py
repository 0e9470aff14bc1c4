"""The head that performs: our clay one, or one of the user's own, which the project carries with it."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from generators.engine.folders import ScratchFolder
from generators.errors import BadInput
from studio.document.assets import is_asset_name
from studio.face_lines import FaceState
from studio.panel import Level, Message, PanelContext
from studio.project import sentence

if TYPE_CHECKING:  # meshes are read only where a head is
    from generators.face.mesh import Head

SUFFIXES = frozenset({".glb", ".gltf", ".vrm"})
FILTERS = ("Heads (*.glb *.gltf *.vrm)", "All files (*)")
MAX_KEPT_BYTES = 128 << 20
"""The project carries the head, so it is not to be larger than this."""
_HASH_BYTES = 1 << 20


@dataclass(frozen=True, eq=False)
class HeadFile:
    """A head that can be used: `source` are its bytes, or the file that holds just them."""

    name: str
    sha256: str
    source: bytes | Path
    head: Head


def looks_like_head(path: Path) -> bool:
    """Whether a file is a head by its name."""
    return path.suffix.lower() in SUFFIXES


def examine(path: Path) -> HeadFile:
    """Read a head, and name its bytes.

    Raises:
        BadInput: it cannot be used; the message says why.
    """
    from generators.face.user_head import load_user_head, packed_head

    head = load_user_head(path)
    data = packed_head(path)
    hashed = hashlib.sha256()
    try:
        size = len(data) if data is not None else path.stat().st_size
        if size > MAX_KEPT_BYTES:
            raise BadInput(
                f"{path.name} has {size / 1e6:.0f} MB where heads up to {MAX_KEPT_BYTES >> 20} MB are kept in a "
                "project: export it with smaller pictures, or the head alone."
            )
        if data is not None:
            hashed.update(data)
        else:
            with path.open("rb") as file:
                while piece := file.read(_HASH_BYTES):
                    hashed.update(piece)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: check that it is still there and may be opened.") from error
    name = path.stem.encode("utf-8", "replace").decode()[:120] or "head"
    return HeadFile(name, hashed.hexdigest(), path if data is None else data, head)


class Heads(QObject):
    """Reads heads beside the window, keeps the one that performs in the document, and gives its file to exports.

    `keep` stores another state of the panel with its assets: (state, assets, key of the step, what then, what if not).
    `changed` carries the Head that is to be drawn, None for ours; `reading` the name of one that is read, "" for none.
    """

    changed = Signal(object)
    reading = Signal(str)

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        state: Callable[[], FaceState],
        keep: Callable[..., None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._state = state
        self._keep = keep
        self._folder: ScratchFolder | None = None
        self._shown = ""  # the hash of the head that is drawn, or on its way
        self._read: tuple[str, Head] | None = None
        self._turn = 0  # what was asked for before the newest wish comes too late

    @property
    def sha256(self) -> str:
        """The head that performs, "" for ours."""
        found = self._state().head_sha256
        return found if is_asset_name(found) else ""

    # -- choosing ------------------------------------------------------------------------------------------------------

    def ask(self, parent: QWidget | None) -> None:
        """Ask for a file and use its head."""
        last = self._context.settings().last_folder
        folder = Path(last) if last and Path(last).is_dir() else Path.home()
        path = self._context.dialogs.open_path(parent, "Use a head of your own", folder, FILTERS)
        if path is not None:
            self._context.remember(last_folder=str(path.parent))
            self.open([path])

    def open(self, paths: Sequence[Path]) -> None:
        """Use the head in the first of these files; one that cannot be used changes nothing."""
        self._turn += 1
        turn, document, path = self._turn, self._context.project.document, paths[0]
        self.reading.emit(path.name)

        def done(found: HeadFile) -> None:
            if turn != self._turn:
                return
            self.reading.emit("")
            if document is self._context.project.document:
                self._use(found)

        def failed(error: BaseException) -> None:
            if turn == self._turn:
                self.reading.emit("")
                self._context.say(Message(sentence(error), Level.ERROR, key="head"))

        self._context.background.run(functools.partial(examine, path), done, failed)

    def _use(self, found: HeadFile) -> None:
        if found.sha256 == self.sha256:
            self._context.say(Message("This head is in use already.", key="head"))
            return
        self._read = found.sha256, found.head
        state = msgspec.structs.replace(self._state(), head_sha256=found.sha256, head_name=found.name)
        self._store(state, {found.sha256: found.source}, f"“{found.name}” performs now. The project keeps it.")

    def back_to_clay(self) -> None:
        """Let our own head perform again."""
        self.cancel()
        if not self._state().head_sha256:
            self._context.say(Message("The clay head performs already.", key="head"))
            return
        state = msgspec.structs.replace(self._state(), head_sha256="", head_name="")
        self._store(state, {}, "The clay head performs again.")

    def _store(self, state: FaceState, assets: Mapping[str, bytes | Path], told: str) -> None:
        def done(_value: object) -> None:
            self._context.say(Message(told, key="head"))

        def failed(error: BaseException) -> None:
            self._context.say(Message(sentence(error), Level.ERROR, key="head"))

        self._keep(state, assets, "", done, failed)

    def cancel(self) -> None:
        """Forget what is being read."""
        self._turn += 1
        self.reading.emit("")

    # -- showing -------------------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Bring the head that the document names into view."""
        wanted = self.sha256
        if wanted == self._shown:
            return
        self._shown = wanted
        if not wanted:
            self.changed.emit(None)
            return
        if self._read is not None and self._read[0] == wanted:
            self.changed.emit(self._read[1])
            return
        self.file(functools.partial(self._load, wanted), functools.partial(self._refused, wanted))

    def _load(self, sha256: str, path: Path) -> None:
        from generators.face.user_head import load_user_head

        def done(head: Head) -> None:
            self._read = sha256, head
            if self._shown == sha256:
                self.changed.emit(head)

        self._context.background.run(
            functools.partial(load_user_head, path), done, functools.partial(self._refused, sha256)
        )

    def _refused(self, sha256: str, error: BaseException) -> None:
        if self._shown == sha256:
            self.changed.emit(None)
            self._context.say(
                Message(f"The clay head is shown instead of yours. {sentence(error)}", Level.WARNING, key="head")
            )

    # -- its file ------------------------------------------------------------------------------------------------------

    def file(self, done: Callable[[Path], None], failed: Callable[[BaseException], None]) -> None:
        """A file with the head that performs, under the name that the user knows; only where `sha256` is one."""
        sha256, document = self.sha256, self._context.project.document
        words = re.sub(r"[^\w .-]+", "-", self._state().head_name).strip(" .-")[:80]
        if self._folder is None:
            self._folder = ScratchFolder()
        path = Path(self._folder.name) / sha256[:16] / f"{words or 'head'}.glb"

        def write() -> Path:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                document.copy_asset(sha256, path)
            return path

        self._context.background.run(write, done, failed)

    def forget(self) -> None:
        """Another project: the head of the one before is let go."""
        self.cancel()
        self._read = None
        self._shown = ""
        self.changed.emit(None)

    def close(self) -> None:
        """Remove what was written for exports."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
