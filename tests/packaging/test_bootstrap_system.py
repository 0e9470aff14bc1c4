"""System libraries: what is missing, and what is done or said about it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import system_libraries
from system_libraries import OFFSCREEN, WAYLAND, X11, Library
from terminal import SetupError


@pytest.mark.parametrize(
    ("environment", "system", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "minimal:x"}, "linux", False),
        ({}, "win32", True),
        ({}, "darwin", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "darwin", False),
    ],
)
def test_display(environment: dict[str, str], system: str, expected: bool) -> None:
    assert system_libraries.has_display(environment, system) is expected


def test_libraries_follow_the_display() -> None:
    both = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    assert system_libraries.needed_libraries(False, both) == OFFSCREEN
    assert system_libraries.needed_libraries(True, {"DISPLAY": ":0"}) == (*OFFSCREEN, *X11)
    assert system_libraries.needed_libraries(True, both) == (*OFFSCREEN, *X11, *WAYLAND)


def test_missing_is_what_cannot_be_loaded() -> None:
    libraries = (Library("libm.so.6", "libc6"), Library("libnowhere.so.9", "libnowhere9"))
    assert system_libraries.find_missing(libraries, load=lambda soname: soname == "libm.so.6") == [libraries[1]]
    assert not system_libraries.can_load("libnowhere.so.9")


def test_font_is_found_anywhere_below(tmp_path: Path) -> None:
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / "readme.txt").touch()
    assert not system_libraries.has_font([str(tmp_path), str(tmp_path / "nowhere")])
    (tmp_path / "truetype" / "Inter.TTF").touch()
    assert system_libraries.has_font([str(tmp_path)])


@pytest.mark.parametrize(
    ("text", "apt", "expected"),
    [
        ("ID=debian\n", True, True),
        ("ID=debian\n", False, False),
        ("ID=ubuntu\nID_LIKE=debian\n", True, True),
        ('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', True, True),
        ("ID=fedora\n", True, False),
        ("", True, False),
    ],
)
def test_debian(text: str, apt: bool, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = tmp_path / "os-release"
    release.write_text(text, encoding="utf-8")
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: f"/usr/bin/{name}" if apt else None)
    assert system_libraries.is_debian(release) is expected
    assert not system_libraries.is_debian(tmp_path / "none")


@pytest.fixture
def bare_linux(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A Linux that lacks the libraries in the set returned, and has a font."""
    lacking = {"libGL.so.1", "libpulse.so.0"}
    monkeypatch.setattr(system_libraries.sys, "platform", "linux")
    monkeypatch.setattr(
        system_libraries,
        "find_missing",
        lambda libraries: [library for library in libraries if library.soname in lacking],
    )
    monkeypatch.setattr(system_libraries, "has_font", lambda: True)
    monkeypatch.setattr(system_libraries, "can_make_venv", lambda: True)
    monkeypatch.setattr(system_libraries, "is_debian", lambda: True)
    monkeypatch.setattr(system_libraries, "is_root", lambda: True)
    monkeypatch.setattr(system_libraries, "_refresh_lists", lambda: None)
    monkeypatch.setattr(system_libraries, "_is_known", lambda package: package == "fonts-dejavu-core")
    return lacking


def test_nothing_is_done_when_all_is_there(bare_linux: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bare_linux.clear()
    monkeypatch.setattr(system_libraries, "install_packages", lambda *_, **__: pytest.fail("nothing is missing"))
    system_libraries.ensure_system(OFFSCREEN, font=True, venv=True)


def test_root_gets_them_installed(bare_linux: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    commands = []

    def apt(command: list[str]) -> tuple[int, list[str]]:
        commands.append(command)
        bare_linux.clear()
        return 0, []

    monkeypatch.setattr(system_libraries, "_apt", apt)
    system_libraries.ensure_system(OFFSCREEN, font=True, venv=True)
    assert commands == [["apt-get", "install", "-y", "--no-install-recommends", "libgl1", "libpulse0"]]


def test_old_lists_are_refreshed_and_tried_again(bare_linux: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(100, ["E: Unable to locate package libgl1"]), (0, []), (0, [])]
    commands = []

    def apt(command: list[str]) -> tuple[int, list[str]]:
        commands.append(command[1])
        if not answers[1:]:
            bare_linux.clear()
        return answers.pop(0)

    monkeypatch.setattr(system_libraries, "_apt", apt)
    system_libraries.ensure_system(OFFSCREEN, font=True, venv=True)
    assert commands == ["install", "update", "install"]


def test_failure_of_apt_is_told(bare_linux: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "_apt", lambda command: (100, ["E: dpkg was interrupted"]))
    with pytest.raises(SetupError, match="dpkg was interrupted"):
        system_libraries.ensure_system(OFFSCREEN, font=True, venv=True)


def test_libraries_that_stay_away_are_told(bare_linux: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "_apt", lambda command: (0, []))
    with pytest.raises(SetupError, match="libgl1 libpulse0"):
        system_libraries.ensure_system(OFFSCREEN, font=True, venv=True)


def test_others_are_told_the_one_command(bare_linux: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "is_root", lambda: False)
    monkeypatch.setattr(system_libraries, "has_font", lambda: False)
    monkeypatch.setattr(system_libraries, "can_make_venv", lambda: False)
    monkeypatch.setattr(system_libraries, "_apt", lambda command: pytest.fail("only root runs apt-get"))
    venv = rf"python3\.{sys.version_info.minor}-venv"
    command = f"sudo apt-get install -y --no-install-recommends libgl1 libpulse0 {venv} fonts-dejavu-core\n"
    with pytest.raises(SetupError, match=command):
        system_libraries.ensure_system(OFFSCREEN, font=True, venv=True)


def test_other_systems_are_told_the_names(bare_linux: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "is_debian", lambda: False)
    with pytest.raises(SetupError, match=r"libGL\.so\.1, libpulse\.so\.0"):
        system_libraries.ensure_system(OFFSCREEN, font=True, venv=True)


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_platforms_bring_their_own(system: str, bare_linux: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries.sys, "platform", system)
    system_libraries.ensure_system(OFFSCREEN, font=True, venv=True)


def test_only_what_is_needed_is_looked_at(bare_linux: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "has_font", lambda: False)
    monkeypatch.setattr(system_libraries, "can_make_venv", lambda: False)
    monkeypatch.setattr(system_libraries, "install_packages", lambda *_, **__: pytest.fail("nothing of it is needed"))
    system_libraries.ensure_system((), font=False, venv=False)


def test_python_that_lacks_half_of_venv_cannot_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert system_libraries.can_make_venv()
    find_spec = system_libraries.importlib.util.find_spec
    monkeypatch.setattr(
        system_libraries.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find_spec(name)
    )
    assert not system_libraries.can_make_venv()
