"""The tools that work with the take in view, as buttons of the toolbar, or as one menu where room is short."""

from __future__ import annotations

import dataclasses
import functools

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from generators.music.request import REWORKS
from studio.panels.music.rework_sheet import ReworkSheet
from studio.panels.music.reworking import HINTS, NOTHING, TITLES, Choice, Work
from studio.panels.music.words import bars_words
from studio.widgets.theme import CONTROL_HEIGHT, ThemeHub


class ReworkTools(QWidget):
    """One button for each kind of rework; `reworkRequested` carries a Choice, `resized` comes when the words change."""

    reworkRequested = Signal(object)
    resized = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._work: Work | None = None
        self._sheet: ReworkSheet | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self.buttons: dict[str, QPushButton] = {}
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        for kind in REWORKS:
            button = QPushButton(TITLES[kind])
            button.clicked.connect(functools.partial(self._open_from, kind))
            self.buttons[kind] = button
            line.addWidget(button)
            action = self._menu.addAction(TITLES[kind])
            action.triggered.connect(functools.partial(self._open_from, kind))
        self.compact = QToolButton()
        self.compact.setText("Rework ▾")
        self.compact.setMenu(self._menu)
        self.compact.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.compact.setFixedHeight(CONTROL_HEIGHT)
        line.addWidget(self.compact)
        self.set_compact(False)
        self.set_work(None)

    @property
    def work(self) -> Work | None:
        """What the tools would work on."""
        return self._work

    @property
    def sheet(self) -> ReworkSheet | None:
        """The sheet that was opened last."""
        return self._sheet

    def set_compact(self, compact: bool) -> None:
        """Show one menu in place of the buttons."""
        for button in self.buttons.values():
            button.setVisible(not compact)
        self.compact.setVisible(compact)

    def full_width(self) -> int:
        """The width of all buttons in pixels."""
        return sum(button.sizeHint().width() + 6 for button in self.buttons.values())

    def set_work(self, work: Work | None) -> None:
        """Offer the tools for this take, or say why there is nothing to work on."""
        self._work = work
        for kind, action in zip(REWORKS, self._menu.actions(), strict=True):
            reason = NOTHING if work is None else ""
            if work is not None and kind == "continue" and not work.room:
                reason = "The piece has as many bars as can be written."
            for part in (self.buttons[kind], action):
                part.setEnabled(not reason)
                part.setToolTip(reason or HINTS[kind])
        self.compact.setEnabled(work is not None)
        self.compact.setToolTip(NOTHING if work is None else "Work with the take in view")
        self._name_rewrite()

    def set_selection(self, selection: tuple[int, int] | None) -> None:
        """Say which bars are chosen in the roll, from 0, the end left out."""
        if self._work is not None:
            self.set_work(dataclasses.replace(self._work, selection=selection))

    def set_locked_bars(self, bars: tuple[int, ...]) -> None:
        """Say which bars are locked in the roll, from 0."""
        if self._work is not None:
            self.set_work(dataclasses.replace(self._work, locked_bars=bars))

    def _name_rewrite(self) -> None:
        selection = self._work.selection if self._work is not None else None
        words = f"Rewrite {bars_words(*selection)}" if selection else TITLES["rewrite"]
        changed = words != self.buttons["rewrite"].text()
        self.buttons["rewrite"].setText(words)
        self._menu.actions()[REWORKS.index("rewrite")].setText(words)
        if changed:
            self.resized.emit()

    def open(self, kind: str) -> ReworkSheet | None:
        """Open the sheet of a tool under its button."""
        button = self.buttons[kind]
        if self._work is None or not button.isEnabled():
            return None
        sheet = ReworkSheet(self._hub, kind, self._work, self.window())
        sheet.chosen.connect(self._chosen)
        if self._sheet is not None:
            self._sheet.deleteLater()
        self._sheet = sheet
        sheet.open_below(self.compact if button.isHidden() else button)
        return sheet

    def _open_from(self, kind: str, _checked: bool = False) -> None:
        self.open(kind)

    def _chosen(self, choice: Choice) -> None:
        self.reworkRequested.emit(choice)
