"""The music model as it composes: weights in numpy, and one step of the network with a cache written in place.

At this size a step is a few hundred small products; numpy on one core does them faster than any graph or device could
be started, so no torch is needed to compose. Several rows (tries of the same bars, each with and without guidance) take
a step together, so that the weights are read once for all of them. What can be worked out before is folded into the
weights when they are loaded: the gains of norms into the products that follow; their centring into whatever writes to
the stream, which then always has mean 0; the scale of attention; and pairs of rotary positions lie side by side as
complex numbers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
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
from generators.music.config import FILTERED, PITCH_STAGE, TAPS, NetworkConfig, event_rows, weight_shapes
from generators.progress import Progress, silent

Floats = npt.NDArray[np.float32]
QUANTILES, FEATURE_QUANTILES = 65, 33
_EPSILON = 1e-5
# gelu(x) = x / (1 + exp(-2 u)) with u = sqrt(2 / pi) (x + 0.044715 x^3)
_GELU_SLOPE = np.float32(-2.0 * math.sqrt(2.0 / math.pi))
_GELU_CUBE = np.float32(-2.0 * math.sqrt(2.0 / math.pi) * 0.044715)
_LARGEST_EXPONENT = np.float32(80.0)


@dataclass(frozen=True)
class Product:
    """The affine map x @ weight + bias, with weight (inputs, outputs)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats, scale: Floats | None = None) -> Floats:
        """Rows x (n, inputs) to (n, outputs); a norm's `scale` (n, 1) is applied to what it scales."""
        y: Floats = np.matmul(x, self.weight)
        if scale is not None:
            y *= scale
        y += self.bias
        return y


@dataclass(frozen=True)
class Layer:
    """One block: attention and MLP, norms folded in."""

    qkv: Product
    out: Product
    up: Product
    down: Product


@dataclass(frozen=True)
class Link:
    """One link of the chain of heads."""

    given: Floats
    up: Product
    down: Product
    logits: Product


def inverse_rms(x: Floats) -> Floats:
    """One over the root mean square of each row of x (n, C): (n, 1)."""
    return np.asarray(1.0 / np.sqrt(np.einsum("nc,nc->n", x, x)[:, None] / x.shape[1] + _EPSILON), dtype=np.float32)


