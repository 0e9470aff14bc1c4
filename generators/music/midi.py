"""Scores from and to MIDI files."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import islice

import numpy as np

from generators.artifacts import Marker, Score, Track, replace
from generators.errors import BadMidi
from generators.music import smf

MAX_FILE_BYTES = 8 << 20
MAX_NOTES = 200_000
MAX_DURATION_S = 6 * 3600.0
MAX_QUARTERS = 250_000  # six hours at 694 bpm: what bounds the bars of files with absurd tempi
MAX_SCORE_TRACKS = 256
MAX_MARKERS = 2_000  # with the next line: what an artifact's header holds
MAX_LABEL_LETTERS = 1_000
DEFAULT_TEMPO_US = 500_000
MAX_TEMPO_US = (1 << 24) - 1
DRUM_CHANNEL = 9
FACT_PREFIX = "Affect Studio "
# sequencer-specific, with the maker's number for private use: notation programs print text events into the score
_FACT_META = bytes((0x7D,))

# real frames a second of the SMPTE divisions, by the number in the file; 29 is 30 frames dropped to 29.97
_SMPTE_RATES = {24: (24, 24.0), 25: (25, 25.0), 29: (30, 30_000 / 1_001), 30: (30, 30.0)}


def read_midi(data: bytes, name: str = "This file") -> Score:
    """The score in the bytes of a MIDI file called `name`.

    Each pairing of track, channel and program that plays notes becomes one track of the score. Of notes of one pitch
    that overlap on a channel the first to begin is the first to end; a note without an end lasts to the last event of
    its track; a note of no length lasts one tick. Pedals, bends and other controllers are not kept.

    Raises:
        BadMidi: damaged, without notes, of format 2, or beyond 8 MB, 64 tracks, 200,000 notes or 6 hours.
    """
    parsed = parse_file(data, name)
    ticks_per_quarter, fixed_bpm = resolution_of(parsed.division, name)

    collected = _Notes(name)
    for track in parsed.tracks:
        collected.add(track)
    if not collected.rows:
        raise BadMidi(f"{name} holds no notes: open a file with music in it.")
    rows = np.array(collected.rows, dtype=np.int64)
    last_tick = int((rows[:, 0] + rows[:, 1]).max())

    metas = sorted((item for track in parsed.tracks for item in track.metas), key=lambda item: item[0])
    tempo = {0: fixed_bpm} if fixed_bpm else {0: 60e6 / DEFAULT_TEMPO_US} | tempi_in(metas)
    score = Score(
        start=rows[:, 0],
        duration=rows[:, 1],
        pitch=rows[:, 2],
        velocity=rows[:, 3],
        track=rows[:, 4],
        tracks=tuple(collected.tracks),
        ticks_per_quarter=ticks_per_quarter,
        tempo_tick=np.array(list(tempo)),
        tempo_bpm=np.array(list(tempo.values())),
        title=_title(parsed),
    )
    if score.duration_s > MAX_DURATION_S or last_tick > ticks_per_quarter * MAX_QUARTERS:
        raise BadMidi(f"{name} lasts longer than the 6 hours that can be read: open a part of it.")
    return _with_signs(score, parsed, metas)


def parse_file(data: bytes, name: str) -> smf.MidiFile:
    """The tracks of a MIDI file of at most 8 MB.

    Raises:
        BadMidi: empty, too large, damaged, or of format 2.
    """
    if not data:
        raise BadMidi(f"{name} is empty: export or copy it again.")
    if len(data) > MAX_FILE_BYTES:
        raise BadMidi(f"{name} has {len(data) / 1e6:.0f} MB where MIDI files up to 8 MB are read: open a smaller one.")
    try:
        parsed = smf.parse(data)
    except smf.DamagedFile as error:
        raise BadMidi(f"{name} cannot be read as MIDI, for it {error}: export or copy it again.") from error
    if parsed.format == 2 and len(parsed.tracks) > 1:
        raise BadMidi(f"{name} holds separate patterns (MIDI format 2): export it again as format 0 or 1.")
    return parsed


def read_facts(data: bytes) -> dict[str, str]:
    """The facts that `write_midi` kept in a file: the canonical JSON under "request" makes it again.

    Raises:
        BadMidi: the bytes are no MIDI file.
    """
    try:
        parsed = smf.parse(data)
    except smf.DamagedFile as error:
        raise BadMidi(f"This file cannot be read as MIDI, for it {error}: export or copy it again.") from error
    found: dict[str, str] = {}
    for track in parsed.tracks:
        for _, kind, payload in track.metas:
            if kind == smf.SEQUENCER_SPECIFIC and payload.startswith(_FACT_META):
                key, colon, value = text_of(payload[1:]).partition(": ")
                if colon and key.startswith(FACT_PREFIX):
                    found[key.removeprefix(FACT_PREFIX)] = value
    return found


def write_midi(score: Score, facts: Mapping[str, str] | None = None, notice: str = "") -> bytes:
    """The bytes of a MIDI file of format 1: a track of tempi, metres, keys, markers and facts, then one a track.

    `facts` become private text at the beginning ("Affect Studio request: {…}"), for `read_facts`; `notice` stands where
    a file says whose it is, which notation programs print below the first page. Channels are given in order, drums
    channel 10; beyond 15 instruments a port meta tells them apart. The same score and facts give the same bytes. Tempi
    are kept to a microsecond a quarter, from 3.58 bpm up.

    Raises:
        BadMidi: the score has more tracks or a finer grid than a MIDI file can hold.
    """
    if len(score.tracks) >= smf.MAX_TRACKS or not 0 < score.ticks_per_quarter < 1 << 15:
        raise BadMidi(
            f"This score has {len(score.tracks)} tracks at {score.ticks_per_quarter} ticks a quarter, and MIDI is "
            f"written with at most {smf.MAX_TRACKS - 1} tracks at 32,767: join some tracks."
        )
    chunks = [smf.track_chunk(_conductor_events(score, facts or {}, notice), score.length)]
    melodic = 0
    for number, track in enumerate(score.tracks):
        port, channel = (0, DRUM_CHANNEL) if track.is_drum else divmod(melodic, 15)
        if not track.is_drum:
            melodic += 1
            channel += channel >= DRUM_CHANNEL
        events: list[tuple[int, bytes]] = [(0, smf.meta(smf.PORT, bytes((port,))))] if port else []
        if track.name:
            events.append((0, smf.meta(smf.TRACK_NAME, _bytes(track.name))))
        events.append((0, bytes((smf.PROGRAM_CHANGE | channel, track.program))))
        events += _note_events(score, number, channel)
        chunks.append(smf.track_chunk(events, score.length))
    return smf.file_bytes(chunks, score.ticks_per_quarter)


def resolution_of(division: int, name: str) -> tuple[int, float]:
    """Ticks a quarter note, and the one tempo in bpm when the file counts in film frames (else 0)."""
    if division & 0x8000:
        rate = 256 - (division >> 8)
        ticks_per_frame = division & 0xFF
        if rate not in _SMPTE_RATES or not ticks_per_frame:
            raise BadMidi(f"{name} counts time in frames of an unknown rate: export it again in ticks a quarter note.")
        nominal, real = _SMPTE_RATES[rate]
        return nominal * ticks_per_frame, 60.0 * real / nominal
    if not division:
        raise BadMidi(f"{name} gives a quarter note no ticks at all: export it again.")
    return division, 0.0


class _Notes:
    """Notes and tracks gathered over the tracks of a file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[tuple[int, int, int, int, int]] = []
        self.tracks: list[Track] = []

    def add(self, track: smf.TrackEvents) -> None:
        """Pair the note events of one track of the file."""
        title = next((label_of(payload) for _, kind, payload in track.metas if kind == smf.TRACK_NAME), "")
        programs = [0] * 16
        numbers: dict[tuple[int, int], int] = {}
        # (channel, pitch) to the notes that sound: (row to fill, start, velocity, track of the score)
        sounding: dict[tuple[int, int], deque[tuple[int, int, int, int]]] = {}
        rows: list[tuple[int, int, int, int, int]] = []
        for tick, status, first, second in track.channel_events:
            kind, channel = status & 0xF0, status & 0x0F
            if kind == smf.PROGRAM_CHANGE:
                programs[channel] = first
            elif kind == smf.NOTE_ON and second:
                part = channel, programs[channel]
                index = numbers.get(part)
                if index is None:
                    index = numbers[part] = len(self.tracks)
                    self.tracks.append(Track(title, programs[channel], channel == DRUM_CHANNEL))
                    if len(self.tracks) > MAX_SCORE_TRACKS:
                        raise BadMidi(f"{self.name} plays more than {MAX_SCORE_TRACKS} instruments: open a part of it.")
                sounding.setdefault((channel, first), deque()).append((len(rows), tick, second, index))
                rows.append((tick, 1, first, second, index))
                if len(self.rows) + len(rows) > MAX_NOTES:
                    raise BadMidi(f"{self.name} holds more than {MAX_NOTES:,} notes: open a part of it.")
            else:
                waiting = sounding.get((channel, first))
                if waiting:
                    row, start, velocity, index = waiting.popleft()
                    rows[row] = (start, max(1, tick - start), first, velocity, index)
        end = track.channel_events[-1][0] if track.channel_events else 0
        for (_, pitch), waiting in sounding.items():
            for row, start, velocity, index in waiting:
                rows[row] = (start, max(1, end - start), pitch, velocity, index)
        self.rows += rows


