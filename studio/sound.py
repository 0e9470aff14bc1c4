"""The sound device, through QtMultimedia: loaded when first needed, and absent without harm.

The samples stay in memory and are streamed from there; a loop wraps inside the stream, without a gap.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QIODevice, QLoggingCategory, QMessageLogContext, QtMsgType, qFormatLogMessage

from generators.artifacts import Audio

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


class SampleStream(QIODevice):
    """Interleaved samples as an endless or ending stream of bytes.

    `data` is any contiguous array of (frames, channels); `loop_frames` is where it wraps, None for not at all.
    """

    def __init__(self, data: npt.NDArray[Any], from_frame: int, loop_frames: int | None) -> None:
        super().__init__()
        self._bytes = memoryview(data.tobytes())
        self._frame_bytes = data.itemsize * (data.shape[1] if data.ndim > 1 else 1)
        frames = len(data)
        self._end = frames * self._frame_bytes
        self._loop = None if loop_frames is None else max(1, loop_frames) * self._frame_bytes
        self._place = max(0, from_frame) * self._frame_bytes
        self._lock = threading.Lock()

    def readData(self, maxlen: int) -> bytes:
        """The next bytes; silence between the end of the samples and the end of the loop."""
        wanted = int(maxlen) - int(maxlen) % self._frame_bytes
        pieces: list[bytes] = []
        with self._lock:
            while wanted > 0:
                limit = self._end if self._loop is None else self._loop
                if self._place >= limit:
                    if self._loop is None:
                        break
                    self._place = 0
                count = min(wanted, limit - self._place)
                heard = bytes(self._bytes[self._place : min(self._place + count, self._end)])
                pieces.append(heard + bytes(count - len(heard)))
                self._place += count
                wanted -= count
        return b"".join(pieces)

    def writeData(self, _data: Any, _maxlen: int = 0) -> int:
        """Nothing can be written here."""
        return -1

    def bytesAvailable(self) -> int:
        """How much is left."""
        left = 1 << 30 if self._loop is not None else max(0, self._end - self._place)
        return left + super().bytesAvailable()

    def isSequential(self) -> bool:
        """A stream cannot be searched: a seek opens another one."""
        return True


class NoSound:
    """A machine without a sound device, for pictures of the window: nothing is loaded or looked for."""

    available = False
    sample_rate_hz = 44_100

    def start(self, _audio: Audio, _from_s: float, _loop_s: float | None) -> bool:
        """Refuse."""
        return False

    def stop(self) -> None:
        """There is nothing to stop."""

    def heard_s(self) -> float | None:
        """Nothing is heard."""
        return None

    def set_volume(self, _volume: float) -> None:
        """There is nothing to set."""


class QtSound:
    """The machine's default sound output."""

    def __init__(self) -> None:
        self._module: Any = None
        self._device: Any = None
        self._sink: Any = None
        self._stream: SampleStream | None = None
        self._start_s = 0.0
        self._loop_s: float | None = None
        self._volume = 1.0
        self._looked = False

    def _look(self) -> None:
        if self._looked:
            return
        self._looked = True
        self._module = load_multimedia()
        if self._module is None:
            return
        device = self._module.QMediaDevices.defaultAudioOutput()
        if not device.isNull():
            self._device = device

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

    def _format(self, rate_hz: int, channels: int) -> tuple[Any, Callable[[npt.NDArray[np.float32]], npt.NDArray[Any]]]:
        wanted = self._module.QAudioFormat()
        wanted.setSampleRate(rate_hz)
        wanted.setChannelCount(channels)
        wanted.setSampleFormat(self._module.QAudioFormat.SampleFormat.Float)
        if self._device.isFormatSupported(wanted):
            return wanted, lambda samples: samples
        wanted.setSampleFormat(self._module.QAudioFormat.SampleFormat.Int16)
        return wanted, lambda samples: (np.clip(samples, -1, 1) * 32767).astype(np.int16)

    def start(self, audio: Audio, from_s: float, loop_s: float | None) -> bool:
        """Play `audio` from `from_s`, wrapping at `loop_s`; False if the device refuses."""
        self.stop()
        if not self.available:
            return False
        samples = np.asarray(audio.samples, dtype=np.float32)
        samples = samples.reshape(len(samples), -1)
        rate_hz = audio.sample_rate_hz
        wanted, convert = self._format(rate_hz, samples.shape[1])
        self._stream = SampleStream(
            convert(samples), round(from_s * rate_hz), None if loop_s is None else round(loop_s * rate_hz)
        )
        self._stream.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink = self._module.QAudioSink(self._device, wanted)
        self._sink.setBufferSize(wanted.bytesForDuration(BUFFER_MS * 1000))
        self._sink.setVolume(self._volume)
        self._start_s, self._loop_s = from_s, loop_s
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

    def heard_s(self) -> float | None:
        """The place in the audio that is heard now, as well as the device tells; None before it has begun."""
        if self._sink is None or self._sink.state() != self._module.QtAudio.State.ActiveState:
            return None
        # measured against a recording of the device: this runs some 50 ms ahead of the sound, the buffer is not in it
        taken_s: float = self._sink.processedUSecs() / 1e6 - DEVICE_DELAY_S
        if taken_s <= 0:
            return None
        heard_s = self._start_s + taken_s
        return heard_s % self._loop_s if self._loop_s else heard_s

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0..1."""
        self._volume = volume
        if self._sink is not None:
            self._sink.setVolume(volume)
