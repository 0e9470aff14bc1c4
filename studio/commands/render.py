"""`render music`: requests made into files."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from generators import artifacts
from generators.engine.requests import ExportRequest, Request, encode_request
from generators.errors import BadRequest, output_error
from generators.exporter import write_atomically
from generators.exporters import exporters_for
from generators.progress import part
from studio.commands.asking import request_of, take_name
from studio.commands.console import OK, Console
from studio.commands.session import EngineFactory, Session

REQUEST_SUFFIX = ".request.json"
DEFAULT_FORMATS = ("midi", "wav")
MAX_TAKES = 1_000
_COMPOSE_SHARE = 0.7


@dataclass(frozen=True)
class Take:
    """The files of one take, and the request that makes them again."""

    request: Request
    files: tuple[Path, ...]
    facts: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """The take for machines."""
        request = msgspec.to_builtins(self.request)
        return {"files": [str(path) for path in self.files], "request": request, "facts": self.facts}


def render_music(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Compose takes and write their MIDI, sound and requests into a folder."""
    request, label, left_out = request_of(options)
    for sentence in left_out:
        console.say(sentence)
    takes = 1 if options.takes is None else options.takes
    if not 1 <= takes <= MAX_TAKES:
        raise BadRequest(f"{takes:,} takes were asked for: choose between 1 and {MAX_TAKES:,}.")
    requests = [msgspec.structs.replace(request, seed=request.seed + index) for index in range(takes)]
    names = [take_name(options.name, label, wanted, takes) for wanted in requests]
    formats = formats_of(options.format)
    folder = prepare_folder(options.out)
    made: list[Take] = []
    with Session(start_engine) as session:
        for number, (wanted, name) in enumerate(zip(requests, names, strict=True), start=1):
            title = f"Take {number} of {takes}" if takes > 1 else "Composing"
            made.append(render_take(session, wanted, folder, name, formats, console, title))
    console.tell({"takes": [take.as_json() for take in made], "files": [str(f) for take in made for f in take.files]})
    return OK


def render_take(
    session: Session,
    request: Request,
    folder: Path,
    name: str,
    formats: Sequence[str],
    console: Console,
    title: str,
    *,
    may_replace: bool = False,
    inputs: Mapping[str, Path] | None = None,
) -> Take:
    """Make one take and write its files; the request comes last, so where it lies the rest is complete.

    `inputs` are the files that the request names by their SHA-256.
    With `may_replace` files called `name` are written over, else another name is found where they are other music.
    """
    with console.stage(title) as line:
        finished = session.run(request, inputs, part(line, 0.0, _COMPOSE_SHARE))
        score_path = Path(finished.path)
        kept = artifacts.facts(score_path.read_bytes())
        # with the digest of the weights the request names everything that the take depends on
        model_sha256 = str(kept.get("model_sha256", getattr(request, "model_sha256", "")))
        request = msgspec.structs.replace(request, model_sha256=model_sha256)
        text = encode_request(request).decode()
        exporters = [exporter for exporter in exporters_for("score") if exporter.name in formats]
        stem = (
            name
            if may_replace
            else free_stem(folder, name, text, lambda s: [f"{s}{each.suffix}" for each in exporters])
        )
        files: list[Path] = []
        share = (1.0 - _COMPOSE_SHARE) / len(formats)
        for index, exporter in enumerate(exporters):
            path = folder / f"{stem}{exporter.suffix}"
            begin = _COMPOSE_SHARE + index * share
            job = ExportRequest(finished.sha256, exporter.name, str(path), {"request": text, "title": stem})
            written = session.run(job, {finished.sha256: score_path}, part(line, begin, begin + share))
            session.release(written)
            files.append(path)
        files.append(folder / f"{stem}{REQUEST_SUFFIX}")
        with write_atomically(files[-1]) as file:
            file.write(text.encode() + b"\n")
        session.release(finished)
    for path in files:
        console.say(f"{path}  {size_text(path)}")
    return Take(request, tuple(files), dict(finished.facts))


def free_stem(folder: Path, name: str, request: str, names_of: Callable[[str], Iterable[str]]) -> str:
    """`name`, or `name` with a number where files of another origin have it already: nothing is written over.

    `names_of` gives the names of the files that something called so gets.
    """
    number = 1
    while True:
        stem = name if number == 1 else f"{name}-{number}"
        path = folder / f"{stem}{REQUEST_SUFFIX}"
        try:
            if path.exists():
                is_free = path.read_text(encoding="utf-8").rstrip("\n") == request
            else:
                is_free = not any((folder / file).exists() for file in names_of(stem))
        except (OSError, UnicodeDecodeError):  # a file that cannot be read is another's
            is_free = False
        if is_free:
            return stem
        number += 1


def formats_of(names: Sequence[str] | None) -> tuple[str, ...]:
    """The names of exporters for scores, checked."""
    known = [exporter.name for exporter in exporters_for("score")]
    for name in names or ():
        if name not in known:
            raise BadRequest(f"“{name}” is not a form that music is written in: choose {', '.join(known)}.")
    return tuple(dict.fromkeys(names or DEFAULT_FORMATS))


def prepare_folder(folder: Path) -> Path:
    """Make `folder` and try that it can be written to, before work is spent.

    Raises:
        OutputError: it cannot.
    """
    trial = folder / f".affect-studio-{secrets.token_hex(4)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise output_error(error, folder) from error
    return folder


def size_text(path: Path) -> str:
    """The size of a file or folder, for people."""
    files = path.iterdir() if path.is_dir() else (path,)
    size = sum(file.stat().st_size for file in files)
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
