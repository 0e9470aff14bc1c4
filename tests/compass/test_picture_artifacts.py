"""Pictures, pools, directions and latents, and their form on disk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from generators import artifacts
from generators.artifacts import Artifact
from generators.errors import BadArtifact
from generators.pictures import Direction, Latents, Pictures, Pool, Proposals

PIXELS = np.arange(2 * 4 * 6 * 3, dtype=np.uint8).reshape(2, 4, 6, 3)


def pool(**changes: Any) -> Pool:
    right: dict[str, Any] = {
        "pixels": PIXELS,
        "seed": [1, 2],
        "to_seed": [-1, 5],
        "mix": [0.0, 0.5],
        "amounts": [[0.1], [0.2]],
        "levels": [0.8, 0.2],
        "features": np.ones((2, 2, 3)),
    }
    return Pool(**{**right, **changes})


def direction(**changes: Any) -> Direction:
    right: dict[str, Any] = {"vectors": np.ones((2, 3)), "levels": [0.8, 0.2], "name": "stormier"}
    return Direction(**{**right, **changes})


@pytest.mark.parametrize(
    "artifact",
    [
        Pictures(PIXELS),
        pool(),
        pool(spatial=np.ones((2, 2, 3, 4, 4))),
        Proposals([3, 0], [0.0, -1.0], ("teach", "refine")),
        direction(),
        direction(
            vectors=np.ones((2, 3, 4, 4)), knot_amount=[-1.0, 0.0, 2.0], knot_place=[-0.5, 0.0, 1.0], report={"a": 0.5}
        ),
        Latents(np.ones((1, 4, 2, 2)), 16, 16, 20, prompt="a storm"),
    ],
    ids=lambda artifact: artifact.KIND,
)
def test_an_artifact_survives_its_file(artifact: Artifact) -> None:
    data = artifacts.pack(artifact)
    read = artifacts.unpack(data)
    assert type(read) is type(artifact)
    assert artifacts.pack(read) == data


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Pictures(PIXELS[0]), "pictures are bytes"),
        (lambda: Pictures(PIXELS.astype(np.float32)), "pictures are bytes"),
        (lambda: pool(seed=[1]), "differ in length"),
        (lambda: pool(levels=[0.2, 0.8]), "levels of noise"),
        (lambda: pool(levels=[0.8]), "levels of noise"),
        (lambda: pool(spatial=np.ones((2, 1, 3, 4, 4))), "differ in length"),
        (lambda: pool(features=np.full((2, 2, 3), np.nan)), "no number"),
        (lambda: Proposals([3], [0.0, 1.0], ("teach",)), "differ in length"),
        (lambda: Proposals([-1], [0.0], ("teach",)), "cannot be"),
        (lambda: Proposals([1], [0.0], ("why not",)), "a reason that is none"),
        (lambda: direction(vectors=np.ones(3)), "dimensions"),
        (lambda: direction(levels=[1.5, 0.2]), "levels of noise"),
        (lambda: direction(knot_amount=[0.0, 1.0], knot_place=[1.0, 0.0]), "rise, in pairs"),
        (lambda: direction(knot_amount=[0.0], knot_place=[0.0]), "rise, in pairs"),
        (lambda: direction(low=1.0, high=-1.0), "lower and an upper end"),
        (lambda: direction(report={"a": float("inf")}), "no number"),
        (lambda: Latents(np.ones((1, 4, 2, 2)), 0, 16, 20), "some size"),
    ],
)
def test_what_cannot_be_is_refused(make: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_damaged_direction_is_a_sentence() -> None:
    with pytest.raises(BadArtifact, match="damaged"):
        artifacts.unpack(artifacts.pack(direction()).replace(b"0.2", b"9.2", 1)[:-4])


def test_the_mean_over_places() -> None:
    vectors = np.arange(16.0).reshape(1, 4, 2, 2)
    np.testing.assert_array_equal(direction(vectors=vectors, levels=[0.5]).everywhere()[0], [1.5, 5.5, 9.5, 13.5])
    assert pool(spatial=np.ones((2, 2, 3, 4, 4))).flat(spatial=True).shape == (2, 96)
    with pytest.raises(ValueError, match="means only"):
        pool().flat(spatial=True)
