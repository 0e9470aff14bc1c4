"""The measures of pictures agree with values worked out by hand and move the way they should."""

from __future__ import annotations

import numpy as np
import pytest

from generators.compass.measures import colourfulness, look_of


def _plain(*colour: int) -> np.ndarray:
    return np.full((12, 10, 3), colour, np.uint8)


def test_black_white_and_grey() -> None:
    black, white, grey = (look_of(_plain(*[value] * 3)) for value in (0, 255, 119))
    assert black.brightness == pytest.approx(0.0, abs=1e-6)
    assert white.brightness == pytest.approx(1.0, abs=1e-4)
    # OKLab's lightness is the cube root of the linear light of a grey
    assert grey.brightness == pytest.approx((((119 / 255 + 0.055) / 1.055) ** 2.4) ** (1 / 3), abs=1e-3)
    for look in (black, white, grey):
        assert look.colourfulness == pytest.approx(0.0, abs=1e-9)
        assert look.warmth == pytest.approx(0.0, abs=1e-4)
        assert look.contrast == pytest.approx(0.0, abs=1e-6)


def test_colourfulness_of_two_colours_by_hand() -> None:
    picture = _plain(255, 0, 0)
    picture[:6] = (0, 0, 255)
    # red-green is 255 or 0, yellow-blue 127.5 or -255
    spread = np.hypot(127.5, 191.25)
    middle = np.hypot(127.5, -63.75)
    assert colourfulness(picture) == pytest.approx(spread + 0.3 * middle)


def test_warm_and_cold() -> None:
    assert look_of(_plain(240, 150, 60)).warmth > 0.1
    assert look_of(_plain(60, 120, 220)).warmth < -0.1


def test_contrast_grows_with_the_distance_of_the_lights() -> None:
    values = []
    for light in (120, 160, 220):
        picture = _plain(100, 100, 100)
        picture[:6] = light
        values.append(look_of(picture).contrast)
    assert values == sorted(values)
