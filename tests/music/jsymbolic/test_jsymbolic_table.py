"""The table of the hundred attributes, and EmoGen's bits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from jsymbolic_scores import line, score_of

from generators.music import jsymbolic
from generators.music.jsymbolic import FEATURES, QUADRANT_VECTORS, THRESHOLDS

FAMILIES = {"pitch": 16, "melody": 14, "chords": 28, "rhythm": 38, "texture": 2, "dynamics": 2}


def test_hundred_in_order() -> None:
    assert [feature.k for feature in FEATURES] == list(range(100))
    assert len(set(jsymbolic.NAMES)) == 100
    counted = {family: sum(feature.family == family for feature in FEATURES) for family in FAMILIES}
    assert counted == FAMILIES


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: f"{feature.k}")
def test_each_says_what_it_is(feature: jsymbolic.Feature) -> None:
    assert "Source: jSymbolic 2.2 manual" in feature.description
    assert feature.low < feature.high
    assert math.isfinite(feature.low)
    # a bin of a histogram is named by its number, and nothing else is
    _, _, number = feature.name.rpartition("_")
    assert (int(number) if number.isdigit() else None) == feature.bin


def test_thresholds_lie_in_range() -> None:
    assert THRESHOLDS.shape == (100,)
    assert (THRESHOLDS[0], THRESHOLDS[13], THRESHOLDS[15], THRESHOLDS[58]) == (0.08128, 63.0, -0.22765, 229.0)
    assert (THRESHOLDS[80], THRESHOLDS[99]) == (12.515, 11.105)
    for feature, threshold in zip(FEATURES, THRESHOLDS.tolist(), strict=True):
        assert feature.low <= threshold < feature.high


def test_quadrant_vectors() -> None:
    assert QUADRANT_VECTORS.shape == (4, 100)
    assert QUADRANT_VECTORS.sum(axis=1).tolist() == [58, 54, 53, 49]
    assert QUADRANT_VECTORS[:, 0].tolist() == [True, True, False, True]
    assert QUADRANT_VECTORS[:, 58].tolist() == [False, True, False, False]  # many notes: angry, tense
    assert QUADRANT_VECTORS[:, 98].tolist() == [False, False, True, True]


def test_binarise_is_strict_and_keeps_the_shape() -> None:
    assert not jsymbolic.binarise(THRESHOLDS).any()
    above = jsymbolic.binarise(np.stack([THRESHOLDS + 1e-6, THRESHOLDS - 1e-6]))
    assert above.shape == (2, 100)
    assert above[0].all()
    assert not above[1].any()


@pytest.mark.parametrize("shape", [(), (99,), (100, 4)])
def test_binarise_refuses_other_shapes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="100 values"):
        jsymbolic.binarise(np.zeros(shape))


def test_measure_some_gives_what_measure_gives() -> None:
    score = score_of(*line(60, 64, 67, 64, 72))
    chosen = FEATURES[6:20]
    some = jsymbolic.measure_some(jsymbolic.Prepared(score), chosen)
    assert some.tolist() == jsymbolic.measure(score)[6:20].tolist()
