"""Training the speech network: one command, resumable, for CPU and GPU; needs torch, numpy and safetensors only.

    python -m generators.face.train --data PACK_DIR [--real REAL_DIR] --out FOLDER --minutes 80 [--resume]

PACK_DIR holds shards of synthesised speech with the times of its phones (generators/face/teacher/), REAL_DIR those of
recordings that were aligned (generators/face/real.py); shards that are added while it runs are taken in. Ctrl-C writes
a last checkpoint. The learning rate warms up, stays, and falls linearly in the last part of the time; what is kept is
the mean of the weights from then on. The folder gets run.safetensors (to go on), a log as JSON lines, and
face-small.safetensors with its card, now and then and at the end.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import Tensor, nn

from generators.errors import AffectStudioError, BadInput
from generators.face import checkpoint
from generators.face.actions import SPEECH
from generators.face.batches import Pack, Reservoir, draw_row
from generators.face.card import card_text, write_card
from generators.face.config import NetworkConfig
from generators.face.features import FRAME_RATE_HZ
from generators.face.network import Network, Told
from generators.face.phones import INDEX, SILENCE
from generators.face.teacher.pack import shards_of
from generators.runtime.training_pace import StopAsked, pace_at

PEAK_RATE, MATRIX_RATE = 2e-3, 1.2e-2
WARM_UP_STEPS = 200
FALL_FROM = 0.4
AVERAGE_EVERY = 100
"""Steps between the moments whose mean the weights are in the end, from when the learning rate falls on."""
LIVE_SHARE = 0.5
"""What the live head's losses count, beside the whole head's."""
ACTION_WEIGHT, SPEED_WEIGHT = 2.0, 0.15
CLOSURE_WEIGHT = 3.0
"""How much more the lips count where they have to meet."""
STOPPED = 130
RUN_FILE, WEIGHTS_FILE = "run.safetensors", "face-small.safetensors"
_SAVE_EVERY_S, _LOG_EVERY_S = 240.0, 30.0
FIRST_ROWS = 256
_HELD_OUT_ROWS = 48

_WEIGHTS: Mapping[str, float] = {
    "jaw_drop": 2.0,
    "lips_close": 4.0,
    "lip_press_left": 2.0,
    "upper_lip_raise_left": 2.0,
    "lower_lip_depress_left": 2.0,
    "lower_lip_to_teeth": 1.5,
    "lip_roll_lower": 2.0,
    "lip_roll_upper": 3.0,
    "jaw_thrust": 1.5,
    "tongue_out": 1.5,
    "tongue_tip_up": 0.5,
    "tongue_body_up": 0.5,
    "tongue_back_up": 0.5,
    "tongue_wide": 0.5,
}
"""What an error of each action counts: more where the teacher's values spread less, and where eyes look."""
_BILABIAL = tuple(INDEX[name] for name in ("p", "b", "m"))
_LABIODENTAL = tuple(INDEX[name] for name in ("f", "v"))
_MEET = tuple(
    SPEECH.index(name)
    for name in ("jaw_drop", "lips_close", "lip_press_left", "lower_lip_depress_left", "upper_lip_raise_left")
)
_BITE = (SPEECH.index("lower_lip_to_teeth"),)


def action_weights(sounds: Tensor) -> Tensor:
    """What an error of each action counts (B, T, SPEECH): more where lips have to meet, or the lip the teeth."""
    base = torch.tensor([_WEIGHTS.get(name, 1.0) for name in SPEECH], device=sounds.device)
    weights = base.expand(*sounds.shape, -1).clone()
    for phones, columns in ((_BILABIAL, _MEET), (_LABIODENTAL, _BITE)):
        where = torch.isin(sounds, torch.tensor(phones, device=sounds.device))
        for column in columns:
            weights[..., column] *= torch.where(where, CLOSURE_WEIGHT, 1.0)
    return weights


def losses(told: Told, actions: Tensor, sounds: Tensor, weights: Tensor) -> Tensor:
    """The mean losses (3,) of one head: of the actions, of their speed, and of the sounds in nats."""
    error = F.smooth_l1_loss(told.actions, actions, reduction="none", beta=0.05)
    speed = torch.diff(told.actions, dim=1) - torch.diff(actions, dim=1)
    moved = F.smooth_l1_loss(speed, torch.zeros_like(speed), reduction="none", beta=0.01)
    nats = F.cross_entropy(told.sounds.flatten(0, 1), sounds.flatten(), label_smoothing=0.02)
    return torch.stack(
        [
            ACTION_WEIGHT * (error * weights).sum(-1).mean(),
            SPEED_WEIGHT * FRAME_RATE_HZ / 10 * (moved * weights[:, 1:]).sum(-1).mean(),
            nats,
        ]
    )


