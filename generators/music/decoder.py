"""Sampling events from the music model: several tries of a few bars at a time, the best of which goes on.

Each field is sampled with a temperature and a nucleus (Holtzman et al., "The Curious Case of Neural Text Degeneration",
2020), after guidance towards what was asked (Ho & Salimans, "Classifier-Free Diffusion Guidance", 2022). The tries of a
stretch of bars are written side by side and measured together with all that came before; the one that follows the
request best goes on, so that the whole is steered while it grows (as a particle filter would with one survivor).
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from generators.artifacts import IntArray
from generators.music import tokens
from generators.music.cache import Cache
from generators.music.conditions import BAR_ATTRIBUTES, BAR_FREE, ENSEMBLE, METRE, WHOLE_FREE
from generators.music.grammar import DURATION, PITCH, ROLE, BarPlan, Grammar
from generators.music.heads import Heads
from generators.music.lookups import BARS_AGO, CAME, HEARD, OFTEN, RHYTHM_ECHO, BarAid, Floats, Lookups, roll_of
from generators.music.model import MusicModel
from generators.progress import Progress, silent

_KEPT_SHARE = 0.6
"""How much of the context is kept when it is full; the rest makes room for what comes."""
_COOLER = (1.0, 0.7, 1.0, 0.95, 0.85)
"""Each field's temperature against the one asked for: time and touch want to be steadier than pitch."""
_HEAT = (1.0, 1.0, 1.12, 1.25)
"""The temperatures of tries side by side against the one asked for: some are bolder, lest all walk in one circle."""
_FORGETFUL = 3
"""Of so many tries and one, one does not look up what was played before: it breaks out of a figure that goes on."""
_PLAYED_BEFORE = (*range(len(BARS_AGO)), CAME, OFTEN)
LINE: IntArray = np.array([tokens.BAR, *tokens.NONE[1:]], dtype=np.int64)

Judge = Callable[[IntArray, int], float]
"""How far events (n, 5) of the first bars (their number) lie from what was asked; less is better."""


@dataclass(frozen=True)
class Plan:
    """What to write: a plan of each bar, in `metre`.

    Conditions `whole` (b + 1, W) and `bar` (b + 1, BARS) are those of each bar and of the end. `before` (n, 5) are
    events that came before the first bar, whole bars from a bar line on, without the line that ends them.
    `temperature` and `top_p` are for pitch; the other fields are sampled a little cooler. `guidance` above 1 pushes
    further towards the conditions than the network would by itself. `tries` stretches of `stretch` bars are written and
    judged by `judge`; without one the first is taken.
    """

    bars: Sequence[BarPlan]
    metre: tuple[int, int]
    whole: IntArray
    bar: IntArray
    temperature: float = 1.0
    top_p: float = 0.95
    guidance: float = 2.0
    tries: int = 1
    stretch: int = 2
    judge: Judge | None = None
    before: IntArray | None = None


def sample_rows(logits: Floats, temperature: float | Floats, top_p: float, uniform: Floats) -> IntArray:
    """An index of each row (n,) from the nucleus of softmax(logits / temperature), chosen by `uniform` (n,) in 0..1.

    `temperature` is one, or one a row (n, 1). Every row needs at least one finite logit.
    """
    weight = logits / np.float32(temperature) if isinstance(temperature, float) else logits / temperature
    weight -= weight.max(axis=1, keepdims=True)
    np.exp(weight, out=weight)
    # what is less than this cannot be in the nucleus: all of it together is too little
    likely = weight >= (1.0 - top_p) / weight.shape[1]
    rows, columns = likely.nonzero()
    among, part = columns.tolist(), weight[likely].tolist()
    ends = rows.searchsorted(np.arange(1, len(weight) + 1)).tolist()
    whole = weight.sum(axis=1, dtype=np.float64).tolist()
    chosen, begin = [], 0
    for end, total, aim in zip(ends, whole, uniform.tolist(), strict=True):  # a few each: lists are faster than arrays
        order = sorted(range(begin, end), key=part.__getitem__, reverse=True)
        grown = list(accumulate(part[index] for index in order))
        last = min(bisect_left(grown, top_p * total), len(grown) - 1)  # of the nucleus
        chosen.append(among[order[min(bisect_right(grown, aim * grown[last]), last)]])
        begin = end
    return np.array(chosen, dtype=np.int64)


