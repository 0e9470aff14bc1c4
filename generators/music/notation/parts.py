"""Which tracks become which parts, on how many staves, under which names."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from generators.artifacts import Score
from generators.music.notation.spelling import Spelled

_HANDS = re.compile(r"right|left|\brh\b|\blh\b|treble|bass|upper|lower|hand|staff", re.IGNORECASE)
_NAMES = (
    (8, "Keyboard"), (16, "Mallets"), (24, "Organ"), (32, "Guitar"), (40, "Bass"), (41, "Violin"), (42, "Viola"),
    (43, "Cello"), (44, "Contrabass"), (46, "Strings"), (47, "Harp"), (48, "Timpani"), (52, "Strings"), (55, "Voice"),
    (56, "Orchestra"), (64, "Brass"), (72, "Reed"), (80, "Flute"), (88, "Lead"), (96, "Pad"), (128, "Instrument"),
)  # fmt: skip
_SHORT = (
    ("piano", "Pno."), ("violonc", "Vc."), ("cello", "Vc."), ("violin", "Vln."), ("viola", "Vla."), ("voice", "V."),
    ("contrabass", "Cb."), ("guitar", "Gtr."), ("flute", "Fl."), ("drum", "Dr."),
)  # fmt: skip

DRUM_PLACES: dict[int, Spelled] = {
    35: Spelled("E", 0, 4), 36: Spelled("F", 0, 4), 37: Spelled("C", 0, 5), 38: Spelled("C", 0, 5),
    39: Spelled("C", 0, 5), 40: Spelled("C", 0, 5), 41: Spelled("G", 0, 4), 42: Spelled("G", 0, 5),
    43: Spelled("A", 0, 4), 44: Spelled("D", 0, 4), 45: Spelled("B", 0, 4), 46: Spelled("G", 0, 5),
    47: Spelled("D", 0, 5), 48: Spelled("E", 0, 5), 49: Spelled("A", 0, 5), 50: Spelled("E", 0, 5),
    51: Spelled("F", 0, 5), 52: Spelled("A", 0, 5), 53: Spelled("F", 0, 5), 57: Spelled("B", 0, 5),
    59: Spelled("F", 0, 5),
}  # fmt: skip
"""Where General MIDI drums stand on a staff of five lines (Weinberg, "Guidelines for Drumset Notation", 1994)."""
CROSS_HEADS = frozenset({42, 44, 46, 49, 51, 52, 53, 57, 59})


@dataclass(frozen=True)
class PartPlan:
    """One part: its `tracks` (indices; of two, the first is the upper hand), name, program, and number of staves."""

    tracks: tuple[int, ...]
    name: str
    short: str
    program: int
    is_drum: bool
    staves: int


def is_keyboard(program: int) -> bool:
    """Whether an instrument is written on two staves: pianos, organs, mallet keyboards with a bass, harp."""
    return program < 8 or 16 <= program < 24 or program == 46


def plan_parts(score: Score) -> list[PartPlan]:
    """The parts of `score`, in the order of its tracks; silent tracks are left out where any other sounds."""
    sounding = np.unique(score.track).tolist() or list(range(len(score.tracks)))[:1]
    keyboards = [n for n in sounding if is_keyboard(score.tracks[n].program) and not score.tracks[n].is_drum]
    pair: tuple[int, ...] = ()
    if len(keyboards) == 2 and all(_HANDS.search(score.tracks[n].name) for n in keyboards):
        pair = tuple(sorted(keyboards, key=lambda n: -float(score.pitch[score.track == n].mean())))
    plans: list[PartPlan] = []
    for number in sounding:
        track = score.tracks[number]
        if pair and number in pair:
            if number == min(pair):
                plans.append(PartPlan(pair, "Piano", "Pno.", track.program, is_drum=False, staves=2))
            continue
        wide = number in keyboards and (len(sounding) == 1 or not _is_one_line(score, number))
        name = track.name or ("Drums" if track.is_drum else _name_of(track.program))
        short = "" if len(sounding) == 1 else short_name(name)
        plans.append(PartPlan((number,), name, short, track.program, track.is_drum, 2 if wide else 1))
    return plans


def short_name(name: str) -> str:
    """What stands before the later systems: "Vln. 1" for "Violin 1"."""
    number = re.search(r"\s(\d+|[IVX]+)$", name)
    for word, short in _SHORT:
        if name.lower().startswith(word):
            return short + (f" {number[1]}" if number else "")
    return name if len(name) <= 6 else f"{name[:4]}."


def _name_of(program: int) -> str:
    return "Piano" if program < 6 else next(name for end, name in _NAMES if program < end)


def _is_one_line(score: Score, number: int) -> bool:
    """Whether a keyboard track is a melody that one staff holds."""
    mine = score.track == number
    start, end, pitch = score.start[mine], (score.start + score.duration)[mine], score.pitch[mine]
    order = np.argsort(start, kind="stable")
    overlaps = (
        float(np.mean(start[order][1:] < end[order][:-1] - score.ticks_per_quarter // 8)) if len(start) > 1 else 0
    )
    return overlaps < 0.1 and (int(pitch.min()) >= 53 or int(pitch.max()) <= 64)
