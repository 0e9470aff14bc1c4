"""The settings that the sheet offers, as a table; what is chosen in the work itself (a SoundFont, an output) is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from studio.translation import mark

Kind = Literal["choice", "toggle", "percent", "delay", "folder"]


@dataclass(frozen=True)
class Row:
    """One setting: its `field` in Settings, its words, and further words it is found by.

    One that needs a new start says so.
    """

    field: str
    section: str
    title: str
    kind: Kind
    hint: str = ""
    others: str = ""
    needs_start: bool = False


APPEARANCE, SOUND, MAKING, FILES = mark("Appearance"), mark("Sound"), mark("Making"), mark("Files")

ROWS: tuple[Row, ...] = (
    Row("theme", APPEARANCE, mark("Theme"), "choice", others=mark("colours dark light night")),
    Row("size_percent", APPEARANCE, mark("Size of everything"), "choice",
        mark("Text and controls together. Only sizes at which the window fits your screen are offered."),
        mark("text scale zoom font larger smaller"), needs_start=True),
    Row("language", APPEARANCE, mark("Language"), "choice", others=mark("translation words"), needs_start=True),
    Row("sound_device", SOUND, mark("Play on"), "choice", others=mark("device output loudspeaker headphones")),
    Row("volume", SOUND, mark("Volume"), "percent", others=mark("loud quiet")),
    Row("sound_delay_ms", SOUND, mark("The sound is late by"), "delay",
        mark("Playhead, head, pictures and films in the window wait for the sound. What you export is exact anyway."),
        mark("latency calibration delay offset wireless bluetooth sync")),
    Row("auto_play", SOUND, mark("Play new takes while they are written"), "toggle", others=mark("listen auto")),
    Row("device", MAKING, mark("Models work on"), "choice",
        mark("The processor is slower than a graphics card, but always free."), mark("engine gpu cpu cuda memory"),
        needs_start=True),
    Row("last_folder", FILES, mark("Open and save in"), "folder",
        mark("Where the next file window begins; it follows where you open and save."), mark("default folder path")),
)  # fmt: skip
