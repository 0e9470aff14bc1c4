"""The face panel in the window: its head, its sound, its keys and names, and its place in small windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from face_hands import Face
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot
from window_hands import Ears, Studio

from generators.errors import MissingDependency
from generators.face.actions import INDEX, NAMES
from studio.head_maker import HeadMaker, Wish, fitting
from studio.widgets.head_view import HeadView
from studio.widgets.theme import ThemeHub
from studio.window import SMALLEST


class FlatRenderer:
    """Draws a picture whose colour is how far the jaw has dropped."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.closed = False

    def draw(self, row: np.ndarray, *, view: object = None, light: object = None) -> np.ndarray:
        return np.full((self.side, self.side, 4), round(255 * float(row[INDEX["jaw_drop"]])), dtype=np.uint8)

    def close(self) -> None:
        self.closed = True


def _wish(jaw: float, side: int = 64) -> Wish:
    row = np.zeros(len(NAMES), dtype=np.float32)
    row[INDEX["jaw_drop"]] = jaw
    return Wish(row, 0.0, 0.0, 1.0, True, side)


def test_the_head_is_drawn_beside_the_window_the_newest_wish_last(qtbot: QtBot) -> None:
    made: list[FlatRenderer] = []

    def make(side: int, _head: object) -> FlatRenderer:
        made.append(FlatRenderer(side))
        return made[-1]

    maker = HeadMaker(make=make, paint=lambda renderer, wish: renderer.draw(wish.row, view=None, light=None))
    pictures: list[int] = []
    maker.pictured.connect(lambda image: pictures.append(image.pixelColor(5, 5).red()))
    for step in range(20):
        maker.ask(_wish(step / 20))
    maker.ask(_wish(1.0))
    qtbot.waitUntil(lambda: bool(pictures) and pictures[-1] == 255, timeout=20_000)
    assert len(made) == 1
    maker.ask(_wish(0.0, side=128))
    qtbot.waitUntil(lambda: pictures[-1] == 0, timeout=20_000)
    assert [one.side for one in made] == [64, 128]
    assert made[0].closed
    maker.close()
    assert made[1].closed
    maker.ask(_wish(0.5))


def test_without_a_graphics_driver_the_face_is_drawn_in_lines(qtbot: QtBot) -> None:
    def make(side: int, _head: object) -> FlatRenderer:
        raise MissingDependency("No OpenGL was found: install a graphics driver.")

    view = HeadView(ThemeHub(None, "dark"))
    qtbot.addWidget(view)
    view.resize(300, 400)
    maker = HeadMaker(make=make)
    maker.failed.connect(view.set_trouble)
    maker.ask(_wish(0.5))
    qtbot.waitUntil(lambda: "OpenGL" in view.toolTip(), timeout=20_000)
    view.set_values({})
    closed = view.grab().toImage()
    view.set_values({"jaw_drop": 1.0})
    assert view.grab().toImage() != closed
    maker.close()


def test_a_picture_is_not_made_anew_for_a_little_more_room() -> None:
    side = fitting(QSize(330, 410))
    assert side == 448
    assert fitting(QSize(360, 430), side) == side
    assert fitting(QSize(900, 1200), side) == 768
    assert fitting(QSize(20, 20)) == 256


def test_the_voice_is_heard_and_face_and_playhead_follow(
    open_studio: Callable[..., Studio], make_voice: Callable[..., Path]
) -> None:
    ears = Ears(manual=True)
    studio = open_studio(ears=ears)
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("face"))
    face = Face(studio)
    face.open(make_voice())
    playback = studio.shell.playback
    playback.play()
    face.until(lambda: bool(ears.started))
    heard = ears.pull(22_050)
    assert float(np.abs(heard).max()) > 0.1
    assert np.array_equal(heard[:, 0], heard[:, 1])
    studio.until(lambda: playback.position_s > 0.2)
    assert face.panel.middle.voice.playhead_s == pytest.approx(playback.position_s, abs=0.1)
    shown = face.panel.desk.shown
    assert shown is not None
    frame = min(int(playback.position_s * 60), len(shown.values) - 1)
    assert face.panel.middle.head.values["jaw_drop"] == pytest.approx(
        float(shown.values[frame, INDEX["jaw_drop"]]), abs=0.3
    )
    playback.pause()
    studio.window.show_panel(0)
    assert playback.key == ""
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("face"))
    assert playback.key.startswith("voice:")


def test_the_bottom_shows_the_voice(spoken: Face) -> None:
    spoken.until(lambda: spoken.panel.timeline.levels.max(initial=0) > 0)
    overview = spoken.studio.window.overview
    assert overview.duration_s == pytest.approx(1.5, abs=0.01)
    overview.seekRequested.emit(1.0)
    assert spoken.panel.middle.board.playhead_s == 1.0
    assert spoken.studio.window.transport.isEnabled()
    assert not spoken.studio.window.transport.metronome_button.isVisibleTo(spoken.studio.window.transport)


def test_every_control_has_a_name_and_is_reached_by_tab(spoken: Face) -> None:
    spoken.perform()
    window = spoken.studio.window
    window.show()
    spoken.panel.desk.head.close()
    for side in (spoken.panel.left, spoken.panel.middle, spoken.panel.right):
        controls = [
            widget
            for widget in side.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.focusProxy() is None
            and widget.isVisibleTo(side)
        ]
        assert len(controls) > 5
        for widget in controls:
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            assert widget.accessibleName() or text, f"{widget} has no name"


def test_no_two_commands_have_the_same_keys(spoken: Face) -> None:
    panels = {panel.title for panel in spoken.studio.window.panels}
    for shown in panels:  # a panel's keys count while it is in front
        keys: dict[str, str] = {}
        for title, entries in spoken.studio.window.menus.shortcuts():
            if title in panels - {shown} or title.startswith("In ") or title == "Everywhere":
                continue
            for shortcut, words in entries:
                assert shortcut not in keys, f"{words} and {keys.get(shortcut)}"
                keys[shortcut] = words


@pytest.mark.parametrize("size", [SMALLEST, (1440, 900), (1920, 1080)])
def test_everything_has_its_place(
    open_studio: Callable[..., Studio], make_voice: Callable[..., Path], size: tuple[int, int]
) -> None:
    studio = open_studio(ears=Ears(available=False), styled=True)
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("face"))
    face = Face(studio)
    face.open(make_voice())
    face.panel.desk.head.close()
    face.perform()
    studio.window.resize(*size)
    studio.window.show()
    studio.qtbot.waitExposed(studio.window)
    studio.qtbot.wait(50)
    middle, right = face.panel.middle, face.panel.right
    for widget in (middle.perform, middle.seed, middle.lock, middle.curves.tools, right.approve, right.export):
        assert widget.isVisible()
        assert widget.width() >= widget.minimumSizeHint().width() - 2
    assert middle.head.width() >= 180
    assert middle.head.height() >= 110
    assert middle.curves.area.height() >= 110
    assert middle.width() <= studio.window.width()
    assert middle.view.x(face.line.duration_s, middle.board.width()) == pytest.approx(middle.board.width(), abs=6)
