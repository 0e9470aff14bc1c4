"""What both stages of training share: pace, a running mean of the weights, stopping, and going on later."""

from __future__ import annotations

import copy
import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn

from generators.errors import BadInput
from generators.runtime.training_files import read_tensors, run_tensors, take_up, write_tensors

WARM_UP_STEPS = 200
SAVE_EVERY_S, LOG_EVERY_S = 240.0, 60.0
_MEAN = "mean."


def pace_at(step: int, done: float, fall_from: float) -> float:
    """The share of the peak learning rate at `step`, with the fraction `done` (0..1) of the run behind it."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    fall = min(1.0, max(0.0, (1.0 - done) / (1.0 - fall_from)))
    return warm * max(fall, 0.02)


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


class StopAsked:
    """Inside its `with`, Ctrl-C once asks; twice ends at once."""

    def __init__(self) -> None:
        self.is_asked = False
        self._before: Any = signal.SIG_DFL

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _ask(self, *_: object) -> None:
        self.is_asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Stage:
    """One stage of training: a network with its optimiser, its mean, and its file in the folder of the run.

    Raises:
        BadInput: there is a run in the folder and it shall not be gone on with.
        ModelMissing: the run in the folder is of another network.
    """

    def __init__(
        self, name: str, network: nn.Module, folder: Path, *, rate: float, decay: float, resume: bool, seed: int
    ) -> None:
        self.network, self._rate = network.train(), rate
        self.optimiser = torch.optim.AdamW(
            network.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True
        )
        self.mean = RunningMean(network, decay)
        self.path = folder / f"{name}.safetensors"
        self.facts: dict[str, Any] = {"step": 0, "pictures": 0, "elapsed_s": 0.0, "seed": seed, "is_done": False}
        self._log = folder / "log.jsonl"
        self._name = name
        if self.path.exists() and not resume:
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

    def steps(self, minutes: float, steps: int | None, fall_from: float, stop: StopAsked) -> Iterator[float]:
        """The fraction done, step after step; the loop's body calls `learn`. Logs and saves now and then."""
        before, begun = float(self.facts["elapsed_s"]), time.monotonic()
        saved_s = begun
        while not self.facts["is_done"] and not stop.is_asked:
            now = time.monotonic()
            self.facts["elapsed_s"] = before + now - begun
            done = self.facts["step"] / steps if steps else self.facts["elapsed_s"] / (60.0 * minutes)
            if done >= 1.0:
                self.facts["is_done"] = True
                break
            pace = pace_at(self.facts["step"], done, fall_from)
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
