"""What the window's menus do, and what its palette of commands offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.frame.entries import (
    Entry,
    feeling_entries,
    menu_entries,
    panel_entries,
    recent_entries,
    take_entries,
    theme_entries,
)
from studio.frame.message_sheet import MessageSheet
from studio.frame.shortcut_sheet import ShortcutSheet
from studio.menus import Commands
from studio.sheets import AboutSheet

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
        about=lambda: AboutSheet(window).show(),
        fill_play=window.fill_play,
    )


def entries_of(window: MainWindow) -> list[Entry]:
    """All that the palette of commands offers now."""
    return [
        *panel_entries(window.panels, window.panels.index(window.panel), window.show_panel),
        *menu_entries(window.menus.own_sections()),
        *theme_entries(window.menus.themes.values()),
        *feeling_entries(window.panel),
        *recent_entries(window.files.recent, window.files.open_path),
        *take_entries(window.context.project.state.takes, window.panels, window.show_panel),
    ]
