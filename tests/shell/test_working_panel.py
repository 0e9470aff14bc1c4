"""Working with a take: the tools, their sheets, the jobs they become, and where the results stand."""

from __future__ import annotations

import msgspec
import pytest
from window_hands import Studio

from generators.affect import emotion_named
from generators.engine.fake_script import Die, Refuse, play, score_for
from generators.engine.requests import decode_request
from generators.errors import BadRequest
from generators.music.request import REWORKS, ComposeRequest, ReworkRequest
from studio.document.model import AddTakes, RemoveTake, Take
from studio.panels.music.ask import Ask
from studio.panels.music.rework_sheet import ReworkSheet
from studio.panels.music.reworking import Choice, Work, name_of, rework_request

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # windows without a window system


def sheet_of(studio: Studio, kind: str) -> ReworkSheet:
    sheet = studio.music.middle.tools.open(kind)
    assert sheet is not None
    return sheet


def reworked(studio: Studio) -> list[ReworkRequest]:
    return [request for request, _, _ in studio.engine.submitted if isinstance(request, ReworkRequest)]


def run_rework(studio: Studio, count: int) -> Take:
    studio.until(lambda: len(reworked(studio)) >= 1 and len(studio.music.composing.pending) >= 1)
    studio.engine.run()
    studio.until(lambda: len(studio.names) == count and not studio.music.composing.pending)
    return studio.project.state.takes[-1]


def test_without_a_take_the_tools_say_why(studio: Studio) -> None:
    tools = studio.music.middle.tools
    for kind in REWORKS:
        assert not tools.buttons[kind].isEnabled()
        assert "nothing to work on" in tools.buttons[kind].toolTip()
        assert tools.open(kind) is None
    studio.music.working.open("vary")
    assert "nothing to work on" in studio.message
    studio.make(1)
    assert all(tools.buttons[kind].isEnabled() for kind in REWORKS)
    studio.music.remove(studio.music.shown)
    studio.until(lambda: not tools.buttons["vary"].isEnabled())


def test_a_variation_stands_under_its_take(studio: Studio) -> None:
    studio.make(2)
    parent = studio.project.state.takes[0]
    studio.music.select(parent.id)
    sheet = sheet_of(studio, "vary")
    sheet.amount.set_asked(0.3)
    sheet.go.click()
    assert not sheet.isVisible()
    child = run_rework(studio, 3)
    [request] = reworked(studio)
    assert request.kind == "vary"
    assert request.amount == pytest.approx(0.3)
    assert request.score_sha256 == parent.asset_sha256
    assert child.parent == parent.id
    assert child.name == "happy 1, varied 30 %"
    assert decode_request(child.request) == request
    rows = studio.music.right.takes.rows
    assert [row.name for row in rows] == ["happy 1", "happy 1, varied 30 %", "happy 2"]
    assert [row.depth for row in rows] == [0, 1, 0]
    assert rows[1].short == "varied 30 %"
    assert "90 %" in rows[1].detail
    studio.music.select(child.id)
    studio.until(lambda: studio.music.timeline.key == child.asset_sha256)
    facts = {name.text(): value.text() for name, value in studio.music.right._rows.labels if name.text()}
    assert facts["meets the request"] == "90 %"
    assert facts["new to the training set"] == "yes"


def test_the_chosen_bars_are_rewritten(studio: Studio) -> None:
    studio.make(1)
    roll = studio.music.middle.roll
    roll.choose_bars((0, 3))
    roll.toggle_lock()
    roll.choose_bars((8, 12))
    button = studio.music.middle.tools.buttons["rewrite"]
    assert button.text() == "Rewrite bars 9–12"
    sheet = sheet_of(studio, "rewrite")
    assert (sheet.begin.value(), sheet.end.value()) == (9, 12)
    assert sheet.keep.text() == "1–3"
    sheet.go.click()
    child = run_rework(studio, 2)
    [request] = reworked(studio)
    assert request.bars == (8, 12)
    assert request.locked_bars == (0, 1, 2)
    assert request.affect is None
    assert child.name == "happy 1, bars 9–12 again"
    # it comes into view, and the same bars can be written once more
    studio.until(lambda: studio.music.timeline.key == child.asset_sha256)
    assert studio.music.shown == child.id
    assert roll.selected_bars == (8, 12)
    assert roll.locked_bars == (0, 1, 2)
    assert button.text() == "Rewrite bars 9–12"
    assert studio.shell.playback.loop_range_s is not None
    sheet = sheet_of(studio, "rewrite")
    assert sheet.keep.text() == "1–3"
    sheet.close()
    roll.choose_bars(None)
    assert button.text() == "Rewrite"


def test_making_it_calmer_moves_towards_calm(studio: Studio) -> None:
    studio.make(1)
    studio.music.left.sliders["tempo"].toggle_lock()
    sheet = sheet_of(studio, "feel")
    sheet.feels.button(1).setChecked(True)
    assert sheet.go.text() == "Make it calmer"
    sheet.go.click()
    child = run_rework(studio, 2)
    [request] = reworked(studio)
    assert request.affect == emotion_named("calm").point
    assert request.locked_attributes == ("tempo",)
    assert child.name == "happy 1, calmer 50 %"


def test_as_the_pad_says_takes_the_sliders_along(studio: Studio) -> None:
    studio.make(1)
    studio.music.left.sliders["register"].askedCommitted.emit(72.0)
    sheet = sheet_of(studio, "feel")
    sheet.feels.button(4).setChecked(True)
    sheet.go.click()
    run_rework(studio, 2)
    [request] = reworked(studio)
    assert request.affect == studio.music.left.ask.affect
    assert request.attributes == {"register": 72.0}


