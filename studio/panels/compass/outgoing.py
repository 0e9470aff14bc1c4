"""What can leave the compass panel, as values: the picture in view, strips, maps, the trail, films along them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generators.affect import AffectCurve
from generators.compass.paths import Path as Way
from generators.compass.request import Point, RenderRequest
from studio.panels.compass import steps
from studio.panels.compass.affect_drive import curve_places, driven
from studio.panels.compass.state import Ask, Place, Use
from studio.panels.compass.words import picture_name

PICTURE, STRIP, MAP, TRAIL = "picture", "strip", "map", "trail"
FILM_TRAIL, FILM_ALONG, FILM_FEELING = "film of the trail", "film along", "film of the feeling"
FILMS = (FILM_TRAIL, FILM_ALONG, FILM_FEELING)
FEELING_STOPS = 17
_FILM_FORMS = ("path-mp4", "path-webp", "path-gif", "path-frames")
FORMS: dict[str, tuple[str, ...]] = {
    PICTURE: ("png", "jpeg", "webp", "tiff"),
    STRIP: ("strip", "picture-sheet", "pictures-png"),
    MAP: ("map", "picture-sheet", "pictures-png"),
    TRAIL: ("picture-sheet", "strip", "pictures-png"),
    FILM_TRAIL: _FILM_FORMS,
    FILM_ALONG: _FILM_FORMS,
    FILM_FEELING: _FILM_FORMS,
}
"""The exporters that suit each kind of thing, the first unless another is chosen."""
STEPS = {STRIP: ("5", "7", "9", "13"), MAP: ("3", "5", "7", "9")}
USUAL_STEPS = {STRIP: "9", MAP: "5"}


@dataclass(frozen=True)
class What:
    """One thing that can leave: its `key`, what a menu calls it, and what its file is called unless told otherwise."""

    key: str
    title: str
    name: str


@dataclass(frozen=True)
class Outgoing:
    """What the panel shows, as far as it can leave.

    Settings, the chosen direction, those that belong to the model, and the curve of feeling.
    """

    ask: Ask
    direction: str = ""
    principal: tuple[Use, ...] = ()
    curve: AffectCurve | None = None

    @property
    def along(self) -> Use | None:
        """The direction of a strip or film: the chosen one, else the first that leads from here."""
        known = {use.sha256: use for use in (*self.principal, *self.ask.board)}
        ways = steps.ways(self.ask, self.principal)
        return known.get(self.direction) or (ways[0] if ways else None)

    @property
    def axes(self) -> tuple[Use, Use] | None:
        """The two directions of a map: those of the pad, else the chosen one and the first other."""
        known = {use.sha256: use for use in (*self.principal, *self.ask.board)}
        first, second = (known.get(sha256) for sha256 in self.ask.pad)
        if first is not None and second is not None and first != second:
            return first, second
        along = self.along
        others = [use for use in steps.ways(self.ask, self.principal) if use != along]
        return (along, others[0]) if along is not None and others else None

    def whats(self) -> tuple[What, ...]:
        """All that can leave now."""
        name = picture_name(self.ask)
        found = [What(PICTURE, "The picture in view", name)]
        along, axes, stops = self.along, self.axes, self._stops()
        if along is not None:
            found.append(What(STRIP, f"Strip along “{_called(along)}”", f"along {_called(along)}"))
        if axes is not None:
            both = [_called(use) for use in axes]
            found.append(What(MAP, f"Map of “{both[0]}” and “{both[1]}”", " and ".join(both)))
        if len(stops) > 1:
            found.append(What(TRAIL, f"Contact sheet of the trail, {len(stops)} pictures", "trail"))
            found.append(What(FILM_TRAIL, "Film along the trail", "path"))
        if along is not None:
            found.append(What(FILM_ALONG, f"Film along “{_called(along)}”", f"film along {_called(along)}"))
        if self._feeling():
            found.append(What(FILM_FEELING, "Film along the curve of feeling", "feeling"))
        return tuple(found)

    def request(self, key: str, count: int = 0) -> RenderRequest:
        """The pictures of one thing, in full quality; of films those of the stops.

        Raises:
            BadRequest: a value is outside its range.
        """
        ask, places = self.ask, self._places(key, count)
        along, axes = self.along, self.axes
        for use in (*([along] if along is not None else []), *(axes or ())):
            ask = ask.with_uses([use])  # one of the model's own may not be on the board yet
        return ask.request("full", places)

    def way(self, key: str, frames: int, easing: str, rest: str) -> tuple[Way, RenderRequest]:
        """The way of a film, and the request that says how its pictures are made.

        Raises:
            BadRequest: a value is outside its range, or the stops are all the same.
        """
        request = self.request(key)
        return Way(_without_still(request.points), frames, easing, rest), request

    def names(self) -> dict[str, str]:
        """What directions are called, by hash."""
        return {use.sha256: _called(use) for use in (*self.principal, *self.ask.uses)}

    def _stops(self) -> list[Place]:
        found: list[Place] = []
        for stop in self.ask.path():
            if not found or stop.place != found[-1]:
                found.append(stop.place)
        return found

    def _feeling(self) -> list[Place]:
        """The way that the curve of feeling leads, [] where it leads nowhere."""
        if self.curve is None or not driven(self.ask):
            return []
        found: list[Place] = []
        for place in curve_places(self.ask, self.curve, FEELING_STOPS):
            if not found or place != found[-1]:
                found.append(place)
        return found if len(found) > 1 else []

    def _places(self, key: str, count: int) -> Sequence[Place]:
        here, along, axes = self.ask.place, self.along, self.axes
        if key == FILM_FEELING:
            return self._feeling()
        if key in (TRAIL, FILM_TRAIL):
            return self._stops()
        if key == STRIP and along is not None:
            return [here.moved(along.sha256, amount) for amount in _spread(along, count)]
        if key == FILM_ALONG and along is not None:
            return [here.moved(along.sha256, amount) for amount in _spread(along, 3)]
        if key == MAP and axes is not None:
            across, up = axes
            return [
                here.moved(across.sha256, x).moved(up.sha256, y)
                for y in _spread(up, count)[::-1]
                for x in _spread(across, count)
            ]
        return [here]


def _called(use: Use) -> str:
    return use.name or "unnamed"


def _spread(use: Use, count: int) -> list[float]:
    """So many amounts from one end of the usable range to the other."""
    reach = steps.reach_of(use)
    return [round(-reach + 2 * reach * place / (count - 1), 3) for place in range(count)]


def _without_still(points: Sequence[Point]) -> tuple[Point, ...]:
    found = list(points[:1])
    for point in points[1:]:
        if point != found[-1]:
            found.append(point)
    return tuple(found)


def file_name(name: str) -> str:
    """`name` as every file system takes it."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]+', "-", name).strip(" .")[:80] or "picture"
