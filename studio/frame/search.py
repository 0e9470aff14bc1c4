"""Which of many entries somebody means who types a few letters. Pure; no Qt.

Each word that was typed must be found somewhere. Whole words count more than beginnings, these more than parts,
initials ("gt" for "Generate takes") or letters in order ("gnrt"); one slip of the finger is forgiven in words of four
letters and more. What was used lately wins where two are about equally good.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

WHOLE, BEGINS, INITIALS, INSIDE, SLIP, IN_ORDER = 1.0, 0.86, 0.78, 0.6, 0.5, 0.28
BESIDE = 0.75  # what is found in the group or the other names, and not in the title
FROM_START = 0.05  # typed as the title begins, in its order
RECENT = 0.1
LEAST_SLIP = 4  # letters of a word in which one may be wrong

T = TypeVar("T")


@dataclass(frozen=True)
class Wording:
    """What an entry is found by: its `title`, and `others`, the group it is in and further names of it."""

    title: str
    others: str = ""


def plain(text: str) -> str:
    """`text` in small letters without accents and marks."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words_of(text: str) -> tuple[str, ...]:
    """The words of `text`, as they are compared."""
    return tuple(re.findall(r"\w+", plain(text)))


def one_slip(typed: str, word: str) -> bool:
    """Whether `typed` is `word` with one letter wrong, missing, too much, or two exchanged."""
    if abs(len(typed) - len(word)) > 1 or typed == word:
        return typed == word
    start = 0
    while start < min(len(typed), len(word)) and typed[start] == word[start]:
        start += 1
    end = 0
    while end < min(len(typed), len(word)) - start and typed[-1 - end] == word[-1 - end]:
        end += 1
    left, right = typed[start : len(typed) - end], word[start : len(word) - end]
    return len(left) <= 1 >= len(right) or (len(left) == len(right) == 2 and left == right[::-1])


def _in_order(typed: str, word: str) -> float:
    """How closely the letters of `typed` follow each other in `word`, 0 where they do not."""
    if not word.startswith(typed[0]):
        return 0.0
    place = first = 0
    for letter in typed:
        place = word.find(letter, place) + 1
        if not place:
            return 0.0
    return len(typed) / (place - first)


def _found(typed: str, words: Sequence[str]) -> float:
    """How well one typed word is found among the words of an entry, 0..1."""
    best = 0.0
    for place, word in enumerate(words):
        if typed == word:
            score = WHOLE
        elif word.startswith(typed):
            score = BEGINS + (WHOLE - BEGINS) * 0.9 * len(typed) / len(word)
        elif len(typed) > 1 and typed in word:
            score = INSIDE
        elif len(typed) >= LEAST_SLIP and (one_slip(typed, word) or one_slip(typed, word[: len(typed)])):
            score = SLIP
        elif len(typed) > 1:
            score = IN_ORDER * _in_order(typed, word)
        else:
            score = 0.0
        best = max(best, score - 0.01 * min(place, 9))  # earlier words say more of what an entry is
    if len(typed) > 1 and "".join(word[0] for word in words).startswith(typed):
        best = max(best, INITIALS)
    return best


def score(query: str, wording: Wording) -> float:
    """How well `query` fits, from 0 (not at all) to 1; an empty one fits everything."""
    typed = words_of(query)
    if not typed:
        return 1.0
    title, others = words_of(wording.title), words_of(wording.others)
    total = 0.0
    for word in typed:
        found = max(_found(word, title), BESIDE * _found(word, others))
        if not found:
            return 0.0
        total += found
    fit = total / len(typed)
    if title[: len(typed)] == typed or plain(wording.title).startswith(plain(query).strip()):
        fit += FROM_START
    return max(0.0, fit - 0.002 * min(len(title), 20)) / (1.0 + FROM_START)  # of two that fit, the shorter one


def ranked(
    query: str,
    entries: Sequence[T],
    wording: Callable[[T], Wording],
    lately: Mapping[T, int] | None = None,
    can: Callable[[T], bool] = lambda _entry: True,
) -> list[T]:
    """The entries that `query` may mean, the likeliest first.

    `lately` tells which were used last (0 is the newest); without a query these come first, newest first, and the
    others stay in their order. What cannot be done now (`can`) comes after what can at equal fit.
    """
    recent = lately or {}
    placed = []
    for place, entry in enumerate(entries):
        fit = score(query, wording(entry))
        if fit > 0:
            used = recent.get(entry)
            bonus = RECENT / (1 + used) if used is not None else 0.0
            order = used if used is not None and not words_of(query) else len(recent)
            placed.append((order, -(fit + bonus) + (0.0 if can(entry) else 0.12), place, entry))
    placed.sort(key=lambda one: one[:3])
    return [one[3] for one in placed]