def test_a_piece_is_continued_and_harmonised(studio: Studio) -> None:
    studio.make(1)
    sheet = sheet_of(studio, "continue")
    assert sheet.more.value() == 8
    sheet.more.setValue(4)
    assert sheet.go.text() == "Add 4 bars"
    sheet.go.click()
    run_rework(studio, 2)
    assert reworked(studio)[-1].bars_more == 4
    assert reworked(studio)[-1].bars is None
    studio.music.left.piece.chords.setText("C G")
    studio.music.left.piece.chords.editingFinished.emit()
    sheet_of(studio, "harmonise").go.click()
    studio.until(lambda: len(reworked(studio)) == 2)
    assert reworked(studio)[-1].chords == ("C", "G")


def test_a_sheet_says_what_keeps_it(studio: Studio) -> None:
    studio.make(1)
    sheet = sheet_of(studio, "rewrite")
    sheet.keep.setText("1-16")
    assert not sheet.go.isEnabled()
    assert "Every chosen bar is kept" in sheet.trouble()
    sheet.keep.setText("5-99")
    assert "Write the bars to keep as" in sheet.trouble()
    sheet.keep.setText("")
    assert sheet.go.isEnabled()
    sheet.begin.setValue(10)
    sheet.end.setValue(4)
    assert sheet.begin.value() == 4
    assert sheet.choice.bars == (3, 4)
    sheet.close()


def test_a_rework_is_cancelled_refused_and_run_again(studio: Studio) -> None:
    studio.make(1)
    studio.music.working.at_once("vary")
    studio.until(lambda: len(studio.music.composing.pending) == 1)
    row = studio.music.right.takes.rows[1]
    assert (row.depth, row.busy) == (1, 0.0)
    studio.music.cancel()
    studio.engine.run()
    studio.until(lambda: not studio.music.composing.pending)
    assert studio.names == ["happy 1"]
    studio.engine.script = lambda request, inputs: [Refuse(BadRequest("No bar can be varied: choose others."))]
    studio.music.working.at_once("vary")
    studio.until(lambda: len(studio.music.composing.pending) == 1)
    studio.engine.run()
    studio.until(lambda: studio.message == "No bar can be varied: choose others.")
    studio.engine.script = lambda request, inputs: [Die()]
    studio.music.working.at_once("vary")
    studio.until(lambda: len(studio.music.composing.pending) == 1)
    studio.engine.run()
    studio.until(lambda: "The engine stopped" in studio.message)
    studio.engine.script = play
    studio.window.strip._action.click()
    studio.engine.run()
    studio.until(lambda: len(studio.names) == 2)
    assert studio.project.state.takes[1].parent == studio.project.state.takes[0].id


def test_music_from_elsewhere_is_worked_on_too(studio: Studio) -> None:
    from generators import artifacts

    data = artifacts.pack(score_for(ComposeRequest(bars=4, seed=9)))
    sha256 = artifacts.digest(data)
    take = Take("elsewhere", "music", "song", False, "score", sha256, "{}", facts={"source": "song.mid"})
    studio.project.perform(AddTakes((take,)), {sha256: data})
    studio.until(lambda: studio.names == ["song"])
    studio.until(lambda: studio.music.timeline.key == sha256)
    assert not studio.music.right.hear.isEnabled()
    studio.music.middle.tools.open("vary")
    studio.music.working.at_once("vary")
    child = run_rework(studio, 2)
    assert child.parent == "elsewhere"
    assert child.name == "song, varied 50 %"
    studio.music.placing.begin()
    assert not studio.music.placing.waits


def test_a_child_keeps_its_place_when_its_parent_is_removed(studio: Studio) -> None:
    studio.make(1)
    studio.music.working.at_once("vary")
    child = run_rework(studio, 2)
    studio.project.perform(RemoveTake(child.parent or ""))
    studio.until(lambda: len(studio.names) == 1)
    assert [(row.name, row.depth) for row in studio.music.right.takes.rows] == [(child.name, 0)]


WORK = Work("walk", 16, ("Voice", "Piano"), (8, 12), (0,))


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        (Choice("rewrite", (8, 9)), "walk, bar 9 again"),
        (Choice("rewrite"), "walk, written again"),
        (Choice("continue", bars_more=4), "walk, 4 bars on"),
        (Choice("harmonise"), "walk, harmonised"),
        (Choice("feel", feel="sadder", amount=0.25), "walk, sadder 25 %"),
        (Choice("feel", feel="pad"), "walk, towards the pad 50 %"),
    ],
)
def test_names_say_what_was_done(choice: Choice, name: str) -> None:
    assert name_of(choice, WORK) == name


def test_a_choice_becomes_a_request() -> None:
    ask = Ask(attributes={"register": 60.0}, tempo_bpm=90.0, key="Am", locked=("register",), chords=("Am",), seed=4)
    request = rework_request(Choice("rewrite", (0, 16), tracks=(1,), follows_ask=True), ask, "0" * 64, WORK)
    assert request.bars is None
    assert request.attributes == {"tempo": 90.0}
    assert request.locked_attributes == ("register",)
    assert (request.key, request.chords, request.affect) == ("Am", ("Am",), ask.affect)
    plain = rework_request(Choice("rewrite", (2, 4)), ask, "0" * 64, WORK)
    assert (plain.affect, plain.attributes, plain.key, plain.chords) == (None, {}, "", ())
    with pytest.raises(BadRequest, match="has 16"):
        rework_request(Choice("rewrite", (2, 40)), ask, "0" * 64, WORK)
    long = msgspec.structs.replace(ask, locked=())
    assert rework_request(Choice("harmonise", melody_tracks=(0,)), long, "0" * 64, WORK).locked_tracks == (0,)
