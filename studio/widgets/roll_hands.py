"""The hand on the piano roll: from presses and moves of the mouse to edits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from generators.artifacts import IntArray, Score
from generators.errors import BadRequest
from studio.widgets import note_editing
from studio.widgets.note_editing import Edit
from studio.widgets.roll_ground import KEYBOARD_PX, RULER_PX

if TYPE_CHECKING:
    from studio.widgets.piano_roll import PianoRoll

DRAG_PX = 4.0
EDGE_PX = 6.0
HANDLE_PX = 7.0  # around the playhead in the ruler
VELOCITY_PX = 1.5  # of the hand for one step of velocity
SCROLL_PX = 12  # a hand beyond the edge scrolls by so much
EDGE_MS = 30
_SCROLLING = frozenset({"band", "move", "start", "end", "draw"})

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier


@dataclass
class Gesture:
    """What the hand is at: `kind`, where it began (on screen, in ticks and pitch), and the notes it holds.

    Kinds: pan, scrub, bars, band, move, start, end, velocity, draw.
    """

    kind: str
    press: QPointF
    tick: float
    pitch: int
    base: Score | None
    rows: IntArray
    row: int = -1
    scroll: tuple[int, int] = (0, 0)
    dragged: bool = False
    semitones: int = 0


class RollHands:
    """Holds the gesture of the hand on `roll`."""

    def __init__(self, roll: PianoRoll) -> None:
        self._roll = roll
        self._editor = roll.editor
        self.gesture: Gesture | None = None
        self.band: tuple[float, int, float, int] | None = None  # tick and pitch of both corners
        self._last: tuple[QPointF, Qt.KeyboardModifier] | None = None
        self._edge = QTimer(roll)  # a hand that rests beyond the edge scrolls on
        self._edge.setInterval(EDGE_MS)
        self._edge.timeout.connect(self._go_on)

    # -- where things are --------------------------------------------------------------------------------------------

    def note_at(self, position: QPointF) -> tuple[int, str] | None:
        """The note under a place and the part of it, "start", "end" or "body"; that of the track in focus."""
        table = self._roll.table
        if table is None or position.y() < RULER_PX or position.x() < KEYBOARD_PX:
            return None
        view = self._roll.view()
        tick, pitch = view.tick(position.x()), view.pitch(position.y())
        slack = EDGE_PX / 2 / view.px_per_tick  # short notes can be taken a little beside them
        near = table.between(tick - slack, tick + slack)
        near = self._editor.can_touch(near[table.score.pitch[near] == pitch])
        if not len(near):
            return None
        chosen = near[np.isin(near, self._editor.selection)]
        candidates = chosen if len(chosen) else near
        # of notes that lie over each other the shortest, else it could never be taken
        row = int(candidates[np.argmin(table.score.duration[candidates])])
        left = view.x(float(table.score.start[row]))
        right = left + float(table.score.duration[row]) * view.px_per_tick
        edge = min(EDGE_PX, (right - left) / 4)
        if position.x() >= right - edge:
            return row, "end"
        return row, "start" if position.x() <= left + edge else "body"

    def bar_at(self, x: float) -> int:
        """The bar at a place, counted from 0 and brought into the score."""
        bars = self._roll.bars
        bar = int(np.searchsorted(bars, self._roll.view().tick(x), side="right")) - 1
        return min(max(bar, 0), max(len(bars) - 2, 0))

    def cursor(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> Qt.CursorShape:
        """The shape that says what a press would do."""
        shape = Qt.CursorShape
        if position.y() < RULER_PX:
            near = self._near_playhead(position)
            return shape.SizeHorCursor if near else shape.PointingHandCursor
        if position.x() < KEYBOARD_PX:
            return shape.PointingHandCursor
        if not self._editor.editable:
            return shape.ArrowCursor
        hit = self.note_at(position)
        if hit is None:
            return shape.CrossCursor if self._editor.pencil else shape.ArrowCursor
        if modifiers & _CTRL:
            return shape.SizeVerCursor
        return shape.SizeHorCursor if hit[1] != "body" else shape.SizeAllCursor

    def _near_playhead(self, position: QPointF) -> bool:
        x = self._roll.playhead_x()
        return x is not None and abs(x - position.x()) <= HANDLE_PX

    # -- press -------------------------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        roll, position = self._roll, event.position()
        view = roll.view()
        tick, pitch = view.tick(position.x()), min(max(view.pitch(position.y()), 0), 127)
        scroll = (roll.horizontalScrollBar().value(), roll.verticalScrollBar().value())
        none = np.zeros(0, dtype=np.int64)

        def begin(kind: str, rows: IntArray = none, row: int = -1) -> None:
            self.gesture = Gesture(kind, position, tick, pitch, self._editor.score, rows, row, scroll)

        if event.button() == Qt.MouseButton.MiddleButton:
            begin("pan")
        elif position.y() < RULER_PX:
            if self._near_playhead(position):
                begin("scrub")
            else:
                begin("bars")
                if event.modifiers() & _SHIFT and roll.selected_bars is not None:
                    first = min(roll.selected_bars[0], self.bar_at(position.x()))
                    last = max(roll.selected_bars[1], self.bar_at(position.x()) + 1)
                    roll.choose_bars((first, last))
                    self.gesture = None
        elif position.x() < KEYBOARD_PX:
            self._editor.noteTouched.emit(pitch, 80, self._editor.new_track())
        else:
            hit = self.note_at(position) if self._editor.editable else None
            if hit is not None:
                self._take(hit, event.modifiers(), begin)
            elif self._editor.pencil and self._editor.editable:
                self.draw(position, event.modifiers())
            else:
                begin("band", self._editor.selection if event.modifiers() & _SHIFT else none)

    def _take(self, hit: tuple[int, str], modifiers: Qt.KeyboardModifier, begin: object) -> None:
        row, part = hit
        editor = self._editor
        if modifiers & _SHIFT:
            editor.toggle(row)
            if row not in editor.selection:
                return
        elif row not in editor.selection:
            editor.select([row])
        editor.touch(row)
        kind = "velocity" if modifiers & _CTRL else {"body": "move"}.get(part, part)
        assert callable(begin)  # noqa: S101  handed over by press
        begin(kind, editor.selection, row)

    def draw(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Add a note under the hand; while the button stays down it can be drawn longer."""
        editor, view = self._editor, self._roll.view()
        score = editor.score
        if score is None or not editor.editable:
            return
        start = editor.snap(max(view.tick(position.x()), 0.0), free=bool(modifiers & _ALT), down=True)
        pitch = min(max(view.pitch(position.y()), 0), 127)
        try:
            edit = note_editing.add_note(score, start, editor.new_duration(), pitch, 80, editor.new_track())
        except BadRequest as error:
            editor.refused.emit(error.message)
            return
        if len(edit.selected):
            self.gesture = Gesture("draw", position, float(start), pitch, score, edit.selected)
            editor.preview(edit)
            editor.noteTouched.emit(pitch, 80, editor.new_track())

    # -- move --------------------------------------------------------------------------------------------------------

    def move(self, event: QMouseEvent) -> None:
        """Go on with the gesture."""
        self._last = event.position(), event.modifiers()
        if self.gesture is not None and not self._edge.isActive():
            self._edge.start()
        self._move(*self._last)

    def _go_on(self) -> None:
        if self.gesture is None or self._last is None:
            self._edge.stop()
            return
        area = QRectF(self._roll.viewport().rect()).adjusted(KEYBOARD_PX, RULER_PX, 0, 0)
        if self.gesture.dragged and self.gesture.kind in _SCROLLING and not area.contains(self._last[0]):
            self._move(*self._last)

    def _move(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        gesture = self.gesture
        if gesture is None:
            return
        away = position - gesture.press
        if not gesture.dragged and away.manhattanLength() < DRAG_PX and gesture.kind not in ("scrub", "pan"):
            return
        gesture.dragged = True
        match gesture.kind:
            case "pan":
                self._roll.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self._roll.horizontalScrollBar().setValue(round(gesture.scroll[0] - away.x()))
                self._roll.verticalScrollBar().setValue(round(gesture.scroll[1] - away.y()))
                return
            case "scrub":
                self._roll.seek_to(position.x())
            case "bars":
                self._scroll_along(position, across_only=True)
                first, last = sorted((self.bar_at(gesture.press.x()), self.bar_at(position.x())))
                self._roll.choose_bars((first, last + 1), done=False)
            case "band":
                self._scroll_along(position)
                self._stretch(gesture, position)
            case _:
                self._scroll_along(position)
                self._edit(gesture, position, modifiers)

    def _scroll_along(self, position: QPointF, *, across_only: bool = False) -> None:
        """A hand at the edge takes the view along."""
        viewport = self._roll.viewport()
        for bar, place, low, high in (
            (self._roll.horizontalScrollBar(), position.x(), KEYBOARD_PX, viewport.width()),
            (self._roll.verticalScrollBar(), position.y(), RULER_PX, viewport.height()),
        ):
            if across_only and bar is self._roll.verticalScrollBar():
                continue
            if place < low:
                bar.setValue(bar.value() - SCROLL_PX)
            elif place > high:
                bar.setValue(bar.value() + SCROLL_PX)

    def _stretch(self, gesture: Gesture, position: QPointF) -> None:
        view, score = self._roll.view(), self._editor.score
        if score is None:
            return
        tick, pitch = view.tick(position.x()), view.pitch(position.y())
        self.band = (gesture.tick, gesture.pitch, tick, pitch)
        begin, end = sorted((gesture.tick, tick))
        low, high = sorted((gesture.pitch, pitch))
        inside = self._editor.can_touch(note_editing.within(score, begin, end, low, high))
        self._editor.select(np.union1d(gesture.rows, inside))
        self._roll.viewport().update()

    def _edit(self, gesture: Gesture, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        score = gesture.base
        if score is None:
            return
        editor, view = self._editor, self._roll.view()
        free = bool(modifiers & _ALT)
        moved = view.tick(position.x()) - gesture.tick
        match gesture.kind:
            case "move":
                start = int(score.start[gesture.row])
                ticks = editor.snap(start + moved, free=free) - start
                semitones = view.pitch(position.y()) - gesture.pitch
                if modifiers & _SHIFT:  # along one axis only
                    sideways = abs(position.x() - gesture.press.x()) >= abs(position.y() - gesture.press.y())
                    ticks, semitones = (ticks, 0) if sideways else (0, semitones)
                edit = note_editing.move(score, gesture.rows, ticks, semitones)
                if semitones != gesture.semitones:
                    gesture.semitones = semitones
                    pitch = min(max(int(score.pitch[gesture.row]) + semitones, 0), 127)
                    editor.noteTouched.emit(pitch, int(score.velocity[gesture.row]), int(score.track[gesture.row]))
            case "start" | "end":
                edge = int(score.start[gesture.row])
                edge += int(score.duration[gesture.row]) if gesture.kind == "end" else 0
                ticks = editor.snap(edge + moved, free=free) - edge
                least = 1 if free else editor.shortest()
                at_start = gesture.kind == "start"
                edit = note_editing.resize(score, gesture.rows, ticks, at_start=at_start, shortest=least)
            case "velocity":
                by = round((gesture.press.y() - position.y()) / VELOCITY_PX)
                edit = note_editing.change_velocity(score, gesture.rows, by)
            case _:
                edit = self._drawn(gesture, score, view.tick(position.x()), free=free)
        editor.preview(edit)

    def _drawn(self, gesture: Gesture, score: Score, tick: float, *, free: bool) -> Edit:
        """The new note, its end under the hand."""
        editor = self._editor
        step = max(editor.step(free=free), 1.0)
        end = editor.snap(tick + step / 2, free=free)
        duration = max(end - int(gesture.tick), round(step))
        return note_editing.add_note(score, int(gesture.tick), duration, gesture.pitch, 80, editor.new_track())

    # -- release -----------------------------------------------------------------------------------------------------

    def release(self, event: QMouseEvent) -> None:
        """End the gesture: do the edit, or what a click means."""
        gesture, self.gesture = self.gesture, None
        self.band = None
        self._edge.stop()
        if gesture is None:
            return
        editor, x = self._editor, event.position().x()
        if gesture.kind == "bars":
            if gesture.dragged:
                self._roll.choose_bars(self._roll.selected_bars)
            else:
                self._roll.seek_to(x)
        elif gesture.kind == "scrub":
            self._roll.seek_to(x)
        elif gesture.kind == "band":
            if not gesture.dragged:
                if not len(gesture.rows):
                    editor.select([])
                self._roll.seek_to(x)
        elif gesture.kind != "pan":
            self._finish(gesture, event.modifiers())
        self._roll.viewport().update()

    def _finish(self, gesture: Gesture, modifiers: Qt.KeyboardModifier) -> None:
        editor = self._editor
        edit = editor.take_preview()
        if edit is not None:
            if gesture.kind in ("draw", "end", "start") and len(edit.selected):
                row = int(edit.selected[0])
                editor.last_duration_q = float(edit.score.duration[row]) / edit.score.ticks_per_quarter
            editor.commit(edit)
        elif not gesture.dragged and not modifiers & (_SHIFT | _CTRL):
            editor.select([gesture.row])  # a click on one of several chooses it alone

    def cancel(self) -> bool:
        """Leave everything as it was before the gesture; whether there was one."""
        if self.gesture is None:
            return False
        self.gesture, self.band = None, None
        self._editor.preview(None)
        self._roll.viewport().update()
        return True
