"""The piano roll with its tools above and its lanes below, as one piece."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from studio.widgets.lane import TimeAxis
from studio.widgets.piano_roll import PianoRoll
from studio.widgets.roll_bar import RollBar
from studio.widgets.roll_keys import OCTAVE
from studio.widgets.roll_lanes import RollLanes
from studio.widgets.roll_marks import bars_words
from studio.widgets.theme import ThemeHub

LOW_PX = 420  # lower than this the roll needs the room of the lanes


class RollDesk(QWidget):
    """Bar, roll and lanes, in step with each other."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.roll = PianoRoll(hub)
        self.editor = self.roll.editor
        self.bar = RollBar(hub, self.editor)
        self.lanes = RollLanes(hub, self.editor)
        self._span = (32.0, 16)
        self._folds_itself = True  # until the user opens or closes the lanes
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.bar)
        rows.addWidget(self.roll, 1)
        rows.addWidget(self.lanes)
        self.roll.viewChanged.connect(self._align)
        self.roll.playheadMoved.connect(self.lanes.set_playhead)
        self.roll.hovered.connect(self.bar.set_under)
        self.roll.menuRequested.connect(lambda place: self.menu().popup(place))
        self.lanes.openChanged.connect(lambda _open: self._align())
        self.lanes.fold.clicked.connect(self._stay)
        self.lanes.tabs.tabBarClicked.connect(self._stay)
        self._align()

    def set_span(self, duration_s: float, bars: int) -> None:
        """How long the next take is about to be: the time that the lanes show while there is no score."""
        self._span = (max(duration_s, 1.0), max(bars, 1))
        if self.roll.score is None:
            self._align()

    def _align(self) -> None:
        duration_s, bars = self._span
        width = float(self.roll.viewport().width())
        self.lanes.set_axis(TimeAxis(self.roll.view(), self.roll.score, width, duration_s, bars))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay in step."""
        super().resizeEvent(event)
        if self._folds_itself:
            self.lanes.set_open(self.height() >= LOW_PX)
        self._align()

    def _stay(self, *_: object) -> None:
        self._folds_itself = False

    def _lock_words(self) -> str:
        bars = self.roll.selected_bars
        if bars is None:
            return "Lock bars"
        word = "Unlock" if set(range(*bars)) <= set(self.roll.locked_bars) else "Lock"
        return f"{word} {bars_words(bars)}"

    def menu(self) -> QMenu:
        """What can be done with the chosen notes, for the place under the pointer."""
        editor = self.editor
        menu = QMenu(self)
        chosen, can = len(editor.selection) > 0, editor.editable
        tick = self.roll.playhead_tick or 0.0
        commands: tuple[tuple[str, str, Callable[[], object], bool] | None, ...] = (
            ("Cut", "Ctrl+X", editor.cut, chosen and can),
            ("Copy", "Ctrl+C", editor.copy, chosen),
            ("Paste at the playhead", "Ctrl+V", lambda: editor.paste(tick), can),
            ("Repeat", "Ctrl+D", editor.duplicate, chosen and can),
            ("Delete", "Del", editor.delete, chosen and can),
            None,
            ("Quantise", "Q", editor.quantise, can),
            ("An octave up", "Shift+Up", lambda: editor.transpose(OCTAVE), chosen and can),
            ("An octave down", "Shift+Down", lambda: editor.transpose(-OCTAVE), chosen and can),
            None,
            ("Choose all", "Ctrl+A", editor.select_all, True),
            (self._lock_words(), "K", self.roll.toggle_lock, self.roll.selected_bars is not None),
        )
        for command in commands:
            if command is None:
                menu.addSeparator()
                continue
            title, keys, run, enabled = command
            # the keys are shown only: the roll hears them itself
            action = menu.addAction(f"{title}\t{QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)}")
            action.triggered.connect(lambda _checked=False, run=run: run())
            action.setEnabled(enabled)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu
