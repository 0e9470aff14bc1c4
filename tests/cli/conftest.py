from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generators.engine.fake import FakeEngine
from studio.cli import run


@dataclass
class Answer:
    """What a call of the command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def engines() -> list[FakeEngine]:
    """The engines that were started, in order."""
    return []


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], engines: list[FakeEngine]) -> Callable[..., Answer]:
    """Call the command line in this process, over a FakeEngine."""

    def do(*argv: str | Path, script: Any = None) -> Answer:
        def start() -> FakeEngine:
            engines.append(FakeEngine(script))
            return engines[-1]

        code = run([str(word) for word in argv], start)
        seen = capsys.readouterr()
        return Answer(code, seen.out, seen.err)

    return do
