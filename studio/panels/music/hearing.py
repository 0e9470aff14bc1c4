"""All that is heard in the music panel: the take in view, the one that is being written, and two compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from studio.document.model import Take
from studio.panel import Message, PanelContext, Timeline
from studio.panels.music.compare import Compare, place_in
from studio.panels.music.composing import Composing
from studio.panels.music.growing import Growing
from studio.panels.music.listening import Listening
from studio.panels.music.seen import Seen
from studio.panels.music.sound_maker import SoundMaker
from studio.panels.music.soundfont import SoundFontChoice


class Hearing(QObject):
    """Decides what is on the transport.

    `grew` when a take that is being written has another bar to show, `ended` when it will not become a take.
    """

    grew = Signal()
    ended = Signal()

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        composing: Composing,
        soundfont: SoundFontChoice,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._composing = composing
        self.maker = SoundMaker(context, panel, soundfont, self)
        self.listening = Listening(context, self.maker, self)
        self.growing = Growing(context, composing, self.maker, self)
        self._switching: Timeline | None = None  # from what the next take is switched to, at the same place
        self._grown: dict[str, str] = {}  # the jobs that were watched, by the takes that they became
        self.compare = Compare(self)
        self.growing.grew.connect(self.grew)
        self.growing.ended.connect(self.ended)
        composing.finished.connect(self._finished)
        context.project.changed.connect(self._forget_removed)

    def _forget_removed(self, *_change: object) -> None:
        self.compare.keep_only({take.id for take in self._context.project.state.takes})

    def load(self, seen: Seen | None) -> None:
        """Put a take on the transport, or nothing; one that has grown there goes on."""
        job = self._grown.pop(seen.take.id, "") if seen is not None else ""
        before, self._switching = self._switching, None
        if seen is not None and before is not None:
            self.listening.switch(seen, lambda second: place_in(second, before, seen.timeline))
        elif seen is not None and job and self._context.playback.key == job:
            self.listening.finish_growing(job, seen)
        elif self.growing.score is None or seen is None:  # else the next take already grows where this one was
            self.listening.load(seen)
        if job and job == self.growing.job:
            self.growing.leave()

    def switch(
        self, letter: str, shown: str, seen: Seen | None, takes: Mapping[str, Take], show: Callable[[str], object]
    ) -> None:
        """Go to the take A or B ("": the other one) at the same place in the bar; a letter that is free is given."""
        if letter and letter not in self.compare.takes:
            self.mark(letter, shown)
            return
        take = takes.get(self.compare.takes[letter] if letter else self.compare.other(shown))
        if take is None:
            self._context.say(Message("Make one take A and another one B, then switch between them.", key="compare"))
            return
        if take.id == shown:
            return
        identity, playback = take.id, self._context.playback

        def go(*_unused: object) -> None:
            self._switching = self.timeline(seen)
            show(identity)

        if not playback.playing or playback.sounding is None or playback.midi is not None:
            go()
        else:  # nothing stops: the other one is made audible first
            self.listening.fetch(take.asset_sha256, go, go, queue="compare")

    def mark(self, letter: str, shown: str) -> None:
        """Make the take in view A or B."""
        if shown:
            self.compare.mark(letter, shown)

    def loop_bars(self, begin: int, end: int) -> None:
        """Loop these bars of the take in view, counted from 0, end left out; none are all."""
        bars_s = self.timeline(self.listening.seen).bars_s
        if 0 <= begin < end < len(bars_s):
            self._context.playback.set_loop_range(float(bars_s[begin]), float(bars_s[end]))
        else:
            self._context.playback.set_loop_range(0.0, 0.0)

    def set_levels(self, levels: Mapping[int, float]) -> None:
        """Hear each track at its level."""
        self.listening.set_levels(levels)

    def play_next(self) -> None:
        """Play the take that is loaded next, as soon as it is."""
        self.listening.play_next()

    def follow(self, job: str, bars: int) -> None:
        """A take of this many bars was asked for; the first is shown and, where wished, heard while it is written."""
        aloud = self._context.settings().auto_play
        if len(self._composing.pending) > 1:
            return
        if aloud or not self._context.playback.playing:
            self.growing.watch(job, bars, aloud=aloud)

    def _finished(self, job: str, identity: str) -> None:
        if job == self.growing.job:
            self._grown = {identity: job}
            if self.growing.score is None and self._context.settings().auto_play:  # it did not grow before our eyes
                self.listening.play_next()

    def job_of(self, identity: str) -> str:
        """The job that wrote this take before our eyes and has just ended, "" for none."""
        return self._grown.get(identity, "")

    def wants(self, identity: str) -> bool:
        """Whether a new take should come into view: whoever listens to another one is not interrupted."""
        return identity in self._grown or not self._context.playback.playing

    def leave(self, identity: str) -> None:
        """The take `identity` was chosen: what is being written goes on unheard, unless it is that one."""
        if self._grown.get(identity) != self.growing.job:
            self.growing.leave()

    def timeline(self, seen: Seen | None) -> Timeline:
        """What is shown over time: the take that grows, or the one in view."""
        shown = seen.timeline if seen is not None else Timeline()
        if self.growing.score is not None:
            shown = self.growing.timeline
        names = {take.id: take.name for take in self._context.project.state.takes}
        compared = {letter: names[take] for letter, take in self.compare.takes.items() if take in names}
        letter = self.compare.letter_of(seen.take.id) if seen is not None and self.growing.score is None else ""
        return dataclasses.replace(shown, compared=compared, letter=letter)

    def is_on_transport(self, seen: Seen | None) -> bool:
        """Whether what is shown is what plays."""
        key = self._context.playback.key
        return bool(key) and key in (self.growing.job, seen.sha256 if seen is not None else "")
