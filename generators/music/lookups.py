"""What the heads look up in the music so far and in what is fixed, besides what the network remembers.

A compound event's place is chosen before its pitch, so attention cannot search for "what was played at this place a bar
ago": the place is not known yet when it runs. These tables give that to the heads directly. All are 0 or 1, and
follow from the past and from what is fixed alone.

- rhythm, (RHYTHM_ROWS, MAX_BAR): the places at which notes begin in the last bar, in the one before, in the bar that
  this one returns to, among the fixed notes of this bar, and in the next bar that is fixed.
- heard, (HEARD, 128): pitches that began at the same place 1, 2 and 4 bars ago; that still sound; that were already
  written at this place; that came at all, or often, in this bar and the last; that the bar returned to has at this
  place, and at all; that are fixed at this place, later in this bar, and in the next fixed bar; the tones and the root
  of the chord asked for; and the tonic of the key in every octave: first of a major key, then of a minor one.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import IntArray
from generators.music import tokens

Floats = npt.NDArray[np.float32]
BARS_AGO = (1, 2, 4)
SOUNDING, HERE, CAME, OFTEN = 3, 4, 5, 6
ECHO_HERE, ECHO_BAR, FIXED_HERE, FIXED_LATER, FIXED_NEXT = 7, 8, 9, 10, 11
CHORD, ROOT, TONIC = 12, 13, 14
HEARD = TONIC + 2
RHYTHM_LAST, RHYTHM_BEFORE, RHYTHM_ECHO, RHYTHM_FIXED, RHYTHM_NEXT = range(5)
RHYTHM_ROWS = 5
RHYTHM = RHYTHM_ROWS * tokens.MAX_BAR
KEYS = 24
OFTEN_COUNT = 3
NOTHING: npt.NDArray[np.bool_] = np.zeros((tokens.MAX_BAR, 128), dtype=bool)


@dataclass(frozen=True)
class BarAid:
    """What is known of a bar before it is written: rolls (MAX_BAR, 128) of bools, or None where there is none.

    `echo` is the bar it returns to, `fixed` the notes in it that stay, `following` the next bar that has fixed notes;
    `chord` (2, 128) float32 are tones and root of the chord asked for. `key` is 0..23, or KEYS where it is free.
    """

    echo: npt.NDArray[np.bool_] | None = None
    fixed: npt.NDArray[np.bool_] | None = None
    following: npt.NDArray[np.bool_] | None = None
    chord: Floats | None = None
    key: int = KEYS


def tonics(key: int) -> Floats:
    """The last two rows (2, 128) of heard for a key 0..23 (major from C, then minor); zeros where it is free."""
    table = np.zeros((2, 128), dtype=np.float32)
    if key < KEYS:
        table[key // 12, key % 12 :: 12] = 1.0
    return table


def roll_of(slot: IntArray, pitch: IntArray) -> npt.NDArray[np.bool_]:
    """The roll (MAX_BAR, 128) of one bar's notes."""
    roll = NOTHING.copy()
    roll[slot, pitch] = True
    return roll


def aid_rhythm(aid: BarAid) -> Floats:
    """The last three rows (3, MAX_BAR) of rhythm in a bar."""
    rows = np.zeros((3, tokens.MAX_BAR), dtype=np.float32)
    for row, roll in enumerate((aid.echo, aid.fixed, aid.following)):
        if roll is not None:
            rows[row] = roll.any(axis=1)
    return rows


def aid_static(aid: BarAid) -> Floats:
    """The rows of heard (HEARD, 128) that hold for the whole of a bar; the others are zero."""
    table = np.zeros((HEARD, 128), dtype=np.float32)
    if aid.echo is not None:
        table[ECHO_BAR] = aid.echo.any(axis=0)
    if aid.following is not None:
        table[FIXED_NEXT] = aid.following.any(axis=0)
    if aid.chord is not None:
        table[CHORD : ROOT + 1] = aid.chord
    table[TONIC:] = tonics(aid.key)
    return table


def window_lookups(events: IntArray, bar_length: int, aids: list[BarAid]) -> tuple[Floats, Floats]:
    """For each of `events` (n, 5) what is known before it is chosen: rhythm (n, RHYTHM) and heard (n, HEARD, 128).

    The first event is a bar line; `aids` are those of the window's bars. `heard` is zero for bar lines.
    """
    n = len(events)
    is_line = events[:, 0] == tokens.BAR
    bar = np.cumsum(is_line) - 1
    now = np.concatenate([[0], bar[:-1]])
    note = np.flatnonzero(~is_line)
    slot, pitch, number = events[note, 0], events[note, 2], bar[note]
    bars = int(bar[-1]) + 1

    begins = np.zeros((bars + 2, tokens.MAX_BAR), dtype=np.float32)
    begins[number + 2, slot] = 1.0
    aided = np.stack([aid_rhythm(aids[index]) for index in range(bars)])
    rhythm = np.concatenate([begins[now + 1], begins[now], aided[now].reshape(n, -1)], axis=1)

    furthest = max(BARS_AGO)
    roll = np.zeros((bars + furthest, tokens.MAX_BAR, 128), dtype=bool)
    roll[number + furthest, slot, pitch] = True
    static = np.stack([aid_static(aids[index]) for index in range(bars)])
    heard = np.zeros((n, HEARD, 128), dtype=np.float32)
    heard[note] = static[number]
    for index, ago in enumerate(BARS_AGO):
        heard[note, index] = roll[number + furthest - ago, slot]
    start = number * bar_length + slot
    end = start + tokens.DURATIONS[events[note, 3]]
    one_hot = np.zeros((len(note), 128), dtype=np.float32)
    one_hot[np.arange(len(note)), pitch] = 1.0
    earlier = np.tri(len(note), k=-1, dtype=bool)
    sounds = (start[None, :] < start[:, None]) & (end[None, :] > start[:, None])
    heard[note, SOUNDING] = np.minimum(sounds.astype(np.float32) @ one_hot, 1.0)
    heard[note, HERE] = (earlier & (start[None, :] == start[:, None])).astype(np.float32) @ one_hot
    recent = earlier & (number[None, :] >= number[:, None] - 1)
    count = recent.astype(np.float32) @ one_hot
    heard[note, CAME], heard[note, OFTEN] = count > 0, count >= OFTEN_COUNT
    for index, aid in enumerate(aids[:bars]):
        if aid.echo is None and aid.fixed is None:
            continue
        inside = number == index
        rows, places = note[inside], slot[inside]
        if aid.echo is not None:
            heard[rows, ECHO_HERE] = aid.echo[places]
        if aid.fixed is not None:
            heard[rows, FIXED_HERE] = aid.fixed[places]
            heard[rows, FIXED_LATER] = _later(aid.fixed)[places]
    return rhythm, heard


