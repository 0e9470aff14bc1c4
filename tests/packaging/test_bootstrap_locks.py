"""The lock files: readable, complete, and in agreement with pyproject.toml."""

from __future__ import annotations

import importlib.metadata
import tomllib
from collections import Counter
from pathlib import Path

import lock
import lockfiles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
ALL_LOCKS = (*lockfiles.RUN_LOCKS, *lockfiles.DEV_LOCKS)
# What tinysoundfont asks for and does not need where Qt plays the sound.
LEFT_OUT = {"pyaudio"}

MACHINES = [
    {
        "sys_platform": system,
        "platform_machine": processor,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "python_full_version": version,
    }
    for system, processor in (("linux", "x86_64"), ("linux", "aarch64"), ("win32", "AMD64"), ("darwin", "arm64"))
    for version in ("3.11.2", "3.12.10", "3.13.0", "3.14.1")
]


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("name", ALL_LOCKS)
def test_every_line_is_a_pin(name: str) -> None:
    pins = lockfiles.read_lock(lockfiles.REQUIREMENTS / name)
    assert pins
    assert all(pin.size_bytes > 0 for pin in pins)


def test_every_lock_file_is_used() -> None:
    assert {path.name for path in lockfiles.REQUIREMENTS.iterdir()} == set(ALL_LOCKS)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: f"{m['sys_platform']}-{m['python_full_version']}")
def test_each_package_is_pinned_once_a_machine(machine: dict[str, str]) -> None:
    counts = Counter(pin.name for pin in lockfiles.pins_for(ALL_LOCKS, machine))
    assert [name for name, count in counts.items() if count > 1] == []
    assert {"pyside6", "torch", "numpy", "pytest"} <= counts.keys()
    assert ("nvidia-cublas" in counts) == (machine["sys_platform"] == "linux")
    assert ("colorama" in counts) == (machine["sys_platform"] == "win32")


@pytest.mark.parametrize(
    ("dependencies", "locks"),
    [
        (project()["dependencies"], lockfiles.RUN_LOCKS),
        (project()["optional-dependencies"]["dev"], ALL_LOCKS),
        (["setuptools>=77"], lockfiles.RUN_LOCKS),
    ],
    ids=["run", "dev", "build"],
)
@pytest.mark.parametrize("machine", [MACHINES[0], MACHINES[-1]], ids=["oldest", "newest"])
def test_pins_satisfy_pyproject(dependencies: list[str], locks: tuple[str, ...], machine: dict[str, str]) -> None:
    pinned = {pin.name: pin.version for pin in lockfiles.pins_for(locks, machine)}
    for line in dependencies:
        wanted = Requirement(line)
        name = lockfiles.normalise_name(wanted.name)
        assert name in pinned, f"{line} has no pin: run packaging/lock.py"
        assert wanted.specifier.contains(pinned[name], prereleases=True), f"{line} against {pinned[name]}"


def test_pins_are_complete() -> None:
    """Whatever an installed package of the locks asks for on this machine is pinned too, in a version it accepts."""
    pinned = {pin.name: pin.version for pin in lockfiles.pins_for(ALL_LOCKS, lockfiles.describe_machine())}
    seen = set()
    open_ends = [(name, "") for name in pinned]
    while open_ends:
        name, extra = open_ends.pop()
        try:
            lines = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # the CUDA libraries where torch is a CPU build
        for line in lines:
            wanted = Requirement(line)
            if wanted.marker is not None and not wanted.marker.evaluate({"extra": extra}):
                continue
            needed = lockfiles.normalise_name(wanted.name)
            if needed in LEFT_OUT:
                continue
            assert needed in pinned, f"{name} needs {line}, which has no pin"
            assert wanted.specifier.contains(pinned[needed], prereleases=True), f"{name} needs {line}"
            for each in wanted.extras:
                if (needed, each) not in seen:
                    seen.add((needed, each))
                    open_ends.append((needed, each))


