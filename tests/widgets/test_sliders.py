from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from studio.widgets.sliders import AskedSlider
from studio.widgets.value_entry import ValueEntry, parse_number


@pytest.fixture
def slider(qtbot, hub):
    made = AskedSlider(hub, "Tempo", 40, 200, "bpm", 0)
    qtbot.addWidget(made)
    made.resize(300, 28)
    made.show()
    made.edited, made.committed = [], []
    made.askedEdited.connect(made.edited.append)
    made.askedCommitted.connect(made.committed.append)
    return made


def _at(slider, value) -> QPoint:
    return QPoint(round(slider.x_of(value)), 14)


def test_it_is_free_until_something_is_asked(slider):
    assert slider.asked is None
    slider.set_measured(90.0)
    assert slider.value == 90
    slider.set_proposed(120.0)
    assert slider.value == 120
    assert "measured 90 bpm" in slider.accessibleDescription()


def test_a_drag_asks_and_commits_once(qtbot, slider):
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=_at(slider, 60))
    qtbot.mouseMove(slider, _at(slider, 100))
    qtbot.mouseMove(slider, _at(slider, 150))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=_at(slider, 150))
    assert slider.asked == pytest.approx(150, abs=1.5)
    assert slider.committed == [slider.asked]
    assert len(slider.edited) == 3


@pytest.mark.parametrize("how", ["double-click", "delete", "sign"])
def test_it_can_be_set_free(qtbot, slider, how):
    slider.set_asked(150)
    if how == "double-click":
        qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=_at(slider, 80))
    elif how == "delete":
        qtbot.keyClick(slider, Qt.Key.Key_Delete)
    else:
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=slider._reset_box().center().toPoint())
    assert slider.asked is None
    assert slider.edited == slider.committed == [None]


def test_dominance_is_never_free(qtbot, hub):
    slider = AskedSlider(hub, "Dominance", -1, 1)
    qtbot.addWidget(slider)
    slider.set_lockable(False)
    assert slider.asked == 0
    slider.set_asked(0.5)
    qtbot.keyClick(slider, Qt.Key.Key_Delete)
    assert slider.asked == 0
    slider.set_asked(None)
    assert slider.asked == 0


def test_keys_step_and_stay_inside(qtbot, slider):
    slider.set_asked(100)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.asked == pytest.approx(101.6)
    qtbot.keyClick(slider, Qt.Key.Key_End)
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert slider.asked == 200
    assert slider.committed[-1] == 200


def test_return_asks_for_what_is_proposed(qtbot, slider):
    slider.set_proposed(88)
    qtbot.keyClick(slider, Qt.Key.Key_Return)
    assert slider.asked == 88


def test_an_exact_value_can_be_typed(qtbot, slider):
    qtbot.keyClick(slider, "9")
    entry = slider.findChild(ValueEntry)
    qtbot.keyClicks(entry, "6,5 bpm")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert slider.asked == 96.5
    assert slider.committed == [96.5]
    qtbot.waitUntil(lambda: slider.findChild(ValueEntry) is None)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(290, 14))
    entry = slider.findChild(ValueEntry)
    qtbot.keyClicks(entry, "9999")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert slider.asked == 200


def test_escape_and_nonsense_leave_the_value(qtbot, slider):
    slider.set_asked(100)
    qtbot.keyClick(slider, "5")
    entry = slider.findChild(ValueEntry)
    entry.setText("fast")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert entry.isVisible()
    qtbot.keyClick(entry, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: slider.findChild(ValueEntry) is None)
    assert slider.asked == 100
    assert not slider.committed


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_nothing(text):
    number = parse_number(text)
    assert number is None or math.isfinite(number)


@pytest.mark.parametrize(("text", "number"), [("1,5", 1.5), (" -0.3 ", -0.3), ("−2 bpm", -2.0), ("nan", None)])
def test_numbers_as_people_write_them(text, number):
    assert parse_number(text) == number


def _turn(slider):
    place = QPointF(200, 14)
    event = QWheelEvent(
        place, place, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    slider.wheelEvent(event)


def test_scrolling_past_changes_nothing(slider):
    slider.set_asked(100)
    slider.clearFocus()
    _turn(slider)
    assert slider.asked == 100


def test_words_may_stand_for_values(qtbot, hub):
    slider = AskedSlider(hub, "Mode", -1, 1, text=lambda value: "major" if value > 0 else "minor")
    qtbot.addWidget(slider)
    slider.set_asked(0.4)
    assert slider.text_of(slider.value) == "major"
    assert "asked major" in slider.accessibleDescription()


def test_it_is_painted_in_every_state(slider):
    free = slider.grab().toImage()
    slider.set_measured(120)
    measured = slider.grab().toImage()
    slider.set_asked(60)
    asked = slider.grab().toImage()
    assert free != measured != asked


def test_the_lock_keeps_what_was_measured(qtbot, slider):
    told = []
    slider.lockToggled.connect(told.append)
    qtbot.keyClick(slider, Qt.Key.Key_K)
    assert told == []  # a row without a lock has none to close
    slider.set_keepable(True)
    qtbot.keyClick(slider, Qt.Key.Key_K)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=slider._lock_box().center().toPoint())
    assert told == [True, False]
    slider.set_locked(True)
    assert told == [True, False]
    assert slider.locked
    assert "locked" in slider.accessibleDescription()
    assert slider.asked is None


def test_the_measured_value_has_a_column_of_its_own(slider):
    before = slider.track().right()
    slider.set_columns(92, 56, 44)
    slider.set_measured(90.0)
    assert slider.track().right() == before - 44
    assert slider._measured_box().right() == slider.width()
    assert not slider._measured_box().intersects(slider._value_box())
    assert not slider.grab().isNull()
