from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QWidget
from window_hands import Ears, Studio

from generators.engine.engine import WorkerChanged, WorkerState
from generators.engine.fake_script import memory_event
from studio.app import show_unforeseen
from studio.document import Document
from studio.frame.shortcut_sheet import ShortcutSheet
from studio.messages import Messages
from studio.panel import Message
from studio.panels import PANELS
from studio.sheets import AboutSheet


def focusable(root: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None and widget.isVisibleTo(root)
    ]


def test_every_panel_is_there_and_reached_by_keys(studio: Studio) -> None:
    window = studio.window
    with studio.qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert [window.top.tabs.tabText(place) for place in range(window.top.tabs.count())] == [
        panel.title for panel in PANELS
    ]
    for place, panel in enumerate(window.panels):
        studio.qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.ControlModifier)
        studio.until(lambda panel=panel: window.panel is panel)
        assert panel.middle.isVisible()
        assert studio.engine.focused == panel.key


def test_places_that_are_kept_have_no_controls_and_say_so(studio: Studio) -> None:
    for panel in studio.window.panels:
        if panel.available:
            continue
        controls = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
        for side in (panel.left, panel.middle, panel.right):
            assert not [child for kind in controls for child in side.findChildren(kind)]
        assert panel.current_request() is None
        assert panel.exports() == ()


def test_all_controls_are_reached_by_tab_and_have_a_name(studio: Studio) -> None:
    studio.make(1)
    window = studio.window
    window.show()
    expected = focusable(window)
    assert len(expected) > 20
    for widget in expected:
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        assert widget.accessibleName() or text, f"{widget} has no name"
    reached: set[int] = set()
    widget: QWidget = window
    for _ in range(2000):
        widget = widget.nextInFocusChain()
        reached.add(id(widget))
        if widget is window:
            break
    assert all(id(widget) in reached for widget in expected)


def test_tab_goes_from_left_to_right(studio: Studio) -> None:
    window = studio.window
    order: list[QWidget] = []
    widget: QWidget = window
    while (widget := widget.nextInFocusChain()) is not window:
        order.append(widget)
    music = studio.music
    marks = [window.top.tabs, music.left.pad, music.left.bars, music.middle.generate, music.right.export]
    marks += [window.transport.play_button, window.overview]
    places = [order.index(mark) for mark in marks]
    assert places == sorted(places)


def test_space_plays_unless_a_button_has_the_focus(studio: Studio) -> None:
    studio.make(1)
    studio.window.show()
    studio.window.activateWindow()
    playback = studio.shell.playback
    studio.music.left.pad.setFocus()
    studio.qtbot.keyClick(studio.music.left.pad, Qt.Key.Key_Space)
    assert playback.playing
    studio.qtbot.keyClick(studio.music.left.pad, Qt.Key.Key_Space)
    assert not playback.playing
    studio.qtbot.keyClick(studio.window, Qt.Key.Key_L)
    assert playback.loop


