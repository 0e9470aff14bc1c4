"""How a take and a step look in the history."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.document.model import Take
from studio.history_model import NODE
from studio.history_rows import StepRow, TakeNode, time_words
from studio.widgets.colour import mix
from studio.widgets.icons import paint_icon
from studio.widgets.theme import RADIUS, ThemeHub, font

TAKE_PX, STEP_PX = 46, 30
THUMB = QSize(56, 30)
LANE_PX, MOST_LANES = 16, 10
_PAD = 8

AnyIndex = QModelIndex | QPersistentModelIndex


def _ground(painter: QPainter, option: QStyleOptionViewItem, hub: ThemeHub) -> QRect:
    """Paint what lies under a row, and return the room on it."""
    theme = hub.theme
    state = option.state
    rect: QRect = option.rect.adjusted(0, 1, -4, -1)
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.control if chosen else theme.raised)
        painter.drawRoundedRect(QRectF(rect), RADIUS, RADIUS)
    if chosen and state & QStyle.StateFlag.State_Active:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(hub.accent_mark, 1.25))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.7, 0.7, -0.7, -0.7), RADIUS, RADIUS)
    return rect


def _line(painter: QPainter, role: str, color: QColor, rect: QRectF, text: str) -> None:
    painter.setFont(font(role))
    painter.setPen(color)
    cut = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)


class TakePainter(QStyledItemDelegate):
    """A picture, the name, a line below it, and the star.

    `picture` gives the picture of a take or None, `words` the line below; `faded` says that a take is only shown for
    those that stand under it.
    """

    def __init__(
        self,
        hub: ThemeHub,
        picture: Callable[[Take], QPixmap | None],
        words: Callable[[TakeNode], str],
        faded: Callable[[TakeNode], bool],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._hub = hub
        self._picture, self._words, self._faded = picture, words, faded

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """All rows are equally high."""
        return QSize(200, TAKE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one take."""
        node: TakeNode | None = index.data(NODE)
        if node is None:
            return
        theme = self._hub.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect = _ground(painter, option, self._hub)
        place = QRectF(rect.left() + _PAD, rect.center().y() - THUMB.height() / 2 + 0.5, THUMB.width(), THUMB.height())
        self._paint_picture(painter, node.take, place)
        is_faded = self._faded(node)
        star_px = 22 if node.take.starred else 0
        width = rect.right() - place.right() - 2 * _PAD - star_px
        left, middle = place.right() + _PAD + 2, rect.center().y()
        name_color = theme.text3 if is_faded else theme.text
        _line(painter, "strong", name_color, QRectF(left, middle - 19, width, 19), node.take.name)
        _line(painter, "small", theme.text3, QRectF(left, middle, width, 17), self._words(node))
        if node.take.starred:
            paint_icon(painter, "star", QRectF(rect.right() - 24, middle - 8, 16, 16), self._hub.accent_mark)
        painter.restore()

    def _paint_picture(self, painter: QPainter, take: Take, place: QRectF) -> None:
        theme = self._hub.theme
        path = QPainterPath()
        path.addRoundedRect(place, 4, 4)
        painter.fillPath(path, theme.well)
        picture = self._picture(take)
        if picture is None:
            color = mix(theme.text3, theme.well, 0.2)
            paint_icon(painter, _icon_of(take), QRectF(place.center().x() - 8, place.center().y() - 8, 16, 16), color)
            return
        size = picture.deviceIndependentSize()
        scale = max(place.width() / size.width(), place.height() / size.height())
        whole = QRectF(0, 0, size.width() * scale, size.height() * scale)
        whole.moveCenter(place.center())
        painter.save()
        painter.setClipPath(path)
        painter.drawPixmap(whole, picture, QRectF(picture.rect()))
        painter.restore()


def _icon_of(take: Take) -> str:
    """What stands for a take without a picture."""
    return {"score": "play", "audio": "volume", "rig curves": "microphone", "pictures": "fit"}.get(take.kind, "info")


class StepPainter(QStyledItemDelegate):
    """A dot in its lane, what was done, and when."""

    def __init__(self, hub: ThemeHub, parent: QWidget) -> None:
        super().__init__(parent)
        self._hub = hub
        self.lanes = 1

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """All rows are equally high."""
        return QSize(200, STEP_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one step."""
        row: StepRow | None = index.data(NODE)
        if row is None:
            return
        theme, info = self._hub.theme, row.info
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = _ground(painter, option, self._hub)
        self._paint_lanes(painter, QRectF(option.rect), row)
        left = rect.left() + _PAD + min(self.lanes, MOST_LANES) * LANE_PX + 6
        when = time_words(info.created_utc)
        wide = QFontMetricsF(font("small")).horizontalAdvance(when) + 8
        color = theme.text if info.is_done else theme.text2 if info.on_line else theme.text3
        name = label_of_step(row)
        role = "strong" if info.is_here else "body"
        _line(painter, role, color, QRectF(left, rect.top(), rect.right() - left - wide - _PAD, rect.height()), name)
        _line(painter, "small", theme.text3, QRectF(rect.right() - wide, rect.top(), wide, rect.height()), when)
        painter.restore()

    def _x(self, rect: QRectF, lane: int) -> float:
        return rect.left() + _PAD + (min(lane, MOST_LANES - 1) + 0.5) * LANE_PX

    def _paint_lanes(self, painter: QPainter, rect: QRectF, row: StepRow) -> None:
        theme = self._hub.theme
        info, x, y = row.info, self._x(rect, row.lane), rect.center().y()
        quiet, loud = mix(theme.text3, theme.panel, 0.35), self._hub.accent_mark
        painter.setPen(QPen(quiet, 1.5))
        for lane in row.through:
            painter.drawLine(QPointF(self._x(rect, lane), rect.top()), QPointF(self._x(rect, lane), rect.bottom()))
        mine = QPen(loud if info.is_done else quiet, 1.5)
        painter.setPen(mine)
        if not row.begins:
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, y))
        if not row.ends:
            painter.setPen(QPen(quiet, 1.5) if info.is_here else mine)
            painter.drawLine(QPointF(x, y), QPointF(x, rect.bottom()))
        painter.setPen(QPen(quiet, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for lane in row.opens:
            to = self._x(rect, lane)
            path = QPainterPath(QPointF(x, y))
            path.cubicTo(QPointF(to, y), QPointF(to, y), QPointF(to, rect.bottom()))
            painter.drawPath(path)
        if info.is_here:
            painter.setPen(QPen(loud, 1.5))
            painter.setBrush(theme.panel)
            painter.drawEllipse(QPointF(x, y), 6.5, 6.5)
        painter.setPen(QPen(loud if info.is_done else quiet, 1.5))
        painter.setBrush(loud if info.is_done else theme.panel)
        painter.drawEllipse(QPointF(x, y), 3.5, 3.5)


def label_of_step(row: StepRow) -> str:
    """What was done, in words that begin a line."""
    name = row.info.label or "The beginning"
    return f"{name[:1].upper()}{name[1:]}"
