"""EmoFace's network: the published names and shapes, and what its published code gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from generators.errors import Cancelled
from generators.face import emoface_hearing
from generators.face.emoface import EmoFace, FrameEncoder, tiny_network
from generators.face.emoface_config import EMOTIONS, PUBLISHED, TINY, weight_shapes
from generators.face.emoface_curves import controllers, keyed, smoothed
from generators.face.request import FeelingKey

NEUTRAL = keyed(())
GOLDEN = Path(__file__).parents[1] / "data" / "emoface_state_dict.txt"


def sound(seconds: float, seed: int = 0, level: float = 0.1, offset: float = 0.0) -> np.ndarray:
    """Noise whose loudness comes and goes, at 16 kHz."""
    rng = np.random.default_rng(seed)
    count = round(seconds * 16_000)
    shape = 0.6 + 0.4 * np.sin(np.arange(count) / 2000.0)
    return (offset + level * shape * rng.normal(size=count)).astype(np.float32)


def in_blocks(samples: np.ndarray, size: int = 7001) -> Iterator[np.ndarray]:
    for begin in range(0, len(samples), size):
        yield samples[begin : begin + size]


def published(network: EmoFace, samples: np.ndarray, emotion: str) -> np.ndarray:
    """What the published code computes, step by step, with torch's and transformers' own parts."""
    config, prepared = network.config, torch.from_numpy((samples - samples.mean()) / np.sqrt(samples.var() + 1e-7))
    frames = int(len(samples) / 16_000 * 60)
    audio = network.audio_encoder
    features = functional.interpolate(
        audio.feature_extractor(prepared[None].float()), size=frames, align_corners=True, mode="linear"
    )
    hidden, _ = audio.feature_projection(features.transpose(1, 2))
    hidden = audio.encoder(hidden)[0]
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(config.width, config.heads, config.inner), config.layers, enable_nested_tensor=False
    )
    encoder.load_state_dict(network.encoder.state_dict())
    x = network.in_fn(hidden)
    x = x + network.pos_encoder.pe[: x.size(0), :]
    x = network.emotion(network.embed(torch.tensor([[EMOTIONS.index(emotion)]]))) + x
    with torch.no_grad():
        moved: torch.Tensor = network.out_fn(encoder.eval()(x))[0]
    return moved.numpy()


def test_the_published_names_and_shapes_in_their_order() -> None:
    golden = [line.split("\t") for line in GOLDEN.read_text(encoding="ascii").splitlines()]
    wanted = [(name, tuple(int(size) for size in shape.strip("(),").split(","))) for name, shape in golden]
    with torch.device("meta"):
        network = EmoFace(PUBLISHED)
    assert [(name, tuple(value.shape)) for name, value in network.state_dict().items()] == wanted
    assert list(weight_shapes(PUBLISHED).items()) == wanted
    trained = [np.prod(shape) for name, shape in wanted if name != "pos_encoder.pe"]
    assert round(sum(trained) / 1e6, 1) == 126.8


def test_the_encoder_is_torchs_fed_the_wrong_way_round() -> None:
    torch.manual_seed(1)
    theirs = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(TINY.width, TINY.heads, TINY.inner), TINY.layers, enable_nested_tensor=False
    ).eval()
    for weight in theirs.parameters():
        nn.init.normal_(weight, std=0.5)
    ours = FrameEncoder(TINY).eval()
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(1, 40, TINY.width)
    with torch.no_grad():
        expected, found = theirs(x)[0], ours(x[0])
        fed_right = theirs(x.transpose(0, 1))[:, 0]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    assert (fed_right - expected).abs().max() > 0.1  # it would have mattered


def test_every_frame_stands_at_the_first_position() -> None:
    network = tiny_network()
    x = torch.zeros(5, TINY.width)
    expected = torch.tensor([0.0, 1.0]).repeat(TINY.width // 2).expand(5, -1)
    torch.testing.assert_close(network.pos_encoder(x), expected)
    place = network.pos_encoder.pe[7, 0]
    assert place[2] == pytest.approx(np.sin(7 * 10_000 ** (-2 / TINY.width)), abs=1e-5)
    assert place[3] == pytest.approx(np.cos(7 * 10_000 ** (-2 / TINY.width)), abs=1e-5)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_clip_with_one_emotion_is_what_the_published_code_gives(emotion: str) -> None:
    network, samples = tiny_network(3), sound(2.3, offset=0.02)
    expected = smoothed(published(network, samples, emotion))
    found = controllers(network, lambda: in_blocks(samples), keyed((FeelingKey(0.0, {emotion: 1.0}),)))
    assert found.shape == (int(2.3 * 60), 174)
    np.testing.assert_allclose(found, expected, atol=2e-4)
    assert expected.std(axis=0).mean() > 0.01


@pytest.mark.parametrize("size", [37, 399, 5000, 10**9])
def test_the_size_of_the_blocks_changes_nothing(size: int) -> None:
    network, samples = tiny_network(), sound(0.7)
    expected = controllers(network, lambda: [samples], NEUTRAL)
    found = controllers(network, lambda: in_blocks(samples, size), NEUTRAL)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("level", [1e-5, 1e-3, 1.0])
@pytest.mark.parametrize("offset", [0.0, 0.4])
def test_loudness_and_offset_are_taken_out_as_published(level: float, offset: float) -> None:
    network, samples = tiny_network(), sound(1.0, level=level, offset=offset)
    if level < 1e-4 and offset:
        samples = np.full_like(samples, offset)  # single precision cannot tell them apart
    expected = smoothed(published(network, samples.astype(np.float64), "neutral"))
    np.testing.assert_allclose(controllers(network, lambda: [samples], NEUTRAL), expected, atol=2e-3)


@pytest.mark.parametrize("count", [0, 1, 266, 267, 399, 400, 401, 719, 720])
def test_the_shortest_sounds(count: int) -> None:
    network, samples = tiny_network(), sound(1.0)[:count]
    found = controllers(network, lambda: [samples] if count else [], NEUTRAL)
    assert found.shape == (max(1, int(max(count, 400) / 16_000 * 60)), 174)
    assert np.isfinite(found).all()


def test_silence_is_still() -> None:
    found = controllers(tiny_network(), lambda: [np.zeros(80_000, np.float32)], NEUTRAL)
    assert np.ptp(found[80:-80], axis=0).max() < 1e-3  # the ends are felt through the convolution of positions
    assert np.isfinite(found).all()


def test_a_long_recording_has_no_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    network, samples = tiny_network(5), sound(14.0)
    whole = controllers(network, lambda: [samples], NEUTRAL)
    monkeypatch.setattr(emoface_hearing, "WINDOW_S", 6.0)
    monkeypatch.setattr(emoface_hearing, "OVERLAP_S", 3.0)
    found = controllers(network, lambda: in_blocks(samples), NEUTRAL)
    assert found.shape == whole.shape
    assert np.abs(np.diff(found, axis=0)).max() <= 1.5 * np.abs(np.diff(whole, axis=0)).max()
    # a network with random weights attends to everything alike; ends that are whole in both agree all the same
    error, spread = np.abs(found - whole).mean(), whole.std(axis=0).mean()
    assert error < 0.5 * spread


@pytest.mark.parametrize("frames", [1, 479, 480, 481, 3599, 3600, 3601, 6720, 6721, 36_000, 648_000])
def test_windows_share_all_frames_out(frames: int) -> None:
    windows = emoface_hearing._windows(frames)
    assert len(windows) == (1 if frames <= 3600 else len(windows))
    total = np.zeros(frames)
    for index, (begin, end) in enumerate(windows):
        assert 0 < end - begin <= 3600
        before = windows[index - 1][1] if index else begin
        after = windows[index + 1][0] if index + 1 < len(windows) else end
        total[begin:end] += emoface_hearing._share(begin, before, after, end)
    np.testing.assert_allclose(total, 1.0, atol=1e-5)


def test_mixtures_go_over_in_time() -> None:
    keys = (FeelingKey(1.0, {"sad": 0.5}), FeelingKey(2.0, {"happy": 3.0, "surprise": 1.0}))
    found = keyed(keys)(np.array([0.0, 1.0, 1.5, 2.0, 9.0]))
    at = EMOTIONS.index
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-6)
    assert found[0, at("sad")] == found[1, at("sad")] == found[1, at("neutral")] == 0.5
    assert found[2, at("sad")] == pytest.approx(0.25)
    assert found[2, at("happy")] == pytest.approx(0.375)
    assert found[4, at("happy")] == 0.75
    np.testing.assert_allclose(NEUTRAL(np.array([0.0, 5.0]))[:, at("neutral")], 1.0)


def test_a_feeling_that_grows_moves_the_face_more() -> None:
    network, samples = tiny_network(2), sound(1.0)
    clips = [
        controllers(network, lambda: [samples], keyed((FeelingKey(0.0, {"happy": amount}),)))
        for amount in (0.0, 0.3, 1.0)
    ]
    some, all_of_it = (np.abs(clip - clips[0]).mean() for clip in clips[1:])
    assert 0 < some < all_of_it
    grown = controllers(network, lambda: [samples], keyed((FeelingKey(0.0), FeelingKey(59 / 60, {"happy": 1.0}))))
    np.testing.assert_allclose(grown[0], clips[0][0], atol=0.1)
    assert np.abs(grown[-1] - clips[2][-1]).mean() < np.abs(grown[-1] - clips[0][-1]).mean()


def test_smoothing_keeps_cubics_and_holds_the_ends() -> None:
    at = np.linspace(-1.0, 1.0, 80)
    curve = (at**3 - 0.5 * at + 0.2)[:, None].astype(np.float32)
    np.testing.assert_allclose(smoothed(curve)[7:-7], curve[7:-7], atol=1e-6)
    step = np.concatenate([np.zeros(30), np.ones(30)])[:, None].astype(np.float32)
    assert smoothed(step)[0, 0] == 0.0
    assert smoothed(step)[-1, 0] == pytest.approx(1.0)
    assert smoothed(np.ones((1, 2), np.float32)) == pytest.approx(np.ones((1, 2)))


def test_it_says_how_far_it_is_and_can_be_cancelled() -> None:
    network, samples, seen = tiny_network(), sound(1.0), []

    def note(done: float, total: float, note: str = "") -> None:
        assert note
        seen.append(done / total)

    controllers(network, lambda: in_blocks(samples), NEUTRAL, note)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)

    def stop(done: float, total: float, note: str = "") -> None:
        if done / total > 0.5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        controllers(network, lambda: [samples], NEUTRAL, stop)


def test_the_same_sound_gives_the_same_bytes() -> None:
    samples = sound(1.0)
    first, second = (controllers(tiny_network(4), lambda: in_blocks(samples), NEUTRAL) for _ in range(2))
    assert first.tobytes() == second.tobytes()
