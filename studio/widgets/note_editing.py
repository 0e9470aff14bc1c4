"""Editing the notes of a score: pure functions from a score to a score. No Qt.

Notes are named by their rows in the score. Every edit keeps what it was not asked to change: other notes, tracks,
tempo, metre, keys and markers. A note that goes past the end makes the score longer by whole bars.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import msgspec
import numpy as np
import numpy.typing as npt

from generators.artifacts import IntArray, Score, replace
from generators.errors import BadRequest
from generators.music.midi import MAX_NOTES, MAX_QUARTERS

MAX_CLIP_BYTES = 32 << 20
NOTE_FIELDS = ("start", "duration", "pitch", "velocity", "track")


@dataclass(frozen=True, eq=False)
class Edit:
    """A score after an edit: `selected` are the rows of the notes it touched, `what` says it in the undo menu."""

    score: Score
    selected: IntArray
    what: str


@dataclass(frozen=True)
class Grid:
    """A note value to snap to, in quarter notes."""

    name: str
    quarters: Fraction

    def ticks(self, score: Score) -> float:
        """The length of one step in ticks, which need not be whole."""
        return float(self.quarters * score.ticks_per_quarter)


GRIDS: tuple[Grid, ...] = tuple(
    Grid(f"1/{value}{' triplet' if triplet else ''}", Fraction(4, value) * (Fraction(2, 3) if triplet else 1))
    for triplet in (False, True)
    for value in (4, 8, 16, 32)
)
"""From a quarter to a thirty-second, then the same as triplets."""


class Clip(msgspec.Struct, frozen=True):
    """Notes that were copied: rows of start (from the first one), duration, pitch, velocity and track."""

    ticks_per_quarter: int
    notes: tuple[tuple[int, int, int, int, int], ...]


# -- the grid --------------------------------------------------------------------------------------------------------


def snapped(ticks: npt.ArrayLike, step: float, bars: IntArray, *, down: bool = False) -> IntArray:
    """The grid line nearest to each tick, or the one before it with `down`; bar lines always count as grid lines.

    `step` in ticks; the grid begins anew at each of `bars`, and a step of 0 only rounds to whole ticks.
    """
    places = np.asarray(ticks, dtype=np.float64)
    if step <= 0 or not len(bars):
        return np.rint(places).astype(np.int64)
    bar = np.clip(np.searchsorted(bars, places, side="right") - 1, 0, len(bars) - 1)
    origin = bars[bar].astype(np.float64)
    below = origin + np.floor((places - origin) / step + 1e-9) * step
    if down:
        return np.rint(below).astype(np.int64)
    following = np.append(bars, np.iinfo(np.int64).max)[bar + 1]
    above = np.minimum(below + step, following)
    return np.rint(np.where(places - below < above - places, below, above)).astype(np.int64)


# -- building --------------------------------------------------------------------------------------------------------


def _columns(score: Score) -> dict[str, IntArray]:
    return {name: getattr(score, name).copy() for name in NOTE_FIELDS}


def _rows(rows: npt.ArrayLike) -> IntArray:
    return np.unique(np.asarray(rows, dtype=np.int64).reshape(-1))


def _built(score: Score, notes: dict[str, IntArray], touched: npt.NDArray[np.bool_], what: str) -> Edit:
    """The score with other notes, sorted; `touched` marks rows of `notes`."""
    order = np.lexsort((notes["track"], notes["pitch"], notes["start"]))
    ordered = {name: values[order] for name, values in notes.items()}
    end = int((ordered["start"] + ordered["duration"]).max()) if len(order) else 0
    length = score.length
    if end > length:
        length = int(replace(score, length=end).bar_ticks()[-1])
    return Edit(replace(score, **ordered, length=max(length, end)), np.flatnonzero(touched[order]), what)


def _marked(score: Score, rows: IntArray) -> npt.NDArray[np.bool_]:
    mask = np.zeros(score.note_count, dtype=bool)
    mask[rows] = True
    return mask


def _counted(rows: IntArray) -> str:
    return "note" if len(rows) == 1 else f"{len(rows):,} notes"


def _keys(start: IntArray, pitch: IntArray, track: IntArray) -> IntArray:
    """One number for each place that a note can begin at."""
    return np.asarray((start * 128 + pitch) * 65_536 + track)


def _with_copies(score: Score, copies: dict[str, IntArray], what: str) -> Edit:
    """The score with further notes; one that would lie exactly on another is left out, for nobody could see it."""
    there = _keys(score.start, score.pitch, score.track)
    keys = _keys(copies["start"], copies["pitch"], copies["track"])
    limit = score.ticks_per_quarter * MAX_QUARTERS
    first = np.zeros(len(keys), dtype=bool)
    first[np.unique(keys, return_index=True)[1]] = True
    kept = first & ~np.isin(keys, there) & (copies["start"] + copies["duration"] <= limit)
    if score.note_count + int(kept.sum()) > MAX_NOTES:
        raise BadRequest(f"A take holds at most {MAX_NOTES:,} notes: delete some before adding others.")
    notes = {name: np.concatenate([getattr(score, name), copies[name][kept]]) for name in NOTE_FIELDS}
    touched = np.zeros(len(notes["start"]), dtype=bool)
    touched[score.note_count :] = True
    return _built(score, notes, touched, what)


# -- edits -----------------------------------------------------------------------------------------------------------


def add_note(score: Score, start: int, duration: int, pitch: int, velocity: int = 80, track: int = 0) -> Edit:
    """Add a note; all values are brought into their range.

    Raises:
        BadRequest: the score is full.
    """
    limit = score.ticks_per_quarter * MAX_QUARTERS
    start = min(max(start, 0), limit - 1)
    values = (
        start,
        min(max(duration, 1), limit - start),
        min(max(pitch, 0), 127),
        min(max(velocity, 1), 127),
        min(max(track, 0), len(score.tracks) - 1),
    )
    copies = {name: np.array([value], dtype=np.int64) for name, value in zip(NOTE_FIELDS, values, strict=True)}
    return _with_copies(score, copies, "add note")


def delete(score: Score, rows: npt.ArrayLike, what: str = "delete") -> Edit:
    """Take notes away."""
    rows = _rows(rows)
    kept = ~_marked(score, rows)
    notes = {name: getattr(score, name)[kept] for name in NOTE_FIELDS}
    return _built(score, notes, np.zeros(int(kept.sum()), dtype=bool), f"{what} {_counted(rows)}")


def allowed_move(score: Score, rows: npt.ArrayLike, ticks: int, semitones: int) -> tuple[int, int]:
    """How far notes can really be moved together: none leaves the beginning or the keyboard."""
    rows = _rows(rows)
    if not len(rows):
        return 0, 0
    start, pitch = score.start[rows], score.pitch[rows]
    room = score.ticks_per_quarter * MAX_QUARTERS - int((start + score.duration[rows]).max())
    ticks = min(max(ticks, -int(start.min())), max(room, 0))
    return ticks, min(max(semitones, -int(pitch.min())), 127 - int(pitch.max()))


def move(score: Score, rows: npt.ArrayLike, ticks: int, semitones: int) -> Edit:
    """Move notes together, as far as `allowed_move` lets them."""
    rows = _rows(rows)
    ticks, semitones = allowed_move(score, rows, ticks, semitones)
    notes = _columns(score)
    notes["start"][rows] += ticks
    notes["pitch"][rows] += semitones
    return _built(score, notes, _marked(score, rows), f"move {_counted(rows)}")


def transpose(score: Score, rows: npt.ArrayLike, semitones: int) -> Edit:
    """Move notes in pitch by exactly `semitones`.

    Raises:
        BadRequest: one would leave the keyboard.
    """
    rows = _rows(rows)
    if allowed_move(score, rows, 0, semitones)[1] != semitones and len(rows):
        raise BadRequest("A note would leave the keyboard: transpose fewer notes, or by less.")
    moved = move(score, rows, 0, semitones)
    return Edit(moved.score, moved.selected, f"transpose {_counted(rows)}")


def resize(score: Score, rows: npt.ArrayLike, ticks: int, *, at_start: bool = False, shortest: int = 1) -> Edit:
    """Move the ends of notes by `ticks` (or their beginnings, the ends staying); none becomes shorter than `shortest`.

    A note that is shorter already keeps its length rather than growing.
    """
    rows = _rows(rows)
    notes = _columns(score)
    start, duration = notes["start"][rows], notes["duration"][rows]
    least = np.maximum(np.minimum(duration, max(shortest, 1)), 1)
    if at_start:
        end = start + duration
        moved = np.maximum(np.minimum(start + ticks, end - least), 0)
        notes["start"][rows], notes["duration"][rows] = moved, np.maximum(end - moved, 1)
    else:
        limit = score.ticks_per_quarter * MAX_QUARTERS
        longest = np.maximum(limit - start, duration)
        notes["duration"][rows] = np.minimum(np.maximum(duration + ticks, least), np.maximum(longest, 1))
    return _built(score, notes, _marked(score, rows), f"resize {_counted(rows)}")


def change_velocity(score: Score, rows: npt.ArrayLike, by: int) -> Edit:
    """Make notes louder or softer."""
    rows = _rows(rows)
    return set_velocity(score, rows, score.velocity[rows] + by)


def set_velocity(score: Score, rows: npt.ArrayLike, velocity: npt.ArrayLike) -> Edit:
    """Give notes velocities: one for all, or one for each of the sorted `rows`; brought into 1..127."""
    rows = _rows(rows)
    notes = _columns(score)
    notes["velocity"][rows] = np.clip(np.asarray(velocity, dtype=np.int64), 1, 127)
    return _built(score, notes, _marked(score, rows), f"change velocity of {_counted(rows)}")


def quantise(score: Score, rows: npt.ArrayLike, step: float, strength: float = 1.0) -> Edit:
    """Move the beginnings of notes towards the grid: all the way with a `strength` of 1, not at all with 0."""
    rows = _rows(rows)
    notes = _columns(score)
    start = notes["start"][rows]
    away = snapped(start, step, score.bar_ticks()) - start
    notes["start"][rows] = np.maximum(start + np.rint(away * strength).astype(np.int64), 0)
    return _built(score, notes, _marked(score, rows), f"quantise {_counted(rows)}")


def duplicate(score: Score, rows: npt.ArrayLike, step: float = 0.0) -> Edit:
    """Repeat notes right after themselves; the distance is rounded up to whole steps of the grid.

    Raises:
        BadRequest: the score is full.
    """
    rows = _rows(rows)
    if not len(rows):
        return Edit(score, rows, "duplicate")
    begin, end = int(score.start[rows].min()), int((score.start[rows] + score.duration[rows]).max())
    span = max(end - begin, 1)
    if step > 0:
        span = round(math.ceil(span / step - 1e-9) * step)
    copies = {name: getattr(score, name)[rows] for name in NOTE_FIELDS}
    copies["start"] = copies["start"] + span
    return _with_copies(score, copies, f"duplicate {_counted(rows)}")


# -- the clipboard ---------------------------------------------------------------------------------------------------


def copied(score: Score, rows: npt.ArrayLike) -> Clip:
    """Notes to paste elsewhere."""
    rows = _rows(rows)
    if not len(rows):
        return Clip(score.ticks_per_quarter, ())
    table = np.stack([getattr(score, name)[rows] for name in NOTE_FIELDS], axis=1)
    table[:, 0] -= table[:, 0].min()
    return Clip(score.ticks_per_quarter, tuple((a, b, c, d, e) for a, b, c, d, e in table.tolist()))


def paste(score: Score, clip: Clip, tick: int) -> Edit:
    """Put copied notes at `tick`, on the track they came from, or the last one where there are fewer.

    Raises:
        BadRequest: the score is full.
    """
    table = np.array(clip.notes, dtype=np.int64).reshape(-1, len(NOTE_FIELDS))
    scale = score.ticks_per_quarter / clip.ticks_per_quarter
    copies = dict(zip(NOTE_FIELDS, table.T, strict=True))
    copies["start"] = max(tick, 0) + np.rint(copies["start"] * scale).astype(np.int64)
    copies["duration"] = np.maximum(np.rint(copies["duration"] * scale).astype(np.int64), 1)
    copies["track"] = np.minimum(copies["track"], len(score.tracks) - 1)
    return _with_copies(score, copies, f"paste {_counted(table[:, 0])}")


def encode_clip(clip: Clip) -> bytes:
    """The clip as JSON, for the clipboard."""
    return msgspec.json.encode(clip)


def decode_clip(data: bytes) -> Clip | None:
    """The clip in `data`, None where there is none that can be pasted."""
    if len(data) > MAX_CLIP_BYTES:
        return None
    try:
        clip = msgspec.json.decode(data, type=Clip)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not 0 < len(clip.notes) <= MAX_NOTES or not 0 < clip.ticks_per_quarter < 1 << 15:
        return None
    limit = clip.ticks_per_quarter * MAX_QUARTERS
    highest = (limit, limit, 127, 127, 65_535)
    legal = all(
        all(0 <= value <= top for value, top in zip(note, highest, strict=True)) and note[1] and note[3]
        for note in clip.notes
    )
    return clip if legal else None


# -- finding notes ---------------------------------------------------------------------------------------------------


def within(score: Score, begin: float, end: float, low: int, high: int) -> IntArray:
    """The notes that sound between two ticks, with a pitch from `low` to `high`."""
    hit = (score.start < end) & (score.start + score.duration > begin) & (score.pitch >= low) & (score.pitch <= high)
    return np.flatnonzero(hit)


def carried(before: Score, rows: npt.ArrayLike, after: Score) -> IntArray:
    """What to select in `after`: notes that were selected in `before` and are still there, and those that are new.

    So an undo shows what it brought back.
    """
    rows = _rows(rows)
    keys = _keys(before.start[rows], before.pitch[rows], before.track[rows])
    kept = np.isin(_keys(after.start, after.pitch, after.track), keys)
    known = set(zip(*(getattr(before, name).tolist() for name in NOTE_FIELDS), strict=True))
    found = zip(*(getattr(after, name).tolist() for name in NOTE_FIELDS), strict=True)
    return np.flatnonzero(kept | np.array([note not in known for note in found], dtype=bool))
