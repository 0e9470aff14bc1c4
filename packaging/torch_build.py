"""Which build of torch to install: the one with CUDA, or the small one for the CPU.

A build shows in the version: `2.13.0+cpu` and `2.13.0+cu130` name theirs, plain `2.13.0` is what the package index
carries: on Linux a CUDA build with several GB of libraries beside it, on Windows and macOS the CPU build (on a Mac it
drives the GPU by Metal too). pip's own settings decide which of them it sees.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from terminal import SetupError

CHOICES = ("cpu", "cuda")

# Sizes of the wheels, for what is said before the download: (system, build) → bytes.
_WHEEL_BYTES = {
    ("linux", "cpu"): 192_000_000,
    ("linux", "cuda"): 527_000_000,
    ("win32", "cpu"): 122_000_000,
    ("win32", "cuda"): 2_000_000_000,
    ("darwin", "cpu"): 111_000_000,
}


@dataclass(frozen=True)
class TorchBuild:
    """One build of torch, as pip can be asked for it."""

    version: str
    build: str
    size_bytes: int

    @property
    def requirement(self) -> str:
        """The exact build: `===` keeps pip from taking `2.13.0+cpu` for a plain `2.13.0`."""
        return f"torch{'==' if '+' in self.version else '==='}{self.version}"

    @property
    def uses_cuda_lock(self) -> bool:
        """Whether torch-cuda.txt lists what this build needs beside it (it does for the index's own)."""
        return self.build == "cuda" and "+" not in self.version


def parse_versions(output: str, pinned: str) -> list[str]:
    """The builds of the pinned version in what `pip index versions torch` printed, best first as pip ranks them."""
    match = re.search(r"^Available versions:(.*)$", output, flags=re.MULTILINE)
    versions = [version.strip() for version in match[1].split(",")] if match else []
    return [version for version in versions if version.split("+")[0] == pinned]


def choose_build(available: Sequence[str], wanted: str | None, pinned: str, system: str) -> TorchBuild:
    """Chooses among the builds that pip offers, best first; without a wish, the one that pip would take.

    Args:
        available: versions, as `parse_versions` gives them; empty when pip could not list them.
        wanted: `cpu`, `cuda` or None.
        pinned: the version in torch.txt.
        system: `sys.platform`.

    Raises:
        SetupError: the wish cannot be met.
    """
    builds = [_build_of(version, system) for version in available or [pinned]]
    for build in builds:
        if wanted in (None, build.build):
            return build
    offered = ", ".join(build.version for build in builds)
    if wanted == "cuda" and system == "darwin":
        raise SetupError("There is no CUDA on macOS; leave --torch away (torch uses the GPU by Metal).")
    raise SetupError(
        f"pip finds no {str(wanted).upper()} build of torch {pinned} (it offers {offered}). Give pip a source that has "
        f"one (PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS; PyTorch's installation page names them), or leave --torch away."
    )


def _build_of(version: str, system: str) -> TorchBuild:
    _, _, label = version.partition("+")
    # a plain version is what the index carries: CUDA on Linux, CPU elsewhere
    is_cuda = label.startswith("cu") if label else system == "linux"
    build = "cuda" if is_cuda else "cpu"
    return TorchBuild(version, build, _WHEEL_BYTES.get((system, build), 500_000_000))
