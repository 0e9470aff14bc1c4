"""The speech network for use: the same as network.py in numpy, block by block in constant memory.

numpy does a few hundred steps at a time as products of matrices near the speed of the processor, and the worker needs
no torch for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.errors import ModelAltered
from generators.face.actions import SPEECH
from generators.face.config import OUTPUTS, STEM_FRAMES, STRIDE, NetworkConfig, Reach, weight_shapes
from generators.face.features import BANDS
from generators.progress import Progress, silent

FloatArray = npt.NDArray[np.float32]
TINY = NetworkConfig(width=16, hidden=16)


class FaceModel:
    """The weights, ready to compute with: matrices as (inputs, outputs) float32. Keeps no state of a job."""

    def __init__(
        self, config: NetworkConfig, weights: Mapping[str, npt.NDArray[Any]], facts: Mapping[str, Any]
    ) -> None:
        self.config = config
        self.facts = dict(facts)
        self.weights: dict[str, FloatArray] = {}
        for name, array in weights.items():
            turned = array.T if array.ndim == 2 and ".along." not in name else array
            self.weights[name] = np.ascontiguousarray(turned, dtype=np.float32)


def load_model(path: Path, progress: Progress = silent) -> FaceModel:
    """Read the weights in the safetensors file `path`, tensor by tensor.

    Raises:
        ModelAltered: not the weights of this version's network.
        Cancelled: from `progress`.
    """
    import json

    from safetensors import safe_open

    try:
        with safe_open(str(path), framework="np") as file:
            facts = json.loads((file.metadata() or {})["facts"])
            config = NetworkConfig.of(facts["config"])
            shapes = weight_shapes(config)
            weights = {}
            for done, name in enumerate(shapes):
                progress(done, len(shapes), f"loading {path.name}")
                weights[name] = file.get_tensor(name)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelAltered(f"{path.name} is not a weight file of the face model: install the model again.") from error
    except Exception as error:
        if type(error).__module__.startswith("safetensors"):
            raise ModelAltered(f"{path.name} is damaged: install the model again.") from error
        raise
    if any(weights[name].shape != shape or not np.isfinite(weights[name]).all() for name, shape in shapes.items()):
        raise ModelAltered(f"{path.name} holds weights of another network: install the model again.")
    return FaceModel(config, weights, facts)


def tiny_model(seed: int) -> FaceModel:
    """The real architecture with very small random weights."""
    rng = np.random.default_rng(seed)
    weights = {
        name: (0.3 * rng.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)
        for name, shape in weight_shapes(TINY).items()
    }
    return FaceModel(TINY, weights, {})


def _normed(x: FloatArray) -> FloatArray:
    """Layer norm over the last axis, without gain and bias."""
    centred: FloatArray = x - x.mean(axis=1, keepdims=True)
    variance = np.einsum("tc,tc->t", centred, centred) / np.float32(x.shape[1])
    centred *= (1.0 / np.sqrt(variance + np.float32(1e-5)))[:, None]
    return centred


class _Window:
    """The rows that a layer still needs: `past` zeros come before the first, `future` after the last."""

    def __init__(self, past: int, future: int, width: int) -> None:
        self._reach = past + future
        self._future = future
        self._held: FloatArray = np.zeros((past, width), dtype=np.float32)

    def push(self, rows: FloatArray, *, is_last: bool) -> FloatArray:
        """The rows (n + past + future, width) around the n that can be worked out now; fewer than n = 1 gives none."""
        parts = [self._held, rows]
        if is_last:
            parts.append(np.zeros((self._future, rows.shape[1]), dtype=np.float32))
        held = np.concatenate(parts)
        self._held = held[max(0, len(held) - self._reach) :]
        return held


class _Block:
    """One block of network.py over rows as they come."""

    def __init__(self, model: FaceModel, name: str, reach: Reach) -> None:
        weights = model.weights
        self._reach = reach
        self._window = _Window(reach.past, reach.future, model.config.width)
        self._along, self._bias = weights[f"{name}.along.weight"], weights[f"{name}.along.bias"]
        self._up, self._up_bias = weights[f"{name}.up.weight"], weights[f"{name}.up.bias"]
        self._down, self._down_bias = weights[f"{name}.down.weight"], weights[f"{name}.down.bias"]

    def push(self, rows: FloatArray, *, is_last: bool) -> FloatArray:
        reach = self._reach
        held = self._window.push(rows, is_last=is_last)
        count = max(0, len(held) - reach.past - reach.future)
        y: FloatArray = np.empty((count, held.shape[1]), dtype=np.float32)
        y[:] = self._bias
        for tap in range(reach.taps):
            begin = tap * reach.dilation
            y += self._along[tap] * held[begin : begin + count]
        hidden: FloatArray = _normed(y) @ self._up
        hidden += self._up_bias
        np.maximum(hidden, 0.0, out=hidden)
        np.square(hidden, out=hidden)
        told: FloatArray = hidden @ self._down
        told += self._down_bias
        told += held[reach.past : reach.past + count]
        return told


class CurveStream:
    """Features as they come to actions (frames, SPEECH) and log probabilities of sounds (frames, PHONES).

    As many frames come out as features went in, some later. With `is_live` only the trunk runs.
    """

    def __init__(self, model: FaceModel, *, is_live: bool = False) -> None:
        config = model.config
        self._frames_in = self._frames_out = 0
        self._stem = np.zeros((STEM_FRAMES - STRIDE, BANDS), dtype=np.float32)
        self._weights = model.weights
        self._head = "live" if is_live else "whole"
        self._blocks = [_Block(model, f"trunk.{index}", reach) for index, reach in enumerate(config.trunk_reach)]
        if not is_live:
            self._blocks += [_Block(model, f"wide.{index}", reach) for index, reach in enumerate(config.wide_reach)]

    def push(self, features: FloatArray, *, is_last: bool = False) -> tuple[FloatArray, FloatArray]:
        """What can be told after `features` (n, BANDS); with `is_last` all that is left."""
        self._frames_in += len(features)
        parts = [self._stem, features]
        if is_last and self._frames_in % STRIDE:
            parts.append(np.zeros((STRIDE - self._frames_in % STRIDE, BANDS), dtype=np.float32))
        held = np.concatenate(parts)
        steps = max(0, (len(held) - STEM_FRAMES) // STRIDE + 1)
        self._stem = held[steps * STRIDE :]
        pairs = (
            held[: (steps + 1) * STRIDE].reshape(-1, STRIDE * BANDS) if steps else held[:0].reshape(0, STRIDE * BANDS)
        )
        x = np.concatenate([pairs[:-1], pairs[1:]], axis=1) @ self._weights["stem.weight"] + self._weights["stem.bias"]
        for block in self._blocks:
            x = block.push(x, is_last=is_last)
        y = _normed(x) @ self._weights[f"{self._head}.weight"] + self._weights[f"{self._head}.bias"]
        y = y.reshape(-1, OUTPUTS)[: self._frames_in - self._frames_out]
        self._frames_out += len(y)
        logits = y[:, len(SPEECH) :]
        logits = logits - logits.max(axis=1, keepdims=True) if len(y) else logits
        return y[:, : len(SPEECH)], logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
