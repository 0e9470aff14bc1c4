"""Checkpoints in the layout of training, made of very small networks: its names from those of diffusers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

SMALL = {"block_out_channels": [8, 16], "norm_num_groups": 4, "layers_per_block": 1}
RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1",
    "conv_shortcut": "skip_connection",
}


def small_configs(layout: str, shipped: Path, folder: Path) -> Path:
    """The configs of `layout` as they are shipped, with very small sizes."""
    for source in shipped.rglob("*.json"):
        config: dict[str, Any] = json.loads(source.read_text())
        part = source.parent.name
        if part == "unet":
            kinds = {"sdxl": ("DownBlock2D", "CrossAttnDownBlock2D")}.get(
                layout, ("CrossAttnDownBlock2D", "DownBlock2D")
            )
            config |= {
                **SMALL,
                "down_block_types": kinds,
                "up_block_types": [kind.replace("Down", "Up") for kind in reversed(kinds)],
                "sample_size": 8,
                "attention_head_dim": 2 if layout == "sd1" else [1, 2],
                "cross_attention_dim": 64 if layout == "sdxl" else 32,
            }
            if layout == "sdxl":
                config |= {
                    "transformer_layers_per_block": [1, 2],
                    "addition_time_embed_dim": 8,
                    "projection_class_embeddings_input_dim": 96,
                }
        elif part == "vae":
            config |= {**SMALL, "sample_size": 16}
            for way in ("Down", "Up"):
                kind = "DownEncoderBlock2D" if way == "Down" else "UpDecoderBlock2D"
                config[f"{way.lower()}_block_types"] = [kind] * 2
        elif part.startswith("text_encoder"):
            width = 48 if part.endswith("_2") else (16 if layout == "sdxl" else 32)
            config |= {
                "hidden_size": width,
                "intermediate_size": 2 * width,
                "projection_dim": width,
                "num_hidden_layers": 2,
                "num_attention_heads": 4,
            }
        target = folder / layout / part / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(config))
    return folder


def network_names(state: dict[str, Tensor], layers: int = 1, blocks: int = 2) -> dict[str, Tensor]:
    """The UNet's tensors under the names of training."""
    found = {}
    for name, tensor in state.items():
        words = name.split(".")
        match words[0]:
            case "conv_in":
                new = name.replace("conv_in", "input_blocks.0.0")
            case "conv_norm_out" | "conv_out":
                new = name.replace("conv_norm_out", "out.0").replace("conv_out", "out.2")
            case "time_embedding":
                new = name.replace("time_embedding.linear_1", "time_embed.0").replace(
                    "time_embedding.linear_2", "time_embed.2"
                )
            case "add_embedding":
                new = name.replace("add_embedding.linear_1", "label_emb.0.0").replace(
                    "add_embedding.linear_2", "label_emb.0.2"
                )
            case "mid_block":
                place = 1 if words[1] == "attentions" else 2 * int(words[2])
                new = _inside(f"middle_block.{place}", words[3:], words[1])
            case "down_blocks":
                block, kind, index = int(words[1]), words[2], int(words[3])
                if kind == "downsamplers":
                    new = f"input_blocks.{(layers + 1) * (block + 1)}.0.op.{words[-1]}"
                else:
                    place = (layers + 1) * block + index + 1
                    new = _inside(f"input_blocks.{place}.{1 if kind == 'attentions' else 0}", words[4:], kind)
            case _:
                block, kind, index = int(words[1]), words[2], int(words[3])
                has_attention = any(key.startswith(f"up_blocks.{block}.attentions") for key in state)
                if kind == "upsamplers":
                    new = f"output_blocks.{(layers + 1) * block + layers}.{2 if has_attention else 1}.conv.{words[-1]}"
                else:
                    place = (layers + 1) * block + index
                    new = _inside(f"output_blocks.{place}.{1 if kind == 'attentions' else 0}", words[4:], kind)
        found[f"model.diffusion_model.{new}"] = tensor
    assert blocks == 2
    return found


def _inside(start: str, words: list[str], kind: str) -> str:
    if kind != "attentions":
        words = [RESNET.get(words[0], words[0]), *words[1:]]
    return ".".join((start, *words))


def autoencoder_names(state: dict[str, Tensor], blocks: int = 2) -> dict[str, Tensor]:
    """The autoencoder's tensors under the names of training."""
    attention = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out": "proj_out"}
    found = {}
    for name, tensor in state.items():
        words = name.replace("conv_shortcut", "nin_shortcut").replace("conv_norm_out", "norm_out").split(".")
        if len(words) > 2 and words[1] in ("down_blocks", "up_blocks"):
            is_down = words[1] == "down_blocks"
            level = int(words[2]) if is_down else blocks - 1 - int(words[2])
            tail = words[5:]
            if words[3] == "resnets":
                tail = ["block", words[4], *tail]
            else:
                tail = ["downsample" if is_down else "upsample", *tail]
            words = [words[0], "down" if is_down else "up", str(level), *tail]
        elif len(words) > 2 and words[1] == "mid_block":
            if words[2] == "attentions":
                tail = [attention[words[4]], words[-1]]
                words = [words[0], "mid", "attn_1", *tail]
                if tail[0] != "norm" and tensor.ndim == 2:
                    tensor = tensor[:, :, None, None]  # these were convolutions once
            else:
                words = [words[0], "mid", f"block_{int(words[3]) + 1}", *words[4:]]
        found["first_stage_model." + ".".join(words)] = tensor.clone()
    return found


def clip_names(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """A text encoder's tensors as OpenAI's were named."""
    return {f"{prefix}text_model.{name.removeprefix('text_model.')}": tensor for name, tensor in state.items()}


def open_clip_names(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """A text encoder's tensors as OpenCLIP names them: queries, keys and values are one."""
    found: dict[str, Tensor] = {}
    parts = {"layer_norm1": "ln_1", "layer_norm2": "ln_2", "mlp.fc1": "mlp.c_fc", "mlp.fc2": "mlp.c_proj"}
    for full, tensor in state.items():
        name = full.removeprefix("text_model.")
        if name == "text_projection.weight":
            found[f"{prefix}text_projection"] = tensor.T.contiguous()
        elif name.startswith("embeddings."):
            kind = "token_embedding.weight" if "token" in name else "positional_embedding"
            found[f"{prefix}{kind}"] = tensor
        elif name.startswith("final_layer_norm"):
            found[f"{prefix}{name.replace('final_layer_norm', 'ln_final')}"] = tensor
        elif "q_proj" in name:
            three = [state[full.replace("q_proj", f"{letter}_proj")] for letter in "qkv"]
            layer = name.split(".")[2]
            found[f"{prefix}transformer.resblocks.{layer}.attn.in_proj_{name.rpartition('.')[2]}"] = torch.cat(three)
        elif "k_proj" not in name and "v_proj" not in name:
            new = name.replace("encoder.layers.", "transformer.resblocks.").replace(
                "self_attn.out_proj", "attn.out_proj"
            )
            for one, other in parts.items():
                new = new.replace(one, other)
            found[f"{prefix}{new}"] = tensor
    return found
