"""A voice is recorded from a microphone, which here is a buffer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from face_hands import Face
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from pytestqt.qtbot import QtBot

from generators.errors import AffectStudioError, MissingDependency
from studio.panels.face.record_sheet import RecordSheet
from studio.recording import NO_DEVICE, Recorder, level_of
from studio.widgets.theme import ThemeHub


class Buffer(QBuffer):
    """A stream that tells of what is put into it."""

    def speak(self, samples: np.ndarray) -> None:
        place = self.pos()
        self.seek(self.size())
        self.write(QByteArray(samples.astype("<i2").tobytes()))
        self.seek(place)
        self.readyRead.emit()


class FakeMicrophone:
    """Gives what a test speaks; `missing` has no device."""

    def __init__(self, missing: bool = False) -> None:
        self.sample_rate_hz = 16_000
        self.missing = missing
        self.stream = Buffer()
        self.stopped = 0

    def start(self) -> Buffer:
        if self.missing:
            raise MissingDependency(NO_DEVICE)
        self.stream = Buffer()
        self.stream.open(QIODevice.OpenModeFlag.ReadWrite)
        return self.stream

    def stop(self) -> None:
        self.stopped += 1


def _tone(seconds: float, loud: float = 0.5) -> np.ndarray:
    return loud * 32767 * np.sin(2 * np.pi * 200 * np.arange(round(seconds * 16_000)) / 16_000)


def test_what_is_spoken_becomes_a_file_only_when_it_ends(qtbot: QtBot, tmp_path: Path) -> None:
    microphone = FakeMicrophone()
    recorder = Recorder(microphone)  # type: ignore[arg-type]
    levels: list[tuple[float, float]] = []
    recorder.levelChanged.connect(lambda level, seconds: levels.append((level, seconds)))
    path = tmp_path / "said.wav"
    recorder.start(path)
    microphone.stream.speak(_tone(0.25))
    microphone.stream.speak(_tone(0.25, 0.01))
    assert not path.exists()
    assert levels[0][0] > levels[1][0] > 0.0
    assert levels[1][1] == pytest.approx(0.5)
    assert recorder.stop() == path
    sound, rate = soundfile.read(str(path))
    assert rate == 16_000
    assert len(sound) == 8_000
    assert list(tmp_path.iterdir()) == [path]
    assert microphone.stopped


def test_a_recording_that_is_given_up_leaves_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    microphone = FakeMicrophone()
    recorder = Recorder(microphone)  # type: ignore[arg-type]
    recorder.start(tmp_path / "said.wav")
    microphone.stream.speak(_tone(0.1))
    recorder.discard()
    assert list(tmp_path.iterdir()) == []
    recorder.start(tmp_path / "silent.wav")
    with pytest.raises(AffectStudioError, match="Nothing was heard"):
        recorder.stop()
    assert list(tmp_path.iterdir()) == []


def test_levels_go_from_silence_to_full_scale() -> None:
    assert level_of(np.zeros(10)) == 0.0
    assert level_of(np.array([-32768, 0])) == 1.0
    assert 0.4 < level_of(np.array([32768 * 10 ** (-30 / 20)])) < 0.6


def test_without_a_microphone_the_sheet_says_what_to_do(qtbot: QtBot, tmp_path: Path) -> None:
    recorder = Recorder(FakeMicrophone(missing=True))  # type: ignore[arg-type]
    sheet = RecordSheet(ThemeHub(None, "dark"), tmp_path, None, recorder)
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.go.click()
    assert sheet.told.text() == NO_DEVICE
    assert sheet.go.text() == "Record"


def test_a_recording_becomes_a_line(face: Face, tmp_path: Path) -> None:
    microphone = FakeMicrophone()
    sheet = RecordSheet(face.studio.shell.hub, tmp_path, None, Recorder(microphone))  # type: ignore[arg-type]
    face.studio.qtbot.addWidget(sheet)
    sheet.recorded.connect(lambda path: face.panel.importing.open([path]))
    sheet.show()
    face.studio.qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert sheet.go.text() == "Stop"
    microphone.stream.speak(_tone(0.5))
    assert sheet.meter.level > 0.5
    assert sheet.time.text() == "0:00.50"
    sheet.go.click()
    assert sheet.again.isVisible()
    sheet.go.click()
    face.until(lambda: len(face.panel.state.lines) == 1 and face.panel.desk.is_current)
    assert face.line.name.startswith("Recording")
    assert face.line.duration_s == pytest.approx(0.5)
