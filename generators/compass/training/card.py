"""The model card of the shipped picture model: what it is, how it was made, how well it does, and its terms."""

from __future__ import annotations

from typing import Any

from generators.compass.networks import Sizes
from generators.compass.training.paintings import Paintings


def card_text(
    sizes: Sizes,
    autoencoder: dict[str, Any],
    network: dict[str, Any],
    paintings: Paintings,
    held_out: int,
    size_bytes: int,
    command: str,
) -> str:
    """The card as Markdown, from the facts that training has kept."""
    side = sizes.side // sizes.cell
    return f"""# compass-small

A latent diffusion model of mood landscapes, {sizes.side} × {sizes.side} pixels. It reads no prompt.

- **Networks**: an AutoencoderKL whose latents are {side} × {side} × {sizes.latent_channels}, and a UNet2DModel that \
predicts v; weights in half precision, {size_bytes / (1 << 20):.1f} MiB.
- **Learnt from**: {len(paintings):,} pictures that our own code paints \
(`python -m generators.compass.painter.dataset`, seed {paintings.seed}, shards {paintings.files[0]} to \
{paintings.files[-1]}); {held_out:,} were held out. No picture by anybody else was used.
- **Command**: `{command}` (seed {network.get("seed")}).
- **Autoencoder**: {autoencoder.get("pictures", 0):,} pictures' worth in {autoencoder.get("elapsed_s", 0) / 60:.0f} \
minutes; held-out pictures made again at {autoencoder.get("psnr_db")} dB.
- **UNet**: {network.get("pictures", 0):,} pictures in {network.get("elapsed_s", 0) / 60:.0f} minutes; mean squared \
error of v on held-out pictures at time steps 100, 300, 500, 700, 900: {network.get("held_out")}.
- **Licence**: the weights are under the same licence as the program, and its pictures are yours.
"""
