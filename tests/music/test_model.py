"""Weights: the same numbers from numpy as from torch, and clear errors for damaged files."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from generators.errors import Cancelled, ModelMissing
from generators.music import checkpoint, tokens
from generators.music.cache import Cache
from generators.music.chord_labels import chord_of, chord_rows
from generators.music.conditions import BAR_FREE, ENSEMBLE, METRE, WHOLE_FREE
from generators.music.config import PITCH_STAGE, event_rows, weight_shapes
from generators.music.decoder import Plan, write_events
from generators.music.folded import HEAD_COLUMNS, gelu
from generators.music.grammar import BarPlan
from generators.music.heads import Heads
from generators.music.lookups import CHORD, HEARD, BarAid, roll_of, window_lookups
from generators.music.model import MusicModel, load_model, tiny_model
from generators.music.network import Network


@pytest.fixture(scope="module")
def network(model: MusicModel) -> Network:
    network = Network(model.config).eval()
    network.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in model.weights.items()})
    return network


@dataclasses.dataclass(frozen=True)
class Told:
    """Events of one piece with all that is told of it: whole (W,), bars (b + 1, BARS), and an aid for each bar."""

    events: np.ndarray
    whole: np.ndarray
    bars: np.ndarray
    aids: list[BarAid]

    @property
    def number(self) -> np.ndarray:
        """The bar of each event."""
        return np.asarray(np.cumsum(self.events[:, 0] == tokens.BAR) - 1)


def told_piece(model: MusicModel, seed: int) -> Told:
    rng = np.random.default_rng(seed)
    bars = 8
    whole, bar = (
        np.tile(rng.integers(0, WHOLE_FREE + 1), (bars + 1, 1)),
        rng.integers(0, BAR_FREE + 1, (bars + 1, len(BAR_FREE))),
    )
    whole[:, METRE], whole[:, ENSEMBLE] = 0, 1
    chord = chord_rows(chord_of(2, "m"))
    fixed = np.array([[12, 0, 55, 5, 8], [48, 1, 67, 5, 8]])
    roll = roll_of(fixed[:, 0], fixed[:, 2])
    aids = [
        BarAid(fixed=roll if index % 3 == 1 else None, following=roll, chord=chord if index % 2 else None, key=index)
        for index in range(bars)
    ]
    plans = [BarPlan(fixed if index % 3 == 1 else fixed[:0], (0, 1), None, aid, 3) for index, aid in enumerate(aids)]
    plan = Plan(plans, (4, 4), whole, bar, guidance=1.0)
    events = write_events(model, plan, rng)[: model.config.context]
    number = np.cumsum(events[:, 0] == tokens.BAR) - 1
    for index in range(3, int(number[-1]) + 1):
        source = events[number == index - 3][1:]
        if index < bars:
            aids[index] = dataclasses.replace(aids[index], echo=roll_of(source[:, 0], source[:, 2]))
    return Told(events, whole[0], bar, [*aids, BarAid()])


def test_names_and_shapes_are_those_of_the_network(network: Network) -> None:
    assert {name: tuple(value.shape) for name, value in network.state_dict().items()} == weight_shapes(network.config)


def torch_losses(network: Network, told: Told, begin: int) -> tuple[np.ndarray, np.ndarray]:
    """The states (n, C), and the nats of each field (5,) of the events from `begin` on, by torch."""
    rhythm, heard = window_lookups(told.events, 96, told.aids)
    with torch.no_grad():
        state = network(
            torch.from_numpy(event_rows(told.events))[None],
            torch.from_numpy(told.whole)[None],
            torch.from_numpy(told.bars)[None],
            torch.from_numpy(told.number)[None],
        )[0]
        losses = network.losses(
            state[begin - 1 : -1],
            torch.from_numpy(told.events[begin - 1 : -1]),
            torch.from_numpy(told.events[begin:]),
            torch.from_numpy(rhythm[begin:]),
            torch.from_numpy(heard[begin:]),
        )
    return state.numpy(), losses.numpy()


def numpy_losses(model: MusicModel, told: Told, states: np.ndarray, begin: int) -> np.ndarray:
    """The nats of each field (5,) of the events from `begin` on, by the heads in numpy, all rows at once."""
    rhythm, heard = window_lookups(told.events, 96, told.aids)
    fields, before = told.events[begin:], told.events[begin - 1 : -1]
    place = np.where(before[:, 0] == tokens.BAR, -1, before[:, 0])
    is_same = fields[:, 0] == place
    heads = Heads(model)
    x = states[begin - 1 : -1] + np.stack([heads.rhythm(row) for row in rhythm[begin:]])
    logits = heads.slot(x)
    index = np.arange(tokens.SLOT_CLASSES)
    logits[(index <= place[:, None]) & (index < tokens.BAR)] = -np.inf
    logits[place < 0, tokens.SAME] = -np.inf
    found = np.zeros(5)
    found[0] = nats(logits, np.where(is_same, tokens.SAME, fields[:, 0]))
    note = fields[:, 0] != tokens.BAR
    x = x[note] + is_same[note, None] * model.links[0].given[tokens.SAME]
    for link in range(4):
        if link == PITCH_STAGE:
            heads.hear(x, heard[begin:][note])
        heads.link(link, x, fields[note, link])
        logits = heads.logits(link, x, heard[begin:][note])
        if link == PITCH_STAGE:
            ceiling = np.where(is_same & (before[:, 1] == fields[:, 1]), before[:, 2], 128)[note]
            logits[np.arange(128)[None, :] >= ceiling[:, None]] = -np.inf
        found[link + 1] = nats(logits, fields[note, link + 1])
    return found


def plain(stream: np.ndarray) -> np.ndarray:
    """The states (n, C) that the heads' stream (n, C + 3) stands for."""
    width = stream.shape[1] - HEAD_COLUMNS
    np.testing.assert_allclose(stream[:, [width, -1]], np.tile([1e-5**0.5, 1.0], (len(stream), 1)), rtol=1e-6)
    return np.asarray(stream[:, :width] * width**0.5 + stream[:, width + 1 : width + 2])


