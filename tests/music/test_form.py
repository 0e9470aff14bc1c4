"""Forms: what returns to what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.music.chord_labels import chord_of
from generators.music.form import CLOSE, NEVER, SECTIONS, cadence, choose_form, plan_form, section_lengths
from generators.music.request import FORMS, MAX_BARS

forms = st.sampled_from(FORMS)


@given(form=forms, bars=st.integers(1, MAX_BARS), seed=st.integers(0, 50))
def test_returns_point_to_earlier_bars_that_return_nowhere_but_back(form: str, bars: int, seed: int) -> None:
    found = plan_form(form, bars, seed)
    assert len(found) == bars
    for bar, back in enumerate(found):
        assert 0 <= back.ago <= bar
        assert (back.ago == 0) == (back.kind == NEVER)
    assert plan_form(form, bars, seed) == found


@given(letters=st.sampled_from(sorted(SECTIONS.values())), bars=st.integers(1, MAX_BARS))
def test_sections_cover_the_piece(letters: str, bars: int) -> None:
    lengths = section_lengths(letters, bars)
    assert len(lengths) == len(letters)
    assert sum(lengths) == bars
    assert min(lengths) >= 0
    if bars >= 4 * len(letters):
        assert all(length % 4 == 0 for length in lengths[:-1])
        assert max(lengths[:-1], default=0) - min(lengths[:-1], default=0) <= 4


def test_every_form_is_known() -> None:
    assert set(FORMS) == {"auto", *SECTIONS}


@pytest.mark.parametrize("seed", range(6))
def test_auto_follows_the_length(seed: int) -> None:
    assert choose_form("auto", 8, seed) == "through"
    assert choose_form("auto", 12, seed) == "ABA"
    assert choose_form("auto", 64, seed) in ("ABA", "AABA", "rondo")
    assert choose_form("AB", 64, seed) == "AB"


def test_an_aaba_goes_back_to_its_first_section() -> None:
    found = plan_form("AABA", 16, 0)
    assert [back.ago for back in found] == [0] * 4 + [4] * 4 + [0] * 4 + [12] * 4
    assert [back.kind for back in found[4:7]] == [CLOSE] * 3
    assert found[7].kind < CLOSE


def test_a_long_section_is_answered_within() -> None:
    found = plan_form("AB", 16, 0)
    assert [back.ago for back in found[:8]] == [0, 0, 0, 0, 4, 4, 0, 0]


def test_pieces_end_at_home() -> None:
    assert cadence(2, 8) == {6: chord_of(9, "7"), 7: chord_of(2, "")}
    assert cadence(12 + 9, 1) == {0: chord_of(9, "m")}
