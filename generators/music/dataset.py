"""Packing scores into the compact arrays that training reads.

A pack is one .npz of plain arrays (no pickle). Pieces are split where the metre changes, put on the grid, and measured
by the same code that measures results: bar by bar, and in excerpts of 8, 16 and 32 bars. Packing needs a MIDI reader;
training on a pack needs numpy alone.

    python -m generators.music.dataset --data FOLDER --out pack.npz

FOLDER holds the training archives (see ARCHIVES), or any MIDI files of one's own.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray, Score
from generators.errors import BadInput, BadMidi
from generators.music import attributes, jsymbolic, tokens
from generators.music.bar_attributes import measure_bars
from generators.music.chord_labels import NO_CHORD
from generators.music.conditions import EXCERPT_BARS, FAR
from generators.music.fingerprint import n_grams, steps
from generators.music.segments import MIN_BARS, Segment, chord_labels, find_echoes, roles_of, split_segments

ARCHIVES = ("chopin_first_editions", "polish_scores_piano", "openscore_lieder", "openscore_quartets")
"""The sets whose licences (CC0, CC BY 4.0) let an artist sell what a model trained on them writes."""
OWN_SET = len(ARCHIVES)
"""The set index of a user's own files."""
HELD_OUT_PERCENT = 3
_HOPS = {8: 8, 16: 8, 32: 16}
_BUSY_SHARE = 0.7
_TWIN_STEPS, _TWIN_SHARE = 12, 0.15
_MAX_OWN_BYTES = 16 << 20


