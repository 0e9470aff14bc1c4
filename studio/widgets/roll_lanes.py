"""The lanes under the piano roll: one of them open at a time, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from generators.affect import AffectCurve, AffectPoint
from studio.widgets.affect_lane import AffectLane
from studio.widgets.bar_lane import BarAttribute, BarLane
from studio.widgets.icons import IconButton
from studio.widgets.lane import LANE_PX, Lane, TimeAxis
from studio.widgets.note_editor import NoteEditor
from studio.widgets.theme import ThemeHub
from studio.widgets.velocity_lane import VelocityLane

HEADER_PX = 30
ROOMY_PX = 640  # narrower headers leave out the hint
FEELING, VELOCITY, BARS = "Feeling", "Velocity", "Bar by bar"
LED = "The curve of the scene: change it in the Scene panel, or leave it."
HINTS = {
    FEELING: "The next takes follow this curve.",
    VELOCITY: "Drag a stem, or across several.",
    BARS: "Bars are asked, dots were measured.",
}


class RollLanes(QWidget):
    """A header with the names of the lanes, and the lane that is open.

    `curveEdited` and `curveCommitted` carry an AffectCurve or None, `barAttributeCommitted` an attribute's name and a
    value for each bar or None, `openChanged` whether a lane is open.
    """

    curveEdited = Signal(object)
    curveCommitted = Signal(object)
    barAttributeCommitted = Signal(str, object)
    openChanged = Signal(bool)

    def __init__(self, hub: ThemeHub, editor: NoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._axis = TimeAxis()
        self._is_led = False
        self._asked: Mapping[str, Sequence[float | None]] = {}
        self._measured: Mapping[str, Sequence[float | None]] = {}
        self.feeling = AffectLane(hub)
        self.velocity = VelocityLane(hub, editor)
        self.bars = BarLane(hub, BarAttribute("", "Attribute", 0.0, 1.0))
        self.bars.barAttributeCommitted.connect(self._commit_bars)
        self.feeling.curveEdited.connect(lambda _curve: self._show_hint())
        self.feeling.curveEdited.connect(self.curveEdited)
        self.feeling.curveCommitted.connect(self.curveCommitted)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._build_header(hub))
        self._stack = QStackedWidget()
        self._stack.setFixedHeight(LANE_PX)
        rows.addWidget(self._stack)
        for title, lane in ((FEELING, self.feeling), (VELOCITY, self.velocity), (BARS, self.bars)):
            self._stack.addWidget(lane)
            self.tabs.addTab(title)
        self._show_hint()

    def _build_header(self, hub: ThemeHub) -> QWidget:
        header = QFrame()
        header.setProperty("surface", "panel")
        header.setFixedHeight(HEADER_PX)
        line = QHBoxLayout(header)
        line.setContentsMargins(6, 0, 12, 0)
        line.setSpacing(4)
        self.fold = IconButton(hub, "down", "Close the lane", flat=True, width=28, height=24)
        self.fold.clicked.connect(lambda: self.set_open(not self.is_open))
        line.addWidget(self.fold)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName("Lanes under the piano roll")
        self.tabs.currentChanged.connect(self._choose)
        self.tabs.tabBarClicked.connect(lambda _place: self.set_open(True))
        line.addWidget(self.tabs)
        self.attribute = QComboBox()
        self.attribute.setAccessibleName("What is asked bar by bar")
        self.attribute.setFixedHeight(HEADER_PX - 4)
        self.attribute.activated.connect(self._choose_attribute)
        line.addWidget(self.attribute)
        self._hint = QLabel()
        self._hint.setProperty("role", "faint")
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._hint, 1)
        self.clear = QPushButton("Clear curve")
        self.clear.setProperty("flat", True)
        self.clear.setToolTip("Delete all keyframes: the feeling stays the same from beginning to end.")
        self.clear.clicked.connect(self.feeling.clear)
        line.addWidget(self.clear)
        return header

    def set_led(self, *, is_led: bool) -> None:
        """Let the scene lead the curve of the feeling, which is only looked at then."""
        self.feeling.setEnabled(not is_led)
        self._is_led = is_led
        self._show_hint()

    # -- what is shown -----------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether a lane is open."""
        return not self._stack.isHidden()

    @property
    def lane(self) -> Lane:
        """The lane in front."""
        lane = self._stack.currentWidget()
        assert isinstance(lane, Lane)  # noqa: S101  nothing else is put there
        return lane

    def set_open(self, is_open: bool) -> None:
        """Open the lane, or leave the room to the roll."""
        if is_open == self.is_open:
            return
        self._stack.setVisible(is_open)
        self.fold.set_icon("down" if is_open else "up")
        self.fold.set_label("Close the lane" if is_open else "Open the lane")
        self._show_hint()
        self.openChanged.emit(is_open)

    def show_lane(self, title: str) -> None:
        """Open the lane called `title`: FEELING, VELOCITY, or BARS."""
        titles = [self.tabs.tabText(place) for place in range(self.tabs.count())]
        self.tabs.setCurrentIndex(titles.index(title))
        self.set_open(True)

    def _choose(self, place: int) -> None:
        if 0 <= place < self._stack.count():
            self._stack.setCurrentIndex(place)
            self.lane.set_axis(self._axis)
            self._show_hint()

    def _show_hint(self) -> None:
        says = self.is_open and (self.lane is not self.feeling or self.feeling.curve is not None)
        hint = LED if self._is_led and self.lane is self.feeling else HINTS[self.tabs.tabText(self.tabs.currentIndex())]
        self._hint.setText(hint if says else "")
        self._hint.setVisible(self.width() >= ROOMY_PX)
        self.attribute.setVisible(self.is_open and self.lane is self.bars and self.attribute.count() > 0)
        shown = self.is_open and self.lane is self.feeling and self.feeling.curve is not None
        self.clear.setVisible(shown and not self._is_led)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow header leaves out the hint."""
        super().resizeEvent(event)
        self._show_hint()

    # -- what is asked and measured ----------------------------------------------------------------------------------

    def set_attributes(self, attributes: Sequence[BarAttribute]) -> None:
        """Let one of these attributes be asked bar by bar; those before go."""
        self.attribute.clear()
        for attribute in attributes:
            self.attribute.addItem(attribute.title, attribute)
        if attributes:
            self._choose_attribute(0)
        self._show_hint()

    def choose_attribute(self, name: str) -> None:
        """Show the attribute called `name` bar by bar."""
        for place in range(self.attribute.count()):
            if self.attribute.itemData(place).name == name:
                self.attribute.setCurrentIndex(place)
                self._choose_attribute(place)

    def _choose_attribute(self, place: int) -> None:
        attribute = self.attribute.itemData(place)
        self.bars.set_attribute(attribute)
        self.bars.set_asked(self._asked.get(attribute.name, ()))
        self.bars.set_measured(self._measured.get(attribute.name, ()))

    def _commit_bars(self, name: str, values: tuple[float | None, ...]) -> None:
        self._asked = {**self._asked, name: values}
        self.barAttributeCommitted.emit(name, values)

    def set_curve(self, curve: AffectCurve | None) -> None:
        """Show the curve that is asked; no signal."""
        self.feeling.set_curve(curve)
        self._show_hint()

    def set_base(self, point: AffectPoint) -> None:
        """The feeling that holds where there is no curve."""
        self.feeling.set_base(point)

    def set_bar_attributes(self, asked: Mapping[str, Sequence[float | None]]) -> None:
        """Show what is asked bar by bar, by attribute; no signal."""
        self._asked = dict(asked)
        self.bars.set_asked(self._asked.get(self.bars.attribute.name, ()))

    def set_measured(self, measured: Mapping[str, Sequence[float | None]]) -> None:
        """Show what was measured bar by bar, by attribute."""
        self._measured = dict(measured)
        self.bars.set_measured(self._measured.get(self.bars.attribute.name, ()))

    def set_axis(self, axis: TimeAxis) -> None:
        """Follow the roll."""
        self._axis = axis
        if self.is_open:
            self.lane.set_axis(axis)

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead in every lane."""
        for lane in (self.feeling, self.velocity, self.bars):
            lane.set_playhead(seconds)

    def focus_lane(self) -> None:
        """Give the keyboard to the lane in front."""
        self.set_open(True)
        self.lane.setFocus(Qt.FocusReason.ShortcutFocusReason)
