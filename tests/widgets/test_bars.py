from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from generators.artifacts import Audio, Score
from studio.widgets import message
from studio.widgets.icons import IconButton
from studio.widgets.job_list import DeviceMemory, JobBar, JobRow, MemoryBar, ModelMemory
from studio.widgets.memory_bar import BAR_PX, size_text
from studio.widgets.message import MessageStrip
from studio.widgets.overview import Overview, envelope_of_audio, envelope_of_score
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.transport import TransportBar, clock_text
from studio.widgets.volume import VolumeControl

GIGA = 1_000_000_000


def test_jobs_show_the_running_one_and_cancel_it(qtbot, hub):
    bar = JobBar(hub)
    qtbot.addWidget(bar)
    bar.show()
    assert not bar._first.isVisible()
    bar.set_rows([JobRow("2", "Take 2", state="queued"), JobRow("1", "Take 1", 0.4, "bar 5 of 16")])
    assert bar.rows[0].id == "1"
    assert bar._more.isVisible()
    assert "Take 1 · bar 5 of 16" in bar.accessibleDescription()
    with qtbot.waitSignal(bar.cancelRequested) as caught:
        qtbot.mouseClick(bar._first.findChild(IconButton), Qt.MouseButton.LeftButton)
    assert caught.args == ["1"]
    bar.set_rows([JobRow("1", "Take 1", 0.4, state="cancelling")])
    assert not bar._first.findChild(IconButton).isEnabled()
    assert not bar._more.isVisible()


def test_all_jobs_are_in_the_popup(qtbot, hub):
    bar = JobBar(hub)
    qtbot.addWidget(bar)
    bar.show()
    bar.set_rows([JobRow(str(index), f"Take {index}", None) for index in range(3)])
    bar.show_all()
    assert bar._popup.isVisible()
    assert [line.isVisible() for line in bar._lines] == [True, True, True]
    with qtbot.waitSignal(bar.cancelRequested) as caught:
        qtbot.mouseClick(bar._lines[2].findChild(IconButton), Qt.MouseButton.LeftButton)
    assert caught.args == ["2"]
    bar.set_rows([])
    assert not bar._popup.isVisible()


def test_memory_is_told_by_model_and_device(qtbot, hub):
    bar = MemoryBar(hub)
    qtbot.addWidget(bar)
    models = (ModelMemory("music", 2 * GIGA), ModelMemory("compass", GIGA, 1))
    gpu = DeviceMemory("GPU", 8 * GIGA, 4 * GIGA, models)
    bar.set_devices([gpu, DeviceMemory("CPU", 16 * GIGA, 16 * GIGA)])
    widths = dict(bar.segments(gpu))
    assert widths["music"] == pytest.approx(BAR_PX / 4)
    assert widths[""] == pytest.approx(BAR_PX / 8)
    assert "music 2.0 GB · compass 1.0 GB" in bar.accessibleDescription()
    assert "compass 1.0 GB, at work" in bar.toolTip()
    bar.resize(bar.sizeHint())
    filled = bar.grab().toImage()
    bar.set_devices([])
    assert bar.grab().toImage() != filled


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 MB"), (1_300_000, "1.3 MB"), (14_000_000, "14 MB"), (6_100_000_000, "6.1 GB")]
)
def test_sizes_in_words(size, text):
    assert size_text(size) == text


def test_transport_buttons_and_clock(qtbot, hub):
    bar = TransportBar(hub)
    qtbot.addWidget(bar)
    bar.show()
    with qtbot.waitSignal(bar.playToggled):
        qtbot.mouseClick(bar.play_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.stopped):
        qtbot.mouseClick(bar.start_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.loopToggled) as caught:
        qtbot.keyClick(bar.loop_button, Qt.Key.Key_Space)
    assert caught.args == [True]
    with qtbot.assertNotEmitted(bar.loopToggled):
        bar.set_loop(False)
    bar.set_playing(True)
    assert bar.play_button.accessibleName().startswith("Pause")
    bar.set_position(9.98, 6, 2)
    assert bar._time.text() == "0:09.98"
    assert bar._place.text() == "bar 6.2"
    bar.set_note("No sound device: playing silently.")
    assert bar._note.isVisible()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00.00"), (59.999, "0:59.99"), (60, "1:00.00"), (3601.5, "60:01.50"), (-1, "0:00.00")]
)
def test_clock(seconds, text):
    assert clock_text(seconds) == text


def test_overview_seeks_by_click_drag_and_keys(qtbot, hub, make_score):
    view = Overview(hub)
    qtbot.addWidget(view)
    view.resize(801, 100)
    view.show()
    sought = []
    view.seekRequested.connect(sought.append)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 50))
    assert not sought  # there is nothing yet
    score = make_score()
    view.set_score(score)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 50))
    qtbot.mouseMove(view, QPoint(2000, 50))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(2000, 50))
    assert sought == [pytest.approx(score.duration_s / 2, abs=0.05), pytest.approx(score.duration_s)]
    view.set_playhead(3.0)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert sought[-1] == 4.0
    view.grab()


