"""The microphone, through PortAudio: blocks as they sound, with as little delay as the machine allows.

Qt has a microphone too, but it belongs to the window, hands over larger blocks, and this work runs without either.
"""

from __future__ import annotations

import queue
from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.errors import BadInput, MissingDependency
from generators.face.live.face import now_s
from generators.face.live.session import BLOCK_S

_SILENT_S = 5.0
_MOST_BLOCKS = 200


def _library() -> Any:
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise MissingDependency(
            "The microphone needs PortAudio: install it (Debian and Ubuntu: apt install libportaudio2; the others have "
            "it already) and the Python package sounddevice."
        ) from error
    return sounddevice


class Microphone:
    """The microphone called `device` (part of its name, or its number), the system's own for "".

    Raises:
        MissingDependency: PortAudio is not installed.
        BadInput: there is no microphone, or none of this name.
    """

    def __init__(self, device: str = "") -> None:
        self._portaudio = _library()
        self._device: int | str | None = int(device) if device.isdigit() else device or None
        try:
            found = self._portaudio.query_devices(self._device, "input")
        except (ValueError, self._portaudio.PortAudioError) as error:
            named = f"called “{device}”" if device else "on this machine"
            raise BadInput(f"There is no microphone {named}: connect one, or choose another.") from error
        self.name = str(found["name"])
        self.sample_rate_hz = int(found["default_samplerate"])

    def blocks(self) -> Generator[tuple[float, npt.NDArray[np.float32]], None, None]:
        """Pairs of the time when a block began to sound, by the clock `now_s`, and its samples (frames,).

        Raises:
            BadInput: the microphone is in use, was taken away, or gives nothing.
        """
        waiting: queue.Queue[tuple[float, npt.NDArray[np.float32]]] = queue.Queue(_MOST_BLOCKS)
        block_s = 1.0 / self.sample_rate_hz

        def heard(samples: npt.NDArray[np.float32], frames: int, times: Any, _: Any) -> None:
            # what the sound card says of the block's age, where it says anything
            age_s = max(times.currentTime - times.inputBufferAdcTime, 0.0) if times.inputBufferAdcTime else 0.0
            age_s = max(min(age_s, 1.0), frames * block_s)
            if not waiting.full():
                waiting.put_nowait((now_s() - age_s, samples[:, 0].copy()))

        try:
            with self._portaudio.InputStream(
                samplerate=self.sample_rate_hz,
                blocksize=round(BLOCK_S * self.sample_rate_hz),
                device=self._device,
                channels=1,
                dtype="float32",
                latency="low",
                callback=heard,
            ):
                while True:
                    yield waiting.get(timeout=_SILENT_S)
        except queue.Empty as error:
            raise BadInput(f"The microphone “{self.name}” gives nothing: check that it may be used here.") from error
        except self._portaudio.PortAudioError as error:
            raise BadInput(f"The microphone “{self.name}” cannot be opened ({error}): close what uses it.") from error
