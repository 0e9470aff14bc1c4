"""Files that the engine needs beside a request: artifacts of the document, and those that are not kept in it yet."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject

from generators.compass.request import (
    FindRequest,
    InvertRequest,
    PoolRequest,
    ProposeRequest,
    RenderRequest,
    ReportRequest,
)
from generators.engine.requests import Request
from studio.panel import PanelContext


def needed_by(request: Request) -> tuple[str, ...]:
    """The hashes of the files that a request names, each once."""
    match request:
        case RenderRequest():
            found = [*(push.sha256 for push in request.directions), request.start_sha256]
        case PoolRequest():
            found = [push.sha256 for push in request.directions]
        case FindRequest():
            found = [request.pool_sha256, *request.disentangle, request.second_pool_sha256]
        case ProposeRequest():
            found = [request.pool_sha256, request.direction_sha256]
        case ReportRequest():
            found = [request.direction_sha256, request.pool_sha256]
            if request.found_by is not None:
                found += needed_by(request.found_by)
        case InvertRequest():
            found = [request.picture_sha256]
        case _:
            found = []
    return tuple(dict.fromkeys(sha256 for sha256 in found if sha256))


class Files(QObject):
    """Finds the file of each hash: one that was made and is not kept yet, or else the document's asset."""

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._loose: dict[str, Path] = {}

    def know(self, sha256: str, path: Path) -> None:
        """A file that is not in the document."""
        self._loose[sha256] = path

    def forget(self, sha256: str) -> None:
        """The file is gone."""
        self._loose.pop(sha256, None)

    def gather(
        self,
        request: Request,
        done: Callable[[dict[str, Path]], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Call `done` with the files that `request` needs, or `failed` once with what went wrong."""
        self.find(needed_by(request), done, failed)

    def find(
        self,
        hashes: Iterable[str],
        done: Callable[[dict[str, Path]], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Call `done` with the file of each hash, at once where all are at hand."""
        found: dict[str, Path] = {}
        missing: list[str] = []
        for sha256 in dict.fromkeys(hashes):
            path = self._loose.get(sha256)
            if path is not None and path.exists():
                found[sha256] = path
            else:
                missing.append(sha256)
        if not missing:
            done(found)
            return
        waiting = set(missing)
        is_over = False

        def arrived(sha256: str, path: Path) -> None:
            found[sha256] = path
            waiting.discard(sha256)
            if not waiting and not is_over:
                done(found)

        def refused(error: BaseException) -> None:
            nonlocal is_over
            if not is_over:
                is_over = True
                failed(error)

        for sha256 in missing:
            self._context.project.asset_file(sha256, functools.partial(arrived, sha256), refused)
