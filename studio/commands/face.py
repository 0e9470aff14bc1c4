"""`render face`: voice recordings made into the curves of a face that feels."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import msgspec

from generators import artifacts
from generators.engine.requests import encode_request
from generators.errors import BadRequest
from generators.face.request import PerformRequest
from generators.progress import part
from studio.commands.console import OK, Console
from studio.commands.face_asking import face_request_of
from studio.commands.face_forms import Forms, digest_of, forms_of, say_files, write_forms
from studio.commands.render import prepare_folder
from studio.commands.session import EngineFactory, Session

_HASHING_SHARE, _PERFORM_SHARE = 0.05, 0.7


def render_face(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Perform each recording and write its curves and its request into a folder."""
    asked, label = face_request_of(options)
    forms = forms_of(options)
    if options.name is not None and len(options.voices) > 1:
        raise BadRequest("One name cannot serve several recordings: leave --name out, and they keep their own.")
    folder = prepare_folder(options.out)
    made: list[dict[str, Any]] = []
    with Session(start_engine) as session:
        for number, voice in enumerate(options.voices, start=1):
            several = len(options.voices) > 1
            title = f"Line {number} of {len(options.voices)}, {voice.name}" if several else f"Performing {voice.name}"
            name = options.name or f"{voice.stem}-{label}"
            made.append(_render_line(session, asked, voice, folder / name, forms, console, title))
    console.tell({"lines": made, "files": [file for line in made for file in line["files"]]})
    return OK


def _render_line(
    session: Session, asked: PerformRequest, voice: Path, target: Path, forms: Forms, console: Console, title: str
) -> dict[str, Any]:
    """Perform one recording and write its files, named as `target` without suffix."""
    with console.stage(title) as line:
        sha256 = digest_of(voice, part(line, 0.0, _HASHING_SHARE))
        request = msgspec.structs.replace(asked, voice_sha256=sha256)
        finished = session.run(request, {sha256: voice}, part(line, _HASHING_SHARE, _PERFORM_SHARE))
        kept = artifacts.facts(Path(finished.path).read_bytes())
        # with the digest of the weights the request names everything that the curves depend on
        request = msgspec.structs.replace(request, model_sha256=str(kept.get("model_sha256", request.model_sha256)))
        text = encode_request(request).decode()
        writing = part(line, _PERFORM_SHARE, 1.0)
        files = write_forms(session, finished, text, target, forms, writing, (sha256, voice))
        session.release(finished)
    say_files(console, files)
    told = {"request": msgspec.to_builtins(request), "facts": dict(finished.facts)}
    return {"files": [str(path) for path in files], **told}
