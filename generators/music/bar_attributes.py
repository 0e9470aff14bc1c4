"""The musician's attributes bar by bar: the same definitions as in `attributes`, each within one bar.

A note belongs to the bar in which it begins; harmony (consonance, chord richness, polyphony) also hears what is held
over from the bars before. What a bar cannot tell is NaN: the register of an empty bar, the motion of a single note.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray, Score
from generators.music import attributes
from generators.music.attributes import INDEX, KEY_PROFILES, NAMES, Notes

_SAME_MOMENT_S = 0.03
_NEIGHBOUR = 0.5
"""How much the bars beside it count for a bar's mode: one bar alone has too few pitch classes to tell."""


def _mean(total: npt.ArrayLike, count: npt.ArrayLike) -> FloatArray:
    """Means that are NaN where nothing was counted."""
    sums, counts = np.asarray(total, dtype=np.float64), np.asarray(count, dtype=np.float64)
    return np.asarray(np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0))


def _spread(values: FloatArray, bar: IntArray, bars: int) -> FloatArray:
    """The span from the 5th to the 95th percentile of `values` in each bar (bars,); NaN where there are none."""
    order = np.lexsort((values, bar))
    ordered = values[order]
    count = np.bincount(bar, minlength=bars)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    found = np.full(bars, np.nan)
    some = count > 0
    ends = []
    for share in (0.05, 0.95):
        at = first[some] + share * (count[some] - 1)
        low = np.floor(at).astype(np.int64)
        high = np.minimum(low + 1, first[some] + count[some] - 1)
        ends.append(ordered[low] + (at - low) * (ordered[high] - ordered[low]))
    found[some] = ends[1] - ends[0]
    return found


def _harmony(notes: Notes, bounds_s: FloatArray, values: FloatArray) -> None:
    """Fill in polyphony, chord richness and consonance (bars, attributes) from what sounds in each bar."""
    bars = len(bounds_s) - 1
    times = np.unique(np.concatenate([notes.start_s, notes.end_s, bounds_s]))
    times = times[(times >= bounds_s[0]) & (times <= bounds_s[-1])]
    sounding = attributes.sounding_classes(times, notes)[:-1]
    span_s = np.diff(times)
    bar = np.clip(np.searchsorted(bounds_s, times[:-1] + 1e-9, side="right") - 1, 0, bars - 1)
    count = sounding.sum(axis=1)
    present = (sounding > 0.5).astype(np.float64)
    kinds = present.sum(axis=1)
    heard_s = np.bincount(bar, weights=span_s * (count > 0.5), minlength=bars)
    values[:, INDEX["polyphony"]] = _mean(np.bincount(bar, weights=count * span_s, minlength=bars), heard_s)
    values[:, INDEX["chord_richness"]] = _mean(np.bincount(bar, weights=kinds * span_s, minlength=bars), heard_s)
    pair_s = np.bincount(bar, weights=(kinds**2 - kinds) * span_s, minlength=bars)
    consonant = ((present @ attributes.CONSONANT_PAIRS) * present).sum(axis=1)
    values[:, INDEX["consonance"]] = _mean(np.bincount(bar, weights=consonant * span_s, minlength=bars), pair_s)


def _modes(notes: Notes, bar: IntArray, bars: int) -> FloatArray:
    """How much better the best major key fits than the best minor one, in each bar and half of its neighbours."""
    weights = np.zeros((bars, 12))
    np.add.at(weights, (bar, notes.pitch % 12), notes.end_s - notes.start_s)
    wide = weights.copy()
    wide[1:] += _NEIGHBOUR * weights[:-1]
    wide[:-1] += _NEIGHBOUR * weights[1:]
    wide[weights.sum(axis=1) <= 0] = 0.0
    centred = wide - wide.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1, keepdims=True)
    fit = np.divide(centred, norm, out=np.zeros_like(centred), where=norm > 0) @ KEY_PROFILES.T
    found = fit[:, :12].max(axis=1) - fit[:, 12:].max(axis=1)
    found[norm[:, 0] <= 0] = np.nan
    return np.asarray(found)


