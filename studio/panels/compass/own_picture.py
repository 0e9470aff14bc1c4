"""A picture of one's own: brought in by inversion, kept in the project, compared with what it has become."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from generators import artifacts
from generators.artifacts import Latents
from generators.compass.picture_file import open_picture
from generators.compass.request import InvertRequest
from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.errors import AffectStudioError, BadInput
from studio.document.document import Document
from studio.jobs import JobCallbacks
from studio.panel import Level, Message, PanelContext
from studio.panels.compass.state import Ask, Stop
from studio.project import sentence
from studio.widgets.picture_painting import image_of

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
FILTERS = ("Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif)", "All files (*)")
SHARP_SIDE = 768
"""The original is shown at least this wide beside the model's own size."""
DIED = "The engine stopped and was started again; the picture was not brought in."
_PIECE = 1 << 20


@dataclass(frozen=True)
class PictureFile:
    """A picture that was opened: its file, its hash, what it is called."""

    path: Path
    sha256: str
    name: str


def looks_like_picture(path: Path) -> bool:
    """Whether a file is a picture by its name."""
    return path.suffix.lower() in SUFFIXES


def examine(path: Path) -> PictureFile:
    """Check a picture and name its bytes.

    Raises:
        BadInput: it is no picture, damaged, or too large.
    """
    open_picture(path, 8, 8)
    hashed = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                hashed.update(piece)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: check that it is still there and may be opened.") from error
    return PictureFile(path, hashed.hexdigest(), path.stem.encode("utf-8", "replace").decode())


def likeness(error_db: float) -> str:
    """What the model lost of a picture, in plain words, from the peak signal-to-noise ratio (dB) of its own copy."""
    for least, words in (
        (34.0, "the model holds it almost to the last detail"),
        (28.0, "the model holds all but the finest detail"),
        (23.0, "the model holds its forms and light; fine detail is lost"),
        (18.0, "the model holds its large forms and colours only"),
    ):
        if error_db >= least:
            return words
    return "the model hardly knows such pictures: take it as a painting after yours"


def with_own(ask: Ask, picture: PictureFile, latents_sha256: str) -> Ask:
    """The settings that travel with a picture of one's own: all directions at 0, and a trail of its own."""
    uses = tuple(msgspec.structs.replace(use, amount=0.0) for use in ask.uses)
    found = msgspec.structs.replace(
        ask,
        start_sha256=latents_sha256,
        start_picture_sha256=picture.sha256,
        start_name=picture.name,
        uses=uses,
        to_seed=None,
        mix=0.0,
        trail=(),
        stop="",
    )
    first = Stop("start", "", picture.name, found.place)
    return msgspec.structs.replace(found, trail=(first,), stop=first.id)


def without_own(ask: Ask) -> Ask:
    """The settings back at the model's own pictures."""
    return msgspec.structs.replace(ask, start_sha256="", start_picture_sha256="", start_name="", trail=(), stop="")


Store = Callable[[Ask, Mapping[str, bytes | Path], Callable[..., object], Callable[[BaseException], object]], object]


