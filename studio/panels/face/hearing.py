"""The voice of the line in view on the transport: read beside the window, kept for a while."""

from __future__ import annotations

import functools
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject

from studio.disk_voice import DiskVoice
from studio.face_lines import Line
from studio.mixer import Samples, Sounding
from studio.panel import Level, Message, PanelContext
from studio.project import sentence
from studio.voices import samples_of

KEPT_SOUNDS = 6
KEPT_BYTES = 512 << 20


def key_of(line: Line) -> str:
    """What the transport calls the voice of a line."""
    return f"voice:{line.voice_sha256}"


class Hearing(QObject):
    """Puts voices on the transport."""

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._line: Line | None = None
        self._sounds: OrderedDict[tuple[str, int], Sounding] = OrderedDict()
        self._reading: set[tuple[str, int]] = set()
        self._play_next = False
        context.playback.outputChanged.connect(self._want_sound)

    @property
    def key(self) -> str:
        """What the transport calls the voice in view, "" for none."""
        return key_of(self._line) if self._line is not None else ""

    @property
    def is_on_transport(self) -> bool:
        """Whether the voice in view is what plays."""
        return bool(self.key) and self._context.playback.key == self.key

    def show(self, line: Line | None, *, front: bool) -> None:
        """Another line is in view; it goes on the transport while the panel is in `front`."""
        self._line = line
        if front:
            self.load()

    def load(self) -> None:
        """Put the voice in view on the transport."""
        playback, line = self._context.playback, self._line
        if line is None:
            playback.load("", 0.0)
            return
        rate = playback.sample_rate_hz
        known = self._sounds.get((line.voice_sha256, rate))
        playback.load(key_of(line), line.duration_s, known, recorded=True)
        self._want_sound()
        if self._play_next:
            self._play_next = False
            playback.play()

    def play_next(self) -> None:
        """Play the next line that comes into view."""
        self._play_next = True

    def _want_sound(self) -> None:
        playback, line = self._context.playback, self._line
        if line is None or not self.is_on_transport or not playback.wants_sound:
            return
        place = (line.voice_sha256, playback.sample_rate_hz)
        if place in self._sounds:
            self._give(line, place)
            return
        if place in self._reading:
            return
        self._reading.add(place)
        self._context.project.asset_file(
            line.voice_sha256,
            lambda path: self._read(line, place, path),
            functools.partial(self._no_sound, line, place),
        )

    def _read(self, line: Line, place: tuple[str, int], path: Path) -> None:
        self._context.background.run(
            functools.partial(samples_of, path, place[1]),
            functools.partial(self._made, line, place),
            functools.partial(self._no_sound, line, place),
        )

    def _made(self, line: Line, place: tuple[str, int], samples: Samples | DiskVoice) -> None:
        self._reading.discard(place)
        self._sounds[place] = Sounding.whole(key_of(line), samples, place[1])
        while len(self._sounds) > 1 and (len(self._sounds) > KEPT_SOUNDS or self._bytes() > KEPT_BYTES):
            _let_go(self._sounds.popitem(last=False)[1])
        self._give(line, place)

    def _bytes(self) -> int:
        held = [kept for kept in self._sounds.values() if not isinstance(kept.reading.parts[0], DiskVoice)]
        return sum(kept.reading.frames * 4 for kept in held)

    def _give(self, line: Line, place: tuple[str, int]) -> None:
        self._sounds.move_to_end(place)
        self._context.playback.set_sound(key_of(line), self._sounds[place])

    def _no_sound(self, line: Line, place: tuple[str, int], error: BaseException) -> None:
        self._reading.discard(place)
        self._context.playback.give_up_sound(key_of(line))
        self._context.say(Message(f"This voice plays silently. {sentence(error)}", Level.WARNING))

    def close(self) -> None:
        """Let all files go."""
        for sounding in self._sounds.values():
            _let_go(sounding)
        self._sounds.clear()


def _let_go(sounding: Sounding) -> None:
    for part in sounding.reading.parts:
        if isinstance(part, DiskVoice):
            part.close()
