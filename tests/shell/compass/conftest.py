"""A window with the compass panel in front."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from compass_hands import Compass
from PIL import Image
from travel_hands import Traveller
from window_hands import Ears, Studio


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform warns of what it has no window manager for."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture
def compass(open_studio: Callable[..., Studio]) -> Compass:
    studio = open_studio(ears=Ears(available=False))
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("compass"))
    return Compass(studio)


@pytest.fixture
def pooled(compass: Compass) -> Compass:
    """The panel with pictures to sort."""
    compass.begin()
    return compass


@pytest.fixture
def sorted_by_light(pooled: Compass) -> Compass:
    """The panel with a direction found by how light pictures are."""
    pooled.sort()
    return pooled


@pytest.fixture
def traveller(open_studio: Callable[..., Studio]) -> Traveller:
    """The panel, just opened."""
    return Traveller(open_studio(ears=Ears(available=False)))


@pytest.fixture
def rose(traveller: Traveller) -> Traveller:
    """The panel with the rose whole."""
    traveller.settle()
    return traveller


@pytest.fixture
def board(rose: Traveller) -> Traveller:
    """The panel with two directions on the board."""
    for petal in (0, 2):
        rose.click(petal)
        rose.settle()
    return rose


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """A picture of one's own."""
    path = tmp_path / "Harbour at dawn.png"
    rng = np.random.default_rng(3)
    Image.fromarray(rng.integers(0, 255, (60, 90, 3), dtype=np.uint8)).save(path)
    return path
