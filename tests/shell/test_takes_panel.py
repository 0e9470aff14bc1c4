"""Takes as families, with notes, marks and histories; and a map of one's own, placed on the pad."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QWidget
from window_hands import Studio, leave_all

from generators.affect import AffectPoint
from generators.engine.requests import encode_request
from generators.music.personal import PersonalMap
from generators.music.request import ComposeRequest, EarRating, ReworkRequest
from studio.document.model import AddTakes, Take
from studio.panels.music.ask import Ask
from studio.panels.music.asked import FREE, differences, told
from studio.panels.music.family import Shown, ancestors, feeling_of, met_of, rows_of
from studio.panels.music.words import parse_ranges, ranges_words
from studio.widgets.dragged import dragged_in

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # windows without a window system


def take(identity: str, parent: str | None = None, **changes: object) -> Take:
    request = encode_request(ComposeRequest(seed=len(identity))).decode()
    fields: dict[str, object] = {"name": identity, "starred": False, "request": request, **changes}
    return Take(identity, "music", kind="score", asset_sha256="0" * 64, parent=parent, **fields)  # type: ignore[arg-type]


def words_of(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


# -- families ----------------------------------------------------------------------------------------------------------


def test_children_stand_under_their_parents() -> None:
    takes = [take("a"), take("b"), take("a1", "a"), take("a11", "a1"), take("b1", "b"), take("a2", "a")]
    assert [(one.id, depth) for one, depth in rows_of(takes, Shown(), {})] == [
        ("a", 0), ("a1", 1), ("a11", 2), ("a2", 1), ("b", 0), ("b1", 1),
    ]  # fmt: skip
    assert [one.id for one, _ in rows_of(takes, Shown(sort="newest"), {})] == ["b", "b1", "a", "a2", "a1", "a11"]
    by_id = {one.id: one for one in takes}
    assert [one.id for one in ancestors(by_id["a11"], by_id)] == ["a1", "a"]


def test_takes_are_found_by_words_stars_and_notes() -> None:
    takes = [take("walk"), take("walk 2", "walk", starred=True), take("night", "walk 2"), take("sea")]
    notes = {"night": "for the end"}
    assert [(one.id, depth) for one, depth in rows_of(takes, Shown(text="WALK"), notes)] == [("walk", 0), ("walk 2", 1)]
    assert [(one.id, depth) for one, depth in rows_of(takes, Shown(text="end"), notes)] == [("night", 0)]
    assert [(one.id, depth) for one, depth in rows_of(takes, Shown(starred=True), notes)] == [("walk 2", 0)]
    # between these two one is left out
    found = rows_of(takes, Shown(text="xyzzy"), {"walk": "xyzzy", "night": "xyzzy"})
    assert [(one.id, depth) for one, depth in found] == [("walk", 0), ("night", 1)]
    waltz = take("dance", request=encode_request(ComposeRequest(metre=(3, 4), ensemble="quartet")).decode())
    assert [one.id for one, _ in rows_of([*takes, waltz], Shown(text="string quartet"), notes)] == ["dance"]
    assert rows_of(takes, Shown(text="nothing of the kind"), notes) == []


def test_best_met_stand_first() -> None:
    takes = [take("a", facts={"met": "0.2"}), take("b"), take("c", facts={"met": "0.9"}), take("d", facts={"met": "x"})]
    assert [one.id for one, _ in rows_of(takes, Shown(sort="met"), {})] == ["c", "a", "b", "d"]
    assert [met_of(one) for one in takes] == [0.2, None, 0.9, None]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9)), max_size=10, unique_by=lambda pair: pair[0])
)
def test_every_take_has_one_row_whatever_its_parents(pairs: list[tuple[int, int | None]]) -> None:
    takes = [take(str(one), None if parent is None else str(parent)) for one, parent in pairs]
    rows = rows_of(takes, Shown(), {})
    assert sorted(one.id for one, _ in rows) == sorted(one.id for one in takes)
    by_id = {one.id: one for one in takes}
    for one in takes:
        assert one not in ancestors(one, by_id)


@given(st.sets(st.integers(0, 127)))
def test_bars_are_written_and_read_alike(bars: set[int]) -> None:
    assert parse_ranges(ranges_words(tuple(bars)), 128) == tuple(sorted(bars))


@pytest.mark.parametrize("text", ["0", "5-2", "1-200", "a", "3-", "1--2"])
def test_what_is_no_range_is_not_read(text: str) -> None:
    assert parse_ranges(text, 128) is None


# -- what was asked ----------------------------------------------------------------------------------------------------


def test_two_requests_are_compared_in_words() -> None:
    first = ComposeRequest(AffectPoint(0.7, 0.5), tempo_bpm=90, key="Bbm", ensemble="voice", seed=3)
    second = ComposeRequest(AffectPoint(0.7, 0.5), attributes={"loudness": 40.0}, form="ABA", chords=("Am", ""), seed=3)
    rows = {name: (one, two) for name, one, two in differences(first, second)}
    assert rows["Tempo"] == ("90 bpm", FREE)
    assert rows["Key"] == ("B♭ minor", FREE)
    assert rows["Who plays"] == ("Voice and piano", "Piano")
    assert rows["Form"] == (FREE, "A B A")
    assert rows["Chords"] == (FREE, "Am *")
    assert rows["Loudness"] == (FREE, "p")
    assert "Seed" not in rows
    assert "Feeling" not in rows
    assert differences(first, first) == []


def test_a_rework_is_told_in_words() -> None:
    rework = ReworkRequest("0" * 64, "vary", bars=(8, 12), amount=0.3, locked_bars=(0, 1), locked_attributes=("tempo",))
    rows = told(rework)
    assert rows["Done"] == "varied"
    assert rows["Where"] == "bars 9–12"
    assert rows["How much"] == "30 %"
    assert rows["Kept bars"] == "1–2"
    assert rows["Kept as measured"] == "tempo"


def test_the_feeling_of_a_rework_is_that_of_its_parent() -> None:
    rework = encode_request(ReworkRequest("0" * 64, "vary")).decode()
    parent = take("a", request=encode_request(ComposeRequest(AffectPoint(0.7, 0.5))).decode())
    child, stranger = take("b", "a", request=rework), take("c", request="{}")
    by_id = {one.id: one for one in (parent, child, stranger)}
    assert feeling_of(child, by_id) == AffectPoint(0.7, 0.5)
    assert feeling_of(stranger, by_id) is None


# -- in the window -----------------------------------------------------------------------------------------------------


def test_notes_marks_and_undo(studio: Studio) -> None:
    studio.make(2)
    first, second = (one.id for one in studio.project.state.takes)
    told_of: list[tuple[str, str]] = []
    studio.music.marksChanged.connect(lambda a, b: told_of.append((a, b)))
    right = studio.music.right
    right.note.setText("for the opening")
    right.note.editingFinished.emit()
    right.marks.buttons["A"].click()
    studio.settle()
    studio.music.select(second)
    studio.until(lambda: right.note.text() == "")
    right.marks.buttons["B"].click()
    studio.settle()
    assert told_of == [(first, ""), (first, second)]
    assert [row.mark for row in right.takes.rows] == ["A", "B"]
    assert right.takes.rows[0].note == "for the opening"
    assert right.marks.buttons["B"].isChecked()
    assert not right.marks.buttons["A"].isChecked()
    studio.window.menus.undo.trigger()
    studio.until(lambda: told_of[-1] == (first, ""))
    studio.music.actions_of_takes.mark("A", first)
    assert studio.music.actions_of_takes.marks == ("", "")
    studio.music.actions_of_takes.mark("A", first)
    studio.settle()
    studio.music.remove(first)
    studio.until(lambda: told_of[-1] == ("", ""))


def test_asking_anew_keeps_notes_and_map(studio: Studio) -> None:
    studio.make(1)
    identity = studio.music.shown
    studio.music.actions_of_takes.note(identity, "keep")
    studio.music.ask_like(identity)
    leave_all(studio)
    assert studio.music.left.ask.kept.notes == {identity: "keep"}
    assert studio.music.left.ask != Ask()


def test_the_list_is_searched_sorted_and_shows_all_again(studio: Studio) -> None:
    studio.make(4)
    right = studio.music.right
    assert not right._search_row.isHidden()
    right.search.setText("happy 3")
    assert [row.name for row in right.takes.rows] == ["happy 3"]
    right.search.clear()
    studio.music.star(studio.project.state.takes[1].id, True)
    studio.settle()
    right.only_starred.click()
    assert [row.name for row in right.takes.rows] == ["happy 2"]
    right.only_starred.click()
    right.search.setText("happy 2")
    studio.make(1)
    assert right.search.text() == ""
    studio.music.remove(studio.project.state.takes[-1].id)
    studio.until(lambda: len(studio.names) == 4)
    right.sorts["newest"].trigger()
    assert [row.name for row in right.takes.rows] == ["happy 4", "happy 3", "happy 2", "happy 1"]


def test_a_copy_stands_beside_its_take(studio: Studio) -> None:
    studio.make(2)
    studio.music.actions_of_takes.duplicate(studio.project.state.takes[0].id)
    studio.until(lambda: studio.names == ["happy 1", "happy 1 copy", "happy 2"])
    studio.music.actions_of_takes.duplicate(studio.project.state.takes[0].id)
    studio.until(lambda: studio.names == ["happy 1", "happy 1 copy 2", "happy 1 copy", "happy 2"])
    studio.window.menus.undo.trigger()
    studio.until(lambda: studio.names == ["happy 1", "happy 1 copy", "happy 2"])


def test_what_was_asked_is_shown_and_compared(studio: Studio) -> None:
    studio.make(1)
    studio.music.left.sliders["loudness"].askedCommitted.emit(40.0)
    studio.make(1)
    first, second = (one.id for one in studio.project.state.takes)
    doing = studio.music.actions_of_takes
    history = doing.history(first, studio.window)
    assert history is not None
    assert "happy" in words_of(history)
    assert "16 bars" in words_of(history)
    history.close()
    sheet = doing.compare(first, second, studio.window)
    assert sheet is not None
    assert "Loudness" in words_of(sheet)
    sheet.close()
    assert doing.compare(first, "", studio.window) is None
    assert "mark one as A" in studio.message


# -- an ear ------------------------------------------------------------------------------------------------------------


def test_a_take_is_placed_by_a_click_and_bends_what_is_asked(studio: Studio) -> None:
    studio.make(1)
    identity, asked = studio.music.shown, studio.music.left.ask.affect
    studio.music.right.hear.click()
    pad = studio.music.left.pad
    assert pad.placing == identity
    assert "Click where you hear it" in studio.music.left._feeling.text()
    heard = AffectPoint(-0.5, 0.5, asked.dominance)
    place = pad.position_of(heard).toPoint()
    studio.qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=place)
    assert pad.placing == ""
    assert studio.music.left.ask.affect == asked
    request = studio.music.current_request()
    assert isinstance(request, ComposeRequest)
    [rating] = request.ear
    assert rating.asked == asked
    assert rating.heard.valence == pytest.approx(-0.5, abs=0.05)
    assert [mark.name for mark in pad.marks] == ["happy 1"]
    assert not studio.music.left._ear.isHidden()
    studio.music.placing.place(identity, AffectPoint(0.1, 0.1))
    assert len(studio.music.left.ask.kept.ear) == 1
    studio.music.left.ear_on.click()
    request = studio.music.current_request()
    assert isinstance(request, ComposeRequest)
    assert request.ear == ()
    studio.settle()
    for _ in range(3):
        studio.window.menus.undo.trigger()
    studio.until(lambda: studio.music.left.ask.kept.ear == ())
    assert pad.marks == ()


def test_escape_gives_placing_up(studio: Studio) -> None:
    studio.make(1)
    studio.music.placing.begin()
    studio.qtbot.keyClick(studio.music.left.pad, Qt.Key.Key_Escape)
    assert not studio.music.placing.waits
    studio.music.placing.begin()
    studio.music.cancel()
    assert not studio.music.placing.waits
    studio.music.placing.begin()
    studio.qtbot.keyClick(studio.music.left.pad, Qt.Key.Key_Return)
    assert len(studio.music.left.ask.kept.ear) == 1


def test_a_take_is_dropped_on_the_pad(studio: Studio) -> None:
    studio.make(1)
    data = studio.music.menus.mime(studio.music.shown)
    assert data is not None
    dragged = dragged_in(data)
    assert dragged is not None
    assert (dragged.panel, dragged.kind, dragged.id) == ("music", "take", studio.music.shown)
    pad = studio.music.left.pad
    for carried, count in ((data, 1), (QMimeData(), 1)):
        event = QDropEvent(
            QPointF(pad.position_of(AffectPoint(0.0, -0.5))), Qt.DropAction.CopyAction, carried,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        pad.dropEvent(event)
        assert len(studio.music.left.ask.kept.ear) == count


def test_what_a_take_was_really_asked_counts(studio: Studio) -> None:
    rating = EarRating(AffectPoint(0.5, 0.5), AffectPoint(-0.5, 0.5))
    request = ComposeRequest(AffectPoint(0.4, 0.4), ear=(rating,))
    one = take("a", request=encode_request(request).decode())
    asked = studio.music.ear.asked_point(one, {"a": one})
    assert asked == PersonalMap((rating,)).wanted_to_asked(AffectPoint(0.4, 0.4))
    assert asked != AffectPoint(0.4, 0.4)


def test_a_map_is_named_saved_reset_and_opened(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    studio.music.placing.place(studio.music.shown, AffectPoint(-0.2, 0.4))
    sheet = studio.music.ear.open_sheet(studio.window)
    assert "1 placed" in words_of(sheet)
    assert "Next, place one that was made from about “angry”" in words_of(sheet)
    sheet.name.setText("Ana's ear")
    sheet.name.editingFinished.emit()
    assert studio.music.left.ask.kept.ear_name == "Ana's ear"
    assert "Ana's ear · 1 take" in studio.music.left.ear_on.text()
    studio.answers.path = tmp_path / "ana"
    sheet.save.click()
    studio.until((tmp_path / "ana.affectmap").exists)
    before = [EarRating(one.asked, one.heard) for one in studio.music.left.ask.kept.ear]
    sheet.reset.click()
    assert studio.music.left.ask.kept.ear == ()
    assert not sheet.reset.isEnabled()
    assert "No take was placed yet. Next, place one that was made from about “happy”" in words_of(sheet)
    studio.answers.path = tmp_path / "ana.affectmap"
    sheet.open_.click()
    studio.until(lambda: len(studio.music.left.ask.kept.ear) == 1)
    assert list(studio.music.left.ask.ear) == before
    assert studio.music.left.ask.kept.ear_name == "Ana's ear"
    studio.music.ear.remove(0)
    assert studio.music.left.ask.ear == ()
    (tmp_path / "noise.affectmap").write_bytes(b"noise")
    studio.answers.path = tmp_path / "noise.affectmap"
    sheet.open_.click()
    studio.until(lambda: "not a map" in studio.message)
    sheet.close()


def test_an_ear_survives_the_project_file(open_studio: Callable[..., Studio], tmp_path: Path) -> None:
    studio = open_studio()
    studio.make(1)
    studio.music.placing.place(studio.music.shown, AffectPoint(-0.2, 0.4))
    studio.settle()
    studio.answers.path = tmp_path / "ear.affect"
    studio.shell.files.save_as()
    studio.until((tmp_path / "ear.affect").exists)
    kept = studio.music.left.ask.kept
    studio.close()
    again = open_studio(path=tmp_path / "ear.affect")
    again.until(lambda: again.music.left.ask.kept == kept)
    assert len(again.music.left.pad.marks) == 1


def test_takes_of_a_hostile_project_are_shown(studio: Studio) -> None:
    from generators import artifacts
    from generators.engine.fake_script import score_for

    data = artifacts.pack(score_for(ComposeRequest(bars=1)))
    sha256 = artifacts.digest(data)
    circle = tuple(
        Take(one, "music", one, False, "score", sha256, "{}", parent=parent) for one, parent in (("x", "y"), ("y", "x"))
    )
    studio.project.perform(AddTakes(circle), {sha256: data})
    studio.until(lambda: [row.id for row in studio.music.right.takes.rows] == ["x", "y"])
