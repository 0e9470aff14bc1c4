"""The sheet before an export: what leaves, in which form, and what that form lets choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from generators.compass.paths import REST
from generators.compass.request import MAX_POINTS
from generators.compass.timing import EASINGS
from generators.errors import AffectStudioError, BadRequest
from generators.exporter import Exporter, Option
from studio.panels.compass.outgoing import FILMS, FORMS, STEPS, USUAL_STEPS, What
from studio.widgets.headings import label_of

HIDDEN = frozenset({"number", "seconds", "easing", "speed", "between"})
"""Options that the panel settles itself: a film's pictures are made for its frames, at even speed."""
STEP, LENGTH, EASING, STAY = "steps", "length", "easing", "rest"
LENGTH_OPTION = Option(
    LENGTH, "The length in seconds", "6", pattern=r"[0-9]{1,3}(\.[0-9]{1,2})?", form="seconds, like 6 or 2.5"
)
WORDS: Mapping[str, Mapping[str, str]] = {
    "size": {"as made": "as the pictures are", **{side: f"{side} pixels" for side in ("256", "512", "720", "1080")}},
    "side": {"as made": "as it is", **{side: f"{side} pixels" for side in ("128", "192", "256", "384", "512")}},
    "frame_rate": {},
    EASING: {
        "none": "at one speed",
        "in": "starts slowly",
        "out": "ends slowly",
        "in and out": "starts and ends slowly",
    },
    STAY: {"whole": "only at its ends", "stops": "at each stop"},
}


class ExportSheet(QDialog):
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
        super().__init__(parent)
        self._exporters = exporters
        self._remembered = remembered
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(440)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 18, 20, 16)
        rows.setSpacing(12)
        rows.addWidget(label_of("Export", "title"))
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.what = _combo("What leaves", [(what.title, what.key) for what in whats])
        self.form = _combo("The form", [])
        self._form.addRow("What", self.what)
        self._form.addRow("Form", self.form)
        rows.addLayout(self._form)
        self.fields: dict[str, QComboBox | QLineEdit] = {}
        self.hint = label_of("", "muted", wraps=True)
        rows.addWidget(self.hint)
        self.trouble = label_of("", "muted", wraps=True)
        self.trouble.hide()
        rows.addWidget(self.trouble)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        rows.addWidget(buttons)
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
        kept = {name: _value(field) for name, field in self.fields.items()}
        for field in self.fields.values():
            self._form.removeRow(field)
        self.fields = {}
        for option in self._options():
            value = kept.get(option.name, self._remembered.get(f"{self.key}.{option.name}", option.default))
            field = _field(option, value, self.key)
            words = option.title.removeprefix("The ")
            words = words[:1].upper() + words[1:]
            field.setAccessibleName(words)
            self.fields[option.name] = field
            self._form.addRow(words, field)
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

    def values(self) -> dict[str, str]:
        """What the fields say."""
        return {name: _value(field) for name, field in self.fields.items()}

    def accept(self) -> None:
        """Go on, unless a field cannot be what it says."""
        try:
            checked = {option.name: option.checked(self.values()[option.name]) for option in self._options()}
            if self.key in FILMS:
                frames_asked(checked)
        except AffectStudioError as error:
            self.trouble.setText(error.message)
            self.trouble.show()
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


def _field(option: Option, value: str, key: str) -> QComboBox | QLineEdit:
    if not option.choices:
        field = QLineEdit(value)
        field.setPlaceholderText(option.form if option.default else f"{option.form} (or leave it empty)")
        return field
    box = QComboBox()
    for choice in option.choices:
        words = WORDS.get(option.name, {}).get(choice, choice)
        if option.name == "frame_rate":
            words = f"{choice} fps"
        elif option.name == STEP:
            words = f"{choice} × {choice}" if key == "map" else choice
        box.addItem(words, choice)
    box.setCurrentIndex(max(box.findData(value), 0))
    return box


def _value(field: QComboBox | QLineEdit) -> str:
    return str(field.currentData()) if isinstance(field, QComboBox) else field.text().strip()
