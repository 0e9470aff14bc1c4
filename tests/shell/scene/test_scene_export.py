"""A scene on its way out: the sheet, the folder with everything, cancelling."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scene_hands import ANGRY, CALM, Stage
from window_hands import Ears, Studio

from generators.engine.beside import bundle_inputs
from generators.engine.fake import FakeEngine
from generators.engine.fake_script import GiveFile, Inputs, Refuse, Step, play
from generators.engine.requests import Request
from generators.errors import DiskFull
from generators.scene.bundle import write_bundle
from generators.scene.request import BundleRequest, SceneFilm
from studio.panels.scene.keying import changed
from studio.panels.scene.output import BUNDLE, FILM
from studio.panels.scene.parts import with_room


class Script:
    """As the engine's, with bundles that are really written, or refused."""

    def __init__(self) -> None:
        self.is_full = False

    def __call__(self, request: Request, inputs: Inputs) -> Iterator[Step]:
        if not isinstance(request, BundleRequest):
            yield from play(request, inputs)
        elif self.is_full:
            yield Refuse(DiskFull("The disk is full: make room and try again."))
        else:
            write_bundle(request, bundle_inputs(request, lambda sha256: Path(inputs[sha256])))
            yield GiveFile(Path(request.path))


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def going(open_studio: Callable[..., Studio], make_voice: Callable[..., Path], script: Script) -> Stage:
    """A scene whose music is made."""
    engines: list[FakeEngine] = []

    def make_engine() -> FakeEngine:
        engines.append(FakeEngine(script, manual=True))
        return engines[-1]

    studio = open_studio(ears=Ears(available=False), make_engine=make_engine)
    studio.engines = engines
    studio.shell.context.uses.show("scene")
    stage = Stage(studio)
    stage.panel.moving.sample = None
    stage.open(make_voice())
    stage.feel(CALM, ANGRY)
    stage.panel.make_room("music")
    stage.until(lambda: bool(stage.scene.music.take))
    stage.settle()
    return stage


def test_a_scene_leaves_as_one_folder_with_what_was_chosen(going: Stage, tmp_path: Path) -> None:
    assert going.panel.exports() == (BUNDLE,)
    folder = tmp_path / "out" / "the scene"
    folder.parent.mkdir()
    going.studio.answers.path = folder
    sheet = going.panel.output.ask_bundle(going.studio.window)
    assert sheet is not None
    assert sheet.boxes["midi"].isChecked()
    assert not sheet.boxes["live-link-face"].isEnabled()  # the face is not made yet
    for name in ("wav", "stems-wav"):
        sheet.boxes[name].setChecked(False)
    sheet.film.rate_box.setCurrentIndex(sheet.film.rate_box.findData("25"))
    sheet.accept()
    going.until(lambda: "was written" in going.message)
    assert going.studio.answers.proposed is not None
    assert going.studio.answers.proposed.name == "Untitled bundle"
    assert {"music.mid", "mix.wav", "voice.wav"} <= {path.name for path in folder.iterdir()}
    kept = json.loads((folder / "requests" / "scene.json").read_text())
    assert kept["film"] == {"frame_rate": "25"}
    assert going.scene.film == SceneFilm("25")  # what was chosen stays with the project
    assert "stems-wav" not in going.scene.formats
    assert going.panel.output.progress is None


def test_what_cannot_be_written_is_said_and_tried_again(going: Stage, script: Script, tmp_path: Path) -> None:
    script.is_full = True
    going.panel.output.write(going.scene, tmp_path / "full")
    going.until(lambda: "disk is full" in going.message)
    assert not (tmp_path / "full").exists()
    script.is_full = False
    offer = going.studio.window.strip.current
    assert offer is not None
    assert offer.action is not None
    going.panel.commit(changed(going.scene, formats=("midi",)))
    offer.action()
    going.until(lambda: "was written" in going.message)
    assert (tmp_path / "full" / "music.mid").exists()


def test_an_export_is_cancelled_and_a_second_one_waits(going: Stage, tmp_path: Path) -> None:
    going.panel.output.write(going.scene, tmp_path / "never")
    going.studio.qtbot.waitUntil(lambda: bool(going.panel.output.progress))
    assert going.panel.output.ask_bundle(going.studio.window) is None
    assert "One export" in going.message
    going.studio.qtbot.waitUntil(lambda: len(going.studio.shell.jobs.live()) > 0)
    going.panel.cancel()
    going.until(lambda: going.panel.output.progress is None)
    assert not (tmp_path / "never").exists()


def test_a_film_needs_something_to_see(going: Stage) -> None:
    assert going.panel.output.ask_film(going.studio.window) is None
    assert "face or the pictures" in going.message
    going.panel.commit(with_room(going.scene, "music", off=True))
    going.settle()
    assert going.panel.output.ask_bundle(going.studio.window) is None
    assert not going.panel.right.export.isEnabled()
    assert FILM not in going.panel.exports()
