"""A window with the compass panel in front."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from compass_hands import Compass
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