def make_optimisers(network: Network) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for the rest.

    Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
    """
    matrices = [p for n, p in network.named_parameters() if p.dim() == 2 and (".up." in n or ".down." in n)]
    inside = {id(parameter) for parameter in matrices}
    others = [p for p in network.parameters() if id(p) not in inside]
    products = [p for p in others if p.dim() > 1]
    settings: list[dict[str, Any]] = [
        {"params": products, "weight_decay": 0.02, "peak": PEAK_RATE},
        {"params": [p for p in others if p.dim() == 1], "weight_decay": 0.0, "peak": PEAK_RATE},
    ]
    adam = torch.optim.AdamW(settings, lr=PEAK_RATE, betas=(0.9, 0.98), fused=True)
    muon = torch.optim.Muon(matrices, lr=MATRIX_RATE, weight_decay=0.02)
    muon.param_groups[0]["peak"] = MATRIX_RATE
    return [adam, muon]


class HeldOut:
    """Rows that are only measured on: of voices that are never learnt from."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        pack, rng = Pack(folder), np.random.default_rng(0)
        rows = [draw_row(pack, rng, is_augmented=False) for _ in range(_HELD_OUT_ROWS)]
        self._features, self._actions, self._sounds = (
            torch.from_numpy(np.stack([getattr(row, name) for row in rows])).to(device)
            for name in ("features", "actions", "sounds")
        )

    @torch.no_grad()
    def measure(self, network: Network) -> dict[str, float]:
        """Nats a frame, the share of frames whose sound is right (speech only), and the mean error of the actions."""
        network.eval()
        found: dict[str, float] = {}
        sounds = self._sounds.long()
        speech = sounds != SILENCE
        for name, told in zip(("live", "whole"), network(self._features.float()), strict=True):
            found[f"{name}_nats"] = round(float(F.cross_entropy(told.sounds.flatten(0, 1), sounds.flatten())), 4)
            found[f"{name}_right"] = round(float((told.sounds.argmax(-1) == sounds)[speech].float().mean()), 4)
            error = (told.actions - self._actions.float()).abs()
            found[f"{name}_error"] = round(float(error.mean()), 5)
            found[f"{name}_jaw_error"] = round(float(error[..., 0].mean()), 5)
        network.train()
        return found


