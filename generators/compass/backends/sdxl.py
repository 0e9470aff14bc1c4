"""Stable Diffusion XL: two CLIP text encoders, and a UNet that is told of sizes."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor

from generators.compass.backend import Conditioning, Usual
from generators.compass.backends.stable_diffusion import SCHEDULER, tiny_network, tiny_text
from generators.compass.hook import Place
from generators.compass.latent import DdimBackend, tiny_autoencoder
from generators.compass.texts import ClipText


class StableDiffusionXL(DdimBackend):
    """Source: Podell et al., arXiv 2307.01952."""

    family: ClassVar[str] = "sdxl"
    title: ClassVar[str] = "Stable Diffusion XL"

    def __init__(
        self,
        network: Any,
        autoencoder: Any,
        texts: tuple[ClipText, ClipText],
        scheduler_config: dict[str, Any],
        *,
        zeros_for_empty: bool = True,
    ) -> None:
        super().__init__(network, autoencoder, scheduler_config)
        self.texts = texts
        self._zeros_for_empty = zeros_for_empty
        self.usual = Usual(30, 10, 5.0, int(network.config.sample_size) * self.pixels_per_cell)
        self.place = Place(f"{self.family} h-space {network.config.block_out_channels[-1]}", network.mid_block)

    def condition(self, prompt: str, negative: str, width: int, height: int, *, guided: bool) -> Conditioning:
        """Both encoders' states before their last layer side by side, the second's pooled text, and the sizes."""
        sizes = torch.tensor([[height, width, 0, 0, height, width]], dtype=self.dtype, device=self.device)
        with_prompt = self._told(prompt, sizes)
        if not guided:
            return Conditioning(with_prompt)
        without = self._told(negative, sizes)
        if not negative and self._zeros_for_empty:
            for name in ("encoder_hidden_states", "text_embeds"):
                without[name] = torch.zeros_like(without[name])
        return Conditioning(with_prompt, without)

    def _told(self, text: str, sizes: Tensor) -> dict[str, Tensor]:
        first, (second, pooled) = self.texts[0].read(text), self.texts[1].projected(text)
        states = torch.cat([first[1], second], dim=-1).to(self.dtype)
        return {"encoder_hidden_states": states, "text_embeds": pooled.to(self.dtype), "time_ids": sizes}

    def predict(self, latents: Tensor, timestep: Tensor, told: dict[str, Tensor], guidance: float) -> Tensor:
        """The UNet's prediction."""
        del guidance
        further = {name: told[name] for name in ("text_embeds", "time_ids")}
        states = told["encoder_hidden_states"]
        found: Tensor = self.network(latents, timestep, states, added_cond_kwargs=further, return_dict=False)[0]
        return found

    @classmethod
    def tiny(cls, seed: int) -> StableDiffusionXL:
        """The real architecture with very small random weights."""
        network = tiny_network(
            seed,
            cross_attention_dim=64,
            transformer_layers_per_block=(1, 2),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=80,
        )
        texts = tiny_text(seed + 2), tiny_text(seed + 3, pooled=True)
        return cls(network, tiny_autoencoder(seed + 1), texts, SCHEDULER)
