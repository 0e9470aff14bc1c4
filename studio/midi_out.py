"""Notes for other instruments: a score is sent to a MIDI port while the transport passes over it. No Qt.

Ports are opened through python-rtmidi, which is imported when the first port is looked for, and may be absent.
"""

from __future__ import annotations

import bisect
import contextlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from generators.artifacts import Score
from generators.errors import BadInput, MissingDependency
from studio.mixer import Place

DRUM_CHANNEL = 9
MELODIC_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)
NOTE_OFF, NOTE_ON, CONTROL, PROGRAM = 0x80, 0x90, 0xB0, 0xC0
VOLUME, ALL_SOUND_OFF, ALL_NOTES_OFF = 7, 120, 123
FULL_VOLUME = 100  # of a controller that goes to 127: what General MIDI begins with
NEAR_S = 0.004  # so long before a message is due the thread sleeps in small steps, which is more exact
STEP_S = 0.000_5
CLIENT_NAME = "Affect Studio"

Message = tuple[int, ...]


class Port(Protocol):
    """Where messages go."""

    def send(self, message: Sequence[int]) -> None:
        """Send one message now."""
        ...

    def close(self) -> None:
        """Let the port go."""
        ...


class _RtPort:
    def __init__(self, out: Any) -> None:
        self._out = out

    def send(self, message: Sequence[int]) -> None:
        self._out.send_message(list(message))

    def close(self) -> None:
        self._out.close_port()
        self._out.delete()


def _rtmidi() -> Any:
    """A client of the system's MIDI, without a port yet.

    Raises:
        MissingDependency: python-rtmidi is not installed, or the system has no MIDI.
    """
    try:
        import rtmidi
    except ImportError as error:
        raise MissingDependency("MIDI out needs python-rtmidi: install affect-studio[midi].") from error
    try:
        return rtmidi.MidiOut(name=CLIENT_NAME)
    except rtmidi.RtMidiError as error:
        raise MissingDependency("This system has no MIDI: on Linux load the ALSA sequencer (snd-seq).") from error


def port_names() -> tuple[str, ...]:
    """The ports that are there now.

    Raises:
        MissingDependency: python-rtmidi is not installed, or the system has no MIDI.
    """
    out = _rtmidi()
    try:
        return tuple(out.get_ports())
    finally:
        out.delete()


def open_port(name: str) -> Port:
    """The port called `name`.

    Raises:
        MissingDependency: python-rtmidi is not installed, or the system has no MIDI.
        BadInput: there is no such port now, or another program keeps it.
    """
    out = _rtmidi()
    names = out.get_ports()
    # ALSA puts numbers behind a name that change from day to day
    found = [place for place, known in enumerate(names) if known == name]
    found += [place for place, known in enumerate(names) if known.rsplit(" ", 1)[0] == name.rsplit(" ", 1)[0]]
    if not found:
        out.delete()
        raise BadInput(f"The MIDI port “{name}” is not there: connect it, or choose another one.")
    try:
        out.open_port(found[0])
    except Exception as error:  # rtmidi has several kinds, by system
        out.delete()
        raise BadInput(f"The MIDI port “{name}” did not open: close the program that keeps it.") from error
    return _RtPort(out)


def channels_of(score: Score) -> list[int]:
    """The channel of each track: drums on the tenth, all others on those that are left, in their order."""
    channels, melodic = [], 0
    for track in score.tracks:
        channels.append(DRUM_CHANNEL if track.is_drum else MELODIC_CHANNELS[melodic % len(MELODIC_CHANNELS)])
        melodic += not track.is_drum
    return channels


def program_messages(score: Score) -> list[Message]:
    """What gives each channel its instrument."""
    pairs = zip(channels_of(score), score.tracks, strict=True)
    return [(PROGRAM | channel, track.program) for channel, track in pairs if not track.is_drum]


