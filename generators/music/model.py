"""The music model as it composes: its weights and ranks, in numpy.

At this size a step is a few hundred small products; numpy on one core does them faster than any graph or device could
be started, so no torch is needed to compose. How the weights are prepared for that is in folded, the step of the blocks
in cache, the chain of heads in heads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.errors import AffectStudioError, ModelMissing
from generators.music import attributes, tokens
from generators.music.conditions import (
    BAR_BINS,
    BAR_FREE,
    BAR_STEPS,
    EXCERPT_BARS,
    FEATURE_COUNT,
    RANK_BINS,
    WHOLE_FREE,
    WHOLE_STEPS,
)
from generators.music.config import FILTERS, PITCH_STAGE, NetworkConfig, event_rows, weight_shapes
from generators.music.folded import (
    Floats,
    Link,
    fold_block,
    fold_finish,
    fold_mlp,
    laid_out,
    of_heads,
    to_heads,
    to_stream,
)
from generators.progress import Progress, silent

QUANTILES, FEATURE_QUANTILES = 65, 33


class MusicModel:
    """Weights and ranks of a music model, read-only: any number of jobs may use it at once.

    `whole_edges` (attributes, 15) and `bar_edges` (BAR_NAMES, 7) cut values into ranks, `feature_medians` (lengths,
    100) cut features in two. `quantiles` (attributes, QUANTILES) and `feature_quantiles` (lengths, 100,
    FEATURE_QUANTILES) are the values at equal steps of rank among solo piano excerpts. `bank` (n, attributes) and
    `bank_features` (n, 100) are vectors of real excerpts, `bank_key` (n,) their keys and `bank_metre` (n,) their
    metres.
    """

    def __init__(
        self, config: NetworkConfig, weights: Mapping[str, npt.NDArray[Any]], facts: Mapping[str, Any]
    ) -> None:
        self.config = config
        self.facts = dict(facts)
        self.whole_edges = np.array(facts["whole_edges"], dtype=np.float64)
        self.bar_edges = np.array(facts["bar_edges"], dtype=np.float64)
        self.feature_medians = np.array(facts["feature_medians"], dtype=np.float64)
        self.quantiles = np.asarray(weights["ranks.quantiles"], dtype=np.float64)
        self.feature_quantiles = np.asarray(weights["ranks.feature_quantiles"], dtype=np.float64)
        self.bank = np.asarray(weights["ranks.bank"], dtype=np.float64)
        self.bank_features = np.asarray(weights["ranks.bank_features"], dtype=np.float64)
        self.bank_key = np.asarray(weights["ranks.bank_key"], dtype=np.int64)
        self.bank_metre = np.asarray(weights["ranks.bank_metre"], dtype=np.int64)
        shapes = weight_shapes(config)
        self.weights = {name: np.asarray(weights[name], dtype=np.float32) for name in shapes}
        for name, shape in shapes.items():
            if self.weights[name].shape != shape:
                raise ValueError(f"{name} has another shape than this version's network")
        self.whole_offset = np.concatenate([[0], np.cumsum(WHOLE_FREE + 1)[:-1]])
        self.bar_offset = np.concatenate([[0], np.cumsum(BAR_FREE + 1)[:-1]])
        width = config.width
        self._event_table, self._event_offset = self._events()
        whole, bar = WHOLE_STEPS @ self.weights["whole_table.weight"], BAR_STEPS @ self.weights["bar_table.weight"]
        self._whole_below, self._whole_above = to_stream(whole[:, :width]), to_heads(whole[:, width:])
        self._bar_below, self._bar_above = to_stream(bar[:, :width]), to_heads(bar[:, width:])
        self.blocks = [fold_block(self.weights, f"blocks.{index}", config) for index in range(config.layers)]
        self.finish = fold_finish(self.weights, config)
        self.slot = laid_out(of_heads(self.weights, "slot_logits"))
        self.rhythm = to_heads(self.weights["rhythm.weight"].T)
        self.heard = to_heads(self.weights["heard.weight"].T)
        filters = self.weights["filters.weight"].reshape(FILTERS, -1).astype(np.float64)
        self.kernels = laid_out(of_heads(self.weights, "mixture") @ filters)
        self.links = [self._link(index) for index in range(len(tokens.FIELDS) - 1)]
        self.bank_scores: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None = None  # see scales.bank
        half = config.width // config.heads // 2
        angle = np.arange(config.context)[:, None] * 10_000.0 ** (-np.arange(half) / half)[None, :]
        self.turns = np.exp(1j * angle).astype(np.complex64)

    def _events(self) -> tuple[Floats, npt.NDArray[np.int64]]:
        """What each value of each field adds to the stream, and where each field's values begin."""
        offset = np.concatenate([[0], np.cumsum(np.array(tokens.NONE) + 1)[:-1]])
        table = self.weights["event_table.weight"].astype(np.float64)
        pitch = event_rows(np.repeat(np.arange(tokens.NONE[2] + 1)[:, None], len(tokens.FIELDS), axis=1))
        derived = table[pitch[:, len(tokens.FIELDS) :]].sum(axis=1)  # its class and its octave
        table = table[: offset[-1] + tokens.NONE[-1] + 1].copy()
        table[offset[2] : offset[3]] += derived
        return to_stream(table), offset

    def _link(self, index: int) -> Link:
        name = f"stages.{index}"
        logits = of_heads(self.weights, f"{name}.logits")
        if index == PITCH_STAGE:  # with what pitches share by class and octave
            pitch = np.arange(128)
            shared = self.weights["pitch_class.weight"][pitch % 12] + self.weights["octave.weight"][pitch // 12]
            no_bias = {"shared.weight": shared, "shared.bias": np.zeros(128, np.float32)}
            logits = logits + of_heads(no_bias, "shared")
        mlp = fold_mlp(self.weights, name, f"{name}.norm", heads=True)
        return Link(to_heads(self.weights[f"{name}.given.weight"]), mlp, laid_out(logits))

    def embed(self, events: npt.NDArray[np.int64]) -> Floats:
        """Events (n, 5) to the blocks' stream (n, C + 1), without what they are told."""
        return np.asarray(self._event_table[events + self._event_offset].sum(axis=1))

    def told(self, whole: npt.NDArray[np.int64], bars: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """What bars are told, whole (b, W) and bars (b, BARS): to the blocks (b, C + 1) and to the heads (b, C + 3)."""
        whole, bars = whole + self.whole_offset, bars + self.bar_offset
        below = self._whole_below[whole].sum(axis=1) + self._bar_below[bars].sum(axis=1)
        above = self._whole_above[whole].sum(axis=1) + self._bar_above[bars].sum(axis=1)
        return np.asarray(below), np.asarray(above)


def load_model(path: Path, progress: Progress = silent) -> MusicModel:
    """The model in the weight file `path`.

    Raises:
        ModelMissing: the file cannot be read or is no music model of this version.
    """
    from safetensors import safe_open

    weights: dict[str, npt.NDArray[Any]] = {}
    try:
        with safe_open(str(path), framework="numpy") as file:
            facts = json.loads((file.metadata() or {})["facts"])
            names = list(file.keys())
            for done, name in enumerate(names):
                weights[name] = file.get_tensor(name)
                progress(done + 1, len(names), f"Loading {path.name}")
        model = MusicModel(NetworkConfig(**facts["config"]), weights, facts)
    except (AffectStudioError, MemoryError):
        raise
    except Exception as error:  # any damage in a weight file ends here
        message = f"{path} is not a music model that can be used: fetch it again or choose another."
        raise ModelMissing(message) from error
    if facts["attributes"] != list(attributes.NAMES):
        raise ModelMissing(f"{path.name} was trained for other attributes: use the model of this version.")
    return model


def tiny_model(seed: int = 0) -> MusicModel:
    """The real architecture at a very small size, with random weights from `seed`."""
    rng = np.random.default_rng(seed)
    config = NetworkConfig(width=32, layers=2, heads=2, hidden=64, head_hidden=32, context=96)
    weights: dict[str, npt.NDArray[Any]] = {}
    for name, shape in weight_shapes(config).items():
        is_gain = "norm" in name and name.endswith("weight")
        weights[name] = np.ones(shape) if is_gain else rng.normal(0.0, 0.05, shape)
    low = np.array([attribute.low for attribute in attributes.ATTRIBUTES])
    high = np.array([attribute.high for attribute in attributes.ATTRIBUTES])
    steps = np.linspace(0.0, 1.0, QUANTILES)
    middle = low + (high - low) * 0.5
    quantiles = middle[:, None] + ((high - low) * 0.5)[:, None] * (steps - 0.5)[None, :]
    ranks = rng.random((64, len(low)))
    weights["ranks.quantiles"] = quantiles
    weights["ranks.bank"] = np.stack([np.interp(ranks[:, i], steps, quantiles[i]) for i in range(len(low))], axis=1)
    weights["ranks.bank_key"] = rng.integers(0, 24, 64)
    weights["ranks.bank_metre"] = rng.integers(0, 4, 64)
    feature_steps = np.linspace(0.0, 1.0, FEATURE_QUANTILES)
    lengths = np.array(EXCERPT_BARS)[:, None, None] / EXCERPT_BARS[1]
    weights["ranks.feature_quantiles"] = lengths * np.tile(feature_steps, (1, FEATURE_COUNT, 1))
    weights["ranks.bank_features"] = rng.random((64, FEATURE_COUNT))
    facts = {
        "feature_medians": (lengths[:, 0] * np.full((1, FEATURE_COUNT), 0.5)).tolist(),
        "attributes": list(attributes.NAMES),
        "whole_edges": [np.interp(np.arange(1, RANK_BINS) / RANK_BINS, steps, row).tolist() for row in quantiles],
        "bar_edges": [
            np.interp(np.arange(1, BAR_BINS) / BAR_BINS, steps, quantiles[attributes.INDEX[name]]).tolist()
            for name in attributes.BAR_NAMES
        ],
    }
    return MusicModel(config, weights, facts)
