"""Commands as actions, for menus and the sheet of shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from studio.translation import tr

Command = tuple[str, str, Callable[[], object]] | None
"""A title, its keys ("" for none) and what it does; None is a line between groups."""


def build_actions(parent: QObject, commands: Sequence[Command]) -> tuple[QAction, ...]:
    """An action for each command, in their order."""
    made = []
    for command in commands:
        action = QAction(parent)
        if command is None:
            action.setSeparator(True)
        else:
            title, keys, run = command
            action.setText(tr(title))
            if keys:
                action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _checked=False, run=run: run())
        made.append(action)
    return tuple(made)
