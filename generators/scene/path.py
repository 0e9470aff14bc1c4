"""The pictures along a scene: which points of the model's space it passes, and when. Torch-free."""

from __future__ import annotations

import bisect
import math

import msgspec
import numpy as np
import numpy.typing as npt

from generators.affect import AffectCurve, AffectPoint
from generators.compass.request import MAX_AMOUNT, MAX_PIXELS, MAX_POINTS, Point, Push, RenderRequest
from generators.errors import BadRequest
from generators.scene.request import Scene, ScenePictures

Floats = npt.NDArray[np.float64]


def picture_count(scene: Scene) -> int:
    """How many pictures are made along the scene: the first for its beginning, the last for its end.

    Where nothing moves them, one is enough.

    Raises:
        BadRequest: they would be too many.
    """
    pictures = scene.pictures
    is_led = bool(pictures.pushes and scene.timeline.keys) and not pictures.follow.leaves
    if not is_led and len(set(pictures.seeds)) == 1:
        return 1
    count = max(2, math.ceil(round(scene.duration_s * pictures.pictures_per_s, 6)) + 1)
    making = pictures.base.making
    scale = 1 if making.quality == "preview" else pictures.base.finish.scale
    most = min(MAX_POINTS, MAX_PIXELS // max(1, making.width * making.height * scale * scale))
    if count > most:
        rate = math.floor(100 * max(most - 1, 1) / scene.duration_s) / 100
        raise BadRequest(
            f"{count:,} pictures would be made for this scene, and {most:,} of their size are the most: choose at most "
            f"{rate:g} pictures a second, or smaller ones."
        )
    return count


def picture_times_s(scene: Scene) -> Floats:
    """When each picture (n,) is seen as it is; between them a film blends."""
    return np.linspace(0.0, scene.duration_s, picture_count(scene))


def pictures_along(scene: Scene, curve: AffectCurve | None) -> RenderRequest:
    """The request for the pictures of `scene`, moved by the feeling of `curve` (None: not at all).

    Raises:
        BadRequest: the pictures would be too many, or start from a picture and walk between seeds.
    """
    pictures, base = scene.pictures, scene.pictures.base
    if base.start_sha256 and len(set(pictures.seeds)) > 1:
        raise BadRequest(
            "A picture of one's own has no seeds to walk between: keep one seed for this scene, or none of your own."
        )
    standing = base.points[0].amounts
    held = {push.sha256: amount for push, amount in zip(base.directions, standing, strict=False)}
    directions = {push.sha256: push for push in base.directions}
    moved = pictures.pushes if curve is not None else ()
    for push in moved:
        directions.setdefault(push.sha256, Push(push.sha256))
    points = []
    for time_s in picture_times_s(scene).tolist():
        seed, to_seed, mix = _noise_at(pictures, time_s, scene.duration_s)
        amounts = {sha256: held.get(sha256, 0.0) for sha256 in directions}
        if curve is not None:
            felt = curve.at(time_s)
            for push in moved:
                amounts[push.sha256] += push.reach * _on_axis(felt, push.axis)
        rounded = (round(min(max(amount, -MAX_AMOUNT), MAX_AMOUNT), 5) for amount in amounts.values())
        points.append(Point(seed, to_seed, mix, tuple(rounded)))
    return msgspec.structs.replace(base, points=tuple(points), directions=tuple(directions.values()))


def _on_axis(point: AffectPoint, axis: str) -> float:
    return {"valence": point.valence, "arousal": point.arousal, "dominance": point.dominance}[axis]


def _noise_at(pictures: ScenePictures, time_s: float, duration_s: float) -> tuple[int, int | None, float]:
    """The seed that the noise comes from, the one it turns to, and how far, at `time_s`."""
    seeds = pictures.seeds
    if len(seeds) == 1:
        return seeds[0], None, 0.0
    times = pictures.seed_times_s or tuple(np.linspace(0.0, duration_s, len(seeds)).tolist())
    after = bisect.bisect_right(times, time_s)
    if after == 0:
        return seeds[0], None, 0.0
    if after == len(seeds):
        return seeds[-1], None, 0.0
    first, last = seeds[after - 1], seeds[after]
    share = round((time_s - times[after - 1]) / (times[after] - times[after - 1]), 5)
    if first == last or share == 0.0:
        return first, None, 0.0
    return (last, None, 0.0) if share >= 1.0 else (first, last, share)
