"""Where one can go from a picture, the trail that it leaves, and the feeling that drives it."""

from __future__ import annotations

import pytest

from generators.affect import AffectCurve, AffectPoint, Keyframe
from generators.compass.request import FindRequest
from studio.panels.compass import steps
from studio.panels.compass.affect_drive import at_feeling, curve_places, driven, feeling_of
from studio.panels.compass.looks import Looks
from studio.panels.compass.state import Ask, Place, Use
from studio.widgets.picture_painting import image_of

HUSH, FAR = Use("h" * 64, "hush", reported=True), Use("f" * 64, "far")
DRIFT = Use("d" * 64, "drift", source="principal")


def test_the_rose_has_both_signs_of_each_direction_and_fills_up_with_principal_ones():
    ask = Ask(uses=(HUSH, FAR))
    found = steps.rose_steps(ask, (DRIFT,))
    assert [step.label for step in found] == ["hush +", "hush −", "far +", "far −", "drift +", "drift −"]
    assert found[0].place == Place(1, amounts=(("h" * 64, steps.EVEN_STEP),))
    assert found[3].amount == -steps.RAW_STEP
    crowd = tuple(Use(str(n) * 64, f"way {n}") for n in range(6))
    assert len(steps.rose_steps(Ask(uses=crowd), (DRIFT,))) == 8


def test_muted_and_hidden_directions_leave_the_rose_and_the_picture():
    ask = Ask(uses=(Use("h" * 64, "hush", 0.5, is_muted=True), Use("f" * 64, "far", 0.4, is_in_rose=False)))
    assert steps.rose_steps(ask, ()) == ()
    assert ask.place.amounts == (("f" * 64, 0.4),)
    assert ask.at(Place(5)).use("h" * 64).amount == 0.5  # a muted one waits
    assert ask.at(Place(5, amounts=(("h" * 64, 0.2),))).use("h" * 64).is_muted is False


def test_a_step_beyond_the_usable_range_says_so_and_one_beyond_the_slider_stops_there():
    ask = Ask(uses=(Use("h" * 64, "hush", 0.8, reported=True),))
    up, down = steps.rose_steps(ask, ())
    assert (up.goes_far, down.goes_far) == (True, False)
    ask = Ask(uses=(Use("h" * 64, "hush", 1.4, reported=True),))
    assert steps.rose_steps(ask, ())[0].amount == 1.5


def test_the_strip_goes_through_the_picture_in_view():
    ask = Ask(uses=(Use("h" * 64, "hush", 0.25, reported=True), FAR))
    places = steps.strip_places(ask, ask.uses[0])
    assert len(places) == steps.STRIP
    assert places[5] == ask.place
    assert steps.strip_here(ask.uses[0]) == 5.0
    assert steps.strip_here(Use("h" * 64, "hush", 1.4, reported=True)) == -1.0


def test_the_first_step_leaves_a_start_to_go_back_to_and_going_back_branches():
    ask = Ask(uses=(HUSH, FAR))
    first = steps.gone(ask, ask.with_use("h" * 64, amount=0.4), "hush +0.40", topic="hush")
    assert [stop.label for stop in first.path()] == ["start", "hush +0.40"]
    back = first.back_to("start")
    assert back.place == ask.place
    other = steps.gone(back, back.with_use("f" * 64, amount=1.0), "far +1.00", topic="far")
    assert [stop.label for stop in other.path()] == ["start", "far +1.00"]
    assert len(other.trail) == 3
    assert other.back_to(first.stop).place == first.place


def test_a_slider_that_is_moved_again_moves_its_stop_until_something_branched_off():
    ask = Ask(uses=(HUSH, FAR))
    first = steps.gone(ask, ask.with_use("h" * 64, amount=0.4), "hush +0.40", topic="hush")
    again = steps.gone(first, first.with_use("h" * 64, amount=0.6), "hush +0.60", topic="hush")
    assert [stop.label for stop in again.path()] == ["start", "hush +0.60"]
    on = steps.gone(again, again.with_use("f" * 64, amount=1.0), "far +1.00", topic="far")
    back = on.back_to(again.stop)
    third = steps.gone(back, back.with_use("h" * 64, amount=0.8), "hush +0.80", topic="hush")
    assert [stop.label for stop in third.path()] == ["start", "hush +0.60", "hush +0.80"]


def test_what_does_not_move_the_picture_leaves_no_stop():
    ask = Ask(uses=(HUSH,))
    assert len(steps.gone(ask, ask, "hush 0", topic="hush").trail) == 1


def felt(axis: str, *, reported: bool = True) -> Use:
    found_by = FindRequest("p" * 64, finder="affect", axis=axis)
    return Use(axis[0] * 64, f"more {axis}", source="affect", found_by=found_by, reported=reported)


def test_the_feeling_moves_valence_and_arousal_and_follows_them():
    ask = Ask(uses=(HUSH, felt("valence"), felt("arousal", reported=False)))
    assert set(driven(ask)) == {"valence", "arousal"}
    there = at_feeling(ask, AffectPoint(-0.5, 0.25))
    assert dict(there.place.amounts) == {"v" * 64: -0.5, "a" * 64: 0.75}  # an uneven scale counts deviations
    assert feeling_of(there, AffectPoint(0, 0, 0.3)) == AffectPoint(-0.5, 0.25, 0.3)
    assert feeling_of(Ask(uses=(HUSH,)), AffectPoint(0.1, 0.2)) == AffectPoint(0.1, 0.2)


def test_a_curve_of_feeling_is_a_way_through_pictures():
    ask = Ask(uses=(felt("valence"), felt("arousal")))
    curve = AffectCurve((Keyframe(0.0, AffectPoint(-1.0, 0.0)), Keyframe(10.0, AffectPoint(1.0, 0.0))))
    places = curve_places(ask, curve, 5)
    valence = [place.amount("v" * 64) for place in places]
    assert valence[0] == -1.0
    assert valence[-1] == 1.0
    assert valence == sorted(valence)


def test_looks_are_kept_by_what_was_asked_and_the_oldest_go_first():
    import numpy as np

    ask = Ask(uses=(HUSH,))
    here, there = Looks.key(ask, Place(1)), Looks.key(ask, Place(2))
    assert here != there
    assert here == Looks.key(ask.with_uses([FAR]), Place(1))  # what is not used makes no difference
    small = image_of(np.zeros((8, 8, 3), np.uint8))
    looks = Looks(most_bytes=3 * small.sizeInBytes())
    for seed in range(4):
        looks.put(Looks.key(ask, Place(seed)), small)
        looks.get(Looks.key(ask, Place(0)))
    assert looks.get(Looks.key(ask, Place(0))) is small
    assert looks.get(Looks.key(ask, Place(1))) is None


def test_a_pad_of_one_direction_keeps_the_other_axis_free():
    ask = Ask(uses=(HUSH, FAR), pad=("h" * 64, "f" * 64))
    assert ask.without_use("f" * 64).pad == ("h" * 64, "")
    assert steps.reach_of(HUSH) == 1.0
    assert steps.most_of(FAR) == pytest.approx(3.0)
