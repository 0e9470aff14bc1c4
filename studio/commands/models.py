"""`models`: which models there are, whether their files are whole, and models of one's own."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import msgspec

from generators.compass.opening import OURS, look_into
from generators.compass.own_models import check_free, is_picture_model, refer
from generators.errors import AffectStudioError, BadInput, BadRequest, ModelMissing
from generators.face.config import NetworkConfig
from generators.progress import Progress
from generators.runtime.catalog import Catalog, Model
from generators.runtime.folders import models_folder
from generators.runtime.references import check_name, remove_reference, write_reference
from generators.runtime.spec import Setup
from generators.runtime.weights import read_header
from studio.commands.console import FAILED, OK, Console


def list_models(options: argparse.Namespace, console: Console) -> int:  # noqa: ARG001  (all verbs take them)
    """Print the models that are installed."""
    models = Catalog.installed().models
    for model in models:
        line = f"{model.name:<20} {model.room:<8} {model.bytes / 1e6:7.1f} MB  {model.licence:<14} {model.title}"
        console.say(f"{line}, held as {model.setup}" if str(model.setup) else line)
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
    """Keep a model under a name of its own: weights that were trained here are copied, others stay where they are."""
    source: Path = options.file
    setup = setup_of(options)
    if is_picture_model(source) and not _is_ours(source):
        return _refer_to(source, options.name or "", setup, console)
    if str(setup):
        raise BadRequest("Only picture models that were not trained here can be held in several ways: leave that out.")
    name = options.name or source.stem
    check_name(name)
    check_free(name, models_folder(), Catalog.installed())
    with console.stage(f"Checking {source.name}") as line:
        room = _checked_room(source, line)
    target = models_folder() / room / f"{name}.safetensors"
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


def _is_ours(path: Path) -> bool:
    try:
        return path.suffix == ".safetensors" and OURS in read_header(path).metadata
    except AffectStudioError:
        return False


def _refer_to(source: Path, name: str, setup: Setup, console: Console) -> int:
    entry = refer(source, name, setup=setup)
    check_free(entry.name, models_folder(), Catalog.installed())
    path = write_reference(models_folder(), entry)
    console.say(
        f"{entry.name} is among your models ({entry.title}): choose it with --model {entry.name}, or in the window."
    )
    console.say(f"Its {entry.bytes / 1e6:,.0f} MB stay in {entry.path}.")
    console.tell({"name": entry.name, "file": entry.path, "entry": str(path), "title": entry.title})
    return OK


def set_model(options: argparse.Namespace, console: Console) -> int:
    """Say how a model of one's own is held in memory."""
    model = Catalog.installed().find(options.name)
    if model.reference is None:
        raise BadRequest(f"“{model.name}” is held in one way only: this is for large picture models that you added.")
    changes = {
        name: getattr(options, name) for name in ("dtype", "offload", "sampler") if getattr(options, name) is not None
    }
    entry = msgspec.structs.replace(model.reference, **{key: plain(value) for key, value in changes.items()})
    write_reference(models_folder(), entry)
    console.say(f"{entry.name} is held as {str(entry.setup) or 'suits the machine'} from now on.")
    console.tell({"name": entry.name, "dtype": entry.dtype, "offload": entry.offload, "sampler": entry.sampler})
    return OK


def plain(value: str | None) -> str:
    """What a Setup calls the choice of an option; "auto", "none" and "usual" are what it calls nothing."""
    return "" if value in (None, "auto", "none", "usual") else str(value)


def setup_of(options: argparse.Namespace) -> Setup:
    """How the options say that a model is held."""
    return Setup(plain(options.dtype), plain(options.offload), plain(options.sampler))


def _checked_room(path: Path, progress: Progress) -> str:
    """The room whose model the weights in `path` are, loaded once to see that they can be used.

    Which room it is tell the sizes that training wrote into the file; where nothing is told it must be music.

    Raises:
        ModelMissing, ModelAltered: it is no model of this version.
    """
    if _is_ours(path):
        look_into(path)
        return "compass"
    try:
        NetworkConfig.of(json.loads(read_header(path).metadata["facts"])["config"])
    except (AffectStudioError, KeyError, TypeError, ValueError):
        from generators.music.spec import MUSIC_SMALL
        from generators.runtime.spec import CPU

        MUSIC_SMALL.load(path, CPU, progress)
        return MUSIC_SMALL.room
    from generators.face.model import load_model

    load_model(path, progress)
    return "face"


def remove_model(options: argparse.Namespace, console: Console) -> int:
    """Take away a model of one's own; shipped ones stay."""
    model = Catalog.installed().find(options.name)
    if model.shipped:
        raise BadRequest(f"“{model.name}” comes with Affect Studio and stays: only models that you added go.")
    if model.reference is not None:
        remove_reference(models_folder(), model.reference)
        stays = "" if model.reference.origin else f" Its files stay in {model.path}."
        console.say(f"{model.name} is removed.{stays} Pictures that were made with it stay, but cannot be made again.")
        console.tell({"name": model.name})
        return OK
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
    held = {"dtype": model.setup.dtype, "offload": model.setup.offload, "sampler": model.setup.sampler}
    return {**{name: getattr(model, name) for name in names}, **held}