def test_the_theme_switches_and_is_kept(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(styled=True)
    studio.window.show()
    dark = studio.window.grab().toImage().pixelColor(5, 200).lightnessF()
    studio.window.choose_theme("light")
    light = studio.window.grab().toImage().pixelColor(5, 200).lightnessF()
    assert dark < 0.3 < 0.7 < light
    studio.close()
    again = open_studio(styled=True)
    assert again.shell.hub.theme.name == "light"
    again.window.choose_theme("dark")


def test_window_panel_and_columns_are_kept_over_a_restart(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    studio.window.show()
    studio.window.resize(1040, 720)
    studio.shell.context.uses.show("compass")
    studio.window.docks.set_column_widths(320, 250)
    studio.until(lambda: studio.window.docks.column_widths()[0] == 320)
    left, _, right = studio.window.docks.column_widths()
    studio.music.choose_count(2)
    studio.close()
    again = open_studio()
    again.window.show()
    assert again.window.panel.key == "compass"
    assert again.window.height() == 720
    widths = again.window.docks.column_widths()
    assert (widths[0], widths[2]) == (left, right)
    assert again.music.middle.generate.text() == "Generate 2 takes"


def test_the_project_is_as_it_was_after_a_restart(open_studio: Callable[..., Studio], tmp_path: Path) -> None:
    studio = open_studio()
    studio.make(2)
    studio.music.left.bars.setValue(12)
    studio.answers.path = tmp_path / "rooftop"
    studio.window.menus.sections[0][1][3].trigger()
    path = tmp_path / "rooftop.affect"
    studio.until(lambda: studio.window.windowTitle().startswith("rooftop"))
    names = studio.names
    studio.close()
    again = open_studio(path=path)
    again.until(lambda: again.project.name == "rooftop")
    assert again.names == names
    assert again.music.left.ask.bars == 12
    assert path in again.shell.files.recent
    again.until(lambda: again.music.timeline.score is not None)
    again.window.menus.undo.trigger()
    again.until(lambda: again.music.left.ask.bars == 16)


def test_an_untitled_project_is_offered_again(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    studio.make(2)
    studio.close()
    again = open_studio()
    again.until(lambda: "untitled project with 2 takes" in again.message)
    assert again.names == []
    again.window.strip._action.click()
    again.until(lambda: again.names == ["happy 1", "happy 2"])


def test_a_take_that_is_being_kept_survives_closing(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    studio.music.generate(3)
    studio.engine.run()
    studio.until(lambda: all(pending.note == "keeping it" for pending in studio.music.composing.pending))
    studio.close()
    again = open_studio()
    again.until(lambda: "untitled project with 3 takes" in again.message)


def test_files_that_cannot_be_opened_give_a_sentence(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    for name, data in (("noise.affect", b"\x00\x01" * 3000), ("empty.affect", b""), ("text.affect", b"hello")):
        path = tmp_path / name
        path.write_bytes(data)
        studio.window.strip.dismiss()
        studio.answers.path = path
        studio.shell.files.open()
        studio.until(lambda name=name: name in studio.message)
        assert studio.names == ["happy 1"]
        assert path.read_bytes() == data
    studio.window.strip.dismiss()
    studio.shell.files.open_path(tmp_path / "gone.affect")
    studio.until(lambda: "gone.affect" in studio.message)


def test_a_dropped_project_is_opened(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "dropped.affect"
    Document.create(path).close()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left = Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, left, Qt.KeyboardModifier.NoModifier)
    studio.window.dropEvent(event)
    studio.until(lambda: studio.project.name == "dropped")


def test_save_copy_stays_with_the_file(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    studio.answers.path = tmp_path / "copy.affect"
    studio.shell.files.save_copy()
    studio.until(lambda: "copy.affect" in studio.message)
    assert studio.project.document.is_untitled
    with_copy = Document.open(tmp_path / "copy.affect")
    assert [take.name for take in with_copy.state.takes] == ["happy 1"]
    with_copy.close()


def test_a_folder_that_refuses_gives_a_sentence(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    studio.answers.path = tmp_path / "no" / "such" / "folder" / "x.affect"
    studio.shell.files.save_as()
    studio.until(lambda: bool(studio.message))
    assert studio.project.document.is_untitled
    studio.make(1)
    assert len(studio.names) == 2


def test_engine_and_memory_are_shown(studio: Studio) -> None:
    studio.until(lambda: studio.window.status.engine.text() == "Engine ready")
    studio.engine.emit(memory_event())
    studio.until(lambda: len(studio.window.status.memory.devices) == 1)
    assert studio.window.status.memory.devices[0].models[0].name == "music-small"
    studio.engine.emit(WorkerChanged(WorkerState.STOPPED, "The engine stopped three times: start the program again."))
    studio.until(lambda: "three times" in studio.message)
    assert studio.window.status.engine.text() == "Engine stopped"


def test_a_job_is_cancelled_in_the_status_line(studio: Studio) -> None:
    studio.music.generate(1)
    job = studio.window.status.jobs.rows[0].id
    studio.window.status.jobs.cancelRequested.emit(job)
    studio.engine.run()
    studio.until(lambda: not studio.music.composing.pending)
    assert studio.window.status.jobs.rows == ()


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_sheets_list_every_shortcut_once(studio: Studio) -> None:
    sections = [[keys for keys, _ in section] for _, section in studio.window.menus.shortcuts()]
    for keys in sections:  # a control with the focus may use a key for itself that the window has too
        assert len(keys) == len(set(keys))
    listed = [keys for section in sections for keys in section]
    assert {"Space", "Ctrl+Return", "Ctrl+Z", "Ctrl+1"} <= {key.replace("Enter", "Return") for key in listed}
    for sheet in (ShortcutSheet(studio.window.menus.shortcuts(), studio.window), AboutSheet(studio.window)):
        sheet.show()
        assert sheet.grab().width() > 300
        sheet.close()


def test_an_unforeseen_error_is_shown_and_the_window_stays(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys
    import threading

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    messages = Messages()
    messages.say(Message("Said before there was a window."))
    messages.show_by(studio.window.say)
    assert studio.message == "Said before there was a window."
    show_unforeseen(messages)
    error = ZeroDivisionError("a defect")
    sys.excepthook(type(error), error, None)
    assert "a defect" in studio.message
    assert "ZeroDivisionError" in capsys.readouterr().err
    studio.make(1)


def test_the_overview_and_the_roll_seek_and_follow(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(ears=Ears(available=False))
    studio.make(1)
    studio.window.overview.seekRequested.emit(3.0)
    assert studio.shell.playback.position_s == 3.0
    assert studio.window.transport._place.text().startswith("bar ")
    studio.music.middle.roll.seekRequested.emit(1.0)
    assert studio.shell.playback.position_s == 1.0
    studio.window.transport.stopped.emit()
    assert studio.shell.playback.position_s == 0.0
