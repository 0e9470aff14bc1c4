"""Reading prompts with the text encoders of CLIP and of T5."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from generators.errors import BadRequest

# what every CLIP tokenizer makes of an empty text: a beginning, and ends up to its length
_BEGIN, _END = 49_406, 49_407
# and T5's: an end, and padding
_T5_END, _T5_PAD = 1, 0
T5_LENGTH = 512
_NO_READER = (
    "This model came without the part that reads prompts: leave the prompt empty, or open the model's whole folder "
    "instead of one file."
)


class ClipText:
    """A text encoder of CLIP with its tokenizer; without one only the empty prompt can be read."""

    def __init__(self, encoder: Any, tokenizer: Any | None, padding: int | None = None) -> None:
        self.encoder, self.tokenizer = encoder, tokenizer
        self._padding = padding
        self.length: int = encoder.config.max_position_embeddings

    def read(self, text: str) -> tuple[Tensor, Tensor]:
        """The last states (1, length, width), and those before the last layer.

        Raises:
            BadRequest: there is a text and no tokenizer to read it with.
        """
        output = self._output(text)
        return output.last_hidden_state, output.hidden_states[-2]

    def projected(self, text: str) -> tuple[Tensor, Tensor]:
        """The states (1, length, width) before the last layer, and the projection (1, width) of the whole text.

        Raises:
            BadRequest: there is a text and no tokenizer to read it with, or the encoder has no projection.
        """
        output = self._output(text)
        if getattr(output, "text_embeds", None) is None:
            raise BadRequest("This model's text encoders have no projection: its folder is not whole, copy it again.")
        return output.hidden_states[-2], output.text_embeds

    def _output(self, text: str) -> Any:
        device = next(self.encoder.parameters()).device
        return self.encoder(self._numbers(text).to(device), output_hidden_states=True)

    def pooled(self, text: str) -> Tensor:
        """The state of the text's end (1, width), of an encoder without a projection.

        Raises:
            BadRequest: there is a text and no tokenizer to read it with.
        """
        found: Tensor = self.encoder(self._numbers(text).to(next(self.encoder.parameters()).device)).pooler_output
        return found

    def _numbers(self, text: str) -> Tensor:
        if self.tokenizer is not None:
            found = self.tokenizer(
                text, padding="max_length", max_length=self.length, truncation=True, return_tensors="pt"
            )
            numbers: Tensor = found.input_ids
            return numbers
        if text:
            raise BadRequest(_NO_READER)
        rest = _END if self._padding is None else self._padding
        return torch.tensor([[_BEGIN, _END] + [rest] * (self.length - 2)])


class T5Text:
    """The encoder of T5 with its tokenizer; without one only the empty prompt can be read."""

    def __init__(self, encoder: Any, tokenizer: Any | None, length: int = T5_LENGTH) -> None:
        self.encoder, self.tokenizer, self.length = encoder, tokenizer, length

    def read(self, text: str) -> Tensor:
        """The last states (1, length, width).

        Raises:
            BadRequest: there is a text and no tokenizer to read it with.
        """
        if self.tokenizer is not None:
            asked = self.tokenizer(
                text, padding="max_length", max_length=self.length, truncation=True, return_tensors="pt"
            )
            numbers = asked.input_ids
        elif text:
            raise BadRequest(_NO_READER)
        else:
            numbers = torch.tensor([[_T5_END] + [_T5_PAD] * (self.length - 1)])
        found: Tensor = self.encoder(numbers.to(next(self.encoder.parameters()).device))[0]
        return found


def tiny_t5(seed: int, length: int = 16) -> T5Text:
    """T5's encoder of the real architecture, very small, with a tokenizer that knows letters and no words."""
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    torch.manual_seed(seed)
    letters = [(chr(code), -5.0) for code in range(33, 127)]
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -20.0), ("▁", -4.0), *letters]
    tokenizer = T5Tokenizer(vocab=vocabulary, extra_ids=0, model_max_length=length)
    config = T5Config(
        vocab_size=len(vocabulary), d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, dropout_rate=0.0
    )
    encoder: Any = T5EncoderModel(config)
    return T5Text(encoder.eval(), tokenizer, length)


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
