"""The right side of the face panel: the lines, the takes of the line in view, and facts about the one shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.face_lines import Line
from studio.widgets.empty_place import EmptyPlace
from studio.widgets.headings import MARGIN, heading, label_of
from studio.widgets.icons import IconButton
from studio.widgets.line_list import ROW_PX, LineList, LineRow
from studio.widgets.take_facts import MAX_NOTE, MarkButtons, TakeFacts
from studio.widgets.take_list import TakeList
from studio.widgets.theme import ThemeHub

FACT_ROWS, FACT_PX = 6, 170
LIST_MARGIN = 8
MOST_LINES, FEW_LINES, LEAST_LINES = 6, 3, 2
NO_TAKES = "Takes of the line in view gather here."
LOW_PX, LOWEST_PX = 640, 520


class FaceColumn(QWidget):
    """Lines, takes, facts.

    `openRequested`, `folderRequested`, `recordRequested`, `performRequested` for the line in view;
    `performAllRequested`, `exportLinesRequested` for the list;
    `approveRequested` and `sendBackRequested` for the line in view, `lineNoted` with an artist's words on it. `takes`,
    `marks`, `facts` and `note` speak for themselves.
    """

    openRequested = Signal()
    folderRequested = Signal()
    recordRequested = Signal()
    performRequested = Signal()
    performAllRequested = Signal()
    exportLinesRequested = Signal()
    approveRequested = Signal()
    sendBackRequested = Signal()
    lineNoted = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 12)
        rows.setSpacing(0)
        rows.addLayout(self._build_lines_head())
        self.lines = LineList(hub)
        self.lines.setContentsMargins(LIST_MARGIN, 0, LIST_MARGIN, 0)
        self._no_lines = EmptyPlace(hub, "voices", "The recordings of this project gather here.", "Open a voice…", 2)
        self._no_lines.pressed.connect(self.openRequested)
        rows.addWidget(self._no_lines)
        rows.addWidget(self.lines)
        rows.addWidget(self._build_line_actions())
        rows.addLayout(self._build_takes_head())
        self._empty = EmptyPlace(hub, "faces", NO_TAKES, "", 2)
        self._empty.pressed.connect(self.performRequested)
        rows.addWidget(self._empty)
        self.takes = TakeList(hub)
        self.takes.setContentsMargins(LIST_MARGIN, 0, LIST_MARGIN, 0)
        rows.addWidget(self.takes, 1)
        self.facts = TakeFacts(FACT_ROWS, FACT_PX, title="This take")
        self.note, self.export = self.facts.note, self.facts.export
        rows.addWidget(self.facts)
        self._filler = QWidget()
        rows.addWidget(self._filler, 1)
        self._facts_shown: tuple[tuple[str, str, str], ...] = ()
        self._count = 0
        self.show_facts(())
        self.show_lines((), "", None)
        self.show_count(0)

    def _build_lines_head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 0, MARGIN - 4, 6)
        line.setSpacing(2)
        line.addWidget(heading("Lines"))
        line.addStretch(1)
        self._lines_told = label_of("", "faint")
        line.addWidget(self._lines_told)
        line.addSpacing(4)
        self.add = IconButton(self._hub, "plus", "Open a voice… (Ctrl+Shift+O)", flat=True, width=26, height=22)
        self.add.clicked.connect(self.openRequested)
        self.record = IconButton(self._hub, "microphone", "Record a voice…", flat=True, width=26, height=22)
        self.record.clicked.connect(self.recordRequested)
        self.more_lines = IconButton(self._hub, "more", "More to do with the lines", flat=True, width=26, height=22)
        menu = QMenu(self.more_lines)
        menu.addAction("Open a folder…", self.folderRequested.emit)
        menu.addSeparator()
        self._perform_all = menu.addAction("Perform all that have no take", self.performAllRequested.emit)
        self._export_all = menu.addAction("Export all approved…", self.exportLinesRequested.emit)
        self.lines_menu = menu
        self.more_lines.clicked.connect(
            lambda: menu.popup(self.more_lines.mapToGlobal(self.more_lines.rect().bottomLeft()))
        )
        for button in (self.add, self.record, self.more_lines):
            line.addWidget(button)
        return line

    def _build_line_actions(self) -> QWidget:
        self._line_actions = QWidget()
        rows = QVBoxLayout(self._line_actions)
        rows.setContentsMargins(MARGIN, 6, MARGIN, 12)
        rows.setSpacing(6)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.approve = QPushButton("Approve")
        self.approve.setCheckable(True)
        self.approve.setToolTip("This line is done: the take in view is the one to export (Ctrl+Shift+A)")
        self.approve.clicked.connect(lambda: self.approveRequested.emit())
        self.send_back = QPushButton("Send back")
        self.send_back.setCheckable(True)
        self.send_back.setToolTip("This line needs more work: say what in the note (Ctrl+Shift+K)")
        self.send_back.clicked.connect(lambda: self.sendBackRequested.emit())
        for button in (self.approve, self.send_back):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            line.addWidget(button)
        rows.addLayout(line)
        self.line_note = QLineEdit()
        self.line_note.setPlaceholderText("What is to be changed")
        self.line_note.setMaxLength(MAX_NOTE)
        self.line_note.setAccessibleName("A note on this line")
        self.line_note.editingFinished.connect(lambda: self.lineNoted.emit(self.line_note.text()))
        rows.addWidget(self.line_note)
        return self._line_actions

    def _build_takes_head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 0, MARGIN, 6)
        line.setSpacing(4)
        line.addWidget(heading("Takes"))
        line.addStretch(1)
        self.marks = MarkButtons("; X switches between the two where they play.")
        line.addWidget(self.marks)
        return line

    # -- showing -------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window fewer lines and facts leave room for the takes."""
        super().resizeEvent(event)
        self._fit_lines()
        self.show_facts(self._facts_shown)

    def _fit_lines(self) -> None:
        most = LEAST_LINES if self.height() < LOWEST_PX else FEW_LINES if self.height() < LOW_PX else MOST_LINES
        self.lines.setFixedHeight(min(max(self._count, 1), most) * ROW_PX + 4)

    def show_lines(self, rows: Sequence[LineRow], current: str, line: Line | None) -> None:
        """Show the lines, and which of them is in view."""
        self._count = len(rows)
        self.lines.set_rows(rows, current)
        self._fit_lines()
        self.lines.setVisible(bool(rows))
        self._no_lines.setVisible(not rows)
        self._line_actions.setVisible(line is not None)
        done = sum(row.state == "approved" for row in rows)
        self._lines_told.setText(f"{done} of {len(rows)} approved" if len(rows) > 1 else "")
        self._perform_all.setEnabled(bool(rows))
        self._export_all.setEnabled(done > 0)
        if line is not None:
            self.approve.setChecked(line.state == "approved")
            self.approve.setText("Approved" if line.state == "approved" else "Approve")
            self.send_back.setChecked(line.state == "sent back")
            self.send_back.setText("Sent back" if line.state == "sent back" else "Send back")
            self.line_note.setVisible(line.state == "sent back" or bool(line.note))
            if self.line_note.text() != line.note and not self.line_note.isModified():
                self.line_note.setText(line.note)

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Show rows of name, value and tooltip; none hides the place."""
        self._facts_shown = tuple(facts)
        self.facts.setVisible(bool(facts))
        room = 0 if self.height() < LOWEST_PX else 3 if self.height() < LOW_PX else FACT_ROWS
        self.note.setVisible(room > 0)
        self.facts.rows.show(facts, room)

    def show_count(self, count: int, told: str = "") -> None:
        """Show how many takes there are; `told` is said where there are none."""
        self._empty.say(told or NO_TAKES, "Perform" if told else "")
        self._empty.setVisible(count == 0)
        self.takes.setVisible(count > 0)
        self._filler.setVisible(count == 0)
        self.marks.setVisible(count > 1)
