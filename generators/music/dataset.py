"""Packing scores into the compact arrays that training reads.

A pack is one .npz of plain arrays (no pickle). Pieces are split where the metre changes, put on the grid, cut into
windows of whole bars, and measured by the same code that measures results. Packing needs a MIDI reader; training on a
pack needs numpy alone.

    python -m generators.music.dataset --data FOLDER_OF_ZIPS --out pack.npz
"""

from __future__ import annotations

import argparse
import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray, Score
from generators.errors import BadInput, BadMidi
from generators.music import attributes, tokens
from generators.music.downbeat import find_upbeat

ARCHIVES = ("chopin_first_editions", "polish_scores_piano", "openscore_lieder", "openscore_quartets")
"""The sets whose licences (CC0, CC BY 4.0) let an artist sell what a model trained on them writes."""
WINDOW_EVENTS = 384
MIN_BARS = 4
HELD_OUT_PERCENT = 3
FAR = 32
"""A bar this far from the piece's beginning or end, or further."""
_SAME_METRE = {(2, 2): (4, 4), (8, 8): (4, 4), (4, 8): (2, 4), (1, 2): (2, 4), (3, 2): (6, 4), (12, 4): (6, 4)}


@dataclass(frozen=True)
class Pack:
    """The training material as parallel arrays.

    `events` (n, 5) uint8, see tokens; `event_bar` (n,) is the row of each event in the bar table.
    Bar table (b): `bar_measures` (b, 3) float32 as in attributes.BAR_NAMES (NaN where empty), `bar_since` and
    `bar_left` uint8: bars since the piece began and to its end (itself included), FAR or more as FAR.
    Windows (w): `first` and `count` of events, `measures` (w, attributes) float32, `metre`, `key`, `ensemble`,
    `piece` (an index), `held_out` (kept from training) and `set_index` into ARCHIVES.
    """

    events: npt.NDArray[np.uint8]
    event_bar: npt.NDArray[np.int32]
    bar_measures: npt.NDArray[np.float32]
    bar_since: npt.NDArray[np.uint8]
    bar_left: npt.NDArray[np.uint8]
    first: npt.NDArray[np.int32]
    count: npt.NDArray[np.int32]
    measures: npt.NDArray[np.float32]
    metre: npt.NDArray[np.uint8]
    key: npt.NDArray[np.uint8]
    ensemble: npt.NDArray[np.uint8]
    piece: npt.NDArray[np.int32]
    held_out: npt.NDArray[np.bool_]
    set_index: npt.NDArray[np.uint8]

    def save(self, path: Path) -> None:
        """Write the pack to `path`."""
        np.savez_compressed(path, **{item.name: getattr(self, item.name) for item in fields(self)})

    @staticmethod
    def load(path: Path) -> Pack:
        """The pack in `path`."""
        with np.load(path, allow_pickle=False) as arrays:
            return Pack(**{name: arrays[name] for name in arrays.files})


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
    plain = [_SAME_METRE.get((n, d), (n, d)) for n, d in score.metre.tolist()]
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


def measurable(notes: tokens.GridNotes, metre: tuple[int, int], bars: int, tempo_bpm: float) -> attributes.Notes:
    """`notes` of `bars` bars at a steady tempo, ready to measure."""
    order = np.lexsort((notes.pitch, notes.start))
    start, end = notes.start[order] / tokens.GRID, (notes.start + notes.duration)[order] / tokens.GRID
    quarter_s = 60.0 / tempo_bpm
    length_q = tokens.bar_length(metre) * bars / tokens.GRID
    return attributes.Notes(
        start_q=start,
        end_q=end,
        start_s=start * quarter_s,
        end_s=end * quarter_s,
        pitch=notes.pitch[order],
        velocity=notes.velocity[order],
        length_q=length_q,
        length_s=length_q * quarter_s,
        beat_q=tokens.beat_length(metre) / tokens.GRID,
    )


def bar_bounds_q(metre: tuple[int, int], bars: int) -> FloatArray:
    """The bar lines (bars + 1,) in quarters."""
    return np.arange(bars + 1) * tokens.bar_length(metre) / tokens.GRID


def is_held_out(composer: str, title: str) -> bool:
    """Whether a piece is kept for measuring; all copies of a title by its composer go the same way."""
    return zlib.crc32(f"{composer}|{title}".casefold().encode()) % 100 < HELD_OUT_PERCENT


