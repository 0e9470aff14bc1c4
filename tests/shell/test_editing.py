"""Editing a take by hand, from the roll to the document and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from window_hands import Studio

from generators.artifacts import Score, replace, unpack
from generators.errors import DiskFull
from generators.music.midi import read_facts
from studio.document import Document, EditTake, Take
from studio.panels.music.editing import edited_facts
from studio.panels.music.output import facts_of
from studio.widgets.piano_roll import PianoRoll


def _roll(studio: Studio) -> PianoRoll:
    return studio.music.middle.roll


def _stored(studio: Studio, place: int = 0) -> Score:
    artifact = unpack(studio.project.document.asset(studio.project.state.takes[place].asset_sha256))
    assert isinstance(artifact, Score)
    return artifact


def _edit(studio: Studio, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key in the roll, and wait until the window shows what the document made of it."""
    studio.qtbot.keyClick(_roll(studio), key, modifiers)
    _caught_up(studio)


def _caught_up(studio: Studio) -> None:
    studio.project.document.flush()
    studio.until(lambda: studio.music.timeline.key == studio.project.document.state.takes[0].asset_sha256)


@pytest.fixture
def editing(studio: Studio) -> Studio:
    studio.make(1)
    _roll(studio).editor.select([3, 4])
    return studio


def test_an_edit_is_one_transaction_undone_and_redone(editing: Studio) -> None:
    before = _stored(editing)
    take = editing.project.state.takes[0]
    _edit(editing, Qt.Key.Key_Up)
    edited = editing.project.state.takes[0]
    assert edited.asset_sha256 != take.asset_sha256
    assert edited.request == take.request
    assert edited.facts["edited"] == "by hand"
    assert edited.facts["edited_from"] == take.asset_sha256
    after = _stored(editing)
    assert sorted(after.pitch.tolist()) == sorted(
        pitch + (row in (3, 4)) for row, pitch in enumerate(before.pitch.tolist())
    )
    assert editing.window.menus.undo.text() == "Undo move 2 notes"
    editing.window.menus.undo.trigger()
    editing.until(lambda: editing.project.state.takes[0] == take)
    _caught_up(editing)
    editing.until(lambda: _roll(editing).editor.score.pitch.tolist() == before.pitch.tolist())
    editing.window.menus.redo.trigger()
    editing.until(lambda: editing.project.state.takes[0] == edited)
    _caught_up(editing)
    editing.until(lambda: _roll(editing).editor.score.pitch.tolist() == after.pitch.tolist())


def test_an_edited_take_survives_a_restart(editing: Studio, tmp_path: Path) -> None:
    _edit(editing, Qt.Key.Key_Delete)
    count, take = _stored(editing).note_count, editing.project.state.takes[0]
    path = tmp_path / "song.affect"
    editing.project.save_as(path)
    editing.until(lambda: not editing.project.document.is_untitled)
    editing.close()
    again = Document.open(path)
    try:
        assert again.state.takes == (take,)
        assert again.undo_label == "delete 2 notes"
        state = again.undo().result()
        artifact = unpack(again.asset(state.takes[0].asset_sha256))
        assert isinstance(artifact, Score)
        assert artifact.note_count == count + 2
    finally:
        again.close()


def test_many_fast_edits_never_show_an_older_state(editing: Studio) -> None:
    roll = _roll(editing)
    pitch = int(roll.editor.score.pitch.sum())
    shown: list[int] = []
    roll.editor.changed.connect(lambda: shown.append(int(roll.editor.score.pitch.sum())))
    for _ in range(6):
        editing.qtbot.keyClick(roll, Qt.Key.Key_Up)
    _caught_up(editing)
    editing.qtbot.wait(50)
    assert shown == sorted(shown)
    assert shown[-1] == pitch + 12
    assert len(roll.editor.selection) == 2
    editing.window.menus.undo.trigger()  # a run of moves is one step
    editing.until(lambda: "edited" not in editing.project.state.takes[0].facts)


