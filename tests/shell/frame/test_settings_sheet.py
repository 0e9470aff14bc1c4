"""The sheet of settings: in force at once, put back by a button, found by words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QComboBox, QSlider
from window_hands import Studio

from generators.engine import local
from generators.runtime import devices
from studio.app import local_engine
from studio.frame.settings_sheet import DEFAULTS, SettingsSheet
from studio.frame.settings_table import ROWS
from studio.frame.starting import (
    DEVICE_VARIABLE,
    OURS_VARIABLE,
    SCALE_VARIABLE,
    SIZES_PERCENT,
    SMALLEST,
    scale,
    sizes_that_fit,
)
from studio.frame.wiring import show_settings
from studio.settings import Settings

CTRL = Qt.KeyboardModifier.ControlModifier


def opened(studio: Studio, field: str = "") -> SettingsSheet:
    studio.window.show()
    return show_settings(studio.window, field)


def choose(sheet: SettingsSheet, field: str, value: object) -> None:
    box = sheet.lines[field].control
    assert isinstance(box, QComboBox)
    place = box.findData(value)
    assert place >= 0, value
    box.setCurrentIndex(place)
    box.activated.emit(place)


def test_the_key_opens_one_sheet(studio: Studio) -> None:
    with studio.qtbot.waitActive(studio.window):
        studio.window.show()
        studio.window.activateWindow()
    for _ in range(2):
        studio.qtbot.keyClick(studio.window, Qt.Key.Key_Comma, CTRL)
    (sheet,) = studio.window.findChildren(SettingsSheet)
    assert sheet.isVisible()
    assert QApplication.activeModalWidget() is None  # the work goes on beside it


def test_every_setting_of_the_table_has_a_line_with_a_name_and_a_way_back(studio: Studio) -> None:
    sheet = opened(studio)
    for row in ROWS:
        line = sheet.lines[row.field]
        assert line.control.accessibleName() == row.title
        assert line.reset.isHidden() == (
            getattr(studio.window.context.settings(), row.field) == getattr(DEFAULTS, row.field)
        )


def test_settings_are_in_force_at_once_and_put_back(studio: Studio) -> None:
    sheet = opened(studio)
    context, window = studio.window.context, studio.window
    choose(sheet, "theme", "light")
    assert context.hub.theme.name == "light"
    assert window.menus.themes["light"].isChecked()
    sheet.lines["theme"].reset.click()
    assert context.hub.theme.name == "dark"
    assert sheet.lines["theme"].reset.isHidden()

    volume = sheet.lines["volume"].control
    assert isinstance(volume, QSlider)
    volume.setValue(30)
    assert studio.ears.volume == pytest.approx(0.3)
    assert window.transport.volume.volume == pytest.approx(0.3)
    window.transport.volume.slider.setValue(55)  # and the other way round
    assert volume.value() == 55
    sheet.lines["volume"].reset.click()
    assert studio.ears.volume == pytest.approx(DEFAULTS.volume)

    choose(sheet, "sound_device", "usb")
    assert studio.ears.device == "usb"
    delay = sheet.lines["sound_delay_ms"].control
    assert isinstance(delay, QSlider)
    delay.setValue(140)
    assert context.settings().sound_delay_ms == 140.0
    auto = context.settings().auto_play
    sheet.lines["auto_play"].control.click()  # type: ignore[attr-defined]
    assert window.play_menu.auto.isChecked() is not auto
    window.play_menu.auto.trigger()
    assert sheet.lines["auto_play"].control.isChecked() is auto  # type: ignore[attr-defined]


def test_what_was_set_is_there_after_a_restart(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    sheet = opened(studio)
    choose(sheet, "sound_device", "hdmi")
    sheet.lines["sound_delay_ms"].control.setValue(85)  # type: ignore[attr-defined]
    studio.close()
    again = open_studio()
    assert again.ears.device == "hdmi"
    sheet = opened(again)
    assert sheet.lines["sound_delay_ms"].control.value() == 85  # type: ignore[attr-defined]
    again.make(1)
    assert again.shell.playback._output._delay_s == pytest.approx(0.085)


def test_a_device_that_is_away_is_kept_and_said(studio: Studio) -> None:
    studio.window.context.remember(sound_device="an old one")
    sheet = opened(studio)
    box = sheet.lines["sound_device"].control
    assert isinstance(box, QComboBox)
    assert box.currentText() == "an old one (not there now)"
    assert studio.window.context.settings().sound_device == "an old one"


def test_what_needs_a_new_start_offers_it(studio: Studio) -> None:
    sheet = opened(studio)
    assert sheet.restart.isHidden()
    choose(sheet, "size_percent", 90)
    assert not sheet.restart.isHidden()
    choose(sheet, "size_percent", 100)
    assert sheet.restart.isHidden()
    choose(sheet, "device", "cpu")
    with studio.qtbot.waitSignal(studio.window.closed):
        sheet.restart.click()
    assert studio.window.wants_restart


def test_a_folder_is_asked_for(studio: Studio, tmp_path: Path) -> None:
    sheet = opened(studio)
    studio.answers.path = tmp_path
    sheet.lines["last_folder"].control.click()  # type: ignore[attr-defined]
    assert studio.window.context.settings().last_folder == str(tmp_path)
    sheet.lines["last_folder"].reset.click()
    assert studio.window.context.settings().last_folder == ""


def test_projects_without_a_name_are_shown_where_they_are(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = opened(studio)
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    sheet.untitled.show_it.click()
    assert [Path(path) for path in shown] == [studio.project.document.path.parent]


def test_settings_are_found_by_words(studio: Studio) -> None:
    sheet = opened(studio)

    def shown() -> list[str]:
        return [field for field, line in sheet.lines.items() if not line.isHidden()]

    for words, field in (("bluetooth", "sound_delay_ms"), ("zoom", "size_percent"), ("gpu", "device")):
        sheet.search.setText(words)
        assert field in shown()
        assert len(shown()) < 4
    sheet.search.setText("xylophone")
    assert shown() == []
    assert not sheet.nothing.isHidden()
    sheet.go_to("volume")
    assert len(shown()) == len(ROWS)


def test_the_palette_goes_to_a_setting(studio: Studio) -> None:
    with studio.qtbot.waitActive(studio.window):
        studio.window.show()
        studio.window.activateWindow()
    palette = studio.window.command_palette
    palette.open("latency")
    assert palette.current is not None
    assert palette.current.key == "setting/sound_delay_ms"
    studio.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    (sheet,) = studio.window.findChildren(SettingsSheet)
    studio.until(sheet.lines["sound_delay_ms"].control.hasFocus)


def test_only_sizes_that_fit_the_screen_are_offered() -> None:
    assert sizes_that_fit(3840, 2160, 100) == SIZES_PERCENT
    assert sizes_that_fit(1366, 768, 100) == (90, 100, 110)
    assert sizes_that_fit(1024, 600, 100) == (90, 100)
    # a screen that is told in points of 150 %
    assert sizes_that_fit(1280, 720, 150) == SIZES_PERCENT
    assert 150 in sizes_that_fit(1000, 600, 150)  # the size of now can be kept whatever the screen
    assert all(SMALLEST[0] * size / 100 <= 1366 for size in sizes_that_fit(1366, 768, 100))


def test_the_scale_is_told_to_qt_unless_the_user_does() -> None:
    environment: dict[str, str] = {}
    scale(125, environment)
    assert environment == {SCALE_VARIABLE: "1.25", OURS_VARIABLE: "1"}
    scale(90, environment)  # a window that starts another one hands its own on
    assert environment[SCALE_VARIABLE] == "0.9"
    scale(100, environment)
    assert environment == {}
    theirs = {SCALE_VARIABLE: "2"}
    scale(125, theirs)
    assert theirs == {SCALE_VARIABLE: "2"}


def test_the_worker_is_told_the_device_in_its_own_word() -> None:
    assert DEVICE_VARIABLE == devices.DEVICE_VARIABLE


def test_the_engine_is_started_where_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr(local, "LocalEngine", lambda environment: started.append(environment))
    local_engine("cpu")
    local_engine()
    assert started == [{"AFFECT_STUDIO_DEVICE": "cpu"}, None]


def test_the_table_names_settings_that_there_are() -> None:
    assert all(hasattr(Settings(), row.field) for row in ROWS)
    assert len({row.field for row in ROWS}) == len(ROWS)
