"""A face that follows a voice while it sounds, and what keeps it going."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from generators.affect import AffectPoint
from generators.errors import BadInput, BadRequest, MissingDependency, UnknownEmotion
from generators.face import closures
from generators.face.actions import HIGH, INDEX, LOW, NAMES, SPEECH
from generators.face.live import face as live_face
from generators.face.live import microphone
from generators.face.live.face import CHANGE_S, LiveFace, now_s
from generators.face.live.session import LiveSession, file_blocks
from generators.face.live.vmc import SteadyClock
from generators.face.model import tiny_model
from generators.face.request import PerformRequest
from studio.commands.live import follow, parse_address

RATE_HZ = 48_000
HAPPY = AffectPoint(0.9, 0.5, 0.3)


def a_voice(seconds: float, seed: int = 0) -> np.ndarray:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    loud = 0.2 * (0.5 + 0.5 * np.sin(2 * np.pi * 3 * time_s))
    noise = np.random.default_rng(seed).normal(0, 0.3, len(time_s))
    return (loud * (np.sign(np.sin(2 * np.pi * 120 * time_s)) + noise)).astype(np.float32)


def a_face(**changes: object) -> LiveFace:
    return LiveFace(tiny_model(0), RATE_HZ, PerformRequest("", **changes))  # type: ignore[arg-type]


def pushed(face: LiveFace, voice: np.ndarray, block: int = 480) -> np.ndarray:
    return np.concatenate([face.push(voice[begin : begin + block]) for begin in range(0, len(voice), block)])


def test_frames_come_as_they_sound_and_stay_in_range() -> None:
    face = a_face(affect=HAPPY)
    frames = pushed(face, a_voice(4.0))
    assert frames.shape[1] == len(NAMES)
    assert 4.0 - face.look_ahead_s - 2 / 60 <= len(frames) / 60 <= 4.0
    assert face.look_ahead_s <= 0.125
    assert (frames >= LOW).all()
    assert (frames <= HIGH).all()
    assert frames[:, INDEX["blink_left"]].max() > 0.5  # somebody who talks blinks
    assert frames[:, INDEX["head_yaw"]].std() > 0.05


def test_blocks_of_any_length_give_the_same_face() -> None:
    voice = a_voice(1.5)
    one, other = pushed(a_face(), voice, 480), pushed(a_face(), voice, 1111)
    count = min(len(one), len(other))
    np.testing.assert_allclose(one[:count], other[:count], atol=2e-4)


def test_channels_and_bad_samples_do_no_harm() -> None:
    voice = np.stack([a_voice(0.5), a_voice(0.5, 1)], axis=1)
    voice[100:200] = np.nan
    voice[300:310] = 50.0
    frames = a_face().push(voice)
    assert len(frames) > 15
    assert np.isfinite(frames).all()


def test_a_feeling_shows_and_goes_over_to_the_next() -> None:
    face = a_face()
    silence = np.zeros(RATE_HZ, dtype=np.float32)
    before = pushed(face, silence)[-10:, INDEX["lip_corner_pull_left"]].mean()
    face.feel(HAPPY)
    after = pushed(face, np.tile(silence, 2))[:, INDEX["lip_corner_pull_left"]]
    assert after[-10:].mean() > before + 0.2
    assert np.abs(np.diff(after)).max() < 1.0 / (CHANGE_S * 60) * 3  # no jump
    face.feel({"sad": 1.0}, intensity=1.0)
    sad = pushed(face, np.tile(silence, 2))
    assert sad[-10:, INDEX["lip_corner_pull_left"]].mean() < before + 0.1
    with pytest.raises(UnknownEmotion):
        face.feel({"cheerful": 1.0})


def test_lips_meet_whatever_is_felt(monkeypatch: pytest.MonkeyPatch) -> None:
    face = a_face(feelings=())
    face.feel({"surprise": 1.0})
    speech = np.zeros((240, len(SPEECH)), dtype=np.float32)
    speech[:, SPEECH.index("jaw_drop")] = 0.3
    closed = slice(180, 186)
    speech[closed, SPEECH.index("lips_close")] = 0.3
    speech[closed, SPEECH.index("lip_press_left")] = 0.3
    monkeypatch.setattr(face._listener, "push", lambda samples: speech)
    values = face.push(np.zeros(10, dtype=np.float32))
    gap = values[:, INDEX["jaw_drop"]] - values[:, INDEX["lips_close"]] + values[:, INDEX["upper_lip_raise_left"]]
    assert gap[closed].max() < 0.03
    assert gap[150:175].min() > 0.2
    assert closures.gates_of(speech)[0][182] == pytest.approx(1.0)


def test_a_plan_is_made_anew_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_face, "PLAN_S", 2.0)
    frames = pushed(a_face(), np.zeros(7 * RATE_HZ, dtype=np.float32), 4800)
    assert np.abs(frames[300:, INDEX["gaze_yaw_left"]]).max() > 0.2
    assert np.isfinite(frames).all()


class Kept:
    def __init__(self) -> None:
        self.frames: list[tuple[float, np.ndarray]] = []

    def send(self, frame: np.ndarray) -> None:
        self.frames.append((time.perf_counter(), frame))


def microphone_blocks(seconds: float) -> Generator[tuple[float, np.ndarray], None, None]:
    """Blocks of 10 ms as a sound card gives them: when their last sample has sounded."""
    voice, clock = a_voice(seconds), SteadyClock(100.0)
    began_s = clock.wait()
    for number in range(round(seconds * 100)):
        clock.wait()
        yield began_s + number / 100, voice[number * 480 : (number + 1) * 480]


def test_a_session_sends_every_frame_in_time() -> None:
    kept = Kept()
    seen = []
    timing = LiveSession(a_face(), kept).run(microphone_blocks(1.5), lambda timing: seen.append(timing.sent))
    assert timing.sent + timing.left_out >= 1.5 * 60 - 10
    assert len(kept.frames) >= timing.sent
    assert seen[-1] == timing.sent
    # sound, network, clock: no wall-clock limit here, only that it was measured as it should be
    assert timing.percentile_ms(0.0) >= 100
    assert timing.percentile_ms(0.5) <= timing.percentile_ms(1.0)


def test_a_session_stops_when_it_is_told_to_and_says_what_failed() -> None:
    session = LiveSession(a_face(), Kept())
    session.stop()
    assert session.run(microphone_blocks(30.0)).sent == 0

    class Broken:
        def send(self, frame: np.ndarray) -> None:
            raise BadInput("The network is gone.")

    with pytest.raises(BadInput, match="gone"):
        LiveSession(a_face(), Broken()).run(microphone_blocks(30.0))


def test_a_recording_is_given_as_it_sounds(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, a_voice(0.5), RATE_HZ)
    began = now_s()
    blocks = list(file_blocks(path))
    assert now_s() - began >= 0.5
    assert {len(block) for _, block in blocks} == {160}
    assert len(blocks) >= 50
    assert np.diff([at for at, _ in blocks]) == pytest.approx([0.01] * (len(blocks) - 1), abs=1e-6)


class FakePortAudio:
    """What sounddevice gives: one microphone, which fills three blocks and then fails or falls silent."""

    class PortAudioError(Exception):
        pass

    def __init__(self, blocks: int = 3) -> None:
        self.blocks = blocks

    def query_devices(self, device: object, kind: str) -> dict[str, object]:
        if device == "none":
            raise ValueError("no device")
        return {"name": "Mic", "default_samplerate": 44_100.0}

    def InputStream(self, *, callback: object, blocksize: int, **settings: object) -> object:
        outer = self

        class Stream:
            def __enter__(self) -> None:
                class Times:
                    currentTime, inputBufferAdcTime = 5.0, 4.95

                for _ in range(outer.blocks):
                    callback(np.ones((blocksize, 1), dtype=np.float32), blocksize, Times, None)  # type: ignore[operator]

            def __exit__(self, *told: object) -> None:
                pass

        return Stream()


def test_a_microphone_gives_blocks_with_the_time_they_sounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "_library", FakePortAudio)
    monkeypatch.setattr(microphone, "_SILENT_S", 0.05)
    mic = microphone.Microphone()
    assert (mic.name, mic.sample_rate_hz) == ("Mic", 44_100)
    blocks = mic.blocks()
    at_s, samples = next(blocks)
    assert len(samples) == 441
    assert 0.05 <= now_s() - at_s < 5
    next(blocks), next(blocks)
    with pytest.raises(BadInput, match="gives nothing"):
        next(blocks)
    with pytest.raises(BadInput, match="no microphone called “none”"):
        microphone.Microphone("none")


def test_without_portaudio_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sounddevice", None)
    with pytest.raises(MissingDependency, match="libportaudio2"):
        microphone.Microphone()


def test_a_pad_steers_the_feeling_and_nonsense_does_not() -> None:
    face, stopped = a_face(), []
    lines = [
        "nonsense", "[1]", '{"affect": "x"}', '{"affect": [9, 9]}', '{"feeling": {"cheerful": 1}}', '{"feeling": 3}',
        "[" * 5000, json.dumps({"affect": [0.9, 0.5, 0.3], "intensity": 0.8}),
    ]  # fmt: skip
    follow(io.StringIO("\n".join(lines) + "\n"), face, lambda: stopped.append(1))
    assert stopped == [1]
    frames = pushed(face, np.zeros(2 * RATE_HZ, dtype=np.float32))
    assert frames[-5:, INDEX["lip_corner_pull_left"]].mean() > 0.15


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:39539", ("127.0.0.1", 39_539)), ("avatar", ("avatar", 39_539)), ("[::1]:9", ("::1", 9))],
)
def test_addresses(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", ":", "a:", "a:0", "a:99999", "a:b", "a:٣"])
def test_no_addresses(text: str) -> None:
    with pytest.raises(BadRequest, match="HOST:PORT"):
        parse_address(text)
