"""Bringing a written piece nearer to what was asked: bars are written anew where that helps, the rest stays.

Each pass goes over the piece in an order chosen by chance. A few bars are taken out, several ways to fill the gap are
written between what stays before and after it, and the one that brings the whole piece nearest to the request takes
their place if it is nearer than what was there. So the measure of the whole can only improve, and every note still
comes from the network: a Metropolis walk at temperature 0 with the network as its proposal.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from generators.artifacts import IntArray
from generators.music import tokens
from generators.music.conditions import UNTIL, UNTIL_FAR
from generators.music.decoder import Judge, Plan, write_events
from generators.music.lookups import roll_of
from generators.music.model import MusicModel
from generators.progress import Progress, silent

GAP_BARS = (1, 2)
"""How many bars are taken out at once, by chance."""
TRIES = 6
"""How many ways to fill a gap are written side by side."""


def split_bars(events: IntArray) -> list[IntArray]:
    """The events of each bar, its line first; the line at the end is left out."""
    lines = np.flatnonzero(events[:, 0] == tokens.BAR)
    return [events[begin:end] for begin, end in pairwise(lines.tolist())]


def _join(bars: list[IntArray], end: IntArray) -> IntArray:
    return np.concatenate([*bars, end[None]])


def _gap_plan(plan: Plan, bars: list[IntArray], begin: int, end: int, judge: Judge) -> Plan:
    """The plan for the bars `begin` to `end` alone, between those before and those that stay after them."""
    later = next((bars[ahead] for ahead in range(end, min(end + UNTIL_FAR, len(bars))) if len(bars[ahead]) > 1), None)
    following = roll_of(later[1:, 0], later[1:, 2]) if later is not None else None
    rows = plan.bar[begin : end + 1].copy()
    if following is not None:
        rows[:, UNTIL] = np.minimum(end - begin - np.arange(len(rows)), UNTIL_FAR)
        rows[-1, UNTIL] = 0
    gap = [
        dataclasses.replace(one, aid=dataclasses.replace(one.aid, following=following)) for one in plan.bars[begin:end]
    ]
    return dataclasses.replace(
        plan,
        bars=gap,
        whole=plan.whole[begin : end + 1],
        bar=rows,
        tries=TRIES,
        stretch=end - begin,
        judge=judge,
        before=np.concatenate(bars[:begin]) if begin else None,
    )


def refine(
    model: MusicModel,
    plan: Plan,
    events: IntArray,
    passes: int,
    rng: np.random.Generator,
    progress: Progress = silent,
    on_better: Callable[[IntArray], None] = lambda _events: None,
) -> IntArray:
    """`events` (n, 5) of the whole of `plan`, after `passes` passes over all its bars. Nothing fixed is touched.

    `plan.judge` measures the whole; `on_better` is given each better version.
    """
    if plan.judge is None or not passes:
        return events
    measure, count = plan.judge, len(plan.bars)
    bars, line = split_bars(events), events[-1]
    best = measure(events, count)
    done = 0
    for _ in range(passes):
        improved = False
        for begin in rng.permutation(count).tolist():
            progress(done, passes * count, f"closer: {done * 100 // (passes * count)} %")
            done += 1
            end = min(begin + int(rng.choice(GAP_BARS)), count)
            if any(not one.is_open or len(one.fixed) for one in plan.bars[begin:end]):
                continue

            def judge(written: IntArray, _count: int, begin: int = begin, end: int = end) -> float:
                return measure(_join([*bars[:begin], *split_bars(written), *bars[end:]], line), count)

            gap = _gap_plan(plan, bars, begin, end, judge)
            written = write_events(model, gap, rng)
            distance = judge(written, end - begin)
            if distance < best:
                best, bars[begin:end], improved = distance, split_bars(written), True
                on_better(_join(bars, line))
        if not improved:
            break
    return _join(bars, line)
