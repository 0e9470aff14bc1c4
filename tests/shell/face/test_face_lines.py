"""A folder of lines is worked through; all of it is there again when the project is opened once more."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from face_hands import Face
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit
from window_hands import Ears, Studio

from generators.affect import AffectPoint
from generators.engine.engine import Lane
from generators.engine.requests import ExportRequest
from generators.face.request import EditLayer, PerformRequest
from studio.face_lines import FaceState, decode_state
from studio.panel import ExportChoice
from studio.panels.face.export_sheet import ExportSheet


@pytest.fixture
def three(face: Face, make_voice: Callable[..., Path]) -> Face:
    face.open(*(make_voice(f"line_{place}.wav", 0.6, 120.0 + 30 * place) for place in (1, 2, 3)))
    return face


def _sheet(face: Face) -> ExportSheet:
    sheets = face.studio.window.findChildren(ExportSheet)
    assert sheets
    return sheets[-1]


def test_each_line_has_settings_and_takes_of_its_own(three: Face) -> None:
    panel = three.panel
    first, second, _ = panel.state.lines
    panel.left.pad.pointCommitted.emit(AffectPoint(-0.75, 0.48, 0.35))
    three.settle()
    take = three.perform()
    panel.right.lines.setCurrentRow(1)
    three.until(lambda: panel.state.current == second.id and panel.desk.is_current)
    assert three.ask.affect != AffectPoint(-0.75, 0.48, 0.35)
    assert panel.right.takes.rows == ()
    assert panel.middle.view.duration_s == pytest.approx(0.6, abs=0.02)
    other = three.perform()
    assert other.facts["line"] == second.id
    panel.choosing.select(take.id)
    three.settle()
    assert panel.state.current == first.id
    assert [row.id for row in panel.right.takes.rows] == [take.id]


def test_lines_are_approved_and_sent_back_with_a_note(three: Face) -> None:
    panel, lines = three.panel, three.panel.right.lines
    first, second, _ = panel.state.lines
    panel.right.approve.click()  # nothing is kept yet: it is performed first
    three.until(lambda: panel.state.lines[0].state == "approved")
    assert panel.state.lines[0].approved == three.takes[0].id
    assert panel.right._lines_told.text() == "1 of 3 approved"
    lines.setCurrentRow(1)
    three.until(lambda: panel.state.current == second.id)
    panel.right.send_back.click()
    panel.right.line_note.setText("more anger")
    panel.right.line_note.editingFinished.emit()
    three.settle()
    row = lines.rows[1]
    assert (row.state, row.note) == ("sent back", "more anger")
    assert "sent back" in row.words
    three.studio.qtbot.keyClick(lines, Qt.Key.Key_B)
    three.settle()
    assert panel.state.lines[1].state == ""
    assert panel.state.lines[1].note == "more anger"
    lines.setCurrentRow(0)
    three.studio.qtbot.keyClick(lines, Qt.Key.Key_A)
    three.settle()
    assert panel.state.line(first.id).state == ""  # type: ignore[union-attr]


def test_all_lines_are_performed_when_the_engine_is_idle(three: Face) -> None:
    panel = three.panel
    three.perform()
    assert panel.lines.perform_all() == 2
    three.until(lambda: len(three.takes) == 3 and not panel.performing.pending)
    lanes = [lane for request, lane, _ in three.studio.engine.submitted if isinstance(request, PerformRequest)]
    assert lanes[-2:] == [Lane.BATCH, Lane.BATCH]
    assert {take.facts["line"] for take in three.takes} == {line.id for line in panel.state.lines}
    assert panel.lines.perform_all() == 0
    assert "has its take already" in three.message


def test_settings_of_one_line_for_all(three: Face) -> None:
    panel = three.panel
    panel.left.sliders["head"].askedCommitted.emit(0.3)
    panel.hands.add_edit(EditLayer("mute", ("tongue_out",)))
    three.settle()
    panel.lines.copy_settings(panel.state.current)
    three.settle()
    assert [line.ask.strengths.head for line in panel.state.lines] == [0.3, 0.3, 0.3]
    assert [len(line.ask.layers) for line in panel.state.lines] == [1, 0, 0]


def test_a_removed_line_comes_back_with_undo(three: Face) -> None:
    panel = three.panel
    take = three.perform()
    panel.right.lines.setFocus()
    three.studio.qtbot.keyClick(panel.right.lines, Qt.Key.Key_Delete)
    three.settle()
    assert [line.name for line in panel.state.lines] == ["line_2", "line_3"]
    assert three.line.name == "line_2"
    three.undo()
    assert [line.name for line in panel.state.lines] == ["line_1", "line_2", "line_3"]
    panel.choosing.choose_line(panel.state.lines[0].id)
    three.settle()
    assert panel.shown == take.id


def test_ctrl_and_arrows_go_along_the_lines(three: Face) -> None:
    actions = {action.text(): action for action in three.panel.actions()}
    actions["Next line"].trigger()
    three.settle()
    assert three.line.name == "line_2"
    actions["Line before"].trigger()
    actions["Line before"].trigger()
    three.settle()
    assert three.line.name == "line_1"


def test_a_project_is_saved_and_opened_again(three: Face, open_studio: Callable[..., Studio], tmp_path: Path) -> None:
    panel = three.panel
    panel.left.sliders["lower_face"].askedCommitted.emit(0.4)
    panel.hands.add_edit(EditLayer("offset", ("brow_lower_left", "brow_lower_right"), 0.1, 0.4, 0.3))
    three.settle()
    three.perform()
    panel.lines.toggle_approved(panel.state.current)
    three.settle()
    state, shown = panel.state, panel.desk.shown
    path = tmp_path / "scene.affect"
    three.studio.answers.path = path
    three.studio.window.files.save_as(three.studio.window)
    three.until(lambda: not three.studio.project.document.is_untitled)
    three.studio.close()
    again = open_studio(ears=Ears(available=False), path=path)
    again.until(lambda: not again.project.document.is_untitled)
    face = Face(again)
    again.window.show_panel([panel.key for panel in again.window.panels].index("face"))
    face.until(lambda: face.panel.desk.is_current)
    assert face.panel.state == state
    assert shown is not None
    assert face.panel.desk.shown is not None
    assert np.array_equal(face.panel.desk.shown.values, shown.values)
    assert not [request for request in face.asked if isinstance(request, PerformRequest)]  # the take was enough
    assert face.panel.right.lines.rows[0].state == "approved"


def test_a_take_is_exported_as_it_is_seen(three: Face, tmp_path: Path) -> None:
    panel = three.panel
    panel.hands.add_edit(EditLayer("offset", ("jaw_drop",), 0.0, 1.0, 1.0, fade_s=0.0))
    three.settle()
    take = three.perform()
    choices = {choice.key: choice for choice in panel.exports()}
    assert "live-link-face" in choices
    three.studio.answers.path = tmp_path / "out.csv"
    panel.export(choices["live-link-face"])
    sheet = _sheet(three)
    rate, slate = sheet.fields["frame_rate"], sheet.fields["slate"]
    assert isinstance(rate, QComboBox)
    assert isinstance(slate, QLineEdit)
    rate.setCurrentIndex(rate.findData("30"))
    slate.setText("no slashes/please")
    sheet.go.click()
    assert sheet.isVisible()
    assert "letters, digits" in sheet.trouble.text()
    slate.setText("S12")
    sheet.go.click()
    three.until(lambda: "out.csv was written" in three.message)
    assert three.studio.answers.proposed is not None
    assert three.studio.answers.proposed.name == "S12_1_Face.csv"
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == pytest.approx(18, abs=1)
    assert min(float(row["JawOpen"]) for row in rows) > 0.5
    request = next(one for one in three.asked if isinstance(one, ExportRequest))
    assert request.options["frame_rate"] == "30"
    assert request.facts["request"] == take.request
    panel.export(choices["live-link-face"])
    remembered = _sheet(three).values()
    assert (remembered["frame_rate"], remembered["slate"]) == ("30", "S12")


def test_all_approved_lines_are_exported_together(three: Face, tmp_path: Path) -> None:
    panel = three.panel
    for line in panel.state.lines[:2]:
        panel.choosing.choose_line(line.id)
        three.settle()
        panel.lines.toggle_approved(line.id)
        three.until(lambda line=line: panel.state.line(line.id).state == "approved")  # type: ignore[misc]
    folder = tmp_path / "approved"
    folder.mkdir()
    three.studio.answers.path = folder
    panel.lines.export_all(ExportChoice("csv", "Curves, CSV", ".csv"), three.studio.window)
    _sheet(three).go.click()
    three.until(lambda: "2 lines were written" in three.message)
    assert sorted(path.name for path in folder.iterdir()) == ["line_1.csv", "line_2.csv"]


def test_nothing_approved_is_told(three: Face) -> None:
    three.panel.lines.export_all(ExportChoice("csv", "Curves, CSV", ".csv"), three.studio.window)
    assert "No line is approved yet" in three.message


def test_a_take_is_dragged_out_as_a_file(three: Face) -> None:
    take = three.perform()
    mime = three.panel.choosing.mime(take.id)
    assert mime is not None
    (url,) = mime.urls()
    path = Path(url.toLocalFile())
    assert path.read_text().startswith("Timecode,BlendShapeCount,EyeBlinkLeft")
    three.panel.close()
    assert not path.exists()


def test_state_of_another_version_is_no_reason_not_to_open() -> None:
    assert decode_state('{"lines": 7}') == FaceState()
    assert decode_state("nonsense") == FaceState()
    assert decode_state("{}") == FaceState()
