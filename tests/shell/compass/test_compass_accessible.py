"""The compass panel at work has names, values and a way by keys."""

from __future__ import annotations

from accessible import missed_by_tab, troubles
from compass_hands import Compass


def test_sorting_and_travelling_with_a_direction(sorted_by_light: Compass) -> None:
    window = sorted_by_light.studio.window
    window.show()
    assert troubles(window) == []
    assert missed_by_tab(window) == []
    sorted_by_light.keep_direction()
    sorted_by_light.keep_picture()
    assert troubles(window) == []
    assert missed_by_tab(window) == []