def test_what_was_measured_is_measured_again(editing: Studio) -> None:
    register = editing.music.left.sliders["register"]._measured
    assert register is not None
    roll = _roll(editing)
    roll.editor.select_all()
    _edit(editing, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    editing.until(lambda: editing.music.left.sliders["register"]._measured == pytest.approx(register + 12))
    shown = {name.text(): value.text() for name, value in editing.music.right._rows.labels if name.text()}
    assert shown["edited"] == "by hand"


def test_an_edit_stays_where_it_was_heard(editing: Studio) -> None:
    editing.shell.playback.seek(3.0)
    _edit(editing, Qt.Key.Key_Right)
    assert editing.shell.playback.key == editing.project.state.takes[0].asset_sha256
    assert editing.shell.playback.position_s == 3.0


def test_an_export_does_not_claim_that_the_request_makes_an_edited_take(editing: Studio, tmp_path: Path) -> None:
    take = editing.project.state.takes[0]
    assert facts_of(take)["request"] == take.request
    _edit(editing, Qt.Key.Key_Right)
    edited = editing.project.state.takes[0]
    path = editing.music.output.midi_file(edited)
    assert path is not None
    facts = read_facts(path.read_bytes())
    assert "request" not in facts
    assert facts["composed_by_request"] == take.request
    assert facts["edited"] == "by hand"
    assert facts["edited_from"] == take.asset_sha256
    assert facts["model_sha256"] == take.facts["model_sha256"]
    editing.music.copy_request(edited.id)
    assert "does not hold what was edited since" in editing.message


def test_an_edit_that_cannot_be_kept_is_told_and_taken_back(editing: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _stored(editing)

    def full(*_args: object) -> None:
        raise DiskFull("The disk is full: free some space.")

    monkeypatch.setattr("studio.document.assets.write_asset", full)
    editing.qtbot.keyClick(_roll(editing), Qt.Key.Key_Up)
    editing.until(lambda: "The edit was not kept" in editing.message)
    editing.until(lambda: _roll(editing).editor.score.pitch.tolist() == before.pitch.tolist())


def test_edits_of_another_take_do_not_disturb_the_one_in_view(studio: Studio) -> None:
    studio.make(2)
    first, second = studio.project.state.takes
    studio.music.select(first.id)
    studio.until(lambda: studio.music.timeline.key == first.asset_sha256)
    _roll(studio).editor.select([0])
    studio.qtbot.keyClick(_roll(studio), Qt.Key.Key_Up)
    studio.music.select(second.id)
    studio.settle()
    studio.until(lambda: studio.music.timeline.key == second.asset_sha256)
    assert len(_roll(studio).editor.selection) == 0
    assert studio.project.state.takes[0].asset_sha256 != first.asset_sha256
    studio.window.menus.undo.trigger()
    studio.until(lambda: studio.project.state.takes[0] == first)
    assert studio.music.timeline.key == second.asset_sha256


def test_an_edit_by_other_hands_is_shown(editing: Studio) -> None:
    take = editing.project.state.takes[0]
    _edit(editing, Qt.Key.Key_Up)
    editing.project.perform(EditTake(take.id, take.asset_sha256, take.facts))
    _caught_up(editing)
    assert editing.project.state.takes[0] == take


def test_the_roll_forgets_its_take_with_the_project(editing: Studio, open_studio: Callable[..., Studio]) -> None:
    editing.shell.files.new()
    editing.until(lambda: editing.music.timeline.score is None)
    editing.qtbot.keyClick(_roll(editing), Qt.Key.Key_N)
    editing.settle()
    assert editing.project.state.takes == ()


def test_a_score_that_is_no_take_cannot_be_edited(editing: Studio) -> None:
    take = editing.project.state.takes[0]
    score = _roll(editing).score
    assert score is not None
    _roll(editing).set_score(replace(score, title="still being written"))
    _roll(editing).editor.select([0])
    editing.qtbot.keyClick(_roll(editing), Qt.Key.Key_Up)
    editing.qtbot.keyClick(_roll(editing), Qt.Key.Key_Delete)
    editing.settle()
    assert editing.project.state.takes[0] == take
    assert not editing.music.middle.desk.bar.pencil.isEnabled()
    editing.music._show(editing.music._seen)
    _roll(editing).editor.select([0])
    _edit(editing, Qt.Key.Key_Up)
    assert editing.project.state.takes[0].facts["edited"] == "by hand"


def test_the_facts_of_an_edited_take_hold_nothing_that_was_measured_before() -> None:
    facts = {"met": "0.9", "measured": "{}", "asked": '{"tempo": 90}', "model_sha256": "m", "longest_shared": "4"}
    take = Take("1", "music", "One", False, "score", "a" * 64, "{}", facts=facts)
    edited = edited_facts(take, "b" * 64)
    assert edited == {
        "asked": '{"tempo": 90}', "model_sha256": "m", "edited": "by hand", "edited_from": "a" * 64
    }  # fmt: skip
    again = Take("1", "music", "One", False, "score", "b" * 64, "{}", facts=edited)
    assert edited_facts(again, "c" * 64)["edited_from"] == "a" * 64, "the result that the request made"
    assert "edited" not in edited_facts(again, "a" * 64)
