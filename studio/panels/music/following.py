"""Following a DAW: the tempo map, metre, bars, key and markers of a MIDI file that it exported become what is asked."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from generators.errors import BadRequest
from generators.music.timing import Frame, read_frame
from studio.panel import Level, Message, PanelContext
from studio.panels.music.ask import Ask
from studio.panels.music.importing import FILTERS, plain_name
from studio.panels.music.words import timing_words
from studio.project import sentence


def ask_following(ask: Ask, frame: Frame, name: str) -> Ask:
    """`ask` in the time of `frame`, which the file `name` holds; what the file does not say stays.

    Raises:
        BadRequest: no take can follow it; the message says why.
    """
    followed = msgspec.structs.replace(
        ask,
        followed=name,
        tempo_map=frame.tempo_map,
        markers=frame.markers,
        tempo_bpm=None,
        attributes={key: value for key, value in ask.attributes.items() if key != "tempo"},
        bars=ask.bars if frame.bars is None else frame.bars,
        metre=frame.metre or ask.metre,
        key=frame.key or ask.key,
    )
    followed.request()
    return followed


class Following(QObject):
    """Opens files to follow, beside the window; `commit` is given what is asked then and the name of the step."""

    def __init__(
        self,
        context: PanelContext,
        ask_now: Callable[[], Ask],
        commit: Callable[[Ask, str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._ask_now = ask_now
        self._commit = commit

    def ask(self, parent: QWidget | None) -> None:
        """Ask for the file to follow."""
        last = self._context.settings().last_folder
        folder = Path(last) if last and Path(last).is_dir() else Path.home()
        path = self._context.dialogs.open_path(parent, "Follow the tempo and markers of a DAW", folder, FILTERS)
        if path is not None:
            self._context.remember(last_folder=str(path.parent))
            self.open(path)

    def open(self, path: Path) -> None:
        """Follow the MIDI file `path`."""
        document = self._context.project.document
        self._context.background.run(
            functools.partial(read_frame, path),
            functools.partial(self._opened, document, plain_name(path.name)),
            lambda error: self._tell(sentence(error), Level.ERROR),
        )

    def _opened(self, document: object, name: str, frame: Frame) -> None:
        if document is not self._context.project.document:  # another project was opened meanwhile
            return
        try:
            ask = ask_following(self._ask_now(), frame, name)
        except BadRequest as error:
            self._tell(f"{name} cannot be followed. {error.message}", Level.ERROR)
            return
        self._commit(ask, "follow a DAW")
        bars = f"{ask.bars} bars of {ask.metre[0]}/{ask.metre[1]}"
        told = f"Takes follow “{name}” now: {bars}, {timing_words(frame.tempo_map, frame.markers)}."
        self._tell(" ".join((told, *frame.left_out)), Level.WARNING if frame.left_out else Level.INFO)

    def _tell(self, text: str, level: Level) -> None:
        self._context.say(Message(text, level, key="follow"))
