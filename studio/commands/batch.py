"""`batch`: many requests of any kind, that can be interrupted and gone on with."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from generators import artifacts
from generators.compass.request import RenderRequest
from generators.engine.engine import Finished
from generators.engine.named_files import files_named
from generators.engine.requests import ExportRequest, Request, encode_request
from generators.errors import AffectStudioError, Cancelled, OutputError
from generators.exporter import Exporter, write_atomically
from generators.exporters import exporter_named, exporters_for
from generators.face.request import PerformRequest
from generators.progress import Progress, part
from studio.commands import face_forms
from studio.commands.batch_jobs import BatchJob, jobs_of
from studio.commands.console import FAILED, OK, Console
from studio.commands.render import DEFAULT_FORMATS, REQUEST_SUFFIX, Take, prepare_folder, render_take, size_text
from studio.commands.session import EngineFactory, Session

RAW_SUFFIX = ".safetensors"
"""Of results that no exporter writes for other programs: they are kept as they are."""
_DEFAULTS: dict[str, tuple[str, ...]] = {
    "score": DEFAULT_FORMATS,
    "audio": ("wav",),
    "rig curves": face_forms.DEFAULT_FORMATS,
    "direction": ("direction",),
}
_MADE_SHARE = 0.7


def run_batch(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Make every request that is not made yet; one that fails does not keep the others."""
    for name in options.format or ():
        exporter_named(name)  # refused before work is spent
    with jobs_of(options) as jobs:
        folder = prepare_folder(options.out)
        forms = {job.name: forms_for(job, options.format) for job in jobs}
        waiting = [job for job in jobs if not _is_complete(folder, job, forms[job.name])]
        if len(waiting) < len(jobs):
            console.say(f"{len(jobs) - len(waiting):,} of {len(jobs):,} are there already.")
        made: list[dict[str, Any]] = []
        failed: list[dict[str, str]] = []
        if waiting:
            with Session(start_engine) as session:
                for number, job in enumerate(waiting, start=1):
                    title = f"Job {number:,} of {len(waiting):,}"
                    try:
                        made.append(_make(session, job, forms[job.name], folder, console, title).as_json())
                    except (Cancelled, OutputError):  # these would meet every job that follows
                        raise
                    except AffectStudioError as error:
                        console.fail(error)
                        failed.append({"name": job.name, "error": type(error).__name__, "message": error.message})
    console.say(f"{len(made):,} made, {len(failed):,} failed.")
    console.tell({"made": made, "failed": failed, "skipped": len(jobs) - len(waiting)})
    return FAILED if failed else OK


def forms_for(job: BatchJob, asked: Sequence[str] | None) -> tuple[Exporter, ...]:
    """The exporters for what `job` makes: those asked for that suit it, else the usual ones of its kind."""
    known = exporters_for(job.kind)
    chosen = tuple(exporter for exporter in known if exporter.name in (asked or ()))
    usual = _DEFAULTS.get(job.kind, ())
    if isinstance(job.request, RenderRequest):
        usual = ("png",) if len(job.request.points) == 1 else ("pictures-png",)
    return chosen or tuple(exporter for exporter in known if exporter.name in usual)


def file_names(stem: str, exporters: Sequence[Exporter]) -> list[str]:
    """The name of each exporter's file, all different; of a result without exporters the one that it is kept in."""
    names = [exporter.file_name(stem, {}) for exporter in exporters]
    told = [
        f"{stem}-{exporter.name}{exporter.suffix}" if names.count(name) > 1 else name
        for exporter, name in zip(exporters, names, strict=True)
    ]
    return told or [f"{stem}{RAW_SUFFIX}"]


def _is_complete(folder: Path, job: BatchJob, exporters: Sequence[Exporter]) -> bool:
    names = [f"{job.name}{REQUEST_SUFFIX}", *file_names(job.name, exporters)]
    return all((folder / name).exists() for name in names)


def _make(
    session: Session, job: BatchJob, exporters: Sequence[Exporter], folder: Path, console: Console, title: str
) -> Take:
    if job.kind == "score":
        formats = [exporter.name for exporter in exporters]
        return render_take(
            session, job.request, folder, job.name, formats, console, title, may_replace=True, inputs=job.inputs
        )
    with console.stage(title) as line:
        finished = session.run(job.request, job.inputs, part(line, 0.0, _MADE_SHARE))
        request = _named_whole(job.request, finished)
        text = encode_request(request).decode()
        files = _write(session, job, finished, text, exporters, folder, part(line, _MADE_SHARE, 1.0))
        session.release(finished)
    for path in files:
        console.say(f"{path}  {size_text(path)}")
    return Take(request, tuple(files), dict(finished.facts))


def _named_whole(request: Request, finished: Finished) -> Request:
    """`request` with the digest of the weights, so that it names everything that the result depends on."""
    if "model_sha256" not in request.__struct_fields__:
        return request
    kept = artifacts.facts(Path(finished.path).read_bytes())
    return msgspec.structs.replace(request, model_sha256=str(kept.get("model_sha256", "")))


def _write(
    session: Session,
    job: BatchJob,
    finished: Finished,
    text: str,
    exporters: Sequence[Exporter],
    folder: Path,
    progress: Progress,
) -> list[Path]:
    """Write a result in each form, and the JSON of its request last: where that lies the rest is complete."""
    files = [folder / name for name in file_names(job.name, exporters)]
    inputs: Mapping[str, Path] = {**job.inputs, finished.sha256: Path(finished.path)}
    if not exporters:
        with write_atomically(files[0]) as file:
            file.write(Path(finished.path).read_bytes())
    voice_sha256 = job.request.voice_sha256 if isinstance(job.request, PerformRequest) else ""
    for index, (exporter, path) in enumerate(zip(exporters, files, strict=False)):
        export = ExportRequest(
            finished.sha256,
            exporter.name,
            str(path),
            {**_figures(finished), "request": text, "title": job.name},
            voice_sha256=voice_sha256 if exporter.takes_voice else "",
            ingredient_sha256s=files_named(job.request) if exporter.takes_ingredients else (),
        )
        share = part(progress, index / len(files), (index + 1) / len(files))
        session.release(session.run(export, inputs, share))
    files.append(folder / f"{job.name}{REQUEST_SUFFIX}")
    with write_atomically(files[-1]) as file:
        file.write(text.encode() + b"\n")
    return files


def _figures(finished: Finished) -> dict[str, str]:
    """Facts that the files of pictures keep, so that they can be made again on a device like this."""
    return {name: finished.facts[name] for name in ("model_sha256", "rows", "device") if name in finished.facts}
