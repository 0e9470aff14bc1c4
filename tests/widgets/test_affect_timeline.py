"""The affect timeline under a hand and keys: keyframes, pen, moments, arcs, zoom, and what it says of itself."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from generators.affect import AffectPoint, emotion_named
from generators.scene.following import mood
from generators.scene.request import Cue, Scene
from generators.scene.timeline import Personality, SceneKey, Timeline
from studio.widgets.affect_timeline import AffectTimeline
from studio.widgets.mixture_sheet import MixtureSheet
from studio.widgets.timeline_menus import keyframe_menu

LEFT = Qt.MouseButton.LeftButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
CALM, ANGRY, SAD = (emotion_named(name).point for name in ("calm", "angry", "sad"))
ARC = Timeline((SceneKey(2.0, CALM), SceneKey(8.0, ANGRY), SceneKey(16.0, SAD)))


@pytest.fixture
def timeline(qtbot, hub):
    made = AffectTimeline(hub)
    qtbot.addWidget(made)
    made.resize(1120, 460)
    made.show()
    made.set_timeline(ARC, 20.0)
    made.edited.connect(lambda value: made.set_timeline(value, 20.0))  # as the panel does, to show what follows
    made.steps, made.seeks, made.moments = [], [], []
    made.committed.connect(lambda value, what: made.steps.append((value, what)))
    made.cuesCommitted.connect(lambda value, what: made.moments.append((value, what)))
    made.seekAsked.connect(made.seeks.append)
    return made


def move(widget, place: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), QPointF(widget.mapToGlobal(place)), LEFT, LEFT, modifiers
    )
    QGuiApplication.sendEvent(widget, event)


def drag(widget, start: QPoint, *ends: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.mousePress(widget, LEFT, modifiers, start)
    for end in ends:
        move(widget, end, modifiers)
    QTest.mouseRelease(widget, LEFT, modifiers, ends[-1])


def spot(timeline: AffectTimeline, place: int, axis: str) -> QPoint:
    return timeline.curves.spot_of(place, axis).toPoint()


def at(timeline: AffectTimeline, time_s: float, value: float) -> QPoint:
    return QPointF(timeline.curves.x_of(time_s), timeline.curves.y_of(value)).toPoint()


def test_a_handle_is_dragged_up_and_later_as_one_step(timeline):
    start = spot(timeline, 1, "arousal")
    drag(timeline.curves, start, at(timeline, 9.0, 0.7), at(timeline, 10.0, 0.9))
    ((moved, what),) = timeline.steps
    assert what == "Move a keyframe"
    key = moved.keys[1]
    assert key.time_s == pytest.approx(10.0, abs=0.05)
    assert key.point.arousal == pytest.approx(0.9, abs=0.02)
    assert key.point.valence == ANGRY.valence
    assert timeline.curves.chosen_axis == timeline.axes.current == "arousal"
    assert timeline.timeline == moved


def test_escape_takes_a_drag_back(timeline):
    shown = []
    timeline.edited.connect(shown.append)
    start = spot(timeline, 1, "valence")
    QTest.mousePress(timeline.curves, LEFT, NONE, start)
    move(timeline.curves, at(timeline, 12.0, 0.5))
    assert timeline.timeline != ARC
    timeline.curves.setFocus()
    QTest.keyClick(timeline.curves, Qt.Key.Key_Escape)
    QTest.mouseRelease(timeline.curves, LEFT, NONE, at(timeline, 12.0, 0.5))
    assert timeline.timeline == shown[-1] == ARC
    assert timeline.steps == []


def test_several_are_boxed_and_moved_together(timeline):
    drag(timeline.curves, at(timeline, 5.0, 0.99), at(timeline, 19.0, -0.99))
    assert timeline.curves.chosen == {1, 2}
    drag(timeline.curves, spot(timeline, 1, "dominance"), at(timeline, 9.0, 0.6), at(timeline, 9.5, 0.6))
    ((moved, what),) = timeline.steps
    assert what == "Move 2 keyframes"
    gap = moved.keys[2].time_s - moved.keys[1].time_s
    assert gap == pytest.approx(8.0, abs=1e-3)
    assert moved.keys[2].point.dominance == pytest.approx(
        SAD.dominance + moved.keys[1].point.dominance - 0.35, abs=0.01
    )
    QTest.mouseClick(timeline.curves, LEFT, SHIFT, spot(timeline, 0, "valence"))
    assert timeline.curves.chosen == {0, 1, 2}
    QTest.mouseClick(timeline.curves, LEFT, SHIFT, spot(timeline, 0, "valence"))
    assert timeline.curves.chosen == {1, 2}


def test_shift_holds_the_time_or_the_value(timeline):
    start = spot(timeline, 1, "valence")
    drag(timeline.curves, start, start + QPoint(30, 60), modifiers=SHIFT)
    assert timeline.steps[-1][0].keys[1].time_s == 8.0
    assert timeline.steps[-1][0].keys[1].point.valence < ANGRY.valence
    start = spot(timeline, 1, "valence")
    before = timeline.timeline.keys[1].point
    timeline.curves.choose(())
    drag(timeline.curves, start, start + QPoint(80, 30), modifiers=SHIFT)
    assert timeline.steps[-1][0].keys[1].point == before
    assert timeline.steps[-1][0].keys[1].time_s > 8.5


def test_a_double_click_adds_and_deletes(timeline):
    QTest.mouseDClick(timeline.curves, LEFT, NONE, at(timeline, 12.0, 0.95))
    assert timeline.steps[-1][1] == "Add a keyframe"
    assert timeline.timeline.keys[2].time_s == pytest.approx(12.0, abs=0.05)
    QTest.mouseDClick(timeline.curves, LEFT, NONE, spot(timeline, 2, "valence"))
    assert timeline.steps[-1][1] == "Delete a keyframe"
    assert [key.time_s for key in timeline.timeline.keys] == [2.0, 8.0, 16.0]


def test_the_pen_draws_few_keyframes_and_escape_lays_it_down(timeline):
    QTest.mouseClick(timeline.pen, LEFT)
    assert timeline.curves.has_pen
    timeline.curves.choose((), "dominance")
    line = [at(timeline, float(t), float(0.8 * np.sin((t - 4.0) / 8.0 * np.pi))) for t in np.linspace(4.0, 12.0, 80)]
    drag(timeline.curves, line[0], *line[1:])
    ((drawn, what),) = timeline.steps
    assert what == "Draw dominance"
    assert drawn.at(8.0).dominance == pytest.approx(0.8, abs=0.08)
    assert drawn.at(8.0).valence == pytest.approx(ANGRY.valence, abs=0.08)
    assert len(drawn.keys) <= 14
    timeline.curves.setFocus()
    QTest.keyClick(timeline.curves, Qt.Key.Key_Escape)
    assert not timeline.pen.isChecked()


def test_a_stroke_is_taken_back_by_escape(timeline):
    timeline.curves.set_pen(True)
    QTest.mousePress(timeline.curves, LEFT, NONE, at(timeline, 4.0, 0.0))
    move(timeline.curves, at(timeline, 9.0, 0.8))
    timeline.curves.setFocus()
    QTest.keyClick(timeline.curves, Qt.Key.Key_Escape)
    QTest.mouseRelease(timeline.curves, LEFT, NONE, at(timeline, 9.0, 0.8))
    assert timeline.steps == []
    assert timeline.timeline == ARC


def test_everything_by_keys_with_words_for_each(timeline):
    curves = timeline.curves
    curves.setFocus()
    QTest.keyClick(curves, Qt.Key.Key_Right)
    assert "keyframe 1 at 2.00 seconds, calm" in curves.accessibleDescription()
    QTest.keyClick(curves, Qt.Key.Key_Right)
    QTest.keyClick(curves, Qt.Key.Key_Right)
    assert "keyframe 3" in curves.accessibleDescription()
    QTest.keyClick(curves, Qt.Key.Key_A)
    assert curves.accessibleDescription().endswith("arousal is moved")
    QTest.keyPress(curves, Qt.Key.Key_Up)
    QTest.keyPress(curves, Qt.Key.Key_Up)
    assert timeline.steps == []  # a held key is one step
    QTest.keyRelease(curves, Qt.Key.Key_Up)
    assert timeline.steps[-1][0].keys[2].point.arousal == pytest.approx(SAD.arousal + 0.2)
    assert timeline.steps[-1][1] == "Change arousal"
    QTest.keyClick(curves, Qt.Key.Key_Left, CTRL)
    assert timeline.steps[-1][0].keys[2].time_s == pytest.approx(15.75)
    QTest.keyClick(curves, Qt.Key.Key_E)
    assert timeline.timeline.keys[2].easing == "linear"
    timeline.set_playhead(5.0)
    QTest.keyClick(curves, Qt.Key.Key_N)
    assert timeline.timeline.keys[1].time_s == 5.0
    QTest.keyClick(curves, Qt.Key.Key_Delete)
    assert len(timeline.timeline.keys) == 3
    QTest.keyClick(curves, Qt.Key.Key_A, CTRL)
    assert curves.chosen == {0, 1, 2}
    QTest.keyClick(curves, Qt.Key.Key_C, CTRL)
    QTest.keyClick(curves, Qt.Key.Key_Delete)
    assert timeline.timeline == Timeline()
    QTest.keyClick(curves, Qt.Key.Key_V, CTRL)
    assert [key.time_s for key in timeline.timeline.keys] == pytest.approx([5.0, 11.0, 18.75])


def test_moments_are_marked_moved_named_and_removed(timeline, qtbot):
    cues = timeline.cues
    timeline.set_bars([0.0, 2.0, 4.0, 6.0], [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0])
    timeline.set_snap("bars")
    y = cues.height() // 2
    QTest.mouseDClick(cues, LEFT, NONE, QPoint(round(cues.x_of(4.03)), y))
    assert timeline.moments[-1] == ((Cue(4.0),), "Mark a moment")
    drag(cues, QPoint(round(cues.x_of(4.0)) + 2, y), QPoint(round(cues.x_of(7.0)), y), QPoint(round(cues.x_of(9.0)), y))
    assert timeline.moments[-1][1] == "Move a moment"
    assert timeline.moments[-1][0][0].time_s == pytest.approx(9.0, abs=0.05)
    cues.setFocus()
    QTest.keyClick(cues, Qt.Key.Key_B)
    assert timeline.moments[-1][0][0].lands_on == "bar"
    assert "lands on a bar" in cues.accessibleDescription()
    QTest.keyClick(cues, Qt.Key.Key_F2)
    QTest.keyClicks(cues._entry, "the  door")
    QTest.keyClick(cues._entry, Qt.Key.Key_Return)
    assert timeline.moments[-1][0][0].name == "the door"
    QTest.keyClick(cues, Qt.Key.Key_Delete)
    assert timeline.moments[-1] == ((), "Remove a moment")


def test_a_moment_that_is_dragged_comes_back_by_escape(timeline):
    timeline.set_cues((Cue(4.0, "a"), Cue(8.0, "b")))
    cues, y = timeline.cues, timeline.cues.height() // 2
    QTest.mousePress(cues, LEFT, NONE, QPoint(round(cues.x_of(4.0)) + 2, y))
    move(cues, QPoint(round(cues.x_of(12.0)), y))
    assert [cue.name for cue in cues.cues] == ["b", "a"]
    cues.setFocus()
    QTest.keyClick(cues, Qt.Key.Key_Escape)
    QTest.mouseRelease(cues, LEFT, NONE, QPoint(round(cues.x_of(12.0)), y))
    assert [cue.name for cue in cues.cues] == ["a", "b"]
    assert timeline.moments == []


def test_arcs_go_over_all_or_between_what_is_chosen(timeline):
    timeline.curves.lay_arc("wave")
    assert timeline.steps[-1][1] == "Arc: wave"
    assert [key.time_s for key in timeline.timeline.keys] == [0.0, 5.0, 10.0, 15.0, 20.0]
    timeline.curves.choose({1, 3})
    timeline.curves.lay_arc("rise")
    times = [key.time_s for key in timeline.timeline.keys]
    assert times == [0.0, 5.0, 12.0, 15.0, 20.0]
    timeline.curves.choose(())
    timeline.curves.lay_feeling("sad", SAD)
    assert {key.point for key in timeline.timeline.keys} == {SAD}


def test_the_menu_eases_feels_and_mixes(timeline, qtbot):
    timeline.curves.choose({1})
    menu = keyframe_menu(timeline, QPointF(400, 60), QPoint(10, 10))
    actions = {action.text(): action for each in (menu, *menu.findChildren(QMenu)) for action in each.actions()}
    actions["Hold, then jump"].trigger()
    assert timeline.timeline.keys[1].easing == "hold"
    actions["Fear"].trigger()
    assert timeline.timeline.keys[1].point == emotion_named("fear").point
    menu.close()
    sheet = MixtureSheet(timeline.curves)
    sheet.sliders["angry"].set_asked(0.5)
    before = len(timeline.steps)
    sheet.sliders["angry"].askedEdited.emit(0.5)
    assert len(timeline.steps) == before
    sheet.sliders["angry"].askedCommitted.emit(0.5)
    assert timeline.timeline.keys[1].weights == {"angry": 0.5}
    assert timeline.steps[before:] == [(timeline.timeline, "Mix emotions")]
    sheet.close()
    timeline.curves.choose(())
    empty = keyframe_menu(timeline, QPointF(400, 60), QPoint(10, 10))
    asked = []
    timeline.midiAsked.connect(lambda: asked.append("midi"))
    more = {action.text(): action for each in (empty, *empty.findChildren(QMenu)) for action in each.actions()}
    more["A MIDI file…"].trigger()
    assert asked == ["midi"]
    assert not more["The voice"].isEnabled()
    empty.close()


def test_time_is_scrubbed_zoomed_and_scrolled(timeline):
    ruler = timeline.ruler
    drag(ruler, QPoint(round(ruler.x_of(3.0)), 10), QPoint(round(ruler.x_of(6.0)), 10))
    assert timeline.seeks[0] == pytest.approx(3.0, abs=0.02)
    assert timeline.seeks[-1] == pytest.approx(6.0, abs=0.02)
    assert timeline.curves.playhead_s == timeline.seeks[-1]
    ruler.setFocus()
    QTest.keyClick(ruler, Qt.Key.Key_Left)
    assert timeline.seeks[-1] == pytest.approx(5.0, abs=0.02)
    assert not timeline.scroll_bar.isVisible()
    place = QPointF(timeline.curves.x_of(10.0), 60.0)
    turn = QWheelEvent(
        place, timeline.curves.mapToGlobal(place), QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton, CTRL,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(timeline.curves, turn)
    assert timeline.view.span_s < 10.0
    assert timeline.curves.x_of(10.0) == pytest.approx(place.x(), abs=1.0)
    assert timeline.scroll_bar.isVisible()
    timeline.scroll_bar.setValue(0)
    assert timeline.view.begin_s == 0.0
    timeline.set_playhead(19.0)
    assert timeline.view.begin_s <= 19.0 <= timeline.view.end_s
    QTest.mouseClick(timeline.fit, LEFT)
    assert timeline.view.is_whole


def test_alt_leaves_the_grid(timeline):
    timeline.set_bars([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], ())
    timeline.set_snap("bars")
    drag(timeline.curves, spot(timeline, 1, "valence"), at(timeline, 9.0, 0.0), at(timeline, 9.85, 0.0))
    assert timeline.timeline.keys[1].time_s == pytest.approx(10.0)
    drag(timeline.curves, spot(timeline, 1, "valence"), at(timeline, 9.0, 0.0), at(timeline, 9.85, 0.0), modifiers=ALT)
    assert timeline.timeline.keys[1].time_s == pytest.approx(9.85, abs=0.02)
    assert timeline.timeline.keys[1].time_s != 10.0


def test_what_is_shown_is_painted(timeline, hub):
    scene = Scene(asked_s=20.0, timeline=ARC, personality=Personality(inertia_s=2.0))
    plain = timeline.grab().toImage()
    timeline.set_mood(*mood(scene))
    assert timeline.curves.mood_differs()
    assert timeline.grab().toImage() != plain
    heights = timeline.curves.height()
    timeline.set_levels(np.abs(np.sin(np.linspace(0, 40, 900))), 1.0, 12.0)
    timeline.set_bars(np.linspace(0, 20, 11).tolist(), np.linspace(0, 20, 41).tolist())
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    timeline.set_frames([(0.0, image)])
    assert timeline.wave.isVisible()
    assert timeline.bars.isVisible()
    assert timeline.frames.isVisible()
    QApplication.processEvents()
    assert timeline.curves.height() < heights
    colors = timeline.frames.grab().toImage()
    assert colors.pixelColor(400, 20) == Qt.GlobalColor.red
    timeline.set_mood(*mood(Scene(asked_s=20.0, timeline=ARC)))
    assert not timeline.curves.mood_differs()
    timeline.set_levels([], 0.0, 0.0)
    assert not timeline.wave.isVisible()
    hub.set_theme("light")
    timeline.grab()


def test_what_is_held_is_not_taken_away(timeline):
    start = spot(timeline, 1, "arousal")
    QTest.mousePress(timeline.curves, LEFT, NONE, start)
    move(timeline.curves, at(timeline, 10.0, 0.9))
    held = timeline.timeline
    timeline.set_timeline(Timeline((SceneKey(1.0, AffectPoint(0.1, 0.1, 0.1)),)), 20.0)
    assert timeline.timeline == held
    QTest.mouseRelease(timeline.curves, LEFT, NONE, at(timeline, 10.0, 0.9))
    timeline.set_timeline(Timeline(), 20.0)
    assert timeline.timeline == Timeline()
    timeline.grab()
