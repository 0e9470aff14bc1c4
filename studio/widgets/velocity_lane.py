"""The velocity of each note as a stem under the piano roll."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from generators.artifacts import IntArray, Score
from studio.widgets import note_editing
from studio.widgets.lane import Lane
from studio.widgets.note_editor import NoteEditor
from studio.widgets.note_layer import track_colours
from studio.widgets.roll_ground import KEYBOARD_PX
from studio.widgets.roll_keys import VELOCITY_STEP
from studio.widgets.theme import ThemeHub, font, paint_focus

NEAR_PX = 6.0
DOT_PX = 3.0
EMPTY = "How hard each note of the take in view is played stands here, a stem to a note"


class VelocityLane(Lane):
    """Drag a stem to change the velocity of its note, or of all that are selected; a drag from nothing draws a line.

    Keys: Left and Right choose a note, Up and Down change the velocity of what is selected.
    """

    def __init__(self, hub: ThemeHub, editor: NoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._editor = editor
        self._base: Score | None = None  # while a hand is at work
        self._rows: IntArray = np.zeros(0, dtype=np.int64)
        self._drawn: dict[int, int] = {}
        self._press: QPointF | None = None
        self._last: QPointF | None = None
        self._is_line = False
        self.setAccessibleName("Velocity of the notes")
        self.setToolTip("Drag a stem to make its note louder or softer; drag over several to draw a line.")
        editor.changed.connect(self.update)
        editor.selectionChanged.connect(self._selected)

    def _selected(self) -> None:
        self.setAccessibleDescription(self._editor.describe())
        self.update()

    def _in_sight(self, score: Score) -> IntArray:
        view = self.axis.view
        if view is None:
            return np.zeros(0, dtype=np.int64)
        first = int(np.searchsorted(score.start, view.tick(KEYBOARD_PX) - NEAR_PX / view.px_per_tick))
        last = int(np.searchsorted(score.start, view.tick(self.width()), side="right"))
        return self._editor.can_touch(np.arange(first, max(last, first)))

    def _near(self, position: QPointF) -> int | None:
        """The note whose stem lies under the hand; of a chord the selected one, else the nearest by velocity."""
        score, view = self._editor.score, self.axis.view
        if score is None or view is None:
            return None
        rows = self._in_sight(score)
        away = np.abs(view.left + score.start[rows] * view.px_per_tick - position.x())
        rows = rows[away <= NEAR_PX]
        if not len(rows):
            return None
        chosen = rows[np.isin(rows, self._editor.selection)]
        rows = chosen if len(chosen) else rows
        height = np.abs(score.velocity[rows] - self.share_at(position.y()) * 127)
        return int(rows[np.argmin(height)])

    # -- the hand ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a stem, or begin a line."""
        score = self._editor.score
        if event.button() != Qt.MouseButton.LeftButton or score is None or not self._editor.editable:
            return
        self._press = self._last = event.position()
        self._base, self._drawn = score, {}
        row = self._near(event.position())
        self._is_line = row is None
        if row is not None:
            if row not in self._editor.selection:
                self._editor.select([row])
            self._editor.touch(row)
        self._rows = self._editor.selection

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Change velocities as the hand goes."""
        position = event.position()
        if self._base is None or self._press is None or self._last is None:
            near = self._near(position) is not None
            self.setCursor(Qt.CursorShape.SizeVerCursor if near else Qt.CursorShape.CrossCursor)
            return
        if self._is_line:
            self._draw_to(position)
            rows = np.array(sorted(self._drawn), dtype=np.int64)
            edit = note_editing.set_velocity(self._base, rows, [self._drawn[row] for row in rows.tolist()])
            self._editor.select(rows)
        else:
            by = round((self.share_at(position.y()) - self.share_at(self._press.y())) * 127)
            edit = note_editing.change_velocity(self._base, self._rows, by)
        self._last = position
        self._editor.preview(edit)

    def _draw_to(self, position: QPointF) -> None:
        """The notes between the last place of the hand and this one lie on the line between them."""
        score, view, last = self._base, self.axis.view, self._last
        if score is None or view is None or last is None:
            return
        left, right = sorted((last, position), key=lambda point: point.x())
        rows = self._in_sight(score)
        x = view.left + score.start[rows] * view.px_per_tick
        passed = (x >= left.x() - 0.5) & (x <= right.x() + 0.5)
        y = np.interp(x[passed], [left.x(), right.x()], [left.y(), right.y()])
        for row, place in zip(rows[passed].tolist(), y.tolist(), strict=True):
            self._drawn[row] = max(round(self.share_at(place) * 127), 1)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Do the edit."""
        self._base = self._press = self._last = None
        edit = self._editor.take_preview()
        if edit is not None:
            self._editor.commit(edit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a note and change its velocity; Escape lets go."""
        match Qt.Key(event.key()):
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._editor.select_next(1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._editor.change_velocity(VELOCITY_STEP if event.key() == Qt.Key.Key_Up else -VELOCITY_STEP)
            case Qt.Key.Key_Escape if self._base is not None:
                self._base = self._press = self._last = None
                self._editor.preview(None)
            case _:
                event.ignore()

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint stems with a knob at the top; those of selected notes stand out."""
        painter = QPainter(self)
        self.paint_ground(painter, ((1.0, "127"), (0.5, "64"), (0.0, "0")))
        score, view = self._editor.shown, self.axis.view
        if score is not None and view is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(self.plot())
            dirty = event.rect()
            first = int(np.searchsorted(score.start, view.tick(dirty.left() - NEAR_PX)))
            last = int(np.searchsorted(score.start, view.tick(dirty.right() + NEAR_PX), side="right"))
            rows = np.arange(first, max(last, first))
            rows = rows[~np.isin(score.track[rows], list(self._editor.hidden))]
            selected = np.isin(rows, self._editor.shown_selection)
            self._paint_stems(painter, score, rows[~selected], chosen=False)
            self._paint_stems(painter, score, rows[selected], chosen=True)
        else:
            painter.setFont(font("small"))
            painter.setPen(self.hub.theme.text2)
            painter.drawText(self.plot(), Qt.AlignmentFlag.AlignCenter, EMPTY)
        self.paint_playhead(painter)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 2.0)

    def _paint_stems(self, painter: QPainter, score: Score, rows: IntArray, *, chosen: bool) -> None:
        view, theme = self.axis.view, self.hub.theme
        if view is None:
            return
        colours = track_colours(self.hub, len(score.tracks))
        bottom = self.y_of(0.0)
        x = (view.left + score.start[rows] * view.px_per_tick).tolist()
        tracks, velocity = score.track[rows].tolist(), score.velocity[rows].tolist()
        radius = DOT_PX + (1.0 if chosen else 0.0)
        for place, track, value in zip(x, tracks, velocity, strict=True):
            color = colours[min(track, len(colours) - 1)]
            top = self.y_of(value / 127)
            painter.setPen(QPen(theme.text if chosen else color, 2.0 if chosen else 1.25))
            painter.drawLine(QPointF(place, bottom), QPointF(place, top))
            painter.setBrush(color)
            if track == 0:
                painter.drawEllipse(QPointF(place, top), radius, radius)
            else:
                painter.drawRect(QRectF(place - radius, top - radius, 2 * radius, 2 * radius))
