"""Takes for the evaluation: none is selected, and each is kept, so that a run that was stopped goes on."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from generators import artifacts
from generators.artifacts import Score
from generators.errors import BadArtifact
from generators.music.compose import compose
from generators.music.model import MusicModel
from generators.music.request import ComposeRequest
from generators.progress import silent

_MUSIC = Path(__file__).parents[1]
_NOT_COMPOSING = ("evaluate", "judge", "repetition", "labels", "train", "dataset", "batches")
_REPORT_S = 5.0


def code_digest() -> str:
    """A digest of the code that composes: takes of another version are not taken for its own."""
    files = sorted(path for path in _MUSIC.glob("*.py") if not path.stem.startswith(_NOT_COMPOSING))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


class Takes:
    """Composes with `model`, and keeps what it composed in `folder` under the digest of model, code and request.

    `name` is shown with the progress, which goes to stderr. `settings` are fields that every request gets, how often
    bars are tried, say. With more than one of `workers` as many processes compose side by side.
    """

    def __init__(
        self,
        model: MusicModel,
        digest: str,
        folder: Path,
        *,
        name: str = "takes",
        settings: Mapping[str, object] | None = None,
        workers: int = 1,
    ) -> None:
        self._model, self._folder, self._name = model, folder, name
        self._settings, self._workers = dict(settings or {}), workers
        self._salt = f"{digest} {code_digest()} ".encode()
        folder.mkdir(parents=True, exist_ok=True)

    def one(self, request: ComposeRequest) -> Score:
        """The take of `request`, with the settings of all."""
        request = msgspec.structs.replace(request, **self._settings)
        path = self._folder / f"{hashlib.sha256(self._salt + msgspec.json.encode(request)).hexdigest()}.safetensors"
        if path.exists():
            try:
                found = artifacts.read(path)
            except BadArtifact:
                found = None
            if isinstance(found, Score):
                return found
        score, _ = compose(request, self._model, silent)
        temporary = path.with_suffix(".part")
        artifacts.write(score, temporary)
        temporary.replace(path)
        return score

    def _made(self, requests: Sequence[ComposeRequest]) -> Iterator[Score]:
        if self._workers <= 1:
            yield from map(self.one, requests)
            return
        with ProcessPoolExecutor(self._workers) as pool:
            yield from pool.map(self.one, requests)

    def many(self, requests: Sequence[ComposeRequest], what: str) -> list[Score]:
        """The takes of `requests`, with a line of progress every few seconds."""
        begun = told = time.monotonic()
        scores = []
        for done, score in enumerate(self._made(requests)):
            scores.append(score)
            if time.monotonic() - told > _REPORT_S:
                told = time.monotonic()
                left_s = (told - begun) / (done + 1) * (len(requests) - done - 1)
                line = f"{self._name}, {what}: {done + 1} of {len(requests)}, {left_s:.0f} s left"
                print(line, file=sys.stderr, flush=True)  # noqa: T201 - the progress of a command
        return scores
