"""`models download`: a picture model from the hub, at one commit."""

from __future__ import annotations

import argparse
import time

from generators.compass.hub_models import download, look_at
from generators.errors import BadRequest
from generators.runtime.folders import models_folder
from studio.commands.console import OK, Console
from studio.commands.models import setup_of

_TELL_S = 0.2


class _TellingProgress:
    """A Progress in lines of JSON, a few a second, for a window that shows it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next_s = 0.0

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """Tell how far the download is."""
        now = time.monotonic()
        if now >= self._next_s or done >= total:
            self._next_s = now + _TELL_S
            self._console.tell({"progress": {"done": int(done), "total": int(total), "file": note}})


def download_model(options: argparse.Namespace, console: Console) -> int:
    """Say how large it is, then get it; Ctrl-C leaves what came, and the same command goes on from there."""
    repository = look_at(options.repo, options.commit or "", options.variant or "")
    size = f"{repository.bytes / 1e9:,.2f} GB"
    told = {
        "repo": repository.name,
        "commit": repository.commit,
        "bytes": repository.bytes,
        "files": [file.name for file in repository.files],
        "licence": repository.licence,
    }
    licence = f", licence {repository.licence}" if repository.licence else ""
    console.say(f"{repository.name} at {repository.commit}: {size} in {len(repository.files)} files{licence}.")
    if options.look:
        console.tell(told)
        return OK
    if not options.commit:
        raise BadRequest(f"Say which commit, for a repository changes: the newest is --commit {repository.commit}.")
    setup = setup_of(options)
    with console.stage(f"Downloading {repository.name}, {size}") as line:
        progress = _TellingProgress(console) if console.is_json else line
        entry = download(repository, models_folder(), options.name or "", setup=setup, progress=progress)
    console.say(f"{entry.name} is among your models ({entry.title}): choose it by that name, or in the window.")
    console.tell({**told, "name": entry.name, "file": entry.path, "title": entry.title})
    return OK
