"""Seven emotions over time: how much of each, as coloured bands with keyframes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QMenu, QWidget

from generators.affect import emotion_named
from studio.widgets import mixture_keys
from studio.widgets.colour import accent_for, mix, readable, with_alpha
from studio.widgets.mixture_keys import Key
from studio.widgets.theme import ThemeHub, font, paint_focus
from studio.widgets.time_lane import TimeLane
from studio.widgets.time_view import GUTTER_PX, TimeView

LANE_PX = 84
NEAR_PX = 8.0
HANDLE_PX = 5.0
TIME_STEP_S = 0.1
COLUMN_PX = 3
EDGE_PX = 1.5
# emotions whose places on the pad are near each other need colours of their own
_OWN = {"disgust": "#A48C0D", "fear": "#B187D7", "surprise": "#FC94B6", "neutral": "#869791"}


def emotion_color(name: str) -> QColor:
    """The colour of an emotion: that of its place on the pad, or one of its own."""
    return QColor(_OWN[name]) if name in _OWN else accent_for(emotion_named(name).point)


class MixtureLane(TimeLane):
    """Bands stacked from below, one an emotion; what is left above is neutral. Keyframes are diamonds along the foot.

    Double-click adds a keyframe or deletes one, a drag moves it in time. Keys: Left and Right choose, with Ctrl they
    move, N adds one at the playhead, E eases, Delete removes. `edited` comes while the hand moves, `committed` when it
    rests, both with the keys; `chosen` with the place of the chosen keyframe, -1 for none.
    """

    edited = Signal(object)
    committed = Signal(object)
    chosen = Signal(int)

    def __init__(self, hub: ThemeHub, view: TimeView, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self._names = tuple(name for name in names if name != "neutral")
        self._keys: tuple[Key, ...] = ()
        self._place: int | None = None
        self._before: tuple[Key, ...] | None = None
        self.setFixedHeight(LANE_PX)
        self.setAccessibleName("Emotions over time")
        self.setToolTip(
            "Double-click adds a keyframe or deletes one; drag it to another time.\n"
            "The sliders on the left set how much of each emotion it holds."
        )
        self._describe()

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keyframes."""
        return self._keys

    @property
    def place(self) -> int | None:
        """The chosen keyframe, counted from 0."""
        return self._place

    def set_keys(self, keys: Sequence[Key]) -> None:
        """Show keyframes; no signal unless the chosen one is gone."""
        if self._before is None:
            self._keys = tuple(keys)
            if self._place is not None and self._place >= len(self._keys):
                self.choose(len(self._keys) - 1 if self._keys else None)
            self._describe()
            self.update()

    def choose(self, place: int | None) -> None:
        """Choose a keyframe, or none."""
        if place != self._place:
            self._place = place
            self.chosen.emit(-1 if place is None else place)
            self._describe()
            self.update()

    def _describe(self) -> None:
        count = len(self._keys)
        words = "no keyframes" if not count else "1 keyframe" if count == 1 else f"{count} keyframes"
        if self._place is not None and self._place < count:
            time_s, weights = self._keys[self._place]
            held = ", ".join(f"{name} {weight:.2f}" for name, weight in weights.items()) or "neutral"
            words += f", keyframe {self._place + 1} at {time_s:.1f} seconds: {held}"
        self.setAccessibleDescription(words)

    def _commit(self, keys: tuple[Key, ...], place: int | None) -> None:
        self._before = None
        self._keys = keys
        self._place = None if place is None or not keys else min(place, len(keys) - 1)
        self._describe()
        self.committed.emit(keys)
        self.chosen.emit(-1 if self._place is None else self._place)
        self.update()

    def add(self, time_s: float) -> None:
        """Add a keyframe that changes nothing yet."""
        self._commit(*mixture_keys.put(self._keys, time_s, mixture_keys.at(self._keys, time_s)))

    def ease(self, place: int) -> None:
        """Let the motion into and out of a keyframe start and end gently."""
        keys = self._keys
        added = mixture_keys.eased(
            [key[0] for key in keys], place, lambda first, n: mixture_keys.mixed(keys[first][1], keys[first + 1][1], n)
        )
        before = sum(time_s < keys[place][0] for time_s, _ in added)
        self._commit(tuple(sorted([*keys, *added], key=lambda key: key[0])), place + before)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def _spot(self, time_s: float) -> QPointF:
        return QPointF(self.x_of(time_s), self.height() - 10)

    def key_at(self, position: QPointF) -> int | None:
        """The keyframe under a place."""
        if position.x() < GUTTER_PX - NEAR_PX:
            return None
        away = [abs(self._spot(time_s).x() - position.x()) for time_s, _ in self._keys]
        near = min(range(len(away)), key=away.__getitem__, default=None)
        return near if near is not None and away[near] <= NEAR_PX else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a keyframe."""
        if event.button() == Qt.MouseButton.LeftButton:
            place = self.key_at(event.position())
            self.choose(place)
            self._before = self._keys if place is not None else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move it in time."""
        if self._before is None or self._place is None:
            over = self.key_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor)
            return
        self._keys = mixture_keys.moved(self._before, self._place, self.seconds_at(event.position().x()))
        self.edited.emit(self._keys)
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let it go."""
        before, self._before = self._before, None
        if before is not None and before != self._keys:
            self._commit(self._keys, self._place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add a keyframe, or delete the one under the hand."""
        if event.button() != Qt.MouseButton.LeftButton or event.position().x() < GUTTER_PX:
            return
        self._before = None
        place = self.key_at(event.position())
        if place is not None:
            self._commit(mixture_keys.removed(self._keys, place), None)
        else:
            self.add(self.seconds_at(event.position().x()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done here."""
        menu = QMenu(self)
        place = self.key_at(QPointF(event.pos()))
        if place is not None:
            menu.addAction("Ease in and out", lambda: self.ease(place))
            menu.addAction("Delete keyframe", lambda: self._commit(mixture_keys.removed(self._keys, place), None))
        else:
            time_s = self.seconds_at(event.pos().x())
            menu.addAction("Add keyframe", lambda: self.add(time_s))
        menu.addAction("Delete all keyframes but the first", lambda: self._commit(self._keys[:1], None)).setEnabled(
            len(self._keys) > 1
        )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the class."""
        key, place = event.key(), self._place
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        sign = 1 if key == Qt.Key.Key_Right else -1
        if key == Qt.Key.Key_N and not control:
            self.add(self.playhead_s or 0.0)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not control and self._keys:
            start = (-1 if sign > 0 else len(self._keys)) if place is None else place
            self.choose(min(max(start + sign, 0), len(self._keys) - 1))
        elif place is None:
            event.ignore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            time_s = min(self._keys[place][0] + sign * TIME_STEP_S, self.view.duration_s)
            self._commit(mixture_keys.moved(self._keys, place, time_s), place)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._commit(mixture_keys.removed(self._keys, place), place)
        elif key == Qt.Key.Key_E:
            self.ease(place)
        else:
            event.ignore()

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint bands, keyframes and names."""
        painter = QPainter(self)
        theme = self.hub.theme
        painter.fillRect(self.rect(), theme.row_white)
        self.paint_grid(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.setClipRect(self.plot())
        self._paint_bands(painter)
        self.paint_selection(painter)
        painter.restore()
        self._paint_keys(painter)
        self.paint_gutter(painter)
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.line)
        painter.setFont(font("small"))
        painter.setPen(theme.text2)
        painter.drawText(QRectF(12, 0, GUTTER_PX - 16, self.height()), Qt.AlignmentFlag.AlignVCenter, "Emotions")
        self.paint_playhead(painter)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 2.0)

    def _paint_bands(self, painter: QPainter) -> None:
        plot = self.plot().adjusted(0, 6, 0, -20)
        columns = np.arange(0, int(plot.width()) + COLUMN_PX, COLUMN_PX)
        seconds = [self.seconds_at(plot.left() + float(x)) for x in columns]
        rows = [mixture_keys.at(self._keys, second) for second in seconds]
        sums = [max(sum(row.get(name, 0.0) for name in row), 1.0) for row in rows]
        base = np.zeros(len(columns))
        theme = self.hub.theme
        for name in self._names:
            amount = np.array([row.get(name, 0.0) / total for row, total in zip(rows, sums, strict=True)])
            if float(amount.max(initial=0.0)) <= 0.0:
                continue
            top = base + amount
            points = [QPointF(plot.left() + float(x), plot.bottom() - float(y) * plot.height())
                      for x, y in zip(columns, top, strict=True)]  # fmt: skip
            below = [QPointF(plot.left() + float(x), plot.bottom() - float(y) * plot.height())
                     for x, y in zip(columns[::-1], base[::-1], strict=True)]  # fmt: skip
            color = emotion_color(name)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(color, 0.55))
            painter.drawPolygon(QPolygonF([*points, *below]))
            painter.setPen(QPen(theme.row_white, EDGE_PX))  # bands end in an edge, whatever their colours are
            painter.drawPolyline(QPolygonF(points))
            self._name_band(painter, name, color, base, amount, plot)
            base = top
        painter.setPen(QPen(mix(theme.row_white, theme.text3, 0.5), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())

    def _name_band(
        self, painter: QPainter, name: str, color: QColor, base: np.ndarray, amount: np.ndarray, plot: QRectF
    ) -> None:
        """The name where the band is widest, if it has room there."""
        place = int(np.argmax(amount))
        if float(amount[place]) * plot.height() < 13:
            return
        painter.setFont(font("small"))
        width = QFontMetricsF(painter.font()).horizontalAdvance(name) + 10
        x = min(max(plot.left() + place * COLUMN_PX - width / 2, plot.left() + 4), plot.right() - width)
        y = plot.bottom() - (float(base[place]) + float(amount[place]) / 2) * plot.height()
        painter.setPen(readable(color, mix(self.hub.theme.row_white, color, 0.55), 4.5))
        painter.drawText(QRectF(x, y - 8, width, 16), Qt.AlignmentFlag.AlignCenter, name)

    def _paint_keys(self, painter: QPainter) -> None:
        theme = self.hub.theme
        for place, (time_s, _) in enumerate(self._keys):
            spot = self._spot(time_s)
            if spot.x() < GUTTER_PX - HANDLE_PX:
                continue
            size = HANDLE_PX + (1.5 if place == self._place else 0.0)
            painter.setPen(QPen(theme.text if place == self._place else theme.text3, 1.6))
            painter.setBrush(self.hub.accent_mark if place == self._place else theme.row_white)
            corners = ((0, -size), (size, 0), (0, size), (-size, 0))
            painter.drawPolygon(QPolygonF([spot + QPointF(x, y) for x, y in corners]))
