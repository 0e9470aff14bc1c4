"""The painterly finish works on any picture, does what it is told, and changes nothing when it is off."""

from __future__ import annotations

import numpy as np
import pytest

from generators.compass.painter import OFF, Factors, Finish, finish_for, finished, paint
from generators.compass.painter.repaint import flow_of
from generators.errors import BadRequest, Cancelled

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


def test_a_painting_is_as_large_as_asked_and_the_same_scene() -> None:
    picture = paint(Factors(), 6, SIDE, training=True)
    for scale in (1, 2, 4):
        finish = Finish(scale=scale, grain=0.0, stars=0.0)
        large = finished(picture, finish, 6)
        assert large.shape == (SIDE * scale, SIDE * scale, 3)
        assert np.array_equal(large, finished(picture, finish, 6))
        cells = [image.reshape(16, len(image) // 16, 16, -1, 3).mean(axis=(1, 3)) for image in (picture, large)]
        assert np.abs(cells[0] - cells[1]).mean() < 4.0


def test_pictures_that_are_not_square_are_painted_alike() -> None:
    square = paint(Factors(time_of_day=0.95, cloud_cover=0.1), 3, 96, training=True)
    for wide in (square[:48], square[:, 8:56]):
        picture = np.ascontiguousarray(wide)
        done = finished(picture, Finish(rain=0.5, snow=0.5, scale=2), 1)
        assert done.shape == (2 * picture.shape[0], 2 * picture.shape[1], 3)
        small = done.reshape(picture.shape[0], 2, picture.shape[1], 2, 3).mean(axis=(1, 3))
        assert 1.0 < np.abs(small - picture).mean() < 30.0


def test_enlarging_makes_a_soft_edge_crisp_without_ringing() -> None:
    across = np.clip((np.arange(SIDE) - 28.0) / 6.0, 0.0, 1.0)
    picture = np.broadcast_to((40 + 160 * across)[None, :, None], (SIDE, SIDE, 3)).astype(np.uint8)
    large = finished(picture, Finish(strokes=0.0, stars=0.0, grain=0.0, scale=4), 0).astype(int)
    assert large.min() >= 37
    assert large.max() <= 203
    rise = large[SIDE * 2, :, 0]
    between = ((rise > 60) & (rise < 180)).sum()
    assert between <= 0.75 * 4 * ((picture[0, :, 0] > 60) & (picture[0, :, 0] < 180)).sum()
    flat = np.full((16, 16, 3), 77, np.uint8)
    assert np.array_equal(
        finished(flat, Finish(strokes=0.0, stars=0.0, grain=0.0, scale=2), 0), flat.repeat(2, 0).repeat(2, 1)
    )


def test_strokes_run_along_the_shapes_of_the_picture() -> None:
    down, across = np.mgrid[0:SIDE, 0:SIDE]
    for angle in (0.0, 0.5, 1.2, 2.4):
        # bands along `angle`, measured from level, downwards on the right
        wave = 0.5 + 0.4 * np.sin((down * np.cos(angle) - across * np.sin(angle)) * 0.4)
        flow = flow_of(np.repeat(wave[..., None], 3, axis=2).astype(np.float32), 0)
        middle = np.linspace(0.3, 0.7, 9, dtype=np.float32)
        off = (flow.at(middle, middle[::-1]) - angle + np.pi / 2) % np.pi - np.pi / 2
        assert np.abs(off).max() < 0.2


def test_fine_strokes_go_where_broad_ones_miss_something() -> None:
    picture = np.full((SIDE, SIDE, 3), 120, np.uint8)
    picture[24:40, 24:40] = (np.indices((16, 16)).sum(axis=0) % 4 < 2)[..., None] * 200
    done = finished(picture, Finish(strokes=1.0, stars=0.0, grain=0.0, scale=4), 2).astype(float)
    contrast = done[112:144, 112:144].std()
    assert contrast > 50.0
    assert done[:64].std() < 12.0


def test_a_long_painting_can_be_stopped() -> None:
    told: list[float] = []

    def stop(done: float, total: float, note: str = "") -> None:
        told.append(done / total)
        if len(told) == 4:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        finished(_decoded(), Finish(scale=4), 0, stop)
    assert told == sorted(told)


def test_what_cannot_be_finished_is_refused() -> None:
    for wrong in (np.zeros((8, 8), np.uint8), np.zeros((8, 8, 3), np.float32), np.zeros((4, 64, 3), np.uint8)):
        with pytest.raises(BadRequest, match="8-bit colours"):
            finished(wrong, Finish(), 0)
    with pytest.raises(BadRequest, match="grain"):
        Finish(grain=1.5)
    with pytest.raises(BadRequest, match="choose 1, 2, 4 or 8"):
        Finish(scale=3)
    with pytest.raises(BadRequest, match="choose a smaller scale"):
        finished(np.zeros((16, 1024, 3), np.uint8), Finish(scale=8), 0)
