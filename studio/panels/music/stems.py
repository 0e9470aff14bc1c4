"""The sound of single tracks, made when a level is first touched, so that it can follow the hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from generators.artifacts import Audio
from studio.mixer import Sounding, Stem
from studio.output import stereo
from studio.panel import Level, Message, PanelContext
from studio.panels.music.sound_maker import STOPPED, SoundMaker, Wanted

MAX_STEM_BYTES = 768 << 20


class Stems(QObject):
    """Fills soundings with the stems that a choice of levels needs, one after the other."""

    def __init__(self, context: PanelContext, maker: SoundMaker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._maker = maker

    def prepare(
        self,
        sounding: Sounding,
        sha256: str,
        levels: Mapping[int, float],
        done: Callable[[], None],
        still: Callable[[], bool] = lambda: True,
    ) -> None:
        """Call `done` as soon as `sounding` (of the score `sha256`) can be heard at `levels`."""
        missing = sounding.missing_stems(levels)
        if not still():
            return
        if not missing:
            done()
            return
        stem_bytes = sounding.reading.frames * 4
        if sounding.stem_bytes + stem_bytes * len(missing) > MAX_STEM_BYTES:
            sounding.drop_stems()
            if stem_bytes * len(missing) > MAX_STEM_BYTES:
                text = "This take is too long for its tracks to be mixed apart: it plays as it was written."
                self._context.say(Message(text, Level.WARNING, key="stems"))
                return
        track = missing[0]

        def made(audio: Audio) -> None:
            self._context.background.run(lambda: Stem.of(stereo(audio)), keep)

        def keep(stem: Stem) -> None:
            sounding.set_stem(track, stem)
            self.prepare(sounding, sha256, levels, done, still)

        def failed(message: str) -> None:
            if message != STOPPED and still():
                self._context.say(Message(f"The tracks cannot be heard apart. {message}", Level.WARNING, key="stems"))
                done()

        wanted = Wanted(sha256, sounding.rate, (track,))
        self._maker.make(wanted, made, failed, queue="stems", still=still)
