"""`train` and `evaluate`: long work in a process of its own, whose output passes straight through."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from generators.errors import BadRequest
from studio.commands.console import INTERRUPTED, OK, Console
from studio.commands.render import prepare_folder

STOP_LIMIT_S = 60.0  # long enough to write a last checkpoint
PACK_NAME = "pack.npz"


def train_music(options: argparse.Namespace, console: Console) -> int:
    """Train the music model; with --pack, make the dataset from the archives in --data first.

    A folder of MIDI files as --data goes through as it is: the training itself tells it from a packed dataset.
    """
    folder = prepare_folder(options.out)
    data: Path = options.data
    if not data.exists():
        raise BadRequest(
            f"{data} is not there: give a folder of MIDI files, the pack, or with --pack the "
            "folder of archives, as --data."
        )
    if options.pack:
        pack = folder / PACK_NAME
        console.say(f"Packing {data} into {pack}")
        code = run_module("generators.music.dataset", ["--data", str(data), "--out", str(pack)])
        if code != OK:
            return code
        data = pack
    return run_module("generators.music.train", ["--data", str(data), "--out", str(folder), *options.rest])


def evaluate_music(options: argparse.Namespace, console: Console) -> int:  # noqa: ARG001  (all verbs take one)
    """Print the figures of the music model's card again."""
    return run_module("generators.music.evaluate", options.rest)


def run_module(module: str, arguments: Sequence[str]) -> int:
    """Run a module of ours in a process of its own and return its exit code; Ctrl-C lets it end by itself."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments])
    try:
        return process.wait()
    except KeyboardInterrupt:  # the process has had the signal too, and may be writing what it has
        try:
            process.wait(STOP_LIMIT_S)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.kill()
            process.wait()
        return INTERRUPTED
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
