"""From a score to stretches of one metre on the grid, and what is measured on them for training and for editing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray, Score
from generators.music import tokens
from generators.music.chord_labels import label_bars
from generators.music.conditions import ECHO_EDGES
from generators.music.downbeat import find_upbeat

MIN_BARS = 4
_SAME_METRE = {(2, 2): (4, 4), (8, 8): (4, 4), (4, 8): (2, 4), (1, 2): (2, 4), (3, 2): (6, 4), (12, 4): (6, 4)}
_BUCKETS = 4_096
_NEAREST_ECHO = 3
_GOES_ON = 0.1


def plain_metre(metre: tuple[int, int]) -> tuple[int, int]:
    """The metre of the same length that the model knows it by, or itself."""
    return _SAME_METRE.get(metre, metre)


@dataclass(frozen=True)
class Segment:
    """A stretch of one metre on the grid: notes from its first bar line on, and where it lies in its piece."""

    notes: tokens.GridNotes
    metre: tuple[int, int]
    bars: int
    tempo_bpm: FloatArray
    is_first: bool
    is_last: bool


def roles_of(score: Score) -> IntArray | None:
    """The role of each track, by General MIDI program; None where one is unknown."""
    roles = []
    for track in score.tracks:
        if track.is_drum:
            return None
        program = track.program
        role = {40: 2, 41: 3, 42: 4}.get(program, 0 if program < 8 else 1 if 52 <= program < 55 else -1)
        if role < 0:
            return None
        roles.append(role)
    return np.array(roles, dtype=np.int64)


def split_segments(score: Score, roles: IntArray) -> Iterator[Segment]:
    """The stretches of one known metre in `score`, at least MIN_BARS long."""
    edges = [*score.metre_tick.tolist(), score.length]
    plain = [plain_metre((n, d)) for n, d in score.metre.tolist()]
    spans: list[tuple[int, int, tuple[int, int]]] = []
    for begin, end, metre in zip(edges[:-1], edges[1:], plain, strict=True):
        if end <= begin:
            continue
        bar = score.ticks_per_quarter * 4 * metre[0] // metre[1]
        if spans and spans[-1][2] == metre and (begin - spans[-1][0]) % bar == 0:
            spans[-1] = (spans[-1][0], end, metre)
        else:
            spans.append((begin, end, metre))
    grid = score.ticks_per_quarter / tokens.GRID
    for index, (begin, end, metre) in enumerate(spans):
        if metre not in tokens.BAR_METRES:
            continue
        bar, beat = tokens.bar_length(metre), tokens.beat_length(metre)
        inside = (score.start >= begin) & (score.start < end)
        start = np.round((score.start[inside] - begin) / grid).astype(np.int64)
        length = np.maximum(np.round(score.duration[inside] / grid).astype(np.int64), 1)
        upbeat = find_upbeat(start, length, score.pitch[inside], bar, beat)
        shift = (bar - upbeat) % bar
        bars = -(-(round((end - begin) / grid) + shift) // bar)
        if bars < MIN_BARS or not inside.any():
            continue
        notes = tokens.GridNotes(
            start + shift, length, score.pitch[inside], score.velocity[inside], roles[score.track[inside]]
        ).tidied()
        bars = min(bars, int((notes.start + notes.duration).max() + bar - 1) // bar)
        middle = begin + (np.arange(bars) * bar + bar / 2 - shift) * grid
        at = np.clip(np.searchsorted(score.tempo_tick, middle, side="right") - 1, 0, None)
        yield Segment(notes, metre, bars, score.tempo_bpm[at], index == 0, index == len(spans) - 1)


def chord_labels(notes: tokens.GridNotes, bar: int, bars: int) -> IntArray:
    """The chord label of each bar (bars,): see `label_bars`. Notes held over count in each bar for their time there."""
    weights = np.zeros((bars, 12))
    end = np.minimum(notes.start + notes.duration, bars * bar)
    first, last = notes.start // bar, np.maximum(end - 1, notes.start) // bar
    for ahead in range(int((last - first).max(initial=0)) + 1):
        number = first + ahead
        inside = number <= np.minimum(last, bars - 1)
        here = np.minimum(end, (number + 1) * bar) - np.maximum(notes.start, number * bar)
        np.add.at(weights, (number[inside], notes.pitch[inside] % 12), here[inside])
    lowest = np.full(bars, 200, dtype=np.int64)
    keep = first < bars
    np.minimum.at(lowest, first[keep], notes.pitch[keep])
    return label_bars(weights, np.where(lowest < 200, lowest % 12, -1))


def find_echoes(notes: tokens.GridNotes, bar: int, bars: int) -> tuple[IntArray, npt.NDArray[np.int64]]:
    """Which earlier bar each bar returns to, as bars ago (0 for none), and how closely: 0..len(ECHO_EDGES).

    The measure is the share of notes (place and pitch) that two bars have in common (Jaccard). Of bars at least three
    ago the most alike one is taken, with a preference for going on where the bar before went on.
    """
    number = notes.start // bar
    keep = number < bars
    place = (notes.start[keep] % bar) * 128 + notes.pitch[keep]
    table = np.zeros((bars, _BUCKETS), dtype=np.float32)
    table[number[keep], (place * 2_654_435_761) % (1 << 32) % _BUCKETS] = 1.0
    size = table.sum(axis=1)
    common = table @ table.T
    alike = common / np.maximum(size[:, None] + size[None, :] - common, 1.0)
    ago, kind = np.zeros(bars, dtype=np.int64), np.zeros(bars, dtype=np.int64)
    for index in range(_NEAREST_ECHO, bars):
        row = alike[index, : index - _NEAREST_ECHO + 1].astype(np.float64)
        row = row + np.arange(len(row)) * 1e-6
        if ago[index - 1] and index - ago[index - 1] < len(row):
            row[index - ago[index - 1]] += _GOES_ON
        best = int(np.argmax(row))
        level = int(np.searchsorted(ECHO_EDGES, float(alike[index, best]), side="right"))
        if level and size[index]:
            ago[index], kind[index] = index - best, level
    return ago, kind
