"""Loading checkpoints in the layout that Stable Diffusion was trained in, with configs that come with the program."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generators.compass.checkpoints import NETWORK, configs_folder, layout_named
from generators.compass.loading import Parts
from generators.compass.opening import Found, read_json
from generators.compass.texts import ClipText
from generators.errors import ModelAltered
from generators.progress import Progress
from generators.runtime.weights import read_header

_TELLS_VELOCITY = f"{NETWORK}output_blocks.11.1.transformer_blocks.0.norm1.bias"
_VELOCITY_SPREAD = 0.09
_PRINTABLE = (*range(33, 127), *range(161, 173), *range(174, 256))
_BANG = 0  # the number of "!", with which the encoders of OpenCLIP are padded


class CheckpointParts(Parts):
    """Loads the parts of one model from a checkpoint."""

    def __init__(self, found: Found, place: str, dtype: torch.dtype, progress: Progress) -> None:
        super().__init__(found, place, dtype, progress)
        self._layout = layout_named(found.kind)

    def scheduler(self) -> dict[str, Any]:
        """The noise that the layout was trained with, and what its network says: the noise, or its velocity.

        Later models mark themselves ("v_pred", "ztsnr"). Stable Diffusion 2 comes in both forms with the same names
        and sizes; in the one that says velocity the biases of one of its layers spread more.
        """
        config = read_json(self._layout.configs / "scheduler" / "scheduler_config.json")
        header = read_header(self.found.path)
        if "v_pred" in header.tensors:
            config["prediction_type"] = "v_prediction"
        if "ztsnr" in header.tensors:
            config |= {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
        if self._layout.name == "sd2" and _TELLS_VELOCITY in header.tensors:
            spread = self._tensors((_TELLS_VELOCITY,))[_TELLS_VELOCITY].float().std(correction=0)
            config["prediction_type"] = "v_prediction" if float(spread) > _VELOCITY_SPREAD else "epsilon"
        return config

    def index(self) -> dict[str, Any]:
        """Nothing: there is no index."""
        return {}

    def _folder(self, part: str) -> Path:
        return self._layout.configs / part

    def clip(self, part: str, *, pooled: bool = False) -> ClipText:
        """One text encoder, with the tokenizer that all of them share."""
        found = super().clip(part, pooled=pooled)
        is_open = self._layout.name == "sd2" or part == "text_encoder_2"
        tokenizer = clip_tokenizer(padded_with_end=not is_open)
        return ClipText(found.encoder, tokenizer, _BANG if is_open else None)

    def _tokenizer(self, part: str, kind: Any) -> Any | None:
        del part, kind
        return None  # `clip` gives the shared one

    def _read(self, part: str, kind: Any, dtype: torch.dtype) -> Any:
        prefixes = self._layout.prefixes[part]
        names = tuple(name for name in read_header(self.found.path).tensors if name.startswith(prefixes))
        tensors = self._tensors(names)
        if hasattr(kind, "from_single_file"):
            return kind.from_single_file(tensors, config=str(self._folder(part)), local_files_only=True, dtype=dtype)
        from diffusers.loaders.single_file_utils import create_diffusers_clip_model_from_ldm

        return create_diffusers_clip_model_from_ldm(
            kind, tensors, config=str(self._folder(part)), torch_dtype=dtype, local_files_only=True
        )

    def _tensors(self, names: tuple[str, ...]) -> dict[str, Tensor]:
        from safetensors import safe_open

        with safe_open(self.found.path, "pt") as file:
            return {name: file.get_tensor(name) for name in names}


@cache
def _merges() -> tuple[tuple[str, str], ...]:
    path = configs_folder() / "clip_merges.txt.gz"
    try:
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        return tuple((first, second) for first, second in (line.split() for line in lines))
    except (OSError, EOFError, ValueError) as error:
        raise ModelAltered(
            f"{path.name}, which prompts are read with, is damaged: install Affect Studio again."
        ) from error


@cache
def clip_tokenizer(*, padded_with_end: bool) -> Any:
    """The tokenizer of CLIP, padded with ends of text or with "!", built from its merges.

    Raises:
        ModelAltered: the merges that come with the program are damaged.

    Source: Radford et al., arXiv 2103.00020 (byte pairs over 256 letters that stand for bytes, then words).
    """
    from transformers import CLIPTokenizer

    others = [byte for byte in range(256) if byte not in _PRINTABLE]
    letters = [chr(byte) for byte in _PRINTABLE] + [chr(256 + index) for index in range(len(others))]
    words = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(pair) for pair in _merges())]
    words += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: index for index, word in enumerate(words)}
    pad = "<|endoftext|>" if padded_with_end else "!"
    merges: Any = list(_merges())
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=77, pad_token=pad)
