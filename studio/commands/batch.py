"""`batch`: many requests, one a line, that can be interrupted and gone on with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generators import artifacts
from generators.engine.requests import decode_request, encode_request
from generators.errors import AffectStudioError, BadInput, BadRequest, Cancelled, OutputError
from generators.exporters import exporter_named
from generators.music.contradictions import check_compose
from generators.music.request import ComposeRequest
from studio.commands.asking import label_of
from studio.commands.console import FAILED, OK, Console
from studio.commands.render import REQUEST_SUFFIX, formats_of, prepare_folder, render_take
from studio.commands.session import EngineFactory, Session

MAX_JOBS = 100_000
MAX_FILE_BYTES = 256 << 20


def run_batch(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Render every request of a file that is not rendered yet; a request that fails does not keep the others."""
    jobs = read_jobs(options.jobs)
    formats = formats_of(options.format)
    folder = prepare_folder(options.out)
    waiting = [(name, request) for name, request in jobs.items() if not _is_complete(folder, name, formats)]
    if len(waiting) < len(jobs):
        console.say(f"{len(jobs) - len(waiting):,} of {len(jobs):,} are there already.")
    made: list[dict[str, Any]] = []
    failed: list[dict[str, str]] = []
    if waiting:
        with Session(start_engine) as session:
            for number, (name, request) in enumerate(waiting, start=1):
                try:
                    title = f"Job {number:,} of {len(waiting):,}"
                    take = render_take(session, request, folder, name, formats, console, title, may_replace=True)
                    made.append(take.as_json())
                except (Cancelled, OutputError):  # these would meet every job that follows
                    raise
                except AffectStudioError as error:
                    console.fail(error)
                    failed.append({"name": name, "error": type(error).__name__, "message": error.message})
    console.say(f"{len(made):,} made, {len(failed):,} failed.")
    console.tell({"made": made, "failed": failed, "skipped": len(jobs) - len(waiting)})
    return FAILED if failed else OK


def read_jobs(path: Path) -> dict[str, ComposeRequest]:
    """The requests in a file of one JSON request a line, by the name of their files; empty lines are passed over.

    Raises:
        BadInput: the file cannot be read, or a line is no request; the message names the line.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadInput(f"{path.name} is larger than 256 MB: split it into several.")
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check the name and that the file is there.") from error
    jobs: dict[str, ComposeRequest] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            request = decode_request(line)
            if isinstance(request, ComposeRequest):
                check_compose(request)
        except BadInput as error:
            raise BadRequest(f"Line {number:,} of {path.name}: {error.message}") from error
        if not isinstance(request, ComposeRequest):
            raise BadRequest(f"Line {number:,} of {path.name} is no request to compose: take it out.")
        digest = artifacts.digest(encode_request(request))[:8]
        jobs[f"{label_of(request)}-{request.bars}-bars-seed-{request.seed}-{digest}"] = request
        if len(jobs) > MAX_JOBS:
            raise BadRequest(f"{path.name} holds more than {MAX_JOBS:,} requests: split it into several.")
    if not jobs:
        raise BadRequest(f"{path.name} holds no requests: write one a line.")
    return jobs


def _is_complete(folder: Path, name: str, formats: tuple[str, ...]) -> bool:
    suffixes = [REQUEST_SUFFIX, *(exporter_named(form).suffix for form in formats)]
    return all((folder / f"{name}{suffix}").exists() for suffix in suffixes)
