"""A face in a few lines that does what facial actions say: for small pictures, and where no modelled head can be drawn.

It shows about a third of the actions; whoever wants to see all looks at the head.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from studio.widgets.colour import mix
from studio.widgets.theme import Theme

Value = Callable[[str], float]


def _value_of(values: Mapping[str, float]) -> Value:
    return lambda name: float(values.get(name, 0.0))


def paint_face(painter: QPainter, box: QRectF, values: Mapping[str, float], theme: Theme, accent: QColor) -> None:
    """Draw the face into `box`; `values` are facial actions by name, missing ones at rest."""
    value = _value_of(values)
    unit = min(box.width() / 150.0, box.height() / 190.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center() + QPointF(0, 6 * unit))
    painter.scale(unit, unit)
    painter.rotate(-0.8 * value("head_roll"))
    turn, nod = -0.55 * value("head_yaw"), -0.5 * value("head_pitch")
    thin = max(1.7, 1.1 / unit)
    ink = QPen(theme.text, thin, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    _head(painter, theme, value, thin)
    painter.translate(turn, nod)
    # the character's left is on the right of the picture
    for side, x in (("left", 24.0), ("right", -24.0)):
        _eye(painter, theme, value, side, x, ink, accent)
        _brow(painter, value, side, x, ink)
    _nose(painter, theme, value, thin)
    _mouth(painter, theme, value, ink)
    painter.restore()


def _head(painter: QPainter, theme: Theme, value: Value, thin: float) -> None:
    chin = 72 + 13 * value("jaw_drop") - 2 * value("chin_raise")
    path = QPainterPath(QPointF(0, -84))
    path.cubicTo(40, -84, 62, -56, 60, -16)
    path.cubicTo(58, 22, 42, chin, 0, chin)
    path.cubicTo(-42, chin, -58, 22, -60, -16)
    path.cubicTo(-62, -56, -40, -84, 0, -84)
    painter.setPen(QPen(mix(theme.panel, theme.text3, 0.8), thin))
    painter.setBrush(mix(theme.raised, theme.text3, 0.10))
    painter.drawPath(path)


def _eye(painter: QPainter, theme: Theme, value: Value, side: str, x: float, ink: QPen, accent: QColor) -> None:
    closed = min(value(f"blink_{side}"), 1.0)
    tight = value(f"lid_tighten_{side}") + 0.6 * value(f"cheek_raise_{side}")
    upper = (7.5 + 3.5 * value(f"lid_upper_raise_{side}")) * (1 - closed) * (1 - 0.25 * min(tight, 1.0)) + 0.3
    lower = (4.5 - 3.0 * min(tight, 1.0)) * (1 - closed) + 0.3
    center = QPointF(x, -12)
    path = QPainterPath(center + QPointF(-13, 1))
    path.quadTo(center + QPointF(0, -2 * upper + 2), center + QPointF(13, 1))
    path.quadTo(center + QPointF(0, 2 * lower + 2), center + QPointF(-13, 1))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#F4F1EC") if theme.is_dark else QColor("#FFFFFF"))
    painter.drawPath(path)
    if closed < 0.92:
        painter.save()
        painter.setClipPath(path)
        gaze = center + QPointF(0.16 * value(f"gaze_yaw_{side}"), -0.16 * value(f"gaze_pitch_{side}") - 0.5)
        painter.setBrush(mix(accent, QColor("#20304A"), 0.5))
        painter.drawEllipse(gaze, 5.6, 5.6)
        painter.setBrush(QColor("#101318"))
        painter.drawEllipse(gaze, 2.6, 2.6)
        painter.restore()
    painter.setPen(ink)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    lid = QPainterPath(center + QPointF(-13, 1))
    drop = lower if closed > 0.92 else -upper
    lid.quadTo(center + QPointF(0, 2 * drop + 2), center + QPointF(13, 1))
    painter.drawPath(lid)


def _brow(painter: QPainter, value: Value, side: str, x: float, ink: QPen) -> None:
    sign = 1.0 if x > 0 else -1.0
    low = value(f"brow_lower_{side}")
    inner = -30 - 10 * value(f"brow_inner_raise_{side}") + 9 * low
    outer = -29 - 9 * value(f"brow_outer_raise_{side}") + 2.5 * low
    arch = -36 - 7 * value(f"brow_outer_raise_{side}") - 5 * value(f"brow_inner_raise_{side}") + 7 * low
    near = 8 - 3 * low
    path = QPainterPath(QPointF(sign * near, inner))
    path.quadTo(QPointF(x + sign * 3, arch), QPointF(sign * 41, outer))
    heavy = QPen(ink)
    heavy.setWidthF(ink.widthF() * 1.7)
    painter.setPen(heavy)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _nose(painter: QPainter, theme: Theme, value: Value, thin: float) -> None:
    lift = 2.5 * (value("nose_wrinkle_left") + value("nose_wrinkle_right")) / 2
    wide = 1.5 * (value("nostril_dilate_left") + value("nostril_dilate_right")) / 2
    path = QPainterPath(QPointF(-7 - wide, 19 - lift))
    path.quadTo(QPointF(0, 25 - lift), QPointF(7 + wide, 19 - lift))
    painter.setPen(QPen(mix(theme.panel, theme.text3, 0.9), thin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _mouth(painter: QPainter, theme: Theme, value: Value, ink: QPen) -> None:
    rounded = min(max(value("lip_pucker"), value("lip_funnel")), 1.0)
    stretch = (value("lip_stretch_left") + value("lip_stretch_right")) / 2
    shut = min(value("lips_close") + (value("lip_press_left") + value("lip_press_right")) / 2, 1.0)
    jaw = value("jaw_drop")
    shift = 8 * value("mouth_sideways")
    corners = []
    for side, sign in (("left", 1.0), ("right", -1.0)):
        pull, down = value(f"lip_corner_pull_{side}"), value(f"lip_corner_depress_{side}")
        wide = 20 * (1 - 0.42 * rounded) + 5 * stretch + 6 * pull
        corners.append(QPointF(shift + sign * wide, 42 + 4 * jaw - 9 * pull + 8 * down))
    left, right = corners
    upper = (value("upper_lip_raise_left") + value("upper_lip_raise_right")) / 2
    lower = (value("lower_lip_depress_left") + value("lower_lip_depress_right")) / 2
    gap = (1 - shut) * (26 * jaw * (1 - 0.25 * rounded) + 7 * lower + 5 * rounded * value("lip_funnel"))
    top, bottom = 41 - 5 * upper * (1 - shut), 43 + 5 * jaw * shut + gap
    lip = 3.4 * (1 - 0.7 * min(value("lip_roll_lower") + value("lip_roll_upper") + 0.6 * shut, 1.0)) + 0.6
    outer = QPainterPath(right)
    outer.cubicTo(QPointF(shift - 8, top - 2 * lip), QPointF(shift + 8, top - 2 * lip), left)
    outer.cubicTo(QPointF(shift + 11, bottom + 2.4 * lip), QPointF(shift - 11, bottom + 2.4 * lip), right)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(QColor("#C4605A"), theme.raised, 0.18))
    painter.drawPath(outer)
    inner = QPainterPath(right)
    inner.cubicTo(QPointF(shift - 8, top + 1), QPointF(shift + 8, top + 1), left)
    inner.cubicTo(QPointF(shift + 10, bottom), QPointF(shift - 10, bottom), right)
    if gap + 5 * upper * (1 - shut) > 1.6:
        painter.setBrush(QColor("#3A1618"))
        painter.drawPath(inner)
        _inside(painter, value, inner, shift, top, bottom)
    thin = QPen(mix(ink.color(), QColor("#7A2E2E"), 0.5), ink.widthF() * 0.8)
    painter.setPen(thin)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(inner)


def _inside(painter: QPainter, value: Value, mouth: QPainterPath, shift: float, top: float, bottom: float) -> None:
    """Upper teeth, and the tongue where it rises."""
    painter.save()
    painter.setClipPath(mouth)
    painter.setBrush(QColor("#EFE9DF"))
    painter.drawRoundedRect(QRectF(shift - 13, top - 6, 26, 9.5), 3, 3)
    rise = max(value("tongue_tip_up"), value("tongue_out"), 0.5 * value("tongue_body_up"))
    painter.setBrush(QColor("#C9776F"))
    y = bottom + 3 - rise * max(bottom - top - 4, 0.0)
    painter.drawEllipse(QPointF(shift, y), 10, 5 + 2 * math.sqrt(max(rise, 0.0)))
    painter.restore()
