"""Keys that judge pictures, the same in the grid and in the trays."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

MORE, LESS, UNSURE, ORDER, NOTHING = "more", "less", "unsure", "order", ""
"""Where a picture can be put: on a tray, into the order, or back."""

_PLACES = {
    Qt.Key.Key_M: MORE,
    Qt.Key.Key_L: LESS,
    Qt.Key.Key_N: UNSURE,
    Qt.Key.Key_Return: ORDER,
    Qt.Key.Key_Enter: ORDER,
    Qt.Key.Key_Delete: NOTHING,
    Qt.Key.Key_Backspace: NOTHING,
}


def _is_plain(event: QKeyEvent) -> bool:
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def place_of(event: QKeyEvent) -> str | None:
    """Where a key puts the chosen pictures, None for another key."""
    return _PLACES.get(Qt.Key(event.key())) if _is_plain(event) else None


def stars_of(event: QKeyEvent) -> int | None:
    """How many stars a key gives (0 takes them away), None for another key."""
    count = event.key() - Qt.Key.Key_0
    return count if _is_plain(event) and 0 <= count <= 5 else None


def takes_over(event: QEvent) -> bool:
    """Whether a key that is a shortcut elsewhere judges pictures here: then the event is accepted."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if place_of(event) is None and stars_of(event) is None:
        return False
    event.accept()
    return True
