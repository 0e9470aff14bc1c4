"""The sizes of the music network and the names and shapes of its weights. Torch-free."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np

from generators.artifacts import IntArray
from generators.music import tokens
from generators.music.conditions import BAR_FREE, WHOLE_FREE
from generators.music.lookups import ECHO_HERE, FIXED_HERE, HEARD, RHYTHM, SOUNDING

EVENT_SIZES: tuple[int, ...] = (*(size + 1 for size in tokens.FIELD_SIZES), 13, 12)
"""Rows of the event table for each field with its "none", then for pitch class and octave with theirs."""
FILTERS, TAPS = 8, 25
"""The pitch head's interval filters, and how many semitones wide each is."""
FILTERED: tuple[int, ...] = (0, 1, 2, SOUNDING, SOUNDING + 1, SOUNDING + 2, ECHO_HERE, FIXED_HERE)
"""The rows of what was heard that the filters slide over; a tonic or a chord in every octave has no place to slide."""
PITCH_STAGE = 1


def event_rows(events: IntArray) -> IntArray:
    """The rows (..., 7) of the event table that make up `events` (..., 5)."""
    pitch = events[..., 2:3]
    has_none = pitch >= tokens.NONE[2]
    derived = [np.where(has_none, 12, pitch % 12), np.where(has_none, 11, pitch // 12)]
    offset = np.concatenate([[0], np.cumsum(EVENT_SIZES)[:-1]])
    return np.asarray(np.concatenate([events, *derived], axis=-1) + offset)


@dataclass(frozen=True)
class NetworkConfig:
    """The sizes of the network. `context` is the number of events it looks back on."""

    width: int = 160
    layers: int = 4
    heads: int = 5
    hidden: int = 640
    head_hidden: int = 160
    context: int = 512
    dropout: float = 0.0

    def as_dict(self) -> dict[str, int | float]:
        """The sizes as JSON values."""
        return asdict(self)


def weight_shapes(config: NetworkConfig) -> dict[str, tuple[int, ...]]:
    """The shape of each weight by its name in a weight file.

    The tables of conditions are two side by side: what is added to each event, and what is told to the heads.
    """
    width, hidden = config.width, config.hidden
    shapes: dict[str, tuple[int, ...]] = {
        "event_table.weight": (sum(EVENT_SIZES), width),
        "whole_table.weight": (int((WHOLE_FREE + 1).sum()), 2 * width),
        "bar_table.weight": (int((BAR_FREE + 1).sum()), 2 * width),
    }

    def linear(name: str, inputs: int, outputs: int) -> None:
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (outputs, inputs), (outputs,)

    def norm(name: str) -> None:
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (width,), (width,)

    for layer in range(config.layers):
        norm(f"blocks.{layer}.norm1")
        linear(f"blocks.{layer}.qkv", width, 3 * width)
        linear(f"blocks.{layer}.out", width, width)
        norm(f"blocks.{layer}.norm2")
        linear(f"blocks.{layer}.up", width, hidden)
        linear(f"blocks.{layer}.down", hidden, width)
    norm("norm")
    linear("slot_logits", width, tokens.SLOT_CLASSES)
    shapes["rhythm.weight"] = (width, RHYTHM)
    shapes["heard.weight"] = (width, HEARD * 128)
    shapes["pitch_class.weight"], shapes["octave.weight"] = (12, width), (11, width)
    shapes["filters.weight"] = (FILTERS, len(FILTERED), TAPS)
    linear("mixture", width, FILTERS)
    for stage, (given, size) in enumerate(pairwise((tokens.SLOT_CLASSES, *tokens.FIELD_SIZES[1:]))):
        shapes[f"stages.{stage}.given.weight"] = (given, width)
        norm(f"stages.{stage}.norm")
        linear(f"stages.{stage}.up", width, config.head_hidden)
        linear(f"stages.{stage}.down", config.head_hidden, width)
        linear(f"stages.{stage}.logits", width, size)
    return shapes
