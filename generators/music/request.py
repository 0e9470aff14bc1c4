"""What can be asked of the music room: frozen values that travel as JSON. Torch-free."""

from __future__ import annotations

import math

import msgspec

from generators.affect import NEUTRAL, AffectCurve, AffectPoint
from generators.errors import BadRequest

MAX_BARS = 128
MAX_SEED = (1 << 53) - 1  # what every JSON reader keeps exactly
METRES: tuple[tuple[int, int], ...] = ((4, 4), (3, 4), (2, 4), (6, 8))
SHIPPED_MODEL = "music-small"


class ComposeRequest(msgspec.Struct, frozen=True, tag="compose", omit_defaults=True):
    """Compose one take: a score of exactly `bars` bars that feels like `affect` (or follows `curve`).

    `attributes` are asked for by name in their own units (see music/attributes.py) and override what the feeling
    proposes. `tempo_bpm` in quarter notes a minute; None lets the feeling choose. `key` is "", or a tonic such as
    "C" or "F#" with "m" for minor. `strength` 0..1 is how far the feeling may push. `temperature` and `top_p` steer the
    sampling. `model_sha256` names the weights exactly; "" takes the shipped ones.

    Raises:
        BadRequest: a value is outside its range; the message says which values are allowed.
    """

    affect: AffectPoint = NEUTRAL
    curve: AffectCurve | None = None
    bars: int = 16
    seed: int = 0
    metre: tuple[int, int] = (4, 4)
    tempo_bpm: float | None = None
    key: str = ""
    attributes: dict[str, float] = {}
    strength: float = 1.0
    temperature: float = 1.0
    top_p: float = 0.95
    model: str = SHIPPED_MODEL
    model_sha256: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.bars <= MAX_BARS:
            raise BadRequest(f"{self.bars:,} bars were asked for: choose between 1 and {MAX_BARS}.")
        if not 0 <= self.seed <= MAX_SEED:
            raise BadRequest(f"The seed {self.seed} is out of range: choose a whole number from 0 to {MAX_SEED}.")
        if self.metre not in METRES:
            known = ", ".join(f"{n}/{d}" for n, d in METRES)
            raise BadRequest(f"The metre {self.metre[0]}/{self.metre[1]} is not one the model writes: choose {known}.")
        if self.tempo_bpm is not None and not 30 <= self.tempo_bpm <= 240:
            raise BadRequest(f"A tempo of {self.tempo_bpm:g} bpm was asked for: choose between 30 and 240.")
        for name, low, high in (("strength", 0.0, 1.0), ("temperature", 0.1, 2.0), ("top_p", 0.1, 1.0)):
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                raise BadRequest(f"The {name} is {value:g}: choose between {low:g} and {high:g}.")
        if self.key and self.key.removesuffix("m") not in TONICS:
            raise BadRequest(f"The key “{self.key}” is not known: write a tonic such as C, F# or Bb, with m for minor.")
        if not all(math.isfinite(value) for value in self.attributes.values()):
            raise BadRequest("An asked attribute is not a number: set it again or leave it free.")


TONICS: dict[str, int] = {
    name: pitch_class
    for names, pitch_class in (
        ("C B#", 0), ("C# Db", 1), ("D", 2), ("D# Eb", 3), ("E Fb", 4), ("F E#", 5),
        ("F# Gb", 6), ("G", 7), ("G# Ab", 8), ("A", 9), ("A# Bb", 10), ("B Cb", 11),
    )
    for name in names.split()
}  # fmt: skip


class SynthesiseRequest(msgspec.Struct, frozen=True, tag="synthesise", omit_defaults=True):
    """Play the score `score_sha256` through a SoundFont into sound at `sample_rate_hz`.

    `soundfont_sha256` "" takes the one that comes with the installation.
    """

    score_sha256: str
    sample_rate_hz: int = 44_100
    soundfont_sha256: str = ""

    def __post_init__(self) -> None:
        if not 8_000 <= self.sample_rate_hz <= 192_000:
            raise BadRequest(f"A sample rate of {self.sample_rate_hz} Hz was asked for: choose 8,000 to 192,000.")


class AnalyseScoreRequest(msgspec.Struct, frozen=True, tag="analyse-score", omit_defaults=True):
    """Measure the musical attributes of the score `score_sha256`."""

    score_sha256: str
