"""Making a pool of proposals: small pictures, and what the model felt inside while it made them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from torch import Tensor

from generators.compass.backend import Backend
from generators.compass.request import PoolRequest
from generators.compass.sampler import Kept, Used, render
from generators.errors import BadRequest
from generators.pictures import Pixels, Pool
from generators.progress import Progress, silent

MAX_SPATIAL_BYTES = 128 << 20
MANY_CELLS, FEW_CELLS, FEW_CHANNELS = 8, 4, 256
"""Places along a side that are kept apart: the many where there are few channels."""
SHOWN_EACH = 12


def make_pool(
    request: PoolRequest,
    backend: Backend,
    used: Sequence[Used] = (),
    progress: Progress = silent,
    *,
    model_sha256: str = "",
    show: Callable[[Pixels], None] | None = None,
) -> Pool:
    """The pool that `request` asks for; `show` is given the small pictures so far, after every `SHOWN_EACH` of them.

    Features are kept at the steps nearest to the levels asked for, and told by the levels that those steps have.

    Raises:
        BadRequest: the model cannot make it, or it would not fit.
        Cancelled: from `progress`.
    """
    features: list[npt.NDArray[np.float32]] = []
    spatial: list[npt.NDArray[np.float16]] = []
    felt: list[npt.NDArray[np.float32]] = []
    levels: tuple[float, ...] = ()

    def keep(kept: Kept) -> None:
        nonlocal levels
        levels = kept.levels
        features.append(kept.features.mean(dim=(3, 4)).numpy())
        if request.spatial:
            spatial.append(_seen_from_afar(kept.features).numpy().astype(np.float16))
            if spatial[0][0].nbytes * len(request.points) > MAX_SPATIAL_BYTES:
                raise BadRequest(
                    "So many pictures do not fit with all that is felt at each of their places: ask for fewer, "
                    "or for the mean over each picture."
                )

        if kept.felt is not None:
            felt.append(kept.felt.numpy())

    shown = 0

    def so_far(pixels: Pixels) -> None:
        nonlocal shown
        if show is not None and len(pixels) >= shown + SHOWN_EACH:
            shown = len(pixels)
            show(smaller(pixels, request.look_side))

    pixels = render(
        backend,
        request.points,
        used,
        request.making,
        progress=progress,
        show=so_far if show is not None else None,
        keep_at=request.levels,
        keep=keep,
    )
    return Pool(
        smaller(pixels, request.look_side),
        np.array([point.seed for point in request.points]),
        np.array([-1 if point.to_seed is None else point.to_seed for point in request.points]),
        np.array([point.mix for point in request.points]),
        np.array([point.amounts or (0.0,) * len(used) for point in request.points]).reshape(len(request.points), -1),
        np.array(levels),
        np.concatenate(features),
        np.concatenate(spatial) if spatial else np.zeros((0, 0, 0, 0, 0), np.float16),
        model=request.model,
        model_sha256=model_sha256,
        place=backend.place.name,
        felt=np.concatenate(felt) if felt else np.zeros((0, 0, 0), np.float32),
    )


def _seen_from_afar(features: Tensor) -> Tensor:
    """Features (n, k, channels, rows, columns) at so many places that a pool of hundreds stays small."""
    from torch.nn.functional import adaptive_avg_pool2d

    cells = MANY_CELLS if features.shape[2] <= FEW_CHANNELS else FEW_CELLS
    if max(features.shape[3:]) <= cells:
        return features
    afar = adaptive_avg_pool2d(features.flatten(0, 1), cells)
    return afar.reshape(*features.shape[:3], *afar.shape[2:])


def smaller(pixels: np.ndarray, side: int) -> np.ndarray:
    """Pictures (n, height, width, 3) whose longer side is at most `side`."""
    from PIL import Image

    height, width = pixels.shape[1:3]
    if max(height, width) <= side:
        return pixels
    size = (max(1, round(width * side / max(height, width))), max(1, round(height * side / max(height, width))))
    return np.stack([np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX)) for picture in pixels])
