"""`directions`: pools of pictures to judge, directions found in them, and what is known of a direction."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators import artifacts
from generators.artifacts import Direction, Pool
from generators.compass.affect_proposal import SOURCES
from generators.compass.figures import FIGURES
from generators.compass.judgements import Judgements
from generators.compass.request import SHIPPED_MODEL, FindRequest, Making, Point, PoolRequest, ReportRequest
from generators.engine.engine import Finished
from generators.engine.requests import encode_request
from generators.errors import AffectStudioError, BadRequest, output_error
from generators.exporter import write_atomically
from generators.progress import Progress, part
from studio.commands.asking import checked_name
from studio.commands.console import OK, Console
from studio.commands.face_forms import digest_of, say_files
from studio.commands.judging import csv_form, read_judgements
from studio.commands.picture_asking import parse_seeds, read_direction
from studio.commands.render import REQUEST_SUFFIX, free_stem, prepare_folder
from studio.commands.session import EngineFactory, Session

SUFFIX = ".safetensors"
POOL_NAME, FORM_NAME = "pool.safetensors", "judgements.csv"
DEFAULT_POOL_SEEDS, DEFAULT_UNSEEN = "0-399", 12
_FIRST_UNSEEN = 1_000_000
_POOL_SHARE, _FIND_SHARE = 0.45, 0.5


@dataclass(frozen=True)
class _Files:
    """Files that requests name by their SHA-256."""

    by_sha256: dict[str, Path]

    def add(self, path: Path) -> str:
        sha256 = digest_of(path)
        self.by_sha256[sha256] = path
        return sha256

    def keep(self, finished: Finished) -> str:
        self.by_sha256[finished.sha256] = Path(finished.path)
        return finished.sha256


def make_pool(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Make a pool of pictures to judge: the pictures one by one, the pool itself, and an empty form."""
    from PIL import Image

    seeds = parse_seeds(options.seeds or "0-59")
    folder = prepare_folder(options.out)
    request = _pool_request(seeds, options, options.prompt or "")
    with Session(start_engine) as session, console.stage(f"Making {len(seeds)} pictures") as line:
        finished = session.run(request, {}, line)
        pool = artifacts.read(Path(finished.path))
        if not isinstance(pool, Pool):
            raise BadRequest("The engine made no pool of pictures: try again.")
        _copy(Path(finished.path), folder / POOL_NAME)
        for index, (seed, picture) in enumerate(zip(seeds, pool.pixels, strict=True), start=1):
            with write_atomically(folder / f"picture-{index:03d}-seed-{seed}.png") as file:
                Image.fromarray(picture).save(file, "PNG")
    if not (folder / FORM_NAME).exists():  # one that was filled in stays
        with write_atomically(folder / FORM_NAME) as file:
            file.write(csv_form(seeds).encode())
    console.say(f"{len(seeds)} pictures lie in {folder}. Judge some of them in {FORM_NAME}, then:")
    console.say(
        f"  affect-studio directions find --pool {folder / POOL_NAME} --judgements {folder / FORM_NAME} --out …"
    )
    console.tell({"pool": str(folder / POOL_NAME), "form": str(folder / FORM_NAME), "pictures": len(seeds)})
    return OK


