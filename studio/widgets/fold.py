"""A heading that folds what lies under it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from studio.widgets.icons import paint_icon
from studio.widgets.painted_button import PaintedButton
from studio.widgets.theme import ThemeHub, font, paint_focus

HEAD_PX = 26


class FoldHead(PaintedButton):
    """The heading: a click or the space bar opens and folds; `detail` stands at its right end."""

    def __init__(self, hub: ThemeHub, title: str, parent: QWidget | None = None) -> None:
        super().__init__(hub, title, parent)
        self._title = title
        self._detail = ""
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEAD_PX)
        self.setToolTip("")

    def set_detail(self, detail: str) -> None:
        """Say something at the right end."""
        if detail != self._detail:
            self._detail = detail
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, HEAD_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint sign, words and focus ring."""
        theme = self._hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme.text2 if self.underMouse() else theme.text3
        painter.setFont(font("heading"))
        painter.setPen(color)
        align = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, self.width() - 20, self.height()), align, self._title.upper())
        if self._detail:
            painter.setFont(font("small"))
            painter.drawText(
                QRectF(0, 0, self.width() - 20, self.height()), align | Qt.AlignmentFlag.AlignRight, self._detail
            )
        box = QRectF(self.width() - 13, self.height() / 2 - 6, 12, 12)
        paint_icon(painter, "down" if self.isChecked() else "right", box, color)
        if self._focus_shown:
            paint_focus(painter, QRectF(self.rect()).adjusted(-2, 1, 2, -1), self._hub)


class Fold(QWidget):
    """A heading and, while it is open, what lies under it in `rows`; `toggled` with the new state."""

    toggled = Signal(bool)

    def __init__(self, hub: ThemeHub, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = FoldHead(hub, title)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 0, 0, 4)
        self.rows.setSpacing(2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.head)
        outer.addWidget(self.body)
        self.head.toggled.connect(self._toggle)

    @property
    def is_open(self) -> bool:
        """Whether it is open."""
        return self.head.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Open or fold it."""
        self.head.setChecked(is_open)

    def _toggle(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self.toggled.emit(is_open)
