"""`rescue`: a new project with all that is whole in a damaged one."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from generators.errors import NotWritable
from generators.exporter import write_atomically
from studio.commands.console import OK, Console
from studio.document.model import Take
from studio.document.rescue import rescue


def rescue_project(options: argparse.Namespace, console: Console) -> int:
    """Save what can be saved into a new project; requests of lost takes are written beside it, one a line."""
    source, target = options.file, options.out.absolute()
    if target.exists():
        raise NotWritable(f"{target} exists already: choose another name for the rescued project.")
    with console.stage(f"Looking through {source.name}") as line:
        document, told = rescue(source, target, target.parent, line)
    document.close()
    console.say(f"{target.name}: {told.takes} of {told.takes + len(told.lost)} takes were saved.")
    if told.panels:
        console.say(f"What these panels remember was saved: {', '.join(told.panels)}.")
    requests = _write_lost(told.lost, target) if told.lost else None
    for take in told.lost:
        console.say(f"  lost: {take.name} ({take.panel})")
    if requests is not None:
        console.say(
            f"Their requests are in {requests.name}: “affect-studio batch” makes from them what can be made again."
        )
    console.tell(
        {
            "project": str(target),
            "saved": told.takes,
            "lost": [msgspec.to_builtins(take) for take in told.lost],
            "panels": list(told.panels),
        }
    )
    return OK


def _write_lost(lost: tuple[Take, ...], target: Path) -> Path:
    path = target.with_name(f"{target.stem} lost requests.jsonl")
    with write_atomically(path) as file:
        file.write("".join(f"{take.request}\n" for take in lost).encode())
    return path