class _Try:
    """One way on: its events, the bar of each, where its bar lines lie, and what its heads look up."""

    def __init__(
        self, events: list[IntArray], numbers: list[int], lines: list[int], grammar: Grammar, lookups: Lookups
    ) -> None:
        self.events, self.numbers, self.lines = events, numbers, lines
        self.grammar, self.lookups = grammar, lookups
        self.rhythm: Floats | None = None

    def copy(self) -> _Try:
        return _Try(list(self.events), list(self.numbers), list(self.lines), self.grammar.copy(), self.lookups.copy())

    def aid_of(self, plan: BarPlan) -> BarAid:
        """What is known of the bar whose line has just come: the plan's aid with the bar that it returns to."""
        if not 0 < plan.ago < len(self.lines):
            return plan.aid
        source = np.stack(self.events[self.lines[-1 - plan.ago] : self.lines[-plan.ago]])[1:]
        return dataclasses.replace(plan.aid, echo=roll_of(source[:, 0], source[:, PITCH]))

    def add_line(self, plans: Sequence[BarPlan]) -> None:
        self.grammar.take_line()
        self.lines.append(len(self.events))
        self.events.append(LINE)
        self.numbers.append(self.grammar.bar)
        going_on = self.grammar.bar < len(plans)
        self.lookups.add_line(self.aid_of(plans[self.grammar.bar]) if going_on else None)
        self.rhythm = None

    def add_note(self, event: IntArray, *, fixed: bool) -> None:
        self.grammar.take_note(event, fixed=fixed)
        self.events.append(event)
        self.numbers.append(self.grammar.bar)
        self.lookups.add_note(int(event[0]), int(event[PITCH]), int(tokens.DURATIONS[event[DURATION]]))


