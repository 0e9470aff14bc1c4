"""The microphone, through QtMultimedia: loaded when first needed, and absent without harm.

What is heard goes into a WAV file under a temporary name, which gets its own name when the recording ends.
"""

from __future__ import annotations

import contextlib
import secrets
import wave
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from generators.errors import AffectStudioError, MissingDependency, NotWritable, output_error
from studio.sound import load_multimedia

RATES_HZ = (48_000, 44_100, 16_000)
MAX_SECONDS = 30 * 60
FLOOR_DB = -60.0
NO_DEVICE = "There is no microphone that can be used: plug one in, or allow this program to hear it, then try again."


def level_of(samples: np.ndarray) -> float:
    """How loud 16-bit samples are at their peak: 0 for FLOOR_DB below full scale, 1 for full scale."""
    peak = float(np.abs(samples.astype(np.float64)).max(initial=0.0)) / 32768.0
    decibels = 20.0 * np.log10(max(peak, 1e-6))
    return float(min(max((decibels - FLOOR_DB) / -FLOOR_DB, 0.0), 1.0))


class Microphone:
    """The machine's default sound input, as 16-bit samples of one channel."""

    def __init__(self) -> None:
        self._module: Any = load_multimedia()
        self._source: Any = None
        self._stream: Any = None
        self.sample_rate_hz = RATES_HZ[0]

    def start(self) -> Any:
        """Begin to hear; the device whose `readyRead` tells of samples.

        Raises:
            MissingDependency: there is no device, or it refuses.
        """
        module = self._module
        device = module.QMediaDevices.defaultAudioInput() if module is not None else None
        if device is None or device.isNull():
            raise MissingDependency(NO_DEVICE)
        wanted = module.QAudioFormat()
        wanted.setChannelCount(1)
        wanted.setSampleFormat(module.QAudioFormat.SampleFormat.Int16)
        for rate in RATES_HZ:
            wanted.setSampleRate(rate)
            if device.isFormatSupported(wanted):
                break
        else:
            wanted.setSampleRate(device.preferredFormat().sampleRate())
        self.sample_rate_hz = int(wanted.sampleRate())
        self._source = module.QAudioSource(device, wanted)
        self._stream = self._source.start()
        if self._stream is None or self._source.error() != module.QtAudio.Error.NoError:
            self.stop()
            raise MissingDependency(NO_DEVICE)
        return self._stream

    def stop(self) -> None:
        """Hear nothing more."""
        if self._source is not None:
            self._source.stop()
            self._source.deleteLater()
        self._source = self._stream = None


class Recorder(QObject):
    """Writes what a microphone hears into a WAV file.

    `levelChanged` carries how loud it is (0..1) and how long the recording is in seconds, `failed` a sentence.
    """

    levelChanged = Signal(float, float)
    failed = Signal(str)

    def __init__(self, microphone: Microphone | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._microphone = microphone
        self._file: wave.Wave_write | None = None
        self._partial: Path | None = None
        self._path: Path | None = None
        self._stream: Any = None
        self._frames = 0

    @property
    def is_recording(self) -> bool:
        """Whether it hears."""
        return self._file is not None

    @property
    def duration_s(self) -> float:
        """How long the recording is so far."""
        rate = self._microphone.sample_rate_hz if self._microphone is not None else RATES_HZ[0]
        return self._frames / rate

    def start(self, path: Path) -> None:
        """Record into the file `path`, which is there once `stop` has been called.

        Raises:
            MissingDependency: there is no microphone.
            OutputError: the file cannot be written.
        """
        self.discard()
        if self._microphone is None:
            self._microphone = Microphone()
        stream = self._microphone.start()
        partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = wave.open(str(partial), "wb")  # noqa: SIM115  # it stays open while it records
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self._microphone.sample_rate_hz)
        except OSError as error:
            self._microphone.stop()
            raise output_error(error, path) from error
        self._file, self._partial, self._path = file, partial, path
        self._frames = 0
        self._stream = stream
        stream.readyRead.connect(self._read)

    def _read(self) -> None:
        if self._file is None or self._stream is None:
            return
        data = bytes(self._stream.readAll().data())
        data = data[: len(data) // 2 * 2]
        if not data:
            return
        try:
            self._file.writeframesraw(data)
        except OSError as error:
            self.discard()
            self.failed.emit(str(output_error(error, self._path or Path("recording.wav"))))
            return
        self._frames += len(data) // 2
        self.levelChanged.emit(level_of(np.frombuffer(data, dtype="<i2")), self.duration_s)

    def stop(self) -> Path:
        """End the recording; the finished file.

        Raises:
            AffectStudioError: nothing was heard.
            NotWritable: the file cannot be finished.
        """
        self._read()
        file, partial, path = self._file, self._partial, self._path
        self._end()
        if file is None or partial is None or path is None:
            raise NotWritable("Nothing is being recorded: press Record first.")
        try:
            file.close()
            if not self._frames:
                partial.unlink(missing_ok=True)
                raise AffectStudioError("Nothing was heard: check that the microphone is on, then record again.")
            partial.replace(path)
        except OSError as error:
            raise output_error(error, path) from error
        return path

    def discard(self) -> None:
        """End the recording and leave nothing behind."""
        file, partial = self._file, self._partial
        self._end()
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()
        if partial is not None:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)

    def _end(self) -> None:
        if self._stream is not None:
            with contextlib.suppress(RuntimeError, TypeError):
                self._stream.readyRead.disconnect(self._read)
        self._stream = self._file = None
        self._partial = None
        if self._microphone is not None:
            self._microphone.stop()
