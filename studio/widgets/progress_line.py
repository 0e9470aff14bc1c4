"""How far what is being made is, in one line: a bar, words, and Cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from studio.widgets.job_list import ThinProgress
from studio.widgets.theme import ThemeHub

NOTE_PX = 36  # with less the words would vanish altogether


class ElidedLabel(QLabel):
    """A line of words that takes the room there is, and ends in dots where it is too long."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setMinimumWidth(NOTE_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, words: str) -> None:
        """Show `words`."""
        self._words = words
        self.setToolTip(words)
        self._fit()

    def _fit(self) -> None:
        super().setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words again."""
        super().resizeEvent(event)
        self._fit()


class ProgressLine(QWidget):
    """A bar, words and the button `cancel`; hidden while nothing is being made.

    `what` names the bar to a screen reader, `why` is told of Cancel. With `elides` the words take the room there is.
    """

    def __init__(self, hub: ThemeHub, what: str, why: str, *, bar_px: int = 90, elides: bool = False) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.bar = ThinProgress(hub, bar_px)
        self.bar.setAccessibleName(what)
        self.note = ElidedLabel() if elides else QLabel()
        self.note.setProperty("role", "muted")
        self.note.setAccessibleName("What is being made")
        self.cancel = QPushButton("Cancel")
        self.cancel.setProperty("flat", True)
        self.cancel.setToolTip(why)
        line.addWidget(self.bar)
        line.addWidget(self.note, 1 if elides else 0)
        line.addWidget(self.cancel)
        if not elides:
            line.addStretch(1)

    def show_progress(self, fraction: float | None, note: str = "") -> None:
        """Show how far the work is (0..1), or nothing."""
        self.setVisible(fraction is not None)
        if fraction is not None:
            self.bar.set_fraction(fraction)
            self.note.setText(note)
