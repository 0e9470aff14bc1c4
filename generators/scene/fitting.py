"""Bars and tempo that make music exactly as long as a scene, with chosen moments on beats. Torch-free.

First it is settled which beat each moment gets, and how many bars there are: dynamic programming over whole beats finds
the tempo nearest to the proposed one, then once more, near that, with a price on changes of tempo. Then every bar gets
its tempo: the one that is proposed there, bent as evenly as the moments allow (least squares under equality
constraints). At last tempi become whole microseconds a quarter, as MIDI keeps them, with what is rounded carried on.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.errors import BadRequest
from generators.music.request import MAX_BARS, METRES
from generators.scene.request import Cue

Floats = npt.NDArray[np.float64]

LOWEST_BPM, HIGHEST_BPM = 30.0, 240.0
SAME_MOMENT_S = 0.004
"""Moments that lie no further apart land on the same beat."""
MAX_DRIFT_S = 1e-4
"""How far a beat may lie from its time so that the tempo before can go on."""
_CHANGE_S = 2.0
"""What it costs to change the tempo, as if it were wrong by so much for so many seconds."""
_NEAR_BEATS = 6
_CALM = 0.05
"""How strongly each bar keeps to its proposed tempo, against the evenness of changes."""
_GRID = 4096
_EPSILON = 1e-9


@dataclass(frozen=True)
class Fitted:
    """Bars and tempo of a scene: `bars` bars of `metre`, and `tempo_map` in (quarters, quarters a minute).

    `cue_quarters` are where the moments land, one for each that was given, in quarters from the beginning.
    """

    bars: int
    metre: tuple[int, int]
    tempo_map: tuple[tuple[float, float], ...]
    cue_quarters: tuple[float, ...] = ()

    @property
    def bar_quarters(self) -> float:
        """The length of a bar in quarters."""
        return 4.0 * self.metre[0] / self.metre[1]

    @property
    def beat_quarters(self) -> float:
        """The length of a beat in quarters."""
        return beat_quarters(self.metre)

    def seconds_at(self, quarters: npt.ArrayLike) -> Floats:
        """The time in seconds of each place in quarters."""
        places = np.array([place for place, _ in self.tempo_map])
        pace = 60.0 / np.array([bpm for _, bpm in self.tempo_map])
        begins = np.concatenate([[0.0], np.cumsum(np.diff(places) * pace[:-1])])
        wanted = np.asarray(quarters, dtype=np.float64)
        at = np.clip(np.searchsorted(places, wanted, side="right") - 1, 0, None)
        return np.asarray(begins[at] + (wanted - places[at]) * pace[at])

    @property
    def duration_s(self) -> float:
        """The length of the music in seconds."""
        return float(self.seconds_at(self.bars * self.bar_quarters))

    def bars_s(self) -> Floats:
        """When the bars (bars + 1,) begin in seconds, the end of the last one included."""
        return self.seconds_at(np.arange(self.bars + 1) * self.bar_quarters)

    def beats_s(self) -> Floats:
        """When the beats begin in seconds, the end of the last one included."""
        count = round(self.bars * self.bar_quarters / self.beat_quarters)
        return self.seconds_at(np.arange(count + 1) * self.beat_quarters)


@dataclass(frozen=True)
class _Knot:
    """A time at which the music must be at a beat; `step` is 1 for any, or the beats of a bar for the first of one."""

    time_s: float
    step: int
    words: str
    cues: tuple[int, ...] = ()


def beat_quarters(metre: tuple[int, int]) -> float:
    """The length of a beat in quarters: three eighths in compound metres."""
    return 1.5 if metre[1] == 8 and metre[0] % 3 == 0 else 4.0 / metre[1]


def fit(
    duration_s: float,
    metre: tuple[int, int],
    cues: Sequence[Cue],
    proposed_s: Sequence[float] = (0.0,),
    proposed_bpm: Sequence[float] = (109.0,),
) -> Fitted:
    """Bars and tempo of music that lasts `duration_s`, near the tempo (k,) proposed at the times (k,).

    Between those times the proposed tempo moves in straight lines, in quarters a minute. Each cue lands within 5 ms.

    Raises:
        BadRequest: it cannot be; the message names the moments that stand in the way, and says what to do.
    """
    if metre not in METRES:
        known = ", ".join(f"{n}/{d}" for n, d in METRES)
        raise BadRequest(f"The metre {metre[0]}/{metre[1]} is not one the model writes: choose {known}.")
    beat_q = beat_quarters(metre)
    per_bar = round(4.0 * metre[0] / metre[1] / beat_q)
    _check_length(duration_s, metre, beat_q * per_bar)
    knots = _knots(duration_s, cues, per_bar)
    grid_s = np.linspace(0.0, duration_s, _GRID)
    bpm = np.clip(np.interp(grid_s, proposed_s, proposed_bpm), LOWEST_BPM, HIGHEST_BPM)
    steps = 0.5 * (bpm[1:] + bpm[:-1]) * np.diff(grid_s) / (60.0 * beat_q)
    counted = np.concatenate([[0.0], np.cumsum(steps)])  # beats, if the proposed tempo were kept
    times = np.array([knot.time_s for knot in knots])
    wished = np.maximum(np.diff(np.interp(times, grid_s, counted)), _EPSILON)

    first = _nearest_beats(knots, times, wished, beat_q, per_bar, metre)
    beats = _evened_beats(first, knots, times, wished, beat_q, per_bar)
    edges = np.unique(np.concatenate([np.arange(0, beats[-1] + 1, per_bar), beats]))
    natural_s = _natural_times(edges, beats, times, grid_s, counted)
    edges_s = _evened_times(edges, natural_s, beats, times, wished, beat_q)
    landed = {cue: beat * beat_q for beat, knot in zip(beats.tolist(), knots, strict=True) for cue in knot.cues}
    return Fitted(
        bars=int(beats[-1]) // per_bar,
        metre=metre,
        tempo_map=_tempo_map(edges * beat_q, edges_s),
        cue_quarters=tuple(landed[index] for index in range(len(cues))),
    )


def _check_length(duration_s: float, metre: tuple[int, int], bar_q: float) -> None:
    shortest, longest = bar_q * 60.0 / HIGHEST_BPM, MAX_BARS * bar_q * 60.0 / LOWEST_BPM
    name = f"{metre[0]}/{metre[1]}"
    if duration_s < shortest - _EPSILON:
        raise BadRequest(
            f"The scene lasts {duration_s:.2f} s, and one bar of {name} takes at least {shortest:.2f} s: make the "
            "scene longer, choose a shorter metre, or leave the music out."
        )
    if duration_s > longest + _EPSILON:
        raise BadRequest(
            f"The scene lasts {duration_s:.0f} s, and music of {MAX_BARS} bars of {name} at most {longest:.0f} s: make "
            "it shorter or leave the music out."
        )


def _knots(duration_s: float, cues: Sequence[Cue], per_bar: int) -> list[_Knot]:
    """The beginning, the moments in order of time (those that coincide as one) and the end."""
    knots = [_Knot(0.0, per_bar, "the beginning")]
    for index in sorted(range(len(cues)), key=lambda index: cues[index].time_s):
        cue = cues[index]
        words = f"“{cue.name}” at {cue.time_s:.2f} s" if cue.name else f"the moment at {cue.time_s:.2f} s"
        if cue.time_s > duration_s + SAME_MOMENT_S:
            raise BadRequest(
                f"{words[:1].upper()}{words[1:]} lies after the end of the scene at {duration_s:.2f} s: move or remove "
                "it, or make the scene longer."
            )
        step = per_bar if cue.lands_on == "bar" else 1
        last = knots[-1]
        if cue.time_s - last.time_s <= SAME_MOMENT_S:
            named = last.words if last.cues or len(knots) == 1 else words
            knots[-1] = _Knot(last.time_s, max(step, last.step), named, (*last.cues, index))
        else:
            knots.append(_Knot(cue.time_s, step, words, (index,)))
    if len(knots) > 1 and duration_s - knots[-1].time_s <= SAME_MOMENT_S:
        at_end = knots.pop().cues
        return [*knots, _Knot(duration_s, per_bar, "the end of the scene", at_end)]
    return [*knots, _Knot(duration_s, per_bar, "the end of the scene")]


def _beat_limits(span_s: float, beat_q: float) -> tuple[int, int]:
    """The fewest and most whole beats that a span of time can have between the slowest and the fastest tempo."""
    fewest = math.ceil(span_s * LOWEST_BPM / (60.0 * beat_q) - _EPSILON)
    return max(1, fewest), math.floor(span_s * HIGHEST_BPM / (60.0 * beat_q) + _EPSILON)


def _nearest_beats(
    knots: Sequence[_Knot], times: Floats, wished: Floats, beat_q: float, per_bar: int, metre: tuple[int, int]
) -> npt.NDArray[np.int64]:
    """The beat of each knot with the tempo nearest to the proposed one, over all that is possible."""
    most = MAX_BARS * per_bar
    cost = np.full(most + 1, np.inf)
    cost[0] = 0.0
    came = np.zeros((len(knots), most + 1), dtype=np.int64)
    for index, span_s in enumerate(np.diff(times), start=1):
        found = np.full(most + 1, np.inf)
        fewest, highest = _beat_limits(span_s, beat_q)
        for count in range(fewest, min(highest, most) + 1):
            price = span_s * math.log(count / wished[index - 1]) ** 2
            reached = cost[: most + 1 - count] + price
            better = reached < found[count:]
            found[count:][better] = reached[better]
            came[index, count:][better] = count
        if knots[index].step > 1:
            found[np.arange(most + 1) % knots[index].step != 0] = np.inf
        if not np.isfinite(found).any():
            raise _refusal(knots, index, highest, metre, beat_q)
        cost = found
    beats = [int(np.argmin(cost))]
    for index in range(len(knots) - 1, 0, -1):
        beats.append(beats[-1] - int(came[index, beats[-1]]))
    return np.array(beats[::-1], dtype=np.int64)


def _refusal(knots: Sequence[_Knot], index: int, highest: int, metre: tuple[int, int], beat_q: float) -> BadRequest:
    before, here = knots[index - 1], knots[index]
    gap_s = here.time_s - before.time_s
    words = f"{here.words[:1].upper()}{here.words[1:]} comes {gap_s:.2f} s after {before.words}"
    what = "move one of the two, or remove it"
    if highest < 1:
        least_s = beat_q * 60.0 / HIGHEST_BPM
        return BadRequest(f"{words}, and a beat of {metre[0]}/{metre[1]} takes at least {least_s:.2f} s: {what}.")
    if here.step > 1:
        lands = "the scene ends with a bar" if index == len(knots) - 1 else "it is to begin a bar"
        return BadRequest(
            f"{words}, too soon for the tempo to get there, since {lands}: {what}, let moments before it land on a "
            "beat only, or choose a shorter metre."
        )
    return BadRequest(
        f"{words}: the music up to there would have more than {MAX_BARS} bars. Make the scene shorter, or "
        "choose a longer metre."
    )


def _evened_beats(
    first: npt.NDArray[np.int64], knots: Sequence[_Knot], times: Floats, wished: Floats, beat_q: float, per_bar: int
) -> npt.NDArray[np.int64]:
    """The beat of each knot near the `first` ones, where changes of tempo cost, too."""
    spans = np.diff(times)
    choices = [np.array([0])]
    for beat, knot in zip(first[1:].tolist(), knots[1:], strict=True):
        reach = np.arange(-_NEAR_BEATS, _NEAR_BEATS + 1) * (knot.step if knot is knots[-1] else 1) + beat
        choices.append(reach[(reach % knot.step == 0) & (reach > 0) & (reach <= MAX_BARS * per_bar)])

    def span_costs(index: int) -> tuple[Floats, Floats]:
        """Of span `index`: the log ratio to the proposed tempo (before, after) and its price, inf where impossible."""
        counts = choices[index + 1][None, :] - choices[index][:, None]
        fewest, highest = _beat_limits(float(spans[index]), beat_q)
        ratio = np.log(np.maximum(counts, 1) / wished[index])
        return ratio, np.where((counts >= fewest) & (counts <= highest), spans[index] * ratio**2, np.inf)

    ratio, cost = span_costs(0)
    came: list[npt.NDArray[np.int64]] = []
    for index in range(1, len(spans)):
        further, price = span_costs(index)
        change = _CHANGE_S * (ratio[:, :, None] - further[None, :, :]) ** 2
        through = cost[:, :, None] + change
        came.append(np.argmin(through, axis=0))
        cost = np.min(through, axis=0) + price
        ratio = further
    before, here = (int(place) for place in np.unravel_index(int(np.argmin(cost)), cost.shape))
    places = [here, before]
    for back in reversed(came):
        places.append(int(back[places[-1], places[-2]]))
    return np.array([choices[index][place] for index, place in enumerate(reversed(places))], dtype=np.int64)


def _natural_times(
    edges: npt.NDArray[np.int64], beats: npt.NDArray[np.int64], times: Floats, grid_s: Floats, counted: Floats
) -> Floats:
    """When each edge (in beats) comes where the proposed tempo is faster or slower by one factor between knots."""
    place = np.interp(edges, beats, np.interp(times, grid_s, counted))
    found = np.interp(place, counted, grid_s)
    found[np.searchsorted(edges, beats)] = times
    return np.asarray(found)


def _evened_times(
    edges: npt.NDArray[np.int64],
    natural_s: Floats,
    beats: npt.NDArray[np.int64],
    times: Floats,
    wished: Floats,
    beat_q: float,
) -> Floats:
    """When each edge comes, with the ratio to the proposed tempo as even from bar to bar as the knots allow.

    The lengths of pieces are multiplied by 1 + u, so that the log ratio of each falls by about u; the squared changes
    of that ratio are least where the pieces between two knots fill their time (Lagrange multipliers).
    """
    owner = np.searchsorted(beats, edges[:-1], side="right") - 1  # the span between knots that a piece lies in
    pieces, spans = len(owner), len(wished)
    lengths_s, quarters = np.diff(natural_s), np.diff(edges) * beat_q
    ratio = np.log(np.diff(beats) / wished)[owner]
    weight = lengths_s / lengths_s.mean()
    changes = np.diff(np.eye(pieces), axis=0)
    system = np.zeros((pieces + spans, pieces + spans))
    system[:pieces, :pieces] = changes.T @ changes + _CALM * np.diag(weight)
    system[np.arange(pieces), pieces + owner] = weight
    system[pieces + owner, np.arange(pieces)] = weight
    right = np.concatenate([changes.T @ (changes @ ratio), np.zeros(spans)])
    lengths_s *= np.maximum(1.0 + np.linalg.solve(system, right)[:pieces], 0.1)

    def filling(per_piece: Floats) -> Floats:
        return np.asarray(per_piece * (np.diff(times) / np.bincount(owner, per_piece, spans))[owner])

    # where that is too fast or too slow, the span goes towards its mean tempo, which is not
    lengths_s, steady_s = filling(lengths_s), filling(quarters)
    allowed_s = np.clip(lengths_s, quarters * 60.0 / HIGHEST_BPM, quarters * 60.0 / LOWEST_BPM)
    missing = np.abs(allowed_s - lengths_s) / np.maximum(np.abs(steady_s - lengths_s), _EPSILON)
    towards = np.zeros(spans)
    np.maximum.at(towards, owner, np.minimum(missing, 1.0))
    lengths_s += towards[owner] * (steady_s - lengths_s)
    found = np.concatenate([[0.0], np.cumsum(lengths_s)])
    found[np.searchsorted(edges, beats)] = times
    return np.asarray(found)


def _tempo_map(quarters: Floats, times: Floats) -> tuple[tuple[float, float], ...]:
    """Tempi in whole microseconds a quarter for edges at `quarters` and `times`; one goes on while beats stay true."""
    steps: list[tuple[float, float]] = []
    pace_us, now_us = 0, 0.0
    slowest, fastest = round(60e6 / LOWEST_BPM), round(60e6 / HIGHEST_BPM)
    for (begin, end), end_s in zip(itertools.pairwise(quarters.tolist()), times[1:].tolist(), strict=True):
        span, until_us = end - begin, end_s * 1e6
        if not steps or abs(now_us + pace_us * span - until_us) > MAX_DRIFT_S * 1e6:
            pace_us = min(max(round((until_us - now_us) / span), fastest), slowest)
            steps.append((begin, 60e6 / pace_us))
        now_us += pace_us * span
    return tuple(steps)
