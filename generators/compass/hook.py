"""The place inside a network where directions are added and features are read.

A hook is registered once, before anything may compile the network, and its tensor is swapped: outside a `with` it does
nothing at all, so that a preview can use the network in the middle of a take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from generators.errors import BadRequest


class Place:
    """The output of `module` as features (batch, channels, rows, columns), wherever in its outputs they are.

    `read` takes them out of what the module returns, `write` puts changed ones back. `reads` is another module, where
    qualities are told apart better than where they are moved; the means of its output over the picture are `felt`
    (batch, channels) whenever features are kept.
    """

    def __init__(
        self,
        name: str,
        module: nn.Module,
        read: Callable[[Any], Tensor] = lambda output: output,
        write: Callable[[Any, Tensor], Any] = lambda output, features: features,  # noqa: ARG005 - the whole output
        reads: nn.Module | None = None,
    ) -> None:
        self.name = name
        self.felt: Tensor | None = None
        if reads is not None:
            reads.register_forward_hook(self._feel)
        self._read, self._write = read, write
        self._added: Tensor | None = None
        self._keep: Callable[[Tensor], None] | None = None
        module.register_forward_hook(self._hook)

    @contextmanager
    def using(self, added: Tensor | None, keep: Callable[[Tensor], None] | None = None) -> Iterator[None]:
        """Add `added` (rows, channels, 1 or rows, 1 or columns) while the block runs; `keep` is given the features.

        Where guidance makes the batch twice as long, both halves are moved alike: guidance would multiply the direction
        otherwise.
        """
        self._added, self._keep = added, keep
        try:
            yield
        finally:
            self._added = self._keep = None

    def _feel(self, _module: nn.Module, _inputs: Any, output: Any) -> None:
        if self._keep is not None:
            self.felt = output.mean(dim=(2, 3))

    def _hook(self, _module: nn.Module, _inputs: Any, output: Any) -> Any:
        if self._added is None and self._keep is None:
            return None  # torch keeps the output as it is
        features = self._read(output)
        if self._added is not None:
            added = self._added.to(features.device, features.dtype)
            if added.shape[1] != features.shape[1]:
                raise BadRequest(
                    f"A direction here is {added.shape[1]} channels wide, and this model's features are "
                    f"{features.shape[1]}: choose one that was found with this model."
                )
            times = features.shape[0] // added.shape[0]
            if times > 1:
                added = added.repeat(times, 1, 1, 1)
            if added.shape[2] > 1 and added.shape[2:] != features.shape[2:]:
                # found at another size of picture: the same places, at this one's resolution
                added = nn.functional.interpolate(added, features.shape[2:], mode="bilinear", align_corners=False)
            features = features + added
        if self._keep is not None:
            self._keep(features)
        return self._write(output, features) if self._added is not None else None


def tokens_as_map(tokens: Tensor, rows: int, columns: int) -> Tensor:
    """Tokens (batch, rows * columns, channels) as a map (batch, channels, rows, columns)."""
    return tokens.transpose(1, 2).reshape(tokens.shape[0], tokens.shape[2], rows, columns)


def map_as_tokens(features: Tensor) -> Tensor:
    """A map (batch, channels, rows, columns) as tokens (batch, rows * columns, channels)."""
    return features.flatten(2).transpose(1, 2)


def low_pass(latents: Tensor, cells: int = 8) -> Tensor:
    """What of latents (batch, channels, rows, columns) is coarser than `cells` to their shorter side."""
    short = min(latents.shape[2:])
    size = [max(1, round(side * cells / short)) for side in latents.shape[2:]]
    if short <= cells:
        size = [max(1, side // 2) for side in latents.shape[2:]]
    coarse = nn.functional.interpolate(latents, size, mode="area")
    return nn.functional.interpolate(coarse, latents.shape[2:], mode="bilinear", align_corners=False)


def no_gradients() -> Any:
    """The mode in which networks are run here."""
    return torch.inference_mode()
