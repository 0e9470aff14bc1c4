"""The compass with a FakeEngine: from a pool to a direction that moves pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from generators import artifacts
from generators.artifacts import Artifact, Direction, Latents, Pictures, Pool, Proposals
from generators.compass.judgements import Judgements
from generators.compass.request import (
    FindRequest,
    InvertRequest,
    Making,
    Point,
    PoolRequest,
    ProposeRequest,
    Push,
    RenderRequest,
    ReportRequest,
)
from generators.engine.engine import Event, Failed, Finished
from generators.engine.fake import FakeEngine
from generators.engine.requests import Request


class Session:
    """Submits to a FakeEngine and keeps every result under its hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, Path] = {}
        self.engine = FakeEngine(manual=True)

    def outcome(self, request: Request) -> Event:
        ends: list[Event] = []
        unsubscribe = self.engine.subscribe(
            lambda event: ends.append(event) if isinstance(event, Finished | Failed) else None
        )
        self.engine.submit(request, inputs=self.files)
        self.engine.run()
        unsubscribe()
        assert len(ends) == 1
        return ends[0]

    def made(self, request: Request) -> tuple[str, Artifact]:
        end = self.outcome(request)
        assert isinstance(end, Finished)
        data = Path(end.path).read_bytes()
        sha256 = artifacts.digest(data)
        self.files[sha256] = self.folder / sha256
        self.files[sha256].write_bytes(data)
        return sha256, artifacts.unpack(data)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path)
    yield session
    session.engine.close()


def test_a_direction_found_in_made_up_pictures_moves_them(session: Session) -> None:
    pool_sha256, pool = session.made(PoolRequest(tuple(Point(seed) for seed in range(30)), look_side=32, spatial=True))
    assert isinstance(pool, Pool)
    assert pool.pixels.shape == (30, 32, 32, 3)
    order = tuple(int(row) for row in np.argsort(pool.pixels.mean(axis=(1, 2, 3))))
    direction_sha256, found = session.made(FindRequest(pool_sha256, Judgements(orders=(order,)), name="lighter"))
    assert isinstance(found, Direction)
    asked = ProposeRequest(pool_sha256, Judgements(orders=(order[:9],)), direction_sha256, count=9, refine=0.4, seed=1)
    _, proposed = session.made(asked)
    assert isinstance(proposed, Proposals)
    assert len(proposed) == 9
    assert not set(proposed.rows.tolist()) & set(order[:9])
    judged_sha256, judged = session.made(ReportRequest(direction_sha256, pool_sha256, (100, 101), scale_seeds=1))
    assert isinstance(judged, Direction)
    assert judged.is_even
    for sha256 in (direction_sha256, judged_sha256):
        points = tuple(Point(50, amounts=(amount,)) for amount in (-1.0, 0.0, 1.0))
        _, strip = session.made(RenderRequest(points, (Push(sha256),), Making(width=48, height=40)))
        assert isinstance(strip, Pictures)
        assert strip.pixels.shape == (3, 40, 48, 3)
        light = strip.pixels.mean(axis=(1, 2, 3))
        assert light[0] < light[1] < light[2]


def test_a_picture_is_brought_in_and_what_is_missing_is_refused(session: Session) -> None:
    path = session.folder / "mine.png"
    path.write_bytes(b"any bytes")
    sha256 = artifacts.digest(path.read_bytes())
    session.files[sha256] = path
    assert isinstance(session.made(InvertRequest(sha256))[1], Latents)
    end = session.outcome(FindRequest("ab" * 32))
    assert isinstance(end, Failed)
    end = session.outcome(FindRequest(session.made(RenderRequest())[0], Judgements(orders=((0, 1),))))
    assert isinstance(end, Failed)
    assert "pool of pictures is needed" in end.message
