"""Requests as text: pretty to read, found again in whatever was copied, and as a command for a terminal. No Qt."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec

from generators.engine.named_files import files_named
from generators.engine.requests import MAX_REQUEST_BYTES, Request, decode_request, encode_request
from generators.errors import AffectStudioError, BadRequest

PROGRAM = "affect-studio"
_FENCE = re.compile(r"^\s*```[a-z]*\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)
_NOT_ONE = (
    "This text is no request: copy one with “Copy the request as text”, or copy a file that ends with .request.json."
)


def pretty(request: str) -> str:
    """The JSON text of a request over several lines, as people read it; it is read back as it was."""
    try:
        return msgspec.json.format(request, indent=2)
    except msgspec.MsgspecError:
        return request


def request_in(text: str) -> Request:
    """The request in a text that was copied: JSON, also between other lines, or a command of ours.

    Raises:
        BadRequest: there is none in it, or it is one that cannot be understood; the message says which.
    """
    if not text.strip():
        raise BadRequest("Nothing was copied: copy a request as text first.")
    if len(text) > MAX_REQUEST_BYTES:
        raise BadRequest("What was copied is far too large to be a request: copy a single request.")
    found: AffectStudioError | None = None
    for candidate in _candidates(text):
        try:
            held = msgspec.json.decode(candidate)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if not isinstance(held, dict) or not isinstance(held.get("type"), str):
            continue
        try:
            return decode_request(candidate)
        except AffectStudioError as error:
            found = error
    raise BadRequest(found.message if found is not None else _NOT_ONE)


def _candidates(text: str) -> Iterator[str]:
    """The parts of a text that may be the JSON of a request, the likeliest first."""
    yield text
    if fenced := _FENCE.match(text):
        yield fenced[1]
    if PROGRAM in text and "--request" in text:
        try:
            words = shlex.split(text)
        except ValueError:  # quotes that are not closed
            words = []
        for option, value in itertools.pairwise(words):
            if option == "--request":
                yield value
    begin, end = text.find("{"), text.rfind("}")
    if 0 <= begin < end:
        yield text[begin : end + 1]


def command_for(request: Request, take: str, project: Path | None) -> str:
    """A command for a POSIX shell that makes the same into the folder where it is run.

    It names the take (by its id) of a project that has a file, `project`; without one, the request itself.

    Raises:
        BadRequest: the request names files, and there is no project on the disk to find them in.
    """
    words = [PROGRAM, "batch"]
    if project is not None:
        words += ["--project", str(project), "--take", take]
    elif files_named(request):
        raise BadRequest(
            "This request names files that only this project holds: save the project, then copy the command."
        )
    else:
        words += ["--request", encode_request(request).decode()]
    return shlex.join([*words, "--out", "."])
