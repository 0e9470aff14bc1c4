"""Builds every long-lived object of the window once, passes it down, and takes it down again."""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import secrets
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType

import msgspec
import psutil  # type: ignore[import-untyped]  # it ships no types
from PySide6.QtCore import QLocale, QObject, QSocketNotifier, QTimer, Signal, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from generators.engine.engine import Engine
from generators.errors import AffectStudioError
from generators.runtime.folders import cache_folder
from studio.background import Background
from studio.cache_budget import prune_caches
from studio.document.document import Document
from studio.emblem import app_icon
from studio.frame.starting import DEVICE_VARIABLE, locales, prepare, speak
from studio.garbage import Garbage
from studio.jobs import Jobs
from studio.messages import Messages
from studio.panel import FIRST_FEELING, Dialogs, Level, Message, PanelContext
from studio.picture import ShownTake, render_window
from studio.playback import Playback, SoundOut
from studio.presets import PresetShelf
from studio.project import Project
from studio.project_files import ProjectFiles
from studio.project_opening import start_window
from studio.settings import HOME_VARIABLE, Folders, Settings, home_folders, load_settings, save_settings
from studio.sound import QtSound, drop_pulse_noise, load_multimedia, quieten_multimedia
from studio.widgets.theme import ThemeHub
from studio.window import MainWindow, theme_name

SAVE_SETTINGS_MS = 400
OFFER_TOUR_MS = 1_500  # when the window has settled

__all__ = ["Preferences", "Shell", "ShownTake", "make_application", "render_window", "run"]


def local_engine(device: str = "") -> Engine:
    """The engine of this machine, with its models on `device` where they can work there."""
    from generators.engine.local import LocalEngine

    return LocalEngine(environment={DEVICE_VARIABLE: device} if device else None)


