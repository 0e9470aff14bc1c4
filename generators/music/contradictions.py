"""Requests that contradict themselves, told before any work is spent. No torch.

A request can be within all limits and still ask for what no music has: a slow tempo and sixteen notes a second. Each
check here compares what was asked with what the definitions in `attributes` allow, with room to spare, so that only
what is truly impossible is refused; what is merely unusual is composed as near as can be.
"""

from __future__ import annotations

import difflib
import functools
import math
from collections.abc import Callable, Iterable, Mapping

from generators.errors import BadRequest
from generators.music.attributes import ATTRIBUTES
from generators.music.chord_symbols import parse_chord
from generators.music.request import TONICS, ComposeRequest, ReworkRequest

GRID = 24
"""Places in a quarter note at which the model can begin a note (tokens.GRID; a test holds them equal)."""
SPARE = 1.25  # measures are means, and the model may differ a little from each
_MAJOR_SCALE = frozenset((0, 2, 4, 5, 7, 9, 11))
_MINOR_SCALE = frozenset((0, 2, 3, 5, 7, 8, 10, 11))  # with the raised seventh
_SECTIONS = {"AB": 2, "ABA": 3, "AABA": 4, "rondo": 5, "variations": 2}
_BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}

Check = Callable[[ComposeRequest, Mapping[str, float]], str | None]


def check_compose(request: ComposeRequest) -> None:
    """Let a request pass that can be met.

    Raises:
        BadRequest: two things that it asks for exclude each other, or a name or value is not known; the message tells
            what to change.
    """
    sentence = contradiction(request)
    if sentence:
        raise BadRequest(sentence)


def contradiction(request: ComposeRequest) -> str:
    """What keeps `request` from being met, as a sentence that tells what to change; "" where nothing does."""
    found = _names(request)
    if found:
        return found
    asked = asked_of(request)
    return next((text for text in (check(request, asked) for check in _CHECKS) if text), "")


def check_rework(request: ReworkRequest, bars: int | None = None, tracks: int | None = None) -> None:
    """Let a rework of a score of `bars` bars and `tracks` tracks pass that changes something and can be met.

    Raises:
        BadRequest: nothing is left to work on, or what is asked excludes itself; the message tells what to change.
    """
    sentence = rework_contradiction(request, bars, tracks)
    if sentence:
        raise BadRequest(sentence)


def rework_contradiction(request: ReworkRequest, bars: int | None = None, tracks: int | None = None) -> str:
    """What keeps a rework from being done, as a sentence; "" where nothing does."""
    found = _unknown_attribute((*request.attributes, *request.locked_attributes)) or _out_of_range(request.attributes)
    if found:
        return found
    found = _bad_chord(request.chords)
    if found:
        return found
    both = sorted(set(request.attributes) & set(request.locked_attributes))
    if both:
        title = _BY_NAME[both[0]].title.lower()
        return f"The {title} is both locked and asked to change: unlock it, or set it free."
    if request.kind == "feel" and request.affect is None and not request.attributes:
        return "No feeling and no attribute was named to move towards: choose one."
    if request.kind in ("vary", "feel") and request.amount <= 0:
        return "With an amount of 0 nothing would change: choose a larger one."
    if bars is not None and request.bars is not None and request.bars[1] > bars:
        return f"Bar {request.bars[1]} was chosen, but the piece has {bars}: choose bars that are there."
    if tracks is not None and max((*request.tracks, *request.locked_tracks), default=0) >= max(tracks, 1):
        return f"Track {max((*request.tracks, *request.locked_tracks)) + 1} was named, but the piece has {tracks}."
    if request.kind == "continue":
        return ""
    begin, end = request.bars or (0, bars or 0)
    if end and set(range(begin, end)) <= set(request.locked_bars):
        return "Every bar that was chosen is locked: unlock some, or choose others."
    chosen = set(request.tracks) or set(range(tracks or 0))
    if chosen and chosen <= set(request.locked_tracks) and request.kind != "harmonise":
        return "Every part that was chosen is locked: unlock one, or choose others."
    return ""


def asked_of(request: ComposeRequest) -> dict[str, float]:
    """Every attribute that is asked for the whole piece, the tempo among them."""
    asked = dict(request.attributes)
    if request.tempo_bpm is not None:
        asked["tempo"] = request.tempo_bpm
    return asked


