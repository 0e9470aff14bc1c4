"""Directions that are there before anybody sorted: what differs most between the model's own pictures.

They are found once for each model, in a pool that is made in the background, and kept in the cache of this user; a
project takes one in when somebody goes along it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from generators.compass.request import FindRequest, Point, PoolRequest
from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.engine.requests import Request, encode_request
from generators.errors import AffectStudioError
from generators.runtime.catalog import Catalog
from studio.jobs import JobCallbacks
from studio.panel import PanelContext
from studio.panels.compass.files import Files
from studio.panels.compass.state import Use
from studio.settings import home_folders

COUNT = 4
POOL = 128
NAMES = ("first drift", "second drift", "third drift", "fourth drift")
NOTE = "Looking for ways to go"


class Kept(msgspec.Struct, frozen=True):
    """What the cache says of one model: the hashes of its principal directions, whose files lie beside."""

    directions: tuple[str, ...]


def pool_request(model: str, model_sha256: str = "") -> PoolRequest:
    """The pool that principal directions are found in."""
    return PoolRequest(
        tuple(Point(seed) for seed in range(1, POOL + 1)), look_side=64, model=model, model_sha256=model_sha256
    )


def find_request(pool_sha256: str, component: int) -> FindRequest:
    """The request for one of them."""
    return FindRequest(pool_sha256, finder="pca", name=NAMES[component], component=component)


class Principals(QObject):
    """Finds and keeps them. `changed` comes when there are some, `progressed` with a fraction, None when it is over."""

    changed = Signal()
    progressed = Signal(object)

    def __init__(self, context: PanelContext, files: Files, panel: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._files = files
        self._panel = panel
        self._model = ""
        self._sha256 = ""
        self._uses: dict[str, tuple[Use, ...]] = {}
        self._refused: set[str] = set()
        self._job = ""
        self._found: list[tuple[str, bytes]] = []

    def of(self, model: str) -> tuple[Use, ...]:
        """The principal directions of a model, none while they are not there."""
        return self._uses.get(model, ())

    @property
    def is_busy(self) -> bool:
        """Whether they are being looked for."""
        return bool(self._job)

    def look_for(self, model: str) -> None:
        """Take them from the cache, or find them; what is looked for in another model is given up."""
        if model == self._model and (self._job or model in self._uses or model in self._refused):
            return
        self.cancel()
        self._model = model

        def read() -> tuple[str, tuple[Path, ...]]:
            sha256 = _weights(model)
            return sha256, _read(_folder(), _key(model, sha256))

        def done(found: tuple[str, tuple[Path, ...]]) -> None:
            if model != self._model:
                return
            self._sha256, paths = found
            if paths:
                self._take([(path.stem, path) for path in paths])
            else:
                self._begin(model)

        self._context.background.run(read, done, lambda _error: self._refused.add(model))

    def cancel(self) -> None:
        """Look no further; the next time it begins anew."""
        job, self._job = self._job, ""
        if job:
            self._context.jobs.cancel(job)
            self.progressed.emit(None)

    def again(self) -> None:
        """Look for them though that was given up before."""
        model, self._model = self._model, ""
        self._refused.discard(model)
        if model:
            self.look_for(model)

    # -- finding -------------------------------------------------------------------------------------------------------

    def _submit(self, request: Request, inputs: dict[str, Path], done: Callable[[Finished], object]) -> None:
        def finished(event: Finished) -> None:
            if event.job != self._job:
                self._context.jobs.release(event.job)
                return
            done(event)

        def failed(event: Failed) -> None:
            if event.job == self._job:
                self._job = ""
                self._refused.add(self._model)
                self.progressed.emit(None)

        def progressed(event: Progressed) -> None:
            if event.job == self._job and isinstance(request, PoolRequest) and event.total > 0:
                self.progressed.emit(min(event.done / event.total, 1.0))

        try:
            self._job = self._context.jobs.submit(
                request,
                NOTE,
                JobCallbacks(finished, failed, progressed),
                lane=Lane.BATCH,
                panel=self._panel,
                inputs=inputs,
                quiet=True,  # the rose itself shows it
            )
        except AffectStudioError:  # there is no engine, which the window says
            self._refused.add(self._model)

    def _begin(self, model: str) -> None:
        self._found = []
        self.progressed.emit(0.0)
        self._submit(pool_request(model, self._sha256), {}, self._pooled)

    def _pooled(self, event: Finished) -> None:
        self._find(0, event.job, event.sha256, Path(event.path))

    def _find(self, component: int, pool_job: str, pool_sha256: str, pool: Path) -> None:
        def found(event: Finished) -> None:
            path = Path(event.path)

            def read(data: bytes) -> None:
                self._context.jobs.release(event.job)
                self._found.append((event.sha256, data))
                if component + 1 < COUNT:
                    self._find(component + 1, pool_job, pool_sha256, pool)
                else:
                    self._context.jobs.release(pool_job)
                    self._keep()

            self._context.background.run(path.read_bytes, read, lambda _error: self._give_up())

        self._submit(find_request(pool_sha256, component), {pool_sha256: pool}, found)

    def _give_up(self) -> None:
        self._job = ""
        self._refused.add(self._model)
        self.progressed.emit(None)

    def _keep(self) -> None:
        found, self._found = self._found, []
        key = _key(self._model, self._sha256)

        def done(paths: tuple[Path, ...]) -> None:
            self._job = ""
            self._take([(sha256, path) for (sha256, _), path in zip(found, paths, strict=True)])
            self.progressed.emit(None)

        self._context.background.run(lambda: _write(_folder(), key, found), done, lambda _error: self._give_up())

    def _take(self, directions: list[tuple[str, Path]]) -> None:
        for sha256, path in directions:
            self._files.know(sha256, path)
        self._uses[self._model] = tuple(
            Use(sha256, name, source="principal", model=self._model)
            for (sha256, _), name in zip(directions, NAMES, strict=False)
        )
        self.changed.emit()

    def path_of(self, sha256: str) -> Path | None:
        """The file of one of them, for the document to take in."""
        if not any(use.sha256 == sha256 for uses in self._uses.values() for use in uses):
            return None
        path = _folder() / f"{sha256}.safetensors"
        return path if path.exists() else None


def _folder() -> Path:
    return home_folders().cache / "compass"


def _weights(model: str) -> str:
    """The hash of a model's weights, "" where it is not known."""
    try:
        catalog = Catalog.installed()
        return catalog.sha256(catalog.find(model))
    except AffectStudioError:
        return ""


def _key(model: str, sha256: str) -> str:
    """A name for what is asked: the same pool and finder of the same weights."""
    asked = b"\0".join(
        [encode_request(pool_request(model, sha256)), *(encode_request(find_request("pool", n)) for n in range(COUNT))]
    )
    return hashlib.sha256(asked).hexdigest()[:32]


def _read(folder: Path, key: str) -> tuple[Path, ...]:
    """The files that are kept for `key`, none where one is missing or was changed."""
    try:
        kept = msgspec.json.decode((folder / f"{key}.json").read_bytes(), type=Kept)
        paths = tuple(folder / f"{sha256}.safetensors" for sha256 in kept.directions)
        if all(hashlib.sha256(path.read_bytes()).hexdigest() == path.stem for path in paths):
            return paths
    except (OSError, msgspec.MsgspecError):
        pass
    return ()


def _write(folder: Path, key: str, found: list[tuple[str, bytes]]) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for sha256, data in found:
        path = folder / f"{sha256}.safetensors"
        _replace(path, data)
        paths.append(path)
    _replace(folder / f"{key}.json", msgspec.json.encode(Kept(tuple(sha256 for sha256, _ in found))))
    return tuple(paths)


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
