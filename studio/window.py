"""The main window: one frame for all panels. It iterates over them and knows none by name."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar, QVBoxLayout, QWidget

from generators.engine.engine import MemoryChanged, WorkerChanged, WorkerState
from studio.bottom import Bottom
from studio.dropping import Dropping
from studio.frame.arrangement import decode_arrangements, encode_arrangements
from studio.frame.docks import Docks
from studio.frame.effects import follow
from studio.frame.message_log import MessageLog
from studio.frame.palette import Palette
from studio.frame.settings_sheet import SettingsSheet
from studio.frame.sheet import Sheet
from studio.frame.starting import SMALLEST
from studio.frame.wiring import commands_of, entries_of
from studio.menus import Menus
from studio.midi_choice import MidiChoice
from studio.models_sheet import ModelsSheet
from studio.panel import ExportChoice, Level, Message, Panel, PanelContext
from studio.panels import PANELS
from studio.play_menu import PlayMenu
from studio.project_files import ProjectFiles
from studio.request_menu import RequestMenu
from studio.settings import Settings
from studio.status_line import StatusLine
from studio.top_bar import TopBar
from studio.tour import Tour
from studio.translation import SHIPPED, tr
from studio.widgets.message import MessageStrip


class MainWindow(QMainWindow):
    """Top bar, messages, the workspaces with their parts, and the status line.

    `shown` comes once, after the first paint was asked for; `closed` when the user closes the window.
    """

    shown = Signal()
    closed = Signal()

    def __init__(
        self,
        context: PanelContext,
        files: ProjectFiles,
        panels: Sequence[type[Panel]] = PANELS,
        locales: Sequence[Path] = (SHIPPED,),
    ) -> None:
        super().__init__()
        self.context = context
        self.files = files
        self.setObjectName("main")
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self._was_shown = False
        self.wants_restart = False
        self.started_with = context.settings()
        self.locales = locales
        self._current = 0
        hub = context.hub
        self.strip = MessageStrip(hub)
        self.log = MessageLog(parent=self)
        self.panels: tuple[Panel, ...] = tuple(panel(context, self) for panel in panels)
        self.midi = MidiChoice(context, self)
        bar = self._menu_bar = QMenuBar()  # held here: on macOS it belongs to no window
        self.requests = RequestMenu(context, lambda: self.panel, self)
        self.menus = Menus(bar, self, commands_of(self), self.panels, context.settings().theme)
        self.top = TopBar(hub, [tr(panel.title) for panel in self.panels], bar)
        self.status = StatusLine(hub)
        self._build()
        self.dropping = Dropping(self, self, hub, context.project, files.open_path)
        context.uses.panels, context.uses.bring = self.panels, self.bring
        self.tour = Tour(self, self, context, files.open_sample, files.open_path)
        self._connect()
        self._restore()
        self._project_changed(context.project.state, None)
        names = [panel.key for panel in self.panels]
        last = context.settings().last_panel
        self.show_panel(names.index(last) if last in names else 0)

    def _build(self) -> None:
        central = QWidget()
        rows = QVBoxLayout(central)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.top)
        rows.addWidget(self.strip)
        self.bottom = Bottom(self.context, self.midi)
        self.transport, self.overview = self.bottom.transport, self.bottom.overview
        self.docks = Docks(self.context.hub, self.panels, self.bottom)
        self.docks.aligned.connect(self.bottom.align)
        self.docks.changed.connect(self._parts_changed)
        rows.addWidget(self.docks, 1)
        rows.addWidget(self.status)
        self.setCentralWidget(central)
        self.command_palette = Palette(
            self.context.hub,
            lambda: entries_of(self),
            lambda: self.context.settings().used_commands,
            lambda keys: self.context.remember(used_commands=keys),
            self,
        )

    def _parts_changed(self) -> None:
        parts = self.docks.parts
        self.menus.set_parts(
            {key: dock.windowTitle() for key, dock in parts.items()},
            {key: self.docks.is_shown(key) for key in parts},
            {key: dock.isFloating() for key, dock in parts.items()},
        )

    def _connect(self) -> None:
        context, playback = self.context, self.context.playback
        self.top.workspaceChosen.connect(self.show_panel)
        self.top.exportChosen.connect(self._export)
        self.top.commandsAsked.connect(lambda: self.command_palette.open())
        self.status.cancelRequested.connect(context.jobs.cancel)
        for panel in self.panels:
            panel.timelineChanged.connect(self._show_timeline)
            panel.exportsChanged.connect(self._show_exports)
        context.project.changed.connect(self._project_changed)
        context.project.failed.connect(self._say_error)
        context.jobs.changed.connect(lambda: self.status.set_jobs(context.jobs.shown()))
        context.jobs.workerChanged.connect(self._worker_changed)
        context.jobs.memoryChanged.connect(self._memory_changed)
        self.bottom.compareChosen.connect(lambda letter: self.panel.compare(letter))
        self.bottom.levelsChanged.connect(lambda levels: self.panel.set_levels(levels))
        self.bottom.metronomeToggled.connect(self.play_menu.set_metronome)
        self.transport.set_metronome(context.settings().metronome)
        playback.positionChanged.connect(lambda second: self.bottom.show_position(self.panel.timeline, second))
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: self._follow_system())

    # -- messages ------------------------------------------------------------------------------------------------------

    def say(self, message: Message) -> None:
        """Show a message in the strip, and keep it in the list; constant words are translated here."""
        message = dataclasses.replace(message, text=tr(message.text), action=tr(message.action))
        self.log.note(message)
        act = message.run if message.act else None
        self.strip.show_message(
            message.text, message.level.value, message.action, act, message.key, lasting=message.lasting
        )

    def _say_error(self, text: str) -> None:
        self.say(Message(text, Level.ERROR, key="project"))

    # -- panels --------------------------------------------------------------------------------------------------------

    @property
    def panel(self) -> Panel:
        """The panel in front."""
        return self.panels[self._current]

    def show_panel(self, place: int) -> None:
        """Bring a panel to the front."""
        if not 0 <= place < len(self.panels):
            return
        self._current = place
        self.docks.go(place, self.panel.key, tr(self.panel.made_title))
        self.top.set_workspace(place)
        self.menus.set_panel(place, self.panel)
        self.context.playback.pause()
        self.panel.activate()
        self.context.jobs.focus(self.panel.key)
        if self.context.settings().last_panel != self.panel.key:
            self.context.remember(last_panel=self.panel.key)
        self._show_timeline()
        self._show_exports()

    def _show_timeline(self) -> None:
        words = self.panel.nothing_plays if self.panel.available else ""
        self.bottom.show_timeline(self.panel.timeline, words, ghost=self.panel.runs)

    def _show_exports(self) -> None:
        exports = self.panel.exports()
        self.top.set_exports(exports)
        self.menus.set_exportable(exportable=bool(exports))

    def _export(self, choice: ExportChoice) -> None:
        self.panel.export(choice)

    # -- commands ------------------------------------------------------------------------------------------------------

    def settings_changed(self, before: Settings, after: Settings) -> None:
        """What follows from a setting follows at once."""
        follow(self, before, after)
        for sheet in self.findChildren(SettingsSheet):
            sheet.follow()

    def restart(self) -> None:
        """Close, and start again with this project."""
        self.wants_restart = True
        self.close()

    def show_models(self) -> ModelsSheet:
        """File, Models."""
        sheet = ModelsSheet(self.context, self)
        for panel in self.panels:
            sheet.changed.connect(panel.models_changed)
        sheet.show()
        return sheet

    def fill_play(self, menu: QMenu, add: Callable[..., QAction]) -> None:
        """Fill the Play menu."""
        self.play_menu = PlayMenu(menu, add, self.context, self.midi, lambda: self.overview)
        self.play_menu.metronome.toggled.connect(lambda on: self.transport.set_metronome(on))

    def choose_theme(self, name: str) -> None:
        """View, Theme."""
        self.context.remember(theme=name)
        self.menus.themes[name].setChecked(True)
        self.apply_theme()

    def _follow_system(self) -> None:
        if self.context.settings().theme == "system":
            self.apply_theme()

    def apply_theme(self) -> None:
        """Show the theme of the settings."""
        self.context.hub.set_theme(theme_name(self.context.settings().theme))

    def toggle_full_screen(self) -> None:
        """View, Full screen."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # -- what changes --------------------------------------------------------------------------------------------------

    def _project_changed(self, _state: object, action: object) -> None:
        for panel in self.panels:
            panel.document_changed(self.context.project.state, action)
        document = self.context.project.document
        self.menus.set_history(document.undo_label, document.redo_label)
        if action is None:
            name = self.context.project.name
            where = tr("kept until you give it a name with Save") if document.is_untitled else str(document.path)
            self.top.set_document(name if document.is_untitled else document.path.name, where)
            self.setWindowTitle(f"{name} – Affect Studio")

    def _worker_changed(self, event: WorkerChanged) -> None:
        self.status.set_worker(event)
        if event.state is WorkerState.STOPPED and event.message:
            self._say_error(event.message)

    def _memory_changed(self, event: MemoryChanged) -> None:
        self.status.set_memory(event)
        self.top.set_machine(event)

    # -- Qt ------------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Tell once that the window is there."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.panel.focus_first()
            self.midi.restore()
            self.shown.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The plain keys that no control took for itself."""
        playback = self.context.playback
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Space:
                playback.toggle()
            case Qt.Key.Key_Home:
                playback.seek(0.0)
            case Qt.Key.Key_L:
                playback.set_loop(not playback.loop)
            case Qt.Key.Key_C:
                self.play_menu.set_metronome(not self.play_menu.metronome.isChecked())
            case Qt.Key.Key_Escape:
                self.panel.cancel()
            case _:
                super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Projects may be dropped, what a panel can open, and what one panel carries to another."""
        self.dropping.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Say what a drop here would do."""
        self.dropping.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The hand went elsewhere."""
        self.dropping.leave(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Do it."""
        self.dropping.drop(event)

    def panel_at(self, place: QPoint) -> Panel | None:
        """The panel that lies at `place` in the window, or whose tab does."""
        tabs = self.top.tabs
        tab = tabs.tabAt(tabs.mapFrom(self, place))
        return self.panels[tab] if 0 <= tab < len(self.panels) else self.panel

    def area_of(self, panel: Panel) -> QRect:
        """Where a panel is seen, or would be: all three columns."""
        del panel
        return self.docks.columns_rect().translated(self.docks.mapTo(self, QPoint()))

    def bring(self, panel: Panel) -> None:
        """Bring a panel to the front, if it is not there."""
        if panel is not self.panel:
            self.show_panel(self.panels.index(panel))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where everything stood, then let the application end."""
        self.docks.keep()
        self.context.remember(
            window_geometry=base64.b64encode(self.saveGeometry().data()).decode(),
            window_state=encode_arrangements(self.docks.states),
        )
        self.midi.close()
        for sheet in (*self.findChildren(ModelsSheet), *self.findChildren(Sheet)):
            sheet.close()
        for panel in self.panels:
            panel.close()
        super().closeEvent(event)
        self.closed.emit()

    def _restore(self) -> None:
        settings = self.context.settings()
        self.resize(1440, 900)
        if settings.window_geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.window_geometry.encode()))
        self.docks.set_states(decode_arrangements(settings.window_state))


def theme_name(chosen: str) -> str:
    """The theme to show for "dark", "light" or "system"."""
    if chosen in ("dark", "light"):
        return chosen
    light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return "light" if light else "dark"
