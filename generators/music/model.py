"""The music model as it composes: weights in numpy, and one step of the network with a cache written in place.

At this size a step is a few hundred small products; numpy on one core does them faster than any graph or device could
be started, so no torch is needed to compose. Norms' gains are folded into the products that follow them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.errors import AffectStudioError, ModelMissing
from generators.music import attributes, tokens
from generators.music.conditions import BAR_BINS, BAR_FREE, RANK_BINS, WHOLE_FREE
from generators.music.config import PITCH_STAGE, TAPS, NetworkConfig, event_rows, weight_shapes
from generators.progress import Progress, silent

Floats = npt.NDArray[np.float32]
QUANTILES = 65
_EPSILON = np.float32(1e-5)
_GELU_SLOPE, _GELU_CUBE = np.float32(0.7978845608), np.float32(0.044715)


@dataclass(frozen=True)
class Product:
    """y = x @ weight + bias, with weight (inputs, outputs)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """X (n, inputs) to (n, outputs)."""
        y: Floats = np.matmul(x, self.weight)
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


def normalise(x: Floats) -> Floats:
    """X (n, C) with mean 0 and variance 1 in each row: a layer norm without its gain."""
    centred: Floats = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("nc,nc->n", centred, centred)[:, None] / np.float32(x.shape[-1])
    centred /= np.sqrt(variance + _EPSILON)
    return centred


def gelu(x: Floats) -> Floats:
    """The tanh form of GELU, in place of x."""
    inner = x * x
    inner *= x
    inner *= _GELU_CUBE
    inner += x
    inner *= _GELU_SLOPE
    np.tanh(inner, out=inner)
    inner += 1.0
    x *= inner
    x *= 0.5
    return x


