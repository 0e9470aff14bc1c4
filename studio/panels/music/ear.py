"""A map of one's own: takes placed on the pad, kept with the project, shared as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from generators.affect import AffectPoint
from generators.music.personal import MAX_NAME, SUFFIX, PersonalMap
from generators.music.request import MAX_RATINGS, EarRating
from studio.document.model import Take
from studio.panel import Level, Message, PanelContext
from studio.panels.music.ask import Kept, Placed
from studio.panels.music.ear_sheet import EarSheet
from studio.panels.music.family import origin_of
from studio.panels.music.output import file_name
from studio.project import sentence

FILTERS = (f"Maps of an ear (*{SUFFIX})", "All files (*)")
NOT_ASKED = "This take was not made from a feeling, so it cannot teach the pad: place one that was generated here."


class Ear(QObject):
    """Changes the map of one's own; `keptChanged` carries a new Kept and the name of what was changed."""

    keptChanged = Signal(object, str)

    def __init__(self, context: PanelContext, kept: Callable[[], Kept], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._kept = kept
        self._sheet: EarSheet | None = None

    def asked_point(self, take: Take, by_id: dict[str, Take]) -> AffectPoint | None:
        """The point that the composer was given for a take: after the map that was on, so that it chases no tail."""
        origin = origin_of(take, by_id)
        if origin is None or origin.affect is None:
            return None
        return PersonalMap(origin.ear).wanted_to_asked(origin.affect)

    def place(self, take: Take, by_id: dict[str, Take], heard: AffectPoint) -> None:
        """Keep where a take was heard; a take that was placed before moves there."""
        asked = self.asked_point(take, by_id)
        if asked is None:
            self._context.say(Message(NOT_ASKED, Level.WARNING))
            return
        kept = self._kept()
        others = tuple(one for one in kept.ear if one.take != take.id)
        ear = (*others, Placed(take.id, take.name, asked, heard))[-MAX_RATINGS:]
        self._change("place", ear=ear)
        count = len(ear)
        told = f"“{take.name}” was placed: {count} {'take bends' if count == 1 else 'takes bend'} the pad to your ear."
        self._context.say(Message(told, key="ear"))

    def remove(self, place: int) -> None:
        """Forget one take that was placed."""
        ear = self._kept().ear
        if 0 <= place < len(ear):
            self._change(f"remove {place}", ear=(*ear[:place], *ear[place + 1 :]))

    def reset(self) -> None:
        """Forget all; undo brings them back."""
        self._change("reset", ear=(), ear_name="")

    def switch(self, on: bool) -> None:
        """Let the map bend what is asked, or not."""
        self._change("switch", ear_on=on)

    def rename(self, name: str) -> None:
        """Call the map something."""
        printable = "".join(character for character in name if character.isprintable()).strip()
        if printable != self._kept().ear_name:
            self._change("name", ear_name=printable[:MAX_NAME])

    def _change(self, name: str, **changes: object) -> None:
        self.keptChanged.emit(msgspec.structs.replace(self._kept(), **changes), f"ear {name}")
        self.show()

    # -- files ---------------------------------------------------------------------------------------------------------

    def save(self, parent: QWidget | None) -> None:
        """Ask where, and write the map to share it."""
        kept = self._kept()
        proposed = self._folder() / f"{file_name(kept.ear_name or 'my ear')}{SUFFIX}"
        path = self._context.dialogs.save_path(parent, "Save the map of your ear", proposed, FILTERS)
        if path is None:
            return
        path = path if path.suffix else path.with_suffix(SUFFIX)
        self._context.remember(last_folder=str(path.parent))
        found = PersonalMap([EarRating(one.asked, one.heard) for one in kept.ear], kept.ear_name)
        self._context.background.run(
            lambda: found.write(path),
            lambda _: self._context.say(Message(f"{path.name} was written to {path.parent}.", key="ear")),
            self._tell,
        )

    def open(self, parent: QWidget | None) -> None:
        """Ask for a map and use it in place of the one of now; undo brings that back."""
        path = self._context.dialogs.open_path(parent, "Open a map of an ear", self._folder(), FILTERS)
        if path is None:
            return
        self._context.remember(last_folder=str(path.parent))
        self._context.background.run(
            lambda: PersonalMap.read(path), lambda found: self._opened(path, found), self._tell
        )

    def _opened(self, path: Path, found: PersonalMap) -> None:
        ear = tuple(Placed("", "", one.asked, one.heard) for one in found.ratings)
        self._change("open", ear=ear, ear_name=found.name or path.stem[:MAX_NAME], ear_on=True)

    def _folder(self) -> Path:
        last = self._context.settings().last_folder
        return Path(last) if last and Path(last).is_dir() else Path.home()

    def _tell(self, error: BaseException) -> None:
        self._context.say(Message(sentence(error), Level.ERROR, key="ear"))

    # -- the sheet -----------------------------------------------------------------------------------------------------

    def open_sheet(self, parent: QWidget) -> EarSheet:
        """Show the takes that were placed, to remove, name, share or reset them."""
        if self._sheet is None:
            self._sheet = EarSheet(self._context.hub, parent)
            self._sheet.removed.connect(self.remove)
            self._sheet.resetRequested.connect(self.reset)
            self._sheet.renamed.connect(self.rename)
            self._sheet.switched.connect(self.switch)
            self._sheet.saveRequested.connect(lambda: self.save(self._sheet))
            self._sheet.openRequested.connect(lambda: self.open(self._sheet))
        self._sheet.show_map(self._kept())
        self._sheet.show()
        self._sheet.raise_()
        return self._sheet

    def show(self) -> None:
        """Show in the open sheet what is kept now."""
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.show_map(self._kept())
