"""The sheet before an export: what leaves, in which form, and what that form lets choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from generators.compass.paths import REST
from generators.compass.request import MAX_POINTS
from generators.compass.timing import EASINGS
from generators.errors import AffectStudioError, BadRequest
from generators.exporter import Exporter, Option
from studio.panels.compass.outgoing import FILMS, FORMS, STEPS, USUAL_STEPS, What
from studio.widgets.option_sheet import OptionSheet

HIDDEN = frozenset({"number", "seconds", "easing", "speed", "between"})
"""Options that the panel settles itself: a film's pictures are made for its frames, at even speed."""
STEP, LENGTH, EASING, STAY = "steps", "length", "easing", "rest"
LENGTH_OPTION = Option(
    LENGTH, "The length in seconds", "6", pattern=r"[0-9]{1,3}(\.[0-9]{1,2})?", form="seconds, like 6 or 2.5"
)
WORDS: Mapping[str, Mapping[str, str]] = {
    "size": {"as made": "as the pictures are", **{side: f"{side} pixels" for side in ("256", "512", "720", "1080")}},
    "side": {"as made": "as it is", **{side: f"{side} pixels" for side in ("128", "192", "256", "384", "512")}},
    EASING: {
        "none": "at one speed",
        "in": "starts slowly",
        "out": "ends slowly",
        "in and out": "starts and ends slowly",
    },
    STAY: {"whole": "only at its ends", "stops": "at each stop"},
}


class ExportSheet(OptionSheet):
    """Fields for what leaves; `chosen` carries the thing's key, the form's name, and the values of all fields."""

    chosen = Signal(str, str, object)

    def __init__(
        self,
        whats: Sequence[What],
        exporters: Mapping[str, Exporter],
        remembered: Mapping[str, str],
        first: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Export", "Export", 440, parent)
        self._exporters = exporters
        self._remembered = remembered
        self.what = _combo("What leaves", [(what.title, what.key) for what in whats])
        self.form = _combo("The form", [])
        self.form_rows.addRow("What", self.what)
        self.form_rows.addRow("Form", self.form)
        self.hint.show()
        self.what.setCurrentIndex(max(self.what.findData(first), 0))
        self.what.currentIndexChanged.connect(self._show_forms)
        self.form.currentIndexChanged.connect(self._show_fields)
        self._show_forms()

    @property
    def key(self) -> str:
        """The thing that is chosen."""
        return str(self.what.currentData())

    @property
    def exporter(self) -> Exporter:
        """The form that is chosen."""
        return self._exporters[str(self.form.currentData())]

    def _show_forms(self) -> None:
        self.form.blockSignals(True)
        self.form.clear()
        for name in FORMS[self.key]:
            self.form.addItem(self._exporters[name].title, name)
        self.form.setCurrentIndex(max(self.form.findData(self._remembered.get(f"{self.key}.form", "")), 0))
        self.form.blockSignals(False)
        self._show_fields()

    def _options(self) -> list[Option]:
        """What can be chosen of the thing and its form: the panel's own first."""
        found = []
        if self.key in STEPS:
            found.append(Option(STEP, "The pictures", USUAL_STEPS[self.key], STEPS[self.key]))
        if self.key in FILMS:
            found.append(LENGTH_OPTION)
            found.append(Option(EASING, "The speed", "in and out", EASINGS))
            found.append(Option(STAY, "The film rests", "whole", REST))
        return [*found, *(option for option in self.exporter.options if option.name not in HIDDEN)]

    def _show_fields(self) -> None:
        kept = self.values()
        for field in self.fields.values():
            self.form_rows.removeRow(field)
        self.fields = {}
        for option in self._options():
            self.add_field(
                option, kept.get(option.name, self._remembered.get(f"{self.key}.{option.name}", option.default))
            )
        self.trouble.hide()
        self.hint.setText(self._hint())
        self.adjustSize()

    def _hint(self) -> str:
        if self.key in FILMS:
            return (
                "Previews are made first, to measure how fast the pictures change; then all frames, at a speed that is "
                "even to the eye."
            )
        if self.exporter.takes_ingredients:
            return "The file brings its recipe and its directions along: drop it on the window to be here again."
        return ""

    def choice_words(self, option: Option, choice: str) -> str:
        """How a choice of an option is told."""
        if option.name == STEP and self.key == "map":
            return f"{choice} × {choice}"
        return WORDS.get(option.name, {}).get(choice, choice)

    def accept(self) -> None:
        """Go on, unless a field cannot be what it says."""
        try:
            checked = {option.name: option.checked(self.values()[option.name]) for option in self._options()}
            if self.key in FILMS:
                frames_asked(checked)
        except AffectStudioError as error:
            self.show_trouble(error.message)
            return
        super().accept()
        self.chosen.emit(self.key, self.exporter.name, checked)


def frames_asked(values: Mapping[str, str]) -> int:
    """How many pictures a film takes.

    Raises:
        BadRequest: it would be too short, or too long to be made at once.
    """
    rate = float(values["frame_rate"])
    frames = round(float(values[LENGTH]) * rate)
    if not 2 <= frames <= MAX_POINTS:
        raise BadRequest(
            f"A film of {values[LENGTH]} seconds cannot be made: choose from 1 to {MAX_POINTS / rate:.0f}."
        )
    return frames


def _combo(words: str, items: Sequence[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(words)
    for title, key in items:
        box.addItem(title, key)
    return box
