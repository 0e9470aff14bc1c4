"""Training the shipped picture model: one command, resumable, for CPU and GPU.

    python -m generators.compass.train --data PAINTINGS --out FOLDER --minutes 90 [--resume]

PAINTINGS is a folder that `python -m generators.compass.painter.dataset` has painted; its last shards are held out.
First an autoencoder learns, for a third of the time, then the UNet on its latents. Ctrl-C writes a last checkpoint. The
folder gets a file of each stage (to go on), a log as JSON lines, and compass-small.safetensors with its card, now and
then and at the end.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import torch

from generators.compass.networks import Sizes
from generators.compass.training.autoencoder import train_autoencoder
from generators.compass.training.card import card_text
from generators.compass.training.network import SCHEDULER, train_network
from generators.compass.training.paintings import paintings_in
from generators.compass.training.run import Plan
from generators.errors import AffectStudioError
from generators.runtime.training_pace import StopAsked
from generators.runtime.whole_files import written_whole

NAME = "compass-small"
STOPPED = 130
AUTOENCODER_SHARE = 1 / 3
STEPS, PREVIEW_STEPS = 20, 10


def export(network: Any, autoencoder: Any, sizes: Sizes, path: Path) -> None:
    """Write both networks to `path` as they are shipped, in half precision."""
    from generators.compass.backend import Usual
    from generators.compass.backends.unconditional import Unconditional
    from generators.compass.single_file import save_model

    model = Unconditional(network, autoencoder, dict(SCHEDULER), Usual(STEPS, PREVIEW_STEPS, 1.0, sizes.side))
    partial = path.with_name(f".{path.name}.partial")
    save_model(model, partial, metadata={"name": NAME, "room": "compass", "spec": "compass"})
    partial.replace(path)


def train(
    data: Path,
    out: Path,
    *,
    minutes: float = 90.0,
    autoencoder_minutes: float | None = None,
    steps: tuple[int, int] | None = None,
    held_out_shards: int = 1,
    shards: int | None = None,
    sizes: Sizes | None = None,
    seed: int = 1,
    resume: bool = False,
    device: torch.device | None = None,
    dtype: torch.dtype = torch.float32,
    command: str = "",
) -> Path:
    """Train both stages for `minutes` together, or for `steps` each; returns the weights.

    The shards of `data` from number `shards` on, or else its last `held_out_shards`, are held out.

    Raises:
        BadInput: there is nothing to learn from in `data`, or the run in `out` would be overwritten.
        BadArtifact: a shard of `data` is damaged.
        ModelMissing: the run in `out` is that of other networks.
    """
    device, sizes = device or torch.device("cpu"), sizes or Sizes()
    last = shards if shards is not None else -held_out_shards
    paintings, held_out = paintings_in(data, 0, last), paintings_in(data, last, None)
    out.mkdir(parents=True, exist_ok=True)
    weights = out / f"{NAME}.safetensors"
    first = minutes * AUTOENCODER_SHARE if autoencoder_minutes is None else autoencoder_minutes
    one, two = steps or (None, None)
    made: dict[str, Any] = {}
    with StopAsked() as stop:
        plan = Plan(paintings, held_out, out, sizes, seed, resume, device, dtype, stop)
        autoencoder, seen = train_autoencoder(plan, first, one)

        def show(network: Any, facts: dict[str, Any]) -> None:
            export(network, autoencoder, sizes, weights)
            made.update(facts)

        if not stop.is_asked:
            network, facts = train_network(autoencoder, plan, minutes - first, two, show)
            show(network, facts)
            text = card_text(sizes, seen, made, paintings, len(held_out), weights.stat().st_size, command)
            with written_whole(weights.with_suffix(".md")) as file:
                file.write(text.encode())
    if stop.is_asked:
        print("stopped: --resume goes on", flush=True)
        raise SystemExit(STOPPED)
    print(f"wrote {weights}", flush=True)
    return weights


def usual_dtype(device: torch.device) -> torch.dtype:
    """What to compute in: bfloat16 where the machine is fast at it."""
    fast = device.type == "cuda" or (device.type == "cpu" and "AVX512" in torch.backends.cpu.get_cpu_capability())
    return torch.bfloat16 if fast else torch.float32


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(description="Train the shipped picture model on painted landscapes.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of painted shards")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the run")
    parser.add_argument("--minutes", type=float, default=90.0, help="training time in all, resumed runs included")
    parser.add_argument(
        "--autoencoder-minutes", type=float, default=None, help="its part of them; a third if not given"
    )
    parser.add_argument("--shards", type=int, default=None, help="learn from so many shards; the rest is held out")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default=None, help="cpu, cuda or mps; the best there is if not given")
    parser.add_argument("--threads", type=int, default=None)
    given = sys.argv[1:] if arguments is None else arguments
    chosen = parser.parse_args(given)
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    device = torch.device(chosen.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    try:
        train(
            chosen.data,
            chosen.out,
            minutes=chosen.minutes,
            autoencoder_minutes=chosen.autoencoder_minutes,
            shards=chosen.shards,
            seed=chosen.seed,
            resume=chosen.resume,
            device=device,
            dtype=usual_dtype(device),
            command=" ".join(["python -m generators.compass.train", *given]),
        )
    except AffectStudioError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
