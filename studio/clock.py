"""The one transport clock that the piano roll and everything else in time follow. No Qt."""

from __future__ import annotations

import time
from collections.abc import Callable

FOLLOW_LIMIT_S = 0.25
FOLLOW_SHARE = 0.1


class TransportClock:
    """A position in seconds that runs with a monotonic clock, and can be led by what a sound device has played.

    `now` returns seconds of a monotonic clock. Positions lie in 0..`length_s`, in the time that the score gives itself:
    at a `rate` of 0.5 they pass at half the speed. Past the end of the loop the clock wraps when `loop` is set; past
    the end of the piece it stays there when not.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._anchor_position_s = 0.0
        self._anchor_time_s = now()
        self._playing = False
        self._held = False
        self._loop = False
        self._range_s: tuple[float, float] | None = None
        self._length_s = 0.0
        self._rate = 1.0

    @property
    def playing(self) -> bool:
        """Whether it runs."""
        return self._playing

    @property
    def loop(self) -> bool:
        """Whether it wraps."""
        return self._loop

    @property
    def length_s(self) -> float:
        """Where it ends."""
        return self._length_s

    @property
    def rate(self) -> float:
        """How fast it runs: seconds of the score in a second."""
        return self._rate

    @property
    def loop_range_s(self) -> tuple[float, float]:
        """Where the loop begins and ends: the chosen range, or all there is."""
        if self._range_s is None or self._range_s[0] >= self._length_s:
            return 0.0, self._length_s
        return self._range_s[0], min(self._range_s[1], self._length_s)

    @property
    def position_s(self) -> float:
        """Where it is now."""
        raw_s = self._anchor_position_s
        if self._playing and not self._held:
            raw_s += (self._now() - self._anchor_time_s) * self._rate
        return self._bounded(raw_s)

    @property
    def at_end(self) -> bool:
        """Whether it has come to the end and does not wrap."""
        return not self._loop and self.position_s >= self._length_s

    def _bounded(self, raw_s: float) -> float:
        if self._length_s <= 0:
            return 0.0
        if self._loop:
            begin_s, end_s = self.loop_range_s
            # one who starts behind the loop hears the piece to its end before the loop takes hold
            limit_s = end_s if self._anchor_position_s < end_s else self._length_s
            if raw_s >= limit_s:
                return begin_s + (raw_s - limit_s) % (end_s - begin_s)
        return min(max(raw_s, 0.0), self._length_s)

    def _anchor(self, position_s: float) -> None:
        self._anchor_position_s = min(max(position_s, 0.0), self._length_s)
        self._anchor_position_s = self._bounded(self._anchor_position_s)
        self._anchor_time_s = self._now()

    def set_length(self, length_s: float) -> None:
        """Set where it ends; the position stays inside."""
        position_s = self.position_s
        self._length_s = max(0.0, length_s)
        self._anchor(position_s)

    def set_loop(self, loop: bool) -> None:
        """Wrap at the end, or stop there."""
        position_s = self.position_s
        self._loop = loop
        self._anchor(position_s)

    def set_loop_range(self, range_s: tuple[float, float] | None) -> None:
        """Choose where the loop begins and ends; None is the whole piece."""
        position_s = self.position_s
        self._range_s = range_s
        self._anchor(position_s)

    def set_rate(self, rate: float) -> None:
        """Run faster or slower from here on."""
        position_s = self.position_s
        self._rate = rate
        self._anchor(position_s)

    def play(self) -> None:
        """Run, from the start when it stands at the end."""
        self._anchor(0.0 if self.at_end else self.position_s)
        self._playing, self._held = True, False

    def pause(self) -> None:
        """Stand still where it is."""
        self._anchor(self.position_s)
        self._playing, self._held = False, False

    def seek(self, position_s: float) -> None:
        """Go to `position_s` and keep running or standing."""
        self._anchor(position_s)

    def hold(self, position_s: float) -> None:
        """Wait at `position_s` for what comes next, until `follow` or `play`."""
        self._held = True
        self._anchor(position_s)

    def follow(self, heard_s: float) -> None:
        """Move towards `heard_s`, what the device plays now: a large difference at once, a small one smoothly."""
        if not self._playing:
            return
        if self._held:
            self._anchor(heard_s)
            self._held = False
            return
        difference_s = heard_s - self.position_s
        begin_s, end_s = self.loop_range_s
        if self._loop and abs(difference_s) > (end_s - begin_s) / 2:
            return  # one of the two has wrapped already; the next call compares them again
        share = 1.0 if abs(difference_s) > FOLLOW_LIMIT_S else FOLLOW_SHARE
        self._anchor(self.position_s + share * difference_s)
