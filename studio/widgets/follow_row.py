"""The row at the top of a panel that says whether it follows the scene, how, and lets go of it."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from generators.scene.timeline import Follow
from studio.widgets.headings import label_of
from studio.widgets.popover import Popover
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub
from studio.widgets.timeline_keys import AXES

FOLLOWS, OWN_WAY = "Follows the scene", "Goes its own way"
SLIDER_TITLE_PX = 84
MOST_DELAY_S = 10.0


def follow_words(follow: Follow) -> str:
    """How a room follows, in a few words; "" for just as it is."""
    told = []
    if follow.gain != 1.0:
        told.append(f"× {follow.gain:.2f}".replace("-", "−"))
    for axis in AXES:
        value = getattr(follow.offset, axis)
        if value:
            told.append(f"{axis} {value:+.2f}".replace("-", "−"))
    if follow.delay_s:
        told.append(f"{abs(follow.delay_s):.1f} s {'later' if follow.delay_s > 0 else 'earlier'}")
    return " · ".join(told)


class FollowSheet(Popover):
    """Gain, offsets and delay. `adjusted` carries a Follow when a slider rests."""

    adjusted = Signal(object)

    def __init__(self, hub: ThemeHub, follow: Follow, parent: QWidget | None = None) -> None:
        super().__init__(parent, 300)
        self._follow = follow
        title = label_of("How it follows the scene", "strong")
        self.rows.addWidget(title)
        self.sliders: dict[str, AskedSlider] = {}
        self._add(hub, "gain", "Gain", -2.0, 2.0, 1.0, "How far the feeling goes here; below 0 it is turned round.")
        for axis in AXES:
            self._add(hub, axis, axis.capitalize(), -1.0, 1.0, 0.0, f"Added to the {axis} of the scene.")
        self._add(hub, "delay_s", "Later", -MOST_DELAY_S, MOST_DELAY_S, 0.0, "Seconds after the scene; below 0 before.")
        self.rows.addWidget(label_of("Double-click a slider to put it back.", "faint"))
        self.show_follow(follow)

    def _add(self, hub: ThemeHub, key: str, title: str, low: float, high: float, default: float, hint: str) -> None:
        unit, places = ("s", 1) if key == "delay_s" else ("", 2)
        slider = AskedSlider(hub, title, low, high, unit, places, default=default)
        slider.set_lockable(False)
        slider.set_hint(hint)
        slider.set_columns(SLIDER_TITLE_PX, 56)
        slider.askedCommitted.connect(lambda value, key=key: self._put(key, float(value)))
        self.sliders[key] = slider
        self.rows.addWidget(slider)

    def show_follow(self, follow: Follow) -> None:
        """Put the sliders where `follow` says; no signal."""
        self._follow = follow
        for key, slider in self.sliders.items():
            slider.set_asked(getattr(follow.offset if key in AXES else follow, key))

    def _put(self, key: str, value: float) -> None:
        if key in AXES:
            changes: dict[str, object] = {"offset": msgspec.structs.replace(self._follow.offset, **{key: value})}
        else:
            changes = {key: value}
        self._follow = msgspec.structs.replace(self._follow, **changes)
        self.adjusted.emit(self._follow)


class FollowRow(QWidget):
    """“Follows the scene · Adjust · Leave”, or the way back.

    `left` and `joined` ask to go one's own way and to follow, `adjusted` carries another Follow.
    """

    left = Signal()
    joined = Signal()
    adjusted = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._follow = Follow()
        self._sheet: FollowSheet | None = None
        self.setAccessibleName("Scene")
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 8)
        frame = QFrame()
        frame.setProperty("surface", "raised")
        around.addWidget(frame)
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(10, 3, 4, 3)
        rows.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        self.words = QLabel()
        self.adjust = self._button("Adjust…", "Gain, offset and delay against the feeling of the scene")
        self.leave = self._button("Leave", "Go its own way; the feeling that this panel had before comes back")
        self.join = self._button("Follow", "Feel what the scene feels")
        line.addWidget(self.words, 1)
        for button in (self.adjust, self.leave, self.join):
            line.addWidget(button)
        rows.addLayout(line)
        self.told = label_of("", "faint", wraps=True)
        self.told.setContentsMargins(0, 0, 0, 4)
        rows.addWidget(self.told)
        self.adjust.clicked.connect(self.open_sheet)
        self.leave.clicked.connect(self.left)
        self.join.clicked.connect(self.joined)
        self.show_follow(self._follow)

    @staticmethod
    def _button(words: str, hint: str) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("flat", True)
        button.setStyleSheet("padding: 0 7px;")
        button.setToolTip(hint)
        return button

    def show_follow(self, follow: Follow) -> None:
        """Say how the scene is followed; no signal."""
        self._follow = follow
        self.words.setText(OWN_WAY if follow.leaves else FOLLOWS)
        told = "" if follow.leaves else follow_words(follow)
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self.adjust.setVisible(not follow.leaves)
        self.leave.setVisible(not follow.leaves)
        self.join.setVisible(follow.leaves)
        self.setAccessibleDescription(f"{self.words.text()} {told}".strip())
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.show_follow(follow)

    def open_sheet(self) -> None:
        """Open the sliders under the row."""
        if self._sheet is not None:
            self._sheet.deleteLater()
        self._sheet = FollowSheet(self._hub, self._follow, self)
        self._sheet.adjusted.connect(self.adjusted)
        self._sheet.open_below(self)
