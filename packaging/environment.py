"""The virtual environment in .venv: made when needed, filled with the pinned packages, mended after an interruption."""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pip_runner
import system_libraries
import torch_build
from lockfiles import DEV_LOCKS, REQUIREMENTS, RUN_LOCKS, Pin, describe_machine, fingerprint, normalise_name, pins_for
from terminal import INDENT, SetupError, Stopwatch, format_size, run_watched, say

ROOT = Path(__file__).resolve().parent.parent
STAMP_NAME = "affect-studio-setup.json"
# How much a package grows from its wheel to the disk, measured on the whole set.
_UNPACKED_FACTOR = 4


@dataclass(frozen=True)
class Stamp:
    """What was installed to the end; a second call compares and does nothing."""

    root: str
    python: str
    torch: str
    torch_choice: str | None
    run: str
    project: str
    dev: str | None = None


@dataclass(frozen=True)
class Venv:
    """The virtual environment of a checkout."""

    folder: Path
    bin: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bin", self.folder / ("Scripts" if os.name == "nt" else "bin"))

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.bin / ("python.exe" if os.name == "nt" else "python")

    @property
    def stamp_path(self) -> Path:
        """Where the stamp lies."""
        return self.folder / STAMP_NAME

    def program(self, name: str) -> Path:
        """A program that a package installed into it."""
        return self.bin / (f"{name}.exe" if os.name == "nt" else name)

    def ask(self, code: str) -> str | None:
        """Runs a line of Python in it; None when that fails."""
        try:
            done = subprocess.run(
                [str(self.python), "-I", "-c", code], capture_output=True, text=True, check=True, timeout=120
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip()


def read_stamp(path: Path) -> Stamp | None:
    """The stamp, or None when there is none that this bootstrap understands."""
    try:
        return Stamp(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_stamp(stamp: Stamp, path: Path) -> None:
    """Writes the stamp so that it is either whole or not there."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(asdict(stamp), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def project_fingerprint(root: Path = ROOT) -> str:
    """A hash of what the installed project depends on: its metadata and entry points, and not ruff's settings."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    relevant = [settings["project"], settings["build-system"], settings.get("tool", {}).get("setuptools")]
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()


def is_current(stamp: Stamp | None, python: str | None, dev: bool, torch_choice: str | None, root: Path = ROOT) -> bool:
    """Whether everything wanted is installed: `python` is the version that .venv answers with, None if it does not."""
    return (
        stamp is not None
        and python is not None
        and (stamp.root, stamp.python) == (str(root), python)
        and stamp.run == fingerprint(RUN_LOCKS)
        and stamp.project == project_fingerprint(root)
        and (not dev or stamp.dev == fingerprint(DEV_LOCKS))
        and torch_choice in (None, stamp.torch_choice)
    )


def ensure_environment(dev: bool, torch_choice: str | None = None, root: Path = ROOT) -> Venv:
    """Makes or completes .venv and returns it; does nothing when it is complete already.

    Args:
        dev: also the packages for tests, checks and benchmarks.
        torch_choice: `cpu`, `cuda`, or None for what is installed, else for pip's own preference.
        root: the checkout.

    Raises:
        SetupError: it could not be made; the message says what to do.
    """
    venv = Venv(root / ".venv")
    stamp = read_stamp(venv.stamp_path)
    python = venv.ask("import platform; print(platform.python_version())")
    if is_current(stamp, python, dev, torch_choice, root):
        return venv
    if stamp is not None and stamp.root != str(root):
        python = None  # a checkout that was moved or copied: its scripts name the old place
    watch = Stopwatch()
    if python is None or venv.ask("import pip") is None:
        make_venv(venv)
    site_packages = Path(venv.ask("import sysconfig; print(sysconfig.get_path('purelib'))") or "")
    venv.stamp_path.unlink(missing_ok=True)
    for name in remove_damaged(site_packages):
        say(f"{INDENT}{name} was left half-installed; it is fetched again")
    with_dev = dev or (stamp is not None and stamp.dev is not None)
    choice = torch_choice or (stamp.torch_choice if stamp else None)
    build = pip_runner.find_torch_build(venv.python, choice)
    install_pinned(venv, site_packages, build, with_dev)
    install_sound(venv, site_packages)
    pip_runner.install(
        venv.python, ["--no-deps", "--no-build-isolation", "--editable", str(root)], "the project itself"
    )
    write_stamp(
        Stamp(
            root=str(root),
            python=venv.ask("import platform; print(platform.python_version())") or "",
            torch=build.version,
            torch_choice=choice,
            run=fingerprint(RUN_LOCKS),
            project=project_fingerprint(root),
            dev=fingerprint(DEV_LOCKS) if with_dev else None,
        ),
        venv.stamp_path,
    )
    say(f"{INDENT}environment ready in {watch}")
    return venv


def make_venv(venv: Venv) -> None:
    """Makes an empty .venv with pip in it, over whatever was there.

    Raises:
        SetupError: this Python cannot make one.
    """
    say("Making the virtual environment .venv")
    # the base interpreter: an activated .venv must not be asked to replace itself
    base = getattr(sys, "_base_executable", None) or sys.executable
    status, lines = run_watched([base, "-m", "venv", "--clear", venv.folder], lambda _: None)
    if status != 0 or venv.ask("import pip") is None:
        tail = "\n".join(INDENT + line for line in lines[-6:])
        raise SetupError(
            f"Python could not make .venv:\n{tail}\nMend that, or remove the folder .venv, then try again."
        )


def remove_damaged(site_packages: Path) -> list[str]:
    """Forgets packages that an interrupted installation left incomplete, so that pip installs them; returns them.

    pip writes RECORD last, so a package without one is incomplete; so is one whose files differ in size from it.
    """
    damaged = []
    for leftover in site_packages.glob("~*"):  # what pip set aside while it replaced a package
        shutil.rmtree(leftover, ignore_errors=True)
    for info in sorted(site_packages.glob("*.dist-info")):
        if not _is_whole(info, site_packages):
            shutil.rmtree(info)
            damaged.append(info.name.removesuffix(".dist-info").replace("-", " "))
    return damaged


def _is_whole(info: Path, site_packages: Path) -> bool:
    try:
        with (info / "RECORD").open(encoding="utf-8", newline="") as file:
            for name, _, size in csv.reader(file):
                if size and not name.endswith(".pyc") and (site_packages / name).stat().st_size != int(size):
                    return False
    except (OSError, ValueError):
        return False
    return True


def installed_versions(site_packages: Path) -> dict[str, str]:
    """Normalised name → version of every installed package."""
    return {
        normalise_name(distribution.metadata["Name"]): distribution.version
        for distribution in importlib.metadata.distributions(path=[str(site_packages)])
    }


def find_outstanding(pins: Sequence[Pin], build: torch_build.TorchBuild, installed: dict[str, str]) -> list[Pin]:
    """The pins that are not installed in exactly their version, torch in exactly its build."""
    wanted = [
        Pin(pin.name, build.version, pin.marker, build.size_bytes) if pin.name == "torch" else pin for pin in pins
    ]
    return [pin for pin in wanted if installed.get(pin.name) != pin.version]


def install_pinned(venv: Venv, site_packages: Path, build: torch_build.TorchBuild, dev: bool) -> None:
    """Installs the pinned packages that are not there yet, after saying how much that is.

    Raises:
        SetupError: there is no room, or pip failed.
    """
    locks = ["run.txt", "torch.txt"]
    locks += ["torch-cuda.txt"] if build.uses_cuda_lock else []
    locks += DEV_LOCKS if dev else []
    machine = describe_machine() | {
        "python_full_version": venv.ask("import platform; print(platform.python_version())") or ""
    }
    pins = pins_for(locks, machine)
    outstanding = find_outstanding(pins, build, installed_versions(site_packages))
    if not outstanding:
        return
    download_bytes = sum(pin.size_bytes for pin in outstanding)
    largest = sorted(outstanding, key=lambda pin: -pin.size_bytes)[:4]
    say(
        f"Python packages: {len(outstanding)} to install, about {format_size(download_bytes)} to download ("
        + ", ".join(f"{pin.name} {pin.version} {format_size(pin.size_bytes)}" for pin in largest)
        + (", …)" if len(outstanding) > len(largest) else ")")
    )
    free_bytes = shutil.disk_usage(venv.folder).free
    if free_bytes < download_bytes * _UNPACKED_FACTOR:
        raise SetupError(
            f"This needs about {format_size(download_bytes * _UNPACKED_FACTOR)} of disk and {format_size(free_bytes)} "
            f"are free where {venv.folder.parent} lies. Make room, or move the checkout, then run this again."
        )
    arguments = ["--no-deps"]
    for lock in locks:
        arguments += [] if lock == "torch.txt" else ["--requirement", str(REQUIREMENTS / lock)]
    pip_runner.install(venv.python, [*arguments, build.requirement], "the packages", len(outstanding))
    if build.build == "cuda" and not build.uses_cuda_lock:
        # a CUDA build from another source: torch itself pins what it needs beside it
        pip_runner.install(
            venv.python, ["--constraint", str(REQUIREMENTS / "run.txt"), build.requirement], "CUDA libraries"
        )
    absent = find_outstanding(pins, build, installed_versions(site_packages))
    if absent:
        names = ", ".join(f"{pin.name} {pin.version}" for pin in absent)
        raise SetupError(f"pip finished, yet these are not installed: {names}. Remove the folder .venv and try again.")


def install_sound(venv: Venv, site_packages: Path) -> None:
    """Installs the SoundFont synthesiser; where it cannot be, says what is lost and how to mend it."""
    pins = pins_for(["sound.txt"], describe_machine())
    installed = installed_versions(site_packages)
    if all(installed.get(pin.name) == pin.version for pin in pins):
        return
    arguments = ["--no-deps", "--requirement", str(REQUIREMENTS / "sound.txt")]
    try:
        pip_runner.install(venv.python, [*arguments, "--only-binary", ":all:"], "the synthesiser")
    except SetupError:
        say(f"{INDENT}no ready-made synthesiser for this Python; building it")
    else:
        return
    try:
        if shutil.which("c++") is None and system_libraries.is_debian() and system_libraries.is_root():
            system_libraries.install_packages(["g++", f"python{sys.version_info.major}.{sys.version_info.minor}-dev"])
        pip_runner.install(venv.python, arguments, "the synthesiser, from its source")
    except SetupError as error:
        say(f"{INDENT}{error}")
        say(
            f"{INDENT}Without it Affect Studio composes and exports MIDI but makes no sound. To mend it, install a C++ "
            "compiler and Python's headers (or use Python 3.11 or 3.12), remove the folder .venv and run this again."
        )
