"""The command that prints the figures: every part, small, over a composer that was really trained on nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from generators.music import evaluate
from generators.music.config import NetworkConfig
from generators.music.dataset import Pack
from generators.music.evaluate import PARTS, missing_for, options_of
from generators.music.train import train
from tests.music.conftest import make_pack


@pytest.fixture(scope="module")
def long_pack() -> Pack:
    """A pack of pieces as long as the excerpts that are asked for."""
    return make_pack(bars=16)


@pytest.fixture(scope="module")
def weights(long_pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    torch.set_num_threads(1)
    small = NetworkConfig(width=32, layers=2, heads=2, hidden=64, head_hidden=32, context=384)
    return train(
        long_pack, tmp_path_factory.mktemp("run"), config=small, batch=4, minutes=60.0, steps=1,
        milestone_events=10**9, device=torch.device("cpu"), resume=False, conditioned=True, seed=1,
    )  # fmt: skip


def test_every_part_prints_its_table(
    weights: Path,
    long_pack: Pack,
    labelled_archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    long_pack.save(tmp_path / "pack.npz")
    options = ["--weights", weights, "--free", weights, "--data", tmp_path / "pack.npz", "--labels", labelled_archive]
    sizes = ["--takes", 4, "--bars", 2, "--lines", 1, "--points", 3, "--real", 4, "--judge-epochs", 1]
    folders = ["--folder", tmp_path / "evaluation", "--judge", tmp_path / "judge"]
    monkeypatch.setattr("sys.argv", ["evaluate", *map(str, [*options, *sizes, *folders])])
    evaluate.main()
    printed = capsys.readouterr().out
    for title in PARTS.values():
        assert f"### {title}" in printed
    for row in (
        "| **mean** |",
        "| Loudness |",
        "| real clips, by song (16) |",
        "| Mode |",
        "| takes asked for nothing, training music (4) | 100 features |",
        "| held-out music (",
        "| real clips of one quadrant, beside all clips |",
        "| real pieces, mean of 4 groups |",
        "s of music in 1 s of work",
    ):
        assert row in printed, row
    tables = [block for block in printed.split("\n\n") if block.startswith("|")]
    assert tables
    for table in tables:
        assert len({line.count("|") for line in table.strip().splitlines()}) == 1, table


def test_parts_can_be_chosen_and_say_what_they_need(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", "--weights", str(weights), "--folder", str(tmp_path), "--bars", "1", "--parts"]
    monkeypatch.setattr("sys.argv", [*command, "speed"])
    evaluate.main()
    printed = capsys.readouterr().out
    assert "### Speed" in printed
    assert "### Control" not in printed
    monkeypatch.setattr("sys.argv", [*command, "features"])
    with pytest.raises(SystemExit, match="needs --data"):
        evaluate.main()
    assert missing_for("feelings", options_of([])) == "--data and --labels"
    assert {part for part in PARTS if not missing_for(part, options_of([]))} == {
        "means",
        "between",
        "diversity",
        "speed",
    }


def test_what_is_missing_ends_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["evaluate", "--weights", str(tmp_path / "none.safetensors")])
    with pytest.raises(SystemExit, match="not a music model"):
        evaluate.main()


def test_the_help_names_the_parts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options_of(["--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert all(name in printed for name in PARTS)