def test_envelopes_follow_the_music():
    score = Score([0, 1920], [480, 480], [60, 60], [40, 120], [0, 0], length=3840)
    levels = envelope_of_score(score, 100)
    assert levels.max() == pytest.approx(1.0)
    assert levels[50] > levels[0] > levels[49]
    assert not envelope_of_score(Score([], [], [], [], []), 10).any()
    samples = np.zeros((1000, 2), np.float32)
    samples[700, 1] = -0.5
    assert envelope_of_audio(Audio(samples), 10).tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]
    assert len(envelope_of_audio(Audio(np.zeros((3, 1), np.float32)), 10)) == 10


def test_messages_wait_for_each_other_and_act(qtbot, hub):
    strip = MessageStrip(hub)
    qtbot.addWidget(strip)
    assert not strip.isVisible()
    done, gone = [], []
    strip.dismissed.connect(gone.append)
    strip.show_message("The disk is full.", "error", key="disk")
    strip.show_message("The engine stopped.", "warning", "Run again", lambda: done.append(1), key="engine")
    assert strip.isVisible()
    assert strip.accessibleName() == "Warning"
    assert strip.accessibleDescription() == "The engine stopped."
    qtbot.mouseClick(strip._action, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert strip.current.text == "The disk is full."
    qtbot.mouseClick(strip._close, Qt.MouseButton.LeftButton)
    assert gone == ["engine", "disk"]
    assert not strip.isVisible()


def test_a_message_is_not_shown_twice_and_can_be_withdrawn(qtbot, hub):
    strip = MessageStrip(hub)
    qtbot.addWidget(strip)
    for _ in range(3):
        strip.show_message("No sound device.", "warning", key="sound")
    strip.show_message("Another reason.", "warning", key="sound")
    assert not strip._count.isVisible()
    strip.withdraw("sound")
    assert strip.current is None
    assert not strip.isVisible()


def test_information_goes_by_itself_and_errors_stay(qtbot, hub, monkeypatch):
    monkeypatch.setattr(message, "INFO_MS", 30)
    monkeypatch.setattr(message, "INFO_WITH_ACTION_MS", 40)
    strip = MessageStrip(hub)
    qtbot.addWidget(strip)
    strip.show_message("Something failed.", "error")
    strip.show_message("Exported.", "info")
    strip.show_message("Exported too.", "info", "Show folder", lambda: None)
    qtbot.waitUntil(lambda: strip.current is not None and strip.current.level == "error", timeout=2000)
    assert not strip._timer.isActive()


def test_a_lasting_offer_waits_and_old_messages_are_forgotten(qtbot, hub, monkeypatch):
    monkeypatch.setattr(message, "INFO_WITH_ACTION_MS", 20)
    strip = MessageStrip(hub)
    qtbot.addWidget(strip)
    strip.show_message("A project waits.", "info", "Open it", lambda: None, lasting=True)
    assert not strip._timer.isActive()
    for number in range(3 * message.KEPT_MESSAGES):
        strip.show_message(f"Problem {number}.", "error")
    for _ in range(message.KEPT_MESSAGES):
        assert strip.current is not None
        strip.dismiss()
    assert strip.current is None


def test_a_click_on_a_message_leaves_the_keyboard_where_it_was(qtbot, hub):
    strip = MessageStrip(hub)
    qtbot.addWidget(strip)
    strip.show_message("It failed.", "error", "Run again", lambda: None)
    strip.show()
    qtbot.mouseClick(strip._action, Qt.MouseButton.LeftButton)
    assert not strip._action.hasFocus()
    assert strip._action.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_stuck_job_offers_to_be_stopped(qtbot, hub):
    bar = JobBar(hub)
    qtbot.addWidget(bar)
    bar.show()
    bar.set_rows([JobRow("1", "Take 1", 0.4, state="cancelling")])
    assert not bar._first._stop.isVisible()
    bar.set_rows([JobRow("1", "Take 1", 0.4, state="stuck")])
    assert bar._first._stop.isVisible()
    with qtbot.waitSignal(bar.cancelRequested) as caught:
        qtbot.mouseClick(bar._first._stop, Qt.MouseButton.LeftButton)
    assert caught.args == ["1"]


def test_the_volume_is_shown_moved_and_muted(qtbot, hub):
    control = VolumeControl(hub)
    qtbot.addWidget(control)
    heard = []
    control.volumeChanged.connect(heard.append)
    control.set_volume(0.8)
    assert heard == []
    control.slider.setValue(50)
    control.speaker.click()
    control.speaker.click()
    assert heard == [0.5, 0.0, 0.5]
    control.set_volume(0.0)
    assert control.speaker.accessibleName() == "Play aloud again"
    control.speaker.click()
    assert control.volume == 0.5


def test_the_filled_button_wears_the_accent_while_the_hand_moves(qtbot, hub):
    button = PrimaryButton(hub, "Generate 4 takes")
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    for name in ("#E8604C", "#3FB68B"):
        hub.set_accent(QColor(name))
        assert button.grab().toImage().pixelColor(8, button.height() // 2) == QColor(name)
    button.setEnabled(False)
    assert button.grab().toImage().pixelColor(8, button.height() // 2) == hub.theme.control
