from __future__ import annotations

import json

import pytest

from generators.compass.request import Making, Point, Push, RenderRequest
from generators.scene.request import AffectPush, ScenePictures
from studio.panels.scene.board import amount_of, as_in_compass, board_in, pushed, with_amount
from studio.panels.scene.files import needed_by
from studio.panels.scene.moving import with_board
from studio.panels.scene.words import clock, follow_words, seeds_in, signed

VALENCE, LIGHT = "v" * 64, "l" * 64
STATE = {
    "compass": json.dumps(
        {
            "ask": {
                "uses": [
                    {"sha256": VALENCE, "name": "Valence", "source": "affect", "reported": True,
                     "found_by": {"pool_sha256": "p", "finder": "affect proposal", "axis": "valence"}},
                    {"sha256": LIGHT, "name": "light", "amount": 0.4},
                ],
                "trail": [{"id": "a"}],
            },
            "sorting": {"of": "another version"},
        }
    )
}  # fmt: skip


def test_the_board_is_read_as_far_as_it_is_understood() -> None:
    valence, light = board_in(STATE)
    assert (valence.axis, valence.reach) == ("valence", 1.0)
    assert (light.axis, light.reach) == ("", 3.0)
    assert board_in({}) == board_in({"compass": "nonsense"}) == ()


def test_a_scene_takes_what_the_compass_shows_and_lets_feeling_move_the_rest() -> None:
    asked = RenderRequest((Point(7, amounts=(0.9, 0.4)),), (Push(VALENCE), Push(LIGHT)), Making(steps=4))
    found = as_in_compass(ScenePictures(seeds=(1, 12)), asked, board_in(STATE))
    assert found.base.directions == (Push(LIGHT),)
    assert found.base.points[0].amounts == (0.4,)
    assert found.base.making.steps == 4
    assert found.pushes == (AffectPush(VALENCE, "valence", 1.0),)
    assert found.seeds == (7, 12)


def test_directions_are_given_to_axes_and_scaled_together() -> None:
    valence, light = board_in(STATE)
    pictures = pushed(pushed(ScenePictures(), valence, "valence"), light, "arousal")
    assert [(push.axis, push.reach) for push in pictures.pushes] == [("valence", 1.0), ("arousal", 3.0)]
    half = with_amount(pictures, 0.5, (valence, light))
    assert [push.reach for push in half.pushes] == [0.5, 1.5]
    assert amount_of(half, (valence, light)) == pytest.approx(0.5)
    assert pushed(pictures, light, "").pushes == pictures.pushes[:1]
    request = RenderRequest((Point(1, amounts=(0.1,)),), (Push(LIGHT),), start_sha256="s" * 64)
    assert needed_by(request) == (LIGHT, "s" * 64)


def test_directions_come_onto_the_board_once_and_nothing_else_is_touched() -> None:
    new = {"sha256": "n" * 64, "name": "Arousal"}
    text = with_board(STATE["compass"], ({"sha256": VALENCE, "name": "again"}, new))
    kept = json.loads(text)
    assert [use["name"] for use in kept["ask"]["uses"]] == ["Valence", "light", "Arousal"]
    assert kept["ask"]["trail"] == [{"id": "a"}]
    assert kept["sorting"] == {"of": "another version"}
    assert with_board(text, (new,)) == text
    assert json.loads(with_board("nonsense", (new,)))["ask"]["uses"] == [new]


def test_numbers_are_said_plainly() -> None:
    from generators.affect import AffectPoint
    from generators.scene.timeline import Follow

    assert seeds_in("8, 1;12 x 4") == (8, 1, 12, 4)
    assert signed(-0.26) == "\N{MINUS SIGN}0.3"
    assert clock(72.5) == "1:12.50"
    assert follow_words(Follow()) == "follows"
    assert follow_words(Follow(gain=-0.5, offset=AffectPoint(0.2), delay_s=1.0)) == (
        "follows · \N{MULTIPLICATION SIGN}\N{MINUS SIGN}0.5 · shifted · +1.0 s"
    )
    assert follow_words(Follow(leaves=True)) == "own way"
    assert follow_words(Follow(), off=True) == "off"
