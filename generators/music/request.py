"""What can be asked of the music room: frozen values that travel as JSON. Torch-free."""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec

from generators.affect import NEUTRAL, AffectCurve, AffectPoint
from generators.errors import BadRequest

MAX_BARS = 128
MAX_SEED = (1 << 53) - 1  # what every JSON reader keeps exactly
METRES: tuple[tuple[int, int], ...] = ((4, 4), (3, 4), (2, 4), (6, 8))
SHIPPED_MODEL = "music-small"
ENSEMBLES: tuple[str, ...] = ("piano", "voice", "quartet")
"""Solo piano; piano with a voice or lead; string quartet. In the order of tokens.ENSEMBLES."""
FORMS: tuple[str, ...] = ("auto", "through", "AB", "ABA", "AABA", "rondo", "variations")
"""How sections return: "auto" follows the length, "through" never returns."""
MAX_CANDIDATES = 8
MAX_RATINGS = 256
MAX_TRIES = 16
MAX_PASSES = 8
MAX_TIMING = 4_096


class EarRating(msgspec.Struct, frozen=True, omit_defaults=True):
    """One take that an artist placed on the pad: made for `asked`, heard as `heard`."""

    asked: AffectPoint
    heard: AffectPoint


class ComposeRequest(msgspec.Struct, frozen=True, tag="compose", omit_defaults=True):
    """Compose one take: a score of exactly `bars` bars that feels like `affect` (or follows `curve`).

    `attributes` are asked for by name in their own units (see music/attributes.py) and override what the feeling
    proposes. `tempo_bpm` in quarter notes a minute; None lets the feeling choose. `key` is "", or a tonic such as
    "C" or "F#" with "m" for minor. `strength` 0..1 is how far the feeling may push. `temperature` and `top_p` steer the
    sampling. `model_sha256` names the weights exactly; "" takes the shipped ones.

    `ensemble` is one of ENSEMBLES, `form` one of FORMS. `bar_attributes` holds values by name for bars from the first
    on, None where a bar is free. `features` are jSymbolic attributes by name (see music/jsymbolic). `chords` are chord
    symbols such as "Am7", one a bar, repeated to the end; "" is free. `guidance` 1..5 is how hard the attributes pull
    (1: as the network would by itself). Every few bars are written `tries` times, and what follows the request best
    goes on; then `refine` passes write bars anew where that brings the whole nearer to the request. Of `candidates`
    whole takes the one that meets the request best is kept. `ear` are an artist's ratings, which bend the map from
    feeling to music (see music/personal.py).

    `tempo_map` follows the tempo of another program: steps of (quarters from the beginning, quarters a minute), the
    first at 0; it wins over `tempo_bpm`. `markers` are (quarters, text), kept in the score.

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
    ensemble: str = "piano"
    form: str = "auto"
    bar_attributes: dict[str, tuple[float | None, ...]] = {}
    features: dict[str, float] = {}
    chords: tuple[str, ...] = ()
    guidance: float = 2.0
    candidates: int = 1
    tries: int = 4
    refine: int = 0
    ear: tuple[EarRating, ...] = ()
    tempo_map: tuple[tuple[float, float], ...] = ()
    markers: tuple[tuple[float, str], ...] = ()

    @property
    def metre_index(self) -> int:
        """The metre as an index into METRES (and into the first of tokens.BAR_METRES)."""
        return METRES.index(self.metre)

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
        _check_numbers(self, {**SAMPLING_LIMITS, "strength": (0.0, 1.0)})
        _check_key(self.key)
        _check_choice("ensemble", self.ensemble, ENSEMBLES)
        _check_choice("form", self.form, FORMS)
        if not 1 <= self.candidates <= MAX_CANDIDATES:
            raise BadRequest(
                f"{self.candidates} candidates were asked for: choose between 1 and {MAX_CANDIDATES} for each take."
            )
        _check_tries(self.tries)
        if not 0 <= self.refine <= MAX_PASSES:
            raise BadRequest(f"{self.refine} passes of refining were asked for: choose between 0 and {MAX_PASSES}.")
        _check_timing(self.tempo_map, self.markers)
        if len(self.chords) > MAX_BARS or any(len(values) > MAX_BARS for values in self.bar_attributes.values()):
            raise BadRequest(f"More than {MAX_BARS} bars are described: a take has at most {MAX_BARS}.")
        if len(self.ear) > MAX_RATINGS:
            raise BadRequest(f"{len(self.ear)} ratings bend the map: keep the newest {MAX_RATINGS}.")
        told = [value for values in self.bar_attributes.values() for value in values if value is not None]
        if not all(math.isfinite(value) for value in (*self.attributes.values(), *self.features.values(), *told)):
            raise BadRequest("An asked attribute is not a number: set it again or leave it free.")


SAMPLING_LIMITS: dict[str, tuple[float, float]] = {
    "temperature": (0.1, 2.0),
    "top_p": (0.1, 1.0),
    "guidance": (1.0, 5.0),
}


def _check_numbers(request: msgspec.Struct, limits: dict[str, tuple[float, float]]) -> None:
    for name, (low, high) in limits.items():
        value = getattr(request, name)
        if not (math.isfinite(value) and low <= value <= high):
            raise BadRequest(f"The {name} is {value:g}: choose between {low:g} and {high:g}.")


def _check_key(key: str) -> None:
    if key and key.removesuffix("m") not in TONICS:
        raise BadRequest(f"The key “{key}” is not known: write a tonic such as C, F# or Bb, with m for minor.")


def _check_choice(what: str, chosen: str, known: tuple[str, ...]) -> None:
    if chosen not in known:
        raise BadRequest(f"The {what} “{chosen}” is not known: choose {', '.join(known)}.")


def _check_tries(tries: int) -> None:
    if not 1 <= tries <= MAX_TRIES:
        raise BadRequest(f"{tries} tries of each stretch were asked for: choose between 1 and {MAX_TRIES}.")


def _check_timing(tempo_map: tuple[tuple[float, float], ...], markers: tuple[tuple[float, str], ...]) -> None:
    if len(tempo_map) > MAX_TIMING or len(markers) > MAX_TIMING:
        raise BadRequest(f"More than {MAX_TIMING:,} tempo steps or markers: thin them out in the other program.")
    places = [place for place, _ in (*tempo_map, *markers)]
    if not all(math.isfinite(place) and place >= 0 for place in places):
        raise BadRequest("A tempo step or marker lies before the beginning: move it to 0 or later.")
    if tempo_map and (tempo_map[0][0] != 0 or any(a[0] >= b[0] for a, b in pairwise(tempo_map))):
        raise BadRequest("The tempo map must begin at 0 and go forward: sort its steps.")
    if not all(math.isfinite(bpm) and 10 <= bpm <= 500 for _, bpm in tempo_map):
        raise BadRequest("The tempo map has a tempo outside 10 to 500 bpm: mend it in the other program.")


REWORKS: tuple[str, ...] = ("rewrite", "vary", "continue", "harmonise", "feel")


class ReworkRequest(msgspec.Struct, frozen=True, tag="rework", omit_defaults=True):
    """Work with a score that exists: the result keeps all that was not asked to change, to the note.

    `kind`: "rewrite" writes bars (and tracks) anew; "vary" keeps about 1 - `amount` of their notes; "continue" adds
    `bars_more` bars; "harmonise" keeps the highest line (or `locked_tracks`) and writes the rest around it; "feel"
    moves the measured attributes by `amount` towards `affect` and `attributes`, and rewrites with 1 - `amount` kept.

    `bars` is (begin, end) from 0, end left out, None for all. `tracks` are indices of the score's tracks, () for all.
    `locked_bars` and `locked_tracks` stay to the note; `locked_attributes` (names) keep the value that was measured.
    `affect` None keeps the feeling that is there. The rest is as in ComposeRequest.

    Raises:
        BadRequest: a value is outside its range; the message says which values are allowed.
    """

    score_sha256: str
    kind: str
    bars: tuple[int, int] | None = None
    tracks: tuple[int, ...] = ()
    amount: float = 0.5
    bars_more: int = 8
    locked_bars: tuple[int, ...] = ()
    locked_tracks: tuple[int, ...] = ()
    locked_attributes: tuple[str, ...] = ()
    affect: AffectPoint | None = None
    attributes: dict[str, float] = {}
    chords: tuple[str, ...] = ()
    key: str = ""
    strength: float = 1.0
    seed: int = 0
    temperature: float = 1.0
    top_p: float = 0.95
    guidance: float = 2.0
    candidates: int = 1
    tries: int = 4
    ear: tuple[EarRating, ...] = ()
    model: str = SHIPPED_MODEL
    model_sha256: str = ""

    def __post_init__(self) -> None:
        _check_choice("kind of rework", self.kind, REWORKS)
        _check_numbers(self, {**SAMPLING_LIMITS, "strength": (0.0, 1.0), "amount": (0.0, 1.0)})
        _check_key(self.key)
        if not 0 <= self.seed <= MAX_SEED:
            raise BadRequest(f"The seed {self.seed} is out of range: choose a whole number from 0 to {MAX_SEED}.")
        if self.bars is not None and not 0 <= self.bars[0] < self.bars[1]:
            raise BadRequest("The bars to work on end before they begin: choose at least one bar.")
        if not 1 <= self.bars_more <= MAX_BARS:
            raise BadRequest(f"{self.bars_more} more bars were asked for: choose between 1 and {MAX_BARS}.")
        if not 1 <= self.candidates <= MAX_CANDIDATES:
            raise BadRequest(f"{self.candidates} candidates were asked for: choose between 1 and {MAX_CANDIDATES}.")
        _check_tries(self.tries)
        if len(self.chords) > MAX_BARS or len(self.ear) > MAX_RATINGS:
            raise BadRequest(f"Too many chords or ratings: at most {MAX_BARS} chords and {MAX_RATINGS} ratings.")
        if min((*self.locked_bars, *self.locked_tracks, *self.tracks), default=0) < 0:
            raise BadRequest("Bars and tracks are counted from 0: a number below that names none.")
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

    `soundfont_sha256` "" takes the one that comes with the installation. `tempo_factor` 0.5..2 plays faster or slower
    than the score says. `tracks` are indices of the tracks to be heard, () for all: each is as loud as in the whole.
    `frames` is (begin, end) of a passage of the sound, before its peak is looked at; None is all of it.

    Raises:
        BadRequest: a value is outside its range; the message says which values are allowed.
    """

    score_sha256: str
    sample_rate_hz: int = 44_100
    soundfont_sha256: str = ""
    tempo_factor: float = 1.0
    tracks: tuple[int, ...] = ()
    frames: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if not 8_000 <= self.sample_rate_hz <= 192_000:
            raise BadRequest(f"A sample rate of {self.sample_rate_hz} Hz was asked for: choose 8,000 to 192,000.")
        _check_numbers(self, {"tempo_factor": (0.5, 2.0)})
        if min(self.tracks, default=0) < 0:
            raise BadRequest("Tracks are counted from 0: a number below that names none.")
        if self.frames is not None and not 0 <= self.frames[0] < self.frames[1]:
            raise BadRequest("The passage to play ends before it begins: choose at least one frame.")


ANALYSES: tuple[str, ...] = ("attributes", "features")


class AnalyseScoreRequest(msgspec.Struct, frozen=True, tag="analyse-score", omit_defaults=True):
    """Measure the score `score_sha256`: the musician's "attributes", or the hundred jSymbolic "features"."""

    score_sha256: str
    what: str = "attributes"

    def __post_init__(self) -> None:
        _check_choice("analysis", self.what, ANALYSES)
