"""Clefs: which one keeps the notes of each bar near the staff, without changing it for a bar or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Clef:
    """A clef by MusicXML's sign and line; `middle` is the staff place of the middle line (C in octave 0 is 0)."""

    sign: str
    line: int
    middle: int
    octave_change: int = 0


TREBLE = Clef("G", 2, 34)
BASS = Clef("F", 4, 22)
ALTO = Clef("C", 3, 28)
TENOR = Clef("C", 4, 26)
TREBLE_BELOW = Clef("G", 2, 27, -1)
PERCUSSION = Clef("percussion", 2, 34)

# in leger lines
_CHANGE = 14.0
_UNUSUAL = 1.5  # for each bar in another clef than the instrument's own


def candidates(program: int, median_place: float, *, may_change: bool = True) -> tuple[Clef, ...]:
    """The clefs that an instrument (General MIDI program) reads."""
    if program == 41:
        return (ALTO, TREBLE) if may_change else (ALTO,)
    if program in (42, 70):
        return BASS, TENOR, TREBLE
    if program in (43, 58, 57) or 32 <= program <= 39:
        return (BASS,)
    if program == 47:
        return (BASS,)
    if program in (40, 110) or 64 <= program <= 69 or 71 <= program <= 79 or program == 56:
        return (TREBLE,)
    if 52 <= program <= 54:
        # a man's part: the tenor an octave up, the bass in his own clef
        return (TREBLE,) if median_place >= 29 else (TREBLE_BELOW,) if median_place >= 24 else (BASS,)
    return TREBLE, BASS


def _legers(places: Sequence[int], clef: Clef) -> float:
    """What leger lines cost: one is read as easily as the staff, several are not."""
    lines = (max(0, (abs(place - clef.middle) - 4) // 2) for place in places)
    return float(sum((0.0, 0.2)[count] if count < 2 else count**1.3 for count in lines))


def choose(bars: Sequence[Sequence[int]], clefs: Sequence[Clef], preferred: Clef | None = None) -> list[Clef]:
    """The clef of each bar, from the staff places of its notes: the cheapest way through leger lines and changes."""
    costs = [0.0 if clef is preferred or preferred is None else _CHANGE / 2 for clef in clefs]
    back: list[list[int]] = []
    for places in bars:
        before, row = costs, []
        costs = []
        for index, clef in enumerate(clefs):
            best = min(range(len(clefs)), key=lambda i: before[i] + (0.0 if i == index else _CHANGE))
            row.append(best)
            here = 0.0 if best == index else _CHANGE
            unusual = _UNUSUAL if places and preferred is not None and clef is not preferred else 0.0
            costs.append(before[best] + here + unusual + _legers(places, clef))
        back.append(row)
    at = min(range(len(clefs)), key=lambda index: costs[index])
    found: list[Clef] = []
    for row in reversed(back):
        found.append(clefs[at])
        at = row[at]
    return found[::-1]
