"""The network: numpy is torch, blocks are the whole, live looks no further than it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from made_voice import made_voice, tiny_face
from safetensors.numpy import save_file

from generators.errors import ModelAltered
from generators.face.actions import SPEECH
from generators.face.config import OUTPUTS, NetworkConfig, weight_shapes
from generators.face.features import features_of
from generators.face.model import TINY, CurveStream, load_model, tiny_model
from generators.face.network import Network
from generators.face.phones import PHONES
from generators.face.stream import LiveListener, SpeechStream
from generators.runtime.training_files import write_tensors


@pytest.mark.parametrize("is_live", [True, False])
def test_numpy_is_torch(tmp_path: Path, is_live: bool) -> None:
    torch.manual_seed(0)
    network = Network(NetworkConfig(width=32, hidden=48)).eval()
    write_tensors(tmp_path / "w.safetensors", network.state_dict(), {"config": network.config.as_dict()})
    model = load_model(tmp_path / "w.safetensors")
    features = features_of(made_voice(3.0))
    with torch.no_grad():
        live, whole = network(torch.from_numpy(features)[None])
    told = live if is_live else whole
    actions, log_sounds = CurveStream(model, is_live=is_live).push(features, is_last=True)
    assert actions == pytest.approx(told.actions[0].numpy(), abs=2e-5)
    assert log_sounds == pytest.approx(torch.log_softmax(told.sounds[0], -1).numpy(), abs=2e-4)


def test_the_shapes_of_the_weights_are_those_of_the_network() -> None:
    config = NetworkConfig()
    found = {name: tuple(tensor.shape) for name, tensor in Network(config).state_dict().items()}
    assert found == weight_shapes(config)
    halves = 2 * sum(int(np.prod(shape)) for shape in found.values())
    assert halves < 5 << 20
    assert sum(row[0] for row in config.trunk) * config.width < 10_000


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(0, 90), st.booleans())
@settings(max_examples=30, deadline=None)
def test_blocks_give_what_the_whole_gives(cuts: list[int], frames: int, is_live: bool) -> None:
    model = tiny_model(1)
    features = np.random.default_rng(frames).uniform(0, 2, (frames, 64)).astype(np.float32)
    whole = CurveStream(model, is_live=is_live).push(features, is_last=True)
    stream, parts, place = CurveStream(model, is_live=is_live), [], 0
    for cut in cuts:
        parts.append(stream.push(features[place : place + cut]))
        place += cut
    parts.append(stream.push(features[place:], is_last=True))
    for number, expected in enumerate(whole):
        found = np.concatenate([part[number] for part in parts])
        assert found.shape == expected.shape == (frames, len(SPEECH) if number == 0 else len(PHONES))
        assert found == pytest.approx(expected, abs=1e-5)


def test_live_looks_no_further_than_it_says() -> None:
    config = NetworkConfig()
    assert config.look_ahead_s <= 0.12
    voice = made_voice(2.0)
    for frame in (30, 31, 32, 47):
        changed = voice.copy()
        heard = int((frame / 60.0 + config.look_ahead_s) * 16_000) + 1
        changed[heard:] = 0.3 * np.random.default_rng(0).standard_normal(len(voice) - heard)
        first, second = (SpeechStream(tiny_model(2), is_live=True) for _ in range(2))
        before = np.concatenate([first.push(voice).actions, first.finish().actions])
        after = np.concatenate([second.push(changed).actions, second.finish().actions])
        assert before[: frame + 1] == pytest.approx(after[: frame + 1], abs=1e-6)
        assert not np.allclose(before, after, atol=1e-3)


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_live_frames_come_in_time(rate: int) -> None:
    listener = LiveListener(tiny_model(2), rate)
    voice, block, frames = made_voice(2.0, rate), rate // 100, 0
    late = []
    for place in range(0, len(voice) - block + 1, block):
        frames += len(listener.push(voice[place : place + block, None].repeat(2, axis=1)))
        late.append((place + block) / rate - (frames - 1) / 60.0)
    # a block, and the next frame not yet due
    assert max(late[30:]) <= listener.look_ahead_s + 1 / 60 + 0.0105
    assert listener.look_ahead_s < 0.13
    assert frames > 100


def test_live_gives_what_the_stream_gives() -> None:
    voice = made_voice(1.0)
    model = tiny_model(3)
    listener, stream = LiveListener(model, 16_000), SpeechStream(model, is_live=True)
    parts = [listener.push(voice[place : place + 333]) for place in range(0, len(voice), 333)]
    assert np.concatenate(parts) == pytest.approx(stream.push(voice).actions, abs=1e-5)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    for data in (b"", b"not safetensors at all", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "):
        path.write_bytes(data)
        with pytest.raises(ModelAltered):
            load_model(path)
    save_file({"a": np.zeros(3, np.float32)}, path, {"facts": json.dumps({"config": TINY.as_dict()})})
    with pytest.raises(ModelAltered):
        load_model(path)
    with pytest.raises(ModelAltered):
        load_model(tmp_path / "none.safetensors")


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    path = tiny_face(tmp_path / "w.safetensors")
    assert load_model(path).config == TINY
    tensors = load_file(path)
    tensors["stem.bias"][0] = np.nan
    save_file(tensors, path, {"facts": json.dumps({"config": TINY.as_dict()})})
    with pytest.raises(ModelAltered, match="another network"):
        load_model(path)


def test_outputs_hold_actions_and_sounds() -> None:
    assert len(SPEECH) + len(PHONES) == OUTPUTS
