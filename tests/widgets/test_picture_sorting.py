"""The grid, the trays, the effect strip and the bars: geometry, choosing, keys, and what a drag carries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.widgets.compare_bars import Bar, CompareBars
from studio.widgets.effect_strip import EffectStrip, StripRow
from studio.widgets.picture_drag import MIME, keys_in, mime_of, pile
from studio.widgets.picture_grid import PictureGrid
from studio.widgets.picture_keys import place_of, stars_of
from studio.widgets.picture_tile import Tile
from studio.widgets.picture_tray import PictureTray
from studio.widgets.theme import ThemeHub


def coloured(name: str, side: int = 32) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB888)
    image.fill(QColor(name))
    return image


@pytest.fixture
def grid(qtbot: QtBot, hub: ThemeHub) -> PictureGrid:
    made = PictureGrid(hub)
    qtbot.addWidget(made)
    made.resize(700, 360)
    made.show()
    made.set_images({key: coloured("teal") for key in range(30)})
    made.set_tiles([Tile(key) for key in range(30)])
    return made


@pytest.mark.parametrize("width", [300, 523, 700, 1333])
def test_tiles_fill_the_width_and_never_overlap(grid: PictureGrid, width: int) -> None:
    grid.resize(width, 360)
    first = grid.ground.box(0)
    last = grid.ground.box(grid.columns - 1)
    room = grid.area.viewport().width()
    assert room - last.right() == pytest.approx(first.left(), abs=1)
    assert grid.side_px >= 92
    boxes = [grid.ground.box(place) for place in range(len(grid.tiles))]
    assert not any(boxes[place].intersects(boxes[place + 1]) for place in range(len(boxes) - 1))
    assert all(grid.ground.place_at(box.center()) == place for place, box in enumerate(boxes))
    assert grid.ground.place_at(QPointF(1, 1)) == -1


def test_clicks_and_keys_choose_one_or_many(qtbot: QtBot, grid: PictureGrid) -> None:
    left = Qt.MouseButton.LeftButton
    at = [grid.ground.box(place).center().toPoint() for place in range(12)]
    qtbot.mouseClick(grid.ground, left, pos=at[2])
    assert grid.chosen == {2}
    qtbot.mouseClick(grid.ground, left, Qt.KeyboardModifier.ShiftModifier, at[5])
    assert grid.chosen == {2, 3, 4, 5}
    qtbot.mouseClick(grid.ground, left, Qt.KeyboardModifier.ControlModifier, at[3])
    assert grid.chosen == {2, 4, 5}
    assert grid.chosen_keys() == [2, 4, 5]
    qtbot.keyClick(grid.ground, Qt.Key.Key_Right)
    assert grid.chosen == {4}
    qtbot.keyClick(grid.ground, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert grid.chosen == set(range(4, 4 + grid.columns + 1))
    qtbot.mouseClick(grid.ground, left, pos=at[0] * 0)
    assert not grid.chosen


def test_many_are_judged_at_once_and_one_leads_to_the_next(qtbot: QtBot, grid: PictureGrid) -> None:
    told: list[tuple[list[int], str]] = []
    stars: list[tuple[list[int], int]] = []
    grid.judged.connect(lambda keys, where: told.append((keys, where)))
    grid.starred.connect(lambda keys, count: stars.append((keys, count)))
    grid.choose(1)
    grid.choose(3, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(grid.ground, Qt.Key.Key_M)
    qtbot.keyClick(grid.ground, Qt.Key.Key_3)
    assert told == [([1, 2, 3], "more")]
    assert stars == [([1, 2, 3], 3)]
    grid.choose(7)
    qtbot.keyClick(grid.ground, Qt.Key.Key_N)
    assert told[-1] == ([7], "unsure")
    assert grid.chosen == {8}
    grid.clear_choice()
    grid.ground.focus_shown = False
    qtbot.keyClick(grid.ground, Qt.Key.Key_L)
    assert len(told) == 2


def test_what_is_chosen_stays_while_it_is_there(grid: PictureGrid) -> None:
    grid.choose(4)
    grid.set_tiles([Tile(key, "more" if key == 4 else "") for key in range(29, -1, -1)])
    assert grid.chosen == {4}
    assert grid.tiles[grid.current].key == 4
    assert "on More" in grid.ground.accessibleDescription()
    grid.set_tiles([Tile(key) for key in range(3)])
    assert not grid.chosen


@given(st.lists(st.integers(0, 10_000), max_size=40))
def test_a_drag_carries_the_pictures(keys: list[int]) -> None:
    assert keys_in(mime_of(keys)) == keys


@given(st.binary(max_size=60))
def test_a_drag_from_elsewhere_carries_none(data: bytes) -> None:
    mime = QMimeData()
    mime.setData(MIME, data)
    assert all(key >= 0 for key in keys_in(mime))
    plain = QMimeData()
    plain.setText("[1]")
    assert keys_in(plain) == []


def test_a_pile_shows_a_few_of_the_pictures(qapp: QApplication) -> None:
    one, many = (pile([coloured("teal")] * count, 2.0) for count in (1, 30))
    assert one.deviceIndependentSize().width() < many.deviceIndependentSize().width() < 120
    assert pile([None], 1.0).width() == 72


def test_pictures_of_a_full_tray_lie_over_each_other_and_stay_inside(qtbot: QtBot, hub: ThemeHub) -> None:
    tray = PictureTray(hub, "more", "More", "has more of it")
    qtbot.addWidget(tray)
    tray.resize(260, tray.height())
    for count in (1, 3, 40):
        tray.set_tiles([Tile(key, "more") for key in range(count)], {})
        assert tray.box(count - 1).right() <= tray.width()
        assert tray.place_at(tray.box(count - 1).center()) == count - 1
    tray.grab()
    assert tray.accessibleDescription().startswith("40 pictures")


def test_a_picture_is_moved_along_the_row_with_alt(qtbot: QtBot, hub: ThemeHub) -> None:
    row = PictureTray(hub, "order", "In order", "put some here", is_ordered=True)
    qtbot.addWidget(row)
    row.resize(600, row.height())
    row.show()
    row.set_tiles([Tile(key, "order", rank=key + 1) for key in (0, 1, 2)], {0: coloured("teal")})
    put: list[tuple[list[int], str, int]] = []
    row.put.connect(lambda keys, where, place: put.append((keys, where, place)))
    qtbot.keyClick(row, Qt.Key.Key_Right)
    qtbot.keyClick(row, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert put == [([0], "order", 1)]
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert len(put) == 1
    qtbot.keyClick(row, Qt.Key.Key_L)
    assert put[-1][1:] == ("less", -1)
    assert [row.gap_at(x) for x in (0, row.box(1).center().x() + 4, 590)] == [0, 2, 3]
    row.grab()


def test_keys_with_modifiers_are_left_to_others() -> None:
    def key(code: Qt.Key, modifiers: Qt.KeyboardModifier) -> QKeyEvent:
        return QKeyEvent(QKeyEvent.Type.KeyPress, code, modifiers)

    assert place_of(key(Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier)) == "more"
    assert place_of(key(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)) is None
    assert stars_of(key(Qt.Key.Key_5, Qt.KeyboardModifier.KeypadModifier)) == 5
    assert stars_of(key(Qt.Key.Key_6, Qt.KeyboardModifier.NoModifier)) is None


@pytest.mark.parametrize("width", [200, 480, 900])
def test_the_strip_is_as_high_as_its_pictures(qtbot: QtBot, hub: ThemeHub, width: int) -> None:
    strip = EffectStrip(hub, ("-1", "0", "+1"), 80.0)
    qtbot.addWidget(strip)
    strip.resize(width, strip.height())
    strip.set_rows([StripRow("before", [coloured("teal")] * 3), StripRow("after", [None, coloured("navy"), None])])
    assert strip.side_px <= 80
    assert strip.box(1, 2).right() <= width + 0.5
    assert strip.box(1, 0).top() > strip.box(0, 0).bottom()
    assert strip.height() > strip.box(1, 0).bottom()
    assert strip.images(1)[0] is None
    assert "before; after" in strip.accessibleDescription()
    picture = strip.grab().toImage()
    ratio = picture.devicePixelRatio()
    inside = (strip.box(0, 1).center() * ratio).toPoint()
    assert picture.pixelColor(inside) == QColor("teal")


def test_bars_tell_their_figures(qtbot: QtBot, hub: ThemeHub) -> None:
    bars = CompareBars(hub, "How well it does")
    qtbot.addWidget(bars)
    bars.set_bars([Bar("follows the slider", 0.94, is_main=True), Bar("random direction", -0.1)])
    assert bars.accessibleDescription() == "follows the slider 0.94; random direction -0.10"
    bars.resize(260, bars.height())
    assert bars.grab().toImage().height() >= bars.height()
