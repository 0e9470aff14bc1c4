"""How the rows of the curve editor look."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from generators.face.actions import BY_NAME, INDEX
from studio.widgets.colour import mix, on_accent, readable, with_alpha
from studio.widgets.curve_rows import HUES, CurveRow, Curves, busiest
from studio.widgets.icons import paint_icon
from studio.widgets.theme import Theme, font
from studio.widgets.time_view import GUTTER_PX, TimeView

LETTER_PX = 16.0
EDGE_PX = 5.0


def letter_boxes(row: CurveRow) -> dict[str, QRectF]:
    """The places of M and S in the gutter of a row."""
    y = row.top + (row.height - LETTER_PX) / 2
    right = GUTTER_PX - 7
    return {
        "M": QRectF(right - 2 * LETTER_PX - 2, y, LETTER_PX, LETTER_PX),
        "S": QRectF(right - LETTER_PX, y, LETTER_PX, LETTER_PX),
    }


def hue_of(row: CurveRow, theme: Theme) -> QColor:
    """The colour of a row's curves."""
    return readable(QColor(HUES[row.group]), theme.row_white, 3.0)


def y_of(row: CurveRow, value: float, limits: tuple[float, float]) -> float:
    """The place of a value in its row."""
    low, high = limits
    share = (value - low) / max(high - low, 1e-9)
    return row.top + row.height - EDGE_PX - share * (row.height - 2 * EDGE_PX)


def value_at(row: CurveRow, y: float, limits: tuple[float, float]) -> float:
    """The value at a place, beyond the row too."""
    low, high = limits
    share = (row.top + row.height - EDGE_PX - y) / (row.height - 2 * EDGE_PX)
    return low + share * (high - low)


def polyline(
    row: CurveRow, column: np.ndarray, limits: tuple[float, float], view: TimeView, width: float, rate_hz: float
) -> QPolygonF:
    """The stretch in sight of one curve (frames,) as a line."""
    first = max(int(view.begin_s * rate_hz) - 1, 0)
    last = min(int(view.end_s * rate_hz) + 2, len(column))
    if last - first < 2:
        return QPolygonF()
    count = min(last - first, max(int(width), 2))
    frames = np.unique(np.linspace(first, last - 1, count).round().astype(int))
    xs = GUTTER_PX + (frames / rate_hz - view.begin_s) / view.span_s * (width - GUTTER_PX)
    low, high = limits
    share = np.clip((column[frames] - low) / max(high - low, 1e-9), -0.1, 1.1)
    ys = row.top + row.height - EDGE_PX - share * (row.height - 2 * EDGE_PX)
    return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])


def paint_gutter_row(
    painter: QPainter,
    row: CurveRow,
    theme: Theme,
    *,
    muted: bool,
    soloed: bool,
    chosen: bool,
    gain: float,
    accent: QColor,
) -> None:
    """Name, sign of folding, M and S, and how much a gain changes it."""
    left = 25.0 if row.is_group else 14.0
    if chosen:
        painter.fillRect(QRectF(0, row.top, GUTTER_PX - 1, row.height), mix(theme.panel, theme.control, 0.8))
        painter.fillRect(QRectF(0, row.top, 3, row.height), accent)
    if row.is_group:
        box = QRectF(9, row.top + row.height / 2 - 6, 12, 12)
        paint_icon(painter, "down" if row.is_open else "right", box, theme.text3)
    painter.setFont(font("body" if row.is_group else "small"))
    painter.setPen(theme.text if row.is_group else theme.text2)
    room = letter_boxes(row)["M"].left() - left - 2
    if row.is_group or row.height < 40:
        words = QFontMetricsF(painter.font()).elidedText(row.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, row.top, room, row.height), Qt.AlignmentFlag.AlignVCenter, words)
    else:
        wraps = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignVCenter)
        lines = row.height - (12 if gain != 1.0 else 2)
        painter.drawText(QRectF(left, row.top + 1, room, lines), wraps, row.title)
        if gain != 1.0:
            painter.setFont(font("tiny"))
            painter.setPen(accent)
            painter.drawText(QRectF(left, row.top + row.height - 13, room, 12), 0, f"× {gain:.2f}")
    for letter, box in letter_boxes(row).items():
        on = muted if letter == "M" else soloed
        painter.setPen(Qt.PenStyle.NoPen)
        ground = theme.text if on and letter == "M" else accent if on else theme.control
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font("tiny"))
        painter.setPen(on_accent(ground) if on else theme.text3)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def paint_ground_row(painter: QPainter, row: CurveRow, theme: Theme, width: float, limits: tuple[float, float]) -> None:
    """The line under a row, and the line of rest."""
    painter.fillRect(QRectF(0, row.top + row.height - 1, width, 1), mix(theme.row_white, theme.line, 0.8))
    if row.is_group and row.is_open:
        painter.fillRect(
            QRectF(GUTTER_PX, row.top, width - GUTTER_PX, row.height - 1), mix(theme.row_white, theme.panel, 0.6)
        )
        return
    if limits[0] < 0:
        y = round(y_of(row, 0.0, limits))
        painter.fillRect(QRectF(GUTTER_PX, y, width - GUTTER_PX, 1), mix(theme.row_white, theme.line, 0.9))


