"""Samples that the tests of the project file share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.document import Document, Take

MakeTake = Callable[..., Take]


@pytest.fixture
def make_take() -> MakeTake:
    def make(take_id: str, data: bytes = b"notes", **changes: object) -> Take:
        fields: dict[str, Any] = {
            "id": take_id,
            "panel": "music",
            "name": f"Take {take_id}",
            "starred": False,
            "kind": "score",
            "asset_sha256": hashlib.sha256(data).hexdigest(),
            "request": '{"bars":16,"seed":7}',
            "facts": {"key": "D minor"},
        }
        return Take(**{**fields, **changes})

    return make


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    made = Document.create(tmp_path / "song.affect")
    yield made
    made.close()
