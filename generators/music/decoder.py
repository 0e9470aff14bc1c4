"""Sampling events from the music model, one at a time, so that every piece is valid by construction.

The masks are the grammar: exactly the bars asked, places that never go back, notes of one place in a fixed order
without doubles, roles of the ensemble, pitches of a piano, and no note longer than the piece. What is left is sampled
with a temperature and a nucleus (Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020) for each field.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import IntArray
from generators.music import tokens
from generators.music.conditions import BAR_FREE, ENSEMBLE, KEY, LEFT, METRE, WHOLE_FREE
from generators.music.lookups import Lookups
from generators.music.model import Cache, Floats, MusicModel
from generators.progress import Progress, silent

LOWEST, HIGHEST = 21, 108
ROLE, PITCH, DURATION = 1, 2, 3
MAX_NOTES_IN_BAR = 96
_KEPT_SHARE = 0.6
"""How much of the context is kept when it is full; the rest makes room for what comes."""
_COOLER = np.array([1.0, 0.7, 1.0, 0.95, 0.85])
"""Each field's temperature against the one asked for: time and touch want to be steadier than pitch."""


@dataclass(frozen=True)
class Plan:
    """What to write: `bars` bars of `metre`.

    Conditions `whole` (b + 1, W) and `bar` (b + 1, 5) are those of each bar and of the end.

    `temperature` and `top_p` are for pitch; the other fields are sampled a little cooler. `guidance` above 1 pushes
    further towards the conditions than the network would by itself, at twice the work (Ho & Salimans, 2022).
    """

    bars: int
    metre: tuple[int, int]
    ensemble: int
    whole: IntArray
    bar: IntArray
    temperature: float = 1.0
    top_p: float = 0.95
    guidance: float = 2.0


def sample_index(logits: Floats, allowed: slice, temperature: float, top_p: float, uniform: float) -> int:
    """One index within `allowed` from the nucleus of softmax(logits / temperature), chosen by `uniform` in 0..1."""
    part = logits[allowed] * np.float32(1.0 / temperature)
    part -= part.max()
    weight = np.exp(part)
    order = np.argsort(-weight, kind="stable")
    total = np.cumsum(weight[order], dtype=np.float64)
    kept = int(np.searchsorted(total, top_p * total[-1])) + 1
    chosen = int(np.searchsorted(total[:kept], uniform * total[min(kept, len(total)) - 1], side="right"))
    return int(order[min(chosen, kept - 1, len(order) - 1)]) + (allowed.start or 0)


class _Stream:
    """The network over the events so far under one set of whole conditions, with room made when the context is full."""

    def __init__(self, model: MusicModel, whole: IntArray, bar: IntArray) -> None:
        self._model = model
        self._conditions = model.whole_condition(whole) + model.bar_condition(bar)
        self._cache = Cache(model)

    def extend(self, events: list[IntArray], number: list[int]) -> Floats:
        """The state (C,) after the last of `events`; `number` is the bar of each. Only the last one is new."""
        begin = len(events) - 1
        if self._cache.used >= self._model.config.context:
            self._cache.used = 0
            begin = self._restart(events)
        conditions = self._conditions[np.array(number[begin:])]
        return self._cache.extend(self._model.embed(np.stack(events[begin:]), conditions))

    def _restart(self, events: list[IntArray]) -> int:
        """Where to begin again: the first bar line within the kept share, or just the kept share if there is none."""
        oldest = len(events) - max(1, int(self._model.config.context * _KEPT_SHARE))
        lines = (index for index in range(oldest, len(events)) if events[index][0] == tokens.BAR)
        return next(lines, oldest)


