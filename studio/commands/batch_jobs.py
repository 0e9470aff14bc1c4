"""What a batch is made of: requests from files, from the command line and from takes of a project."""

from __future__ import annotations

import argparse
import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from generators import artifacts
from generators.compass.request import FindRequest, InvertRequest, PoolRequest, RenderRequest, ReportRequest
from generators.engine.named_files import files_named
from generators.engine.request_words import kind_words
from generators.engine.requests import Request, decode_request, encode_request
from generators.errors import BadInput, BadRequest
from generators.face.request import PerformRequest, RetargetRequest
from generators.music.contradictions import check_compose
from generators.music.request import ComposeRequest, ReworkRequest, SynthesiseRequest
from generators.scene.request import MixRequest
from studio.commands.asking import label_of
from studio.commands.project_copy import ProjectCopy, input_files, opened
from studio.take_origin import has_request, request_of

MAX_JOBS = 100_000
MAX_FILE_BYTES = 256 << 20
KINDS: dict[type, str] = {
    ComposeRequest: "score",
    ReworkRequest: "score",
    SynthesiseRequest: "audio",
    MixRequest: "audio",
    PerformRequest: "rig curves",
    RetargetRequest: "rig curves",
    RenderRequest: "pictures",
    PoolRequest: "pool",
    FindRequest: "direction",
    ReportRequest: "direction",
    InvertRequest: "latents",
}
"""What each kind of request makes, of those that make something to keep."""
_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass
class BatchJob:
    """One request under the name of its files; `where` says in words where it came from."""

    name: str
    request: Request
    where: str
    inputs: dict[str, Path] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of artifact that it makes."""
        return KINDS[type(self.request)]


@contextlib.contextmanager
def jobs_of(options: argparse.Namespace) -> Iterator[list[BatchJob]]:
    """What the options of `batch` ask for, each with the files that it names, which stay while the block runs.

    Raises:
        BadInput: nothing was asked for, a request cannot be understood, or a file that one names was not given.
    """
    if options.take and options.project is None:
        raise BadRequest("A take belongs to a project: add --project FILE.affect.")
    jobs = read_jobs(options.jobs) if options.jobs is not None else {}
    for number, text in enumerate(options.request or (), start=1):
        _add(jobs, text, f"--request number {number}")
    with contextlib.ExitStack() as stack:
        project = stack.enter_context(opened(options.project)) if options.project is not None else None
        if project is not None and (options.take or not jobs):
            for job in _takes_of(project, options.take):
                jobs[job.name] = job
        if not jobs:
            raise BadRequest("There is nothing to make: name a file of requests, or add --request or --project.")
        _find_inputs(list(jobs.values()), project, options.input or ())
        yield list(jobs.values())


def _takes_of(project: ProjectCopy, wanted: Sequence[str] | None) -> Iterator[BatchJob]:
    """The takes that were asked for; of all, those that were brought in from files have no request to be made from."""
    for take in project.chosen(wanted) if wanted else project.takes:
        if not wanted and not has_request(take):
            continue
        request = request_of(take)
        digest = artifacts.digest(encode_request(request))[:8]
        yield _checked(BatchJob(f"{_safe(take.name)}-{digest}", request, f"the take “{take.name}”"))


def read_jobs(path: Path) -> dict[str, BatchJob]:
    """The requests in a file of one JSON request a line, or of a single one, by the name of their files.

    Empty lines are passed over.

    Raises:
        BadInput: the file cannot be read, or a line is no request; the message names the line.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadInput(f"{path.name} is larger than 256 MB: split it into several.")
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check the name and that the file is there.") from error
    jobs: dict[str, BatchJob] = {}
    if _is_one(data):
        _add(jobs, data, path.name)
        return jobs
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            _add(jobs, line, f"Line {number:,} of {path.name}")
    if not jobs:
        raise BadRequest(f"{path.name} holds no requests: write one a line.")
    return jobs


def _is_one(data: bytes) -> bool:
    """Whether a file is one JSON value over several lines."""
    try:
        msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True


def _add(jobs: dict[str, BatchJob], text: bytes | str, where: str) -> None:
    try:
        request = decode_request(text)
        job = _checked(BatchJob(_name_of(request), request, where))
    except BadInput as error:
        raise BadRequest(f"{where}: {error.message}") from error
    jobs[job.name] = job
    if len(jobs) > MAX_JOBS:
        raise BadRequest(f"{where.partition(' of ')[2] or where} holds more than {MAX_JOBS:,} requests: split it up.")


def _checked(job: BatchJob) -> BatchJob:
    if type(job.request) not in KINDS:
        raise BadRequest(f"This asks for {kind_words(job.request)}, which is nothing to make and keep: take it out.")
    if isinstance(job.request, ComposeRequest):
        check_compose(job.request)
    return job


def _name_of(request: Request) -> str:
    digest = artifacts.digest(encode_request(request))[:8]
    if isinstance(request, ComposeRequest):
        return f"{label_of(request)}-{request.bars}-bars-seed-{request.seed}-{digest}"
    word = _safe(kind_words(request).removeprefix("a ")).replace(" ", "-").replace(",", "")
    seed = f"-seed-{request.seed}" if isinstance(request, (ReworkRequest, PerformRequest)) else ""
    return f"{word}{seed}-{digest}"


def _safe(name: str) -> str:
    """`name` as the beginning of a file's name on every system."""
    return _NO_NAME.sub("-", name).strip(" .-")[:80] or "take"


def _find_inputs(jobs: Sequence[BatchJob], project: ProjectCopy | None, given: Sequence[Path]) -> None:
    needed = {sha256 for job in jobs for sha256 in files_named(job.request)}
    if not needed:
        return
    files = input_files(given)
    for job in jobs:
        for sha256 in files_named(job.request):
            if sha256 in files:
                job.inputs[sha256] = files[sha256]
            elif project is not None and project.has(sha256):
                job.inputs[sha256] = project.file(sha256)
            else:
                raise BadRequest(
                    f"{job.where[:1].upper()}{job.where[1:]} names a file that was not given ({sha256[:8]}…): add it "
                    "with --input, or the project that holds it with --project."
                )
