"""The first proposal for how landscapes feel."""

from __future__ import annotations

import numpy as np
import pytest

from generators.compass.affect_proposal import SOURCES, WEIGHTS, proposed_affect, scene_of
from generators.compass.find import find
from generators.compass.painter.factors import Factors
from generators.compass.painter.painting import paint
from generators.compass.request import FindRequest
from generators.pictures import Pool

CALM = Factors(time_of_day=0.1, warmth=0.6, cloud_cover=0.1, openness=0.9, storminess=0.0)
STORM = Factors(time_of_day=0.55, warmth=0.3, cloud_cover=1.0, openness=0.2, storminess=1.0, light_contrast=0.9)


def plain(lightness: float, colour: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> np.ndarray:
    return np.broadcast_to((lightness * 255 * np.array(colour)).astype(np.uint8), (32, 32, 3))


def test_a_bright_open_day_feels_better_than_a_storm() -> None:
    pictures = np.stack([paint(factors, seed, 64, training=True) for seed in range(4) for factors in (CALM, STORM)])
    felt = proposed_affect(pictures)
    assert np.all(felt["valence"][::2] > felt["valence"][1::2])
    for values in felt.values():
        assert values.std() == pytest.approx(1.0)
        assert values.mean() == pytest.approx(0.0, abs=1e-9)


def test_saturated_and_red_excites_grey_calms() -> None:
    felt = proposed_affect(np.stack([plain(0.6), plain(0.8, (1.0, 0.1, 0.1)), plain(0.8, (0.55, 0.6, 0.65))]))
    assert int(felt["arousal"].argmax()) == 1


def test_the_horizon_is_where_light_parts() -> None:
    for row in (10, 20):
        picture = np.full((32, 32, 3), 40, np.uint8)
        picture[:row] = 210
        assert scene_of(picture).openness == row / 32
    assert 0.0 < scene_of(np.zeros((32, 32, 3), np.uint8)).openness < 1.0  # no horizon at all
    assert all(np.isfinite(values).all() for values in proposed_affect(np.zeros((3, 8, 8, 3), np.uint8)).values())


def test_every_part_has_a_source_and_the_coefficients_are_theirs() -> None:
    assert (WEIGHTS["valence"]["brightness"], WEIGHTS["valence"]["saturation"]) == (0.69, 0.22)
    assert (WEIGHTS["arousal"]["brightness"], WEIGHTS["arousal"]["saturation"]) == (-0.31, 0.60)
    assert all(any(digit in source.source for digit in "0123456789") for source in SOURCES)


def test_it_becomes_a_direction_through_the_pool() -> None:
    rng = np.random.default_rng(1)
    features = rng.standard_normal((40, 1, 6))
    light = np.clip(0.5 + 0.15 * features[:, 0, 2], 0, 1)
    pool = Pool(
        np.stack([plain(value) for value in light]), np.arange(40), -np.ones(40, np.int64), np.zeros(40),
        np.zeros((40, 0)), np.array([0.5]), features.astype(np.float32),
    )  # fmt: skip
    found = find(FindRequest("p", finder="affect proposal", axis="valence"), pool)
    assert int(np.abs(found.vectors[0]).argmax()) == 2
    assert found.vectors[0, 2] > 0
    assert found.finder == "affect proposal"
    darker = find(FindRequest("p", finder="affect proposal", axis="dominance"), pool)
    assert darker.vectors[0, 2] < 0
