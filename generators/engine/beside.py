"""The files that an export names by their SHA-256, as what an exporter takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from generators.engine.requests import ExportRequest
from generators.exporter import ExportInputs
from generators.scene.request import BundleRequest

if TYPE_CHECKING:
    from generators.scene.bundle import BundleInputs


def inputs_of(request: ExportRequest, path_of: Callable[[str], Path]) -> ExportInputs:
    """What lies beside the artifact of `request`; `path_of` gives the file of a SHA-256."""

    def found(sha256: str) -> Path | None:
        return path_of(sha256) if sha256 else None

    soundfont, voice, head = map(found, (request.soundfont_sha256, request.voice_sha256, request.head_sha256))
    ingredients = tuple(path_of(sha256) for sha256 in request.ingredient_sha256s)
    return ExportInputs(soundfont, voice, head, request.options, ingredients)


def bundle_inputs(
    request: BundleRequest, path_of: Callable[[str], Path], expect_silence: Callable[[], None] = lambda: None
) -> BundleInputs:
    """The files that a bundle is made of; `path_of` gives the file of a SHA-256."""
    from generators.scene.bundle import BundleInputs

    def found(sha256: str) -> Path | None:
        return path_of(sha256) if sha256 else None

    scene = request.scene
    made = {
        "music": request.score_sha256,
        "face": request.curves_sha256,
        "pictures": request.pictures_sha256,
        "mix": request.mix_sha256,
    }
    return BundleInputs(
        {room: path_of(sha256) for room, sha256 in made.items() if sha256},
        found(scene.voice.sha256 if scene.voice is not None else ""),
        found(scene.soundfont_sha256),
        found(scene.head_sha256),
        tuple(map(path_of, request.ingredient_sha256s)),
        expect_silence=expect_silence,
    )
