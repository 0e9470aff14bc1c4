"""The two sheets of the Help menu: all shortcuts, and what this program is made of."""

from __future__ import annotations

from importlib import metadata

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

LIBRARIES = (
    ("PySide6", "LGPL-3.0", "the window"),
    ("torch", "BSD-3-Clause", "the networks"),
    ("diffusers", "Apache-2.0", "picture models"),
    ("transformers", "Apache-2.0", "reading of prompts"),
    ("huggingface_hub", "Apache-2.0", "downloads you ask for"),
    ("numpy", "BSD-3-Clause", "the numbers"),
    ("safetensors", "Apache-2.0", "weights and results"),
    ("tinysoundfont", "MIT", "the synthesiser"),
    ("pretty_midi", "MIT", "the SoundFont that comes with it"),
    ("soundfile", "BSD-3-Clause", "sound files"),
    ("msgspec", "BSD-3-Clause", "requests"),
    ("platformdirs", "MIT", "folders"),
    ("psutil", "BSD-3-Clause", "memory figures"),
)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    return label


class _Sheet(QDialog):
    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(24, 20, 24, 16)
        self.rows.setSpacing(12)
        self.rows.addWidget(_label(title, "title"))

    def _finish(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        self.rows.addWidget(buttons)


class ShortcutSheet(_Sheet):
    """Every shortcut, by menu."""

    def __init__(self, sections: list[tuple[str, list[tuple[str, str]]]], parent: QWidget) -> None:
        super().__init__("Keyboard shortcuts", parent)
        columns = QHBoxLayout()
        columns.setSpacing(40)
        half = [QVBoxLayout(), QVBoxLayout()]
        for column in half:
            column.setSpacing(16)
            columns.addLayout(column)
        filled = [0, 0]
        for title, keys in sections:
            grid = QGridLayout()
            grid.setVerticalSpacing(5)
            grid.setHorizontalSpacing(16)
            grid.setColumnMinimumWidth(0, 96)
            grid.addWidget(_label(title.upper(), "heading"), 0, 0, 1, 2)
            for row, (key, what) in enumerate(keys, 1):
                grid.addWidget(_label(key, "strong"), row, 0)
                grid.addWidget(_label(what, "muted"), row, 1)
            place = 0 if filled[0] <= filled[1] else 1
            filled[place] += len(keys) + 2
            half[place].addLayout(grid)
        for column in half:
            column.addStretch(1)
        self.rows.addLayout(columns)
        self._finish()


class AboutSheet(_Sheet):
    """What the program is, its licence, and those of what it is built on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Affect Studio", parent)
        about = _label(
            f"Version {_version('affect-studio')}. Music, pictures and faces from one feeling, made on your own "
            "machine.\nLicence: Apache-2.0. What you make with it is yours; "
            "the cards of the models name their sources.",
            "muted",
        )
        about.setWordWrap(True)
        about.setFixedWidth(460)
        self.rows.addWidget(about)
        self.rows.addWidget(_label("BUILT ON", "heading"))
        grid = QGridLayout()
        grid.setVerticalSpacing(5)
        grid.setHorizontalSpacing(16)
        for row, (name, licence, purpose) in enumerate(LIBRARIES):
            for column, (text, role) in enumerate(
                ((f"{name} {_version(name)}", ""), (licence, "muted"), (purpose, "muted"))
            ):
                grid.addWidget(_label(text, role), row, column)
        self.rows.addLayout(grid)
        self._finish()
