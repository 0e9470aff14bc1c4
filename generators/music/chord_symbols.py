"""Chord symbols as musicians write them: "Am7", "F#maj9/C", "Bbsus4". No numpy, no torch.

A symbol is a root, a quality, added and altered notes, and perhaps a bass after a slash. Spellings of jazz and pop
lead sheets are read alike ("Cmaj7", "CM7", "CΔ").
"""

from __future__ import annotations

import re

from generators.errors import BadRequest
from generators.music.chords import Chord
from generators.music.request import MAX_BARS, TONICS

MAX_LINE = 4_096
FREE = "*"
REPEAT = "%"

_SYMBOL = re.compile(r"([A-G][#b]?)([^/]*)(?:/([A-G][#b]?))?")
# steps above the root of each quality, longest spelling first where one begins another
_QUALITIES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("mmaj9", (0, 3, 7, 11, 2)), ("mmaj7", (0, 3, 7, 11)), ("maj13", (0, 4, 7, 11, 2, 9)),
    ("maj11", (0, 4, 7, 11, 2, 5)),
    ("maj9", (0, 4, 7, 11, 2)), ("maj7", (0, 4, 7, 11)), ("maj6", (0, 4, 7, 9)), ("maj", (0, 4, 7)),
    ("m13", (0, 3, 7, 10, 2, 9)), ("m11", (0, 3, 7, 10, 2, 5)), ("m9", (0, 3, 7, 10, 2)), ("m7", (0, 3, 7, 10)),
    ("m69", (0, 3, 7, 9, 2)), ("m6", (0, 3, 7, 9)), ("m", (0, 3, 7)),
    ("dim7", (0, 3, 6, 9)), ("dim", (0, 3, 6)), ("hdim", (0, 3, 6, 10)), ("aug7", (0, 4, 8, 10)), ("aug", (0, 4, 8)),
    ("7sus4", (0, 5, 7, 10)), ("7sus2", (0, 2, 7, 10)), ("9sus4", (0, 5, 7, 10, 2)), ("7sus", (0, 5, 7, 10)),
    ("sus4", (0, 5, 7)), ("sus2", (0, 2, 7)), ("sus", (0, 5, 7)),
    ("13", (0, 4, 7, 10, 2, 9)), ("11", (0, 4, 7, 10, 2, 5)), ("9", (0, 4, 7, 10, 2)), ("7", (0, 4, 7, 10)),
    ("69", (0, 4, 7, 9, 2)), ("6", (0, 4, 7, 9)), ("5", (0, 7)), ("", (0, 4, 7)),
)  # fmt: skip
_ADDED = re.compile(r"add(b|#)?(2|4|6|9|11|13)|omit(3|5)|(b|#)(5|9|11|13)")
_STEPS = {"2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "9": 2, "11": 5, "13": 9}
_SIGNS = {"b": -1, "#": 1, "": 0}


def parse_chord(symbol: str) -> Chord:
    """The chord that `symbol` names.

    Raises:
        BadRequest: it is no chord symbol that is known here.
    """
    text = symbol.strip().replace("♯", "#").replace("♭", "b").replace("6/9", "69")
    found = _SYMBOL.fullmatch(text) if len(text) <= 24 else None
    steps = _steps(_plain(found[2])) if found else None
    if found is None or steps is None:
        raise BadRequest(
            f"“{symbol.strip()[:24]}” is no chord that is known here: write one such as Am7, F or Bbmaj7/D."
        )
    root = TONICS[found[1]]
    bass = TONICS[found[3]] if found[3] else root
    return Chord(root, bass, frozenset((root + step) % 12 for step in steps) | {bass})


def _plain(quality: str) -> str:
    """One spelling for the many of a quality."""
    text = re.sub(r"[()\s,]", "", quality)
    for old, new in (("Δ7", "maj7"), ("Δ", "maj7"), ("ø7", "hdim"), ("ø", "hdim"), ("°", "dim"),
                     ("min", "m"), ("Maj", "maj"), ("ma7", "maj7"), ("M", "maj"), ("+", "aug")):  # fmt: skip
        text = text.replace(old, new)
    if text.startswith("-"):
        text = f"m{text[1:]}"
    if re.match(r"o7?(?![a-z])", text):
        text = f"dim{text[1:]}"
    return text.replace("m7b5", "hdim")


def _steps(quality: str) -> set[int] | None:
    """The steps above the root of a quality with its added notes; None where it cannot be read."""
    for name, steps in _QUALITIES:
        if quality.startswith(name):
            rest = _altered(set(steps), quality[len(name) :])
            if rest is not None:
                return rest
    return None


def _altered(steps: set[int], text: str) -> set[int] | None:
    place = 0
    while place < len(text):
        found = _ADDED.match(text, place)
        if found is None:
            return None
        place = found.end()
        added_sign, added, omitted, sign, altered = found.groups()
        if omitted:
            steps -= {_STEPS[omitted], 3} if omitted == "3" else {_STEPS[omitted]}
        elif added:
            steps.add((_STEPS[added] + _SIGNS[added_sign or ""]) % 12)
        else:
            steps.discard(_STEPS[altered])
            steps.add((_STEPS[altered] + _SIGNS[sign]) % 12)
    return steps


def parse_line(text: str) -> tuple[str, ...]:
    """The chord symbols of a line, one a bar, between spaces, commas or bar lines.

    "%" says the chord before once more, "*" leaves a bar free (an empty symbol).

    Raises:
        BadRequest: a symbol is not known, or there are too many; the message names it.
    """
    if len(text) > MAX_LINE:
        raise BadRequest(f"The line of chords is too long: write at most {MAX_BARS}, they repeat to the end.")
    symbols: list[str] = []
    for word in re.split(r"[\s|,;]+", text.strip(" |,;\t\n")):
        if not word:
            continue
        if word == REPEAT:
            if not symbols:
                raise BadRequest("“%” repeats the chord before, and there is none: begin with a chord.")
            symbols.append(symbols[-1])
        elif word == FREE:
            symbols.append("")
        else:
            parse_chord(word)
            symbols.append(word)
    if len(symbols) > MAX_BARS:
        raise BadRequest(f"{len(symbols)} chords were written: write at most {MAX_BARS}, they repeat to the end.")
    return tuple(symbols)


def line_of(chords: tuple[str, ...]) -> str:
    """`chords` as a line that `parse_line` reads."""
    return " ".join(chord or FREE for chord in chords)
