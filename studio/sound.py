"""The sound device, through QtMultimedia: loaded when first needed, and absent without harm.

The device asks for samples and gets them from a Mixer, which never leaves a gap.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QIODevice, QLoggingCategory, QMessageLogContext, QtMsgType, qFormatLogMessage

from studio.clicks import Samples
from studio.mixer import Mixer, Place

BUFFER_MS = 120
DEVICE_DELAY_S = 0.04


def quieten_multimedia() -> None:
    """Keep QtMultimedia from writing about sound and video libraries that this machine lacks."""
    QLoggingCategory.setFilterRules("qt.multimedia.*=false")


def drop_pulse_noise(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """A Qt message handler that keeps one line of QtMultimedia from the terminal, which no category covers."""
    if not text.startswith("PulseAudioService:"):
        sys.stderr.write(f"{qFormatLogMessage(kind, context, text)}\n")


def load_multimedia() -> Any:
    """The QtMultimedia module, or None on a machine that lacks a library of its (libpulse0, say)."""
    quieten_multimedia()
    try:
        from PySide6 import QtMultimedia
    except ImportError:
        return None
    return QtMultimedia


class MixerStream(QIODevice):
    """What a Mixer gives, as bytes; `convert` turns its samples into what the device takes."""

    def __init__(self, mixer: Mixer, convert: Callable[[Samples], npt.NDArray[Any]]) -> None:
        super().__init__()
        self._mixer = mixer
        self._convert = convert
        self._frame_bytes = convert(np.zeros((1, 2), dtype=np.float32)).nbytes

    def readData(self, maxlen: int) -> bytes:
        """The next bytes, in whole frames; none at the end."""
        return self._convert(self._mixer.read(int(maxlen) // self._frame_bytes)).tobytes()

    def writeData(self, _data: Any, _maxlen: int = 0) -> int:
        """Nothing can be written here."""
        return -1

    def bytesAvailable(self) -> int:
        """How much is left: nobody knows until it ends."""
        return (0 if self._mixer.ended else 1 << 30) + super().bytesAvailable()

    def isSequential(self) -> bool:
        """A stream cannot be searched: the mixer goes to another place by itself."""
        return True


class NoSound:
    """A machine without a sound device, for pictures of the window: nothing is loaded or looked for."""

    available = False
    sample_rate_hz = 44_100

    def start(self, _mixer: Mixer) -> bool:
        """Refuse."""
        return False

    def stop(self) -> None:
        """There is nothing to stop."""

    def heard(self) -> Place | None:
        """Nothing is heard."""
        return None

    def set_volume(self, _volume: float) -> None:
        """There is nothing to set."""

    def devices(self) -> tuple[tuple[str, str], ...]:
        """There are none."""
        return ()

    def set_device(self, _name: str) -> None:
        """There is nothing to choose."""


def _name_of(device: Any) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")


class QtSound:
    """A sound output of the machine: the one that was chosen, or the usual one."""

    def __init__(self) -> None:
        self._module: Any = None
        self._device: Any = None
        self._sink: Any = None
        self._stream: MixerStream | None = None
        self._mixer: Mixer | None = None
        self._volume = 1.0
        self._looked = False
        self._wanted = ""

    def _look(self) -> None:
        if self._looked:
            return
        self._looked = True
        self._module = load_multimedia()
        if self._module is None:
            return
        usual = self._module.QMediaDevices.defaultAudioOutput()
        known = self._module.QMediaDevices.audioOutputs() if self._wanted else []
        device = next((device for device in known if _name_of(device) == self._wanted), usual)
        self._device = None if device.isNull() else device

    def devices(self) -> tuple[tuple[str, str], ...]:
        """The sound outputs of the machine, as (name to keep, name to show)."""
        self._look()
        if self._module is None:
            return ()
        return tuple((_name_of(device), device.description()) for device in self._module.QMediaDevices.audioOutputs())

    def set_device(self, name: str) -> None:
        """Play on the device with this name from the next start on; one that is away is waited for on the usual one."""
        if name != self._wanted:
            self.stop()
            self._wanted, self._looked = name, False

    @property
    def available(self) -> bool:
        """Whether there is a device."""
        self._look()
        return self._device is not None

    @property
    def sample_rate_hz(self) -> int:
        """44,100, or what the device prefers when it does not take that."""
        self._look()
        if self._device is None or self._device.isFormatSupported(self._format(44_100, 2)[0]):
            return 44_100
        return int(self._device.preferredFormat().sampleRate())

    def _format(self, rate_hz: int, channels: int) -> tuple[Any, Callable[[Samples], npt.NDArray[Any]]]:
        wanted = self._module.QAudioFormat()
        wanted.setSampleRate(rate_hz)
        wanted.setChannelCount(channels)
        wanted.setSampleFormat(self._module.QAudioFormat.SampleFormat.Float)
        if self._device.isFormatSupported(wanted):
            return wanted, lambda samples: samples
        wanted.setSampleFormat(self._module.QAudioFormat.SampleFormat.Int16)
        return wanted, lambda samples: (np.clip(samples, -1, 1) * 32767).astype(np.int16)

    def start(self, mixer: Mixer) -> bool:
        """Play what `mixer` gives; False if the device refuses."""
        self.stop()
        if not self.available:
            return False
        wanted, convert = self._format(mixer.sample_rate_hz, 2)
        self._mixer = mixer
        self._stream = MixerStream(mixer, convert)
        self._stream.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink = self._module.QAudioSink(self._device, wanted)
        self._sink.setBufferSize(wanted.bytesForDuration(BUFFER_MS * 1000))
        self._sink.setVolume(self._volume)
        self._sink.start(self._stream)
        if self._sink.error() not in (self._module.QtAudio.Error.NoError, self._module.QtAudio.Error.UnderrunError):
            self.stop()
            return False
        return True

    def stop(self) -> None:
        """Be silent."""
        if self._sink is not None:
            self._sink.stop()
            self._sink.deleteLater()
            self._sink = None
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def heard(self) -> Place | None:
        """What is heard now, as well as the device tells; None before it has begun."""
        if self._sink is None or self._mixer is None or self._sink.state() != self._module.QtAudio.State.ActiveState:
            return None
        # measured against a recording of the device: this runs some 50 ms ahead of the sound, the buffer is not in it
        taken_s: float = self._sink.processedUSecs() / 1e6 - DEVICE_DELAY_S
        return self._mixer.heard(round(taken_s * self._mixer.sample_rate_hz)) if taken_s > 0 else None

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0..1."""
        self._volume = volume
        if self._sink is not None:
            self._sink.setVolume(volume)
