"""Presets: what is asked, kept under a name for every project."""

from __future__ import annotations

import functools
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from studio.panel import Level, Message, PanelContext
from studio.panels.music.ask import Ask, Kept, decode_ask, encode_ask

MAX_PRESETS, MAX_NAME = 100, 60
BUILT_IN: tuple[tuple[str, Ask], ...] = (
    ("Morning walk", Ask(bars=16, tempo_bpm=96.0, key="G", attributes={"articulation": 0.8})),
    ("Night waltz", Ask(bars=24, metre=(3, 4), key="Am", form="ABA")),
    ("Song with a voice", Ask(bars=32, ensemble="voice", form="AABA", chords=("C", "Am", "F", "G"))),
    ("Quartet, a rondo", Ask(bars=40, ensemble="quartet", form="rondo")),
)
"""Beginnings that show what can be asked; the feeling on the pad stays as it is."""


class Presets(QObject):
    """Keeps asks in the settings; `chosen` carries the Ask of a preset."""

    chosen = Signal(object)

    def __init__(self, context: PanelContext, ask: Callable[[], Ask], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._ask = ask

    @property
    def names(self) -> tuple[str, ...]:
        """The user's presets, in the order of their names."""
        return tuple(sorted(self._context.settings().music_presets, key=str.casefold))

    def save(self, name: str) -> bool:
        """Keep what is asked now as `name`, in place of a preset that is called so."""
        name = " ".join(name.split())[:MAX_NAME]
        known = dict(self._context.settings().music_presets)
        if not name:
            return False
        if name not in known and len(known) >= MAX_PRESETS:
            self._context.say(Message(f"There are {MAX_PRESETS} presets: remove one first.", Level.WARNING))
            return False
        known[name] = encode_ask(msgspec.structs.replace(self._ask(), kept=Kept(), seed_locked=False, seed=0))
        self._context.remember(music_presets=known)
        self._context.say(Message(f"“{name}” is among the presets.", key="presets"))
        return True

    def load(self, name: str) -> None:
        """Ask for what the preset `name` holds."""
        text = self._context.settings().music_presets.get(name)
        if text is not None:
            self._choose(decode_ask(text))

    def load_built_in(self, name: str) -> None:
        """Ask for one of the beginnings, at the feeling of now."""
        preset = dict(BUILT_IN).get(name)
        if preset is not None:
            self._choose(msgspec.structs.replace(preset, affect=self._ask().affect))

    def _choose(self, preset: Ask) -> None:
        now = self._ask()
        self.chosen.emit(msgspec.structs.replace(preset, kept=now.kept, seed=now.seed, seed_locked=now.seed_locked))

    def remove(self, name: str) -> None:
        """Forget a preset; the message offers it back."""
        known = dict(self._context.settings().music_presets)
        text = known.pop(name, None)
        if text is None:
            return
        self._context.remember(music_presets=known)

        def again() -> None:
            self._context.remember(music_presets={**self._context.settings().music_presets, name: text})

        self._context.say(Message(f"The preset “{name}” was removed.", action="Keep it", act=again, key="presets"))

    def clear(self) -> None:
        """Ask for nothing but the feeling."""
        self._choose(Ask(affect=self._ask().affect))

    def menu(self, parent: QWidget) -> QMenu:
        """What the button at the head of the column opens."""
        menu = QMenu(parent)
        for name in self.names:
            menu.addAction(name, functools.partial(self.load, name))
        if self.names:
            menu.addSeparator()
        first = menu.addMenu("Beginnings")
        for name, _ in BUILT_IN:
            first.addAction(name, functools.partial(self.load_built_in, name))
        menu.addAction("Save what is asked…", lambda: self.ask_name(parent))
        if self.names:
            away = menu.addMenu("Remove")
            for name in self.names:
                away.addAction(name, functools.partial(self.remove, name))
        menu.addSeparator()
        menu.addAction("Leave all to the feeling", self.clear)
        return menu

    def open_below(self, anchor: QWidget) -> None:
        """Open the menu under the button `anchor`."""
        menu = self.menu(anchor.window())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))

    def ask_name(self, parent: QWidget) -> None:
        """Ask for a name, and keep what is asked."""
        name = self._context.dialogs.text(parent, "Save what is asked", "Name of the preset", "")
        if name is not None:
            self.save(name)
