"""The ground of the piano roll: rows, lines, ruler, keyboard, and the empty place."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from generators.artifacts import IntArray, Score
from studio.widgets.colour import mix, with_alpha
from studio.widgets.note_layer import BLACK_KEYS, View
from studio.widgets.theme import ThemeHub, font

KEYBOARD_PX = 40
RULER_PX = 34
MIN_BEAT_PX = 9.0
MIN_NUMBER_PX = 34.0
EMPTY_WIDTH_PX = 420


def _pitches(rect: QRectF, view: View) -> range:
    lowest = max(view.pitch(rect.bottom()), 0)
    highest = min(view.pitch(RULER_PX), 127)
    return range(lowest, highest + 1)


def paint_ground(painter: QPainter, rect: QRectF, view: View, score: Score, bars: IntArray, hub: ThemeHub) -> None:
    """Rows for white and black keys, an edge between octaves, lines for bars and beats."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)  # rows and lines lie on whole pixels
    _paint_rows(painter, rect, view, hub)
    if len(bars):
        _paint_lines(painter, rect, view, score, bars, hub)
    painter.restore()


def _paint_rows(painter: QPainter, rect: QRectF, view: View, hub: ThemeHub) -> None:
    theme = hub.theme
    painter.fillRect(rect, theme.row_white)
    for pitch in _pitches(rect, view):
        row = QRectF(KEYBOARD_PX, view.y(pitch), rect.width(), view.row_px)
        if pitch % 12 in BLACK_KEYS:
            painter.fillRect(row, theme.row_black)
        elif pitch % 12 == 0:
            painter.fillRect(QRectF(row.left(), round(row.bottom()) - 1, row.width(), 1), with_alpha(theme.line, 0.7))


def _paint_lines(painter: QPainter, rect: QRectF, view: View, score: Score, bars: IntArray, hub: ThemeHub) -> None:
    theme = hub.theme
    end_x = view.x(float(bars[-1]))
    if end_x < rect.right():
        painter.fillRect(QRectF(end_x, RULER_PX, rect.right() - end_x + 1, rect.height()), theme.window)
    beat_color, bar_color = mix(theme.row_white, theme.line, 0.42), theme.line  # opaque is faster
    metres = list(zip(score.metre_tick.tolist(), score.metre.tolist(), strict=True))
    for bar, (begin, end) in enumerate(zip(bars[:-1].tolist(), bars[1:].tolist(), strict=True)):
        left, right = view.x(begin), view.x(end)
        if right < KEYBOARD_PX or left > rect.right():
            continue
        denominator = next((metre[1] for tick, metre in reversed(metres) if tick <= begin), 4)
        beat_ticks = score.ticks_per_quarter * 4 / denominator
        if beat_ticks * view.px_per_tick >= MIN_BEAT_PX:
            for beat in range(1, max(math.ceil((end - begin) / beat_ticks), 1)):
                painter.fillRect(
                    QRectF(round(view.x(begin + beat * beat_ticks)), RULER_PX, 1, rect.height()), beat_color
                )
        if right - left >= 4 or bar % 8 == 0:
            painter.fillRect(QRectF(round(left), RULER_PX, 1, rect.height()), bar_color)
    painter.fillRect(QRectF(round(end_x), RULER_PX, 1, rect.height()), bar_color)


def paint_ruler(painter: QPainter, rect: QRectF, view: View, bars: IntArray, hub: ThemeHub) -> None:
    """Bar numbers, as many as there is room for."""
    theme = hub.theme
    ruler = QRectF(0, 0, rect.width(), RULER_PX)
    painter.fillRect(ruler, theme.panel)
    painter.fillRect(QRectF(0, RULER_PX - 1, rect.width(), 1), theme.line)
    if len(bars) < 2:
        return
    painter.setFont(font("small figures"))
    bar_px = (view.x(float(bars[-1])) - view.x(float(bars[0]))) / (len(bars) - 1)
    step = next(step for step in (1, 2, 4, 8, 16, 32, 64, 128, 1 << 30) if step * bar_px >= MIN_NUMBER_PX)
    painter.save()
    painter.setClipRect(ruler.adjusted(KEYBOARD_PX, 0, 0, 0))
    for bar in range(0, len(bars) - 1, step):
        x = view.x(float(bars[bar]))
        if x < KEYBOARD_PX - 60 or x > rect.right():
            continue
        painter.fillRect(QRectF(round(x), RULER_PX - 10, 1, 9), theme.line)
        painter.setPen(theme.text3)
        painter.drawText(QRectF(x + 5, 0, 60, RULER_PX - 2), Qt.AlignmentFlag.AlignVCenter, str(bar + 1))
    painter.restore()