def note_messages(score: Score) -> list[tuple[float, int, Message]]:
    """(second, track, message) of all notes in time; at one moment notes end before others begin."""
    channels = channels_of(score)
    begin_s = score.seconds_at(score.start).tolist()
    end_s = score.seconds_at(score.start + score.duration).tolist()
    events: list[tuple[float, int, Message]] = []
    rows = zip(begin_s, end_s, score.pitch.tolist(), score.velocity.tolist(), score.track.tolist(), strict=True)
    for begin, end, pitch, velocity, track in rows:
        events.append((begin, track, (NOTE_ON | channels[track], pitch, max(1, velocity))))
        events.append((max(end, begin + 1e-3), track, (NOTE_OFF | channels[track], pitch, 0)))
    events.sort(key=_order)
    return events


def _order(event: tuple[float, int, Message]) -> tuple[float, int, Message]:
    return event[0], event[2][0] & 0xF0, event[2]


class MidiPlayer:
    """Sends a score to a port on a thread of its own, by our clock; see `studio.output.MidiOutput`.

    `now` and `sleep` are a monotonic clock in seconds and what waits on it. When the port fails, `on_failure` is called
    from that thread, once.
    """

    def __init__(
        self,
        port: Port,
        on_failure: Callable[[str], object] = lambda _message: None,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._port = port
        self._on_failure = on_failure
        self._now, self._sleep = now, sleep
        self._changed = threading.Condition()
        self._key = ""
        self._score: Score | None = None
        self._events: list[tuple[float, int, Message]] = []
        self._next = 0
        self._begun: tuple[float, int, Message] = (0.0, -1, ())  # the note that was begun last, in the order of events
        self._length_s = 0.0
        self._growing = False
        self._levels: dict[int, float] = {}
        self._sounding: dict[tuple[int, int], int] = {}  # channel and pitch: how often it was begun
        self._playing = False
        self._failed = False
        self._closed = False
        self._rate = 1.0
        self._loop_s: tuple[float, float] | None = None
        self._anchor_s = (0.0, 0.0)  # a time of the clock, and the place in the score at that time
        self._thread = threading.Thread(target=self._run, name="midi-out", daemon=True)
        self._thread.start()

    # -- what the transport says ---------------------------------------------------------------------------------------

    def load(self, key: str, score: Score | None, *, growing: bool) -> None:
        """Take the score of the piece `key`, also while it plays."""
        with self._changed:
            place_s = self._place_s()
            same = score is not None and self._score is not None and score.tracks == self._score.tracks
            self._key, self._score, self._growing = key, score, growing
            self._events = note_messages(score) if score is not None else []
            self._length_s = score.duration_s if score is not None else 0.0
            self._anchor_s = (self._now(), place_s)
            self._next = bisect.bisect_right(self._events, self._begun, key=_order)
            if self._playing and score is not None and not same:
                self._send_programs()
            self._changed.notify_all()

    def start(self, position_s: float, rate: float, loop_s: tuple[float, float] | None) -> None:
        """Play from `position_s`; `loop_s` is where to wrap."""
        with self._changed:
            self._silence()
            self._rate, self._loop_s = rate, loop_s
            self._send_programs()
            self._playing = True
            self._seek(position_s)
            self._changed.notify_all()

    def set_loop(self, loop_s: tuple[float, float] | None) -> None:
        """Wrap elsewhere, also while it plays."""
        with self._changed:
            self._loop_s = loop_s
            self._changed.notify_all()

    def set_levels(self, levels: Mapping[int, float]) -> None:
        """Set the level of each track, also while it plays."""
        with self._changed:
            self._levels = dict(levels)
            if self._playing:
                self._send_volumes()

    def stop(self) -> None:
        """End all notes."""
        with self._changed:
            self._playing = False
            self._silence()
            self._changed.notify_all()

    def panic(self) -> None:
        """End everything that sounds on any channel, whoever began it."""
        with self._changed:
            self._sounding.clear()
            for channel in range(16):
                self._send((CONTROL | channel, ALL_NOTES_OFF, 0))
                self._send((CONTROL | channel, ALL_SOUND_OFF, 0))

    def heard(self) -> Place | None:
        """What is sent now, or None when nothing plays."""
        with self._changed:
            if not self._playing:
                return None
            place_s = self._place_s()
            return Place(self._key, place_s, not (self._growing and place_s >= self._length_s))

    def close(self) -> None:
        """End all notes, the thread, and let the port go."""
        self.stop()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        with contextlib.suppress(Exception):  # a port that was pulled out cannot be closed
            self._port.close()

    # -- the thread ----------------------------------------------------------------------------------------------------

    def _place_s(self) -> float:
        """Where the clock is in the score; a piece that grows is waited for at its end."""
        if not self._playing:
            return self._anchor_s[1]
        raw_s = self._anchor_s[1] + (self._now() - self._anchor_s[0]) * self._rate
        return min(raw_s, self._length_s) if self._growing else raw_s

    def _seek(self, place_s: float) -> None:
        self._anchor_s = (self._now(), place_s)
        self._begun = (place_s, -1, ())
        self._next = bisect.bisect_left(self._events, place_s, key=lambda event: event[0])

    def _due(self) -> tuple[float, bool] | None:
        """The place where something happens next, and whether it is the end of the loop."""
        event_s = self._events[self._next][0] if self._next < len(self._events) else None
        if self._loop_s is not None:
            end_s = self._loop_s[1] if self._anchor_s[1] < self._loop_s[1] else self._length_s
            if event_s is None or event_s >= end_s:
                return end_s, True
        return None if event_s is None else (event_s, False)

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                due = self._due() if self._playing else None
                if due is None:
                    self._changed.wait()
                    continue
                wait_s = (due[0] - self._anchor_s[1]) / self._rate - (self._now() - self._anchor_s[0])
                if wait_s > NEAR_S:
                    self._changed.wait(wait_s - NEAR_S)
                    continue
                if wait_s <= 0:
                    self._happen(*due)
                    continue
            self._sleep(min(wait_s, STEP_S))

    def _happen(self, place_s: float, wraps: bool) -> None:
        if wraps and self._loop_s is not None:
            if self._growing and place_s > self._length_s:
                self._changed.wait(NEAR_S)
                return
            self._silence()
            due_s = self._anchor_s[0] + (place_s - self._anchor_s[1]) / self._rate
            self._seek(self._loop_s[0])
            self._anchor_s = (due_s, self._loop_s[0])  # so that no time is lost from round to round
            return
        event = self._events[self._next]
        _, track, message = event
        self._next += 1
        key = (message[0] & 0x0F, message[1])
        if message[0] & 0xF0 == NOTE_ON:
            self._begun = _order(event)
            if self._levels.get(track, 1.0) > 0.0:
                self._sounding[key] = self._sounding.get(key, 0) + 1
                self._send(message)
        elif self._sounding.pop(key, 0):
            self._send(message)

    def _silence(self) -> None:
        for channel, pitch in self._sounding:
            self._send((NOTE_OFF | channel, pitch, 0))
        self._sounding.clear()

    def _send_programs(self) -> None:
        if self._score is not None:
            for message in program_messages(self._score):
                self._send(message)
            self._send_volumes()

    def _send_volumes(self) -> None:
        if self._score is None:
            return
        for track, channel in enumerate(channels_of(self._score)):
            level = self._levels.get(track, 1.0)
            self._send((CONTROL | channel, VOLUME, min(127, round(FULL_VOLUME * level))))

    def _send(self, message: Message) -> None:
        if self._failed:
            return
        try:
            self._port.send(message)
        except Exception as error:  # rtmidi has several kinds, by system
            self._failed = True
            self._on_failure(f"The MIDI port failed ({error}): connect it again, then choose it again.")
