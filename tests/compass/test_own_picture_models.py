"""Picture models of the user's own: entries that refer to what stays where it is, and what becomes of them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.artifacts import Pictures
from generators.compass.backends.unconditional import Unconditional
from generators.compass.memory import shape_of
from generators.compass.own_models import is_picture_model, name_for, refer
from generators.compass.request import Making, Point, RenderRequest
from generators.engine.context import JobContext, Made
from generators.engine.handlers import HANDLERS, model_specs
from generators.errors import AffectStudioError, BadInput, BadRequest, ModelAltered, ModelMissing
from generators.progress import silent
from generators.runtime.catalog import Catalog, Model
from generators.runtime.manager import ModelManager
from generators.runtime.references import Reference, read_references, remove_reference, write_reference
from generators.runtime.spec import Setup


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small model folder that is whole, with a card."""
    from diffusers import DDPMPipeline, DDPMScheduler

    DDPMPipeline(Unconditional.tiny(1, latent=False).network, DDPMScheduler()).save_pretrained(tmp_path / "My skies!")
    (tmp_path / "My skies!" / "README.md").write_text("---\nlicense: cc0-1.0\n---\n# Skies\n")
    return tmp_path / "My skies!"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder of the user's models."""
    return tmp_path / "models"


def catalog_of(own: Path) -> Catalog:
    return Catalog.installed(own / "no assets", own, own.parent / "cache")


def test_an_entry_tells_what_is_there(folder: Path, own: Path) -> None:
    entry = refer(folder)
    assert (entry.name, entry.room, entry.licence) == ("My-skies", "compass", "cc0-1.0")
    assert entry.files == (
        "model_index.json",
        "scheduler/scheduler_config.json",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
    )
    assert entry.bytes == sum((folder / name).stat().st_size for name in entry.files)
    write_reference(own, entry)
    model = catalog_of(own).find("My-skies")
    assert (model.path, model.bytes, model.shipped, model.licence) == (folder, entry.bytes, False, "cc0-1.0")
    assert model.title.startswith("A model without prompts")


def test_the_digest_is_over_all_files_and_looked_up_when_it_is_needed(folder: Path, own: Path) -> None:
    write_reference(own, refer(folder, "mine"))
    read: list[float] = []
    first = catalog_of(own).verify(catalog_of(own).find("mine"), lambda done, total, note="": read.append(done / total))
    assert read == sorted(read)
    assert read[-1] == pytest.approx(1.0)
    catalog = catalog_of(own)
    again: list[float] = []
    assert catalog.sha256(catalog.find("mine"), lambda done, total, note="": again.append(done)) == first
    assert not again  # remembered, by size and time of change
    (folder / "README.md").write_text("another card")
    assert catalog.sha256(catalog.find("mine")) == first
    config = folder / "scheduler" / "scheduler_config.json"
    config.write_text(config.read_text().replace("0.02", "0.03"))
    assert catalog.sha256(catalog.find("mine")) != first
    with pytest.raises(ModelAltered, match="another version"):
        catalog.find("mine", first)
    config.unlink()
    with pytest.raises(ModelMissing, match="are not where they were"):
        catalog.sha256(catalog.find("mine"))


def test_a_model_that_is_added_meanwhile_makes_pictures(folder: Path, own: Path) -> None:
    manager = ModelManager(catalog_of(own), model_specs, reserve_bytes=0)
    context = JobContext("job", silent, {}, lambda: manager, lambda artifact: None)
    request = RenderRequest((Point(3),), making=Making(steps=2), model="mine")

    def made() -> tuple[Pictures, str]:
        outcome = HANDLERS[RenderRequest](request, context)
        assert isinstance(outcome, Made)
        assert isinstance(outcome.artifact, Pictures)
        return outcome.artifact, outcome.facts["model_sha256"]

    with pytest.raises(ModelMissing):
        made()
    write_reference(own, refer(folder, "mine"))
    picture, sha256 = made()
    assert sha256 == manager.catalog.sha256(manager.catalog.find("mine"))
    # held another way it is loaded anew; the same model, within what that way can hold
    write_reference(own, refer(folder, "mine", setup=Setup("bfloat16")))
    coarse, same = made()
    assert same == sha256
    assert not np.array_equal(coarse.pixels, picture.pixels)
    assert np.abs(coarse.pixels.astype(int) - picture.pixels).mean() < 8
    # other weights in the same place are not taken for the old ones
    Unconditional.tiny(2, latent=False).network.save_pretrained(folder / "unet")
    write_reference(own, refer(folder, "mine"))
    other, another = made()
    assert another != sha256
    assert not np.array_equal(other.pixels, picture.pixels)
    remove_reference(own, refer(folder, "mine"))
    with pytest.raises(ModelMissing):
        made()
    assert (folder / "model_index.json").exists()


