"""The sheet before an export: frame rate, timecode, rig and what else a format lets choose."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from generators.errors import AffectStudioError
from generators.exporter import Exporter, Option
from studio.widgets.option_sheet import OptionSheet

WORDS: Mapping[str, str] = {
    "arkit": "ARKit, 52 shapes",
    "metahuman": "MetaHuman board",
    "vrm": "VRM 1.0",
    "oculus": "Oculus, 15 visemes",
    "actions": "Facial actions, as here",
}


class ExportSheet(OptionSheet):
    """Fields for the options of one format; `chosen` carries their values by name."""

    chosen = Signal(object)

    def __init__(
        self, exporter: Exporter, what: str, remembered: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(f"Export {what}", exporter.title, 380, parent)
        self._exporter = exporter
        for option in exporter.options:
            self.add_field(option, remembered.get(option.name, option.default))

    def choice_words(self, option: Option, choice: str) -> str:
        """How a choice of an option is told."""
        del option
        return WORDS.get(choice, choice)

    def accept(self) -> None:
        """Go on, unless a field cannot be what it says."""
        try:
            checked = self._exporter.chosen(self.values())
        except AffectStudioError as error:
            self.show_trouble(error.message)
            return
        super().accept()
        self.chosen.emit(checked)
