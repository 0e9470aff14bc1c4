"""A score as pages of notation: parts, staves, bars, voices, and what is written in and above them.

Readability comes first: places are brought to a grid that can be written (see grid.py), a note that ends a little
before the next is written to its full value, and a staff has at most two voices. What a player does stays in the
velocities and the tempo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from generators.artifacts import IntArray, Score
from generators.errors import BadRequest
from generators.music.attributes import key_fit
from generators.music.notation import clefs, hands, values, voices
from generators.music.notation.clefs import Clef
from generators.music.notation.grid import QUARTER, Bar, bars_of, is_written, places_of, snap
from generators.music.notation.parts import DRUM_PLACES, PartPlan, plan_parts
from generators.music.notation.signs import Direction, directions_of
from generators.music.notation.spelling import Spelled, key_alters, spell
from generators.music.notation.voices import LOWER, UPPER, Chord, Sounding
from generators.progress import Progress, part, silent

MAX_BARS = 5_000
MAX_PARTS = 64
MAX_MEASURES = 50_000


@dataclass(frozen=True)
class Head:
    """A note head: its name, MIDI pitch and velocity, ties, and the accidental that is printed (None for none)."""

    spelled: Spelled
    pitch: int
    velocity: int
    tie_start: bool = False
    tie_stop: bool = False
    accidental: int | None = None


@dataclass(frozen=True)
class Item:
    """A chord of `heads`, or a rest where there are none."""

    value: values.Value
    heads: tuple[Head, ...] = ()
    beams: tuple[str, ...] = ()
    is_short: bool = False
    is_bar_rest: bool = False


@dataclass(frozen=True)
class Line:
    """One voice of one staff in one bar; where its items leave gaps nothing is printed."""

    staff: int
    voice: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Measure:
    """One bar of a part. `clefs` by staff, `key` (sharps, minor) and `metre` are there where they are new."""

    bar: Bar
    lines: tuple[Line, ...]
    clefs: dict[int, Clef] = field(default_factory=dict)
    key: tuple[int, int] | None = None
    metre: tuple[int, int] | None = None
    directions: tuple[Direction, ...] = ()


@dataclass(frozen=True)
class Part:
    """One instrument."""

    plan: PartPlan
    measures: tuple[Measure, ...]


def engrave(score: Score, progress: Progress = silent) -> list[Part]:
    """The parts of `score` as notation.

    Raises:
        BadRequest: more bars or parts than a page can sensibly hold.
        Cancelled: `progress` raised it.
    """
    plans = plan_parts(score)
    bars = bars_of(score)
    if len(bars) > MAX_BARS or len(plans) > MAX_PARTS or len(bars) * len(plans) > MAX_MEASURES:
        raise BadRequest(
            f"This score has {len(bars):,} bars in {len(plans)} parts, and notation is written for up to {MAX_BARS:,} "
            f"bars in {MAX_PARTS} parts: export a part of it, or MIDI."
        )
    places = places_of(score.start, bars, score.ticks_per_quarter)
    ends = places_of(score.start + score.duration, bars, score.ticks_per_quarter)
    keys = _keys(score, bars)
    found: list[Part] = []
    for number, plan in enumerate(plans):
        inner = part(progress, number / len(plans), (number + 1) / len(plans))
        rows = np.flatnonzero(np.isin(score.track, plan.tracks))
        starts = snap(places[rows], bars)
        lengths = ends[rows] - places[rows]
        last = np.minimum(np.maximum(ends[rows], starts + np.minimum(lengths, 3)), bars[-1].start + bars[-1].length)
        if plan.is_drum:  # a drum has no length: to the next one, or a quarter
            later = np.append(np.unique(starts), 1 << 40)
            last = np.minimum(starts + QUARTER, later[np.searchsorted(later, starts, side="right")])
        notes = [
            Sounding(int(start), float(end), int(pitch), int(velocity))
            for start, end, pitch, velocity in zip(starts, last, score.pitch[rows], score.velocity[rows], strict=True)
        ]
        staves = _staves(plan, notes, score.track[rows], inner)
        exact = is_written(places[rows]) and is_written(ends[rows])
        marks = directions_of(score, bars, notes, is_top=number == 0)
        found.append(_part(plan, staves, bars, keys, marks, part(inner, 0.4, 1.0), exact=exact))
    return found


def _staves(plan: PartPlan, notes: list[Sounding], tracks: IntArray, progress: Progress) -> list[list[Sounding]]:
    """The notes of each staff, by (start, pitch)."""
    rows = sorted(range(len(notes)), key=lambda row: (notes[row].start, notes[row].pitch))
    if plan.staves == 1:
        return [[notes[row] for row in rows]]
    if len(plan.tracks) == 2:  # the hands are told apart already
        upper = [notes[row] for row in rows if tracks[row] == plan.tracks[0]]
        return [upper, [notes[row] for row in rows if tracks[row] == plan.tracks[1]]]
    moments: list[list[Sounding]] = []
    for row in rows:
        if moments and moments[-1][0].start == notes[row].start:
            moments[-1].append(notes[row])
        else:
            moments.append([notes[row]])
    held = [(float(moment[0].start), [(note.pitch, note.end) for note in moment]) for moment in moments]
    cuts = hands.split_hands(held, part(progress, 0.0, 0.4))
    right = [note for moment, cut in zip(moments, cuts, strict=True) for note in moment[cut:]]
    return [right, [note for moment, cut in zip(moments, cuts, strict=True) for note in moment[:cut]]]


def _keys(score: Score, bars: Sequence[Bar]) -> list[tuple[int, int]]:
    """The key of each bar: as the score says, or the one that fits all its notes best."""
    told = list(zip(score.key_tick.tolist(), [(int(s), int(m)) for s, m in score.key.tolist()], strict=True))
    if not told:
        weights = np.zeros(12)
        np.add.at(weights, score.pitch % 12, np.maximum(score.duration, 1).astype(np.float64))
        best = int(np.argmax(key_fit(weights))) if len(score.pitch) else 0
        tonic, minor = (best + 3 * (best >= 12)) % 12, int(best >= 12)
        told = [(0, ((tonic * 7 + 5) % 12 - 5, minor))]
    found: list[tuple[int, int]] = []
    at = told[0][1] if told[0][0] < bars[0].end_tick else (0, 0)
    for bar in bars:
        at = next((key for tick, key in reversed(told) if tick <= bar.begin_tick), at)
        found.append(at)
    return found


def _part(
    plan: PartPlan,
    staves: Sequence[Sequence[Sounding]],
    bars: Sequence[Bar],
    keys: Sequence[tuple[int, int]],
    marks: Sequence[Sequence[Direction]],
    progress: Progress,
    *,
    exact: bool,
) -> Part:
    pieces: list[list[list[Chord]]] = []  # staff, bar, chords cut at bar lines
    used: list[list[Clef]] = []
    for number, notes in enumerate(staves):
        inner = part(progress, number / len(staves), (number + 0.5) / len(staves))
        pieces.append(_by_bar(voices.shape(voices.assign(notes, inner), bars, exact=exact), bars))
        used.append(_clefs(plan, number, notes, pieces[-1], keys))
    measures: list[Measure] = []
    for index, bar in enumerate(bars):
        if not index % 32:
            progress(0.5 + 0.5 * index / len(bars), 1.0, f"bar {index + 1} of {len(bars)}")
        lines: list[Line] = []
        for number in range(len(staves)):
            lines += _lines(number + 1, pieces[number][index], bar, keys[index], plan)
        new_clefs = {
            number + 1: used[number][index]
            for number in range(len(staves))
            if index == 0 or used[number][index] != used[number][index - 1]
        }
        measures.append(
            Measure(
                bar,
                tuple(lines),
                new_clefs,
                keys[index] if index == 0 or keys[index] != keys[index - 1] else None,
                bar.metre if index == 0 or bar.metre != bars[index - 1].metre else None,
                tuple(marks[index]),
            )
        )
    return Part(plan, tuple(measures))


def _by_bar(chords: Sequence[Chord], bars: Sequence[Bar]) -> list[list[Chord]]:
    """The chords of each bar, cut at the bar lines; a piece remembers its chord by its notes."""
    found: list[list[Chord]] = [[] for _ in bars]
    first = 0
    for chord in chords:
        while bars[first].start + bars[first].length <= chord.start:
            first += 1
        index = first
        while index < len(bars) and bars[index].start < chord.end:
            bar = bars[index]
            begin, end = max(chord.start, bar.start), min(chord.end, bar.start + bar.length)
            notes = tuple(
                Sounding(chord.start, float(chord.end), note.pitch, note.velocity) for note in _once(chord.notes)
            )
            found[index].append(Chord(chord.voice, begin, end, notes, chord.is_short))
            index += 1
    return [_fewest_voices(inside) for inside in found]


def _once(notes: Sequence[Sounding]) -> list[Sounding]:
    """Each pitch once, at its loudest, from the lowest up."""
    loudest: dict[int, Sounding] = {}
    for note in notes:
        if note.pitch not in loudest or note.velocity > loudest[note.pitch].velocity:
            loudest[note.pitch] = note
    return [loudest[pitch] for pitch in sorted(loudest)]


def _fewest_voices(chords: list[Chord]) -> list[Chord]:
    """One voice where two are not needed: the lower is silent, moves as the upper does, or never sounds with it."""
    upper = {(chord.start, chord.end): chord for chord in chords if chord.voice == UPPER}
    lower = [chord for chord in chords if chord.voice == LOWER]
    if not lower:
        return chords
    if all((chord.start, chord.end) in upper for chord in lower):
        for chord in lower:
            place = chord.start, chord.end
            notes = _once((*chord.notes, *upper[place].notes))
            short = chord.is_short and upper[place].is_short
            upper[place] = Chord(UPPER, *place, tuple(notes), short)
    elif all(one.end <= other.start or other.end <= one.start for one in lower for other in upper.values()):
        for chord in lower:
            upper[chord.start, chord.end] = Chord(UPPER, chord.start, chord.end, chord.notes, chord.is_short)
    else:
        return chords
    return [upper[place] for place in sorted(upper)]


def _spelled(pitch: int, key: tuple[int, int], plan: PartPlan) -> Spelled:
    return DRUM_PLACES.get(pitch, Spelled("C", 0, 5)) if plan.is_drum else spell(pitch, *key)


def _clefs(
    plan: PartPlan,
    staff: int,
    notes: Sequence[Sounding],
    by_bar: Sequence[Sequence[Chord]],
    keys: Sequence[tuple[int, int]],
) -> list[Clef]:
    if plan.is_drum:
        return [clefs.PERCUSSION] * len(by_bar)
    places = [
        [_spelled(note.pitch, key, plan).staff_place for chord in chords for note in chord.notes]
        for chords, key in zip(by_bar, keys, strict=True)
    ]
    middle = float(np.median([spell(note.pitch, 0, 0).staff_place for note in notes])) if notes else 34.0
    if plan.staves == 2:
        wanted = (clefs.TREBLE, clefs.BASS)
        return clefs.choose(places, wanted, wanted[staff])
    options = clefs.candidates(plan.program, middle)
    preferred = options[0] if options != (clefs.TREBLE, clefs.BASS) else None
    return clefs.choose(places, options, preferred)


def _lines(staff: int, chords: Sequence[Chord], bar: Bar, key: tuple[int, int], plan: PartPlan) -> list[Line]:
    """The voices of one staff in one bar, with printed accidentals."""
    whole_rest = values.Value(0, bar.length, *(values.single(bar.length) or ("whole", 0)))
    if not chords:
        return [Line(staff, UPPER, (Item(whole_rest, is_bar_rest=True),))]
    lines: list[Line] = []
    numbers = sorted({chord.voice for chord in chords})
    for number in numbers:
        mine = [chord for chord in chords if chord.voice == number]
        bounds = [place - bar.start for chord in mine for place in (chord.start, chord.end)]
        spans = values.triplet_spans(bounds, bar)
        items: list[Item] = []
        at = 0
        for chord in mine:
            begin, end = chord.start - bar.start, chord.end - bar.start
            items += _rests(at, begin, bar, spans, hidden=number == LOWER and len(numbers) > 1)
            items += _tied(chord, values.written(begin, end, bar, spans), bar, key, plan)
            at = end
        items += _rests(at, bar.length, bar, spans, hidden=number == LOWER and len(numbers) > 1)
        beams = values.beams([(item.value, not item.heads) for item in items], bar)
        items = [
            Item(item.value, item.heads, beam, item.is_short, item.is_bar_rest)
            for item, beam in zip(items, beams, strict=True)
        ]
        lines.append(Line(staff, number if len(numbers) > 1 else UPPER, tuple(items)))
    return lines if plan.is_drum else _with_accidentals(lines, key[0])


def _rests(begin: int, end: int, bar: Bar, spans: Sequence[tuple[int, int]], *, hidden: bool) -> list[Item]:
    """Rests from `begin` to `end`; a hidden voice leaves gaps, but for what completes a triplet."""
    if end <= begin:
        return []
    rests = values.written(begin, end, bar, spans, is_rest=True)
    return [Item(value) for value in rests if not hidden or value.span is not None]


def _tied(chord: Chord, pieces: Sequence[values.Value], bar: Bar, key: tuple[int, int], plan: PartPlan) -> list[Item]:
    items: list[Item] = []
    for piece in pieces:
        heads = tuple(
            Head(
                _spelled(note.pitch, key, plan),
                note.pitch,
                note.velocity,
                tie_start=bar.start + piece.end < note.end,
                tie_stop=bar.start + piece.start > note.start,
            )
            for note in chord.notes
        )
        items.append(Item(piece, heads, is_short=chord.is_short and not any(head.tie_stop for head in heads)))
    return items


def _with_accidentals(lines: Sequence[Line], sharps: int) -> list[Line]:
    """The lines with accidentals where a note differs from the signature or from what the bar has said."""
    order = sorted(
        (item.value.start, line.voice, index, place)
        for index, line in enumerate(lines)
        for place, item in enumerate(line.items)
    )
    signature = key_alters(sharps)
    said: dict[tuple[str, int], int] = {}
    changed = [list(line.items) for line in lines]
    for _, _, index, place in order:
        item = changed[index][place]
        heads: list[Head] = []
        for head in item.heads:
            name = head.spelled.step, head.spelled.octave
            printed = None
            if said.get(name, signature[name[0]]) != head.spelled.alter and not head.tie_stop:
                printed = said[name] = head.spelled.alter
            heads.append(Head(head.spelled, head.pitch, head.velocity, head.tie_start, head.tie_stop, printed))
        changed[index][place] = Item(item.value, tuple(heads), item.beams, item.is_short, item.is_bar_rest)
    return [Line(line.staff, line.voice, tuple(items)) for line, items in zip(lines, changed, strict=True)]
