"""Packing scores and drawing batches from them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from generators.artifacts import Score, Track, replace
from generators.errors import BadInput
from generators.music import attributes, dataset, tokens
from generators.music.batches import Edges, Sampler, free_all, held_out_batches, shift_range, window_arrays
from generators.music.conditions import (
    BAR_FREE,
    BAR_STEPS,
    ENSEMBLE,
    FAR,
    KEY,
    METRE,
    WHOLE_FREE,
    WHOLE_STEPS,
    bin_of,
    edges_of,
)
from generators.music.dataset import Pack, Packer
from generators.music.downbeat import find_upbeat
from generators.music.midi import write_midi
from generators.music.ranks import ranks_of
from tests.music.conftest import walking_score


def window(pack: Pack, index: int) -> np.ndarray:
    return pack.events[pack.first[index] : pack.first[index] + pack.count[index]].astype(np.int64)


def test_windows_are_whole_bars(small_pack: Pack) -> None:
    for index in range(len(small_pack.first)):
        events = window(small_pack, index)
        assert events[0, 0] == events[-1, 0] == tokens.BAR
        assert len(events) <= dataset.WINDOW_EVENTS
        assert (events[:, 0] == tokens.BAR).sum() > dataset.MIN_BARS


def test_windows_are_measured_like_scores(small_pack: Pack) -> None:
    for index in (0, len(small_pack.first) - 1):
        events = window(small_pack, index)
        bars = int((events[:, 0] == tokens.BAR).sum()) - 1
        metre = tokens.BAR_METRES[small_pack.metre[index]]
        tempo_bpm = float(small_pack.measures[index, attributes.INDEX["tempo"]])
        score = tokens.score_of(events, metre, bars, tempo_bpm, None, "")
        found = attributes.measure(score).values
        skipped = [attributes.INDEX[name] for name in ("loudness", "loudness_range")]  # velocity has steps of 8
        keep = np.setdiff1d(np.arange(len(found)), skipped)
        np.testing.assert_allclose(found[keep], small_pack.measures[index][keep], rtol=1e-4)
        assert np.abs(found[skipped] - small_pack.measures[index][skipped]).max() <= tokens.VELOCITY_STEP


def test_a_piece_knows_its_beginning_and_end(small_pack: Pack) -> None:
    bars = small_pack.event_bar[: small_pack.count[0]]
    assert small_pack.bar_since[bars[0]] == 0
    last = small_pack.event_bar[np.flatnonzero(small_pack.piece == 0)[-1:]][0]
    assert small_pack.bar_left[last] <= FAR
    ends = small_pack.bar_left == 0
    assert ends.sum() == len(set(small_pack.piece.tolist()))


def test_a_change_of_metre_splits_a_piece() -> None:
    score = walking_score(1, bars=12)
    changed = replace(score, metre_tick=np.array([0, 8 * 1920]), metre=np.array([[4, 4], [3, 4]]))
    first, second = dataset.split_segments(changed, np.array([0]))
    assert (first.metre, first.bars, first.is_first, first.is_last) == ((4, 4), 8, True, False)
    assert (second.metre, second.is_first, second.is_last) == ((3, 4), False, True)
    assert first.notes.start.max() < 8 * 96


def test_the_same_metre_written_twice_stays_one() -> None:
    score = walking_score(1, bars=12)
    again = replace(score, metre_tick=np.array([0, 4 * 1920]), metre=np.array([[4, 4], [2, 2]]))
    (segment,) = dataset.split_segments(again, np.array([0]))
    assert segment.bars == 12


@pytest.mark.parametrize("metre", [(5, 4), (7, 8)])
def test_unknown_metres_are_left_out(metre: tuple[int, int]) -> None:
    assert not Packer().add(walking_score(1, metre=metre), held_out=False, set_index=0)


@pytest.mark.parametrize("track", [Track("Flute", 73), Track("Drums", 0, is_drum=True)])
def test_unknown_instruments_are_left_out(track: Track) -> None:
    assert not Packer().add(replace(walking_score(1), tracks=(track,)), held_out=False, set_index=0)


def test_an_empty_score_is_left_out() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert not Packer().add(Score(nothing, nothing, nothing, nothing, nothing), held_out=False, set_index=0)


@pytest.mark.parametrize("upbeat", [0, 24, 48])
def test_a_lost_upbeat_is_found(upbeat: int) -> None:
    bar, bars = 72, 16  # a waltz: bass on one, chords on two and three
    lines = np.arange(bars) * bar + upbeat
    start = np.concatenate([lines, lines + 24, lines + 48, [0] * (upbeat > 0)])
    length = np.concatenate([np.full(bars, 72), np.full(2 * bars, 24), [upbeat] * (upbeat > 0)])
    pitch = np.concatenate([np.full(bars, 40), np.full(2 * bars, 64), [76] * (upbeat > 0)])
    assert find_upbeat(start, length, pitch, bar, 24) == upbeat


def test_too_few_notes_have_no_upbeat() -> None:
    assert find_upbeat(np.array([24]), np.array([72]), np.array([40]), 72, 24) == 0


def test_a_pack_comes_back_from_its_file(small_pack: Pack, tmp_path: Path) -> None:
    small_pack.save(tmp_path / "pack.npz")
    back = Pack.load(tmp_path / "pack.npz")
    np.testing.assert_array_equal(back.events, small_pack.events)
    np.testing.assert_array_equal(back.held_out, small_pack.held_out)


def test_an_archive_is_packed_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in dataset.ARCHIVES:
        table = io.StringIO()
        rows = csv.writer(table)
        rows.writerow(["file", "composer", "title", "source_path", "notes", "seconds"])
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            for seed in range(2):
                archive.writestr(f"midi/{seed}.mid", write_midi(walking_score(seed)))
                rows.writerow([f"midi/{seed}.mid", "Anon", f"{name} {seed}", "", 1, 1])
            archive.writestr("midi/bad.mid", b"no MIDI")
            rows.writerow(["midi/bad.mid", "Anon", "bad", "", 1, 1])
            archive.writestr("index.csv", table.getvalue())
    out = tmp_path / "pack.npz"
    monkeypatch.setattr("sys.argv", ["dataset", "--data", str(tmp_path), "--out", str(out)])
    dataset.main()
    assert "2 of 3 pieces" in capsys.readouterr().out
    assert set(Pack.load(out).set_index.tolist()) == {0, 1, 2, 3}


def test_copies_of_a_piece_are_held_out_together() -> None:
    chosen = [dataset.is_held_out("A. Composer", f"Piece {number}") for number in range(4_000)]
    assert 0.02 < np.mean(chosen) < 0.04
    assert dataset.is_held_out("a. composer", "PIECE 7") == chosen[7]


def test_edges_cut_into_equal_parts() -> None:
    values = np.random.default_rng(0).normal(size=1_600)
    counts = np.bincount(bin_of(values, edges_of(values, 16)), minlength=16)
    assert counts.min() == counts.max() == 100
    assert bin_of([3.0], np.array([3.0, 3.0, 3.0, 3.0]))[0] == 2


def test_transposing_moves_what_hangs_on_pitch(small_pack: Pack) -> None:
    edges = Edges.of(small_pack)
    plain, up = (window_arrays(small_pack, 0, shift, edges) for shift in (0, 3))
    note = plain[0][:, 0] != tokens.BAR
    np.testing.assert_array_equal(up[0][note, 2] - plain[0][note, 2], 3)
    assert up[1][KEY] % 12 == (plain[1][KEY] + 3) % 12
    assert up[1][attributes.INDEX["register"]] >= plain[1][attributes.INDEX["register"]]
    assert up[1][METRE] == plain[1][METRE] == 0
    low, high = shift_range(small_pack, 0)
    assert low <= 0 <= high


def test_batches_depend_on_seed_and_step_alone(small_pack: Pack) -> None:
    edges = Edges.of(small_pack)
    first, second = (Sampler(small_pack, edges, seed=3, batch=4, conditioned=True) for _ in range(2))
    first.batch(0)
    for name in ("events", "target", "whole", "bars", "heard"):
        np.testing.assert_array_equal(getattr(first.batch(5), name), getattr(second.batch(5), name))
    assert (first.batch(5).whole != first.batch(6).whole).any()


def test_no_training_batch_holds_what_is_held_out(small_pack: Pack) -> None:
    sampler = Sampler(small_pack, Edges.of(small_pack), seed=1, batch=4, conditioned=False)
    tempo = small_pack.measures[:, attributes.INDEX["tempo"]]
    assert set(tempo[small_pack.held_out].tolist()).isdisjoint(tempo[~small_pack.held_out].tolist())
    lengths = set(small_pack.count[~small_pack.held_out].tolist())
    for step in range(5):
        batch = sampler.batch(step)
        assert {int(count) + 1 for count in batch.real.sum(axis=1)} <= lengths
        assert (batch.whole[:, : KEY - 1] == WHOLE_FREE[: KEY - 1]).all()
        assert (batch.whole[:, ENSEMBLE] == 0).all()


def test_conditions_are_left_free_by_chance(small_pack: Pack) -> None:
    sampler = Sampler(small_pack, Edges.of(small_pack), seed=1, batch=8, conditioned=True)
    whole = np.concatenate([sampler.batch(step).whole for step in range(40)])
    free = whole[:, : KEY - 1] == WHOLE_FREE[: KEY - 1]
    assert 0.25 < free.mean() < 0.6
    assert 0.02 < free.all(axis=1).mean() < 0.3
    assert (whole[:, METRE] < WHOLE_FREE[METRE]).all()


def test_held_out_batches_tell_all_or_nothing(small_pack: Pack) -> None:
    edges = Edges.of(small_pack)
    (told,), (free,) = (
        held_out_batches(small_pack, edges, batch=8, limit=8, conditioned=flag) for flag in (True, False)
    )
    np.testing.assert_array_equal(told.target, free.target)
    assert (told.whole[:, :KEY] < WHOLE_FREE[:KEY]).all()
    assert (free.bars == BAR_FREE).all()
    whole = WHOLE_FREE - 1
    bars = np.zeros((2, len(BAR_FREE)), dtype=np.int64)
    free_all(whole, bars)
    assert whole[METRE] == WHOLE_FREE[METRE] - 1


def test_ranks_are_real_windows(small_pack: Pack) -> None:
    ranks = ranks_of(small_pack, seed=0)
    assert (np.diff(ranks["ranks.quantiles"], axis=1) >= 0).all()
    rows = {row.tobytes() for row in small_pack.measures[~small_pack.held_out].astype(np.float32)}
    assert {row.tobytes() for row in ranks["ranks.bank"]} <= rows
    assert len(ranks["ranks.bank"]) == len(ranks["ranks.bank_key"]) == len(ranks["ranks.bank_metre"])


def test_near_ranks_share_their_weights() -> None:
    rows = WHOLE_STEPS @ np.arange(len(WHOLE_STEPS), dtype=np.float32)
    first = rows[: WHOLE_FREE[0] + 1]
    np.testing.assert_array_equal(first[:-1], np.cumsum(np.arange(WHOLE_FREE[0])))
    assert first[-1] == WHOLE_FREE[0]
    assert WHOLE_STEPS.shape == (int((WHOLE_FREE + 1).sum()),) * 2
    assert (BAR_STEPS[: FAR + 2, : FAR + 2] == np.eye(FAR + 2)).all()


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is missing"):
        dataset.pack_folder(tmp_path)


def test_music_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(BadInput, match="None of this music"):
        Packer().pack()
