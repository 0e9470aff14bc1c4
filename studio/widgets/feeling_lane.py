"""The affect lane over the seconds of a recording, with what the voice itself proposes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QMenu, QWidget

from generators.affect import AffectCurve, Keyframe
from generators.artifacts import FloatArray, Voice
from studio.widgets import curve_keys
from studio.widgets.affect_lane import AffectLane
from studio.widgets.colour import with_alpha
from studio.widgets.lane import TimeAxis
from studio.widgets.mixture_keys import eased
from studio.widgets.roll_ground import KEYBOARD_PX
from studio.widgets.theme import ThemeHub
from studio.widgets.time_view import GUTTER_PX, ZOOM_STEP, TimeView

LANE_PX = 96


@dataclass(frozen=True, eq=False)
class SecondsAxis(TimeAxis):
    """Time as a TimeView shows it."""

    begin_s: float = 0.0
    span_s: float = 1.0
    step_s: float = 1.0

    @cached_property
    def bars_s(self) -> FloatArray:
        """The marks of the ruler, and the end."""
        marks = np.arange(0.0, self.duration_s, max(self.step_s, 1e-3))
        return np.append(marks, self.duration_s)

    def x(self, seconds: float) -> float:
        """The place of a time."""
        return KEYBOARD_PX + (seconds - self.begin_s) / self.span_s * (self.width - KEYBOARD_PX)

    def seconds(self, x: float) -> float:
        """The time at a place."""
        return max(self.begin_s + (x - KEYBOARD_PX) / max(self.width - KEYBOARD_PX, 1.0) * self.span_s, 0.0)


class FeelingLane(AffectLane):
    """The affect lane under a voice. `chosen` carries the place of the chosen keyframe, -1 for none; E eases it.

    It stands right of a label, so that its time lies under that of the lanes with a whole gutter.
    """

    chosen = Signal(int)
    LABEL_PX = int(GUTTER_PX - KEYBOARD_PX)

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._view = view
        self._voice: Voice | None = None
        self._told_place: int | None = None
        self.setFixedHeight(LANE_PX)
        self.setToolTip(
            "Double-click adds a keyframe or deletes one. Drag: up and down its value, sideways its time.\n"
            "The thin line is the arousal that the voice itself proposes."
        )
        view.changed.connect(self._follow)

    def set_voice(self, voice: Voice | None) -> None:
        """Show what a voice proposes."""
        self._voice = voice
        self._follow()

    def _follow(self) -> None:
        view, width = self._view, float(self.width())
        self.set_axis(
            SecondsAxis(
                width=width,
                duration_s=max(view.duration_s, 1e-3),
                begin_s=view.begin_s,
                span_s=view.span_s,
                step_s=view.step_s(width + self.LABEL_PX),
            )
        )

    def resizeEvent(self, event: object) -> None:
        """The axis is as wide as the lane."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # Qt's event
        self._follow()

    def choose(self, place: int | None) -> None:
        """Choose a keyframe, or none."""
        self._put(self.curve, place)
        self._tell()

    def _tell(self) -> None:
        if self.place != self._told_place:
            self._told_place = self.place
            self.chosen.emit(-1 if self.place is None else self.place)

    def ease(self, place: int) -> None:
        """Let the motion into and out of a keyframe start and end gently."""
        if self.curve is None:
            return
        frames = self.curve.keyframes
        added = eased(
            [frame.time_s for frame in frames], place, lambda at, n: frames[at].point.mixed(frames[at + 1].point, n)
        )
        kept = sorted([*frames, *(Keyframe(time_s, point) for time_s, point in added)], key=lambda key: key.time_s)
        before = sum(time_s < frames[place].time_s for time_s, _ in added)
        self._commit(AffectCurve(tuple(kept)), place + before)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a handle, and tell which keyframe it is of."""
        super().mousePressEvent(event)
        self._tell()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it go."""
        super().mouseReleaseEvent(event)
        self._tell()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add or delete a keyframe."""
        super().mouseDoubleClickEvent(event)
        self._tell()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom and scroll in time with Ctrl and Shift, as in the other lanes."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view.zoom(ZOOM_STEP ** (turn / 120), self.axis.seconds(event.position().x()))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.angleDelta().x():
            self._view.scroll_to(self._view.begin_s - turn / 120 * self._view.span_s * 0.12)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """E eases the chosen keyframe."""
        if event.key() == Qt.Key.Key_E and self.place is not None and not event.modifiers():
            self.ease(self.place)
        else:
            super().keyPressEvent(event)
        self._tell()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done here."""
        menu = QMenu(self)
        hit = self.handle_at(QPointF(event.pos()))
        curve = self.curve
        if hit is not None and curve is not None:
            place = hit[0]
            menu.addAction("Ease in and out", lambda: self.ease(place))
            menu.addAction("Delete keyframe", lambda: self._commit(curve_keys.removed(curve, place), None))
        else:
            time_s = min(self.axis.seconds(event.pos().x()), self.axis.end_s)
            menu.addAction("Add keyframe", lambda: self._commit(*curve_keys.added(curve, self._base, time_s)))
        menu.addAction("Delete all keyframes", self.clear).setEnabled(curve is not None)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    # -- painting ------------------------------------------------------------------------------------------------------

    def paint_ground(self, painter: QPainter, marks: tuple[tuple[float, str], ...]) -> None:
        """The ground, and on it what the voice proposes."""
        super().paint_ground(painter, marks)
        voice = self._voice
        if voice is None or len(voice.arousal) < 2:
            return
        first = max(int(self._view.begin_s * voice.frame_rate_hz), 0)
        last = min(int(self._view.end_s * voice.frame_rate_hz) + 2, len(voice.arousal))
        if last - first < 2:
            return
        frames: npt.NDArray[np.int64] = np.unique(np.linspace(first, last - 1, min(last - first, 600)).astype(np.int64))
        points = [
            QPointF(self.axis.x(frame / voice.frame_rate_hz), self.y_of((float(voice.arousal[frame]) + 1) / 2))
            for frame in frames.tolist()
        ]
        painter.save()
        painter.setClipRect(QRectF(self.plot()))
        painter.setPen(QPen(with_alpha(self.hub.theme.arousal, 0.4), 1.0, Qt.PenStyle.DotLine))
        painter.drawPolyline(QPolygonF(points))
        painter.restore()
