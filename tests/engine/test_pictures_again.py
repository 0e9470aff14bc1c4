"""What was kept makes the same pictures again: after a restart, and from a picture's own file, with the real worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
import safetensors.numpy
from PIL import Image

from generators import artifacts
from generators.artifacts import Direction, Latents, Pictures, Pool
from generators.compass.direction_file import read_direction
from generators.compass.judgements import Judgements
from generators.compass.recipe import pixels_digest, read_recipe
from generators.compass.request import (
    FindRequest,
    InvertRequest,
    Making,
    Point,
    PoolRequest,
    Push,
    RenderRequest,
)
from generators.engine.engine import Finished
from generators.engine.local import LocalEngine
from generators.engine.requests import ExportRequest, Request, encode_request
from generators.engine.run import run_request
from generators.errors import BadRequest
from studio.document.document import SUFFIX, Document
from studio.document.model import SetPanelState

MODEL = "small-world"
QUICK = Making(steps=3)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a very small model of the user's own in it."""
    from generators.compass.backends.unconditional import Unconditional
    from generators.compass.single_file import save_model

    folder = tmp_path_factory.mktemp("home")
    path = folder / "models" / "compass" / f"{MODEL}.safetensors"
    path.parent.mkdir(parents=True)
    save_model(Unconditional.tiny(1), path, metadata={"name": MODEL, "room": "compass", "spec": "compass"})
    return folder


