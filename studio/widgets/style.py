"""What a style sheet cannot draw without picture files: arrows and ticks, crisp at any scale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionComplex,
    QWidget,
)

_Element = QStyle.PrimitiveElement
# corner points of a chevron in a box of 1 by 1 around the origin
_CHEVRONS = {
    _Element.PE_IndicatorArrowDown: ((-0.5, -0.25), (0.0, 0.25), (0.5, -0.25)),
    _Element.PE_IndicatorSpinDown: ((-0.5, -0.25), (0.0, 0.25), (0.5, -0.25)),
    _Element.PE_IndicatorArrowUp: ((-0.5, 0.25), (0.0, -0.25), (0.5, 0.25)),
    _Element.PE_IndicatorSpinUp: ((-0.5, 0.25), (0.0, -0.25), (0.5, 0.25)),
    _Element.PE_IndicatorArrowRight: ((-0.25, -0.5), (0.25, 0.0), (-0.25, 0.5)),
    _Element.PE_IndicatorArrowLeft: ((0.25, -0.5), (-0.25, 0.0), (0.25, 0.5)),
    _Element.PE_IndicatorMenuCheckMark: ((-0.45, 0.0), (-0.1, 0.35), (0.5, -0.4)),
}
FIELD_HEIGHT = 28
FIELD_RADIUS = 6.0
_SIZES = {_Element.PE_IndicatorSpinDown: 6.0, _Element.PE_IndicatorSpinUp: 6.0}


class StudioStyle(QProxyStyle):
    """Fusion with chevrons of our own."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        """Draw chevrons and ticks as thin strokes in the text colour, all else as Fusion does."""
        if element in (_Element.PE_IndicatorCheckBox, _Element.PE_IndicatorRadioButton):
            self._paint_check(option, painter, is_round=element == _Element.PE_IndicatorRadioButton)
            return
        if element == _Element.PE_FrameFocusRect:
            return  # focus is told by borders, here and in the style sheet
        holder = widget.parent() if widget is not None else None
        if element == _Element.PE_PanelLineEdit and isinstance(holder, (QAbstractSpinBox, QComboBox)):
            return  # the field around it is already drawn
        shape = _CHEVRONS.get(element)
        if shape is None:
            super().drawPrimitive(element, option, painter, widget)
            return
        box = QRectF(option.rect)
        size = min(_SIZES.get(element, 8.0), box.width(), box.height())
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
        color = option.palette.color(group, QPalette.ColorRole.Text)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        center = box.center()
        painter.drawPolyline(QPolygonF([center + QPointF(x, y) * size for x, y in shape]))
        painter.restore()

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Combo and spin boxes are one plain field with chevrons; all else as Fusion does."""
        if control == QStyle.ComplexControl.CC_ComboBox:
            parts = {QStyle.SubControl.SC_ComboBoxArrow: _Element.PE_IndicatorArrowDown}
        elif control == QStyle.ComplexControl.CC_SpinBox:
            parts = {
                QStyle.SubControl.SC_SpinBoxUp: _Element.PE_IndicatorSpinUp,
                QStyle.SubControl.SC_SpinBoxDown: _Element.PE_IndicatorSpinDown,
            }
        else:
            super().drawComplexControl(control, option, painter, widget)
            return
        self._paint_field(option, painter)
        for part, element in parts.items():
            arrow = QStyleOption()
            arrow.rect = self.subControlRect(control, option, part, widget)  # type: ignore[arg-type]  # None is allowed
            arrow.palette, arrow.state = option.palette, option.state
            self.drawPrimitive(element, arrow, painter, widget)

    @staticmethod
    def _paint_field(option: QStyleOption, painter: QPainter) -> None:
        roles, flags = QPalette.ColorRole, QStyle.StateFlag
        hover, focus, enabled = (
            bool(option.state & flag) for flag in (flags.State_MouseOver, flags.State_HasFocus, flags.State_Enabled)
        )
        fill = roles.AlternateBase if not enabled else roles.Light if hover else roles.Button
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(option.palette.color(fill))
        painter.setPen(option.palette.color(roles.LinkVisited) if focus else Qt.PenStyle.NoPen)
        inset = 0.5 if focus else 0.0
        painter.drawRoundedRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset), FIELD_RADIUS, FIELD_RADIUS)
        painter.restore()

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        """Combo and spin boxes are as high as buttons."""
        found = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]  # None is allowed
        if kind in (QStyle.ContentsType.CT_ComboBox, QStyle.ContentsType.CT_SpinBox):
            return QSize(found.width() + 4, FIELD_HEIGHT)
        return found

    @staticmethod
    def _paint_check(option: QStyleOption, painter: QPainter, *, is_round: bool) -> None:
        """A rounded box or a ring, filled with the accent where it is on, with a tick or a dot as well."""
        roles, state = QPalette.ColorRole, option.state
        on = bool(state & QStyle.StateFlag.State_On)
        hover, focus = (
            bool(state & flag) for flag in (QStyle.StateFlag.State_MouseOver, QStyle.StateFlag.State_HasFocus)
        )
        box = QRectF(option.rect)
        side = min(box.width(), box.height(), 16.0)
        box = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side).adjusted(
            0.5, 0.5, -0.5, -0.5
        )
        colors = QApplication.palette()  # that of the widget may be from before the accent changed
        painter.save()
        if not state & QStyle.StateFlag.State_Enabled:
            painter.setOpacity(0.45)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = roles.LinkVisited if focus else roles.Accent if on else roles.PlaceholderText
        painter.setPen(QPen(colors.color(edge), 1.5 if focus else 1.0))
        painter.setBrush(colors.color(roles.Accent if on else roles.Light if hover else roles.Button))
        radius = side / 2 if is_round else 4.0
        painter.drawRoundedRect(box, radius, radius)
        ink = colors.color(roles.HighlightedText)
        if on and is_round:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(box.center(), 3, 3)
        elif on:
            painter.setPen(QPen(ink, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            tick = ((-0.25, 0.02), (-0.07, 0.2), (0.27, -0.2))
            painter.drawPolyline(QPolygonF([box.center() + QPointF(x, y) * side for x, y in tick]))
        painter.restore()

    def styleHint(self, hint: QStyle.StyleHint, *args: object) -> int:
        """Tooltips come a little sooner, sliders go where they are clicked, buttons and menus are plain words."""
        if hint == QStyle.StyleHint.SH_ToolTip_WakeUpDelay:
            return 500
        if hint in (QStyle.StyleHint.SH_UnderlineShortcut, QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons):
            return 0
        if hint == QStyle.StyleHint.SH_Slider_AbsoluteSetButtons:
            return int(Qt.MouseButton.LeftButton.value)
        return int(super().styleHint(hint, *args))  # type: ignore[arg-type]
