"""What the tests of `render` call and look at."""

from __future__ import annotations

from pathlib import Path

from generators.engine.fake import FakeEngine
from generators.music.request import ComposeRequest

HAPPY = ("render", "music", "--emotion", "happy", "--bars", "2", "--seed", "7", "--tempo", "240")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def composed(engine: FakeEngine) -> list[ComposeRequest]:
    return [request for request, _, _ in engine.submitted if isinstance(request, ComposeRequest)]
