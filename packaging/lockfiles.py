"""The lock files: reading them, and telling which of their pins a machine needs."""

from __future__ import annotations

import ast
import hashlib
import platform
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent / "requirements"

# What a command needs. Sound stands alone because some machines have to build it, and may fail to.
RUN_LOCKS = ("run.txt", "torch.txt", "torch-cuda.txt", "sound.txt")
DEV_LOCKS = ("dev.txt",)

_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;#]+)"
    r"(?:\s*;\s*(?P<marker>[^#]+?))?"
    r"(?:\s+#\s*(?P<megabytes>\d+) MB)?\s*$"
)
# What a package weighs whose line tells no size.
_SMALL_PACKAGE_BYTES = 600_000


@dataclass(frozen=True)
class Pin:
    """One line of a lock file: a package, its one version, and the machines that need it."""

    name: str
    version: str
    marker: str
    size_bytes: int


def normalise_name(name: str) -> str:
    """The name as the package index compares it: lower case, runs of `-_.` as one dash."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(path: Path) -> list[Pin]:
    """Reads one lock file.

    Raises:
        ValueError: a line is not `name==version [; marker] [# size]`.
    """
    pins = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _PIN.match(line)
        if match is None:
            raise ValueError(f"{path.name}, line {number}: not a pin: {line}")
        megabytes = match["megabytes"]
        size_bytes = int(megabytes) * 1_000_000 if megabytes else _SMALL_PACKAGE_BYTES
        pins.append(Pin(normalise_name(match["name"]), match["version"], match["marker"] or "", size_bytes))
    return pins


def describe_machine() -> dict[str, str]:
    """The values that markers ask for, on this machine."""
    return {
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
        "python_full_version": platform.python_version(),
    }


def marker_holds(marker: str, machine: Mapping[str, str]) -> bool:
    """Whether a marker of our lock files holds; an empty one always does.

    It knows the few forms that lock.py writes: comparisons of one variable with one string, `and`, `or`, parentheses.

    Raises:
        ValueError: the marker uses anything else.
    """
    return not marker or _evaluate(ast.parse(marker, mode="eval").body, machine)


def _evaluate(node: ast.expr, machine: Mapping[str, str]) -> bool:
    if isinstance(node, ast.BoolOp):
        values = [_evaluate(value, machine) for value in node.values]
        return all(values) if isinstance(node.op, ast.And) else any(values)
    if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and len(node.ops) == 1:
        right = node.comparators[0]
        if node.left.id in machine and isinstance(right, ast.Constant) and isinstance(right.value, str):
            return _compare(node.left.id, machine[node.left.id], node.ops[0], right.value)
    raise ValueError(f"a marker that the bootstrap does not know: {ast.unparse(node)}")


def _compare(variable: str, value: str, operator: ast.cmpop, wanted: str) -> bool:
    if isinstance(operator, ast.Eq):
        if wanted.endswith(".*"):
            return f"{value}.".startswith(wanted[:-1])
        return value == wanted
    if isinstance(operator, ast.NotEq):
        return value != wanted
    if variable == "python_full_version":
        if isinstance(operator, ast.GtE):
            return _release(value) >= _release(wanted)
        if isinstance(operator, ast.Lt):
            return _release(value) < _release(wanted)
    raise ValueError(f"a comparison that the bootstrap does not know: {variable} with {wanted}")


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def pins_for(locks: Iterable[str], machine: Mapping[str, str], folder: Path = REQUIREMENTS) -> list[Pin]:
    """The pins of these lock files that this machine needs."""
    return [pin for lock in locks for pin in read_lock(folder / lock) if marker_holds(pin.marker, machine)]


def fingerprint(locks: Iterable[str], folder: Path = REQUIREMENTS) -> str:
    """A hash of what the lock files say, the same on machines that check out with other line ends."""
    digest = hashlib.sha256()
    for lock in locks:
        digest.update(f"{lock}\n".encode())
        digest.update((folder / lock).read_text(encoding="utf-8").encode())
    return digest.hexdigest()
