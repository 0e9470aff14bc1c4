"""The face panel with a voice has names, values and a way by keys."""

from __future__ import annotations

from accessible import missed_by_tab, troubles
from face_hands import Face


def test_a_voice_in_every_mode(spoken: Face) -> None:
    window = spoken.studio.window
    window.show()
    spoken.perform()
    for mode in ("point", "curve", "mixture"):
        spoken.panel.hands.choose_mode(mode)
        spoken.settle()
        assert troubles(window) == []
        assert missed_by_tab(window) == []
