"""Which files a bundle has: the formats that were chosen, for the parts that there are, by plain names.

A piece is one file or folder. What writes it is an exporter (generators/exporters), given the part as it lies in the
scene: sound and curves as long as it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generators.errors import BadRequest
from generators.exporter import Exporter
from generators.exporters import EXPORTERS, exporter_named
from generators.scene.request import BundleRequest, Scene

ROOMS: dict[str, str] = {"score": "music", "rig curves": "face", "pictures": "pictures"}
"""The rooms by the kind of artifact that they make."""
_NO_SCENE = ("map", "direction")
"""Formats that need what no scene has: a plane of two directions, or a direction itself."""
_NAMES: dict[str, str] = {
    "wav-16": "music 16 bit.wav",
    "contact-sheet": "face sheet.png",
    "unreal-script": "face in unreal.py",
    "maya-script": "face in maya.py",
    "blender-script": "face in blender.py",
    "metahuman": "face metahuman.csv",
    "emoface": "face emoface.txt",
    "csv": "face curves.csv",
    "json": "face curves.json",
    "png": "picture.png",
    "jpeg": "picture.jpg",
    "webp": "picture.webp",
    "tiff": "picture.tif",
    "pictures-png": "pictures",
    "picture-sheet": "pictures sheet.png",
    "strip": "pictures strip.png",
}
_IN_A_FOLDER = {"live-link-face": "face live link"}
"""Formats whose files have names by rules of their own, and so a folder."""
_SHARES: dict[str, float] = {"film": 20.0, "path-mp4": 5.0, "path-webp": 8.0, "path-gif": 5.0, "path-frames": 8.0}
_FILMS = ("film", "path-mp4", "path-webp", "path-frames")


@dataclass(frozen=True)
class Piece:
    """A file or folder `name` of a bundle: part `room` in the form of `exporter`, with its `options`.

    `share` is about how long it takes beside others.
    """

    name: str
    room: str
    exporter: Exporter
    options: Mapping[str, str] = field(default_factory=dict)
    share: float = 1.0


def formats_for_scenes() -> tuple[Exporter, ...]:
    """The formats that can be in a bundle, as `Scene.formats` names them."""
    return tuple(
        exporter
        for exporter in EXPORTERS
        if exporter.name not in _NO_SCENE and any(kind in ROOMS for kind in exporter.accepts)
    )


def pieces_of(request: BundleRequest, stem: str) -> tuple[Piece, ...]:
    """The pieces of `request`, without film, sheet and mix; formats of parts that are left out are passed over.

    `stem` is what files with a name by rules of their own are called.

    Raises:
        BadRequest: a format is unknown, stands twice, or fits no scene.
    """
    has = {
        "music": bool(request.score_sha256),
        "face": bool(request.curves_sha256),
        "pictures": bool(request.pictures_sha256),
    }
    pieces: list[Piece] = []
    for name in dict.fromkeys(request.scene.formats):
        exporter = exporter_named(name)
        kind = next((kind for kind in exporter.accepts if kind in ROOMS), "")
        if not kind or name in _NO_SCENE:
            known = ", ".join(one.name for one in formats_for_scenes())
            raise BadRequest(f"A scene cannot be written as “{name}”: choose among {known}.")
        room = ROOMS[kind]
        if has[room]:
            options = _options(exporter, request.scene)
            share = _SHARES.get(name, 4.0 if exporter.is_sound else 1.0)
            pieces.append(Piece(_name(exporter, room, stem), room, exporter, options, share))
    return tuple(pieces)


def _name(exporter: Exporter, room: str, stem: str) -> str:
    if exporter.name in _IN_A_FOLDER:
        return f"{_IN_A_FOLDER[exporter.name]}/{exporter.file_name(stem, {})}"
    return _NAMES.get(exporter.name, f"{room}{exporter.suffix}")


def _options(exporter: Exporter, scene: Scene) -> dict[str, str]:
    """What makes a film as long and as quick as that of the scene; formats for games keep their 60 frames a second."""
    if exporter.name not in _FILMS and exporter.name != "path-gif":
        return {}
    found = {option.name: option for option in exporter.options}
    options: dict[str, str] = {}
    if "frame_rate" in found and scene.film.frame_rate in found["frame_rate"].choices:
        options["frame_rate"] = scene.film.frame_rate
    if "seconds" in found:
        options["seconds"] = f"{scene.duration_s:.3f}"
    return options
