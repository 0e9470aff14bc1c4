"""The compass's widgets under the hand and the keyboard: rose, trail, strip, mixing board, strength over time, wipe."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage

from studio.widgets.mix_board import MixBoard, MixedDirection
from studio.widgets.picture_painting import fitted, image_of
from studio.widgets.picture_strip import PictureStrip
from studio.widgets.rose_view import Petal, RoseView
from studio.widgets.time_curve import HANDLES, PRESETS, TimeCurve, handles_of, preset_of
from studio.widgets.trail_bar import TrailBar, TrailStop, onward, way_to
from studio.widgets.wipe_view import WipeView


def plain(red: int, green: int, blue: int, side: int = 16) -> QImage:
    return image_of(np.full((side, side, 3), (red, green, blue), np.uint8))


def color_at(widget, place: QPointF) -> tuple[int, int, int]:
    image = widget.grab().toImage()
    ratio = image.width() / widget.width()
    found = image.pixelColor(int(place.x() * ratio), int(place.y() * ratio))
    return found.red(), found.green(), found.blue()


def shown(qtbot, widget, width: int, height: int):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


# -- the rose ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def rose(qtbot, hub) -> RoseView:
    made = RoseView(hub)
    made.set_petals([Petal(str(place), f"way {place}") for place in range(8)])
    made.set_middle(plain(10, 200, 10))
    for place in range(7):
        made.set_picture(str(place), plain(200, 20 * place, 10))
    return shown(qtbot, made, 800, 560)


def test_the_pictures_of_a_rose_do_not_cover_each_other_at_any_size(rose):
    for width, height in ((340, 300), (640, 400), (876, 480), (1360, 820), (420, 900)):
        rose.resize(width, height)
        boxes = [rose.middle_box(), *(rose.box_of(str(place)) for place in range(8))]
        whole = rose.rect().adjusted(-1, -1, 1, 1)
        for place, box in enumerate(boxes):
            assert whole.contains(box.toRect()), (width, height, place)
            for other in boxes[place + 1 :]:
                assert not box.intersects(other), (width, height, place)


def test_a_click_on_a_petal_goes_there_and_one_on_the_middle_does_not(qtbot, rose):
    went = []
    rose.chosen.connect(went.append)
    qtbot.mouseClick(rose, Qt.MouseButton.LeftButton, pos=rose.box_of("3").center().toPoint())
    qtbot.mouseClick(rose, Qt.MouseButton.LeftButton, pos=rose.middle_box().center().toPoint())
    qtbot.mouseClick(rose, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert went == ["3"]


def test_resting_on_a_petal_shows_it_large_until_the_pointer_leaves(qtbot, rose):
    middle = rose.middle_box().center()
    assert color_at(rose, middle) == (10, 200, 10)
    qtbot.mouseMove(rose, rose.box_of("2").center().toPoint())
    qtbot.waitUntil(lambda: rose.shown == "2")
    assert color_at(rose, middle) == (200, 40, 10)
    qtbot.mouseMove(rose, QPoint(2, 2))
    assert rose.shown == ""
    assert color_at(rose, middle) == (10, 200, 10)


def test_a_petal_on_its_way_is_not_looked_at_and_what_was_there_is_faint(qtbot, rose):
    before = color_at(rose, rose.box_of("1").center())
    rose.set_picture("1", None)
    faint = color_at(rose, rose.box_of("1").center())
    assert rose.picture_of("1") is None
    assert faint[0] < before[0]
    qtbot.keyClick(rose, Qt.Key.Key_2)  # the second petal is picked, but there is nothing to show yet
    assert (rose.picked, rose.shown) == ("1", "")
    rose.set_picture("1", plain(1, 2, 250))
    assert color_at(rose, rose.box_of("1").center()) == (1, 2, 250)


def test_the_keyboard_picks_looks_and_goes(qtbot, rose):
    went = []
    rose.chosen.connect(went.append)
    rose.setFocus(Qt.FocusReason.TabFocusReason)
    for key, there in ((Qt.Key.Key_Up, "0"), (Qt.Key.Key_Down, ""), (Qt.Key.Key_Down, "1"), (Qt.Key.Key_Up, "")):
        qtbot.keyClick(rose, key)
        assert rose.picked == there
    qtbot.keyClick(rose, Qt.Key.Key_Right)
    assert rose.picked in ("2", "4", "7")
    qtbot.keyClick(rose, Qt.Key.Key_7)
    assert rose.shown == "6"
    qtbot.keyClick(rose, Qt.Key.Key_Return)
    assert went == ["6"]
    qtbot.keyClick(rose, Qt.Key.Key_Escape)
    assert rose.picked == ""


# -- the trail ---------------------------------------------------------------------------------------------------------

STOPS = (
    TrailStop("a", "start"),
    TrailStop("b", "hush +0.4", "a"),
    TrailStop("c", "far +0.4", "b"),
    TrailStop("d", "warm +0.4", "b"),
    TrailStop("e", "far +0.8", "c"),
)


def test_the_trail_shows_the_way_here_and_where_it_went_on(qtbot, hub):
    assert [stop.id for stop in way_to(STOPS, "e")] == ["a", "b", "c", "e"]
    assert [stop.id for stop in onward(STOPS, "a")] == ["b", "d"]
    trail = shown(qtbot, TrailBar(hub), 600, 26)
    trail.set_stops(STOPS, "c")
    assert [stop.id for stop in trail.shown()] == ["a", "b", "c", "e"]
    assert [stop.id for stop in trail.branches("b")] == ["d"]


def test_a_click_on_the_trail_goes_back_and_a_branch_goes_elsewhere(qtbot, hub):
    trail = shown(qtbot, TrailBar(hub), 600, 26)
    trail.set_stops(STOPS, "c")
    went = []
    trail.chosen.connect(went.append)
    qtbot.mouseClick(trail, Qt.MouseButton.LeftButton, pos=QPoint(12, 13))
    menu = trail.branch_menu("b")
    menu.actions()[0].trigger()
    qtbot.keyClick(trail, Qt.Key.Key_Left)
    qtbot.keyClick(trail, Qt.Key.Key_Return)
    assert went == ["a", "d", "b"]


def test_a_long_trail_keeps_the_stop_in_view(qtbot, hub):
    stops = [TrailStop("0", "start")]
    stops += [TrailStop(str(n), f"a rather long name {n}", str(n - 1)) for n in range(1, 30)]
    trail = shown(qtbot, TrailBar(hub), 400, 26)
    trail.set_stops(stops, "29")
    laid = trail._layout()
    assert laid[-1][0].id == "29"
    assert laid[-1][2].right() <= 400


# -- the strip ---------------------------------------------------------------------------------------------------------


def test_the_strip_shows_what_is_there_and_goes_where_it_is_clicked(qtbot, hub):
    strip = shown(qtbot, PictureStrip(hub), 700, 108)
    strip.set_places([f"{n}" for n in range(9)])
    strip.set_pictures([plain(20 * n, 0, 0) if n != 4 else None for n in range(9)])
    strip.set_here(2.5)
    went = []
    strip.chosen.connect(went.append)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.box(6).center().toPoint())
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert went == [6, 3]
    assert strip.picture(4) is None
    assert color_at(strip, strip.box(8).center()) == (160, 0, 0)


# -- the mixing board --------------------------------------------------------------------------------------------------


@pytest.fixture
def board(qtbot, hub) -> MixBoard:
    made = MixBoard(hub)
    made.show_directions(
        [
            MixedDirection("a", "hush", 0.5),
            MixedDirection("b", "far", -0.2),
            MixedDirection("c", "drift", is_even=False),
        ]
    )
    return shown(qtbot, made, 250, 81)


def pull(qtbot, slider, to: float) -> None:
    track = slider.track()
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(int(slider.x_of(slider.value)), 13))
    qtbot.mouseMove(slider, QPoint(int(slider.x_of(to)), int(track.center().y())))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(int(slider.x_of(to)), 13))


def test_a_slider_of_the_board_tells_while_it_moves_and_when_it_rests(qtbot, board):
    edited, committed = [], []
    board.amountEdited.connect(lambda key, amount: edited.append((key, amount)))
    board.amountCommitted.connect(lambda key, amount: committed.append((key, amount)))
    pull(qtbot, board.rows["a"].slider, -1.2)
    assert edited
    assert [key for key, _ in committed] == ["a"]
    assert committed[0][1] == pytest.approx(-1.2, abs=0.05)
    assert board.rows["a"].slider.goes_far
    board.rows["a"].slider.reset()
    assert committed[-1] == ("a", 0.0)


def test_an_even_slider_ends_half_beyond_the_usable_range_and_an_uneven_one_says_so(board):
    even, uneven = board.rows["a"].slider, board.rows["c"].slider
    assert even.rounded(9.0) == 1.5
    assert uneven.rounded(9.0) == 3.0
    assert not uneven.goes_far
    assert "Not evened" in uneven.toolTip()


def test_rows_are_muted_renamed_moved_and_keep_their_place(qtbot, board):
    told = []
    board.muted.connect(lambda *what: told.append(("muted", *what)))
    board.renamed.connect(lambda *what: told.append(("renamed", *what)))
    board.moved.connect(lambda *what: told.append(("moved", *what)))
    qtbot.mouseClick(board.rows["b"].mute, Qt.MouseButton.LeftButton)
    row = board.rows["a"]
    row.rename()
    entry = row.children()[-1]
    entry.setText("hushed")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    slider = row.slider
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, 13))
    qtbot.mouseMove(slider, QPoint(10, 75))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, 75))
    assert told == [("muted", "b", True), ("renamed", "a", "hushed"), ("moved", "a", 2)]
    board.show_directions([MixedDirection("b", "far"), MixedDirection("a", "hushed", 0.25)], "a")
    assert board.order == ("b", "a")
    assert board.rows["a"] is row
    assert row.slider.asked == 0.25


# -- strength over time ------------------------------------------------------------------------------------------------


def test_presets_are_shapes_that_the_editor_shows_and_knows(qtbot, hub):
    curve = shown(qtbot, TimeCurve(hub), 240, 84)
    for key, _, _, strengths in PRESETS:
        curve.set_strengths(strengths)
        assert curve.strengths == strengths
        assert preset_of(curve.strengths) == key
    assert handles_of((0.0, 1.0)) == pytest.approx([n / (HANDLES - 1) for n in range(HANDLES)])
    assert preset_of((0.3,) * HANDLES) == ""


def test_drawing_across_the_editor_is_one_change(qtbot, hub):
    curve = shown(qtbot, TimeCurve(hub), 240, 84)
    committed = []
    curve.committed.connect(committed.append)
    first, last = curve.place_of(0), curve.place_of(HANDLES - 1)
    qtbot.mousePress(curve, Qt.MouseButton.LeftButton, pos=QPoint(int(first.x()), 62))
    qtbot.mouseMove(curve, QPoint(int(last.x()), 62))
    qtbot.mouseRelease(curve, Qt.MouseButton.LeftButton, pos=QPoint(int(last.x()), 62))
    assert len(committed) == 1
    assert committed[0] == pytest.approx((0.0,) * HANDLES, abs=0.1)
    qtbot.keyClick(curve, Qt.Key.Key_Home)
    assert committed[-1] == ()


# -- comparing ---------------------------------------------------------------------------------------------------------


def test_the_wipe_shows_one_picture_on_each_side_of_the_line(qtbot, hub):
    wipe = shown(qtbot, WipeView(hub), 500, 400)
    wipe.set_pictures(plain(250, 0, 0), plain(0, 0, 250), ("before", "after"))
    assert color_at(wipe, QPointF(150, 120)) == (250, 0, 0)
    assert color_at(wipe, QPointF(350, 120)) == (0, 0, 250)
    qtbot.mouseClick(wipe, Qt.MouseButton.LeftButton, pos=QPoint(400, 120))
    assert color_at(wipe, QPointF(350, 120)) == (250, 0, 0)
    wipe.set_beside(True)
    assert color_at(wipe, QPointF(120, 200)) == (250, 0, 0)
    assert color_at(wipe, QPointF(380, 200)) == (0, 0, 250)


def test_a_wide_picture_keeps_its_proportions(rose):
    place = fitted(image_of(np.zeros((10, 20, 3), np.uint8)), rose.middle_box())
    assert place.width() == pytest.approx(2 * place.height())
