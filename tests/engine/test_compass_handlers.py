"""The handlers of the compass room with a very small model, all the way from a pool to a judged direction."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from generators import artifacts
from generators.artifacts import Artifact, Direction, Latents, Pictures, Pool, Proposals
from generators.compass.judgements import Judgements
from generators.compass.painter.finish import Finish
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
from generators.engine.context import JobContext, Made
from generators.engine.handlers import HANDLERS, model_specs
from generators.engine.requests import Request, encode_request
from generators.errors import BadRequest, ModelMissing
from generators.progress import silent
from generators.runtime.catalog import Catalog
from generators.runtime.manager import ModelManager

QUICK = Making(steps=3, quality="preview")


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the user's models with a very small one of ours in it."""
    from generators.compass.backends.unconditional import Unconditional
    from generators.compass.single_file import save_model

    folder = tmp_path_factory.mktemp("models")
    (folder / "compass").mkdir()
    path = folder / "compass" / "compass-small.safetensors"
    save_model(Unconditional.tiny(1), path, metadata={"name": "compass-small", "room": "compass", "spec": "compass"})
    return folder


class Room:
    """What a session of work needs: results are kept as files, and found by their hash."""

    def __init__(self, weights: Path, folder: Path) -> None:
        manager = ModelManager(Catalog.installed(folder / "none", weights, folder), model_specs, reserve_bytes=0)
        self.folder = folder
        self.previews: list[Artifact] = []
        self.notes: list[str] = []
        self.context = JobContext("job", self._progress, {}, lambda: manager, self.previews.append)

    def _progress(self, done: float, total: float, note: str = "") -> None:
        assert 0 <= done <= total
        assert {type(done), type(total)} <= {int, float}  # what travels to the window as JSON
        self.notes.append(note)

    def outcome(self, request: Request) -> Made:
        found = HANDLERS[type(request)](request, self.context)
        assert isinstance(found, Made)
        assert found.kept["request"] == encode_request(request).decode()
        return found

    def made(self, request: Request) -> Artifact:
        return self.outcome(request).artifact

    def kept(self, data: bytes) -> str:
        sha256 = artifacts.digest(data)
        path = self.folder / sha256
        path.write_bytes(data)
        self.context = dataclasses.replace(self.context, inputs={**self.context.inputs, sha256: str(path)})
        return sha256

    def keep(self, request: Request) -> str:
        return self.kept(artifacts.pack(self.made(request)))


@pytest.fixture
def room(weights: Path, tmp_path: Path) -> Room:
    return Room(weights, tmp_path)


def test_pictures_are_made_shown_and_made_again(room: Room) -> None:
    request = RenderRequest(tuple(Point(seed) for seed in range(20)), making=Making(steps=2))
    first = room.outcome(request)
    assert isinstance(first.artifact, Pictures)
    assert first.artifact.pixels.shape == (20, 16, 16, 3)
    shown = [len(pictures) for pictures in room.previews if isinstance(pictures, Pictures)]
    assert shown == sorted(set(shown))
    assert 0 < shown[0] <= shown[-1] < 20
    assert first.facts["rows"] == "4"
    assert artifacts.pack(room.made(request)) == artifacts.pack(first.artifact)
    assert "picture 20 of 20" in room.notes
    with pytest.raises(ModelMissing):
        room.made(msgspec.structs.replace(request, model="other"))


def test_the_painterly_finish_is_a_step_that_can_be_off(room: Room) -> None:
    plain = RenderRequest((Point(1),), making=QUICK)
    painted = msgspec.structs.replace(plain, finish=Finish(strokes=1.0))
    first, second = room.made(plain), room.made(painted)
    assert isinstance(first, Pictures)
    assert isinstance(second, Pictures)
    assert not np.array_equal(first.pixels, second.pixels)
    wide = msgspec.structs.replace(painted, making=Making(steps=1, width=32, height=16), finish=Finish(scale=4))
    large = room.made(wide)
    assert isinstance(large, Pictures)
    assert large.pixels.shape == (1, 64, 128, 3)
    assert "painting" in room.notes
    quick = room.made(msgspec.structs.replace(wide, making=Making(steps=1, width=32, height=16, quality="preview")))
    assert isinstance(quick, Pictures)
    assert quick.pixels.shape == (1, 16, 32, 3)
    with pytest.raises(BadRequest, match="choose a smaller scale"):
        room.made(msgspec.structs.replace(wide, making=Making(steps=1, width=1024, height=16), finish=Finish(scale=8)))
    many = msgspec.structs.replace(wide, points=(Point(),) * 6_104)
    with pytest.raises(BadRequest, match="ask for at most 6,103"):
        many.finish_of(64, 64)


