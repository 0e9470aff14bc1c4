"""How the parts of the window stand in each workspace, as text for the settings."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

import msgspec

# What Qt gives is understood by windows with the same parts only: count up when a part is added, taken away or renamed.
VERSION = 1
MAX_STATE_BYTES = 64 << 10
MAX_WORKSPACES = 32


class Arrangements(msgspec.Struct, frozen=True):
    """What Qt gives of the parts of the window, as base64 text by the key of a workspace."""

    version: int = VERSION
    workspaces: dict[str, str] = {}


def encode_arrangements(states: Mapping[str, bytes]) -> str:
    """The states as text."""
    found = {key: base64.b64encode(state).decode("ascii") for key, state in states.items()}
    return msgspec.json.encode(Arrangements(VERSION, found)).decode()


def decode_arrangements(text: str) -> dict[str, bytes]:
    """The states that `encode_arrangements` wrote; what is damaged, too large or of another version is left out."""
    try:
        kept = msgspec.json.decode(text or "{}", type=Arrangements)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    if kept.version != VERSION or len(kept.workspaces) > MAX_WORKSPACES:
        return {}
    states = {}
    for key, coded in kept.workspaces.items():
        if len(coded) > MAX_STATE_BYTES:
            continue
        try:
            states[key] = base64.b64decode(coded.encode("ascii"), validate=True)
        except (binascii.Error, ValueError):
            continue
    return states