@pytest.fixture(scope="module")
def engine(home: Path) -> Iterator[LocalEngine]:
    """The program after a restart."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFECT_STUDIO_HOME", str(home))
        made = LocalEngine()
        yield made
        made.close()


@pytest.fixture
def former(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalEngine]:
    """The program before it is restarted."""
    monkeypatch.setenv("AFFECT_STUDIO_HOME", str(home))
    made = LocalEngine()
    yield made
    made.close()


class Session:
    """One run of the program: its engine, and the files that it knows by their hash."""

    def __init__(self, folder: Path, engine: LocalEngine) -> None:
        folder.mkdir()
        self.folder = folder
        self.files: dict[str, Path] = {}
        self.engine = engine

    def run(self, request: Request) -> Finished:
        finished = run_request(request, self.files, engine=self.engine)
        if finished.sha256 and Path(finished.path).suffix == ".safetensors":
            kept = self.folder / finished.sha256
            kept.write_bytes(Path(finished.path).read_bytes())
            self.files[finished.sha256] = kept
        return finished

    def pictures(self, request: RenderRequest) -> Pictures:
        found = artifacts.read(self.files[self.run(request).sha256])
        assert isinstance(found, Pictures)
        return found

    def knows(self, path: Path) -> str:
        sha256 = artifacts.digest(path.read_bytes())
        self.files[sha256] = path
        return sha256


def found_direction(session: Session) -> Finished:
    made = session.run(PoolRequest(tuple(map(Point, range(12))), making=QUICK, look_side=8, model=MODEL))
    pool = artifacts.read(session.files[made.sha256])
    assert isinstance(pool, Pool)
    order = tuple(int(row) for row in np.argsort(pool.pixels.mean(axis=(1, 2, 3))))
    return session.run(FindRequest(made.sha256, Judgements(orders=(order,)), name="light"))


@pytest.mark.timeout(300)  # two workers load torch, one after the other
def test_found_saved_started_again_loaded_applied_and_from_the_picture_alone(
    former: LocalEngine, engine: LocalEngine, tmp_path: Path
) -> None:
    first = Session(tmp_path / "first", former)
    direction = found_direction(first)
    points = tuple(Point(60 + n, amounts=(amount,)) for n, amount in enumerate((-1.5, 0.0, 1.5, 3.0)))
    request = RenderRequest(points, (Push(direction.sha256),), QUICK, model=MODEL)
    finished = first.run(request)
    made = artifacts.read(first.files[finished.sha256])
    assert isinstance(made, Pictures)
    assert not np.array_equal(made.pixels[0], made.pixels[3])
    told = {
        "request": encode_request(request).decode(), "title": "Strip", "model_sha256": finished.facts["model_sha256"],
        "direction_names": json.dumps({direction.sha256: "light"}),
    }  # fmt: skip
    saved, png = tmp_path / "light.safetensors", tmp_path / "one.png"
    kept = {key: str(value) for key, value in artifacts.facts(first.files[direction.sha256].read_bytes()).items()}
    first.run(ExportRequest(direction.sha256, "direction", str(saved), {**kept, "title": "Light"}))
    first.run(
        ExportRequest(finished.sha256, "png", str(png), told, options={"number": "4"},
                      ingredient_sha256s=(direction.sha256,))
    )  # fmt: skip
    project = tmp_path / f"mine{SUFFIX}"
    document = Document.create(project)
    state = SetPanelState("compass", json.dumps({"direction": direction.sha256}))
    document.perform(state, {direction.sha256: first.files[direction.sha256]}).result()
    document.close()
    first.engine.close()

    second = Session(
        tmp_path / "second", engine
    )  # the program was started again; only the project and the two files are left
    document = Document.open(project)
    loaded = tmp_path / "loaded.safetensors"
    document.copy_asset(json.loads(document.state.panel_states["compass"])["direction"], loaded)
    document.close()
    assert second.knows(loaded) == direction.sha256
    assert np.array_equal(second.pictures(request).pixels, made.pixels)
    found = read_direction(saved)
    assert isinstance(found, Direction)
    assert second.knows(saved) == direction.sha256  # a file that was exported is the very asset
    assert np.array_equal(second.pictures(request).pixels, made.pixels)

    third = Session(tmp_path / "third", engine)  # somewhere else, with the picture alone
    recipe = read_recipe(png)
    assert recipe.request.points == (points[3],)
    assert recipe.missing == ()
    for sha256, data in recipe.ingredients.items():
        path = tmp_path / "brought"
        path.write_bytes(data)
        assert third.knows(path) == sha256
    again = third.run(recipe.request)
    alone = artifacts.read(third.files[again.sha256])
    assert isinstance(alone, Pictures)
    assert np.array_equal(alone.pixels[0], made.pixels[3])
    assert pixels_digest(alone.pixels[0]) == recipe.facts["pixels_sha256"]
    assert again.facts["model_sha256"] == recipe.facts["model_sha256"]
    copy = tmp_path / "again.png"
    told_again = {**told, "request": encode_request(recipe.request).decode()}
    third.run(ExportRequest(again.sha256, "png", str(copy), told_again, ingredient_sha256s=(direction.sha256,)))
    assert copy.read_bytes() == png.read_bytes()  # to the byte


def test_a_picture_of_ones_own_brings_its_noise_and_a_direction_of_another_width_is_told(
    engine: LocalEngine, tmp_path: Path
) -> None:
    run = Session(tmp_path / "own", engine)
    photograph = tmp_path / "mine.png"
    Image.fromarray(np.random.default_rng(2).integers(0, 255, (40, 60, 3), dtype=np.uint8)).save(photograph)
    latents = run.run(InvertRequest(run.knows(photograph), QUICK, MODEL))
    assert isinstance(artifacts.read(run.files[latents.sha256]), Latents)
    request = RenderRequest((Point(0),), making=QUICK, start_sha256=latents.sha256, model=MODEL)
    finished = run.run(request)
    png = tmp_path / "own.png"
    facts = {"request": encode_request(request).decode()}
    run.run(ExportRequest(finished.sha256, "png", str(png), facts, ingredient_sha256s=(latents.sha256,)))
    recipe = read_recipe(png)
    assert recipe.request == request
    assert list(recipe.ingredients) == [latents.sha256]
    assert recipe.missing == ()
    path = tmp_path / "wide.safetensors"
    path.write_bytes(artifacts.pack(Direction(np.ones((1, 1280), np.float32), np.array([0.5]), place="")))
    request = RenderRequest((Point(1, amounts=(1.0,)),), (Push(run.knows(path)),), QUICK, model=MODEL)
    with pytest.raises(BadRequest, match="1280 channels wide, and this model's features are"):
        run.run(request)
    narrow = tmp_path / "narrow.safetensors"
    narrow.write_bytes(artifacts.pack(Direction(np.ones((1, 1), np.float32), np.array([0.5]), place="")))
    request = RenderRequest((Point(1, amounts=(1.0,)),), (Push(run.knows(narrow)),), QUICK, model=MODEL)
    with pytest.raises(BadRequest, match="1 channels wide") as told:  # torch itself would spread it over all
        run.run(request)
    right = tmp_path / "right.safetensors"
    width = int(str(told.value).partition("features are ")[2].partition(":")[0])
    safetensors.numpy.save_file({"v": np.full(width, 40.0, np.float32)}, right)
    plain = tmp_path / "plain.safetensors"
    plain.write_bytes(artifacts.pack(read_direction(right, channels=width, model=MODEL)))
    moved = msgspec.structs.replace(request, directions=(Push(run.knows(plain)),))
    still = msgspec.structs.replace(moved, points=(Point(1, amounts=(0.0,)),))
    assert not np.array_equal(run.pictures(moved).pixels, run.pictures(still).pixels)
