"""Where one can go from here: the steps of the rose, the places along a direction, and the trail that they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from generators.artifacts import Direction
from studio.panels.compass.state import Ask, Place, Stop, Use
from studio.widgets.mix_row import RAW_REACH, REACH, signed

WAYS = 4
STRIP = 9
EVEN_STEP, RAW_STEP = 0.4, 1.0
START = "start"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Step:
    """One step from here: along which direction, to which amount, and where that is."""

    key: str
    use: Use
    amount: float
    place: Place
    label: str

    @property
    def goes_far(self) -> bool:
        """Whether it leaves the range in which pictures hold."""
        return self.use.reported and abs(self.amount) > 1.0


def evened(direction: Direction, amount: float) -> float:
    """What a raw amount is on the even scale of a direction, as far as the slider goes."""
    if not direction.is_even:
        return amount
    place = float(np.interp(amount, direction.knot_amount, direction.knot_place))
    return round(min(max(place, -REACH), REACH), 3)


def pad_axes(ask: Ask) -> tuple[str, str]:
    """The directions of the pad: those that were chosen, else the first two of the board."""
    if any(ask.pad):
        return ask.pad
    first = [use.sha256 for use in ask.board][:2]
    return (first[0], first[1]) if len(first) == 2 else ("", "")


def reach_of(use: Use) -> float:
    """How far pictures hold: 1 on an even scale; else, as far as is known, so many standard deviations."""
    return 1.0 if use.reported else RAW_REACH


def most_of(use: Use) -> float:
    """How far the slider goes."""
    return REACH if use.reported else RAW_REACH


def ways(ask: Ask, principal: Sequence[Use]) -> tuple[Use, ...]:
    """Up to four directions for the rose: those of the board that want to be there, then principal ones."""
    found = [use for use in ask.board if use.is_in_rose and not use.is_muted]
    own = [use for use in found if use.source != "principal"]
    drifts = [use for use in found if use.source == "principal"]
    known = {use.sha256 for use in ask.uses}
    drifts += [use for use in principal if use.sha256 not in known]
    return tuple([*own, *drifts][:WAYS])


def with_ways(ask: Ask, principal: Sequence[Use]) -> Ask:
    """The settings with the principal directions on the board, so that places along them can be asked for."""
    return ask.with_uses(principal)


def rose_steps(ask: Ask, principal: Sequence[Use]) -> tuple[Step, ...]:
    """The steps around the picture, a pair of opposites for each direction."""
    found = []
    for use in ways(ask, principal):
        for sign in (1, -1):
            size = EVEN_STEP if use.reported else RAW_STEP
            amount = use.amount + sign * size
            amount = round(min(max(amount, -most_of(use)), most_of(use)), 3)
            label = f"{use.name or 'unnamed'} {'+' if sign > 0 else MINUS}"
            key = f"{use.sha256}{'+' if sign > 0 else '-'}"
            found.append(Step(key, use, amount, ask.place.moved(use.sha256, amount), label))
    return tuple(found)


def strip_amounts(use: Use) -> tuple[float, ...]:
    """The amounts of the strip, from one end of the usable range to the other."""
    reach = reach_of(use)
    return tuple(round(-reach + 2 * reach * place / (STRIP - 1), 3) for place in range(STRIP))


def strip_places(ask: Ask, use: Use) -> tuple[Place, ...]:
    """Where the strip along a direction leads, through the picture in view."""
    return tuple(ask.place.moved(use.sha256, amount) for amount in strip_amounts(use))


def strip_here(use: Use) -> float:
    """Where the picture in view stands along its strip, from 0 to the last place; -1 outside."""
    reach = reach_of(use)
    here = (use.amount + reach) / (2 * reach) * (STRIP - 1)
    return here if -0.01 <= here <= STRIP - 0.99 else -1.0


# -- the trail ---------------------------------------------------------------------------------------------------------


def step_label(use: Use, amount: float) -> str:
    """What a stop says of a step along one direction."""
    return f"{use.name or 'unnamed'} {signed(amount)}"


def begun(ask: Ask) -> Ask:
    """The settings with a trail: its first stop is where they are."""
    if ask.trail and ask.stop_with(ask.stop) is not None:
        return ask
    first = Stop("start", "", ask.start_name or START, ask.place)
    known = tuple(stop for stop in ask.trail if stop.id != first.id)
    return msgspec.structs.replace(ask, trail=(*known, first), stop=first.id)


def gone(before: Ask, after: Ask, label: str, *, topic: str) -> Ask:
    """The settings `after` a move from `before`, with a stop for it.

    Moves in a row that are about one thing (`topic`: a direction's name, say) are one stop: it moves along, unless
    something branched off from it.
    """
    trail = begun(before)
    moved = msgspec.structs.replace(after, trail=trail.trail, stop=trail.stop)
    if moved.place == before.place:
        return moved
    last = moved.stop_with(moved.stop)
    is_leaf = not any(stop.parent == moved.stop for stop in moved.trail)
    if last is not None and is_leaf and last.parent and _topic(last.label) == topic:
        stops = tuple(
            msgspec.structs.replace(stop, label=label, place=moved.place) if stop.id == last.id else stop
            for stop in moved.trail
        )
        return msgspec.structs.replace(moved, trail=stops)
    return moved.stepped(label)


def _topic(label: str) -> str:
    return label.rpartition(" ")[0] or label
