"""The sheet that mixes the emotions of the face at chosen keyframes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from generators.face.request import MIXABLE
from studio.widgets.popover import EDGE_PX, Popover
from studio.widgets.sliders import AskedSlider

if TYPE_CHECKING:
    from studio.widgets.affect_curves_lane import AffectCurves

WIDTH_PX = 280


class MixtureSheet(Popover):
    """A slider for each of the seven; the mixture is shown while one moves, and kept when it rests."""

    def __init__(self, curves: AffectCurves) -> None:
        super().__init__(curves, WIDTH_PX)
        self._curves = curves
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel("Emotions of the face")
        title.setProperty("role", "strong")
        self.rows.addWidget(title)
        first = curves.timeline.keys[min(curves.chosen)]
        self.sliders: dict[str, AskedSlider] = {}
        for name in MIXABLE:
            slider = AskedSlider(
                curves.hub, name.capitalize(), 0.0, 1.0, "", 2, text=lambda value: f"{value * 100:.0f} %", default=0.0
            )
            slider.set_lockable(False)
            slider.set_asked(first.weights.get(name, 0.0))
            slider.askedEdited.connect(lambda _value: curves.show_weights(self.weights))
            slider.askedCommitted.connect(lambda _value: curves.weigh(self.weights))
            self.sliders[name] = slider
            self.rows.addWidget(slider)
        note = QLabel("All at 0 leaves the face to the point. More than 100 % together is shared out.")
        note.setProperty("role", "faint")
        note.setWordWrap(True)
        self.rows.addWidget(note)

    @property
    def weights(self) -> dict[str, float]:
        """The amounts by name, without those that are 0."""
        return {name: slider.value for name, slider in self.sliders.items() if slider.value > 0.0}

    def open_at(self, where: QPoint) -> None:
        """Open with a corner at a place of the screen, so that all of it is in sight."""
        self.adjustSize()
        screen = QGuiApplication.screenAt(where) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        x = min(where.x(), room.right() - self.width() - EDGE_PX)
        y = min(where.y(), room.bottom() - self.height() - EDGE_PX)
        self.move(max(x, room.left() + EDGE_PX), max(y, room.top() + EDGE_PX))
        self.show()
        self.sliders[MIXABLE[0]].setFocus(Qt.FocusReason.PopupFocusReason)
