"""What the heads look up in the music so far, besides what the network remembers.

A compound event's place is chosen before its pitch, so attention cannot search for "what was played at this place a bar
ago": the place is not known yet when it runs. These tables give that to the heads directly. All are 0 or 1, and
follow from the past alone.

- rhythm, (2, MAX_BAR): the places at which notes begin in the last bar and the one before.
- heard, (HEARD, 128): pitches that began at the same place 1, 2 and 4 bars ago; that still sound; that were already
  written at this place; that came at all, or often, in this bar and the last; and the tonic of the key in every octave,
  where one is told: first of a major key, then of a minor one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import IntArray
from generators.music import tokens

Floats = npt.NDArray[np.float32]
BARS_AGO = (1, 2, 4)
HEARD = len(BARS_AGO) + 6
KEYS = 24
RHYTHM = 2 * tokens.MAX_BAR
_OFTEN = 3


def tonics(key: int) -> Floats:
    """The last two rows (2, 128) of heard for a key 0..23 (major from C, then minor); zeros where it is free."""
    table = np.zeros((2, 128), dtype=np.float32)
    if key < KEYS:
        table[key // 12, key % 12 :: 12] = 1.0
    return table


def window_lookups(events: IntArray, bar_length: int, key: int = KEYS) -> tuple[Floats, Floats]:
    """For each of `events` (n, 5) what is known before it is chosen: rhythm (n, RHYTHM) and heard (n, HEARD, 128).

    The first event is a bar line; `heard` is zero for bar lines.
    """
    n = len(events)
    is_line = events[:, 0] == tokens.BAR
    bar = np.cumsum(is_line) - 1
    now = np.concatenate([[0], bar[:-1]])
    note = np.flatnonzero(~is_line)
    slot, pitch, number = events[note, 0], events[note, 2], bar[note]

    begins = np.zeros((bar[-1] + 3, tokens.MAX_BAR), dtype=np.float32)
    begins[number + 2, slot] = 1.0
    rhythm = np.concatenate([begins[now + 1], begins[now]], axis=1)

    furthest = max(BARS_AGO)
    roll = np.zeros((bar[-1] + 1 + furthest, tokens.MAX_BAR, 128), dtype=np.float32)
    roll[number + furthest, slot, pitch] = 1.0
    heard = np.zeros((n, HEARD, 128), dtype=np.float32)
    for index, ago in enumerate(BARS_AGO):
        heard[note, index] = roll[number + furthest - ago, slot]
    start = number * bar_length + slot
    end = start + tokens.DURATIONS[events[note, 3]]
    one_hot = np.zeros((len(note), 128), dtype=np.float32)
    one_hot[np.arange(len(note)), pitch] = 1.0
    earlier = np.tri(len(note), k=-1, dtype=bool)
    sounds = (start[None, :] < start[:, None]) & (end[None, :] > start[:, None])
    heard[note, -6] = np.minimum(sounds.astype(np.float32) @ one_hot, 1.0)
    heard[note, -5] = (earlier & (start[None, :] == start[:, None])).astype(np.float32) @ one_hot
    recent = earlier & (number[None, :] >= number[:, None] - 1)
    count = recent.astype(np.float32) @ one_hot
    heard[note, -4], heard[note, -3] = count > 0, count >= _OFTEN
    heard[note, -2:] = tonics(key)
    return rhythm, heard


class Lookups:
    """The same tables while a piece is being written, one event at a time."""

    def __init__(self, bar_length: int) -> None:
        self._bar_length = bar_length
        self._bar = 0
        self._bars: list[Floats] = [np.zeros((tokens.MAX_BAR, 128), np.float32)]
        self._counts: list[Floats] = [np.zeros(128, np.float32)]
        self._end = np.zeros(128, dtype=np.int64)
        self._chord = np.zeros(128, np.float32)
        self._slot = -1
        self._rhythm = np.zeros(RHYTHM, np.float32)
        self._tonics = tonics(KEYS)
        self._waiting: list[tuple[int, int]] = []

    def set_key(self, key: int) -> None:
        """The key from here on: 0..23, or KEYS where it is free."""
        self._tonics = tonics(key)

    def add_line(self) -> None:
        """A bar ends and the next begins."""
        self._settle()
        self._bar += 1
        self._bars.append(np.zeros((tokens.MAX_BAR, 128), np.float32))
        self._counts.append(np.zeros(128, np.float32))
        if len(self._bars) > max(BARS_AGO) + 1:
            self._bars.pop(0)
            self._counts.pop(0)
        parts = [bar.any(axis=1) for bar in self._bars[-2:-4:-1]]
        parts += [np.zeros(tokens.MAX_BAR, bool)] * (2 - len(parts))
        self._rhythm = np.concatenate(parts).astype(np.float32)
        self._slot = -1

    def add_note(self, slot: int, pitch: int, duration: int) -> None:
        """A note at `slot` of this bar, `duration` grid ticks long."""
        if slot != self._slot:
            self._settle()
            self._slot = slot
        start = self._bar * self._bar_length + slot
        self._waiting.append((pitch, start + duration))
        self._bars[-1][slot, pitch] = 1.0
        self._counts[-1][pitch] += 1.0
        self._chord[pitch] += 1.0

    def _settle(self) -> None:
        """Let the notes of the last place count as sounding from now on."""
        for pitch, end in self._waiting:
            self._end[pitch] = max(self._end[pitch], end)
        self._waiting.clear()
        self._chord[:] = 0.0

    @property
    def rhythm(self) -> Floats:
        """(RHYTHM,): see `window_lookups`."""
        return self._rhythm

    def heard(self, slot: int) -> Floats:
        """(HEARD, 128) for a note at `slot` of this bar."""
        table = np.zeros((HEARD, 128), np.float32)
        for index, ago in enumerate(BARS_AGO):
            if len(self._bars) > ago:
                table[index] = self._bars[-1 - ago][slot]
        if slot != self._slot:
            self._settle()
        table[-6] = self._end > self._bar * self._bar_length + slot
        table[-5] = self._chord
        count = self._counts[-1] + self._counts[-2] if len(self._counts) > 1 else self._counts[-1]
        table[-4], table[-3] = count > 0, count >= _OFTEN
        table[-2:] = self._tonics
        return table
