"""Training: it learns, can be resumed, and gives weights that compose."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generators.affect import emotion_named
from generators.music import checkpoint
from generators.music import train as training
from generators.music.batches import Edges, held_out_batches
from generators.music.compose import compose
from generators.music.config import NetworkConfig
from generators.music.dataset import Pack
from generators.music.model import load_model
from generators.music.network import Network
from generators.music.repetition import score_sequence
from generators.music.request import ComposeRequest
from generators.music.train import RUN_FILE, held_out_nats, learning_rate, train
from generators.progress import silent

SMALL = NetworkConfig(width=32, layers=2, heads=2, hidden=64, head_hidden=32, context=384)
ROOT = Path(__file__).parents[2]


def run(pack: Pack, out: Path, steps_: int, **more: Any) -> Path:
    options = {"resume": False, "conditioned": True, "seed": 1, **more}
    return train(
        pack, out, config=SMALL, batch=4, minutes=60.0, steps=steps_, milestone_events=10**9,
        device=torch.device("cpu"), **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def trained(small_pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "WARM_UP_STEPS", 5)
        patch.setattr(training, "PEAK_RATE", 1e-2)
        return run(small_pack, tmp_path_factory.mktemp("run"), 25)


def test_training_learns(small_pack: Pack, trained: Path) -> None:
    batches = held_out_batches(small_pack, Edges.of(small_pack), batch=4, limit=8, conditioned=True)
    device = torch.device("cpu")
    torch.manual_seed(1)
    before = held_out_nats(Network(SMALL), batches, device)
    network, facts = checkpoint.load_network(trained)
    after = held_out_nats(network, batches, device)
    assert after["all"] < 0.7 * before["all"]
    assert facts["held_out_nats"]["all"] == pytest.approx(after["all"], rel=0.02)  # half precision apart
    assert (facts["step"], facts["conditioned"]) == (25, True)


def test_trained_weights_compose(trained: Path) -> None:
    model = load_model(trained)
    score, facts = compose(ComposeRequest(affect=emotion_named("sad").point, bars=4), model, silent)
    assert score.length == 4 * 1920
    low, high = model.quantiles[0, 0], model.quantiles[0, -1]
    assert low - 1 <= facts["tempo_bpm"] <= high + 1


def test_a_resumed_run_is_the_same_run(small_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "learning_rate", lambda step, done: 1e-3)
    monkeypatch.setattr(training, "piano_share", lambda done: 0.0)
    run(small_pack, tmp_path / "whole", 4)
    run(small_pack, tmp_path / "halves", 2)
    run(small_pack, tmp_path / "halves", 4, resume=True)
    first, facts = checkpoint.read_tensors(tmp_path / "whole" / RUN_FILE)
    second, _ = checkpoint.read_tensors(tmp_path / "halves" / RUN_FILE)
    assert facts["step"] == 4
    assert set(first) == set(second)
    for name, tensor in first.items():
        torch.testing.assert_close(tensor, second[name], rtol=0, atol=0)


def test_a_run_is_never_overwritten(small_pack: Pack, tmp_path: Path) -> None:
    run(small_pack, tmp_path, 1)
    with pytest.raises(SystemExit, match="--resume"):
        run(small_pack, tmp_path, 1)


def test_the_rate_rises_stays_and_falls() -> None:
    rates = [learning_rate(step, step / 1_000) for step in range(1_001)]
    assert rates[0] < rates[100] < rates[200] == rates[700] > rates[900] > rates[1_000] > 0


def test_training_needs_only_torch_numpy_and_safetensors() -> None:
    code = (
        "import sys, generators.music.train\n"
        "ours = {'msgspec', 'mido', 'symusic', 'PySide6', 'onnxruntime', 'transformers', 'scipy'}\n"
        "assert not ours & set(sys.modules), ours & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_composing_needs_no_torch() -> None:
    code = (
        "import sys, generators.music.compose, generators.music.spec, generators.music.attributes\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_command_trains(
    small_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small_pack.save(tmp_path / "pack.npz")
    command = ["train", "--data", str(tmp_path / "pack.npz"), "--out", str(tmp_path / "run"), "--steps", "1"]
    options = ["--width", "32", "--layers", "1", "--device", "cpu", "--threads", "1", "--unconditioned"]
    monkeypatch.setattr("sys.argv", [*command, *options])
    training.main()
    assert "wrote " in capsys.readouterr().out
    _, facts = checkpoint.read_tensors(tmp_path / "run" / "music-small.safetensors")
    assert facts["conditioned"] is False


def test_facts_of_a_run_are_json(trained: Path) -> None:
    _, facts = checkpoint.read_tensors(trained)
    assert json.loads(json.dumps(facts)) == facts
    assert score_sequence(compose(ComposeRequest(bars=2), load_model(trained), silent)[0]).dtype == np.uint64