def _rhythm(notes: Notes, bar: IntArray, bars: int, length_s: FloatArray, values: FloatArray) -> None:
    """Fill in what follows from when notes begin and end: (bars, attributes)."""
    new = np.concatenate([[True], np.diff(notes.start_s) > _SAME_MOMENT_S])
    group = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    onset_bar = bar[first]
    onsets = np.bincount(onset_bar, minlength=bars).astype(np.float64)
    values[:, INDEX["onset_rate"]] = onsets / length_s
    top = np.maximum.reduceat(notes.pitch.astype(np.float64), first)
    if len(first) > 1:
        step_q = np.maximum(np.diff(notes.start_q[first]), 1e-3)
        kind = np.round(3.0 * np.log2(step_q)).astype(np.int64)
        _, kind = np.unique(kind, return_inverse=True)
        table = np.zeros((bars, int(kind.max()) + 1))
        np.add.at(table, (onset_bar[:-1], kind), 1.0)
        total = table.sum(axis=1, keepdims=True)
        share = np.divide(table, total, out=np.zeros_like(table), where=total > 0)
        bits = -(share * np.log2(np.where(share > 0, share, 1.0))).sum(axis=1)
        values[:, INDEX["rhythmic_variety"]] = np.where(total[:, 0] > 0, bits, np.nan)
        moved = np.bincount(onset_bar[1:], weights=np.abs(np.diff(top)), minlength=bars)
        values[:, INDEX["melodic_motion"]] = _mean(moved, np.bincount(onset_bar[1:], minlength=bars).astype(np.float64))
    step_s = np.append(np.diff(notes.start_s[first]), np.inf)[group]
    inner = np.isfinite(step_s)
    sounds = np.minimum((notes.end_s - notes.start_s)[inner] / np.maximum(step_s[inner], _SAME_MOMENT_S), 1.0)
    values[:, INDEX["articulation"]] = _mean(
        np.bincount(bar[inner], weights=sounds, minlength=bars), np.bincount(bar[inner], minlength=bars).astype(float)
    )
    beats = notes.start_q / notes.beat_q
    off = np.abs(beats - np.round(beats)) > 1e-3
    held = off & (notes.end_q / notes.beat_q > np.ceil(beats) + 1e-3)
    values[:, INDEX["syncopation"]] = _mean(
        np.bincount(bar, weights=held.astype(np.float64), minlength=bars), np.bincount(bar, minlength=bars)
    )


def measure_bars(notes: Notes, bounds_q: npt.ArrayLike, bounds_s: npt.ArrayLike | None = None) -> FloatArray:
    """All attributes of `notes` in each bar: (b, attributes) in the order of NAMES; NaN where a bar cannot tell.

    `bounds_q` (b + 1,) are the bar lines in quarters, the end included, and `bounds_s` the same in seconds; without
    them the tempo is taken to be steady.
    """
    lines_q = np.asarray(bounds_q, dtype=np.float64)
    quarter_s = notes.length_s / notes.length_q if notes.length_q > 0 else 0.5
    lines_s = lines_q * quarter_s if bounds_s is None else np.asarray(bounds_s, dtype=np.float64)
    bars = len(lines_q) - 1
    length_q, length_s = np.maximum(np.diff(lines_q), 1e-6), np.maximum(np.diff(lines_s), 1e-6)
    values = np.full((bars, len(NAMES)), np.nan)
    values[:, INDEX["tempo"]] = 60.0 * length_q / length_s
    values[:, [INDEX["onset_rate"], INDEX["note_density"]]] = 0.0
    if not len(notes.pitch):
        return values
    bar = np.clip(np.searchsorted(lines_q, notes.start_q + 1e-6, side="right") - 1, 0, bars - 1).astype(np.int64)
    count = np.bincount(bar, minlength=bars).astype(np.float64)
    pitch, velocity = notes.pitch.astype(np.float64), notes.velocity.astype(np.float64)
    values[:, INDEX["note_density"]] = count / length_q
    values[:, INDEX["register"]] = _mean(np.bincount(bar, weights=pitch, minlength=bars), count)
    values[:, INDEX["pitch_range"]] = _spread(pitch, bar, bars)
    loud = _mean(np.bincount(bar, weights=velocity, minlength=bars), count)
    square = _mean(np.bincount(bar, weights=velocity**2, minlength=bars), count)
    values[:, INDEX["loudness"]] = loud
    values[:, INDEX["loudness_range"]] = np.sqrt(np.maximum(square - loud**2, 0.0))
    values[:, INDEX["mode"]] = _modes(notes, bar, bars)
    _harmony(notes, lines_s, values)
    _rhythm(notes, bar, bars, length_s, values)
    return values


def measure_score_bars(score: Score) -> FloatArray:
    """All attributes of `score` in each bar: see `measure_bars`."""
    ticks = score.bar_ticks()
    return measure_bars(attributes.notes_of(score), ticks / score.ticks_per_quarter, score.seconds_at(ticks))
