"""The texts for models that read them: what to paint, and what to stay away from."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from generators.compass.request import MAX_PROMPT_LETTERS
from studio.panels.compass.state import Ask
from studio.widgets.headings import heading


class PromptPart(QWidget):
    """Two lines of text; `committed` carries the field of Ask that was changed, and the text."""

    committed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(heading("Text"))
        self.prompt = self._line("What to paint", "prompt")
        self.negative = self._line("What to stay away from", "negative")
        rows.addWidget(self.prompt)
        rows.addWidget(self.negative)

    def _line(self, words: str, field: str) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText(words)
        line.setAccessibleName(words)
        line.setMaxLength(MAX_PROMPT_LETTERS)

        def tell() -> None:
            if line.isModified():
                line.setModified(False)
                self.committed.emit(field, line.text().strip())

        line.editingFinished.connect(tell)
        return line

    def show_ask(self, ask: Ask) -> None:
        """Show what is asked; no signal."""
        for line, text in ((self.prompt, ask.prompt), (self.negative, ask.negative)):
            if line.text() != text and not line.isModified():
                line.setText(text)
