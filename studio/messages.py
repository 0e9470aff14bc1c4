"""Messages on their way to whoever shows them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from generators.errors import AffectStudioError
from studio.panel import Level, Message


class Messages(QObject):
    """Carries messages from any thread; those that come before there is a window wait for it."""

    said = Signal(object)
    withdrawn = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._early: list[Message] | None = []

    def show_by(self, show: Callable[[Message], object]) -> None:
        """Let `show` show them from now on, and those that came before."""
        early, self._early = self._early or [], None
        self.said.connect(show)
        for message in early:
            show(message)

    def say(self, message: Message) -> None:
        """Show a message."""
        if self._early is None:
            self.said.emit(message)
        else:
            self._early.append(message)

    def withdraw(self, key: str) -> None:
        """Take the message with this key away: its cause is gone."""
        if self._early is not None:
            self._early = [message for message in self._early if message.key != key]
        self.withdrawn.emit(key)

    def tell(self, error: AffectStudioError) -> None:
        """Show what went wrong."""
        self.say(Message(error.message, Level.ERROR))
