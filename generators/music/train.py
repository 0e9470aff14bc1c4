"""Training the music network: one command, resumable, the same on CPU and GPU; needs torch, numpy and safetensors only.

    python -m generators.music.train --data pack.npz --out FOLDER --minutes 100 [--resume]

--data may also be the folder of the archives, which are then packed first (that needs the MIDI reader, nothing more).
The learning rate warms up, stays, and falls linearly in the last quarter of the time; while it falls, the draw moves to
solo piano. The folder gets run.safetensors (to go on), a log as JSON lines, and at the end music-small.safetensors.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generators.music import attributes, checkpoint, tokens
from generators.music.batches import Batch, Edges, Sampler, held_out_batches
from generators.music.config import NetworkConfig, event_rows
from generators.music.dataset import ARCHIVES, Pack, pack_folder
from generators.music.network import Network
from generators.music.ranks import ranks_of

PEAK_RATE = 2e-3
WARM_UP_STEPS = 150
FALL_FROM = 0.75
CONDITION_PACE = 0.15
"""How fast conditions are learnt, as a share of the rate of the rest."""
RUN_FILE, WEIGHTS_FILE = "run.safetensors", "music-small.safetensors"


def learning_rate(step: int, done: float) -> float:
    """The learning rate at `step`, with the fraction `done` (0..1) of the run behind it."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    fall = min(1.0, max(0.0, (1.0 - done) / (1.0 - FALL_FROM)))
    return PEAK_RATE * warm * max(fall, 0.02)


def piano_share(done: float) -> float:
    """How far the draw has moved to solo piano alone, 0..1, with the fraction `done` of the run behind it."""
    return min(1.0, max(0.0, (done - FALL_FROM) / (1.0 - FALL_FROM)))


def batch_losses(network: Network, batch: Batch, device: torch.device) -> tuple[Tensor, int]:
    """Summed negative log-likelihood of each field (5,) in nats, and the number of events."""
    events, target, whole, bars, rhythm, heard = (
        torch.from_numpy(array).to(device)
        for array in (batch.events, batch.target, batch.whole, batch.bars, batch.rhythm, batch.heard)
    )
    real = torch.from_numpy(batch.real).to(device)
    state = network(torch.from_numpy(event_rows(batch.events)).to(device), whole, bars)
    return network.losses(state[real], events[real], target[real], rhythm, heard), int(batch.real.sum())


@torch.no_grad()
def held_out_nats(network: Network, batches: list[Batch], device: torch.device) -> dict[str, float]:
    """Mean nats an event on held-out windows: of each field and in all."""
    network.eval()
    total, count = torch.zeros(5, dtype=torch.float64), 0
    for batch in batches:
        losses, events = batch_losses(network, batch, device)
        total += losses.double().cpu()
        count += events
    network.train()
    nats = dict(zip(tokens.FIELDS, (total / max(count, 1)).tolist(), strict=True))
    return {**nats, "all": sum(nats.values())}


def make_optimiser(network: Network) -> torch.optim.AdamW:
    """AdamW that decays the products alone, and learns conditions slowly.

    A window's conditions are one vector for all its events, so the noise of many quick small steps in their tables
    would drown what they say.
    """
    groups: dict[str, list[nn.Parameter]] = {"products": [], "conditions": [], "others": []}
    for name, parameter in network.named_parameters():
        if name in ("whole_table.weight", "bar_table.weight"):
            groups["conditions"].append(parameter)
        elif parameter.dim() > 1 and "table" not in name and "given" not in name:
            groups["products"].append(parameter)
        else:
            groups["others"].append(parameter)
    settings: list[dict[str, Any]] = [
        {"params": groups["products"], "weight_decay": 0.05, "pace": 1.0},
        {"params": groups["conditions"], "weight_decay": 0.0, "pace": CONDITION_PACE},
        {"params": groups["others"], "weight_decay": 0.0, "pace": 1.0},
    ]
    return torch.optim.AdamW(settings, lr=PEAK_RATE, betas=(0.9, 0.98), fused=True)


