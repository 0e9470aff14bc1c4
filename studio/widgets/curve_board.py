"""The curves of a face over time, in groups that unfold to single actions, drawn and bent by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from generators.face.actions import BY_NAME
from generators.face.request import EditLayer
from studio.widgets import curve_painting
from studio.widgets.curve_rows import CurveRow, chosen_actions, simplified
from studio.widgets.curve_view import CurveView
from studio.widgets.theme import ThemeHub
from studio.widgets.time_view import GUTTER_PX, TimeView

TOOLS = ("select", "draw", "offset", "scale", "smooth")
FADE_S = 0.05
SMOOTH_S_PER_PX = 0.002
MAX_SMOOTH_S = 0.5
DRAW_TOLERANCE = 0.012
OFFSET_STEP, SCALE_STEP, SMOOTH_STEP_S = 0.05, 1.1, 0.03
GAIN_PX = 90.0  # a drag of so much doubles or halves
MAX_GAIN = 4.0


@dataclass
class _Hand:
    """What a pressed button does: `kind` is a tool or "gain"."""

    kind: str
    row: CurveRow
    press: QPointF
    points: list[tuple[float, float]] = field(default_factory=list)
    moved: bool = False
    gain: float = 1.0


class CurveBoard(CurveView):
    """All rows; it is as high as they are, and lies in a scrolled area.

    `layerEdited` carries an EditLayer while the hand moves (None: it was taken back), `layerCommitted` the one that is
    to be kept. `muteToggled` carries the names of actions and whether they rest from now on, `soloChanged` the actions
    that are looked at alone (none: all), `gainEdited` and `gainCommitted` names and a factor. `told` explains what a
    press could not do.
    """

    layerEdited = Signal(object)
    layerCommitted = Signal(object)
    muteToggled = Signal(object, bool)
    soloChanged = Signal(object)
    gainEdited = Signal(object, float)
    gainCommitted = Signal(object, float)
    told = Signal(str)

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self._hand: _Hand | None = None

    def _take(self, hand: _Hand | None) -> None:
        """Let the hand begin or end something; meanwhile the scales stand still."""
        self._hand = hand
        self._held = hand is not None
        self._drawing = (hand.row, hand.points) if hand is not None and hand.kind == "draw" else None

    # -- edits ---------------------------------------------------------------------------------------------------------

    def layer(self, kind: str, row: CurveRow, amount: float = 0.0) -> EditLayer:
        """An edit of this row on the sides of now, over the chosen stretch or all."""
        actions = chosen_actions(row, self._sides)
        if self.view.selection is None:
            return EditLayer(kind, actions, amount=amount, fade_s=0.0)
        begin, end = self.view.selection
        return EditLayer(kind, actions, round(begin, 4), round(end, 4), amount, fade_s=min(FADE_S, (end - begin) / 4))

    def _drawn(self, hand: _Hand) -> EditLayer | None:
        low, high = self.limits_of(hand.row)
        points = simplified(hand.points, DRAW_TOLERANCE * (high - low))
        if len(points) < 2:
            return None
        actions = chosen_actions(hand.row, self._sides)
        span = points[-1][0] - points[0][0]
        return EditLayer("draw", actions, points[0][0], points[-1][0], points=points, fade_s=min(FADE_S, span / 4))

    def _layer_of(self, hand: _Hand, place: QPointF) -> EditLayer | None:
        up = hand.press.y() - place.y()
        low, high = self.limits_of(hand.row)
        match hand.kind:
            case "draw":
                return self._drawn(hand)
            case "offset":
                amount = up / (hand.row.height - 2 * curve_painting.EDGE_PX) * (high - low)
                return self.layer("offset", hand.row, round(amount, 3))
            case "scale":
                return self.layer("scale", hand.row, round(max(2.0 ** (up / 40.0), 0.0), 3))
            case "smooth":
                amount = min(abs(up) + abs(place.x() - hand.press.x()), MAX_SMOOTH_S / SMOOTH_S_PER_PX)
                return self.layer("smooth", hand.row, round(amount * SMOOTH_S_PER_PX, 3))
        return None

    def _add_point(self, hand: _Hand, place: QPointF) -> None:
        action = BY_NAME[hand.row.actions[0]]
        value = curve_painting.value_at(hand.row, place.y(), self.limits_of(hand.row))
        time_s = self.seconds_at(place.x())
        held = min(max(value, action.low), action.high)
        # drawing back over what was drawn replaces it
        if hand.points:
            begin, end = sorted((hand.points[-1][0], time_s))
            last = hand.points[-1]
            hand.points[:] = [point for point in hand.points if not begin < point[0] < end and point[0] != time_s]
            if last not in hand.points:
                hand.points.append(last)
        hand.points.append((time_s, held))

    # -- the hand ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """In the gutter: fold, mute, solo, choose. On the curves: what the tool does."""
        row, place = self.row_at(event.position().y()), event.position()
        if event.button() != Qt.MouseButton.LeftButton or row is None:
            return
        self.choose(row)
        if place.x() < GUTTER_PX:
            self._press_gutter(row, place)
        elif self._shown is None:
            return
        elif self._tool == "select":
            self.begin_range(event)
        elif self._tool == "draw" and row.is_group:
            self.open_group(row.group)
            self.told.emit(f"{row.title} holds several curves: draw on one of them.")
        elif row.is_group and row.is_open:
            self.begin_range(event)
        else:
            hand = _Hand(self._tool, row, place)
            self._take(hand)
            if self._tool == "draw":
                self._add_point(hand, place)

    def _press_gutter(self, row: CurveRow, place: QPointF) -> None:
        boxes = curve_painting.letter_boxes(row)
        if boxes["M"].contains(place):
            self.toggle_mute(row)
        elif boxes["S"].contains(place):
            self.toggle_solo(row)
        elif row.is_group:
            self.open_group(row.group, is_open=not row.is_open)
        else:
            gain = self._gains.get(row.actions[0], 1.0)
            self._take(_Hand("gain", row, place, gain=gain))

    def toggle_mute(self, row: CurveRow) -> None:
        """Let the actions of a row rest, or no longer."""
        actions = row.actions
        self.muteToggled.emit(actions, not set(actions) <= self._muted)

    def toggle_solo(self, row: CurveRow) -> None:
        """Look at this row alone, beside others that are soloed, or no longer."""
        actions = set(row.actions)
        self._soloed = self._soloed - actions if actions <= self._soloed else self._soloed | actions
        self.soloChanged.emit(frozenset(self._soloed))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what the press began."""
        place, hand = event.position(), self._hand
        if hand is None:
            if not self.drag_range(event):
                self._point_at(place)
            return
        hand.moved = True
        if hand.kind == "gain":
            gain = hand.gain * 2.0 ** ((hand.press.y() - place.y()) / GAIN_PX)
            gain = 1.0 if abs(gain - 1.0) < 0.03 else round(min(max(gain, 0.0), MAX_GAIN), 2)
            self.gainEdited.emit(hand.row.actions, gain)
            return
        if hand.kind == "draw":
            self._add_point(hand, place)
        self.layerEdited.emit(self._layer_of(hand, place))
        self.update()

    def _point_at(self, place: QPointF) -> None:
        row = self.row_at(place.y())
        in_gutter = place.x() < GUTTER_PX
        shapes = {"select": Qt.CursorShape.IBeamCursor, "draw": Qt.CursorShape.CrossCursor}
        self.setCursor(
            Qt.CursorShape.ArrowCursor if in_gutter else shapes.get(self._tool, Qt.CursorShape.SizeVerCursor)
        )
        if row is not None and in_gutter:
            hint = "Click to unfold" if row.is_group else "Drag up or down to change its strength everywhere"
            self.setToolTip(f"{row.title}. {hint}.\nM lets it rest, S looks at it alone.")
        else:
            self.setToolTip("")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the press began."""
        hand = self._hand
        self._take(None)
        if hand is None:
            self.end_range()
            return
        if not hand.moved:
            self.layerEdited.emit(None)
            if hand.kind not in ("gain", "draw"):
                self.seekRequested.emit(self.seconds_at(hand.press.x()))
        elif hand.kind == "gain":
            self.gainCommitted.emit(hand.row.actions, self._gains.get(hand.row.actions[0], 1.0))
        else:
            layer = self._layer_of(hand, event.position())
            if layer is None:
                self.layerEdited.emit(None)
            else:
                self.layerCommitted.emit(layer)
        self._limits = {}
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """In the gutter, an action's strength goes back to 1; on the curves, the stretch is no longer chosen."""
        row = self.row_at(event.position().y())
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._take(None)
        if event.position().x() >= GUTTER_PX:
            self.view.select(None)
        elif not row.is_group and self._gains.get(row.actions[0], 1.0) != 1.0:
            self.gainCommitted.emit(row.actions, 1.0)
        elif row.is_group:
            self.open_group(row.group, is_open=not row.is_open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose a row, Return unfolds.

        With Alt, Up and Down move its curve, with Alt and Shift they scale it. B smooths, M mutes, O solos, Delete lets
        the chosen stretch rest, Escape takes an edit back.
        """
        key, row = event.key(), self.chosen_row
        modifiers = event.modifiers()
        sign = 1 if key == Qt.Key.Key_Up else -1
        if key == Qt.Key.Key_Escape and self._hand is not None:
            self._take(None)
            self.layerEdited.emit(None)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers & Qt.KeyboardModifier.AltModifier:
            if self._shown is not None and modifiers & Qt.KeyboardModifier.ShiftModifier:
                self.layerCommitted.emit(self.layer("scale", row, SCALE_STEP**sign))
            elif self._shown is not None:
                low, high = self.limits_of(row)
                self.layerCommitted.emit(self.layer("offset", row, round(sign * OFFSET_STEP * (high - low), 3)))
        elif modifiers & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            place = self._rows.index(row) - sign
            self.choose(self._rows[min(max(place, 0), len(self._rows) - 1)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_group(row.group, is_open=row.group not in self._opened)
        elif key == Qt.Key.Key_M:
            self.toggle_mute(row)
        elif key == Qt.Key.Key_O:
            self.toggle_solo(row)
        elif key == Qt.Key.Key_B and self._shown is not None:
            self.layerCommitted.emit(self.layer("smooth", row, SMOOTH_STEP_S))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._shown is not None:
            self.layerCommitted.emit(self.layer("mute", row))
        else:
            super().keyPressEvent(event)
