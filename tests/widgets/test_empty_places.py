"""Places where something will gather show it, say how it comes, and make the first one."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from studio.widgets.empty_place import THUMBNAILS, EmptyPlace
from studio.widgets.overview import EMPTY_TEXT, Overview
from studio.widgets.theme import ThemeHub


@pytest.mark.parametrize("kind", THUMBNAILS)
def test_a_place_draws_its_kind_says_a_sentence_and_asks(qtbot: QtBot, hub: ThemeHub, kind: str) -> None:
    place = EmptyPlace(hub, kind, "They gather here.", "Make one")
    qtbot.addWidget(place)
    place.resize(280, 300)
    place.show()
    drawn = place.cards.grab().toImage()
    colours = {drawn.pixel(x, y) for x in range(0, drawn.width(), 3) for y in range(0, drawn.height(), 3)}
    assert len(colours) > 12  # more than grounds and lines
    assert "gather here" in place.cards.accessibleName()
    with qtbot.waitSignal(place.pressed):
        place.button.click()
    place.say("Nothing is open.")
    assert not place.button.isVisible()
    assert place.sentence.text() == "Nothing is open."


def test_kinds_look_different(qtbot: QtBot, hub: ThemeHub) -> None:
    seen = []
    for kind in THUMBNAILS:
        place = EmptyPlace(hub, kind, "")
        qtbot.addWidget(place)
        place.resize(280, 300)
        seen.append(place.cards.grab().toImage())
    assert all(one != other for place, one in enumerate(seen) for other in seen[:place])


def test_the_overview_shows_faintly_what_will_run_there_and_nothing_where_nothing_will(
    qtbot: QtBot, hub: ThemeHub
) -> None:
    overview = Overview(hub)
    qtbot.addWidget(overview)
    overview.resize(400, 90)
    overview.set_empty_text(EMPTY_TEXT)
    ghost = overview.grab().toImage()
    overview.set_empty_text("Pictures stand still.", ghost=False)
    still = overview.grab().toImage()
    row = ghost.height() * 5 // 8
    assert len({ghost.pixel(x, row) for x in range(ghost.width())}) > 1
    assert len({still.pixel(x, row) for x in range(still.width())}) == 1
