"""`models convert`: a published checkpoint becomes a model of one's own."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
from pathlib import Path

from generators.errors import BadRequest, output_error
from generators.face.emoface_config import FORMAT, LICENCE
from generators.face.emoface_convert import convert_checkpoint
from generators.runtime.catalog import Catalog
from generators.runtime.folders import models_folder
from studio.commands.console import OK, Console

KINDS = (FORMAT,)


def convert_model(options: argparse.Namespace, console: Console) -> int:
    """Convert a checkpoint, and keep the result as a model of one's own; with --out in another folder, too."""
    name = options.name or FORMAT
    if any(model.name == name for model in Catalog.installed().models):
        raise BadRequest(f"There is a model called “{name}” already: give another with --name, or remove that one.")
    with console.stage(f"Converting {options.file.name}") as line:
        made = convert_checkpoint(
            options.file, models_folder() / "face", name=name, origin=options.origin or "", progress=line
        )
    files = [made]
    if options.out is not None:
        files += [_copied(path, options.out) for path in (made, made.with_suffix(".md"))]
    console.say(f"{name} is installed: choose it with --model {name}, or in the window.")
    console.say(f"Its licence is {LICENCE}: name EmoFace's authors, and use what it makes for nothing commercial.")
    for path in files[1:]:
        console.say(str(path))
    console.tell({"name": name, "licence": LICENCE, "files": [str(path) for path in files]})
    return OK


def _copied(path: Path, folder: Path) -> Path:
    """The same file in `folder`, without taking its room twice where the disk can do that."""
    target, temporary = folder / path.name, folder / f".{path.name}.{os.getpid()}.part"
    if target.exists() and target.samefile(path):
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            temporary.hardlink_to(path)
        except OSError:  # another disk, or one that knows no links
            shutil.copyfile(path, temporary)
        temporary.replace(target)
    except OSError as error:
        raise output_error(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return target
