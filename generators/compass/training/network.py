"""The second stage: the UNet that makes latents out of noise, and learns on the way to tell the factors of a scene.

It predicts v, with the weights of min-SNR. From the mean of its middle block's features a line reads the factors that
the painter had used: what it must tell it keeps in a form in which directions can be found. The line is thrown away.

Source: Salimans and Ho, "Progressive distillation", arXiv 2202.00512 (v); Hang et al., "Efficient diffusion training
via min-SNR weighting", arXiv 2303.09556; Yu et al., "Representation alignment for generation", arXiv 2410.06940 (that
telling features speed up learning).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generators.compass.networks import encoded, make_network
from generators.compass.training.paintings import Paintings, as_tensor
from generators.compass.training.run import LOG_EVERY_S, Plan, Stage
from generators.runtime.training_files import read_tensors, write_tensors

RATE, DECAY, FALL_FROM = 1e-3, 0.9995, 0.45
BATCH, LATE_BATCH, LATE_FROM = 32, 64, 0.6
"""Rows of a step, and those from a fraction of the run on: many steps first, then sure ones."""
MIN_SNR = 5.0
TELLING_WEIGHT = 0.15
SCHEDULER: dict[str, Any] = {
    "num_train_timesteps": 1_000,
    "beta_schedule": "squaredcos_cap_v2",
    "prediction_type": "v_prediction",
    "timestep_spacing": "trailing",
    "clip_sample": False,
}
_HELD_OUT_AT = (100, 300, 500, 700, 900)


class Teller(nn.Module):
    """A UNet with a line that reads the factors (batch, k) from the mean of its middle block's features."""

    def __init__(self, network: Any, factors: int) -> None:
        super().__init__()
        self.network = network
        self.line = nn.Linear(network.config.block_out_channels[-1], factors)
        self._felt: list[Tensor] = []
        network.mid_block.register_forward_hook(lambda _module, _given, felt: self._felt.append(felt))

    def forward(self, latents: Tensor, timesteps: Tensor) -> tuple[Tensor, Tensor]:
        """The prediction of v, and the factors that the network tells."""
        predicted = self.network(latents, timesteps, return_dict=False)[0]
        return predicted, self.line(self._felt.pop().mean(dim=(2, 3)))


def kept_shares() -> Tensor:
    """How much of the signal's power (1000,) is left at each time step."""
    from diffusers import DDIMScheduler

    shares: Tensor = DDIMScheduler.from_config(SCHEDULER).alphas_cumprod
    return shares


@torch.no_grad()
def latents_of(autoencoder: Any, paintings: Paintings, device: torch.device) -> Tensor:
    """The latents (n, channels, rows, columns) float16 of all paintings."""
    return torch.cat(
        [
            encoded(autoencoder, as_tensor(paintings.pictures[first : first + 32], device)).mode().half().cpu()
            for first in range(0, len(paintings), 32)
        ]
    )


def kept_latents(autoencoder: Any, paintings: Paintings, folder: Path, device: torch.device) -> Tensor:
    """The latents of all paintings as `latents_of` gives them, from the run's folder where they were kept."""
    path = folder / "latents.safetensors"
    digest = hashlib.sha256()
    for tensor in autoencoder.state_dict().values():
        digest.update(tensor.detach().float().cpu().numpy().tobytes())
    facts = {"autoencoder": digest.hexdigest(), "files": list(paintings.files), "seed": paintings.seed}
    if path.exists():
        tensors, kept = read_tensors(path)
        if kept == facts:
            return tensors["latents"]
    latents = latents_of(autoencoder, paintings, device)
    write_tensors(path, {"latents": latents}, facts)
    return latents


