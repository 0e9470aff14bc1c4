"""What transformers have in common that are sampled along a flow: their tokens as a map, and the flow both ways."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from generators.compass.hook import Place, map_as_tokens, tokens_as_map
from generators.compass.latent import LatentBackend


class FlowBackend(LatentBackend):
    """A transformer over the tokens of words and picture; `grid` are the rows and columns of the picture's tokens.

    The place is the image tokens after the middle one of the blocks that keep both apart.
    """

    def __init__(self, network: Any, autoencoder: Any, scheduler_config: dict[str, Any]) -> None:
        super().__init__(network, autoencoder, scheduler_config)
        self.grid = (0, 0)
        blocks = network.transformer_blocks
        middle = (len(blocks) - 1) // 2  # the last block may give no words back
        self.place = Place(f"{self.family} block {middle} of {len(blocks)}", blocks[middle], self._read, self._write)

    def _read(self, output: Any) -> Tensor:
        return tokens_as_map(output[1], *self.grid)

    @staticmethod
    def _write(output: Any, features: Tensor) -> Any:
        return output[0], map_as_tokens(features)

    def inverse(self, steps: int, cells: int) -> Any:
        """The same flow from its end to its beginning."""
        return FlowInverse(self.scheduler(steps, cells))


def dynamic_shift(config: Any, tokens: int) -> float:
    """How far the flow is shifted for a picture of so many tokens: larger ones more, along a straight line.

    Source: Esser et al., arXiv 2403.03206, section 5.3.2.
    """
    slope = (config.max_shift - config.base_shift) / (config.max_image_seq_len - config.base_image_seq_len)
    return float(config.base_shift + slope * (tokens - config.base_image_seq_len))


class FlowInverse:
    """Euler's steps along the flow towards noise, with the interface of a scheduler; it keeps no state."""

    def __init__(self, forward: Any) -> None:
        self._sigmas = forward.sigmas.flip(0)
        self.timesteps = forward.timesteps.flip(0)

    def step(self, predicted: Tensor, timestep: Any, latents: Tensor, *, return_dict: bool = False) -> tuple[Tensor]:
        """The step that ends at `timestep`."""
        del return_dict
        index = int((self.timesteps == timestep).nonzero()[0])
        return (latents + float(self._sigmas[index + 1] - self._sigmas[index]) * predicted,)
