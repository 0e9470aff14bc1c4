"""How one take looks in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.widgets.colour import mix, on_accent
from studio.widgets.icons import paint_icon
from studio.widgets.theme import RADIUS_LARGE, ThemeHub, font

if TYPE_CHECKING:  # the list imports this module
    from studio.widgets.take_list import TakeRow

ROW_PX = 60
CARD_GAP = 6
INDENT_PX = 14
MAX_DEPTH = 4  # deeper takes stay where the fourth step is, else no room is left for names
THUMBNAIL = QSize(74, 40)
PADDING = 7


class TakeDelegate(QStyledItemDelegate):
    """A card: picture, name, detail, star; a bar along its foot while it is being made."""

    starClicked = Signal(int)

    def __init__(self, hub: ThemeHub, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._hub = hub
        self._view = view

    # -- geometry ----------------------------------------------------------------------------------------------------

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are equally high."""
        return QSize(120, ROW_PX)

    def card_box(self, rect: QRect, row: TakeRow | None) -> QRect:
        """The card in the row's `rect`, moved right by depth."""
        depth = min(row.depth, MAX_DEPTH) if row else 0
        return rect.adjusted(1 + depth * INDENT_PX, 1, -1, -CARD_GAP + 1)

    def thumbnail_box(self, rect: QRect, row: TakeRow | None) -> QRect:
        """The place of the picture."""
        card = self.card_box(rect, row)
        top = card.top() + (card.height() - THUMBNAIL.height()) // 2
        return QRect(card.left() + PADDING, top, THUMBNAIL.width(), THUMBNAIL.height())

    def star_box(self, rect: QRect, row: TakeRow | None) -> QRect:
        """The place of the star."""
        card = self.card_box(rect, row)
        return QRect(card.right() - 28, card.top() + (card.height() - 24) // 2, 24, 24)

    def name_box(self, rect: QRect, row: TakeRow | None) -> QRect:
        """The place of the name."""
        picture, star = self.thumbnail_box(rect, row), self.star_box(rect, row)
        left = picture.right() + 11
        return QRect(left, picture.top() + 1, max(star.left() - left - 2, 10), 19)

    # -- painting ----------------------------------------------------------------------------------------------------

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the card of one take."""
        row: TakeRow | None = index.data(int(Qt.ItemDataRole.UserRole))
        if row is None:
            return
        theme, rect = self._hub.theme, option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        card = QRectF(self.card_box(rect, row))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_branch(painter, rect, row)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.control if hover and not chosen else theme.raised)
        painter.drawRoundedRect(card, RADIUS_LARGE, RADIUS_LARGE)
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            wide = 2.0 if self._view.hasFocus() else 1.25
            edge = self._hub.accent_mark if self._view.hasFocus() else mix(self._hub.accent_mark, theme.raised, 0.3)
            painter.setPen(QPen(edge, wide))
            inside = card.adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
            painter.drawRoundedRect(inside, RADIUS_LARGE - 1, RADIUS_LARGE - 1)
        self._paint_picture(painter, QRectF(self.thumbnail_box(rect, row)), row)
        self._paint_words(painter, rect, row)
        if row.starred or hover or chosen:
            star = QRectF(self.star_box(rect, row)).adjusted(4, 4, -4, -4)
            color = self._hub.accent_text if row.starred else theme.text3
            paint_icon(painter, "star" if row.starred else "star outline", star, color)
        if row.busy is not None:
            self._paint_progress(painter, card, row.busy)
        painter.restore()

    def _paint_branch(self, painter: QPainter, rect: QRect, row: TakeRow) -> None:
        """A small elbow to the take it came from, so that the tree is not told by the indent alone."""
        depth = min(row.depth, MAX_DEPTH)
        if not depth:
            return
        x = rect.left() + (depth - 1) * INDENT_PX + 7
        middle = self.card_box(rect, row).center().y()
        painter.setPen(QPen(self._hub.theme.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            [QPointF(x + 0.5, rect.top() - CARD_GAP + 1), QPointF(x + 0.5, middle + 0.5), QPointF(x + 7, middle + 0.5)]
        )

    def _paint_picture(self, painter: QPainter, box: QRectF, row: TakeRow) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._hub.theme.well)
        painter.drawRoundedRect(box, 4, 4)
        if (picture := row.picture) is not None:
            painter.drawPixmap(box, picture, QRectF(picture.rect()))
        if row.mark:
            badge = QRectF(box.left() + 3, box.top() + 3, 10.0 + 7.0 * (len(row.mark) - 1) + 5.0, 15)
            painter.setBrush(self._hub.accent_mark)
            painter.drawRoundedRect(badge, 4, 4)
            painter.setFont(font("heading"))
            painter.setPen(on_accent(self._hub.accent_mark))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, row.mark)

    def _paint_words(self, painter: QPainter, rect: QRect, row: TakeRow) -> None:
        theme, box = self._hub.theme, QRectF(self.name_box(rect, row))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for role, color, text, area in (
            ("body", theme.text, row.short or row.name, box),
            ("small figures", theme.text3, row.detail, box.translated(0, 19)),
        ):
            painter.setFont(font(role))
            painter.setPen(color)
            shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, align, shown)

    def _paint_progress(self, painter: QPainter, card: QRectF, busy: float) -> None:
        bar = QRectF(card.left() + PADDING, card.bottom() - 4, card.width() - 2 * PADDING, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(self._hub.theme.raised, self._hub.theme.text3, 0.3))
        painter.drawRoundedRect(bar, 1, 1)
        painter.setBrush(self._hub.accent_mark)
        painter.drawRoundedRect(QRectF(bar.topLeft(), bar.size()).adjusted(0, 0, -(1 - busy) * bar.width(), 0), 1, 1)

    # -- editing -----------------------------------------------------------------------------------------------------

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """A click on the star toggles it and nothing else."""
        kinds = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)
        if isinstance(event, QMouseEvent) and event.type() in kinds and event.button() == Qt.MouseButton.LeftButton:
            row = index.data(int(Qt.ItemDataRole.UserRole))
            if self.star_box(option.rect, row).contains(event.position().toPoint()):
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self.starClicked.emit(index.row())
                return True
        return bool(super().editorEvent(event, model, option, index))

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A line edit over the name."""
        editor = QLineEdit(parent)
        editor.setMaxLength(120)
        editor.setAccessibleName("Name of the take")
        editor.setStyleSheet("QLineEdit { min-height: 20px; padding: 0 4px; border-radius: 4px; }")
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The editor lies over the name."""
        row = index.data(int(Qt.ItemDataRole.UserRole))
        editor.setGeometry(self.name_box(option.rect, row).adjusted(-6, -2, 2, 2))
