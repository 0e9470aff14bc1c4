"""The top of the window: menus, the project's name, the workspaces, the machine, and Export."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QMenu, QMenuBar, QPushButton, QTabBar, QWidget

from generators.engine.engine import MemoryChanged
from studio.panel import ExportChoice
from studio.surface import Surface
from studio.widgets.memory_bar import size_text
from studio.widgets.theme import ThemeHub

HEIGHT_PX = 46
NAME_PX = 150


def machine_text(event: MemoryChanged) -> str:
    """A device and how much of its memory is in use: "CPU · 3.1 GB of 24 GB"."""
    name = "CPU" if event.device == "cpu" else event.device.upper()
    used = max(0, event.total_bytes - event.free_bytes)
    return f"{name} · {size_text(used)} of {size_text(event.total_bytes)}"


class TopBar(Surface):
    """`workspaceChosen` carries the place of a tab, `exportChosen` an ExportChoice."""

    workspaceChosen = Signal(int)
    exportChosen = Signal(object)

    def __init__(self, hub: ThemeHub, titles: Sequence[str], menus: QMenuBar, parent: QWidget | None = None) -> None:
        super().__init__(hub, "window", "b", parent)
        self.setFixedHeight(HEIGHT_PX)
        self._exports: tuple[ExportChoice, ...] = ()
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 0, 16, 0)
        grid.setSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)

        left = QHBoxLayout()
        left.setSpacing(8)
        name = QLabel("Affect Studio")
        name.setProperty("role", "strong")
        left.addWidget(name)
        if not menus.isNativeMenuBar():
            left.addWidget(menus, 0, Qt.AlignmentFlag.AlignVCenter)
            divider = Surface(hub, "line")  # or the project's name would look like one more menu
            divider.setFixedSize(1, 18)
            left.addWidget(divider)
            left.addSpacing(4)
        self._document = QLabel()
        self._document.setProperty("role", "muted")
        self._document.setAccessibleName("Project")
        left.addWidget(self._document)
        left.addStretch(1)
        grid.addLayout(left, 0, 0)

        frame = QFrame()
        frame.setProperty("surface", "raised")
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(2, 2, 2, 2)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAcceptDrops(True)  # a hand that carries something and rests on a tab opens it
        self.tabs.setChangeCurrentOnDrag(True)
        self.tabs.setAccessibleName("Workspaces")
        for place, title in enumerate(titles):
            self.tabs.addTab(title)
            self.tabs.setTabToolTip(place, f"{title} (Ctrl+{place + 1})")
        self.tabs.currentChanged.connect(self.workspaceChosen)
        inner.addWidget(self.tabs)
        grid.addWidget(frame, 0, 1, Qt.AlignmentFlag.AlignVCenter)

        right = QHBoxLayout()
        right.setSpacing(8)
        right.addStretch(1)
        self._machine = QLabel()
        self._machine.setProperty("role", "chip")
        self._machine.setAccessibleName("Memory of this machine")
        self._machine.hide()
        self.export = QPushButton("Export…")
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.export.setToolTip("Write what is shown to a file (Ctrl+E)")
        self.export.clicked.connect(self.ask_export)
        right.addWidget(self._machine)
        right.addWidget(self.export)
        grid.addLayout(right, 0, 2)
        self.set_exports(())

    def set_document(self, name: str, hint: str) -> None:
        """Show the project's name; `hint` says where it lives."""
        metrics = self._document.fontMetrics()
        self._document.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, NAME_PX))
        self._document.setToolTip(f"{name}\n{hint}")

    def set_workspace(self, place: int) -> None:
        """Mark a tab, without a signal."""
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(place)
        self.tabs.blockSignals(False)

    def set_machine(self, event: MemoryChanged) -> None:
        """Show how much of a device's memory is in use."""
        self._machine.setText(machine_text(event))
        self._machine.setToolTip("Memory in use on the device where the models work, by all programs")
        self._machine.show()

    def set_exports(self, exports: tuple[ExportChoice, ...]) -> None:
        """Offer these ways out; none disables the button."""
        self._exports = exports
        self.export.setEnabled(bool(exports))

    def ask_export(self) -> None:
        """Open the menu of ways out."""
        if not self._exports:
            return
        menu = QMenu(self)
        for choice in self._exports:
            menu.addAction(f"{choice.title}…").setData(choice)
        menu.triggered.connect(lambda action: self.exportChosen.emit(action.data()))
        menu.aboutToHide.connect(menu.deleteLater)
        place = self.export.mapToGlobal(QPoint(self.export.width() - menu.sizeHint().width(), self.export.height() + 4))
        menu.popup(place)
