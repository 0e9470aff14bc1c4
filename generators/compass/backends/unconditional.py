"""Models that read no prompt: a UNet2DModel on pixels, or on the latents of an AutoencoderKL. Ours is one of them."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor

from generators.compass.backend import Backend, Conditioning, Usual
from generators.compass.hook import Place
from generators.compass.latent import ddim, ddim_inverse, shift_unipc, unipc
from generators.compass.networks import decoded, encoded, fold_of


def _place(family: str, network: Any, *, is_latent: bool) -> Place:
    """Where pictures are moved, and where their qualities are read.

    In a small UNet on latents the finer skips carry nearly all of a picture: what is added to the middle block hardly
    reaches it (one hundredth of a standard deviation of a factor, for one of the features), though the block tells
    factors apart best. The last block but one of those that go up moves pictures, so that one is moved and the middle
    one is read. Networks on pixels are moved in h-space, as has been shown for them.
    """
    channels = network.config.block_out_channels
    if is_latent and len(network.up_blocks) > 2:
        return Place(f"{family} late space {channels[1]}", network.up_blocks[-2], reads=network.mid_block)
    return Place(f"{family} h-space {channels[-1]}", network.mid_block)


class Unconditional(Backend):
    """A UNet2DModel with or without an autoencoder.

    Source: Ho et al., arXiv 2006.11239 (pixels); Rombach et al., arXiv 2112.10752 (latents); the place is h-space: Kwon
    et al., arXiv 2210.10960.
    """

    family: ClassVar[str] = "unconditional"
    title: ClassVar[str] = "A model without prompts"
    reads_prompts: ClassVar[bool] = False

    def __init__(
        self, network: Any, autoencoder: Any | None, scheduler_config: dict[str, Any], usual: Usual | None = None
    ) -> None:
        self.network = network.eval()
        self.autoencoder = autoencoder.eval() if autoencoder is not None else None
        self.scheduler_config = dict(scheduler_config)
        self.set_up(network)
        if autoencoder is not None and self.device.type == "cpu":
            autoencoder.to(
                memory_format=torch.channels_last
            )  # decodes a sixth faster; the network itself does not gain
        self.train_steps = int(self.scheduler_config.get("num_train_timesteps", 1_000))
        cell = 1
        if autoencoder is not None:
            cell = fold_of(autoencoder) * 2 ** (len(autoencoder.config.block_out_channels) - 1)
        self.pixels_per_cell = cell
        # a UNet halves its map between blocks, and must be able to
        self._multiple = 2 ** (len(network.config.block_out_channels) - 1)
        side = network.config.sample_size or 32
        self.usual = usual or Usual(25, 10, 1.0, (side if isinstance(side, int) else side[0]) * cell)
        self._scale = float(autoencoder.config.scaling_factor) if autoencoder is not None else 1.0
        self.place = _place(self.family, network, is_latent=autoencoder is not None)

    def latent_shape(self, width: int, height: int) -> tuple[int, int, int]:
        """The shape (channels, rows, columns) of the latents, or of the picture itself."""
        return int(self.network.config.in_channels), height // self.pixels_per_cell, width // self.pixels_per_cell

    def scheduler(self, steps: int, cells: int) -> Any:
        """UniPC on latents; DDIM on pixels, where what it takes for the picture is clipped."""
        return self.retracing(steps, cells) if self.autoencoder is None else unipc(self.scheduler_config, steps)

    def retracing(self, steps: int, cells: int) -> Any:
        """DDIM."""
        del cells
        return ddim(self.scheduler_config, steps, clip=self.autoencoder is None)

    def shift(self, scheduler: Any, by: Tensor) -> None:
        """UniPC corrects the latents after a step; DDIM takes them as they are."""
        if hasattr(scheduler, "last_sample"):
            shift_unipc(scheduler, by)

    def inverse(self, steps: int, cells: int) -> Any:
        """DDIM towards noise."""
        del cells
        return ddim_inverse(self.scheduler_config, steps)

    def condition(self, prompt: str, negative: str, width: int, height: int, *, guided: bool) -> Conditioning:
        """Nothing: there is no prompt."""
        del width, height, guided
        self.no_prompt(prompt, negative)
        return Conditioning({})

    def predict(self, latents: Tensor, timestep: Tensor, told: dict[str, Tensor], guidance: float) -> Tensor:
        """The UNet's prediction."""
        del told, guidance
        found: Tensor = self.network(latents, timestep, return_dict=False)[0]
        return found

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures of latents; pixels are pictures already."""
        if self.autoencoder is None:
            return latents
        return decoded(self.autoencoder, latents.to(self.autoencoder.dtype) / self._scale)

    def encode(self, pictures: Tensor) -> Tensor:
        """The most likely latents of pictures."""
        given = pictures.to(self.device, self.dtype)
        if self.autoencoder is None:
            return given
        found: Tensor = encoded(self.autoencoder, given).mode()
        return (found * self._scale).to(self.dtype)

    @classmethod
    def tiny(cls, seed: int, *, latent: bool = True) -> Unconditional:
        """The real architecture with very small random weights, on latents or on pixels."""
        from diffusers import UNet2DModel

        from generators.compass.latent import tiny_autoencoder

        torch.manual_seed(seed)
        network = UNet2DModel(
            sample_size=8 if latent else 16,
            in_channels=4 if latent else 3,
            out_channels=4 if latent else 3,
            block_out_channels=(8, 16),
            down_block_types=("DownBlock2D", "AttnDownBlock2D"),
            up_block_types=("AttnUpBlock2D", "UpBlock2D"),
            layers_per_block=1,
            norm_num_groups=4,
            attention_head_dim=8,
        )
        autoencoder = tiny_autoencoder(seed + 1) if latent else None
        return cls(network, autoencoder, {"num_train_timesteps": 1_000, "beta_schedule": "linear"})
