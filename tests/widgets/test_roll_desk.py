"""Around the piano roll: the header of the lanes, the tools, the tracks, the menu."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from roll_hand import LEFT, NONE

from generators.artifacts import Score, Track
from studio.widgets.note_editing import GRIDS
from studio.widgets.roll_lanes import BARS, FEELING
from studio.widgets.track_legend import track_name


def test_the_lane_folds_away_and_comes_back(desk, qtbot):
    assert desk.lanes.is_open
    tall = desk.roll.height()
    desk.lanes.fold.click()
    assert not desk.lanes.is_open
    qtbot.waitUntil(lambda: desk.roll.height() > tall)
    desk.lanes.tabs.tabBarClicked.emit(1)
    assert desk.lanes.is_open
    desk.lanes.show_lane(BARS)
    assert desk.lanes.lane is desk.lanes.bars
    assert not desk.lanes.attribute.isHidden()
    desk.lanes.show_lane(FEELING)
    assert desk.lanes.attribute.isHidden()
    desk.lanes.focus_lane()
    qtbot.waitUntil(desk.lanes.feeling.hasFocus)


def test_a_low_window_leaves_its_room_to_the_roll(desk):
    desk.resize(1100, 300)
    assert not desk.lanes.is_open
    desk.resize(1100, 620)
    assert desk.lanes.is_open
    desk.lanes.fold.click()
    desk.resize(1100, 700)
    assert not desk.lanes.is_open, "the user closed it"


def test_the_tools_follow_the_editor_and_lead_it(desk):
    bar, editor = desk.bar, desk.editor
    bar.pencil.click()
    assert editor.pencil
    bar.grid.activated.emit(0)
    assert editor.grid is GRIDS[0]
    bar.grid.activated.emit(bar.grid.count() - 1)
    assert not editor.snaps
    assert bar.grid.currentText() == "No grid"
    editor.set_tool(grid=GRIDS[5], snaps=True, pencil=False)
    assert bar.grid.currentText() == GRIDS[5].name
    assert not bar.pencil.isChecked()
    next(action for action in bar.quantise.menu().actions() if "50%" in action.text()).trigger()
    assert editor.strength == 0.5
    assert "50%" in bar.quantise.toolTip()
    editor.set_editable(False)
    assert not bar.pencil.isEnabled()


def test_the_legend_hides_and_focuses_tracks(desk, qtbot):
    legend = desk.bar.legend
    legend.grab()
    assert [track for track, _ in legend._chips] == [0, 1]
    chip = legend._chips[1][1]
    QTest.mouseClick(legend, LEFT, NONE, QPoint(round(chip.left()) + 10, 12))
    assert desk.editor.hidden == {1}
    assert legend.accessibleDescription() == "Right hand, Track 2 hidden"
    QTest.mouseClick(legend, LEFT, NONE, QPoint(round(chip.right()) - 10, 12))
    assert desk.editor.focus_track == 1
    assert desk.editor.hidden == frozenset()
    QTest.mouseClick(legend, LEFT, NONE, QPoint(round(chip.right()) - 10, 12))
    assert desk.editor.focus_track is None
    assert track_name(desk.editor.score, 1) == "Track 2"


def test_tracks_without_room_stand_in_a_menu(desk):
    score = Score([0], [480], [60], [80], [0], tuple(Track(f"Instrument number {n}") for n in range(30)))
    desk.roll.set_score(score)
    legend = desk.bar.legend
    legend.grab()
    assert 0 < len(legend._chips) < 30
    assert legend._more is not None
    actions = [action for action in legend.menu().actions() if not action.isSeparator()]
    assert len(actions) == 60
    actions[3].trigger()
    assert desk.editor.hidden == {3}


def test_the_menu_of_the_roll_does_what_it_says(desk):
    desk.editor.select([1, 2])
    actions = {action.text().split("\t")[0]: action for action in desk.menu().actions()}
    actions["Copy"].trigger()
    actions["Paste at the playhead"].trigger()
    assert desk.editor.score.note_count == 4, "they would lie on themselves"
    actions["An octave up"].trigger()
    assert not actions["Lock bars"].isEnabled()
    desk.roll.choose_bars((1, 3))
    for words in ("Lock bars 2–3", "Unlock bars 2–3"):
        next(action for action in desk.menu().actions() if action.text().startswith(words)).trigger()
    assert desk.roll.locked_bars == ()
    desk.editor.select_all()
    actions["Delete"].trigger()
    assert desk.editor.score.note_count == 0
    assert not {action.text().split("\t")[0]: action for action in desk.menu().actions()}["Cut"].isEnabled()


def test_the_bar_says_what_lies_under_the_pointer(desk, qtbot):
    view = desk.roll.view()
    qtbot.mouseMove(desk.roll.viewport(), QPoint(round(view.x(600)), round(view.y(64) + 3)))
    assert desk.bar._under.text().startswith("E4 · bar 1 · Right hand")
