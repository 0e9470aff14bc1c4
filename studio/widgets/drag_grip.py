"""A small grip that something is carried by, with the mouse or by a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QDrag, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from studio.widgets.dragged import Dragged
from studio.widgets.painted_button import PaintedButton
from studio.widgets.theme import ThemeHub, paint_focus

SIZE_PX, DOT_PX, STEP_PX = 20, 1.3, 5.0


class Offer(Protocol):
    """What could be done with what is carried."""

    @property
    def title(self) -> str:
        """Where."""
        ...

    @property
    def words(self) -> str:
        """What."""
        ...

    @property
    def run(self) -> Callable[[], object]:
        """The deed."""
        ...


def no_offers(_dragged: Dragged) -> Sequence[Offer]:
    """Nothing can be done with it."""
    return ()


class DragGrip(PaintedButton):
    """Six dots.

    A drag carries what `carry` gives, with `files` for other programs; a click or Return opens a menu of what `offers`
    says of it.
    """

    def __init__(self, hub: ThemeHub, label: str, parent: QWidget | None = None) -> None:
        super().__init__(hub, label, parent)
        self.carry: Callable[[], Dragged | None] = lambda: None
        self.files: Callable[[], QMimeData | None] = lambda: None
        self.offers: Callable[[Dragged], Sequence[Offer]] = no_offers
        self._press: QPoint | None = None
        self.setFixedSize(SIZE_PX, SIZE_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.clicked.connect(self.open_menu)

    def sizeHint(self) -> QSize:
        """The fixed size."""
        return QSize(SIZE_PX, SIZE_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may begin here."""
        super().mousePressEvent(event)
        self._press = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry it once the hand has moved far enough."""
        away = event.position().toPoint() - self._press if self._press is not None else QPoint()
        if away.manhattanLength() < QApplication.startDragDistance():
            return
        self._press = None
        self.setDown(False)
        dragged = self.carry()
        if dragged is not None:
            drag = QDrag(self)
            drag.setMimeData(dragged.into(self.files() or QMimeData()))
            drag.exec(Qt.DropAction.CopyAction)

    def menu(self) -> QMenu:
        """What could be done with it, where."""
        menu = QMenu(self)
        dragged = self.carry()
        offers = self.offers(dragged) if dragged is not None else ()
        for offer in offers:
            menu.addAction(f"{offer.title}: {offer.words[:1].lower()}{offer.words[1:]}", offer.run)
        if not offers:
            menu.addAction("There is nothing to carry yet").setEnabled(False)
        return menu

    def open_menu(self) -> None:
        """Open the menu below the grip."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dots."""
        theme = self._hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text if self.underMouse() else theme.text3)
        middle = QPointF(self.width() / 2, self.height() / 2)
        for across in (-0.5, 0.5):
            for down in (-1, 0, 1):
                painter.drawEllipse(middle + QPointF(across * STEP_PX, down * STEP_PX), DOT_PX, DOT_PX)
        if self._focus_shown:
            paint_focus(painter, self.rect().toRectF(), self._hub)
