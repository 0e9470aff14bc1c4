"""Training the music network: one command, resumable, the same on CPU and GPU; needs torch, numpy and safetensors only.

    python -m generators.music.train --data pack.npz --out FOLDER --minutes 100 [--resume]

--data may also be a folder of the training archives or of one's own MIDI files, which are then packed first (that needs
the MIDI reader, nothing more). --start-from WEIGHTS goes on from weights that exist: their music, their conditions. On
one's own files that is done with the shipped ones, unless --from-scratch says not to. Ctrl-C writes a last checkpoint.
Several processes or GPUs train together under `accelerate launch -m generators.music.train …` (or torchrun): each draws
its own windows, and gradients are averaged. The learning rate warms up, stays, and falls linearly in the last part of
the time. The folder gets run.safetensors (to go on), a log as JSON lines, and at the end music-small.safetensors.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn

from generators.music import attributes, checkpoint, tokens
from generators.music.batches import Batch, Edges, Sampler, held_out_batches
from generators.music.config import NetworkConfig, event_rows
from generators.music.dataset import ARCHIVES, OWN_SET, Pack, pack_folder
from generators.music.network import Network
from generators.music.ranks import ranks_of
from generators.runtime.training_pace import StopAsked, pace_at

PEAK_RATE = 2e-3
MATRIX_RATE = 1.2e-2
WARM_UP_STEPS = 100
FALL_FROM = 0.5
CONDITION_PACE = 0.25
"""How fast conditions are learnt, as a share of the rate of the rest."""
TUNING_PACE = 0.15
"""How fast weights that exist are trained further."""
STOPPED = 130
RUN_FILE, WEIGHTS_FILE = "run.safetensors", "music-small.safetensors"


def batch_losses(network: Network, batch: Batch, device: torch.device) -> tuple[Tensor, int]:
    """Summed negative log-likelihood of each field (5,) in nats, and the number of events."""
    events, target, whole, bars, bar, rhythm, heard = (
        torch.from_numpy(array).to(device)
        for array in (batch.events, batch.target, batch.whole, batch.bars, batch.bar, batch.rhythm, batch.heard)
    )
    real = torch.from_numpy(batch.real).to(device)
    state = network(torch.from_numpy(event_rows(batch.events)).to(device), whole, bars, bar)
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


def make_optimisers(network: Network) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the network, AdamW for tables, heads and the rest; conditions learn slowly.

    A window's conditions are one vector for all its events, so the noise of many quick small steps in their tables
    would drown what they say. Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
    """
    groups: dict[str, list[nn.Parameter]] = {"matrices": [], "products": [], "conditions": [], "others": []}
    for name, parameter in network.named_parameters():
        inside = name.startswith("blocks.") or ".up." in name or ".down." in name
        if name in ("whole_table.weight", "bar_table.weight"):
            groups["conditions"].append(parameter)
        elif parameter.dim() == 2 and inside:
            groups["matrices"].append(parameter)
        elif parameter.dim() > 1 and "table" not in name and "given" not in name:
            groups["products"].append(parameter)
        else:
            groups["others"].append(parameter)
    settings: list[dict[str, Any]] = [
        {"params": groups["products"], "weight_decay": 0.05, "peak": PEAK_RATE},
        {"params": groups["conditions"], "weight_decay": 0.0, "peak": PEAK_RATE * CONDITION_PACE},
        {"params": groups["others"], "weight_decay": 0.0, "peak": PEAK_RATE},
    ]
    adam = torch.optim.AdamW(settings, lr=PEAK_RATE, betas=(0.9, 0.98), fused=True)
    muon = torch.optim.Muon(groups["matrices"], lr=MATRIX_RATE, weight_decay=0.05)
    muon.param_groups[0]["peak"] = MATRIX_RATE
    return [adam, muon]


class Team:
    """The processes that train together: this one alone, or those that accelerate or torchrun started."""

    def __init__(self, device: torch.device) -> None:
        self.size, self.rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
        self._device = device
        if self.size > 1 and not dist.is_initialized():
            dist.init_process_group("nccl" if device.type == "cuda" else "gloo")

    def agree(self, value: float) -> float:
        """The first process's `value`, in all of them."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=self._device)
        dist.broadcast(shared, 0)
        return float(shared)

    def average(self, network: Network, events: int) -> int:
        """Sum the gradients and `events` of all processes, and make the gradients those of the mean event."""
        grads = [each.grad for each in network.parameters() if each.grad is not None]
        if self.size > 1:
            flat = torch.cat([*(grad.flatten() for grad in grads), grads[0].new_tensor([float(events)])])
            dist.all_reduce(flat)
            events = round(float(flat[-1]))
            at = 0
            for grad in grads:
                grad.copy_(flat[at : at + grad.numel()].view_as(grad))
                at += grad.numel()
        for grad in grads:
            grad.div_(events)
        return events

    def end(self) -> None:
        """Part again."""
        if self.size > 1:
            dist.destroy_process_group()


def draw_ahead(sampler: Sampler, step: int, rank: int) -> Generator[Batch, None, None]:
    """The batches from `step` on, each drawn on a thread while the one before is being learnt from."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sampler.batch, step, rank)
        while True:
            step += 1
            batch = waiting.result()
            waiting = pool.submit(sampler.batch, step, rank)
            yield batch


