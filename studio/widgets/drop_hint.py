"""What a drop would do, said over the window while the hand still carries."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.widgets.icons import paint_icon
from studio.widgets.theme import RADIUS_LARGE, Canvas, ThemeHub, font, with_alpha

PAD_PX, ICON_PX, GAP_PX, INSET_PX, TALL_PX = 16.0, 16.0, 10.0, 8.0, 40.0


class DropHint(Canvas):
    """A frame around what would take the drop, with a sentence in it; one that is refused is dashed and says why."""

    def __init__(self, hub: ThemeHub, parent: QWidget) -> None:
        super().__init__(hub, parent)
        self.text = ""
        self.is_taken = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def tell(self, text: str, *, taken: bool) -> None:
        """Say what the drop would do, or why it is not taken."""
        self.text, self.is_taken = text, taken
        self.setAccessibleName(text)
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame, and the sentence in the upper middle of it."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self.hub.accent_mark if self.is_taken else theme.text3
        style = Qt.PenStyle.SolidLine if self.is_taken else Qt.PenStyle.DashLine
        frame = QRectF(self.rect()).adjusted(INSET_PX, INSET_PX, -INSET_PX, -INSET_PX)
        painter.setPen(QPen(color, 2.0, style))
        painter.setBrush(with_alpha(color, 0.07) if self.is_taken else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, RADIUS_LARGE, RADIUS_LARGE)
        painter.setFont(font("strong"))
        metrics = QFontMetricsF(painter.font())
        most = frame.width() - 2 * (PAD_PX + INSET_PX) - ICON_PX - GAP_PX
        text = metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, most)
        wide = metrics.horizontalAdvance(text) + 2 * PAD_PX + ICON_PX + GAP_PX + 1
        chip = QRectF(frame.center().x() - wide / 2, frame.top() + frame.height() * 0.25 - TALL_PX / 2, wide, TALL_PX)
        painter.setPen(QPen(color, 1.5, style))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(chip, RADIUS_LARGE, RADIUS_LARGE)
        sign = QRectF(chip.left() + PAD_PX, chip.center().y() - ICON_PX / 2, ICON_PX, ICON_PX)
        paint_icon(painter, "check" if self.is_taken else "close", sign, theme.text if self.is_taken else theme.text2)
        painter.setPen(theme.text if self.is_taken else theme.text2)
        words = chip.adjusted(PAD_PX + ICON_PX + GAP_PX, 0, -PAD_PX + 1, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
