"""What a FakeEngine makes for the compass: skies whose light, colour and horizon follow a few made-up features.

A direction that is found in a pool of them is really found, and really moves them, so that a panel can be tried whole.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators import artifacts
from generators.artifacts import Artifact, Direction, Latents, Pictures, Pool
from generators.compass.find import find
from generators.compass.levels import at_levels
from generators.compass.proposals import proposals_for
from generators.compass.request import (
    FindRequest,
    InvertRequest,
    Point,
    PoolRequest,
    ProposeRequest,
    Push,
    RenderRequest,
    ReportRequest,
)
from generators.errors import BadRequest

SIDE = 64
CHANNELS = 12
STEPS = 4
ERROR_DB = 30.0
_PLACE = "made up"
Find = Callable[[str], Path]
CompassRequest = RenderRequest | PoolRequest | ProposeRequest | FindRequest | ReportRequest | InvertRequest
Features = npt.NDArray[np.float32]


def made_for(request: CompassRequest, file_of: Find) -> Artifact:
    """The artifact that the real handlers would make, of the right kind, size and number."""
    match request:
        case RenderRequest():
            used = _used(request.directions, file_of)
            side = request.making.width or SIDE, request.making.height or SIDE
            scale = request.finish_of(*side).scale
            side = side[0] * scale, side[1] * scale
            return Pictures(np.stack([_picture(_felt(point, used), *side) for point in request.points]))
        case PoolRequest():
            return _pool(request, _used(request.directions, file_of))
        case ProposeRequest():
            along = _direction(request.direction_sha256, file_of) if request.direction_sha256 else None
            return proposals_for(request, _read_pool(request.pool_sha256, file_of), along)
        case FindRequest():
            others = [_direction(sha256, file_of) for sha256 in request.disentangle]
            second = _read_pool(request.second_pool_sha256, file_of) if request.second_pool_sha256 else None
            return find(request, _read_pool(request.pool_sha256, file_of), others, second)
        case ReportRequest():
            knots = np.linspace(-request.reach, request.reach, request.knots)
            figures = {"monotonicity": 0.9, "sign_agreement": 1.0, "variation_before": 0.4, "variation_after": 0.1}
            return dataclasses.replace(
                _direction(request.direction_sha256, file_of),
                knot_amount=knots,
                knot_place=knots / request.reach,
                low=-request.reach,
                high=request.reach,
                report=figures,
            )
        case InvertRequest():
            file_of(request.picture_sha256)
            return Latents(np.zeros((1, 1, 2, 2), np.float32), SIDE, SIDE, STEPS, error_db=ERROR_DB)


def steps_of(request: CompassRequest) -> int:
    """How many steps of progress it has."""
    return len(request.points) if isinstance(request, RenderRequest | PoolRequest) else 2


def _felt(point: Point, used: list[tuple[Direction, Push]]) -> Features:
    """The made-up features (channels,) of a point."""
    felt = _drawn(point.seed)
    if point.to_seed is not None:
        felt = (1 - point.mix) * felt + point.mix * _drawn(point.to_seed)
    for amount, (direction, push) in zip(point.amounts, used, strict=False):
        reach = max(abs(direction.low), direction.high) if push.even and direction.is_even else 1.0
        vector = at_levels(direction.everywhere(), direction.levels, 0.5)[0]
        if vector.shape != felt.shape:
            raise BadRequest(f"The direction “{direction.name}” was found in a model of another kind: choose another.")
        felt = felt + amount * reach * vector
    return np.asarray(felt, dtype=np.float32)


def _drawn(seed: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng([seed, 23]).standard_normal(CHANNELS)


def _picture(felt: Features, width: int, height: int) -> npt.NDArray[np.uint8]:
    """A sky over land: the first feature is its light, the next three its colours, the fifth the horizon."""
    down = np.linspace(0.0, 1.0, height)[:, None, None]
    light = 0.55 + 0.14 * felt[0]
    top = light + 0.12 * felt[1:4]
    low = light + 0.12 * felt[5:8] + 0.15
    sky = top + (low - top) * down
    land = np.clip(0.25 * light + 0.05 * felt[8:11], 0, 1)
    picture = np.where(down > 0.7 + 0.08 * felt[4], land, sky)
    return np.broadcast_to((np.clip(picture, 0, 1) * 255).astype(np.uint8), (height, width, 3))


def _pool(request: PoolRequest, used: list[tuple[Direction, Push]]) -> Pool:
    points = request.points
    felt = np.stack([_felt(point, used) for point in points])
    side = min(SIDE, request.look_side)
    spatial = np.zeros((0, 0, 0, 0, 0), np.float16)
    features = np.repeat(felt[:, None], len(request.levels), axis=1)
    if request.spatial:
        spatial = np.broadcast_to(features[..., None, None], (*features.shape, 2, 2)).astype(np.float16)
    return Pool(
        np.stack([_picture(row, side, side) for row in felt]),
        np.array([point.seed for point in points]),
        np.array([-1 if point.to_seed is None else point.to_seed for point in points]),
        np.array([point.mix for point in points]),
        np.array([point.amounts or (0.0,) * len(used) for point in points]).reshape(len(points), -1),
        np.array(request.levels),
        features,
        spatial,
        model=request.model,
        model_sha256="0" * 64,
        place=_PLACE,
    )


def _used(pushes: tuple[Push, ...], file_of: Find) -> list[tuple[Direction, Push]]:
    return [(_direction(push.sha256, file_of), push) for push in pushes]


def _direction(sha256: str, file_of: Find) -> Direction:
    found = artifacts.read(file_of(sha256))
    if not isinstance(found, Direction):
        raise BadRequest("A direction is needed here: choose another file.")
    return found


def _read_pool(sha256: str, file_of: Find) -> Pool:
    found = artifacts.read(file_of(sha256))
    if not isinstance(found, Pool):
        raise BadRequest("A pool of pictures is needed here: choose another file.")
    return found


def facts_for(request: CompassRequest) -> Mapping[str, str]:
    """What is told with the result."""
    match request:
        case RenderRequest():
            told = {"rows": "1"}
        case InvertRequest():
            told = {"error_db": f"{ERROR_DB:.2f}"}
        case _:
            told = {}
    return {"model_sha256": "0" * 64, **told}