def losses(teller: nn.Module, latents: Tensor, factors: Tensor, timesteps: Tensor, noise: Tensor) -> Tensor:
    """The losses (2,): of v, weighted, and of the factors told, which count less the noisier the latents are.

    `latents` and `noise` (batch, channels, rows, columns), `factors` (batch, k) at mean 0 and spread 1.
    """
    share = kept_shares().to(latents.device)[timesteps].view(-1, 1, 1, 1)
    noisy = share.sqrt() * latents + (1 - share).sqrt() * noise
    wanted = share.sqrt() * noise - (1 - share).sqrt() * latents
    predicted, told = teller(noisy, timesteps)
    ratio = (share / (1 - share)).flatten()
    weight = ratio.clamp(max=MIN_SNR) / (ratio + 1)
    missed = (predicted.float() - wanted).pow(2).mean(dim=(1, 2, 3))
    untold = (told.float() - factors).pow(2).mean(dim=1)
    return torch.stack([(weight * missed).mean(), TELLING_WEIGHT * (share.flatten() * untold).mean()])


@torch.no_grad()
def measure(teller: nn.Module, latents: Tensor, device: torch.device) -> list[float]:
    """The mean squared error of v on held-out latents at a few time steps, the same noise each time."""
    shares = kept_shares()
    found = []
    for step in _HELD_OUT_AT:
        noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(step))
        share = shares[step]
        noisy = share.sqrt() * latents + (1 - share).sqrt() * noise
        wanted = share.sqrt() * noise - (1 - share).sqrt() * latents
        predicted = teller(noisy.to(device), torch.full((len(latents),), step, device=device))[0]
        found.append(round(float((predicted.cpu() - wanted).pow(2).mean()), 4))
    return found


def train_network(
    autoencoder: Any, plan: Plan, minutes: float, steps: int | None, show: Callable[[Any, dict[str, Any]], None]
) -> tuple[Any, dict[str, Any]]:
    """The UNet, and the facts of its training; `show(network, facts)` is called now and then with what there is."""
    paintings, device, dtype = plan.paintings, plan.device, plan.dtype
    torch.manual_seed(plan.seed)
    known = kept_latents(autoencoder, paintings, plan.folder, device)
    unknown = latents_of(autoencoder, plan.held_out, device).float()[:96]
    factors = torch.from_numpy(paintings.factors)
    factors = (factors - factors.mean(dim=0)) / factors.std(dim=0).clamp(min=1e-4)
    network = make_network(plan.sizes).to(memory_format=torch.channels_last)
    teller = Teller(network, factors.shape[1]).to(device)
    stage = Stage("network", teller, plan, rate=RATE, decay=DECAY)
    mean = Teller(stage.mean.network.network, factors.shape[1]).to(device)
    torch.manual_seed(plan.seed + int(stage.facts["step"]))
    logged_s, shown_s = time.monotonic(), time.monotonic()
    running, count, learnt = torch.zeros(2, dtype=torch.float64), 0, 0
    for done in stage.steps(minutes, steps, FALL_FROM):
        batch = min(BATCH if done < LATE_FROM else LATE_BATCH, len(known))
        rows = torch.randint(len(known), (batch,))
        latents, told = known[rows].float().to(device), factors[rows].to(device)
        timesteps = torch.randint(SCHEDULER["num_train_timesteps"], (batch,), device=device)
        noise = torch.randn_like(latents)
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            parts = losses(teller, latents.contiguous(memory_format=torch.channels_last), told, timesteps, noise)
        stage.learn(parts.sum(), batch)
        running += parts.detach().double().cpu()
        count, learnt = count + 1, learnt + batch
        now = time.monotonic()
        if now - logged_s > LOG_EVERY_S:
            stage.say(
                pictures=stage.facts["pictures"],
                pictures_per_s=round(learnt / (now - logged_s), 1),
                losses=[round(value, 5) for value in (running / count).tolist()],
            )
            logged_s, count, learnt = now, 0, 0
            running.zero_()
        if now - shown_s > 5 * LOG_EVERY_S:
            stage.facts["held_out"] = measure(mean, unknown, device)
            stage.say(held_out=stage.facts["held_out"])
            show(stage.mean.network.network, stage.facts)
            shown_s = time.monotonic()
    stage.facts["held_out"] = measure(mean, unknown, device)
    return stage.mean.network.network, stage.facts
