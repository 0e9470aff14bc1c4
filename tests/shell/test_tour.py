"""The tour is walked step by step; its light always falls on a control that is really there."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from accessible import missed_by_tab, troubles
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPushButton
from window_hands import Studio

import studio.tour.tour as tour_module
from generators.affect import AffectPoint
from studio.document.document import Document
from studio.panels.scene import ScenePanel
from studio.tour import STEPS, Tour
from studio.tour.spotlight import find
from studio.tour.tour import TIP

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen has no window manager


@pytest.fixture
def shown(studio: Studio) -> Studio:
    studio.window.show()
    studio.qtbot.waitExposed(studio.window)
    studio.window.activateWindow()
    return studio


@pytest.fixture
def walked(shown: Studio) -> Studio:
    """The tour at its first step, on the sample scene."""
    begin(shown)
    return shown


def tour_of(studio: Studio) -> Tour:
    return studio.window.tour


def begin(studio: Studio) -> None:
    action = next(
        one for _, actions in studio.window.menus.sections for one in actions if one.text() == "Take the tour"
    )
    action.trigger()
    studio.until(lambda: tour_of(studio).is_running)
    studio.until(lambda: scene_of(studio).scene.voice is not None)


def scene_of(studio: Studio) -> ScenePanel:
    panel = next(panel for panel in studio.window.panels if panel.key == "scene")
    assert isinstance(panel, ScenePanel)
    return panel


def lit(studio: Studio) -> QRect:
    """Where the light falls, once the window has come to rest."""
    tour = tour_of(studio)
    studio.until(lambda: not tour.hole().isEmpty())
    studio.qtbot.wait(10)
    tour._stand()
    return tour.spotlight.hole


@pytest.mark.parametrize(("theme", "size"), [("dark", (1920, 1080)), ("light", (1040, 680))])
def test_every_step_lights_what_is_there(open_studio: Callable[..., Studio], theme: str, size: tuple[int, int]) -> None:
    studio = open_studio(styled=True)
    studio.window.choose_theme(theme)
    studio.window.resize(*size)
    studio.window.show()
    begin(studio)
    tour, window = tour_of(studio), studio.window
    for place, step in enumerate(STEPS):
        assert tour.place == place
        assert window.panel.key == step.panel
        hole, card = lit(studio), tour.card.geometry()
        target = find(window, step.target)
        assert target is not None
        assert target.isVisible()
        # what a screenshot shows in the light is the control itself
        middle = window.childAt(tour.hole().center())
        assert middle is not None
        assert middle is target or target.isAncestorOf(middle) or middle.isAncestorOf(target)
        assert window.rect().contains(hole)
        assert window.rect().contains(card)
        assert not card.intersects(tour.hole())
        assert tour.card.title.text() == step.title
        assert tour.card.isVisible()
        for label in (tour.card.title, tour.card.text):
            assert label.height() >= label.heightForWidth(label.width())
        for one, other in itertools.combinations(
            [part for part in (tour.card.dots, *tour.card.findChildren(QPushButton)) if part and part.isVisible()], 2
        ):
            assert not one.geometry().intersects(other.geometry())
        veiled = brightness(window.grab().toImage(), QPoint(*size) - QPoint(5, 5))
        tour.spotlight.hide()
        plain = brightness(window.grab().toImage(), QPoint(*size) - QPoint(5, 5))
        tour.spotlight.show()
        assert veiled < plain
        tour.onward()
    assert not tour.is_running
    assert "yours to play with" in studio.message
    assert not tour.spotlight.isVisible()


def brightness(image: QImage, place: QPoint) -> int:
    return image.pixelColor(place).lightness()


def test_the_card_is_worked_by_keys_and_read_out(walked: Studio) -> None:
    tour, keys = tour_of(walked), walked.qtbot
    assert tour.card.accessibleName() == f"Step 1 of {len(STEPS)}: {STEPS[0].title}"
    assert tour.card.accessibleDescription() == STEPS[0].text
    assert troubles(walked.window) == []
    assert missed_by_tab(walked.window) == []
    assert not tour.card.backward.isVisible()
    keys.keyClick(tour.card, Qt.Key.Key_Return)
    keys.keyClick(tour.card, Qt.Key.Key_Right)
    assert tour.place == 2
    keys.keyClick(tour.card, Qt.Key.Key_Left)
    assert tour.place == 1
    keys.mouseClick(tour.card.backward, Qt.MouseButton.LeftButton)
    assert tour.place == 0
    keys.keyClick(tour.card, Qt.Key.Key_Escape)
    assert not tour.is_running
    assert QApplication.focusWidget() is not tour.card


def test_escape_ends_it_from_anywhere(walked: Studio) -> None:
    pad = walked.window.panel.left.pad  # type: ignore[attr-defined]  # the scene has one
    pad.setFocus()
    walked.qtbot.keyClick(pad, Qt.Key.Key_Escape)
    assert not tour_of(walked).is_running


def test_playing_pointing_and_making_go_on(walked: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tour_module, "DONE_MS", 1)
    tour = tour_of(walked)
    tour.onward()
    walked.until(lambda: not walked.window.panel.timeline.is_empty)
    walked.qtbot.keyClick(tour.card, Qt.Key.Key_Space)
    walked.until(lambda: tour.place == 2)
    walked.shell.playback.pause()
    walked.window.panel.left.pad.pointCommitted.emit(AffectPoint(0.4, -0.3))  # type: ignore[attr-defined]  # as above
    walked.until(lambda: tour.place == 3)
    button = find(walked.window, "Make the scene")
    assert isinstance(button, QPushButton)
    walked.until(button.isEnabled)  # what follows the new feeling is worked out first
    walked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    walked.until(lambda: tour.place == 4)
    walked.window.panel.cancel()


def test_doing_it_and_next_at_once_go_one_step(walked: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tour_module, "DONE_MS", 20)
    tour = tour_of(walked)
    tour.onward()
    walked.shell.playback.playingChanged.emit(True)
    tour.onward()
    walked.qtbot.wait(60)
    assert tour.place == 2


def test_it_is_offered_once_and_blocks_nothing(shown: Studio) -> None:
    tour, window = tour_of(shown), shown.window
    focus = QApplication.focusWidget()
    tour.offer()
    assert tour.offer_card.isVisible()
    assert not tour.spotlight.isVisible()
    assert QApplication.focusWidget() is focus
    window.resize(1200, 700)
    shown.qtbot.wait(20)
    assert window.rect().contains(tour.offer_card.geometry())
    shown.qtbot.mouseClick(tour.offer_card.skip, Qt.MouseButton.LeftButton)
    assert not tour.offer_card.isVisible()
    assert TIP in shown.shell.preferences.now().seen_tips
    tour.offer()
    assert not tour.offer_card.isVisible()
    assert shown.project.document.is_untitled
    assert shown.project.state.panel_states == {}


def test_the_offer_leads_to_the_first_step_and_is_remembered(shown: Studio) -> None:
    tour = tour_of(shown)
    tour.offer()
    shown.qtbot.mouseClick(tour.offer_card.next, Qt.MouseButton.LeftButton)
    shown.until(lambda: tour.is_running)
    assert tour.was_seen
    assert shown.project.document.is_untitled
    tour.end()
    tour.start()  # once more, on the same copy
    assert tour.is_running


def test_a_project_of_ones_own_is_left_only_when_asked_and_gone_back_to(shown: Studio, tmp_path: Path) -> None:
    tour = tour_of(shown)
    shown.window.context.uses.show("music")
    shown.make(1)
    shown.answers.path = tmp_path / "mine.affect"
    shown.shell.files.save_as(shown.window)
    shown.until(lambda: shown.project.name == "mine")
    before = shown.project.state
    tour.start()
    assert not tour.is_running
    assert "“mine” stays just as it is" in tour.offer_card.text.text()
    shown.qtbot.mouseClick(tour.offer_card.skip, Qt.MouseButton.LeftButton)
    assert shown.project.name == "mine"
    tour.start()
    shown.qtbot.mouseClick(tour.offer_card.next, Qt.MouseButton.LeftButton)
    shown.until(lambda: tour.is_running)
    assert shown.project.document.is_untitled
    scene_of(shown).left.pad.pointCommitted.emit(AffectPoint(0.2, 0.2))  # the sample is played with
    shown.settle()
    tour.end()
    shown.window.strip._action.click()
    shown.until(lambda: shown.project.name == "mine")
    assert shown.project.state == before


def test_without_a_sample_the_controls_are_shown_all_the_same(shown: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tour_module, "sample_scene", lambda: None)
    tour = tour_of(shown)
    tour.start()
    assert tour.is_running
    for _ in STEPS:
        assert shown.window.rect().contains(tour.card.geometry())
        tour.onward()
    assert not tour.is_running


def test_a_sample_that_cannot_be_opened_begins_nothing(
    shown: Studio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(_path: Path, _folder: Path) -> Document:
        raise OSError("no space")

    monkeypatch.setattr(Document, "open_copy", refused)
    tour = tour_of(shown)
    tour.start()
    shown.until(lambda: "no space" in shown.message)
    shown.shell.files.new()
    shown.settle()
    assert not tour.is_running


def test_steps_are_few_short_and_name_real_workspaces(studio: Studio) -> None:
    keys = {panel.key for panel in studio.window.panels}
    assert 7 <= len(STEPS) <= 9
    assert {step.panel for step in STEPS} == keys
    words = sum(len(re.findall(r"\w+", step.text)) for step in STEPS)
    assert words < 400  # read in two minutes
    assert all(1 <= step.text.count(". ") + 1 <= 3 for step in STEPS)
