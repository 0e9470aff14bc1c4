"""What the network has heard so far of several pieces, and one more step of it for all of them."""

from __future__ import annotations

import numpy as np

from generators.artifacts import IntArray
from generators.music.folded import ROOT_EPSILON, Floats, gelu
from generators.music.model import MusicModel


class _Scratch:
    """The arrays of a step of n rows, and the views of them that it needs."""

    def __init__(self, model: MusicModel, n: int) -> None:
        config = model.config
        width, heads, head = config.width, config.heads, config.width // config.heads
        self.x = np.full((n, width + 1), ROOT_EPSILON, np.float32)
        self.body = self.x[:, :width]
        self.normed = np.ones((n, width + 1), np.float32)
        self.normed_body = self.normed[:, :width]
        self.length = np.empty(n, np.float32)
        self.length_column = self.length[:, None]
        self.qkv = np.empty((n, 3 * width), np.float32)
        self.pairs = self.qkv[:, : 2 * width].view(np.complex64).reshape(n, 2 * heads, head // 2)
        self.query = self.qkv[:, :width].reshape(n, heads, 1, head)
        self.key = self.qkv[:, width : 2 * width].reshape(n, heads, head)
        self.value = self.qkv[:, 2 * width :].reshape(n, heads, head)
        self.top = np.empty((n, heads, 1, 1), np.float32)
        self.heard = np.empty((n, heads, 1, head), np.float32)
        self.mixed = np.ones((n, width + 1), np.float32)
        self.mixed_heads = self.mixed[:, :width].reshape(n, heads, 1, head)
        self.added = np.empty((n, width + 1), np.float32)
        self.hidden = np.empty((n, config.hidden + 1), np.float32)
        self.inner = np.empty_like(self.hidden)

    def norm(self) -> None:
        """Put each row of the stream over its length into `normed`."""
        np.vecdot(self.x, self.x, out=self.length)
        np.sqrt(self.length, out=self.length)
        np.divide(self.body, self.length_column, out=self.normed_body)


class Cache:
    """The keys and values of several pieces (rows) so far, written in place: `used` (rows,) places of the context."""

    def __init__(self, model: MusicModel, rows: int = 1) -> None:
        self._model = model
        config = model.config
        shape = (config.layers, rows, config.heads, config.context, config.width // config.heads)
        self._keys, self._values = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self._layers = list(zip(model.blocks, self._keys, self._keys.swapaxes(-1, -2), self._values, strict=True))
        self.used = np.zeros(rows, dtype=np.int64)
        self._scratch: dict[int, _Scratch] = {}

    def copy(self, source: int, target: int) -> None:
        """Make the row `target` what the row `source` is."""
        used = int(self.used[source])
        self._keys[:, target, :, :used] = self._keys[:, source, :, :used]
        self._values[:, target, :, :used] = self._values[:, source, :, :used]
        self.used[target] = used

    def extend(self, row: int, x: Floats) -> Floats:
        """Run the network over n more events of one row: x (n, C + 1) to the heads' stream (1, C + 3) after them."""
        model, begin, n = self._model, int(self.used[row]), len(x)
        end = begin + n
        now, later = _Scratch(model, n), np.triu(np.full((n, n), -np.inf, np.float32), 1)
        now.body[:] = x[:, :-1]
        turns = model.turns[begin:end, None]
        with np.errstate(over="ignore"):
            for block, keys, keys_across, values in self._layers:
                now.norm()
                np.matmul(now.normed, block.qkv, out=now.qkv)
                np.multiply(now.pairs, turns, out=now.pairs)
                keys[row, :, begin:end], values[row, :, begin:end] = now.key.swapaxes(0, 1), now.value.swapaxes(0, 1)
                score = np.matmul(now.query[:, :, 0].swapaxes(0, 1), keys_across[row, :, :, :end])  # (H, n, end)
                score[:, :, begin:] += later
                score -= score.max(axis=-1, keepdims=True)
                np.exp(score, out=score)
                heard = np.matmul(score, values[row, :, :end])  # (H, n, D)
                heard /= score.sum(axis=-1, keepdims=True)
                now.mixed_heads[:, :, 0] = heard.swapaxes(0, 1)
                now.x += np.matmul(now.mixed, block.out)
                now.norm()
                np.matmul(now.normed, block.mlp.up, out=now.hidden)
                gelu(now.hidden, now.inner)
                now.x += np.matmul(now.hidden, block.mlp.down)
        self.used[row] = end
        now.norm()
        return np.asarray(np.matmul(now.normed[-1:], model.finish))

    def step(self, rows: IntArray, x: Floats) -> Floats:
        """One more event of each of `rows` (n,): x (n, C + 1) to the heads' stream (n, C + 3)."""
        model, n = self._model, len(rows)
        if n not in self._scratch:
            self._scratch[n] = _Scratch(model, n)
        now = self._scratch[n]
        numbers, places = rows.tolist(), self.used[rows].tolist()
        end = max(places) + 1
        together = numbers == list(range(numbers[0], numbers[0] + n))
        chosen: slice | IntArray = slice(numbers[0], numbers[0] + n) if together else rows
        even = min(places) + 1 == end
        if even:
            turns = model.turns[end - 1]
            place: int | IntArray = end - 1
        else:
            place = np.array(places)
            turns = model.turns[place][:, None]
            beyond = np.where(np.arange(end) > place[:, None], -np.inf, 0.0).astype(np.float32)[:, None, None]
        into = (chosen, slice(None), place) if even else (rows, slice(None), place)
        np.copyto(now.body, x[:, :-1])
        with np.errstate(over="ignore"):
            for block, keys, keys_across, values in self._layers:
                now.norm()
                np.matmul(now.normed, block.qkv, out=now.qkv)
                np.multiply(now.pairs, turns, out=now.pairs)
                keys[into], values[into] = now.key, now.value
                score = np.matmul(now.query, keys_across[chosen, :, :, :end])  # (n, H, 1, end)
                if not even:
                    score += beyond
                np.maximum.reduce(score, axis=-1, keepdims=True, out=now.top)
                np.subtract(score, now.top, out=score)
                np.exp(score, out=score)
                np.matmul(score, values[chosen, :, :end], out=now.heard)
                np.add.reduce(score, axis=-1, keepdims=True, out=now.top)
                np.divide(now.heard, now.top, out=now.mixed_heads)
                np.matmul(now.mixed, block.out, out=now.added)
                np.add(now.x, now.added, out=now.x)
                now.norm()
                np.matmul(now.normed, block.mlp.up, out=now.hidden)
                gelu(now.hidden, now.inner)
                np.matmul(now.hidden, block.mlp.down, out=now.added)
                np.add(now.x, now.added, out=now.x)
        self.used[rows] += 1
        now.norm()
        return np.asarray(np.matmul(now.normed, model.finish))
