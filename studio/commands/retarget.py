"""`retarget`: curves that another program recorded or made, written for other rigs and programs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import msgspec

from generators.engine.requests import encode_request
from generators.errors import BadRequest
from generators.face.request import RetargetRequest
from generators.progress import part
from studio.commands.console import OK, Console
from studio.commands.face_forms import Forms, digest_of, forms_of, say_files, write_forms
from studio.commands.render import prepare_folder
from studio.commands.session import EngineFactory, Session

_HASHING_SHARE, _READING_SHARE = 0.05, 0.4


def retarget(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Read each file of curves and write it in the forms that were chosen into a folder."""
    forms = forms_of(options)
    if len(options.files) > 1 and (options.name is not None or options.voice is not None):
        raise BadRequest("One name or voice cannot serve several files: give them one at a time, or leave it out.")
    folder = prepare_folder(options.out)
    made: list[dict[str, Any]] = []
    with Session(start_engine) as session:
        voice = None if options.voice is None else (digest_of(options.voice), options.voice)
        for file in options.files:
            target = folder / (options.name or file.stem)
            made.append(_retarget_file(session, file, target, forms, console, voice))
    console.tell({"takes": made, "files": [file for take in made for file in take["files"]]})
    return OK


def _retarget_file(
    session: Session, source: Path, target: Path, forms: Forms, console: Console, voice: tuple[str, Path] | None
) -> dict[str, Any]:
    """Read one file and write its forms, named as `target` without suffix."""
    with console.stage(f"Reading {source.name}") as line:
        sha256 = digest_of(source, part(line, 0.0, _HASHING_SHARE))
        request = RetargetRequest(sha256)
        finished = session.run(request, {sha256: source}, part(line, _HASHING_SHARE, _READING_SHARE))
        text = encode_request(request).decode()
        files = write_forms(session, finished, text, target, forms, part(line, _READING_SHARE, 1.0), voice)
        session.release(finished)
    facts = dict(finished.facts)
    console.say(f"{source.name}: {facts['title']}, {float(facts['duration_s']):.2f} s")
    say_files(console, files)
    return {"files": [str(path) for path in files], "request": msgspec.to_builtins(request), "facts": facts}
