"""View, Messages: all that was said since the window was opened."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.frame.message_log import LEVEL_WORDS, MessageLog, Said
from studio.frame.sheet import Sheet
from studio.panel import Level
from studio.translation import tr, trn
from studio.widgets.headings import label_of
from studio.widgets.icons import paint_icon
from studio.widgets.theme import Canvas, ThemeHub, font


class _Sign(Canvas):
    def __init__(self, hub: ThemeHub, level: Level) -> None:
        super().__init__(hub)
        self._level = level
        self.setFixedSize(16, 18)
        self.setAccessibleName(tr(LEVEL_WORDS[level]))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self.hub.theme
        colour = {Level.WARNING: theme.warning, Level.ERROR: theme.error}.get(self._level, theme.text2)
        painter = QPainter(self)
        paint_icon(painter, self._level.value, QRectF(0, 1, 16, 16), colour)


class MessageSheet(Sheet):
    """Newest first; it follows while it is open."""

    def __init__(self, hub: ThemeHub, log: MessageLog, parent: QWidget) -> None:
        super().__init__(tr("Messages of this session"), parent)
        self._hub, self._log = hub, log
        self.line = self.add_search(tr("Search messages"))
        self.line.textChanged.connect(lambda _text: self._show())
        self.count = label_of("", "faint")
        self.rows.addWidget(self.count)
        inside = QWidget()
        self.list = QVBoxLayout(inside)
        self.list.setContentsMargins(0, 0, 8, 0)
        self.list.setSpacing(10)
        self.add_scrolled(inside)
        self.copy = QPushButton(tr("Copy as text"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(log.text()))
        self.finish(self.copy)
        self.fit(640, 480)
        log.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        while (item := self.list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        wanted = self.line.text().casefold().split()
        found = [said for said in self._log.said if all(word in said.text.casefold() for word in wanted)]
        for said in reversed(found):
            self.list.addWidget(self._row(said))
        self.list.addStretch(1)
        self.copy.setEnabled(bool(self._log.said))
        if not self._log.said:
            self.count.setText(tr("Nothing was said yet. What the window tells you is kept here until it is closed."))
        else:
            self.count.setText(trn("{count} message", "{count} messages", len(found)))

    def _row(self, said: Said) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        when = label_of(f"{said.when:%H:%M:%S}", "faint")
        when.setFont(font("small figures"))
        text = QLabel(said.text + (f"  ×{said.times}" if said.times > 1 else ""))
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        text.setAccessibleName(said.line())
        for part in (_Sign(self._hub, said.level), when):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(text, 1)
        return row
