"""How quick the compass is, printed: strips, previews, fits, the finish; networks of the shipped model's real size.

Their weights are random, whose values do not change how long they take. Ratios are of one run, and taken in turns, so
that a busy moment of the machine meets both sides.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import torch
from compass_gpu import direction_for

from generators import artifacts
from generators.artifacts import Pictures, Pool
from generators.compass import sampler
from generators.compass.backend import Usual
from generators.compass.backends.unconditional import Unconditional
from generators.compass.find import find
from generators.compass.judgements import Judgements
from generators.compass.networks import Sizes, make_autoencoder, make_network
from generators.compass.painter import Factors, Finish, finished, paint
from generators.compass.request import FindRequest, Making, Point, Push, RenderRequest
from generators.compass.sampler import render
from generators.compass.single_file import save_model
from generators.compass.training.network import SCHEDULER
from generators.engine.engine import Lane, WorkerChanged, WorkerState
from generators.engine.local import LocalEngine
from generators.engine.run import run_request

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
USUAL = Usual(20, 10, 1.0, 128)
ROUNDS = 4


def say(text: str) -> None:
    sys.stdout.write(f"\n{text}")


@pytest.fixture(scope="module")
def model() -> Unconditional:
    torch.manual_seed(0)
    return Unconditional(make_network(Sizes()), make_autoencoder(Sizes()), dict(SCHEDULER), USUAL)


def quickest(work: Callable[[], object], clock: Callable[[], float] = time.thread_time) -> float:
    work()
    times_s = []
    for _ in range(ROUNDS):
        begun_s = clock()
        work()
        times_s.append(clock() - begun_s)
    return min(times_s)


def test_a_strip_against_plain_pipelines(model: Unconditional) -> None:
    from diffusers import DDIMPipeline

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    pipeline = DDIMPipeline(model.network, model.retracing(USUAL.steps, 0))
    pipeline.set_progress_bar_config(disable=True)
    scale = float(model.autoencoder.config.scaling_factor)
    used = [direction_for(model)]
    points = [Point(3, amounts=(amount,)) for amount in np.linspace(-2, 2, 9)]

    def plain() -> None:
        for seed in range(9):
            latents = pipeline(
                batch_size=1,
                generator=torch.Generator().manual_seed(seed),
                num_inference_steps=USUAL.steps,
                output_type="np",
            ).images
            with torch.inference_mode():
                model.decode(torch.from_numpy(latents).permute(0, 3, 1, 2) / scale)

    def strip() -> None:
        render(model, points, used)

    strip()
    times_s: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        begun_s = time.thread_time()
        plain()
        between_s = time.thread_time()
        strip()
        times_s.append((between_s - begun_s, time.thread_time() - between_s))
    torch.set_num_threads(before)
    ratios = [theirs / ours for theirs, ours in times_s]
    theirs_s, ours_s = (min(column) for column in zip(*times_s, strict=True))
    say(
        f"a strip of 9, {USUAL.steps} steps, one thread: nine plain pipelines {theirs_s:.2f} s, ours {ours_s:.2f} s: "
        f"{float(np.median(ratios)):.2f} times as fast (batches agree to the last bit: {model.agreeing})\n"
    )
    assert float(np.median(ratios)) > 1.5


def test_from_the_slider_to_the_preview(model: Unconditional, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models" / "compass"
    folder.mkdir(parents=True)
    told = {"name": "compass-small", "room": "compass", "spec": "compass"}
    save_model(model, folder / "compass-small.safetensors", metadata=told)
    direction = tmp_path / "direction.safetensors"
    data = artifacts.pack(direction_for(model).direction)
    direction.write_bytes(data)
    sha256 = artifacts.digest(data)

    def asked(amount: float) -> RenderRequest:
        point = Point(3, amounts=(amount,))
        return RenderRequest((point,), (Push(sha256),), Making(quality="preview"), finish=Finish())

    environment = {"AFFECT_STUDIO_HOME": str(tmp_path), "AFFECT_STUDIO_ASSETS": str(tmp_path / "none")}
    engine = LocalEngine(environment=environment)
    ready: list[object] = []
    engine.subscribe(lambda event: ready.append(event) if isinstance(event, WorkerChanged) else None)

    def preview(amount: float) -> None:
        found = run_request(asked(amount), {sha256: direction}, lane=Lane.PREVIEW, engine=engine)
        made = artifacts.read(Path(found.path))
        assert isinstance(made, Pictures)
        assert made.pixels.shape == (1, 128, 128, 3)
        engine.release(found.sha256)

    begun_s = time.perf_counter()
    preview(0.0)
    first_s = time.perf_counter() - begun_s
    amounts = iter(np.linspace(-2, 2, 40))
    worker = psutil.Process().children()[0]
    spent_before_s = sum(worker.cpu_times()[:2])
    whole_s = quickest(lambda: preview(float(next(amounts))), time.perf_counter)
    in_worker_s = (sum(worker.cpu_times()[:2]) - spent_before_s) / (ROUNDS + 1)
    engine.close()
    assert any(isinstance(event, WorkerChanged) and event.state is WorkerState.READY for event in ready)

    # the same work in this process, to see where its time goes
    spent = dict.fromkeys(("steps", "decoding"), 0.0)

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def inner(*given: Any) -> Any:
            begun_s = time.thread_time()
            found = work(*given)
            spent[name] += time.thread_time() - begun_s
            return found

        return inner

    monkeypatch.setattr(sampler, "_sample", timed("steps", sampler._sample))
    monkeypatch.setattr(model, "decode", timed("decoding", model.decode))
    used = [direction_for(model)]
    pixels = render(model, [Point(3, amounts=(1.0,))], used, Making(quality="preview"))
    shares: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        spent.update(steps=0.0, decoding=0.0)
        render(model, [Point(3, amounts=(1.0,))], used, Making(quality="preview"))
        shares.append({**spent, "finish": quickest(lambda: finished(pixels[0], Finish(), 3))})
    least = {name: min(share[name] for share in shares) for name in shares[0]}
    rest_s = max(0.0, in_worker_s - sum(least.values()))
    say(
        f"slider to preview, {USUAL.preview_steps} steps, 128 × 128, through the engine: {1e3 * whole_s:.0f} ms by the "
        f"clock; of the worker's processor {1e3 * in_worker_s:.0f} ms "
        f"({', '.join(f'{name} {1e3 * time_s:.0f}' for name, time_s in least.items())}, queue, files and transfer "
        f"{1e3 * rest_s:.0f}); the first one, with imports and loading, {first_s:.1f} s\n"
    )


def test_fitting_a_direction() -> None:
    rng = np.random.default_rng(0)
    count = 400
    pool = Pool(
        np.zeros((count, 8, 8, 3), np.uint8),
        np.arange(count),
        np.full(count, -1),
        np.zeros(count),
        np.zeros((count, 0)),
        np.array([0.9, 0.7, 0.5, 0.3]),
        rng.standard_normal((count, 4, Sizes().network[-1])),
    )
    order = tuple(int(row) for row in rng.permutation(count)[:40])
    request = FindRequest("0" * 64, Judgements(orders=(order,)), name="any")
    fit_s = quickest(lambda: find(request, pool))
    say(f"a direction from 40 pictures in a pool of {count}: {1e3 * fit_s:.0f} ms\n")
    assert fit_s < 0.2


def test_the_finish_at_each_size() -> None:
    picture = paint(Factors(), 3, 128, training=True)
    told = []
    for scale in (1, 2, 4, 8):
        finish = Finish(scale=scale)
        begun_s = time.thread_time()
        finished(picture, finish, 0)
        first_s = time.thread_time() - begun_s
        each_s = quickest(lambda finish=finish: finished(picture, finish, 0))
        told.append(f"{128 * scale} px {1e3 * each_s:.0f} ms (the first time {1e3 * first_s:.0f} ms)")
    say(f"the painterly finish of 128 × 128 on one core: {', '.join(told)}\n")
