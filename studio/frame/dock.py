"""One part of the window around the middle.

While it stands in the window it has no title: a small handle appears at its upper edge under the pointer. It can be
dragged to another edge, over another part, or out of the window; afloat the part has a title with two buttons.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QHBoxLayout, QLabel, QMainWindow, QMenu, QWidget

from studio.translation import tr
from studio.widgets.icons import IconButton
from studio.widgets.theme import Canvas, ThemeHub

TITLE_PX = 32
TRANSPORT_PX = 300
GRIP = QSize(56, 9)


class DockTitle(Canvas):
    """The title of a part that floats; in the window it has no height."""

    def __init__(self, hub: ThemeHub, dock: Dock) -> None:
        super().__init__(hub, dock)
        self._dock = dock
        self._height_px = 0
        self.label = QLabel()
        self.label.setProperty("role", "heading")
        self.back = IconButton(hub, "down", tr("Put it back into the window"), flat=True, width=24, height=24)
        self.hide_it = IconButton(hub, "close", tr("Hide it"), flat=True, width=24, height=24)
        self.back.clicked.connect(lambda: dock.setFloating(False))
        self.hide_it.clicked.connect(dock.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 6, 0)
        row.setSpacing(2)
        row.addWidget(self.label, 1)
        row.addWidget(self.back)
        row.addWidget(self.hide_it)
        self.set_shown(shown=False)

    def set_shown(self, *, shown: bool) -> None:
        """Take a place, or none."""
        self._height_px = TITLE_PX if shown else 0
        self.setMaximumHeight(self._height_px)
        for part in (self.label, self.back, self.hide_it):
            part.setVisible(shown)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(120 if self._height_px else 0, self._height_px)

    def minimumSizeHint(self) -> QSize:
        """As high as it is."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and a line below."""
        if self._height_px:
            painter = QPainter(self)
            painter.fillRect(self.rect(), self.hub.theme.window)
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), self.hub.theme.line)


class Grip(Canvas):
    """The handle at the upper edge of a part: seen while the pointer is over the part, and dragged like a title."""

    def __init__(self, hub: ThemeHub, dock: Dock) -> None:
        super().__init__(hub, dock)
        self._dock = dock
        self._pressed: QPointF | None = None
        self._dragging = False
        self._near = False
        self.setFixedSize(GRIP)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(tr("Drag to move this part, double-click to let it float; more with the right button."))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Become clearer."""
        self._near = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Become fainter."""
        self._near = False
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps a drag begins."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.position(), False  # the dock may have caught the last release

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag is one of the title, which comes into being for it."""
        if self._pressed is None:
            return
        if not self._dragging:
            moved = (event.position() - self._pressed).manhattanLength()
            if moved < QApplication.startDragDistance():
                return
            self._dragging = True
            self._dock.title.set_shown(shown=True)
            layout = self._dock.layout()
            if layout is not None:
                layout.activate()
            self._pass_on(QEvent.Type.MouseButtonPress, event, QPointF(self.pos()) + self._pressed)
        self._pass_on(QEvent.Type.MouseMove, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The part stays where it was let go."""
        if self._dragging:
            self._pass_on(QEvent.Type.MouseButtonRelease, event)
        self._end()

    def _end(self) -> None:
        self._pressed, self._dragging = None, False
        self._dock.settle()

    def _pass_on(self, kind: QEvent.Type, event: QMouseEvent, place: QPointF | None = None) -> None:
        """Let the dock do with a movement of the hand what it does with one on its title."""
        local = place if place is not None else QPointF(self._dock.mapFromGlobal(event.globalPosition().toPoint()))
        pressed = Qt.MouseButton.LeftButton if kind != QEvent.Type.MouseButtonRelease else Qt.MouseButton.NoButton
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        passed = QMouseEvent(kind, local, event.globalPosition(), button, pressed, event.modifiers())
        QApplication.sendEvent(self._dock, passed)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Float."""
        self._pressed = None
        self._dock.setFloating(True)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the part."""
        self._dock.show_menu(event.globalPos())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a short thick line."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text2 if self._near else theme.control_hover)
        painter.drawRoundedRect(QRectF(self.width() / 2 - 18, 3, 36, 4), 2, 2)


class Dock(QDockWidget):
    """A part with a `home` edge.

    `resetAsked` when its menu asks for everything to be put back, `dropped` when a hand that has dragged it out of the
    window or into it lets it go.
    """

    resetAsked = Signal()
    dropped = Signal()

    def __init__(
        self, hub: ThemeHub, key: str, inside: QWidget | None, home: Qt.DockWidgetArea, parent: QMainWindow
    ) -> None:
        super().__init__(parent)
        self.home = home
        self.setObjectName(key)  # by which Qt knows it in what it keeps
        self.title = DockTitle(hub, self)
        self.setTitleBarWidget(self.title)
        if inside is not None:
            self.setWidget(inside)
        self._is_bottom = home == Qt.DockWidgetArea.BottomDockWidgetArea
        if self._is_bottom:
            self.setAllowedAreas(Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.TopDockWidgetArea)
        self._has_left = False  # or come back, since the hand took hold of it
        self.grip = Grip(hub, self)
        self.topLevelChanged.connect(self._level_changed)

    def set_title(self, title: str) -> None:
        """Name it, for its tab and its title."""
        self.setWindowTitle(title)
        self.title.label.setText(title.upper())
        self.setAccessibleName(title)

    def _level_changed(self, _floats: bool) -> None:
        self._has_left = True
        self.settle()

    def event(self, event: QEvent) -> bool:
        """Notice the end of a drag: Qt keeps these events from the usual methods."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._has_left = False
        handled = super().event(event)
        if event.type() == QEvent.Type.MouseButtonRelease and self._has_left:
            self._has_left = False
            self.dropped.emit()
        return handled

    def settle(self) -> None:
        """Afloat there is a title, in the window a handle."""
        self.title.set_shown(shown=self.isFloating())
        self._place_grip()

    def _place_grip(self) -> None:
        shown = self.underMouse() and not self.isFloating()
        # in the bottom it stands over the transport: beside that the upper edge is a ruler to click on
        middle_px = min(self.width(), TRANSPORT_PX) if self._is_bottom else self.width()
        self.grip.move(QPoint((middle_px - GRIP.width()) // 2, 0))
        self.grip.setVisible(shown)
        self.grip.raise_()

    def show_menu(self, place: QPoint) -> QMenu:
        """What can be done with the part, under the pointer."""
        menu = QMenu(self)
        menu.addAction(tr("Let it float")).triggered.connect(lambda: self.setFloating(True))
        menu.addAction(tr("Hide it")).triggered.connect(self.hide)
        menu.addSeparator()
        menu.addAction(tr("Reset layout")).triggered.connect(self.resetAsked)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)
        return menu

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the handle."""
        super().enterEvent(event)
        self._place_grip()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the handle."""
        super().leaveEvent(event)
        self.grip.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the handle in the middle."""
        super().resizeEvent(event)
        self._place_grip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no control took for itself belong to the window, also when this part floats."""
        parent = self.parentWidget()
        if self.isFloating() and parent is not None:
            QApplication.sendEvent(parent.window(), event)
        else:
            event.ignore()
