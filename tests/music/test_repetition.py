"""Repetition: copies are found in any key and under any title, and other music is not taken for one."""

from __future__ import annotations

import dataclasses

import numpy as np

from generators.artifacts import Score
from generators.music.dataset import Pack, PackedPiece, join, pack_score
from generators.music.repetition import (
    LENGTHS,
    Corpus,
    near_duplicates,
    pack_sequences,
    pack_stretches,
    score_sequence,
    steps,
)
from tests.music.conftest import walking_score


def test_a_copy_in_another_key_is_found() -> None:
    rng = np.random.default_rng(0)
    start, pitch = np.cumsum(rng.integers(0, 20, 100)), rng.integers(40, 80, 100)
    corpus = Corpus([steps(start, pitch), steps(start[:30], pitch[::-1][:30])])
    assert corpus.longest_shared(steps(start[20:] + 7, pitch[20:] + 5)) == max(LENGTHS) + 1
    assert corpus.longest_shared(steps(start[:13], pitch[:13])) == 13
    assert corpus.longest_shared(steps(np.arange(40), rng.integers(0, 128, 40))) == 0


def test_training_music_is_known_and_other_music_is_not(small_pack: Pack) -> None:
    corpus = Corpus.of(small_pack)
    assert all(
        corpus.longest_shared(sequence) == max(LENGTHS) + 1 for sequence in pack_sequences(small_pack, held_out=False)
    )
    held_out = pack_sequences(small_pack, held_out=True)
    assert held_out
    assert all(corpus.longest_shared(sequence) < 32 for sequence in held_out)


def test_a_corpus_of_nothing_knows_nothing() -> None:
    sequence = steps(np.arange(10), np.arange(10))
    for corpus in (Corpus([]), Corpus([sequence[:2]])):
        assert corpus.longest_shared(sequence) == 0


def packed(score: Score, *, held_out: bool = False) -> PackedPiece:
    piece = pack_score(score, held_out=held_out, set_index=0)
    assert piece is not None
    return piece


def test_a_score_and_its_pack_have_the_same_steps() -> None:
    score = walking_score(1)
    (sequence,) = pack_sequences(join([packed(score)]), held_out=False)
    np.testing.assert_array_equal(sequence, score_sequence(score))


def test_a_held_out_piece_that_is_trained_on_under_another_title_is_found() -> None:
    pieces = [packed(walking_score(seed)) for seed in range(4)]
    copy = walking_score(2)
    transposed = dataclasses.replace(copy, pitch=copy.pitch + 3, tempo_bpm=np.array([200.0]))
    pieces += [packed(score, held_out=True) for score in (walking_score(9), transposed, walking_score(11))]
    pack = join(pieces)
    assert near_duplicates(pack).tolist() == [5]
    assert near_duplicates(pack, share=0.0, corpus=Corpus.of(pack)).tolist() == [4, 5, 6]
    assert {piece for piece, _ in pack_stretches(pack, held_out=True)} == {4, 5, 6}
