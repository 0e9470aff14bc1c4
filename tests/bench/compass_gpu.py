"""Previews per second on a GPU, against the plain pipeline; run when there is one:

    python tests/bench/compass_gpu.py                # the shipped model, and a network of Stable Diffusion 1.5's size
    python tests/bench/compass_gpu.py --out FIGURES.json
    python tests/bench/compass_gpu.py --check        # the same with very small networks, on whatever is there

The large network has random weights, whose values do not change how long it takes. Both sides have the same networks,
steps and guidance in one run. What may differ by device is checked beside the timing: the hook at zero, a picture's
bits whatever is in the batch, and weights that are moved in as they are used.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from generators.compass import checkpoints
from generators.compass.backend import Backend
from generators.compass.backends.stable_diffusion import StableDiffusion
from generators.compass.backends.unconditional import Unconditional
from generators.compass.loading import load_backend
from generators.compass.offload import by_layers, by_parts
from generators.compass.opening import read_json
from generators.compass.request import SHIPPED_MODEL, Making, Point, Push
from generators.compass.sampler import Used, render
from generators.compass.texts import ClipText
from generators.pictures import Direction
from generators.runtime.catalog import Catalog
from generators.runtime.spec import Device

PREVIEW_MS = 33.0  # what a preview of the shipped model may take on a GPU
STRIP = 8


def device_here() -> str:
    """The GPU of this machine, or its CPU."""
    return "cuda:0" if torch.cuda.is_available() else "cpu"


def large_model(device: str, *, tiny: bool) -> StableDiffusion:
    """A network of Stable Diffusion 1.5's size with random weights, made on the device itself."""
    if tiny:
        return StableDiffusion.tiny(1)
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    folder = checkpoints.layout_named("sd1").configs
    dtype = torch.float16 if device != "cpu" else torch.float32
    told = read_json(folder / "text_encoder" / "config.json")
    told.pop("model_type")
    torch.manual_seed(1)
    with torch.device(device):
        network = UNet2DConditionModel.from_config(read_json(folder / "unet" / "config.json")).to(dtype)
        autoencoder = AutoencoderKL.from_config(read_json(folder / "vae" / "config.json")).to(dtype)
        text = CLIPTextModel(CLIPTextConfig(**told)).to(dtype).eval()
    scheduler = read_json(folder / "scheduler" / "scheduler_config.json")
    return StableDiffusion(network, autoencoder, ClipText(text, None), scheduler)


def shipped_model(device: str, *, tiny: bool) -> Backend | None:
    """The model that comes with the program, where it is there."""
    if tiny:
        return Unconditional.tiny(1)
    found = [model for model in Catalog.shipped().models if model.name == SHIPPED_MODEL]
    return load_backend(found[0].path, Device(device)) if found else None


def plain_pipeline(backend: Any, steps: int) -> Callable[[int], Any]:
    """What diffusers itself does with the same networks: its pipeline, or its parts where it has none for them."""
    if isinstance(backend, StableDiffusion):
        from diffusers import StableDiffusionPipeline

        pipeline: Any = StableDiffusionPipeline(
            backend.autoencoder,
            backend.text.encoder,
            backend.text.tokenizer,
            backend.network,
            backend.scheduler(steps, 0),
            None,  # type: ignore[arg-type]  # diffusers allows it where no checker is required
            None,  # type: ignore[arg-type]
            requires_safety_checker=False,
        )
        pipeline.set_progress_bar_config(disable=True)
        side = backend.usual.side
        with torch.inference_mode():
            words = backend.text.read("")[0].to(backend.dtype)

        def run(seed: int) -> Any:
            return pipeline(
                prompt_embeds=words,
                negative_prompt_embeds=words,
                num_inference_steps=steps,
                guidance_scale=backend.usual.guidance,
                height=side,
                width=side,
                generator=torch.Generator("cpu").manual_seed(seed),
                output_type="np",
            )

        return run
    shape = backend.latent_shape(backend.usual.side, backend.usual.side)

    def steps_of(seed: int) -> Any:
        with torch.inference_mode():
            scheduler = backend.scheduler(steps, 0)
            noise = torch.randn((1, *shape), generator=torch.Generator("cpu").manual_seed(seed))
            latents = noise.to(backend.device, backend.dtype)
            for timestep in scheduler.timesteps:
                predicted = backend.network(latents, timestep, return_dict=False)[0]
                latents = scheduler.step(predicted, timestep, latents, return_dict=False)[0]
            return backend.decode(latents).float().cpu()

    return steps_of


def direction_for(backend: Backend) -> Used:
    """A direction somewhere in the model."""
    kept: list[Any] = []
    render(backend, [Point(1)], making=Making(steps=2, quality="preview"), keep_at=(0.5,), keep=kept.append)
    channels = kept[0].features.shape[2]
    vector = np.random.default_rng(0).standard_normal((1, channels))
    return Used(Direction(vector, np.array([0.5]), name="some", place=backend.place.name), Push("a"))


