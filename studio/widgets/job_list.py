"""What runs now: the jobs with their progress and a way to cancel each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.translation import tr, trn
from studio.widgets.icons import IconButton
from studio.widgets.memory_bar import DeviceMemory, MemoryBar, ModelMemory
from studio.widgets.theme import Canvas, ThemeHub, font

NOTE_PX = 220
BAR_PX = 440


@dataclass(frozen=True)
class JobRow:
    """One job: `fraction` is how much is done (0..1), None if nobody knows.

    `state` is "queued", "running", "cancelling", or "stuck" where a cancel has not helped.
    """

    id: str
    title: str
    fraction: float | None = None
    note: str = ""
    state: str = "running"

    @property
    def words(self) -> str:
        """What it is and how far it is, in one line."""
        note = {"queued": tr("waiting"), "cancelling": tr("stopping …"), "stuck": tr("stopping …")}.get(
            self.state, self.note
        )
        return f"{self.title} · {note}" if note else self.title


class ThinProgress(Canvas):
    """A bar of 4 px; without a fraction it is hatched and still."""

    def __init__(self, hub: ThemeHub, width: int = 140, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._fraction: float | None = 0.0
        self.setFixedSize(width, 12)
        self.setAccessibleName(tr("Progress"))

    def set_fraction(self, fraction: float | None) -> None:
        """Show how much is done, 0..1, or that nobody knows."""
        if fraction != self._fraction:
            self._fraction = fraction
            self.setAccessibleDescription("" if fraction is None else f"{fraction:.0%}")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint groove and fill."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(0, self.height() / 2 - 2, self.width(), 4)
        painter.setBrush(self.hub.theme.control)
        painter.drawRoundedRect(groove, 2, 2)
        painter.setBrush(self.hub.accent_mark)
        if self._fraction is None:
            for x in range(0, self.width(), 10):
                painter.drawRect(QRectF(x, groove.top() + 1, 5, 2))
            return
        width = groove.width() * min(max(self._fraction, 0.0), 1.0)
        if width > 0:
            painter.drawRoundedRect(QRectF(groove.left(), groove.top(), max(width, 4.0), 4), 2, 2)


class _JobLine(QWidget):
    """Label, bar and cancel of one job."""

    def __init__(self, hub: ThemeHub, cancel: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = ""
        self._label = QLabel()
        self._label.setFont(font("small figures"))
        self._label.setProperty("role", "muted")
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._bar = ThinProgress(hub)
        self._cancel = IconButton(hub, "close", tr("Cancel"), flat=True, width=22, height=22)
        self._cancel.clicked.connect(lambda: cancel(self._id))
        self._stop = QPushButton(tr("Stop now"))
        self._stop.setFont(font("small figures"))
        self._stop.setStyleSheet("QPushButton { min-height: 18px; padding: 0 8px; }")
        self._stop.setToolTip(
            tr("It does not end by itself: stop the engine with it. The engine starts again at once.")
        )
        self._stop.clicked.connect(lambda: cancel(self._id))
        self._stop.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label)
        row.addWidget(self._bar)
        row.addWidget(self._cancel)
        row.addWidget(self._stop)

    def set_row(self, row: JobRow, width: int) -> None:
        self._id = row.id
        shown = self._label.fontMetrics().elidedText(row.words, Qt.TextElideMode.ElideRight, width)
        self._label.setText(shown)
        self._label.setToolTip(row.words)
        self._bar.set_fraction(0.0 if row.state == "queued" else row.fraction)
        self._cancel.setEnabled(row.state != "cancelling")
        stuck = row.state == "stuck"
        self._bar.setVisible(not stuck)
        self._cancel.setVisible(not stuck)
        self._stop.setVisible(stuck)
        self._stop.setAccessibleName(tr("Stop {job} now").format(job=row.title))
        self._cancel.set_label(tr("Cancel {job}").format(job=row.title))


class JobBar(QWidget):
    """For the status bar: the first job with its progress and cancel, and a list of all in a popup.

    `cancelRequested` carries the id of a job.
    """

    cancelRequested = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._rows: tuple[JobRow, ...] = ()
        self._first = _JobLine(hub, self.cancelRequested.emit, self)
        self._more = QPushButton()
        self._more.setProperty("flat", True)
        self._more.setFont(font("small figures"))
        self._more.setStyleSheet("QPushButton { min-height: 18px; padding: 0 8px; }")
        self._more.setToolTip(tr("Show all jobs"))
        self._more.clicked.connect(self._toggle_popup)
        self._popup = QFrame(self, Qt.WindowType.Popup)
        self._popup.setProperty("surface", "popup")
        self._popup.setAccessibleName(tr("Jobs"))
        self._lines: list[_JobLine] = []
        self._popup_layout = QVBoxLayout(self._popup)
        self._popup_layout.setContentsMargins(12, 8, 8, 8)
        self._popup_layout.setSpacing(4)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._more)
        row.addWidget(self._first)
        self.setAccessibleName(tr("Jobs"))
        self.set_rows(())

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """The jobs shown."""
        return self._rows

    def set_rows(self, rows: Sequence[JobRow]) -> None:
        """Show these jobs; those that run come first."""
        self._rows = tuple(sorted(rows, key=lambda row: row.state == "queued"))
        self._first.setVisible(bool(self._rows))
        self._more.setVisible(len(self._rows) > 1)
        self.setAccessibleDescription(", ".join(row.words for row in self._rows) or tr("nothing runs"))
        if self._rows:
            self._first.set_row(self._rows[0], NOTE_PX)
            self._more.setText(trn("{count} job", "{count} jobs", len(self._rows)))
        self.updateGeometry()
        if self._popup.isVisible():
            self._fill_popup()

    def show_all(self) -> None:
        """Open the popup above the bar."""
        self._fill_popup()
        self._popup.adjustSize()
        corner = self.mapToGlobal(QPoint(self.width() - self._popup.width(), -self._popup.height() - 6))
        self._popup.move(corner)
        self._popup.show()

    def _toggle_popup(self) -> None:
        if self._popup.isVisible():
            self._popup.hide()
        else:
            self.show_all()

    def _fill_popup(self) -> None:
        while len(self._lines) < len(self._rows):
            line = _JobLine(self._hub, self.cancelRequested.emit, self._popup)
            line.setMinimumWidth(420)
            self._popup_layout.addWidget(line)
            self._lines.append(line)
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(self._rows))
            if place < len(self._rows):
                line.set_row(self._rows[place], NOTE_PX)
        if not self._rows:
            self._popup.hide()
        self._popup.adjustSize()

    def sizeHint(self) -> QSize:
        """A fixed width while something runs, so that changing words move nothing; none otherwise."""
        return QSize(BAR_PX if self._rows else 0, 24)


__all__ = ["DeviceMemory", "JobBar", "JobRow", "MemoryBar", "ModelMemory", "ThinProgress"]
