from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QIODevice
from pytestqt.qtbot import QtBot
from window_hands import Ears

from studio.clock import TransportClock
from studio.mixer import Mixer, Sounding
from studio.playback import Playback
from studio.sound import MixerStream


class Time:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def clock(length_s: float = 10.0, loop: bool = False) -> tuple[TransportClock, Time]:
    time = Time()
    made = TransportClock(time)
    made.set_length(length_s)
    made.set_loop(loop)
    return made, time


def sound(key: str = "a", length_s: float = 2.0) -> Sounding:
    return Sounding.whole(key, np.zeros((round(length_s * 44_100), 2), dtype=np.float32), 44_100)


def test_the_clock_runs_pauses_and_ends() -> None:
    made, time = clock()
    assert made.position_s == 0.0
    made.play()
    time.now_s += 4
    assert made.position_s == pytest.approx(4)
    made.pause()
    time.now_s += 100
    assert made.position_s == pytest.approx(4)
    made.play()
    time.now_s += 7
    assert made.position_s == 10.0
    assert made.at_end
    made.play()
    assert made.position_s == 0.0


def test_the_clock_wraps() -> None:
    made, time = clock(loop=True)
    made.play()
    time.now_s += 23
    assert made.position_s == pytest.approx(3)
    assert not made.at_end
    made.set_loop(False)
    assert made.position_s == pytest.approx(3)


def test_the_clock_follows_the_device() -> None:
    made, time = clock()
    made.play()
    time.now_s += 1
    made.follow(0.9)
    assert made.position_s == pytest.approx(0.99)
    made.follow(3.0)
    assert made.position_s == pytest.approx(3.0)
    made.pause()
    made.follow(8.0)
    assert made.position_s == pytest.approx(3.0)


def test_the_clock_is_not_led_astray_by_a_wrap() -> None:
    made, time = clock(loop=True)
    made.play()
    time.now_s += 9.99
    made.follow(0.02)
    assert made.position_s == pytest.approx(9.99)


@given(
    length_s=st.floats(0.1, 100),
    loop=st.booleans(),
    moves=st.lists(st.tuples(st.sampled_from("psjwf"), st.floats(-5, 50)), max_size=30),
)
def test_the_clock_stays_inside(length_s: float, loop: bool, moves: list[tuple[str, float]]) -> None:
    made, time = clock(length_s, loop)
    for move, amount in moves:
        match move:
            case "p":
                made.play()
            case "s":
                made.pause()
            case "j":
                made.seek(amount)
            case "w":
                time.now_s += abs(amount)
            case "f":
                made.follow(amount)
        assert 0.0 <= made.position_s <= length_s


def test_play_waits_for_the_sound(qtbot: QtBot) -> None:
    ears = Ears()
    playback = Playback(ears)
    playback.load("a", 2.0)
    assert playback.wants_sound
    playback.play()
    assert playback.playing
    assert playback.waiting
    playback.set_sound("b", sound("b"))
    assert playback.waiting
    playback.set_sound("a", sound())
    assert not playback.waiting
    assert ears.started == [(pytest.approx(0.0, abs=0.05), None)]
    qtbot.waitUntil(lambda: playback.position_s > 0)
    playback.set_loop(True)
    playback.seek(0.5)
    playback.seek(1.5)
    assert playback.playing
    assert ears.sounding is None
    qtbot.waitUntil(lambda: ears.sounding is not None)
    assert len(ears.started) == 2
    assert ears.started[-1] == (pytest.approx(1.5, abs=0.05), (0.0, pytest.approx(2.0)))
    playback.pause()
    assert ears.sounding is None
    playback.close()


def test_a_sound_that_cannot_be_made_plays_silently(qtbot: QtBot) -> None:
    playback = Playback(Ears())
    playback.load("a", 2.0)
    playback.play()
    playback.give_up_sound("a")
    assert playback.playing
    assert not playback.waiting
    qtbot.waitUntil(lambda: playback.position_s > 0.02)
    playback.close()


def test_the_clock_waits_until_the_device_has_begun(qtbot: QtBot) -> None:
    ears = Ears()
    ears.deaf = True
    playback = Playback(ears)
    playback.load("a", 2.0, sound())
    playback.play()
    qtbot.wait(80)
    assert playback.playing
    assert playback.position_s == 0.0
    ears.deaf = False
    qtbot.waitUntil(lambda: playback.position_s > 0.08)
    playback.close()


def test_no_device_and_a_refusing_one_say_so_once(qtbot: QtBot) -> None:
    for ears in (None, Ears(available=False), Ears()):
        playback = Playback(ears)
        said: list[str] = []
        playback.soundMissing.connect(said.append)
        playback.load("a", 0.05, sound("a", 0.05))
        if ears is not None:
            ears.accepts = False
        playback.play()
        assert playback.playing
        qtbot.waitUntil(lambda playback=playback: not playback.playing)
        assert playback.position_s == pytest.approx(0.05)
        playback.play()
        playback.close()
        assert len(said) == 1
        assert "silently" in said[0]


def test_another_piece_begins_at_its_start_and_goes_on_playing(qtbot: QtBot) -> None:
    ears = Ears()
    playback = Playback(ears)
    playback.load("a", 2.0, sound())
    playback.seek(1.0)
    playback.play()
    playback.load("b", 3.0, sound("b", 3.0))
    assert playback.key == "b"
    assert playback.playing
    assert ears.started[-1] == (pytest.approx(0.0, abs=0.05), None)
    playback.load("", 0.0)
    assert not playback.playing
    playback.play()
    assert not playback.playing
    playback.close()


def test_the_end_lets_the_sound_ring_out(qtbot: QtBot) -> None:
    ears = Ears()
    playback = Playback(ears)
    playback.load("a", 0.05, sound("a", 1.0))
    playback.play()
    qtbot.waitUntil(lambda: not playback.playing)
    assert ears.sounding is not None
    playback.seek(0.0)
    playback.pause()
    assert ears.sounding is None
    playback.close()


@given(
    frames=st.integers(0, 50),
    start=st.integers(0, 60),
    reads=st.lists(st.integers(0, 64), max_size=20),
)
def test_the_stream_gives_every_sample_in_order(frames: int, start: int, reads: list[int]) -> None:
    data = np.repeat(np.arange(1, frames + 1, dtype=np.float32)[:, None], 2, axis=1)
    mixer = Mixer(Sounding.whole("a", data, 44_100), start / 44_100)
    mixer._voice.gain = 1.0
    stream = MixerStream(mixer, lambda samples: samples.astype(np.int16))
    stream.open(QIODevice.OpenModeFlag.ReadOnly)
    got = np.frombuffer(b"".join(stream.readData(count) for count in reads), dtype=np.int16).reshape(-1, 2)
    assert len(got) == min(max(0, frames - start), sum(count // 4 for count in reads))
    assert (got == (start + 1 + np.arange(len(got)))[:, None]).all()