@pytest.mark.parametrize(
    ("line", "pin"),
    [
        ("numpy==2.4.6", lockfiles.Pin("numpy", "2.4.6", "", 600_000)),
        ("Big_Thing==1.0  # 175 MB", lockfiles.Pin("big-thing", "1.0", "", 175_000_000)),
        (
            "a.b==1.0.post0 ; sys_platform == 'win32'",
            lockfiles.Pin("a-b", "1.0.post0", "sys_platform == 'win32'", 600_000),
        ),
        ("a==1 ; sys_platform == 'win32'  # 7 MB", lockfiles.Pin("a", "1", "sys_platform == 'win32'", 7_000_000)),
    ],
)
def test_pin_is_read(line: str, pin: lockfiles.Pin, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(f"# a comment\n\n{line}\n", encoding="utf-8")
    assert lockfiles.read_lock(tmp_path / "x.txt") == [pin]


@pytest.mark.parametrize("line", ["numpy", "numpy>=2", "numpy==", "-r other.txt", "numpy == 2"])
def test_other_lines_are_refused(line: str, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.txt, line 1"):
        lockfiles.read_lock(tmp_path / "x.txt")


variables = st.sampled_from(["sys_platform", "platform_machine", "implementation_name"])
values = st.sampled_from(["linux", "win32", "x86_64", "cpython"])
comparisons = st.one_of(
    st.builds("{} {} '{}'".format, variables, st.sampled_from(["==", "!="]), values),
    st.builds(
        "python_full_version {} '{}'".format,
        st.sampled_from([">=", "<"]),
        st.sampled_from(["3.11", "3.12", "3.13.1", "3.15"]),
    ),
    st.sampled_from(["python_full_version == '3.11.*'", "python_full_version == '3.1.*'"]),
)
markers = st.recursive(
    comparisons, lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
)


@given(marker=markers, machine=st.sampled_from(MACHINES))
def test_markers_hold_as_the_packaging_library_says(marker: str, machine: dict[str, str]) -> None:
    assert lockfiles.marker_holds(marker, machine) == Marker(marker).evaluate(machine)


@pytest.mark.parametrize(
    "marker", ["extra == 'x'", "'linux' == sys_platform", "not sys_platform", "sys_platform in 'ab'", "f()", "1"]
)
def test_unknown_markers_are_refused(marker: str) -> None:
    with pytest.raises(ValueError, match="does not know"):
        lockfiles.marker_holds(marker, MACHINES[0])


def test_fingerprint_ignores_line_ends_only(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x==1\ny==2\n")
    unix = lockfiles.fingerprint(["a.txt"], tmp_path)
    path.write_bytes(b"x==1\r\ny==2\r\n")
    assert lockfiles.fingerprint(["a.txt"], tmp_path) == unix
    path.write_bytes(b"x==1\ny==3\n")
    assert lockfiles.fingerprint(["a.txt"], tmp_path) != unix


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ({"name": "a", "version": "1"}, "a==1"),
        ({"name": "a", "version": "1", "marker": "python_full_version >= '3.11'"}, "a==1"),
        (
            {"name": "a", "version": "1", "marker": "python_full_version >= '3.11' and sys_platform == 'win32'"},
            "a==1 ; sys_platform == 'win32'",
        ),
        (
            {
                "name": "a",
                "version": "1",
                "wheels": [
                    {"url": "x/a-1-cp311-cp311-manylinux_2_28_x86_64.whl", "size": 175_100_000},
                    {"url": "x/a-1-cp311-cp311-musllinux_1_2_x86_64.whl", "size": 190_000_000},
                    {"url": "x/a-1-cp311-cp311-win_amd64.whl", "size": 200_000_000},
                ],
            },
            "a==1  # 175 MB",
        ),
        ({"name": "a", "version": "1", "wheels": [{"url": "x/a-1-py3-none-any.whl", "size": 3_000_000}]}, "a==1"),
    ],
)
def test_pin_is_written_as_it_is_read(package: dict, line: str, tmp_path: Path) -> None:
    assert lock.format_pin(package) == line
    (tmp_path / "x.txt").write_text(line, encoding="utf-8")
    assert [(pin.name, pin.version) for pin in lockfiles.read_lock(tmp_path / "x.txt")] == [("a", "1")]
