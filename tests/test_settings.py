"""The settings file: kept through anything, and never a reason not to start."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.errors import NotWritable
from studio.settings import RECENT_COUNT, Settings, home_folders, load_settings, save_settings


def test_nothing_saved_yet(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none") == Settings()
    assert not (tmp_path / "none").exists()


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    wanted = Settings(theme="light", takes_per_press=4, volume=0.25, recent_files=("/a b.affect", "/ü.affect"))
    save_settings(wanted, tmp_path / "config")
    assert load_settings(tmp_path / "config") == wanted
    save_settings(Settings(), tmp_path / "config")
    assert load_settings(tmp_path / "config") == Settings()
    assert [file.name for file in (tmp_path / "config").iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"theme": "pink"}',
        b'{"takes_per_press": 0}',
        b'{"volume": 7}',
        b"[" * 200_000,
        b'{"last_folder": "' + b"x" * (2 << 20) + b'"}',
    ],
    ids=range(9),
)
def test_a_damaged_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    assert load_settings(tmp_path) == Settings()
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith("settings.damaged-")
    assert aside.read_bytes() == content
    assert load_settings(tmp_path) == Settings()
    save_settings(Settings(theme="light"), tmp_path)
    assert load_settings(tmp_path).theme == "light"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_settings(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    assert isinstance(load_settings(tmp_path), Settings)


def test_what_a_newer_version_added_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_bytes(b'{"theme": "light", "hologram": true}')
    assert load_settings(tmp_path) == Settings(theme="light")


def test_a_folder_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotWritable, match=r"\.$"):
        save_settings(Settings(), tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b""


def test_recent_files_are_each_there_once_the_newest_first() -> None:
    kept = Settings()
    for number in [*range(20), 15, 19]:
        kept = kept.with_recent(Path("/music") / f"{number}.affect")
    names = [Path(text).stem for text in kept.recent_files]
    assert names[:3] == ["19", "15", "18"]
    assert len(names) == RECENT_COUNT
    assert Path(kept.last_folder) == Path("/music")


def test_settings_are_a_value() -> None:
    with pytest.raises(AttributeError):
        Settings().theme = "light"  # type: ignore[misc]
    assert msgspec.structs.replace(Settings(), theme="light").theme == "light"


def test_folders_follow_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFECT_STUDIO_HOME", str(tmp_path))
    folders = home_folders()
    assert (folders.config, folders.state, folders.cache) == (
        tmp_path / "config",
        tmp_path / "state",
        tmp_path / "cache",
    )
    assert folders.recovery == tmp_path / "state" / "recovery"
    monkeypatch.delenv("AFFECT_STUDIO_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    folders = home_folders()
    assert folders.config.is_absolute()
    assert "affect-studio" in folders.config.parts
    assert not any(tmp_path.iterdir())
    if os.name == "posix" and os.uname().sysname != "Darwin":
        assert folders.config == tmp_path / "xdg" / "affect-studio"
