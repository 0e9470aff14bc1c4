"""Standard MIDI Files as bytes: chunks, tracks and events, read within limits and written plainly.

The reader keeps what a score needs (notes, programs and the metas in `KEPT_METAS`) and skips the rest. It is our own
because files come from strangers: the usual libraries either refuse files that any sequencer plays (a key signature
they do not know, an odd byte after the last track) or spend seconds and gigabytes before a limit can be checked.

Source: MIDI Manufacturers Association, "Standard MIDI Files 1.0", RP-001.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TEXT, COPYRIGHT, TRACK_NAME, MARKER, CUE_POINT, PORT, END_OF_TRACK = 0x01, 0x02, 0x03, 0x06, 0x07, 0x21, 0x2F
TEMPO, TIME_SIGNATURE, KEY_SIGNATURE, SEQUENCER_SPECIFIC = 0x51, 0x58, 0x59, 0x7F
KEPT_METAS = frozenset({TEXT, TRACK_NAME, MARKER, CUE_POINT, TEMPO, TIME_SIGNATURE, KEY_SIGNATURE, SEQUENCER_SPECIFIC})

NOTE_OFF, NOTE_ON, PROGRAM_CHANGE = 0x80, 0x90, 0xC0

MAX_TRACKS = 64
MAX_EVENTS = 2_000_000
MAX_VARIABLE_INT = (1 << 28) - 1

# how many data bytes follow each channel status, by its high half
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


class DamagedFile(ValueError):
    """The bytes are no MIDI file; the message is the second half of a sentence that begins with the file's name."""


@dataclass(frozen=True)
class TrackEvents:
    """The events of one track, in the order of the file, at absolute ticks.

    `channel_events` are (tick, status, first data byte, second data byte), notes and program changes only;
    `metas` are (tick, type, payload).
    """

    channel_events: list[tuple[int, int, int, int]] = field(default_factory=list)
    metas: list[tuple[int, int, bytes]] = field(default_factory=list)
    end_tick: int = 0


@dataclass(frozen=True)
class MidiFile:
    """A parsed file: `format` 0, 1 or 2, the raw 16-bit `division`, and its tracks."""

    format: int
    division: int
    tracks: list[TrackEvents]


