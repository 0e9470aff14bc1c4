"""The first stage: an autoencoder that keeps what matters of a painting in an eighth of its side.

It learns from crops first, which differ more than whole pictures do at the same price, and from whole pictures in the
end, which its norms will see. The decoder is given noisy latents, so that it forgives what the UNet gets a bit wrong.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import Tensor

from generators.compass.networks import decoded, encoded, make_autoencoder
from generators.compass.training.paintings import Paintings, as_tensor, crops
from generators.compass.training.run import LOG_EVERY_S, Plan, Stage

RATE, DECAY, FALL_FROM = 1.5e-3, 0.998, 0.5
WHOLE_FROM = 0.75
"""From which fraction of the run on whole pictures are learnt from."""
CROPS, WHOLE = 10, 3
LATENT_NOISE = 0.08
EDGE_WEIGHT, SQUARE_WEIGHT, KL_WEIGHT = 1.0, 2.0, 2e-4
_MEASURED_ON = 48


def losses(seen: Tensor, pictures: Tensor, latents: Any) -> Tensor:
    """The losses (4,) of pictures made again: of colours, edges at two sizes, squares, and the latents' spread."""
    error = seen - pictures
    edges = error.new_zeros(())
    for _ in range(2):
        edges = edges + torch.diff(error, dim=2).abs().mean() + torch.diff(error, dim=3).abs().mean()
        error = F.avg_pool2d(error, 2)
    whole = seen - pictures
    spread = 0.5 * (latents.mean**2 + latents.var - 1.0 - latents.logvar).mean()
    return torch.stack([whole.abs().mean(), EDGE_WEIGHT * edges, SQUARE_WEIGHT * (whole**2).mean(), KL_WEIGHT * spread])


@torch.no_grad()
def measure(autoencoder: Any, paintings: Paintings, device: torch.device) -> float:
    """The peak signal-to-noise ratio in dB of held-out paintings made again, the mean over pictures."""
    found: list[float] = []
    for first in range(0, min(_MEASURED_ON, len(paintings)), 16):
        pictures = as_tensor(paintings.pictures[first : first + 16], device)
        seen = decoded(autoencoder, encoded(autoencoder, pictures).mode()).clamp(-1, 1)
        squared = ((seen - pictures) / 2).pow(2).mean(dim=(1, 2, 3))
        found += (-10 * torch.log10(squared + 1e-12)).tolist()
    return float(np.mean(found))


def train_autoencoder(plan: Plan, minutes: float, steps: int | None) -> tuple[Any, dict[str, Any]]:
    """The autoencoder with its latents at mean 0 and spread 1, and the facts of its training."""
    torch.manual_seed(plan.seed)
    network = make_autoencoder(plan.sizes).to(plan.device, memory_format=torch.channels_last)
    stage = Stage("autoencoder", network, plan, rate=RATE, decay=DECAY)
    rng = np.random.default_rng([plan.seed, 1, int(stage.facts["step"])])
    paintings, held_out, sizes, device, dtype = plan.paintings, plan.held_out, plan.sizes, plan.device, plan.dtype
    crop = sizes.side // 2
    logged_s, running, count = time.monotonic(), torch.zeros(4, dtype=torch.float64), 0
    spread = 1.0
    for done in stage.steps(minutes, steps, FALL_FROM):
        if done < WHOLE_FROM:
            chosen = crops(paintings.pictures, CROPS, crop, sizes.cell, rng)
        else:
            chosen = paintings.pictures[rng.integers(len(paintings), size=WHOLE)]
        pictures = as_tensor(chosen, device).contiguous(memory_format=torch.channels_last)
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            latents = encoded(network, pictures)
            given = latents.sample()
            spread = 0.99 * spread + 0.01 * float(given.detach().std())
            seen = decoded(network, given + LATENT_NOISE * spread * torch.randn_like(given))
        parts = losses(seen.float(), pictures, latents)
        stage.learn(parts.sum(), len(chosen) * chosen.shape[1] ** 2 // sizes.side**2)
        running += parts.detach().double().cpu()
        count += 1
        if time.monotonic() - logged_s > LOG_EVERY_S:
            rate = count / (time.monotonic() - logged_s)
            stage.facts["psnr_db"] = round(measure(stage.mean.network, held_out, device), 2)
            stage.say(
                pictures=stage.facts["pictures"],
                steps_per_s=round(rate, 2),
                losses=[round(value, 5) for value in (running / count).tolist()],
                psnr_db=stage.facts["psnr_db"],
            )
            logged_s, count = time.monotonic(), 0
            running.zero_()
    made = stage.mean.network
    stage.facts["psnr_db"] = round(measure(made, held_out, device), 2)
    standardise(made, paintings, device)
    return made, stage.facts


@torch.no_grad()
def standardise(autoencoder: Any, paintings: Paintings, device: torch.device) -> None:
    """Change the last and first layer about the latents so that each channel has mean 0 and spread 1.

    Decoded pictures stay the same but for rounding.
    """
    some = paintings.pictures[:: max(1, len(paintings) // 512)]
    modes = torch.cat(
        [encoded(autoencoder, as_tensor(some[first : first + 16], device)).mode() for first in range(0, len(some), 16)]
    )
    mean, spread = modes.mean(dim=(0, 2, 3)), modes.std(dim=(0, 2, 3)).clamp(min=1e-4)
    channels = len(mean)
    first, second = autoencoder.quant_conv, autoencoder.post_quant_conv
    first.weight[:channels] /= spread[:, None, None, None]
    first.bias[:channels] = (first.bias[:channels] - mean) / spread
    first.bias[channels:] -= 2 * torch.log(spread)
    second.bias += (second.weight[:, :, 0, 0] * mean).sum(dim=1)
    second.weight *= spread[None, :, None, None]
