"""A window with the scene panel in front, and a voice made of tones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from scene_hands import ANGRY, CALM, Stage
from window_hands import Ears, Studio, write_voice

from studio.panels.scene.parts import with_room


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform warns of what it has no window manager for."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture
def make_voice(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str = "line_1.wav", seconds: float = 2.0, pitch_hz: float = 140.0, rate_hz: int = 22_050) -> Path:
        return write_voice(tmp_path / "voices" / name, seconds, pitch_hz, rate_hz)

    return make


@pytest.fixture
def moved(open_studio: Callable[..., Studio]) -> Stage:
    """The panel, just opened, on a machine without a sound device."""
    studio = open_studio(ears=Ears(available=False))
    studio.shell.context.uses.show("scene")
    return Stage(studio)


@pytest.fixture
def stage(moved: Stage) -> Stage:
    """The same, where nothing moves pictures: the shipped directions are not of the scripted engine's model."""
    moved.panel.moving.sample = None
    return moved


@pytest.fixture
def spoken(stage: Stage, make_voice: Callable[..., Path]) -> Stage:
    """The panel with a voice of two seconds."""
    stage.open(make_voice())
    return stage


@pytest.fixture
def made(spoken: Stage) -> Stage:
    """The panel with a scene that is made: calm, then angry; its pictures walk from one place to another."""
    spoken.panel.commit(with_room(spoken.scene, "pictures", seeds=(1, 5), pictures_per_s=2.0))
    spoken.feel(CALM, ANGRY)
    spoken.make()
    return spoken
