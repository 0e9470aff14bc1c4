"""Names of keys, their numbers and their signatures."""

from __future__ import annotations

from generators.music.request import TONICS

# the usual spelling of each tonic, from C
MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_NAMES = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")
_LETTER_SHARPS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}


def key_index(name: str) -> int:
    """The key 0..23 (major from C, then minor) of a name such as "Bb" or "F#m"."""
    return TONICS[name.removesuffix("m")] + 12 * name.endswith("m")


def key_name(key: int) -> str:
    """The usual name of the key 0..23."""
    return (MAJOR_NAMES + MINOR_NAMES)[key]


def key_signature(name: str) -> tuple[int, int]:
    """Sharps (flats below 0) and 1 for minor, of a key name; keys of more than 7 are spelled the other way."""
    minor = name.endswith("m")
    tonic = name.removesuffix("m")
    sharps = _LETTER_SHARPS[tonic[0]] + 7 * tonic.count("#") - 7 * tonic[1:].count("b") - 3 * minor
    if sharps > 7:
        sharps -= 12
    elif sharps < -7:
        sharps += 12
    return sharps, int(minor)
