"""The files that an export names by their SHA-256, as what an exporter takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from generators.engine.requests import ExportRequest
from generators.exporter import ExportInputs


def inputs_of(request: ExportRequest, path_of: Callable[[str], Path]) -> ExportInputs:
    """What lies beside the artifact of `request`; `path_of` gives the file of a SHA-256."""

    def found(sha256: str) -> Path | None:
        return path_of(sha256) if sha256 else None

    soundfont, voice, head = map(found, (request.soundfont_sha256, request.voice_sha256, request.head_sha256))
    ingredients = tuple(path_of(sha256) for sha256 in request.ingredient_sha256s)
    return ExportInputs(soundfont, voice, head, request.options, ingredients)