@dataclass(frozen=True)
class Pack:
    """The training material as parallel arrays.

    `events` (n, 5) uint8, see tokens.
    Bars (b), each segment's closing line among them: `bar_first` the event of its line, `bar_segment`, `bar_measures`
    (b, BAR_NAMES) float32 (NaN where a bar cannot tell), `bar_since` and `bar_left` uint8 (bars since the piece began
    and to its end, itself included, FAR or more as FAR), `bar_echo` uint16 how many bars ago lies the one it returns to
    (0: none), `bar_echo_kind` uint8, `bar_chord` uint8 (see chord_symbols).
    Segments (s): `segment_first` its first bar, `segment_bars`, `metre`, `ensemble`, `piece`, `held_out`, `set_index`.
    Excerpts (x): `excerpt_segment`, `excerpt_begin` (bar in its segment), `excerpt_bars`, `excerpt_key`,
    `excerpt_measures` (x, attributes), `excerpt_features` (x, 100) and `excerpt_pitches` (x, 128), how often each pitch
    begins.
    """

    events: npt.NDArray[np.uint8]
    bar_first: npt.NDArray[np.int32]
    bar_segment: npt.NDArray[np.int32]
    bar_measures: npt.NDArray[np.float32]
    bar_since: npt.NDArray[np.uint8]
    bar_left: npt.NDArray[np.uint8]
    bar_echo: npt.NDArray[np.uint16]
    bar_echo_kind: npt.NDArray[np.uint8]
    bar_chord: npt.NDArray[np.uint8]
    segment_first: npt.NDArray[np.int32]
    segment_bars: npt.NDArray[np.int32]
    metre: npt.NDArray[np.uint8]
    ensemble: npt.NDArray[np.uint8]
    piece: npt.NDArray[np.int32]
    held_out: npt.NDArray[np.bool_]
    set_index: npt.NDArray[np.uint8]
    excerpt_segment: npt.NDArray[np.int32]
    excerpt_begin: npt.NDArray[np.int32]
    excerpt_bars: npt.NDArray[np.uint8]
    excerpt_key: npt.NDArray[np.uint8]
    excerpt_measures: npt.NDArray[np.float32]
    excerpt_features: npt.NDArray[np.float32]
    excerpt_pitches: npt.NDArray[np.uint16]

    def save(self, path: Path) -> None:
        """Write the pack to `path`."""
        temporary = path.with_name(f"{path.stem}.part.npz")
        np.savez_compressed(temporary, **{item.name: getattr(self, item.name) for item in fields(self)})
        temporary.replace(path)

    @staticmethod
    def load(path: Path) -> Pack:
        """The pack in `path`.

        Raises:
            BadInput: it is no pack of this version.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return Pack(**{item.name: arrays[item.name] for item in fields(Pack)})
        except (OSError, EOFError, ValueError, TypeError, KeyError, zipfile.BadZipFile, zlib.error) as error:
            raise BadInput(f"{path} is no pack of this version: pack the music again.") from error

    def segment_events(self, segment: int, begin: int, bars: int) -> IntArray:
        """The events (n, 5) of `bars` bars of a segment from bar `begin` on, with the line after them."""
        first = int(self.segment_first[segment]) + begin
        return self.events[self.bar_first[first] : self.bar_first[first + bars] + 1].astype(np.int64)

    def excerpt_score(self, excerpt: int) -> Score:
        """The excerpt as a score at its mean tempo."""
        segment, begin, bars = (
            int(column[excerpt]) for column in (self.excerpt_segment, self.excerpt_begin, self.excerpt_bars)
        )
        tempo_bpm = float(self.excerpt_measures[excerpt, attributes.INDEX["tempo"]])
        metre = tokens.BAR_METRES[int(self.metre[segment])]
        return tokens.score_of(self.segment_events(segment, begin, bars), metre, bars, tempo_bpm, None, "")


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


@dataclass(frozen=True)
class PackedSegment:
    """One segment as rows for a Pack; `excerpts` are (begin, bars, key, measures, features, pitches)."""

    events: IntArray
    bar_rows: FloatArray
    measures: FloatArray
    bars: int
    metre: int
    excerpts: list[tuple[int, int, int, FloatArray, FloatArray, IntArray]]


def pack_segment(segment: Segment) -> PackedSegment:
    """Measure one segment: each of its bars, and excerpts of it."""
    bar, bars = tokens.bar_length(segment.metre), segment.bars
    events = tokens.encode(segment.notes, bar, bars)
    notes = tokens.decode(events, bar).tidied()
    whole = measurable(notes, segment.metre, bars, 60.0 * bars / float(np.sum(60.0 / segment.tempo_bpm)))
    measured = measure_bars(whole, bar_bounds_q(segment.metre, bars))
    measured = measured[:, [attributes.INDEX[name] for name in attributes.BAR_NAMES]]
    measured = np.vstack([measured, np.full((1, measured.shape[1]), np.nan)])
    number = np.arange(bars + 1)
    since = np.minimum(number, FAR) if segment.is_first else np.full(bars + 1, FAR)
    left = np.minimum(bars - number, FAR) if segment.is_last else np.full(bars + 1, FAR)
    ago, kind = find_echoes(notes, bar, bars)
    chord = chord_labels(notes, bar, bars)
    rows = np.column_stack([since, left, np.append(ago, 0), np.append(kind, 0), np.append(chord, NO_CHORD)])
    lines = np.flatnonzero(events[:, 0] == tokens.BAR)
    busy = np.diff(lines) > 1
    excerpts = []
    for length in EXCERPT_BARS:
        if bars < length and not (length == EXCERPT_BARS[0] and bars >= MIN_BARS):
            continue
        for begin in range(0, max(bars - length, 0) + 1, _HOPS[length]):
            count = min(length, bars)
            if busy[begin : begin + count].mean() < _BUSY_SHARE:
                continue
            part = events[lines[begin] : lines[begin + count] + 1]
            tempo_bpm = float(1.0 / np.mean(1.0 / segment.tempo_bpm[begin : begin + count]))
            score = tokens.score_of(part, segment.metre, count, tempo_bpm, None, "")
            ready = attributes.notes_of(score)
            pitches = np.bincount(score.pitch, minlength=128)
            measures, features = attributes.measure_notes(ready), jsymbolic.measure(score)
            excerpts.append((begin, count, attributes.key_of(ready), measures, features, pitches))
    return PackedSegment(events, rows, measured, bars, tokens.BAR_METRES.index(segment.metre), excerpts)


@dataclass(frozen=True)
class PackedPiece:
    """A piece as packed segments, with the ensemble that plays it."""

    segments: list[PackedSegment]
    ensemble: int
    held_out: bool
    set_index: int


def pack_score(score: Score, *, held_out: bool, set_index: int) -> PackedPiece | None:
    """A piece, measured; None if no part of it fits the grid, the metres or the roles."""
    roles = roles_of(score)
    if roles is None or not score.note_count:
        return None
    used = set(roles[score.track].tolist())
    ensemble = next((i for i, allowed in enumerate(tokens.ENSEMBLE_ROLES) if used <= set(allowed)), None)
    if ensemble is None:
        return None
    segments = [pack_segment(segment) for segment in split_segments(score, roles)]
    return PackedPiece(segments, ensemble, held_out, set_index) if segments else None


def segment_grams(events: IntArray, metre: int, n: int = _TWIN_STEPS) -> npt.NDArray[np.uint64]:
    """The runs of `n` steps of a segment's `events`, for finding copies."""
    note = events[:, 0] != tokens.BAR
    number = np.cumsum(~note)
    start = number[note] * tokens.bar_length(tokens.BAR_METRES[metre]) + events[note, 0]
    return np.unique(n_grams(steps(start, events[note, 2]), n))


