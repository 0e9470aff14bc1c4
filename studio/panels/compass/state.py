"""What the compass panel asks for and keeps, as values: the part of the panel that the document stores."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from generators.affect import AffectCurve, AffectPoint
from generators.compass.judgements import Judgements
from generators.compass.painter.finish import OFF, Finish
from generators.compass.request import SHIPPED_MODEL, FindRequest, Making, Point, PoolRequest, Push, RenderRequest
from studio.panel import FIRST_FEELING

Source = Literal["found", "principal", "affect", "measured", "imported"]
Amounts = tuple[tuple[str, float], ...]
"""Pairs of a direction's hash and how far along it, those that are not 0, in the order of the board."""

MAX_STOPS = 400
FRESH_SEEDS = 1_000_000
Scale = Callable[[float], float]


def new_id() -> str:
    """A name that nothing else has."""
    return secrets.token_hex(4)


def fresh_seed() -> int:
    """A seed drawn by chance."""
    return 1 + secrets.randbelow(FRESH_SEEDS)


class Use(msgspec.Struct, frozen=True, omit_defaults=True):
    """One direction on the board: its file by hash, its name, and how it is used now.

    `amount` is 0 for none, ±1 for the ends of its usable range. `over_time` are strengths from the first step to the
    last, () for 1 throughout. `found_by` is the request that found it; `reported` says that its scale is evened and
    that the file holds its report. `model` is the one it was found in: with another it rests.
    One that `is_muted` keeps its amount and leaves the picture alone.
    """

    sha256: str
    name: str = ""
    amount: float = 0.0
    over_time: tuple[float, ...] = ()
    spatial: bool = False
    is_in_rose: bool = True
    source: Source = "found"
    found_by: FindRequest | None = None
    reported: bool = False
    model: str = SHIPPED_MODEL
    is_muted: bool = False

    def push(self) -> Push:
        """How a request names it."""
        return Push(self.sha256, self.over_time, self.spatial)


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one is in the model's space: seed, maybe on its way to another, and amounts along directions."""

    seed: int = 1
    to_seed: int | None = None
    mix: float = 0.0
    amounts: Amounts = ()

    def amount(self, sha256: str) -> float:
        """How far along a direction."""
        return dict(self.amounts).get(sha256, 0.0)

    def moved(self, sha256: str, amount: float) -> Place:
        """The same place at another amount along one direction; a new direction comes last."""
        amounts = dict(self.amounts)
        amounts[sha256] = amount
        return msgspec.structs.replace(self, amounts=tuple((key, value) for key, value in amounts.items() if value))


