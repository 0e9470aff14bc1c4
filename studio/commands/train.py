"""`train` and `evaluate`: long work in a process of its own, whose output passes straight through."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generators.errors import BadRequest
from studio.commands.console import INTERRUPTED, OK, Console
from studio.commands.render import prepare_folder
from studio.commands.session import EngineFactory

STOP_LIMIT_S = 60.0  # long enough to write a last checkpoint
PACK_NAME = "pack.npz"


def add_training(verbs: argparse._SubParsersAction[Any]) -> None:
    """Add `train` and `evaluate` with what they can be asked for to the command line's verbs."""
    train = verbs.add_parser("train", help="train a model").add_subparsers(metavar="WHAT", required=True)
    music = train.add_parser(
        "music",
        help="train the music model",
        description="Train the music model: on a folder of MIDI files the shipped weights are tuned to them, on a "
        "packed dataset it begins anew. Ctrl-C stops after a last checkpoint, --resume goes on from it. Further "
        "options go to python -m generators.music.train (try its --help).",
        allow_abbrev=False,
    )
    music.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="a folder of your own MIDI files, to tune the shipped weights to them; or the packed dataset, or with "
        "--pack the archives' folder",
    )
    music.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the run")
    music.add_argument("--pack", action="store_true", help="make the packed dataset first")
    music.set_defaults(verb=train_music, takes_rest=True)
    face = train.add_parser(
        "face",
        help="train the face model",
        description="Train the face model: on a folder of synthesised speech with the times of its sounds, which "
        "--pack makes first, and on aligned recordings given as --real. Ctrl-C stops after a last checkpoint, "
        "--resume goes on from it. Further options go to python -m generators.face.train (try its --help).",
        allow_abbrev=False,
    )
    face.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder of synthesised speech")
    face.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the run")
    face.add_argument("--pack", type=float, metavar="HOURS", help="have so many hours synthesised into --data first")
    face.set_defaults(verb=train_face, takes_rest=True)
    compass = train.add_parser(
        "compass",
        help="train the picture model",
        description="Train the picture model on paintings with known factors, which --paint makes first. Ctrl-C stops "
        "after a last checkpoint, --resume goes on from it. Further options (--minutes, --seed, --threads, --resume) "
        "go to python -m generators.compass.train (try its --help).",
        allow_abbrev=False,
    )
    compass.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder of paintings")
    compass.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the run")
    compass.add_argument("--paint", type=int, metavar="N", help="paint so many pictures into --data first")
    compass.set_defaults(verb=train_compass, takes_rest=True)
    evaluate = verbs.add_parser("evaluate", help="print a model card's figures again")
    what = evaluate.add_subparsers(metavar="WHAT", required=True)
    for room, verb in (("music", evaluate_music), ("face", evaluate_face), ("compass", evaluate_compass)):
        of = what.add_parser(
            room,
            help=f"evaluate the {room} model",
            description=f"Further options go to python -m generators.{room}.evaluate (try its --help).",
            allow_abbrev=False,
        )
        of.set_defaults(verb=verb, takes_rest=True)


def train_music(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
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


def train_face(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    """Train the face model; with --pack, have speech synthesised first."""
    folder = prepare_folder(options.out)
    data: Path = options.data
    if options.pack is not None:
        console.say(f"Having {options.pack:g} hours of speech synthesised into {data}")
        code = run_module("generators.face.teacher", ["--out", str(data), "--minutes", f"{60 * options.pack:g}"])
        if code != OK:
            return code
    elif not data.is_dir():
        raise BadRequest(f"{data} is not there: give the folder of synthesised speech, or add --pack HOURS.")
    return run_module("generators.face.train", ["--data", str(data), "--out", str(folder), *options.rest])


def train_compass(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:
    """Train the picture model; with --paint, paint the pictures first."""
    folder = prepare_folder(options.out)
    data: Path = options.data
    if options.paint is not None:
        console.say(f"Painting {options.paint:,} pictures into {data}")
        code = run_module("generators.compass.painter.dataset", ["--out", str(data), "--count", str(options.paint)])
        if code != OK:
            return code
    elif not data.is_dir():
        raise BadRequest(f"{data} is not there: give the folder of paintings, or add --paint NUMBER.")
    return run_module("generators.compass.train", ["--data", str(data), "--out", str(folder), *options.rest])


def evaluate_music(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:  # noqa: ARG001  (all verbs take them)
    """Print the figures of the music model's card again."""
    return run_module("generators.music.evaluate", options.rest)


def evaluate_face(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:  # noqa: ARG001  (all verbs take them)
    """Print the figures of the face model's card again."""
    return run_module("generators.face.evaluate", options.rest)


def evaluate_compass(options: argparse.Namespace, console: Console, _: EngineFactory) -> int:  # noqa: ARG001  (all verbs take them)
    """Print the figures of the picture model's card again."""
    return run_module("generators.compass.evaluate", options.rest)


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
