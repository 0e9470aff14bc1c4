"""What both stages of training share: a running mean of the weights, their steps, and going on later."""

from __future__ import annotations

import copy
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generators.compass.networks import Sizes
from generators.compass.training.paintings import Paintings
from generators.errors import BadInput
from generators.runtime.training_files import read_tensors, run_tensors, take_up, write_tensors
from generators.runtime.training_pace import StopAsked, pace_at

WARM_UP_STEPS = 200
SAVE_EVERY_S, LOG_EVERY_S = 240.0, 60.0
_MEAN = "mean."


@dataclass(frozen=True)
class Plan:
    """What both stages work with: paintings, those held out, the run's folder, sizes, and where to compute in what."""

    paintings: Paintings
    held_out: Paintings
    folder: Path
    sizes: Sizes
    seed: int
    resume: bool
    device: torch.device
    dtype: torch.dtype
    stop: StopAsked


class RunningMean:
    """An exponential mean of a network's weights, whose reach grows with the steps up to 1 / (1 - `decay`)."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self._decay = decay

    @torch.no_grad()
    def add(self, network: nn.Module, step: int) -> None:
        """Take the weights after `step` in."""
        keep = min(self._decay, (1.0 + step) / (10.0 + step))
        for mean, now in zip(self.network.parameters(), network.parameters(), strict=True):
            mean.lerp_(now, 1.0 - keep)


class Stage:
    """One stage of training: a network with its optimiser, its mean, and its file in the folder of the run.

    Raises:
        BadInput: there is a run in the folder and it shall not be gone on with.
        ModelMissing: the run in the folder is of another network.
    """

    def __init__(self, name: str, network: nn.Module, plan: Plan, *, rate: float, decay: float) -> None:
        self.network, self._rate, self._stop = network.train(), rate, plan.stop
        self.optimiser = torch.optim.AdamW(
            network.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True
        )
        self.mean = RunningMean(network, decay)
        self.path = plan.folder / f"{name}.safetensors"
        self.facts: dict[str, Any] = {"step": 0, "pictures": 0, "elapsed_s": 0.0, "seed": plan.seed, "is_done": False}
        self._log = plan.folder / "log.jsonl"
        self._name = name
        if self.path.exists() and not plan.resume:
            raise BadInput(f"{self.path} exists: add --resume to go on with it, or choose another folder.")
        if self.path.exists():
            self._resume()

    def _resume(self) -> None:
        tensors, facts = read_tensors(self.path)
        means = {name.removeprefix(_MEAN): tensor for name, tensor in tensors.items() if name.startswith(_MEAN)}
        take_up(
            self.path,
            {name: tensor for name, tensor in tensors.items() if not name.startswith(_MEAN)},
            self.network,
            [self.optimiser],
        )
        self.mean.network.load_state_dict(means)
        self.facts |= facts
        self.say(resumed=True)

    def save(self) -> None:
        """Write all that is needed to go on."""
        means = {f"{_MEAN}{name}": tensor for name, tensor in self.mean.network.state_dict().items()}
        write_tensors(self.path, run_tensors(self.network, [self.optimiser]) | means, self.facts)

    def say(self, **told: Any) -> None:
        """Print a line and keep it in the log."""
        line = json.dumps({"stage": self._name, "step": self.facts["step"], **told})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        with self._log.open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    def steps(self, minutes: float, steps: int | None, fall_from: float) -> Iterator[float]:
        """The fraction done, step after step; the loop's body calls `learn`. Logs and saves now and then."""
        before, begun = float(self.facts["elapsed_s"]), time.monotonic()
        saved_s = begun
        while not self.facts["is_done"] and not self._stop.is_asked:
            now = time.monotonic()
            self.facts["elapsed_s"] = before + now - begun
            done = self.facts["step"] / steps if steps else self.facts["elapsed_s"] / (60.0 * minutes)
            if done >= 1.0:
                self.facts["is_done"] = True
                break
            pace = pace_at(self.facts["step"], done, warm_up_steps=WARM_UP_STEPS, fall_from=fall_from)
            for group in self.optimiser.param_groups:
                group["lr"] = self._rate * pace
            yield done
            if now - saved_s > SAVE_EVERY_S:
                self.save()
                saved_s = now
        self.save()

    def learn(self, loss: Tensor, pictures: int) -> None:
        """One step down `loss`, which came from `pictures` pictures."""
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call] # torch ships it untyped
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.facts["step"] += 1
        self.facts["pictures"] += pictures
        self.mean.add(self.network, self.facts["step"])