def test_entries_are_read_with_care(folder: Path, own: Path) -> None:
    path = write_reference(own, refer(folder, "mine"))
    whole = json.loads(path.read_text())
    for damage in (
        "{",
        "[]",
        json.dumps({**whole, "files": ["../../etc/passwd"]}),
        json.dumps({**whole, "files": ["/etc/passwd"]}),
        json.dumps({**whole, "files": []}),
        json.dumps({**whole, "name": "another"}),
        json.dumps({**whole, "dtype": "int3"}),
    ):
        path.write_text(damage)
        assert read_references(own) == []
    path.write_text(json.dumps({**whole, "added later": 3}))
    assert [entry.name for entry in read_references(own)] == ["mine"]
    with pytest.raises(BadRequest, match="not held as"):
        refer(folder, "mine", setup=Setup("int3"))
    with pytest.raises(BadRequest, match="not moved by"):
        refer(folder, "mine", setup=Setup("", "sideways"))
    with pytest.raises(BadRequest, match="cannot be the name"):
        refer(folder, "a/b")


def test_what_was_downloaded_goes_with_its_entry_and_nothing_else_does(folder: Path, own: Path) -> None:
    entry = refer(folder, "mine", origin="someone/skies@0")
    write_reference(own, entry)
    remove_reference(own, entry)  # its origin is told, and yet it does not lie where downloads do
    assert folder.exists()
    target = own / "compass" / "mine"
    folder.rename(target)
    entry = msgspec.structs.replace(entry, path=str(target))
    write_reference(own, entry)
    remove_reference(own, entry)
    assert not target.exists()


def test_names_come_from_paths(tmp_path: Path) -> None:
    assert name_for(tmp_path / "sd xl base 1.0") == "sd-xl-base-1.0"
    assert name_for(tmp_path / "…") == "model"
    assert len(name_for(tmp_path / ("x" * 90))) == 64
    Reference(name_for(tmp_path / "…a…"), "compass", "x", ("",), 0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["_class_name", "vae", "unet", "weight_map", "sample_size", "block_out_channels"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(
        [
            "model_index.json",
            "unet/config.json",
            "unet/diffusion_pytorch_model.safetensors.index.json",
            "scheduler/scheduler_config.json",
        ]
    ),
    damage=JSON | st.dictionaries(KEYS, JSON, max_size=3),
    is_family=st.booleans(),
)
def test_any_config_is_a_model_or_a_sentence(folder: Path, name: str, damage: object, is_family: bool) -> None:
    path = folder / name
    before = path.read_bytes() if path.exists() else None
    if is_family and isinstance(damage, dict):
        damage = {"_class_name": "DDPMPipeline", **damage}
    path.write_text(json.dumps(damage))
    stamp = hash(json.dumps(damage))
    # nothing but what is meant for a user
    with contextlib.suppress(AffectStudioError):
        entry = refer(folder, "mine")
        shape_of(Model("mine", "compass", str(folder), "", bytes=stamp, reference=entry))
    path.unlink()
    if before is not None:
        path.write_bytes(before)


@pytest.mark.parametrize("name", ["old.ckpt", "old.bin", "old.pt"])
def test_pickles_are_refused_with_the_way_to_convert(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x80\x04.")
    assert is_picture_model(path)
    with pytest.raises(BadInput, match=r"can run any code .*convert"):
        refer(path)
