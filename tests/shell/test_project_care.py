"""Tidying up and collecting media in the window; what a project brings along; caches within their budget."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from window_hands import Studio

from generators.artifacts import Artifact, Score, digest
from generators.errors import BadInput
from generators.runtime.folders import models_folder
from studio import long_work
from studio.cache_budget import prune_caches
from studio.document import AddTakes, Document, SetPanelState, Take
from studio.document.assets import Medium
from studio.media import collect, collected_words, missing_here, models_named, take_out
from studio.tidy_sheet import TidySheet, size_words

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen has no window manager

BUILT_IN_FONT = "TimGM6mb.sf2"


@pytest.fixture
def soundfont(tmp_path: Path) -> Path:
    """A SoundFont of the user's own."""
    import pretty_midi

    target = tmp_path / "my fonts" / "piano.sf2"
    target.parent.mkdir()
    shutil.copy(Path(pretty_midi.__file__).parent / BUILT_IN_FONT, target)
    return target


def _choose(studio: Studio, title: str) -> None:
    """File, and then `title`."""
    next(action for action in studio.window.menus.sections[0][1] if action.text() == title).trigger()


def _sheet() -> TidySheet | None:
    return next((widget for widget in QApplication.topLevelWidgets() if isinstance(widget, TidySheet)), None)


def _own_model(name: str = "mine") -> Path:
    path = models_folder() / "music" / f"{name}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    safetensors.numpy.save_file({"weight": np.zeros(1000, np.float32)}, path, metadata={"name": name})
    return path


def _with_take(document: Document, request: str) -> None:
    data = b"notes"
    take = Take("1", "music", "Dawn", False, "score", digest(data), request)
    document.perform(AddTakes((take,)), {digest(data): data}).result()


def test_tidying_up_asks_and_tells(studio: Studio) -> None:
    studio.make(1)
    left = bytes(3_000_000)
    studio.project.document.keep({digest(left): left}).result()
    studio.make(1)
    studio.project.undo()
    studio.until(lambda: len(studio.names) == 1)
    studio.make(1)
    _choose(studio, "Tidy up…")
    studio.until(lambda: _sheet() is not None)
    sheet = _sheet()
    assert sheet is not None
    assert "3.0 MB" in sheet.certain.text()
    assert "1 step that was undone and left" in sheet.left.text()
    assert (sheet.left.isChecked(), sheet.certain.isChecked()) == (False, True)
    assert sheet.total.text() == "The file becomes 3.0 MB smaller."
    sheet.left.setChecked(True)
    sheet.tidy.click()
    studio.until(lambda: "The project's file is 3.0 MB smaller." in studio.message)
    assert not studio.project.document.has_asset(digest(left))
    assert len(studio.names) == 2
    studio.project.undo()
    studio.until(lambda: len(studio.names) == 1)


def test_a_project_without_anything_to_spare(studio: Studio) -> None:
    studio.shell.files.care.tidy_up(studio.window)
    studio.until(lambda: _sheet() is not None)
    sheet = _sheet()
    assert sheet is not None
    assert not sheet.tidy.isEnabled()
    assert not sheet.left.isEnabled()
    sheet.close()


def test_media_are_collected_and_offered_where_they_are_missing(
    open_studio: Callable[..., Studio], tmp_path: Path, soundfont: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_work, "QUIET_S", 0.0)
    studio = open_studio()
    studio.make(1)
    model = _own_model()
    state = '{"ask":{"model":"mine"},"other":[{"model":"gone"}]}'
    studio.project.document.perform(SetPanelState("compass", state)).result()
    studio.shell.preferences.remember(soundfont=str(soundfont))
    _choose(studio, "Collect media")
    studio.until(lambda: "keeps “piano.sf2”, “mine.safetensors” now" in studio.message)
    assert "not collected: the model “gone” is not on this machine" in studio.message
    studio.project.document.save_copy(tmp_path / "song.affect").result()
    # on another machine neither is there
    studio.shell.preferences.remember(soundfont="")
    soundfont.unlink()
    model.unlink()
    studio.shell.files.open_path(tmp_path / "song.affect")
    studio.until(lambda: "brings “mine.safetensors”, “piano.sf2”, which are not on this machine" in studio.message)
    studio.window.strip._action.click()
    studio.until(lambda: "Takes are played with piano.sf2. Its own models can be chosen now." in studio.message)
    chosen = Path(studio.shell.preferences.now().soundfont)
    assert chosen.name == "piano.sf2"
    assert digest(chosen.read_bytes()) in {medium.sha256 for medium in studio.project.document.media()}
    assert model.exists()
    assert missing_here(studio.project.document, str(chosen)) == ()


def test_models_that_requests_name() -> None:
    document_state = SetPanelState("face", '{"lines":[{"ask":{"model":"b"}}],"model":7}')
    assert models_named_of(document_state.state or "") == ("b",)


