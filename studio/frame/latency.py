"""How much later than the device tells its sound is heard, from taps along with clicks. No Qt.

A device reports what it has taken, not what has left the loudspeaker: wireless headphones add 100 to 300 ms that no
program is told of. Somebody who taps along is on average within some 20 ms of the beat (a little early, which the
keyboard's own delay takes back), so the middle of a dozen taps says what no report does; the eye can then be exact.
Source for the size of the asynchrony: Repp and Su, "Sensorimotor synchronization", 2013.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.clicks import Samples, click_sound

PERIOD_S = 0.9  # between clicks: far longer than any delay, so that a tap belongs to one click only
CLICKS = 8
LENGTH_S = PERIOD_S * CLICKS
FIRST_TAPS = 2  # one finds the beat first
LEAST_TAPS = 6
OUTLIER = 3.0  # robust standard deviations
LEAST_SPREAD_S = 0.015  # of taps as even as anybody's: nearer ones are never outliers
EVEN_S = 0.055
_MAD_TO_SD = 1.4826


@dataclass(frozen=True)
class Estimate:
    """What the taps say: a delay, how even they were (robust standard deviation), and how many count."""

    delay_s: float
    spread_s: float
    count: int

    @property
    def is_even(self) -> bool:
        """Whether the taps agree well enough to be believed."""
        return self.spread_s <= EVEN_S


def click_track(sample_rate_hz: int) -> Samples:
    """A round of clicks (frames, 2), the first at 0, to be looped."""
    track = np.zeros((round(LENGTH_S * sample_rate_hz), 2), dtype=np.float32)
    click = 2.0 * click_sound(sample_rate_hz, accent=True)
    for number in range(CLICKS):
        begin = round(number * PERIOD_S * sample_rate_hz)
        track[begin : begin + len(click)] += click
    return track


def after_click(position_s: float) -> float:
    """How long after the nearest click a place in the round is, in seconds; before it is negative."""
    return (position_s + PERIOD_S / 2) % PERIOD_S - PERIOD_S / 2


def estimate(taps_s: Sequence[float]) -> Estimate | None:
    """What taps say that were so long after what the device told, or None while there are too few.

    The first ones are left out, then those that lie far from the middle; what is given is the median of the rest.
    """
    taps = np.asarray(taps_s[FIRST_TAPS:], dtype=np.float64)
    if len(taps) < LEAST_TAPS:
        return None
    middle = float(np.median(taps))
    spread = max(_MAD_TO_SD * float(np.median(np.abs(taps - middle))), LEAST_SPREAD_S)
    kept = taps[np.abs(taps - middle) <= OUTLIER * spread]
    middle = float(np.median(kept))
    return Estimate(middle, _MAD_TO_SD * float(np.median(np.abs(kept - middle))), len(kept))