def text_of(payload: bytes) -> str:
    """Text of a meta event: UTF-8 as ours, else Latin-1 as the standard's; control characters become spaces."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        text = payload.decode("latin-1")
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def label_of(payload: bytes) -> str:
    """A name or marker as `text_of` reads it, of up to 1,000 letters."""
    return text_of(payload[: 4 * MAX_LABEL_LETTERS])[:MAX_LABEL_LETTERS].rstrip()


def _markers(metas: list[tuple[int, int, bytes]]) -> tuple[Marker, ...]:
    """The first 2,000 markers that say something."""
    told = ((tick, label_of(payload)) for tick, kind, payload in metas if kind == smf.MARKER)
    return tuple(islice((Marker(tick, text) for tick, text in told if text), MAX_MARKERS))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")


def _title(parsed: smf.MidiFile) -> str:
    """The name of the first track where it is a track of no notes, or the only one."""
    first = parsed.tracks[0]
    if len(parsed.tracks) > 1 and any(status & 0xF0 == smf.NOTE_ON for _, status, _, _ in first.channel_events):
        return ""
    return next((label_of(payload) for _, kind, payload in first.metas if kind == smf.TRACK_NAME), "")


def tempi_in(metas: list[tuple[int, int, bytes]]) -> dict[int, float]:
    """Tempo in bpm by tick; the last of several at one tick counts, as for metres and keys."""
    return {
        tick: 60e6 / int.from_bytes(payload[:3], "big")
        for tick, kind, payload in metas
        if kind == smf.TEMPO and len(payload) >= 3 and any(payload[:3])
    }


def metres_in(metas: list[tuple[int, int, bytes]]) -> dict[int, tuple[int, int]]:
    """Metres as (numerator, denominator) by tick."""
    # a metre that is said again is kept, for it begins a new bar
    return {
        tick: (payload[0], 1 << payload[1])
        for tick, kind, payload in metas
        if kind == smf.TIME_SIGNATURE and len(payload) >= 2 and payload[0] and payload[1] <= 6
    }


def keys_in(metas: list[tuple[int, int, bytes]]) -> dict[int, tuple[int, int]]:
    """Keys as (sharps, minor) by tick."""
    found: dict[int, tuple[int, int]] = {}
    for tick, kind, payload in metas:
        if kind == smf.KEY_SIGNATURE and len(payload) >= 2:
            sharps, minor = int.from_bytes(payload[:1], "big", signed=True), payload[1]
            if abs(sharps) <= 7 and minor <= 1:
                found[tick] = (sharps, minor)
    return found


def _with_signs(score: Score, parsed: smf.MidiFile, metas: list[tuple[int, int, bytes]]) -> Score:
    """The score with metres, keys and markers, and with the silence that the file keeps after the last note, in reason.

    What lies after the end is dropped: a metre at a distant tick would fill the score with bars.
    """
    end = max(track.end_tick for track in parsed.tracks)
    if end > score.ticks_per_quarter * MAX_QUARTERS or float(score.seconds_at(end)) > MAX_DURATION_S:
        end = score.length
    metas = [item for item in metas if item[0] <= end]
    metres = {0: (4, 4)} | metres_in(metas)
    keys = keys_in(metas)
    kept = score.tempo_tick <= end
    return replace(
        score,
        tempo_tick=score.tempo_tick[kept],
        tempo_bpm=score.tempo_bpm[kept],
        metre_tick=np.array(list(metres)),
        metre=np.array(list(metres.values())),
        key_tick=np.array(list(keys), dtype=np.int64),
        key=np.array(list(keys.values()), dtype=np.int64).reshape(-1, 2),
        markers=_markers(metas),
        length=end,
    )


def _conductor_events(score: Score, facts: Mapping[str, str], notice: str) -> list[tuple[int, bytes]]:
    opening: list[bytes] = []
    if score.title:
        opening.append(smf.meta(smf.TRACK_NAME, _bytes(score.title)))
    if notice:
        opening.append(smf.meta(smf.COPYRIGHT, _bytes(notice)))
    for key in sorted(facts):
        fact = f"{FACT_PREFIX}{key}: {facts[key]}"
        opening.append(smf.meta(smf.SEQUENCER_SPECIFIC, _FACT_META + _bytes(fact)))
    timed: list[tuple[int, int, bytes]] = []
    for tick, (numerator, denominator) in zip(score.metre_tick.tolist(), score.metre.tolist(), strict=True):
        compound = numerator % 3 == 0 and numerator > 3 and denominator >= 8
        clocks = min(255, max(1, 96 // denominator * (3 if compound else 1)))  # of the metronome, 24 a quarter
        payload = bytes((numerator, denominator.bit_length() - 1, clocks, 8))
        timed.append((tick, 0, smf.meta(smf.TIME_SIGNATURE, payload)))
    for tick, (sharps, minor) in zip(score.key_tick.tolist(), score.key.tolist(), strict=True):
        timed.append((tick, 1, smf.meta(smf.KEY_SIGNATURE, bytes((sharps % 256, minor)))))
    for tick, bpm in zip(score.tempo_tick.tolist(), score.tempo_bpm.tolist(), strict=True):
        microseconds = min(MAX_TEMPO_US, max(1, round(60e6 / bpm)))
        timed.append((tick, 2, smf.meta(smf.TEMPO, microseconds.to_bytes(3, "big"))))
    timed += [(marker.tick, 3, smf.meta(smf.MARKER, _bytes(marker.text))) for marker in score.markers]
    timed.sort(key=lambda item: item[:2])
    return [(0, event) for event in opening] + [(tick, event) for tick, _, event in timed]


def _note_events(score: Score, number: int, channel: int) -> list[tuple[int, bytes]]:
    """Note events in order of time, ends before beginnings, so that a repeated note is struck again."""
    mine = score.track == number
    start, pitch, velocity = (values[mine].tolist() for values in (score.start, score.pitch, score.velocity))
    end = (score.start[mine] + np.maximum(score.duration[mine], 1)).tolist()
    on, off = smf.NOTE_ON | channel, smf.NOTE_OFF | channel
    events = [(tick, 1, bytes((on, key, force))) for tick, key, force in zip(start, pitch, velocity, strict=True)]
    events += [(tick, 0, bytes((off, key, 64))) for tick, key in zip(end, pitch, strict=True)]
    events.sort(key=lambda item: item[:2])
    return [(tick, event) for tick, _, event in events]
