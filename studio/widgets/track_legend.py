"""The tracks of a score by name and colour: which are shown, and which one the hand may touch."""

from __future__ import annotations

import functools

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from generators.artifacts import Score
from studio.widgets.colour import mix
from studio.widgets.icons import paint_icon
from studio.widgets.note_editor import NoteEditor
from studio.widgets.note_layer import track_colours
from studio.widgets.theme import RADIUS, Canvas, ThemeHub, font, paint_focus

CHIP_PX = 24
SWATCH_PX = 10.0
PAD_PX = 7.0
GAP_PX = 4.0
NAME_PX = 96.0


def track_name(score: Score, track: int) -> str:
    """The name of a track, or its number."""
    return score.tracks[track].name or f"Track {track + 1}"


class TrackLegend(Canvas):
    """A chip for each track: a click on its swatch hides or shows it, one on its name lets the hand work on it alone.

    What does not fit stands in a menu at the end, which the menu key opens too.
    """

    def __init__(self, hub: ThemeHub, editor: NoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._editor = editor
        self._chips: list[tuple[int, QRectF]] = []
        self._more: QRectF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CHIP_PX)
        self.setMinimumWidth(CHIP_PX)
        self.setAccessibleName("Tracks")
        self.setToolTip("Click a colour to hide its track, a name to work on that track alone.")
        editor.changed.connect(self._changed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, CHIP_PX)

    def _changed(self) -> None:
        self.setAccessibleDescription(", ".join(self._words(track) for track in self._tracks()) or "none")
        self.update()

    def _tracks(self) -> range:
        score = self._editor.score
        return range(len(score.tracks) if score is not None else 0)

    def _words(self, track: int) -> str:
        score = self._editor.score
        name = track_name(score, track) if score is not None else ""
        if track in self._editor.hidden:
            return f"{name} hidden"
        return f"{name} alone" if self._editor.focus_track == track else name

    # -- commands ----------------------------------------------------------------------------------------------------

    def toggle_hidden(self, track: int) -> None:
        """Hide a track, or show it again."""
        self._editor.set_hidden(self._editor.hidden ^ {track})

    def toggle_focus(self, track: int) -> None:
        """Work on one track alone, or on all again."""
        self._editor.set_focus_track(None if self._editor.focus_track == track else track)

    def menu(self) -> QMenu:
        """All tracks with what can be done to them."""
        menu = QMenu(self)
        score = self._editor.score
        for track in self._tracks():
            if score is None:
                break
            shown = menu.addAction(f"Show {track_name(score, track)}", functools.partial(self.toggle_hidden, track))
            shown.setCheckable(True)
            shown.setChecked(track not in self._editor.hidden)
        menu.addSeparator()
        for track in self._tracks():
            if score is None:
                break
            alone = menu.addAction(
                f"Work on {track_name(score, track)} alone", functools.partial(self.toggle_focus, track)
            )
            alone.setCheckable(True)
            alone.setChecked(self._editor.focus_track == track)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hide a track by its colour, bring it to the front by its name, or open the menu."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        position = event.position()
        for track, chip in self._chips:
            if chip.contains(position):
                if position.x() <= chip.left() + PAD_PX + SWATCH_PX + 3:
                    self.toggle_hidden(track)
                else:
                    self.toggle_focus(track)
                return
        if self._more is not None and self._more.contains(position):
            self.menu().popup(self.mapToGlobal(self._more.bottomLeft().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return, Down or the menu key open the menu."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Menu):
            self.menu().popup(self.mapToGlobal(self.rect().bottomLeft()))
        else:
            event.ignore()

    # -- painting ----------------------------------------------------------------------------------------------------

    def _lay_out(self, metrics: QFontMetricsF) -> None:
        """Place as many chips as there is room for, from the right edge."""
        score = self._editor.score
        self._chips, self._more = [], None
        if score is None:
            return
        widths = [
            min(metrics.horizontalAdvance(track_name(score, track)), NAME_PX) + SWATCH_PX + 3 * PAD_PX
            for track in self._tracks()
        ]
        room, count = float(self.width()), len(widths)
        if sum(widths) + GAP_PX * (count - 1) > room:
            room -= CHIP_PX + GAP_PX
            while count and sum(widths[:count]) + GAP_PX * max(count - 1, 0) > room:
                count -= 1
            self._more = QRectF(self.width() - CHIP_PX, 0, CHIP_PX, CHIP_PX)
        x = room - sum(widths[:count]) - GAP_PX * max(count - 1, 0)
        for track, width in enumerate(widths[:count]):
            self._chips.append((track, QRectF(x, 0, width, CHIP_PX)))
            x += width + GAP_PX

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the chips: a filled swatch is shown, a hollow one hidden; the track in front has a frame."""
        score, theme = self._editor.score, self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        metrics = QFontMetricsF(painter.font())
        self._lay_out(metrics)
        if score is None:
            return
        colours = track_colours(self.hub, len(score.tracks))
        for track, chip in self._chips:
            hidden, focused = track in self._editor.hidden, track == self._editor.focus_track
            painter.setPen(QPen(theme.text3, 1) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(theme.control if focused else theme.raised)
            painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            swatch = QRectF(chip.left() + PAD_PX, (CHIP_PX - SWATCH_PX) / 2, SWATCH_PX, SWATCH_PX)
            color = colours[track]
            painter.setPen(QPen(color, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush if hidden else color)
            radius = 4.0 if track == 0 else 1.0  # as the notes of the track
            painter.drawRoundedRect(swatch, radius, radius)
            painter.setPen(mix(theme.text3, theme.panel, 0.3) if hidden else theme.text2)
            box = QRectF(swatch.right() + PAD_PX, 0, chip.right() - swatch.right() - 2 * PAD_PX + 2, CHIP_PX)
            name = metrics.elidedText(track_name(score, track), Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        if self._more is not None:
            paint_icon(painter, "more", self._more.adjusted(4, 4, -4, -4), theme.text2)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub)
