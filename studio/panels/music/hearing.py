"""All that is heard in the music panel: the take in view, the one that is being written, and two compared."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.panel import PanelContext, Timeline
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
        self.maker = SoundMaker(context, panel, soundfont, self)
        self.listening = Listening(context, self.maker, self)
        self.growing = Growing(context, composing, self.maker, self)
        self._watched = ("", "")  # the job that is watched, and its take once it is stored
        self.growing.grew.connect(self.grew)
        self.growing.ended.connect(self.ended)
        composing.finished.connect(self._finished)

    def load(self, seen: Seen | None) -> None:
        """Put a take on the transport, or nothing; one that has grown there goes on."""
        job, take = self._watched
        if seen is not None and seen.take.id == take and self._context.playback.key == job:
            self.listening.finish_growing(job, seen)
        else:
            self.listening.load(seen)
        self.growing.leave()

    def play_next(self) -> None:
        """Play the take that is loaded next, as soon as it is."""
        self.listening.play_next()

    def follow(self, job: str, bars: int) -> None:
        """A take of this many bars was asked for, to be shown and, where that is wished, heard while it is written."""
        aloud = self._context.settings().auto_play
        if aloud or not self._context.playback.playing:
            self._watched = (job, "")
            self.growing.watch(job, bars, aloud=aloud)

    def _finished(self, job: str, identity: str) -> None:
        if job == self.growing.job:
            self._watched = (job, identity)
            if self.growing.score is None and self._context.settings().auto_play:  # it did not grow before our eyes
                self.listening.play_next()

    def wants(self, identity: str) -> bool:
        """Whether a new take should come into view: whoever listens to another one is not interrupted."""
        return identity == self._watched[1] or not self._context.playback.playing

    def leave(self, identity: str) -> None:
        """The take `identity` was chosen: what is being written goes on unheard, unless it is that one."""
        if identity != self._watched[1]:
            self.growing.leave()

    def timeline(self, seen: Seen | None) -> Timeline:
        """What is shown over time: the take that grows, or the one in view."""
        if self.growing.score is not None:
            return self.growing.timeline
        return seen.timeline if seen is not None else Timeline()

    def is_on_transport(self, seen: Seen | None) -> bool:
        """Whether what is shown is what plays."""
        key = self._context.playback.key
        return bool(key) and key in (self.growing.job, seen.sha256 if seen is not None else "")