def _first_facts(seed: int, batch: int, conditioned: bool, edges: Edges) -> dict[str, Any]:
    facts: dict[str, Any] = {"step": 0, "events": 0, "elapsed_s": 0.0, "seed": seed, "batch": batch}
    facts |= {"conditioned": conditioned, "attributes": list(attributes.NAMES), "data": list(ARCHIVES)}
    return facts | edges_facts(edges)


def edges_facts(edges: Edges) -> dict[str, Any]:
    """The edges as JSON values."""
    return {
        "whole_edges": edges.whole.tolist(),
        "bar_edges": edges.bar.tolist(),
        "feature_medians": edges.features.tolist(),
    }


def edges_of_facts(facts: Mapping[str, Any]) -> Edges:
    """The edges that `edges_facts` kept."""
    return Edges(*(np.array(facts[name]) for name in ("whole_edges", "bar_edges", "feature_medians")))


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
    start_from: Path | None = None,
) -> Path:
    """Train until `minutes` (or `steps`) are done in all runs together; returns the exported weights."""
    torch.manual_seed(seed)
    team = Team(device)
    ranks: Mapping[str, np.ndarray]
    if start_from is not None:
        network, found = checkpoint.load_network(start_from)
        network = network.to(device).train()
        edges, ranks, pace = edges_of_facts(found), checkpoint.load_ranks(start_from), TUNING_PACE
        config = network.config
    else:
        edges, ranks, pace = Edges.of(pack), ranks_of(pack, seed), 1.0
        network = Network(config).to(device)
    optimisers = make_optimisers(network)
    sampler = Sampler(pack, edges, seed=seed, batch=batch, context=config.context, conditioned=conditioned)
    held_out = held_out_batches(
        pack, edges, batch=batch, limit=64, context=config.context, conditioned=conditioned, ensemble=0
    )
    facts = _first_facts(seed, batch, conditioned, edges)
    out.mkdir(parents=True, exist_ok=True)
    run_path, log_path = out / RUN_FILE, out / "log.jsonl"
    if resume and run_path.exists():
        facts |= checkpoint.load_run(run_path, network, optimisers)
        print(f"resumed at step {facts['step']:,}, {facts['events']:,} events", flush=True)
    elif run_path.exists() and team.rank == 0:
        raise SystemExit(f"{run_path} exists: add --resume to go on with it, or choose another folder.")
    print(f"{network.parameter_count():,} parameters, {device}, {torch.get_num_threads()} threads", flush=True)

    begun, elapsed_before = time.monotonic(), float(facts["elapsed_s"])
    saved_s = logged_s = begun
    running, running_events = torch.zeros(5, dtype=torch.float64), 0
    network.train()
    drawn = draw_ahead(sampler, int(facts["step"]), team.rank)
    with StopAsked() as stop:
        while True:
            if team.agree(float(stop.is_asked)) > 0:
                if team.rank == 0:
                    checkpoint.save_run(run_path, network, optimisers, facts)
                    print(f"stopped at step {facts['step']:,}: --resume goes on", flush=True)
                drawn.close()
                team.end()
                raise SystemExit(STOPPED)
            facts["elapsed_s"] = elapsed_before + time.monotonic() - begun
            done = team.agree(facts["step"] / steps if steps else facts["elapsed_s"] / (60.0 * minutes))
            if done >= 1.0:
                break
            share = pace * pace_at(facts["step"], done, warm_up_steps=WARM_UP_STEPS, fall_from=FALL_FROM)
            for optimiser in optimisers:
                for group in optimiser.param_groups:
                    group["lr"] = share * group["peak"]
                optimiser.zero_grad(set_to_none=True)
            losses, own = batch_losses(network, next(drawn), device)
            losses.sum().backward()  # type: ignore[no-untyped-call] # torch ships it untyped
            events = team.average(network, own)
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            for optimiser in optimisers:
                optimiser.step()
            before = facts["events"]
            facts["step"] += 1
            facts["events"] += events
            running += losses.detach().double().cpu()
            running_events += own
            now = time.monotonic()
            if team.rank:
                continue
            if now - logged_s > 30:
                line = {"step": facts["step"], "events": facts["events"], "elapsed_s": round(facts["elapsed_s"])}
                line |= {"pace": share, "nats": round(float(running.sum()) / running_events, 4)}
                line |= {"fields": [round(value, 3) for value in (running / running_events).tolist()]}
                line |= {"events_per_s": round(team.size * running_events / (now - logged_s))}
                print(json.dumps(line), flush=True)
                running, running_events, logged_s = torch.zeros(5, dtype=torch.float64), 0, now
            if now - saved_s > 240:
                checkpoint.save_run(run_path, network, optimisers, facts)
                nats = held_out_nats(network, held_out, device)
                line = {"step": facts["step"], "events": facts["events"], "held_out": nats}
                print(json.dumps(line), flush=True)
                with log_path.open("a", encoding="utf-8") as log:
                    log.write(json.dumps(line) + "\n")
                saved_s = time.monotonic()
            if before // milestone_events != facts["events"] // milestone_events:
                number = facts["events"] // milestone_events
                checkpoint.export(out / f"at-{number * milestone_events // 1000}k.safetensors", network, ranks, facts)
    drawn.close()
    weights = out / WEIGHTS_FILE
    if team.rank == 0:
        checkpoint.save_run(run_path, network, optimisers, facts)
        facts["held_out_nats"] = held_out_nats(network, held_out, device)
        line = {"step": facts["step"], "events": facts["events"], "held_out": facts["held_out_nats"]}
        print(json.dumps(line), flush=True)
        checkpoint.export(weights, network, ranks, facts)
        print(f"wrote {weights}", flush=True)
    team.end()
    return weights


