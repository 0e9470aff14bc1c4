"""The hand of a test that carries something over a window: the events that Qt makes of a drag."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from window_hands import Studio

COPY, LEFT, NO_KEYS = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def over(studio: Studio, key: str) -> QPoint:
    """A place over the tab of a panel."""
    window = studio.window
    place = next(place for place, panel in enumerate(window.panels) if panel.key == key)
    tabs = window.top.tabs
    return tabs.mapTo(window, tabs.tabRect(place).center())


def hover(studio: Studio, mime: QMimeData, place: QPoint) -> tuple[str, bool]:
    """Carry something there: what the window says, and whether it would take it."""
    window = studio.window
    window.dragEnterEvent(QDragEnterEvent(place, COPY, mime, LEFT, NO_KEYS))
    event = QDragMoveEvent(place, COPY, mime, LEFT, NO_KEYS)
    window.dragMoveEvent(event)
    hint = window.dropping.hint
    said = hint.text if hint.isVisibleTo(window) else ""
    assert hint.is_taken == event.isAccepted() or not said
    return said, event.isAccepted()


def drop(studio: Studio, mime: QMimeData, place: QPoint) -> None:
    """Carry something there and let it go."""
    if hover(studio, mime, place)[1]:
        studio.window.dropEvent(QDropEvent(QPointF(place), COPY, mime, LEFT, NO_KEYS))
    else:
        studio.window.dragLeaveEvent(QDragLeaveEvent())
    assert not studio.window.dropping.hint.isVisibleTo(studio.window)
