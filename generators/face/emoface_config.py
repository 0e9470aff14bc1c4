"""The sizes of EmoFace's network, its emotions, and what a face file of it carries. Torch-free.

Source: Liu et al., "EmoFace: Audio-driven Emotional 3D Face Animation", IEEE VR 2024, and its published code.
"""

from __future__ import annotations

import msgspec

FORMAT = "emoface"
"""The name of the model's kind: of its spec, and what `models convert --to` asks for."""
LICENCE = "CC BY-NC 4.0"
SAMPLE_RATE_HZ = 16_000
FRAME_RATE_HZ = 60
EMOTIONS: tuple[str, ...] = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""In the order of the rows of its embedding."""
CONV_KERNEL: tuple[int, ...] = (10, 3, 3, 3, 3, 2, 2)
CONV_STRIDE: tuple[int, ...] = (5, 2, 2, 2, 2, 2, 2)
"""wav2vec2's convolutions: each feature hears 400 samples, one every 320."""


class EmoFaceConfig(msgspec.Struct, frozen=True):
    """The widths of one network of EmoFace's architecture; the defaults are the published ones.

    `audio_*` are wav2vec2's: channels of its convolutions, width, layers, heads, width of its feed-forward layers, and
    kernel and groups of the convolution that tells it positions. The rest is EmoFace's own.
    """

    audio_channels: int = 512
    audio_width: int = 768
    audio_layers: int = 12
    audio_heads: int = 12
    audio_inner: int = 3072
    audio_position_kernel: int = 128
    audio_position_groups: int = 16
    emotion_width: int = 256
    emotion_inner: int = 512
    width: int = 512
    heads: int = 8
    inner: int = 2048
    layers: int = 10
    positions: int = 5000
    controls: int = 174


PUBLISHED = EmoFaceConfig()
TINY = EmoFaceConfig(
    audio_channels=8,
    audio_width=32,
    audio_layers=2,
    audio_heads=2,
    audio_inner=48,
    emotion_width=8,
    emotion_inner=12,
    width=16,
    heads=2,
    inner=24,
    layers=2,
    positions=50,
)
"""The same architecture with little in it, for tests; what goes in and comes out is the same."""


def weight_shapes(config: EmoFaceConfig) -> dict[str, tuple[int, ...]]:
    """The names and shapes of the weights, as in the published checkpoints and in their order."""
    wide, channels, inner, width = config.audio_width, config.audio_channels, config.audio_inner, config.width
    shapes: dict[str, tuple[int, ...]] = {"embed.weight": (len(EMOTIONS), config.emotion_width)}

    def linear(name: str, inputs: int, outputs: int) -> None:
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (outputs, inputs), (outputs,)

    def norm(name: str, size: int) -> None:
        shapes[f"{name}.weight"] = shapes[f"{name}.bias"] = (size,)

    linear("emotion.0", config.emotion_width, config.emotion_inner)
    linear("emotion.2", config.emotion_inner, width)
    shapes["audio_encoder.masked_spec_embed"] = (wide,)
    for index, kernel in enumerate(CONV_KERNEL):
        layer = f"audio_encoder.feature_extractor.conv_layers.{index}"
        shapes[f"{layer}.conv.weight"] = (channels, channels if index else 1, kernel)
        if not index:
            norm(f"{layer}.layer_norm", channels)
    norm("audio_encoder.feature_projection.layer_norm", channels)
    linear("audio_encoder.feature_projection.projection", channels, wide)
    place, reach = "audio_encoder.encoder.pos_conv_embed.conv", config.audio_position_kernel
    shapes[f"{place}.bias"] = (wide,)
    shapes[f"{place}.parametrizations.weight.original0"] = (1, 1, reach)
    shapes[f"{place}.parametrizations.weight.original1"] = (wide, wide // config.audio_position_groups, reach)
    norm("audio_encoder.encoder.layer_norm", wide)
    for index in range(config.audio_layers):
        layer = f"audio_encoder.encoder.layers.{index}"
        for part in ("k_proj", "v_proj", "q_proj", "out_proj"):
            linear(f"{layer}.attention.{part}", wide, wide)
        norm(f"{layer}.layer_norm", wide)
        linear(f"{layer}.feed_forward.intermediate_dense", wide, inner)
        linear(f"{layer}.feed_forward.output_dense", inner, wide)
        norm(f"{layer}.final_layer_norm", wide)
    for index in range(config.layers):
        layer = f"encoder.layers.{index}"
        shapes[f"{layer}.self_attn.in_proj_weight"] = (3 * width, width)
        shapes[f"{layer}.self_attn.in_proj_bias"] = (3 * width,)
        linear(f"{layer}.self_attn.out_proj", width, width)
        linear(f"{layer}.linear1", width, config.inner)
        linear(f"{layer}.linear2", config.inner, width)
        norm(f"{layer}.norm1", width)
        norm(f"{layer}.norm2", width)
    linear("in_fn", wide, width)
    linear("out_fn", width, config.controls)
    shapes["pos_encoder.pe"] = (config.positions, 1, width)
    return shapes


def config_of(text: str) -> EmoFaceConfig:
    """The sizes that a file's metadata tells, as `config_text` wrote them; "" gives the published ones.

    Raises:
        msgspec.MsgspecError: the text is something else.
    """
    return msgspec.json.decode(text, type=EmoFaceConfig) if text else PUBLISHED


def config_text(config: EmoFaceConfig) -> str:
    """The sizes as JSON, for a file's metadata."""
    return msgspec.json.encode(config).decode()
