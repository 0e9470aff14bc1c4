"""`affect-studio`: no verb opens the window, a verb works without one."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

SUFFIX = ".affect"
INTERRUPTED = 130  # the exit status after Ctrl-C that shells know


def version() -> str:
    """The version that is installed."""
    try:
        return metadata.version("affect-studio")
    except metadata.PackageNotFoundError:
        return "not installed: run from its folder"


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, or do what a verb says; returns the exit status."""
    try:
        return _start(argv)
    except KeyboardInterrupt:  # while Python still imports: the verbs have a way of their own once they run
        return INTERRUPTED


def _start(argv: Sequence[str] | None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"Affect Studio {version()}\n")
        return 0
    if not arguments or (len(arguments) == 1 and arguments[0].endswith(SUFFIX)):
        return _open_window(Path(arguments[0]).absolute() if arguments else None)
    from studio import cli

    return cli.run(arguments)


def _open_window(path: Path | None) -> int:
    # Qt's libraries crash where Ctrl-C raises an exception while they are loaded. Nothing is made yet that could be
    # lost, so until the window listens for signals itself the process just ends.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from studio import app  # Qt is only needed here

        return app.run(path)
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main())
