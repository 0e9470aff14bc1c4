"""Packing scores."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from generators.artifacts import Score, Track, replace
from generators.errors import BadInput
from generators.music import attributes, dataset, jsymbolic, tokens
from generators.music.bar_attributes import measure_score_bars
from generators.music.batches import (
    window_span,
)
from generators.music.chord_labels import NO_CHORD
from generators.music.conditions import (
    BAR_STEPS,
    EXCERPT_BARS,
    FAR,
    WHOLE_FREE,
    WHOLE_STEPS,
    bin_of,
    edges_of,
)
from generators.music.dataset import Pack, join, keep_twins_apart, pack_score
from generators.music.downbeat import find_upbeat
from generators.music.midi import write_midi
from generators.music.ranks import ranks_of
from generators.music.segments import MIN_BARS, chord_labels, find_echoes, split_segments
from tests.music.conftest import walking_score

CONTEXT = 384


def test_bars_begin_with_their_line(small_pack: Pack) -> None:
    assert (small_pack.events[small_pack.bar_first, 0] == tokens.BAR).all()
    assert (small_pack.events[:, 0] == tokens.BAR).sum() == len(small_pack.bar_first)
    for segment, bars in enumerate(small_pack.segment_bars.tolist()):
        assert bars >= MIN_BARS
        events = small_pack.segment_events(segment, 2, 3)
        assert events[0, 0] == events[-1, 0] == tokens.BAR
        assert (events[:, 0] == tokens.BAR).sum() == 4


@pytest.mark.parametrize("context", [16, 40, 100, CONTEXT])
@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_windows_are_whole_bars_that_the_context_holds(small_pack: Pack, context: int, chance: float) -> None:
    for excerpt in range(len(small_pack.excerpt_bars)):
        begin, count = window_span(small_pack, excerpt, context, chance)
        first, bars = int(small_pack.excerpt_begin[excerpt]), int(small_pack.excerpt_bars[excerpt])
        assert count > 0
        assert first <= begin
        assert begin + count <= first + bars
        events = small_pack.segment_events(int(small_pack.excerpt_segment[excerpt]), begin, count)
        assert len(events) - 1 <= context
        if context == CONTEXT:
            assert (begin, count) == (first, bars)


def test_a_bar_beyond_the_context_gives_no_window(small_pack: Pack) -> None:
    assert window_span(small_pack, 0, 8, 0.5)[1] == 0


def test_excerpts_are_measured_like_scores(small_pack: Pack) -> None:
    for excerpt in range(len(small_pack.excerpt_bars)):
        score = small_pack.excerpt_score(excerpt)
        assert len(score.bar_ticks()) == small_pack.excerpt_bars[excerpt] + 1
        found = attributes.measure(score).values
        np.testing.assert_allclose(found, small_pack.excerpt_measures[excerpt], rtol=1e-4, atol=1e-5)
        features = jsymbolic.measure(score)
        np.testing.assert_allclose(features, small_pack.excerpt_features[excerpt], rtol=1e-4, atol=1e-4)
        np.testing.assert_array_equal(np.bincount(score.pitch, minlength=128), small_pack.excerpt_pitches[excerpt])
        assert attributes.key_of(attributes.notes_of(score)) == small_pack.excerpt_key[excerpt]


def test_bars_are_measured_like_those_of_a_score(small_pack: Pack) -> None:
    bars = int(small_pack.excerpt_bars[0])
    found = measure_score_bars(small_pack.excerpt_score(0))[: bars - 1]
    columns = [attributes.INDEX[name] for name in ("note_density", "register", "loudness", "syncopation")]
    kept = [attributes.BAR_NAMES.index(name) for name in ("note_density", "register", "loudness", "syncopation")]
    np.testing.assert_allclose(found[:, columns], small_pack.bar_measures[: bars - 1, kept], rtol=1e-4)


def test_a_piece_knows_its_beginning_and_end(small_pack: Pack) -> None:
    bars = int(small_pack.segment_bars[0])
    assert small_pack.bar_since[: bars + 1].tolist() == list(range(bars + 1))
    assert small_pack.bar_left[: bars + 1].tolist() == list(range(bars, -1, -1))
    ends = small_pack.bar_left == 0
    assert ends.sum() == len(set(small_pack.piece.tolist()))
    assert np.isnan(small_pack.bar_measures[ends]).all()


def test_a_segment_that_is_not_the_first_does_not_know_the_beginning() -> None:
    score = replace(walking_score(1, bars=16), metre_tick=np.array([0, 8 * 1920]), metre=np.array([[4, 4], [3, 4]]))
    piece = pack_score(score, held_out=False, set_index=0)
    assert piece is not None
    first, second = piece.segments
    assert first.bar_rows[:3, 0].tolist() == [0, 1, 2]
    assert (first.bar_rows[:, 1] == FAR).all()
    assert (second.bar_rows[:, 0] == FAR).all()
    assert second.bar_rows[-3:, 1].tolist() == [2, 1, 0]


def test_long_pieces_give_excerpts_of_every_length() -> None:
    piece = pack_score(walking_score(2, bars=40), held_out=False, set_index=0)
    assert piece is not None
    lengths = [excerpt[1] for excerpt in piece.segments[0].excerpts]
    assert set(lengths) == set(EXCERPT_BARS)
    assert all(begin + bars <= 40 for begin, bars, *_ in piece.segments[0].excerpts)


def test_excerpts_that_are_mostly_silent_are_left_out() -> None:
    score = walking_score(2, bars=40)
    keep = (score.start < 8 * 1920) | (score.start >= 39 * 1920)
    arrays = {name: getattr(score, name)[keep] for name in ("start", "duration", "pitch", "velocity", "track")}
    piece = pack_score(replace(score, **arrays), held_out=False, set_index=0)
    assert piece is not None
    assert [excerpt[:2] for excerpt in piece.segments[0].excerpts] == [(0, 8)]


def test_a_return_is_found_with_how_close_it_is() -> None:
    score = walking_score(3, bars=4)
    notes = tokens.GridNotes(score.start // 20, score.duration // 20, score.pitch, score.velocity, score.track)
    other = walking_score(4, bars=4)
    start = np.concatenate([notes.start, other.start // 20 + 4 * 96, notes.start + 8 * 96])
    pitch = np.concatenate([notes.pitch, other.pitch, notes.pitch])
    changed = pitch.copy()
    changed[(start >= 10 * 96) & (start < 11 * 96) & (start % 48 == 0)] -= 1
    again = tokens.GridNotes(start, np.full(len(start), 6), changed, np.full(len(start), 64), np.zeros_like(start))
    ago, kind = find_echoes(again, 96, 12)
    assert ago[8:].tolist() == [8, 8, 8, 8]
    assert kind[[8, 9, 11]].tolist() == [3, 3, 3]
    assert 0 < kind[10] < 3
    assert (ago[:3] == 0).all()


def test_chords_of_bars_hear_held_notes() -> None:
    held = tokens.GridNotes(
        np.array([0, 0, 0, 192]), np.array([192, 192, 192, 24]), np.array([48, 52, 55, 60]), np.full(4, 64),
        np.zeros(4, dtype=np.int64),
    )  # fmt: skip
    assert chord_labels(held, 96, 4).tolist()[:2] == [0, 0]
    assert chord_labels(held, 96, 4).tolist()[3] == NO_CHORD


def test_a_change_of_metre_splits_a_piece() -> None:
    score = walking_score(1, bars=12)
    changed = replace(score, metre_tick=np.array([0, 8 * 1920]), metre=np.array([[4, 4], [3, 4]]))
    first, second = split_segments(changed, np.array([0]))
    assert (first.metre, first.bars, first.is_first, first.is_last) == ((4, 4), 8, True, False)
    assert (second.metre, second.is_first, second.is_last) == ((3, 4), False, True)
    assert first.notes.start.max() < 8 * 96


def test_the_same_metre_written_twice_stays_one() -> None:
    score = walking_score(1, bars=12)
    again = replace(score, metre_tick=np.array([0, 4 * 1920]), metre=np.array([[4, 4], [2, 2]]))
    (segment,) = split_segments(again, np.array([0]))
    assert segment.bars == 12


@pytest.mark.parametrize("metre", [(5, 4), (7, 8)])
def test_unknown_metres_are_left_out(metre: tuple[int, int]) -> None:
    assert pack_score(walking_score(1, metre=metre), held_out=False, set_index=0) is None


@pytest.mark.parametrize("track", [Track("Flute", 73), Track("Drums", 0, is_drum=True)])
def test_unknown_instruments_are_left_out(track: Track) -> None:
    assert pack_score(replace(walking_score(1), tracks=(track,)), held_out=False, set_index=0) is None


def test_an_empty_score_is_left_out() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert pack_score(Score(nothing, nothing, nothing, nothing, nothing), held_out=False, set_index=0) is None


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
    for item in dataclasses.fields(Pack):
        np.testing.assert_array_equal(getattr(back, item.name), getattr(small_pack, item.name))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive", b"\x93NUMPY"])
def test_a_damaged_pack_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "pack.npz").write_bytes(content)
    with pytest.raises(BadInput, match="pack the music again"):
        Pack.load(tmp_path / "pack.npz")


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
    monkeypatch.setattr("sys.argv", ["dataset", "--data", str(tmp_path), "--out", str(out), "--workers", "1"])
    dataset.main()
    assert "2 of 3 pieces" in capsys.readouterr().out
    assert set(Pack.load(out).set_index.tolist()) == {0, 1, 2, 3}


def test_copies_of_a_piece_are_held_out_together() -> None:
    chosen = [dataset.is_held_out("A. Composer", f"Piece {number}") for number in range(4_000)]
    assert 0.02 < np.mean(chosen) < 0.04
    assert dataset.is_held_out("a. composer", "PIECE 7") == chosen[7]


def test_twins_of_what_is_held_out_are_held_out_too() -> None:
    original, other = walking_score(1), walking_score(2)
    higher = replace(original, pitch=original.pitch + 5)
    packed = [
        pack_score(score, held_out=held_out, set_index=0)
        for score, held_out in ((original, True), (higher, False), (other, False))
    ]
    kept = keep_twins_apart([piece for piece in packed if piece is not None])
    assert [piece.held_out for piece in kept] == [True, True, False]


def test_edges_cut_into_equal_parts() -> None:
    values = np.append(np.random.default_rng(0).normal(size=1_600), np.nan)
    counts = np.bincount(bin_of(values[:-1], edges_of(values, 16)), minlength=16)
    assert counts.min() == counts.max() == 100
    assert bin_of([3.0], np.array([3.0, 3.0, 3.0, 3.0]))[0] == 2


def test_ranks_are_real_excerpts(small_pack: Pack) -> None:
    ranks = ranks_of(small_pack, seed=0)
    assert (np.diff(ranks["ranks.quantiles"], axis=1) >= 0).all()
    assert (np.diff(ranks["ranks.feature_quantiles"], axis=2) >= 0).all()
    chosen = ~small_pack.held_out[small_pack.excerpt_segment]
    rows = {row.tobytes() for row in small_pack.excerpt_measures[chosen]}
    assert {row.tobytes() for row in ranks["ranks.bank"]} <= rows
    sizes = {len(ranks[f"ranks.{name}"]) for name in ("bank", "bank_features", "bank_key", "bank_metre")}
    assert sizes == {int(chosen.sum())}


def test_near_ranks_share_their_weights() -> None:
    rows = WHOLE_STEPS @ np.arange(len(WHOLE_STEPS), dtype=np.float32)
    first = rows[: WHOLE_FREE[0] + 1]
    np.testing.assert_array_equal(first[:-1], np.cumsum(np.arange(WHOLE_FREE[0])))
    assert first[-1] == WHOLE_FREE[0]
    assert WHOLE_STEPS.shape == (int((WHOLE_FREE + 1).sum()),) * 2
    assert (BAR_STEPS[: FAR + 2, : FAR + 2] == np.eye(FAR + 2)).all()


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / f"{dataset.ARCHIVES[1]}.zip").write_bytes(b"")
    with pytest.raises(BadInput, match=rf"{dataset.ARCHIVES[0]}.*is missing"):
        dataset.pack_folder(tmp_path)


def test_a_folder_of_ones_own_is_packed(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for seed in range(2):
        (tmp_path / "inner" / f"{seed}.MID").write_bytes(write_midi(walking_score(seed)))
    (tmp_path / "notes.txt").write_bytes(b"no music")
    lines: list[str] = []
    pack = dataset.pack_folder(tmp_path, report=lines.append)
    assert lines == [f"{tmp_path.name}: 2 of 2 pieces"]
    assert set(pack.set_index.tolist()) == {dataset.OWN_SET}
    with pytest.raises(BadInput, match="no folder"):
        dataset.pack_folder(tmp_path / "nowhere")


def test_music_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(BadInput, match="None of this music"):
        join([])
