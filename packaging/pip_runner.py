"""pip, run inside the environment with the user's own settings, its output made short."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lockfiles import REQUIREMENTS, read_lock
from terminal import INDENT, SetupError, Stopwatch, run_watched, say, show_passing
from torch_build import TorchBuild, choose_build, parse_versions

# A download from this size up gets a line of its own where the terminal cannot show a passing one.
_LARGE_DOWNLOAD_MB = 30
# What to say about pip's commonest failures.
_CAUSES = (
    (r"No space left|Errno 28", "The disk is full: make room, then run this again."),
    (r"CERTIFICATE_VERIFY_FAILED", "The package index's certificate is not trusted here: see pip's setting `cert`."),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Connection (refused|reset)",
        "The package index cannot be reached: check the network and pip's settings (index-url, proxy), then try again.",
    ),
    (
        r"No matching distribution|Could not find a version",
        "Either pip's index cannot be reached (see its settings), or it has no build for this Python and machine.",
    ),
)


def pip_environment() -> dict[str, str]:
    """The user's environment with all PIP_* settings, and none of what would install outside of .venv."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    return environment | {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def find_torch_build(python: Path, wanted: str | None) -> TorchBuild:
    """Asks pip which builds of the pinned torch it sees, and chooses.

    Raises:
        SetupError: the wish cannot be met.
    """
    pinned = read_lock(REQUIREMENTS / "torch.txt")[0].version
    done = subprocess.run(
        [str(python), "-m", "pip", "index", "versions", "torch"],
        capture_output=True,
        text=True,
        check=False,
        env=pip_environment(),
    )
    return choose_build(parse_versions(done.stdout, pinned), wanted, pinned, sys.platform)


class PipOutput:
    """Turns pip's lines into few: what is being fetched, and that it is being installed."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._collected = 0

    def show(self, line: str) -> None:
        """Takes one line of pip's."""
        if line.startswith("Collecting "):
            self._collected += 1
            name = re.split(r"[=<>! (]", line.removeprefix("Collecting "))[0]
            count = f"{min(self._collected, self._total)}/{self._total} " if self._total else ""
            show_passing(f"{INDENT}fetching {count}{name}")
        elif match := re.match(r"\s*Downloading (\S+) \((?P<size>[\d.]+) (?P<unit>[kMG])B\)", line):
            file_name = match[1].rsplit("/", 1)[-1]
            show_passing(f"{INDENT}fetching {file_name} ({match['size']} {match['unit']}B)")
            large = match["unit"] == "G" or (match["unit"] == "M" and float(match["size"]) >= _LARGE_DOWNLOAD_MB)
            if large and not sys.stdout.isatty():
                say(f"{INDENT}fetching {file_name} ({match['size']} {match['unit']}B)")
        elif line.startswith("Installing collected packages"):
            show_passing(f"{INDENT}unpacking")
            if self._total and not sys.stdout.isatty():
                say(f"{INDENT}unpacking")


def explain_failure(lines: Sequence[str], what: str) -> str:
    """What pip's failure means and what to do, with its own words below."""
    text = "\n".join(lines)
    advice = next(
        (advice for pattern, advice in _CAUSES if re.search(pattern, text)), "Mend that, then run this again."
    )
    own_words = [line for line in lines if line.startswith("ERROR") or "error:" in line] or list(lines)
    return "\n".join([f"pip could not install {what}. {advice}", *(INDENT + line for line in own_words[-6:])])


def install(python: Path, arguments: Sequence[str], what: str, total: int = 0) -> None:
    """Runs `pip install` and waits.

    Raises:
        SetupError: it failed; the message says why and what to do.
    """
    watch = Stopwatch()
    output = PipOutput(total)
    command = [str(python), "-m", "pip", "install", "--no-warn-script-location", "--progress-bar", "off", *arguments]
    status, lines = run_watched(command, output.show, pip_environment())
    if status != 0:
        raise SetupError(explain_failure(lines, what))
    say(f"{INDENT}installed {what} in {watch}")
