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
from generators.music.decoder import Plan, sample_events
from generators.music.model import MusicModel, load_model, tiny_model
from generators.music.request import ComposeRequest
from generators.progress import silent

pytestmark = pytest.mark.bench
WEIGHTS = Path(__file__).parents[2] / "assets" / "music" / "music-small.safetensors"


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
    weights |= {"ranks.quantiles": tiny.quantiles, "ranks.bank": tiny.bank}
    weights |= {"ranks.bank_key": tiny.bank_key, "ranks.bank_metre": tiny.bank_metre}
    return MusicModel(NetworkConfig(), weights, tiny.facts)


def test_events_against_generate(capsys: pytest.CaptureFixture[str]) -> None:
    transformers = pytest.importorskip("transformers")
    torch.set_num_threads(1)
    model, bars = full_size_model(), 40
    plan = Plan(bars, (4, 4), 0, np.tile(WHOLE_FREE, (bars + 1, 1)), np.tile(BAR_FREE, (bars + 1, 1)))
    alone = dataclasses.replace(plan, guidance=1.0)
    events, guided_events = (len(sample_events(model, kind, np.random.default_rng(0))) for kind in (alone, plan))

    config = model.config
    gpt2 = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(
            vocab_size=512, n_positions=config.context, n_embd=config.width, n_layer=config.layers, n_head=config.heads,
            bos_token_id=0, eos_token_id=None, pad_token_id=0,
        )
    ).eval()  # fmt: skip
    count = min(events, config.context - 2)
    start = torch.zeros((1, 1), dtype=torch.long)

    def generate() -> None:
        with torch.no_grad():
            gpt2.generate(start, max_new_tokens=count, do_sample=True, top_p=0.95, use_cache=True)

    ours_s, guided_s, theirs_s = best_s(
        lambda: sample_events(model, alone, np.random.default_rng(0)),
        lambda: sample_events(model, plan, np.random.default_rng(0)),
        generate,
    )
    ours, guided, theirs = events / ours_s, guided_events / guided_s, count / theirs_s
    with capsys.disabled():
        sys.stdout.write(
            f"\n{ours:.0f} events/s (five fields each), generate {theirs:.0f} tokens/s: {ours / theirs:.1f} times; "
            f"guided, which runs the network twice for each event, {guided:.0f} events/s\n"
        )
    assert ours >= 3 * theirs


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