def _later(roll: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """For each place (MAX_BAR, 128) the pitches of `roll` at any later place."""
    suffix = np.logical_or.accumulate(roll[::-1], axis=0)[::-1]
    return np.concatenate([suffix[1:], np.zeros((1, 128), dtype=bool)])


class Lookups:
    """The same tables while a piece is being written, one event at a time."""

    def __init__(self, bar_length: int, aid: BarAid | None = None) -> None:
        self._bar_length = bar_length
        self._bar = 0
        self._bars: list[npt.NDArray[np.bool_]] = [NOTHING.copy()]
        self._counts: list[Floats] = [np.zeros(128, np.float32)]
        self._end = np.zeros(128, dtype=np.int64)
        self._chord = np.zeros(128, np.float32)
        self._slot = -1
        self._waiting: list[tuple[int, int]] = []
        self._rhythm = np.zeros((RHYTHM_ROWS, tokens.MAX_BAR), np.float32)
        self._set_aid(aid or BarAid())

    def copy(self) -> Lookups:
        """Another that goes on from here by itself; bars that are over are shared, for they do not change."""
        return copy.deepcopy(self, {id(kept): kept for kept in (*self._bars[:-1], *self._counts[:-1], self._aid)})

    def _set_aid(self, aid: BarAid) -> None:
        self._aid = aid
        self._static = aid_static(aid)
        self._later = _later(aid.fixed) if aid.fixed is not None else None
        self._rhythm = np.concatenate([self._rhythm[:RHYTHM_ECHO], aid_rhythm(aid)])

    def add_line(self, aid: BarAid | None = None) -> None:
        """A bar ends and the next begins, of which `aid` is known."""
        self._settle()
        self._bar += 1
        self._bars.append(NOTHING.copy())
        self._counts.append(np.zeros(128, np.float32))
        if len(self._bars) > max(BARS_AGO) + 1:
            self._bars.pop(0)
            self._counts.pop(0)
        parts = [bar.any(axis=1) for bar in self._bars[-2:-4:-1]]
        parts += [np.zeros(tokens.MAX_BAR, bool)] * (RHYTHM_ECHO - len(parts))
        self._rhythm = np.concatenate([np.stack(parts).astype(np.float32), self._rhythm[RHYTHM_ECHO:]])
        self._set_aid(aid or BarAid())
        self._slot = -1

    def add_note(self, slot: int, pitch: int, duration: int) -> None:
        """A note at `slot` of this bar, `duration` grid ticks long."""
        if slot != self._slot:
            self._settle()
            self._slot = slot
        start = self._bar * self._bar_length + slot
        self._waiting.append((pitch, start + duration))
        self._bars[-1][slot, pitch] = True
        self._counts[-1][pitch] += 1.0
        self._chord[pitch] += 1.0

    def _settle(self) -> None:
        """Let the notes of the last place count as sounding from now on."""
        for pitch, end in self._waiting:
            self._end[pitch] = max(self._end[pitch], end)
        self._waiting.clear()
        self._chord[:] = 0.0

    @property
    def roll(self) -> npt.NDArray[np.bool_]:
        """What has been written of this bar: (MAX_BAR, 128)."""
        return self._bars[-1]

    @property
    def rhythm(self) -> Floats:
        """(RHYTHM,): see `window_lookups`."""
        return self._rhythm.ravel()

    def heard(self, slot: int) -> Floats:
        """(HEARD, 128) for a note at `slot` of this bar."""
        table = np.empty((HEARD, 128), np.float32)
        self.hear(slot, table)
        return table

    def hear(self, slot: int, table: Floats) -> None:
        """Write into `table` (HEARD, 128) what is heard by a note at `slot` of this bar."""
        np.copyto(table, self._static)
        for index, ago in enumerate(BARS_AGO):
            if len(self._bars) > ago:
                table[index] = self._bars[-1 - ago][slot]
        if slot != self._slot:
            self._settle()
        np.greater(self._end, self._bar * self._bar_length + slot, out=table[SOUNDING], casting="unsafe")
        table[HERE] = self._chord
        count = self._counts[-1] + self._counts[-2] if len(self._counts) > 1 else self._counts[-1]
        np.greater(count, 0, out=table[CAME], casting="unsafe")
        np.greater_equal(count, OFTEN_COUNT, out=table[OFTEN], casting="unsafe")
        if self._aid.echo is not None:
            table[ECHO_HERE] = self._aid.echo[slot]
        if self._aid.fixed is not None and self._later is not None:
            table[FIXED_HERE], table[FIXED_LATER] = self._aid.fixed[slot], self._later[slot]
