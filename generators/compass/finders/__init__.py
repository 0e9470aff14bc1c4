"""The ways to find a direction, one a file."""

from __future__ import annotations

from generators.compass.finder import Finder
from generators.compass.finders.affect import Affect
from generators.compass.finders.affect_proposal import AffectProposal
from generators.compass.finders.jacobian import LocalJacobian
from generators.compass.finders.means import DifferenceOfMeans
from generators.compass.finders.measured import Measured
from generators.compass.finders.principal import Principal
from generators.compass.finders.ridge import Ridge
from generators.compass.finders.svm import LinearSvm
from generators.compass.finders.text_pair import TextPair
from generators.errors import BadRequest

FINDERS: tuple[Finder, ...] = (
    Ridge(),
    DifferenceOfMeans(),
    LinearSvm(),
    Affect(),
    AffectProposal(),
    Measured(),
    TextPair(),
    Principal(),
    LocalJacobian(),
)


def finder_named(name: str) -> Finder:
    """The finder called `name`.

    Raises:
        BadRequest: there is none.
    """
    for finder in FINDERS:
        if finder.name == name:
            return finder
    known = ", ".join(finder.name for finder in FINDERS)
    raise BadRequest(f"Directions are not found by “{name}”: choose {known}.")
