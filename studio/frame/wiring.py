"""What the window's menus do, and what its palette of commands offers."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from studio.frame.entries import (
    Entry,
    export_entries,
    feeling_entries,
    menu_entries,
    panel_entries,
    recent_entries,
    take_entries,
    theme_entries,
    workspace_entries,
)
from studio.frame.latency_sheet import LatencySheet
from studio.frame.message_sheet import MessageSheet
from studio.frame.settings_sheet import Choices, SettingsSheet
from studio.frame.settings_table import ROWS
from studio.frame.shortcut_sheet import ShortcutSheet
from studio.frame.starting import sizes_that_fit
from studio.menus import THEMES, Commands
from studio.sheets import AboutSheet
from studio.translation import SOURCE, languages, tr

if TYPE_CHECKING:  # the window imports this module
    from studio.window import MainWindow


def commands_of(window: MainWindow) -> Commands:
    """What the menus of `window` ask for; its parts are looked up when a command runs, for menus are built first."""
    context, files = window.context, window.files
    return Commands(
        new=files.new,
        new_window=files.new_window,
        open=lambda: files.open(window),
        open_path=files.open_path,
        recent=lambda: files.recent,
        save=lambda: files.save(window),
        save_as=lambda: files.save_as(window),
        save_copy=lambda: files.save_copy(window),
        collect_media=files.care.collect_media,
        tidy_up=lambda: files.care.tidy_up(window),
        export=lambda: window.top.ask_export(),
        models=window.show_models,
        settings=lambda: show_settings(window),
        calibrate=lambda: show_calibration(window),
        quit=window.close,
        undo=context.project.undo,
        redo=context.project.redo,
        show_panel=window.show_panel,
        choose_theme=window.choose_theme,
        toggle_part=lambda key: window.docks.set_shown(key, shown=not window.docks.is_shown(key)),
        float_part=lambda key: window.docks.set_floating(key, floats=not window.docks.parts[key].isFloating()),
        focus_middle=lambda: window.docks.focus_middle(),
        reset_layout=lambda: window.docks.reset(),
        full_screen=window.toggle_full_screen,
        messages=lambda: MessageSheet(context.hub, window.log, window).show(),
        palette=lambda: window.command_palette.open(),
        shortcuts=lambda: ShortcutSheet(window.menus.shortcuts(), window).show(),
        tour=lambda: window.tour.start(),
        about=lambda: AboutSheet(window, window.requests.show_credits).show(),
        fill_play=window.fill_play,
        requests=window.requests,
    )


def show_settings(window: MainWindow, field: str = "") -> SettingsSheet:
    """File, Settings; the keyboard goes to one of them if it is named."""
    open_now = window.findChildren(SettingsSheet)
    context = window.context
    sheet = (
        open_now[0]
        if open_now
        else SettingsSheet(
            context,
            choices_of(window),
            lambda: show_calibration(window),
            window.restart,
            window.started_with,
            window.files.untitled_folder,
            window,
        )
    )
    sheet.show()
    sheet.activateWindow()
    if field:
        sheet.go_to(field)
    return sheet


def show_calibration(window: MainWindow) -> LatencySheet:
    """The clicks that bring sound and picture together."""
    context = window.context
    sheet = LatencySheet(
        context.hub,
        context.playback,
        lambda: context.settings().sound_delay_ms,
        lambda delay_ms: context.remember(sound_delay_ms=delay_ms),
        window,
    )
    sheet.show()
    return sheet


def choices_of(window: MainWindow) -> dict[str, Choices]:
    """What the settings can be that are chosen from a list."""
    context = window.context

    def sizes() -> list[tuple[int, str]]:
        room = window.screen().availableGeometry()
        now = window.started_with.size_percent
        return [(size, f"{size} %") for size in sizes_that_fit(room.width(), room.height(), now)]

    def tongues() -> list[tuple[str, str]]:
        found = languages(window.locales)
        return [("", tr("As the system")), *((name, language_name(name)) for name in found)]

    def devices() -> list[tuple[str, str]]:
        return [("", tr("The usual one of this machine")), *context.playback.sound_devices()]

    return {
        "theme": lambda: [(name, tr(title)) for name, title in THEMES],
        "size_percent": sizes,
        "language": tongues,
        "sound_device": devices,
        "device": lambda: [("", tr("Whatever is fastest")), ("cpu", tr("The processor only"))],
    }


def language_name(name: str) -> str:
    """A language in its own words, as its speakers look for it."""
    if name == SOURCE:
        return "English"  # Qt would tell of a country, too
    own = QLocale(name).nativeLanguageName()
    return own[:1].upper() + own[1:] if own else name


def setting_entries(window: MainWindow) -> list[Entry]:
    """The settings, for the palette."""
    return [
        Entry(
            f"setting/{row.field}",
            tr("Setting: {name}").format(name=tr(row.title)),
            tr("Settings · {section}").format(section=tr(row.section)),
            functools.partial(show_settings, window, row.field),
            others=tr(row.others) if row.others else "",
        )
        for row in ROWS
    ]


def entries_of(window: MainWindow) -> list[Entry]:
    """All that the palette of commands offers now."""
    return [
        *panel_entries(window.panels, window.panels.index(window.panel), window.show_panel),
        *export_entries(window.panel),
        *workspace_entries(window.panels, window.menus.workspaces),
        *menu_entries(window.menus.own_sections()),
        *theme_entries(window.menus.themes.values()),
        *feeling_entries(window.panel),
        *setting_entries(window),
        *recent_entries(window.files.recent, window.files.open_path),
        *take_entries(window.context.project.state.takes, window.panels, window.show_panel),
    ]
