"""The chain of heads as it composes: the fields of one event, one after the other, for several pieces at once.

A piece may have several streams (with and without what it is told); they hear the same music. What was heard is a table
of a few ones among many zeros, so the rows of weights that it picks are summed, and no product is needed.
"""

from __future__ import annotations

import numpy as np

from generators.artifacts import IntArray
from generators.music.config import FILTERED, PITCH_STAGE, TAPS
from generators.music.folded import Floats, Link, gelu
from generators.music.lookups import CHORD
from generators.music.model import MusicModel

_FILTERED: IntArray = np.array(FILTERED, dtype=np.int64)
_UNTOLD = CHORD * 128
"""From here on the table of what is heard says what was asked for."""


class _Scratch:
    """The arrays of a link of n rows, and the views of them that it needs."""

    def __init__(self, link: Link, n: int) -> None:
        width = len(link.mlp.up) - 1
        self.normed = np.ones((n, width + 1), np.float32)
        self.body = self.normed[:, :width]
        self.length = np.empty(n, np.float32)
        self.length_column = self.length[:, None]
        self.hidden = np.empty((n, link.mlp.up.shape[1]), np.float32)
        self.inner = np.empty_like(self.hidden)
        self.added = np.empty((n, link.mlp.down.shape[1]), np.float32)


class _Windows:
    """What lies within TAPS / 2 semitones of each pitch, of what n pieces heard."""

    def __init__(self, n: int) -> None:
        padded = np.zeros((n, len(FILTERED), 128 + TAPS - 1), np.float32)
        self._heard = padded[:, :, TAPS // 2 : TAPS // 2 + 128]
        self._windows = np.lib.stride_tricks.sliding_window_view(padded, 128, axis=2)  # (n, rows, TAPS, 128)
        self._copied = np.empty((n, len(FILTERED) * TAPS, 128), np.float32)
        self._apart = self._copied.reshape(self._windows.shape)

    def of(self, heard: Floats) -> Floats:
        """The windows (n, rows x TAPS, 128) of heard (n, HEARD, 128)."""
        np.copyto(self._heard, heard[:, _FILTERED])
        np.copyto(self._apart, self._windows)
        return self._copied


class Heads:
    """The heads of `model` for pieces of so many `streams`: rows are the streams of the first piece, the next, ….

    Everything here works on the heads' stream (rows, C + 3), see folded.
    """

    def __init__(self, model: MusicModel, streams: int = 1) -> None:
        self._model, self._streams = model, streams
        self._width = model.config.width
        self._scratch: dict[int, _Scratch] = {}
        self._windows: dict[int, _Windows] = {}

    def rhythm(self, rhythm: Floats) -> Floats:
        """What rhythm (RHYTHM,), zeros and ones, adds to the stream: (C + 3,)."""
        return np.asarray(self._model.rhythm[rhythm.nonzero()[0]].sum(axis=0))

    def slot(self, x: Floats) -> Floats:
        """The logits of the slot (rows, SLOT_CLASSES)."""
        return np.asarray(np.matmul(x, self._model.slot))

    def hear(self, x: Floats, heard: Floats) -> None:
        """Add what each piece heard (n, HEARD, 128), zeros and ones, to its streams in x.

        Only the first stream of a piece hears what it is asked for.
        """
        table, streams = self._model.heard, self._streams
        for piece, row in enumerate(heard.reshape(len(heard), -1)):
            chosen = row.nonzero()[0]
            if streams == 1:
                x[piece] += table[chosen].sum(axis=0)
                continue
            cut = int(np.searchsorted(chosen, _UNTOLD))
            untold = table[chosen[:cut]].sum(axis=0)
            x[piece * streams + 1 : (piece + 1) * streams] += untold
            x[piece * streams] += untold + table[chosen[cut:]].sum(axis=0)

    def link(self, index: int, x: Floats, given: IntArray) -> None:
        """Take in the field before, `given` (rows,), and go on: changes x. Overflow in it is to be ignored."""
        link, n = self._model.links[index], len(x)
        if n not in self._scratch:
            self._scratch[n] = _Scratch(link, n)
        now, body = self._scratch[n], x[:, : self._width]
        x += link.given[given]
        measured = x[:, : self._width + 1]
        np.vecdot(measured, measured, out=now.length)
        np.sqrt(now.length, out=now.length)
        np.divide(body, now.length_column, out=now.body)
        np.matmul(now.normed, link.mlp.up, out=now.hidden)
        gelu(now.hidden, now.inner)
        np.matmul(now.hidden, link.mlp.down, out=now.added)
        x += now.added

    def logits(self, index: int, x: Floats, heard: Floats) -> Floats:
        """The logits (rows, k) of the field that the link `index` chooses, of pieces that heard (n, HEARD, 128)."""
        found = np.matmul(x, self._model.links[index].logits)
        if index == PITCH_STAGE:
            n = len(heard)
            if n not in self._windows:
                self._windows[n] = _Windows(n)
            kernel = np.matmul(x, self._model.kernels).reshape(n, self._streams, -1)
            found += np.matmul(kernel, self._windows[n].of(heard)).reshape(found.shape)
        return np.asarray(found)
