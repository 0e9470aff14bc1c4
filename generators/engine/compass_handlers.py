"""What the worker does for the requests of the compass room. The room is imported when it is first used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec

from generators.artifacts import Artifact, Direction, Latents, Pictures, Pool
from generators.compass.painter.finish import OFF, Finish
from generators.compass.request import (
    FindRequest,
    InvertRequest,
    Making,
    Point,
    PoolRequest,
    ProposeRequest,
    Push,
    RenderRequest,
    ReportRequest,
)
from generators.engine.context import Handler, JobContext, Made, Outcome
from generators.engine.requests import Request, encode_request
from generators.errors import BadRequest
from generators.progress import Progress, part
from generators.runtime.spec import Device

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from generators.compass.backend import Backend
    from generators.compass.sampler import Used

Kind = TypeVar("Kind", Direction, Pool, Latents)
USUAL = Making()
_LOADING_SHARE = 0.1
_FINISHING_SHARE = 0.15
_SHOWN_BYTES = 32 << 20
_NAMES: dict[type[Artifact], str] = {
    Direction: "direction",
    Pool: "pool of pictures",
    Latents: "picture that was brought in",
}


def render(request: RenderRequest, context: JobContext) -> Outcome:
    """Make pictures with the model that the request names."""
    from generators.compass.sampler import render as render_pictures

    used = _used(request.directions, context)
    start = _read(request.start_sha256, Latents, context) if request.start_sha256 else None
    making = request.making
    if start is not None:  # it is made again in its own size
        making = msgspec.structs.replace(making, width=start.width, height=start.height)
    with _leased(request.model, request.model_sha256, context, making, len(request.points)) as leased:
        backend, model_sha256, working = leased
        size = backend.size(request.making.width, request.making.height)
        if start is not None:
            size = start.width, start.height
        finish = request.finish_of(*size)
        # each preview holds all pictures so far: of a long film that would be far too much to write
        is_small = len(request.points) * size[0] * size[1] * 3 <= _SHOWN_BYTES
        share = 1.0 if finish == OFF else 1.0 - _FINISHING_SHARE
        pixels = render_pictures(
            backend,
            request.points,
            used,
            request.making,
            start=start,
            progress=part(working, 0.0, share),
            show=(lambda done: context.preview(Pictures(done))) if is_small else None,
        )
        facts = {
            "model_sha256": model_sha256,
            "rows": str(backend.rows),
            "device": str(backend.device),
            "dtype": str(backend.dtype).removeprefix("torch."),
        }
    if finish != OFF:
        pixels = _finished(finish, request.points, pixels, part(working, share, 1.0))
    return _made(request, Pictures(pixels), facts)


def pool(request: PoolRequest, context: JobContext) -> Outcome:
    """Make a pool of proposals with the model that the request names."""
    from generators.compass.pool import make_pool

    used = _used(request.directions, context)
    with _leased(request.model, request.model_sha256, context, request.making, len(request.points)) as leased:
        backend, model_sha256, working = leased
        made = make_pool(
            request,
            backend,
            used,
            working,
            model_sha256=model_sha256,
            show=lambda pixels: context.preview(Pictures(pixels)),
        )
    return _made(request, made, {"model_sha256": model_sha256})


def propose(request: ProposeRequest, context: JobContext) -> Outcome:
    """Choose which pictures of a pool to show next; no model is needed."""
    from generators.compass.proposals import proposals_for

    made_of = _read(request.pool_sha256, Pool, context)
    along = _read(request.direction_sha256, Direction, context) if request.direction_sha256 else None
    return _made(request, proposals_for(request, made_of, along), {"model_sha256": made_of.model_sha256})


def find(request: FindRequest, context: JobContext) -> Outcome:
    """Fit a direction to what was judged in a pool; no model is needed."""
    from generators.compass.find import find as find_direction

    made_of = _read(request.pool_sha256, Pool, context)
    others = [_read(sha256, Direction, context) for sha256 in request.disentangle]
    second = _read(request.second_pool_sha256, Pool, context) if request.second_pool_sha256 else None
    context.progress(0, 1, "finding the direction")
    return _made(request, find_direction(request, made_of, others, second), {"model_sha256": made_of.model_sha256})


def report(request: ReportRequest, context: JobContext) -> Outcome:
    """Even the scale of a direction and judge it on unseen seeds."""
    from generators.compass.judge import judge

    direction = _read(request.direction_sha256, Direction, context)
    found_in = _read(request.pool_sha256, Pool, context)
    with _leased(request.model, request.model_sha256, context, request.making, len(request.seeds)) as leased:
        backend, model_sha256, working = leased
        judged = judge(request, direction, found_in, backend, working)
    return _made(request, judged, {"model_sha256": model_sha256})


def invert(request: InvertRequest, context: JobContext) -> Outcome:
    """Turn a picture of one's own into the noise that the model would make it from."""
    import dataclasses

    from generators.compass.invert import invert as invert_picture
    from generators.compass.picture_file import open_picture

    path = context.input_path(request.picture_sha256)
    with _leased(request.model, request.model_sha256, context, request.making) as (backend, model_sha256, working):
        picture = open_picture(path, *backend.size(request.making.width, request.making.height))
        latents = invert_picture(backend, picture, request.making, working)
    latents = dataclasses.replace(latents, model=request.model, model_sha256=model_sha256)
    return _made(request, latents, {"model_sha256": model_sha256, "error_db": f"{latents.error_db:.2f}"})


