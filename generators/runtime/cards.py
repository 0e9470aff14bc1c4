"""What a model card says of licences and data, read out of its text. Torch-free.

Cards are Markdown. What is read of them: a line “Licence: …”; paragraphs that begin with “What you make:” and
“Attribution to keep with the weights:”; and every table whose header names a licence, as the data that was learnt from.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

MAX_CARD_BYTES = 1 << 20
MAX_ROWS = 200
MAX_LETTERS = 400
_LICENCE = re.compile(r"licen[cs]e", re.IGNORECASE)
_LICENCE_LINE = re.compile(r"^[-*\s>]*\**licen[cs]e\**\s*:\**[ \t]*(.+?)\.?[ \t]*$", re.MULTILINE | re.IGNORECASE)
_MADE = re.compile(r"^\**what you make\**\s*:\**\s*", re.IGNORECASE)
_ATTRIBUTION = re.compile(r"^\**attribution to keep with the weights\**\s*:\**\s*", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Data that a model learnt from, and its licence as the card tells it ("" where it does not)."""

    name: str
    licence: str = ""


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a card says: "" and () where it is silent.

    `made` is what may be done with what the model makes, `attribution` what is to be kept with its weights.
    """

    licence: str = ""
    learnt_from: tuple[Source, ...] = ()
    made: str = ""
    attribution: str = ""


def read_card(path: Path | None) -> Card:
    """The card at `path`; one that is not there, is too large or is no text says nothing."""
    if path is None:
        return Card()
    try:
        found = path.stat()
        return _read(path, found.st_size, found.st_mtime_ns)
    except OSError:
        return Card()


@functools.lru_cache(maxsize=64)
def _read(path: Path, size_bytes: int, _changed_ns: int) -> Card:
    """The card at `path` in one state of the file."""
    if size_bytes > MAX_CARD_BYTES:
        return Card()
    try:
        return parse_card(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return Card()


def parse_card(text: str) -> Card:
    """What the text of a card says."""
    licence = _LICENCE_LINE.search(text)
    made = attribution = ""
    for paragraph in re.split(r"\n\s*\n", text):
        words = " ".join(paragraph.split())
        if (found := _MADE.match(words)) and not made:
            made = _plain(words[found.end() :])
        elif (found := _ATTRIBUTION.match(words)) and not attribution:
            attribution = _plain(words[found.end() :])
    return Card(_plain(licence[1]) if licence else "", tuple(_sources(text)), made, attribution)


def _sources(text: str) -> Iterator[Source]:
    count = 0
    column: int | None = None
    is_in_table = False
    for line in text.splitlines():
        if not line.lstrip().startswith("|"):
            is_in_table = False
            continue
        cells = [_plain(cell) for cell in line.strip().strip("|").split("|")]
        if not is_in_table:  # its first row names the columns
            is_in_table = True
            column = next((place for place, cell in enumerate(cells) if place and _LICENCE.search(cell)), None)
            continue
        is_rule = all(set(cell) <= set("-: ") for cell in cells)
        if column is None or is_rule or column >= len(cells) or not cells[0]:
            continue
        yield Source(cells[0], cells[column])
        count += 1
        if count == MAX_ROWS:
            return


def _plain(text: str) -> str:
    return _LINK.sub(r"\1", text).replace("**", "").replace("`", "").strip()[:MAX_LETTERS]
