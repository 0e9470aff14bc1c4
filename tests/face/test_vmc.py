"""Packets for avatars, received by an OSC server that is not ours."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage
from pythonosc.osc_server import BlockingOSCUDPServer

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.face.actions import INDEX, NAMES
from generators.face.live import osc
from generators.face.live.vmc import MOST_BYTES, SteadyClock, VmcSender, send_curves
from generators.face.rigs import rig_named
from generators.face.rigs.arkit import SHAPES


class Avatar:
    """An OSC server that keeps what it is told, and when."""

    def __init__(self) -> None:
        self.told: list[tuple[float, str, list[Any]]] = []
        dispatcher = Dispatcher()
        dispatcher.set_default_handler(lambda at, *values: self.told.append((time.perf_counter(), at, list(values))))
        self.server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
        self.port = int(self.server.server_address[1])
        self.thread = threading.Thread(target=lambda: self.server.serve_forever(0.01))
        self.thread.start()

    def frames(self) -> list[dict[str, float]]:
        """The shapes of every frame that was to be shown."""
        found, shapes = [], {}
        for _, address, values in self.told:
            if address == "/VMC/Ext/Blend/Val":
                shapes[values[0]] = values[1]
            elif address == "/VMC/Ext/Blend/Apply":
                found.append(dict(shapes))
        return found

    def wait_for(self, frames: int) -> None:
        until = time.perf_counter() + 10
        while len(self.frames()) < frames and time.perf_counter() < until:
            time.sleep(0.01)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    made = Avatar()
    yield made
    made.close()


def a_frame(**values: float) -> np.ndarray:
    frame = np.zeros(len(NAMES), dtype=np.float32)
    for name, value in values.items():
        frame[INDEX[name]] = value
    return frame


@given(
    number=st.integers(-(1 << 31), (1 << 31) - 1),
    real=st.floats(width=32, allow_nan=False),
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
)
def test_messages_are_what_others_read(number: int, real: float, text: str) -> None:
    read = OscMessage(osc.message("/a/b", text, number, real))
    assert read.address == "/a/b"
    assert read.params == [text, number, real]


def test_bundles_hold_all_messages_in_order_and_stay_small() -> None:
    messages = [osc.message("/n", k, "x" * (k % 50)) for k in range(200)]
    packets = osc.bundles(messages, 300)
    assert max(map(len, packets)) <= 300
    read = [one for packet in packets for one in OscBundle(packet)]
    assert [one.params[0] for one in read] == list(range(200))
    assert osc.bundles([], 300) == []


@pytest.mark.parametrize(
    ("names", "mouth", "blink", "count"),
    [("vrm", "aa", "blink", 17), ("vrm0", "A", "Blink", 17), ("arkit", "JawOpen", "EyeBlinkLeft", 52)],
)
def test_an_avatar_gets_every_shape_and_is_told_to_show_them(
    names: str, mouth: str, blink: str, count: int, avatar: Avatar
) -> None:
    with VmcSender("127.0.0.1", avatar.port, names) as sender:
        sender.send(a_frame(jaw_drop=0.8, blink_left=1.0, blink_right=1.0))
        avatar.wait_for(1)
    (shapes,) = avatar.frames()
    assert len(shapes) == count
    assert shapes[mouth] > 0.5
    assert shapes[blink] == pytest.approx(1.0)
    addresses = [address for _, address, _ in avatar.told]
    assert addresses[:2] == ["/VMC/Ext/OK", "/VMC/Ext/T"]
    assert addresses[-1] == "/VMC/Ext/Blend/Apply"
    assert "/VMC/Ext/Bone/Pos" not in addresses
    if names == "arkit":
        assert set(shapes) == {shape[0].upper() + shape[1:] for shape in SHAPES}


def test_packets_are_not_cut_by_the_network() -> None:
    with VmcSender("127.0.0.1", 9, "arkit") as sender:
        packets = sender.packets(a_frame(jaw_drop=1.0))
    assert len(packets) > 1
    assert max(map(len, packets)) <= MOST_BYTES


def test_the_head_turns_in_unitys_axes() -> None:
    with VmcSender("127.0.0.1", 9, with_head=True) as sender:
        (packet,) = sender.packets(a_frame(head_yaw=30.0))
    bone = next(one.params for one in OscBundle(packet) if one.address == "/VMC/Ext/Bone/Pos")
    assert bone[0] == "Head"
    # Unity's axes are left-handed: a turn to the character's left is negative about y
    assert bone[4:] == pytest.approx([0, -np.sin(np.radians(15)), 0, np.cos(np.radians(15))], abs=1e-6)


def test_a_take_is_played_at_sixty_frames_a_second(avatar: Avatar) -> None:
    values = np.zeros((12, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = np.linspace(0.1, 0.9, 12)
    with VmcSender("127.0.0.1", avatar.port, "arkit") as sender:
        sent = send_curves(RigCurves("actions", NAMES, values, 30.0), sender)
        avatar.wait_for(sent)
    assert sent == 24
    jaws = [frame["JawOpen"] for frame in avatar.frames()]
    assert jaws[::2] == pytest.approx(values[:, INDEX["jaw_drop"]].tolist(), abs=1e-5)
    applied = [at for at, address, _ in avatar.told if address == "/VMC/Ext/Blend/Apply"]
    assert applied[-1] - applied[0] > 20 / 60


def test_curves_of_a_rig_are_played_too() -> None:
    curves = rig_named("arkit").from_actions(RigCurves("actions", NAMES, np.stack([a_frame(jaw_drop=0.5)] * 3)))
    sent: list[np.ndarray] = []

    class Kept:
        def send(self, frame: np.ndarray) -> None:
            sent.append(frame)

    assert send_curves(curves, Kept(), SteadyClock(now=lambda: 0.0, sleep=lambda _: None)) == 3  # type: ignore[arg-type]
    assert sent[0][INDEX["jaw_drop"]] == pytest.approx(0.5, abs=1e-3)
    assert send_curves(curves, Kept(), SteadyClock(), stop=lambda: True) == 0  # type: ignore[arg-type]


def test_the_clock_does_not_drift_and_does_not_hurry_after_a_break() -> None:
    time_s, slept = 10.0, []

    def sleep(seconds: float) -> None:
        nonlocal time_s
        slept.append(seconds)
        time_s += seconds

    clock = SteadyClock(60.0, lambda: time_s, sleep)
    due = []
    for work_s in (0.001, 0.012, 0.020, 0.001, 0.005):
        due.append(clock.wait())
        time_s += work_s
    assert np.diff(due) == pytest.approx([1 / 60] * 4)
    time_s += 3.0  # the machine slept
    assert clock.wait() == pytest.approx(time_s)
    assert clock.wait() == pytest.approx(time_s)
    assert slept[-1] == pytest.approx(1 / 60)


def test_what_cannot_be_reached_is_told() -> None:
    with pytest.raises(BadRequest, match="choose vrm, vrm0, arkit"):
        VmcSender("127.0.0.1", 9, "unreal")
    with pytest.raises(BadRequest, match="HOST:PORT"):
        VmcSender("no host\0", 9)
    with VmcSender("127.0.0.1", 9) as sender:
        for _ in range(3):  # nobody listens: an avatar may come later
            sender.send(a_frame())
