"""What all families share whose pictures are decoded from latents by an autoencoder."""

from __future__ import annotations

import math
import warnings
from typing import Any

import torch
from torch import Tensor

from generators.compass.backend import Backend


class LatentBackend(Backend):
    """A backend with an AutoencoderKL, and a scheduler that is built from a config."""

    def __init__(self, network: Any, autoencoder: Any, scheduler_config: dict[str, Any]) -> None:
        self.network, self.autoencoder = network.eval(), autoencoder.eval()
        self.scheduler_config = dict(scheduler_config)
        self.set_up(self.network)
        self.train_steps = int(self.scheduler_config.get("num_train_timesteps", 1_000))
        self.pixels_per_cell = 2 ** (len(autoencoder.config.block_out_channels) - 1)
        self._scale = float(autoencoder.config.scaling_factor)
        self._shift = float(autoencoder.config.shift_factor or 0.0)

    def latent_shape(self, width: int, height: int) -> tuple[int, int, int]:
        """The shape (channels, rows, columns) of the latents of a picture."""
        cell = self.pixels_per_cell
        return int(self.network.config.in_channels), height // cell, width // cell

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures (batch, 3, height, width) in -1..1 of latents."""
        given = latents.to(self.autoencoder.dtype) / self._scale + self._shift
        found: Tensor = self.autoencoder.decode(given, return_dict=False)[0]
        return found

    def encode(self, pictures: Tensor) -> Tensor:
        """The most likely latents of pictures (batch, 3, height, width) in -1..1."""
        given = pictures.to(self.device, self.autoencoder.dtype)
        found: Tensor = self.autoencoder.encode(given).latent_dist.mode()
        return ((found - self._shift) * self._scale).to(self.dtype)


class DdimBackend(LatentBackend):
    """One that is sampled by DDIM, which leads both ways."""

    def scheduler(self, steps: int, cells: int) -> Any:
        """DDIM."""
        del cells
        return ddim(self.scheduler_config, steps)

    def inverse(self, steps: int, cells: int) -> Any:
        """DDIM towards noise."""
        del cells
        return ddim_inverse(self.scheduler_config, steps)


def ddim(config: dict[str, Any], steps: int, *, clip: bool = False) -> Any:
    """DDIM with `steps` steps, which makes the same picture from the same noise; latents must not be clipped.

    Source: Song, Meng and Ermon, "Denoising diffusion implicit models", arXiv 2010.02502.
    """
    from diffusers import DDIMScheduler

    scheduler: Any = DDIMScheduler.from_config(plain_config(config), clip_sample=clip)
    scheduler.set_timesteps(steps)
    return scheduler


def unipc(config: dict[str, Any], steps: int) -> Any:
    """UniPC of second order, which follows the same flow as DDIM in far fewer steps.

    Measured with the shipped model against DDIM with 200 steps (mean of 12 seeds): DDIM with 40 steps comes within 38
    dB, UniPC with 20 within 48 dB and with 10 within 35 dB; DPM-Solver++ with 10 comes as near (36 dB) only on steps
    that crowd where the noise is strongest, where directions have nothing to take hold of, else within 28 dB.

    Source: Zhao et al., "UniPC: a unified predictor-corrector framework for fast sampling of diffusion models", arXiv
    2302.04867.
    """
    from diffusers import UniPCMultistepScheduler

    scheduler: Any = UniPCMultistepScheduler.from_config(plain_config(config), solver_order=2, solver_type="bh2")
    with warnings.catch_warnings():  # it hands tensors to numpy in a way that numpy will change
        warnings.simplefilter("ignore", DeprecationWarning)
        scheduler.set_timesteps(steps)
    return scheduler


def shift_unipc(scheduler: Any, by: Tensor) -> None:
    """Let `scheduler` know that `by` was added to the latents that it gave.

    It corrects them at the next step, from those of the step before: the corrected ones hold `kept` times the latter.
    """
    before, now = (float(scheduler.sigmas[scheduler.step_index - back]) for back in (1, 0))
    if now > 0.0:
        kept = now / before * math.sqrt((1 + before**2) / (1 + now**2))
        scheduler.last_sample = scheduler.last_sample + by / kept


def ddim_inverse(config: dict[str, Any], steps: int) -> Any:
    """DDIM the other way round, from a picture to its noise. Latents leave -1..1, so nothing is clipped."""
    from diffusers import DDIMInverseScheduler

    scheduler: Any = DDIMInverseScheduler.from_config(plain_config(config), clip_sample=False)
    scheduler.set_timesteps(steps)
    return scheduler


def plain_config(config: dict[str, Any]) -> dict[str, Any]:
    """A scheduler's config without what only its own kind understands."""
    # what another kind of scheduler kept under these names would be taken over, and mean something else
    dropped = ("_class_name", "_diffusers_version", "_name_or_path", "thresholding")
    return {name: value for name, value in config.items() if name not in dropped}


def tiny_autoencoder(seed: int, *, shift: float | None = None) -> Any:
    """An AutoencoderKL of the real architecture with very small random weights."""
    from diffusers import AutoencoderKL

    torch.manual_seed(seed)
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        latent_channels=4,
        shift_factor=shift,
        sample_size=16,
    ).eval()
