"""What is settled before there is a window: the language, and how large everything is drawn."""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from studio.settings import Settings
from studio.translation import SHIPPED, use

SCALE_VARIABLE = "QT_SCALE_FACTOR"
OURS_VARIABLE = "AFFECT_STUDIO_SCALED"  # says that the scale was set here, and not by the user
DEVICE_VARIABLE = "AFFECT_STUDIO_DEVICE"  # as generators.runtime.devices, which reaches torch, reads it
SMALLEST = (1040, 680)  # of the window, in points
SIZES_PERCENT = (90, 100, 110, 125, 150)


def scale(size_percent: int, environment: MutableMapping[str, str]) -> None:
    """Tell Qt, which reads this once, how large to draw; a scale that the user has set outside stays."""
    if SCALE_VARIABLE in environment and OURS_VARIABLE not in environment:
        return
    if size_percent == 100:
        environment.pop(SCALE_VARIABLE, None)
        environment.pop(OURS_VARIABLE, None)
    else:
        environment[SCALE_VARIABLE] = f"{size_percent / 100:g}"
        environment[OURS_VARIABLE] = "1"


def sizes_that_fit(width_px: int, height_px: int, now_percent: int) -> tuple[int, ...]:
    """The sizes at which the smallest window fits a screen that is so large at the size of now."""
    fitting = [
        size
        for size in SIZES_PERCENT
        if size * SMALLEST[0] <= width_px * now_percent and size * SMALLEST[1] <= height_px * now_percent
    ]
    return tuple(sorted({*fitting, 90, 100, now_percent}))


def speak(settings: Settings, system: Sequence[str], config: Path) -> str:
    """Speak the language of the settings, or the system's first one that there is; returns which it is.

    Catalogues of the user's own lie in `config`/locale and win over those that are shipped.
    """
    return use([settings.language] if settings.language else system, locales(config))


def locales(config: Path) -> tuple[Path, ...]:
    """Where catalogues lie, those of the user last."""
    return (SHIPPED, config / "locale")


def prepare(settings: Settings) -> None:
    """What must be settled before Qt starts."""
    scale(settings.size_percent, os.environ)
