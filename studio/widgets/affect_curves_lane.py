"""The three curves of a scene's feeling under the hand: keyframes moved, drawn with a pen, and changed by keys."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from generators.scene.timeline import EASINGS
from studio.widgets import timeline_keys
from studio.widgets.affect_curves_edits import AffectCurvesEdits, Drag
from studio.widgets.theme import ThemeHub
from studio.widgets.time_view import GUTTER_PX, TimeView
from studio.widgets.timeline_keys import AXES

START_PX = 3.0
UPRIGHT_PX = 6.0
LINE_NEAR_PX = 26.0
STEP, FINE_STEP = 0.1, 0.02
HINT = (
    "Double-click adds a keyframe or deletes one. Drag: up and down its value, sideways its time.\n"
    "Drag beside them to choose several, Shift-click adds to the choice; right-click for easing and emotions."
)


class AffectCurves(AffectCurvesEdits):
    """Keyframes to move with the hand, a pen to draw with, and keys for everything.

    Keys: Left and Right choose a keyframe (with Shift one more), Ctrl+A all. Up and Down move the value (with Shift
    finely), Ctrl with Left and Right the time; V, A and D choose the curve, N adds a keyframe at the playhead, E goes
    through the easings, P takes the pen, Delete removes, Ctrl+C, Ctrl+X and Ctrl+V copy, cut and paste at the playhead.
    Escape takes a drag back.

    `menuAsked` carries the place as a QPointF and where on the screen to open a menu.
    """

    menuAsked = Signal(object, object)

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self.setToolTip(HINT)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a handle, begin a box, or draw."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.let_go()
        place, shift = event.position(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        legend = self.legend_at(place)
        if legend is not None:
            self.choose(self._chosen, legend)
        if place.x() < GUTTER_PX - 8 or not self.end_s:
            return
        drag = Drag("box", place, self._timeline, self._chosen)
        hit = None if self.has_pen else self.handle_at(place)
        if self.has_pen:
            drag.kind = "pen"
            self._stroke = [(self.seconds_at(place.x()), self.value_at_y(place.y()))]
        elif hit is not None:
            drag.kind, drag.place = "keys", hit[0]
            drag.stays = shift and hit[0] in self._chosen
            if hit[0] not in self._chosen:
                self.choose({*self._chosen, hit[0]} if shift else {hit[0]}, hit[1])
            else:
                self.choose(self._chosen, hit[1])
            self._told_at = hit
        elif not shift:
            self.choose(())
        self._drag = drag

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move, choose, draw, or say what lies under the pointer."""
        drag, place = self._drag, event.position()
        if drag is None:
            self._hover(place)
            return
        away = place - drag.press
        if not drag.is_moving and math.hypot(away.x(), away.y()) < START_PX:
            return
        drag.is_moving = True
        match drag.kind:
            case "keys":
                self._move_keys(drag, place, event.modifiers())
            case "pen":
                self._draw_to(place)
            case "box":
                self._box = QRectF(drag.press, place).normalized()
                shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                self.choose({*self.in_box(self._box), *(drag.chosen if shift else ())})

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        self._box, self._told_at = None, None
        if drag.kind == "pen":
            self._end_stroke()
        elif drag.kind == "keys" and drag.is_moving:
            if self._timeline != drag.before:
                count = len(self._chosen)
                words = "Move a keyframe" if count == 1 else f"Move {count} keyframes"
                self.committed.emit(self._timeline, words)
        elif drag.kind == "keys":
            self.choose(self._chosen - {drag.place} if drag.stays else self._chosen)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add a keyframe, or delete the one under the hand."""
        place = event.position()
        if event.button() != Qt.MouseButton.LeftButton or place.x() < GUTTER_PX - 8 or not self.end_s or self.has_pen:
            return
        self._drag, self._told_at = None, None
        hit = self.handle_at(place)
        if hit is not None:
            self.commit(timeline_keys.removed(self._timeline, {hit[0]}), "Delete a keyframe", ())
            return
        axis = self._axis_near(place)
        self.choose((), axis)
        self.add(self.snapped(self.seconds_at(place.x())), {axis: self.value_at_y(place.y())})

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done here: at the handle under the pointer, or with the keys' choice."""
        place = QPointF(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = min(self._chosen, default=None)
            place = self.spot_of(at, self._axis) if at is not None else QPointF(self.x_of(self._here_s()), self.y_of(0))
            self.menuAsked.emit(place, self.mapToGlobal(place.toPoint()))
            return
        hit = self.handle_at(place)
        if hit is not None and hit[0] not in self._chosen:
            self.choose({hit[0]}, hit[1])
        elif hit is None:
            self.choose(())
        self.menuAsked.emit(place, event.globalPos())

    def _hover(self, place: QPointF) -> None:
        hit = None if self.has_pen else self.handle_at(place)
        if hit != self._hovered:
            self._hovered = hit
            self.update()
        if not self.has_pen:
            self.setCursor(Qt.CursorShape.SizeAllCursor if hit is not None else Qt.CursorShape.ArrowCursor)

    def _axis_near(self, place: QPointF) -> str:
        """The curve next to a place, the chosen one where none is near."""
        time_s = self.seconds_at(place.x())
        away = {
            axis: abs(self.y_of(timeline_keys.value_at(self._timeline, axis, time_s)) - place.y())
            + (0.0 if axis == self._axis else 0.5)
            for axis in AXES
        }
        nearest = min(AXES, key=lambda axis: away[axis])
        return nearest if self._timeline.keys and away[nearest] <= LINE_NEAR_PX else self._axis

    def _move_keys(self, drag: Drag, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        away = place - drag.press
        key = drag.before.keys[drag.place]
        is_upright = abs(away.x()) < UPRIGHT_PX or bool(
            modifiers & Qt.KeyboardModifier.ShiftModifier and abs(away.y()) >= abs(away.x())
        )
        is_level = bool(modifiers & Qt.KeyboardModifier.ShiftModifier) and not is_upright
        by_s = 0.0
        if not is_upright:
            time_s = self.view.span_s * away.x() / max(self.width() - GUTTER_PX, 1.0) + key.time_s
            by_s = (time_s if modifiers & Qt.KeyboardModifier.AltModifier else self.snapped(time_s)) - key.time_s
        start_y = self.y_of(getattr(key.point, self._axis))
        by = 0.0 if is_level else self.value_at_y(start_y + away.y()) - getattr(key.point, self._axis)
        self._put(timeline_keys.moved(drag.before, self._chosen, by_s, {self._axis: by}, self.end_s), self._chosen)
        self.edited.emit(self._timeline)

    def _draw_to(self, place: QPointF) -> None:
        """One more point; drawing back over what was drawn replaces it."""
        time_s, value = self.seconds_at(place.x()), self.value_at_y(place.y())
        last_s = self._stroke[-1][0]
        low, high = min(last_s, time_s), max(last_s, time_s)
        last = self._stroke[-1]
        self._stroke = [point for point in self._stroke if not low <= point[0] <= high] + [last, (time_s, value)]
        self.update()

    def _end_stroke(self) -> None:
        stroke, self._stroke = self._stroke, []
        timeline, places = timeline_keys.drawn(self._timeline, self._axis, stroke)
        if places:
            self.commit(timeline, f"Draw {self._axis}", ())

    # -- keys ----------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the class."""
        key = Qt.Key(event.key())
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Escape:
            self._escape(event)
        elif not (self._control_key(key) if control else self._plain_key(key, shift=shift)):
            event.ignore()

    def _escape(self, event: QKeyEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None:
            self._box, self._told_at, self._stroke = None, None, []
            self._put(drag.before, drag.chosen)
            self.edited.emit(drag.before)
        elif self.has_pen:
            self.set_pen(False)
        elif self._chosen:
            self.choose(())
        else:
            event.ignore()

    def _control_key(self, key: Qt.Key) -> bool:
        match key:
            case Qt.Key.Key_A:
                self.choose(range(len(self._timeline.keys)))
            case Qt.Key.Key_C | Qt.Key.Key_X if self._chosen:
                self.copy(cut=key == Qt.Key.Key_X)
            case Qt.Key.Key_V if self._copied:
                self.paste(self._here_s())
            case Qt.Key.Key_Left | Qt.Key.Key_Right if self._chosen:
                first_s = self._timeline.keys[min(self._chosen)].time_s
                by_s = self.grid.stepped(first_s, 1 if key == Qt.Key.Key_Right else -1) - first_s
                self._nudge(by_s, {}, "in time")
            case _:
                return False
        return True

    def _plain_key(self, key: Qt.Key, *, shift: bool) -> bool:
        letters = {Qt.Key.Key_V: 0, Qt.Key.Key_A: 1, Qt.Key.Key_D: 2}
        count = len(self._timeline.keys)
        match key:
            case Qt.Key.Key_V | Qt.Key.Key_A | Qt.Key.Key_D:
                self.choose(self._chosen, AXES[letters[key]])
            case Qt.Key.Key_N if self.end_s:
                self.add(self._here_s())
            case Qt.Key.Key_P:
                self.set_pen(not self.has_pen)
            case Qt.Key.Key_Left | Qt.Key.Key_Right if count:
                self._walk(key, shift=shift)
            case Qt.Key.Key_Up | Qt.Key.Key_Down if self._chosen:
                step = (FINE_STEP if shift else STEP) * (1 if key == Qt.Key.Key_Up else -1)
                self._nudge(0.0, {self._axis: step}, self._axis)
            case Qt.Key.Key_E if self._chosen:
                easing = self._timeline.keys[min(self._chosen)].easing
                self.ease(EASINGS[(EASINGS.index(easing) + 1) % len(EASINGS)])
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if self._chosen:
                self.remove(self._chosen)
            case _:
                return False
        return True

    def _walk(self, key: Qt.Key, *, shift: bool) -> None:
        last = len(self._timeline.keys) - 1
        if key == Qt.Key.Key_Right:
            place = min(max(self._chosen, default=-1) + 1, last)
        else:
            place = max(min(self._chosen, default=last + 1) - 1, 0)
        self.choose({*self._chosen, place} if shift else {place})
        time_s = self._timeline.keys[place].time_s
        if not self.view.begin_s <= time_s <= self.view.end_s:
            self.view.scroll_to(time_s - self.view.span_s / 2)

    def _nudge(self, by_s: float, changes: dict[str, float], what: str) -> None:
        """Move what is chosen by a key; a held key is one step of the history."""
        moved = timeline_keys.moved(self._timeline, self._chosen, by_s, changes, self.end_s)
        self.hold(moved, f"Move keyframes {what}" if what == "in time" else f"Change {what}")

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A held key is one change."""
        if not event.isAutoRepeat():
            self.let_go()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key that is released elsewhere still commits."""
        self.let_go()
        super().focusOutEvent(event)

    def _here_s(self) -> float:
        """Where the playhead is, the middle of what is in sight where there is none."""
        here_s = self.playhead_s if self.playhead_s is not None else self.view.begin_s + self.view.span_s / 2
        return min(max(here_s, 0.0), self.end_s)
