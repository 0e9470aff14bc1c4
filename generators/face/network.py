"""The speech network for training: features of a voice in, facial actions and the sounds spoken out.

A stem takes 20 ms at a time, blocks of a depthwise convolution along time and a small perceptron follow, and two heads
read the curves: `live` after the trunk, which looks little ahead, and `whole` after further blocks that see both ways.

Reference: Liu et al., "A ConvNet for the 2020s", 2022, for the blocks; So et al., "Primer", 2021, for the squared ReLU.
model.py is the same network in numpy.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import Tensor, nn

from generators.face.actions import SPEECH
from generators.face.config import OUTPUTS, STEM_FRAMES, STRIDE, NetworkConfig, Reach
from generators.face.features import BANDS


class Told(NamedTuple):
    """What a head tells for each frame of features: `actions` (B, T, SPEECH) and `sounds` (B, T, PHONES) as logits."""

    actions: Tensor
    sounds: Tensor


class Along(nn.Module):
    """A depthwise convolution along time: tap k of channel c has the weight (k, c)."""

    def __init__(self, width: int, reach: Reach) -> None:
        super().__init__()
        self.reach = reach
        weight = torch.randn(reach.taps, width) * 0.3 / reach.taps**0.5
        weight[reach.taps - 1 - reach.ahead] += 1.0
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """X (B, T, C) to (B, T, C)."""
        length, reach = x.shape[1], self.reach
        x = F.pad(x, (0, 0, reach.past, reach.future))
        y = self.bias + self.weight[0] * x[:, :length]
        for tap in range(1, reach.taps):
            begin = tap * reach.dilation
            y = torch.addcmul(y, self.weight[tap], x[:, begin : begin + length])
        return y


class Block(nn.Module):
    """Along time, then a perceptron for each step, added to what came in."""

    def __init__(self, width: int, hidden: int, reach: Reach) -> None:
        super().__init__()
        self.along = Along(width, reach)
        self.up = nn.Linear(width, hidden)
        self.down = nn.Linear(hidden, width)
        nn.init.zeros_(self.down.bias)
        nn.init.normal_(self.down.weight, std=0.3 * hidden**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        """X (B, T, C) to (B, T, C)."""
        y = F.layer_norm(self.along(x), x.shape[-1:])
        return torch.add(x, self.down(torch.square(F.relu(self.up(y)))))


class Network(nn.Module):
    """Features (B, T, BANDS), T a multiple of STRIDE, to what the two heads tell."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = nn.Linear(STEM_FRAMES * BANDS, config.width)
        self.trunk = nn.ModuleList(Block(config.width, config.hidden, reach) for reach in config.trunk_reach)
        self.wide = nn.ModuleList(Block(config.width, config.hidden, reach) for reach in config.wide_reach)
        self.live = nn.Linear(config.width, STRIDE * OUTPUTS)
        self.whole = nn.Linear(config.width, STRIDE * OUTPUTS)

    def parameter_count(self) -> int:
        """The number of weights."""
        return sum(parameter.numel() for parameter in self.parameters())

    def forward(self, features: Tensor) -> tuple[Told, Told]:
        """What the live head and the whole head tell of `features`."""
        batch, frames, _ = features.shape
        x = F.pad(features, (0, 0, STEM_FRAMES - STRIDE, 0)).unfold(1, STEM_FRAMES, STRIDE)  # (B, T/2, BANDS, 4)
        x = self.stem(x.transpose(2, 3).reshape(batch, frames // STRIDE, STEM_FRAMES * BANDS))
        for block in self.trunk:
            x = block(x)
        live = self._told(self.live, x)
        for block in self.wide:
            x = block(x)
        return live, self._told(self.whole, x)

    def _told(self, head: nn.Module, x: Tensor) -> Told:
        y: Tensor = head(F.layer_norm(x, x.shape[-1:]))
        y = y.reshape(x.shape[0], x.shape[1] * STRIDE, OUTPUTS)
        return Told(y[..., : len(SPEECH)], y[..., len(SPEECH) :])