class Stop(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of the trail: where it is, the stop it was reached from ("" for none), and a few words."""

    id: str
    parent: str = ""
    label: str = ""
    place: Place = Place()


class Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the picture in the middle is asked with.

    `uses` is the board. `start_sha256` names latents that a picture of one's own was turned into; they take the place
    of the seed's noise. `start_picture_sha256` is the file that it came from, `start_name` what that was called. `pad`
    are the hashes of the directions of the 2-D pad, "" for none. `trail` are the stops in the order they were made,
    `stop` the one in view. `is_finished` gives full pictures the painterly `finish`.
    """

    model: str = SHIPPED_MODEL
    seed: int = 1
    to_seed: int | None = None
    mix: float = 0.0
    uses: tuple[Use, ...] = ()
    lock: float = 0.0
    prompt: str = ""
    negative: str = ""
    guidance: float | None = None
    steps: int = 0
    width: int = 0
    height: int = 0
    is_finished: bool = True
    finish: Finish = Finish()
    start_sha256: str = ""
    start_picture_sha256: str = ""
    start_name: str = ""
    pad: tuple[str, str] = ("", "")
    trail: tuple[Stop, ...] = ()
    stop: str = ""
    seed_locked: bool = False

    def replace(self, **changes: object) -> Ask:
        """The same with some fields changed."""
        return msgspec.structs.replace(self, **changes)

    # -- places --------------------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """Where the picture in the middle is."""
        amounts = tuple((use.sha256, use.amount) for use in self.uses if use.amount and not use.is_muted)
        return Place(self.seed, self.to_seed, self.mix, amounts)

    def at(self, place: Place) -> Ask:
        """The same at another place; a direction that is no longer on the board is left out, a muted one waits."""
        amounts = dict(place.amounts)
        uses = tuple(
            use
            if use.is_muted and use.sha256 not in amounts
            else msgspec.structs.replace(use, amount=amounts.get(use.sha256, 0.0), is_muted=False)
            for use in self.uses
        )
        return msgspec.structs.replace(self, seed=place.seed, to_seed=place.to_seed, mix=place.mix, uses=uses)

    def making(self, quality: str = "full") -> Making:
        """How the model makes its pictures."""
        return Making(
            steps=self.steps,
            guidance=self.guidance,
            prompt=self.prompt,
            negative=self.negative,
            width=self.width,
            height=self.height,
            lock=self.lock,
            quality=quality,
        )

    def request(self, quality: str = "full", places: Sequence[Place] = ()) -> RenderRequest:
        """Pictures at `places`, the picture in the middle where none are given.

        Only directions of the model that some place uses are named. Previews are made without the painterly finish.

        Raises:
            BadRequest: a value is outside its range.
        """
        wanted = tuple(places) or (self.place,)
        named = {sha256 for place in wanted for sha256, amount in place.amounts if amount}
        used = tuple(use for use in self.board if use.sha256 in named)
        walks = not self.start_sha256
        points = tuple(
            Point(
                place.seed,
                place.to_seed if walks and place.mix else None,
                place.mix if walks and place.to_seed is not None else 0.0,
                tuple(place.amount(use.sha256) for use in used),
            )
            for place in wanted
        )
        return RenderRequest(
            points=points,
            directions=tuple(use.push() for use in used),
            making=self.making(quality),
            start_sha256=self.start_sha256,
            finish=self.finish if self.is_finished and quality == "full" else OFF,
            model=self.model,
        )

    # -- the board -----------------------------------------------------------------------------------------------------

    @property
    def board(self) -> tuple[Use, ...]:
        """The directions that the model of now knows."""
        return tuple(use for use in self.uses if use.model == self.model)

    def use(self, sha256: str) -> Use | None:
        """The direction with this hash on the board."""
        return next((use for use in self.uses if use.sha256 == sha256), None)

    def with_use(self, sha256: str, /, **changes: object) -> Ask:
        """The same with some fields of one direction changed."""
        uses = tuple(msgspec.structs.replace(use, **changes) if use.sha256 == sha256 else use for use in self.uses)
        return msgspec.structs.replace(self, uses=uses)

    def with_uses(self, added: Iterable[Use]) -> Ask:
        """The same with more directions at the end of the board; one that is there stays as it is."""
        known = {use.sha256 for use in self.uses}
        new: list[Use] = []
        for use in added:
            if use.sha256 not in known:
                known.add(use.sha256)
                new.append(use)
        return msgspec.structs.replace(self, uses=(*self.uses, *new))

    def without_use(self, sha256: str) -> Ask:
        """The same without one direction; stops of the trail keep what they say of it, for when it comes back."""
        uses = tuple(use for use in self.uses if use.sha256 != sha256)
        first, second = ("" if axis == sha256 else axis for axis in self.pad)
        return msgspec.structs.replace(self, uses=uses, pad=(first, second))

    def replaced(self, sha256: str, new_sha256: str, scale: Scale = float, **changes: object) -> Ask:
        """The same with a direction's file replaced by its evened form; `scale` says what an amount is now."""

        def renamed(key: str) -> str:
            return new_sha256 if key == sha256 else key

        def scaled(key: str, amount: float) -> float:
            return scale(amount) if key == sha256 else amount

        use = self.use(sha256)
        amount = scale(use.amount) if use is not None else 0.0
        found = self.with_use(sha256, sha256=new_sha256, amount=amount, **changes)
        trail = tuple(
            msgspec.structs.replace(
                stop,
                place=msgspec.structs.replace(
                    stop.place,
                    amounts=tuple((renamed(key), scaled(key, amount)) for key, amount in stop.place.amounts),
                ),
            )
            for stop in self.trail
        )
        return msgspec.structs.replace(found, trail=trail, pad=(renamed(self.pad[0]), renamed(self.pad[1])))

    # -- the trail -----------------------------------------------------------------------------------------------------

    def stop_with(self, identity: str) -> Stop | None:
        """The stop with this id."""
        return next((stop for stop in self.trail if stop.id == identity), None)

    def stepped(self, label: str, place: Place | None = None) -> Ask:
        """The same with a new stop at `place` (or here) behind the one in view, and in view; the oldest goes first."""
        here = self if place is None else self.at(place)
        stop = Stop(new_id(), self.stop, label, here.place)
        return msgspec.structs.replace(here, trail=(*self.trail, stop)[-MAX_STOPS:], stop=stop.id)

    def back_to(self, identity: str) -> Ask:
        """The same at a stop of the trail; what comes next branches off there."""
        stop = self.stop_with(identity)
        return self if stop is None else msgspec.structs.replace(self.at(stop.place), stop=identity)

    def path(self) -> tuple[Stop, ...]:
        """The stops from the first to the one in view."""
        known = {stop.id: stop for stop in self.trail}
        found: list[Stop] = []
        following = known.get(self.stop)
        while following is not None and following not in found:
            found.append(following)
            following = known.get(following.parent)
        return tuple(found[::-1])


class Sorting(msgspec.Struct, frozen=True, omit_defaults=True):
    """A direction that is being looked for: the pool, what was judged in it, and how it is to be found.

    `shown` are the rows of the pool that lie in the grid, in order; () is all of them. What was fitted follows from
    this, so that it is not kept.
    """

    pool_sha256: str = ""
    pool: PoolRequest | None = None
    judgements: Judgements = Judgements()
    finder: str = "ridge"
    disentangle: tuple[str, ...] = ()
    measured: str = "brightness"
    axis: str = "valence"
    component: int = 0
    second_pool_sha256: str = ""
    second_prompt: str = ""
    name: str = ""
    shown: tuple[int, ...] = ()
    rounds: int = 0

    @property
    def judged(self) -> frozenset[int]:
        """The rows that were judged in some way."""
        return frozenset(self.judgements.rows())

    def request(self) -> FindRequest | None:
        """What finds the direction, None without a pool.

        Raises:
            BadRequest: a value is outside its range.
        """
        if not self.pool_sha256:
            return None
        needs_second = self.finder in ("jacobian", "text pair")
        return FindRequest(
            pool_sha256=self.pool_sha256,
            judgements=self.judgements,
            finder=self.finder,
            name=self.name,
            disentangle=self.disentangle,
            measured=self.measured if self.finder == "measured" else "",
            axis=self.axis if self.finder == "affect" else "valence",
            component=self.component if self.finder in ("pca", "jacobian") else 0,
            second_pool_sha256=self.second_pool_sha256 if needs_second else "",
        )


class CompassState(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that the panel keeps: what is asked, what is being sorted, notes on takes, the two that are compared.

    `direction` is the hash of the direction whose card is shown, "" for none. `affect` is the feeling of the pad,
    `curve` how it changes over time.
    """

    ask: Ask = Ask()
    sorting: Sorting = Sorting()
    affect: AffectPoint = FIRST_FEELING
    curve: AffectCurve | None = None
    direction: str = ""
    notes: dict[str, str] = {}
    mark_a: str = ""
    mark_b: str = ""
    export: dict[str, str] = {}

    def with_ask(self, ask: Ask) -> CompassState:
        """The same with other settings."""
        return msgspec.structs.replace(self, ask=ask)

    def with_sorting(self, **changes: object) -> CompassState:
        """The same with some fields of the sorting changed."""
        return msgspec.structs.replace(self, sorting=msgspec.structs.replace(self.sorting, **changes))

    def replaced(self, sha256: str, new_sha256: str, scale: Scale = float, **changes: object) -> CompassState:
        """The same with a direction's file replaced by its evened form, wherever its hash stands."""
        apart = tuple(new_sha256 if key == sha256 else key for key in self.sorting.disentangle)
        found = self.with_ask(self.ask.replaced(sha256, new_sha256, scale, **changes)).with_sorting(disentangle=apart)
        shown = new_sha256 if self.direction == sha256 else self.direction
        return msgspec.structs.replace(found, direction=shown)


def ask_of(request: RenderRequest, board: Iterable[Use] = (), at: int = 0) -> Ask:
    """The settings that ask for picture `at` of `request` again.

    Directions that are on the `board` keep their names there; those that only the board has stay on it at 0.
    """
    known = {use.sha256: use for use in board}
    point = request.points[at]
    amounts = point.amounts or (0.0,) * len(request.directions)
    found: dict[str, Use] = {key: msgspec.structs.replace(use, amount=0.0) for key, use in known.items()}
    for push, amount in zip(request.directions, amounts, strict=True):
        use = known.get(push.sha256) or Use(push.sha256, source="imported", model=request.model)
        found[push.sha256] = msgspec.structs.replace(use, amount=amount, over_time=push.over_time, spatial=push.spatial)
    making = request.making
    return Ask(
        model=request.model,
        seed=point.seed,
        to_seed=point.to_seed,
        mix=point.mix,
        uses=tuple(found.values()),
        lock=making.lock,
        prompt=making.prompt,
        negative=making.negative,
        guidance=making.guidance,
        steps=making.steps,
        width=making.width,
        height=making.height,
        is_finished=request.finish != OFF,
        finish=request.finish if request.finish != OFF else Finish(),
        start_sha256=request.start_sha256,
    )


def encode_state(state: CompassState) -> str:
    """The JSON text of `state`: the same value gives the same text."""
    return msgspec.json.encode(state, order="sorted").decode()


def decode_state(text: str) -> CompassState:
    """The state in `text`; an empty one where it cannot be understood."""
    try:
        return msgspec.json.decode(text, type=CompassState)
    except Exception:  # text of another version, or by another hand: never a reason not to open a project
        return CompassState()
