"""Sampled lines in few points: straight between them, or eased as keyframes are. Torch-free.

Source: Ramer, "An iterative procedure for the polygonal approximation of plane curves", 1972; Douglas and Peucker,
"Algorithms for the reduction of the number of points", 1973; here away is measured along the value, not across.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.affect import AffectPoint
from generators.scene.timeline import EASING_POWERS, SceneKey

FloatArray = npt.NDArray[np.float64]

_TRIED: tuple[str, ...] = ("smooth", "linear", "ease in", "ease out")


def thinned(times_s: FloatArray, values: FloatArray, tolerance: float) -> npt.NDArray[np.int64]:
    """Which of the points of `values` (n, d) at strictly rising `times_s` (n,) are enough.

    Straight lines between those meet every point within `tolerance` on each axis. The ends are always kept.
    """
    last = len(times_s) - 1
    kept = np.zeros(len(times_s), dtype=bool)
    kept[[0, last]] = True
    waiting = [(0, last)]
    while waiting:
        first, end = waiting.pop()
        if end - first < 2:
            continue
        share = (times_s[first + 1 : end] - times_s[first]) / (times_s[end] - times_s[first])
        straight = values[first] + share[:, None] * (values[end] - values[first])
        away = np.abs(values[first + 1 : end] - straight).max(axis=1)
        farthest = int(np.argmax(away))
        if away[farthest] > tolerance:
            middle = first + 1 + farthest
            kept[middle] = True
            waiting += [(first, middle), (middle, end)]
    return np.flatnonzero(kept)


def fitted(times_s: FloatArray, points: FloatArray, tolerance: float) -> tuple[SceneKey, ...]:
    """Few keyframes whose eased motion meets `points` (n, 3) at strictly rising `times_s` (n,) within `tolerance`.

    Each goes over to the next by the easing that comes nearest, so that an arch or a turn takes one where straight
    lines would take many. Points are brought into -1..1.
    """
    points = np.clip(np.asarray(points, dtype=np.float64), -1.0, 1.0)
    last = len(times_s) - 1
    found: dict[int, str] = {}
    waiting = [(0, last)] if last > 0 else []
    while waiting:
        first, end = waiting.pop()
        share = (times_s[first : end + 1] - times_s[first]) / (times_s[end] - times_s[first])
        best, worst, split = "smooth", np.inf, first + 1
        for easing in _TRIED:
            one, two, three = EASING_POWERS[easing]
            done = share * (one + share * (two + share * three))
            straight = points[first] + done[:, None] * (points[end] - points[first])
            away = np.abs(points[first : end + 1] - straight).max(axis=1)
            farthest = int(np.argmax(away))
            if away[farthest] < worst - 1e-12:
                best, worst, split = easing, float(away[farthest]), first + farthest
        if worst > tolerance and first < split < end:
            waiting += [(first, split), (split, end)]
        else:
            found[first] = best
    found[last] = "smooth"
    return tuple(
        SceneKey(float(times_s[place]), AffectPoint(*(round(float(value), 3) for value in points[place])), {}, easing)
        for place, easing in sorted(found.items())
    )
