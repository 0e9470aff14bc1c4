"""Writes the lock files of packaging/requirements/ again: every package, pinned, with its markers and rough sizes.

Run it after a change of pyproject.toml's dependencies, with uv on the PATH: `python3 packaging/lock.py`. It resolves
once for all platforms and all Python versions that the bootstrap accepts, and splits what comes out:

    run.txt         what the program needs
    torch.txt       torch alone; the bootstrap picks the build (CPU or CUDA)
    torch-cuda.txt  what the CUDA build of torch on Linux needs beside it
    sound.txt       the SoundFont synthesiser, which some machines have to build from source
    dev.txt         what tests, checks and benchmarks need in addition
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

PACKAGING = Path(__file__).resolve().parent
ROOT = PACKAGING.parent
REQUIREMENTS = PACKAGING / "requirements"

# One version for every Python version: numpy and scipy for the same numerics, av for the same films, c2pa as it was
# tried, the others for short lock files.
CONSTRAINTS = (
    "numpy==2.4.6",
    "scipy==1.17.1",
    "av==18.1.0",
    "c2pa-python==0.38.1",
    "contourpy==1.3.3",
    "deprecated==1.3.1",
    "networkx==3.6.1",
)
# The editable install of this project is built in the environment itself.
BUILD_TOOLS = ("setuptools>=77",)
# tinysoundfont stands here and not in pyproject.toml because it asks for PyAudio, which it only needs to play by
# itself. Qt plays for us, PyAudio has to be compiled on most machines, and the lock is installed with --no-deps.
SOUND = ("tinysoundfont>=0.3.7",)
LEFT_OUT = ("pyaudio",)
CUDA_PREFIXES = ("nvidia-", "cuda-", "triton")
# Every resolution is for Python 3.11 and newer; saying so in each line is noise.
ALWAYS = "python_full_version >= '3.11'"
# A pin's comment tells its download's size from here up.
SIZE_SHOWN_FROM_BYTES = 4_000_000

HEADER = """\
# {what}
# Written by packaging/lock.py; sizes are those of one wheel for Linux x86-64 or for every machine.
"""


def resolve(uv: str, sources: list[str], extras: tuple[str, ...], scratch: Path) -> dict[str, list[dict[str, Any]]]:
    """Resolves for every platform; returns name → its pins (more than one is possible)."""
    target = scratch / f"pylock.{'-'.join(extras) or 'run'}.toml"
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--format", "pylock.toml"]
    command += [argument for extra in extras for argument in ("--extra", extra)]
    command += [argument for name in LEFT_OUT for argument in ("--no-emit-package", name)]
    command += ["--constraints", str(scratch / "constraints.in"), "--output-file", str(target), *sources]
    subprocess.run(command, cwd=ROOT, check=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for package in tomllib.loads(target.read_text(encoding="utf-8"))["packages"]:
        # the project itself has no version, and a browser is no place for this program
        if "version" in package and "sys_platform == 'emscripten'" not in package.get("marker", ""):
            found.setdefault(package["name"], []).append(package)
    return found


def wheel_size_bytes(package: dict[str, Any]) -> int:
    """The size of the wheel for Linux x86-64, or of one that serves every machine; 0 when there is neither."""
    sizes = {
        Path(str(wheel["url"])).name: int(wheel.get("size", 0))
        for wheel in package.get("wheels", [])
        if "x86_64" in wheel["url"] or "none-any" in wheel["url"]
    }
    linux = [size for name, size in sizes.items() if "linux" in name and "musl" not in name]
    return max(linux or sizes.values(), default=0)


def format_pin(package: dict[str, Any]) -> str:
    """One line of a lock file."""
    line = f"{package['name']}=={package['version']}"
    marker = str(package.get("marker", ALWAYS)).removeprefix(ALWAYS).removeprefix(" and ")
    if marker:
        line += f" ; {marker}"
    size_bytes = wheel_size_bytes(package)
    if size_bytes >= SIZE_SHOWN_FROM_BYTES:
        line += f"  # {size_bytes / 1e6:.0f} MB"
    return line


def write_lock(name: str, what: str, packages: list[dict[str, Any]]) -> None:
    """Writes one lock file, sorted by name."""
    lines = sorted(format_pin(package) for package in packages)
    text = HEADER.format(what=what) + "\n".join(lines) + "\n"
    (REQUIREMENTS / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{name}: {len(lines)} pins")


def main() -> int:
    """Resolves and writes all lock files."""
    uv = shutil.which("uv")
    if uv is None:
        print("lock.py needs uv on the PATH: python3 -m pip install uv", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        (scratch / "constraints.in").write_text("\n".join(CONSTRAINTS) + "\n", encoding="utf-8")
        (scratch / "build.in").write_text("\n".join(BUILD_TOOLS + SOUND) + "\n", encoding="utf-8")
        sources = [str(ROOT / "pyproject.toml"), str(scratch / "build.in")]
        needed_to_run = set(resolve(uv, sources, (), scratch))
        everything = resolve(uv, sources, ("dev",), scratch)
    parts: dict[str, list[dict[str, Any]]] = {"run": [], "torch": [], "cuda": [], "sound": [], "dev": []}
    for name, packages in everything.items():
        if name == "torch":
            part = "torch"
        elif name.startswith(CUDA_PREFIXES):
            part = "cuda"
        elif name == "tinysoundfont":
            part = "sound"
        else:
            part = "run" if name in needed_to_run else "dev"
        parts[part] += packages
    write_lock("run.txt", "What the program needs.", parts["run"])
    write_lock("torch.txt", "Torch; the bootstrap picks its build.", parts["torch"])
    write_lock("torch-cuda.txt", "What the CUDA build of torch on Linux needs beside it.", parts["cuda"])
    write_lock("sound.txt", "The SoundFont synthesiser.", parts["sound"])
    write_lock("dev.txt", "What tests, checks and benchmarks need in addition to run.txt.", parts["dev"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
