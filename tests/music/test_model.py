"""Weights: the same numbers from numpy as from torch, and clear errors for damaged files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from generators.errors import Cancelled, ModelMissing
from generators.music import checkpoint, tokens
from generators.music.conditions import BAR_FREE, KEY, WHOLE_FREE
from generators.music.config import event_rows, weight_shapes
from generators.music.decoder import Plan, sample_events
from generators.music.lookups import window_lookups
from generators.music.model import Cache, MusicModel, load_model, tiny_model
from generators.music.network import Network


@pytest.fixture(scope="module")
def network(model: MusicModel) -> Network:
    network = Network(model.config).eval()
    network.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in model.weights.items()})
    return network


@pytest.fixture(scope="module")
def piece(model: MusicModel) -> Plan:
    rng = np.random.default_rng(0)
    whole = np.tile(rng.integers(0, WHOLE_FREE), (7, 1))
    return Plan(6, (4, 4), 0, whole, rng.integers(0, BAR_FREE, (7, len(BAR_FREE))))


def test_names_and_shapes_are_those_of_the_network(network: Network) -> None:
    assert {name: tuple(value.shape) for name, value in network.state_dict().items()} == weight_shapes(network.config)


def test_the_cache_and_the_heads_agree_with_torch(model: MusicModel, network: Network, piece: Plan) -> None:
    events = sample_events(model, piece, np.random.default_rng(1))[: model.config.context]
    bar = np.cumsum(events[:, 0] == tokens.BAR) - 1
    rhythm, heard = window_lookups(events, 96, int(piece.whole[0, KEY]))
    with torch.no_grad():
        state = network(
            torch.from_numpy(event_rows(events))[None],
            torch.from_numpy(piece.whole[0])[None],
            torch.from_numpy(piece.bar[bar])[None],
        )[0]
        expected = network.losses(
            state[:-1],
            torch.from_numpy(events[:-1]),
            torch.from_numpy(events[1:]),
            torch.from_numpy(rhythm[1:]),
            torch.from_numpy(heard[1:]),
        )

    cache = Cache(model)
    x = model.embed(events, model.whole_condition(piece.whole)[bar] + model.bar_condition(piece.bar)[bar])
    found = np.zeros(5)
    states = [cache.extend(x[:9]), *(cache.extend(x[index : index + 1]) for index in range(9, len(events)))]
    np.testing.assert_allclose(states[-1], state[-1].numpy(), atol=2e-5)
    for at, index in zip(states[:-1], range(9, len(events)), strict=True):
        fields = events[index].tolist()
        before = events[index - 1].tolist()
        is_note = before[0] != tokens.BAR
        is_same = is_note and fields[0] == before[0]
        x_head, logits = model.begin_event(at, rhythm[index])
        logits[: before[0] + 1 if is_note else 0] = -np.inf
        if not is_note:
            logits[tokens.SAME] = -np.inf
        found[0] -= logits[tokens.SAME if is_same else fields[0]] - np.logaddexp.reduce(logits)
        if fields[0] == tokens.BAR:
            continue
        if is_same:
            x_head = model.stay(x_head)
        for link in range(4):
            x_head, logits = model.link(link, x_head, fields[link], heard[index])
            if link == 1 and is_same and before[1] == fields[1]:
                logits[before[2] :] = -np.inf
            found[link + 1] -= logits[fields[link + 1]] - np.logaddexp.reduce(logits)
    with torch.no_grad():
        first = network.losses(
            state[:8],
            torch.from_numpy(events[:8]),
            torch.from_numpy(events[1:9]),
            torch.from_numpy(rhythm[1:9]),
            torch.from_numpy(heard[1:9]),
        )
    np.testing.assert_allclose(found, (expected - first).numpy(), rtol=1e-4)


def exported(model: MusicModel, network: Network, path: Path, **facts: object) -> Path:
    ranks = {
        "ranks.quantiles": model.quantiles.astype(np.float32),
        "ranks.bank": model.bank.astype(np.float32),
        "ranks.bank_key": model.bank_key,
        "ranks.bank_metre": model.bank_metre,
    }
    checkpoint.export(path, network, ranks, {**model.facts, **facts})
    return path


def test_weights_come_back_from_the_file(model: MusicModel, network: Network, tmp_path: Path) -> None:
    path = exported(model, network, tmp_path / "small.safetensors")
    back = load_model(path)
    assert back.config == model.config
    for name, array in model.weights.items():
        np.testing.assert_allclose(back.weights[name], array, atol=1e-3)
    again, _ = checkpoint.load_network(path)
    assert again.parameter_count() == network.parameter_count()


def test_loading_can_be_cancelled(model: MusicModel, network: Network, tmp_path: Path) -> None:
    path = exported(model, network, tmp_path / "small.safetensors")

    def cancel(done: float, total: float, note: str = "") -> None:
        raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        load_model(path, cancel)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "not ours"])
def test_damaged_weights_give_a_clear_error(damage: str, model: MusicModel, network: Network, tmp_path: Path) -> None:
    path = tmp_path / "small.safetensors"
    if damage != "missing":
        exported(model, network, path)
        data = path.read_bytes()
        changed = {"empty": b"", "cut": data[: len(data) // 2], "not ours": b"\x02\0\0\0\0\0\0\0{}"}[damage]
        path.write_bytes(changed)
    with pytest.raises(ModelMissing, match="fetch it again or choose another"):
        load_model(path)
    with pytest.raises(ModelMissing, match="choose another or fetch it again"):
        checkpoint.load_network(path)


def test_weights_of_another_shape_are_refused(model: MusicModel) -> None:
    weights = dict(model.weights)
    weights["heard.weight"] = weights["heard.weight"][:, :-1]
    weights |= {name: getattr(model, name.partition(".")[2]) for name in ("ranks.quantiles", "ranks.bank")}
    weights |= {"ranks.bank_key": model.bank_key, "ranks.bank_metre": model.bank_metre}
    with pytest.raises(ValueError, match=r"heard\.weight has another shape"):
        MusicModel(model.config, weights, model.facts)


def test_weights_for_other_attributes_are_refused(model: MusicModel, network: Network, tmp_path: Path) -> None:
    path = exported(model, network, tmp_path / "small.safetensors", attributes=["loudness"])
    with pytest.raises(ModelMissing, match="other attributes"):
        load_model(path)


def test_the_facts_are_json(model: MusicModel) -> None:
    assert json.loads(json.dumps(model.facts)) == model.facts


def test_tiny_models_differ_by_seed_alone() -> None:
    first, same, other = tiny_model(1), tiny_model(1), tiny_model(2)
    np.testing.assert_array_equal(first.weights["norm.bias"], same.weights["norm.bias"])
    assert (first.weights["norm.bias"] != other.weights["norm.bias"]).any()
