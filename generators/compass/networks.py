"""The networks of the shipped picture model: an autoencoder whose first and last steps fold pixels, and a small UNet.

Folding 2×2 pixels into channels (pixel unshuffle) spares the autoencoder its dearest layers, those at full size. A
quarter of the convolutions' places at the same number of channels is a quarter of their time.

Source: Rombach et al., "High-resolution image synthesis with latent diffusion models", arXiv 2112.10752; the folding:
Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel CNN", arXiv 1609.05158.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import Tensor

from generators.compass.opening import fold_of_channels

COLOURS = 3


@dataclass(frozen=True)
class Sizes:
    """The sizes of both networks: channels of the autoencoder and the UNet from fine to coarse, and the fold."""

    side: int = 128
    fold: int = 2
    latent_channels: int = 8
    autoencoder: tuple[int, ...] = (32, 64, 96)
    network: tuple[int, ...] = (64, 96, 128)
    groups: int = 8
    head: int = 32

    @property
    def cell(self) -> int:
        """Pixels along a side of one cell of latents."""
        return int(self.fold * 2 ** (len(self.autoencoder) - 1))


TINY = Sizes(side=32, autoencoder=(8, 8), network=(8, 16), latent_channels=4, groups=4, head=8)
"""For tests: the same networks, very small."""


def fold_of(autoencoder: Any) -> int:
    """How many pixels along a side an AutoencoderKL takes folded into its channels; 1 where it takes colours."""
    return fold_of_channels(autoencoder.config.in_channels)


def encoded(autoencoder: Any, pictures: Tensor) -> Any:
    """The distribution of latents of `pictures` (batch, 3, height, width) in -1..1."""
    fold = fold_of(autoencoder)
    return autoencoder.encode(F.pixel_unshuffle(pictures, fold) if fold > 1 else pictures).latent_dist


def decoded(autoencoder: Any, latents: Tensor) -> Tensor:
    """Pictures (batch, 3, height, width) in -1..1 of unscaled latents."""
    fold = fold_of(autoencoder)
    found: Tensor = autoencoder.decode(latents, return_dict=False)[0]
    return F.pixel_shuffle(found, fold) if fold > 1 else found


def make_autoencoder(sizes: Sizes) -> Any:
    """An AutoencoderKL with fresh weights."""
    from diffusers import AutoencoderKL

    blocks = len(sizes.autoencoder)
    return AutoencoderKL(
        in_channels=COLOURS * sizes.fold**2,
        out_channels=COLOURS * sizes.fold**2,
        down_block_types=("DownEncoderBlock2D",) * blocks,
        up_block_types=("UpDecoderBlock2D",) * blocks,
        block_out_channels=sizes.autoencoder,
        layers_per_block=1,
        latent_channels=sizes.latent_channels,
        norm_num_groups=sizes.groups,
        sample_size=sizes.side // sizes.fold,
        scaling_factor=1.0,
        mid_block_add_attention=False,
    )


def make_network(sizes: Sizes) -> Any:
    """A UNet2DModel with fresh weights; attention is everywhere but at the finest level."""
    from diffusers import UNet2DModel

    coarser = len(sizes.network) - 1
    return UNet2DModel(
        sample_size=sizes.side // sizes.cell,
        in_channels=sizes.latent_channels,
        out_channels=sizes.latent_channels,
        block_out_channels=sizes.network,
        down_block_types=("DownBlock2D", *("AttnDownBlock2D",) * coarser),
        up_block_types=(*("AttnUpBlock2D",) * coarser, "UpBlock2D"),
        layers_per_block=1,
        norm_num_groups=2 * sizes.groups if sizes.network[0] % (2 * sizes.groups) == 0 else sizes.groups,
        attention_head_dim=sizes.head,
    )
