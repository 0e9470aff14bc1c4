"""Voices made of tones, and a window with the face panel in front."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from face_hands import Face
from window_hands import Ears, Studio, write_voice


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform warns of what it has no window manager for."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture
def make_voice(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str = "line_1.wav", seconds: float = 1.5, pitch_hz: float = 140.0, rate_hz: int = 22_050) -> Path:
        return write_voice(tmp_path / "voices" / name, seconds, pitch_hz, rate_hz)

    return make


@pytest.fixture
def face(open_studio: Callable[..., Studio]) -> Face:
    studio = open_studio(ears=Ears(available=False))
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("face"))
    return Face(studio)


@pytest.fixture
def spoken(face: Face, make_voice: Callable[..., Path]) -> Face:
    """The panel with one voice, performed as it is asked for at first."""
    face.open(make_voice())
    return face