def gelu(x: Floats) -> Floats:
    """The tanh form of GELU, in place of x: x over 1 + exp of an odd cubic."""
    inner = x * x
    inner *= _GELU_CUBE
    inner += _GELU_SLOPE
    inner *= x
    np.minimum(inner, _LARGEST_EXPONENT, out=inner)
    np.exp(inner, out=inner)
    inner += 1.0
    x /= inner
    return x


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
        self._event_table = _centred(self.weights["event_table.weight"])
        self._whole_table = self._both(WHOLE_STEPS @ self.weights["whole_table.weight"])
        self._bar_table = self._both(BAR_STEPS @ self.weights["bar_table.weight"])
        self.layers = [self._layer(f"blocks.{index}") for index in range(config.layers)]
        self._norm = self.weights["norm.weight"], self.weights["norm.bias"]
        self._slot = self._product("slot_logits")
        self._rhythm = np.ascontiguousarray(self.weights["rhythm.weight"].T)
        self._heard = np.ascontiguousarray(self.weights["heard.weight"].T)
        self._mixture = self._product("mixture")
        filters, rows, taps = self.weights["filters.weight"].shape
        self._filters = np.ascontiguousarray(self.weights["filters.weight"].reshape(filters, rows * taps))
        self.links = [
            Link(
                self.weights[f"stages.{index}.given.weight"],
                self._product(f"stages.{index}.up", f"stages.{index}.norm"),
                self._product(f"stages.{index}.down"),
                self._pitch_product() if index == PITCH_STAGE else self._product(f"stages.{index}.logits"),
            )
            for index in range(len(tokens.FIELDS) - 1)
        ]
        self.bank_scores: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None = None  # see scales.bank
        half = config.width // config.heads // 2
        angle = np.arange(config.context)[:, None] * 10_000.0 ** (-np.arange(half) / half)[None, :]
        self.turns = np.exp(1j * angle).astype(np.complex64)

    @staticmethod
    def _both(table: Floats) -> Floats:
        """A table (rows, 2 C) of conditions: what the stream is given has mean 0, what the heads are told stays."""
        below, above = np.split(table, 2, axis=1)
        return np.concatenate([_centred(below), above], axis=1).astype(np.float32)

    def _layer(self, name: str) -> Layer:
        qkv, out = self._product(f"{name}.qkv", f"{name}.norm1"), self._product(f"{name}.out")
        down = self._product(f"{name}.down")
        width, heads = self.config.width, self.config.heads
        head_width = width // heads
        # rotary pairs side by side: the halves of each head of queries and keys interleaved
        inner = np.arange(head_width).reshape(2, -1).T.ravel()
        order = (np.arange(2 * heads)[:, None] * head_width + inner).ravel()
        order = np.concatenate([order, np.arange(2 * width, 3 * width)])
        scale = np.where(np.arange(3 * width) < width, np.float32(head_width**-0.5), np.float32(1.0))
        return Layer(
            Product(np.ascontiguousarray(qkv.weight[:, order] * scale), qkv.bias[order] * scale),
            Product(_centred(out.weight), _centred(out.bias)),
            self._product(f"{name}.up", f"{name}.norm2"),
            Product(_centred(down.weight), _centred(down.bias)),
        )

    def _product(self, name: str, norm: str = "") -> Product:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        if norm:
            bias = bias + weight @ self.weights[f"{norm}.bias"]
            weight = weight * self.weights[f"{norm}.weight"]
            weight = weight - weight.mean(axis=1, keepdims=True)  # centres what it multiplies
        return Product(np.ascontiguousarray(weight.T), bias)

    def _pitch_product(self) -> Product:
        """The pitch logits with what pitches share by class and octave folded in."""
        plain, pitch = self._product(f"stages.{PITCH_STAGE}.logits"), np.arange(128)
        shared = self.weights["pitch_class.weight"][pitch % 12] + self.weights["octave.weight"][pitch // 12]
        return Product(np.ascontiguousarray(plain.weight + shared.T), plain.bias)

    def embed(self, events: npt.NDArray[np.int64]) -> Floats:
        """Events (n, 5) to (n, C), without what they are told."""
        return np.asarray(self._event_table[event_rows(events)].sum(axis=1), dtype=np.float32)

    def told(self, whole: npt.NDArray[np.int64], bars: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """What bars are told, to the blocks and to the heads: two of (b, C), from whole (b, W) and bars (b, BARS)."""
        both = self._whole_table[whole + self.whole_offset].sum(axis=1)
        both += self._bar_table[bars + self.bar_offset].sum(axis=1)
        below, above = np.split(both.astype(np.float32), 2, axis=1)
        return np.ascontiguousarray(below), np.ascontiguousarray(above)

    def finish(self, x: Floats) -> Floats:
        """The last norm: the stream (n, C), of mean 0, to the state (n, C)."""
        scaled: Floats = x * inverse_rms(x)
        scaled *= self._norm[0]
        scaled += self._norm[1]
        return scaled

    def begin_event(self, state: Floats, rhythm: Floats) -> tuple[Floats, Floats]:
        """The heads' state (n, C) and the slot's logits, from the network's state (n, C) and rhythm (n, RHYTHM)."""
        x = state + np.matmul(rhythm, self._rhythm)
        return x, self._slot(x)

    def stay(self, x: Floats, stays: npt.NDArray[np.bool_]) -> Floats:
        """The heads' state (n, C) once the rows `stays` (n,) know that one more note comes at this place."""
        return np.asarray(x + stays[:, None] * self.links[0].given[tokens.SAME])

    def link(
        self, index: int, x: Floats, given: npt.NDArray[np.int64], heard: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """One link of the chain: state (n, C) and the field before (n,) to the new state and logits.

        The link of the pitch also hears `heard` (n, HEARD, 128).
        """
        link = self.links[index]
        x = x + link.given[given]
        if index == PITCH_STAGE and heard is not None:
            x += np.matmul(heard.reshape(len(x), -1), self._heard)
        mean = x.mean(axis=1, keepdims=True)
        variance = np.maximum(np.einsum("nc,nc->n", x, x)[:, None] / x.shape[1] - mean * mean, 0.0)
        x += link.down(gelu(link.up(x, 1.0 / np.sqrt(variance + np.float32(_EPSILON)))))
        logits = link.logits(x)
        if index == PITCH_STAGE and heard is not None:
            logits += self._relative_pitch(x, heard)
        return x, logits

    def _relative_pitch(self, x: Floats, heard: Floats) -> Floats:
        """Logits (n, 128) of the interval filters, mixed by x (n, C), over what was heard."""
        n, rows = len(x), len(FILTERED)
        kernel = np.matmul(self._mixture(x), self._filters).reshape(n, rows, TAPS)
        padded = np.zeros((n, rows, 128 + TAPS - 1), np.float32)
        padded[:, :, TAPS // 2 : TAPS // 2 + 128] = heard[:, FILTERED]
        outer, row, column = padded.strides
        windows = np.lib.stride_tricks.as_strided(
            padded, (n, rows, 128, TAPS), (outer, row, column, column), writeable=False
        )
        return np.asarray(np.matmul(windows, kernel[..., None])[..., 0].sum(axis=1))


class Cache:
    """The keys and values of several pieces (rows) so far, written in place: `used` (rows,) places of the context."""

    def __init__(self, model: MusicModel, rows: int = 1) -> None:
        self._model = model
        config = model.config
        shape = (config.layers, rows, config.heads, config.context, config.width // config.heads)
        self._keys, self._values = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self.used = np.zeros(rows, dtype=np.int64)

    def copy(self, source: int, target: int) -> None:
        """Make the row `target` what the row `source` is."""
        used = int(self.used[source])
        self._keys[:, target, :, :used] = self._keys[:, source, :, :used]
        self._values[:, target, :, :used] = self._values[:, source, :, :used]
        self.used[target] = used

    def extend(self, row: int, x: Floats) -> Floats:
        """Run the network over n more events of one row: x (n, C) to the state after the last of them (1, C)."""
        model, begin, n = self._model, int(self.used[row]), len(x)
        end = begin + n
        heads, width = model.config.heads, model.config.width
        turns = model.turns[begin:end, None]  # (n, 1, D / 2)
        later = np.triu(np.full((n, n), -np.inf, np.float32), 1) if n > 1 else None
        x = x.copy()
        for layer, every_key, every_value in zip(model.layers, self._keys, self._values, strict=True):
            keys, values = every_key[row], every_value[row]
            qkv = layer.qkv(x, inverse_rms(x))  # (n, 3 C)
            turned = qkv[:, : 2 * width].view(np.complex64).reshape(n, 2 * heads, -1) * turns
            both = turned.view(np.float32).transpose(1, 0, 2)  # queries and keys, (2 H, n, D)
            keys[:, begin:end] = both[heads:]
            values[:, begin:end] = qkv[:, 2 * width :].reshape(n, heads, -1).transpose(1, 0, 2)
            score = np.matmul(both[:heads], keys[:, :end].transpose(0, 2, 1))  # (H, n, end)
            if later is not None:
                score[:, :, begin:] += later
            score -= score.max(axis=-1, keepdims=True)
            np.exp(score, out=score)
            heard = np.matmul(score, values[:, :end])  # (H, n, D)
            heard /= score.sum(axis=-1, keepdims=True)
            x += layer.out(heard.transpose(1, 0, 2).reshape(n, width))
            x += layer.down(gelu(layer.up(x, inverse_rms(x))))
        self.used[row] = end
        return model.finish(x[-1:])

    def step(self, rows: npt.NDArray[np.int64], x: Floats) -> Floats:
        """One more event of each of `rows` (n,): x (n, C) to the states (n, C)."""
        model, n, at = self._model, len(rows), self.used[rows]
        heads, width = model.config.heads, model.config.width
        longest = int(at.max()) + 1
        turns = model.turns[at][:, None]  # (n, 1, D / 2)
        uneven = bool((at + 1 < longest).any())
        beyond = np.where(np.arange(longest)[None, :] > at[:, None], -np.inf, 0.0).astype(np.float32)[:, None, None]
        together = n > 1 and bool((np.diff(rows) == 1).all())
        chosen: slice | npt.NDArray[np.int64] = slice(int(rows[0]), int(rows[0]) + n) if together or n == 1 else rows
        x = x.copy()
        for layer, keys, values in zip(model.layers, self._keys, self._values, strict=True):
            qkv = layer.qkv(x, inverse_rms(x))  # (n, 3 C)
            turned = qkv[:, : 2 * width].view(np.complex64).reshape(n, 2 * heads, -1) * turns
            both = turned.view(np.float32)  # queries and keys, (n, 2 H, D)
            keys[rows, :, at] = both[:, heads:]
            values[rows, :, at] = qkv[:, 2 * width :].reshape(n, heads, -1)
            score = np.matmul(both[:, :heads, None], keys[chosen, :, :longest].transpose(0, 1, 3, 2))  # (n, H, 1, end)
            if uneven:
                score += beyond
            score -= score.max(axis=-1, keepdims=True)
            np.exp(score, out=score)
            heard = np.matmul(score, values[chosen, :, :longest])  # (n, H, 1, D)
            heard /= score.sum(axis=-1, keepdims=True)
            x += layer.out(heard.reshape(n, width))
            x += layer.down(gelu(layer.up(x, inverse_rms(x))))
        self.used[rows] += 1
        return model.finish(x)


def _centred(table: Floats) -> Floats:
    """The table (…, C) with mean 0 along its last axis."""
    return np.ascontiguousarray(table - table.mean(axis=-1, keepdims=True))


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
