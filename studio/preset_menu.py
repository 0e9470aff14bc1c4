"""The menu of presets that every panel has: shipped ones, the user's own, and what can be done with them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from generators.errors import AffectStudioError
from generators.exporter import write_atomically
from studio.panel import Level, Message, PanelContext
from studio.presets import Preset, Values, encode_presets, plain_name, plain_values, read_presets, shipped
from studio.project import sentence

FILTERS = ("Presets (*.json)", "All files (*)")


class PresetHolder(Protocol):
    """The settings of a panel, as presets see them."""

    def preset(self) -> Values:
        """What a preset of now would keep: no seed, no inputs, nothing that belongs to one project."""
        ...

    def use_preset(self, values: Values) -> None:
        """Ask for it, as one step of undo; what the preset does not name goes back to how it is at first.

        Raises:
            AffectStudioError: it cannot be understood, or asks for what cannot be.
        """
        ...


Extra = tuple[str, Callable[[], object]]


class PresetMenu(QObject):
    """Presets of one panel; `extras` are further commands at the end of the menu."""

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        holder: PresetHolder,
        extras: Sequence[Extra] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._holder = holder
        self._extras = tuple(extras)

    # -- using ---------------------------------------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the user's presets."""
        return tuple(preset.name for preset in self._context.presets.of(self._panel))

    def use(self, preset: Preset) -> bool:
        """Ask for what a preset holds; False where it cannot be."""
        try:
            self._holder.use_preset(preset.settings)
        except AffectStudioError as error:
            self._tell(f"“{preset.name}” cannot be used. {error.message}", Level.WARNING)
            return False
        words = f" {preset.words}" if preset.words else ""
        self._tell(f"“{preset.name}” is asked for.{words} Undo goes back.")
        return True

    def use_named(self, name: str) -> bool:
        """Ask for what the preset called `name` holds, the user's own first; False where there is none."""
        known = (*self._context.presets.of(self._panel), *shipped(self._panel))
        preset = next((one for one in known if one.name == name), None)
        return preset is not None and self.use(preset)

    # -- keeping -------------------------------------------------------------------------------------------------------

    def save(self, name: str) -> bool:
        """Keep what is asked now as `name`, in place of a preset that is called so."""
        name = plain_name(name)
        kept = bool(name) and self._context.presets.put(Preset(self._panel, name, plain_values(self._holder.preset())))
        if kept:
            self._tell(f"“{name}” is among the presets.")
        return kept

    def ask_name(self, parent: QWidget) -> None:
        """Ask for a name, and keep what is asked."""
        name = self._context.dialogs.text(parent, "Save as preset", "Name of the preset", "")
        if name is not None:
            self.save(name)

    def ask_rename(self, parent: QWidget, name: str) -> None:
        """Ask for another name."""
        found = self._context.dialogs.text(parent, "Rename the preset", "Name", name)
        if found is not None:
            self._context.presets.rename(self._panel, name, found)

    def remove(self, name: str) -> None:
        """Forget a preset; the message offers it back."""
        preset = self._context.presets.remove(self._panel, name)
        if preset is None:
            return
        again = functools.partial(self._context.presets.put, preset)
        self._context.say(Message(f"The preset “{name}” was removed.", action="Keep it", act=again, key="presets"))

    # -- files ---------------------------------------------------------------------------------------------------------

    def _title(self, panel: str) -> str:
        return next((one.title for one in self._context.uses.panels if one.key == panel), panel)

    def _folder(self) -> Path:
        last = self._context.settings().last_folder
        return Path(last) if last and Path(last).is_dir() else Path.home()

    def ask_export(self, parent: QWidget) -> None:
        """Ask where, and write the user's presets of this panel into one file."""
        proposed = self._folder() / f"{self._title(self._panel)} presets.json"
        path = self._context.dialogs.save_path(parent, "Export presets", proposed, FILTERS)
        if path is None:
            return
        self._context.remember(last_folder=str(path.parent))
        try:
            with write_atomically(path) as file:
                file.write(encode_presets(self._context.presets.of(self._panel)))
        except AffectStudioError as error:
            self._tell(error.message, Level.ERROR)
            return
        self._tell(f"{path.name} was written to {path.parent}.")

    def ask_import(self, parent: QWidget) -> None:
        """Ask for a file of presets, and keep those in it beside the others."""
        path = self._context.dialogs.open_path(parent, "Import presets", self._folder(), FILTERS)
        if path is None:
            return
        self._context.remember(last_folder=str(path.parent))
        try:
            presets = read_presets(path)
        except AffectStudioError as error:
            self._tell(sentence(error), Level.ERROR)
            return
        names = self._context.presets.add(presets)
        elsewhere = sorted({self._title(one.panel) for one in presets if one.panel != self._panel})
        if names:
            told = f"{', '.join(names[:4])}{' …' if len(names) > 4 else ''}: now among the presets"
            others = f", some of them in {', '.join(elsewhere)}" if elsewhere else ""
            self._tell(f"{told}{others}.")
        elif presets:
            self._tell("These presets are here already.")
        else:
            self._tell(f"There is no preset in {path.name}.", Level.WARNING)

    # -- the menu ------------------------------------------------------------------------------------------------------

    def menu(self, parent: QWidget) -> QMenu:
        """The menu, filled anew."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        own = self._context.presets.of(self._panel)
        for place, presets in enumerate((own, shipped(self._panel))):
            if place and own:
                menu.addSeparator()
            for preset in presets:
                action = menu.addAction(preset.name, functools.partial(self.use, preset))
                action.setToolTip(preset.words)
        menu.addSeparator()
        menu.addAction("Save as preset…", lambda: self.ask_name(parent))
        if own:
            rename, away = menu.addMenu("Rename"), menu.addMenu("Remove")
            for preset in own:
                rename.addAction(preset.name, functools.partial(self.ask_rename, parent, preset.name))
                away.addAction(preset.name, functools.partial(self.remove, preset.name))
            menu.addAction("Export your presets…", lambda: self.ask_export(parent))
        menu.addAction("Import presets…", lambda: self.ask_import(parent))
        if self._extras:
            menu.addSeparator()
            for title, run in self._extras:
                menu.addAction(title, run)
        return menu

    def open_below(self, anchor: QWidget) -> None:
        """Open the menu under the button `anchor`."""
        menu = self.menu(anchor.window())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))

    def _tell(self, text: str, level: Level = Level.INFO) -> None:
        self._context.say(Message(text, level, key="presets"))