def train(
    data: Path,
    out: Path,
    *,
    real: Path | None = None,
    held_out: Path | None = None,
    config: NetworkConfig | None = None,
    seed: int = 1,
    batch: int = 8,
    minutes: float = 80.0,
    steps: int | None = None,
    resume: bool = False,
    workers: int = 1,
    reservoir_rows: int = 4000,
    device: torch.device | None = None,
) -> Path:
    """Train until `minutes` (or `steps`) are done in all runs together; returns the exported weights.

    Raises:
        BadInput: there is nothing to learn from in `data`, or the run in `out` would be overwritten.
        ModelMissing: the run in `out` is that of another network.
    """
    if not shards_of(data):
        raise BadInput(f"{data} holds no speech to learn from: have it made first, with generators.face.teacher.")
    device = device or torch.device("cpu")
    torch.manual_seed(seed)
    network = Network(config or NetworkConfig()).to(device)
    optimisers, average = make_optimisers(network), checkpoint.Average()
    out.mkdir(parents=True, exist_ok=True)
    run_path, weights = out / RUN_FILE, out / WEIGHTS_FILE
    facts: dict[str, Any] = {"step": 0, "rows": 0, "drawn": 0, "elapsed_s": 0.0, "seed": seed, "batch": batch}
    if resume and run_path.exists():
        facts |= checkpoint.load_run(run_path, network, optimisers, average)
        print(f"resumed at step {facts['step']:,}", flush=True)
    elif run_path.exists():
        raise BadInput(f"{run_path} exists: add --resume to go on with it, or choose another folder.")
    measured = HeldOut(held_out, device) if held_out is not None else None
    print(f"{network.parameter_count():,} parameters, {device}, {torch.get_num_threads()} threads", flush=True)
    rng = np.random.default_rng([seed, int(facts["step"])])

    def save() -> None:
        checkpoint.save_run(run_path, network, optimisers, facts, average)
        facts["averaged"] = average.moments
        mean = average.network_of(network)
        if measured is not None:
            facts["held_out"] = measured.measure(mean)
        line = {"step": facts["step"], "elapsed_s": round(facts["elapsed_s"]), "held_out": facts.get("held_out")}
        print(json.dumps(line), flush=True)
        with (out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        checkpoint.export(weights, mean, facts)

    drawn_before, elapsed_before = int(facts["drawn"]), float(facts["elapsed_s"])
    with (
        StopAsked() as stop,
        Reservoir(data, real, seed=seed + int(facts["step"]), size=reservoir_rows, workers=workers) as reservoir,
    ):
        reservoir.take_in(min(FIRST_ROWS, reservoir_rows))
        begun = saved_s = logged_s = time.monotonic()
        running, steps_run = torch.zeros(6, dtype=torch.float64), 0
        network.train()
        while not stop.is_asked:
            now = time.monotonic()
            facts["elapsed_s"] = elapsed_before + now - begun
            facts["drawn"] = drawn_before + reservoir.drawn
            done = facts["step"] / steps if steps else facts["elapsed_s"] / (60.0 * minutes)
            if done >= 1.0:
                break
            pace = pace_at(facts["step"], done, warm_up_steps=WARM_UP_STEPS, fall_from=FALL_FROM)
            for optimiser in optimisers:
                for group in optimiser.param_groups:
                    group["lr"] = pace * group["peak"]
                optimiser.zero_grad(set_to_none=True)
            reservoir.take_in()
            features, actions, sounds = (torch.from_numpy(a).to(device) for a in reservoir.batch(rng, batch))
            weights_of = action_weights(sounds)
            live, whole = (losses(told, actions, sounds, weights_of) for told in network(features))
            (LIVE_SHARE * live.sum() + whole.sum()).backward()  # type: ignore[no-untyped-call] # torch ships it untyped
            nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            for optimiser in optimisers:
                optimiser.step()
            facts["step"] += 1
            facts["rows"] += batch
            if done >= FALL_FROM and facts["step"] % AVERAGE_EVERY == 0:
                average.add(network)
            running += torch.cat([live, whole]).detach().double().cpu()
            steps_run += 1
            if now - logged_s > _LOG_EVERY_S:
                line = {"step": facts["step"], "elapsed_s": round(facts["elapsed_s"]), "drawn": facts["drawn"]}
                line |= {"pace": round(pace, 4), "losses": [round(v, 4) for v in (running / steps_run).tolist()]}
                line |= {"rows_per_s": round(batch * steps_run / (now - logged_s), 2)}
                print(json.dumps(line), flush=True)
                running, steps_run, logged_s = torch.zeros(6, dtype=torch.float64), 0, now
            if now - saved_s > _SAVE_EVERY_S:
                save()
                saved_s = time.monotonic()
        save()
    if stop.is_asked:
        print(f"stopped at step {facts['step']:,}: --resume goes on", flush=True)
        raise SystemExit(STOPPED)
    made = Pack(data)
    text = card_text(
        facts,
        command=["python -m generators.face.train", *sys.argv[1:]],
        data=f"{made.hours:.1f} hours, {len(made):,} utterances, {len(made.voices)} voices",
        real=f"{Pack(real).hours:.2f} hours" if real is not None else "none",
    )
    write_card(weights.with_suffix(".md"), text)
    print(f"wrote {weights}", flush=True)
    return weights


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description="Train the speech network of the face on packs.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of shards of synthesised speech")
    parser.add_argument("--real", type=Path, default=None, help="the folder of shards of real speech")
    parser.add_argument("--held-out", type=Path, default=None, help="the folder of shards to measure on")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the run")
    parser.add_argument("--minutes", type=float, default=80.0, help="training time in all, resumed runs included")
    parser.add_argument("--steps", type=int, default=None, help="stop after this many steps instead")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=8, help="rows of six seconds a step")
    parser.add_argument("--workers", type=int, default=1, help="processes that augment")
    parser.add_argument("--reservoir", type=int, default=4000, help="rows to draw batches from")
    parser.add_argument("--device", default=None, help="cpu, cuda or mps; the best there is if not given")
    parser.add_argument("--threads", type=int, default=None)
    chosen = parser.parse_args()
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    name = chosen.device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        train(
            chosen.data,
            chosen.out,
            real=chosen.real,
            held_out=chosen.held_out,
            seed=chosen.seed,
            batch=chosen.batch,
            minutes=chosen.minutes,
            steps=chosen.steps,
            resume=chosen.resume,
            workers=chosen.workers,
            reservoir_rows=chosen.reservoir,
            device=torch.device(name),
        )
    except AffectStudioError as error:
        raise SystemExit(error.message) from error


if __name__ == "__main__":
    main()
