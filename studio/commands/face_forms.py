"""The files that curves of a face are written as: which forms, with which options, and under which names."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generators.engine.engine import Finished
from generators.engine.requests import ExportRequest
from generators.errors import BadInput, BadRequest
from generators.exporter import Exporter, write_atomically
from generators.exporters import exporters_for
from generators.progress import Progress, part, silent
from studio.commands.console import Console
from studio.commands.render import REQUEST_SUFFIX, free_stem, size_text
from studio.commands.session import Session

DEFAULT_FORMATS = ("live-link-face", "csv")
_BLOCK_BYTES = 4 << 20


@dataclass(frozen=True)
class Forms:
    """How curves are written: the exporters, the values of their options by name, and a head of the user's own."""

    exporters: tuple[Exporter, ...]
    options: dict[str, str]
    head: Path | None

    def options_of(self, exporter: Exporter) -> dict[str, str]:
        """What was chosen of the options that `exporter` has."""
        known = {option.name for option in exporter.options}
        return {name: value for name, value in self.options.items() if name in known}

    def file_names(self, stem: str) -> list[str]:
        """The name of each exporter's file, all different: those that would be called alike tell their form."""
        names = [exporter.file_name(stem, self.options_of(exporter)) for exporter in self.exporters]
        shared = {name for name in names if names.count(name) > 1}
        return [
            f"{stem}-{exporter.name}{exporter.suffix}"
            if name in shared and exporter.suffix != f".{exporter.name}"  # plain CSV is a.csv whatever else there is
            else name
            for exporter, name in zip(self.exporters, names, strict=True)
        ]


def forms_of(options: argparse.Namespace) -> Forms:
    """What --format, --rig, --fps, --timecode and --head ask for.

    Raises:
        BadRequest: there is no such form, or an option of one cannot be what was chosen.
    """
    exporters = face_exporters_of(options.format)
    given = {"rig": options.rig, "frame_rate": options.fps, "timecode": options.timecode}
    forms = Forms(exporters, {name: value for name, value in given.items() if value is not None}, options.head)
    for exporter in exporters:
        exporter.chosen(forms.options_of(exporter))  # refused before work is spent
    for flag, name in (("rig", "rig"), ("fps", "frame_rate"), ("timecode", "timecode")):
        if name in forms.options and not any(name in forms.options_of(exporter) for exporter in exporters):
            raise BadRequest(f"None of the chosen forms takes --{flag}: leave it out, or add --format csv.")
    if options.head is not None and not any(exporter.takes_head for exporter in exporters):
        raise BadRequest("None of the chosen forms takes a head: leave --head out, or add --format gltf.")
    return forms


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


def write_forms(
    session: Session,
    curves: Finished,
    request: str,
    target: Path,
    forms: Forms,
    progress: Progress,
    voice: tuple[str, Path] | None = None,
) -> list[Path]:
    """Write the result `curves` in each form, named as `target` without suffix, and the JSON of its request last.

    `voice` is the recording with its SHA-256, for films. Returns the files.
    """
    inputs = {curves.sha256: Path(curves.path)}
    voice_sha256 = head_sha256 = ""
    if voice is not None:
        voice_sha256, inputs[voice[0]] = voice[0], voice[1]
    if forms.head is not None:
        head_sha256 = digest_of(forms.head)
        inputs[head_sha256] = forms.head
    stem = free_stem(target.parent, target.name, request, forms.file_names)
    files = [target.parent / name for name in forms.file_names(stem)]
    for index, (exporter, path) in enumerate(zip(forms.exporters, files, strict=True)):
        job = ExportRequest(
            curves.sha256,
            exporter.name,
            str(path),
            {"request": request, "title": stem},
            voice_sha256=voice_sha256 if exporter.takes_voice else "",
            head_sha256=head_sha256 if exporter.takes_head else "",
            options=forms.options_of(exporter),
        )
        share = part(progress, index / len(files), (index + 1) / len(files))
        session.release(session.run(job, inputs, share))
    files.append(target.parent / f"{stem}{REQUEST_SUFFIX}")
    with write_atomically(files[-1]) as file:
        file.write(request.encode() + b"\n")
    return files


def say_files(console: Console, files: Sequence[Path]) -> None:
    """Print files with their sizes."""
    for path in files:
        console.say(f"{path}  {size_text(path)}")


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
