"""`affect-studio`: no verb opens the window, a verb works without one."""

from __future__ import annotations

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
    except KeyboardInterrupt:  # while Python still imports: later the window and the verbs have ways of their own
        return INTERRUPTED


def _start(argv: Sequence[str] | None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"Affect Studio {version()}\n")
        return 0
    if not arguments or (len(arguments) == 1 and arguments[0].endswith(SUFFIX)):
        from studio import app  # Qt is only needed here

        return app.run(Path(arguments[0]).absolute() if arguments else None)
    from studio import cli

    return cli.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
