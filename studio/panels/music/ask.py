"""What the music panel asks for, as one value: the part of the panel that the document keeps."""

from __future__ import annotations

import secrets

import msgspec

from generators.affect import AffectCurve, AffectPoint
from generators.music.contradictions import check_compose
from generators.music.request import SHIPPED_MODEL, ComposeRequest, EarRating
from studio.panel import FIRST_FEELING
from studio.panels.music.closeness import FIRST

TAKE_COUNTS = (1, 2, 4, 8)
FRESH_SEEDS = 100_000  # short enough to be read out and typed


class Placed(msgspec.Struct, frozen=True, omit_defaults=True):
    """One take that was placed on the pad: its id and name, where it was `asked`, where it was `heard`."""

    take: str
    name: str
    asked: AffectPoint
    heard: AffectPoint


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stays with the project whatever is asked next.

    `ear` are the takes that were placed on the pad, `ear_name` the name of that map and `ear_on` whether it bends what
    is asked. `notes` are an artist's words by take id; `mark_a` and `mark_b` are the two takes to compare.
    """

    ear: tuple[Placed, ...] = ()
    ear_name: str = ""
    ear_on: bool = True
    notes: dict[str, str] = {}
    mark_a: str = ""
    mark_b: str = ""


class Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    """The settings of the next takes.

    None for `tempo_bpm`, "" for `key` and a missing attribute let the feeling choose. A locked seed is used as it
    stands, an open one is drawn anew for each press. `locked` names attributes that a rework keeps as they were
    measured. `followed` is the name of the file whose `tempo_map` and `markers` are asked for. The other fields are
    those of ComposeRequest.
    """

    affect: AffectPoint = FIRST_FEELING
    strength: float = 1.0
    bars: int = 16
    metre: tuple[int, int] = (4, 4)
    tempo_bpm: float | None = None
    key: str = ""
    attributes: dict[str, float] = {}
    seed: int = 0
    seed_locked: bool = False
    ensemble: str = "piano"
    form: str = "auto"
    chords: tuple[str, ...] = ()
    guidance: float = FIRST.guidance
    tries: int = FIRST.tries
    refine: int = FIRST.refine
    candidates: int = 1
    features: dict[str, float] = {}
    curve: AffectCurve | None = None
    bar_attributes: dict[str, tuple[float | None, ...]] = {}
    model: str = SHIPPED_MODEL
    locked: tuple[str, ...] = ()
    followed: str = ""
    tempo_map: tuple[tuple[float, float], ...] = ()
    markers: tuple[tuple[float, str], ...] = ()
    kept: Kept = Kept()

    def asked(self, name: str) -> float | None:
        """What is asked of the attribute `name`; None where it is free."""
        return self.tempo_bpm if name == "tempo" else self.attributes.get(name)

    def with_asked(self, name: str, value: float | None) -> Ask:
        """The same with another value for one attribute; None frees it."""
        if name == "tempo":
            return msgspec.structs.replace(self, tempo_bpm=value)
        return msgspec.structs.replace(self, attributes=_with(self.attributes, name, value))

    def with_feature(self, name: str, value: float | None) -> Ask:
        """The same with another value for one jSymbolic feature; None frees it."""
        return msgspec.structs.replace(self, features=_with(self.features, name, value))

    def with_locked(self, name: str, *, locked: bool) -> Ask:
        """The same with an attribute that reworks keep, or no longer."""
        others = tuple(other for other in self.locked if other != name)
        return msgspec.structs.replace(self, locked=(*others, name) if locked else others)

    def with_bars_of(self, name: str, values: tuple[float | None, ...]) -> Ask:
        """The same with other values of an attribute bar by bar; none that is told frees it."""
        others = {key: kept for key, kept in self.bar_attributes.items() if key != name}
        if any(value is not None for value in values):
            others[name] = values
        return msgspec.structs.replace(self, bar_attributes=others)

    def with_fresh_seed(self) -> Ask:
        """The same with a seed drawn by chance, unless it is locked."""
        if self.seed_locked:
            return self
        return msgspec.structs.replace(self, seed=secrets.randbelow(FRESH_SEEDS))

    @property
    def ear(self) -> tuple[EarRating, ...]:
        """The ratings that bend what is asked, none while the map is off."""
        return tuple(EarRating(one.asked, one.heard) for one in self.kept.ear) if self.kept.ear_on else ()

    def request(self, offset: int = 0) -> ComposeRequest:
        """The request for the take number `offset` of one press.

        Raises:
            BadRequest: a value is outside its range.
        """
        return ComposeRequest(
            affect=self.affect,
            curve=self.curve,
            bars=self.bars,
            seed=self.seed + offset,
            metre=self.metre,
            tempo_bpm=self.tempo_bpm,
            key=self.key,
            attributes=self.attributes,
            strength=self.strength,
            model=self.model,
            ensemble=self.ensemble,
            form=self.form,
            bar_attributes=self.bar_attributes,
            features=self.features,
            chords=self.chords,
            guidance=self.guidance,
            tries=self.tries,
            refine=self.refine,
            candidates=self.candidates,
            ear=self.ear,
            tempo_map=self.tempo_map,
            markers=self.markers,
        )

    def checked_request(self, offset: int = 0) -> ComposeRequest:
        """The same, refused where it contradicts itself.

        Raises:
            BadRequest: a value is outside its range, or two exclude each other; the message tells what to change.
        """
        request = self.request(offset)
        check_compose(request)
        return request


def _with(values: dict[str, float], name: str, value: float | None) -> dict[str, float]:
    changed = {key: kept for key, kept in values.items() if key != name}
    if value is not None:
        changed[name] = value
    return changed


def ask_of(request: ComposeRequest, kept: Kept | None = None) -> Ask:
    """The settings that ask for `request` again, its seed locked; what the project has `kept` stays.

    A map of one's own is not taken from the request: it belongs to the listener.
    """
    return Ask(
        affect=request.affect,
        strength=request.strength,
        bars=request.bars,
        metre=request.metre,
        tempo_bpm=request.tempo_bpm,
        key=request.key,
        attributes=request.attributes,
        model=request.model,
        seed=request.seed,
        seed_locked=True,
        ensemble=request.ensemble,
        form=request.form,
        chords=request.chords,
        guidance=request.guidance,
        tries=request.tries,
        refine=request.refine,
        candidates=request.candidates,
        tempo_map=request.tempo_map,
        markers=request.markers,
        features=request.features,
        curve=request.curve,
        bar_attributes=request.bar_attributes,
        kept=kept or Kept(),
    )


def encode_ask(ask: Ask) -> str:
    """The JSON text of `ask`: the same value gives the same text."""
    return msgspec.json.encode(ask, order="sorted").decode()


def decode_ask(text: str) -> Ask:
    """The settings in `text`; the first ones where it cannot be understood."""
    try:
        ask = msgspec.json.decode(text, type=Ask)
        ask.request()
    except Exception:  # text of another version, or by another hand: never a reason not to open a project
        return Ask()
    return ask


def strength_words(point: AffectPoint) -> str:
    """How strong a feeling is, in a word or two."""
    for limit, words in ((0.2, ""), (0.45, "a little"), (0.75, "clearly"), (1.05, "strongly")):
        if point.intensity < limit:
            return words
    return "as much as can be"
