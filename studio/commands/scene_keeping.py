"""A project that keeps what was made of its scene as takes, so that the window can go on from there."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from generators.errors import BadRequest
from generators.scene.kept import PANEL
from generators.scene.plan import PANEL_OF
from generators.scene.request import Scene
from studio.document import AddTakes, Document, SetPanelState, Take

SUFFIX = ".affect"
_FACE, _LINE, _SCENE = "face", "line", "scene"


@dataclass(frozen=True)
class NewPart:
    """One room's part that was made: its artifact, the request that made it, and what is told of it."""

    room: str
    kind: str
    sha256: str
    path: Path
    request: str
    facts: Mapping[str, str]


def check_keeping(path: Path) -> None:
    """Refuse a place for the project that is taken, before work is spent.

    Raises:
        BadRequest: something is there, or the name does not end as projects do.
    """
    if path.suffix != SUFFIX:
        raise BadRequest(f"A project's name ends in {SUFFIX}: call it {path.stem}{SUFFIX}.")
    if path.exists():
        raise BadRequest(f"{path} is there already: choose another name for the project.")


def keep(document: Document, scene: Scene, parts: list[NewPart], path: Path) -> None:
    """Add `parts` as takes to the project `document`, choose them for the scene, and save it as `path`.

    Raises:
        NotWritable: the folder refuses writing.
        DiskFull: no space is left.
    """
    line = _line_of(document, scene)
    for part in parts:
        facts = {**part.facts, _SCENE: scene.title or "scene"}
        if part.room == _FACE and scene.voice is not None:
            facts |= {_LINE: line, "voice": scene.voice.name}
        take = Take(
            id=secrets.token_hex(8),
            panel=PANEL_OF[part.room],
            name=_free_name(document, part.room, scene.title or "Scene"),
            starred=False,
            kind=part.kind,
            asset_sha256=part.sha256,
            request=part.request,
            created_utc=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            facts=facts,
        )
        document.perform(AddTakes((take,)), {part.sha256: part.path}).result()
        settings = msgspec.structs.replace(getattr(scene, part.room), take=take.id)
        scene = msgspec.structs.replace(scene, **{part.room: settings})
        if part.room == _FACE and line:
            _show_in_line(document, line, take.id)
    state = _state(document, PANEL)
    state["scene"] = msgspec.to_builtins(scene)
    document.perform(SetPanelState(PANEL, json.dumps(state))).result()
    document.save_copy(path).result()


def _state(document: Document, panel: str) -> dict[str, Any]:
    found = json.loads(document.state.panel_states.get(panel, "{}"))
    return found if isinstance(found, dict) else {}


def _free_name(document: Document, room: str, words: str) -> str:
    used = {take.name for take in document.state.takes_of(PANEL_OF[room])}
    number = 1
    while f"{words} {number}" in used:
        number += 1
    return f"{words} {number}"


def _line_of(document: Document, scene: Scene) -> str:
    """The line of the face that holds the scene's voice; one is added where there is none."""
    voice = scene.voice
    if voice is None:
        return ""
    state = _state(document, _FACE)
    lines = state.setdefault("lines", [])
    for line in lines:
        if line.get("voice_sha256") == voice.sha256:
            return str(line["id"])
    name = Path(voice.name).stem or "Voice"
    identity = secrets.token_hex(4)
    lines.append(
        {
            "id": identity,
            "name": name,
            "voice_sha256": voice.sha256,
            "heard_sha256": _state(document, PANEL).get("heard_sha256", ""),
            "source": voice.name,
            "duration_s": voice.duration_s,
        }
    )
    state.setdefault("current", identity)
    document.perform(SetPanelState(_FACE, json.dumps(state))).result()
    return identity


def _show_in_line(document: Document, line: str, take: str) -> None:
    state = _state(document, _FACE)
    for one in state.get("lines", []):
        if one.get("id") == line and not one.get("take"):
            one["take"] = take
    document.perform(SetPanelState(_FACE, json.dumps(state))).result()
