"""A map of one's own: from the point an artist wants heard to the point the composer has to be asked for.

An artist hears takes and says where each lies on the pad (`EarRating`: made for `asked`, heard as `heard`). The map is
the posterior mean of one Gaussian process over those pairs, added to the identity. Its prior says how an ear may
differ: the whole pad turned, scaled, sheared or shifted (a few ratings settle that), and a smooth local part of
LENGTH that many ratings settle. Without ratings it is the identity; far from them, and where they contradict each
other, it falls back to it. A rating that fits none of the others is trusted less (Student's t by reweighting).

`asked` of a rating is the point the composer was given, so after a map that was on: otherwise the map would chase its
own tail. Dominance stays as it is, for the pad has no place for it.

Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, sections 2.2 and 2.7 (explicit basis
functions as part of the kernel); Lange, Little & Taylor, "Robust statistical modeling using the t distribution", 1989.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from generators.affect import AffectPoint
from generators.artifacts import FloatArray
from generators.errors import BadInput, BadRequest, output_error
from generators.music.request import MAX_RATINGS, EarRating

SUFFIX = ".affectmap"
FORMAT = "affect-studio map of one's own"
VERSION = 1
MAX_FILE_BYTES = 1 << 20
MAX_NAME = 120

LENGTH = 0.5
"""How far a local bend reaches on the pad, where an axis is 2 long."""
LOCAL_SD = 0.15
NOISE_SD = 0.15
"""How far apart one ear places the same music on two days."""
# prior standard deviations of: a turn, a scale, a stretch of one axis against the other, a shear, a shift of each axis
GLOBAL_SD: FloatArray = np.array([0.7, 0.35, 0.35, 0.35, 0.25, 0.25])
FREEDOM = 4.0
"""Degrees of freedom of the t distribution of a rating's error."""
_ROUNDS = 8


class _MapFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a file: plain numbers and a name."""

    format: str
    version: int
    name: str
    ratings: tuple[EarRating, ...] = ()


def _basis(points: FloatArray) -> FloatArray:
    """How each global change of GLOBAL_SD moves `points` (n, 2): (n, 2, 6)."""
    v, a = points[:, 0], points[:, 1]
    zero, one = np.zeros(len(points)), np.ones(len(points))
    return np.stack(
        [np.stack([-a, v, v, a, one, zero], axis=1), np.stack([v, a, -a, v, zero, one], axis=1)],
        axis=1,
    )


def _kernel(first: FloatArray, second: FloatArray) -> FloatArray:
    """The prior covariance of the map's two outputs at points (n, 2) and (m, 2): (n, 2, m, 2)."""
    scaled = _basis(first) * GLOBAL_SD**2
    whole: FloatArray = np.einsum("nik,mjk->nimj", scaled, _basis(second))
    distance = ((first[:, None] - second[None, :]) ** 2).sum(axis=-1)
    local = LOCAL_SD**2 * np.exp(-0.5 * distance / LENGTH**2)
    return np.asarray(whole + local[:, None, :, None] * np.eye(2)[None, :, None, :])


class PersonalMap:
    """The map that `ratings` bend; immutable, and the same ratings always give the same map.

    `name` is what its owner calls it, "" for none. Of more than MAX_RATINGS ratings the newest (last) are kept.
    """

    def __init__(self, ratings: Sequence[EarRating] = (), name: str = "") -> None:
        self.name = name
        self.ratings = tuple(ratings)[-MAX_RATINGS:]
        # in an order of their own, so that the order of listening changes nothing, not even by rounding
        pairs = sorted((r.heard.valence, r.heard.arousal, r.asked.valence, r.asked.arousal) for r in self.ratings)
        table = np.array(pairs, dtype=np.float64).reshape(-1, 4)
        self._heard: FloatArray = table[:, :2]
        self._weights: FloatArray = self._fit(table[:, :2], table[:, 2:] - table[:, :2])

    @staticmethod
    def _fit(heard: FloatArray, moved: FloatArray) -> FloatArray:
        """The weights (n, 2) on the kernel that explain how the points `heard` (n, 2) were `moved` (n, 2)."""
        n = len(heard)
        if not n:
            return np.zeros((0, 2))
        prior = _kernel(heard, heard).reshape(2 * n, 2 * n)
        trust = np.ones(n)
        weights: FloatArray = np.zeros((n, 2))
        for _ in range(_ROUNDS):
            noise = np.repeat(NOISE_SD**2 / trust, 2)
            solved = np.linalg.solve(prior + np.diag(noise), moved.reshape(-1))
            weights = np.asarray(solved, dtype=np.float64).reshape(n, 2)
            left = moved - (prior @ weights.reshape(-1)).reshape(n, 2)
            trust = (FREEDOM + 2.0) / (FREEDOM + (left**2).sum(axis=1) / NOISE_SD**2)
        return weights

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
        moved = np.einsum("nimj,mj->ni", _kernel(points, self._heard), self._weights)
        return np.asarray(np.clip(points + moved, -1.0, 1.0))

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
