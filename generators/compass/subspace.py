"""The few dimensions in which a model's pictures really differ, taken from a pool that nobody has judged.

Ten to forty judgements cannot tell thousands of features apart. The principal components of the pool's own features
can be found without any judgement, and in twenty of them so few suffice.

Source: René Haas et al., "Discovering interpretable directions in the semantic latent space of diffusion models",
arXiv 2303.11073, 2023 (principal components of h-space).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MOST_COMPONENTS = 20


@dataclass(frozen=True)
class Subspace:
    """Principal components of a pool's features, each level of noise scaled to the same weight.

    `mean` (d,) and `scale` (d,) take features to standard ones, `components` (p, d) are orthonormal rows in standard
    features, `spread` (p,) the pool's standard deviation along each, falling.
    """

    mean: Floats
    scale: Floats
    components: Floats
    spread: Floats

    def standard(self, features: Floats) -> Floats:
        """Features (n, d) in standard form."""
        return (features - self.mean) / self.scale

    def coordinates(self, features: Floats) -> Floats:
        """The coordinates (n, p) of features (n, d)."""
        return np.asarray(self.standard(features) @ self.components.T)

    def vector(self, coordinates: Floats) -> Floats:
        """The standard vector (d,) of coordinates (p,)."""
        return np.asarray(coordinates @ self.components)


def subspace_of(features: Floats, levels: int = 1, most: int = MOST_COMPONENTS) -> Subspace:
    """The subspace of a pool's features (n, d), which are `levels` equal parts, one for each level of noise.

    `most` components are looked for; with 0 only the scale is found, at a fraction of the time.

    Raises:
        ValueError: there are fewer than two rows, or all are the same.
    """
    count, width = features.shape
    if count < 2:
        raise ValueError("a subspace needs at least two pictures")
    mean = features.mean(axis=0)
    centred = features - mean
    parts = centred.reshape(count, levels, width // levels)
    energy = np.sqrt((parts**2).sum(axis=2).mean(axis=0))  # (levels,)
    if not bool((energy > 0).any()):
        raise ValueError("all pictures of the pool are the same")
    energy[energy <= 0] = 1.0
    scale = np.repeat(energy, width // levels)
    if not most:
        return Subspace(mean, scale, np.zeros((0, width)), np.zeros(0))
    centred = centred / scale
    # the Gram matrix of n rows is small where features are many
    values, vectors = np.linalg.eigh(centred @ centred.T)
    kept = np.flatnonzero(values[::-1] > 1e-10 * values[-1])[: min(most, count - 1)]
    values, vectors = values[::-1][kept], vectors[:, ::-1][:, kept]
    components = (centred.T @ vectors / np.sqrt(values)).T
    # a component's sign is arbitrary: the same on every machine
    signs = np.sign(components[np.arange(len(components)), np.abs(components).argmax(axis=1)])
    return Subspace(mean, scale, components * signs[:, None], np.sqrt(values / count))