@functools.cache
def feature_limits() -> dict[str, tuple[float, float]]:
    """The lowest and highest value of each jSymbolic feature by its name."""
    from generators.music.jsymbolic import FEATURES  # numpy only, but half a second that few requests need

    return {feature.name: (feature.low, feature.high) for feature in FEATURES}


def _names(request: ComposeRequest) -> str:
    """Names that are not known, and values outside their ranges."""
    found = _unknown_attribute((*request.attributes, *request.bar_attributes)) or _out_of_range(request.attributes)
    if found:
        return found
    for name, values in request.bar_attributes.items():
        if len(values) > request.bars:
            return (
                f"The {_BY_NAME[name].title.lower()} is drawn over {len(values)} bars, but the piece has "
                f"{request.bars}: ask for more bars, or clear what lies behind the end."
            )
        for value in values:
            found = _out_of_range({name: value}) if value is not None else ""
            if found:
                return found
    if request.features:
        limits = feature_limits()
        for name, value in request.features.items():
            if name not in limits:
                near = difflib.get_close_matches(name, limits, n=2, cutoff=0.4)
                return f"There is no feature called “{name}”: " + (
                    f"try {' or '.join(near)}." if near else "see the list."
                )
            low, high = limits[name]
            if not low <= value <= high:
                return f"“{name}” can be {low:g} to {high:g}, not {value:g}: choose a value in between."
    return _bad_chord(request.chords)


def _unknown_attribute(names: Iterable[str]) -> str:
    for name in names:
        if name not in _BY_NAME:
            near = difflib.get_close_matches(name, _BY_NAME, n=3, cutoff=0.4) or list(_BY_NAME)
            return f"There is no attribute called “{name}”: try {', '.join(near)}."
    return ""


def _out_of_range(asked: Mapping[str, float]) -> str:
    for name, value in asked.items():
        attribute = _BY_NAME[name]
        if not attribute.low <= value <= attribute.high:
            unit = f" {attribute.unit}" if attribute.unit else ""
            return (
                f"The {attribute.title.lower()} can be {attribute.low:g} to {attribute.high:g}{unit}, "
                f"not {value:g}: choose a value in between."
            )
    return ""


def _bad_chord(chords: Iterable[str]) -> str:
    for symbol in chords:
        try:
            if symbol:
                parse_chord(symbol)
        except BadRequest as error:
            return error.message
    return ""


# -- what excludes each other ------------------------------------------------------------------------------------------


def _two_tempos(request: ComposeRequest, _asked: Mapping[str, float]) -> str | None:
    told = request.attributes.get("tempo")
    if request.tempo_map and (told is not None or request.tempo_bpm is not None):
        return "The tempo of another program is followed: set the tempo free, or follow that program no more."
    if told is None or request.tempo_bpm is None or abs(told - request.tempo_bpm) < 1:
        return None
    return f"Two tempos were asked for, {request.tempo_bpm:g} and {told:g} bpm: leave one of them free."


def _too_fast_for_the_tempo(_request: ComposeRequest, asked: Mapping[str, float]) -> str | None:
    tempo, rate = asked.get("tempo"), asked.get("onset_rate")
    if (
        tempo is None or rate is None or rate * 60 / tempo <= GRID / 2
    ):  # half of the grid: 48ths throughout are no music
        return None
    least = math.ceil(rate * 60 / (GRID / 2))
    return (
        f"{rate:g} onsets a second at {tempo:.0f} bpm would be {rate * 60 / tempo:.0f} in each quarter note, more "
        f"than can be written: raise the tempo to {least} bpm or more, or ask for fewer onsets."
    )


def _fewer_notes_than_onsets(_request: ComposeRequest, asked: Mapping[str, float]) -> str | None:
    """Every onset has a note at least: onsets a second cannot be more than notes a quarter times quarters a second."""
    tempo, rate, density = (asked.get(name) for name in ("tempo", "onset_rate", "note_density"))
    if tempo is None or rate is None or density is None or rate <= density * tempo / 60 * SPARE:
        return None
    return (
        f"{density:g} notes a quarter at {tempo:.0f} bpm are {density * tempo / 60:.1f} a second, but {rate:g} onsets "
        f"a second were asked for: raise the note density or the tempo, or lower the onset rate."
    )