class Decoder:
    """Writes the bars of a plan, a stretch at a time."""

    def __init__(self, model: MusicModel, plan: Plan, rng: np.random.Generator) -> None:
        self._model, self._plan, self._rng = model, plan, rng
        self._streams = 2 if plan.guidance != 1.0 else 1
        self._tries = max(1, plan.tries if plan.judge is not None else 1)
        conditions = [(plan.whole, plan.bar)]
        if self._streams == 2:
            whole, bar = plan.whole.copy(), plan.bar.copy()
            free = [column for column in range(len(WHOLE_FREE)) if column not in (METRE, ENSEMBLE)]
            whole[:, free] = WHOLE_FREE[free]
            bar[:, BAR_ATTRIBUTES:] = BAR_FREE[BAR_ATTRIBUTES:]
            conditions.append((whole, bar))
        told = [model.told(*pair) for pair in conditions]
        self._below = np.stack([below for below, _ in told])  # (streams, b + 1, C)
        self._above = np.stack([above for _, above in told])
        self._cache = Cache(model, self._tries * self._streams)
        self._heads = Heads(model, self._streams)
        heat = np.resize(np.array(_HEAT), self._tries)[:, None]
        self._temperature = [
            np.float32(max(plan.temperature * cooler, 0.05)) * heat.astype(np.float32) for cooler in _COOLER
        ]
        self._state = np.zeros((len(self._cache.used), self._above.shape[-1]), np.float32)

    def write(self, progress: Progress, on_bars: Callable[[IntArray, int], None]) -> IntArray:
        """All events (n, 5): a bar line before each bar and one at the end.

        `progress` is called after each event with the bars done, `on_bars` after each stretch with the events so far
        and their bars.
        """
        plan, bars = self._plan, len(self._plan.bars)
        begun = self._begin()
        earlier = len(begun.events) - 1
        self._prefill(0, begun.events, begun.numbers)
        best = begun
        while best.grammar.bar < bars:
            until = min(best.grammar.bar + plan.stretch, bars)
            best = self._stretch(best, until, progress, earlier)
            on_bars(np.stack(best.events[earlier:]), best.grammar.bar)
        return np.stack(best.events[earlier:])

    def _begin(self) -> _Try:
        """Where it begins: at the first bar line of the plan, after what came before."""
        plan, bar_length = self._plan, tokens.bar_length(self._plan.metre)
        before = list(plan.before) if plan.before is not None else []
        lines = [at for at, event in enumerate(before) if event[0] == tokens.BAR] + [len(before)]
        lookups = Lookups(bar_length)
        for at, event in enumerate(before):
            if event[0] != tokens.BAR:
                lookups.add_note(int(event[0]), int(event[PITCH]), int(tokens.DURATIONS[event[DURATION]]))
            elif at:
                lookups.add_line()
        numbers = [0] * (len(before) + 1)
        begun = _Try([*before, LINE], numbers, lines, Grammar(plan.bars, bar_length), lookups)
        aid = begun.aid_of(plan.bars[0])
        if before:
            lookups.add_line(aid)
        else:
            begun.lookups = Lookups(bar_length, aid)
        return begun

    def _rows(self, tries: Sequence[int]) -> IntArray:
        """The rows of `tries` in the cache: the streams of each side by side."""
        if self._streams == 1:
            return np.array(tries)
        return np.array([row for index in tries for row in (2 * index, 2 * index + 1)])

    def _prefill(self, index: int, events: list[IntArray], numbers: list[int]) -> None:
        """Hear `events` from the latest bar line that leaves room, as the try `index`."""
        begin = 0
        keep = int(self._model.config.context * _KEPT_SHARE)
        if len(events) > keep:
            oldest = len(events) - keep
            lines = (at for at in range(oldest, len(events)) if events[at][0] == tokens.BAR)
            begin = next(lines, oldest)
        x = self._model.embed(np.stack(events[begin:]))
        number = np.array(numbers[begin:])
        for stream in range(self._streams):
            row = index * self._streams + stream
            self._cache.used[row] = 0
            state = self._cache.extend(row, x + self._below[stream, number])
            self._state[row] = state[0] + self._above[stream, number[-1]]

    def _feed(self, indices: Sequence[int], tries: Sequence[_Try]) -> None:
        """Hear the last event of each of `tries`, in the rows of `indices`."""
        full = [i for i in indices if self._cache.used[i * self._streams] >= self._model.config.context]
        for index in full:
            self._prefill(index, tries[index].events, tries[index].numbers)
        others = [i for i in indices if i not in full]
        if not others:
            return
        rows, numbers = self._rows(others), [tries[i].numbers[-1] for i in others]
        x = self._model.embed(np.array([tries[i].events[-1] for i in others]))
        below, above = self._below[:, numbers], self._above[:, numbers]  # (streams, n, …)
        told = (x + below).swapaxes(0, 1).reshape(len(rows), -1)
        self._state[rows] = self._cache.step(rows, told) + above.swapaxes(0, 1).reshape(len(rows), -1)

    def _stretch(self, start: _Try, until: int, progress: Progress, earlier: int) -> _Try:
        """The best of several tries to write on from `start` to the bar `until`."""
        plan = self._plan
        closed = all(not plan.bars[bar].is_open for bar in range(start.grammar.bar, until))
        count = 1 if closed else self._tries
        tries = [start if index == 0 else start.copy() for index in range(count)]
        for index in range(1, count):
            for stream in range(self._streams):
                self._cache.copy(stream, index * self._streams + stream)
                self._state[index * self._streams + stream] = self._state[stream]
        active = list(range(count))
        bars = len(plan.bars)
        while active:
            with np.errstate(over="ignore"):  # in GELU, where it comes out right
                self._advance(active, tries)
            self._feed(active, tries)
            active = [index for index in active if tries[index].grammar.bar < until]
            done = sum(one.grammar.bar for one in tries) / count
            progress(done, bars, f"bar {min(int(done) + 1, bars)} of {bars}")
        chosen = 0
        if plan.judge is not None and count > 1:
            found = [plan.judge(np.stack(one.events[earlier:]), one.grammar.bar) for one in tries]
            chosen = int(np.argmin(found))
        if chosen:
            for stream in range(self._streams):
                self._cache.copy(chosen * self._streams + stream, stream)
                self._state[stream] = self._state[chosen * self._streams + stream]
        return tries[chosen]

    def _advance(self, active: list[int], tries: Sequence[_Try]) -> None:
        """Let each active try take its next event."""
        plans = self._plan.bars
        sampling = []
        for index in active:
            one = tries[index]
            if one.grammar.plan.is_open:
                sampling.append(index)
            elif one.grammar.waiting is not None:
                one.add_note(one.grammar.waiting, fixed=True)
            else:
                one.add_line(plans)
        if sampling:
            self._sample(sampling, tries)

    def _guided(self, logits: Floats) -> Floats:
        """Logits (tries, k), each row up to a constant, from those of all streams (tries x streams, k)."""
        if self._streams == 1:
            return logits
        told, free = logits[0::2], logits[1::2]
        return np.asarray(free + np.float32(self._plan.guidance) * (told - free))

    def _pick(self, field: int, logits: Floats, uniform: Floats, indices: Sequence[int]) -> IntArray:
        """An index of each row, as hot as the tries `indices` are."""
        return sample_rows(logits, self._temperature[field][indices], self._plan.top_p, uniform)

    @staticmethod
    def _forgets(index: int) -> bool:
        return index % (_FORGETFUL + 1) == _FORGETFUL

    def _rhythm_of(self, index: int, one: _Try) -> Floats:
        """What a try's rhythm adds to its heads; the same for a whole bar."""
        if one.rhythm is None:
            table = one.lookups.rhythm
            if self._forgets(index):
                table = table.copy()
                table[: RHYTHM_ECHO * tokens.MAX_BAR] = 0.0
            one.rhythm = self._heads.rhythm(table)
        return one.rhythm

    def _sample(self, indices: list[int], tries: Sequence[_Try]) -> None:
        """Sample one event for each of `indices`, and take it (or the fixed one that comes first)."""
        uniform = self._rng.random((5, len(indices))).astype(np.float32)
        x = self._state[self._rows(indices)]
        for row, index in enumerate(indices):
            x[row * self._streams : (row + 1) * self._streams] += self._rhythm_of(index, tries[index])
        logits = self._guided(self._heads.slot(x))
        for row, index in enumerate(indices):
            tries[index].grammar.mask_slot(logits[row])
        chosen = self._pick(0, logits, uniform[0], indices)
        going: list[tuple[int, int, int]] = []  # place among `indices`, try, slot
        for row, index in enumerate(indices):
            one = tries[index]
            slot = int(chosen[row])
            if slot == tokens.SAME:
                slot = int(one.events[-1][0])
            if one.grammar.must_insert(slot):
                one.add_note(one.grammar.waiting, fixed=True)  # type: ignore[arg-type] # it waits
            elif slot == tokens.BAR:
                one.add_line(self._plan.bars)
            else:
                going.append((row, index, slot))
        if going:
            self._sample_note(going, tries, x, chosen, uniform)

    def _sample_note(
        self, going: list[tuple[int, int, int]], tries: Sequence[_Try], x: Floats, chosen: IntArray, uniform: Floats
    ) -> None:
        streams, heads = self._streams, self._heads
        at = np.array([row for row, _, _ in going])
        indices = [index for _, index, _ in going]
        x = x[self._rows(at.tolist())]
        for row, place in enumerate(chosen[at].tolist()):
            if place == tokens.SAME:
                x[row * streams : (row + 1) * streams] += self._model.links[0].given[tokens.SAME]
        heard = np.empty((len(going), HEARD, 128), np.float32)
        for row, (_, index, place) in enumerate(going):
            tries[index].lookups.hear(place, heard[row])
            if self._forgets(index):
                heard[row, _PLAYED_BEFORE] = 0.0
        fields = [np.array([place for _, _, place in going])]
        for number in range(len(tokens.FIELDS) - 1):
            if number + 1 == PITCH:
                heads.hear(x, heard)
            heads.link(number, x, np.repeat(fields[-1], streams) if streams > 1 else fields[-1])
            if number + 1 == ROLE and (only := _only_roles(going, tries)) is not None:
                fields.append(only)
                continue
            logits = self._guided(heads.logits(number, x, heard))
            for row, (_, index, place) in enumerate(going):
                _mask(logits[row], tries[index].grammar, number + 1, place, fields, row)
            fields.append(self._pick(number + 1, logits, uniform[number + 1][at], indices))
        for row, (_, index, place) in enumerate(going):
            one = tries[index]
            event = np.array([place, *(int(column[row]) for column in fields[1:])], dtype=np.int64)
            waiting = one.grammar.waiting
            if waiting is not None and one.grammar.comes_first(place, int(event[ROLE]), int(event[PITCH])):
                one.add_note(waiting, fixed=True)
            else:
                one.add_note(event, fixed=False)