def keep_twins_apart(pieces: list[PackedPiece]) -> list[PackedPiece]:
    """The pieces with every one held out that shares much of its notes, in any key, with a piece that is held out."""
    grams = [[segment_grams(segment.events, segment.metre) for segment in piece.segments] for piece in pieces]
    kept = [part for piece, parts in zip(pieces, grams, strict=True) if piece.held_out for part in parts]
    known = np.unique(np.concatenate(kept)) if kept else np.zeros(0, dtype=np.uint64)
    found = []
    for piece, parts in zip(pieces, grams, strict=True):
        own = np.concatenate(parts)
        is_twin = len(own) > 0 and float(np.isin(own, known).mean()) > _TWIN_SHARE
        held_out = piece.held_out or is_twin
        found.append(PackedPiece(piece.segments, piece.ensemble, held_out, piece.set_index))
    return found


def join(pieces: list[PackedPiece]) -> Pack:
    """The pack of `pieces`.

    Raises:
        BadInput: nothing that was added can be used.
    """
    excerpts: list[tuple[Any, ...]] = []
    segments: list[tuple[int, ...]] = []
    bar_first: list[IntArray] = []
    bar_count = event_count = 0
    every = [(number, piece, segment) for number, piece in enumerate(pieces) for segment in piece.segments]
    for number, piece, segment in every:
        bar_first.append(np.flatnonzero(segment.events[:, 0] == tokens.BAR) + event_count)
        row = (bar_count, segment.bars, segment.metre, piece.ensemble, number, piece.held_out, piece.set_index)
        excerpts += [(len(segments), *excerpt) for excerpt in segment.excerpts]
        segments.append(row)
        bar_count += segment.bars + 1
        event_count += len(segment.events)
    if not excerpts:
        raise BadInput("None of this music can be used for training: check that it is piano, song or string music.")
    rows = np.concatenate([segment.bar_rows for *_, segment in every])
    column = list(zip(*segments, strict=True))
    part = list(zip(*excerpts, strict=True))
    return Pack(
        events=np.concatenate([segment.events for *_, segment in every]).astype(np.uint8),
        bar_first=np.concatenate(bar_first).astype(np.int32),
        bar_segment=np.repeat(np.arange(len(every)), [segment.bars + 1 for *_, segment in every]).astype(np.int32),
        bar_measures=np.concatenate([segment.measures for *_, segment in every]).astype(np.float32),
        bar_since=rows[:, 0].astype(np.uint8),
        bar_left=rows[:, 1].astype(np.uint8),
        bar_echo=rows[:, 2].astype(np.uint16),
        bar_echo_kind=rows[:, 3].astype(np.uint8),
        bar_chord=rows[:, 4].astype(np.uint8),
        segment_first=np.array(column[0], dtype=np.int32),
        segment_bars=np.array(column[1], dtype=np.int32),
        metre=np.array(column[2], dtype=np.uint8),
        ensemble=np.array(column[3], dtype=np.uint8),
        piece=np.array(column[4], dtype=np.int32),
        held_out=np.array(column[5], dtype=bool),
        set_index=np.array(column[6], dtype=np.uint8),
        excerpt_segment=np.array(part[0], dtype=np.int32),
        excerpt_begin=np.array(part[1], dtype=np.int32),
        excerpt_bars=np.array(part[2], dtype=np.uint8),
        excerpt_key=np.array(part[3], dtype=np.uint8),
        excerpt_measures=np.array(part[4], dtype=np.float32),
        excerpt_features=np.array(part[5], dtype=np.float32),
        excerpt_pitches=np.array(part[6], dtype=np.uint16),
    )


