"""Batches of windows with their conditions, in numpy: a function of seed and step, so that a run can be resumed.

A window is whole bars of an excerpt, as many as the context holds; it is told the conditions of its excerpt. Some
windows learn to work with fixed music: a stretch of bars before bars that stay, or notes among notes that stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray
from generators.music import attributes, tokens
from generators.music.chord_labels import chord_of_label, chord_rows
from generators.music.conditions import (
    ATTRIBUTE_COUNT,
    BAR_ATTRIBUTES,
    BAR_BINS,
    BAR_FREE,
    ECHO,
    ENSEMBLE,
    FEATURES,
    KEY,
    METRE,
    RANK_BINS,
    UNTIL,
    UNTIL_FAR,
    WHOLE_FREE,
    bar_bins,
    bin_of,
    edges_of,
    length_class,
)
from generators.music.dataset import Pack
from generators.music.features import shifted_features
from generators.music.lookups import HEARD, KEYS, BarAid, Floats, roll_of, window_lookups
from generators.music.ranks import feature_medians

SET_WEIGHTS = (0.27, 0.43, 0.20, 0.10, 1.0)
"""How often each of ARCHIVES (and a user's own set) is drawn; solo piano, which is asked for most, comes most often."""
_BUCKET = 16
_UNSEEN = 0.1
"""How often a lookup is hidden from a head, so that none is leant on alone."""
_BLIND = 0.1
"""How often a window has none at all, so that the network learns to listen by itself."""
_FIXED_BARS, _FIXED_NOTES = 0.15, 0.2
"""How often bars after a gap, or notes among the others, are fixed."""
_CHORDS_TOLD, _ECHO_TOLD = 0.4, 0.7


@dataclass(frozen=True)
class Edges:
    """What cuts measured values into ranks.

    `whole` (attributes, RANK_BINS - 1), `bar` (BAR_NAMES, BAR_BINS - 1) and `features` (lengths, 100) the medians.
    """

    whole: FloatArray
    bar: FloatArray
    features: FloatArray

    @staticmethod
    def of(pack: Pack) -> Edges:
        """The edges of what is trained on: solo piano where there is any."""
        segment = pack.excerpt_segment
        piano = (pack.ensemble == 0) & ~pack.held_out
        if not piano[segment].any():
            piano = ~pack.held_out if (~pack.held_out)[segment].any() else np.ones(len(pack.held_out), dtype=bool)
        chosen = piano[segment]
        whole = [edges_of(pack.excerpt_measures[chosen, index], RANK_BINS) for index in range(ATTRIBUTE_COUNT)]
        bars = piano[pack.bar_segment]
        bar = []
        for index in range(len(attributes.BAR_NAMES)):
            values = pack.bar_measures[bars, index]
            some = np.isfinite(values).any()
            bar.append(edges_of(values, BAR_BINS) if some else np.zeros(BAR_BINS - 1))
        return Edges(np.array(whole), np.array(bar), feature_medians(pack, chosen))


@dataclass(frozen=True)
class Window:
    """One window to learn from: `events` (n, 5), whole (W,), bars (b, BARS), and what is known of each bar."""

    events: IntArray
    whole: IntArray
    bars: IntArray
    aids: list[BarAid]


@dataclass(frozen=True)
class Batch:
    """Inputs `events` (B, T, 5), `target` (B, T, 5) the next events, `real` (B, T) False where padded.

    `whole` (B, W) and `bars` (B, N, BARS) are condition indices, `bar` (B, T) the bar of each input; `rhythm` and
    `heard` (n, …) are the lookups of the n real targets in order.
    """

    events: IntArray
    target: IntArray
    real: npt.NDArray[np.bool_]
    whole: IntArray
    bars: IntArray
    bar: IntArray
    rhythm: Floats
    heard: Floats


def window_span(pack: Pack, excerpt: int, context: int, chance: float) -> tuple[int, int]:
    """The bars (begin, count) of an excerpt that a window of `context` events holds, placed by `chance` in 0..1."""
    segment, begin, bars = (
        int(table[excerpt]) for table in (pack.excerpt_segment, pack.excerpt_begin, pack.excerpt_bars)
    )
    first = int(pack.segment_first[segment]) + begin
    lines = pack.bar_first[first : first + bars + 1].astype(np.int64)
    ends = np.searchsorted(lines, lines + context, side="left") - 1  # the last line that each beginning reaches
    fits = np.flatnonzero((ends > np.arange(bars + 1)) & (ends <= bars))
    if not len(fits):
        return begin, 0
    useful = fits[: int(np.argmax(ends[fits] >= bars)) + 1] if (ends[fits] >= bars).any() else fits
    at = int(useful[min(int(chance * len(useful)), len(useful) - 1)])
    return begin + at, int(ends[at]) - at


def _excerpt_events(pack: Pack, excerpt: int) -> IntArray:
    begin, bars = int(pack.excerpt_begin[excerpt]), int(pack.excerpt_bars[excerpt])
    return pack.segment_events(int(pack.excerpt_segment[excerpt]), begin, bars)


def make_window(pack: Pack, excerpt: int, span: tuple[int, int], shift: int, edges: Edges) -> Window:
    """A window of an excerpt, transposed by `shift`, with every condition told and nothing fixed."""
    segment = int(pack.excerpt_segment[excerpt])
    begin, count = span
    events = pack.segment_events(segment, begin, count)
    events[events[:, 0] != tokens.BAR, 2] += shift
    measures = pack.excerpt_measures[excerpt].astype(np.float64)
    measures[attributes.INDEX["register"]] += shift
    whole = WHOLE_FREE.copy()
    whole[:ATTRIBUTE_COUNT] = [bin_of(value, edge) for value, edge in zip(measures, edges.whole, strict=True)]
    key = int(pack.excerpt_key[excerpt])
    whole[METRE], whole[ENSEMBLE] = pack.metre[segment], pack.ensemble[segment]
    whole[KEY] = (key + shift) % 12 + key // 12 * 12
    voices = len(np.unique(_excerpt_events(pack, excerpt)[:, 1])) - 1  # those of the lines, which play nothing
    features = shifted_features(pack.excerpt_features[excerpt], pack.excerpt_pitches[excerpt], shift, voices)
    whole[FEATURES:] = features > edges.features[length_class(int(pack.excerpt_bars[excerpt]))]
    first = int(pack.segment_first[segment]) + begin
    rows = slice(first, first + count + 1)
    values = pack.bar_measures[rows].astype(np.float64)
    values[:, attributes.BAR_NAMES.index("register")] += shift
    bars = np.tile(BAR_FREE, (count + 1, 1))
    bars[:, 0], bars[:, 1], bars[:, ECHO] = pack.bar_since[rows], pack.bar_left[rows], pack.bar_echo_kind[rows]
    bars[:, BAR_ATTRIBUTES:] = bar_bins(values, edges.bar)
    aids = []
    for row in range(first, first + count + 1):
        ago, echo = int(pack.bar_echo[row]), None
        if ago:
            source = pack.events[pack.bar_first[row - ago] + 1 : pack.bar_first[row - ago + 1]].astype(np.int64)
            echo = roll_of(source[:, 0], np.clip(source[:, 2] + shift, 0, 127))
        chord = chord_of_label(int(pack.bar_chord[row]), shift)
        aids.append(BarAid(echo=echo, chord=chord_rows(chord) if chord is not None else None, key=int(whole[KEY])))
    return Window(events, whole, bars, aids)


def shift_range(pack: Pack, excerpt: int) -> tuple[int, int]:
    """The lowest and highest transposition (semitones) of an excerpt that keeps it on a piano."""
    found = np.flatnonzero(pack.excerpt_pitches[excerpt])
    return max(-5, min(0, 21 - int(found.min()))), min(6, max(0, 108 - int(found.max())))


def _free(rng: np.random.Generator, whole: IntArray, bars: IntArray) -> None:
    """Leave some conditions free, in place: all of them in a tenth of the windows, else each by chance."""
    everything = rng.random() < 0.1
    share = np.full(len(whole), float(rng.choice((0.1, 0.3, 0.7, 1.0), p=(0.35, 0.3, 0.2, 0.15))))
    share[FEATURES:] = float(rng.choice((0.05, 0.3, 0.7, 1.0), p=(0.35, 0.2, 0.15, 0.3)))
    share[KEY] = 0.3
    if everything:
        share[:] = 1.0
    share[[METRE, ENSEMBLE]] = 0.0
    free = rng.random(len(whole)) < share
    whole[free] = WHOLE_FREE[free]
    measured = bars[:, BAR_ATTRIBUTES:]
    if everything or rng.random() < 0.4:
        measured[:] = BAR_FREE[BAR_ATTRIBUTES:]
    else:
        kind = rng.random(measured.shape[1]) < rng.choice((0.2, 0.8))
        measured[:, kind] = BAR_FREE[BAR_ATTRIBUTES:][kind]
        if rng.random() < 0.3:  # asked in some bars only
            some = rng.random(len(bars)) < 0.5
            measured[some] = BAR_FREE[BAR_ATTRIBUTES:]
    if rng.random() < 0.08:
        bars[:, :2] = BAR_FREE[:2]


def free_all(whole: IntArray, bars: IntArray) -> None:
    """Leave free, in place, all but metre and ensemble, which say what alphabet the music is written in."""
    keep = whole[[METRE, ENSEMBLE]].copy()
    whole[:] = WHOLE_FREE
    whole[[METRE, ENSEMBLE]] = keep
    bars[:] = BAR_FREE


def _fixed_notes(rng: np.random.Generator, events: IntArray) -> npt.NDArray[np.bool_]:
    """Which of the events stay while the others are written: the melody, the bass, a player, or notes by chance."""
    note = events[:, 0] != tokens.BAR
    place = np.cumsum(~note) * (tokens.MAX_BAR + 1) + events[:, 0]
    moves = place[1:] != place[:-1]
    kinds = np.unique(events[note, 1])
    choice = rng.random()
    if len(kinds) > 1 and choice < 0.6:
        some = rng.choice(kinds, size=int(rng.integers(1, len(kinds))), replace=False)
        chosen = np.isin(events[:, 1], some)
    elif choice < 0.75:  # the highest note of each moment
        chosen = np.concatenate([[True], moves])
    elif choice < 0.85:  # the lowest
        chosen = np.concatenate([moves, [True]])
    else:
        chosen = rng.random(len(events)) < rng.uniform(0.2, 0.8)
    return np.asarray(note & chosen)


def fix(window: Window, fixed: npt.NDArray[np.bool_], from_bar: int = 0) -> Window:
    """The window as it is written around the events `fixed` (n,): bars from `from_bar` on know what stays."""
    number = np.cumsum(window.events[:, 0] == tokens.BAR) - 1
    count = int(number[-1]) + 1
    rolls = [
        roll_of(window.events[inside, 0], window.events[inside, 2]) if inside.any() else None
        for inside in (fixed & (number == index) for index in range(count))
    ]
    aids, bars = list(window.aids), window.bars.copy()
    following, distance = None, UNTIL_FAR
    for index in range(count - 1, -1, -1):
        if index >= from_bar:
            seen = following if distance < UNTIL_FAR else None
            aids[index] = BarAid(aids[index].echo, rolls[index], seen, aids[index].chord, aids[index].key)
            bars[index, UNTIL] = 0 if rolls[index] is not None else min(distance, UNTIL_FAR)
        distance += 1
        if rolls[index] is not None:
            following, distance = rolls[index], 1
    return Window(window.events, window.whole, bars, aids)


def _vary_aids(rng: np.random.Generator, window: Window) -> Window:
    """The window with echoes, chords and keys told only by chance, and sometimes with music that is fixed."""
    bars = window.bars.copy()
    has_echo, has_chords = rng.random() < _ECHO_TOLD, rng.random() < _CHORDS_TOLD
    key = int(window.whole[KEY]) if window.whole[KEY] < KEYS else KEYS
    some = rng.random(len(bars)) < rng.choice((0.5, 1.0))
    if not has_echo:
        bars[:, ECHO] = BAR_FREE[ECHO]
    aids = [
        BarAid(
            echo=aid.echo if has_echo else None,
            chord=aid.chord if has_chords and some[index] else None,
            key=key,
        )
        for index, aid in enumerate(window.aids)
    ]
    window = Window(window.events, window.whole, bars, aids)
    chance, count = rng.random(), len(aids) - 1
    if chance < _FIXED_BARS and count >= 3:
        gap = int(rng.integers(1, min(8, count - 1) + 1))
        begin = int(rng.integers(0, count - gap))
        number = np.cumsum(window.events[:, 0] == tokens.BAR) - 1
        return fix(window, (window.events[:, 0] != tokens.BAR) & (number >= begin + gap), begin)
    if chance < _FIXED_BARS + _FIXED_NOTES:
        return fix(window, _fixed_notes(rng, window.events))
    return window


def collate(windows: list[Window]) -> Batch:
    """One batch of windows, padded at the end to the longest."""
    longest = max(len(window.events) for window in windows) - 1
    most_bars = max(len(window.bars) for window in windows)
    inputs = np.zeros((len(windows), longest, 5), dtype=np.int64)
    target, bar = np.zeros_like(inputs), np.zeros((len(windows), longest), dtype=np.int64)
    bars = np.tile(BAR_FREE, (len(windows), most_bars, 1))
    real = np.zeros((len(windows), longest), dtype=bool)
    looked = []
    for row, window in enumerate(windows):
        n = len(window.events) - 1
        number = np.cumsum(window.events[:, 0] == tokens.BAR) - 1
        inputs[row, :n], target[row, :n], real[row, :n] = window.events[:-1], window.events[1:], True
        bar[row, :n], bars[row, : len(window.bars)] = number[:-1], window.bars
        length = tokens.bar_length(tokens.BAR_METRES[int(window.whole[METRE])])
        looked.append(window_lookups(window.events, length, window.aids))
    whole = np.stack([window.whole for window in windows])
    rhythm, heard = (np.concatenate([pair[index][1:] for pair in looked]) for index in (0, 1))
    return Batch(inputs, target, real, whole, bars, bar, rhythm, heard)


class Sampler:
    """Draws training batches: by set, of similar lengths, transposed by chance, with conditions left free by chance."""

    def __init__(self, pack: Pack, edges: Edges, *, seed: int, batch: int, context: int, conditioned: bool) -> None:
        self._pack, self._edges, self._context = pack, edges, context
        self._seed, self._batch, self._conditioned = seed, batch, conditioned
        kind = pack.set_index[pack.excerpt_segment]
        open_to = ~pack.held_out[pack.excerpt_segment]
        self._sets = [np.flatnonzero((kind == index) & open_to) for index in range(len(SET_WEIGHTS))]
        first = pack.segment_first[pack.excerpt_segment] + pack.excerpt_begin
        self._size = np.minimum(pack.bar_first[first + pack.excerpt_bars] - pack.bar_first[first] + 1, context)

    def batch(self, step: int, rank: int = 0) -> Batch:
        """The batch of `step`; processes that train together each draw their own by their `rank`."""
        rng = np.random.default_rng((self._seed, step, rank))
        weights = np.array(SET_WEIGHTS) * np.array([len(found) > 0 for found in self._sets])
        sets = rng.choice(len(weights), size=self._batch * _BUCKET, p=weights / weights.sum())
        drawn = np.array([rng.choice(self._sets[index]) for index in sets])
        drawn = drawn[np.argsort(self._size[drawn], kind="stable")]
        at = int(rng.integers(_BUCKET)) * self._batch
        windows = []
        for excerpt in drawn[at : at + self._batch].tolist():
            span = window_span(self._pack, excerpt, self._context, float(rng.random()))
            if not span[1]:
                continue  # a single bar with more notes than the context holds
            low, high = shift_range(self._pack, excerpt)
            window = make_window(self._pack, excerpt, span, int(rng.integers(low, high + 1)), self._edges)
            if self._conditioned:
                _free(rng, window.whole, window.bars)
                window = _vary_aids(rng, window)
            else:
                free_all(window.whole, window.bars)
                window = Window(window.events, window.whole, window.bars, [BarAid()] * len(window.aids))
            windows.append(window)
        if not windows:
            return self.batch(step + (1 << 40), rank)
        batch = collate(windows)
        n = len(batch.heard)
        blind = np.repeat(rng.random(len(windows)) < _BLIND, batch.real.sum(axis=1))
        batch.rhythm[blind], batch.heard[blind] = 0.0, 0.0
        batch.rhythm[rng.random(n) < _UNSEEN] = 0.0
        batch.heard[rng.random((n, HEARD)) < _UNSEEN] = 0.0
        return batch


def held_out_batches(
    pack: Pack,
    edges: Edges,
    *,
    batch: int,
    limit: int,
    context: int,
    conditioned: bool,
    ensemble: int | None = None,
) -> list[Batch]:
    """Up to `limit` held-out windows, not transposed, with every condition told or all free."""
    held = pack.held_out if ensemble is None else pack.held_out & (pack.ensemble == ensemble)
    chosen = np.flatnonzero(held[pack.excerpt_segment])
    if len(chosen) > limit:
        chosen = chosen[np.linspace(0, len(chosen) - 1, limit).round().astype(np.int64)]
    windows = []
    for excerpt in chosen.tolist():
        span = window_span(pack, excerpt, context, 0.0)
        if span[1]:
            windows.append(make_window(pack, excerpt, span, 0, edges))
    if not conditioned:
        for window in windows:
            free_all(window.whole, window.bars)
        windows = [Window(w.events, w.whole, w.bars, [BarAid()] * len(w.aids)) for w in windows]
    windows.sort(key=lambda window: len(window.events))
    return [collate(windows[at : at + batch]) for at in range(0, len(windows), batch)]
