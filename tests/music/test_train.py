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
from generators.music.ranks import ranks_of
from generators.music.repetition import score_sequence
from generators.music.request import ComposeRequest
from generators.music.train import RUN_FILE, held_out_nats, make_optimisers, train
from generators.progress import silent

SMALL = NetworkConfig(width=32, layers=2, heads=2, hidden=64, head_hidden=32, context=384)
ROOT = Path(__file__).parents[2]


def run(pack: Pack, out: Path, steps_: int, **more: Any) -> Path:
    options = {"resume": False, "conditioned": True, "seed": 1, "milestone_events": 10**9, **more}
    return train(
        pack, out, config=SMALL, batch=4, minutes=60.0, steps=steps_,
        device=torch.device("cpu"), **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def trained(small_pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "WARM_UP_STEPS", 5)
        patch.setattr(training, "PEAK_RATE", 1e-2)
        patch.setattr(training, "MATRIX_RATE", 3e-2)
        return run(small_pack, tmp_path_factory.mktemp("run"), 25)


def test_training_learns(small_pack: Pack, trained: Path) -> None:
    batches = held_out_batches(small_pack, Edges.of(small_pack), batch=4, limit=8, context=384, conditioned=True)
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
    assert score.note_count
    assert facts["tempo_bpm"] == pytest.approx(np.clip(facts["tempo_bpm"], 30, 240))
    assert set(facts["asked"]) <= set(facts["measured"])


def test_the_file_holds_what_the_scales_need(small_pack: Pack, trained: Path) -> None:
    model, edges = load_model(trained), Edges.of(small_pack)
    np.testing.assert_allclose(model.whole_edges, edges.whole)
    np.testing.assert_allclose(model.bar_edges, edges.bar)
    np.testing.assert_allclose(model.feature_medians, edges.features)
    np.testing.assert_array_equal(model.bank, ranks_of(small_pack, 1)["ranks.bank"])


def test_weights_are_trained_further(small_pack: Pack, trained: Path, tmp_path: Path) -> None:
    further = run(small_pack, tmp_path, 2, start_from=trained)
    (before, first), (after, second) = (checkpoint.read_tensors(path) for path in (trained, further))
    for name in ("whole_edges", "bar_edges", "feature_medians", "config"):
        assert second[name] == first[name]
    torch.testing.assert_close(after["ranks.bank"], before["ranks.bank"])
    moved = (after["event_table.weight"] - before["event_table.weight"]).abs().max()
    assert 0 < moved < 0.1


def test_a_resumed_run_is_the_same_run(small_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "pace_at", lambda step, done, **_: 0.5)
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


def test_every_weight_has_one_optimiser() -> None:
    network = Network(SMALL)
    optimisers = make_optimisers(network)
    trained = [each for optimiser in optimisers for group in optimiser.param_groups for each in group["params"]]
    assert len(trained) == len({id(each) for each in trained}) == len(list(network.parameters()))


def test_milestones_are_exported(small_pack: Pack, tmp_path: Path) -> None:
    run(small_pack, tmp_path, 2, milestone_events=100)
    found = sorted(tmp_path.glob("at-*.safetensors"))
    assert found
    assert load_model(found[0]).config == SMALL


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
