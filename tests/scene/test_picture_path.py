"""The pictures along a scene: what moves them, when they are seen, and how many there may be."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from generators.affect import AffectPoint, curve_of
from generators.compass.painter.finish import Finish
from generators.compass.request import MAX_AMOUNT, Making, Point, Push, RenderRequest
from generators.errors import BadRequest
from generators.scene.path import picture_count, picture_times_s, pictures_along
from generators.scene.request import AffectPush, Scene, ScenePictures
from generators.scene.timeline import SceneKey, Timeline

VALENCE, AROUSAL, STANDING = "a" * 64, "b" * 64, "c" * 64
CURVE = curve_of([(0.0, AffectPoint(1.0, -0.5, 0.0)), (10.0, AffectPoint(-1.0, 0.5, 0.0))])
PUSHES = (AffectPush(VALENCE, "valence"), AffectPush(AROUSAL, "arousal", -2.0))


def scene_of(duration_s: float = 10.0, **pictures: Any) -> Scene:
    keys = Timeline((SceneKey(0.0), SceneKey(5.0)))
    return Scene(asked_s=duration_s, timeline=keys, pictures=ScenePictures(**pictures))


def test_the_feeling_moves_its_directions_by_their_reach() -> None:
    request = pictures_along(scene_of(pushes=PUSHES, pictures_per_s=2.0), CURVE)
    assert len(request.points) == 21
    assert [push.sha256 for push in request.directions] == [VALENCE, AROUSAL]
    amounts = np.array([point.amounts for point in request.points])
    times_s = np.linspace(0.0, 10.0, 21)
    assert np.allclose(amounts[:, 0], 1.0 - 0.2 * times_s, atol=1e-4)
    assert np.allclose(amounts[:, 1], 1.0 - 0.2 * times_s, atol=1e-4)  # -2 times arousal


def test_a_direction_that_stands_stays_and_one_that_does_both_adds() -> None:
    base = RenderRequest((Point(1, amounts=(0.3, 0.2)),), (Push(STANDING), Push(VALENCE, spatial=False)))
    request = pictures_along(scene_of(base=base, pushes=PUSHES[:1]), CURVE)
    assert request.directions == base.directions
    assert request.points[0].amounts == (0.3, 1.2)
    assert request.points[-1].amounts == (0.3, -0.8)
    strong = pictures_along(scene_of(pushes=(AffectPush(VALENCE, "valence", 8.0),) * 2), CURVE)
    assert strong.points[0].amounts == (MAX_AMOUNT,)


def test_the_picture_walks_from_seed_to_seed_in_time() -> None:
    pictures: dict[str, Any] = {"seeds": (5, 6, 6, 9), "seed_times_s": (2.0, 4.0, 6.0, 10.0), "pictures_per_s": 1.0}
    points = pictures_along(scene_of(**pictures), None).points
    told = [(point.seed, point.to_seed, point.mix) for point in points]
    assert told == [
        (5, None, 0.0), (5, None, 0.0), (5, None, 0.0), (5, 6, 0.5), (6, None, 0.0), (6, None, 0.0), (6, None, 0.0),
        (6, 9, 0.25), (6, 9, 0.5), (6, 9, 0.75), (9, None, 0.0),
    ]  # fmt: skip
    even = pictures_along(scene_of(seeds=(1, 2, 3), pictures_per_s=1.0), None).points
    assert (even[5].seed, even[5].mix) == (2, 0.0)
    assert (even[0].seed, even[-1].seed) == (1, 3)


def test_pictures_lie_evenly_from_the_beginning_to_the_end() -> None:
    scene = scene_of(7.3, seeds=(1, 2), pictures_per_s=4.0)
    times_s = picture_times_s(scene)
    assert len(times_s) == picture_count(scene) == len(pictures_along(scene, None).points)
    assert times_s[0] == 0.0
    assert times_s[-1] == scene.duration_s
    assert np.diff(times_s).max() <= 0.25 + 1e-9


def test_where_nothing_moves_one_picture_is_enough() -> None:
    assert len(pictures_along(scene_of(), None).points) == 1
    assert len(pictures_along(scene_of(seeds=(4, 4)), CURVE).points) == 1
    nothing_drawn = msgspec.structs.replace(scene_of(pushes=PUSHES), timeline=Timeline())
    assert len(pictures_along(nothing_drawn, None).points) == 1


def test_too_many_pictures_are_refused_with_a_number_that_can_be() -> None:
    large = scene_of(
        300.0,
        base=RenderRequest(making=Making(width=512, height=512), finish=Finish(scale=4)),
        seeds=(1, 2),
        pictures_per_s=30.0,
    )
    with pytest.raises(BadRequest, match=r"at most 0\.31 pictures a second") as caught:
        pictures_along(large, None)
    assert "9,001 pictures" in caught.value.message
    fewer = msgspec.structs.replace(large.pictures, pictures_per_s=0.31)
    assert len(pictures_along(msgspec.structs.replace(large, pictures=fewer), None).points) == 94
    with pytest.raises(BadRequest, match="pictures a second"):
        picture_count(scene_of(3_600.0, seeds=(1, 2), pictures_per_s=4.0))


def test_a_picture_of_ones_own_has_no_seeds_to_walk_between() -> None:
    with pytest.raises(BadRequest, match="keep one seed"):
        pictures_along(scene_of(base=RenderRequest(start_sha256="d" * 64), seeds=(1, 2)), None)
