from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.errors import BadRequest
from generators.music.chord_symbols import line_of, parse_chord, parse_line
from generators.music.request import MAX_BARS, TONICS


@pytest.mark.parametrize(
    ("symbol", "classes"),
    [
        ("C", {0, 4, 7}), ("Am", {9, 0, 4}), ("A-", {9, 0, 4}), ("Amin7", {9, 0, 4, 7}), ("G7", {7, 11, 2, 5}),
        ("Fmaj7", {5, 9, 0, 4}), ("FM7", {5, 9, 0, 4}), ("FΔ", {5, 9, 0, 4}), ("Bdim", {11, 2, 5}),
        ("B°7", {11, 2, 5, 8}),
        ("Bm7b5", {11, 2, 5, 9}), ("Bø", {11, 2, 5, 9}), ("C+", {0, 4, 8}), ("Dsus4", {2, 7, 9}), ("E5", {4, 11}),
        ("Bb/D", {10, 2, 5}), ("C/B", {0, 4, 7, 11}), ("Cadd9", {0, 4, 7, 2}), ("C6/9", {0, 4, 7, 9, 2}),
        ("G7b9", {7, 11, 2, 5, 8}), ("G7(#5,b9)", {7, 11, 3, 5, 8}), ("CmMaj7", {0, 3, 7, 11}), ("F♯m", {6, 9, 1}),
        ("C9sus4", {0, 5, 7, 10, 2}), ("Co7", {0, 3, 6, 9}), ("D7sus4", {2, 7, 9, 0}),
    ],
)  # fmt: skip
def test_symbols(symbol: str, classes: set[int]) -> None:
    assert parse_chord(symbol).pitch_classes == classes


def test_root_and_bass() -> None:
    chord = parse_chord("F#m7/E")
    assert (chord.root, chord.bass) == (6, 4)


@pytest.mark.parametrize("symbol", ["H", "c", "Cfoo", "C/", "Am7/x", "C" * 30, "", "7", "C##", "Cadd"])
def test_what_is_no_chord_is_named(symbol: str) -> None:
    with pytest.raises(BadRequest, match=r"no chord .*: write one"):
        parse_chord(symbol)


def test_a_line() -> None:
    assert parse_line(" | Am7 | F, C | G | ") == ("Am7", "F", "C", "G")
    assert parse_line("C % * G") == ("C", "C", "", "G")
    assert parse_line("") == ()
    assert line_of(("C", "", "G")) == "C * G"
    with pytest.raises(BadRequest, match="begin with a chord"):
        parse_line("% C")
    with pytest.raises(BadRequest, match="at most 128"):
        parse_line("C " * (MAX_BARS + 1))
    with pytest.raises(BadRequest, match="too long"):
        parse_line("C" * 9_999)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        chords = parse_line(text)
    except BadRequest:
        return
    assert parse_line(line_of(chords)) == chords


@given(st.sampled_from(sorted(TONICS)), st.text(string.ascii_letters + string.digits + "#b/", max_size=12))
def test_a_chord_has_its_root_or_bass(root: str, rest: str) -> None:
    try:
        chord = parse_chord(root + rest)
    except BadRequest:
        return
    assert chord.bass in chord.pitch_classes
    assert all(0 <= pitch < 12 for pitch in chord.pitch_classes)
