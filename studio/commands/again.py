"""`again`: makes the takes of a project again and says whether every byte is the same."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import msgspec

from generators.engine.again import Verdict, as_made, judged
from generators.errors import AffectStudioError, BadRequest, Cancelled
from studio.commands.console import FAILED, OK, Console
from studio.commands.project_copy import ProjectCopy, opened
from studio.commands.session import EngineFactory, Session
from studio.document.model import Take
from studio.take_origin import has_request, made_asset, request_of

SAME, DIFFERS, BROUGHT_IN, FAILED_AGAIN = "same", "differs", "brought in", "failed"


def make_again(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Make takes again from their requests, one after another, and compare the bytes."""
    told: list[dict[str, Any]] = []
    with opened(options.project) as project:
        takes = project.chosen(options.take) if options.take else project.takes
        if not takes:
            console.say(f"{project.name} has no takes.")
        with Session(start_engine) as session:
            for number, take in enumerate(takes, start=1):
                found = _again(session, project, take, console, f"{number:,} of {len(takes):,}: {take.name}")
                told.append(found)
                console.say(f"{found['result']:<10}  {take.name}  {found['words']}".rstrip())
    counts = {word: sum(each["result"] == word for each in told) for word in (SAME, DIFFERS, BROUGHT_IN, FAILED_AGAIN)}
    if told:
        console.say(f"{', '.join(f'{count:,} {word}' for word, count in counts.items() if count)}.")
    console.tell({"takes": told, **{word.replace(" ", "_"): count for word, count in counts.items()}})
    return FAILED if counts[DIFFERS] or counts[FAILED_AGAIN] else OK


def _again(session: Session, project: ProjectCopy, take: Take, console: Console, title: str) -> dict[str, Any]:
    known = {"id": take.id, "name": take.name, "panel": take.panel}
    try:
        request = request_of(take)
    except BadRequest as error:
        return {**known, "result": FAILED_AGAIN if has_request(take) else BROUGHT_IN, "words": error.message}
    try:
        with console.stage(title) as line:
            finished = session.run(as_made(request), project.inputs(request), line)
            now = Path(finished.path).read_bytes()
            session.release(finished)
            sha256 = made_asset(take)
            verdict = judged(sha256, lambda: project.bytes_of(sha256), take.facts, finished, now)
    except Cancelled:
        raise
    except AffectStudioError as error:
        return {**known, "result": FAILED_AGAIN, "words": error.message}
    return {**known, **_told(verdict)}


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "result": SAME if verdict.same else DIFFERS,
        "words": "" if verdict.same and not verdict.differences else verdict.words,
        "differences": [msgspec.to_builtins(difference) for difference in verdict.differences],
        "recorded": verdict.is_recorded,
    }