def read_archive(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """Composer, title and MIDI bytes of each piece of an archive with midi/*.mid and index.csv."""
    with zipfile.ZipFile(path) as archive:
        rows = csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8")))
        for row in rows:
            yield row["composer"], row["title"], archive.read(row["file"])


def own_files(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Every MIDI file under `folder`, as `read_archive` gives those of an archive."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".mid", ".midi") and path.is_file() and path.stat().st_size <= _MAX_OWN_BYTES:
            yield path.parent.name, path.stem, path.read_bytes()


def _pack_one(job: tuple[bytes, bool, int]) -> PackedPiece | None:
    from generators.music.midi import read_midi

    data, held_out, set_index = job
    try:
        score = read_midi(data)
    except BadMidi:
        return None  # a piece without notes, or no MIDI at all
    return pack_score(score, held_out=held_out, set_index=set_index)


def _packed(jobs: Iterable[tuple[bytes, bool, int]], workers: int) -> Iterator[PackedPiece | None]:
    if workers <= 1:
        yield from map(_pack_one, jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_pack_one, jobs, chunksize=4)


def pack_folder(
    folder: Path, limit: int | None = None, report: Callable[[str], None] = lambda _: None, workers: int = 1
) -> Pack:
    """The pack of the ARCHIVES in `folder`, or of the MIDI files under it where it holds no archive.

    `limit` takes only that many pieces of each set; `report` hears of each set.

    Raises:
        BadInput: an archive is missing, or there is nothing that can be used.
    """
    paths = {name: folder / f"{name}.zip" for name in ARCHIVES}
    sets: dict[str, Iterator[tuple[str, str, bytes]]]
    if any(path.exists() for path in paths.values()):
        for path in paths.values():
            if not path.exists():
                raise BadInput(f"{path} is missing: put the training archives into {folder}.")
        sets = {name: read_archive(path) for name, path in paths.items()}
    elif folder.is_dir():
        sets = {folder.name: own_files(folder)}
    else:
        raise BadInput(f"{folder} is no folder: name one with MIDI files, or with the training archives.")
    pieces: list[PackedPiece] = []
    for name, rows in sets.items():
        set_index = ARCHIVES.index(name) if name in ARCHIVES else OWN_SET
        jobs = ((data, is_held_out(composer, title), set_index) for composer, title, data in islice(rows, limit))
        found = list(_packed(jobs, workers))
        used = [piece for piece in found if piece is not None]
        pieces += used
        report(f"{name}: {len(used)} of {len(found)} pieces")
    return join(keep_twins_apart(pieces))


def main() -> None:
    """Pack a folder."""
    parser = argparse.ArgumentParser(description="Pack scores for training the music model.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with the archives, or with MIDI files")
    parser.add_argument("--out", type=Path, required=True, help="the .npz to write")
    parser.add_argument("--limit", type=int, default=None, help="only this many pieces of each set")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that measure")
    chosen = parser.parse_args()
    pack = pack_folder(chosen.data, chosen.limit, lambda line: print(line, flush=True), chosen.workers)  # noqa: T201 - the output of a command
    pack.save(chosen.out)
    held_out = pack.held_out[pack.excerpt_segment]
    counts = f"{len(pack.events):,} events, {len(pack.excerpt_bars):,} excerpts, {int(held_out.sum()):,} held out"
    print(counts)  # noqa: T201 - the output of a command


if __name__ == "__main__":
    main()
