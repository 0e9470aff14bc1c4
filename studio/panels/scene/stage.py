"""The middle of the scene panel: the one filled button, the stage as the film will be, and the feeling over time."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from generators.scene.request import Scene
from studio.panels.scene.empty import EmptyScene
from studio.panels.scene.film_frame import FilmFrame
from studio.panels.scene.length_field import LengthField
from studio.widgets.affect_timeline import AffectTimeline
from studio.widgets.headings import label_of
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.progress_line import ElidedLabel, ProgressLine
from studio.widgets.segments import Segments
from studio.widgets.theme import ThemeHub

TOOLBAR_PX = 52
STAGE_PX, TIME_PX = 360, 300
ROOMY_PX = 640
LAYOUTS = (
    ("side by side", "Side by side", "Picture and head beside each other, in the film too"),
    ("pictures", "Picture", "Only the pictures, in the film too"),
    ("head", "Head", "Only the head, in the film too"),
)


class Stage(QWidget):
    """All of the middle. `makeRequested`, `cancelRequested`; `layoutChosen` with a layout of the film."""

    makeRequested = Signal()
    cancelRequested = Signal()
    layoutChosen = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.empty = EmptyScene(hub)
        self.desk = QWidget()
        rows = QVBoxLayout(self.desk)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._build_toolbar(hub))
        self.frame = FilmFrame(hub)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(12, 0, 12, 4)
        inner.addWidget(self.frame)
        self.timeline = AffectTimeline(hub)
        self.parts = QSplitter(Qt.Orientation.Vertical)
        self.parts.setHandleWidth(7)
        self.parts.setChildrenCollapsible(False)
        self.parts.setStyleSheet("QSplitter::handle { background: transparent; }")
        self.parts.addWidget(holder)
        self.parts.addWidget(self.timeline)
        self.parts.setStretchFactor(0, 3)
        self.parts.setStretchFactor(1, 2)
        self.parts.setSizes([STAGE_PX, TIME_PX])
        rows.addWidget(self.parts, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.desk)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        self.set_progress(None)

    def _build_toolbar(self, hub: ThemeHub) -> QWidget:
        bar = QFrame()
        bar.setObjectName("toolbar")
        bar.setFixedHeight(TOOLBAR_PX)
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(8)
        self.make = PrimaryButton(hub, "Make the scene")
        self.make.setToolTip("Make what is missing, and what no longer follows the feeling (Ctrl+Return)")
        self.make.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.make.clicked.connect(self.makeRequested)
        self.told = ElidedLabel()
        self.told.setProperty("role", "muted")
        self.told.setAccessibleName("How the scene stands")
        line.addWidget(self.make)
        line.addWidget(self.told, 1)
        self.progress = ProgressLine(
            hub, "Progress of the scene", "Stop making; what is finished stays (Esc)", bar_px=64, elides=True
        )
        self.cancel = self.progress.cancel
        self.cancel.clicked.connect(self.cancelRequested)
        line.addWidget(self.progress, 1)
        self.layouts = Segments(hub, LAYOUTS, "What the film shows")
        self.layouts.setMaximumWidth(270)
        self.length = LengthField()
        self.layouts.chosen.connect(self.layoutChosen)
        self._length_title = label_of("Length", "faint")
        line.addWidget(self._length_title)
        line.addWidget(self.length)
        line.addWidget(self.layouts)
        return bar

    def show_desk(self, shown: bool) -> None:
        """Show the desk, or what can be done without a scene."""
        leads_on = shown and any(button.hasFocus() for button in self.empty.buttons)
        self.pages.setCurrentWidget(self.desk if shown else self.empty)
        if leads_on:
            self.timeline.curves.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_desk(self) -> bool:
        """Whether there is a scene in view."""
        return self.pages.currentWidget() is self.desk

    def show_scene(self, scene: Scene) -> None:
        """Show how the film looks."""
        self.length.show_scene(scene)
        self.layouts.set_current(scene.film.layout)
        self.frame.show_scene(scene)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow bar leaves out what the menu can do too, and words that are no button."""
        super().resizeEvent(event)
        self.layouts.setVisible(self.width() >= ROOMY_PX)
        self._length_title.setVisible(self.width() >= ROOMY_PX)

    def set_progress(self, fraction: float | None, note: str = "") -> None:
        """Show how far the work is (0..1), or nothing."""
        self.progress.show_progress(fraction, note)
        self.told.setVisible(fraction is None)
