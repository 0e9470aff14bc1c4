"""Our decode loop against transformers' `generate` with a KV cache, one thread, networks of one size.

One event of ours is one step of the network, as one token is of theirs. Both are timed by the process's clock, so that
other work on the machine counts for neither.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from generators.music.compose import compose
from generators.music.conditions import BAR_FREE, WHOLE_FREE
from generators.music.config import NetworkConfig, weight_shapes
from generators.music.decoder import Plan, write_events
from generators.music.grammar import BarPlan
from generators.music.model import Cache, MusicModel, load_model, tiny_model
from generators.music.request import ComposeRequest
from generators.progress import silent

pytestmark = pytest.mark.bench
WEIGHTS = Path(__file__).parents[2] / "assets" / "music" / "music-small.safetensors"
STEPS = 200


def best_s(*works: Callable[[], object], rounds: int = 4) -> list[float]:
    """The best time of each, taken in turns so that a busy moment of the machine meets all of them."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, times, strict=True):
            begun = time.process_time()
            work()
            found.append(time.process_time() - begun)
    return [min(found) for found in times]


def full_size_model() -> MusicModel:
    """The shipped sizes with random weights."""
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(0.0, 0.05, shape) for name, shape in weight_shapes(NetworkConfig()).items()}
    tiny = tiny_model()
    for name in ("quantiles", "feature_quantiles", "bank", "bank_features", "bank_key", "bank_metre"):
        weights[f"ranks.{name}"] = getattr(tiny, name)
    return MusicModel(NetworkConfig(), weights, tiny.facts)


def plan_of(bars: int, tries: int, guidance: float = 1.0) -> Plan:
    """Bars in which everything is free; a judge that takes no time lets `tries` rows be written side by side."""
    plans = [BarPlan(roles=(0,))] * bars
    whole, bar = np.tile(WHOLE_FREE, (bars + 1, 1)), np.tile(BAR_FREE, (bars + 1, 1))
    judge = (lambda _events, _bars: 0.0) if tries > 1 else None
    return Plan(plans, (4, 4), whole, bar, guidance=guidance, tries=tries, stretch=bars, judge=judge)


def events_of(model: MusicModel, plan: Plan) -> int:
    """How many events are written for `plan`, of all tries together."""
    written = 0

    def count(events: np.ndarray, _bars: int) -> float:
        nonlocal written
        written += len(events)
        return 0.0

    judged = dataclasses.replace(plan, judge=count) if plan.judge is not None else plan
    events = write_events(model, judged, np.random.default_rng(0))
    return written or len(events)


@pytest.mark.parametrize("rows", [1, 4])
def test_events_against_generate(rows: int, capsys: pytest.CaptureFixture[str]) -> None:
    transformers = pytest.importorskip("transformers")
    torch.set_num_threads(1)
    model = full_size_model()
    alone, guided = (plan_of(20, rows, guidance) for guidance in (1.0, 2.0))
    events, guided_events = events_of(model, alone), events_of(model, guided)

    config = model.config
    gpt2 = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(
            vocab_size=512, n_positions=config.context, n_embd=config.width, n_layer=config.layers, n_head=config.heads,
            bos_token_id=0, eos_token_id=None, pad_token_id=0,
        )
    ).eval()  # fmt: skip
    steps = min(events // rows, config.context - 2)
    start = torch.zeros((rows, 1), dtype=torch.long)

    def generate() -> None:
        with torch.no_grad():
            gpt2.generate(start, max_new_tokens=steps, do_sample=True, top_p=0.95, use_cache=True)

    ours_s, guided_s, theirs_s = best_s(
        lambda: write_events(model, alone, np.random.default_rng(0)),
        lambda: write_events(model, guided, np.random.default_rng(0)),
        generate,
    )
    ours, guided_rate, theirs = events / ours_s, guided_events / guided_s, rows * steps / theirs_s
    with capsys.disabled():
        sys.stdout.write(
            f"\n{rows} rows: {ours:.0f} events/s (five fields each, {1e6 / ours:.0f} µs a note), generate "
            f"{theirs:.0f} tokens/s: {ours / theirs:.1f} times, and {5 * ours / theirs:.0f} times by fields; guided, "
            f"which runs the network twice for each event, {guided_rate:.0f} events/s\n"
        )
    assert 5 * ours >= 3 * theirs  # to say one note they need five tokens


def read_bytes_per_s() -> float:
    """How fast one core reads memory that no cache holds."""
    block = np.ones(64 << 20, dtype=np.float32)
    (found,) = best_s(lambda: float(block.sum()))
    return block.nbytes / found


def test_how_near_the_bandwidth_of_the_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """A step cannot be faster than its weights can be read once; rows share that reading."""
    model, config = full_size_model(), NetworkConfig()
    weights = sum(int(np.prod(shape)) for name, shape in weight_shapes(config).items() if name.startswith("blocks."))
    limit_s = 4 * weights / read_bytes_per_s()
    lines: list[str] = []
    each: dict[int, float] = {}
    for rows in (1, 4, 8):
        cache, at = Cache(model, rows), np.arange(rows)
        x = np.random.default_rng(0).normal(size=(rows, config.width)).astype(np.float32)

        def steps(cache: Cache = cache, at: np.ndarray = at, x: np.ndarray = x) -> None:
            cache.used[:] = 0
            for _ in range(STEPS):
                cache.step(at, x)

        (found,) = best_s(steps)
        each[rows] = found / STEPS / rows
        lines.append(
            f"{rows} rows {each[rows] * 1e6:.0f} µs a row ({100 * limit_s / rows / each[rows]:.0f} % of the limit)"
        )
    with capsys.disabled():
        sys.stdout.write(f"\nreading {weights:,} weights once takes {limit_s * 1e6:.0f} µs; {', '.join(lines)}\n")
    assert each[4] < 0.8 * each[1]  # the weights are read once for all rows


def test_seconds_of_music_in_a_second_of_work(capsys: pytest.CaptureFixture[str]) -> None:
    if not WEIGHTS.exists():
        pytest.skip("the weights are not in this checkout")
    model = load_model(WEIGHTS)
    compose(ComposeRequest(bars=2), model, silent)
    music_s, work_s = 0.0, 0.0
    for seed in range(5):
        begun = time.process_time()
        score, _ = compose(ComposeRequest(bars=16, seed=seed), model, silent)
        work_s += time.process_time() - begun
        music_s += score.duration_s
    with capsys.disabled():
        sys.stdout.write(f"\n{music_s / work_s:.0f} s of music in a second of work at 16 bars\n")
    assert music_s >= 20 * work_s
