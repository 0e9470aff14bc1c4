"""`render face`: voice recordings made into the curves of a face that feels."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from generators import artifacts
from generators.engine.requests import ExportRequest, encode_request
from generators.errors import BadInput, BadRequest
from generators.exporter import Exporter, write_atomically
from generators.exporters import exporters_for
from generators.face.request import PerformRequest
from generators.progress import Progress, part, silent
from studio.commands.console import OK, Console
from studio.commands.face_asking import face_request_of
from studio.commands.render import REQUEST_SUFFIX, free_stem, prepare_folder, size_text
from studio.commands.session import EngineFactory, Session

DEFAULT_FORMATS = ("live-link-face", "csv")
_HASHING_SHARE, _PERFORM_SHARE = 0.05, 0.7
_BLOCK_BYTES = 4 << 20


@dataclass(frozen=True)
class _Form:
    """How lines are written: the exporters, the values of their options by name, and a head of the user's own."""

    exporters: tuple[Exporter, ...]
    options: dict[str, str]
    head: Path | None

    def options_of(self, exporter: Exporter) -> dict[str, str]:
        """What was chosen of the options that `exporter` has."""
        known = {option.name for option in exporter.options}
        return {name: value for name, value in self.options.items() if name in known}

    def file_names(self, stem: str) -> list[str]:
        """The name of each exporter's file, all different."""
        names: list[str] = []
        for exporter in self.exporters:
            name = exporter.file_name(stem, self.options_of(exporter))
            names.append(f"{stem}-{exporter.name}{exporter.suffix}" if name in names else name)
        return names


def render_face(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Perform each recording and write its curves and its request into a folder."""
    asked, label = face_request_of(options)
    form = _form_of(options)
    if options.name is not None and len(options.voices) > 1:
        raise BadRequest("One name cannot serve several recordings: leave --name out, and they keep their own.")
    folder = prepare_folder(options.out)
    made: list[dict[str, Any]] = []
    with Session(start_engine) as session:
        for number, voice in enumerate(options.voices, start=1):
            several = len(options.voices) > 1
            title = f"Line {number} of {len(options.voices)}, {voice.name}" if several else "Performing"
            name = options.name or f"{voice.stem}-{label}"
            made.append(_render_line(session, asked, voice, folder / name, form, console, title))
    console.tell({"lines": made, "files": [file for line in made for file in line["files"]]})
    return OK


def _render_line(
    session: Session, asked: PerformRequest, voice: Path, target: Path, form: _Form, console: Console, title: str
) -> dict[str, Any]:
    """Perform one recording and write its files, named as `target` without suffix; the request comes last."""
    with console.stage(title) as line:
        sha256 = digest_of(voice, part(line, 0.0, _HASHING_SHARE))
        request = msgspec.structs.replace(asked, voice_sha256=sha256)
        finished = session.run(request, {sha256: voice}, part(line, _HASHING_SHARE, _PERFORM_SHARE))
        curves = Path(finished.path)
        kept = artifacts.facts(curves.read_bytes())
        # with the digest of the weights the request names everything that the curves depend on
        request = msgspec.structs.replace(request, model_sha256=str(kept.get("model_sha256", request.model_sha256)))
        text = encode_request(request).decode()
        inputs = {finished.sha256: curves, sha256: voice}
        head_sha256 = ""
        if form.head is not None:
            head_sha256 = digest_of(form.head)
            inputs[head_sha256] = form.head
        stem = free_stem(target.parent, target.name, text, [exporter.suffix for exporter in form.exporters])
        files = [target.parent / name for name in form.file_names(stem)]
        share = (1.0 - _PERFORM_SHARE) / len(files)
        for index, (exporter, path) in enumerate(zip(form.exporters, files, strict=True)):
            job = ExportRequest(
                finished.sha256,
                exporter.name,
                str(path),
                {"request": text, "title": stem},
                voice_sha256=sha256 if exporter.takes_voice else "",
                head_sha256=head_sha256 if exporter.takes_head else "",
                options=form.options_of(exporter),
            )
            begin = _PERFORM_SHARE + index * share
            session.release(session.run(job, inputs, part(line, begin, begin + share)))
        files.append(target.parent / f"{stem}{REQUEST_SUFFIX}")
        with write_atomically(files[-1]) as file:
            file.write(text.encode() + b"\n")
        session.release(finished)
    for path in files:
        console.say(f"{path}  {size_text(path)}")
    told = {"request": msgspec.to_builtins(request), "facts": dict(finished.facts)}
    return {"files": [str(path) for path in files], **told}


def _form_of(options: argparse.Namespace) -> _Form:
    exporters = face_exporters_of(options.format)
    given = {"rig": options.rig, "frame_rate": options.fps, "timecode": options.timecode}
    form = _Form(exporters, {name: value for name, value in given.items() if value is not None}, options.head)
    for exporter in exporters:
        exporter.chosen(form.options_of(exporter))  # refused before work is spent
    return form


def face_exporters_of(names: Sequence[str] | None) -> tuple[Exporter, ...]:
    """The exporters for curves of a face that were asked for, each once.

    Raises:
        BadRequest: there is none of a name; the message lists those there are.
    """
    known = {exporter.name: exporter for exporter in exporters_for("rig curves")}
    wanted = tuple(dict.fromkeys(names or DEFAULT_FORMATS))
    for name in wanted:
        if name not in known:
            raise BadRequest(f"“{name}” is not a form that a face is written in: choose {', '.join(known)}.")
    return tuple(known[name] for name in wanted)


def digest_of(path: Path, progress: Progress = silent) -> str:
    """The SHA-256 of a file in hexadecimal, read in blocks.

    Raises:
        BadInput: it cannot be read.
        Cancelled: from `progress`.
    """
    digest, done = hashlib.sha256(), 0
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                done += len(block)
                progress(done, size, f"reading {path.name}")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check the name and that the file is there.") from error
    return digest.hexdigest()
