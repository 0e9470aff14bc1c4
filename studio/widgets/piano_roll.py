"""The piano roll: a score over bars and keys, with the playhead."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from generators.artifacts import Score
from studio.widgets.colour import mix, with_alpha
from studio.widgets.note_layer import View, note_rects, paint_notes, pitch_name, thumbnail
from studio.widgets.roll_ground import KEYBOARD_PX, RULER_PX, paint_empty, paint_ground, paint_keyboard, paint_ruler
from studio.widgets.roll_view import ZOOM_STEP, RollView
from studio.widgets.theme import ThemeHub, paint_focus, shows_focus

DRAG_PX = 4.0
PLAYHEAD_ROOM_PX = 8


class PianoRoll(RollView):
    """A score over time (rightwards) and pitch (upwards).

    Click: `seekRequested` with seconds. Drag: pan; on the ruler, scrub. Wheel: scroll; with Ctrl zoom in time, with
    Ctrl and Shift in pitch. Keys: F fits, + and - zoom, arrows scroll, Home and End go to the ends.
    `hovered` says what lies under the pointer, "" for nothing.
    """

    seekRequested = Signal(float)
    hovered = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hub = hub
        self._playhead_s: float | None = None
        self._sounding: tuple[int, ...] = ()
        self._layer: QPixmap | None = None
        self._layer_key: tuple[object, ...] = ()
        self._press: QPointF | None = None
        self._press_scroll = (0, 0)
        self._panned = False
        self._focus_shown = False
        self._hover_text = ""
        self._hover_pitch: int | None = None
        self._empty_text = "Takes appear here as notes: time runs to the right, high notes stand above low ones."
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(240, 140)
        self.setAccessibleName("Piano roll")
        self._accent = hub.accent  # of the notes: they follow a drag at the pace of the hub, also while it plays
        hub.changed.connect(self._take_accent)
        self._describe()

    # -- what is shown -----------------------------------------------------------------------------------------------

    def set_score(self, score: Score | None) -> None:
        """Show `score`, fitted, or the empty place."""
        if score is self.score:
            return
        self._sounding = ()
        self._layer = None
        self._load(score)
        self._describe()
        self.viewport().update()

    def set_empty_text(self, text: str) -> None:
        """The sentence of the empty place."""
        self._empty_text = text
        self.viewport().update()

    def _take_accent(self) -> None:
        self._accent = self.hub.accent
        self.viewport().update()

    def _describe(self) -> None:
        score = self.score
        self.setAccessibleDescription(
            f"{score.note_count:,} notes in {max(len(self._bars) - 1, 0):,} bars" if score else self._empty_text
        )

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead, or take it away; the view turns the page when the playhead leaves it."""
        if seconds == self._playhead_s:
            return
        before = self._playhead_x()
        self._playhead_s = seconds
        table, after = self._table, self._playhead_x()
        if table is None:
            return
        tick = self._playhead_tick()
        sounding = tuple(table.sounding(tick).tolist()) if tick is not None else ()
        if self._follow(before, after) or sounding != self._sounding:
            self._sounding = sounding
            self.viewport().update()
            return
        for x in (before, after):
            if x is not None:
                left = round(x) - PLAYHEAD_ROOM_PX
                self.viewport().update(left, 0, PLAYHEAD_ROOM_PX * 2, self.viewport().height())

    def _playhead_tick(self) -> float | None:
        if self._table is None or self._playhead_s is None:
            return None
        return float(self._table.score.ticks_at(self._playhead_s))

    def _playhead_x(self) -> float | None:
        tick = self._playhead_tick()
        return None if tick is None else self.view().x(tick)

    def _follow(self, before: float | None, after: float | None) -> bool:
        """Turn the page if the playhead just left the view; not if the user had scrolled away from it."""
        width = self.viewport().width()
        if after is None or KEYBOARD_PX <= after <= width - 12:
            return False
        if before is not None and not KEYBOARD_PX - 4 <= before <= width + 4:
            return False
        bar = self.horizontalScrollBar()
        value = bar.value()
        bar.setValue(round(value + after - KEYBOARD_PX - (width - KEYBOARD_PX) * 0.08))
        return bar.value() != value

    # -- the hand ----------------------------------------------------------------------------------------------------

    def _seek_to(self, x: float) -> None:
        if self._table is None:
            return
        tick = min(max(self.view().tick(x), 0.0), float(self._bars[-1]))
        self.seekRequested.emit(float(self._table.score.seconds_at(tick)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Scrub on the ruler; elsewhere a click seeks and a drag pans."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            event.ignore()
            return
        if self._table is None:
            return
        self._press = event.position()
        self._panned = event.button() == Qt.MouseButton.MiddleButton
        self._press_scroll = (self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        if self._press.y() < RULER_PX and not self._panned:
            self._seek_to(self._press.x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, pan, or say what lies under the pointer."""
        position = event.position()
        if self._press is None:
            self._hover(position)
        elif self._press.y() < RULER_PX and not self._panned:
            self._seek_to(position.x())
        else:
            away = position - self._press
            if self._panned or away.manhattanLength() >= DRAG_PX:
                self._panned = True
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self.horizontalScrollBar().setValue(round(self._press_scroll[0] - away.x()))
                self.verticalScrollBar().setValue(round(self._press_scroll[1] - away.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click that did not pan seeks."""
        if self._press is None:
            return
        press, self._press = self._press, None
        self.viewport().unsetCursor()
        if not self._panned and press.y() >= RULER_PX and event.position().x() >= KEYBOARD_PX:
            self._seek_to(event.position().x())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom in time, with Ctrl and Shift in pitch, with Shift scroll in time."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        modifiers = event.modifiers()
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            factor = ZOOM_STEP ** (turned / 120)
            if shift:
                self.zoom_pitch(factor, event.position().y())
            else:
                self.zoom_time(factor, event.position().x())
            event.accept()
        elif shift:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - turned)
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Pinch on a touchpad zooms in time; the hover text ends with the pointer."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_time(1.0 + event.value(), event.position().x())
            return True
        if event.type() == QEvent.Type.Leave:
            self._say("", None)
        return bool(super().viewportEvent(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F fits, + and - zoom (with Shift in pitch), arrows scroll, Home and End go to the ends."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        zoom = self.zoom_pitch if shift and event.text() not in "+*" else self.zoom_time
        match Qt.Key(event.key()):
            case Qt.Key.Key_F:
                self.fit()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                zoom(ZOOM_STEP)
            case Qt.Key.Key_Minus | Qt.Key.Key_Underscore:
                zoom(1 / ZOOM_STEP)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                sign = 1 if event.key() == Qt.Key.Key_Right else -1
                across.setValue(across.value() + sign * across.singleStep())
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                sign = 1 if event.key() == Qt.Key.Key_Down else -1
                down.setValue(down.value() + sign * down.singleStep())
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                at_end = event.key() == Qt.Key.Key_End
                across.setValue(across.maximum() if at_end else 0)
                if self._table is not None:
                    self.seekRequested.emit(self._table.score.duration_s if at_end else 0.0)
            case _:
                event.ignore()

    def _hover(self, position: QPointF) -> None:
        table = self._table
        if table is None or position.y() < RULER_PX:
            self._say("", None)
            return
        view = self.view()
        pitch = min(max(view.pitch(position.y()), 0), 127)
        text = pitch_name(pitch)
        if position.x() >= KEYBOARD_PX:
            tick = view.tick(position.x())
            bar = int(np.searchsorted(self._bars, tick, side="right"))
            if not 1 <= bar < len(self._bars):
                self._say(text, pitch)
                return
            text += f" · bar {bar}"
            near = table.between(tick, tick + 1)
            hit = near[table.score.pitch[near] == pitch]
            if len(hit):
                index = int(hit[-1])
                beats = table.score.duration[index] / table.score.ticks_per_quarter
                track = table.score.tracks[int(table.score.track[index])].name
                text += f" · {track} · {beats:g} beats · velocity {int(table.score.velocity[index])}"
        self._say(text, pitch)

    def _say(self, text: str, pitch: int | None) -> None:
        if pitch != self._hover_pitch:
            self._hover_pitch = pitch
            self.viewport().update(0, 0, int(KEYBOARD_PX), self.viewport().height())
        if text != self._hover_text:
            self._hover_text = text
            self.hovered.emit(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self._focus_shown = shows_focus(event, before=self._focus_shown)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        super().focusOutEvent(event)
        self._focus_shown = shows_focus(event, before=self._focus_shown)
        self.viewport().update()

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and notes from their cache, then the playhead and what sounds now."""
        viewport = self.viewport()
        painter = QPainter(viewport)
        if self._table is None:
            paint_empty(painter, QRectF(viewport.rect()), self.hub, self._empty_text)
        else:
            ratio = viewport.devicePixelRatioF()
            view = self.view()
            key = (viewport.size(), ratio, view, self.hub.theme.name, self._accent.rgb())
            if self._layer is None or key != self._layer_key:
                self._layer = self._painted_layer(view, ratio, self._layer)
                self._layer_key = key
            dirty = event.rect()
            source = QRectF(dirty.x() * ratio, dirty.y() * ratio, dirty.width() * ratio, dirty.height() * ratio)
            painter.drawPixmap(QRectF(dirty), self._layer, source)
            self._paint_now(painter, view)
        if self._focus_shown:
            paint_focus(painter, QRectF(viewport.rect()), self.hub, 2.0)

    def _painted_layer(self, view: View, ratio: float, old: QPixmap | None) -> QPixmap:
        table, viewport = self._table, self.viewport()
        assert table is not None  # noqa: S101  the caller looked
        size = viewport.size() * ratio
        layer = old if old is not None and old.size() == size else QPixmap(size)
        layer.setDevicePixelRatio(ratio)
        painter = QPainter(layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(viewport.rect())
        paint_ground(painter, rect, view, table.score, self._bars, self.hub)
        painter.save()
        painter.setClipRect(rect.adjusted(KEYBOARD_PX, RULER_PX, 0, 0))
        shown = table.between(view.tick(KEYBOARD_PX), view.tick(rect.right()))
        paint_notes(painter, table, shown, view, self.hub)
        painter.restore()
        paint_ruler(painter, rect, view, self._bars, self.hub)
        paint_keyboard(painter, rect, view, self.hub, {})
        painter.end()
        return layer

    def _paint_now(self, painter: QPainter, view: View) -> None:
        table, hub = self._table, self.hub
        if table is None:
            return
        rect = QRectF(self.viewport().rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit: dict[int, QColor] = {}
        if self._sounding:
            painter.save()
            painter.setClipRect(rect.adjusted(KEYBOARD_PX, RULER_PX, 0, 0))
            painter.setPen(Qt.PenStyle.NoPen)
            bright = (
                mix(hub.accent, hub.theme.knob, 0.55) if hub.theme.is_dark else mix(hub.accent, hub.theme.text, 0.35)
            )
            painter.setBrush(bright)
            for index, note in zip(
                self._sounding, note_rects(table, np.array(self._sounding), view, inset=0.5), strict=True
            ):
                painter.drawRoundedRect(note, 2.5, 2.5)
                lit[int(table.score.pitch[index])] = hub.accent
            painter.restore()
        if self._hover_pitch is not None:
            lit.setdefault(self._hover_pitch, mix(hub.theme.key_white, hub.accent, 0.4))
        if lit:
            paint_keyboard(painter, rect, view, hub, lit)
        x = self._playhead_x()
        if x is not None and x >= KEYBOARD_PX - 0.5:
            painter.setPen(QPen(with_alpha(hub.theme.window, 0.5), 3))
            painter.drawLine(QPointF(x, RULER_PX - 8), QPointF(x, rect.bottom()))
            painter.setPen(QPen(hub.theme.text, 1.5))
            painter.drawLine(QPointF(x, RULER_PX - 8), QPointF(x, rect.bottom()))
            painter.setBrush(hub.theme.text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(
                [QPointF(x - 4.5, RULER_PX - 12), QPointF(x + 4.5, RULER_PX - 12), QPointF(x, RULER_PX - 5)]
            )


__all__ = ["PianoRoll", "thumbnail"]
