"""From pools to directions, without a model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from latent_world import world

from generators.compass.disentangle import likeness
from generators.compass.find import find
from generators.compass.judgements import Judgements
from generators.compass.request import FindRequest
from generators.errors import BadRequest
from generators.pictures import Direction, Pool

MADE = world(3, pictures=40, width=32, factors=6, size=3.0)
ORDER = Judgements(orders=(tuple(int(row) for row in np.argsort(MADE.factors[:, -1])),))


def pool(features: np.ndarray = MADE.features, **changes: Any) -> Pool:
    """Pictures as bright as the last factor says, with features at two levels and four places that agree."""
    count = len(features)
    levels = np.stack([features, 5.0 * features], axis=1)
    light = np.clip(128 + 30 * MADE.factors[:count, -1], 0, 255).astype(np.uint8)
    right: dict[str, Any] = {
        "pixels": np.broadcast_to(light[:, None, None, None], (count, 16, 16, 3)),
        "seed": np.arange(count),
        "to_seed": -np.ones(count),
        "mix": np.zeros(count),
        "amounts": np.zeros((count, 0)),
        "levels": [0.8, 0.2],
        "features": levels,
        "spatial": np.broadcast_to(levels[..., None, None], (*levels.shape, 2, 2)),
        "model_sha256": "ab",
    }
    return Pool(**{**right, **changes})


def closeness(direction: Direction) -> list[float]:
    """The cosine to the true direction at each level."""
    return [likeness(level.astype(np.float64), MADE.directions[-1]) for level in direction.everywhere()]


@pytest.mark.parametrize("spatial", [False, True])
def test_an_order_becomes_a_direction_in_the_models_features(spatial: bool) -> None:
    found = find(FindRequest("p", ORDER, name="brighter", spatial=spatial), pool())
    assert min(closeness(found)) > 0.9
    assert (found.name, found.finder, found.model_sha256) == ("brighter", "ridge", "ab")
    assert found.is_spatial == spatial
    # levels that are felt five times as strongly are moved five times as far
    strong, weak = (np.linalg.norm(found.everywhere()[level]) for level in (1, 0))
    assert strong / weak == pytest.approx(5.0, rel=0.01)


@pytest.mark.parametrize("spatial", [False, True])
def test_one_direction_leaves_another_alone(spatial: bool) -> None:
    other = find(FindRequest("p", finder="pca", component=1, name="other", spatial=spatial), pool())
    found = find(FindRequest("p", ORDER, disentangle=("o",), spatial=spatial), pool(), [other])
    for first, second in zip(found.everywhere(), other.everywhere(), strict=True):
        assert abs(likeness(first.astype(np.float64), second.astype(np.float64))) < 1e-3
    far = Direction(np.ones((1, 32)), [0.5], name="far", place="elsewhere")
    with pytest.raises(BadRequest, match="“far” was found in another kind of model"):
        find(FindRequest("p", ORDER, disentangle=("o",)), pool(), [far])


def test_what_is_measured_needs_no_judgement() -> None:
    found = find(FindRequest("p", finder="measured", measured="brightness"), pool())
    assert min(closeness(found)) > 0.9
    with pytest.raises(BadRequest, match="needs a measured attribute"):
        find(FindRequest("p", finder="measured"), pool())


def test_from_one_text_to_another() -> None:
    asked = FindRequest("p", finder="text pair", second_pool_sha256="q")
    found = find(asked, pool(), second_pool=pool(MADE.features + MADE.directions[-1]))
    assert min(closeness(found)) > 0.999
    with pytest.raises(BadRequest, match="same seeds"):
        find(asked, pool(), second_pool=pool(seed=np.arange(40) + 1))
    with pytest.raises(BadRequest, match="needs two texts"):
        find(asked, pool())
    with pytest.raises(BadRequest, match="different kinds of model"):
        find(asked, pool(), second_pool=pool(place="elsewhere"))


def test_what_changes_one_picture_most() -> None:
    asked = FindRequest("p", finder="jacobian", second_pool_sha256="q")
    light = np.full((4, 16, 16, 3), 100, np.uint8)
    light[2] += 80  # the second component changes most
    light[3] += 10
    tried = pool(
        MADE.features[:4],
        pixels=light,
        seed=np.full(4, 7),
        amounts=np.vstack([np.zeros((1, 3)), np.eye(3)]),
    )
    found = find(asked, pool(), second_pool=tried)
    second = find(FindRequest("p", finder="pca", component=1), pool())
    assert abs(likeness(found.vectors.astype(np.float64), second.vectors.astype(np.float64))) > 0.9
    with pytest.raises(BadRequest, match="along each component"):
        find(asked, pool(), second_pool=pool())


def test_pools_that_are_too_small_or_all_the_same_are_refused() -> None:
    with pytest.raises(BadRequest, match="make at least 8"):
        find(FindRequest("p", ORDER), pool(MADE.features[:5]))
    with pytest.raises(BadRequest, match="All pictures of the pool are the same"):
        find(FindRequest("p", ORDER), pool(np.ones((40, 32))))


def test_without_places_what_is_found_is_the_same_everywhere() -> None:
    assert not find(FindRequest("p", ORDER), pool(spatial=np.zeros((0, 0, 0, 0, 0)))).is_spatial


def test_what_is_read_in_one_place_moves_another() -> None:
    """Qualities are told apart in `felt`; what is moved are features that follow them, mixed, and at each place."""
    rng = np.random.default_rng(2)
    turned = np.linalg.qr(rng.standard_normal((32, 32)))[0]
    moved = MADE.features @ turned
    made = pool(moved, felt=np.stack([MADE.features] * 2, axis=1))
    for asked in (FindRequest("p", ORDER), FindRequest("p", finder="measured", measured="brightness")):
        found = find(asked, made)
        assert found.is_spatial
        assert (
            min(likeness(level.astype(np.float64), MADE.directions[-1] @ turned) for level in found.everywhere()) > 0.8
        )
