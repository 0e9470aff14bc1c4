"""A face to an avatar by the Virtual Motion Capture protocol: OSC over UDP, sixty times a second on a steady clock.

Source: "Virtual Motion Capture Protocol" 2.7 (sh-akira), Performer to Marionette.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Self

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.errors import BadInput, BadRequest
from generators.face.actions import INDEX, NAMES
from generators.face.live import osc
from generators.face.rig import ACTIONS_RIG
from generators.face.rigs import rig_named
from generators.face.rotations import turns_of

DEFAULT_PORT = 39_539
FRAME_RATE_HZ = 60.0
MOST_BYTES = 1_400
"""What one packet holds on every network without being cut."""
_LATE_S = 0.25
"""A clock that is this late goes on from now, and does not hurry after what is past."""

NAME_STYLES: tuple[str, ...] = ("vrm", "vrm0", "arkit")
"""The presets of VRM 1.0, those of VRM 0, and ARKit's 52 shapes as avatars with "perfect sync" name them."""
_VRM0 = {
    "happy": "Joy", "angry": "Angry", "sad": "Sorrow", "relaxed": "Fun", "surprised": "Surprised",
    "aa": "A", "ih": "I", "ou": "U", "ee": "E", "oh": "O",
    "blink": "Blink", "blinkLeft": "Blink_L", "blinkRight": "Blink_R",
    "lookUp": "LookUp", "lookDown": "LookDown", "lookLeft": "LookLeft", "lookRight": "LookRight",
}  # fmt: skip


class VmcSender:
    """Sends frames of actions to one avatar. Use it in a `with` block.

    With `with_head` the head's bone is turned too; without it an avatar keeps the head that other trackers give it.

    Raises:
        BadRequest: unknown names, or a host that cannot be found.
    """

    def __init__(self, host: str, port: int = DEFAULT_PORT, names: str = "vrm", *, with_head: bool = False) -> None:
        if names not in NAME_STYLES:
            raise BadRequest(f"An avatar has no “{names}” names: choose {', '.join(NAME_STYLES)}.")
        self._rig = rig_named("arkit" if names == "arkit" else "vrm")
        self._called = [_called(control.name, names) for control in self._rig.controls if not control.unit]
        self._with_head = with_head
        self._began_s = time.monotonic()
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
            self._socket = socket.socket(family, kind, protocol)
            self._address = address
        except (OSError, OverflowError, UnicodeError) as error:
            raise BadRequest(f"“{host}:{port}” cannot be reached: write the avatar's HOST:PORT.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, frame: npt.NDArray[np.float32]) -> None:
        """Send one frame (actions,) of facial actions."""
        for packet in self.packets(frame):
            try:
                self._socket.sendto(packet, self._address)
            except ConnectionRefusedError:  # nobody listens yet: an avatar may come later
                return
            except OSError as error:
                raise BadInput(
                    f"The avatar cannot be reached any more ({error.strerror}): check the network."
                ) from error

    def packets(self, frame: npt.NDArray[np.float32]) -> list[bytes]:
        """The packets of one frame: that we are there and the time, every shape, and that they are to be shown."""
        curves = self._rig.from_actions(RigCurves(ACTIONS_RIG, NAMES, frame.reshape(1, -1)))
        weights = curves.values[0, : len(self._called)].tolist()
        told = [osc.message("/VMC/Ext/OK", 1), osc.message("/VMC/Ext/T", time.monotonic() - self._began_s)]
        if self._with_head:
            told.append(osc.message("/VMC/Ext/Bone/Pos", "Head", 0.0, 0.0, 0.0, *_head_in_unity(frame)))
        for name, weight in zip(self._called, weights, strict=True):
            told.append(osc.message("/VMC/Ext/Blend/Val", name, weight))
        told.append(osc.message("/VMC/Ext/Blend/Apply"))
        return osc.bundles(told, MOST_BYTES)


def _called(name: str, style: str) -> str:
    if style == "vrm0":
        return _VRM0[name]
    return name[0].upper() + name[1:] if style == "arkit" else name


def _head_in_unity(frame: npt.NDArray[np.float32]) -> tuple[float, float, float, float]:
    """The head's rotation in Unity's axes, where x points to the character's right and turns go the other way."""
    angles = [np.array([float(frame[INDEX[f"head_{axis}"]])]) for axis in ("yaw", "pitch", "roll")]
    x, y, z, w = turns_of(*angles)[0].tolist()
    return x, -y, -z, w


class SteadyClock:
    """Ticks at a rate without drifting, whatever each tick's work takes.

    `now` and `sleep` are seconds of any clock, so that tests need not wait.
    """

    def __init__(
        self,
        rate_hz: float = FRAME_RATE_HZ,
        now: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._step_s = 1.0 / rate_hz
        self._now, self._sleep = now, sleep
        self._next_s = now()

    def wait(self) -> float:
        """Wait for the next tick; the time it was due."""
        ahead_s = self._next_s - self._now()
        if ahead_s > 0:
            self._sleep(ahead_s)
        elif -ahead_s > _LATE_S:
            self._next_s = self._now()
        due_s = self._next_s
        self._next_s += self._step_s
        return due_s


def send_curves(
    curves: RigCurves,
    sender: VmcSender,
    clock: SteadyClock | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Play the curves of a take to an avatar at their own speed; how many frames were sent before `stop` said so."""
    from generators.face.frame_rate import at_rate
    from generators.face.rigs import as_actions

    frames = at_rate(as_actions(curves), FRAME_RATE_HZ).values
    clock = clock or SteadyClock()
    for number, frame in enumerate(frames):
        if stop():
            return number
        clock.wait()
        sender.send(frame)
    return len(frames)
