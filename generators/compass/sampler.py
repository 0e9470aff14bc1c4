"""From points to pictures, whatever the family.

**The same picture from the same seed.** A network's rows do not mix, but the kernels that compute them are chosen by
the batch's shape, and sum in another order for another shape. So the shape is a policy. Every batch has `backend.rows`
rows; rows that are left over repeat the last point, and are dropped. Where more pictures are asked for and the network
is small, `backend.most_rows` go together, after a trial has shown that each row comes out the same to the last bit in
both shapes. Pictures are decoded one by one. Each row has its own noise, from generators of its own seeds on the CPU;
a CPU computes small networks with one thread, because several cut a batch into parts in the middle of a row. What else
is asked for then changes no bit of a picture on the same device and versions. A single preview goes alone, for speed:
it is the same picture within rounding, as are those of another device or number of rows.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from generators.compass.backend import Backend, Conditioning
from generators.compass.hook import low_pass, no_gradients
from generators.compass.levels import at_levels, strengths
from generators.compass.request import Making, Point, Push
from generators.compass.scale import raw_amounts
from generators.errors import BadRequest
from generators.pictures import Direction, Latents
from generators.progress import Progress, silent

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Used:
    """A direction with how it is used."""

    direction: Direction
    push: Push


@dataclass(frozen=True)
class Kept:
    """Features (rows, k, channels, rows, columns) that were kept of a batch, at `levels` (k,) of noise.

    `felt` (rows, k, c) are the means where qualities are told apart, None where that is the same place.
    """

    levels: tuple[float, ...]
    features: Tensor
    felt: Tensor | None = None


@dataclass(frozen=True)
class _Job:
    """What is the same for all batches of one request."""

    width: int
    height: int
    steps: int
    guidance: float
    lock: float
    conditioning: Conditioning
    used: tuple[Used, ...]
    start: Latents | None
    keep_at: tuple[float, ...] = ()
    vectors: tuple[Tensor, ...] = field(default=())


class Noise:
    """The noise of one row: draws (1, channels, rows, columns) one after the other, as diffusers draws from a seed."""

    def __init__(self, point: Point, shape: tuple[int, int, int]) -> None:
        self._shape = (1, *shape)
        self._mix = point.mix if point.to_seed is not None else 0.0
        self._first = torch.Generator("cpu").manual_seed(point.seed)
        second = point.to_seed if point.to_seed is not None else point.seed
        self._second = torch.Generator("cpu").manual_seed(second)

    def draw(self) -> Tensor:
        """The next noise, between the two seeds' on the sphere."""
        first = torch.randn(self._shape, generator=self._first)
        if self._mix <= 0.0:
            return first
        second = torch.randn(self._shape, generator=self._second)
        return second if self._mix >= 1.0 else slerp(first, second, self._mix)


def slerp(first: Tensor, second: Tensor, mix: float) -> Tensor:
    """The point `mix` (0..1) of the way from `first` to `second` along the sphere, so that noise keeps its length.

    Source: Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
    """
    cosine = torch.clamp((first * second).sum() / (first.norm() * second.norm()), -1.0, 1.0)
    angle = torch.acos(cosine)
    if float(angle) < 1e-4:
        return torch.lerp(first, second, mix)
    return (torch.sin((1 - mix) * angle) * first + torch.sin(mix * angle) * second) / torch.sin(angle)


def render(
    backend: Backend,
    points: Sequence[Point],
    used: Sequence[Used] = (),
    making: Making | None = None,
    *,
    start: Latents | None = None,
    progress: Progress = silent,
    show: Callable[[Pixels], None] | None = None,
    keep_at: tuple[float, ...] = (),
    keep: Callable[[Kept], None] | None = None,
) -> Pixels:
    """The pictures (n, height, width, 3) at `points`.

    `show` is given all that are done so far after each batch but the last. With `keep_at` the features nearest to those
    levels of noise are given to `keep`, batch by batch, without the rows that were repeated.

    Raises:
        BadRequest: the model cannot make what was asked.
        Cancelled: from `progress`, which is called after each step.
    """
    making = making or Making()
    job = _prepare(backend, used, making, start, keep_at)
    done: list[Pixels] = []
    first = 0
    with no_gradients():
        for rows in _shapes(backend, job, len(points), alone=making.quality == "preview" and len(points) == 1):
            batch = list(points[first : first + rows])
            count = len(batch)
            batch += [batch[-1]] * (rows - count)

            def told(done_steps: int, decoded: int, first: int = first, count: int = count) -> None:
                share = (count * done_steps + decoded) / (job.steps + 1)
                progress(first + share, len(points), f"picture {first + max(1, decoded)} of {len(points)}")

            latents, kept = _sample(backend, job, batch, told)
            for row in range(count):
                with backend.computing():
                    done.append(_bytes(backend.decode(latents[row : row + 1])))
                told(job.steps, row + 1)
            if keep is not None and kept is not None:
                keep(Kept(kept.levels, kept.features[:count], None if kept.felt is None else kept.felt[:count]))
            first += count
            if show is not None and first < len(points):
                show(np.concatenate(done))
    return np.concatenate(done)


