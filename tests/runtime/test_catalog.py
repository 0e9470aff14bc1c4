from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from generators.errors import AffectStudioError, BadInput, Cancelled, ModelAltered, ModelMissing
from generators.runtime import catalog as catalogs
from generators.runtime.catalog import Catalog, DigestCache, write_catalog
from generators.runtime.folders import assets_folder
from generators.runtime.weights import read_header, tensor_bytes


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    folder = tmp_path / "assets"
    (folder / "music").mkdir(parents=True)
    weights = {"a": np.zeros((3, 4), np.float16), "b": np.zeros(5, np.float32)}
    safetensors.numpy.save_file(weights, folder / "music" / "small.safetensors")
    (folder / "music" / "small.md").write_text("# A small model\n\n- **Licence:** CC BY 4.0.\n")
    return folder


def test_the_header_tells_sizes(assets: Path) -> None:
    path = assets / "music" / "small.safetensors"
    header = read_header(path)
    assert header.tensors["a"].shape == (3, 4)
    assert header.tensors["a"].dtype == "F16"
    assert header.parameters == 17
    assert header.tensor_bytes == tensor_bytes(path) == 44


def test_writing_and_reading(assets: Path) -> None:
    write_catalog(assets)
    entry = json.loads((assets / "catalog.json").read_text())["models"][0]
    assert entry["file"] == "music/small.safetensors"
    catalog = Catalog.shipped(assets)
    model = catalog.find("small")
    assert (model.room, model.licence, model.title, model.shipped) == ("music", "CC BY 4.0", "A small model", True)
    assert model.card_path == assets / "music" / "small.md"
    assert model.path.stat().st_size == model.bytes
    assert catalog.verify(model) == model.sha256
    assert catalog.find("small", model.sha256) is model
    before = (assets / "catalog.json").read_bytes()
    write_catalog(assets)
    assert (assets / "catalog.json").read_bytes() == before


def test_models_need_a_card_with_a_licence(assets: Path) -> None:
    card = assets / "music" / "small.md"
    card.write_text("# A small model\n")
    with pytest.raises(BadInput, match="names no licence"):
        write_catalog(assets)
    card.unlink()
    with pytest.raises(BadInput, match="no model card"):
        write_catalog(assets)


def test_a_file_is_read_once_for_each_state(assets: Path, tmp_path: Path) -> None:
    path = assets / "music" / "small.safetensors"
    read = []

    def progress(done: float, total: float, note: str = "") -> None:
        read.append(note)

    first = DigestCache(tmp_path / "cache").sha256(path, progress)
    assert DigestCache(tmp_path / "cache").sha256(path, progress) == first
    assert len(read) == 1
    os.utime(path, ns=(1, 1))
    assert DigestCache(tmp_path / "cache").sha256(path, progress) == first
    assert len(read) == 2
    (tmp_path / "cache" / "digests.json").write_text("damaged")
    assert DigestCache(tmp_path / "cache").sha256(path, progress) == first

    def cancel(done: float, total: float, note: str = "") -> None:
        raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        DigestCache().sha256(path, cancel)


def test_the_users_own_models(assets: Path, tmp_path: Path) -> None:
    write_catalog(assets)
    own = tmp_path / "models" / "music"
    own.mkdir(parents=True)
    weights = {"a": np.zeros(3, np.float32)}
    safetensors.numpy.save_file(weights, own / "mine.safetensors", {"spec": "small", "title": "Mine"})
    safetensors.numpy.save_file(weights, own / "small.safetensors")
    (own / "broken.safetensors").write_bytes(b"nothing")
    catalog = Catalog.installed(assets, tmp_path / "models", tmp_path / "cache")
    assert [(model.name, model.shipped) for model in catalog.models] == [("small", True), ("mine", False)]
    mine = catalog.find("mine")
    assert (mine.spec, mine.title) == ("small", "Mine")
    digest = catalog.verify(mine)
    assert catalog.find("mine", digest) is mine
    with pytest.raises(ModelAltered):
        catalog.find("mine", "0" * 64)
    with pytest.raises(ModelMissing, match="installed: mine, small"):
        catalog.find("other")


def test_a_missing_or_damaged_catalog(tmp_path: Path) -> None:
    assert Catalog.shipped(tmp_path).models == ()
    with pytest.raises(ModelMissing, match="installed: none"):
        Catalog.shipped(tmp_path).find("music-small")
    for damage in ("", "[]", '{"version": 1}', "\xff\xfe", '{"version": 1, "models": [{"name": 3}]}'):
        (tmp_path / "catalog.json").write_text(damage, encoding="latin-1")
        with pytest.raises(ModelAltered, match="damaged"):
            Catalog.shipped(tmp_path)


@given(st.binary(max_size=200) | st.builds(lambda b: len(b).to_bytes(8, "little") + b, st.binary(max_size=200)))
def test_any_bytes_are_a_header_or_an_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("header") / "some.safetensors"
    path.write_bytes(data)
    with pytest.raises(AffectStudioError):
        read_header(path)


@pytest.mark.parametrize(
    "header",
    ["[]", "3", "null", '{"a": 1}', '{"a": {"dtype": "F32"}}', '{"__metadata__": 3}', "[" * 5000,
     '{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4000]}}'],
)  # fmt: skip
def test_damaged_headers(tmp_path: Path, header: str) -> None:
    path = tmp_path / "some.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header.encode())
    with pytest.raises(ModelAltered):
        read_header(path)
    path.write_bytes((1 << 60).to_bytes(8, "little"))
    with pytest.raises(ModelAltered):
        read_header(path)
    with pytest.raises(ModelMissing):
        read_header(tmp_path / "none")


def test_the_command(assets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogs.main(["--write", "--assets", str(assets)]) == 0
    assert "small  music" in capsys.readouterr().out
    path = assets / "music" / "small.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    assert catalogs.main(["--assets", str(assets)]) == 1
    assert "not the ones that were shipped" in capsys.readouterr().err


def test_what_is_shipped_is_what_the_catalog_says() -> None:
    weights = {path.relative_to(assets_folder()).as_posix() for path in assets_folder().glob("*/*.safetensors")}
    catalog = Catalog.shipped(cache=None)
    assert {model.path.relative_to(assets_folder()).as_posix() for model in catalog.models} == weights
    for model in catalog.models:
        assert catalog.verify(model) == model.sha256
        assert model.licence
        assert model.card_path is not None
        assert model.card_path.is_file()
