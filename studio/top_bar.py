"""The top of the window: menus, the project's name, the workspaces, the machine, and Export."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMenuBar,
    QPushButton,
    QSizePolicy,
    QTabBar,
    QWidget,
)

from generators.engine.engine import MemoryChanged
from studio.panel import ExportChoice
from studio.surface import Surface
from studio.translation import tr
from studio.widgets.memory_bar import size_text
from studio.widgets.theme import ThemeHub

HEIGHT_PX = 46
NAME_PX, LEAST_NAME_PX = 150, 44
MARGINS_PX = 32 + 3 * 8 + 2 * 8 + 13  # at the ends, between the columns, and around the divider


def machine_text(event: MemoryChanged) -> str:
    """A device and how much of its memory is in use: "CPU · 3.1 GB of 24 GB"."""
    name = "CPU" if event.device == "cpu" else event.device.upper()
    used = max(0, event.total_bytes - event.free_bytes)
    return tr("{device} · {used} of {total}").format(
        device=name, used=size_text(used), total=size_text(event.total_bytes)
    )


class TopBar(Surface):
    """`workspaceChosen` carries the place of a tab, `exportChosen` an ExportChoice.

    `commandsAsked` wants the palette of commands.
    """

    workspaceChosen = Signal(int)
    exportChosen = Signal(object)
    commandsAsked = Signal()

    def __init__(self, hub: ThemeHub, titles: Sequence[str], menus: QMenuBar, parent: QWidget | None = None) -> None:
        super().__init__(hub, "window", "b", parent)
        self.setFixedHeight(HEIGHT_PX)
        self._exports: tuple[ExportChoice, ...] = ()
        self._name = ""
        self._has_machine = False
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 0, 16, 0)
        grid.setSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)

        left = QHBoxLayout()
        left.setSpacing(8)
        self._brand = QLabel("Affect Studio")
        self._brand.setProperty("role", "strong")
        left.addWidget(self._brand)
        self._menus = None if menus.isNativeMenuBar() else menus
        if not menus.isNativeMenuBar():
            left.addWidget(menus, 0, Qt.AlignmentFlag.AlignVCenter)
            menus.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)  # all of it, always
            divider = Surface(hub, "line")  # or the project's name would look like one more menu
            divider.setFixedSize(1, 18)
            left.addWidget(divider)
            left.addSpacing(4)
        self._document = QLabel()
        self._document.setProperty("role", "muted")
        self._document.setAccessibleName(tr("Project"))
        left.addWidget(self._document)
        left.addStretch(1)
        grid.addLayout(left, 0, 0)

        self._frame = frame = QFrame()
        frame.setProperty("surface", "raised")
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(2, 2, 2, 2)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName(tr("Workspaces"))
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
        self._machine.setAccessibleName(tr("Memory of this machine"))
        self._machine.hide()
        keys = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
        self.all_commands = QPushButton(keys)
        self.all_commands.setProperty("flat", True)
        self.all_commands.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.all_commands.setToolTip(tr("All commands, takes and feelings by their names ({keys})").format(keys=keys))
        self.all_commands.setAccessibleName(tr("All commands"))
        self.all_commands.clicked.connect(self.commandsAsked)
        self.export = QPushButton(tr("Export…"))
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.export.setToolTip(tr("Write what is shown to a file (Ctrl+E)"))
        self.export.clicked.connect(self.ask_export)
        right.addWidget(self.all_commands)
        right.addWidget(self._machine)
        right.addWidget(self.export)
        grid.addLayout(right, 0, 2)
        self.set_exports(())

    def set_document(self, name: str, hint: str) -> None:
        """Show the project's name; `hint` says where it lives."""
        self._name = name
        self._document.setToolTip(f"{name}\n{hint}")
        self.fit()

    def fit(self) -> None:
        """In a narrow window the program's name goes first, then the machine, and the project's name grows shorter."""
        taken = self._frame.sizeHint().width() + self.export.sizeHint().width() + MARGINS_PX
        if self._menus is not None:
            taken += self._menus.sizeHint().width()
        metrics = self._document.fontMetrics()
        name_px = min(metrics.horizontalAdvance(self._name) + 2, NAME_PX)
        room = self.width() - taken
        brand_px, machine_px = (part.sizeHint().width() + 8 for part in (self._brand, self._machine))
        shows_machine = self._has_machine and room >= min(name_px, LEAST_NAME_PX) + machine_px
        room -= machine_px if shows_machine else 0
        shows_brand = room >= name_px + brand_px
        room -= brand_px if shows_brand else 0
        find_px = self.all_commands.sizeHint().width() + 8
        self.all_commands.setVisible(room >= find_px + name_px)
        self._machine.setVisible(shows_machine)
        self._brand.setVisible(shows_brand)
        self._document.setText(metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, min(name_px, room)))
        self._document.setVisible(room >= min(name_px, LEAST_NAME_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self.fit()

    def set_workspace(self, place: int) -> None:
        """Mark a tab, without a signal."""
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(place)
        self.tabs.blockSignals(False)

    def set_machine(self, event: MemoryChanged) -> None:
        """Show how much of a device's memory is in use."""
        self._machine.setText(machine_text(event))
        self._machine.setToolTip(tr("Memory in use on the device where the models work, by all programs"))
        self._has_machine = True
        self.fit()

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
