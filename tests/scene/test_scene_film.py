"""The film of a scene: what is seen where, what lies between two pictures, and sound of the same length."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_scene import a_face, some_pictures

from generators.artifacts import Audio, Pictures, RigCurves
from generators.errors import BadRequest, Cancelled
from generators.provenance import COMPOSITE, Provenance
from generators.scene.film import GROUND, SceneFrames, blended, filled, layout_of, write_scene_film
from generators.scene.request import LAYOUTS, SIZES, SceneFilm


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("has_head", [True, False])
@pytest.mark.parametrize("has_pictures", [True, False])
def test_what_is_there_fills_the_film(size: str, layout: str, has_head: bool, has_pictures: bool) -> None:
    film = SceneFilm(size=size, layout=layout)
    if not has_head and not has_pictures:
        with pytest.raises(BadRequest, match="make one of them first"):
            layout_of(film, has_head=False, has_pictures=False)
        return
    found = layout_of(film, has_head=has_head, has_pictures=has_pictures)
    seen = [box for box in (found.head, found.pictures) if box is not None]
    assert sum(width * height for _, _, width, height in seen) == film.width * film.height
    assert all(part % 2 == 0 for box in seen for part in box)
    assert (found.head is None) <= (not has_head or layout == "pictures")
    assert len(seen) == (2 if has_head and has_pictures and layout == "side by side" else 1)


@given(st.integers(1, 6), st.floats(0.0, 5.0), st.integers(0, 255))
def test_a_still_stays_itself_however_it_is_blended(count: int, place: float, shade: int) -> None:
    pixels = np.full((count, 4, 5, 3), shade, dtype=np.uint8)
    assert np.array_equal(blended(pixels, min(place, count - 1)), pixels[0])


def test_between_pictures_nothing_jumps_and_noise_does_not_pulse() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (6, 32, 32, 3)).astype(np.uint8)
    frames = np.stack([blended(pixels, place) for place in np.linspace(1.0, 4.0, 61)]).astype(float)
    steps = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))
    assert steps.max() < 2.2 * steps.min()
    assert frames.std(axis=(1, 2, 3)).max() < 1.08 * frames.std(axis=(1, 2, 3)).min()


def test_a_square_lies_in_its_own_colours_and_a_wide_picture_fills() -> None:
    square = np.full((64, 64, 3), (200, 40, 40), dtype=np.uint8)
    field = filled(square, (1280, 720))
    assert field.shape == (720, 1280, 3)
    assert np.array_equal(field[360, 640], square[0, 0])
    edge = field[:, :100].reshape(-1, 3).mean(axis=0)
    assert GROUND[0] < edge[0] < 110  # dark, and of the picture's own hue
    assert edge[0] > edge[1] + 20
    wide = np.zeros((90, 160, 3), dtype=np.uint8)
    wide[:, 80:] = 255
    assert filled(wide, (1280, 720))[360, 1270].tolist() == [255, 255, 255]


@pytest.mark.parametrize("rate", ["24", "25", "30"])
def test_sound_and_pictures_are_equally_long_and_bytes_are_the_same(rate: str) -> None:
    count = 8
    seconds = count / int(rate)
    times = np.arange(round(seconds * 48_000)) / 48_000
    sound = Audio(np.repeat(0.3 * np.sin(2 * np.pi * 220 * times)[:, None], 2, axis=1).astype(np.float32), 48_000)
    film = SceneFilm(rate, "960x540", "pictures")
    made = []
    for _ in range(2 if rate == "25" else 1):
        file = io.BytesIO()
        layout = layout_of(film, has_head=False, has_pictures=True)
        with SceneFrames(layout, count, rate, None, some_pictures()) as frames:
            write_scene_film(file, frames, count, film, sound, Provenance("Small", source_type=COMPOSITE))
        made.append(file.getvalue())
    assert len(set(made)) == 1
    with av.open(io.BytesIO(made[0])) as container:
        picture, heard = container.streams.video[0], container.streams.audio[0]
        assert picture.average_rate == Fraction(rate)
        assert float(picture.duration * picture.time_base) == pytest.approx(seconds, abs=1e-3)
        assert float(heard.duration * heard.time_base) == pytest.approx(seconds, abs=1e-3)
        assert sum(1 for _ in container.decode(picture)) == count


def test_the_head_is_drawn_beside_the_pictures_and_moves() -> None:
    film = SceneFilm("25", "960x540")
    layout = layout_of(film, has_head=True, has_pictures=True)
    assert layout.head is not None
    with SceneFrames(layout, 20, "25", a_face(0.8), some_pictures()) as frames:
        first, last, beyond = frames.at(0), frames.at(19), frames.at(500)
    width = layout.head[2]
    assert np.abs(first[:, :width].astype(int) - last[:, :width].astype(int)).max() > 40  # the jaw has fallen
    assert np.array_equal(last[:, :width], beyond[:, :width])
    assert first[:, :width].std() > 20
    assert np.array_equal(first[10, width + 5], filled(blended(some_pictures().pixels, 0.0), (540, 540))[10, 5])


def test_a_cancel_passes_and_empty_curves_are_refused() -> None:
    film = SceneFilm("25", "960x540", "pictures")

    def cancel(done: float, total: float, note: str = "") -> None:
        if done >= 2:
            raise Cancelled("Cancelled.")

    layout = layout_of(film, has_head=False, has_pictures=True)
    with SceneFrames(layout, 20, "25", None, some_pictures()) as frames, pytest.raises(Cancelled):
        write_scene_film(io.BytesIO(), frames, 20, film, None, Provenance(), cancel)
    whole = layout_of(film, has_head=True, has_pictures=False)
    with pytest.raises(BadRequest, match="no frames"):
        SceneFrames(whole, 20, "25", RigCurves("actions", (), np.zeros((0, 0), np.float32)), None)


def test_one_picture_is_a_still() -> None:
    one = Pictures(some_pictures().pixels[:1])
    film = SceneFilm("25", "960x540", "pictures")
    with SceneFrames(layout_of(film, has_head=False, has_pictures=True), 20, "25", None, one) as frames:
        assert np.array_equal(frames.at(0), frames.at(19))
