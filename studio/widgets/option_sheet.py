"""A sheet with a field for each option of an export; the base of those of the panels."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from generators.exporter import Option
from studio.widgets.headings import label_of

Field = QComboBox | QLineEdit


def option_title(option: Option) -> str:
    """“The frame rate” as the label of a field."""
    words = option.title.removeprefix("The ")
    return words[:1].upper() + words[1:]


def option_field(option: Option, value: str, choice_words: Callable[[Option, str], str]) -> Field:
    """A field for `option`: a list where it has choices, each told as `choice_words` says, or a line."""
    if option.choices:
        box = QComboBox()
        for choice in option.choices:
            words = f"{choice} fps" if option.name == "frame_rate" else choice_words(option, choice)
            box.addItem(words, choice)
        box.setCurrentIndex(max(box.findData(value), 0))
        return box
    field = QLineEdit(value)
    field.setPlaceholderText(option.form if option.default else f"{option.form} (or leave it empty)")
    field.setToolTip(f"Written as {option.form}" if option.form else "")
    return field


def field_value(field: Field) -> str:
    """What a field says."""
    return str(field.currentData()) if isinstance(field, QComboBox) else field.text().strip()


class OptionSheet(QDialog):
    """A title, a form with `fields` by the options' names, a place for trouble, Export… and Cancel."""

    def __init__(self, window_title: str, title: str, width_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(window_title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(width_px)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 18, 20, 16)
        rows.setSpacing(12)
        rows.addWidget(label_of(title, "title"))
        self.form_rows = QFormLayout()
        self.form_rows.setHorizontalSpacing(16)
        self.form_rows.setVerticalSpacing(8)
        self.form_rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.form_rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.addLayout(self.form_rows)
        self.fields: dict[str, Field] = {}
        self.hint = label_of("", "muted", wraps=True)
        self.hint.hide()
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

    def add_field(self, option: Option, value: str) -> None:
        """Add a field for `option` that says `value`."""
        field, title = option_field(option, value, self.choice_words), option_title(option)
        field.setAccessibleName(title)
        self.fields[option.name] = field
        self.form_rows.addRow(title, field)

    def choice_words(self, option: Option, choice: str) -> str:
        """How a choice of an option is told."""
        del option
        return choice

    def values(self) -> dict[str, str]:
        """What the fields say."""
        return {name: field_value(field) for name, field in self.fields.items()}

    def show_trouble(self, text: str) -> None:
        """Say which field cannot be what it says."""
        self.trouble.setText(text)
        self.trouble.show()