def paint_curves_row(
    painter: QPainter,
    row: CurveRow,
    theme: Theme,
    shown: Curves,
    generated: Curves | None,
    limits: Mapping[str, tuple[float, float]],
    view: TimeView,
    width: float,
    rate_hz: float,
    *,
    dim: bool,
) -> None:
    """The curves of a row, and thin under them where they lay before the hand changed them.

    Of a folded group those that move most are shown, else an action with its twin.
    """
    if row.is_group and row.is_open:
        return
    hue = hue_of(row, theme)
    if dim:
        hue = with_alpha(mix(hue, theme.row_white, 0.55), 0.8)
    names = busiest(row, shown) if row.is_group else row.actions
    strongest = sorted(names, key=lambda name: float(np.ptp(shown[:, INDEX[name]])) / _reach(name))
    for place, name in enumerate(strongest if row.is_group else names[::-1]):
        index = INDEX[name]
        own = _own_limits(name, limits[row.key], row)
        if (
            generated is not None
            and len(generated) == len(shown)
            and not np.array_equal(generated[:, index], shown[:, index])
        ):
            painter.setPen(QPen(with_alpha(theme.text3, 0.75), 1.0))
            painter.drawPolyline(polyline(row, generated[:, index], own, view, width, rate_hz))
        color = hue
        pen = QPen(color, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        if row.is_group:
            faint = (len(names) - 1 - place) / max(len(names), 1)
            pen.setColor(mix(hue, theme.row_white, 0.62 * faint))
            pen.setWidthF(1.8 if faint == 0 else 1.3)
        elif BY_NAME[name].side == "right":
            twin = shown[:, INDEX[BY_NAME[name].twin]]
            if np.allclose(shown[:, index], twin, atol=1e-3):
                continue
            pen.setColor(mix(hue, theme.text, 0.35))
            pen.setStyle(Qt.PenStyle.DashLine)
            pen.setWidthF(1.3)
        painter.setPen(pen)
        painter.drawPolyline(polyline(row, shown[:, index], own, view, width, rate_hz))


def _reach(name: str) -> float:
    return BY_NAME[name].high - BY_NAME[name].low


def _own_limits(name: str, limits: tuple[float, float], row: CurveRow) -> tuple[float, float]:
    """In a group, actions with a sign share the row with those without: each starts from its own rest."""
    action = BY_NAME[name]
    if row.is_group and limits[0] < 0 <= action.low and not action.unit:
        return 0.0, limits[1]
    return limits


def paint_legend(painter: QPainter, row: CurveRow, theme: Theme, names: Collection[str], width: float) -> None:
    """What the curves of a folded group are, at its right end."""
    if not names:
        return
    painter.setFont(font("tiny"))
    seen: list[str] = []
    for name in names:
        title = BY_NAME[name].title
        short = title.rpartition(",")[0] or title
        if short not in seen:
            seen.append(short)
    metrics = QFontMetricsF(painter.font())
    words = metrics.elidedText(" · ".join(seen), Qt.TextElideMode.ElideRight, width - GUTTER_PX - 16)
    box = QRectF(GUTTER_PX + 7, row.top + 2, metrics.horizontalAdvance(words) + 6, 13)
    painter.fillRect(box.adjusted(-2, 0, 0, 0), with_alpha(theme.row_white, 0.75))
    painter.setPen(theme.text3)
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
