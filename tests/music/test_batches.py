"""Drawing batches from a pack."""

from __future__ import annotations

import dataclasses

import numpy as np

from generators.music import attributes, tokens
from generators.music.batches import (
    Batch,
    Edges,
    Sampler,
    Window,
    collate,
    fix,
    free_all,
    held_out_batches,
    make_window,
    shift_range,
    window_span,
)
from generators.music.conditions import (
    BAR_FREE,
    ENSEMBLE,
    FEATURES,
    KEY,
    METRE,
    UNTIL,
    UNTIL_FAR,
    WHOLE_FREE,
)
from generators.music.dataset import Pack
from generators.music.lookups import CHORD, roll_of

CONTEXT = 384


def sampler_of(pack: Pack, *, seed: int = 1, batch: int = 4, conditioned: bool = True) -> Sampler:
    return Sampler(pack, Edges.of(pack), seed=seed, batch=batch, context=CONTEXT, conditioned=conditioned)


def whole_window(pack: Pack, excerpt: int, shift: int = 0, context: int = CONTEXT) -> Window:
    return make_window(pack, excerpt, window_span(pack, excerpt, context, 0.0), shift, Edges.of(pack))


def test_transposing_moves_what_hangs_on_pitch(small_pack: Pack) -> None:
    plain, up = whole_window(small_pack, 0), whole_window(small_pack, 0, 3)
    note = plain.events[:, 0] != tokens.BAR
    np.testing.assert_array_equal(up.events[note, 2] - plain.events[note, 2], 3)
    assert up.whole[KEY] % 12 == (plain.whole[KEY] + 3) % 12
    assert up.whole[attributes.INDEX["register"]] >= plain.whole[attributes.INDEX["register"]]
    assert up.whole[METRE] == plain.whole[METRE] == 0
    assert (up.whole[FEATURES:] < 2).all()
    for low, high in zip(plain.aids, up.aids, strict=True):
        assert high.key == up.whole[KEY]
        if low.chord is not None and high.chord is not None:
            np.testing.assert_array_equal(np.roll(low.chord[:, 24:36], 3, axis=1), high.chord[:, 24:36])
        if low.echo is not None and high.echo is not None:
            np.testing.assert_array_equal(np.roll(low.echo, 3, axis=1), high.echo)
    low_shift, high_shift = shift_range(small_pack, 0)
    assert low_shift <= 0 <= high_shift


def test_what_is_fixed_is_known_from_the_gap_on(small_pack: Pack) -> None:
    window = whole_window(small_pack, 0)
    number = np.cumsum(window.events[:, 0] == tokens.BAR) - 1
    fixed = (window.events[:, 0] != tokens.BAR) & (number >= 5)
    found = fix(window, fixed, 3)
    assert found.bars[:3, UNTIL].tolist() == [UNTIL_FAR] * 3
    assert found.bars[3:6, UNTIL].tolist() == [2, 1, 0]
    assert [aid.fixed is None for aid in found.aids[:6]] == [True] * 5 + [False]
    inside = number == 5
    expected = roll_of(window.events[inside, 0][1:], window.events[inside, 2][1:])
    for aid in found.aids[3:5]:
        np.testing.assert_array_equal(aid.following, expected)
    np.testing.assert_array_equal(found.aids[5].fixed, expected)
    assert found.aids[2].following is None
    assert (window.bars[:, UNTIL] == UNTIL_FAR).all()


def test_batches_are_padded_and_aligned(small_pack: Pack) -> None:
    windows = [whole_window(small_pack, excerpt, context=context) for excerpt, context in ((0, CONTEXT), (1, 40))]
    batch = collate(windows)
    assert batch.real.sum(axis=1).tolist() == [len(window.events) - 1 for window in windows]
    for row, window in enumerate(windows):
        n = len(window.events) - 1
        np.testing.assert_array_equal(batch.events[row, :n], window.events[:-1])
        np.testing.assert_array_equal(batch.target[row, :n], window.events[1:])
        np.testing.assert_array_equal(batch.bars[row, : len(window.bars)], window.bars)
        assert batch.bar[row, n - 1] == len(window.bars) - 2
    assert len(batch.rhythm) == len(batch.heard) == batch.real.sum()