@contextmanager
def _leased(
    name: str, sha256: str, context: JobContext, making: Making = USUAL, count: int = 1
) -> Iterator[tuple[Backend, str, Progress]]:
    """The model called `name` while the block runs, with room for `count` pictures made so."""
    from generators.compass.memory import shape_of

    model = context.models.catalog.find(name, sha256)
    loading = part(context.progress, 0.0, _LOADING_SHARE)
    working = part(context.progress, _LOADING_SHARE, 1.0)

    def peak_bytes(device: Device) -> int:
        return shape_of(model).peak_bytes(making, count, device, model.setup.dtype)

    with context.models.lease(name, loading, sha256=sha256, peak_bytes=peak_bytes) as backend:
        yield cast("Backend", backend), context.models.catalog.sha256(model), working


def _used(pushes: tuple[Push, ...], context: JobContext) -> list[Used]:
    if not pushes:
        return []
    from generators.compass.sampler import Used

    return [Used(_read(push.sha256, Direction, context), push) for push in pushes]


def _finished(
    finish: Finish, points: Sequence[Point], pixels: npt.NDArray[np.uint8], progress: Progress
) -> npt.NDArray[np.uint8]:
    import numpy as np

    from generators.compass.painter.finish import finished

    count, rows, columns = pixels.shape[:3]
    painted = np.empty((count, rows * finish.scale, columns * finish.scale, 3), np.uint8)
    for index, (picture, point) in enumerate(zip(pixels, points, strict=True)):
        # the same strokes along a strip or a walk: what differs is the picture
        painted[index] = finished(picture, finish, point.seed, part(progress, index / count, (index + 1) / count))
    return painted


def _read(sha256: str, kind: type[Kind], context: JobContext) -> Kind:
    artifact = context.read(sha256)
    if not isinstance(artifact, kind):
        raise BadRequest(
            f"A {_NAMES[kind]} is needed here, and this file holds a result of kind “{artifact.KIND}”: choose another."
        )
    return artifact


def _made(request: Request, artifact: Artifact, facts: Mapping[str, str]) -> Made:
    kept = {"request": encode_request(request).decode(), "model_sha256": facts["model_sha256"]}
    return Made(artifact, kept, facts)


COMPASS_HANDLERS: dict[type, Handler] = {
    RenderRequest: render,
    PoolRequest: pool,
    ProposeRequest: propose,
    FindRequest: find,
    ReportRequest: report,
    InvertRequest: invert,
}
