"""Stable Diffusion 3: a transformer over patches of latents and words together, sampled by flow matching."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor

from generators.compass.backend import Conditioning, Usual
from generators.compass.backends.stable_diffusion import tiny_text
from generators.compass.flow import FlowBackend, dynamic_shift
from generators.compass.latent import plain_config, tiny_autoencoder
from generators.compass.texts import ClipText


class StableDiffusion3(FlowBackend):
    """The place is the image tokens after the middle block; the third text encoder (T5) is left out, as it may be.

    Source: Esser et al., arXiv 2403.03206.
    """

    family: ClassVar[str] = "sd3"
    title: ClassVar[str] = "Stable Diffusion 3"

    def __init__(
        self, network: Any, autoencoder: Any, texts: tuple[ClipText, ClipText], scheduler_config: dict[str, Any]
    ) -> None:
        super().__init__(network, autoencoder, scheduler_config)
        self.texts = texts
        self.usual = Usual(28, 10, 7.0, int(network.config.sample_size) * self.pixels_per_cell)
        self._patch = int(network.config.patch_size)
        self.pixels_per_cell *= self._patch

    def latent_shape(self, width: int, height: int) -> tuple[int, int, int]:
        """The shape (channels, rows, columns) of the latents of a picture."""
        cell = self.pixels_per_cell // self._patch
        return int(self.network.config.in_channels), height // cell, width // cell

    def scheduler(self, steps: int, cells: int) -> Any:
        """Euler's steps along the flow, shifted as the model's config says."""
        from diffusers import FlowMatchEulerDiscreteScheduler

        scheduler: Any = FlowMatchEulerDiscreteScheduler.from_config(plain_config(self.scheduler_config))
        if scheduler.config.use_dynamic_shifting:
            scheduler.set_timesteps(steps, mu=dynamic_shift(scheduler.config, cells // self._patch**2))
        else:
            scheduler.set_timesteps(steps)
        return scheduler

    def condition(self, prompt: str, negative: str, width: int, height: int, *, guided: bool) -> Conditioning:
        """Both CLIP encoders' states side by side, padded to the transformer's width, and zeros for the third."""
        del width, height
        return Conditioning(self._told(prompt), self._told(negative) if guided else None)

    def _told(self, text: str) -> dict[str, Tensor]:
        first, second = (encoder.projected(text) for encoder in self.texts)
        both = torch.cat([first[0], second[0]], dim=-1)
        width = int(self.network.config.joint_attention_dim)
        both = torch.nn.functional.pad(both, (0, width - both.shape[-1]))
        states = torch.cat([both, torch.zeros_like(both)], dim=1).to(self.dtype)
        return {
            "encoder_hidden_states": states,
            "pooled_projections": torch.cat([first[1], second[1]], dim=-1).to(self.dtype),
        }

    def predict(self, latents: Tensor, timestep: Tensor, told: dict[str, Tensor], guidance: float) -> Tensor:
        """The flow that the transformer predicts."""
        del guidance
        self.grid = latents.shape[2] // self._patch, latents.shape[3] // self._patch
        times = timestep.expand(len(latents)).to(self.device)
        found: Tensor = self.network(latents, timestep=times, return_dict=False, **told)[0]
        return found

    @classmethod
    def tiny(cls, seed: int) -> StableDiffusion3:
        """The real architecture with very small random weights."""
        from diffusers import SD3Transformer2DModel

        torch.manual_seed(seed)
        network = SD3Transformer2DModel(
            sample_size=8,
            patch_size=2,
            in_channels=4,
            out_channels=4,
            num_layers=3,
            attention_head_dim=8,
            num_attention_heads=2,
            joint_attention_dim=80,
            caption_projection_dim=16,
            pooled_projection_dim=64,
            pos_embed_max_size=8,
        )
        texts = tiny_text(seed + 2, pooled=True), tiny_text(seed + 3, pooled=True)
        return cls(network, tiny_autoencoder(seed + 1, shift=0.06), texts, {"num_train_timesteps": 1_000, "shift": 3.0})
