"""What every test gets: an offscreen Qt, and no reach outside its own temporary folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before anything imports Qt or a thread pool.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, caches and recovery files go to a temporary home, never to the user's."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("AFFECT_STUDIO_HOME", str(home))
    return home
