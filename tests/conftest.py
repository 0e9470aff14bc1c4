"""What every test gets: an offscreen Qt, and no reach outside its own temporary folders."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

# Before anything imports Qt or a thread pool.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A background job starts with SIGINT ignored, and its children inherit that; the tests of Ctrl-C need it heard.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, caches and recovery files go to a temporary home, never to the user's."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("AFFECT_STUDIO_HOME", str(home))
    return home
