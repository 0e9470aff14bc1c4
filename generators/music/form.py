"""How a piece holds together: which bars return to which, how closely, and how it ends.

A form is cut into sections of whole phrases; a section that returns goes back to the first one of its letter bar by
bar, closely where it begins and freely where it leads on. The network has learnt from real music what it means for a
bar to return to another (see segments.find_echoes), so a return is a variation, not a copy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.music.chord_labels import chord_of
from generators.music.chords import Chord

PHRASE = 4
NEVER, LOOSE, CLOSE, EXACT = range(4)
SECTIONS: dict[str, str] = {
    "through": "A",
    "AB": "AB",
    "ABA": "ABA",
    "AABA": "AABA",
    "rondo": "ABACA",
    "variations": "AAAA",
}
_AUTO = (("ABA", 12), ("AABA", 16), ("AABA", 16), ("rondo", 40))
_ANSWER = 8
"""Within a section of at least this many bars, the second phrase answers the first: it begins alike."""


@dataclass(frozen=True)
class Return:
    """A bar returns to the one `ago` bars earlier, `kind` NEVER to EXACT; 0 ago where it returns to none."""

    ago: int = 0
    kind: int = NEVER


def choose_form(form: str, bars: int, seed: int) -> str:
    """The form that "auto" stands for at this length, chosen by `seed` among those that fit."""
    if form != "auto":
        return form
    fitting = [name for name, least in _AUTO if bars >= least]
    if not fitting:
        return "through"
    return str(np.random.default_rng((seed, 7)).choice(fitting))


def section_lengths(letters: str, bars: int) -> list[int]:
    """How many bars each section gets: whole phrases where there are enough, the rest at the end."""
    count = len(letters)
    phrases, rest = divmod(bars, PHRASE)
    if phrases >= count:
        lengths = [PHRASE * (phrases // count + (index < phrases % count)) for index in range(count)]
        lengths[-1] += rest
        return lengths
    return [bars // count + (index < bars % count) for index in range(count)]


def plan_form(form: str, bars: int, seed: int) -> list[Return]:
    """For each bar what it returns to, in a piece of `bars` bars of `form` (a name in request.FORMS)."""
    letters = SECTIONS[choose_form(form, bars, seed)]
    found = [Return() for _ in range(bars)]
    if form == "through":
        return found
    first: dict[str, tuple[int, int]] = {}
    at = 0
    for letter, length in zip(letters, section_lengths(letters, bars), strict=True):
        if letter not in first:
            first[letter] = (at, length)
            _answer(found, at, length)
        else:
            begin, known = first[letter]
            for index in range(min(length, known)):
                leads_on = index >= length - 1 or (letters == "AAAA" and index % 2 == 1)
                kind = LOOSE if leads_on or letters == "AAAA" else CLOSE
                found[at + index] = Return(at - begin, kind)
        at += length
    return found


def _answer(found: list[Return], at: int, length: int) -> None:
    """Let the second phrase of a long section begin as the first one does."""
    if length < _ANSWER:
        return
    half = length // 2 // PHRASE * PHRASE or PHRASE
    for index in range(half, min(half + PHRASE // 2, length)):
        found[at + index] = Return(half, CLOSE if index == half else LOOSE)


def cadence(key: int, bars: int) -> dict[int, Chord]:
    """The chords that bring a piece in `key` (0..23) home: the dominant before its last bar, the tonic in it."""
    tonic, minor = key % 12, key >= 12
    home = chord_of(tonic, "m" if minor else "")
    if bars < 4:
        return {bars - 1: home}
    return {bars - 2: chord_of(tonic + 7, "7"), bars - 1: home}
