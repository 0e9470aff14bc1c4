"""A theme hub and scores for the widgets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from roll_hand import DENSITY, REGISTER, small_score

from generators.artifacts import Score, Track
from studio.widgets.roll_desk import RollDesk
from studio.widgets.theme import ThemeHub


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform warns of what it has no window manager for."""
    for item in items:
        if "widgets" in item.path.parts:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture
def hub(qapp) -> ThemeHub:
    return ThemeHub(qapp, "dark")


@pytest.fixture
def make_score() -> Callable[..., Score]:
    def make(notes: int = 64, bars: int = 8) -> Score:
        rng = np.random.default_rng(5)
        start = np.sort(rng.integers(0, bars * 1920 - 240, notes))
        return Score(
            start,
            np.full(notes, 240),
            rng.integers(48, 84, notes),
            rng.integers(30, 120, notes),
            rng.integers(0, 2, notes),
            (Track("Right hand"), Track("Left hand")),
            length=bars * 1920,
        )

    return make


@pytest.fixture
def desk(qtbot, hub):
    made = RollDesk(hub)
    qtbot.addWidget(made)
    made.resize(1100, 620)
    made.show()
    assert made.lanes.is_open
    made.lanes.set_attributes((DENSITY, REGISTER))
    made.roll.set_score(small_score(8, ""))
    made.edits, made.curves, made.bars = [], [], []
    made.editor.edited.connect(lambda score, what, merge: made.edits.append((score, what)))
    made.lanes.curveCommitted.connect(made.curves.append)
    made.lanes.barAttributeCommitted.connect(lambda name, values: made.bars.append((name, values)))
    return made
