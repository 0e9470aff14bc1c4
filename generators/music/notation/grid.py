"""Bars and beats in written units, and the place of each note on a grid that can be written.

Time is counted in units of 1/48 quarter note, which holds 64ths (3 units) and triplets down to 32nds (4 units).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from generators.artifacts import FloatArray, IntArray, Score

QUARTER = 48
EIGHTH, SIXTEENTH, SMALLEST = 24, 12, 3

# (step of the grid in units, what it costs to need so fine a grid); the last two columns are for beats of a quarter
_STRAIGHT = ((EIGHTH, 0.0), (SIXTEENTH, 1.0), (6, 4.0), (SMALLEST, 9.0))
_TRIPLET = ((16, 1.3), (8, 4.0), (4, 10.0))
_WRITTEN_WEIGHT = 0.25
_PERFORMED_WEIGHT = 6.0
_WRITTEN_SHARE = 0.9  # of notes near sixteenths and triplets
_FINE_SHARE = 0.97  # of notes exactly on 64ths and 32nd triplets


@dataclass(frozen=True)
class Bar:
    """One bar: its ticks, its place and length in units, its metre, and the places of its beats within it."""

    begin_tick: int
    end_tick: int
    start: int
    length: int
    metre: tuple[int, int]
    beats: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is as long as its metre says."""
        return self.length == bar_units(self.metre)

    @property
    def is_compound(self) -> bool:
        """Whether its beats are dotted."""
        return is_compound(self.metre)

    def beat_at(self, place: int) -> tuple[int, int]:
        """Begin and end, within the bar, of the beat that holds `place`."""
        index = max(i for i, begin in enumerate(self.beats) if begin <= place)
        end = self.beats[index + 1] if index + 1 < len(self.beats) else self.length
        return self.beats[index], end


def bar_units(metre: tuple[int, int]) -> int:
    """The length of a bar of `metre`."""
    return max(SMALLEST, QUARTER * 4 * metre[0] // metre[1])


def is_compound(metre: tuple[int, int]) -> bool:
    """Whether the beats of `metre` are dotted: 3/8, 6/8, 9/8, 12/8, 6/16 and so on."""
    return metre[0] % 3 == 0 and metre[1] >= 8


def beats_of(metre: tuple[int, int], length: int) -> tuple[int, ...]:
    """Where the beats of a bar begin; of odd metres in eighths the last group has three."""
    numerator, denominator = metre
    step = max(SMALLEST, QUARTER * 4 // denominator)
    if is_compound(metre):
        lengths = [3 * step] * (numerator // 3)
    elif denominator >= 8:
        pairs, odd = divmod(numerator, 2)
        lengths = [2 * step] * pairs
        if odd and lengths:
            lengths[-1] += step
        elif odd:
            lengths = [step]
    else:
        lengths = [QUARTER] * (bar_units(metre) // QUARTER)
    begins = (0, *accumulate(lengths))
    return tuple(begin for begin in begins if begin < length) or (0,)


def bars_of(score: Score) -> list[Bar]:
    """The bars of `score`; one that only begins (files tend to end a tick late) and holds no attack is left out."""
    bounds = score.bar_ticks().tolist()
    metre_ticks = score.metre_tick.tolist()
    metres = [(int(n), int(d)) for n, d in score.metre.tolist()]
    bars: list[Bar] = []
    at = 0
    which = 0
    for begin, end in pairwise(bounds):
        if end <= begin:
            continue
        while which + 1 < len(metres) and metre_ticks[which + 1] <= begin:
            which += 1
        exact = (end - begin) * QUARTER / score.ticks_per_quarter
        length = max(SMALLEST, SMALLEST * round(exact / SMALLEST))
        bars.append(Bar(begin, end, at, length, metres[which], beats_of(metres[which], length)))
        at += length
    last_attack = int(score.start[-1]) if len(score.start) else 0
    late = score.length - score.ticks_per_quarter // 8
    while len(bars) > 1 and bars[-1].begin_tick > max(last_attack, late):
        bars.pop()
    return bars


def places_of(ticks: IntArray, bars: Sequence[Bar], ticks_per_quarter: int) -> FloatArray:
    """`ticks` (n,) in units, not rounded, counted from the first bar."""
    begins = np.array([bar.begin_tick for bar in bars])
    starts = np.array([bar.start for bar in bars])
    index = np.clip(np.searchsorted(begins, ticks, side="right") - 1, 0, None)
    return np.asarray(starts[index] + (ticks - begins[index]) * QUARTER / ticks_per_quarter)


def is_written(places: FloatArray) -> bool:
    """Whether notes lie where notation puts them, rather than where a player did."""
    if not len(places):
        return True

    def share(steps: tuple[int, int], tolerance: float) -> float:
        near = [np.abs(places / step - np.rint(places / step)) * step <= tolerance for step in steps]
        return float(np.mean(near[0] | near[1]))

    return share((SIXTEENTH, 16), 0.5) >= _WRITTEN_SHARE or share((SMALLEST, 4), 0.1) >= _FINE_SHARE


def choose_step(offsets: Iterable[float], length: int, weight: float, *, may_triplet: bool) -> int:
    """The step of the grid that holds `offsets` (within a beat) best for how fine it is.

    `weight` is how much fineness costs against the squared error in 1/24 quarter.
    """
    steps = [(step, cost) for step, cost in _STRAIGHT if step <= length]
    if may_triplet:
        steps += _TRIPLET
    places = sorted({round(place, 1) for place in offsets})  # a chord of ten notes is one place

    def cost_of(choice: tuple[int, float]) -> float:
        step, fineness = choice
        error = sum((place / step - round(place / step)) ** 2 for place in places) * step * step / 4
        return error + weight * fineness

    return min(steps or [(SMALLEST, 0.0)], key=cost_of)[0]


def snap(places: FloatArray, bars: Sequence[Bar]) -> IntArray:
    """The written place of each of `places` (n,): each beat takes the coarsest grid that holds its notes well.

    Music that lies on a grid keeps it exactly, down to 64ths and 32nd triplets. Played music is brought to eighths,
    sixteenths or triplets where that is near enough, for a page of 64ths and ties is exact but nobody can read it.
    """
    weight = _WRITTEN_WEIGHT if is_written(places) else _PERFORMED_WEIGHT
    order = np.argsort(places, kind="stable")
    result = np.zeros(len(places), dtype=np.int64)
    starts = [bar.start for bar in bars]
    groups: dict[tuple[int, int], list[int]] = {}
    which = np.clip(np.searchsorted(starts, places, side="right") - 1, 0, None)
    for note in order.tolist():
        bar = bars[int(which[note])]
        begin, end = bar.beat_at(int(max(0.0, places[note] - bar.start)))
        groups.setdefault((bar.start + begin, end - begin), []).append(note)
    last = bars[-1].start + bars[-1].length - SMALLEST
    for (begin, length), notes in groups.items():
        offsets = [float(places[note]) - begin for note in notes]
        step = choose_step(offsets, length, weight, may_triplet=length == QUARTER)
        for note, offset in zip(notes, offsets, strict=True):
            result[note] = min(last, begin + min(step * round(offset / step), length))
    return result
