"""Plain words for figures, and names of pictures."""

from __future__ import annotations

import pytest

from studio.panels.compass.state import Ask, Use
from studio.panels.compass.words import evenness, figures_of, picture_detail, picture_name, signed, usable, verdict

GOOD = {"monotonicity": 0.94, "shuffled_monotonicity": 0.3, "disentanglement": 0.6, "shuffled_disentanglement": 0.2}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "that it has never seen."),
        ({"halves": 0.4}, "your judgements agree"),
        ({"stability": 0.3, "halves": 0.4}, "would still turn it"),
        ({"monotonicity": 0.7}, "not on every picture"),
        ({"monotonicity": 0.3}, "no more than chance"),
        ({"halves": 0.1}, "says little of the others"),
        ({"shuffled_monotonicity": 0.97}, "does the same"),  # it moves less else
        ({"shuffled_monotonicity": 0.97, "shuffled_disentanglement": 0.7}, "no more than chance"),
    ],
)
def test_a_verdict_is_as_good_as_the_figures(changes: dict[str, float], words: str) -> None:
    assert words in verdict({**GOOD, **changes})


def test_figures_are_told_beside_their_controls() -> None:
    rows = {name: (value, tells) for name, value, tells in figures_of({**GOOD, "random_monotonicity": -0.2})}
    value, tells = rows["follows the slider"]
    assert value == "0.94"
    assert "a random direction −0.20" in tells
    assert "shuffled judgements 0.30" in tells
    assert verdict({}) == evenness({}) == ""
    assert evenness({"variation_before": 0.4, "variation_after": 0.09}) == "40 % → 9 %"


def test_pictures_are_named_by_what_moved_them_most() -> None:
    uses = (Use("a", "hush", amount=0.25), Use("b", "ember", amount=-1.0), Use("c", "far"))
    assert picture_name(Ask(uses=uses)) == "ember −1.0, hush +0.2"
    assert picture_detail(Ask(seed=41, uses=uses)) == "seed 41 · 2 directions"
    assert picture_name(Ask(seed=41)) == "seed 41"
    assert picture_detail(Ask(seed=41, to_seed=7, mix=0.5)) == "seed 41 → 7"
    assert (signed(0.004), signed(-0.04, 2), usable(-2.1, 2.64)) == ("0", "−0.04", "−2.1 … +2.6")
