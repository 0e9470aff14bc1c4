"""A whole window over a FakeEngine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_hands import Ears, Studio

from generators.engine.engine import Engine
from studio.settings import Folders
from studio.widgets.theme import ThemeHub


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "config", tmp_path / "state", tmp_path / "cache")


@pytest.fixture
def open_studio(qapp: QApplication, qtbot: QtBot, folders: Folders) -> Iterator[Callable[..., Studio]]:
    opened: list[Studio] = []

    def start(
        *,
        ears: Ears | None = None,
        path: Path | None = None,
        styled: bool = False,
        make_engine: Callable[[], Engine] | None = None,
        auto_play: bool = False,
    ) -> Studio:
        hub = None if styled else ThemeHub(None, "dark")  # to style a whole window takes longer than most tests
        opened.append(Studio(qapp, qtbot, folders, ears or Ears(), path, hub, make_engine, auto_play=auto_play))
        return opened[-1]

    yield start
    for studio in opened:
        studio.close()
    qapp.setStyleSheet("")


@pytest.fixture
def studio(open_studio: Callable[..., Studio]) -> Studio:
    return open_studio()
