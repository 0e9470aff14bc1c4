"""The parts of the window around the middle: hidden, moved, put behind each other, or afloat on another screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QStackedWidget, QTabWidget, QWidget

from studio.frame.arrangement import VERSION
from studio.frame.dock import Dock
from studio.panel import Panel
from studio.translation import mark, tr
from studio.widgets.theme import ThemeHub

LEFT_PX, RIGHT_PX = 300, 288
LEAST_SIDE_PX, LEAST_MIDDLE_PX = 240, 420
SEPARATOR_PX = 1
LEFT, RIGHT, BOTTOM = "left", "right", "bottom"
TITLES = {LEFT: mark("Feeling"), RIGHT: mark("Takes"), BOTTOM: mark("Time")}

_Area = Qt.DockWidgetArea


class Column(QStackedWidget):
    """What the workspaces show in one part of the window, one at a time; `wide_px` is how wide it likes to be."""

    def __init__(self, wide_px: int, least_px: int) -> None:
        super().__init__()
        self._wide_px = wide_px
        self.setMinimumWidth(least_px)

    def sizeHint(self) -> QSize:
        """As wide as it likes to be."""
        return QSize(self._wide_px, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """In a low window what is inside scrolls or is squeezed: Qt would let it reach into what lies below."""
        return QSize(self.minimumWidth(), 0)


class Docks(QMainWindow):
    """The middle of the window with its parts to the left, the right and the bottom.

    Each workspace keeps its own arrangement. `aligned` tells how wide what stands left and right of the middle is, for
    what the bottom keeps in line with it; `changed` that a part was shown, hidden or moved.
    """

    aligned = Signal(int, int)
    changed = Signal()

    def __init__(self, hub: ThemeHub, panels: Sequence[Panel], bottom: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Widget)
        self.setObjectName("docks")  # the style sheet gives it the colour of lines: Qt draws no line at a fixed edge
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks)
        self.setTabPosition(_Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDocumentMode(True)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            self.setCorner(corner, _Area.BottomDockWidgetArea)
        self.left = Column(LEFT_PX, LEAST_SIDE_PX)
        self.middle = Column(LEAST_MIDDLE_PX, LEAST_MIDDLE_PX)
        self.middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.right = Column(RIGHT_PX, LEAST_SIDE_PX)
        self.parts = {
            LEFT: Dock(hub, LEFT, self.left, _Area.LeftDockWidgetArea, self),
            RIGHT: Dock(hub, RIGHT, self.right, _Area.RightDockWidgetArea, self),
            BOTTOM: Dock(hub, BOTTOM, None, _Area.BottomDockWidgetArea, self),
        }
        self._states: dict[str, bytes] = {}
        self._workspace = ""
        self._untouched = QByteArray()  # how the workspace in front stood when it came there
        self._before_focus: QByteArray | None = None
        self.setCentralWidget(self.middle)
        for dock in self.parts.values():
            self.addDockWidget(dock.home, dock)
        for panel in panels:
            for column, widget in ((self.left, panel.left), (self.middle, panel.middle), (self.right, panel.right)):
                column.addWidget(widget)
        self.parts[BOTTOM].setWidget(bottom)  # last: Tab goes through everything in the order in which it came here
        for key, dock in self.parts.items():
            dock.set_title(tr(TITLES[key]))
            dock.visibilityChanged.connect(lambda _shown: self._part_changed())
            dock.topLevelChanged.connect(lambda _floats: self._part_changed())
            dock.dockLocationChanged.connect(lambda _area: self._part_changed())
            dock.resetAsked.connect(self.reset)
            dock.dropped.connect(self._settle, Qt.ConnectionType.QueuedConnection)
        self.middle.installEventFilter(self)

    # -- workspaces ----------------------------------------------------------------------------------------------------

    def go(self, place: int, workspace: str, made_title: str) -> None:
        """Show a workspace as it was arranged last."""
        is_focused = self.is_focused
        self.keep()
        for column in (self.left, self.middle, self.right):
            column.setCurrentIndex(place)
        self.parts[RIGHT].set_title(made_title)
        if workspace == self._workspace:
            self.changed.emit()
            return
        self._workspace = workspace
        self._before_focus = None
        self._restore(self._states.get(workspace))
        if is_focused:
            self.focus_middle()

    def _restore(self, state: bytes | None) -> None:
        self.setUpdatesEnabled(False)
        try:
            if state is None or not self.restoreState(QByteArray(state), VERSION):
                self._states.pop(self._workspace, None)
                self._arrange()
        finally:
            self.setUpdatesEnabled(True)
        self._align()
        self.changed.emit()

    def _arrange(self) -> None:
        """Everything where it is in a new window."""
        for dock in self.parts.values():
            dock.setFloating(False)
            if self.dockWidgetArea(dock) != dock.home or self.tabifiedDockWidgets(dock):
                self.removeDockWidget(dock)
                self.addDockWidget(dock.home, dock)
            dock.show()
        sides = [self.parts[LEFT], self.parts[RIGHT]]
        self.resizeDocks(sides, [LEFT_PX, RIGHT_PX], Qt.Orientation.Horizontal)

    def _settle(self) -> None:
        """After a drag out of the window Qt goes on with the layout from before it, until one is restored."""
        self.restoreState(self.saveState(VERSION), VERSION)
        self._part_changed()

    def reset(self) -> None:
        """Put everything of this workspace where it was at first."""
        self._before_focus = None
        self._states.pop(self._workspace, None)
        self._arrange()
        self._align()
        self.changed.emit()

    def keep(self) -> None:
        """Remember how the workspace in front is arranged."""
        if self._workspace and self.isVisible():  # before it was shown nothing has a size
            state = self._before_focus if self._before_focus is not None else self.saveState(VERSION)
            self._states[self._workspace] = bytes(state.data())

    @property
    def states(self) -> Mapping[str, bytes]:
        """How the workspaces are arranged, by their keys."""
        return self._states

    def set_states(self, states: Mapping[str, bytes]) -> None:
        """Arrange the workspaces so from the next time on that they come to the front."""
        self._states = dict(states)

    # -- focus on the middle -------------------------------------------------------------------------------------------

    @property
    def is_focused(self) -> bool:
        """Whether only the middle is shown, because somebody wanted it so."""
        return self._before_focus is not None and not any(self.is_shown(key) for key in self.parts)

    def focus_middle(self) -> None:
        """Show the middle alone, or everything as it was before."""
        if self.is_focused and self._before_focus is not None:
            before, self._before_focus = self._before_focus, None
            self._restore(bytes(before.data()))
            return
        self._before_focus = self.saveState(VERSION)
        for dock in self.parts.values():
            dock.hide()

    def is_shown(self, key: str) -> bool:
        """Whether a part is shown, also behind another one or afloat."""
        return not self.parts[key].isHidden()

    def set_shown(self, key: str, *, shown: bool) -> None:
        """Show or hide a part."""
        dock = self.parts[key]
        dock.setVisible(shown)
        if shown:
            self._before_focus = None
            dock.raise_()

    def set_floating(self, key: str, *, floats: bool) -> None:
        """Let a part float in a window of its own, or put it back."""
        self.set_shown(key, shown=True)
        self.parts[key].setFloating(floats)

    # -- in line -------------------------------------------------------------------------------------------------------

    def column_widths(self) -> tuple[int, int, int]:
        """How wide left, middle and right are."""
        return self.parts[LEFT].width(), self.middle.width(), self.parts[RIGHT].width()

    def set_column_widths(self, left_px: int, right_px: int) -> None:
        """Make left and right so wide."""
        sides = [self.parts[LEFT], self.parts[RIGHT]]
        self.resizeDocks(sides, [left_px, right_px], Qt.Orientation.Horizontal)

    def columns_rect(self) -> QRect:
        """The middle with what stands left and right of it."""
        rect = self.middle.geometry()
        for key in (LEFT, RIGHT):
            if self.parts[key].isVisible() and not self.parts[key].isFloating():
                rect = rect.united(self.parts[key].geometry())
        return rect

    def _part_changed(self) -> None:
        self._align()
        self.changed.emit()

    def _align(self) -> None:
        """A floating bottom, or one whose neighbours are away, has the widths of a new window."""
        place = self.middle.geometry()
        separator = self.style().pixelMetric(self.style().PixelMetric.PM_DockWidgetSeparatorExtent, None, self)
        left_px, right_px = place.left(), self.width() - place.right() - 1 - separator
        afloat = self.parts[BOTTOM].isFloating()
        self.aligned.emit(
            left_px if left_px >= LEAST_SIDE_PX and not afloat else LEFT_PX + 1,
            right_px if right_px >= LEAST_SIDE_PX and not afloat else RIGHT_PX,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The middle tells where the columns end."""
        if watched is self.middle and event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._align()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no control took for itself go on to the window."""
        event.ignore()