def train(
    pack: Pack,
    out: Path,
    *,
    config: NetworkConfig,
    seed: int,
    batch: int,
    minutes: float,
    steps: int | None,
    resume: bool,
    conditioned: bool,
    milestone_events: int,
    device: torch.device,
) -> Path:
    """Train until `minutes` (or `steps`) are done in all runs together; returns the exported weights."""
    torch.manual_seed(seed)
    edges, ranks = Edges.of(pack), ranks_of(pack, seed)
    network = Network(config).to(device)
    optimiser = make_optimiser(network)
    sampler = Sampler(pack, edges, seed=seed, batch=batch, conditioned=conditioned)
    held_out = held_out_batches(pack, edges, batch=batch, limit=64, conditioned=conditioned, ensemble=0)
    facts: dict[str, Any] = {"step": 0, "events": 0, "elapsed_s": 0.0, "seed": seed, "batch": batch}
    facts |= {"conditioned": conditioned, "attributes": list(attributes.NAMES), "data": list(ARCHIVES)}
    facts |= {"whole_edges": edges.whole.tolist(), "bar_edges": edges.bar.tolist()}
    out.mkdir(parents=True, exist_ok=True)
    run_path, log_path = out / RUN_FILE, out / "log.jsonl"
    if resume and run_path.exists():
        facts |= checkpoint.load_run(run_path, network, optimiser)
        print(f"resumed at step {facts['step']:,}, {facts['events']:,} events", flush=True)
    elif run_path.exists():
        raise SystemExit(f"{run_path} exists: add --resume to go on with it, or choose another folder.")
    print(f"{network.parameter_count():,} parameters, {device}, {torch.get_num_threads()} threads", flush=True)

    def save() -> None:
        checkpoint.save_run(run_path, network, optimiser, facts)

    begun, elapsed_before = time.monotonic(), float(facts["elapsed_s"])
    saved_s = logged_s = begun
    running, running_events = torch.zeros(5, dtype=torch.float64), 0
    network.train()
    while True:
        facts["elapsed_s"] = elapsed_before + time.monotonic() - begun
        done = facts["step"] / steps if steps else facts["elapsed_s"] / (60.0 * minutes)
        if done >= 1.0:
            break
        rate = learning_rate(facts["step"], done)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["pace"]
        losses, events = batch_losses(network, sampler.batch(facts["step"], piano_share(done)), device)
        optimiser.zero_grad(set_to_none=True)
        (losses.sum() / events).backward()  # type: ignore[no-untyped-call] # torch ships it untyped
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        before = facts["events"]
        facts["step"] += 1
        facts["events"] += events
        running += losses.detach().double().cpu()
        running_events += events
        now = time.monotonic()
        if now - logged_s > 30:
            line = {"step": facts["step"], "events": facts["events"], "elapsed_s": round(facts["elapsed_s"])}
            line |= {"rate": rate, "nats": round(float(running.sum()) / running_events, 4)}
            line |= {"fields": [round(value, 3) for value in (running / running_events).tolist()]}
            line |= {"events_per_s": round(running_events / (now - logged_s))}
            print(json.dumps(line), flush=True)
            running, running_events, logged_s = torch.zeros(5, dtype=torch.float64), 0, now
        if now - saved_s > 240:
            save()
            nats = held_out_nats(network, held_out, device)
            line = {"step": facts["step"], "events": facts["events"], "held_out": nats}
            print(json.dumps(line), flush=True)
            with log_path.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            saved_s = time.monotonic()
        if before // milestone_events != facts["events"] // milestone_events:
            number = facts["events"] // milestone_events
            checkpoint.export(out / f"at-{number * milestone_events // 1000}k.safetensors", network, ranks, facts)
    save()
    facts["held_out_nats"] = held_out_nats(network, held_out, device)
    print(
        json.dumps({"step": facts["step"], "events": facts["events"], "held_out": facts["held_out_nats"]}), flush=True
    )
    weights = out / WEIGHTS_FILE
    checkpoint.export(weights, network, ranks, facts)
    print(f"wrote {weights}", flush=True)
    return weights


def read_data(data: Path, out: Path) -> Pack:
    """The pack in the file `data`, or that of the archives in the folder `data`, kept in `out` for the next time."""
    if data.is_file():
        return Pack.load(data)
    kept = out / "pack.npz"
    if not kept.exists():
        pack = pack_folder(data, report=print)
        out.mkdir(parents=True, exist_ok=True)
        pack.save(kept)
    return Pack.load(kept)


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description="Train the music network on a pack.")
    parser.add_argument("--data", type=Path, required=True, help="the pack, or the folder of the archives")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the run")
    parser.add_argument("--minutes", type=float, default=100.0, help="training time in all, resumed runs included")
    parser.add_argument("--steps", type=int, default=None, help="stop after this many steps instead")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--width", type=int, default=NetworkConfig.width)
    parser.add_argument("--layers", type=int, default=NetworkConfig.layers)
    parser.add_argument("--unconditioned", action="store_true", help="leave every condition free, to compare with")
    parser.add_argument("--milestone-events", type=int, default=2_000_000, help="export the weights this often")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=None)
    chosen = parser.parse_args()
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    config = NetworkConfig(
        width=chosen.width,
        layers=chosen.layers,
        heads=chosen.width // 32,
        hidden=4 * chosen.width,
        head_hidden=chosen.width,
    )
    train(
        read_data(chosen.data, chosen.out),
        chosen.out,
        config=config,
        seed=chosen.seed,
        batch=chosen.batch,
        minutes=chosen.minutes,
        steps=chosen.steps,
        resume=chosen.resume,
        conditioned=not chosen.unconditioned,
        milestone_events=chosen.milestone_events,
        device=torch.device(chosen.device),
    )


if __name__ == "__main__":
    main()
