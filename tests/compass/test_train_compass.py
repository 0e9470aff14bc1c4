"""Training the shipped picture model, with very small networks on a few real paintings."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from generators.compass import train as training
from generators.compass.networks import TINY, decoded, encoded, fold_of, make_autoencoder, make_network
from generators.compass.opening import look_into
from generators.compass.painter.dataset import make_shard, write_shard
from generators.compass.request import Making, Point
from generators.compass.sampler import render
from generators.compass.single_file import load_model
from generators.compass.training import autoencoder as first_stage
from generators.compass.training import network as second_stage
from generators.compass.training.paintings import as_tensor, crops, paintings_in
from generators.compass.training.run import RunningMean
from generators.errors import BadInput, ModelMissing

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paintings")
    for number, count in enumerate((20, 10)):
        write_shard(folder / f"shard-{number:04d}.npz", make_shard(3, number * 512, count, TINY.side))
    return folder


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    training.train(data, out, sizes=TINY, steps=(4, 4), command="a command")
    return out


def test_a_trained_model_opens_and_makes_pictures(trained: Path) -> None:
    weights = trained / "compass-small.safetensors"
    assert look_into(weights).family == "unconditional"
    model = load_model(weights)
    assert model.pixels_per_cell == TINY.cell
    pictures = render(model, [Point(1), Point(2)], making=Making(steps=2))
    assert pictures.shape == (2, TINY.side, TINY.side, 3)
    assert not np.array_equal(pictures[0], pictures[1])
    assert not list(trained.glob(".*partial"))


def test_the_card_tells_the_command_the_data_and_the_figures(trained: Path) -> None:
    card = (trained / "compass-small.md").read_text()
    for told in ("`a command`", "20 pictures", "10 were held out", "shard-0000.npz", " dB", "MiB"):
        assert told in card


def test_a_run_goes_on_only_when_asked(data: Path, trained: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--resume"):
        training.train(data, trained, sizes=TINY, steps=(4, 4))
    for file in trained.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    training.train(data, tmp_path, sizes=TINY, steps=(4, 4), resume=True)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [(line["stage"], line["step"]) for line in lines if line.get("resumed")] == [
        ("autoencoder", 4),
        ("network", 4),
    ]
    # what was done stays as it was
    before, after = (load_file(folder / "compass-small.safetensors") for folder in (trained, tmp_path))
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_run_of_other_sizes_is_refused(data: Path, trained: Path) -> None:
    from dataclasses import replace

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ModelMissing, match="another network"):
        training.train(data, trained, sizes=replace(TINY, autoencoder=(8, 16)), steps=(4, 4), resume=True)
    assert signal.getsignal(signal.SIGINT) is before  # Ctrl-C means what it meant


def test_nothing_to_learn_from_is_told_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert training.main(["--data", str(tmp_path), "--out", str(tmp_path / "run")]) == 1
    assert "painter.dataset" in capsys.readouterr().err


def test_the_autoencoder_learns(data: Path) -> None:
    paintings = paintings_in(data, 0, 1)
    torch.manual_seed(0)
    network = make_autoencoder(TINY)
    before = first_stage.measure(network, paintings, CPU)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
    pictures = as_tensor(paintings.pictures, CPU)
    for _ in range(40):
        latents = encoded(network, pictures)
        loss = first_stage.losses(decoded(network, latents.sample()), pictures, latents).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert first_stage.measure(network, paintings, CPU) > before + 3.0


def test_standard_latents_decode_to_the_same_pictures(data: Path) -> None:
    paintings = paintings_in(data, 0, 1)
    torch.manual_seed(0)
    network = make_autoencoder(TINY).eval()
    pictures = as_tensor(paintings.pictures, CPU)
    with torch.no_grad():
        before = encoded(network, pictures)
        seen = decoded(network, before.mode())
        first_stage.standardise(network, paintings, CPU)
        after = encoded(network, pictures)
        torch.testing.assert_close(decoded(network, after.mode()), seen, atol=1e-4, rtol=1e-3)
        torch.testing.assert_close(after.mode().mean(dim=(0, 2, 3)), torch.zeros(4), atol=1e-3, rtol=0.0)
        torch.testing.assert_close(after.mode().std(dim=(0, 2, 3)), torch.ones(4), atol=1e-3, rtol=0.0)
        # the spread of the distribution follows
        torch.testing.assert_close(
            after.std / before.std,
            (after.mode().std(dim=(0, 2, 3)) / before.mode().std(dim=(0, 2, 3)))[None, :, None, None].expand_as(
                after.std
            ),
            atol=1e-3,
            rtol=1e-2,
        )


def test_pixels_are_folded_and_unfolded() -> None:
    network = make_autoencoder(TINY)
    assert fold_of(network) == TINY.fold
    pictures = torch.rand(1, 3, 32, 32) * 2 - 1
    latents = encoded(network, pictures).mode()
    assert latents.shape == (1, 4, 8, 8)
    assert decoded(network, latents).shape == pictures.shape


class _Knowing(torch.nn.Module):
    """Says v and the factors exactly, having been told them."""

    def __init__(self, wanted: torch.Tensor, factors: torch.Tensor) -> None:
        super().__init__()
        self.wanted, self.factors = wanted, factors

    def forward(self, latents: torch.Tensor, timesteps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        del latents, timesteps
        return self.wanted, self.factors


def test_v_is_what_is_wanted() -> None:
    latents, noise, factors = torch.randn(3, 4, 8, 8), torch.randn(3, 4, 8, 8), torch.randn(3, 5)
    timesteps = torch.tensor([10, 500, 990])
    share = second_stage.kept_shares()[timesteps].view(-1, 1, 1, 1)
    wanted = share.sqrt() * noise - (1 - share).sqrt() * latents
    none = second_stage.losses(_Knowing(wanted, factors), latents, factors, timesteps, noise)
    assert float(none.abs().sum()) < 1e-9
    some = second_stage.losses(_Knowing(wanted + 1, factors + 1), latents, factors, timesteps, noise)
    assert bool((some > 0).all())


def test_the_middle_block_tells_the_factors() -> None:
    teller = second_stage.Teller(make_network(TINY), 5)
    predicted, told = teller(torch.randn(2, 4, 8, 8), torch.tensor([1, 900]))
    assert predicted.shape == (2, 4, 8, 8)
    assert told.shape == (2, 5)
    told.sum().backward()
    assert any(parameter.grad is not None for parameter in teller.network.mid_block.parameters())


def test_crops_lie_on_their_grid(data: Path) -> None:
    pictures = paintings_in(data, 0, 1).pictures
    ramp = np.broadcast_to(np.arange(32, dtype=np.uint8)[None, :, None, None], pictures.shape)
    found = crops(ramp, 50, 16, 4, np.random.default_rng(0))
    assert found.shape == (50, 16, 16, 3)
    assert set(found[:, 0, 0, 0].tolist()) == {0, 4, 8, 12, 16}


def test_the_running_mean_lies_between_old_and_new() -> None:
    network = torch.nn.Linear(2, 2)
    mean = RunningMean(network, 0.9)
    before = mean.network.weight.clone()
    with torch.no_grad():
        network.weight.add_(1.0)
    mean.add(network, 1_000)
    torch.testing.assert_close(mean.network.weight, before + 0.1)