def test_from_a_pool_to_a_judged_direction(room: Room) -> None:
    points = tuple(Point(seed) for seed in range(24))
    pool_sha256 = room.keep(PoolRequest(points, making=QUICK, look_side=8))
    pool = room.context.read(pool_sha256)
    assert isinstance(pool, Pool)
    assert pool.pixels.shape == (24, 8, 8, 3)
    assert pool.features.shape[0] == 24
    assert len(pool.model_sha256) == 64
    order = tuple(int(row) for row in np.argsort(pool.pixels.mean(axis=(1, 2, 3)))[::2])
    asked = FindRequest(pool_sha256, Judgements(orders=(order,)), name="brighter")
    first_sha256 = room.keep(asked)
    direction = room.context.read(first_sha256)
    assert isinstance(direction, Direction)
    assert (direction.name, direction.place) == ("brighter", pool.place)

    proposing = ProposeRequest(pool_sha256, asked.judgements, first_sha256, count=6, refine=0.5, shown=order)
    proposed = room.made(proposing)
    assert isinstance(proposed, Proposals)
    assert sorted(proposed.why) == ["refine"] * 3 + ["teach"] * 3
    assert artifacts.pack(room.made(proposing)) == artifacts.pack(proposed)
    with pytest.raises(BadRequest, match="A pool of pictures is needed here"):
        room.made(msgspec.structs.replace(proposing, pool_sha256=first_sha256))

    other_sha256 = room.keep(FindRequest(pool_sha256, finder="pca", name="most"))
    apart = room.made(msgspec.structs.replace(asked, disentangle=(other_sha256,)))
    other = room.context.read(other_sha256)
    assert isinstance(apart, Direction)
    assert isinstance(other, Direction)
    assert not np.array_equal(apart.vectors, direction.vectors)

    strip = RenderRequest(
        tuple(Point(99, amounts=(amount,)) for amount in (-2.0, 0.0, 2.0)), (Push(first_sha256),), QUICK
    )
    pictures, plain = room.made(strip), room.made(RenderRequest((Point(99),), making=QUICK))
    assert isinstance(pictures, Pictures)
    assert isinstance(plain, Pictures)
    assert np.array_equal(pictures.pixels[1], plain.pixels[0])
    assert not np.array_equal(pictures.pixels[0], pictures.pixels[2])

    seeds = tuple(range(100, 104))
    report = ReportRequest(first_sha256, pool_sha256, seeds, asked, QUICK, knots=9, scale_seeds=2, reach=1.0)
    judged_sha256 = room.keep(report)
    judged = room.context.read(judged_sha256)
    assert isinstance(judged, Direction)
    assert judged.is_even
    assert {"monotonicity", "stability", "random_monotonicity", "shuffled_sign_agreement"} <= set(judged.report)
    assert judged.report["variation_after"] <= judged.report["variation_before"] + 0.15
    np.testing.assert_array_equal(judged.vectors, direction.vectors)
    with pytest.raises(BadRequest, match="choose unseen ones"):
        room.made(msgspec.structs.replace(report, seeds=(1, 2)))
    with pytest.raises(BadRequest, match="A direction is needed here"):
        room.made(RenderRequest((Point(1, amounts=(1.0,)),), (Push(pool_sha256),), QUICK))


def test_a_picture_of_ones_own_is_brought_in(room: Room) -> None:
    path = room.folder / "mine.png"
    Image.linear_gradient("L").convert("RGB").save(path)
    picture_sha256 = room.kept(path.read_bytes())
    asked = InvertRequest(picture_sha256, Making(steps=20))
    found = room.outcome(asked)
    assert isinstance(found.artifact, Latents)
    assert float(found.facts["error_db"]) == pytest.approx(found.artifact.error_db, abs=0.01)
    start_sha256 = room.keep(asked)
    again = room.made(RenderRequest((Point(),), making=QUICK, start_sha256=start_sha256))
    assert isinstance(again, Pictures)
    assert again.pixels.shape == (1, 16, 16, 3)


def test_nothing_is_reported_by_silence(room: Room) -> None:
    room.context = dataclasses.replace(room.context, progress=silent)
    with pytest.raises(BadRequest, match="did not come with it"):
        room.made(FindRequest("ab" * 32))