class OwnPictures(QObject):
    """Opens pictures and turns each into the noise that the model would make it from.

    `store` is asked to keep new settings with their assets: (settings, assets, what then, what if not). `progressed`
    tells that `fraction` and `note` are others, or that it is over. `shown` carries the original as an image, and words
    on it.
    """

    progressed = Signal()
    shown = Signal(object, str)

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        asked: Callable[[], Ask],
        store: Store,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._asked = asked
        self._store = store
        self._job = ""
        self._opening: Document | None = None
        self._seen = ("", "")
        self.fraction, self.note = 0.0, ""

    @property
    def is_busy(self) -> bool:
        """Whether a picture is being brought in."""
        return self._opening is not None

    def takes(self, paths: Sequence[Path]) -> bool:
        """Whether there is a picture among these files, by their names."""
        return any(looks_like_picture(path) for path in paths)

    def ask(self, parent: QWidget | None) -> None:
        """Ask for a picture and bring it in."""
        last = self._context.settings().last_folder
        folder = Path(last) if last and Path(last).is_dir() else Path.home()
        path = self._context.dialogs.open_path(parent, "Open a picture of your own", folder, FILTERS)
        if path is not None:
            self._context.remember(last_folder=str(path.parent))
            self.open([path])

    def open(self, paths: Sequence[Path]) -> None:
        """Bring in the first picture among `paths`."""
        path = next((path for path in paths if looks_like_picture(path)), None) or next(iter(paths), None)
        if path is None:
            return
        if self.is_busy:
            self._say("One picture is being brought in: wait for it, or cancel it first.", Level.WARNING)
            return
        self._opening = self._context.project.document
        self._note(0.0, f"Opening {path.name}")
        self._context.background.run(lambda: examine(path), self._invert, self._refuse)

    def cancel(self) -> None:
        """Bring nothing in."""
        if self._job:
            self._context.jobs.cancel(self._job)

    def _say(self, text: str, level: Level = Level.ERROR) -> None:
        self._context.say(Message(text, level, key="own picture"))

    def _note(self, fraction: float, words: str) -> None:
        self.fraction, self.note = fraction, words
        self.progressed.emit()

    def _over(self) -> None:
        self._job, self._opening = "", None
        self.progressed.emit()

    def _refuse(self, error: BaseException) -> None:
        self._over()
        self._say(sentence(error))

    def _invert(self, picture: PictureFile) -> None:
        ask = self._asked()
        request = InvertRequest(picture.sha256, ask.making("full"), ask.model)
        callbacks = JobCallbacks(
            lambda event: self._inverted(picture, event), self._failed, lambda event: self._tell(picture, event)
        )
        try:
            self._job = self._context.jobs.submit(
                request,
                f"Bringing in {picture.name}",
                callbacks,
                lane=Lane.TAKE,
                panel=self._panel,
                inputs={picture.sha256: picture.path},
                quiet=True,  # the panel itself shows it
            )
        except AffectStudioError as error:  # there is no engine
            self._refuse(error)

    def _tell(self, picture: PictureFile, event: Progressed) -> None:
        if self._job == event.job and event.total > 0:
            self._note(min(event.done / event.total, 1.0), f"Bringing in {picture.name}")

    def _failed(self, event: Failed) -> None:
        self._over()
        if event.error != "Cancelled":
            self._say(DIED if event.error == "WorkerDied" else event.message)

    def _inverted(self, picture: PictureFile, event: Finished) -> None:
        if self._opening is not self._context.project.document:  # another project was opened meanwhile
            self._context.jobs.release(event.job)
            self._over()
            return

        def stored(*_unused: object) -> None:
            self._context.jobs.release(event.job)
            self._over()
            error_db = event.facts.get("error_db", "")
            if error_db:
                self._say(f"“{picture.name}” is here: {likeness(float(error_db))}.", Level.INFO)

        def refused(error: BaseException) -> None:
            self._context.jobs.release(event.job)
            self._refuse(error)

        assets = {picture.sha256: picture.path, event.sha256: Path(event.path)}
        self._store(with_own(self._asked(), picture, event.sha256), assets, stored, refused)

    # -- the original --------------------------------------------------------------------------------------------------

    def show(self, ask: Ask) -> None:
        """Bring the original of what `ask` travels with into view, or none."""
        wanted = (ask.start_sha256, ask.start_picture_sha256)
        if wanted == self._seen:
            return
        self._seen = wanted
        if not ask.start_sha256:
            self.shown.emit(None, "")
            return
        document = self._context.project.document

        def latents_of() -> Latents | None:
            found = artifacts.unpack(document.asset(ask.start_sha256))
            return found if isinstance(found, Latents) else None

        def measured(latents: Latents | None) -> None:
            if latents is None or self._seen != wanted:
                return
            words = f"your picture · {likeness(latents.error_db)} ({latents.error_db:.0f} dB)"
            self.shown.emit(None, words)
            if not ask.start_picture_sha256:
                return
            scale = max(1, round(SHARP_SIDE / max(latents.width, latents.height)))
            size = latents.width * scale, latents.height * scale
            self._context.project.asset_file(
                ask.start_picture_sha256,
                lambda path: self._context.background.run(
                    lambda: image_of(open_picture(path, *size)), lambda image: self._show(wanted, image, words)
                ),
                self._unseen,
            )

        self._context.background.run(latents_of, measured, self._unseen)

    def _show(self, wanted: tuple[str, str], image: QImage, words: str) -> None:
        if self._seen == wanted:
            self.shown.emit(image, words)

    def _unseen(self, error: BaseException) -> None:
        self._say(f"The original cannot be shown. {sentence(error)}", Level.WARNING)

    def forget(self) -> None:
        """Another project is in view."""
        self.cancel()
        self._seen = ("", "")
        self.shown.emit(None, "")
