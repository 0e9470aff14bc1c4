"""The curves of a face over time, in groups that unfold to single actions: how they are shown."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from generators.face.actions import INDEX, Group
from studio.widgets import curve_painting
from studio.widgets.curve_rows import CurveRow, Curves, busiest, range_of, rows_of
from studio.widgets.theme import ThemeHub, paint_focus
from studio.widgets.time_lane import TimeLane
from studio.widgets.time_view import TimeView


class CurveView(TimeLane):
    """All rows; it is as high as they are, and lies in a scrolled area. `rowChosen` carries the key of a row."""

    rowChosen = Signal(str)

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self._opened: set[Group] = set()
        self._room = 0
        self._rows = rows_of(())
        self._shown: Curves | None = None
        self._generated: Curves | None = None
        self._rate_hz = 60.0
        self._limits: dict[str, tuple[float, float]] = {}
        self._muted: frozenset[str] = frozenset()
        self._soloed: set[str] = set()
        self._gains: Mapping[str, float] = {}
        self._tool, self._sides = "select", "both"
        self._chosen = self._rows[0].key
        self._drawing: tuple[CurveRow, list[tuple[float, float]]] | None = None
        self._held = False  # a button is down: scales stand still
        self.setAccessibleName("Curves of the face")
        self._lay_out()

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[CurveRow, ...]:
        """The rows from the top."""
        return self._rows

    @property
    def chosen_row(self) -> CurveRow:
        """The row that the keys work on."""
        return next((row for row in self._rows if row.key == self._chosen), self._rows[0])

    @property
    def soloed(self) -> frozenset[str]:
        """The actions that are looked at alone, none for all."""
        return frozenset(self._soloed)

    @property
    def tool(self) -> str:
        """The tool of now: one of TOOLS."""
        return self._tool

    def set_tool(self, tool: str) -> None:
        """Let the hand use a tool."""
        self._tool = tool
        self.update()

    def set_sides(self, sides: str) -> None:
        """Let edits change "both" sides of the face, the "left" or the "right" (the character's own)."""
        self._sides = sides

    def set_curves(self, generated: Curves | None, shown: Curves | None, rate_hz: float = 60.0) -> None:
        """Show curves (frames, actions): as they were made, and as the edits leave them."""
        self._generated, self._shown, self._rate_hz = generated, shown, rate_hz
        if not self._held:
            self._limits = {}
        self._describe()
        self.update()

    def set_muted(self, muted: frozenset[str]) -> None:
        """Show which actions rest."""
        if muted != self._muted:
            self._muted = muted
            self.update()

    def set_gains(self, gains: Mapping[str, float]) -> None:
        """Show how single actions are scaled."""
        self._gains = dict(gains)
        self.update()

    def open_group(self, group: Group, *, is_open: bool = True) -> None:
        """Unfold a group to its actions, or fold it."""
        if is_open != (group in self._opened):
            (self._opened.add if is_open else self._opened.discard)(group)
            self._lay_out()

    def set_room(self, room: int) -> None:
        """Fill this height, if there are not more rows than that."""
        if room != self._room:
            self._room = room
            self._lay_out()

    def _lay_out(self) -> None:
        self._rows = rows_of(self._opened, self._room)
        self.setFixedHeight(self._rows[-1].top + self._rows[-1].height)
        self._limits = {}
        self._describe()
        self.update()

    def limits_of(self, row: CurveRow) -> tuple[float, float]:
        """The values that a row has room for."""
        if row.key not in self._limits:
            self._limits[row.key] = range_of(row, self._shown)
        return self._limits[row.key]

    def row_at(self, y: float) -> CurveRow | None:
        """The row at a height."""
        return next((row for row in self._rows if row.top <= y < row.top + row.height), None)

    def choose(self, row: CurveRow) -> None:
        """Let the keys work on a row."""
        self._chosen = row.key
        self.rowChosen.emit(row.key)
        self._describe()
        self.update()

    def _describe(self) -> None:
        row = self.chosen_row
        words = f"{row.title}, {len(row.actions)} curves" if row.is_group else row.title
        if self._shown is None:
            words += ", nothing performed yet"
        self.setAccessibleDescription(words)

    def value_under(self, name: str, seconds: float) -> float:
        """The shown value of an action at a time, 0 where nothing is."""
        if self._shown is None or not len(self._shown):
            return 0.0
        frame = int(np.clip(round(seconds * self._rate_hz), 0, len(self._shown) - 1))
        return float(self._shown[frame, INDEX[name]])

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are in sight."""
        painter = QPainter(self)
        theme, width = self.hub.theme, float(self.width())
        dirty = event.rect()
        painter.fillRect(dirty, theme.row_white)
        self.paint_grid(painter)
        rows = [row for row in self._rows if row.top < dirty.bottom() + 1 and row.top + row.height > dirty.top()]
        for row in rows:
            curve_painting.paint_ground_row(painter, row, theme, width, self.limits_of(row))
        painter.save()
        painter.setClipRect(self.plot())
        self.paint_selection(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._shown is not None:
            self._paint_curves(painter, rows, self._shown)
        painter.restore()
        self.paint_gutter(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in rows:
            actions = set(row.actions)
            curve_painting.paint_gutter_row(
                painter,
                row,
                theme,
                muted=actions <= self._muted,
                soloed=actions <= self._soloed,
                chosen=row.key == self._chosen and (self.hasFocus() or self._held),
                gain=1.0 if row.is_group else self._gains.get(row.actions[0], 1.0),
                accent=self.hub.accent_mark,
            )
        self.paint_playhead(painter)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.visibleRegion().boundingRect()), self.hub, 2.0)

    def _paint_curves(self, painter: QPainter, rows: list[CurveRow], shown: Curves) -> None:
        theme, width = self.hub.theme, float(self.width())
        limits = {row.key: self.limits_of(row) for row in rows}
        for row in rows:
            actions = set(row.actions)
            dim = actions <= self._muted or (bool(self._soloed) and not actions & self._soloed)
            curve_painting.paint_curves_row(
                painter, row, theme, shown, self._generated, limits, self.view, width, self._rate_hz, dim=dim
            )
            if row.is_group and not row.is_open:
                curve_painting.paint_legend(painter, row, theme, busiest(row, shown), width)
        if self._drawing is not None and len(self._drawing[1]) > 1:
            row, points = self._drawing
            painter.setPen(QPen(theme.text, 1.2, Qt.PenStyle.DotLine))
            spots = [
                QPointF(self.x_of(time_s), curve_painting.y_of(row, value, limits[row.key]))
                for time_s, value in sorted(points)
                if row.key in limits
            ]
            painter.drawPolyline(spots)
