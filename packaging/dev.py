"""Affect Studio from a clean machine, with nothing but Python 3.11 to 3.14.

python3 packaging/dev.py run      sets everything up and opens the window; without a display it renders the sample scene
python3 packaging/dev.py test     sets up and runs the tests (--long: also the slow ones); what follows goes to pytest
python3 packaging/dev.py check    ruff, mypy, import-linter and the size of the tree
python3 packaging/dev.py bench    the benchmarks, as ratios

Everything is installed into .venv beside this checkout, from the pinned versions in packaging/requirements/. pip's own
settings (index, find-links, proxies, certificates) are respected. A second call installs nothing.
"""

from __future__ import annotations

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 14):  # before the imports below, which an older Python cannot read
    sys.exit(
        f"Affect Studio needs Python 3.11 to 3.14; {sys.executable} is {sys.version_info[0]}.{sys.version_info[1]}.\n"
        "Install one of them and start again with it, for example: python3.12 packaging/dev.py run"
    )

import argparse
import os
import shutil
import subprocess
from pathlib import Path

import system_libraries
from environment import ROOT, Venv, ensure_environment
from terminal import INDENT, SetupError, Stopwatch, say
from torch_build import CHOICES

TREE_LIMIT_BYTES = 40 * 2**20
EXIT_INTERRUPTED = 130


def run_foreground(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Runs a program on this terminal and returns its exit status; Ctrl-C is the program's to handle."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            continue  # the program got it too, and ends or goes on as it sees fit
        return status if status >= 0 else 128 - status


def open_window(venv: Venv, project: str | None) -> int:
    """Opens the window."""
    say("Opening Affect Studio")
    return run_foreground([str(venv.python), "-m", "studio", *([project] if project else [])])


def render_sample(venv: Venv, out: Path) -> int:
    """Renders the sample scene and a picture of the window into a folder, and lists what was made."""
    say(f"No display here: rendering the sample scene into {out.name}{os.sep} instead of opening the window")
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")} if out.is_dir() else {}
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    status = run_foreground([str(venv.python), "-m", "studio", "demo", "--out", str(out)], environment)
    if status != 0:
        say("The sample scene could not be rendered; the reason stands above.")
        return status
    made = [path for path in sorted(out.rglob("*")) if path.is_file() and before.get(path) != path.stat().st_mtime_ns]
    missing = {".mid", ".wav", ".png"} - {path.suffix for path in made}
    say(f"Made in {out}: {', '.join(str(path.relative_to(out)) for path in made)}")
    if missing:
        say(f"Missing: {', '.join(sorted(missing))} of MIDI, WAV and the picture of the window.")
        return 1
    return 0


def tree_size_bytes() -> int | None:
    """The size of all files that git tracks or would; None where this is no git checkout."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return None
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        return None
    paths = {ROOT / os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    return sum(path.lstat().st_size for path in paths if path.is_file())


def check_tree() -> str | None:
    """What is wrong with the tree as a whole, None when nothing is."""
    for folder in ("packaging", "tests/packaging"):
        if (ROOT / folder / "__init__.py").exists():
            return f"{folder}/__init__.py must not exist: it would shadow the library of the name packaging"
    size_bytes = tree_size_bytes()
    if size_bytes is not None and size_bytes > TREE_LIMIT_BYTES:
        return f"the tracked tree is {size_bytes / 2**20:.1f} MiB, more than {TREE_LIMIT_BYTES / 2**20:.0f}"
    return None


def run_checks(venv: Venv) -> int:
    """Runs all checks, also after one failed, and shows the output of those that did."""
    python = str(venv.python)
    bootstrap = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "packaging").glob("*.py"))
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", "."],
        "ruff format": [python, "-m", "ruff", "format", "--no-cache", "--check", "--output-format", "concise", "."],
        "mypy": [python, "-m", "mypy"],
        "mypy packaging": [python, "-m", "mypy", *bootstrap],
        "import-linter": [str(venv.program("lint-imports"))],
    }
    failed = []
    environment = {**os.environ, "PYTHONUTF8": "1"}
    for name, command in checks.items():
        watch = Stopwatch()
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        say(f"{INDENT}{name:<16} {'ok' if done.returncode == 0 else 'FAILED'} ({watch})")
        if done.returncode != 0:
            failed.append(name)
            say(done.stdout.decode("utf-8", "replace").rstrip())
    problem = check_tree()
    say(f"{INDENT}{'tree':<16} {'ok' if problem is None else f'FAILED: {problem}'}")
    if problem is not None:
        failed.append("tree")
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def run_tests(venv: Venv, long: bool, arguments: list[str]) -> int:
    """Runs the test suite."""
    markers = ["-m", "not bench"] if long else []
    return run_foreground([str(venv.python), "-m", "pytest", *markers, *arguments])


def run_benchmarks(venv: Venv, arguments: list[str]) -> int:
    """Runs the benchmarks and shows what they print."""
    return run_foreground([str(venv.python), "-m", "pytest", "-m", "bench", "-s", "tests/bench", *arguments])


def parse_arguments(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Reads the command line; what `test` and `bench` do not know is pytest's."""
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="run | test | check | bench")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--torch", choices=CHOICES, help="the build of torch, where pip is offered both")
    run = verbs.add_parser("run", parents=[shared], help="open the window (without a display: render the sample scene)")
    run.add_argument("project", nargs="?", metavar="PROJECT.affect", help="a project to open")
    run.add_argument("--out", default="out", help="where the sample scene goes without a display (default: out)")
    test = verbs.add_parser("test", parents=[shared], help="run the tests; further arguments go to pytest")
    test.add_argument("--long", action="store_true", help="also the thorough tests that take minutes")
    verbs.add_parser("check", parents=[shared], help="ruff, mypy, import-linter, the size of the tree")
    verbs.add_parser("bench", parents=[shared], help="the benchmarks; further arguments go to pytest")
    known, further = parser.parse_known_args(arguments)
    if further and known.verb not in {"test", "bench"}:
        parser.error(f"unknown: {' '.join(further)}")
    return known, further


def main(arguments: list[str] | None = None) -> int:
    """Does what the command line asks for; returns the exit status."""
    known, further = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        wants_window = known.verb == "run" and system_libraries.has_display(os.environ)
        needs_qt = known.verb != "check"
        system_libraries.ensure_system(
            system_libraries.needed_libraries(wants_window, os.environ) if needs_qt else (),
            font=needs_qt,
            venv=not (ROOT / ".venv").exists(),
        )
        venv = ensure_environment(dev=known.verb != "run", torch_choice=known.torch)
        if known.verb == "check":
            return run_checks(venv)
        if known.verb == "test":
            return run_tests(venv, known.long, further)
        if known.verb == "bench":
            return run_benchmarks(venv, further)
        if wants_window:
            return open_window(venv, known.project)
        return render_sample(venv, Path(known.out).resolve())
    except SetupError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. The next call goes on from here.")
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
