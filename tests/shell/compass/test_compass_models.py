"""Which models there are, and what changes with another one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from compass_hands import Compass
from safetensors.numpy import save_file

from generators.runtime.catalog import Model
from studio.panels.compass.models import ModelChoice, choice_of

READS = ModelChoice("my-diffusion", "My diffusion · 2.1 GB", False, reads_text=True)


def test_a_model_reads_texts_where_its_family_does(tmp_path: Path) -> None:
    ours = tmp_path / "ours.safetensors"
    save_file({"unet.a": np.zeros(3, np.float32)}, ours, metadata={"compass": "{}"})
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing of the kind")
    for path in (ours, broken):
        choice = choice_of(Model(path.stem, "compass", str(path), "", title="Ours", bytes=12_400_000, shipped=False))
        assert choice == ModelChoice(path.stem, "Ours · 12 MB", False)


def test_texts_are_asked_of_models_that_read_them(compass: Compass) -> None:
    panel = compass.panel
    compass.until(lambda: panel.models.is_loaded)
    panel.models.choices = (*panel.models.choices, READS)
    panel.models.changed.emit()
    assert panel.left.prompt.isHidden()
    panel.choose_model(READS.name)
    assert not panel.left.prompt.isHidden()
    assert not compass.ask.is_finished
    line = panel.left.prompt.prompt
    compass.studio.qtbot.keyClicks(line, "a lake at dusk")
    line.editingFinished.emit()
    assert compass.ask.request().making.prompt == "a lake at dusk"
    panel.choose_model("compass-small")
    assert panel.left.prompt.isHidden()
    assert not compass.ask.request().making.prompt
    compass.undo()
    assert compass.ask.prompt == "a lake at dusk"


def test_from_one_text_to_another_makes_the_same_seeds_again(compass: Compass) -> None:
    panel = compass.panel
    compass.until(lambda: panel.models.is_loaded)
    panel.models.choices = (*panel.models.choices, READS)
    panel.models.changed.emit()
    panel.choose_model(READS.name)
    panel.change("", prompt="a lake")
    compass.begin(24)
    assert panel.middle.sort.effect.finder.findData("text pair") >= 0
    compass.studio.answers.words = "a frozen lake"
    panel.sorter.choose_finder("text pair")
    compass.until(lambda: bool(compass.sorting.second_pool_sha256))
    compass.settle()
    assert compass.sorting.second_prompt == "a frozen lake"
    assert compass.sorting.request().second_pool_sha256 == compass.sorting.second_pool_sha256  # type: ignore[union-attr]
    # the scripted engine cannot read: both pools are the same, and that is said
    compass.until(lambda: bool(compass.told))
