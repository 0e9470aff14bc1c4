"""EmoFace's network: a voice and an emotion to 174 controllers of a MetaHuman face at 60 frames a second.

    sound at 16 kHz -> wav2vec2's convolutions (50 Hz) -> interpolated to 60 fps -> wav2vec2's transformer
    -> Linear + position + emotion -> 10 layers of an encoder -> Linear to 174

Names and shapes of the weights are those of the published checkpoints. Only the worker imports this: it needs torch and
transformers, whose wav2vec2 is built from sizes given here, so that nothing is ever fetched.

The published code hands (batch, time, 512) to an encoder that expects (time, batch, 512). With one clip, which is how
it was trained and is used, each frame is therefore a sequence of its own: it attends to nothing but itself, and always
stands at position 0. Attention to a single thing is the value of that thing, so `FrameEncoder` leaves the rest out.

Source: Liu et al., "EmoFace", IEEE VR 2024; Baevski et al., "wav2vec 2.0", 2020; Fan et al., "FaceFormer", 2022, whose
interpolation before the transformer EmoFace has.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import safetensors
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import Wav2Vec2Config, Wav2Vec2Model

from generators.errors import ModelAltered
from generators.face.emoface_config import (
    CONV_KERNEL,
    CONV_STRIDE,
    EMOTIONS,
    FORMAT,
    TINY,
    EmoFaceConfig,
    config_of,
    weight_shapes,
)
from generators.progress import Progress, silent
from generators.runtime.spec import CPU, Device
from generators.runtime.weights import read_header

_NORM_EPSILON = 1e-5


def _wav2vec2(config: EmoFaceConfig) -> Wav2Vec2Model:
    """wav2vec2-base of these sizes, with random weights."""
    sizes: dict[str, Any] = {
        "hidden_size": config.audio_width,
        "num_hidden_layers": config.audio_layers,
        "num_attention_heads": config.audio_heads,
        "intermediate_size": config.audio_inner,
        "conv_dim": (config.audio_channels,) * len(CONV_KERNEL),
        "conv_kernel": CONV_KERNEL,
        "conv_stride": CONV_STRIDE,
        "conv_bias": False,
        "feat_extract_norm": "group",
        "do_stable_layer_norm": False,
        "num_conv_pos_embeddings": config.audio_position_kernel,
        "num_conv_pos_embedding_groups": config.audio_position_groups,
        "layer_norm_eps": _NORM_EPSILON,
        "attn_implementation": "sdpa",  # otherwise a minute of sound takes 600 MB for the attention of each layer
    }
    return Wav2Vec2Model(Wav2Vec2Config(**sizes))


class LoneAttention(nn.Module):
    """What torch.nn.MultiheadAttention does with sequences of one: the value, projected."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)
        nn.init.xavier_uniform_(self.in_proj_weight)

    def forward(self, x: Tensor) -> Tensor:
        """Frames (time, width) to (time, width), each by itself."""
        width = x.shape[-1]
        value = functional.linear(x, self.in_proj_weight[2 * width :], self.in_proj_bias[2 * width :])
        projected: Tensor = self.out_proj(value)
        return projected


