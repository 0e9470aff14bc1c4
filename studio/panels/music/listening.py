"""Hearing the take in view: its sound is made when it is first shown, and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer

from generators.artifacts import Audio
from studio.mixer import Sounding
from studio.output import stereo
from studio.panel import Level, Message, PanelContext, Timeline
from studio.panels.music.seen import Seen
from studio.panels.music.sound_maker import STOPPED, SoundMaker, Wanted
from studio.panels.music.stems import Stems

KEPT_SOUNDS = 8
KEPT_BYTES = 768 << 20
TEMPO_REST_MS = 150  # the sound is made anew when the hand rests on a tempo
Sound = tuple[str, float]
"""A score's SHA-256 and the factor of its tempo."""


class Listening(QObject):
    """Puts takes on the transport, and asks the engine for their sound where there is a device to play it."""

    def __init__(self, context: PanelContext, maker: SoundMaker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._maker = maker
        self.stems = Stems(context, maker, self)
        self._seen: Seen | None = None
        self._sounds: OrderedDict[Sound, Sounding] = OrderedDict()
        self._making: set[Sound] = set()
        self._play_next = False
        self._levels: dict[int, float] = {}
        self._track_names: tuple[str, ...] = ()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(TEMPO_REST_MS)
        self._rest.timeout.connect(self._sound_at_tempo)
        maker.restarted.connect(self._sound_again)
        context.playback.tempoChanged.connect(lambda _factor: self._rest.start())
        context.playback.outputChanged.connect(self._want_sound)

    @property
    def seen(self) -> Seen | None:
        """The take in view."""
        return self._seen

    @property
    def levels(self) -> dict[int, float]:
        """How loud each track of the take in view is heard."""
        return self._levels

    def load(self, seen: Seen | None) -> None:
        """Put a take on the transport, or nothing."""
        playback = self._context.playback
        self._seen = seen
        if seen is None:
            playback.load("", 0.0)
            return
        self._take_tracks(seen)
        sound = self._kept((seen.sha256, playback.tempo))
        playback.load(seen.sha256, seen.score.duration_s, sound, seen.score)
        playback.set_beats(*beats_of(seen.timeline))
        self.set_levels(self._levels)
        self._want_sound()
        if self._play_next:
            self._play_next = False
            playback.play()

    def switch(self, seen: Seen, place: Callable[[float], float]) -> None:
        """Go over to another take without stopping; `place` gives the second in it for one in the take before."""
        playback = self._context.playback
        self._seen = seen
        self._take_tracks(seen)
        sounding = self._kept((seen.sha256, playback.tempo))
        playback.switch(seen.sha256, seen.score.duration_s, sounding, seen.score, place)
        playback.set_beats(*beats_of(seen.timeline))
        self.set_levels(self._levels)
        self._want_sound()

    def finish_growing(self, key: str, seen: Seen) -> None:
        """The take that grew on the transport as `key` is finished: it goes on, and its exact sound is made."""
        playback = self._context.playback
        self._seen = seen
        self._play_next = False
        self._take_tracks(seen)
        playback.finish_growing(key, seen.sha256, seen.score.duration_s, seen.score)
        playback.set_beats(*beats_of(seen.timeline))
        if playback.wants_sound or (playback.midi is None and playback.sounding is not None):
            self._make(seen.sha256)

    def _take_tracks(self, seen: Seen) -> None:
        names = tuple(track.name for track in seen.score.tracks)
        if names != self._track_names:
            self._track_names = names
            self._levels = dict.fromkeys(np.unique(seen.score.track).tolist(), 1.0)

    def play_next(self) -> None:
        """Play the take that is loaded next, as soon as it is."""
        self._play_next = True

    # -- making sound --------------------------------------------------------------------------------------------------

    def _want_sound(self) -> None:
        if self._seen is not None and self._context.playback.wants_sound and not self._context.playback.growing:
            self._make(self._seen.sha256)

    def _make(self, sha256: str) -> None:
        playback = self._context.playback
        self.fetch(
            sha256,
            lambda sounding: self._made(sha256, sounding),
            lambda message: self._no_sound(sha256, message),
            still=lambda: playback.key == sha256,
        )

    def fetch(
        self,
        sha256: str,
        done: Callable[[Sounding], None],
        failed: Callable[[str], None],
        *,
        queue: str = "",
        still: Callable[[], bool] = lambda: True,
    ) -> None:
        """Call `done` with the sound of a take at the tempo of now: the one that is kept, or a new one."""
        sound = (sha256, self._context.playback.tempo)
        known = self._kept(sound)
        if known is not None:
            done(known)
            return
        if sound in self._making and not queue:
            return
        self._making.add(sound)

        def made(audio: Audio) -> None:
            self._making.discard(sound)
            sounding = Sounding.whole(sha256, stereo(audio), audio.sample_rate_hz, sound[1])
            self._keep(sound, sounding)
            done(sounding)

        def ended(message: str) -> None:
            self._making.discard(sound)
            failed(message)

        self._maker.make(Wanted(sha256, sound[1]), made, ended, queue=queue, still=still)

    def _kept(self, sound: Sound) -> Sounding | None:
        known = self._sounds.get(sound)
        if known is not None:
            self._sounds.move_to_end(sound)
        return known

    def _keep(self, sound: Sound, sounding: Sounding) -> None:
        self._sounds[sound] = sounding
        while len(self._sounds) > 1 and (len(self._sounds) > KEPT_SOUNDS or self._bytes() > KEPT_BYTES):
            self._sounds.popitem(last=False)

    def _bytes(self) -> int:
        return sum(kept.reading.frames * 8 + kept.stem_bytes for kept in self._sounds.values())

    def _made(self, sha256: str, sounding: Sounding) -> None:
        playback = self._context.playback
        if sha256 != playback.key or sounding.rate != playback.tempo:
            return
        self.stems.prepare(
            sounding,
            sha256,
            self._levels,
            lambda: playback.set_sound(sha256, sounding),
            lambda: playback.key == sha256 and sounding.rate == playback.tempo,
        )

    def _no_sound(self, sha256: str, message: str) -> None:
        self._context.playback.give_up_sound(sha256)
        if message != STOPPED:
            self._context.say(Message(f"This take plays silently. {message}", Level.WARNING))

    def _sound_again(self) -> None:
        """Forget every sound of the SoundFont before, and make that of the take in view anew."""
        self._sounds.clear()
        self._making.clear()
        if not self._context.playback.growing:
            self._context.playback.forget_sound()
            self.load(self._seen)

    def _sound_at_tempo(self) -> None:
        playback = self._context.playback
        if self._seen is None or playback.midi is not None or playback.key != self._seen.sha256:
            return
        if playback.sounding is not None and playback.sounding.rate != playback.tempo:
            self._make(self._seen.sha256)

    # -- the tracks ----------------------------------------------------------------------------------------------------

    def set_levels(self, levels: Mapping[int, float]) -> None:
        """Hear each track at its level: at once where its sound is there, else as soon as it is made."""
        self._levels = dict(levels)
        playback = self._context.playback
        playback.set_levels(self._levels)
        seen, sounding = self._seen, playback.sounding
        if seen is None or sounding is None or playback.growing or playback.key != seen.sha256:
            return
        asked = dict(self._levels)

        def still() -> bool:
            return playback.sounding is sounding and self._levels == asked

        self.stems.prepare(sounding, seen.sha256, asked, lambda: playback.set_levels(asked), still)


def beats_of(timeline: Timeline) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The beats of a piece in seconds, and which of them begin a bar."""
    beats: list[float] = []
    accents: list[bool] = []
    for begin, end, count in zip(timeline.bars_s[:-1], timeline.bars_s[1:], timeline.beats.tolist(), strict=True):
        beats.extend(np.linspace(begin, end, count, endpoint=False).tolist())
        accents.extend([True, *[False] * (count - 1)])
    return np.array(beats, dtype=np.float64), np.array(accents, dtype=np.bool_)
