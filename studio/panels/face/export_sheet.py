"""The sheet before an export: frame rate, timecode, rig and what else a format lets choose."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from generators.errors import AffectStudioError
from generators.exporter import Exporter, Option
from studio.widgets.headings import label_of

WORDS: Mapping[str, str] = {
    "arkit": "ARKit, 52 shapes",
    "metahuman": "MetaHuman board",
    "vrm": "VRM 1.0",
    "oculus": "Oculus, 15 visemes",
    "actions": "Facial actions, as here",
}


def option_title(option: Option) -> str:
    """“The frame rate” as the label of a field."""
    words = option.title.removeprefix("The ")
    return words[:1].upper() + words[1:]


class ExportSheet(QDialog):
    """Fields for the options of one format; `chosen` carries their values by name."""

    chosen = Signal(object)

    def __init__(
        self, exporter: Exporter, what: str, remembered: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._exporter = exporter
        self.setWindowTitle(f"Export {what}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(380)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 18, 20, 16)
        rows.setSpacing(12)
        rows.addWidget(label_of(exporter.title, "title"))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.fields: dict[str, QComboBox | QLineEdit] = {}
        for option in exporter.options:
            field = self._field(option, remembered.get(option.name, option.default))
            field.setAccessibleName(option_title(option))
            self.fields[option.name] = field
            form.addRow(option_title(option), field)
        rows.addLayout(form)
        self.trouble = label_of("", "muted", wraps=True)
        self.trouble.hide()
        rows.addWidget(self.trouble)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        rows.addWidget(buttons)

    @staticmethod
    def _field(option: Option, value: str) -> QComboBox | QLineEdit:
        if option.choices:
            box = QComboBox()
            for choice in option.choices:
                box.addItem(WORDS.get(choice, f"{choice} fps" if option.name == "frame_rate" else choice), choice)
            box.setCurrentIndex(max(box.findData(value), 0))
            return box
        field = QLineEdit(value)
        field.setPlaceholderText(option.form if option.default else f"{option.form} (or leave it empty)")
        field.setToolTip(f"Written as {option.form}" if option.form else "")
        return field

    def values(self) -> dict[str, str]:
        """What the fields say."""
        found: dict[str, str] = {}
        for name, field in self.fields.items():
            found[name] = str(field.currentData()) if isinstance(field, QComboBox) else field.text().strip()
        return found

    def accept(self) -> None:
        """Go on, unless a field cannot be what it says."""
        try:
            checked = self._exporter.chosen(self.values())
        except AffectStudioError as error:
            self.trouble.setText(error.message)
            self.trouble.show()
            return
        super().accept()
        self.chosen.emit(checked)
