"""How much memory pictures take, planned from configs alone; and a request that is too large for what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from generators.compass.backends.flux import Flux
from generators.compass.backends.unconditional import Unconditional
from generators.compass.memory import Shape, shape_of
from generators.compass.own_models import refer
from generators.compass.request import Making, Point, RenderRequest
from generators.compass.single_file import save_model
from generators.engine.context import JobContext
from generators.engine.handlers import HANDLERS, model_specs
from generators.errors import ModelAltered, OutOfMemory
from generators.progress import silent
from generators.runtime.catalog import Catalog, Model
from generators.runtime.devices import Memory
from generators.runtime.manager import ModelManager
from generators.runtime.references import write_reference
from generators.runtime.spec import CPU, Device

GPU = Device("cuda:0")
GIB = 1 << 30
# Stable Diffusion 1.5 and XL as published
SD15 = Shape("stable diffusion", 1_066_000_000, 512, 8, 320, 128)
XL = Shape("sdxl", 3_469_000_000, 1024, 8, 320, 128, 1, is_wide=True)
PREVIEW = Making(quality="preview")


def test_known_models_take_about_what_is_known() -> None:
    # people run SD 1.5 in half precision on cards of 4 GB, and XL's decoder in single precision is known to need 7
    assert 0.5 * GIB < SD15.peak_bytes(PREVIEW, 1, GPU) < 1.2 * GIB
    assert 5 * GIB < XL.peak_bytes(PREVIEW, 1, GPU) < 8 * GIB


def test_more_is_more() -> None:
    one = SD15.peak_bytes(PREVIEW, 1, GPU)
    assert SD15.peak_bytes(Making(quality="preview", width=1024, height=1024), 1, GPU) > 3 * one
    assert SD15.peak_bytes(Making(), 8, GPU) > one
    assert SD15.peak_bytes(Making(), 800, GPU) == SD15.peak_bytes(Making(), 8, GPU)  # batches have an end
    assert SD15.peak_bytes(PREVIEW, 1, GPU, "float32") > 1.8 * one
    assert SD15.peak_bytes(Making(guidance=1.0), 8, GPU) < SD15.peak_bytes(Making(), 8, GPU)
    assert SD15.peak_bytes(Making(), 8, CPU) == SD15.peak_bytes(Making(), 1, CPU)  # a large one goes picture by picture


def test_shapes_are_read_from_configs(tmp_path: Path) -> None:
    small = Unconditional.tiny(1)
    path = tmp_path / "ours.safetensors"
    save_model(small, path)
    shape = shape_of(Model("ours", "compass", str(path), "", bytes=1))
    assert (shape.side, shape.cell, shape.width, shape.decoder_width) == (16, 2, 8, 8)
    flux = Flux.tiny(1)
    folder = tmp_path / "flux"
    flux.network.save_pretrained(folder / "transformer")
    flux.autoencoder.save_pretrained(folder / "vae")
    flux.texts[0].encoder.save_pretrained(folder / "text_encoder")
    flux.texts[1].encoder.save_pretrained(folder / "text_encoder_2")
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text("{}")
    (folder / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
    shape = shape_of(Model("flux", "compass", str(folder), "", bytes=2))
    assert (shape.side, shape.cell, shape.width, shape.patch) == (flux.usual.side, 2, 16, 2)
    (folder / "vae" / "config.json").write_text("{}")
    with pytest.raises(ModelAltered, match="lack what they should say"):
        shape_of(Model("flux", "compass", str(folder), "", bytes=3))


def test_a_request_that_is_too_large_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    from diffusers import DDPMPipeline, DDPMScheduler

    DDPMPipeline(Unconditional.tiny(1, latent=False).network, DDPMScheduler()).save_pretrained(tmp_path / "model")
    write_reference(tmp_path / "models", refer(tmp_path / "model"))
    catalog = Catalog.installed(tmp_path / "none", tmp_path / "models", tmp_path / "cache")
    manager = ModelManager(catalog, model_specs, measure=lambda device: Memory(GIB, 256 << 20), reserve_bytes=0)
    context = JobContext("job", silent, {}, lambda: manager, lambda artifact: None)
    small = RenderRequest((Point(1),), making=Making(steps=1), model="model")
    HANDLERS[RenderRequest](small, context)
    manager.evict_unused()
    large = RenderRequest((Point(1),), making=Making(steps=1, width=2048, height=2048), model="model")
    with pytest.raises(OutOfMemory, match=r"“model” needs [\d,]+ MB and at most 256 MB can be made free"):
        HANDLERS[RenderRequest](large, context)
    assert manager.residents() == ()
