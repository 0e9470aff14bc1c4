"""What a screen reader and a keyboard find in a window: everything that lacks a name, a value or a way there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenuBar,
    QProgressBar,
    QScrollBar,
    QSplitterHandle,
    QTabBar,
    QWidget,
)

from studio.surface import Surface
from studio.widgets.theme import Canvas

Tab, Name, Description, Value = (
    Qt.FocusPolicy.TabFocus, QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value,
)  # fmt: skip
VALUED = (QComboBox, QTabBar, QLineEdit, QAbstractSpinBox, QAbstractSlider, QAbstractItemView, QProgressBar)
QUIET = (Surface,)
"""Canvases that only divide and colour: they tell nothing."""


def words_of(widget: QWidget, what: QAccessible.Text) -> str:
    """What a screen reader reads out."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(what).strip() if found is not None else ""


def in_sight(root: QWidget) -> list[QWidget]:
    """The widgets of `root` that are seen, without the inner parts of Qt's own."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        inner = widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar | QSplitterHandle | QMenuBar)
        parent = widget.parentWidget()
        inner = inner or isinstance(parent, QComboBox | QLineEdit | QTabBar | QMenuBar)
        if isinstance(parent, QAbstractScrollArea) and widget is parent.viewport():
            inner = True
        has_room = widget.width() > 0 and widget.height() > 0
        if widget.window() is root.window() and widget.isVisibleTo(root) and has_room and not inner:
            found.append(widget)
    return found


def takes_tab(widget: QWidget) -> bool:
    """Whether the Tab key stops here."""
    return bool(widget.focusPolicy() & Tab) and widget.isEnabled() and widget.focusProxy() is None


def called(widget: QWidget) -> str:
    """A widget as a test names it: its class, and the classes around it."""
    parts = [type(widget).__name__ + (f"“{words_of(widget, Name)}”" if words_of(widget, Name) else "")]
    parent = widget.parentWidget()
    while parent is not None and len(parts) < 4:
        parts.append(type(parent).__name__)
        parent = parent.parentWidget()
    return " in ".join(parts)


def is_named(widget: QWidget) -> bool:
    """Whether it has a name of its own: what stands in a field, a list or the tab in front is its value, no name."""
    if not isinstance(widget, VALUED):
        return bool(words_of(widget, Name))
    buddies = (label for label in widget.window().findChildren(QLabel) if label.buddy() is widget)
    return bool(widget.accessibleName()) or any(label.text() for label in buddies)


def troubles(root: QWidget) -> list[str]:
    """What is missing, a line for each widget."""
    found = []
    for widget in in_sight(root):
        name = words_of(widget, Name)
        takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
        scrolls = isinstance(widget, QAbstractScrollArea) and not isinstance(widget, QAbstractItemView)
        nothing = isinstance(widget, QLabel) and not takes_tab(widget) and not widget.text()  # no words, no way there
        if takes_focus and not scrolls and not nothing and not is_named(widget):
            found.append(f"no name: {called(widget)}")
        if isinstance(widget, QAbstractButton):
            if not (widget.focusPolicy() & Tab) and widget.focusProxy() is None:
                found.append(f"no key leads to the button: {called(widget)}")
            if not any(letter.isalpha() for letter in name):
                found.append(f"a sign is no name: {called(widget)}")
        if isinstance(widget, Canvas) and not isinstance(widget, QUIET):
            if not name:
                found.append(f"painted without a name: {called(widget)}")
            elif takes_focus and not words_of(widget, Description) + words_of(widget, Value):
                found.append(f"painted without a value or description: {called(widget)}")
    return found


def missed_by_tab(root: QWidget) -> list[str]:
    """What the Tab key does not come to, going round once from where it is."""
    wanted = {widget for widget in in_sight(root) if takes_tab(widget)}
    come_to: set[QWidget] = set()
    window = root.window()
    for _ in range(2 * len(wanted) + 20):
        window.focusNextPrevChild(True)
        now = window.focusWidget()
        if now is None or now in come_to:
            break
        come_to.add(now)
    groups = {widget.group() for widget in come_to if isinstance(widget, QAbstractButton) and widget.group()}
    return [
        called(widget)
        for widget in wanted - come_to
        # arrows lead on within a group of which one is chosen
        if not (isinstance(widget, QAbstractButton) and widget.group() in groups and widget.group().exclusive())
    ]
