"""What the scene panel keeps, as a value: the scene, and what was heard in its voice."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from generators.errors import AffectStudioError
from generators.scene.proposing import mended
from generators.scene.request import Scene
from generators.scene.timeline import SceneKey, Timeline

UNREADABLE_KEYS = "Some keyframes of this scene were not understood and left out."
UNREADABLE = "Parts of this scene come from another version and were not understood: they are as in a new scene."


class SceneState(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that the panel keeps.

    `heard_sha256` names what was heard in the scene's voice (an artifact), "" where nobody listened yet.
    """

    scene: Scene = Scene()
    heard_sha256: str = ""

    def with_scene(self, scene: Scene) -> SceneState:
        """The same with another scene."""
        return msgspec.structs.replace(self, scene=scene)


def encode_state(state: SceneState) -> str:
    """The JSON text of `state`: the same value gives the same text."""
    return msgspec.json.encode(state, order="sorted").decode()


def decode_state(text: str) -> tuple[SceneState, str]:
    """The state in `text` as far as it is understood, and a sentence about what was mended ("" for nothing)."""
    try:
        return msgspec.json.decode(text, type=SceneState), ""
    except (msgspec.MsgspecError, AffectStudioError, ValueError):
        pass
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return SceneState(), UNREADABLE
    if not isinstance(raw, dict):
        return SceneState(), UNREADABLE
    told: list[str] = []
    found: dict[str, Any] = {"scene": _scene_of(raw.get("scene"), told)}
    found |= _understood(SceneState, {key: value for key, value in raw.items() if key != "scene"}, told)
    return SceneState(**found), " ".join(dict.fromkeys(told))


def _scene_of(raw: object, told: list[str]) -> Scene:
    if not isinstance(raw, dict):
        told.append(UNREADABLE)
        return Scene()
    fields = _understood(Scene, {key: value for key, value in raw.items() if key != "timeline"}, told)
    curve = raw.get("timeline", {})
    try:
        fields["timeline"] = msgspec.convert(curve, Timeline)
    except (msgspec.MsgspecError, AffectStudioError):
        keys = curve.get("keys") if isinstance(curve, dict) else None
        readable = _readable(keys if isinstance(keys, list) else [])
        if not isinstance(keys, list) or len(readable) < len(keys):
            told.append(UNREADABLE_KEYS)
        fields["timeline"], mending = mended(readable, 0.0)
        told += mending
    return Scene(**fields)


def _readable(raw: list[object]) -> list[SceneKey]:
    """The keyframes of `raw` that can be understood, as they stand."""
    found = []
    for one in raw:
        try:
            found.append(msgspec.convert(one, SceneKey))
        except (msgspec.MsgspecError, AffectStudioError):
            continue
    return found


def _understood(kind: type[msgspec.Struct], raw: dict[str, object], told: list[str]) -> dict[str, Any]:
    """The fields of `kind` that `raw` gives and that can be read, each alone."""
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in raw:
            continue
        try:
            found[field.name] = msgspec.convert(raw[field.encode_name], field.type)
        except (msgspec.MsgspecError, AffectStudioError):
            told.append(UNREADABLE)
    return found
