"""Sentences to be spoken: everyday words, words of installed word lists, and words made up of syllables.

Meaning does not matter; every sound beside every other does. Word lists of the system (/usr/share/dict) are used where
they are installed, and plain text files of one's own, one sentence a line, named LANGUAGE.txt.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from generators.face.teacher.words import SYLLABLES, WORDS

DICTIONARIES = Path("/usr/share/dict")
_LISTS = {
    "en": ("american-english", "utf-8"),
    "de": ("ngerman", "utf-8"),
    "fr": ("french", "utf-8"),
    "es": ("spanish", "utf-8"),
    "it": ("italian", "utf-8"),
    "pt": ("portuguese", "utf-8"),
    "nl": ("dutch", "utf-8"),
    "sv": ("swedish", "latin-1"),
    "da": ("danish", "utf-8"),
    "nb": ("bokmaal", "latin-1"),
    "ca": ("catalan", "utf-8"),
    "bg": ("bulgarian", "utf-8"),
    "pl": ("polish", "utf-8"),
}
_MAX_LIST_BYTES = 64 << 20
_EVERY = 7
"""Word lists hold all forms of a word side by side; every seventh is enough and keeps memory small."""
_MAX_WORD = 14
LANGUAGES: tuple[str, ...] = tuple(sorted({*WORDS, *SYLLABLES}))


@cache
def dictionary(language: str) -> tuple[str, ...]:
    """Words of the system's word list for `language`, empty where none is installed."""
    name, encoding = _LISTS.get(language, ("", ""))
    path = DICTIONARIES / name
    if not name or not path.is_file() or path.stat().st_size > _MAX_LIST_BYTES:
        return ()
    lines = path.read_text(encoding, errors="ignore").split()[::_EVERY]
    return tuple(word for word in lines if word.isalpha() and 2 <= len(word) <= _MAX_WORD)


def made_up(language: str, rng: np.random.Generator) -> str:
    """A word of one to three syllables that could be one of `language`."""
    starts, middles, ends = (part.split() for part in SYLLABLES[language])
    count = int(rng.choice((1, 2, 3), p=(0.25, 0.5, 0.25)))
    syllables = []
    for _ in range(count):
        chosen = (str(rng.choice(starts)), str(rng.choice(middles)), str(rng.choice(ends)))
        syllables.append("".join(part for part in chosen if part != "-"))
    return "".join(syllables)


def _word(language: str, rng: np.random.Generator) -> str:
    listed = dictionary(language)
    share = rng.random()
    if language in WORDS and (share < 0.65 or not listed):
        return str(rng.choice(_common(language)))
    if listed and (share < 0.9 or language not in SYLLABLES):
        return listed[int(rng.integers(len(listed)))]
    return made_up(language, rng)


@cache
def _common(language: str) -> tuple[str, ...]:
    return tuple(WORDS[language].split())


def sentence(language: str, rng: np.random.Generator) -> str:
    """A sentence of 2 to 12 words of `language`, with commas and an end."""
    count = int(np.clip(round(rng.gamma(6.0, 1.0)), 2, 12))
    words = [_word(language, rng) for _ in range(count)]
    text = words[0]
    for word in words[1:]:
        text += (", " if rng.random() < 0.09 else " ") + word
    return text + str(rng.choice((".", ".", ".", "?", "!")))


def passage(language: str, rng: np.random.Generator, own: Sequence[str] = ()) -> str:
    """One to three sentences; half of them from `own` where there are any."""
    count = int(rng.choice((1, 2, 3), p=(0.6, 0.3, 0.1)))
    chosen = []
    for _ in range(count):
        if own and rng.random() < 0.5:
            chosen.append(own[int(rng.integers(len(own)))])
        else:
            chosen.append(sentence(language, rng))
    return " ".join(chosen)


def own_sentences(folder: Path) -> dict[str, list[str]]:
    """The lines of each LANGUAGE.txt in `folder`."""
    found = {}
    for path in sorted(folder.glob("*.txt")):
        lines = [line.strip() for line in path.read_text("utf-8", errors="ignore").splitlines()]
        found[path.stem] = [line for line in lines if 2 < len(line) < 300]
    return found
