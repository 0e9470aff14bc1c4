"""The piano roll: a score over bars and keys, with the playhead, to look at and to edit."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from generators.artifacts import Score
from studio.widgets import roll_keys
from studio.widgets.note_editor import NoteEditor, same_notes
from studio.widgets.note_layer import NoteTable, thumbnail
from studio.widgets.roll_ground import KEYBOARD_PX, RULER_PX
from studio.widgets.roll_hands import RollHands
from studio.widgets.roll_marks import bars_words
from studio.widgets.roll_painting import RollPainting
from studio.widgets.roll_view import ZOOM_STEP
from studio.widgets.roll_words import words_at
from studio.widgets.theme import ThemeHub, shows_focus

PLAYHEAD_ROOM_PX = 8
SHOW_ROOM_PX = 24


class PianoRoll(RollPainting):
    """A score over time (rightwards) and pitch (upwards).

    A click on nothing seeks (`seekRequested`, in seconds); a drag draws a rubber band, a double-click adds a note.
    Notes are moved by their middle and resized by their ends, with Ctrl their velocity is dragged. In the ruler a click
    seeks, a drag on the playhead scrubs, and any other drag chooses bars: `barsSelected` with the first bar and the one
    after the last, counted from 0, (-1, -1) for none. The middle button pans. Wheel: scroll; with Ctrl zoom in time,
    with Ctrl and Shift in pitch. `hovered` says what lies under the pointer, "" for nothing. `lockedBarsEdited` carries
    all bars that are locked, in order. Keys: see `roll_keys`.

    Edits are told by `editor.edited`.
    """

    seekRequested = Signal(float)
    hovered = Signal(str)
    barsSelected = Signal(int, int)
    lockedBarsEdited = Signal(object)
    menuRequested = Signal(QPoint)
    playheadMoved = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, NoteEditor(), parent)
        self.editor.setParent(self)
        self._hover_text = ""
        self._hands = RollHands(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(240, 140)
        self.setAccessibleName("Piano roll")
        self.editor.changed.connect(self._edited)
        self.editor.selectionChanged.connect(self._selected)
        self._describe()

    # -- what is shown -----------------------------------------------------------------------------------------------

    @property
    def table(self) -> NoteTable | None:
        """The notes as they are drawn."""
        return self._table

    @property
    def selected_bars(self) -> tuple[int, int] | None:
        """The chosen bars: the first and the one after the last, counted from 0."""
        return self._chosen_bars

    def set_score(self, score: Score | None, *, keep_view: bool = False) -> None:
        """Show `score`, fitted, or the empty place; with `keep_view` it is another state of the score before.

        What is chosen and where one looks stays then, as far as it is still there.
        """
        if score is self.editor.score:
            return
        keep_view = keep_view and score is not None and self.editor.score is not None
        if not (keep_view and same_notes(score, self.editor.score)):
            self._hands.cancel()
        if not keep_view:
            self._sounding = ()
            self._fit_next = True
            self._locked_bars = frozenset()
            self.choose_bars(None)
        self.editor.load(score, keep=keep_view)
        if self._table is not None and score is not None and self._table.score is not self.editor.shown:
            self._edited()  # the same notes in another object

    def set_empty_text(self, text: str) -> None:
        """The sentence of the empty place."""
        self._empty_text = text
        self._describe()
        self.viewport().update()

    def set_locked_bars(self, bars: Iterable[int]) -> None:
        """Mark these bars, counted from 0, as locked."""
        self._locked_bars = frozenset(bars)
        self.viewport().update()

    @property
    def locked_bars(self) -> tuple[int, ...]:
        """The bars that are locked, in order."""
        return tuple(sorted(self._locked_bars))

    def toggle_lock(self) -> bool:
        """Lock the chosen bars, or unlock them where all of them are; False where none are chosen."""
        if self._chosen_bars is None:
            return False
        chosen = frozenset(range(*self._chosen_bars))
        locked = self._locked_bars - chosen if chosen <= self._locked_bars else self._locked_bars | chosen
        self.set_locked_bars(locked)
        self.lockedBarsEdited.emit(self.locked_bars)
        return True

    def set_bars_caption(self, caption: str) -> None:
        """What will happen to the chosen bars; "{bars}" stands for their names."""
        self._caption = caption
        self.viewport().update()

    def choose_bars(self, bars: tuple[int, int] | None, *, done: bool = True) -> None:
        """Choose bars, or none; `done` says that the hand has come to rest, and tells the world."""
        if bars is not None and not 0 <= bars[0] < bars[1] <= len(self._bars) - 1:
            bars = None
        if bars != self._chosen_bars:
            self._chosen_bars = bars
            self.viewport().update()
            self._describe()
        if done and bars != self._told_bars:
            self._told_bars = bars
            self.barsSelected.emit(*(bars or (-1, -1)))

    def _edited(self) -> None:
        """Another score, or another preview of one, is to be drawn."""
        shown = self.editor.shown
        if self.editor.is_previewing:
            self._preview_table = NoteTable(shown, self.editor.hidden) if shown is not None else None
        else:
            self._preview_table = None
            self._layer = None
            self._load(shown, self.editor.hidden, keep_view=not self._fit_next)
            self._fit_next = False
            if self._chosen_bars is not None and self._chosen_bars[1] > len(self._bars) - 1:
                self.choose_bars(None)
            self._describe()
        self.viewport().update()

    def _selected(self) -> None:
        self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        score = self.editor.score
        text = self._empty_text
        if score is not None:
            text = f"{score.note_count:,} notes in {max(len(self._bars) - 1, 0):,} bars, {self.editor.describe()}"
            if self._chosen_bars is not None:
                text += f", {bars_words(self._chosen_bars)} chosen"
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            if self.hasFocus():
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    # -- the playhead ------------------------------------------------------------------------------------------------

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead, or take it away; the view turns the page when the playhead leaves it."""
        if seconds == self._playhead_s:
            return
        before = self.playhead_x()
        self._playhead_s = seconds
        self.playheadMoved.emit(seconds)
        table, after = self._table, self.playhead_x()
        if table is None:
            return
        tick = self.playhead_tick
        sounding = tuple(table.sounding(tick).tolist()) if tick is not None else ()
        turned = self._hands.gesture is None and self._follow(before, after)
        if turned:
            self._sounding = sounding
            self.viewport().update()
            return
        if sounding != self._sounding:
            changed = sorted(set(sounding) ^ set(self._sounding))
            self._sounding = sounding
            self.update_notes(changed)
        for x in (before, after):
            if x is not None:
                left = round(x) - PLAYHEAD_ROOM_PX
                self.viewport().update(left, 0, PLAYHEAD_ROOM_PX * 2, self.viewport().height())

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

    def seek_to(self, x: float) -> None:
        """Ask for the playhead to go to a place on the screen."""
        if self._table is not None:
            tick = min(max(self.view().tick(x), 0.0), float(self._bars[-1]))
            self.seekRequested.emit(float(self._table.score.seconds_at(tick)))

    # -- commands that need the view ---------------------------------------------------------------------------------

    def add_at_playhead(self) -> bool:
        """Add a note at the playhead, at the pitch last chosen, else in the middle of the view."""
        score, rows = self.editor.score, self.editor.selection
        if score is None:
            return False
        if len(rows):
            pitch = int(score.pitch[rows[-1]])
        else:
            pitch = min(max(self.view().pitch((RULER_PX + self.viewport().height()) / 2), 0), 127)
        done = self.editor.add(self.playhead_tick or 0.0, pitch)
        if done and len(self.editor.selection):
            self.editor.touch(int(self.editor.selection[0]))
            self.show_selection()
        return done

    def choose_bar_at_playhead(self, *, extend: bool = False) -> bool:
        """Choose the bar at the playhead, or all up to it."""
        if self._table is None:
            return False
        bar = int(np.searchsorted(self._bars, self.playhead_tick or 0.0, side="right")) - 1
        bar = min(max(bar, 0), len(self._bars) - 2)
        chosen = self._chosen_bars if extend else None
        first, end = (bar, bar + 1) if chosen is None else (min(chosen[0], bar), max(chosen[1], bar + 1))
        self.choose_bars((first, end))
        return True

    def clear_one(self) -> bool:
        """Escape: end the gesture, else choose no notes, else no bars; False where there was nothing."""
        if self._hands.cancel():
            return True
        if len(self.editor.selection):
            self.editor.select([])
            return True
        if self._chosen_bars is not None:
            self.choose_bars(None)
            return True
        return False

    def show_selection(self) -> None:
        """Scroll so that the selected notes are in sight, the first of them where there are too many."""
        score, rows = self.editor.score, self.editor.selection
        if score is None or not len(rows):
            return
        view, viewport = self.view(), self.viewport()
        x, y = view.x(float(score.start[rows].min())), view.y(float(score.pitch[rows].max()))
        for bar, place, low, high in (
            (self.horizontalScrollBar(), x, KEYBOARD_PX, viewport.width() - SHOW_ROOM_PX),
            (self.verticalScrollBar(), y, RULER_PX, viewport.height() - SHOW_ROOM_PX),
        ):
            if place < low:
                bar.setValue(round(bar.value() + place - low - SHOW_ROOM_PX))
            elif place > high:
                bar.setValue(round(bar.value() + place - high + SHOW_ROOM_PX))

    # -- the hand ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what the hand does."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            event.ignore()
        elif self._table is not None:
            self._hands.press(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On nothing a note is added, one that is there is deleted."""
        if event.button() != Qt.MouseButton.LeftButton or self._table is None:
            return
        position = event.position()
        if position.y() < RULER_PX or position.x() < KEYBOARD_PX or not self.editor.editable:
            self._hands.press(event)
            return
        hit = self._hands.note_at(position)
        if hit is None:
            self._hands.draw(position, event.modifiers())
        else:
            self.editor.select([hit[0]])
            self.editor.delete()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or say what lies under the pointer."""
        if self._hands.gesture is not None:
            self._hands.move(event)
        elif self._table is not None:
            self._say(*words_at(self._table, self.view(), self._bars, event.position()))
            self.viewport().setCursor(self._hands.cursor(event.position(), event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._hands.release(event)
        if self._table is not None:
            self.viewport().setCursor(self._hands.cursor(event.position(), event.modifiers()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, with the note under the pointer chosen."""
        if self._table is None:
            return
        hit = self._hands.note_at(QPointF(event.pos()))
        if hit is not None and hit[0] not in self.editor.selection:
            self.editor.select([hit[0]])
        self.menuRequested.emit(event.globalPos())

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

    def event(self, event: QEvent) -> bool:
        """Keep the keys of editing from the shortcuts of the window while the roll has the keyboard."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and roll_keys.takes(self, event)
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of `roll_keys`; all others go to the window."""
        if not roll_keys.press(self, event):
            event.ignore()

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


__all__ = ["PianoRoll", "thumbnail"]
