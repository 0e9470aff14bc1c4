"""Reading prompts with CLIP's text encoders."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from generators.errors import BadRequest

# what every CLIP tokenizer makes of an empty text: a beginning, and ends up to its length
_BEGIN, _END = 49_406, 49_407


class ClipText:
    """A text encoder of CLIP with its tokenizer; without one only the empty prompt can be read."""

    def __init__(self, encoder: Any, tokenizer: Any | None, padding: int | None = None) -> None:
        self.encoder, self.tokenizer = encoder, tokenizer
        self._padding = padding
        self.length: int = encoder.config.max_position_embeddings

    def read(self, text: str) -> tuple[Tensor, Tensor, Tensor | None]:
        """The last states (1, length, width), those before the last layer, and the pooled (1, width) where there are.

        Raises:
            BadRequest: there is a text and no tokenizer to read it with.
        """
        device = next(self.encoder.parameters()).device
        output = self.encoder(self._numbers(text).to(device), output_hidden_states=True)
        return output.last_hidden_state, output.hidden_states[-2], getattr(output, "text_embeds", None)

    def _numbers(self, text: str) -> Tensor:
        if self.tokenizer is not None:
            found = self.tokenizer(
                text, padding="max_length", max_length=self.length, truncation=True, return_tensors="pt"
            )
            numbers: Tensor = found.input_ids
            return numbers
        if text:
            raise BadRequest(
                "This model came without the part that reads prompts: leave the prompt empty, or open the model's "
                "whole folder instead of one file."
            )
        rest = _END if self._padding is None else self._padding
        return torch.tensor([[_BEGIN, _END] + [rest] * (self.length - 2)])


def tiny_tokenizer(length: int = 16) -> Any:
    """A tokenizer of CLIP's kind that knows the 256 bytes and no words: small, and whole."""
    from transformers import CLIPTokenizer

    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [chr(256 + index) for index in range(256 - len(printable))]
    letters = [chr(byte) for byte in printable] + others
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: index for index, word in enumerate(words)}
    return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=length)


def tiny_encoder(*, pooled: bool = False, width: int = 32) -> Any:
    """A text encoder of CLIP's architecture for `tiny_tokenizer`, very small."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=514,
        hidden_size=width,
        intermediate_size=2 * width,
        projection_dim=width,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=16,
        bos_token_id=512,
        eos_token_id=513,
        pad_token_id=513,
    )
    encoder: Any = (CLIPTextModelWithProjection if pooled else CLIPTextModel)(config)
    return encoder.eval()