def models_named_of(text: str) -> tuple[str, ...]:
    from studio.document import DocumentState

    take = Take("1", "music", "", False, "score", "0" * 64, '{"model":"a","inner":{"model":""}}')
    found = models_named(DocumentState((take,), {"face": text, "odd": "[" * 5000}))
    assert "a" in found
    return tuple(name for name in found if name != "a")


def test_what_cannot_be_collected_is_told(document_at: Callable[[], Document], tmp_path: Path) -> None:
    document = document_at()
    _with_take(document, '{"model":"large"}')
    large = _own_model("large")
    with large.open("r+b") as file:
        file.seek(600 << 20)  # a hole: it takes no room
        file.write(b"x")
    (tmp_path / "noise.sf2").write_bytes(b"noise" * 100)
    told = collect(document, str(tmp_path / "noise.sf2"))
    assert (told.taken, len(told.outside)) == ((), 2)
    words = collected_words("song", told)
    assert words.startswith("Not collected: ")
    assert "noise.sf2" in words
    assert document.media() == ()
    assert "cannot be read" in collected_words("song", collect(document, str(tmp_path / "gone.sf2")))


def test_nothing_from_outside(document_at: Callable[[], Document]) -> None:
    document = document_at()
    _with_take(document, '{"seed":1}')
    assert "needs nothing from outside" in collected_words("song", collect(document, ""))


@pytest.mark.parametrize(
    ("kind", "name", "data"),
    [
        ("model", "music/../../evil.safetensors", b"x"),
        ("model", "music/evil name!.safetensors", b"x"),
        ("model", "plugins/evil.safetensors", b"x"),
        ("model", "music/evil.safetensors", b"no weights at all"),
        ("soundfont", "../evil.sf2", b"x"),
        ("soundfont", ".evil.sf2", b"x"),
        ("soundfont", "evil.sf2", b"no SoundFont at all"),
        ("program", "evil.exe", b"x"),
    ],
)
def test_what_a_project_brings_is_not_trusted(
    document_at: Callable[[], Document], tmp_path: Path, kind: str, name: str, data: bytes
) -> None:
    document = document_at()
    medium = Medium(kind, name, digest(data))
    document.keep({medium.sha256: data}, [medium]).result()
    with pytest.raises(BadInput):
        take_out(document, medium)
    assert list(models_folder().parent.rglob("*evil*")) == []


def test_another_soundfont_of_the_same_name_stays(document_at: Callable[[], Document], soundfont: Path) -> None:
    document = document_at()
    collected = collect(document, str(soundfont)).taken[0]
    first = take_out(document, collected)
    assert take_out(document, collected) == first
    first.write_bytes(b"another")
    second = take_out(document, collected)
    assert second != first
    assert first.read_bytes() == b"another"
    assert second.read_bytes() == soundfont.read_bytes()


@pytest.fixture
def document_at(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], Document]:
    def make() -> Document:
        document = Document.create(tmp_path / "song.affect")
        request.addfinalizer(document.close)
        return document

    return make


def test_small_pictures_are_kept_in_the_project(studio: Studio) -> None:
    studio.make(1)
    sha256 = studio.project.state.takes[0].asset_sha256
    drawn: list[Artifact] = []
    shown: list[QImage | None] = []

    def draw(artifact: Artifact) -> QImage | None:
        drawn.append(artifact)
        image = QImage(40, 30, QImage.Format.Format_RGB32)
        image.fill(0x336699)
        return image

    for count in (1, 2):
        studio.project.small_picture(sha256, draw, shown.append)
        studio.until(lambda count=count: len(shown) == count)
        studio.settle()
    assert isinstance(drawn[0], Score)
    assert len(drawn) == 1
    assert all(image is not None and image.size().toTuple() == (40, 30) for image in shown)
    assert shown[1] is not None
    assert shown[1].pixelColor(3, 3).getRgb()[:3] == (0x33, 0x66, 0x99)


def test_caches_keep_to_their_budget(tmp_path: Path) -> None:
    for number, name in enumerate(("compass/old", "compass/new", "weights", "session-1-x/copy", "unfinished/note")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(1000))
        os.utime(path, (1000 + number, 1000 + number))
    (tmp_path / "link").symlink_to(tmp_path / "weights")
    folders = (tmp_path, tmp_path, tmp_path / "missing")
    assert prune_caches(folders, 5000) == 0
    assert prune_caches(folders, 2500) == 1000
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["compass/new", "link", "session-1-x/copy", "unfinished/note", "weights"]
    assert prune_caches(folders, 0) == 2000
    assert (tmp_path / "session-1-x" / "copy").exists()


def test_sizes_in_words() -> None:
    assert [size_words(size) for size in (0, 1500, 2_340_000, 5_000_000_000)] == ["0 kB", "2 kB", "2.3 MB", "5.0 GB"]
