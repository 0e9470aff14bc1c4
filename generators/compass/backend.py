"""The contract of a backend: one family of picture models, as the sampler uses them.

A backend holds the networks on their device and knows what its family does in its own way: the shape of its latents,
its scheduler, how it is told of texts, what one step predicts, and the place inside that directions are added to. It
keeps no state of a job.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import psutil  # type: ignore[import-untyped]
import torch
from torch import Tensor

from generators.compass.hook import Place
from generators.errors import BadRequest

DEFAULT_ROWS = {"cpu": 1, "mps": 4, "cuda": 8}
"""Pictures that go through the network together, by kind of device: always so many, see sampler.py.

A network large enough for its time to be told in seconds fills a CPU with one picture.
"""

SMALL_PARAMETERS = 100_000_000
SMALL_ROWS, MOST_SMALL_ROWS = 4, 9
"""What a network below that many parameters takes on a CPU: measured, 9 take 4.5 times as long as 1, 4 twice."""


@dataclass(frozen=True)
class Conditioning:
    """What the network is told of texts: tensors by name, each (1, ...) or None, with and without the prompt.

    `without` is None where guidance is off.
    """

    with_prompt: dict[str, Tensor]
    without: dict[str, Tensor] | None = None

    def batch(self, rows: int) -> dict[str, Tensor]:
        """The tensors of a batch of `rows`, those without the prompt before those with it where guidance is on."""
        found = {}
        for name, tensor in self.with_prompt.items():
            both = tensor.expand(rows, *tensor.shape[1:])
            if self.without is not None:
                other = self.without[name]
                both = torch.cat([other.expand(rows, *other.shape[1:]), both])
            found[name] = both
        return found


@dataclass(frozen=True)
class Usual:
    """What a model does unless it is told otherwise: steps, those of a preview, guidance, and its side in pixels."""

    steps: int
    preview_steps: int
    guidance: float
    side: int


class Backend(ABC):
    """One family of models; `family` is its name, `title` what menus say.

    `rows` pictures go through the network together, up to `most_rows` where that changes no bit. A CPU works with
    `threads` on them. `agreeing` is what was tried so far, by shape.
    """

    family: ClassVar[str]
    title: ClassVar[str]
    reads_prompts: ClassVar[bool] = True
    can_invert: ClassVar[bool] = True

    device: torch.device
    dtype: torch.dtype
    place: Place
    usual: Usual
    rows: int
    most_rows: int = 0
    threads: int = 1
    agreeing: dict[tuple[int | bool, ...], bool]
    train_steps: int = 1_000
    pixels_per_cell: int = 8

    def set_up(self, network: Any) -> None:
        """Take device and type from `network`, and from its size how many rows and threads serve it best."""
        parameter = next(network.parameters())
        self.device, self.dtype = parameter.device, parameter.dtype
        self.agreeing = {}
        self.rows = self.most_rows = DEFAULT_ROWS.get(self.device.type, 1)
        self.threads = 1
        if self.device.type == "cpu":
            if sum(one.numel() for one in network.parameters()) < SMALL_PARAMETERS:
                self.rows, self.most_rows = SMALL_ROWS, MOST_SMALL_ROWS
            else:  # the window keeps a core
                self.threads = max(1, (psutil.cpu_count(logical=False) or 2) - 1)

    @contextmanager
    def computing(self) -> Iterator[None]:
        """A block in which the CPU works with as many threads as this model gains from.

        Small networks gain nothing, and with more than one thread a row's bits would depend on its place in the batch.
        """
        before = torch.get_num_threads()
        if self.device.type != "cpu" or before == self.threads:
            yield
            return
        torch.set_num_threads(self.threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    @abstractmethod
    def latent_shape(self, width: int, height: int) -> tuple[int, int, int]:
        """The shape (channels, rows, columns) of the latents of a picture."""

    @abstractmethod
    def scheduler(self, steps: int, cells: int) -> Any:
        """A new scheduler of diffusers with its time steps set, for latents of `cells` places."""

    @abstractmethod
    def condition(self, prompt: str, negative: str, width: int, height: int, *, guided: bool) -> Conditioning:
        """What the network is told of the texts.

        Raises:
            BadRequest: the model has no use for a prompt, or cannot read one.
        """

    @abstractmethod
    def predict(self, latents: Tensor, timestep: Tensor, told: dict[str, Tensor], guidance: float) -> Tensor:
        """What the network says of `latents` (batch, channels, rows, columns) at `timestep`.

        `guidance` is for networks that are told of it; doubling the batch and combining its halves is the sampler's.
        """

    @abstractmethod
    def decode(self, latents: Tensor) -> Tensor:
        """Pictures (batch, 3, height, width) in -1..1 of latents."""

    @abstractmethod
    def encode(self, pictures: Tensor) -> Tensor:
        """Latents of pictures (batch, 3, height, width) in -1..1."""

    def doubles(self, guidance: float) -> bool:
        """Whether this guidance takes a batch with and without the prompt."""
        return self.reads_prompts and guidance > 1.0

    def step(self, scheduler: Any, predicted: Tensor, index: int, latents: Tensor, noise: Any) -> Tensor:
        """The latents after step `index`; `noise()` draws fresh noise like the latents, for samplers that need it."""
        del noise
        found: Tensor = scheduler.step(predicted, scheduler.timesteps[index], latents, return_dict=False)[0]
        return found

    def retracing(self, steps: int, cells: int) -> Any:
        """A new scheduler that goes, step by step, the way that `inverse` went backwards."""
        return self.scheduler(steps, cells)

    def shift(self, scheduler: Any, by: Tensor) -> None:
        """Let a scheduler of `scheduler` know that `by` was added to the latents after a step."""
        del scheduler, by

    def inverse(self, steps: int, cells: int) -> Any:
        """A new scheduler that leads from pictures to noise.

        Raises:
            BadRequest: this family has none.
        """
        del steps, cells
        raise BadRequest(
            f"{self.title} cannot be led back to the noise of a picture in so few steps: "
            "bring the picture in with the model it was made from."
        )

    def size(self, width: int, height: int) -> tuple[int, int]:
        """The size in pixels for what was asked, 0 being the model's own.

        Raises:
            BadRequest: the model cannot make that size.
        """
        cell = self.pixels_per_cell
        found = width or self.usual.side, height or self.usual.side
        if any(side % cell for side in found):
            near = " × ".join(str(max(cell, round(side / cell) * cell)) for side in found)
            raise BadRequest(f"This model makes sides that are multiples of {cell} pixels: ask for {near}, say.")
        return found

    def no_prompt(self, prompt: str, negative: str) -> None:
        """Refuse a prompt, for families that read none.

        Raises:
            BadRequest: there is one.
        """
        if prompt or negative:
            raise BadRequest("This model reads no prompts: leave the prompt empty, or choose another model.")
