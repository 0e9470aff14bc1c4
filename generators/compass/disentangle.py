"""Taking other directions out of one, so that it leaves them alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generators.compass.subspace import Floats
from generators.errors import BadRequest

LEAST_LEFT = 0.1


def without(direction: Floats, others: Sequence[Floats], levels: int = 1) -> Floats:
    """`direction` (d,) without what it shares with `others` (d,), each of the `levels` equal parts for itself.

    Order among the others does not matter: all of what they span goes.

    Source: Haas et al., arXiv 2303.11073, section 3.3 (projection, a time step at a time); Shen et al., "InterFaceGAN",
    arXiv 2005.09635, equation 7.

    Raises:
        BadRequest: nearly nothing is left.
    """
    if not others:
        return direction
    parts = direction.reshape(levels, -1)
    spans = np.stack([other.reshape(levels, -1) for other in others], axis=1)  # (levels, others, width)
    left = np.empty_like(parts)
    for level, (part, span) in enumerate(zip(parts, spans, strict=True)):
        basis, sizes, _ = np.linalg.svd(span.T, full_matrices=False)
        basis = basis[:, sizes > 1e-9 * max(float(sizes.max()), 1e-300)]
        left[level] = part - basis @ (basis.T @ part)
    if float(np.linalg.norm(left)) < LEAST_LEFT * float(np.linalg.norm(direction)):
        raise BadRequest(
            "Hardly anything of this direction is left without the others, they say the same: take one of them out."
        )
    return left.reshape(-1)


def likeness(first: Floats, second: Floats) -> float:
    """The cosine between two directions, 0 where one has no length."""
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first.ravel() @ second.ravel() / lengths) if lengths > 0 else 0.0