def _richer_than_voices(_request: ComposeRequest, asked: Mapping[str, float]) -> str | None:
    polyphony, richness = asked.get("polyphony"), asked.get("chord_richness")
    if polyphony is None or richness is None or richness <= polyphony * SPARE:
        return None
    return (
        f"Chords of {richness:g} different notes need as many at once, but only {polyphony:g} were asked to sound "
        "together: raise the polyphony, or lower the chord richness."
    )


def _leaps_past_the_range(_request: ComposeRequest, asked: Mapping[str, float]) -> str | None:
    span, motion = asked.get("pitch_range"), asked.get("melodic_motion")
    if span is None or motion is None or motion <= 2 * span:  # the range leaves out the outermost tenth
        return None
    return (
        f"The melody cannot move by {motion:g} semitones a step within a range of {span:.0f}: widen the range, or ask "
        "for smaller steps."
    )


def _louder_than_can_be(_request: ComposeRequest, asked: Mapping[str, float]) -> str | None:
    """Velocities lie in 1..127, so around a mean m they deviate by sqrt((m - 1) (127 - m)) at most (Bhatia & Davis)."""
    loudness, spread = asked.get("loudness"), asked.get("loudness_range")
    if loudness is None or spread is None:
        return None
    most = math.sqrt(max(loudness - 1, 0) * max(127 - loudness, 0))
    if spread <= most:
        return None
    where = "loud" if loudness > 64 else "soft"
    return (
        f"So {where} a piece cannot vary its loudness by {spread:.0f}, only by {most:.0f}: ask for a smaller loudness "
        "range, or a mean nearer to the middle."
    )


def _key_against_mode(request: ComposeRequest, asked: Mapping[str, float]) -> str | None:
    mode = asked.get("mode")
    if not request.key or mode is None:
        return None
    minor = request.key.endswith("m")
    if (mode > 0.3 and minor) or (mode < -0.3 and not minor):
        told, other = ("minor", "major") if minor else ("major", "minor")
        return f"The key is {told}, but the mode was asked to be {other}: choose a {other} key, or leave the mode free."
    return None


def _chords_against_key(request: ComposeRequest, _asked: Mapping[str, float]) -> str | None:
    """Borrowed chords are welcome; where two of three notes lie outside of the scale, another key was meant."""
    told = [parse_chord(symbol) for symbol in request.chords if symbol]
    if not request.key or not told:
        return None
    tonic = TONICS[request.key.removesuffix("m")]
    scale = {(tonic + step) % 12 for step in (_MINOR_SCALE if request.key.endswith("m") else _MAJOR_SCALE)}
    notes = [pitch for chord in told for pitch in chord.pitch_classes]
    if sum(pitch in scale for pitch in notes) * 3 >= len(notes):
        return None
    return "Most notes of these chords lie outside of the key: choose another key, or leave it free."


def _too_short_for_the_form(request: ComposeRequest, _asked: Mapping[str, float]) -> str | None:
    sections = _SECTIONS.get(request.form, 1)
    if request.bars >= sections:
        return None
    return (
        f"The form {request.form} has {sections} sections, but only {request.bars} bars were asked for: ask for more."
    )


def _bars_against_the_whole(request: ComposeRequest, asked: Mapping[str, float]) -> str | None:
    """Where every bar was told, their mean is the whole's (nearly: bars with more notes weigh more)."""
    for name, values in request.bar_attributes.items():
        whole = asked.get(name)
        if whole is None or len(values) < request.bars or any(value is None for value in values):
            continue
        told = [value for value in values if value is not None]
        if not min(told) <= whole <= max(told) and abs(sum(told) / len(told) - whole) > 0.2 * _span(name):
            title = _BY_NAME[name].title.lower()
            return (
                f"The {title} of the bars lies between {min(told):g} and {max(told):g}, but {whole:g} was asked for "
                f"the whole: free the {title}, or draw other bars."
            )
    return None


def _span(name: str) -> float:
    return _BY_NAME[name].high - _BY_NAME[name].low


_CHECKS: tuple[Check, ...] = (
    _two_tempos,
    _too_fast_for_the_tempo,
    _fewer_notes_than_onsets,
    _richer_than_voices,
    _leaps_past_the_range,
    _louder_than_can_be,
    _key_against_mode,
    _chords_against_key,
    _too_short_for_the_form,
    _bars_against_the_whole,
)
