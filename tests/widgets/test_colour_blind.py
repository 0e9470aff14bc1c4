"""Colours that stand side by side differ for everybody: also without red, green or blue cones, in both themes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import pytest
from PySide6.QtGui import QColor

from generators.affect import AffectPoint
from generators.face.actions import Group
from generators.face.request import MIXABLE
from studio.widgets import colour
from studio.widgets.curve_rows import HUES
from studio.widgets.line_list import STATES, LineRow
from studio.widgets.message import MessageStrip
from studio.widgets.mixture_lane import emotion_color
from studio.widgets.note_layer import track_colours
from studio.widgets.theme import THEMES, Theme, ThemeHub

TOLD_BY_COLOUR = 0.08  # in OKLab, four times what is just seen
TOLD_BESIDE = 0.06  # where shape, place or words tell the same


def nearest(colours: Mapping[str, QColor]) -> tuple[float, str]:
    """The pair that is hardest to tell apart, by anybody."""
    return min(
        (colour.least_distance(one, other), f"{first} and {second}")
        for (first, one), (second, other) in itertools.combinations(colours.items(), 2)
    )


def of_theme(*names: str) -> Callable[[Theme], dict[str, QColor]]:
    return lambda theme: {name: getattr(theme, name) for name in names}


SIDE_BY_SIDE: dict[str, tuple[Callable[[Theme], dict[str, QColor]], float, str]] = {
    "curves of the feeling": (of_theme("valence", "arousal", "dominance"), TOLD_BY_COLOUR, ""),
    "levels of messages": (of_theme("text2", "warning", "error"), TOLD_BY_COLOUR, ""),
    "states of lines": (of_theme("valence", "arousal"), TOLD_BY_COLOUR, ""),
    "quarters of the pad": (
        lambda _theme: {name: QColor(getattr(colour, name)) for name in ("AMBER", "CORAL", "INDIGO", "TEAL")},
        TOLD_BY_COLOUR,
        "",
    ),
    "asked and measured": (of_theme("knob", "measured"), TOLD_BY_COLOUR, ""),
    "emotions of the mixture": (
        lambda _theme: {name: emotion_color(name) for name in MIXABLE},
        TOLD_BESIDE,
        "each band has its name and ends in an edge",
    ),
    "neighbours among the curves of a face": (
        lambda _theme: {"lips": QColor(HUES[Group.LIPS]), "jaw": QColor(HUES[Group.JAW])},
        TOLD_BESIDE,
        "each group has a row of its own with its title",
    ),
}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("what", SIDE_BY_SIDE)
def test_what_stands_side_by_side_differs_for_all_eyes(what: str, theme: str) -> None:
    colours, least, beside = SIDE_BY_SIDE[what]
    distance, pair = nearest(colours(THEMES[theme]))
    assert distance >= least, f"{what}: {pair}"
    assert beside or least == TOLD_BY_COLOUR


@pytest.mark.parametrize("point", [(0.7, 0.6), (-0.7, 0.6), (-0.6, -0.6), (0.6, -0.6), (0.0, 0.0)])
def test_the_first_three_tracks_differ_whatever_the_feeling_is(qapp: object, point: tuple[float, float]) -> None:
    hub = ThemeHub(None, "dark", AffectPoint(*point))
    for theme in THEMES:
        hub.set_theme(theme)
        tracks = {f"track {place}": color for place, color in enumerate(track_colours(hub, 3))}
        distance, pair = nearest(tracks)
        # notes of the first track are round, those of the others square; the legend names them and shows one alone
        assert distance >= TOLD_BESIDE, pair


@pytest.mark.parametrize("eyes", colour.EYES)
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_words_stay_readable_for_all_eyes(theme: str, eyes: str) -> None:
    shown = THEMES[theme]
    for text in (shown.text, shown.text2, shown.text3):
        for ground in (shown.window, shown.panel, shown.raised):
            assert colour.contrast(colour.seen_with(text, eyes), colour.seen_with(ground, eyes)) >= 4.5


def test_states_and_levels_are_told_in_words_too(qtbot: object, hub: ThemeHub) -> None:
    told = [LineRow("1", "line", state=state).words for state in STATES]
    assert len(set(told)) == len(STATES)
    strip = MessageStrip(hub)
    names = []
    for level in ("info", "warning", "error"):
        strip.show_message("It is so.", level)
        names.append(strip.accessibleName())
    assert names == ["Message", "Warning", "Error"]
    strip.deleteLater()


def test_the_simulation_is_that_of_the_paper() -> None:
    """Grey stays grey, and red and green fall together for those who lack the cones for them."""
    for eyes in colour.EYES:
        assert colour.distance(colour.seen_with(QColor("#808080"), eyes), QColor("#808080")) < 0.003
    red, green = QColor("#B04030"), QColor("#5E7A1E")
    for eyes in ("protanopia", "deuteranopia"):
        assert colour.distance(colour.seen_with(red, eyes), colour.seen_with(green, eyes)) < 0.6 * colour.distance(
            red, green
        )
