"""A hand on the piano roll, and a small score for it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from generators.artifacts import Score, Track
from studio.widgets.bar_lane import BarAttribute
from studio.widgets.piano_roll import PianoRoll

LEFT = Qt.MouseButton.LeftButton


NONE = Qt.KeyboardModifier.NoModifier


SHIFT = Qt.KeyboardModifier.ShiftModifier


CTRL = Qt.KeyboardModifier.ControlModifier


ALT = Qt.KeyboardModifier.AltModifier


def small_score(bars: int = 4, left: str = "Left hand") -> Score:
    """Three notes of the right hand and one of the left."""
    return Score(
        [0, 480, 960, 0],
        [480, 480, 960, 1920],
        [60, 64, 67, 48],
        [80, 90, 100, 60],
        [0, 0, 0, 1],
        (Track("Right hand"), Track(left)),
        length=bars * 1920,
    )


class Hand:
    """A hand on a roll, at musical places."""

    def __init__(self, qtbot, roll: PianoRoll) -> None:
        self.qtbot, self.roll = qtbot, roll

    def at(self, tick: float, pitch: int) -> QPoint:
        view = self.roll.view()
        return QPoint(round(view.x(tick)), round(view.y(pitch) + view.row_px / 2))

    def click(self, tick: float, pitch: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mouseClick(self.roll.viewport(), LEFT, modifiers, self.at(tick, pitch))

    def double_click(self, tick: float, pitch: int) -> None:
        place = self.at(tick, pitch)
        self.qtbot.mouseDClick(self.roll.viewport(), LEFT, NONE, place)
        self.qtbot.mouseRelease(self.roll.viewport(), LEFT, NONE, place)

    def drag(self, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        viewport = self.roll.viewport()
        QTest.mousePress(viewport, LEFT, modifiers, start)
        for share in (0.3, 0.7, 1.0):
            self.move(start + (end - start) * share, modifiers)
        QTest.mouseRelease(viewport, LEFT, modifiers, end)

    def move(self, place: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        from PySide6.QtCore import QEvent, QPointF
        from PySide6.QtGui import QMouseEvent

        viewport = self.roll.viewport()
        event = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(place), QPointF(viewport.mapToGlobal(place)),
            Qt.MouseButton.NoButton, LEFT, modifiers,
        )  # fmt: skip
        QGuiApplication.sendEvent(viewport, event)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(self.roll, key, modifiers)

    @property
    def chosen(self) -> list[int]:
        return self.roll.editor.score.pitch[self.roll.editor.selection].tolist()

    @property
    def notes(self) -> list[tuple[int, int, int]]:
        score = self.roll.editor.score
        return list(zip(score.start.tolist(), score.duration.tolist(), score.pitch.tolist(), strict=True))


DENSITY = BarAttribute("note_density", "Note density", 0.2, 20.0)
REGISTER = BarAttribute("register", "Register", 30.0, 96.0)