def find_direction(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Find a direction, judge it on unseen seeds, and write it with its report."""
    finder, label = _finder_of(options)
    name = checked_name(options.name or label)
    folder = prepare_folder(options.out)
    unseen = DEFAULT_UNSEEN if options.unseen is None else options.unseen
    if unseen and not 2 <= unseen <= 1_000:
        raise BadRequest(f"{unseen} unseen pictures: choose from 2 to 1,000, or 0 for a direction without a report.")
    if options.pool is not None and options.seeds is not None:
        raise BadRequest("A pool that is there has its seeds: leave --pool or --seeds out.")
    files = _Files({})
    for path in options.disentangle or ():
        read_direction(path)  # refused before work is spent
    apart = tuple(files.add(path) for path in options.disentangle or ())
    with Session(start_engine) as session, console.stage(f"Finding “{name}”") as line:
        first, second, seeds, pool = _pools(options, session, files, part(line, 0.0, _POOL_SHARE))
        judged = read_judgements(options.judgements, seeds) if options.judgements is not None else Judgements()
        found_by = FindRequest(first, judged, finder, name, apart, second_pool_sha256=second, **_details(options))
        found = session.run(found_by, files.by_sha256, part(line, _POOL_SHARE, _FIND_SHARE))
        files.keep(found)
        if unseen:
            fresh = tuple(range(_FIRST_UNSEEN, _FIRST_UNSEEN + unseen))
            making = Making(quality="preview", prompt=options.texts[0] if options.texts else "")
            report = ReportRequest(
                found.sha256, first, fresh, found_by, making, found_by.measured,
                scale_seeds=min(6, unseen), model=pool.model, model_sha256=pool.model_sha256,
            )  # fmt: skip
            found = session.run(report, files.by_sha256, part(line, _FIND_SHARE, 1.0))
        written = _write(Path(found.path), encode_request(found_by).decode(), folder, name)
        direction = read_direction(written[0])
    say_files(console, written)
    _say(direction, console)
    if options.proposed is not None:
        console.say("A proposal from averages over people; your own ratings take its place (--axis). It is from:")
        for source in SOURCES:
            console.say(f"  {source.says}\n    {source.source}")
    console.tell({"files": [str(path) for path in written], **_told(direction)})
    return OK


def list_directions(options: argparse.Namespace, console: Console) -> int:
    """Print the directions in folders and files."""
    rows: list[dict[str, Any]] = []
    for path in _direction_files(options.paths or [Path()]):
        try:
            direction = read_direction(path)
        except AffectStudioError:  # another program's safetensors, or another result
            continue
        rows.append({"file": str(path), **_told(direction)})
        kept = direction.report.get("monotonicity")
        told = f"keeps its order {kept:.2f}" if kept is not None else "no report yet"
        console.say(f"{direction.name or path.stem:<24} {direction.finder:<10} {direction.model:<20} {told}  {path}")
    if not rows:
        console.say("No directions here: find one with affect-studio directions find, or name another folder.")
    console.tell({"directions": rows})
    return OK


def show_direction(options: argparse.Namespace, console: Console) -> int:
    """Print what is known of a direction."""
    direction = read_direction(options.file)
    _say(direction, console)
    console.tell({"file": str(options.file), **_told(direction)})
    return OK


def _finder_of(options: argparse.Namespace) -> tuple[str, str]:
    """The finder that the options ask for, and a name for what it finds."""
    ways = {
        "--measured": options.measured is not None,
        "--proposed": options.proposed is not None,
        "--component": options.component is not None,
        "--texts": options.texts is not None,
        "--judgements": options.judgements is not None,
    }
    given = [way for way, is_given in ways.items() if is_given]
    if not given:
        raise BadRequest(
            "Nothing says what to find: add --judgements FILE, --measured NAME, --proposed AXIS, --component N or "
            "--texts FROM TO."
        )
    if len(given) > 1:
        raise BadRequest(f"{given[0]} and {given[1]} are two ways to find a direction: choose one.")
    if options.axis is not None and options.judgements is None:
        raise BadRequest("An axis of feeling is found from ratings: add --judgements FILE.")
    if options.finder is not None and (options.judgements is None or options.axis is not None):
        raise BadRequest("--finder says how judgements are fitted: leave it out here.")
    if options.measured is not None:
        return "measured", options.measured
    if options.proposed is not None:
        return "affect proposal", f"{options.proposed} (proposal)"
    if options.component is not None:
        if options.component < 1:
            raise BadRequest("Components count from 1: choose 1 for what differs most.")
        return "pca", f"component {options.component}"
    if options.texts is not None:
        return "text pair", f"{options.texts[1]}"[:60]
    if options.axis is not None:
        return "affect", options.axis
    return options.finder or "ridge", options.judgements.stem


def _details(options: argparse.Namespace) -> dict[str, Any]:
    """What some finders are told besides."""
    details: dict[str, Any] = {"spatial": options.spatial}
    if options.measured is not None:
        details["measured"] = options.measured
    if options.axis is not None or options.proposed is not None:
        details["axis"] = options.axis or options.proposed
    if options.component is not None:
        details["component"] = options.component - 1
    return details


def _pools(
    options: argparse.Namespace, session: Session, files: _Files, progress: Progress
) -> tuple[str, str, tuple[int, ...], Pool]:
    """The hashes of the pool and of that of the second text ("" for none), and the first pool's seeds and the pool."""
    if options.pool is not None:
        if options.texts is not None:
            raise BadRequest("Two texts need two pools, which are made here: leave --pool out.")
        pool = _read_pool(options.pool)
        return files.add(options.pool), "", tuple(pool.seed.tolist()), pool
    seeds = parse_seeds(options.seeds or DEFAULT_POOL_SEEDS)
    prompts = options.texts or [""]
    made = []
    for index, prompt in enumerate(prompts):
        share = part(progress, index / len(prompts), (index + 1) / len(prompts))
        made.append(session.run(_pool_request(seeds, options, prompt), files.by_sha256, share))
        files.keep(made[-1])
    return made[0].sha256, made[1].sha256 if len(made) > 1 else "", seeds, _read_pool(Path(made[0].path))


def _pool_request(seeds: tuple[int, ...], options: argparse.Namespace, prompt: str) -> PoolRequest:
    return PoolRequest(
        tuple(Point(seed) for seed in seeds),
        making=Making(quality="preview", prompt=prompt),
        spatial=options.spatial,
        model=options.model or SHIPPED_MODEL,
    )


def _read_pool(path: Path) -> Pool:
    found = artifacts.read(path)
    if not isinstance(found, Pool):
        raise BadRequest(f"{path.name} holds no pool of pictures: choose a {POOL_NAME} that directions pool wrote.")
    return found


def _write(made: Path, request: str, folder: Path, name: str) -> list[Path]:
    """Write a direction and the request that found it, which comes last; nothing is written over."""
    stem = free_stem(folder, name, request, lambda stem: [f"{stem}{SUFFIX}"])
    files = [folder / f"{stem}{SUFFIX}", folder / f"{stem}{REQUEST_SUFFIX}"]
    _copy(made, files[0])
    with write_atomically(files[1]) as file:
        file.write(request.encode() + b"\n")
    return files


def _copy(source: Path, target: Path) -> None:
    try:
        with source.open("rb") as read, write_atomically(target) as file:
            shutil.copyfileobj(read, file)
    except OSError as error:
        raise output_error(error, target) from error


def _direction_files(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.safetensors")) if path.is_dir() else [path]
    return found


def _say(direction: Direction, console: Console) -> None:
    """Print a direction and its report."""
    made_by = f"found by {direction.finder}" if direction.finder else "of unknown origin"
    console.say(f"“{direction.name}”: {made_by}, for {direction.model or 'any model of its kind'}")
    console.say(f"  usable from {direction.low:+.2f} to {direction.high:+.2f} standard deviations")
    if not direction.report:
        console.say("  no report yet")
        return
    console.say(f"  {'':<22} {'this':>6} {'random':>7} {'shuffled':>9}")
    for figure in FIGURES:
        if figure.name in direction.report:
            console.say(f"  {figure.title:<22} {_cells(direction.report, figure.name)}  {figure.tells}")


def _cells(report: Mapping[str, float], name: str) -> str:
    values = (report.get(name), report.get(f"random_{name}"), report.get(f"shuffled_{name}"))
    return " ".join(
        f"{'' if value is None else f'{value:.2f}':>{width}}" for value, width in zip(values, (6, 7, 9), strict=True)
    )


def _told(direction: Direction) -> dict[str, Any]:
    """A direction for machines."""
    names = ("name", "finder", "model", "model_sha256", "place", "low", "high", "report")
    return {**{name: getattr(direction, name) for name in names}, "even": direction.is_even}


__all__ = ["find_direction", "list_directions", "make_pool", "show_direction"]
