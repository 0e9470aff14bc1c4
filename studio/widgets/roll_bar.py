"""The tools over the piano roll: pencil, grid, quantise, what lies under the pointer, and the tracks."""

from __future__ import annotations

import functools

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from studio.widgets.icons import IconButton
from studio.widgets.note_editing import GRIDS
from studio.widgets.note_editor import NoteEditor
from studio.widgets.theme import ThemeHub
from studio.widgets.track_legend import TrackLegend

BAR_PX = 36
TOOL_PX = 26
STRENGTHS = (1.0, 0.75, 0.5, 0.25)
ROOMY_PX = 700  # narrower bars leave out what lies under the pointer
FREE = "No grid"


class RollBar(QFrame):
    """Follows the editor, and lets it take another tool."""

    def __init__(self, hub: ThemeHub, editor: NoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setProperty("surface", "panel")
        self.setFixedHeight(BAR_PX)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 0, 12, 0)
        line.setSpacing(6)
        self.pencil = IconButton(
            hub, "pencil", "Pencil: draw notes (P)", checkable=True, flat=True, width=28, height=26
        )
        self.pencil.toggled.connect(lambda on: editor.set_tool(pencil=on))
        line.addWidget(self.pencil)
        self.grid = QComboBox()
        for grid in GRIDS:
            self.grid.addItem(grid.name, grid)
        self.grid.addItem(FREE, None)
        self.grid.setAccessibleName("Grid that notes snap to")
        self.grid.setToolTip("The grid that notes snap to; hold Alt to move freely.")
        self.grid.setFixedHeight(TOOL_PX)
        self.grid.activated.connect(self._choose_grid)
        line.addWidget(self.grid)
        self.quantise = QToolButton()
        self.quantise.setText("Quantise")
        self.quantise.setFixedHeight(TOOL_PX)
        self.quantise.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.quantise.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.quantise.clicked.connect(editor.quantise)
        self.quantise.setMenu(self._strengths())
        line.addWidget(self.quantise)
        self._under = QLabel()
        self._under.setProperty("role", "faint")
        self._under.setAccessibleName("Under the pointer")
        self._under.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line.addSpacing(6)
        line.addWidget(self._under, 3)
        self.legend = TrackLegend(hub, editor)
        line.addWidget(self.legend, 4)
        editor.toolChanged.connect(self._show_tool)
        editor.changed.connect(self._show_score)
        self._show_tool()
        self._show_score()

    def _strengths(self) -> QMenu:
        menu = QMenu(self.quantise)
        group = QActionGroup(menu)
        self._strength_actions: dict[float, QAction] = {}
        for strength in STRENGTHS:
            action = menu.addAction(f"{strength:.0%} of the way to the grid")
            action.setCheckable(True)
            action.setActionGroup(group)
            action.triggered.connect(functools.partial(self._choose_strength, strength))
            self._strength_actions[strength] = action
        return menu

    def _choose_strength(self, strength: float, _checked: bool = False) -> None:
        self._editor.set_tool(strength=strength)
        self._editor.quantise()

    def _choose_grid(self, place: int) -> None:
        grid = self.grid.itemData(place)
        self._editor.set_tool(grid=grid, snaps=grid is not None)

    def _show_tool(self) -> None:
        editor = self._editor
        with QSignalBlocker(self.pencil), QSignalBlocker(self.grid):
            self.pencil.setChecked(editor.pencil)
            self.grid.setCurrentText(editor.grid.name if editor.snaps else FREE)
        self.pencil.update()
        if editor.strength in self._strength_actions:
            self._strength_actions[editor.strength].setChecked(True)
        way = "onto" if editor.strength == 1 else f"{editor.strength:.0%} of the way to"
        self.quantise.setToolTip(f"Move the chosen notes, or all, {way} the {editor.grid.name} grid (Q)")

    def _show_score(self) -> None:
        can = self._editor.score is not None and self._editor.editable
        for tool in (self.pencil, self.grid, self.quantise):
            tool.setEnabled(can)

    def set_under(self, text: str) -> None:
        """Say what lies under the pointer."""
        self._under.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow bar leaves out what lies under the pointer."""
        super().resizeEvent(event)
        self._under.setVisible(self.width() >= ROOMY_PX)
