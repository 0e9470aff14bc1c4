"""What one attribute of EmoGen is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generators.artifacts import FloatArray
from generators.music.jsymbolic.prepared import Prepared

FeatureFunction = Callable[[Prepared], float | FloatArray]


@dataclass(frozen=True)
class Feature:
    """One of EmoGen's attributes: the whole of what `function` measures, or one `bin` of it.

    `k` is its place among the hundred, `name` jSymbolic's (a histogram's bin after an underscore), `family` the section
    of jSymbolic's manual, `low` and `high` the bounds of its value in `unit`. Definition, choices and source stand in
    the docstring of `function`.
    """

    k: int
    name: str
    family: str
    unit: str
    low: float
    high: float
    function: FeatureFunction
    bin: int | None = None

    @property
    def description(self) -> str:
        """The definition, with unit, choices and source."""
        return self.function.__doc__ or ""
