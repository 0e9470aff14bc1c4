"""Choosing what takes are played with, and how loud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from window_hands import Studio

from generators.artifacts import digest
from generators.engine.requests import ExportRequest
from generators.music.request import SynthesiseRequest
from generators.music.synth import default_soundfont


@pytest.fixture
def font(tmp_path: Path) -> Path:
    path = tmp_path / "Grand.sf2"
    path.write_bytes(default_soundfont().read_bytes())
    return path


def sounds(studio: Studio) -> list[SynthesiseRequest]:
    return [request for request, _, _ in studio.engine.submitted if isinstance(request, SynthesiseRequest)]


def choose(studio: Studio, path: Path) -> None:
    studio.answers.path = path
    next(action for action in studio.music.actions() if "Choose a SoundFont" in action.text()).trigger()


def test_a_soundfont_is_chosen_heard_and_given_up(studio: Studio, font: Path) -> None:
    studio.make(1)
    studio.until(lambda: len(sounds(studio)) == 1)
    studio.engine.run()
    studio.until(lambda: not studio.shell.playback.wants_sound)
    choose(studio, font)
    studio.until(lambda: len(sounds(studio)) == 2)
    assert sounds(studio)[1].soundfont_sha256 == digest(font.read_bytes())
    assert studio.shell.preferences.now().soundfont == str(font)
    assert "Grand.sf2" in studio.message
    assert studio.shell.playback.wants_sound
    studio.engine.run()
    studio.until(lambda: not studio.shell.playback.wants_sound)
    next(action for action in studio.music.actions() if "built-in" in action.text()).trigger()
    studio.until(lambda: len(sounds(studio)) == 3)
    assert sounds(studio)[2].soundfont_sha256 == ""


@pytest.mark.parametrize(
    ("data", "reason"), [(b"MThd no font", "is not a SoundFont"), (None, "cannot be read"), (9_000, "is cut off")]
)
def test_a_damaged_soundfont_is_refused_and_changes_nothing(
    studio: Studio, font: Path, data: bytes | int | None, reason: str
) -> None:
    if data is None:
        font.unlink()
    else:
        font.write_bytes(data if isinstance(data, bytes) else font.read_bytes()[:data])
    choose(studio, font)
    studio.until(lambda: reason in studio.message)
    assert "still played with the built-in SoundFont" in studio.message
    assert studio.shell.preferences.now().soundfont == ""


def test_a_soundfont_that_is_gone_is_told_and_the_built_in_one_plays(
    open_studio: Callable[..., Studio], font: Path
) -> None:
    studio = open_studio()
    choose(studio, font)
    studio.until(lambda: studio.shell.preferences.now().soundfont == str(font))
    studio.close()
    font.unlink()
    again = open_studio()
    again.make(1)
    again.until(lambda: len(sounds(again)) == 1)
    assert sounds(again)[0].soundfont_sha256 == ""
    assert "The built-in SoundFont plays instead." in again.message
    again.window.strip._action.click()
    assert again.shell.preferences.now().soundfont == ""


def test_exported_sound_is_played_with_the_chosen_soundfont(studio: Studio, font: Path, tmp_path: Path) -> None:
    choose(studio, font)
    studio.until(lambda: "Grand.sf2" in studio.message)
    studio.make(1)
    studio.answers.path = tmp_path / "walk.wav"
    studio.music.export(next(choice for choice in studio.music.exports() if choice.suffix == ".wav"))

    def written() -> bool:
        studio.engine.run()
        return "walk.wav was written" in studio.message

    studio.until(written)
    assert all(request.soundfont_sha256 == digest(font.read_bytes()) for request in sounds(studio))
    (request,) = [request for request, _, _ in studio.engine.submitted if isinstance(request, ExportRequest)]
    assert request.facts["soundfont"] == "Grand.sf2"
    assert request.soundfont_sha256 == digest(font.read_bytes())
    assert (tmp_path / "walk.wav").read_bytes()[:4] == b"RIFF"


def test_the_volume_is_set_and_kept(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    studio.window.transport.volume.slider.setValue(35)
    assert studio.ears.volume == 0.35
    studio.close()
    again = open_studio()
    assert again.window.transport.volume.volume == 0.35
    assert again.ears.volume == 0.35
