"""Hands of a piano, voices of a staff, clefs, names of notes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.artifacts import Score, Track
from generators.music.notation import clefs
from generators.music.notation.grid import bars_of
from generators.music.notation.hands import split_hands
from generators.music.notation.page import engrave
from generators.music.notation.parts import plan_parts, short_name
from generators.music.notation.spelling import key_alters, spell
from generators.music.notation.voices import Sounding, assign, shape


def moments(*chords: tuple[int, ...], length: float = 48) -> list[tuple[float, list[tuple[int, float]]]]:
    return [(48.0 * n, [(pitch, 48 * n + length) for pitch in sorted(chord)]) for n, chord in enumerate(chords)]


def test_a_melody_over_a_bass() -> None:
    assert split_hands(moments((48, 72), (43, 74), (48, 76), (36, 77))) == [1, 1, 1, 1]


def test_no_hand_stretches_beyond_a_tenth_where_the_other_is_free() -> None:
    # a fixed split at middle C would give the left hand 36 to 59
    assert split_hands(moments((36, 55, 59, 64), (36, 55, 59, 65))) == [1, 1]


def test_both_hands_go_up_together() -> None:
    cuts = split_hands(moments(*[(60 + n, 64 + n, 76 + n, 79 + n) for n in range(0, 12, 2)]))
    assert cuts == [2] * 6


def test_a_line_alone_stays_in_the_right_hand_and_a_low_one_in_the_left() -> None:
    assert split_hands(moments((72,), (74,), (76,))) == [0, 0, 0]
    assert split_hands(moments((40,), (41,), (43,))) == [1, 1, 1]


@given(st.lists(st.lists(st.integers(21, 108), min_size=1, max_size=20, unique=True), min_size=1, max_size=20))
def test_any_chords_are_cut_somewhere(chords: list[list[int]]) -> None:
    cuts = split_hands(moments(*[tuple(chord) for chord in chords]))
    assert len(cuts) == len(chords)
    assert all(0 <= cut <= len(chord) for cut, chord in zip(cuts, chords, strict=True))


def test_a_held_note_over_a_moving_one_needs_two_voices() -> None:
    notes = [Sounding(0, 192, 76, 80), *[Sounding(48 * n, 48 * n + 48, 64 + n, 80) for n in range(4)]]
    notes.sort(key=lambda note: (note.start, note.pitch))
    found = assign(notes)
    assert {pitch.pitch: voice for voice, chord in found for pitch in chord} == {76: 1, 64: 2, 65: 2, 66: 2, 67: 2}


def test_a_legato_line_is_one_voice() -> None:
    notes = [Sounding(24 * n, 24 * n + 30, 60 + n, 80) for n in range(8)]
    assert {voice for voice, _ in assign(notes)} == {1}


def test_small_gaps_are_closed_and_short_notes_dotted() -> None:
    bars = bars_of(Score([], [], [], [], [], length=1920))
    notes = [Sounding(0, 40, 60, 80), Sounding(48, 58, 62, 80), Sounding(96, 119, 64, 80)]
    found = shape(assign(notes), bars, exact=False)
    assert [(chord.start, chord.end, chord.is_short) for chord in found] == [
        (0, 48, False), (48, 96, True), (96, 120, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pitch", "key", "name"),
    [
        (61, (0, 0), "C+1"), (63, (0, 0), "E-1"), (63, (0, 1), "D+1"), (66, (0, 0), "F+1"), (70, (0, 1), "B-1"),
        (66, (-6, 0), "G-1"), (59, (-6, 0), "C-1"), (60, (7, 0), "B+1"), (68, (0, 1), "G+1"), (65, (6, 0), "E+1"),
    ],
)  # fmt: skip
def test_spelling(pitch: int, key: tuple[int, int], name: str) -> None:
    found = spell(pitch, *key)
    assert f"{found.step}{found.alter:+d}" == name


@given(st.integers(0, 127), st.integers(-7, 7), st.integers(0, 1))
def test_every_name_is_its_pitch(pitch: int, sharps: int, minor: int) -> None:
    found = spell(pitch, sharps, minor)
    assert (
        12 * (found.octave + 1) + {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[found.step] + found.alter
        == pitch
    )
    assert abs(found.alter) <= 2


def test_signatures() -> None:
    assert [step for step, alter in key_alters(3).items() if alter] == ["F", "C", "G"]
    assert [step for step, alter in key_alters(-2).items() if alter == -1] == ["E", "B"]


def test_clefs_change_for_a_passage_and_not_for_a_bar() -> None:
    low, high = [20, 22, 24], [36, 38, 37, 39]
    options = (clefs.BASS, clefs.TREBLE)
    assert clefs.choose([low, [30], low, low], options, clefs.BASS) == [clefs.BASS] * 4
    assert clefs.choose([low, low, *[high] * 6], options, clefs.BASS) == [clefs.BASS] * 2 + [clefs.TREBLE] * 6


def test_instruments_have_their_clefs() -> None:
    tracks = (Track("Voice", 52), Track("Violin", 40), Track("Viola", 41), Track("Cello", 42), Track("Drums", 0, True))
    score = Score(
        np.zeros(5), np.full(5, 480), [70, 76, 60, 43, 38], np.full(5, 80), np.arange(5), tracks=tracks, length=1920
    )
    signs = [part.measures[0].clefs[1].sign + str(part.measures[0].clefs[1].line) for part in engrave(score)]
    assert signs == ["G2", "G2", "C3", "F4", "percussion2"]
    assert [part.plan.short for part in engrave(score)] == ["V.", "Vln.", "Vla.", "Vc.", "Dr."]


def test_two_hands_named_so_are_one_piano() -> None:
    score = Score([0, 0], [480, 480], [50, 74], [80, 80], [0, 1], tracks=(Track("Left hand"), Track("Right hand")))
    (plan,) = plan_parts(score)
    assert plan.tracks == (1, 0)
    assert plan.staves == 2


def test_short_names() -> None:
    assert short_name("Violin 2") == "Vln. 2"
    assert short_name("Bridge") == "Bridge"
    assert short_name("Melodica") == "Melo."
