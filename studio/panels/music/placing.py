"""Placing takes on the pad: by a button and a click, or by dragging them there."""

from __future__ import annotations

from PySide6.QtCore import QObject

from generators.affect import AffectPoint
from studio.panel import Level, Message, PanelContext
from studio.panels.music.ear import NOT_ASKED, Ear
from studio.panels.music.left import AskColumn
from studio.panels.music.seen import Seen
from studio.panels.music.take_actions import TakeActions
from studio.panels.music.takes import TakesColumn


class Placing(QObject):
    """Leads from “Where do you hear this?” over the pad to the map of one's own."""

    def __init__(
        self,
        context: PanelContext,
        left: AskColumn,
        right: TakesColumn,
        doing: TakeActions,
        ear: Ear,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._left, self._right = left, right
        self._doing, self._ear = doing, ear
        self._seen: Seen | None = None
        left.pad.takePlaced.connect(self.place)
        left.pad.placingEnded.connect(self._tell)
        right.hearRequested.connect(self.begin)

    @property
    def waits(self) -> bool:
        """Whether the next click on the pad places a take."""
        return bool(self._left.pad.placing)

    def show(self, seen: Seen | None) -> None:
        """Place this take from now on; one that waited is placed no more."""
        if self._seen is None or seen is None or self._seen.take.id != seen.take.id:
            self.give_up()
        self._seen = seen
        self._tell()

    def begin(self) -> None:
        """Let the next click on the pad say where the take in view is heard; a second time gives it up."""
        if self._seen is None or self.waits:
            self.give_up()
        elif self._seen.feeling is None:
            self._context.say(Message(NOT_ASKED, Level.WARNING))
        else:
            self._left.pad.begin_placing(self._seen.take.id)
            self._left.show_prompt("Click where you hear it")
            self._tell()

    def give_up(self) -> None:
        """The next click on the pad moves the feeling again."""
        self._left.pad.end_placing()

    def place(self, identity: str, heard: AffectPoint) -> None:
        """Keep where a take is heard."""
        take = self._doing.take(identity)
        if take is not None:
            self._ear.place(take, self._doing.by_id(), heard)

    def _tell(self) -> None:
        can = self._seen is not None and self._seen.feeling is not None
        self._right.show_hearing(can=can, waits=self.waits)
