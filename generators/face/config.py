"""The sizes of the speech network, and the names and shapes of its weights. Torch-free."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from generators.face.actions import SPEECH
from generators.face.features import BANDS, FRAME_RATE_HZ, HOP, SAMPLE_RATE_HZ, WINDOW
from generators.face.phones import PHONES

STRIDE = 2
"""Frames of features a step of the network; each step gives as many frames of curves."""
STEM_FRAMES = 4
"""The frames that a step hears directly: its own and as many before."""
OUTPUTS = len(SPEECH) + len(PHONES)


@dataclass(frozen=True)
class Reach:
    """How far a block looks along time: `taps` that are `dilation` steps apart, `ahead` of them in the future."""

    taps: int
    dilation: int
    ahead: int

    @property
    def future(self) -> int:
        """Steps that it looks ahead."""
        return self.ahead * self.dilation

    @property
    def past(self) -> int:
        """Steps that it looks back."""
        return (self.taps - 1 - self.ahead) * self.dilation


@dataclass(frozen=True)
class NetworkConfig:
    """The sizes of the network.

    The `trunk` looks at most 120 ms ahead in all and is what live use runs; `wide` goes on from there with
    all the context it likes, for files. Each is a row of (taps, dilation, taps ahead).
    """

    width: int = 256
    hidden: int = 512
    trunk: tuple[tuple[int, int, int], ...] = ((5, 1, 1), (5, 4, 0), (5, 1, 1), (5, 8, 0), (5, 2, 1))
    wide: tuple[tuple[int, int, int], ...] = ((7, 1, 3), (7, 2, 3), (7, 4, 3))

    def as_dict(self) -> dict[str, Any]:
        """The sizes as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, values: dict[str, Any]) -> NetworkConfig:
        """The sizes that `as_dict` gave."""
        rows = {name: tuple((int(a), int(b), int(c)) for a, b, c in values[name]) for name in ("trunk", "wide")}
        return cls(width=int(values["width"]), hidden=int(values["hidden"]), **rows)

    @property
    def trunk_reach(self) -> tuple[Reach, ...]:
        """The blocks of the trunk."""
        return tuple(Reach(*row) for row in self.trunk)

    @property
    def wide_reach(self) -> tuple[Reach, ...]:
        """The blocks after it."""
        return tuple(Reach(*row) for row in self.wide)

    @property
    def look_ahead_s(self) -> float:
        """What a frame of curves at 60 fps needs to have heard after its own time, live, at the most.

        A frame lies between two frames of output of which the later may begin a step; a step hears its last
        frame of features, which looks half a window ahead.
        """
        steps = sum(reach.future for reach in self.trunk_reach)
        return (steps * STRIDE + STRIDE) / FRAME_RATE_HZ + (WINDOW / 2) / SAMPLE_RATE_HZ


def weight_shapes(config: NetworkConfig) -> dict[str, tuple[int, ...]]:
    """The shape of each weight by its name in a weight file."""
    width, hidden = config.width, config.hidden
    shapes: dict[str, tuple[int, ...]] = {
        "stem.weight": (width, STEM_FRAMES * BANDS),
        "stem.bias": (width,),
    }
    for part, rows in (("trunk", config.trunk_reach), ("wide", config.wide_reach)):
        for index, reach in enumerate(rows):
            shapes[f"{part}.{index}.along.weight"] = (reach.taps, width)
            shapes[f"{part}.{index}.along.bias"] = (width,)
            shapes[f"{part}.{index}.up.weight"] = (hidden, width)
            shapes[f"{part}.{index}.up.bias"] = (hidden,)
            shapes[f"{part}.{index}.down.weight"] = (width, hidden)
            shapes[f"{part}.{index}.down.bias"] = (width,)
    for head in ("live", "whole"):
        shapes[f"{head}.weight"] = (STRIDE * OUTPUTS, width)
        shapes[f"{head}.bias"] = (STRIDE * OUTPUTS,)
    return shapes


__all__ = ["HOP", "OUTPUTS", "STEM_FRAMES", "STRIDE", "NetworkConfig", "Reach", "weight_shapes"]
