"""Which files a request names: results that it is made from, and recordings, pictures and SoundFonts. Torch-free."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_DIGEST = re.compile(r"[0-9a-f]{64}")
_WEIGHTS = "model_sha256"
_LISTS_OF_FILES = frozenset({"disentangle"})


def files_named(request: msgspec.Struct) -> tuple[str, ...]:
    """The SHA-256 of every file that `request` needs, each once, in the order it names them; weights are no such file.

    A request travels with its inputs by these names (engine.py).
    """
    return tuple(dict.fromkeys(_named(request)))


def _named(value: msgspec.Struct) -> Iterator[str]:
    for field in value.__struct_fields__:
        held = getattr(value, field)
        if isinstance(held, msgspec.Struct):
            yield from _named(held)
        elif isinstance(held, str):
            if field.endswith("sha256") and field != _WEIGHTS and held:
                yield held
        elif isinstance(held, tuple):
            is_list_of_files = field in _LISTS_OF_FILES or field.endswith("sha256s")
            for item in held:
                if isinstance(item, msgspec.Struct):
                    yield from _named(item)
                elif is_list_of_files and isinstance(item, str):
                    yield item


def is_digest(text: str) -> bool:
    """Whether `text` is a SHA-256 in lower-case hexadecimal."""
    return _DIGEST.fullmatch(text) is not None
