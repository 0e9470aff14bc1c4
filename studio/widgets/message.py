"""Messages that wait beside the work, never over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from studio.translation import tr
from studio.widgets.colour import mix
from studio.widgets.icons import IconButton, paint_icon
from studio.widgets.theme import Canvas, ThemeHub, font

INFO_MS = 8_000
INFO_WITH_ACTION_MS = 20_000
KEPT_MESSAGES = 8  # of more than these nobody reads the oldest


@dataclass(frozen=True)
class Message:
    """A sentence with its level ("info", "warning" or "error") and what can be done about it."""

    text: str
    level: str = "info"
    action_text: str = ""
    action: Callable[[], None] | None = None
    key: str = ""
    lasting: bool = False


class MessageStrip(Canvas):
    """One message at a time in a strip of its own height; it takes no room while there is none.

    Warnings and errors stay until they are dismissed; information goes after some seconds, unless it is lasting.
    A message with the `key` of one that waits takes its place. `dismissed` carries the key.
    """

    dismissed = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._messages: list[Message] = []
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._count = QLabel()
        self._count.setFont(font("small figures"))
        self._count.setProperty("role", "faint")
        self._action = QPushButton()
        self._close = IconButton(hub, "close", tr("Dismiss this message"), flat=True, width=26, height=26)
        for button in (self._action, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it was
        row = QHBoxLayout(self)
        row.setContentsMargins(42, 5, 8, 5)
        row.setSpacing(12)
        row.addWidget(self._text, 1)
        row.addWidget(self._count)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._action.clicked.connect(self._act)
        self._close.clicked.connect(self.dismiss)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.hide()

    @property
    def current(self) -> Message | None:
        """The message shown."""
        return self._messages[-1] if self._messages else None

    def show_message(
        self,
        text: str,
        level: str = "info",
        action_text: str = "",
        action: Callable[[], None] | None = None,
        key: str = "",
        *,
        lasting: bool = False,
    ) -> None:
        """Show a message; those before it wait below."""
        message = Message(text, level, action_text, action, key, lasting)
        self._messages = [
            waiting for waiting in self._messages if not (key and waiting.key == key) and waiting.text != text
        ]
        self._messages.append(message)
        while len(self._messages) > KEPT_MESSAGES:  # what would have gone by itself goes first
            passing = (waiting for waiting in self._messages if waiting.level == "info" and not waiting.lasting)
            self._messages.remove(next(passing, self._messages[0]))
        self._present()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        said = QAccessibleAnnouncementEvent(self, f"{self.accessibleName()}: {text}")
        urgent = level == "error"
        polite, now = QAccessible.AnnouncementPoliteness.Polite, QAccessible.AnnouncementPoliteness.Assertive
        said.setPoliteness(now if urgent else polite)
        QAccessible.updateAccessibility(said)

    def dismiss(self) -> None:
        """Put the message shown away; the one before it comes back."""
        if self._messages:
            gone = self._messages.pop()
            self._present()
            self.dismissed.emit(gone.key)

    def withdraw(self, key: str) -> None:
        """Take the message with this key away: its cause is gone."""
        self._messages = [message for message in self._messages if message.key != key]
        self._present()

    def _act(self) -> None:
        message = self.current
        if message is not None:
            self.dismiss()
            if message.action is not None:
                message.action()

    def _present(self) -> None:
        message = self.current
        self._timer.stop()
        if message is None:
            self.hide()
            return
        self._text.setText(message.text)
        self._action.setText(message.action_text)
        self._action.setVisible(bool(message.action_text))
        waiting = len(self._messages)
        self._count.setText(tr("1 of {count}").format(count=waiting))
        self._count.setVisible(waiting > 1)
        self.setAccessibleName({"info": tr("Message"), "warning": tr("Warning"), "error": tr("Error")}[message.level])
        self.setAccessibleDescription(message.text)
        if message.level == "info" and not message.lasting:
            self._timer.start(INFO_WITH_ACTION_MS if message.action_text else INFO_MS)
        self.show()
        self.update()

    def _color(self) -> QColor:
        theme, message = self.hub.theme, self.current
        level = message.level if message else "info"
        return {"warning": theme.warning, "error": theme.error}.get(level, theme.text2)  # the accent may be red

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground, an edge in the colour of the level, and its sign."""
        theme, color = self.hub.theme, self._color()
        painter = QPainter(self)
        painter.fillRect(self.rect(), mix(theme.raised if theme.is_dark else theme.panel, color, 0.10))
        painter.fillRect(QRectF(0, 0, 3, self.height()), color)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.line)
        name = self.current.level if self.current else "info"
        paint_icon(painter, name, QRectF(15, self.height() / 2 - 8, 16, 16), color)
