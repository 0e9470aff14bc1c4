"""Words of the window in the user's language: gettext catalogues, read once at the start. No Qt.

`tr("Save")` gives the words to show; `trn("{count} take", "{count} takes", 3)` does so for a number of things. What is
written as a constant before a language is chosen is marked by `mark`, and translated where it is shown. Catalogues lie
in FOLDER/LANGUAGE/LC_MESSAGES/affect-studio.mo; `packaging/translations.py` finds marked words and makes catalogues.

The language "en-XA" needs no catalogue: it is English with accents, a third longer and in brackets. What still reads as
plain English in it was never marked, and what is cut off has too little room for German or Finnish.
"""

from __future__ import annotations

import gettext
import re
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

DOMAIN = "affect-studio"
PSEUDO = "en-XA"
SOURCE = "en"
SHIPPED = Path(__file__).resolve().parent.parent / "assets" / "locale"
OPENING, CLOSING = "⟦", "⟧"
LONGER = 0.3

_ACCENTS = str.maketrans("AaCcEeIiNnOoSsUuYyZz", "ÅåÇçÉéÎîÑñÖöŠšÛûÝýŽž")
_FIELD = re.compile(r"\{[^{}]*\}")
_KEPT = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]|&(?=\w)|&&")  # places for values, and marks of menu keys


class PseudoTranslations(gettext.NullTranslations):
    """English that looks foreign: for finding what nobody marked, and what has too little room."""

    def gettext(self, message: str) -> str:
        """The words, accented, longer and in brackets."""
        return accented(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The words for `n` things."""
        return accented(msgid1 if n == 1 else msgid2)


def accented(message: str) -> str:
    """`message` as en-XA says it; places for values stay as they are, and what is said so already."""
    if not message.strip() or message.startswith(OPENING):
        return message
    parts, end = [], 0
    for kept in _KEPT.finditer(message):
        parts += [message[end : kept.start()].translate(_ACCENTS), kept.group()]
        end = kept.end()
    parts.append(message[end:].translate(_ACCENTS))
    # a last ellipsis stays last: menus say with it that a question follows
    text, dots = "".join(parts), "…" if message.endswith("…") else ""
    more = "~" * max(1, round(len(message) * LONGER) - len(OPENING + CLOSING))
    return f"{OPENING}{text.removesuffix(dots)}{more}{CLOSING}{dots}"


class _Checked(gettext.GNUTranslations):
    """A catalogue without the texts that would fill in other values than the English ones have."""

    def _parse(self, fp: Any) -> None:  # gettext's own hook
        super()._parse(fp)
        self._catalog: dict[object, str] = {
            key: text for key, text in self._catalog.items() if _fits(key[0] if isinstance(key, tuple) else key, text)
        }


def _fits(message: object, text: str) -> bool:
    """Whether `text` can be filled in where `message` can, which may be one thing of a {count}."""
    if not isinstance(message, str):
        return True
    allowed = {*_FIELD.findall(message), "{count}"} if "{" in message else set()
    return set(_FIELD.findall(text)) <= allowed and not set("{}") & set(_FIELD.sub("", text) if allowed else "")


class _Words:
    """The catalogue in use; one for the process, as a language is."""

    def __init__(self) -> None:
        self.language = SOURCE
        self.catalogue: gettext.NullTranslations = gettext.NullTranslations()


_words = _Words()


def tr(message: str) -> str:
    """`message` in the language in use."""
    return _words.catalogue.gettext(message) if message else ""


def trn(one: str, many: str, count: int) -> str:
    """The words for `count` things, with {count} filled in."""
    return _words.catalogue.ngettext(one, many, count).format(count=count)


def mark(message: str) -> str:
    """`message` itself: says that it is for translation where it is shown."""
    return message


def language() -> str:
    """The language in use, such as "en" or "de"."""
    return _words.language


def languages(folders: Iterable[Path] = (SHIPPED,)) -> tuple[str, ...]:
    """English, and all languages that have a catalogue in one of `folders`."""
    found = {file.parts[-3] for folder in folders for file in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return (SOURCE, *sorted(found - {SOURCE}))


def use(wanted: Sequence[str], folders: Sequence[Path] = (SHIPPED,)) -> str:
    """Speak the first of the `wanted` languages ("de-AT" may be had as "de") from now on; returns which one it is.

    A later folder adds to an earlier one and wins over it. A catalogue that cannot be read counts as missing: a damaged
    file is no reason not to start.
    """
    for asked in wanted:
        if asked == PSEUDO:
            _words.language, _words.catalogue = PSEUDO, PseudoTranslations()
            return PSEUDO
        name = asked.replace("-", "_")
        if not re.fullmatch(r"[A-Za-z0-9_@.]{1,32}", name):
            continue
        for known in dict.fromkeys((name, name.split("_")[0])):
            found = _catalogue(known, folders)
            if found is not None:
                _words.language, _words.catalogue = known.replace("_", "-"), found
                return _words.language
            if known == SOURCE:
                _words.language, _words.catalogue = SOURCE, gettext.NullTranslations()
                return SOURCE
    _words.language, _words.catalogue = SOURCE, gettext.NullTranslations()
    return SOURCE


def _catalogue(name: str, folders: Sequence[Path]) -> gettext.NullTranslations | None:
    found: _Checked | None = None
    for folder in folders:
        path = folder / name / "LC_MESSAGES" / f"{DOMAIN}.mo"
        try:
            with path.open("rb") as file:
                newer = _Checked(file)
        except (OSError, ValueError, LookupError, SyntaxError, ArithmeticError, AttributeError, struct.error):
            continue  # gettext parses what it is given without checking: a damaged file raises almost anything
        if found is not None:
            newer.add_fallback(found)
        found = newer
    return found
