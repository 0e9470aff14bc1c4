"""Our decode loop against transformers' `generate` with a KV cache, one thread, networks of one size.

What a musician waits for is notes. A note is one step of ours, in which five fields are chosen; bar lines are steps
too. A model of plain tokens needs a token for each pitch, velocity and duration, one for each place at which notes
begin, and one for each bar (REMI: Huang & Yang, "Pop Music Transformer", 2020). Both units are printed: notes, and
steps as such.

Both are timed by the process's clock, so that other work on the machine counts for neither.
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

from generators.music import tokens
from generators.music.cache import Cache
from generators.music.compose import compose
from generators.music.conditions import BAR_FREE, WHOLE_FREE
from generators.music.config import weight_shapes
from generators.music.decoder import Plan, write_events
from generators.music.grammar import BarPlan
from generators.music.model import MusicModel, load_model
from generators.music.request import ComposeRequest
from generators.progress import silent

pytestmark = pytest.mark.bench
WEIGHTS = Path(__file__).parents[2] / "assets" / "music" / "music-small.safetensors"
STEPS = 200
BARS = 16
REMI_SIZE = 3 + 1 + tokens.MAX_BAR + 128 + 16 + len(tokens.DURATIONS)
"""A bar, each place, pitch, velocity and duration, and three that every tokenizer has."""


def best_s(*works: Callable[[], object], rounds: int = 4) -> list[float]:
    """The best time of each, taken in turns so that a busy moment of the machine meets all of them."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, times, strict=True):
            begun = time.process_time()
            work()
            found.append(time.process_time() - begun)
    return [min(found) for found in times]


@pytest.fixture(scope="module")
def model() -> MusicModel:
    if not WEIGHTS.exists():
        pytest.skip("the weights are not in this checkout")
    return load_model(WEIGHTS)


def plan_of(bars: int, tries: int, guidance: float = 1.0) -> Plan:
    """Bars in which everything is free; a judge that takes no time lets `tries` rows be written side by side."""
    plans = [BarPlan(roles=(0,))] * bars
    whole, bar = np.tile(WHOLE_FREE, (bars + 1, 1)), np.tile(BAR_FREE, (bars + 1, 1))
    judge = (lambda _events, _bars: 0.0) if tries > 1 else None
    return Plan(plans, (4, 4), whole, bar, guidance=guidance, tries=tries, stretch=bars, judge=judge)


def written_for(model: MusicModel, plan: Plan) -> list[np.ndarray]:
    """The events that are written for `plan`, of each try."""
    found: list[np.ndarray] = []

    def keep(events: np.ndarray, _bars: int) -> float:
        found.append(events)
        return 0.0

    judged = dataclasses.replace(plan, judge=keep) if plan.judge is not None else plan
    events = write_events(model, judged, np.random.default_rng(0))
    return found or [events]


def remi_tokens(events: np.ndarray) -> int:
    """How many tokens of REMI say the same as `events` (n, 5)."""
    is_line = events[:, 0] == tokens.BAR
    bar = np.cumsum(is_line)
    places = len(np.unique(np.stack([bar, events[:, 0]])[:, ~is_line], axis=1).T)
    return int(is_line.sum()) + places + 3 * int((~is_line).sum())


@pytest.mark.parametrize("rows", [1, 4])
def test_notes_against_generate(rows: int, model: MusicModel, capsys: pytest.CaptureFixture[str]) -> None:
    transformers = pytest.importorskip("transformers")
    torch.set_num_threads(1)
    alone, guided = (plan_of(BARS, rows, guidance) for guidance in (1.0, 2.0))
    pieces, guided_pieces = written_for(model, alone), written_for(model, guided)
    events = sum(len(piece) for piece in pieces)
    notes, guided_notes = (
        sum(int((piece[:, 0] != tokens.BAR).sum()) for piece in found) for found in (pieces, guided_pieces)
    )
    tokens_a_note = sum(remi_tokens(piece) for piece in pieces) / notes

    config = model.config
    gpt2 = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(
            vocab_size=REMI_SIZE, n_positions=config.context, n_embd=config.width, n_layer=config.layers,
            n_head=config.heads, bos_token_id=1, eos_token_id=None, pad_token_id=None,
        )
    ).eval()  # fmt: skip
    # as many steps as ours: saying the same notes takes more, and each of those looks back further and costs more
    steps = min(events // rows, config.context - 2)
    start = torch.ones((rows, 1), dtype=torch.long)

    def generate() -> None:
        with torch.no_grad():
            gpt2.generate(start, attention_mask=start, max_new_tokens=steps, do_sample=True, top_p=0.95, use_cache=True)

    ours_s, guided_s, theirs_s = best_s(
        lambda: write_events(model, alone, np.random.default_rng(0)),
        lambda: write_events(model, guided, np.random.default_rng(0)),
        generate,
    )
    by_step = (events / ours_s) / (rows * steps / theirs_s)
    theirs = rows * steps / theirs_s / tokens_a_note
    by_note = notes / ours_s / theirs
    with capsys.disabled():
        sys.stdout.write(
            f"\n{rows} rows: {notes / ours_s:.0f} notes/s, generate {theirs:.0f} (a note: {tokens_a_note:.2f} tokens); "
            f"{by_note:.1f} times. Step by step {events / ours_s:.0f} against {rows * steps / theirs_s:.0f} tokens/s: "
            f"{by_step:.1f} times, though a step of ours chooses five fields. Guided, which runs the network twice for "
            f"each note, {guided_notes / guided_s:.0f} notes/s\n"
        )
    assert by_note >= 4.0
    assert by_step >= 1.5


def read_bytes_per_s() -> float:
    """How fast one core reads memory that no cache holds."""
    block = np.ones(64 << 20, dtype=np.float32)
    (found,) = best_s(lambda: float(block.sum()))
    return block.nbytes / found


def test_how_near_the_bandwidth_of_the_memory(model: MusicModel, capsys: pytest.CaptureFixture[str]) -> None:
    """A step cannot be faster than its weights can be read once; rows share that reading."""
    config = model.config
    weights = sum(int(np.prod(shape)) for name, shape in weight_shapes(config).items() if name.startswith("blocks."))
    limit_s = 4 * weights / read_bytes_per_s()
    lines: list[str] = []
    each: dict[int, float] = {}
    for rows in (1, 4, 8):
        cache, at = Cache(model, rows), np.arange(rows)
        x = np.random.default_rng(0).normal(size=(rows, config.width + 1)).astype(np.float32)

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


def test_seconds_of_music_in_a_second_of_work(model: MusicModel, capsys: pytest.CaptureFixture[str]) -> None:
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
