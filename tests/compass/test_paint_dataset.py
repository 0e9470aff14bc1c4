"""Data sets: shards that go on where they stopped, and are refused when they are something else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generators.compass.painter import NAMES, dataset, from_values, paint
from generators.errors import BadArtifact, BadRequest


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "PICTURES_PER_SHARD", 3)


def test_pictures_come_with_the_factors_that_paint_them(tmp_path: Path) -> None:
    assert dataset.main(["--out", str(tmp_path), "--count", "5", "--size", "32", "--seed", "8"]) == 0
    shards = [dataset.read_shard(path) for path in dataset.shards_of(tmp_path)]
    assert [shard.pictures.shape for shard in shards] == [(3, 32, 32, 3), (2, 32, 32, 3)]
    assert [shard.first for shard in shards] == [0, 3]
    last = shards[1]
    assert last.factors.shape == (2, len(NAMES))
    # float32 keeps the factors closely enough for the same picture but for a rounding here and there
    again = paint(from_values(last.factors[1]), int(last.seeds[1]), 32, training=True)
    assert np.abs(again.astype(int) - last.pictures[1]).mean() < 0.5


def test_an_interrupted_data_set_goes_on(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    list(dataset.paint_dataset(whole, 5, 32, 8))
    list(dataset.paint_dataset(broken, 3, 32, 8))
    (broken / ".shard-0001.npz.part").write_bytes(b"half")
    kept = (broken / "shard-0000.npz").stat().st_mtime_ns
    notes = list(dataset.paint_dataset(broken, 5, 32, 8))
    assert "already" in notes[0]
    assert "already" not in notes[1]
    assert (broken / "shard-0000.npz").stat().st_mtime_ns == kept
    for path in dataset.shards_of(whole):
        one, other = dataset.read_shard(path), dataset.read_shard(broken / path.name)
        assert np.array_equal(one.pictures, other.pictures)
        assert np.array_equal(one.factors, other.factors)


def test_a_shorter_last_shard_grows(tmp_path: Path) -> None:
    list(dataset.paint_dataset(tmp_path, 1, 32, 8))
    list(dataset.paint_dataset(tmp_path, 2, 32, 8))
    assert len(dataset.read_shard(tmp_path / "shard-0000.npz").seeds) == 2


def test_other_data_and_damage_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    list(dataset.paint_dataset(tmp_path, 1, 32, 8))
    with pytest.raises(BadArtifact, match="another data set"):
        list(dataset.paint_dataset(tmp_path, 1, 32, 9))
    path = tmp_path / "shard-0000.npz"
    path.write_bytes(path.read_bytes()[:400])
    assert dataset.main(["--out", str(tmp_path), "--count", "1", "--size", "32", "--seed", "8"]) == 1
    assert "damaged" in capsys.readouterr().err
    with pytest.raises(BadRequest, match="at least one"):
        list(dataset.paint_dataset(tmp_path, 0, 32, 8))
