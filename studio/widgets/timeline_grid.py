"""What moments of a scene snap to: beats, bars, frames of the film. No Qt."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

SNAP_PX = 9.0
SNAPS: tuple[tuple[str, str], ...] = (
    ("off", "Free in time"),
    ("beats", "Snap to beats"),
    ("bars", "Snap to bars"),
    ("frames", "Snap to frames"),
)


@dataclass(frozen=True)
class TimelineGrid:
    """Bar lines and beats in seconds, the length of a frame of film, and which of them is snapped to."""

    bars_s: tuple[float, ...] = ()
    beats_s: tuple[float, ...] = ()
    frame_s: float = 1 / 30
    snap: str = "off"

    def snapped(self, time_s: float, reach_s: float) -> float:
        """The moment of the grid next to `time_s`, or that time itself where none is within `reach_s`.

        Frames lie so near to each other that one is always taken.
        """
        if self.snap == "frames":
            return max(round(time_s / self.frame_s), 0) * self.frame_s
        moments = {"beats": self.beats_s or self.bars_s, "bars": self.bars_s}.get(self.snap, ())
        near = nearest(moments, time_s)
        return near if near is not None and abs(near - time_s) <= reach_s else time_s

    def stepped(self, time_s: float, sign: int) -> float:
        """The next moment of the grid after (or before) `time_s`; a quarter of a second where nothing is snapped to."""
        if self.snap == "frames":
            return max(round(time_s / self.frame_s) + sign, 0) * self.frame_s
        moments = {"beats": self.beats_s or self.bars_s, "bars": self.bars_s}.get(self.snap, ())
        ahead = [moment for moment in moments if (moment - time_s) * sign > 1e-3]
        if ahead:
            return ahead[0] if sign > 0 else ahead[-1]
        return max(time_s + sign * 0.25, 0.0)

    def position_words(self, time_s: float) -> str:
        """Where a time lies in the music, such as "bar 3, beat 2"; "" where there is none."""
        place = bisect_left(self.bars_s, time_s + 1e-6) - 1
        if not 0 <= place < len(self.bars_s) - 1:
            return ""
        beat = sum(self.bars_s[place] - 1e-6 <= beat_s <= time_s + 1e-6 for beat_s in self.beats_s)
        return f"bar {place + 1}, beat {beat}" if beat else f"bar {place + 1}"


def nearest(moments: Sequence[float], time_s: float) -> float | None:
    """The moment (in order of time) that is nearest to `time_s`, None where there is none."""
    place = bisect_left(moments, time_s)
    beside = [moments[index] for index in (place - 1, place) if 0 <= index < len(moments)]
    return min(beside, key=lambda moment: abs(moment - time_s), default=None)
