"""Paintings: the same from the same seed, the same scene at every size, and each factor does what its name says."""

from __future__ import annotations

import numpy as np
import pytest

from generators.compass.measures import look_of
from generators.compass.painter import FACTORS, NAMES, STRONG, Factors, paint
from generators.compass.painter.colour import to_oklab
from generators.errors import BadRequest

SIDE = 48
DAY = Factors(time_of_day=0.25, haze=0.2, cloud_cover=0.3, mist=0.1, storminess=0.05)
WHERE_IT_SHOWS = {
    "moon": DAY.having(time_of_day=0.92, cloud_cover=0.05, haze=0.1),
    "sun_x": DAY.having(time_of_day=0.5),
    "mist": DAY.having(water=0.2, ruggedness=0.7),
}
"""Scenes in which a factor has something to change, where that is not the plain day."""


def _rank_agreement(values: list[float]) -> float:
    """Spearman's correlation of `values` with their order."""
    ranks = np.argsort(np.argsort(values))
    return float(np.corrcoef(ranks, np.arange(len(values)))[0, 1])


def _series(name: str, seed: int, base: Factors = DAY, steps: int = 5) -> list[np.ndarray]:
    return [
        paint(base.having(**{name: float(value)}), seed, SIDE, training=True)
        for value in np.linspace(0.02, 0.98, steps)
    ]


def test_the_same_request_gives_the_same_bytes() -> None:
    factors = Factors(time_of_day=0.8, precipitation=0.6, season=0.9)
    first = paint(factors, 3, SIDE)
    assert first.shape == (SIDE, SIDE, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, paint(factors, 3, SIDE))
    assert not np.array_equal(first, paint(factors, 4, SIDE))


@pytest.mark.parametrize("seed", [1, 12])
def test_every_size_shows_the_same_scene(seed: int) -> None:
    factors = DAY.having(tree_density=0.7, ruggedness=0.7)
    small = paint(factors, seed, 64, finish=False).astype(np.float64)
    large = paint(factors, seed, 192, finish=False).astype(np.float64)
    reduced = large.reshape(64, 3, 64, 3, 3).mean(axis=(1, 3))
    other = paint(factors, seed + 100, 64, finish=False).astype(np.float64)
    difference = np.abs(small - reduced).mean()
    assert difference < 9.0
    assert difference < 0.45 * np.abs(small - other).mean()
    coarse = [image.reshape(8, 8, 8, 8, 3).mean(axis=(1, 3)).ravel() for image in (small, reduced)]
    assert np.corrcoef(*coarse)[0, 1] > 0.97


@pytest.mark.parametrize("name", NAMES)
def test_a_factor_changes_the_picture_more_the_further_it_goes(name: str) -> None:
    away = np.zeros(5)
    for seed in (5, 21):
        pictures = _series(name, seed, WHERE_IT_SHOWS.get(name, DAY))
        away += [np.abs(picture.astype(np.float64) - pictures[0]).mean() for picture in pictures]
    assert _rank_agreement(away.tolist()) > 0.89
    assert away[-1] / 2 > (8.0 if name in STRONG else 0.5)


def test_a_small_step_is_a_small_change() -> None:
    rng = np.random.default_rng(0)
    for name in NAMES:
        value = float(rng.uniform(0.1, 0.9))
        before = paint(DAY.having(**{name: value}), 8, SIDE, training=True).astype(np.float64)
        after = paint(DAY.having(**{name: value + 0.004}), 8, SIDE, training=True).astype(np.float64)
        assert np.abs(after - before).mean() < 4.0, name


def test_the_day_ends_dark() -> None:
    assert _rank_agreement([-look_of(picture).brightness for picture in _series("time_of_day", 2)]) > 0.89


def test_warmth_is_warm() -> None:
    for base in (DAY, DAY.having(time_of_day=0.9), DAY.having(season=0.95)):
        assert _rank_agreement([look_of(picture).warmth for picture in _series("warmth", 2, base)]) == pytest.approx(
            1.0
        )


def test_haze_dissolves_the_land() -> None:
    def contrast_of_land(picture: np.ndarray) -> float:
        land = to_oklab(picture[SIDE // 2 : SIDE * 3 // 4] / 255.0)
        return float(land[..., 0].std())

    for seed in (2, 9):
        series = _series("haze", seed, DAY.having(ruggedness=0.7, water=0.1, mist=0.0, tree_density=0.2))
        assert _rank_agreement([-contrast_of_land(picture) for picture in series]) > 0.89


def test_clouds_cover_the_sky() -> None:
    series = _series("cloud_cover", 4)
    clear = series[0][: SIDE // 3].astype(np.float64)
    share = [float((np.abs(picture[: SIDE // 3] - clear).max(axis=-1) > 12).mean()) for picture in series]
    assert _rank_agreement(share) > 0.89
    assert share[-1] > 0.8


def test_openness_is_sky() -> None:
    # by day the sky is lighter than the land, so the middle rows grow lighter as the horizon sinks
    series = _series("openness", 6, DAY.having(water=0.0, ruggedness=0.6, mist=0.0))
    middle = [float(to_oklab(picture[SIDE * 2 // 5 : SIDE * 3 // 5] / 255.0)[..., 0].mean()) for picture in series]
    assert _rank_agreement(middle) > 0.89


def test_a_storm_is_dark_and_grey() -> None:
    looks = [look_of(picture) for picture in _series("storminess", 3)]
    assert _rank_agreement([-look.brightness for look in looks]) > 0.89
    assert looks[-1].colourfulness < 0.75 * looks[0].colourfulness


def test_the_seasons_turn_the_land_from_green_to_brown_to_white() -> None:
    base = DAY.having(water=0.0, haze=0.05, mist=0.0)
    summer, autumn, winter = (
        to_oklab(paint(base.having(season=season), 7, SIDE, training=True)[SIDE * 2 // 3 :] / 255.0).mean(axis=(0, 1))
        for season in (0.2, 0.6, 1.0)
    )
    assert summer[1] < autumn[1] - 0.02
    assert winter[0] > max(summer[0], autumn[0]) + 0.1
    assert abs(winter[2]) < autumn[2]


def test_a_training_picture_leaves_out_what_is_small_and_bright() -> None:
    night = Factors(time_of_day=0.95, cloud_cover=0.0, precipitation=0.0)
    plain = paint(night, 5, 64, training=True)
    assert np.array_equal(plain, paint(night, 5, 64, finish=False, training=True))
    starry = paint(night, 5, 64)

    def bright_spots(picture: np.ndarray) -> float:
        light = picture[:20].astype(np.float64).mean(axis=-1)
        around = sum(np.roll(np.roll(light, i, 0), j, 1) for i in (-2, 0, 2) for j in (-2, 0, 2) if i or j) / 8.0
        return float((light - around > 10).mean())

    assert bright_spots(starry) > bright_spots(plain)


def test_sizes_and_seeds_that_cannot_be() -> None:
    with pytest.raises(BadRequest, match="16 to 2048"):
        paint(DAY, 1, 8)
    with pytest.raises(BadRequest, match="seed"):
        paint(DAY, -1)


def test_extreme_factors_paint_whole_pictures() -> None:
    for ends in ({kind.name: 0.0 for kind in FACTORS}, {kind.name: 1.0 for kind in FACTORS}):
        picture = paint(Factors(**ends), 1, 33)
        assert picture.shape == (33, 33, 3)
        assert picture.std() > 5.0
