"""What lies over the notes of the piano roll: chosen bars, locked bars, the rubber band."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from generators.artifacts import IntArray, Score
from studio.widgets.colour import readable, with_alpha
from studio.widgets.icons import paint_icon
from studio.widgets.note_layer import View
from studio.widgets.roll_ground import KEYBOARD_PX, RULER_PX
from studio.widgets.theme import ThemeHub, font

LOCK_PX = 9.0
MIN_LOCK_PX = 14.0
LABEL_PX = 140.0


def bars_words(bars: tuple[int, int]) -> str:
    """Bars from `begin` to before `end`, counted from 0, as a person counts them."""
    begin, end = bars
    return f"bar {begin + 1}" if end == begin + 1 else f"bars {begin + 1}–{end}"


def paint_bars(
    painter: QPainter, rect: QRectF, view: View, bars: IntArray, chosen: tuple[int, int], hub: ThemeHub, caption: str
) -> None:
    """The chosen bars: a line in the ruler, a tint over the notes, and what will happen to them."""
    left, right = view.x(float(bars[chosen[0]])), view.x(float(bars[chosen[1]]))
    painter.save()
    painter.setClipRect(rect.adjusted(KEYBOARD_PX, 0, 0, 0))
    accent = hub.accent
    area = QRectF(left, RULER_PX, right - left, rect.height() - RULER_PX)
    painter.fillRect(area, with_alpha(accent, 0.10 if hub.theme.is_dark else 0.14))
    for x in (left, right):
        painter.fillRect(QRectF(round(x), RULER_PX, 1, rect.height()), with_alpha(accent, 0.45))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hub.accent_mark)
    painter.drawRoundedRect(QRectF(left, RULER_PX - 7, right - left, 4), 2, 2)
    painter.setFont(font("small"))
    metrics = QFontMetricsF(painter.font())
    visible_left = max(left, KEYBOARD_PX)
    room = min(right, rect.right()) - visible_left - 14
    words = next((text for text in (caption, bars_words(chosen)) if metrics.horizontalAdvance(text) <= room), "")
    if words:
        width = metrics.horizontalAdvance(words)
        box = QRectF(visible_left + 3, RULER_PX + 4, width + 10, 18)
        painter.setBrush(with_alpha(hub.theme.row_white, 0.86))  # notes may lie under it
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(readable(accent, hub.theme.row_white))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()


def paint_locks(
    painter: QPainter, rect: QRectF, view: View, bars: IntArray, locked: Collection[int], hub: ThemeHub
) -> None:
    """A small lock in the ruler of each locked bar, and a quiet hatch over its notes."""
    painter.save()
    painter.setClipRect(rect.adjusted(KEYBOARD_PX, 0, 0, 0))
    for bar in sorted(locked):
        if not 0 <= bar < len(bars) - 1:
            continue
        left, right = view.x(float(bars[bar])), view.x(float(bars[bar + 1]))
        if right < KEYBOARD_PX or left > rect.right():
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(left, RULER_PX - 2, right - left, 2), hub.theme.text3)
        painter.fillRect(QRectF(left, RULER_PX, right - left, rect.height()), with_alpha(hub.theme.text3, 0.05))
        if right - left >= MIN_LOCK_PX:
            box = QRectF(right - LOCK_PX - 4, (RULER_PX - LOCK_PX) / 2 - 2, LOCK_PX, LOCK_PX)
            paint_icon(painter, "lock", box, hub.theme.text2)
    painter.restore()


def paint_band(painter: QPainter, corner: QPointF, opposite: QPointF, hub: ThemeHub) -> None:
    """The rubber band between two points."""
    painter.setPen(QPen(hub.theme.text2, 1, Qt.PenStyle.DashLine))
    painter.setBrush(with_alpha(hub.theme.text, 0.07))
    painter.drawRect(QRectF(corner, opposite).normalized())


def labels_of(score: Score) -> list[tuple[int, str]]:
    """What stands along the foot of the notes: markers, and the tempo wherever it changes."""
    labels = [(marker.tick, marker.text) for marker in score.markers if marker.text.strip()]
    if len(score.tempo_tick) > 1:
        changes = zip(score.tempo_tick.tolist(), score.tempo_bpm.tolist(), strict=True)
        labels += [(tick, f"♩ = {bpm:.0f}") for tick, bpm in changes]
    return sorted(labels)


def paint_labels(painter: QPainter, rect: QRectF, view: View, score: Score, hub: ThemeHub) -> None:
    """Markers and changes of tempo, as many as there is room for."""
    labels = labels_of(score)
    if not labels:
        return
    theme = hub.theme
    painter.save()
    painter.setFont(font("tiny"))
    metrics = QFontMetricsF(painter.font())
    taken = float("-inf")
    for tick, text in labels:
        x = view.x(tick)
        words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, LABEL_PX)
        width = metrics.horizontalAdvance(words)
        if x < taken or x + width < KEYBOARD_PX or x > rect.right():
            continue
        box = QRectF(round(x) + 1, rect.bottom() - 17, width + 8, 15)
        painter.fillRect(box, with_alpha(theme.panel, 0.9))
        painter.fillRect(QRectF(round(x), rect.bottom() - 17, 1.5, 15), theme.text3)
        painter.setPen(theme.text2)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        taken = box.right() + 2
    painter.restore()
