"""Small pieces of text that the columns of the panels share."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

MARGIN = 16


def heading(text: str) -> QLabel:
    """A small heading."""
    label = QLabel(text.upper())
    label.setProperty("role", "heading")
    return label


def label_of(text: str, role: str = "muted", *, wraps: bool = False) -> QLabel:
    """A label in one of the roles of the style sheet."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(wraps)
    return label