def read_data(data: Path, out: Path) -> Pack:
    """The pack in the file `data`, or that of the music in the folder `data`, kept in `out` for the next time."""
    if data.is_file():
        return Pack.load(data)
    kept = out / "pack.npz"
    if not kept.exists():
        pack = pack_folder(data, report=print, workers=os.cpu_count() or 1)
        out.mkdir(parents=True, exist_ok=True)
        pack.save(kept)
    return Pack.load(kept)


def shipped_weights() -> Path:
    """The weights that come with the program."""
    from generators.runtime.folders import assets_folder

    return assets_folder() / "music" / WEIGHTS_FILE


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(description="Train the music network on a pack.")
    parser.add_argument("--data", type=Path, required=True, help="the pack, or a folder of archives or MIDI files")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the run")
    parser.add_argument("--minutes", type=float, default=100.0, help="training time in all, resumed runs included")
    parser.add_argument("--steps", type=int, default=None, help="stop after this many steps instead")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--start-from", type=Path, default=None, help="train these weights further")
    parser.add_argument("--from-scratch", action="store_true", help="begin anew on one's own files, too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=6, help="windows a step, of each process")
    parser.add_argument("--width", type=int, default=NetworkConfig.width)
    parser.add_argument("--layers", type=int, default=NetworkConfig.layers)
    parser.add_argument("--unconditioned", action="store_true", help="leave every condition free, to compare with")
    parser.add_argument("--milestone-events", type=int, default=2_000_000, help="export the weights this often")
    parser.add_argument("--device", default=None, help="cpu, cuda or mps; the best there is if not given")
    parser.add_argument("--threads", type=int, default=None)
    chosen = parser.parse_args()
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    name = chosen.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda":
        name = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    config = NetworkConfig(
        width=chosen.width,
        layers=chosen.layers,
        heads=chosen.width // 32,
        hidden=4 * chosen.width,
        head_hidden=chosen.width,
    )
    pack = read_data(chosen.data, chosen.out)
    start_from = chosen.start_from
    if start_from is None and not chosen.from_scratch and bool((pack.set_index == OWN_SET).all()):
        start_from = shipped_weights()
        print(f"tuning {start_from.name} to this music", flush=True)
    train(
        pack,
        chosen.out,
        config=config,
        seed=chosen.seed,
        batch=chosen.batch,
        minutes=chosen.minutes,
        steps=chosen.steps,
        resume=chosen.resume,
        conditioned=not chosen.unconditioned,
        milestone_events=chosen.milestone_events,
        device=torch.device(name),
        start_from=start_from,
    )


if __name__ == "__main__":
    main()