class FrameEncoderLayer(nn.Module):
    """One layer of torch.nn.TransformerEncoder (norms after, ReLU) for sequences of one."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.self_attn = LoneAttention(width)
        self.linear1 = nn.Linear(width, inner)
        self.linear2 = nn.Linear(inner, width)
        self.norm1 = nn.LayerNorm(width, eps=_NORM_EPSILON)
        self.norm2 = nn.LayerNorm(width, eps=_NORM_EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        """Frames (time, width) to (time, width)."""
        x = self.norm1(x + self.self_attn(x))
        x = x + self.linear2(functional.relu(self.linear1(x)))
        normed: Tensor = self.norm2(x)
        return normed


class FrameEncoder(nn.Module):
    """torch.nn.TransformerEncoder as EmoFace feeds it: see the head of this file."""

    def __init__(self, config: EmoFaceConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(FrameEncoderLayer(config.width, config.inner) for _ in range(config.layers))

    def forward(self, x: Tensor) -> Tensor:
        """Frames (time, width) to (time, width)."""
        for layer in self.layers:
            x = layer(x)
        return x


class Positions(nn.Module):
    """Sinusoids (positions, 1, width), of which only the first is ever used."""

    pe: Tensor

    def __init__(self, config: EmoFaceConfig) -> None:
        super().__init__()
        place = torch.arange(config.positions, dtype=torch.float32)[:, None]
        rate = torch.exp(torch.arange(0, config.width, 2, dtype=torch.float32) * (-math.log(10_000.0) / config.width))
        waves = torch.stack([torch.sin(place * rate), torch.cos(place * rate)], dim=-1)
        self.register_buffer("pe", waves.reshape(config.positions, 1, config.width))

    def forward(self, x: Tensor) -> Tensor:
        """Frames (time, width), all at position 0."""
        return x + self.pe[0]


class EmoFace(nn.Module):
    """The network, in three steps, so that a long recording goes through piece by piece (emoface_hearing.py).

    `convolve` gives features at 50 Hz, `hear` goes over frames at 60 fps that were interpolated from them, and `move`
    turns what was heard into controllers. Nothing of a job is kept in it.
    """

    def __init__(self, config: EmoFaceConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(len(EMOTIONS), config.emotion_width)
        self.emotion = nn.Sequential(
            nn.Linear(config.emotion_width, config.emotion_inner),
            nn.LeakyReLU(0.2),
            nn.Linear(config.emotion_inner, config.width),
        )
        self.audio_encoder = _wav2vec2(config)
        self.encoder = FrameEncoder(config)
        self.in_fn = nn.Linear(config.audio_width, config.width)
        self.out_fn = nn.Linear(config.width, config.controls)
        self.pos_encoder = Positions(config)

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.out_fn.weight.device

    def first_convolution(self, samples: Tensor) -> Tensor:
        """What wav2vec2's first convolution makes of `samples` (n,), before its norm: (channels, (n - 10) // 5 + 1)."""
        first: Any = self.audio_encoder.feature_extractor.conv_layers[0]
        made: Tensor = first.conv(samples[None, None])[0]
        return made

    def convolve(self, samples: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        """Features (k, channels) of `samples` (320 (k - 1) + 400,), at 50 Hz.

        The first layer's norm is over time. `mean` and `variance` (channels,) are what its convolution gives over the
        whole recording, so that pieces come out as the whole would.
        """
        layers: Any = self.audio_encoder.feature_extractor.conv_layers
        norm = layers[0].layer_norm
        scale = norm.weight * torch.rsqrt(variance + norm.eps)
        x = self.first_convolution(samples) * scale[:, None] + (norm.bias - mean * scale)[:, None]
        x = functional.gelu(x)[None]
        for layer in layers[1:]:
            x = layer(x)
        features: Tensor = x[0].transpose(0, 1)
        return features

    def hear(self, features: Tensor, tick: Callable[[], None] = lambda: None) -> Tensor:
        """What is heard (time, width) of `features` (time, channels), which attend to each other.

        `tick` is called after each layer.
        """
        x, _ = self.audio_encoder.feature_projection(features[None])
        encoder = self.audio_encoder.encoder
        x = encoder.layer_norm(x + encoder.pos_conv_embed(x))
        for layer in encoder.layers:
            found = layer(x)
            x = found[0] if isinstance(found, tuple) else found  # versions of transformers differ
            tick()
        heard: Tensor = self.in_fn(x[0])
        return heard

    def move(self, heard: Tensor, mixture: Tensor) -> Tensor:
        """Controllers (time, 174) from what was `heard` (time, width) and amounts of EMOTIONS `mixture` (time, 7).

        A row of `mixture` with a single 1 is what the published network knows; between such rows the embedding is
        interpolated.
        """
        emotion = self.emotion(mixture @ self.embed.weight)
        moved: Tensor = self.out_fn(self.encoder(self.pos_encoder(heard) + emotion))
        return moved


def load_network(path: Path, device: Device = CPU, progress: Progress = silent) -> EmoFace:
    """The network with the weights of the safetensors file `path`, ready to compute in single precision on `device`.

    Raises:
        ModelAltered: the file is damaged, or holds another network.
        ModelMissing: it cannot be read.
        Cancelled: from `progress`.
    """
    header = read_header(path)
    refusal = ModelAltered(f"{path.name} is not a network of EmoFace's architecture: convert its checkpoint again.")
    try:
        config = config_of(header.metadata.get("config", ""))
    except msgspec.MsgspecError as error:
        raise refusal from error
    if header.metadata.get("spec") != FORMAT:
        raise refusal
    wanted = weight_shapes(config)
    if wanted != {name: info.shape for name, info in header.tensors.items()}:
        raise refusal
    # never two full copies: a network that takes no memory is given each tensor as it comes
    with torch.device("meta"):
        network = EmoFace(config)
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            for done, name in enumerate(wanted):
                progress(done, len(wanted), "reading EmoFace's weights")
                value = file.get_tensor(name).to(device=device.name, dtype=torch.float32)
                network.load_state_dict({name: value}, strict=False, assign=True)
    except (safetensors.SafetensorError, OSError) as error:
        raise ModelAltered(f"{path.name} is damaged: convert its checkpoint again.") from error
    return network.eval().requires_grad_(requires_grad=False)


def tiny_network(seed: int = 0, config: EmoFaceConfig = TINY) -> EmoFace:
    """The architecture with random weights from `seed`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = EmoFace(config)
        nn.init.normal_(network.out_fn.weight, std=config.width**-0.5)
    return network.eval().requires_grad_(requires_grad=False)
