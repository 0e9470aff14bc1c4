"""Working with the take in view: the tools' choices become jobs, whose results stand under the take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from generators.errors import AffectStudioError
from studio.panel import Level, Message, PanelContext
from studio.panels.music.ask import Ask
from studio.panels.music.composing import Composing
from studio.panels.music.reworking import NOTHING, Choice, Work, first_choice, name_of, rework_request
from studio.panels.music.seen import Seen
from studio.panels.music.tools import ReworkTools
from studio.widgets.piano_roll import PianoRoll

Bars = tuple[tuple[int, int] | None, tuple[int, ...]]
"""Bars that are chosen, (begin, end) from 0, and those that are locked."""


class Working(QObject):
    """Knows what the tools work on, and submits what they are asked for."""

    def __init__(
        self,
        context: PanelContext,
        roll: PianoRoll,
        tools: ReworkTools,
        composing: Composing,
        fresh_ask: Callable[[], Ask],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._roll = roll
        self._tools = tools
        self._composing = composing
        self._fresh_ask = fresh_ask
        self._seen: Seen | None = None

    def bars_for(self, seen: Seen | None) -> Bars | None:
        """The bars that are chosen and locked now, if `seen` is of the family in view and as long: they stay then."""
        before, work = self._seen, self._tools.work
        if seen is None or before is None or work is None or seen.take.id == before.take.id:
            return None
        family = {before.take.id, before.take.parent} & {seen.take.id, seen.take.parent} - {None}
        return (work.selection, work.locked_bars) if family and len(seen.score.bar_ticks()) - 1 == work.bars else None

    def choose_again(self, bars: Bars | None) -> None:
        """Choose and lock what `bars_for` said, in the take that is shown now."""
        if bars is not None:
            self._roll.choose_bars(bars[0])
            self._roll.set_locked_bars(bars[1])
            self._tools.set_locked_bars(bars[1])

    def show(self, seen: Seen | None) -> None:
        """Work on this take from now on, or on none; bars that were chosen in the same take stay chosen."""
        before, self._seen = self._seen, seen
        if seen is None:
            self._tools.set_work(None)
            return
        bars = len(seen.score.bar_ticks()) - 1
        names = tuple(track.name for track in seen.score.tracks)
        work = Work(seen.take.name, bars, names)
        old = self._tools.work
        if old is not None and before is not None and before.take.id == seen.take.id:
            selection = old.selection if old.selection and old.selection[1] <= bars else None
            locked = tuple(bar for bar in old.locked_bars if bar < bars)
            work = Work(seen.take.name, bars, names, selection, locked)
        self._tools.set_work(work)

    def open(self, kind: str) -> None:
        """Open the sheet of a tool, or say why there is nothing to work on."""
        if self._tools.open(kind) is None:
            self._context.say(Message(self._tools.buttons[kind].toolTip(), Level.WARNING))

    def rework(self, choice: Choice) -> None:
        """Do what was chosen with the take in view, as one job."""
        seen, work = self._seen, self._tools.work
        if seen is None or work is None:
            self._context.say(Message(NOTHING, Level.WARNING))
            return
        try:
            request = rework_request(choice, self._fresh_ask(), seen.sha256, work)
        except AffectStudioError as error:
            self._context.say(Message(error.message, Level.ERROR))
            return
        name, parent = name_of(choice, work), seen.take.id

        def submit(score: Path) -> None:
            self._composing.rework(request, name, parent, score)
            self._composing.changed.emit()

        self._context.project.asset_file(seen.sha256, submit)

    def at_once(self, kind: str) -> None:
        """Use a tool without its sheet: on the bars chosen in the roll, else on all."""
        work = self._tools.work
        if work is None:
            self._context.say(Message(NOTHING, Level.WARNING))
        else:
            self.rework(first_choice(kind, work))
