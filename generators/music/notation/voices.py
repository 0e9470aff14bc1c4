"""Voices of one staff: which chord a note belongs to, and how long that is written.

At each attack the notes are cut in two by pitch, the upper part for voice 1 and the lower for voice 2, by a beam
search: it costs something to cut a note short, to pull a chord's notes to one length, and to need a second voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generators.music.notation.grid import EIGHTH, QUARTER, SIXTEENTH, SMALLEST, Bar, choose_step
from generators.progress import Progress, silent

UPPER, LOWER = 1, 2
_BEAM = 6
_SECOND_VOICE = 1.0  # for each chord that needs a second voice, in eighths of lost length
_ALONE = 2.5  # for a lower voice that has the staff to itself
_CROSSED = 2.0
_LEGATO = 10  # units by which a note may run into the next, as players let it
_LONG_LOSS = 4 * EIGHTH


@dataclass(frozen=True)
class Sounding:
    """A note on its way to a page: place in units (`start` on the grid, `end` as it was), pitch, velocity."""

    start: int
    end: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Chord:
    """Notes of one voice that begin and end together, in units from the first bar; `is_short` asks for a dot above."""

    voice: int
    start: int
    end: int
    notes: tuple[Sounding, ...]
    is_short: bool = False


@dataclass(frozen=True)
class _Path:
    cost: float
    ends: tuple[float, float]
    pitches: tuple[int, int]  # the lowest of the upper voice, the highest of the lower one
    cut: int
    before: _Path | None


def _loss(end: float, begin: int) -> float:
    over = end - begin
    return 0.0 if over <= _LEGATO else min(over, _LONG_LOSS) / EIGHTH


def _step(path: _Path, onset: int, notes: Sequence[Sounding], cut: int) -> _Path:
    cost = path.cost
    ends, pitches = list(path.ends), list(path.pitches)
    for index, mine in ((0, notes[cut:]), (1, notes[:cut])):
        if not mine:
            continue
        cost += _loss(ends[index], onset)
        last = max(note.end for note in mine)
        cost += 0.7 * sum(_loss(last, round(note.end)) for note in mine)
        ends[index] = last
        pitches[index] = mine[0].pitch if index == 0 else mine[-1].pitch
    if cut:
        cost += _SECOND_VOICE
        if ends[0] <= onset:
            cost += _ALONE
    if min(ends) > onset and pitches[1] >= pitches[0]:
        cost += _CROSSED
    return _Path(cost, (ends[0], ends[1]), (pitches[0], pitches[1]), cut, path)


def assign(notes: Sequence[Sounding], progress: Progress = silent) -> list[tuple[int, list[Sounding]]]:
    """The chords of a staff as (voice, notes), in order of time; `notes` are sorted by start and pitch."""
    moments: list[list[Sounding]] = []
    for note in notes:
        if moments and moments[-1][0].start == note.start:
            moments[-1].append(note)
        else:
            moments.append([note])
    paths = [_Path(0.0, (0.0, 0.0), (127, 0), 0, None)]
    for number, moment in enumerate(moments):
        if not number % 64:
            progress(number, len(moments), "voices")
        cuts = range(len(moment) + 1) if len(moment) <= 12 else (0,)
        grown = [_step(path, moment[0].start, moment, cut) for path in paths for cut in cuts]
        grown.sort(key=lambda path: path.cost)
        paths = grown[:_BEAM]
    cuts_found: list[int] = []
    at: _Path | None = paths[0]
    while at is not None and at.before is not None:
        cuts_found.append(at.cut)
        at = at.before
    result: list[tuple[int, list[Sounding]]] = []
    for moment, cut in zip(moments, reversed(cuts_found), strict=True):
        if moment[cut:]:
            result.append((UPPER, moment[cut:]))
        if moment[:cut]:
            result.append((LOWER, moment[:cut]))
    return result


class _Beats:
    """The beats of a piece in absolute units, with the grid that a voice has in each."""

    def __init__(self, bars: Sequence[Bar]) -> None:
        self.bounds: list[tuple[int, int]] = []
        self.bar_ends: list[int] = []
        for bar in bars:
            for beat in bar.beats:
                begin, end = bar.beat_at(beat)
                self.bounds.append((bar.start + begin, bar.start + end))
                self.bar_ends.append(bar.start + bar.length)
        self.begins = [begin for begin, _ in self.bounds]

    def index(self, place: float) -> int:
        """The beat that holds `place`."""
        from bisect import bisect_right

        return max(0, min(bisect_right(self.begins, place) - 1, len(self.bounds) - 1))


def shape(chords: Sequence[tuple[int, list[Sounding]]], bars: Sequence[Bar], *, exact: bool) -> list[Chord]:
    """The chords with written lengths: small gaps closed, short notes under a dot, straight or triplet in each beat.

    `exact` says that the ends of notes are meant as they are, as in music that was written and not played.
    """
    beats = _Beats(bars)
    found: list[Chord] = []
    for voice in (UPPER, LOWER):
        mine = _on_one_grid([notes for number, notes in chords if number == voice], beats)
        starts = [start for start, _ in mine]
        end_of_all = bars[-1].start + bars[-1].length
        for (start, notes), following in zip(mine, [*starts, end_of_all][1:], strict=True):
            end, is_short = _written_end(start, max(note.end for note in notes), following, beats, starts, exact=exact)
            found.append(Chord(voice, start, end, tuple(notes), is_short))
    return sorted(found, key=lambda chord: (chord.start, chord.voice))


def _on_one_grid(chords: Sequence[list[Sounding]], beats: _Beats) -> list[tuple[int, list[Sounding]]]:
    """Chords by place, after each beat of the voice was made all straight or all triplet."""
    by_beat: dict[int, list[list[Sounding]]] = {}
    for notes in chords:
        by_beat.setdefault(beats.index(notes[0].start), []).append(notes)
    placed: dict[int, list[Sounding]] = {}
    for beat, members in by_beat.items():
        begin, end = beats.bounds[beat]
        offsets = [notes[0].start - begin for notes in members]
        step = 1
        if any(offset % SMALLEST for offset in offsets) and any(offset % 4 for offset in offsets):
            step = choose_step(offsets, end - begin, 0.25, may_triplet=end - begin == QUARTER)
        for notes, offset in zip(members, offsets, strict=True):
            place = begin + min(step * round(offset / step), end - begin)
            placed.setdefault(place, []).extend(notes)
    return sorted(placed.items())


def _written_end(
    start: int, raw_end: float, following: int, beats: _Beats, starts: Sequence[int], *, exact: bool
) -> tuple[int, bool]:
    slot = following - start
    length = min(raw_end - start, float(slot))
    gap = slot - length
    closes = gap <= 1 or gap <= (SIXTEENTH if exact and slot <= QUARTER else 0)
    closes = closes or (not exact and (gap <= SIXTEENTH or (gap <= EIGHTH and length >= 0.7 * slot)))
    if closes or (slot <= QUARTER and length >= 0.7 * slot):
        return following, False
    if slot <= EIGHTH:
        return following, length <= 0.55 * slot
    if slot <= QUARTER and length <= 0.35 * slot:
        return following, True
    place = _snapped_end(start, start + length, beats, starts, exact=exact)
    place = min(place, following)
    return place, length <= 0.4 * (place - start) and place - start <= QUARTER


def _snapped_end(start: int, raw_end: float, beats: _Beats, starts: Sequence[int], *, exact: bool) -> int:
    """Where a note that is followed by a rest ends: on the grid of that beat, on a coarse one if it was played."""
    from bisect import bisect_left

    index = beats.index(raw_end - 0.01)
    begin, end = beats.bounds[index]
    inside = starts[bisect_left(starts, begin) : bisect_left(starts, end)]
    is_triplet = any((place - begin) % SMALLEST for place in inside)
    is_straight = any((place - begin) % 4 for place in inside)
    offset = raw_end - begin
    may_triplet = end - begin == QUARTER and not is_straight
    if is_triplet:
        steps = [16, 8, 4]
    elif exact:
        steps = [EIGHTH, SIXTEENTH, *([16, 8] if may_triplet else []), 6, SMALLEST]
    else:
        steps = [SIXTEENTH if start >= begin or start % EIGHTH else EIGHTH]
    for step in steps:
        place = begin + min(step * round(offset / step), end - begin)
        if place > start and abs(place - raw_end) <= 0.6:
            return place
    step = steps[0] if not exact or is_triplet else SIXTEENTH
    place = begin + min(step * round(offset / step), end - begin)
    while place <= start:
        place += step
    return place
