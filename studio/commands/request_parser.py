"""The verbs about requests of any kind: `batch`, `again` and `licences`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from studio.commands.console import Console
from studio.commands.session import EngineFactory


def add_request_verbs(
    add: Callable[..., argparse.ArgumentParser], add_output: Callable[[argparse.ArgumentParser], None]
) -> None:
    """Add the verbs with `add` (as of argparse's subparsers); `add_output` adds where files go and in which forms."""
    batch = add("batch", help="make many things, one request a line", allow_abbrev=False)
    batch.description = (
        "Make many things, each from a request: music, faces, pictures, sound. What is there already is passed over, "
        "so that a batch that was interrupted goes on. Files that requests name by their SHA-256 come from a project, "
        "or are given with --input."
    )
    batch.add_argument(
        "jobs", type=Path, nargs="?", metavar="JOBS.jsonl", help="one JSON request a line, or one in all"
    )
    batch.add_argument("--request", action="append", metavar="JSON", help="a request as text")
    batch.add_argument("--project", type=Path, metavar="FILE.affect", help="where takes and named files come from")
    batch.add_argument("--take", action="append", metavar="NAME|ID", help="a take of the project (all)")
    batch.add_argument(
        "--input", type=Path, action="append", metavar="FILE|DIR", help="a file that a request names, or many"
    )
    add_output(batch)
    batch.set_defaults(verb=_batch)

    again = add("again", help="make takes of a project again, and compare the bytes", allow_abbrev=False)
    again.description = (
        "Make takes of a project again from their requests and compare every byte. The project is only looked at. Ends "
        "with 0 if all that were made by a request are the same."
    )
    again.add_argument("project", type=Path, metavar="PROJECT.affect")
    which = again.add_mutually_exclusive_group()
    which.add_argument("--take", action="append", metavar="NAME|ID", help="a take; may be given several times")
    which.add_argument("--all", action="store_true", help="every take, as without --take")
    again.set_defaults(verb=_again)

    licences = add("licences", help="what the program is made of, and under which licences", allow_abbrev=False)
    licences.add_argument("about", nargs="?", metavar="WORDS", help="only what has these words in it")
    licences.add_argument("--full", action="store_true", help="the texts of the licences, too")
    licences.set_defaults(verb=_licences)


def _batch(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.batch import run_batch

    return run_batch(options, console, start_engine)


def _again(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    from studio.commands.again import make_again

    return make_again(options, console, start_engine)


def _licences(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    from studio.commands.licences import show_licences

    return show_licences(options, console)
