"""How the mood of a character moves: from what it was towards what is drawn, as strongly and as fast as it is its way.

A mood is a point of affect space with inertia. What is drawn attracts it, its temper draws it back, and it covers half
of what is left to go in each half-time: first-order relaxation towards two attractors,

    dm/dt = ln 2 / inertia * ((1 - pull) * strength * drawn + pull * temper - m).

Between keyframes what is drawn is a polynomial, so the mood is written down exactly and not stepped: it does not depend
on how densely it is asked for, and never on what comes later. Mixtures of emotions move in the same way.

Source: Gebhard, "ALMA: a layered model of affect", 2005 (mood as a point of pleasure, arousal and dominance that events
move and a default mood draws back); Becker-Asano and Wachsmuth, "Affective computing with primary and secondary
emotions in a virtual human" (WASABI), 2010 (mood as a mass on springs); Kuppens, Oravecz, Tuerlinckx, "Feelings change:
accounting for individual differences in the temporal dynamics of affect" (DynAffect), 2010 (home base, attraction).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generators.affect import AffectPoint
from generators.scene.timeline import EASING_POWERS, Personality, SceneKey, Timeline

FloatArray = npt.NDArray[np.float64]

_AT_ONCE_S = 1e-4
_SERIES_BELOW = 2.0
_SERIES_TERMS = 30


def as_row(point: AffectPoint) -> tuple[float, float, float]:
    """Valence, arousal and dominance."""
    return (point.valence, point.arousal, point.dominance)


def mood_at(timeline: Timeline, personality: Personality, times_s: npt.ArrayLike) -> FloatArray:
    """The mood (n, 3) in -1..1 at `times_s` (n,): valence, arousal and dominance; zeros without keyframes.

    Before the first keyframe the character feels it already.
    """
    times_s = np.asarray(times_s, dtype=np.float64)
    if not timeline.keys:
        return np.zeros((len(times_s), 3))
    drawn = np.array([as_row(key.point) for key in timeline.keys])
    aims = np.clip(personality.strength * drawn, -1.0, 1.0)
    aims += personality.pull * (np.array(as_row(personality.temper)) - aims)
    return relaxed(timeline.keys, np.clip(aims, -1.0, 1.0), personality.inertia_s, times_s)


def relaxed(keys: Sequence[SceneKey], aims: FloatArray, inertia_s: float, times_s: npt.ArrayLike) -> FloatArray:
    """What follows `aims` (k, d), a row for each of `keys`, with a half-time of `inertia_s`: (n, d) at `times_s`.

    Between two keys the aim moves as the earlier one's easing says; outside of them it is held. With no inertia the
    aim itself comes back.
    """
    times_s = np.asarray(times_s, dtype=np.float64)
    starts_s = np.array([key.time_s for key in keys])
    lengths_s = np.append(np.diff(starts_s), 1.0)
    powers = np.array([EASING_POWERS[key.easing] for key in keys])
    powers[-1] = 0.0
    ways = np.vstack([np.diff(aims, axis=0), np.zeros((1, aims.shape[1]))])
    place = np.clip(np.searchsorted(starts_s, times_s, side="right") - 1, 0, None)
    since_s = np.maximum(times_s - starts_s[place], 0.0)
    if inertia_s < _AT_ONCE_S:
        share = (since_s / lengths_s[place])[:, None]
        done = (powers[place] * share ** np.arange(1, 4)).sum(axis=1, keepdims=True)
        return _between(aims[place] + done * ways[place], aims)
    rate_hz = math.log(2.0) / inertia_s
    reached = _reached(since_s, lengths_s[place], powers[place], rate_hz)
    lag = _lags(lengths_s, powers, ways, rate_hz)
    decayed = np.exp(-rate_hz * since_s)[:, None]
    return _between(aims[place] + lag[place] * decayed + reached[:, None] * ways[place], aims)


def _between(values: FloatArray, aims: FloatArray) -> FloatArray:
    """`values` kept within what is aimed at, which only rounding could leave."""
    return np.asarray(np.clip(values, aims.min(axis=0), aims.max(axis=0)))


def _reached(since_s: FloatArray, lengths_s: FloatArray, powers: FloatArray, rate_hz: float) -> FloatArray:
    """How much (n,) of the way to the next key has been made `since_s` after a key that was reached in full."""
    share = since_s / lengths_s
    responses = _responses(rate_hz * since_s)
    return np.asarray(sum(powers[:, n - 1] * share**n * responses[n] for n in (1, 2, 3)))


def _lags(lengths_s: FloatArray, powers: FloatArray, ways: FloatArray, rate_hz: float) -> FloatArray:
    """How far (k, d) the mood is from the aim at the moment of each key; at the first it is there."""
    reached = _reached(lengths_s, lengths_s, powers, rate_hz)
    decays = np.exp(-rate_hz * lengths_s)
    lags = np.empty_like(ways)
    lags[0] = 0.0
    for place in range(len(ways) - 1):
        lags[place + 1] = lags[place] * decays[place] + (reached[place] - 1.0) * ways[place]
    return lags


def _responses(z: FloatArray) -> tuple[FloatArray, ...]:
    """What relaxation makes of share**n: z * integral over r in 0..1 of exp(-z (1 - r)) r**n, (n,) each for n = 0..3.

    Stable for every z from 0 on: by a series where the closed form would cancel.
    """
    small = z < _SERIES_BELOW
    low, high = np.where(small, z, 0.0), np.where(small, _SERIES_BELOW, z)
    closed = [1.0 - np.exp(-high)]
    for n in (1, 2, 3):
        closed.append(1.0 - n * closed[-1] / high)
    found = []
    for n in range(4):
        term = low / (n + 1)
        total = term.copy()
        for k in range(2, _SERIES_TERMS):
            term = -term * low / (n + k)
            total += term
        found.append(np.where(small, total, closed[n]))
    return tuple(found)
