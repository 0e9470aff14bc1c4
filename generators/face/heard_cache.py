"""What was heard lately, so that moving a slider does not listen to the voice again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

MAX_BYTES = 128 << 20
Key = tuple[str, str]
"""The digests of the voice and of the model's weights."""


class Sized(Protocol):
    """What was heard, and what it takes in memory."""

    @property
    def size_bytes(self) -> int:
        """Bytes."""


T = TypeVar("T", bound=Sized)


class HeardCache(Generic[T]):
    """Keeps what was heard, the least used goes first when `max_bytes` are full. Safe from several threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Key, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> T | None:
        """What was heard of a voice with a model, if it is still here."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Key, heard: T) -> None:
        """Keep `heard`, unless it alone is too much."""
        with self._lock:
            self._kept.pop(key, None)
            if heard.size_bytes > self._max_bytes:
                return
            self._kept[key] = heard
            while sum(each.size_bytes for each in self._kept.values()) > self._max_bytes:
                self._kept.popitem(last=False)