def paint_keyboard(painter: QPainter, rect: QRectF, view: View, hub: ThemeHub, lit: Mapping[int, QColor]) -> None:
    """The keys at the left; `lit` gives pitches that sound or are pointed at, with their colours."""
    theme = hub.theme
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setClipRect(QRectF(0, RULER_PX, KEYBOARD_PX, rect.height()))
    painter.fillRect(QRectF(0, RULER_PX, KEYBOARD_PX, rect.height()), theme.key_white)
    edge = mix(theme.key_white, theme.key_black, 0.38)
    pitches = _pitches(rect, view)
    whites = [pitch for pitch in pitches if pitch % 12 not in BLACK_KEYS]
    for pitch in whites:
        # a white key reaches half under its black neighbours
        top = view.y(pitch) - (view.row_px / 2 if (pitch + 1) % 12 in BLACK_KEYS else 0)
        bottom = view.y(pitch - 1) + (view.row_px / 2 if (pitch - 1) % 12 in BLACK_KEYS else 0)
        if pitch in lit:
            painter.fillRect(QRectF(0, top, KEYBOARD_PX, bottom - top), lit[pitch])
        painter.fillRect(QRectF(0, round(bottom) - 1, KEYBOARD_PX, 1), edge)
    for pitch in pitches:
        if pitch % 12 in BLACK_KEYS:
            key = QRectF(0, view.y(pitch), KEYBOARD_PX * 0.6, view.row_px)
            painter.fillRect(key, lit.get(pitch, theme.key_black))
    if view.row_px >= 6:
        small = font("tiny")
        small.setPixelSize(9)
        painter.setFont(small)
        painter.setPen(QColor("#3A3E49") if theme.is_dark else theme.text2)
        for pitch in whites:
            if pitch % 12 == 0:
                box = QRectF(0, view.y(pitch) - 4, KEYBOARD_PX - 4, view.row_px + 8)
                painter.drawText(
                    box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"C{pitch // 12 - 1}"
                )
    painter.fillRect(QRectF(KEYBOARD_PX - 1, RULER_PX, 1, rect.height()), theme.line)
    painter.restore()


def _ghost_notes() -> list[tuple[float, float, float, int]]:
    """Notes of the empty picture: time and pitch in 0..1, length in 0..1, and the track."""
    notes = []
    for step in range(26):
        time = step / 26
        height = 0.62 + 0.24 * math.sin(time * 5.1 + 0.4) + 0.07 * math.sin(step * 2.4)
        notes.append((time, height, 0.028 + 0.018 * (step % 3 == 0), 0))
        if step % 2 == 0:
            notes.append((time, 0.06 + 0.07 * ((step // 2) % 3), 0.05, 1))
    return notes


def paint_empty(painter: QPainter, rect: QRectF, hub: ThemeHub, text: str) -> None:
    """What will be here, drawn faintly, and one sentence."""
    theme = hub.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(rect, theme.row_white)
    row_px = 14.0
    for row in range(math.ceil(rect.height() / row_px)):
        if (row * 7) % 12 < 5:
            painter.fillRect(QRectF(rect.left(), row * row_px, rect.width(), row_px), theme.row_black)
    ghost = mix(theme.row_white, hub.accent, 0.32 if theme.is_dark else 0.36)
    second = mix(theme.row_white, theme.text3, 0.26)
    area = QRectF(
        rect.center().x() - rect.width() * 0.39,
        rect.top() + rect.height() * 0.12,
        rect.width() * 0.78,
        rect.height() * 0.5,
    )
    painter.setPen(Qt.PenStyle.NoPen)
    for time, height, length, track in _ghost_notes():
        painter.setBrush(second if track else ghost)
        y = math.floor((area.bottom() - height * area.height()) / row_px) * row_px
        note = QRectF(area.left() + time * area.width(), y + 1, length * area.width(), row_px - 2)
        painter.drawRoundedRect(note, 3, 3)
    width = min(EMPTY_WIDTH_PX, rect.width() - 32)
    box = QRectF(rect.center().x() - width / 2, rect.top() + rect.height() * 0.66, width, 80)
    painter.setFont(font("body"))
    painter.setPen(QPen(theme.text2))
    painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, text)
