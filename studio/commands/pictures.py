"""`render pictures`: pictures, strips, maps and films along directions, written in the forms that exporters know."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from generators import artifacts
from generators.artifacts import Pictures
from generators.compass.paths import Pace, coarse_request, film_request
from generators.compass.paths import Path as Way
from generators.compass.request import InvertRequest, RenderRequest
from generators.engine.engine import Finished
from generators.engine.requests import ExportRequest, encode_request
from generators.errors import BadRequest
from generators.exporter import Exporter, write_atomically
from generators.exporters import exporters_for
from generators.progress import Progress, part
from studio.commands.asking import checked_name
from studio.commands.console import OK, Console
from studio.commands.face_forms import digest_of, say_files
from studio.commands.picture_asking import Asked, pictures_asked
from studio.commands.render import REQUEST_SUFFIX, free_stem, prepare_folder
from studio.commands.session import EngineFactory, Session

_OWN_SHARE, _PACE_SHARE, _MADE_SHARE = 0.2, 0.35, 0.85


@dataclass
class _Work:
    """What is known while pictures are made: the session, and the files that requests name by their SHA-256."""

    session: Session
    files: dict[str, Path]
    kept: list[Finished] = field(default_factory=list)

    def run(self, request: Any, progress: Progress) -> Finished:
        finished = self.session.run(request, self.files, progress)
        self.files[finished.sha256] = Path(finished.path)
        self.kept.append(finished)
        return finished


def render_pictures(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Make pictures and write them, and their request, into a folder."""
    with TemporaryDirectory(prefix="affect-studio-") as scratch:
        asked = pictures_asked(options, Path(scratch))
        exporters = picture_exporters_of(options.format, asked)
        chosen = _options_of(options.option, exporters)
        name = checked_name(options.name) if options.name is not None else asked.label
        folder = prepare_folder(options.out)
        with Session(start_engine) as session, console.stage(f"Making {name}") as line:
            work = _Work(session, dict(asked.files))
            request, finished = _made(work, asked, line)
            files = _write(work, request, finished, asked, exporters, chosen, folder / name, part(line, _MADE_SHARE, 1))
    say_files(console, files)
    console.tell(
        {
            "files": [str(path) for path in files],
            "request": msgspec.to_builtins(request),
            "facts": dict(finished.facts),
        }
    )
    return OK


def picture_exporters_of(names: Sequence[str] | None, asked: Asked) -> tuple[Exporter, ...]:
    """The exporters for pictures that were asked for, each once; else what suits what is made.

    Raises:
        BadRequest: there is none of a name; the message lists those there are.
    """
    known = {exporter.name: exporter for exporter in exporters_for("pictures")}
    wanted = tuple(dict.fromkeys(names or (asked.form,)))
    for name in wanted:
        if name not in known:
            raise BadRequest(f"“{name}” is not a form that pictures are written in: choose {', '.join(known)}.")
    return tuple(known[name] for name in wanted)


def _options_of(texts: Sequence[str] | None, exporters: Sequence[Exporter]) -> dict[str, dict[str, str]]:
    """The options of each exporter, by its name, from "name=value" texts."""
    given: dict[str, str] = {}
    for text in texts or ():
        name, mark, value = text.partition("=")
        if not mark or not any(option.name == name for exporter in exporters for option in exporter.options):
            known = sorted({option.name for exporter in exporters for option in exporter.options})
            raise BadRequest(f"“{text[:80]}” is no option of these forms: write NAME=VALUE with {', '.join(known)}.")
        given[name] = value
    found = {}
    for exporter in exporters:
        mine = {option.name for option in exporter.options}
        found[exporter.name] = {name: value for name, value in given.items() if name in mine}
        exporter.chosen(found[exporter.name])  # refused before work is spent
    return found


def _made(work: _Work, asked: Asked, line: Progress) -> tuple[RenderRequest, Finished]:
    """Make the pictures: turn the picture of one's own into noise first, and measure a path's pace."""
    request, begin = asked.request, 0.0
    if asked.own is not None:
        inverting = InvertRequest(digest_of(asked.own), request.making, request.model, request.model_sha256)
        work.files[inverting.picture_sha256] = asked.own
        latents = work.run(inverting, part(line, 0.0, _OWN_SHARE))
        request = msgspec.structs.replace(request, start_sha256=latents.sha256)
        begin = _OWN_SHARE
    if asked.way is not None:
        previews = work.run(coarse_request(asked.way, request), part(line, begin, _PACE_SHARE))
        request = film_request(asked.way, request, _pace(asked.way, Path(previews.path)))
        begin = _PACE_SHARE
    finished = work.run(request, part(line, begin, _MADE_SHARE))
    kept = artifacts.facts(Path(finished.path).read_bytes())
    # with the digest of the weights the request names everything that the pictures depend on
    model_sha256 = str(kept.get("model_sha256", request.model_sha256))
    return msgspec.structs.replace(request, model_sha256=model_sha256), finished


def _pace(way: Way, path: Path) -> Pace:
    previews = artifacts.read(path)
    if not isinstance(previews, Pictures):
        raise BadRequest("The engine made no pictures: try again.")
    return Pace.measured(way, previews.pixels)


def _write(
    work: _Work,
    request: RenderRequest,
    finished: Finished,
    asked: Asked,
    exporters: Sequence[Exporter],
    chosen: dict[str, dict[str, str]],
    target: Path,
    progress: Progress,
) -> list[Path]:
    """Write the pictures in each form, named as `target` without suffix, and the JSON of their request last."""
    text = encode_request(request).decode()
    stem = free_stem(target.parent, target.name, text, lambda stem: _names(stem, exporters))
    files = [target.parent / name for name in _names(stem, exporters)]
    named = [push.sha256 for push in request.directions]
    ingredients = tuple(filter(None, (*named, request.start_sha256)))
    facts = {**finished.facts, "request": text, "title": stem, "direction_names": json.dumps(asked.names)}
    for index, (exporter, path) in enumerate(zip(exporters, files, strict=True)):
        job = ExportRequest(
            finished.sha256,
            exporter.name,
            str(path),
            facts,
            options=chosen[exporter.name],
            ingredient_sha256s=ingredients if exporter.takes_ingredients else (),
        )
        share = part(progress, index / len(files), (index + 1) / len(files))
        work.session.release(work.session.run(job, work.files, share))
    files.append(target.parent / f"{stem}{REQUEST_SUFFIX}")
    with write_atomically(files[-1]) as file:
        file.write(text.encode() + b"\n")
    for each in work.kept:
        work.session.release(each)
    return files


def _names(stem: str, exporters: Sequence[Exporter]) -> list[str]:
    """The name of each exporter's file, all different: those that would be called alike tell their form."""
    names = [exporter.file_name(stem, {}) for exporter in exporters]
    return [
        f"{stem}-{exporter.name}{exporter.suffix}" if names.count(name) > 1 and exporter.name != "png" else name
        for exporter, name in zip(exporters, names, strict=True)
    ]
