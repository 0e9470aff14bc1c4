"""What may come next while a piece is written, so that every piece is valid by construction.

Exactly the bars asked, places that never go back, notes of one place in a fixed order without doubles, roles of the
ensemble, pitches of a piano, no note longer than the piece. Fixed notes come at their place and in their order,
whatever is sampled; where a bar is open to some roles only, or only below a line, nothing else is written there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from generators.artifacts import IntArray
from generators.music import tokens
from generators.music.lookups import BarAid, Floats

LOWEST, HIGHEST = 21, 108
RANGES: tuple[tuple[int, int], ...] = ((LOWEST, HIGHEST), (43, 86), (55, 103), (48, 91), (36, 84))
"""The lowest and highest pitch that each of tokens.ROLES plays or sings here."""
SLOT, ROLE, PITCH, DURATION = 0, 1, 2, 3
MAX_NOTES_IN_BAR = 96
_DURATIONS = tokens.DURATIONS.tolist()
_NO_NOTES = np.zeros((0, 5), dtype=np.int64)


@dataclass(frozen=True)
class BarPlan:
    """What is settled of one bar before it is written.

    `fixed` (k, 5) are events that stay, in the order of events. `roles` may be written; () closes the bar, so that it
    holds its fixed notes alone. `ceiling` (MAX_BAR,) is the pitch below which new notes must lie at each place. `aid`
    is what the heads look up; the bar it returns to lies `ago` bars earlier (0: none), looked up once it is there.
    """

    fixed: IntArray = field(default_factory=lambda: _NO_NOTES)
    roles: tuple[int, ...] = ()
    ceiling: IntArray | None = None
    aid: BarAid = field(default_factory=BarAid)
    ago: int = 0

    @property
    def is_open(self) -> bool:
        """Whether anything may be written."""
        return bool(self.roles)


class Grammar:
    """Where one piece stands, and what may come next in it."""

    def __init__(self, plans: Sequence[BarPlan], bar_length: int, bar: int = 0) -> None:
        self._bar_length = bar_length
        self._plans = plans
        self.bar = bar
        self._notes_before = 1
        self._held = _held(plans, bar_length)
        self._begin_bar()

    def copy(self) -> Grammar:
        """Another that goes on from here by itself."""
        other = Grammar.__new__(Grammar)
        other.__dict__.update(self.__dict__)
        return other

    def _begin_bar(self) -> None:
        self._place, self._role, self._pitch = -1, -1, HIGHEST + 1
        self._notes = self._next = 0
        self._shut = self._shut_places()

    def _shut_places(self) -> IntArray:
        """The places of this bar at which no new note can lie, below the line and beside fixed notes."""
        ceiling = self.plan.ceiling
        if ceiling is None or not self.plan.roles:
            return np.zeros(0, dtype=np.int64)
        deepest = min((RANGES[role][0] for role in self.plan.roles), default=LOWEST)
        low = np.flatnonzero(ceiling[: self._bar_length] <= deepest + len(self._held[0]))
        shut = [slot for slot in low.tolist() if not len(self.allowed_roles(slot))]
        return np.array(shut, dtype=np.int64)

    @property
    def plan(self) -> BarPlan:
        """That of this bar."""
        return self._plans[self.bar]

    @property
    def waiting(self) -> IntArray | None:
        """The next fixed event of this bar (5,), or None."""
        return self.plan.fixed[self._next] if self._next < len(self.plan.fixed) else None

    def mask_slot(self, logits: Floats) -> None:
        """Set to minus infinity what may not come: earlier places, places off the bar, needless bar lines."""
        logits[: self._place + 1] = -np.inf
        logits[self._bar_length : tokens.BAR] = -np.inf
        roles = self.plan.roles
        if self._place < 0 or not len(self.allowed_roles(self._place)):
            logits[tokens.SAME] = -np.inf
        if self._notes >= MAX_NOTES_IN_BAR or not roles:
            logits[: tokens.BAR] = logits[tokens.SAME] = -np.inf
        elif (
            self._notes == 0 and self.waiting is None and (self._notes_before == 0 or self.bar == len(self._plans) - 1)
        ):
            logits[tokens.BAR] = -np.inf  # neither two empty bars nor an empty end
        if len(self._shut):
            logits[self._shut] = -np.inf
        if logits[tokens.BAR] == -np.inf and not np.isfinite(logits).any():
            logits[tokens.BAR] = 0.0

    def must_insert(self, slot: int) -> bool:
        """Whether the waiting fixed event comes before anything at `slot` (a place, or BAR)."""
        waiting = self.waiting
        return waiting is not None and slot > waiting[SLOT]

    def allowed_roles(self, slot: int) -> list[int]:
        """The roles that a free note at `slot` may have, in order."""
        lowest = self._role if slot == self._place else -1
        return [role for role in self.plan.roles if role >= lowest and self._has_pitch(slot, role)]

    def _top(self, slot: int, role: int) -> int:
        """The pitch below which a free note must lie."""
        top = RANGES[role][1] + 1
        if slot == self._place and role == self._role:
            top = min(top, self._pitch)
        if self.plan.ceiling is not None:
            top = min(top, int(self.plan.ceiling[slot]))
        return max(top, RANGES[role][0])

    def _has_pitch(self, slot: int, role: int) -> bool:
        if not len(self._held[0]):
            return self._top(slot, role) > RANGES[role][0]
        return bool(self.pitches(slot, role).any())

    def _sounding(self, slot: int, role: int) -> IntArray:
        """The pitches of fixed notes of `role` that are held over `slot`."""
        at = self.bar * self._bar_length + slot
        begin, end, roles, pitches = self._held
        return np.asarray(pitches[(begin < at) & (end > at) & (roles == role)])

    def pitches(self, slot: int, role: int) -> npt.NDArray[np.bool_]:
        """Which pitches (128,) a free note of `role` at `slot` may have.

        They lie below those before it and below the line, and none is held by a fixed note, which would be cut short.
        """
        allowed = np.zeros(128, dtype=bool)
        allowed[RANGES[role][0] : self._top(slot, role)] = True
        if len(self._held[0]):
            allowed[self._sounding(slot, role)] = False
        return allowed

    def mask_pitch(self, logits: Floats, slot: int, role: int) -> None:
        """Set to minus infinity the pitches (128,) that a free note of `role` at `slot` may not have."""
        logits[: RANGES[role][0]] = -np.inf
        logits[self._top(slot, role) :] = -np.inf
        if len(self._held[0]):
            logits[self._sounding(slot, role)] = -np.inf

    def longest(self, slot: int) -> int:
        """How many of tokens.DURATIONS fit between `slot` and the end of the piece."""
        left = (len(self._plans) - self.bar) * self._bar_length - slot
        return max(1, bisect_right(_DURATIONS, left))

    def comes_first(self, slot: int, role: int, pitch: int) -> bool:
        """Whether the waiting fixed event comes before (or is) a note of `role` and `pitch` at `slot`."""
        waiting = self.waiting
        if waiting is None or slot < waiting[SLOT]:
            return False
        return slot > waiting[SLOT] or (role, -pitch) >= (int(waiting[ROLE]), -int(waiting[PITCH]))

    def take_line(self) -> None:
        """The bar ends; the next one begins."""
        self._notes_before = self._notes
        self.bar += 1
        if self.bar < len(self._plans):
            self._begin_bar()

    def take_note(self, event: IntArray, *, fixed: bool) -> None:
        """A note has come: a fixed one, or a new one."""
        self._place, self._role, self._pitch = int(event[SLOT]), int(event[ROLE]), int(event[PITCH])
        self._notes += 1
        if fixed:
            self._next += 1


def _held(plans: Sequence[BarPlan], bar_length: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """All fixed notes: where they begin and end in grid ticks from the first bar, their roles and pitches."""
    events = np.concatenate([plan.fixed for plan in plans]) if plans else _NO_NOTES
    number = np.repeat(np.arange(len(plans)), [len(plan.fixed) for plan in plans])
    begin = number * bar_length + events[:, SLOT]
    return begin, begin + tokens.DURATIONS[events[:, DURATION]], events[:, ROLE], events[:, PITCH]
