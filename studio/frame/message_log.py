"""All messages of this session, for those that went by too fast."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from studio.panel import Level, Message
from studio.translation import mark, tr

MOST = 1000
LEVEL_WORDS = {Level.INFO: mark("Message"), Level.WARNING: mark("Warning"), Level.ERROR: mark("Error")}


def _now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True)
class Said:
    """A message and when it was said, in local time; `times` is how often, where it came several times in a row."""

    when: datetime
    level: Level
    text: str
    times: int = 1

    def line(self) -> str:
        """It in one line, for a text."""
        often = f" (×{self.times})" if self.times > 1 else ""
        return f"{self.when:%H:%M:%S}  {tr(LEVEL_WORDS[self.level])}: {self.text}{often}"


class MessageLog(QObject):
    """Keeps the last `MOST` messages; `changed` when there is one more."""

    changed = Signal()

    def __init__(self, now: Callable[[], datetime] = _now, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._said: deque[Said] = deque(maxlen=MOST)

    @property
    def said(self) -> tuple[Said, ...]:
        """All of them, the oldest first."""
        return tuple(self._said)

    def note(self, message: Message) -> None:
        """Keep a message; the same one again is counted."""
        last = self._said[-1] if self._said else None
        if last is not None and (last.text, last.level) == (message.text, message.level):
            self._said[-1] = Said(self._now(), last.level, last.text, last.times + 1)
        else:
            self._said.append(Said(self._now(), message.level, message.text))
        self.changed.emit()

    def text(self) -> str:
        """All as lines of text, the oldest first."""
        return "\n".join(said.line() for said in self._said)
