"""The scene that a project keeps, read without the panel that keeps it. Torch-free."""

from __future__ import annotations

from typing import Any

import msgspec

from generators.errors import AffectStudioError, BadRequest
from generators.scene.request import Scene

PANEL = "scene"
"""The panel in whose state a project keeps its scene."""
MAX_STATE_BYTES = 16 << 20


class _Kept(msgspec.Struct, frozen=True):
    """What of the panel's state is looked at; the rest of it is the panel's own."""

    scene: msgspec.Raw


def scene_in(panel_state: str | None) -> Scene:
    """The scene in a project's `panel_states["scene"]`.

    Fields that this version does not know are passed over, and a part that it cannot read is as in a new scene.

    Raises:
        BadRequest: there is no scene, or none that can be read.
    """
    if not panel_state:
        raise BadRequest("This project holds no scene: open it, draw a feeling in the Scene workspace, and save it.")
    if len(panel_state) > MAX_STATE_BYTES:
        raise BadRequest("What this project keeps as its scene is too large to be one: open an earlier copy of it.")
    try:
        raw = msgspec.json.decode(panel_state, type=_Kept).scene
        fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadRequest("This project keeps no scene that can be read: open it and make the scene anew.") from error
    return _scene_of(raw, fields)


def _scene_of(raw: msgspec.Raw, fields: dict[str, msgspec.Raw]) -> Scene:
    try:
        return msgspec.json.decode(raw, type=Scene)
    except (msgspec.MsgspecError, AffectStudioError, RecursionError):
        pass  # a part is of another version: what can be read of the others still counts
    known: dict[str, Any] = {}
    types = {field.name: field.type for field in msgspec.structs.fields(Scene)}
    for name, text in fields.items():
        if name not in types:
            continue
        try:
            known[name] = msgspec.json.decode(text, type=types[name])
        except (msgspec.MsgspecError, AffectStudioError, RecursionError):
            continue
    if not known:
        raise BadRequest("This project keeps no scene that can be read: open it and make the scene anew.")
    return Scene(**known)
