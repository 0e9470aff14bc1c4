"""What a handler gets to do its job with, and what it gives back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generators import artifacts
from generators.artifacts import Artifact
from generators.errors import BadArtifact, BadRequest
from generators.progress import Progress
from generators.runtime.manager import ModelManager
from generators.runtime.spec import ModelSpec


@dataclass(frozen=True)
class Made:
    """An artifact that a handler made.

    `kept` goes into the artifact's file, so it depends on the request alone; `facts` are told with the result.
    """

    artifact: Artifact
    kept: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wrote:
    """A file that a handler wrote where the user wanted it."""

    path: Path
    facts: Mapping[str, str] = field(default_factory=dict)


Outcome = Made | Wrote


def _nothing() -> None:
    """Expect nothing."""


@dataclass(frozen=True)
class JobContext:
    """One job's surroundings: `progress` to call after every step, its input files, and models to lease.

    `expect_silence` announces a call into native code that holds the interpreter for seconds, until the next progress:
    the worker would look dead otherwise.
    """

    job: str
    progress: Progress
    inputs: Mapping[str, str]
    load_models: Callable[[], ModelManager]
    on_preview: Callable[[Artifact], None]
    expect_silence: Callable[[], None] = _nothing

    @property
    def models(self) -> ModelManager:
        """The model manager, made when the first job asks for it.

        Raises:
            ModelAltered: the catalog is damaged.
        """
        return self.load_models()

    def input_path(self, sha256: str) -> Path:
        """The file whose content has the digest `sha256`.

        Raises:
            BadRequest: the request came without that file.
            BadArtifact: the file is gone, or is another one now.
        """
        found = self.inputs.get(sha256)
        if found is None:
            raise BadRequest(f"The file {sha256[:8]}… that this needs did not come with it: open it again and retry.")
        path = Path(found)
        try:
            with path.open("rb") as file:  # recordings may be larger than memory
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise BadArtifact(f"{path} cannot be read: check that it is still there.") from error
        if digest != sha256:
            raise BadArtifact(f"{path.name} is not the file it was any more: open it again and retry.")
        return path

    def read(self, sha256: str) -> Artifact:
        """The artifact whose file has the digest `sha256`; raises as `input_path` does."""
        return artifacts.read(self.input_path(sha256))

    def preview(self, artifact: Artifact) -> None:
        """Show `artifact` as a first form of the result."""
        self.on_preview(artifact)


Handler = Callable[[Any, JobContext], Outcome]


@dataclass(frozen=True)
class Registry:
    """What a worker can do: the handler of each request type, and what gives the specs of the models."""

    handlers: Mapping[type, Handler]
    specs: Callable[[], Iterable[ModelSpec]]
