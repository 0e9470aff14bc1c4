"""What the music panel asks for, as one value: the part of the panel that the document keeps."""

from __future__ import annotations

import secrets

import msgspec

from generators.affect import AffectPoint
from generators.music.request import SHIPPED_MODEL, ComposeRequest
from studio.panel import FIRST_FEELING

TAKE_COUNTS = (1, 2, 4, 8)
FRESH_SEEDS = 100_000  # short enough to be read out and typed


class Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    """The settings of the next takes.

    None for `tempo_bpm`, "" for `key` and a missing attribute let the feeling choose. A locked seed is used as it
    stands, an open one is drawn anew for each press.
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

    def asked(self, name: str) -> float | None:
        """What is asked of the attribute `name`; None where it is free."""
        return self.tempo_bpm if name == "tempo" else self.attributes.get(name)

    def with_asked(self, name: str, value: float | None) -> Ask:
        """The same with another value for one attribute; None frees it."""
        if name == "tempo":
            return msgspec.structs.replace(self, tempo_bpm=value)
        attributes = {key: kept for key, kept in self.attributes.items() if key != name}
        if value is not None:
            attributes[name] = value
        return msgspec.structs.replace(self, attributes=attributes)

    def with_fresh_seed(self) -> Ask:
        """The same with a seed drawn by chance, unless it is locked."""
        if self.seed_locked:
            return self
        return msgspec.structs.replace(self, seed=secrets.randbelow(FRESH_SEEDS))

    def request(self, offset: int = 0) -> ComposeRequest:
        """The request for the take number `offset` of one press.

        Raises:
            BadRequest: a value is outside its range.
        """
        return ComposeRequest(
            affect=self.affect,
            bars=self.bars,
            seed=self.seed + offset,
            metre=self.metre,
            tempo_bpm=self.tempo_bpm,
            key=self.key,
            attributes=self.attributes,
            strength=self.strength,
            model=SHIPPED_MODEL,
        )


def ask_of(request: ComposeRequest) -> Ask:
    """The settings that ask for `request` again, its seed locked."""
    return Ask(
        affect=request.affect,
        strength=request.strength,
        bars=request.bars,
        metre=request.metre,
        tempo_bpm=request.tempo_bpm,
        key=request.key,
        attributes=request.attributes,
        seed=request.seed,
        seed_locked=True,
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