class Packer:
    """Collects pieces into a Pack."""

    def __init__(self) -> None:
        self._events: list[IntArray] = []
        self._event_bar: list[IntArray] = []
        self._bars: list[FloatArray] = []
        self._windows: list[tuple[Any, ...]] = []
        self._event_count = 0
        self._bar_count = 0
        self._piece = 0

    def add(self, score: Score, *, held_out: bool, set_index: int) -> bool:
        """Add a piece; False if no part of it fits the grid, the metres or the roles."""
        roles = roles_of(score)
        if roles is None or not score.note_count:
            return False
        used = set(roles[score.track].tolist())
        ensemble = next((i for i, allowed in enumerate(tokens.ENSEMBLE_ROLES) if used <= set(allowed)), None)
        if ensemble is None:
            return False
        before = len(self._windows)
        for segment in split_segments(score, roles):
            self._add_segment(segment, ensemble, held_out, set_index)
        self._piece += 1
        return len(self._windows) > before

    def _add_segment(self, segment: Segment, ensemble: int, held_out: bool, set_index: int) -> None:
        bar, bars, notes = tokens.bar_length(segment.metre), segment.bars, segment.notes
        events = tokens.encode(notes, bar, bars)
        lines = np.flatnonzero(events[:, 0] == tokens.BAR)
        whole = measurable(notes, segment.metre, bars, 120.0)
        bar_measures = attributes.measure_bars(whole, bar_bounds_q(segment.metre, bars))
        bar_measures = np.vstack([bar_measures, [[0.0, np.nan, np.nan]]])
        number = np.arange(bars + 1)
        since = np.minimum(number, FAR) if segment.is_first else np.full(bars + 1, FAR)
        left = np.minimum(bars - number, FAR) if segment.is_last else np.full(bars + 1, FAR)
        self._events.append(events)
        self._event_bar.append(np.cumsum(events[:, 0] == tokens.BAR) - 1 + self._bar_count)
        self._bars.append(np.column_stack([bar_measures, since, left]))
        begin = 0
        while begin < bars:
            end = int(np.searchsorted(lines, lines[begin] + WINDOW_EVENTS, side="left")) - 1
            if end >= begin + min(MIN_BARS, bars):
                row = self._measure(segment, begin, end)
                if row is not None:
                    at = (self._event_count + int(lines[begin]), int(lines[end] - lines[begin]) + 1)
                    metre = tokens.BAR_METRES.index(segment.metre)
                    self._windows.append((*at, *row, metre, ensemble, self._piece, held_out, set_index))
            if end >= bars:
                break
            begin = max(begin + 1, (begin + end) // 2)
        self._event_count += len(events)
        self._bar_count += bars + 1

    @staticmethod
    def _measure(segment: Segment, begin: int, end: int) -> tuple[FloatArray, int] | None:
        bar, notes = tokens.bar_length(segment.metre), segment.notes
        inside = (notes.start >= begin * bar) & (notes.start < end * bar)
        busy = len(np.unique(notes.start[inside] // bar))
        if busy < 0.7 * (end - begin):
            return None
        part = tokens.GridNotes(
            notes.start[inside] - begin * bar,
            notes.duration[inside],
            notes.pitch[inside],
            notes.velocity[inside],
            notes.role[inside],
        )
        tempo_bpm = float(1.0 / np.mean(1.0 / segment.tempo_bpm[begin:end]))
        ready = measurable(part, segment.metre, end - begin, tempo_bpm)
        return attributes.measure_notes(ready), attributes.key_of(ready)

    def pack(self) -> Pack:
        """Everything added so far.

        Raises:
            BadInput: nothing that was added can be used.
        """
        if not self._windows:
            raise BadInput("None of this music can be used for training: check that its archives hold scores.")
        bars = np.concatenate(self._bars)
        columns = list(zip(*self._windows, strict=True))
        return Pack(
            events=np.concatenate(self._events).astype(np.uint8),
            event_bar=np.concatenate(self._event_bar).astype(np.int32),
            bar_measures=bars[:, :3].astype(np.float32),
            bar_since=bars[:, 3].astype(np.uint8),
            bar_left=bars[:, 4].astype(np.uint8),
            first=np.array(columns[0], dtype=np.int32),
            count=np.array(columns[1], dtype=np.int32),
            measures=np.array(columns[2], dtype=np.float32),
            key=np.array(columns[3], dtype=np.uint8),
            metre=np.array(columns[4], dtype=np.uint8),
            ensemble=np.array(columns[5], dtype=np.uint8),
            piece=np.array(columns[6], dtype=np.int32),
            held_out=np.array(columns[7], dtype=bool),
            set_index=np.array(columns[8], dtype=np.uint8),
        )


def read_archive(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """Composer, title and MIDI bytes of each piece of an archive with midi/*.mid and index.csv."""
    with zipfile.ZipFile(path) as archive:
        rows = csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8")))
        for row in rows:
            yield row["composer"], row["title"], archive.read(row["file"])


def pack_folder(folder: Path, limit: int | None = None, report: Callable[[str], None] = lambda _: None) -> Pack:
    """The pack of the ARCHIVES in `folder`, or of the first `limit` pieces of each; `report` hears of each archive.

    Raises:
        BadInput: an archive is missing or holds nothing that can be used.
    """
    from generators.music.midi import read_midi

    packer = Packer()
    for set_index, name in enumerate(ARCHIVES):
        path = folder / f"{name}.zip"
        if not path.exists():
            raise BadInput(f"{path} is missing: put the training archives into {folder}.")
        used = pieces = 0
        for composer, title, data in islice(read_archive(path), limit):
            pieces += 1
            try:
                score = read_midi(data)
            except BadMidi:
                continue  # a piece without notes
            used += packer.add(score, held_out=is_held_out(composer, title), set_index=set_index)
        report(f"{name}: {used} of {pieces} pieces")
    return packer.pack()


def main() -> None:
    """Pack the archives of a folder."""
    parser = argparse.ArgumentParser(description="Pack scores for training the music model.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with the archives")
    parser.add_argument("--out", type=Path, required=True, help="the .npz to write")
    parser.add_argument("--limit", type=int, default=None, help="only this many pieces of each archive")
    chosen = parser.parse_args()
    pack = pack_folder(chosen.data, chosen.limit, print)
    pack.save(chosen.out)
    counts = f"{len(pack.events):,} events, {len(pack.first):,} windows, {int(pack.held_out.sum()):,} held out"
    print(counts)  # noqa: T201 - the output of a command


if __name__ == "__main__":
    main()
