"""Where files of the program and of its user lie, on every platform. Torch-free."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME_VARIABLE = "AFFECT_STUDIO_HOME"
ASSETS_VARIABLE = "AFFECT_STUDIO_ASSETS"
LOG_NAME = "worker.log"
_APP = "Affect Studio"


def assets_folder() -> Path:
    """The shipped weights and cards: beside the packages, or inside a frozen bundle."""
    if chosen := os.environ.get(ASSETS_VARIABLE):
        return Path(chosen)
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).resolve().parents[2]) / "assets"


def models_folder() -> Path:
    """Where the user's own models lie: one folder a room, safetensors files in it."""
    if home := os.environ.get(HOME_VARIABLE):
        return Path(home) / "models"
    import platformdirs

    return platformdirs.user_data_path(_APP, appauthor=False) / "models"


def cache_folder() -> Path:
    """What can be worked out again: digests of weights, graphs."""
    if home := os.environ.get(HOME_VARIABLE):
        return Path(home) / "cache"
    import platformdirs

    return platformdirs.user_cache_path(_APP, appauthor=False)


def log_folder() -> Path:
    """Where the worker writes what a developer needs to see after a crash."""
    if home := os.environ.get(HOME_VARIABLE):
        return Path(home) / "log"
    import platformdirs

    return platformdirs.user_log_path(_APP, appauthor=False)
