"""Files of the document that a request names, gathered for the engine."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from pathlib import Path

from generators.compass.request import RenderRequest
from generators.engine.requests import Request
from generators.face.request import ListenRequest, PerformRequest
from generators.scene.request import BundleRequest, MixRequest
from studio.project import Project


def needed_by(request: Request) -> tuple[str, ...]:
    """The hashes of the files that a request of a scene names, each once."""
    match request:
        case PerformRequest() | ListenRequest():
            found = [request.voice_sha256]
        case RenderRequest():
            found = [*(push.sha256 for push in request.directions), request.start_sha256]
        case MixRequest():
            found = [request.score_sha256, request.voice_sha256, request.soundfont_sha256]
        case BundleRequest():
            voice = request.scene.voice
            found = [
                request.score_sha256, request.curves_sha256, request.pictures_sha256, request.mix_sha256,
                voice.sha256 if voice is not None else "", request.scene.soundfont_sha256, request.scene.head_sha256,
                *request.ingredient_sha256s,
            ]  # fmt: skip
        case _:
            found = []
    return tuple(dict.fromkeys(sha256 for sha256 in found if sha256))


def gather(
    project: Project,
    hashes: Iterable[str],
    done: Callable[[dict[str, Path]], object],
    failed: Callable[[BaseException], object],
) -> None:
    """Call `done` with a file for each hash, or `failed` once with what went wrong."""
    wanted = tuple(dict.fromkeys(hashes))
    found: dict[str, Path] = {}
    is_over = False
    if not wanted:
        done(found)
        return

    def arrived(sha256: str, path: Path) -> None:
        found[sha256] = path
        if len(found) == len(wanted) and not is_over:
            done(found)

    def refused(error: BaseException) -> None:
        nonlocal is_over
        if not is_over:
            is_over = True
            failed(error)

    for sha256 in wanted:
        project.asset_file(sha256, functools.partial(arrived, sha256), refused)