def nats(logits: np.ndarray, chosen: np.ndarray) -> float:
    return float(-(logits[np.arange(len(chosen)), chosen] - np.logaddexp.reduce(logits, axis=1)).sum())


@pytest.mark.parametrize("seed", [0, 1])
def test_the_cache_and_the_heads_agree_with_torch(model: MusicModel, network: Network, seed: int) -> None:
    told = told_piece(model, seed)
    begin = 9
    expected_states, expected = torch_losses(network, told, begin)
    below, above = model.told(np.tile(told.whole, (len(told.bars), 1)), told.bars)
    x = model.embed(told.events) + below[told.number]
    cache = Cache(model)
    states = [cache.extend(0, x[: begin + 1])[0]]
    states += [cache.step(np.array([0]), x[index : index + 1])[0] for index in range(begin + 1, len(told.events))]
    found = np.zeros((len(told.events), model.config.width + HEAD_COLUMNS), np.float32)
    found[begin:] = np.stack(states) + above[told.number[begin:]]
    np.testing.assert_allclose(plain(found[begin:]), expected_states[begin:], atol=3e-5)
    nats_found = numpy_losses(model, told, found, begin + 1)
    np.testing.assert_allclose(nats_found, torch_losses(network, told, begin + 1)[1], rtol=1e-4)
    assert (expected > 0).all()


def test_rows_of_different_lengths_step_as_if_alone(model: MusicModel) -> None:
    pieces = [told_piece(model, seed) for seed in range(3)]
    lengths = (5, 20, 11)
    together = Cache(model, 4)
    alone = [Cache(model) for _ in pieces]
    for row, (piece, length) in enumerate(zip(pieces, lengths, strict=True)):
        x = model.embed(piece.events[:length])
        np.testing.assert_array_equal(together.extend(row, x), alone[row].extend(0, x))
    together.copy(1, 3)
    for step in range(6):
        rows = np.array([0, 1, 2] if step % 2 else [2, 0])
        x = np.concatenate([model.embed(pieces[row].events[lengths[row] + step][None]) for row in rows.tolist()])
        found = together.step(rows, x)
        expected = [alone[row].step(np.array([0]), x[at : at + 1])[0] for at, row in enumerate(rows.tolist())]
        np.testing.assert_allclose(found, np.stack(expected), atol=1e-5)
    assert together.used.tolist() == [11, 23, 17, 20]


def test_streams_share_what_was_heard_but_not_what_was_asked(model: MusicModel) -> None:
    rng = np.random.default_rng(3)
    heard = (rng.random((2, HEARD, 128)) < 0.02).astype(np.float32)
    unasked = heard.copy()
    unasked[:, CHORD:] = 0.0
    alone, both = Heads(model), Heads(model, 2)
    state = rng.normal(size=(4, model.config.width + HEAD_COLUMNS)).astype(np.float32)
    found, told, free = state.copy(), state[0::2].copy(), state[1::2].copy()
    both.hear(found, heard)
    alone.hear(told, heard)
    alone.hear(free, unasked)
    np.testing.assert_allclose(found[0::2], told, atol=1e-5)
    np.testing.assert_allclose(found[1::2], free, atol=1e-5)
    given = np.array([0, 1])
    both.link(PITCH_STAGE, found, np.repeat(given, 2))
    alone.link(PITCH_STAGE, told, given)
    logits = both.logits(PITCH_STAGE, found, heard)
    np.testing.assert_allclose(logits[0::2], alone.logits(PITCH_STAGE, told, heard), atol=1e-4)


def test_gelu_of_far_values_is_right() -> None:
    values = np.array([-60.0, -8.0, -1.0, 0.0, 1.0, 8.0, 60.0], dtype=np.float32)
    unit = np.float32(-((2.0 * (2.0 / np.pi) ** 0.5 * 0.044715) ** (1.0 / 3.0)))
    found = values * unit
    with np.errstate(over="ignore"):
        gelu(found, np.empty_like(found))
    expected = torch.nn.functional.gelu(torch.from_numpy(values), approximate="tanh").numpy()
    np.testing.assert_allclose(found / unit, expected, atol=1e-6)


def exported(model: MusicModel, network: Network, path: Path, **facts: object) -> Path:
    ranks = {
        "ranks.quantiles": model.quantiles.astype(np.float32),
        "ranks.feature_quantiles": model.feature_quantiles.astype(np.float32),
        "ranks.bank": model.bank.astype(np.float32),
        "ranks.bank_features": model.bank_features.astype(np.float32),
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
    ranks = ("quantiles", "feature_quantiles", "bank", "bank_features", "bank_key", "bank_metre")
    weights |= {f"ranks.{name}": getattr(model, name) for name in ranks}
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
