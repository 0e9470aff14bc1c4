"""Words on pictures: a typeface that every installation has, and what to do where it lacks a letter."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from typing import Any

from generators.errors import MissingDependency

_OTHERS = (
    "Inter-Regular.ttf",
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "segoeui.ttf",
    "Arial.ttf",
    "arial.ttf",
    "Helvetica.ttc",
    "NotoSansCJK-Regular.ttc",
    "YuGothM.ttc",
    "Hiragino Sans GB.ttc",
    "Arial Unicode.ttf",
)
"""Typefaces to look for when letters are needed that ours lacks."""
_PLAIN = {"−": "-", "–": "-", "—": "-", "…": "...", "→": ">", "“": '"', "”": '"', "’": "'", "×": "x", "·": "-"}
_NO_LETTER = "\U0010fffe"


@functools.lru_cache(maxsize=64)
def _own(px: int) -> Any:
    try:
        from PIL import ImageFont
    except ImportError as error:
        raise MissingDependency("Sheets of pictures need the package pillow: install it with pip.") from error
    return ImageFont.load_default(px)


@functools.lru_cache(maxsize=64)
def _other(name: str, px: int) -> Any:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(name, px)
    except OSError:
        return None


def _has(font: Any, letter: str) -> bool:
    """Whether a typeface has a letter of its own, and not the box that stands for all it lacks."""
    if letter.isspace():
        return True
    drawn, box = font.getmask(letter), font.getmask(_NO_LETTER)
    return drawn.size != box.size or bytes(drawn) != bytes(box)


class Lettering:
    """A typeface of some size in which `texts` can be written, as far as this machine has one.

    Ours is taken wherever it has the letters, so that sheets look alike everywhere; where it lacks some, one of the
    machine's own; and where none has them, letters lose their accents or become question marks.
    """

    def __init__(self, px: int, texts: Iterable[str]) -> None:
        self.px = px
        self._font = _own(px)
        self._lacking = self._missing(self._font, texts)
        if self._lacking:
            for name in _OTHERS:
                font = _other(name, px)
                if font is not None and not self._missing(font, self._lacking):
                    self._font, self._lacking = font, set()
                    break

    @property
    def font(self) -> Any:
        """The typeface, for Pillow."""
        return self._font

    @staticmethod
    def _missing(font: Any, texts: Iterable[str]) -> set[str]:
        return {letter for text in texts for letter in set(text) if letter not in _PLAIN and not _has(font, letter)}

    def spelled(self, text: str) -> str:
        """`text` with the letters that there are."""
        return "".join(self._letter(letter) for letter in text)

    def _letter(self, letter: str) -> str:
        if letter.isspace():
            return " "
        if letter in _PLAIN:
            return letter if _has(self._font, letter) else _PLAIN[letter]
        if letter not in self._lacking:
            return letter
        base = unicodedata.normalize("NFKD", letter)[0]
        return base if _has(self._font, base) else "?"

    def width(self, text: str) -> float:
        """How wide `text` is as it is spelled, in pixels."""
        return float(self._font.getlength(self.spelled(text)))

    def lines(self, text: str, width_px: float, most: int = 2) -> list[str]:
        """`text` in at most so many lines that fit into `width_px`; what is left over is cut off with dots.

        It breaks at plain spaces, and at line ends of its own.
        """
        lines: list[str] = []
        for given in filter(None, text.split("\n")):
            words = [self.spelled(word) for word in given.split(" ")]
            while words:
                line = words.pop(0)
                while words and self._font.getlength(f"{line} {words[0]}") <= width_px:
                    line = f"{line} {words.pop(0)}"
                lines.append(line)
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return [self._cut(line, width_px) for line in lines]

    def _cut(self, line: str, width_px: float) -> str:
        if self._font.getlength(line) <= width_px:
            return line
        while line and self._font.getlength(f"{line}...") > width_px:
            line = line[:-1]
        return f"{line.rstrip()}..."