def milliseconds(work: Callable[[int], object], seconds: float) -> list[float]:
    """How long each call took, warmed up, for about so long; each ends when its picture is in the main memory."""
    for seed in range(2):
        work(seed)
    taken: list[float] = []
    while sum(taken) < 1_000 * seconds or len(taken) < 3:
        start = time.perf_counter()
        work(len(taken))
        taken.append(1_000 * (time.perf_counter() - start))
    return taken


def measured(backend: Backend, seconds: float) -> dict[str, float | str]:
    """Previews and strips against the plain pipeline, and what must hold on any device."""
    steps = backend.usual.preview_steps
    used = direction_for(backend)
    preview, full = Making(steps=steps, quality="preview"), Making(steps=steps)

    def moved(index: int) -> Any:
        return render(backend, [Point(1, amounts=(0.1 * (index % 20) - 1.0,))], [used], preview)

    def strip(_index: int) -> Any:
        points = [Point(1, amounts=(amount,)) for amount in np.linspace(-1, 1, STRIP)]
        return render(backend, points, [used], full)

    plain = plain_pipeline(backend, steps)
    ours, theirs, strips = (milliseconds(work, seconds) for work in (moved, plain, strip))
    alone = render(backend, [Point(7)], making=full)[0]
    others = render(backend, [Point(1), Point(7), Point(3)], making=full)[1]
    zero = render(backend, [Point(7, amounts=(0.0,))], [used], full)[0]
    beside = render(backend, [Point(7, amounts=(0.0,)), Point(7, amounts=(1.0,))], [used], full)[0]
    if not np.array_equal(alone, others):
        raise AssertionError("a picture differs by what else is in its batch")
    if not (np.array_equal(zero, alone) and np.array_equal(beside, alone)):
        raise AssertionError("the hook at zero changes the picture")
    found: dict[str, float | str] = {
        "device": torch.cuda.get_device_name() if backend.device.type == "cuda" else str(backend.device),
        "dtype": str(backend.dtype).removeprefix("torch."),
        "side": backend.usual.side,
        "steps": steps,
        "preview_ms": statistics.median(ours),
        "preview_slow_ms": float(np.percentile(ours, 95)),
        "previews_per_s": 1_000 / statistics.median(ours),
        "pipeline_ms": statistics.median(theirs),
        "pipelines_per_s": 1_000 / statistics.median(theirs),
        "preview_ratio": statistics.median(theirs) / statistics.median(ours),
        "strip_ratio": STRIP * statistics.median(theirs) / statistics.median(strips),
    }
    if backend.device.type == "cuda":
        found["peak_mib"] = torch.cuda.max_memory_allocated() / 2**20
    return found


def offloaded(make: Callable[[], StableDiffusion], device: str) -> dict[str, float]:
    """The same pictures with weights that are moved in as they are used, how long they take, and in how much memory."""
    making = Making(steps=4, quality="preview")
    model = make()
    plain = render(model, [Point(5)], making=making)
    found: dict[str, float] = {}
    for how in ("parts", "layers"):
        del model
        model = make()
        parts = [model.network, model.autoencoder, model.text.encoder]
        for part in parts:
            part.to("cpu")
        if device != "cpu":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        (by_parts if how == "parts" else by_layers)(parts, device)
        model.device = torch.device(device)
        start = time.perf_counter()
        again = render(model, [Point(5)], making=making)
        found[f"{how}_s"] = time.perf_counter() - start
        if device != "cpu":
            found[f"{how}_peak_mib"] = torch.cuda.max_memory_allocated() / 2**20
        if not np.array_equal(again, plain):
            raise AssertionError(f"moving {how} in as they are used changes the picture")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, check, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="very small networks: does it run?")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each figure (5)")
    parser.add_argument("--out", type=Path, help="a JSON file for the figures")
    chosen = parser.parse_args(argv)
    device = "cpu" if chosen.check else device_here()
    seconds = 0.05 if chosen.check else chosen.seconds
    figures: dict[str, Any] = {}
    model = shipped_model(device, tiny=chosen.check)
    if model is None:
        sys.stdout.write("The shipped model is not there: only the large network is measured.\n")
    else:
        figures["shipped"] = measured(model, seconds)
    figures["size of SD 1.5"] = measured(large_model(device, tiny=chosen.check), seconds)
    figures["offload"] = offloaded(lambda: large_model(device, tiny=chosen.check), device)
    for name, told in figures.items():
        sys.stdout.write(f"{name}\n")
        for key, value in told.items():
            sys.stdout.write(f"  {key:<18} {value if isinstance(value, str) else f'{value:,.2f}'}\n")
    if "shipped" in figures and device != "cpu":
        is_met = figures["shipped"]["preview_ms"] <= PREVIEW_MS
        sys.stdout.write(f"A preview within {PREVIEW_MS:g} ms: {'yes' if is_met else 'NO'}\n")
    if chosen.out is not None:
        chosen.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
