"""File, Models: a picture model is added, held another way, removed and downloaded, by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from window_hands import Studio

from generators.compass.backends.unconditional import Unconditional
from generators.runtime.catalog import Catalog
from studio.models_sheet import ModelsSheet
from tests.runtime.hub_server import COMMIT, REPO, Hub, serving

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # of a screen that is not there


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from diffusers import DDPMPipeline, DDPMScheduler

    DDPMPipeline(Unconditional.tiny(1, latent=False).network, DDPMScheduler()).save_pretrained(tmp_path / "skies")
    return tmp_path / "skies"


@pytest.fixture
def sheet(studio: Studio) -> ModelsSheet:
    found = studio.window.show_models()
    studio.until(lambda: found.list.count() > 0)
    return found


def names(sheet: ModelsSheet) -> list[str]:
    return [str(sheet.list.item(row).data(Qt.ItemDataRole.UserRole)) for row in range(sheet.list.count())]


def test_a_model_is_added_held_and_removed(studio: Studio, sheet: ModelsSheet, folder: Path) -> None:
    shipped = names(sheet)
    assert "music-small" in shipped
    changes: list[None] = []
    sheet.changed.connect(lambda: changes.append(None))
    studio.answers.path = folder
    sheet.add_folder.click()
    studio.until(lambda: "skies" in names(sheet))
    assert "“skies” is among your models" in sheet.told.text()
    assert names(sheet)[0] == "skies"  # the user's own come first
    assert str(folder) in sheet.place.text()
    sheet.offload.setCurrentIndex(sheet.offload.findData("parts"))
    sheet.offload.activated.emit(1)
    studio.until(lambda: Catalog.installed().find("skies").setup.offload == "parts")
    studio.until(lambda: len(changes) == 2)
    studio.until(lambda: sheet.offload.currentData() == "parts")
    # the panel that makes pictures offers it
    studio.shell.context.uses.show("compass")
    choices = studio.window.panel.models  # type: ignore[attr-defined]
    studio.until(lambda: "skies" in [choice.name for choice in choices.choices])
    sheet.remove.click()
    studio.until(lambda: names(sheet) == shipped)
    assert f"stay in {folder}" in sheet.told.text()
    assert folder.exists()


def test_what_cannot_be_used_is_a_sentence(studio: Studio, sheet: ModelsSheet, tmp_path: Path) -> None:
    (tmp_path / "old.ckpt").write_bytes(b"pickle")
    studio.answers.path = tmp_path / "old.ckpt"
    sheet.add_file.click()
    studio.until(lambda: "can run any code" in sheet.told.text())
    studio.answers.path = tmp_path
    sheet.add_folder.click()
    studio.until(lambda: "has no model_index.json" in sheet.told.text())
    studio.answers.path = None
    sheet.add_folder.click()
    assert "has no model_index.json" in sheet.told.text()


def test_what_came_with_the_program_stays(studio: Studio, sheet: ModelsSheet) -> None:
    sheet.list.setCurrentRow(names(sheet).index("music-small"))
    assert "Licence: CC-BY-4.0." in sheet.place.text()
    assert not sheet.remove.isVisibleTo(sheet)
    assert not sheet.dtype.isVisibleTo(sheet)


@pytest.fixture
def hub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with serving(files) as found:
        monkeypatch.setenv("HF_ENDPOINT", found.endpoint)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        yield found


def test_a_download_in_a_process_of_its_own(studio: Studio, hub: Hub, sheet: ModelsSheet) -> None:
    form = sheet.form
    sheet.show_download.click()
    assert not form.go.isEnabled()
    form.repo.setText(REPO)
    form.repo.textEdited.emit(REPO)
    assert form.go.text() == "Look"
    form.go.click()
    assert form.stop.isVisibleTo(sheet)
    studio.until(lambda: form.go.text() == "Download")
    assert form.commit.text() == COMMIT  # the newest, pinned
    assert f"in {len(hub.files)} files, licence mit" in form.told.text()
    form.go.click()
    studio.until(lambda: "skies" in names(sheet))
    assert "“skies” is among your models" in form.told.text()
    assert f"Downloaded from {REPO}@{COMMIT}" in sheet.place.text()
    assert sheet.remove.text() == "Remove, with its files"
    form.repo.setText("someone/else")
    form.repo.textEdited.emit("someone/else")
    form.go.click()
    studio.until(lambda: "There is no someone/else on the hub" in form.told.text())
    assert form.go.isEnabled()


def test_stopping_and_closing_end_the_process(
    open_studio: Callable[..., Studio], hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio()
    sheet = studio.window.show_models()
    for close in (sheet.form.stop.click, studio.window.close):
        sheet.form.repo.setText(REPO)
        sheet.form.repo.textEdited.emit(REPO)
        sheet.form.go.click()
        assert sheet.form.download.is_busy
        close()
        assert not sheet.form.download.is_busy