def same(first: Batch, second: Batch) -> bool:
    return all(
        np.array_equal(getattr(first, item.name), getattr(second, item.name)) for item in dataclasses.fields(Batch)
    )


def test_batches_depend_on_seed_and_step_alone(small_pack: Pack) -> None:
    first, second = (sampler_of(small_pack, seed=3) for _ in range(2))
    first.batch(0)
    assert same(first.batch(5), second.batch(5))
    assert not same(first.batch(5), first.batch(6))
    assert not same(first.batch(5), first.batch(5, rank=1))
    assert not same(first.batch(5), sampler_of(small_pack, seed=4).batch(5))


def test_no_training_batch_holds_what_is_held_out(small_pack: Pack) -> None:
    sampler = sampler_of(small_pack, conditioned=False)
    held_out = {
        np.diff(small_pack.segment_events(segment, bar, 1)[1:-1, 2]).tobytes()
        for segment in np.flatnonzero(small_pack.held_out).tolist()
        for bar in range(int(small_pack.segment_bars[segment]))
    }
    seen = set()
    for step in range(5):
        batch = sampler.batch(step)
        for row in range(len(batch.events)):
            events = batch.events[row][batch.real[row]]
            number = np.cumsum(events[:, 0] == tokens.BAR)
            seen |= {np.diff(events[number == bar][1:, 2]).tobytes() for bar in range(1, int(number.max()))}
        assert (batch.whole[:, : KEY - 1] == WHOLE_FREE[: KEY - 1]).all()
        assert (batch.whole[:, FEATURES:] == WHOLE_FREE[FEATURES:]).all()
        assert (batch.whole[:, ENSEMBLE] == 0).all()
    assert len(seen) > 20
    assert seen.isdisjoint(held_out)


def test_conditions_are_left_free_by_chance(small_pack: Pack) -> None:
    sampler = sampler_of(small_pack, batch=8)
    whole = np.concatenate([sampler.batch(step).whole for step in range(40)])
    told, features = whole[:, : KEY - 1] == WHOLE_FREE[: KEY - 1], whole[:, FEATURES:] == 2
    assert 0.25 < told.mean() < 0.6
    assert 0.02 < told.all(axis=1).mean() < 0.4
    assert 0.3 < features.mean() < 0.8
    assert (whole[:, METRE] < WHOLE_FREE[METRE]).all()


def test_some_windows_are_written_around_fixed_music(small_pack: Pack) -> None:
    sampler = sampler_of(small_pack, batch=8)
    until = np.concatenate([sampler.batch(step).bars[:, :, UNTIL].min(axis=1) for step in range(20)])
    assert 0.1 < (until < UNTIL_FAR).mean() < 0.7


def test_held_out_batches_tell_all_or_nothing(small_pack: Pack) -> None:
    (told,), (free,) = (
        held_out_batches(small_pack, Edges.of(small_pack), batch=8, limit=8, context=CONTEXT, conditioned=flag)
        for flag in (True, False)
    )
    np.testing.assert_array_equal(told.target, free.target)
    assert len(told.events) == small_pack.held_out[small_pack.excerpt_segment].sum()
    assert (told.whole < WHOLE_FREE).all()
    assert (free.bars == BAR_FREE).all()
    assert free.heard[:, CHORD:].sum() == 0
    whole = WHOLE_FREE - 1
    bars = np.zeros((2, len(BAR_FREE)), dtype=np.int64)
    free_all(whole, bars)
    assert whole[METRE] == WHOLE_FREE[METRE] - 1
    assert not held_out_batches(
        small_pack, Edges.of(small_pack), batch=8, limit=8, context=CONTEXT, conditioned=True, ensemble=2
    )
