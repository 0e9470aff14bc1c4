"""The painterly finish works on any picture, does what it is told, and changes nothing when it is off."""

from __future__ import annotations

import numpy as np
import pytest

from generators.compass.painter import OFF, Factors, Finish, finish_for, finished, paint
from generators.errors import BadRequest

SIDE = 64


def _decoded() -> np.ndarray:
    """A soft picture that no painter made: a dark sky over darker ground."""
    down = np.linspace(0.0, 1.0, SIDE)[:, None, None]
    sky = np.array([30.0, 40.0, 90.0]) * (1.0 - down) + np.array([70.0, 70.0, 110.0]) * down
    picture = np.repeat(sky, SIDE, axis=1)
    picture[SIDE * 2 // 3 :] = (15, 20, 18)
    return picture.astype(np.uint8)


def test_off_changes_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    for picture in (noise, _decoded()):
        assert np.array_equal(finished(picture, OFF, 3), picture)


def test_off_is_off_in_the_painter_too() -> None:
    factors = Factors(time_of_day=0.9, precipitation=0.5)
    bare = paint(factors, 2, SIDE, finish=False)
    assert np.array_equal(finished(bare, finish_for(factors), 2), paint(factors, 2, SIDE))
    assert not np.array_equal(bare, paint(factors, 2, SIDE))


def test_the_same_seed_gives_the_same_bytes() -> None:
    finish = Finish(rain=0.4, snow=0.4)
    first = finished(_decoded(), finish, 9)
    assert np.array_equal(first, finished(_decoded(), finish, 9))
    assert not np.array_equal(first, finished(_decoded(), finish, 10))


def test_the_picture_stays_what_it_was() -> None:
    picture = paint(Factors(), 6, SIDE, training=True)
    done = finished(picture, Finish(), 6).astype(np.float64)
    coarse = [image.reshape(16, 4, 16, 4, 3).mean(axis=(1, 3)) for image in (picture.astype(np.float64), done)]
    assert np.abs(coarse[0] - coarse[1]).mean() < 4.0


def test_stars_stand_in_the_dark_sky_only() -> None:
    only_stars = Finish(strokes=0.0, grain=0.0, stars=1.0)
    dark = _decoded()
    lit = finished(dark, only_stars, 4).astype(int) - dark
    assert (lit[: SIDE // 2].max(axis=-1) > 20).sum() >= 5
    assert lit[SIDE * 2 // 3 + 4 :].max() == 0
    day = np.full((SIDE, SIDE, 3), 190, np.uint8)
    assert np.array_equal(finished(day, only_stars, 4), day)


@pytest.mark.parametrize("weather", ["rain", "snow"])
def test_more_weather_is_more_of_it(weather: str) -> None:
    dark = _decoded()
    added = []
    for amount in (0.0, 0.3, 0.6, 1.0):
        finish = Finish(strokes=0.0, grain=0.0, stars=0.0, rain=0.0, snow=0.0)
        wanted = Finish(**{name: getattr(finish, name) for name in finish.__struct_fields__} | {weather: amount})
        added.append(np.abs(finished(dark, wanted, 1).astype(int) - dark).mean())
    assert added[0] == 0.0
    assert added == sorted(added)
    assert added[-1] > 1.0


def test_what_is_no_square_picture_is_refused() -> None:
    for wrong in (np.zeros((8, 9, 3), np.uint8), np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3), np.float32)):
        with pytest.raises(BadRequest, match="square"):
            finished(wrong, Finish(), 0)
    with pytest.raises(BadRequest, match="grain"):
        Finish(grain=1.5)
