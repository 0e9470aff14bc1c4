"""Voices are opened, dropped and refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from face_hands import Face
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from window_hands import Ears, Studio

from generators.artifacts import RigCurves, Voice, digest, unpack
from generators.engine.engine import Lane
from generators.engine.fake_script import Die, Refuse, play
from generators.errors import BadSound, ModelMissing
from generators.face.request import ListenRequest, PerformRequest
from generators.runtime.folders import assets_folder
from studio.panels.face.choosing import SAMPLE
from studio.voices import examine, samples_of, voices_in


def test_an_opened_voice_is_kept_heard_and_performed_in_one_step(face: Face, make_voice: Callable[..., Path]) -> None:
    path = make_voice("hello there.wav")
    assert face.panel.middle.pages.currentWidget() is face.panel.middle.empty
    face.studio.answers.path = path
    face.panel.middle.empty.open.click()
    face.until(lambda: face.panel.state.shown is not None and face.panel.desk.is_current)
    line = face.line
    assert (line.name, line.source) == ("hello there", "hello there.wav")
    assert line.voice_sha256 == digest(path.read_bytes())
    document = face.studio.project.document
    assert document.asset(line.voice_sha256) == path.read_bytes()
    assert isinstance(unpack(document.asset(line.heard_sha256)), Voice)
    assert face.panel.middle.pages.currentWidget() is face.panel.middle.desk
    face.until(lambda: face.panel.middle.voice.voice is not None)
    assert face.panel.middle.view.duration_s == pytest.approx(1.5, abs=0.02)
    shown = face.panel.desk.shown
    assert isinstance(shown, RigCurves)
    assert shown.duration_s == pytest.approx(1.5, abs=0.1)
    lanes = [(type(request), lane) for request, lane, _ in face.studio.engine.submitted]
    assert lanes == [(ListenRequest, Lane.TAKE), (PerformRequest, Lane.PREVIEW)]
    assert not face.takes
    face.undo()
    assert face.panel.state.shown is None
    assert face.panel.middle.pages.currentWidget() is face.panel.middle.empty
    assert not document.can_undo


def test_a_dropped_folder_becomes_lines_in_their_natural_order(face: Face, make_voice: Callable[..., Path]) -> None:
    folder = make_voice("line_10.wav", 0.4, 150.0).parent
    make_voice("line_2.wav", 0.4, 160.0)
    make_voice("line_1.flac", 0.4, 170.0)
    (folder / "notes.txt").write_text("no sound")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    kept = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    face.studio.window.dropEvent(QDropEvent(QPointF(300, 300), *kept))
    face.until(lambda: len(face.panel.state.lines) == 3 and not face.panel.importing.busy)
    assert [line.name for line in face.panel.state.lines] == ["line_1", "line_2", "line_10"]
    assert "3 lines are in the list" in face.message
    assert [row.name for row in face.panel.right.lines.rows] == ["line_1", "line_2", "line_10"]
    face.undo()
    assert face.panel.state.lines == ()


def test_bad_files_are_refused_with_a_sentence_and_keep_none_back(
    face: Face, make_voice: Callable[..., Path], tmp_path: Path
) -> None:
    paper = tmp_path / "paper.wav"
    paper.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")
    nothing = tmp_path / "nothing.wav"
    soundfile.write(str(nothing), np.zeros(0, dtype=np.float32), 16_000)
    face.panel.importing.open([paper, empty, make_voice(), nothing, tmp_path / "gone.wav"])
    face.until(lambda: not face.panel.importing.busy and len(face.panel.state.lines) == 1)
    assert "paper.wav is no sound file that can be read" in face.message
    assert "empty.wav is empty" in face.message
    assert "1 more could not be opened" in face.message


@pytest.mark.parametrize(
    ("channels", "rate", "subtype"), [(1, 8_000, "PCM_U8"), (2, 192_000, "PCM_24"), (8, 48_000, "FLOAT")]
)
def test_recordings_of_any_kind_can_be_played(tmp_path: Path, channels: int, rate: int, subtype: str) -> None:
    path = tmp_path / "any.wav"
    wave = 0.5 * np.sin(2 * np.pi * 220 * np.arange(rate) / rate)
    sound = np.repeat(wave[:, None], channels, axis=1)
    if subtype == "FLOAT":
        sound[10:20] = np.nan
    soundfile.write(str(path), sound, rate, subtype=subtype)
    assert examine(path).duration_s == pytest.approx(1.0)
    samples = samples_of(path, 44_100)
    assert samples is not None
    assert samples.shape == (44_100, 2)
    assert np.isfinite(samples).all()
    spectrum = np.abs(np.fft.rfft(samples[:, 0]))
    assert int(np.argmax(spectrum)) == 220


def test_the_same_recording_is_not_added_twice(face: Face, make_voice: Callable[..., Path]) -> None:
    first, other = make_voice("a.wav"), make_voice("b.wav", pitch_hz=200.0)
    face.open(first, other)
    assert face.line.name == "a"
    face.panel.choosing.choose_line(face.panel.state.lines[1].id)
    face.panel.importing.open([first])
    face.until(lambda: "in the list already" in face.message)
    assert face.line.name == "a"
    assert len(face.panel.state.lines) == 2


def test_a_voice_that_the_engine_refuses_is_no_line(face: Face, make_voice: Callable[..., Path]) -> None:
    face.studio.engine.script = lambda request, inputs: [Refuse(ModelMissing("The face model is missing: install it."))]
    face.panel.importing.open([make_voice()])
    face.until(lambda: "face model is missing" in face.message)
    assert face.panel.state.lines == ()
    face.studio.engine.script = lambda request, inputs: [Die()]
    face.panel.importing.open([make_voice()])
    face.until(lambda: "engine stopped while it listened" in face.message)
    face.studio.engine.script = play
    face.open(make_voice())


def test_two_lines_of_one_name_are_told_apart(face: Face, make_voice: Callable[..., Path], tmp_path: Path) -> None:
    first = make_voice("hey.wav")
    twin = tmp_path / "hey.wav"
    twin.write_bytes(make_voice("other.wav", pitch_hz=210.0).read_bytes())
    face.open(first, twin)
    assert [line.name for line in face.panel.state.lines] == ["hey", "hey 2"]


def test_an_empty_folder_is_told(face: Face, tmp_path: Path) -> None:
    face.studio.answers.path = tmp_path
    face.panel.importing.ask_folder(None)
    face.until(lambda: "no sound file in it" in face.message)


def test_files_of_folders_stand_in_their_places(tmp_path: Path, make_voice: Callable[..., Path]) -> None:
    folder = make_voice("b.wav").parent
    make_voice("a.wav")
    single = tmp_path / "z.wav"
    found, more = voices_in([single, folder])
    assert [path.name for path in found] == ["z.wav", "a.wav", "b.wav"]
    assert not more
    with pytest.raises(BadSound, match="not there"):
        examine(single)


def test_a_newcomer_sees_a_sample_line_at_a_click(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ears=Ears(manual=True))
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("face"))
    face = Face(studio)
    face.panel.middle.empty.sample.click()
    face.until(lambda: studio.shell.playback.playing and bool(studio.ears.started))
    assert face.panel.desk.is_current
    assert face.line.name == "letters"
    assert 6.0 < face.line.duration_s < 8.0
    assert float(np.abs(studio.ears.pull(44_100)).max()) > 0.1
    studio.shell.playback.pause()
    face.panel.choosing.try_sample()  # it is there already: it only plays
    face.until(lambda: studio.shell.playback.playing)
    assert len(face.panel.state.lines) == 1


def test_the_sample_line_is_small_and_says_whose_it_is() -> None:
    sample = assets_folder() / SAMPLE
    assert sample.stat().st_size <= 150_000
    assert "espeak-ng" in sample.with_suffix(".md").read_text(encoding="utf-8")
    assert examine(sample).duration_s < 8.0