def _shapes(backend: Backend, job: _Job, count: int, *, alone: bool) -> list[int]:
    """The number of rows of each batch for `count` pictures."""
    if alone:
        return [1]
    few, many = backend.rows, max(backend.rows, backend.most_rows)
    if count <= few or many == few or not _agree(backend, job, few, many):
        return [few] * math.ceil(count / few)
    whole, rest = divmod(count, many)
    return [many] * whole + ([few if rest <= few else many] if rest else [])


def _agree(backend: Backend, job: _Job, few: int, many: int) -> bool:
    """Whether rows come out the same to the last bit in batches of `few` and of `many`, tried once for each shape."""
    shape = backend.latent_shape(job.width, job.height)
    guided = job.conditioning.without is not None
    known = backend.agreeing.get((*shape, guided))
    if known is None:
        scheduler = backend.scheduler(job.steps, shape[1] * shape[2])
        noise = torch.randn((many, *shape), generator=torch.Generator("cpu").manual_seed(0))
        latents = noise.to(backend.device, backend.dtype)
        timestep = scheduler.timesteps[len(scheduler.timesteps) // 2]
        together = _predict(backend, job, latents, timestep)
        parts = [_predict(backend, job, part, timestep) for part in (latents[:few], latents[-few:])]
        known = torch.equal(parts[0], together[:few]) and torch.equal(parts[1], together[-few:])
        backend.agreeing[(*shape, guided)] = known
    return known


def _predict(backend: Backend, job: _Job, latents: Tensor, timestep: Tensor) -> Tensor:
    """What the network says of `latents` (rows, channels, rows, columns), guidance included."""
    told = job.conditioning.batch(len(latents))
    guided = job.conditioning.without is not None
    with backend.computing():
        predicted = backend.predict(torch.cat([latents, latents]) if guided else latents, timestep, told, job.guidance)
    if guided:
        without, with_prompt = predicted.chunk(2)
        predicted = without + job.guidance * (with_prompt - without)
    return predicted


def _prepare(
    backend: Backend, used: Sequence[Used], making: Making, start: Latents | None, keep_at: tuple[float, ...]
) -> _Job:
    usual = backend.usual
    width, height = backend.size(making.width, making.height)
    steps = making.steps or (usual.preview_steps if making.quality == "preview" else usual.steps)
    guidance = usual.guidance if making.guidance is None else making.guidance
    prompt = making.prompt
    if start is not None:  # it is made again as it was turned
        width, height, steps, prompt = start.width, start.height, start.steps, making.prompt or start.prompt
        guidance = start.guidance if making.guidance is None else making.guidance
    for item in used:
        # one of another program does not say where it belongs; its width is checked where it is added
        if item.direction.place and item.direction.place != backend.place.name:
            raise BadRequest(
                f"The direction “{item.direction.name}” was found in a model of another kind "
                f"({item.direction.place}): choose one that was found with this model."
            )
    guided = backend.doubles(guidance)
    conditioning = backend.condition(prompt, making.negative, width, height, guided=guided)
    moving = tuple(item for item in used)
    return _Job(width, height, steps, guidance, making.lock, conditioning, moving, start, keep_at)


def _sample(
    backend: Backend, job: _Job, points: list[Point], told: Callable[[int, int], None]
) -> tuple[Tensor, Kept | None]:
    shape = backend.latent_shape(job.width, job.height)
    noises = [Noise(point, shape) for point in points]
    anew = backend.scheduler if job.start is None else backend.retracing
    scheduler = anew(job.steps, shape[1] * shape[2])
    if job.start is not None:  # what led to the noise was not clipped, so neither is what leads back
        scheduler.register_to_config(clip_sample=False)
    begin = torch.cat([noise.draw() for noise in noises])
    if job.start is not None:
        begin = torch.from_numpy(np.array(job.start.noise)).expand(len(points), *shape)
        if job.start.noise.shape[1:] != shape:
            raise BadRequest("This picture was brought in with another model: bring it in again with this one.")
    else:
        begin = begin * float(scheduler.init_noise_sigma) if hasattr(scheduler, "init_noise_sigma") else begin
    latents = begin.to(backend.device, backend.dtype)
    added = _added(backend, job, points, scheduler)
    is_moved = added is not None and bool(added[1].any())
    still = latents if job.lock > 0 and is_moved else None
    still_scheduler = anew(job.steps, shape[1] * shape[2]) if still is not None else None
    keeps = _keep_steps(backend, scheduler, job.keep_at)
    kept: list[Tensor] = []
    felt: list[Tensor] = []
    for index in range(len(scheduler.timesteps)):
        moved = added[0][index] if added is not None and is_moved else None
        wanted = kept.append if index in keeps else None
        fresh = _Fresh(noises, latents)
        latents_after = _step(backend, job, scheduler, index, latents, moved, wanted, fresh)
        if wanted is not None and backend.place.felt is not None:
            felt.append(backend.place.felt[-len(points) :].float().cpu())
        if still is not None:
            still = _step(backend, job, still_scheduler, index, still, None, None, fresh)
            fine = (still - low_pass(still)) - (latents_after - low_pass(latents_after))
            latents_after = latents_after + job.lock * fine
            backend.shift(scheduler, job.lock * fine)
        latents = latents_after
        told(index + 1, 0)
    if not kept:
        return latents, None
    features = torch.stack([part[-len(points) :].float().cpu() for part in kept], dim=1)
    levels = tuple(_level(backend, scheduler, index) for index in sorted(keeps))
    return latents, Kept(levels, features, torch.stack(felt, dim=1) if felt else None)


class _Fresh:
    """Fresh noise for one step, drawn once however many times it is asked for."""

    def __init__(self, noises: list[Noise], like: Tensor) -> None:
        self._noises, self._like = noises, like
        self._drawn: Tensor | None = None

    def __call__(self) -> Tensor:
        if self._drawn is None:
            drawn = torch.cat([noise.draw() for noise in self._noises])
            self._drawn = drawn.to(self._like.device, self._like.dtype)
        return self._drawn


def _step(
    backend: Backend,
    job: _Job,
    scheduler: Any,
    index: int,
    latents: Tensor,
    moved: Tensor | None,
    keep: Callable[[Tensor], None] | None,
    fresh: _Fresh,
) -> Tensor:
    timestep = scheduler.timesteps[index]
    given = scheduler.scale_model_input(latents, timestep) if hasattr(scheduler, "scale_model_input") else latents
    with backend.place.using(moved, keep):
        predicted = _predict(backend, job, given, timestep)
    return backend.step(scheduler, predicted, index, latents, fresh)


def _added(
    backend: Backend, job: _Job, points: list[Point], scheduler: Any
) -> tuple[list[Tensor], npt.NDArray[np.float64]] | None:
    """What is added at each step, (rows, channels, 1 or rows, 1 or columns), and the raw amounts (rows, directions)."""
    if not job.used or not any(any(point.amounts) for point in points):
        return None
    wanted = np.array([point.amounts or (0.0,) * len(job.used) for point in points], dtype=np.float64)
    steps = len(scheduler.timesteps)
    levels = np.array([_level(backend, scheduler, index) for index in range(steps)])
    raw = np.stack(
        [raw_amounts(item.direction, wanted[:, column], even=item.push.even) for column, item in enumerate(job.used)],
        axis=1,
    )
    total: list[Tensor] = []
    for index in range(steps):
        parts = []
        for column, item in enumerate(job.used):
            direction = item.direction
            spatial = item.push.spatial and direction.is_spatial
            vectors = direction.vectors if spatial else direction.everywhere()
            vector = torch.from_numpy(np.array(at_levels(vectors, direction.levels, levels[index])[0]))
            if not spatial:
                vector = vector[:, None, None]
            strength = strengths(item.push.over_time, steps)[index]
            scale = torch.from_numpy(raw[:, column] * strength).float()[:, None, None, None]
            parts.append(scale * vector[None])
        total.append(functools.reduce(torch.add, parts).to(backend.device))
    return total, raw


def _level(backend: Backend, scheduler: Any, index: int) -> float:
    """The level of noise of step `index`, as a fraction of the steps that the model was trained with."""
    return min(1.0, max(0.0, float(scheduler.timesteps[index]) / backend.train_steps))


def _keep_steps(backend: Backend, scheduler: Any, wanted: tuple[float, ...]) -> set[int]:
    levels = np.array([_level(backend, scheduler, index) for index in range(len(scheduler.timesteps))])
    return {int(np.abs(levels - level).argmin()) for level in wanted}


def _bytes(pictures: Tensor) -> Pixels:
    """Pictures (batch, 3, height, width) in -1..1 as bytes (batch, height, width, 3)."""
    scaled = (pictures.float() / 2 + 0.5).clamp(0, 1).cpu().permute(0, 2, 3, 1).numpy()
    return np.asarray((scaled * 255).round().astype(np.uint8))