def _only_roles(going: Sequence[tuple[int, int, int]], tries: Sequence[_Try]) -> IntArray | None:
    """The role of each, where none has a choice."""
    roles = [tries[index].grammar.allowed_roles(place) for _, index, place in going]
    return np.array([role[0] for role in roles]) if all(len(role) == 1 for role in roles) else None


def _mask(logits: Floats, grammar: Grammar, field: int, slot: int, fields: Sequence[IntArray], row: int) -> None:
    """Leave only what `field` of a free note at `slot` may be, after the fields before it."""
    if field == ROLE:
        allowed = grammar.allowed_roles(slot)
        kept = logits[allowed]
        logits[:] = -np.inf
        logits[allowed] = kept
    elif field == PITCH:
        grammar.mask_pitch(logits, slot, int(fields[ROLE][row]))
    elif field == DURATION:
        logits[grammar.longest(slot) :] = -np.inf
    else:
        logits[0] = -np.inf


def write_events(
    model: MusicModel,
    plan: Plan,
    rng: np.random.Generator,
    progress: Progress = silent,
    on_bars: Callable[[IntArray, int], None] = lambda _events, _bars: None,
) -> IntArray:
    """The events of `plan`: see `Decoder.write`."""
    return Decoder(model, plan, rng).write(progress, on_bars)
