"""Which hand plays which note of a piano part: the cheapest way through, by a beam search over the moments of attack.

At each attack the notes are cut in two by pitch; what it costs is what a player feels: a span beyond an octave,
a leap, crossed hands, more than five fingers, and leger lines for the reader.

Source: the costs follow Nakamura, Ono and Sagayama, "Merged-output HMM for piano fingering of both hands", 2014, in
spirit; the search is our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generators.progress import Progress, silent

RIGHT, LEFT = 0, 1
_BEAM = 6
_OCTAVE = 12
_HOME = (72.0, 50.0)  # where the hands rest
_LOWEST_RIGHT, _HIGHEST_LEFT = 57, 64  # beyond lie leger lines


@dataclass(frozen=True)
class _Path:
    """One way so far: its cost, where the hands are, what each holds as (pitch, end), and the cuts that led here."""

    cost: float
    centre: tuple[float, float]
    held: tuple[tuple[tuple[int, float], ...], tuple[tuple[int, float], ...]]
    cut: int
    before: _Path | None


def _hand_cost(hand: int, pitches: Sequence[int], held: Sequence[int], centre: float) -> float:
    together = (*pitches, *held)
    span = max(together) - min(together)
    cost = 0.0
    if span > _OCTAVE:
        cost += 1.5 * (span - _OCTAVE) + (8.0 if span > _OCTAVE + 4 else 0.0)
    cost += 3.0 * max(0, len(pitches) - 4)
    cost += 0.12 * abs(sum(pitches) / len(pitches) - centre)
    if hand == RIGHT:
        cost += sum(0.35 * (_LOWEST_RIGHT - pitch) for pitch in pitches if pitch < _LOWEST_RIGHT)
        cost += sum(0.1 for pitch in pitches if pitch < 60)
    else:
        cost += sum(0.35 * (pitch - _HIGHEST_LEFT) for pitch in pitches if pitch > _HIGHEST_LEFT)
        cost += sum(0.1 for pitch in pitches if pitch >= 60)
    return cost


def _step(path: _Path, onset: float, notes: Sequence[tuple[int, float]], cut: int) -> _Path:
    cost = path.cost
    centre = list(path.centre)
    held: list[tuple[tuple[int, float], ...]] = []
    for hand, mine in ((RIGHT, notes[cut:]), (LEFT, notes[:cut])):
        kept = tuple(item for item in path.held[hand] if item[1] > onset)
        if mine:
            pitches = [pitch for pitch, _ in mine]
            cost += _hand_cost(hand, pitches, [pitch for pitch, _ in kept], centre[hand])
            centre[hand] = sum(pitches) / len(pitches)
        held.append((*kept, *mine))
    if held[RIGHT] and held[LEFT]:
        crossing = max(pitch for pitch, _ in held[LEFT]) - min(pitch for pitch, _ in held[RIGHT])
        if crossing > 0:
            cost += 2.0 + 0.3 * crossing
    return _Path(cost, (centre[RIGHT], centre[LEFT]), (held[RIGHT], held[LEFT]), cut, path)


def split_hands(moments: Sequence[tuple[float, Sequence[tuple[int, float]]]], progress: Progress = silent) -> list[int]:
    """How many of the lowest notes the left hand plays at each moment.

    `moments` are (onset, notes) in order of time, the notes as (pitch, end) from the lowest up.
    """
    paths = [_Path(0.0, _HOME, ((), ()), 0, None)]
    for number, (onset, notes) in enumerate(moments):
        if not number % 64:
            progress(number, len(moments), "hands")
        wide = len(notes) > 16  # nobody's hands: cut in the middle of the keyboard
        cuts = [sum(pitch < 60 for pitch, _ in notes)] if wide else range(len(notes) + 1)
        grown = [_step(path, onset, notes, cut) for path in paths for cut in cuts]
        grown.sort(key=lambda path: path.cost)
        paths = grown[:_BEAM]
    found: list[int] = []
    at: _Path | None = paths[0]
    while at is not None and at.before is not None:
        found.append(at.cut)
        at = at.before
    return found[::-1]