def _variable_int(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for _ in range(4):
        byte = data[position]
        position += 1
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, position
    raise DamagedFile("holds a length that is longer than MIDI allows")


def _payload(data: bytes, position: int) -> tuple[int, int]:
    """The size of a payload and where it begins; IndexError if it is not all there."""
    size, begin = _variable_int(data, position)
    if begin + size > len(data):
        raise IndexError
    return size, begin


def _read_track(data: bytes, position: int, declared_end: int, events_left: int) -> TrackEvents:
    """The events from `position` to the end-of-track event or the end that the chunk declares."""
    channel_events: list[tuple[int, int, int, int]] = []
    metas: list[tuple[int, int, bytes]] = []
    end = min(declared_end, len(data))
    tick = status = 0
    try:
        while position < end:
            delta = data[position]
            if delta < 0x80:
                position += 1
            else:
                delta, position = _variable_int(data, position)
            tick += delta
            byte = data[position]
            if byte < 0x80:
                if not status:
                    raise DamagedFile("holds data where an event should begin")
            else:
                position += 1
                if byte >= 0xF0:
                    if byte == 0xFF:
                        kind = data[position]
                        size, position = _payload(data, position + 1)
                        if kind == END_OF_TRACK:
                            return TrackEvents(channel_events, metas, tick)
                        if kind in KEPT_METAS:
                            metas.append((tick, kind, data[position : position + size]))
                    elif byte in (0xF0, 0xF7):
                        size, position = _payload(data, position)
                    else:
                        raise DamagedFile(f"holds an event (0x{byte:02x}) that has no place in a file")
                    position += size
                    continue
                status = byte
            kind = status & 0xF0
            first = data[position]
            second = 0
            if _DATA_BYTES[kind] == 2:
                second = data[position + 1]
                position += 2
            else:
                position += 1
            if first > 0x7F or second > 0x7F:
                raise DamagedFile("holds a note or controller outside 0 to 127")
            if kind in (NOTE_ON, NOTE_OFF, PROGRAM_CHANGE):
                channel_events.append((tick, status, first, second))
                if len(channel_events) > events_left:
                    raise DamagedFile(f"holds more than {MAX_EVENTS:,} events")
    except IndexError:
        raise DamagedFile("ends in the middle of a track") from None
    if declared_end > len(data):
        raise DamagedFile("ends in the middle of a track")
    return TrackEvents(channel_events, metas, tick)


def parse(data: bytes) -> MidiFile:
    """The tracks in `data`.

    Raises:
        DamagedFile: not a MIDI file, cut off, or beyond the limits on tracks and events.
    """
    # an RMID file is a MIDI file in a RIFF coat
    begin = data.find(b"MThd", 0, 64) if data[:4] == b"RIFF" else 0
    if begin < 0 or data[begin : begin + 4] != b"MThd" or len(data) < begin + 14:
        raise DamagedFile("does not begin as a MIDI file does")
    header_size = int.from_bytes(data[begin + 4 : begin + 8], "big")
    form, declared, division = (int.from_bytes(data[begin + at : begin + at + 2], "big") for at in (8, 10, 12))
    if header_size < 6 or form > 2:
        raise DamagedFile("has a header that no MIDI file has")
    if declared > MAX_TRACKS:
        raise DamagedFile(f"holds {declared:,} tracks where {MAX_TRACKS} can be read")
    tracks: list[TrackEvents] = []
    events_left = MAX_EVENTS
    position = begin + 8 + header_size
    while position + 8 <= len(data) and len(tracks) < declared:
        size = int.from_bytes(data[position + 4 : position + 8], "big")
        if data[position : position + 4] == b"MTrk":
            track = _read_track(data, position + 8, position + 8 + size, events_left)
            events_left -= len(track.channel_events)
            tracks.append(track)
        position += 8 + size
    if len(tracks) < declared:
        raise DamagedFile(f"ends after {len(tracks)} of its {declared} tracks")
    return MidiFile(form, division, tracks)


def variable_int(value: int) -> bytes:
    """The variable-length form of `value` (0..2**28 - 1)."""
    if value < 0x80:
        return bytes((value,))
    if not value <= MAX_VARIABLE_INT:
        raise ValueError("a pause is longer than MIDI can write")
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | (value & 0x7F))
    return bytes(reversed(groups))


def meta(kind: int, payload: bytes) -> bytes:
    """A meta event without its delta time."""
    return bytes((0xFF, kind)) + variable_int(len(payload)) + payload


def track_chunk(events: list[tuple[int, bytes]], end_tick: int) -> bytes:
    """A track of `events` (tick, bytes) in order of time, that ends at `end_tick`."""
    parts: list[bytes] = []
    now = 0
    for tick, event in [*events, (max(end_tick, events[-1][0] if events else 0), meta(END_OF_TRACK, b""))]:
        delta = tick - now
        while delta > MAX_VARIABLE_INT:  # an empty text splits a pause that one delta time cannot hold
            parts.append(variable_int(MAX_VARIABLE_INT) + meta(TEXT, b""))
            delta -= MAX_VARIABLE_INT
        parts.append(variable_int(delta) + event)
        now = tick
    body = b"".join(parts)
    return b"MTrk" + len(body).to_bytes(4, "big") + body


def file_bytes(chunks: list[bytes], ticks_per_quarter: int) -> bytes:
    """A file of format 1 with the track `chunks`."""
    header = b"".join(value.to_bytes(2, "big") for value in (1, len(chunks), ticks_per_quarter))
    return b"MThd" + len(header).to_bytes(4, "big") + header + b"".join(chunks)
