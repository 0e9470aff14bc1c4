"""Likeness, diversity and copying: caricature and copies are seen."""

from __future__ import annotations

import numpy as np
import pytest

from generators.artifacts import Score, replace
from generators.music.dataset import Pack
from generators.music.evaluation import copying, diversity, likeness
from generators.music.evaluation.excerpts import excerpts_of
from generators.music.evaluation.feelings import LED, line_requests
from generators.music.repetition import Corpus, pack_sequences
from tests.music.conftest import walking_score


def bars_of(patterns: list[list[int]]) -> Score:
    """One bar of four quarters for each pattern of pitches."""
    pitch = np.array([value for bar in patterns for value in bar])
    start = np.concatenate([np.arange(len(bar)) * 480 + 1920 * index for index, bar in enumerate(patterns)])
    size = len(pitch)
    return Score(start, np.full(size, 480), pitch, np.full(size, 64), np.zeros(size, dtype=np.int64))


ONE, TWO = [60, 62, 64, 65], [72, 71]


def test_bars_that_return_are_seen_at_their_distance() -> None:
    notes, rhythm = likeness.self_similarity(bars_of([ONE, TWO, ONE, TWO]))
    assert notes[0].tolist() == [1, 0, 1, 0]
    assert rhythm[0].tolist() == [1, 0.5, 1, 0.5]
    lags = likeness.repetition_by_lag([bars_of([ONE, TWO] * 5)])
    assert lags[0].tolist() == [0, 1, 1, 1]
    assert np.isnan(likeness.repetition_by_lag([bars_of([ONE])])).all()


def test_silence_is_no_repetition() -> None:
    score = replace(bars_of([ONE]), length=1920 * 3)
    notes, _ = likeness.self_similarity(score)
    assert notes.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_a_caricature_has_little_spread_and_few_patterns() -> None:
    varied = [walking_score(seed) for seed in range(6)]
    same = [replace(varied[0], pitch=varied[0].pitch + step) for step in range(6)]
    corpus = diversity.comparable([walking_score(seed) for seed in range(20, 40)])
    left = diversity.spread_left([diversity.comparable(varied), diversity.comparable(same)], corpus)
    assert left[0] > 2 * left[1]
    assert diversity.vocabulary(varied, 40)[1] > 2 * diversity.vocabulary(same, 40)[1]
    assert diversity.shared_with_others(same, 8, 200) == 1.0
    assert diversity.shared_with_others(varied, 8, 200) < 0.5
    assert diversity.vocabulary([], 40) == (0.0, 0.0)


def test_real_music_is_compared_with_other_pieces(small_pack: Pack) -> None:
    excerpts = excerpts_of(small_pack, bars=8, training=6)
    one, two = likeness.halves_by_piece(excerpts, 3)
    assert not set(excerpts.piece[one].tolist()) & set(excerpts.piece[two].tolist())


def test_a_take_that_copies_the_training_music_is_shown(small_pack: Pack) -> None:
    copied = [walking_score(0), walking_score(1, metre=(3, 4))]
    lines = list(copying.copying_table([copied], small_pack, Corpus.of(small_pack), np.array([6])))
    takes = next(line for line in lines if line.startswith("| takes"))
    assert "| 65, 65, 65 | 100.0% | 100.0% |" in takes
    assert "1 of 2 held-out pieces" in lines[0]
    assert any(line.startswith("| held-out music (1)") for line in lines)
    assert Corpus.of(small_pack).longest_shared(pack_sequences(small_pack, held_out=True)[0]) < 32


def test_lines_lead_from_calm_to_tense_with_one_seed_each() -> None:
    lines = line_requests(3, 5, 4)
    assert [{request.seed for request in line} for line in lines] == [{0}, {1}, {2}]
    arousal = [request.affect.arousal for request in lines[0]]
    assert arousal == sorted(arousal)
    assert arousal[0] == pytest.approx(-0.62)
    assert set(LED) == {"onset_rate", "loudness", "mode"}
