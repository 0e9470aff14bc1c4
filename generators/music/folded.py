"""The network's weights folded for composing: everything that can be worked out before is inside the matrices.

At this size a step is as long as its number of numpy calls, so that each call counts:

- the stream of the blocks has mean 0 (whatever writes to it is centred) and carries 1 / sqrt(C) and one more column,
  sqrt(epsilon): the length of a row is then its root mean square, as a norm wants it;
- gains and biases of norms are part of the products that follow; what goes into a product has a column that is always
  1 for its bias (in an MLP a unit that is told nothing);
- rotary positions lie side by side, as complex numbers; the scale of attention lies in the queries;
- MLPs count in units in which GELU's cubic has no coefficient.

The stream of the heads is not centred by what writes to it, so its mean has a column of its own. Its columns are: what
is left without the mean, over sqrt(C); sqrt(epsilon); the mean; 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray
from generators.music.config import NetworkConfig

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]
HEAD_COLUMNS = 3
"""The columns of the heads' stream beside C."""
_EPSILON = 1e-5
ROOT_EPSILON = math.sqrt(_EPSILON)
# gelu(x) = x / (1 + exp(-2 u)) with u = sqrt(2 / pi) (x + 0.044715 x^3)
# in units z = -UNIT x that is, up to the unit, z / (1 + exp(z^3 + SLOPE z))
_UNIT = (2.0 * math.sqrt(2.0 / math.pi) * 0.044715) ** (1.0 / 3.0)
_SLOPE = np.float32(2.0 * math.sqrt(2.0 / math.pi) / _UNIT)
_ONE = np.float32(1.0)
_TOLD_NOTHING = -2.0
"""Where the unit that carries a bias stands, in those units."""


@dataclass(frozen=True)
class Mlp:
    """`up` (inputs + 1, hidden + 1) and `down` (hidden + 1, outputs), for GELU in its own units."""

    up: Floats
    down: Floats


@dataclass(frozen=True)
class Block:
    """`qkv` (C + 1, 3 C) and `out` (C + 1, C + 1) of attention, and the MLP."""

    qkv: Floats
    out: Floats
    mlp: Mlp


@dataclass(frozen=True)
class Link:
    """One link of the chain of heads: what the field before gives (k, C + 3), the MLP, and `logits` (C + 3, k)."""

    given: Floats
    mlp: Mlp
    logits: Floats


def gelu(z: Floats, scratch: Floats) -> None:
    """GELU of `z` in its own units, in place, up to the factor that `down` has; may overflow to the right result."""
    np.multiply(z, z, out=scratch)
    np.add(scratch, _SLOPE, out=scratch)
    np.multiply(scratch, z, out=scratch)
    np.exp(scratch, out=scratch)
    np.add(scratch, _ONE, out=scratch)
    np.divide(z, scratch, out=z)


def laid_out(table: npt.ArrayLike) -> Floats:
    """Row by row in memory: products of a few rows with anything else are several times slower."""
    return np.ascontiguousarray(table, dtype=np.float32)


def centred(table: FloatArray) -> FloatArray:
    """The table (…, C) with mean 0 along its last axis."""
    return np.asarray(table - table.mean(axis=-1, keepdims=True))


def to_stream(table: npt.ArrayLike) -> Floats:
    """What (…, C) adds to the blocks' stream (…, C + 1)."""
    rows = np.asarray(table, dtype=np.float64)
    zero = np.zeros((*rows.shape[:-1], 1))
    return laid_out(np.concatenate([centred(rows) / math.sqrt(rows.shape[-1]), zero], axis=-1))


def to_heads(table: npt.ArrayLike) -> Floats:
    """What (…, C) adds to the heads' stream (…, C + 3)."""
    rows = np.asarray(table, dtype=np.float64)
    mean = rows.mean(axis=-1, keepdims=True)
    zero = np.zeros_like(mean)
    parts = [(rows - mean) / math.sqrt(rows.shape[-1]), zero, mean, zero]
    return laid_out(np.concatenate(parts, axis=-1))


def of_heads(weights: Weights, name: str) -> FloatArray:
    """The product `name` as it takes in the heads' stream: (C + 3, outputs)."""
    weight, bias = (np.asarray(weights[f"{name}.{part}"], dtype=np.float64) for part in ("weight", "bias"))
    rows = [weight.T * math.sqrt(weight.shape[1]), np.zeros((1, len(bias))), weight.sum(axis=1)[None], bias[None]]
    return np.concatenate(rows)


def _after_norm(weights: Weights, name: str, norm: str) -> FloatArray:
    """The product `name` of a row over its length, with the gain and bias of `norm`: (C + 1, outputs)."""
    weight, bias, gain, shift = (
        np.asarray(weights[key], dtype=np.float64)
        for key in (f"{name}.weight", f"{name}.bias", f"{norm}.weight", f"{norm}.bias")
    )
    whole = centred(weight * gain) * math.sqrt(weight.shape[1])
    return np.concatenate([whole.T, (bias + weight @ shift)[None]])


def fold_mlp(weights: Weights, name: str, norm: str, *, heads: bool) -> Mlp:
    """The MLP `name` after its `norm`, which writes to the heads' stream or to that of the blocks."""
    up = _after_norm(weights, f"{name}.up", norm) * -_UNIT
    idle = np.zeros((len(up), 1))
    idle[-1] = _TOLD_NOTHING
    carried = np.full((1, 1), _TOLD_NOTHING, dtype=np.float32)
    gelu(carried, np.empty_like(carried))
    down = np.asarray(weights[f"{name}.down.weight"], dtype=np.float64).T / -_UNIT
    bias = np.asarray(weights[f"{name}.down.bias"], dtype=np.float64) / float(carried[0, 0])
    rows = np.concatenate([down, bias[None]])
    return Mlp(laid_out(np.concatenate([up, idle], axis=1)), to_heads(rows) if heads else to_stream(rows))


def fold_block(weights: Weights, name: str, config: NetworkConfig) -> Block:
    """The block `name`."""
    width, heads = config.width, config.heads
    head = width // heads
    plain = _after_norm(weights, f"{name}.qkv", f"{name}.norm1")
    inner = np.arange(head).reshape(2, -1).T.ravel()  # rotary pairs side by side
    order = (np.arange(2 * heads)[:, None] * head + inner).ravel()
    order = np.concatenate([order, np.arange(2 * width, 3 * width)])
    scale = np.where(np.arange(3 * width) < width, head**-0.5, 1.0)
    out = np.concatenate([weights[f"{name}.out.weight"].T, weights[f"{name}.out.bias"][None]])
    mlp = fold_mlp(weights, name, f"{name}.norm2", heads=False)
    return Block(laid_out(plain[:, order] * scale), to_stream(out), mlp)


def fold_finish(weights: Weights, config: NetworkConfig) -> Floats:
    """The last norm, from a row of the stream over its length to the heads' stream: (C + 1, C + 3)."""
    gain = np.asarray(weights["norm.weight"], dtype=np.float64)
    finish = to_heads(np.concatenate([np.diag(gain) * math.sqrt(config.width), weights["norm.bias"][None]]))
    finish[-1, config.width], finish[-1, -1] = ROOT_EPSILON, 1.0
    return finish
