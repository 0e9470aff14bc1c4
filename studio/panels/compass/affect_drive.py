"""The feeling drives the picture: valence and arousal are two directions among the others."""

from __future__ import annotations

from generators.affect import AffectCurve, AffectPoint, nearest_emotion
from studio.panels.compass.state import Ask, Place, Use
from studio.panels.compass.steps import reach_of

AXES = ("valence", "arousal")


RATED, PROPOSAL = "affect", "affect proposal"


def axis_of(use: Use) -> str:
    """The axis of affect that a direction stands for, "" for none."""
    if use.source != "affect" or use.is_muted:
        return ""
    if use.found_by is not None and use.found_by.finder in (RATED, PROPOSAL):
        return use.found_by.axis
    return next((axis for axis in AXES if use.name.lower().startswith(axis)), "")


def is_proposal(use: Use) -> bool:
    """Whether it is what psychology proposes, and not what the artist felt."""
    return use.found_by is not None and use.found_by.finder == PROPOSAL


def driven(ask: Ask) -> dict[str, Use]:
    """The directions that the feeling moves, by their axes.

    The artist's own ratings come before a proposal; of two alike the last one counts.
    """
    found: dict[str, Use] = {}
    for use in sorted(ask.board, key=lambda use: not is_proposal(use)):
        axis = axis_of(use)
        if axis in AXES:
            found[axis] = use
    return found


def drive_words(ask: Ask) -> str:
    """How the feeling drives the picture, "" where it does not."""
    found = driven(ask)
    if not found:
        return ""
    axes = " and ".join(axis for axis in AXES if axis in found)
    return f"{axes} move the picture{' · a proposal' if any(is_proposal(use) for use in found.values()) else ''}"


def amounts_at(ask: Ask, point: AffectPoint) -> dict[str, float]:
    """The amounts by hash that a feeling asks for: ±1 on an axis is the end of its usable range.

    A proposal that the artist's own ratings replace goes back to 0.
    """
    found = driven(ask)
    replaced = [use for use in ask.board if is_proposal(use) and axis_of(use) in found and use not in found.values()]
    amounts = {use.sha256: 0.0 for use in replaced}
    amounts.update({use.sha256: round(float(getattr(point, axis)) * reach_of(use), 3) for axis, use in found.items()})
    return amounts


def at_feeling(ask: Ask, point: AffectPoint) -> Ask:
    """The settings with the picture where a feeling puts it."""
    for sha256, amount in amounts_at(ask, point).items():
        ask = ask.with_use(sha256, amount=amount)
    return ask


def feeling_of(ask: Ask, before: AffectPoint) -> AffectPoint:
    """Where the amounts of valence and arousal stand on the pad; an axis without a direction stays as it was."""
    found = {axis: min(max(use.amount / reach_of(use), -1.0), 1.0) for axis, use in driven(ask).items()}
    return AffectPoint(found.get("valence", before.valence), found.get("arousal", before.arousal), before.dominance)


def feeling_label(point: AffectPoint) -> str:
    """What a stop of the trail says of a feeling."""
    return f"feeling {nearest_emotion(point).name}"


def curve_places(ask: Ask, curve: AffectCurve, count: int) -> tuple[Place, ...]:
    """The way through pictures that a curve of feeling leads, at `count` even moments from its first to its last."""
    begin_s, end_s = curve.keyframes[0].time_s, curve.keyframes[-1].time_s
    places = []
    for moment in range(count):
        time_s = begin_s + (end_s - begin_s) * (moment / max(count - 1, 1))
        places.append(at_feeling(ask, curve.at(time_s)).place)
    return tuple(places)