class MusicModel:
    """Weights and ranks of a music model, read-only: any number of jobs may use it at once.

    `whole_edges` (attributes, 15) and `bar_edges` (3, 7) cut values into ranks; `quantiles` (attributes, QUANTILES) are
    the values at equal steps of rank among solo piano windows; `bank` (n, attributes) are attribute vectors of real
    windows, `bank_key` (n,) their keys and `bank_metre` (n,) their metres.
    """

    def __init__(
        self, config: NetworkConfig, weights: Mapping[str, npt.NDArray[Any]], facts: Mapping[str, Any]
    ) -> None:
        self.config = config
        self.facts = dict(facts)
        self.whole_edges = np.array(facts["whole_edges"], dtype=np.float64)
        self.bar_edges = np.array(facts["bar_edges"], dtype=np.float64)
        self.quantiles = np.asarray(weights["ranks.quantiles"], dtype=np.float64)
        self.bank = np.asarray(weights["ranks.bank"], dtype=np.float64)
        self.bank_key = np.asarray(weights["ranks.bank_key"], dtype=np.int64)
        self.bank_metre = np.asarray(weights["ranks.bank_metre"], dtype=np.int64)
        self.weights = {name: np.asarray(weights[name], dtype=np.float32) for name in weight_shapes(config)}
        self.whole_offset = np.concatenate([[0], np.cumsum(WHOLE_FREE + 1)[:-1]])
        self.bar_offset = np.concatenate([[0], np.cumsum(BAR_FREE + 1)[:-1]])
        self.layers = [
            Layer(
                self._product(f"blocks.{index}.qkv", f"blocks.{index}.norm1"),
                self._product(f"blocks.{index}.out"),
                self._product(f"blocks.{index}.up", f"blocks.{index}.norm2"),
                self._product(f"blocks.{index}.down"),
            )
            for index in range(config.layers)
        ]
        self._slot = self._product("slot_logits")
        self._rhythm = np.ascontiguousarray(self.weights["rhythm.weight"].T)
        self._heard = np.ascontiguousarray(self.weights["heard.weight"].T)
        self._mixture = self._product("mixture")
        # filters slide over pitch: (HEARD, TAPS, FILTERS), turned round so that a pitch that was heard spreads them
        self._filters = np.ascontiguousarray(self.weights["filters.weight"][:, :, ::-1].transpose(1, 2, 0))
        self.links = [
            Link(
                self.weights[f"stages.{index}.given.weight"],
                self._product(f"stages.{index}.up", f"stages.{index}.norm"),
                self._product(f"stages.{index}.down"),
                self._pitch_product() if index == PITCH_STAGE else self._product(f"stages.{index}.logits"),
            )
            for index in range(len(tokens.FIELDS) - 1)
        ]
        half = config.width // config.heads // 2
        angle = np.arange(config.context)[:, None] * 10_000.0 ** (-np.arange(half) / half)[None, :]
        self.cos, self.sin = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)

    def _product(self, name: str, norm: str = "") -> Product:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        if norm:
            bias = bias + weight @ self.weights[f"{norm}.bias"]
            weight = weight * self.weights[f"{norm}.weight"]
        return Product(np.ascontiguousarray(weight.T), bias)

    def _pitch_product(self) -> Product:
        """The pitch logits with what pitches share by class and octave folded in."""
        plain, pitch = self._product(f"stages.{PITCH_STAGE}.logits"), np.arange(128)
        shared = self.weights["pitch_class.weight"][pitch % 12] + self.weights["octave.weight"][pitch // 12]
        return Product(np.ascontiguousarray(plain.weight + shared.T), plain.bias)

    def embed(self, events: npt.NDArray[np.int64], condition: Floats) -> Floats:
        """Events (n, 5) and summed conditions (n, C) to (n, C)."""
        table = self.weights["event_table.weight"]
        return np.asarray(table[event_rows(events)].sum(axis=1) + condition, dtype=np.float32)

    def whole_condition(self, whole: npt.NDArray[np.int64]) -> Floats:
        """The sums (b, C) of the embeddings of whole conditions (b, W)."""
        return np.asarray(self.weights["whole_table.weight"][whole + self.whole_offset].sum(axis=1), dtype=np.float32)

    def bar_condition(self, bars: npt.NDArray[np.int64]) -> Floats:
        """The sums (b, C) of the embeddings of bar conditions (b, 5)."""
        return np.asarray(self.weights["bar_table.weight"][bars + self.bar_offset].sum(axis=1), dtype=np.float32)

    def begin_event(self, state: Floats, rhythm: Floats) -> tuple[Floats, Floats]:
        """The head's state (1, C) and the slot's logits, from the network's state (1, C) and the rhythm (RHYTHM,)."""
        x = state + rhythm @ self._rhythm
        return x, self._slot(x)[0]

    def link(self, index: int, x: Floats, given: int, heard: Floats) -> tuple[Floats, Floats]:
        """One link of the chain: state (1, C), the field before and heard (HEARD, 128) to the new state and logits."""
        link = self.links[index]
        x = x + link.given[given]
        if index == PITCH_STAGE:
            x += self._heard[np.flatnonzero(heard)].T @ heard[heard != 0]
        x += link.down(gelu(link.up(normalise(x))))
        logits = link.logits(x)[0]
        if index == PITCH_STAGE:
            logits += self._relative_pitch(x, heard)
        return x, logits

    def _relative_pitch(self, x: Floats, heard: Floats) -> Floats:
        """The interval filters (128,) mixed by x (1, C), spread from each pitch that was heard."""
        kernel = self._filters @ self._mixture(x)[0]  # (HEARD, TAPS)
        spread = np.zeros(128 + TAPS - 1, np.float32)
        for kind, pitch in zip(*np.nonzero(heard), strict=True):
            spread[pitch : pitch + TAPS] += heard[kind, pitch] * kernel[kind]
        return spread[TAPS // 2 : TAPS // 2 + 128]


class Cache:
    """The keys and values of one piece so far, written in place: `used` of `config.context` places."""

    def __init__(self, model: MusicModel) -> None:
        self._model = model
        config = model.config
        shape = (config.layers, config.heads, config.context, config.width // config.heads)
        self._keys, self._values = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self.used = 0

    def extend(self, x: Floats) -> Floats:
        """Run the network over n more events: x (n, C) to the state after the last of them (1, C)."""
        model, begin, n = self._model, self.used, len(x)
        end = begin + n
        heads, width = model.config.heads, model.config.width
        head_width = width // heads
        half = head_width // 2
        scale = np.float32(head_width**-0.5)
        cos, sin = model.cos[begin:end], model.sin[begin:end]
        hidden = np.triu(np.full((n, n), -np.inf, np.float32), 1) if n > 1 else None
        x = x.copy()
        for layer, keys, values in zip(model.layers, self._keys, self._values, strict=True):
            qkv = layer.qkv(normalise(x)).reshape(n, 3, heads, head_width).transpose(1, 2, 0, 3)  # (3, H, n, D)
            low, high = qkv[:2, :, :, :half], qkv[:2, :, :, half:]
            turned = np.concatenate([low * cos - high * sin, low * sin + high * cos], axis=-1)
            keys[:, begin:end], values[:, begin:end] = turned[1], qkv[2]
            score = np.matmul(turned[0] * scale, keys[:, :end].transpose(0, 2, 1))  # (H, n, end)
            if hidden is not None:
                score[:, :, begin:] += hidden
            score -= score.max(axis=-1, keepdims=True)
            np.exp(score, out=score)
            score /= score.sum(axis=-1, keepdims=True)
            heard = np.matmul(score, values[:, :end])  # (H, n, D)
            x += layer.out(heard.transpose(1, 0, 2).reshape(n, width))
            x += layer.down(gelu(layer.up(normalise(x))))
        self.used = end
        norm_weight, norm_bias = model.weights["norm.weight"], model.weights["norm.bias"]
        return np.asarray(normalise(x[-1:]) * norm_weight + norm_bias, dtype=np.float32)


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
    facts = {
        "attributes": list(attributes.NAMES),
        "whole_edges": [np.interp(np.arange(1, RANK_BINS) / RANK_BINS, steps, row).tolist() for row in quantiles],
        "bar_edges": [
            np.interp(np.arange(1, BAR_BINS) / BAR_BINS, steps, quantiles[attributes.INDEX[name]]).tolist()
            for name in attributes.BAR_NAMES
        ],
    }
    return MusicModel(config, weights, facts)
