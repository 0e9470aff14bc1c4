"""Directions that are there before anybody sorted: what differs most between a model's own pictures.

They are found once for each model, in a pool that is made in the background, and kept in the cache of this user; a
project takes one in when somebody goes along it. For our landscapes a first proposal of valence and arousal is found
beside them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from generators.compass.request import SHIPPED_MODEL, FindRequest, Point, PoolRequest
from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.engine.requests import Request
from generators.errors import AffectStudioError
from generators.runtime.catalog import Catalog
from generators.runtime.unfinished import noted
from studio.jobs import JobCallbacks
from studio.panel import PanelContext
from studio.panels.compass.files import Files
from studio.panels.compass.state import Use
from studio.settings import home_folders

POOL = 128
NAMES = ("first drift", "second drift", "third drift", "fourth drift")
PROPOSED = ("valence", "arousal")
NOTE = "Looking for ways to go"


class Kept(msgspec.Struct, frozen=True):
    """What the cache says of one model: the hashes of its pool and of its directions, whose files lie beside."""

    pool: str
    directions: tuple[str, ...]


def pool_request(model: str, model_sha256: str = "") -> PoolRequest:
    """The pool that they are found in."""
    return PoolRequest(
        tuple(Point(seed) for seed in range(1, POOL + 1)), look_side=64, model=model, model_sha256=model_sha256
    )


def find_requests(model: str, pool_sha256: str) -> tuple[FindRequest, ...]:
    """What is looked for in it: principal directions, and for our landscapes the proposals of feeling."""
    found = [FindRequest(pool_sha256, finder="pca", name=name, component=n) for n, name in enumerate(NAMES)]
    if model == SHIPPED_MODEL:
        found += [FindRequest(pool_sha256, finder="affect proposal", name=axis, axis=axis) for axis in PROPOSED]
    return tuple(found)


def use_of(request: FindRequest, sha256: str, model: str) -> Use:
    """A direction that was found, as the board takes it."""
    is_proposal = request.finder == "affect proposal"
    source = "affect" if is_proposal else "principal"
    return Use(sha256, request.name, source=source, found_by=request, model=model)  # type: ignore[arg-type]


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
        self._pools: dict[str, str] = {}
        self._refused: set[str] = set()
        self._job = ""
        self._found: list[tuple[str, bytes]] = []

    def of(self, model: str) -> tuple[Use, ...]:
        """The principal directions of a model, none while they are not there."""
        return tuple(use for use in self._uses.get(model, ()) if use.source == "principal")

    def feeling_of(self, model: str) -> tuple[Use, ...]:
        """The proposals of valence and arousal for a model, none where there are none."""
        return tuple(use for use in self._uses.get(model, ()) if use.source == "affect")

    @property
    def is_busy(self) -> bool:
        """Whether they are being looked for."""
        return bool(self._job)

    def look_for(self, model: str, *, asked: bool = False) -> None:
        """Take them from the cache, or find them; what is looked for in another model is given up.

        In a model of the user's own, which may be slow, they are found only where they are `asked` for.
        """
        if model == self._model and (self._job or model in self._uses or model in self._refused):
            return
        self.cancel()
        self._model = model

        def read() -> tuple[str, Kept | None]:
            sha256 = _weights(model)
            return sha256, _read(_folder(), _key(model, sha256))

        def done(found: tuple[str, Kept | None]) -> None:
            if model != self._model:
                return
            self._sha256, kept = found
            if kept is not None:
                self._take(model, kept)
            elif asked or model == SHIPPED_MODEL:
                self._begin(model)
            else:
                self._refused.add(model)
                self.progressed.emit(None)

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
            self.look_for(model, asked=True)

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
        pool, model = Path(event.path), self._model
        self._found = []
        self._find(find_requests(model, event.sha256), event.job, pool)

    def _find(self, wanted: tuple[FindRequest, ...], pool_job: str, pool: Path) -> None:
        """Find the first of `wanted`, then the others; keep them all."""
        request = wanted[0]

        def found(event: Finished) -> None:
            path = Path(event.path)

            def read(data: bytes) -> None:
                self._context.jobs.release(event.job)
                self._found.append((event.sha256, data))
                if len(wanted) > 1:
                    self._find(wanted[1:], pool_job, pool)
                else:
                    self._keep(request.pool_sha256, pool, pool_job)

            self._context.background.run(path.read_bytes, read, lambda _error: self._give_up())

        self._submit(request, {request.pool_sha256: pool}, found)

    def _give_up(self) -> None:
        self._job = ""
        self._refused.add(self._model)
        self.progressed.emit(None)

    def _keep(self, pool_sha256: str, pool: Path, pool_job: str) -> None:
        model, found = self._model, self._found
        key = _key(model, self._sha256)
        kept = Kept(pool_sha256, tuple(sha256 for sha256, _ in found))

        def write() -> None:
            _write(_folder(), key, kept, [(pool_sha256, pool.read_bytes()), *found])

        def done(_nothing: None) -> None:
            self._context.jobs.release(pool_job)
            self._job, self._found = "", []
            if model == self._model:
                self._take(model, kept)
            self.progressed.emit(None)

        self._context.background.run(write, done, lambda _error: self._give_up())

    def _take(self, model: str, kept: Kept) -> None:
        for sha256 in (kept.pool, *kept.directions):
            self._files.know(sha256, _file(_folder(), sha256))
        requests = find_requests(model, kept.pool)
        self._uses[model] = tuple(
            use_of(request, sha256, model) for request, sha256 in zip(requests, kept.directions, strict=True)
        )
        self._pools[model] = kept.pool
        self.changed.emit()

    def files_of(self, sha256: str) -> dict[str, Path]:
        """The files of one of them, for the document to take in: the direction, and the pool that it was found in."""
        for model, uses in self._uses.items():
            if any(use.sha256 == sha256 for use in uses):
                paths = {key: _file(_folder(), key) for key in (sha256, self._pools[model])}
                return {key: path for key, path in paths.items() if path.exists()}
        return {}


def _folder() -> Path:
    return home_folders().cache / "compass"


def _file(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.safetensors"


def _weights(model: str) -> str:
    """The hash of a model's weights, "" where it is not known."""
    try:
        catalog = Catalog.installed()
        return catalog.sha256(catalog.find(model))
    except AffectStudioError:
        return ""


def _key(model: str, sha256: str) -> str:
    """A name for what is asked: the same pool and finders of the same weights."""
    wanted = (pool_request(model, sha256), *find_requests(model, "pool"))
    return hashlib.sha256(msgspec.json.encode(wanted)).hexdigest()[:32]


def _read(folder: Path, key: str) -> Kept | None:
    """What is kept for `key`; None where a file is missing or was changed."""
    try:
        kept = msgspec.json.decode((folder / f"{key}.json").read_bytes(), type=Kept)
        for sha256 in (kept.pool, *kept.directions):
            if hashlib.sha256(_file(folder, sha256).read_bytes()).hexdigest() != sha256:
                return None
    except (OSError, msgspec.MsgspecError):
        return None
    return kept


def _write(folder: Path, key: str, kept: Kept, files: list[tuple[str, bytes]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for sha256, data in files:
        _replace(_file(folder, sha256), data)
    _replace(folder / f"{key}.json", msgspec.json.encode(kept))


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with noted(partial, path):
        try:
            partial.write_bytes(data)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