class Preferences(QObject):
    """The settings of now; changes are written a moment later, together.

    `changed` carries the settings before and after.
    """

    changed = Signal(object, object)

    def __init__(self, folder: Path, say: Callable[[Message], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._say = say
        self._settings = load_settings(folder)
        self._saved = self._settings
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_SETTINGS_MS)
        self._timer.timeout.connect(self.flush)

    def now(self) -> Settings:
        """The settings."""
        return self._settings

    def remember(self, **changes: object) -> None:
        """Change some fields."""
        before, self._settings = self._settings, msgspec.structs.replace(self._settings, **changes)
        self._timer.start()
        if self._settings != before:
            self.changed.emit(before, self._settings)

    def flush(self) -> None:
        """Write what has changed now."""
        self._timer.stop()
        if self._settings == self._saved:
            return
        try:
            save_settings(self._settings, self._folder)
        except AffectStudioError as error:
            self._say(Message(error.message, Level.WARNING))
        else:
            self._saved = self._settings


class Shell(QObject):
    """Everything that lives as long as the window.

    `make_engine`, `sound`, `dialogs` and `hub` are what tests replace. `start` begins what may wait until the window is
    painted; `close` ends all of it, in order, and may be called twice.
    """

    def __init__(
        self,
        app: QApplication,
        *,
        folders: Folders | None = None,
        make_engine: Callable[[], Engine] | None = None,
        sound: SoundOut | None = None,
        dialogs: Dialogs | None = None,
        hub: ThemeHub | None = None,
        path: Path | None = None,
    ) -> None:
        super().__init__()
        self.folders = folders or home_folders()
        self.messages = Messages(self)
        self.preferences = Preferences(self.folders.config, self.messages.say, self)
        self.background = Background(self)
        self.hub = hub or ThemeHub(app, theme_name(self.preferences.now().theme), FIRST_FEELING)
        document = Document.untitled(self.folders.recovery)
        cache, previews_bytes = session_cache(self.folders.cache), self.preferences.now().previews_mb << 20
        self.project = Project(document, self.background, cache, self, previews_bytes)
        device = self.preferences.now().device
        self.jobs = Jobs(make_engine or functools.partial(local_engine, device), self)
        self.playback = Playback(sound if sound is not None else QtSound(), self)
        self.playback.set_volume(self.preferences.now().volume)
        self.playback.set_delay(self.preferences.now().sound_delay_ms / 1000.0)
        if self.preferences.now().sound_device:
            self.playback.set_device(self.preferences.now().sound_device)
        asked = dialogs or Dialogs()
        self.files = ProjectFiles(
            self.project,
            self.background,
            asked,
            self.folders.recovery,
            self.messages.say,
            self.preferences.now,
            self.preferences.remember,
            self.messages.withdraw,
            self,
        )
        self.context = PanelContext(
            hub=self.hub,
            project=self.project,
            jobs=self.jobs,
            playback=self.playback,
            background=self.background,
            dialogs=asked,
            say=self.messages.say,
            settings=self.preferences.now,
            remember=self.preferences.remember,
            open_sample=self.files.open_sample,
            presets=PresetShelf(self.folders.config, self.messages.tell),
        )
        self.window = MainWindow(self.context, self.files, locales=locales(self.folders.config))
        self.messages.show_by(self.window.say)
        self.preferences.changed.connect(self.window.settings_changed)
        self.messages.withdrawn.connect(self.window.strip.withdraw)
        self._closed = False
        self._path = path

    def start(self) -> None:
        """Start the engine, open the project that was asked for, and look for what a crash left."""
        try:
            self.jobs.start()
            self.jobs.focus(self.window.panel.key)
        except AffectStudioError as error:
            self.messages.say(Message(error.message, Level.ERROR))
        # what the first take needs is loaded before it is there
        self.background.run(load_ahead, lambda _nothing: self.playback.prepare())
        cache_bytes = self.preferences.now().cache_mb << 20
        self.background.run(lambda: prune_caches((self.folders.cache, cache_folder()), cache_bytes))
        self.files.offer_recovery()
        if self._path is not None:
            self.files.open_path(self._path)

    def close(self) -> None:
        """End the engine, finish the document, write the settings."""
        if self._closed:
            return
        self._closed = True
        self.playback.close()
        self.project.document.flush()  # it may still read results that the engine deletes when it closes
        self.jobs.close()
        self.background.close()
        self.project.close()
        self.preferences.flush()


def load_ahead() -> None:
    """Import what is not needed for the first paint, beside the window."""
    load_multimedia()
    for name in ("generators.exporters", "generators.music.midi", "safetensors.numpy"):
        importlib.import_module(name)


def session_cache(cache: Path) -> Path:
    """A folder for this process's copies of assets; those of processes that are gone are removed."""
    import shutil

    for folder in cache.glob("session-*"):
        number = folder.name.split("-")[1]
        if not number.isdigit() or not psutil.pid_exists(int(number)):
            shutil.rmtree(folder, ignore_errors=True)
    return cache / f"session-{os.getpid()}-{secrets.token_hex(3)}"


class Signals(QObject):
    """Lets SIGINT and SIGTERM end the event loop, though Python only runs its handlers between two steps of its own."""

    def __init__(self, leave: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._leave = leave
        self._before_fd = signal.set_wakeup_fd(self._writer.fileno())
        self._before = {number: signal.signal(number, self._handle) for number in (signal.SIGINT, signal.SIGTERM)}

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        # runs in Python right after the wake-up; the event loop is told by _woken
        self._leave()

    def _woken(self) -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            self._reader.recv(64)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()


def show_unforeseen(messages: Messages) -> None:
    """Show exceptions that nobody caught and keep running; the details go to the terminal."""

    def unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(details)
        messages.say(
            Message(
                f"Something unforeseen happened ({kind.__name__}: {error}). Your takes are kept: go on.",
                Level.ERROR,
                "Copy details",
                lambda: QGuiApplication.clipboard().setText(details),
            )
        )

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            unforeseen(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = unforeseen
    threading.excepthook = in_thread


def make_application() -> QApplication:
    """The one QApplication."""
    quieten_multimedia()
    QGuiApplication.setApplicationName("affect-studio")
    QGuiApplication.setApplicationDisplayName("Affect Studio")
    QGuiApplication.setDesktopFileName("affect-studio")
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setWindowIcon(app_icon())
    return app


def run(path: Path | None = None) -> int:
    """Open the window, with the project `path` if given, and stay until it is closed."""
    qInstallMessageHandler(drop_pulse_noise)
    folders = home_folders()
    settings = load_settings(folders.config)
    prepare(settings)
    speak(settings, QLocale.system().uiLanguages(), folders.config)
    app = make_application()
    app.setQuitOnLastWindowClosed(False)
    try:
        shell = Shell(app, path=path)
    except AffectStudioError as error:  # no place to keep a project: nothing can be made here
        told = f"{error.message} Projects without a name are kept there; {HOME_VARIABLE} can name another folder."
        sys.stderr.write(f"{told}\n")
        if app.platformName() not in ("offscreen", "minimal"):
            QMessageBox.critical(None, "Affect Studio", told)
        return 1
    garbage = Garbage()
    garbage.start()
    show_unforeseen(shell.messages)
    signals = Signals(app.quit)
    shell.window.closed.connect(app.quit)
    shell.window.shown.connect(lambda: QTimer.singleShot(0, shell.start))
    shell.window.shown.connect(lambda: QTimer.singleShot(OFFER_TOUR_MS, shell.window.tour.offer))
    shell.window.show()
    try:
        return app.exec()
    finally:
        shell.window.hide()
        again = shell.project.document.path if shell.window.wants_restart else None
        shell.close()
        signals.close()
        garbage.stop()
        if again is not None:
            start_window(again if again.exists() else None)
