"""Flux: a transformer over packed latents and words, with CLIP for the whole of a text and T5 for its words."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from generators.compass.backend import Conditioning, Usual
from generators.compass.backends.stable_diffusion import tiny_text
from generators.compass.flow import FlowBackend, dynamic_shift
from generators.compass.latent import plain_config, tiny_autoencoder
from generators.compass.texts import ClipText, T5Text, tiny_t5

_PATCH = 2


class Flux(FlowBackend):
    """The place is the image tokens after the middle one of the blocks that keep words and picture apart.

    Guidance is embedded where the model was distilled with it (dev), and of no use where it was not (schnell).

    Source: Black Forest Labs, FLUX.1 (2024); Esser et al., arXiv 2403.03206 (its flow and its double blocks).
    """

    family: ClassVar[str] = "flux"
    title: ClassVar[str] = "Flux"

    def __init__(
        self, network: Any, autoencoder: Any, texts: tuple[ClipText, T5Text], scheduler_config: dict[str, Any]
    ) -> None:
        super().__init__(network, autoencoder, scheduler_config)
        self.texts = texts
        self._embeds_guidance = bool(network.config.guidance_embeds)
        side = int(autoencoder.config.sample_size)
        self.usual = Usual(28, 8, 3.5, side) if self._embeds_guidance else Usual(4, 2, 1.0, side)
        self.pixels_per_cell *= _PATCH

    def latent_shape(self, width: int, height: int) -> tuple[int, int, int]:
        """The shape (channels, rows, columns) of the latents of a picture, before they are packed."""
        cell = self.pixels_per_cell // _PATCH
        return int(self.network.config.in_channels) // _PATCH**2, height // cell, width // cell

    def doubles(self, guidance: float) -> bool:
        """Never: guidance is told to the network."""
        del guidance
        return False

    def scheduler(self, steps: int, cells: int) -> Any:
        """Euler's steps along the flow, evenly from pure noise on and then shifted."""
        from diffusers import FlowMatchEulerDiscreteScheduler

        scheduler: Any = FlowMatchEulerDiscreteScheduler.from_config(plain_config(self.scheduler_config))
        sigmas = np.linspace(1.0, 1.0 / steps, steps).tolist()
        shift = dynamic_shift(scheduler.config, cells // _PATCH**2) if scheduler.config.use_dynamic_shifting else None
        scheduler.set_timesteps(sigmas=sigmas, mu=shift)
        return scheduler

    def condition(self, prompt: str, negative: str, width: int, height: int, *, guided: bool) -> Conditioning:
        """CLIP's pooled text and T5's states; a negative prompt is not read, for there is no second half to guide."""
        del negative, width, height, guided
        clip, t5 = self.texts
        return Conditioning(
            {
                "pooled_projections": clip.pooled(prompt).to(self.dtype),
                "encoder_hidden_states": t5.read(prompt).to(self.dtype),
            }
        )

    def predict(self, latents: Tensor, timestep: Tensor, told: dict[str, Tensor], guidance: float) -> Tensor:
        """The flow that the transformer predicts."""
        count, _, rows, columns = latents.shape
        self.grid = rows // _PATCH, columns // _PATCH
        words = told["encoder_hidden_states"].shape[1]
        times = timestep.expand(count).to(latents.device, latents.dtype) / 1_000
        strength = torch.full((count,), guidance, device=latents.device) if self._embeds_guidance else None
        predicted: Tensor = self.network(
            hidden_states=_packed(latents),
            timestep=times,
            guidance=strength,
            txt_ids=torch.zeros(words, 3, device=latents.device, dtype=latents.dtype),
            img_ids=_places(*self.grid).to(latents.device, latents.dtype),
            return_dict=False,
            **told,
        )[0]
        return _unpacked(predicted, rows, columns)

    @classmethod
    def tiny(cls, seed: int, *, guidance: bool = True) -> Flux:
        """The real architecture with very small random weights, told of guidance (dev) or not (schnell)."""
        from diffusers import FluxTransformer2DModel

        torch.manual_seed(seed)
        network = FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=2,
            num_single_layers=1,
            attention_head_dim=8,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            guidance_embeds=guidance,
            axes_dims_rope=(2, 2, 4),
        )
        texts = tiny_text(seed + 2), tiny_t5(seed + 3)
        return cls(network, tiny_autoencoder(seed + 1, shift=0.06), texts, {"num_train_timesteps": 1_000, "shift": 3.0})


def _packed(latents: Tensor) -> Tensor:
    """Latents (batch, channels, rows, columns) as tokens (batch, rows * columns / 4, 4 * channels)."""
    count, channels, rows, columns = latents.shape
    cells = latents.reshape(count, channels, rows // _PATCH, _PATCH, columns // _PATCH, _PATCH)
    return cells.permute(0, 2, 4, 1, 3, 5).reshape(count, -1, channels * _PATCH**2)


def _unpacked(tokens: Tensor, rows: int, columns: int) -> Tensor:
    """What `_packed` packed."""
    count, _, width = tokens.shape
    cells = tokens.reshape(count, rows // _PATCH, columns // _PATCH, width // _PATCH**2, _PATCH, _PATCH)
    return cells.permute(0, 3, 1, 4, 2, 5).reshape(count, width // _PATCH**2, rows, columns)


def _places(rows: int, columns: int) -> Tensor:
    """Where each token stands, (rows * columns, 3): nothing, its row, its column."""
    found = torch.zeros(rows, columns, 3)
    found[..., 1] = torch.arange(rows)[:, None]
    found[..., 2] = torch.arange(columns)[None]
    return found.reshape(rows * columns, 3)
