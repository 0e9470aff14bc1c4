"""The script for a GPU, with very small networks: it runs, and what it checks holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from tests.bench import compass_gpu


def test_the_script_checks_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.set_num_threads(1)
    assert compass_gpu.main(["--check", "--out", str(tmp_path / "figures.json")]) == 0
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert set(figures) == {"shipped", "size of SD 1.5", "offload"}
    for name in ("shipped", "size of SD 1.5"):
        assert figures[name]["previews_per_s"] > 0
        assert figures[name]["preview_ratio"] > 0
    assert "previews_per_s" in capsys.readouterr().out


def test_a_batch_that_changes_a_picture_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = compass_gpu.shipped_model("cpu", tiny=True)
    assert backend is not None
    real, seen = compass_gpu.render, 0

    def broken(*words: object, **named: object) -> object:
        nonlocal seen
        seen += 1
        made = real(*words, **named)  # type: ignore[arg-type]
        made[-1] += seen
        return made

    monkeypatch.setattr(compass_gpu, "render", broken)
    with pytest.raises(AssertionError, match=r"differs by what else|at zero changes"):
        compass_gpu.measured(backend, 0.01)
