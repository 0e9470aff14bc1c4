"""The limited process that reads a checkpoint of EmoFace: names and shapes are checked, safetensors come out.

Started by emoface_convert.py as `python -m generators.face.emoface_reader NAME CONFIG METADATA LIMITS`, with the
checkpoint as standard input and the result as standard output (runtime/limited.py says what it may not do). torch is
asked for weights only, so that a pickle which wants anything else is refused before it is done.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from generators.errors import AffectStudioError, BadInput
from generators.face.emoface_config import config_of, weight_shapes
from generators.progress import Progress, silent
from generators.runtime.limited import Child

if TYPE_CHECKING:
    from torch import Tensor

_WRAPPERS = ("state_dict", "model_state_dict", "model", "net")
_PARALLEL = "module."
_OLD_NAMES = {
    ".pos_conv_embed.conv.weight_g": ".pos_conv_embed.conv.parametrizations.weight.original0",
    ".pos_conv_embed.conv.weight_v": ".pos_conv_embed.conv.parametrizations.weight.original1",
}
_SAFETENSORS = {"torch.float32": "F32", "torch.float16": "F16", "torch.bfloat16": "BF16"}
_NAMED = 3  # names that a message lists


def read_checkpoint(
    file: IO[bytes], name: str, shapes: Mapping[str, tuple[int, ...]], progress: Progress = silent
) -> dict[str, Tensor]:
    """The weights in the checkpoint `file`, called `name`: those of `shapes`, in their order, no others.

    Raises:
        BadInput: it is no checkpoint, holds code, or is another network's; the message says which.
    """
    found = _weights_in(_load(file, name), name)
    _check_names(found, shapes, name)
    weights = {}
    for done, (key, shape) in enumerate(shapes.items()):
        weights[key] = _checked(found.pop(key), key, shape, name)
        progress(done, len(shapes), "checking the weights")
    return weights


def _load(file: IO[bytes], name: str) -> object:
    import torch

    if not file.read(1):
        raise BadInput(f"{name} is empty: get the checkpoint again.")
    file.seek(0)
    is_archive = zipfile.is_zipfile(file)
    file.seek(0)
    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except Exception as error:  # a foreign file can break a reader in any way
        text = str(error)
        if "DefaultCPUAllocator" in text or "alloc" in text.lower():
            raise MemoryError from error
        if wanted := re.search(r"GLOBAL ([\w.]+)", text):
            raise BadInput(
                f"{name} holds more than weights (it asks for {wanted[1]}), and was not opened, for that could do "
                "anything: save the network's state_dict() with torch.save, and convert that."
            ) from error
        head = file.seek(0) or file.read(2)
        if is_archive or head == b"PK" or "TorchScript" in text:
            reason = "is damaged, cut off, or another kind of archive: get the checkpoint again"
        else:
            reason = "is not a checkpoint that torch.save wrote, or is damaged: choose the .pth file of the weights"
        raise BadInput(f"{name} {reason}.") from error


def _weights_in(loaded: object, name: str) -> dict[str, object]:
    for wrapper in _WRAPPERS:
        if isinstance(loaded, dict) and isinstance(loaded.get(wrapper), dict):
            loaded = loaded[wrapper]
            break
    if not isinstance(loaded, dict) or not loaded or not all(isinstance(key, str) for key in loaded):
        raise BadInput(f"{name} holds no table of named weights: save the network's state_dict() and convert that.")
    found = {}
    for key, value in loaded.items():
        plain = key.removeprefix(_PARALLEL)
        for old, new in _OLD_NAMES.items():
            if plain.endswith(old):
                plain = plain.removesuffix(old) + new
        found[plain] = value
    return found


def _check_names(found: Mapping[str, object], shapes: Mapping[str, tuple[int, ...]], name: str) -> None:
    for keys, what in (
        ([key for key in shapes if key not in found], "lacks"),
        ([key for key in found if key not in shapes], "has, beyond EmoFace's network,"),
    ):
        if keys:
            more = f" and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else ""
            listed = ", ".join(key[:100] for key in keys[:_NAMED])
            raise BadInput(f"{name} is of another network: it {what} {listed}{more}. Choose a checkpoint of EmoFace.")


def _checked(value: object, key: str, shape: tuple[int, ...], name: str) -> Tensor:
    import torch

    another = f"{name} is of another network: its {key}"
    if not isinstance(value, torch.Tensor) or value.layout != torch.strided or not value.is_floating_point():
        raise BadInput(f"{another} is no table of numbers. Choose a checkpoint of EmoFace.")
    if tuple(value.shape) != shape:
        has, wants = (" × ".join(map(str, sizes)) or "a single number" for sizes in (tuple(value.shape), shape))
        raise BadInput(f"{another} is {has}, and EmoFace's is {wants}. Choose a checkpoint of EmoFace.")
    plain = value.detach().to("cpu")
    plain = (plain if str(plain.dtype) in _SAFETENSORS else plain.float()).contiguous()
    if not bool(torch.isfinite(plain).all()):
        raise BadInput(f"{name} is damaged: its {key} holds values that are no numbers. Get the checkpoint again.")
    return plain


def write_safetensors(
    file: IO[bytes], weights: dict[str, Tensor], metadata: Mapping[str, str], progress: Progress = silent
) -> None:
    """Write `weights` as safetensors, one after the other and without a second copy of them all."""
    import torch

    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    end = 0
    for name, value in weights.items():
        begin, end = end, end + value.numel() * value.element_size()
        header[name] = {
            "dtype": _SAFETENSORS[str(value.dtype)],
            "shape": list(value.shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # tensors begin where a map of the file can use them
    file.write(len(text).to_bytes(8, "little") + text)
    for done, value in enumerate(weights.values()):
        file.write(value.reshape(-1).view(torch.uint8).numpy().data)
        progress(done, len(weights), "writing the weights")


def main(words: list[str]) -> None:
    """Do what the head of this file says."""
    name, config_text, metadata_text, limits_text = words
    child = Child(limits_text)
    child.progress(0, 1, "starting")
    import torch

    torch.set_num_threads(1)
    shapes = weight_shapes(config_of(config_text))
    child.close_in()
    try:
        weights = read_checkpoint(child.source, name, shapes, child.progress)
        write_safetensors(child.result, weights, json.loads(metadata_text), child.progress)
    except MemoryError:
        child.refuse(BadInput(f"{name} asks for more memory than a checkpoint of EmoFace needs: it was not opened."))
    except AffectStudioError as error:
        child.refuse(error)
    child.end()


if __name__ == "__main__":
    main(sys.argv[1:])
