"""A map of one's own: from the point an artist wants heard to the point the composer has to be asked for.

An artist hears takes and says where each lies on the pad (`EarRating`: made for `asked`, heard as `heard`). From those
pairs follows how they probably hear (see listener), and from that what to ask for. Without ratings the map is the
identity; where ratings say little or contradict each other, it stays near it.

`asked` of a rating is the point the composer was given, so after a map that was on: otherwise the map would chase its
own tail. Dominance stays as it is, for the pad has no place for it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from generators.affect import AffectPoint
from generators.artifacts import FloatArray
from generators.errors import BadInput, BadRequest, output_error
from generators.music.listener import Listener, hear, next_to_hear
from generators.music.request import MAX_RATINGS, EarRating

SUFFIX = ".affectmap"
FORMAT = "affect-studio map of one's own"
VERSION = 1
MAX_FILE_BYTES = 1 << 20
MAX_NAME = 120


class _MapFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a file: plain numbers and a name."""

    format: str
    version: int
    name: str
    ratings: tuple[EarRating, ...] = ()


@lru_cache(maxsize=8)
def _listener(pairs: tuple[tuple[float, float, float, float], ...]) -> Listener:
    table = np.array(pairs, dtype=np.float64)
    return hear(table[:, :2], table[:, 2:])


class PersonalMap:
    """The map that `ratings` bend; immutable, and the same ratings always give the same map.

    `name` is what its owner calls it, "" for none. Of more than MAX_RATINGS ratings the newest (last) are kept.
    """

    def __init__(self, ratings: Sequence[EarRating] = (), name: str = "") -> None:
        self.name = name
        self.ratings = tuple(ratings)[-MAX_RATINGS:]
        # in an order of their own, so that the order of listening changes nothing, not even by rounding
        self._pairs = tuple(
            sorted((r.asked.valence, r.asked.arousal, r.heard.valence, r.heard.arousal) for r in self.ratings)
        )

    @property
    def is_identity(self) -> bool:
        """Whether the map changes nothing because there is no rating."""
        return not self.ratings

    def wanted_to_asked(self, point: AffectPoint) -> AffectPoint:
        """The point to ask the composer for, so that its owner hears `point`; inside the square."""
        if self.is_identity:
            return point
        valence, arousal = self.bend(np.array([[point.valence, point.arousal]]))[0].tolist()
        return AffectPoint(valence, arousal, point.dominance)

    def bend(self, points: FloatArray) -> FloatArray:
        """Wanted `points` (n, 2) of valence and arousal to asked ones (n, 2), inside the square."""
        return _listener(self._pairs).ask(points) if self._pairs else points

    def next_to_hear(self) -> AffectPoint:
        """The point to ask for next, so that placing its take teaches the map most."""
        asked = np.array(self._pairs, dtype=np.float64).reshape(-1, 4)[:, :2]
        return AffectPoint(*next_to_hear(asked).tolist())

    def with_rating(self, rating: EarRating) -> PersonalMap:
        """The map with one more rating."""
        return PersonalMap((*self.ratings, rating), self.name)

    def reset(self) -> PersonalMap:
        """The map of the same name without ratings."""
        return PersonalMap((), self.name)

    @staticmethod
    def read(path: Path) -> PersonalMap:
        """The map in the file `path`.

        Raises:
            BadInput: the file is missing, too large, damaged, or no map of this version.
        """
        try:
            size = path.stat().st_size
            data = path.read_bytes() if size <= MAX_FILE_BYTES else b""
        except OSError as error:
            raise BadInput(f"{path} cannot be read: check that it is still there.") from error
        if size > MAX_FILE_BYTES:
            raise BadInput(f"{path.name} is larger than a map can be: choose a file that ends in {SUFFIX}.")
        return _decode(data, path.name)

    def write(self, path: Path) -> None:
        """Write the map to `path`, whole or not at all.

        Raises:
            NotWritable: the folder or file refuses writing.
            DiskFull: no space is left.
        """
        file = _MapFile(FORMAT, VERSION, self.name[:MAX_NAME], self.ratings)
        data = msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"
        temporary = path.with_name(f".{path.name[:64]}.{secrets.token_hex(4)}.part")
        try:
            try:
                with temporary.open("xb") as out:
                    out.write(data)
                    out.flush()
                    os.fsync(out.fileno())
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise output_error(error, path) from error


def _decode(data: bytes, name: str) -> PersonalMap:
    damaged = f"{name} is not a map of an ear, or is damaged: choose a file that was saved as a map ({SUFFIX})."
    try:
        plain: Any = msgspec.json.decode(data)
        fields = plain if isinstance(plain, dict) else {}
        if fields.get("format") == FORMAT and isinstance(version := fields.get("version"), int) and version > VERSION:
            message = f"{name} was saved by a newer version of the program: update it to open this map."
            raise BadInput(message)
        file = msgspec.convert(plain, _MapFile)
    except (msgspec.MsgspecError, BadRequest, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(damaged) from error
    if file.format != FORMAT:
        raise BadInput(damaged)
    if len(file.ratings) > MAX_RATINGS:
        raise BadInput(f"{name} holds {len(file.ratings):,} ratings: a map holds at most {MAX_RATINGS}.")
    if len(file.name) > MAX_NAME or not file.name.isprintable():
        raise BadInput(f"The name of the map in {name} cannot be shown: it may have {MAX_NAME} printable characters.")
    return PersonalMap(file.ratings, file.name)
