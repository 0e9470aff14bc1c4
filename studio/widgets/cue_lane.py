"""Chosen moments of a scene as flags: moments that the music lands on with a beat or a bar."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from generators.scene.request import MAX_CUES, Cue
from studio.widgets.colour import with_alpha
from studio.widgets.theme import ThemeHub, font, paint_focus
from studio.widgets.time_lane import TimeLane
from studio.widgets.time_view import GUTTER_PX, TimeView, clock_words
from studio.widgets.timeline_grid import SNAP_PX, TimelineGrid

CUES_PX = 24
POLE_TOP, FLAG_PX = 4.0, 9.0
NEAR_PX = 7.0
START_PX = 3.0
MIN_GAP_S = 0.04
MAX_NAME = 60
HINT = "Double-click marks a moment that the music lands on. Drag it, right-click for more; F2 names it."

Cues = tuple[Cue, ...]


def in_order(cues: Sequence[Cue]) -> Cues:
    """Moments in order of time."""
    return tuple(sorted(cues, key=lambda cue: cue.time_s))


class CueLane(TimeLane):
    """Flags to add, move, name and remove. A full flag lands on a bar, a pennant on a beat.

    Keys: Left and Right choose one, Ctrl with them moves it, N adds one at the playhead, F2 or Return names it, B
    changes between beat and bar, Delete removes it. `committed` carries all moments and what was done; `edited` comes
    while one moves.
    """

    edited = Signal(object)
    committed = Signal(object, str)

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self.grid = TimelineGrid()
        self._cues: Cues = ()
        self._place: int | None = None
        self._before: Cues | None = None
        self._press: QPointF | None = None
        self._start_s = 0.0  # where the flag was when it was taken
        self._entry: QLineEdit | None = None
        self.setFixedHeight(CUES_PX)
        self.setAccessibleName("Moments that the music lands on")
        self.setToolTip(HINT)
        self._describe()

    # -- values --------------------------------------------------------------------------------------------------------

    @property
    def cues(self) -> Cues:
        """All moments, in order of time."""
        return self._cues

    @property
    def place(self) -> int | None:
        """The chosen moment, counted from 0."""
        return self._place

    def set_cues(self, cues: Sequence[Cue]) -> None:
        """Show moments; no signal."""
        if self._before is None:
            self._put(in_order(cues), self._place)

    def _put(self, cues: Cues, place: int | None) -> None:
        self._cues = cues
        self._place = place if place is not None and place < len(cues) else None
        self._describe()
        self.update()

    def _commit(self, cues: Sequence[Cue], what: str, chosen: Cue | None) -> None:
        ordered = in_order(cues)
        changed = ordered != self._cues or self._before is not None
        self._before = None
        self._put(ordered, ordered.index(chosen) if chosen in ordered else None)
        if changed:
            self.committed.emit(ordered, what)

    def _describe(self) -> None:
        count = len(self._cues)
        words = "none yet" if not count else "1 moment" if count == 1 else f"{count} moments"
        if self._place is not None:
            cue = self._cues[self._place]
            name = cue.name or f"moment {self._place + 1}"
            words += f", {name} at {cue.time_s:.2f} seconds lands on a {cue.lands_on}"
        self.setAccessibleDescription(words)

    def choose(self, place: int | None) -> None:
        """Choose a moment, or none."""
        self._put(self._cues, place)

    def add(self, time_s: float) -> None:
        """Mark a moment; one that is there already is chosen."""
        time_s = round(min(max(time_s, 0.0), self.view.duration_s), 4)
        near = next((place for place, cue in enumerate(self._cues) if abs(cue.time_s - time_s) < MIN_GAP_S), None)
        if near is not None or len(self._cues) >= MAX_CUES:
            self.choose(near)
            return
        cue = Cue(time_s)
        self._commit((*self._cues, cue), "Mark a moment", cue)

    def remove(self, place: int) -> None:
        """Remove a moment."""
        self._commit((*self._cues[:place], *self._cues[place + 1 :]), "Remove a moment", None)

    def change(self, place: int, what: str, **values: object) -> None:
        """Change a moment, as one step called `what`."""
        cue = msgspec.structs.replace(self._cues[place], **values)
        self._commit((*self._cues[:place], cue, *self._cues[place + 1 :]), what, cue)

    def lands(self, place: int, on: str) -> None:
        """Let a moment land on a "beat" or a "bar"."""
        self.change(place, f"Land on a {on}", lands_on=on)

    def rename(self, place: int) -> None:
        """Open a field for the name of a moment."""
        self.choose(place)
        x = min(max(self.x_of(self._cues[place].time_s), GUTTER_PX), self.width() - 140.0)
        entry = QLineEdit(self._cues[place].name, self)
        entry.setMaxLength(MAX_NAME)
        entry.setAccessibleName("Name of the moment")
        entry.setPlaceholderText("Name")
        entry.setGeometry(round(x), 0, 136, self.height())
        entry.setStyleSheet("min-height: 0; padding: 0 4px;")
        entry.editingFinished.connect(self._named)
        self._entry = entry
        entry.show()
        entry.selectAll()
        entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _named(self) -> None:
        entry, self._entry = self._entry, None
        if entry is not None:
            name = " ".join(entry.text().split())
            entry.deleteLater()
            if self._place is not None and name != self._cues[self._place].name:
                self.change(self._place, "Name a moment", name=name)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def cue_at(self, position: QPointF) -> int | None:
        """The moment whose flag lies under a place."""
        found: list[tuple[float, int]] = []
        for place, cue in enumerate(self._cues):
            away = position.x() - self.x_of(cue.time_s)
            if -NEAR_PX <= away <= FLAG_PX + NEAR_PX:
                found.append((abs(away - FLAG_PX / 3), place))
        return min(found)[1] if found else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a flag."""
        if event.button() == Qt.MouseButton.LeftButton:
            place = self.cue_at(event.position())
            self.choose(place)
            if place is not None:
                self._press, self._before = event.position(), self._cues
                self._start_s = self._cues[place].time_s

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move it in time."""
        if self._before is None or self._press is None or self._place is None:
            over = self.cue_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor)
            return
        away = event.position().x() - self._press.x()
        if abs(away) < START_PX and self._cues == self._before:
            return
        px_per_s = max(self.width() - GUTTER_PX, 1.0) / self.view.span_s
        time_s = self._start_s + away / px_per_s
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            time_s = self.grid.snapped(time_s, SNAP_PX / px_per_s)
        moved = msgspec.structs.replace(
            self._cues[self._place], time_s=round(min(max(time_s, 0.0), self.view.duration_s), 4)
        )
        cues = in_order((*self._cues[: self._place], moved, *self._cues[self._place + 1 :]))
        self._put(cues, cues.index(moved))
        self.edited.emit(cues)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let it go."""
        before, self._press = self._before, None
        if before is not None:
            if before != self._cues and self._place is not None:
                self._commit(self._cues, "Move a moment", self._cues[self._place])
            self._before = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Mark a moment, or name the one under the hand."""
        if event.button() != Qt.MouseButton.LeftButton or event.position().x() < GUTTER_PX - NEAR_PX:
            return
        self._before = None
        place = self.cue_at(event.position())
        if place is not None:
            self.rename(place)
        elif self.view.duration_s:
            px_per_s = max(self.width() - GUTTER_PX, 1.0) / self.view.span_s
            self.add(self.grid.snapped(self.seconds_at(event.position().x()), SNAP_PX / px_per_s))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done here."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self._place if by_key else self.cue_at(QPointF(event.pos()))
        menu = QMenu(self)
        if place is not None:
            menu.addAction("Name…", lambda: self.rename(place))
            for on in ("beat", "bar"):
                action = menu.addAction(f"Lands on a {on}", lambda on=on: self.lands(place, on))
                action.setCheckable(True)
                action.setChecked(self._cues[place].lands_on == on)
            menu.addSeparator()
            menu.addAction("Remove", lambda: self.remove(place))
        else:
            time_s = self.seconds_at(event.pos().x()) if not by_key else self.playhead_s or 0.0
            menu.addAction("Mark a moment here", lambda: self.add(time_s)).setEnabled(self.view.duration_s > 0)
            menu.addAction("Remove all moments", lambda: self._commit((), "Remove all moments", None)).setEnabled(
                bool(self._cues)
            )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the class."""
        key, place = event.key(), self._place
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        sign = -1 if key == Qt.Key.Key_Left else 1
        if key == Qt.Key.Key_N and not control and self.view.duration_s:
            self.add(self.playhead_s or 0.0)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not control and self._cues:
            start = (-1 if sign > 0 else len(self._cues)) if place is None else place
            self.choose(min(max(start + sign, 0), len(self._cues) - 1))
        elif key == Qt.Key.Key_Escape and self._before is not None:
            before, self._before, self._press = self._before, None, None
            self._put(before, None)
            self.edited.emit(before)
        elif place is None:
            event.ignore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            time_s = min(self.grid.stepped(self._cues[place].time_s, sign), self.view.duration_s)
            self.change(place, "Move a moment", time_s=round(time_s, 4))
        elif key in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.rename(place)
        elif key == Qt.Key.Key_B:
            self.lands(place, "bar" if self._cues[place].lands_on == "beat" else "beat")
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove(place)
        else:
            event.ignore()

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the flags with their names."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.panel)
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.line)
        self.paint_gutter(painter)
        painter.setFont(font("small"))
        painter.setPen(theme.text2)
        painter.drawText(QRectF(12, 0, GUTTER_PX - 16, self.height()), Qt.AlignmentFlag.AlignVCenter, "Moments")
        painter.save()
        painter.setClipRect(QRectF(GUTTER_PX - 1, 0, self.width() - GUTTER_PX + 1, self.height()))
        if not self._cues and self.view.duration_s:
            painter.setPen(theme.text3)
            box = QRectF(GUTTER_PX + 10, 0, self.width() - GUTTER_PX - 20, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, "Double-click where the music should land on a beat")
        for place in range(len(self._cues)):
            self._paint_flag(painter, place)
        painter.restore()
        self.paint_playhead(painter)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 2.0)

    def _paint_flag(self, painter: QPainter, place: int) -> None:
        theme, cue = self.hub.theme, self._cues[place]
        x = self.x_of(cue.time_s)
        chosen = place == self._place
        color = self.hub.accent_text
        painter.fillRect(QRectF(x - 0.75, POLE_TOP, 1.5, self.height()), color)
        painter.setPen(QPen(theme.text if chosen else color, 1.4))
        painter.setBrush(color if chosen or cue.lands_on == "bar" else with_alpha(color, 0.15))
        if cue.lands_on == "bar":
            painter.drawRect(QRectF(x, POLE_TOP, FLAG_PX, 7.5))
        else:
            painter.drawPolygon([QPointF(x, POLE_TOP), QPointF(x + FLAG_PX, POLE_TOP + 4), QPointF(x, POLE_TOP + 8)])
        following = [self.x_of(other.time_s) for other in self._cues[place + 1 : place + 2]]
        room = (following[0] if following else self.width()) - x - FLAG_PX - 10
        name = cue.name or (clock_words(cue.time_s, 0.1) if chosen else "")
        if name and room > 16 and x >= GUTTER_PX - 1:
            painter.setPen(theme.text if chosen else theme.text2)
            text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, round(room))
            box = QRectF(x + FLAG_PX + 5, 0, room + 4, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
