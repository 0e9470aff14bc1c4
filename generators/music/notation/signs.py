"""What stands above and below the staff: tempo, dynamics, and the markers of a score."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generators.artifacts import Score
from generators.music.notation.grid import QUARTER, Bar
from generators.music.notation.voices import Sounding

DYNAMICS = ("ppp", "pp", "p", "mp", "mf", "f", "ff", "fff")
_BOUNDS = (25, 41, 57, 73, 89, 105, 120)  # of MIDI velocity, halfway between what notation programs play
_SURE = 3  # velocities beyond a bound before a new mark is written
_SEEN_CHANGE = 0.04  # of tempo, before a new mark is written
_REHEARSAL_LETTERS = 3
_PHRASE_BARS = 4


@dataclass(frozen=True)
class Direction:
    """A sign at `place` (units in its bar). `kind`: "tempo", "sound" (a tempo that is not printed), "dynamics",
    "rehearsal" or "words". `bpm` counts quarter notes, and is printed for notes of `beat` units."""  # noqa: D205, D209

    kind: str
    place: int
    text: str = ""
    bpm: float = 0.0
    beat: int = QUARTER


def level_of(velocity: float) -> int:
    """The index in DYNAMICS of a velocity."""
    return bisect_right(_BOUNDS, velocity)


def directions_of(
    score: Score, bars: Sequence[Bar], notes: Sequence[Sounding], *, is_top: bool
) -> list[list[Direction]]:
    """The signs of each bar of a part; tempo and markers stand over the top part only."""
    found: list[list[Direction]] = [[] for _ in bars]
    if is_top:
        _add_tempi(score, bars, found)
        for marker in score.markers:
            index, place = _place(marker.tick, score, bars)
            if marker.text:
                kind = "rehearsal" if len(marker.text) <= _REHEARSAL_LETTERS else "words"
                found[index].append(Direction(kind, place, marker.text))
    for index, level in _dynamics(bars, notes):
        found[index].append(Direction("dynamics", level[0], DYNAMICS[level[1]]))
    return found


def _place(tick: int, score: Score, bars: Sequence[Bar]) -> tuple[int, int]:
    index = min(len(bars) - 1, max(0, bisect_right([bar.begin_tick for bar in bars], tick) - 1))
    bar = bars[index]
    return index, min(bar.length, round((tick - bar.begin_tick) * QUARTER / score.ticks_per_quarter))


def _add_tempi(score: Score, bars: Sequence[Bar], found: list[list[Direction]]) -> None:
    printed = 0.0
    for tick, bpm in zip(score.tempo_tick.tolist(), score.tempo_bpm.tolist(), strict=True):
        if tick >= bars[-1].end_tick:
            continue
        index, place = _place(tick, score, bars)
        is_new = abs(bpm - printed) > _SEEN_CHANGE * printed
        if is_new:
            printed = bpm
        found[index].append(Direction("tempo" if is_new else "sound", place, bpm=bpm, beat=_beat(bars[index])))


def _beat(bar: Bar) -> int:
    """The note that a metronome ticks in a bar: dotted in compound metres, a half note in 2/2."""
    note = 4 * QUARTER // bar.metre[1]
    if bar.is_compound:
        note *= 3
    return note if note in (2 * QUARTER, 3 * QUARTER // 2, 3 * QUARTER // 4) else QUARTER


def _dynamics(bars: Sequence[Bar], notes: Sequence[Sounding]) -> list[tuple[int, tuple[int, int]]]:
    """(bar, (place, level)) where the loudness of a part changes for the phrase that follows."""
    if not notes:
        return []
    starts = [bar.start for bar in bars]
    by_bar: list[list[int]] = [[] for _ in bars]
    first_place: dict[int, int] = {}
    for note in notes:
        index = bisect_right(starts, note.start) - 1
        by_bar[index].append(note.velocity)
        first_place[index] = min(first_place.get(index, 1 << 30), note.start - starts[index])
    found: list[tuple[int, tuple[int, int]]] = []
    current: int | None = None
    sounding = [index for index, inside in enumerate(by_bar) if inside]
    for at, index in enumerate(sounding):
        ahead = [velocity for other in sounding[at : at + _PHRASE_BARS] for velocity in by_bar[other]]
        here, then = float(np.median(by_bar[index])), float(np.median(ahead))
        level = level_of(then)
        if current is None:
            is_new = True
        else:
            bound = _BOUNDS[level - 1] if level > current else _BOUNDS[min(level, len(_BOUNDS) - 1)]
            is_sure = then >= bound + _SURE if level > current else then <= bound - _SURE
            is_new = level != current and is_sure and (level_of(here) > current) == (level > current)
        if is_new:
            found.append((index, (first_place[index], level)))
            current = level
    return found
