"""The painter of mood landscapes: pictures with known factors, from which the shipped picture model learns."""

from __future__ import annotations

from generators.compass.painter.factors import FACTORS, NAMES, STRONG, WEAK, FactorKind, Factors, draw, from_values
from generators.compass.painter.finish import OFF, Finish, finish_for, finished
from generators.compass.painter.painting import paint

__all__ = [
    "FACTORS",
    "NAMES",
    "OFF",
    "STRONG",
    "WEAK",
    "FactorKind",
    "Factors",
    "Finish",
    "draw",
    "finish_for",
    "finished",
    "from_values",
    "paint",
]
