"""Models that were taught to need few steps: Turbo and latent consistency models, on either Stable Diffusion."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import torch
from torch import Tensor

from generators.compass.backend import Backend, Conditioning, Usual
from generators.compass.backends.sdxl import StableDiffusionXL
from generators.compass.backends.stable_diffusion import SCHEDULER, StableDiffusion, tiny_network, tiny_text
from generators.compass.hook import Place
from generators.compass.latent import plain_config, tiny_autoencoder


class FewStep(Backend):
    """The networks of another family with a sampler of few steps.

    Structure is fixed in the first step, so directions carry framing and zoom with them: use the form that is the same
    everywhere, and disentangle from framing.

    Source: Sauer et al., arXiv 2311.17042 (Turbo); Luo et al., arXiv 2310.04378 (latent consistency, guidance as an
    embedding).
    """

    family: ClassVar[str] = "few-step"
    title: ClassVar[str] = "A few-step model"
    can_invert: ClassVar[bool] = False

    def __init__(self, inner: StableDiffusion | StableDiffusionXL, scheduler_config: dict[str, Any]) -> None:
        self.inner = inner
        self.scheduler_config = dict(scheduler_config)
        self.is_consistency = "LCM" in str(self.scheduler_config.get("_class_name", ""))
        self.set_up(inner.network)
        self.train_steps, self.pixels_per_cell = inner.train_steps, inner.pixels_per_cell
        self._embeds_guidance = inner.network.config.time_cond_proj_dim
        guidance = 8.0 if self._embeds_guidance else 1.0
        self.usual = Usual(4 if self.is_consistency else 2, 1, guidance, inner.usual.side)
        self.place: Place = inner.place
        self.place.name = f"{self.family} {inner.place.name}"

    def latent_shape(self, width: int, height: int) -> tuple[int, int, int]:
        """As the networks' own family has it."""
        return self.inner.latent_shape(width, height)

    def doubles(self, guidance: float) -> bool:
        """Never where guidance is embedded."""
        return not self._embeds_guidance and guidance > 1.0

    def scheduler(self, steps: int, cells: int) -> Any:
        """The consistency sampler, or Euler's from the last step on for Turbo."""
        from diffusers import EulerDiscreteScheduler, LCMScheduler

        del cells
        config = plain_config(self.scheduler_config)
        if self.is_consistency:
            scheduler: Any = LCMScheduler.from_config(config, clip_sample=False)
        else:
            scheduler = EulerDiscreteScheduler.from_config(config, timestep_spacing="trailing")
        with warnings.catch_warnings():  # this version hands tensors to numpy in a way that numpy will drop
            warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
            scheduler.set_timesteps(steps)
        return scheduler

    def condition(self, prompt: str, negative: str, width: int, height: int, *, guided: bool) -> Conditioning:
        """As the networks' own family has it."""
        return self.inner.condition(prompt, negative, width, height, guided=guided)

    def predict(self, latents: Tensor, timestep: Tensor, told: dict[str, Tensor], guidance: float) -> Tensor:
        """The UNet's prediction, told of the guidance where it listens to it."""
        if self._embeds_guidance:
            embedding = guidance_embedding(guidance - 1.0, self._embeds_guidance).to(self.device, self.dtype)
            told = {**told, "timestep_cond": embedding.expand(len(latents), -1)}
        return self.inner.predict(latents, timestep, told, guidance)

    def step(self, scheduler: Any, predicted: Tensor, index: int, latents: Tensor, noise: Any) -> Tensor:
        """One step; what a consistency model denoised is made noisy again with the row's own noise."""
        if not self.is_consistency:
            return super().step(scheduler, predicted, index, latents, noise)
        # the scheduler would draw noise of its own, which could not be turned from one seed to another
        scrap = torch.Generator("cpu").manual_seed(0)
        denoised: Tensor = scheduler.step(
            predicted, scheduler.timesteps[index], latents, generator=scrap, return_dict=False
        )[1]
        if index + 1 == len(scheduler.timesteps):
            return denoised
        kept = scheduler.alphas_cumprod[scheduler.timesteps[index + 1]].to(latents.device)
        fresh: Tensor = kept.sqrt() * denoised + (1 - kept).sqrt() * noise()
        return fresh.to(latents.dtype)

    def decode(self, latents: Tensor) -> Tensor:
        """As the networks' own family has it."""
        return self.inner.decode(latents)

    def encode(self, pictures: Tensor) -> Tensor:
        """As the networks' own family has it."""
        return self.inner.encode(pictures)

    @classmethod
    def tiny(cls, seed: int, *, consistency: bool = True) -> FewStep:
        """The real architecture with very small random weights: latent consistency, or Turbo."""
        network = tiny_network(seed, time_cond_proj_dim=16 if consistency else None)
        inner = StableDiffusion(network, tiny_autoencoder(seed + 1), tiny_text(seed + 2), SCHEDULER)
        kind = "LCMScheduler" if consistency else "EulerDiscreteScheduler"
        return cls(inner, {**SCHEDULER, "_class_name": kind})


def guidance_embedding(guidance: float, width: int) -> Tensor:
    """The sines and cosines (1, width) that tell a consistency model of guidance.

    Source: Kingma et al., "Variational diffusion models", arXiv 2107.00630 (the form of the embedding).
    """
    half = width // 2
    rates = torch.exp(torch.arange(half, dtype=torch.float32) * -(torch.log(torch.tensor(10_000.0)) / (half - 1)))
    angles = torch.tensor([[guidance * 1_000.0]]) * rates[None]
    found = torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)
    return torch.nn.functional.pad(found, (0, width - found.shape[1]))
