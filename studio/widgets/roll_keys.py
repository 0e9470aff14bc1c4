"""The keys of the piano roll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from studio.widgets.roll_view import ZOOM_STEP

if TYPE_CHECKING:
    from studio.widgets.piano_roll import PianoRoll

VELOCITY_STEP = 5
OCTAVE = 12

KEYS: tuple[tuple[str, str], ...] = (
    ("Ctrl+Left, Ctrl+Right", "Choose the note before or after; with Shift several"),
    ("Arrows", "Move the chosen notes by a grid step or a semitone; with Alt in small steps"),
    ("Shift+Up, Shift+Down", "Move the chosen notes by an octave"),
    ("Shift+Left, Shift+Right", "Make the chosen notes shorter or longer"),
    ("Ctrl+Up, Ctrl+Down", "Make the chosen notes louder or softer"),
    ("N", "Add a note at the playhead"),
    ("P", "Take the pencil, or lay it down"),
    ("Q", "Quantise the chosen notes, or all"),
    ("Ctrl+D", "Repeat the chosen notes after themselves"),
    ("Ctrl+C, Ctrl+X, Ctrl+V", "Copy, cut, paste at the playhead"),
    ("Delete", "Delete the chosen notes"),
    ("B", "Choose the bar at the playhead; with Shift up to it"),
    ("K", "Keep the chosen bars as they are, or no longer"),
    ("F, +, −", "Fit, zoom in, zoom out; with Shift in pitch"),
)
"""What the sheet of shortcuts shows of them."""

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_TAKEN = frozenset(
    {Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_V, Qt.Key.Key_D, Qt.Key.Key_Up, Qt.Key.Key_Down,
     Qt.Key.Key_Left, Qt.Key.Key_Right}
)  # fmt: skip


def takes(roll: PianoRoll, event: QKeyEvent) -> bool:
    """Whether the roll needs a key that may be a shortcut of the window too."""
    key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key not in _TAKEN or modifiers not in (_CTRL, _CTRL | _SHIFT):
        return False
    if modifiers & _SHIFT and key not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
        return False  # with Shift the letters belong to the window
    return key != Qt.Key.Key_D or len(roll.editor.selection) > 0


def press(roll: PianoRoll, event: QKeyEvent) -> bool:
    """Do what a key says; False leaves it to the window."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if modifiers & _CTRL:
        return takes(roll, event) and _with_ctrl(roll, key, extend=bool(modifiers & _SHIFT))
    return _edit(roll, key, modifiers) or _look(roll, key, event)


def _with_ctrl(roll: PianoRoll, key: Qt.Key, *, extend: bool) -> bool:
    editor = roll.editor
    match key:
        case Qt.Key.Key_A:
            editor.select_all()
        case Qt.Key.Key_C:
            editor.copy()
        case Qt.Key.Key_X:
            editor.cut()
        case Qt.Key.Key_V:
            editor.paste(roll.playhead_tick or 0.0)
        case Qt.Key.Key_D:
            return editor.duplicate()
        case Qt.Key.Key_Up | Qt.Key.Key_Down:
            editor.change_velocity(VELOCITY_STEP if key == Qt.Key.Key_Up else -VELOCITY_STEP)
        case Qt.Key.Key_Left | Qt.Key.Key_Right:
            editor.select_next(1 if key == Qt.Key.Key_Right else -1, extend=extend)
            roll.show_selection()
        case _:
            return False
    return True


def _edit(roll: PianoRoll, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
    editor = roll.editor
    shift, free = bool(modifiers & _SHIFT), bool(modifiers & _ALT)
    sign = 1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Up) else -1
    match key:
        case Qt.Key.Key_Left | Qt.Key.Key_Right if len(editor.selection):
            done = editor.lengthen(sign, free=free) if shift else editor.nudge(sign, 0, free=free)
            roll.show_selection()
            return done or not editor.editable
        case Qt.Key.Key_Up | Qt.Key.Key_Down if len(editor.selection):
            if shift:
                editor.transpose(sign * OCTAVE)
            else:
                editor.nudge(0, sign)
            roll.show_selection()
            return True
        case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
            return editor.delete()
        case Qt.Key.Key_Q:
            return editor.quantise()
        case Qt.Key.Key_P:
            editor.set_tool(pencil=not editor.pencil)
            return True
        case Qt.Key.Key_N:
            return roll.add_at_playhead()
        case Qt.Key.Key_B:
            return roll.choose_bar_at_playhead(extend=shift)
        case Qt.Key.Key_K:
            return roll.toggle_lock()
        case Qt.Key.Key_Escape:
            return roll.clear_one()
        case _:
            return False


def _look(roll: PianoRoll, key: Qt.Key, event: QKeyEvent) -> bool:
    across, down = roll.horizontalScrollBar(), roll.verticalScrollBar()
    shift = bool(event.modifiers() & _SHIFT)
    zoom = roll.zoom_pitch if shift and event.text() not in "+*" else roll.zoom_time
    match key:
        case Qt.Key.Key_F:
            roll.fit()
        case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
            zoom(ZOOM_STEP)
        case Qt.Key.Key_Minus | Qt.Key.Key_Underscore:
            zoom(1 / ZOOM_STEP)
        case Qt.Key.Key_Left | Qt.Key.Key_Right:
            sign = 1 if key == Qt.Key.Key_Right else -1
            across.setValue(across.value() + sign * across.singleStep())
        case Qt.Key.Key_Up | Qt.Key.Key_Down:
            sign = 1 if key == Qt.Key.Key_Down else -1
            down.setValue(down.value() + sign * down.singleStep())
        case Qt.Key.Key_Home | Qt.Key.Key_End:
            at_end = key == Qt.Key.Key_End
            across.setValue(across.maximum() if at_end else 0)
            if roll.score is not None:
                roll.seekRequested.emit(roll.score.duration_s if at_end else 0.0)
        case _:
            return False
    return True
