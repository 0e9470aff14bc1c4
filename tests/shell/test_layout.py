"""Whether everything has its place in small and large windows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget
from window_hands import Studio

from generators.affect import AffectPoint
from studio.window import SMALLEST


def place_of(widget: QWidget, inside: QWidget) -> QRect:
    return QRect(widget.mapTo(inside, QPoint(0, 0)), widget.size())


def sliders_in_view(studio: Studio) -> int:
    left = studio.music.left
    view = left.area.viewport()
    return sum(view.rect().contains(place_of(slider, view)) for slider in left.sliders.values() if slider.isVisible())


@pytest.mark.parametrize(("size", "least"), [(SMALLEST, 4), ((1440, 900), 7), ((1920, 1200), 15)])
def test_the_pad_makes_room_for_the_sliders(
    open_studio: Callable[..., Studio], size: tuple[int, int], least: int
) -> None:
    studio = open_studio(styled=True)  # the sizes of controls are those of the style
    studio.window.resize(*size)
    studio.window.show()
    studio.qtbot.waitExposed(studio.window)
    studio.until(lambda: sliders_in_view(studio) >= least)
    pad = studio.music.left.pad
    assert pad.height() >= 160
    assert pad.height() <= pad.width() + 1


@pytest.mark.parametrize("styled", [False, True])  # other paddings, other widths
def test_long_words_of_progress_never_push_the_seed_away(open_studio: Callable[..., Studio], *, styled: bool) -> None:
    studio = open_studio(styled=styled)
    studio.window.resize(*SMALLEST)
    studio.window.show()
    stage = studio.music.middle
    stage.set_progress(0.4, "a feeling with a very long name 12 · bar 10 of 16 · 2 more", stuck=True)
    for width in (SMALLEST[0], 1240):
        studio.window.resize(width, 720)
        studio.qtbot.wait(30)
        assert stage.rect().contains(place_of(stage.sampling, stage))
        assert place_of(stage.cancel, stage).right() < place_of(stage.sampling, stage).left()
        assert stage.progress.note.text().endswith("…"), width
    assert stage.progress.note.toolTip().endswith("2 more")


def test_a_drag_of_the_pad_never_sets_a_style_sheet(
    open_studio: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio(styled=True)
    hub = studio.shell.hub
    sheets: list[str] = []
    monkeypatch.setattr(QApplication, "setStyleSheet", lambda _app, sheet: sheets.append(sheet))
    for step in range(3):
        with studio.qtbot.waitSignal(hub.settled, timeout=3000):
            studio.music.left._commit_point(AffectPoint(-0.9 + step / 2, 0.5))
    assert sheets == []
    studio.window.choose_theme("light")
    assert len(sheets) == 1


def test_nothing_folds_under_the_hand(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(styled=True)
    studio.window.resize(1920, 1200)
    studio.window.show()
    studio.qtbot.waitExposed(studio.window)
    left = studio.music.left
    studio.until(lambda: left.attributes.is_open)
    left.sliders["tempo"].askedCommitted.emit(40.0)
    left.sliders["onset_rate"].askedCommitted.emit(16.0)  # a sentence on it takes room below
    studio.qtbot.wait(30)
    assert not left.piece.trouble.isHidden()
    assert left.attributes.is_open


@pytest.mark.parametrize("size", [SMALLEST, (1440, 900), (1920, 1080)])
def test_the_tools_keep_their_words(open_studio: Callable[..., Studio], size: tuple[int, int]) -> None:
    studio = open_studio(styled=True)
    studio.window.resize(*size)
    studio.window.show()
    studio.qtbot.waitExposed(studio.window)
    studio.make(1)
    stage = studio.music.middle
    studio.music.middle.roll.choose_bars((8, 12))
    studio.qtbot.wait(30)
    shown = [button for button in stage.tools.buttons.values() if button.isVisible()]
    assert shown or stage.tools.compact.isVisible()
    for button in (*shown, stage.generate, stage.sampling):
        assert button.width() >= button.sizeHint().width() - 2, button.text()
        assert stage.rect().contains(place_of(button, stage))
    assert bool(shown) == (size != SMALLEST)