class _Grammar:
    """What may come next, from what has come."""

    def __init__(self, plan: Plan) -> None:
        self._bar_length = tokens.bar_length(plan.metre)
        self._bars = plan.bars
        self._roles = tokens.ENSEMBLE_ROLES[plan.ensemble]
        self.bar = 0
        self._place, self._role, self._pitch = -1, self._roles[0], HIGHEST + 1
        self._notes = self._notes_before = 0

    @property
    def is_done(self) -> bool:
        """Whether the last bar is closed."""
        return self.bar >= self._bars

    def mask_slot(self, logits: Floats) -> None:
        """Set to minus infinity what may not come: earlier places, places off the bar, needless bar lines."""
        logits[: self._place + 1] = -np.inf
        logits[self._bar_length : tokens.BAR] = -np.inf
        is_full = self._role == self._roles[-1] and self._pitch <= LOWEST
        if self._place < 0 or is_full:
            logits[tokens.SAME] = -np.inf
        if self._notes >= MAX_NOTES_IN_BAR:
            logits[: tokens.BAR] = logits[tokens.SAME] = -np.inf
        elif self._notes == 0 and (self._notes_before == 0 or self.bar == self._bars - 1):
            logits[tokens.BAR] = -np.inf  # neither two empty bars nor an empty end

    def take_slot(self, chosen: int) -> int:
        """Go on to what the slot's head chose: a place, SAME or BAR; returns the place, or BAR."""
        if chosen == tokens.BAR:
            self.bar += 1
            self._notes, self._notes_before = 0, self._notes
            self._place = -1
            return tokens.BAR
        if chosen != tokens.SAME:
            self._place, self._role, self._pitch = chosen, self._roles[0], HIGHEST + 1
        return self._place

    def allowed(self, field: int) -> slice:
        """What a note's `field` (an index into tokens.FIELDS) may be, after the fields before it."""
        if field == ROLE:
            return slice(self._role if self._pitch > LOWEST else self._role + 1, self._roles[-1] + 1)
        if field == PITCH:
            return slice(LOWEST, self._pitch)  # below the last one of this role and place
        if field == DURATION:
            left = (self._bars - self.bar) * self._bar_length - self._place
            return slice(0, int(np.searchsorted(tokens.DURATIONS, left, side="right")))
        return slice(1, tokens.FIELD_SIZES[field])

    def take(self, field: int, value: int) -> None:
        """Go on with a note's `field` chosen."""
        if field == ROLE and value != self._role:
            self._role, self._pitch = value, HIGHEST + 1
        elif field == PITCH:
            self._pitch = value
            self._notes += 1


def sample_events(
    model: MusicModel, plan: Plan, rng: np.random.Generator, progress: Progress = silent
) -> npt.NDArray[np.int64]:
    """Events (n, 5) of exactly `plan.bars` bars: a bar line before each bar and one at the end.

    `progress` is called after each event with the bars done.
    """
    grammar = _Grammar(plan)
    line = np.array([tokens.BAR, *tokens.NONE[1:]], dtype=np.int64)
    events, number = [line], [0]
    streams = [_Stream(model, plan.whole, plan.bar)]
    if plan.guidance != 1.0:
        whole, bar = plan.whole.copy(), plan.bar.copy()
        for column in range(len(WHOLE_FREE)):
            if column not in (METRE, ENSEMBLE):
                whole[:, column] = WHOLE_FREE[column]
        bar[:, LEFT + 1 :] = BAR_FREE[LEFT + 1 :]
        streams.append(_Stream(model, whole, bar))
    lookups = Lookups(tokens.bar_length(plan.metre))
    lookups.set_key(int(plan.whole[0, KEY]))
    temperature = np.maximum(plan.temperature * _COOLER, 0.05).tolist()

    def guided(parts: list[Floats]) -> Floats:
        if len(parts) == 1:
            return parts[0]
        told, free = (part - np.logaddexp.reduce(part) for part in parts)
        return np.asarray(free + np.float32(plan.guidance) * (told - free), dtype=np.float32)

    while not grammar.is_done:
        begun = [model.begin_event(stream.extend(events, number), lookups.rhythm) for stream in streams]
        states = [state for state, _ in begun]
        logits = guided([part for _, part in begun])
        grammar.mask_slot(logits)
        uniform = rng.random(5).tolist()
        chosen = sample_index(logits, slice(0, tokens.SLOT_CLASSES), temperature[0], plan.top_p, uniform[0])
        slot = grammar.take_slot(chosen)
        if slot == tokens.BAR:
            events.append(line)
            number.append(grammar.bar)
            lookups.add_line()
            lookups.set_key(int(plan.whole[grammar.bar, KEY]))
        else:
            fields, told = [slot], lookups.heard(slot)
            free = told.copy()
            free[-2:] = 0.0  # without the key
            if chosen == tokens.SAME:
                states = [model.stay(state) for state in states]
            for index in range(len(tokens.FIELDS) - 1):
                linked = [
                    model.link(index, state, fields[-1], heard)
                    for state, heard in zip(states, (told, free), strict=False)
                ]
                states = [state for state, _ in linked]
                logits = guided([part for _, part in linked])
                allowed = grammar.allowed(index + 1)
                fields.append(sample_index(logits, allowed, temperature[index + 1], plan.top_p, uniform[index + 1]))
                grammar.take(index + 1, fields[-1])
            lookups.add_note(slot, fields[2], int(tokens.DURATIONS[fields[3]]))
            events.append(np.array(fields, dtype=np.int64))
            number.append(grammar.bar)
        done = min(grammar.bar + 1, plan.bars)
        progress(grammar.bar, plan.bars, f"bar {done} of {plan.bars}")
    return np.stack(events)
