"""The curve editor: tools above, rows of curves in a scrolled area, and the bar that scrolls all lanes in time."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QScrollBar, QVBoxLayout, QWidget

from studio.widgets.curve_board import CurveBoard
from studio.widgets.icons import IconButton
from studio.widgets.segments import Segments
from studio.widgets.theme import ThemeHub
from studio.widgets.time_view import TimeView

TOOL_CHOICES = (
    ("select", "Select", "Drag over curves to choose a stretch of time; a click goes there (V)"),
    ("draw", "Draw", "Draw a new line on a curve (D)"),
    ("offset", "Move", "Drag a curve up or down, in the chosen stretch or everywhere (E)"),
    ("scale", "Scale", "Drag up for more of a curve, down for less (T)"),
    ("smooth", "Smooth", "Drag to calm a curve; the farther the calmer (B)"),
)
SIDE_CHOICES = (
    ("both", "Both", "Edits change both sides of the face"),
    ("left", "L", "Edits change the character's left side only"),
    ("right", "R", "Edits change the character's right side only"),
)
TOOL_KEYS = {
    Qt.Key.Key_V: "select",
    Qt.Key.Key_D: "draw",
    Qt.Key.Key_E: "offset",
    Qt.Key.Key_T: "scale",
}
BAR_STEPS = 1_000  # of a second


class CurveEditor(QWidget):
    """The board with its tools."""

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.tools = Segments(hub, TOOL_CHOICES, "Tool for the curves")
        self.sides = Segments(hub, SIDE_CHOICES, "Sides that edits change")
        self.fit = IconButton(hub, "fit", "Show the whole recording (0)", flat=True, width=30)
        self.board = CurveBoard(hub, view)
        self.sides.setFixedWidth(116)
        line = QHBoxLayout()
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(8)
        line.addWidget(self.tools, 1)
        line.addWidget(self.sides)
        line.addWidget(self.fit)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # the bar lies over the curves, so that their width is that of the lanes above
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.board)
        self.bar = QScrollBar(Qt.Orientation.Horizontal)
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bar.setAccessibleName("Time in sight")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(line)
        rows.addWidget(self.area, 1)
        rows.addWidget(self.bar)
        self.tools.chosen.connect(self.board.set_tool)
        self.sides.chosen.connect(self.board.set_sides)
        self.fit.clicked.connect(view.fit)
        view.changed.connect(self._show_bar)
        self.bar.valueChanged.connect(lambda value: view.scroll_to(value / BAR_STEPS))
        self.board.rowChosen.connect(self._bring_into_sight)
        self._show_bar()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The rows fill the height there is."""
        super().resizeEvent(event)
        self.board.set_room(self.area.viewport().height())

    def set_tool(self, tool: str) -> None:
        """Use a tool."""
        self.tools.set_current(tool)
        self.board.set_tool(tool)

    def _show_bar(self) -> None:
        with QSignalBlocker(self.bar):
            whole, span = self._view.duration_s, self._view.span_s
            self.bar.setRange(0, max(0, round((whole - span) * BAR_STEPS)))
            self.bar.setPageStep(max(round(span * BAR_STEPS), 1))
            self.bar.setSingleStep(max(round(span * BAR_STEPS / 10), 1))
            self.bar.setValue(round(self._view.begin_s * BAR_STEPS))
        self.bar.setVisible(not self._view.is_whole)

    def _bring_into_sight(self, _key: str) -> None:
        row = self.board.chosen_row
        self.area.ensureVisible(0, row.top + row.height // 2, 0, row.height // 2 + 4)
