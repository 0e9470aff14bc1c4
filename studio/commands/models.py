"""`models`: which models there are, and whether their files are whole."""

from __future__ import annotations

import argparse
from typing import Any

from generators.errors import AffectStudioError, ModelMissing
from generators.runtime.catalog import Catalog, Model
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


def _as_json(model: Model) -> dict[str, Any]:
    names = ("name", "room", "title", "licence", "bytes", "sha256", "file", "card", "shipped")
    return {name: getattr(model, name) for name in names}
