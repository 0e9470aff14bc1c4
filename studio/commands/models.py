"""`models`: which models there are, whether their files are whole, and models of one's own."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from pathlib import Path
from typing import Any

from generators.errors import AffectStudioError, BadInput, BadRequest, ModelMissing
from generators.face.config import NetworkConfig
from generators.runtime.catalog import Catalog, Model
from generators.runtime.folders import models_folder
from generators.runtime.spec import ModelSpec
from generators.runtime.weights import read_header
from studio.commands.console import FAILED, OK, Console


def list_models(options: argparse.Namespace, console: Console) -> int:  # noqa: ARG001  (all verbs take them)
    """Print the models that are installed."""
    models = Catalog.installed().models
    for model in models:
        console.say(f"{model.name:<20} {model.room:<8} {model.bytes / 1e6:7.1f} MB  {model.licence:<14} {model.title}")
    if not models:
        console.say("No models are installed: install Affect Studio again, or add one.")
    console.tell({"models": [_as_json(model) for model in models]})
    return OK


def verify_models(options: argparse.Namespace, console: Console) -> int:  # noqa: ARG001
    """Check the digest of every model's weights."""
    catalog = Catalog.installed()
    if not catalog.models:
        raise ModelMissing("No models are installed: install Affect Studio again.")
    results: list[dict[str, Any]] = []
    for model in catalog.models:
        try:
            with console.stage(f"Checking {model.name}") as line:
                digest = catalog.verify(model, line)
            results.append({"name": model.name, "ok": True, "sha256": digest})
            console.say(f"{model.name:<20} {'as shipped' if model.shipped else 'readable'}  {digest}")
        except AffectStudioError as error:
            results.append({"name": model.name, "ok": False, "error": type(error).__name__, "message": error.message})
            if not console.is_json:
                console.fail(error)
    console.tell({"models": results})
    return OK if all(result["ok"] for result in results) else FAILED


def add_model(options: argparse.Namespace, console: Console) -> int:
    """Keep weights that were trained here under a name of their own, so that takes can be made with them."""
    from generators.runtime.spec import CPU

    source: Path = options.file
    name = options.name or source.stem
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise BadRequest(f"“{name}” cannot be the name of a model: use letters, digits, dots, dashes and underscores.")
    if any(model.name == name for model in Catalog.installed().models):
        raise BadRequest(f"There is a model called “{name}” already: give another with --name, or remove that one.")
    spec = _spec_for(source)
    with console.stage(f"Checking {source.name}") as line:
        spec.load(source, CPU, line)
    target = models_folder() / spec.room / f"{name}.safetensors"
    temporary = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, temporary)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise BadInput(f"The model could not be copied to {target} ({error.strerror}): make room there.") from error
    console.say(f"{name} is installed: choose it with --model {name}, or in the window.")
    console.tell({"name": name, "file": str(target)})
    return OK


def _spec_for(path: Path) -> ModelSpec:
    """What loads the weights in `path`, told by the sizes that training wrote into it; else music."""
    from generators.face.spec import FACE_SMALL
    from generators.music.spec import MUSIC_SMALL

    try:
        config = json.loads(read_header(path).metadata["facts"])["config"]
        NetworkConfig.of(config)
    except (AffectStudioError, KeyError, TypeError, ValueError):
        return MUSIC_SMALL
    return FACE_SMALL


def remove_model(options: argparse.Namespace, console: Console) -> int:
    """Take away a model of one's own; shipped ones stay."""
    model = Catalog.installed().find(options.name)
    if model.shipped:
        raise BadRequest(f"“{model.name}” comes with Affect Studio and stays: only models that you added go.")
    try:
        model.path.unlink()
        model.path.with_suffix(".md").unlink(missing_ok=True)  # its card
    except OSError as error:
        raise BadInput(f"{model.path} could not be removed ({error.strerror}): close what uses it.") from error
    console.say(f"{model.name} is removed. Takes that were made with it stay, but cannot be made again.")
    console.tell({"name": model.name})
    return OK


def _as_json(model: Model) -> dict[str, Any]:
    names = ("name", "room", "title", "licence", "bytes", "sha256", "file", "card", "shipped")
    return {name: getattr(model, name) for name in names}
