"""One direction on the mixing board: mute, name, a slider that is even to the eye with its usable range, and a menu."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.icons import IconButton
from studio.widgets.letter_button import LetterButton
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import Canvas, ThemeHub, font

REACH = 1.5
"""The slider goes this far, half as far again as pictures hold."""
RAW_REACH = 3.0
"""So many standard deviations where the scale is not evened yet."""
TITLE_PX, VALUE_PX = 78.0, 39.0
SHAPE_PX = 14.0


def signed(value: float) -> str:
    """`value` with its sign: +0.60, 0."""
    return "0" if abs(value) < 0.005 else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


class DirectionSlider(AskedSlider):
    """A slider from −1.5 to 1.5 whose usable range is −1 to 1: beyond it the groove is hatched, for pictures break.

    One that is not even counts standard deviations from −3 to 3. `picked` tells that its name
    was clicked, `renameAsked` that it was clicked twice, `menuAsked` a place on the screen, `dragged` how far the name
    was pulled up or down, `dropped` that it was let go.
    """

    picked = Signal()
    renameAsked = Signal()
    menuAsked = Signal(QPointF)
    dragged = Signal(float)
    dropped = Signal()

    # told from the first moment, while the slider is being built
    _is_even = True
    _is_muted = False
    _shape: tuple[float, ...] = ()

    def __init__(self, hub: ThemeHub, title: str, *, is_even: bool = True, parent: QWidget | None = None) -> None:
        reach = REACH if is_even else RAW_REACH
        super().__init__(hub, title, -reach, reach, "", 2, text=signed, default=0.0, parent=parent)
        self._is_even = is_even
        self._pulled_from: float | None = None
        self._is_pulling = False
        self.set_lockable(False)
        self.set_columns(TITLE_PX, VALUE_PX)
        self.setFixedHeight(27)

    def set_title(self, title: str) -> None:
        """Show another name."""
        if title != self._title:
            self._title = title
            self.setAccessibleName(title)
            self._describe()

    def set_state(self, *, is_muted: bool, shape: tuple[float, ...]) -> None:
        """Show whether it is muted, and the `shape` of its strength over time (() for even throughout)."""
        if (is_muted, shape) != (self._is_muted, self._shape):
            self._is_muted, self._shape = is_muted, shape
            self._describe()

    @property
    def goes_far(self) -> bool:
        """Whether it stands where pictures break."""
        return self._is_even and abs(self.value) > 1.0

    def _describe(self) -> None:
        told = signed(self.value)
        if self._is_muted:
            told += ", muted"
        if self.goes_far:
            told += ", beyond the usable range: pictures may break"
        self.setAccessibleDescription(told)
        even = (
            "Even to the eye; ±1 are the ends of the usable range, and beyond them pictures break."
            if self._is_even
            else "Not evened yet: steps may look uneven, and where pictures break is not known."
        )
        shape = "Its strength changes while the picture forms.\n" if self._shape else ""
        self.setToolTip(f"{self._title}: {told}.\n{even}\n{shape}Double-click or Delete for 0.")
        self.update()

    def _in_title(self, place: QPointF) -> bool:
        return place.x() < self._title_px - 4 and not (
            self._can_reset() and self._reset_box().adjusted(-4, -4, 4, 4).contains(place)
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The name picks the row and can be pulled; the rest is a slider."""
        if event.button() == Qt.MouseButton.LeftButton and self._in_title(event.position()):
            self._pulled_from = event.position().y()
            self.picked.emit()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull the row, or drag the knob; near 0 it snaps."""
        if self._pulled_from is None:
            super().mouseMoveEvent(event)
            return
        away = event.position().y() - self._pulled_from
        if self._is_pulling or abs(away) > 6:
            self._is_pulling = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(away)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of row or knob."""
        if self._pulled_from is not None:
            self._pulled_from = None
            self.unsetCursor()
            if self._is_pulling:
                self._is_pulling = False
                self.dropped.emit()
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename, or back to 0."""
        if event.button() == Qt.MouseButton.LeftButton and self._in_title(event.position()):
            self._pulled_from = None
            self.renameAsked.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def _edit(self, value: float | None) -> None:
        if value is not None and abs(value) < 0.02 * self._high and value != 0.0 and self._before is not None:
            value = 0.0
        super()._edit(value)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the row's menu."""
        self.menuAsked.emit(QPointF(event.globalPos()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 renames; all else is a slider's."""
        if event.key() == Qt.Key.Key_F2:
            self.renameAsked.emit()
        else:
            super().keyPressEvent(event)

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row; a muted one is faint."""
        super().paintEvent(event)
        if self._shape or self._is_muted:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._shape and not self._can_reset():
                self._paint_shape(painter)
            if self._is_muted:
                painter.fillRect(self.rect(), with_alpha(self.hub.theme.panel, 0.62))

    def _paint_shape(self, painter: QPainter) -> None:
        box = QRectF(self._title_px - SHAPE_PX - 8, self.height() / 2 - 4, SHAPE_PX, 8)
        top = max(*self._shape, 1.0)
        count = max(len(self._shape) - 1, 1)
        painter.setPen(QPen(self.hub.accent_text, 1.3))
        painter.drawPolyline(
            [
                QPointF(box.left() + place / count * box.width(), box.bottom() - strength / top * box.height())
                for place, strength in enumerate(self._shape)
            ]
        )

    def _paint_track(self, painter: QPainter, *, free: bool) -> None:
        theme, track = self.hub.theme, self.track()
        super()._paint_track(painter, free=free)
        middle, knob = track.center().y(), self.x_of(self.value)
        if self._is_even:
            for bound, outer in ((-1.0, track.left()), (1.0, track.right())):
                x = self.x_of(bound)
                zone = QRectF(QPointF(min(x, outer), middle - 3.5), QPointF(max(x, outer), middle + 3.5))
                painter.fillRect(zone, theme.panel)
                painter.setPen(Qt.PenStyle.NoPen)
                warm = mix(theme.control, theme.warning, 0.75 if self.goes_far else 0.30)
                across = zone.left() + 1.0
                painter.setBrush(warm)
                while across < zone.right() - 0.5:  # dots: there the ground is loose
                    painter.drawEllipse(QPointF(across + 1, middle), 1.2, 1.2)
                    across += 5.0
                painter.fillRect(QRectF(x - 0.75, middle - 5, 1.5, 10), mix(theme.control, theme.text3, 0.75))
        # the knob lies above what was just painted
        painter.setBrush(theme.warning if self.goes_far else theme.knob)
        painter.setPen(QPen(with_alpha(theme.text3, 0.0 if theme.is_dark else 0.8), 1))
        painter.drawEllipse(QPointF(knob, middle), 6.0, 6.0)


class MixRow(Canvas):
    """A row: mute, slider, menu. `renamed` carries a new name, `muteToggled` the new state."""

    renamed = Signal(str)
    muteToggled = Signal(bool)

    def __init__(self, hub: ThemeHub, title: str, *, is_even: bool, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._title = title
        self._is_chosen = False
        self.setAccessibleName(title)
        line = QHBoxLayout(self)
        line.setContentsMargins(7, 0, 0, 0)
        line.setSpacing(2)
        self.slider = DirectionSlider(hub, title, is_even=is_even)
        self.mute = LetterButton(hub, "M", f"Mute {title}", QSize(18, 18))
        self.mute.clicked.connect(lambda: self.muteToggled.emit(self.mute.isChecked()))
        self.more = IconButton(hub, "more", f"More for {title}", flat=True, width=18, height=22)
        line.addWidget(self.slider, 1)
        line.addWidget(self.mute)
        line.addWidget(self.more)
        self.slider.renameAsked.connect(self.rename)
        self.more.clicked.connect(
            lambda: self.slider.menuAsked.emit(QPointF(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        )

    def show_row(self, title: str, amount: float, *, is_muted: bool, is_chosen: bool, shape: tuple[float, ...]) -> None:
        """Show what is asked; no signal."""
        self._title = title
        self.setAccessibleName(f"{title}, its card is shown" if is_chosen else title)
        self.slider.set_title(title)
        self.slider.set_asked(amount)
        self.slider.set_state(is_muted=is_muted, shape=shape)
        if is_chosen != self._is_chosen:
            self._is_chosen = is_chosen
            self.update()
        self.mute.setChecked(is_muted)
        self.mute.set_label(f"Unmute {title}" if is_muted else f"Mute {title}: the picture without it")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Mark the chosen row at its left."""
        if self._is_chosen:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.hub.accent_mark)
            painter.drawRoundedRect(QRectF(0, self.height() / 2 - 7, 3, 14), 1.5, 1.5)

    def rename(self) -> None:
        """Open a field over the name."""
        entry = _NameEntry(self._title, self)
        entry.setGeometry(QRect(0, 1, int(self.width() * 0.72), self.height() - 2))
        entry.named.connect(self.renamed)
        entry.show()
        entry.setFocus(Qt.FocusReason.OtherFocusReason)
        entry.selectAll()


class _NameEntry(QLineEdit):
    """Return or going elsewhere takes the name, Escape leaves it."""

    named = Signal(str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._before = name
        self.setFont(font("body"))
        self.setMaxLength(60)
        self.setStyleSheet("QLineEdit { min-height: 20px; padding: 0 3px; border-radius: 4px; }")
        self.setAccessibleName("Name of the direction")
        self.editingFinished.connect(self._end)

    def _end(self) -> None:
        name = self.text().strip()
        self.blockSignals(True)
        self.hide()
        self.deleteLater()
        self.blockSignals(False)
        if name and name != self._before:
            self._before = name
            self.named.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the name as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._before)
            self._end()
        else:
            super().keyPressEvent(event)
