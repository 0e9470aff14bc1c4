"""Stable Diffusion 1 and 2: one CLIP text encoder, a UNet2DConditionModel, latents an eighth of the picture."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor

from generators.compass.backend import Conditioning, Usual
from generators.compass.hook import Place
from generators.compass.latent import DdimBackend, tiny_autoencoder
from generators.compass.texts import ClipText, tiny_encoder, tiny_tokenizer


class StableDiffusion(DdimBackend):
    """Source: Rombach et al., arXiv 2112.10752; guidance: Ho and Salimans, arXiv 2207.12598."""

    family: ClassVar[str] = "stable diffusion"
    title: ClassVar[str] = "Stable Diffusion 1 or 2"

    def __init__(self, network: Any, autoencoder: Any, text: ClipText, scheduler_config: dict[str, Any]) -> None:
        super().__init__(network, autoencoder, scheduler_config)
        self.text = text
        self.usual = Usual(30, 10, 7.5, int(network.config.sample_size) * self.pixels_per_cell)
        # Stable Diffusion 1 and 2 have the same sizes and different insides: the texts' width tells them apart
        width = network.config.cross_attention_dim
        self.place = Place(f"{self.family} h-space {network.config.block_out_channels[-1]}/{width}", network.mid_block)

    def condition(self, prompt: str, negative: str, width: int, height: int, *, guided: bool) -> Conditioning:
        """The states of the text encoder's last layer."""
        del width, height
        with_prompt = {"encoder_hidden_states": self.text.read(prompt)[0].to(self.dtype)}
        without = {"encoder_hidden_states": self.text.read(negative)[0].to(self.dtype)} if guided else None
        return Conditioning(with_prompt, without)

    def predict(self, latents: Tensor, timestep: Tensor, told: dict[str, Tensor], guidance: float) -> Tensor:
        """The UNet's prediction."""
        del guidance
        found: Tensor = self.network(latents, timestep, return_dict=False, **told)[0]
        return found

    @classmethod
    def tiny(cls, seed: int) -> StableDiffusion:
        """The real architecture with very small random weights."""
        return cls(tiny_network(seed), tiny_autoencoder(seed + 1), tiny_text(seed + 2), SCHEDULER)


SCHEDULER: dict[str, Any] = {
    "num_train_timesteps": 1_000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
    "set_alpha_to_one": False,
}
"""The noise that Stable Diffusion was trained with."""


def tiny_network(seed: int, **further: Any) -> Any:
    """A UNet2DConditionModel of the real architecture with very small random weights."""
    from diffusers import UNet2DConditionModel

    torch.manual_seed(seed)
    return UNet2DConditionModel(
        **{
            "sample_size": 8,
            "block_out_channels": (8, 16),
            "layers_per_block": 1,
            "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
            "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
            "cross_attention_dim": 32,
            "attention_head_dim": 2,
            "norm_num_groups": 4,
            **further,
        }
    )


def tiny_text(seed: int, *, pooled: bool = False) -> ClipText:
    """A very small text encoder with its tokenizer."""
    torch.manual_seed(seed)
    return ClipText(tiny_encoder(pooled=pooled), tiny_tokenizer())
