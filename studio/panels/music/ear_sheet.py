"""The sheet of a map of one's own: which takes were placed where, its name, and the ways to share it."""

from __future__ import annotations

import functools

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from generators.affect import nearest_emotion
from generators.music.personal import MAX_NAME, PersonalMap
from generators.music.request import EarRating
from studio.panels.music.ask import Kept
from studio.widgets.headings import label_of
from studio.widgets.icons import IconButton
from studio.widgets.theme import ThemeHub

ENOUGH = 6  # from about so many on the map follows an ear well
LEAD = (
    "Listen to a take, then place it on the pad where you hear it. A few takes already bend the pad to your ear, so "
    "that what you point at is what you hear."
)


def _told(kept: Kept) -> str:
    """How far the map has come, and which take would teach it most."""
    count = len(kept.ear)
    if count >= ENOUGH:
        return f"{count} takes placed."
    found = PersonalMap([EarRating(one.asked, one.heard) for one in kept.ear])
    following = f"Next, place one that was made from about “{nearest_emotion(found.next_to_hear()).name}”."
    if not count:
        return f"No take was placed yet. {following}"
    return f"{count} placed: from {ENOUGH} on, spread over the pad, it follows you well. {following}"


class EarSheet(QDialog):
    """Shows a map.

    Signals: `removed` with a row, `resetRequested`, `renamed`, `switched`, `saveRequested`, `openRequested`.
    """

    removed = Signal(int)
    resetRequested = Signal()
    renamed = Signal(str)
    switched = Signal(bool)
    saveRequested = Signal()
    openRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self.setWindowTitle("My ear")
        self.resize(420, 460)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 14)
        rows.setSpacing(10)
        rows.addWidget(label_of("My ear", "title"))
        rows.addWidget(label_of(LEAD, wraps=True))
        line = QHBoxLayout()
        self.name = QLineEdit()
        self.name.setPlaceholderText("A name for this map")
        self.name.setMaxLength(MAX_NAME)
        self.name.setAccessibleName("The name of the map")
        self.name.editingFinished.connect(lambda: self.renamed.emit(self.name.text()))
        self.on = QCheckBox("Use it")
        self.on.clicked.connect(self.switched)
        line.addWidget(self.name, 1)
        line.addWidget(self.on)
        rows.addLayout(line)
        self._told = label_of("", "faint", wraps=True)
        rows.addWidget(self._told)
        self._list = QWidget()
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 0, 8, 0)
        self._lines.setSpacing(2)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self._list)
        rows.addWidget(area, 1)
        rows.addLayout(self._build_foot())

    def _build_foot(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self.save = QPushButton("Save…")
        self.save.setToolTip("Write the map to a file, to keep or share it.")
        self.save.clicked.connect(self.saveRequested)
        self.open_ = QPushButton("Open…")
        self.open_.setToolTip("Use a map from a file in place of this one.")
        self.open_.clicked.connect(self.openRequested)
        self.reset = QPushButton("Reset")
        self.reset.setToolTip("Forget every take that was placed. Undo brings them back.")
        self.reset.clicked.connect(self.resetRequested)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        for button in (self.save, self.open_, self.reset):
            button.setAutoDefault(False)
            line.addWidget(button)
        line.addStretch(1)
        close.setAutoDefault(False)
        line.addWidget(close)
        return line

    def show_map(self, kept: Kept) -> None:
        """Show what is kept now; no signal."""
        with QSignalBlocker(self.name):
            self.name.setText(kept.ear_name)
        self.on.setChecked(kept.ear_on)
        count = len(kept.ear)
        self._told.setText(_told(kept))
        for button in (self.save, self.reset, self.on):
            button.setEnabled(count > 0)
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for place, one in enumerate(kept.ear):
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            asked, heard = nearest_emotion(one.asked).name, nearest_emotion(one.heard).name
            name = label_of(one.name or f"Take {place + 1}", "body")
            words = f"asked {asked}, heard {heard}"
            where = label_of(words, "faint")
            where.setToolTip(
                f"asked at {one.asked.valence:+.2f}, {one.asked.arousal:+.2f}; "
                f"heard at {one.heard.valence:+.2f}, {one.heard.arousal:+.2f}"
            )
            away = IconButton(self._hub, "close", f"Forget {one.name or 'this take'}", flat=True, width=24, height=24)
            away.clicked.connect(functools.partial(self._remove, place))
            line.addWidget(name, 1)
            line.addWidget(where)
            line.addWidget(away)
            self._lines.addWidget(row)
        self._lines.addStretch(1)

    def _remove(self, place: int, _checked: bool = False) -> None:
        self.removed.emit(place)
