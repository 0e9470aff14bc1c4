from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QWheelEvent

from generators.artifacts import Marker, Score
from studio.widgets.note_layer import NoteTable, pitch_name, track_colours
from studio.widgets.piano_roll import PianoRoll, thumbnail
from studio.widgets.roll_ground import KEYBOARD_PX, RULER_PX
from studio.widgets.roll_marks import labels_of
from studio.widgets.theme import accent_for


@pytest.fixture
def roll(qtbot, hub):
    made = PianoRoll(hub)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    made.sought = []
    made.seekRequested.connect(made.sought.append)
    return made


def test_a_click_seeks(qtbot, roll, make_score):
    score = make_score()
    roll.set_score(score)
    x = round(roll.view().x(4 * 1920))
    qtbot.mouseClick(roll.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 250))
    assert roll.sought == [pytest.approx(float(score.seconds_at(4 * 1920)), abs=0.03)]


def test_a_click_in_the_ruler_seeks_and_the_playhead_scrubs(qtbot, roll, make_score):
    roll.set_score(make_score(bars=60))
    viewport = roll.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 10))
    assert len(roll.sought) == 1
    roll.set_playhead(roll.sought[0])
    assert roll.playhead_x() == pytest.approx(300, abs=1)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 10))
    qtbot.mouseMove(viewport, QPoint(400, 10))
    assert roll.sought[-1] > roll.sought[0]
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(400, 10))
    assert roll.selected_bars is None


def test_the_middle_button_pans(qtbot, roll, make_score):
    roll.set_score(make_score(bars=60))
    viewport = roll.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.MiddleButton, pos=QPoint(500, 250))
    qtbot.mouseMove(viewport, QPoint(400, 250))
    qtbot.mouseRelease(viewport, Qt.MouseButton.MiddleButton, pos=QPoint(400, 250))
    assert not roll.sought
    assert roll.horizontalScrollBar().value() == 100


def test_zoom_keeps_the_place_under_the_pointer(roll, make_score):
    roll.set_score(make_score(bars=32))
    before = roll.view().tick(500)
    roll.zoom_time(2.0, 500)
    assert roll.view().tick(500) == pytest.approx(before, abs=8)


def test_the_wheel_with_ctrl_zooms(roll, make_score):
    roll.set_score(make_score())
    before = roll.view().px_per_tick
    event = QWheelEvent(
        QPointF(400, 200), QPointF(400, 200), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    roll.wheelEvent(event)
    assert roll.view().px_per_tick > before


def test_f_fits_the_whole_piece(qtbot, roll, make_score):
    roll.set_score(make_score(bars=100))
    assert roll.horizontalScrollBar().maximum() > 0
    qtbot.keyClick(roll, Qt.Key.Key_F)
    assert roll.horizontalScrollBar().maximum() == 0


def test_the_view_turns_the_page_with_the_playhead(roll, make_score):
    roll.set_score(make_score(bars=100))
    bar = roll.horizontalScrollBar()
    for seconds in np.arange(0, 60, 0.5):
        roll.set_playhead(float(seconds))
        assert KEYBOARD_PX <= roll.playhead_x() <= roll.viewport().width()
    assert bar.value() > 0
    bar.setValue(bar.maximum())  # the user looks elsewhere: stay there
    roll.set_playhead(61.0)
    assert bar.value() == bar.maximum()


def test_hover_tells_pitch_bar_and_note(qtbot, roll):
    score = Score([1920], [960], [60], [77], [0], length=4 * 1920)
    roll.set_score(score)
    view = roll.view()
    told = []
    roll.hovered.connect(told.append)
    qtbot.mouseMove(roll.viewport(), QPoint(round(view.x(2100)), round(view.y(60) + 3)))
    assert told[-1] == "C4 · bar 2 · Piano · 2 beats · velocity 77"
    roll._say("", None)
    assert told[-1] == ""


def test_nothing_to_show_says_what_will_be_there(qtbot, roll):
    assert "Takes appear here" in roll.accessibleDescription()
    empty = roll.grab().toImage()
    qtbot.mouseClick(roll.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    assert not roll.sought
    roll.set_score(Score([], [], [], [], [], length=1920))
    assert roll.grab().toImage() != empty


def test_the_playhead_repaints_from_the_cache(roll, make_score):
    roll.set_score(make_score())
    roll.grab()
    layer = roll._layer
    roll.set_playhead(1.0)
    roll.grab()
    assert roll._layer is layer


def test_the_notes_follow_the_accent(roll, hub, make_score):
    roll.set_score(make_score())
    before = roll.grab().toImage()
    hub.set_accent(QColor("#5B7BD5"))
    assert roll.grab().toImage() != before


def test_fifty_thousand_notes_stay_usable(roll, make_score):
    roll.set_score(make_score(50_000, bars=1_000))
    roll.grab()
    began = time.perf_counter()
    for frame in range(30):
        roll.set_playhead(frame / 60)
        roll.grab()
    # a frame takes a few milliseconds; the bound is wide for busy machines and still far from a repaint of all notes
    assert (time.perf_counter() - began) / 30 < 0.1


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 3000)), max_size=60),
    st.integers(0, 6000),
    st.integers(1, 900),
)
def test_notes_between_are_those_that_sound_there(notes, begin, span):
    start, duration = [note[0] for note in notes], [note[1] for note in notes]
    score = Score(start, duration, [60] * len(notes), [80] * len(notes), [0] * len(notes))
    found = set(NoteTable(score).between(begin, begin + span).tolist())
    ends = score.start + score.duration
    assert found == {i for i in range(len(notes)) if score.start[i] < begin + span and ends[i] > begin}


def test_the_second_track_never_has_the_hue_of_the_first(hub):
    from generators.affect import AffectPoint
    from studio.widgets.colour import distance

    for valence in (-1, -0.5, 0, 0.5, 1):
        for arousal in (-1, -0.5, 0, 0.5, 1):
            hub.set_accent(accent_for(AffectPoint(valence, arousal)))
            first, second, third = track_colours(hub, 3)
            assert distance(first, second) > 0.1
            assert distance(first, third) > 0.1


def test_thumbnails_have_the_asked_pixels(qapp, make_score):
    picture = thumbnail(make_score(), QSize(74, 40), QColor("#F2B33D"), 2.0)
    assert picture.size() == QSize(148, 80)
    image = picture.toImage()
    drawn = sum(image.pixelColor(x, y).alpha() > 0 for x in range(148) for y in range(80))
    assert drawn > 100
    assert not thumbnail(Score([], [], [], [], []), QSize(74, 40), QColor("red"), 1.0).isNull()


def test_pitch_names():
    assert [pitch_name(pitch) for pitch in (0, 60, 61, 127)] == ["C-1", "C4", "C♯4", "G9"]
    assert RULER_PX > 0


def test_markers_and_changes_of_tempo_stand_at_the_foot(roll):
    score = Score([0], [480], [60], [80], [0], length=8 * 1920, markers=(Marker(1920, "chorus"), Marker(0, " ")))
    roll.set_score(Score([0], [480], [60], [80], [0], length=8 * 1920))
    plain = roll.grab().toImage()
    roll.set_score(score)
    assert roll.grab().toImage() != plain
    assert labels_of(score) == [(1920, "chorus")]
    tempi = Score([0], [480], [60], [80], [0], tempo_tick=np.array([0, 960]), tempo_bpm=np.array([120.0, 90.4]))
    assert labels_of(tempi) == [(0, "♩ = 120"), (960, "♩ = 90")]
