"""What the options of `render music` ask for, as a request."""

from __future__ import annotations

import argparse
import difflib
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from generators.affect import AffectCurve, AffectPoint, nearest_emotion, parse_emotion
from generators.engine.requests import decode_request
from generators.errors import AffectStudioError, BadInput, BadRequest
from generators.exporters.wav import read_wav_facts
from generators.music.attributes import ATTRIBUTES
from generators.music.chord_symbols import parse_line
from generators.music.contradictions import check_compose, feature_limits
from generators.music.midi import MAX_FILE_BYTES, read_facts
from generators.music.personal import PersonalMap
from generators.music.request import MAX_BARS, ComposeRequest, EarRating
from generators.music.timing import read_frame

MAX_SEED_OF_ITS_OWN = 1 << 31
MAX_TEXT_BYTES = 4 << 20
_PLAIN_OPTIONS = (
    "bars", "key", "strength", "temperature", "top_p", "model", "ensemble", "form", "guidance", "tries", "refine",
    "candidates",
)  # fmt: skip
_OTHER_OPTIONS = ("seed", "tempo", "metre", "chords", "map", "attribute", "feature", "bar_attribute", "timing")
FREE_BAR = "-"


def request_of(options: argparse.Namespace) -> tuple[ComposeRequest, str, tuple[str, ...]]:
    """The request that the options ask for, a word that names its feeling, and what of `--timing` is not followed."""
    if options.request is not None:
        given = [name for name in (*_PLAIN_OPTIONS, *_OTHER_OPTIONS) if getattr(options, name) is not None]
        if given:
            raise BadRequest(f"A request file says everything itself: leave --{given[0].replace('_', '-')} out.")
        request = read_request(options.request)
        return request, label_of(request), ()
    seed = options.seed if options.seed is not None else secrets.randbelow(MAX_SEED_OF_ITS_OWN)
    values: dict[str, Any] = {"seed": seed}
    label = ""
    if options.emotion is not None:
        values["affect"] = parse_emotion(options.emotion)
        label = options.emotion.partition(":")[0].strip().lower()
    elif options.curve is not None:
        values["curve"] = read_curve(options.curve)
        values["affect"] = values["curve"].at(0.0)
    elif options.affect is not None:
        values["affect"] = parse_affect(options.affect)
    else:
        raise BadRequest("No feeling was given: add --emotion NAME, --affect VALENCE,AROUSAL or --curve FILE.")
    frame = read_frame(options.timing) if options.timing is not None else None
    if frame is not None:
        values |= {"tempo_map": frame.tempo_map, "markers": frame.markers, "key": frame.key}
        values |= {"bars": frame.bars} if frame.bars is not None else {}
        values |= {"metre": frame.metre} if frame.metre is not None else {}
    for name in _PLAIN_OPTIONS:  # what is told wins over what the file says
        if getattr(options, name) is not None:
            values[name] = getattr(options, name)
    if options.tempo is not None:
        values["tempo_bpm"] = options.tempo
    if options.metre is not None:
        values["metre"] = parse_metre(options.metre)
    if options.chords is not None:
        values["chords"] = parse_line(options.chords)
    values["ear"] = read_map(options.map)
    values["attributes"] = parse_attributes(options.attribute)
    values["features"] = parse_features(options.feature)
    values["bar_attributes"] = parse_bar_attributes(options.bar_attribute)
    request = ComposeRequest(**values)
    check_compose(request)
    return request, label or label_of(request), frame.left_out if frame is not None else ()


def label_of(request: ComposeRequest) -> str:
    """A word that names the feeling of `request`."""
    return "curve" if request.curve is not None else nearest_emotion(request.affect).name


def take_name(given: str | None, label: str, request: ComposeRequest, takes: int) -> str:
    """The name of a take's files, without suffix."""
    if given is None:
        return f"{label}-{request.bars}-bars-seed-{request.seed}"
    name = checked_name(given)
    return f"{name}-seed-{request.seed}" if takes > 1 else name


def checked_name(given: str) -> str:
    """`given`, if it can be the name of a file everywhere."""
    if not given.strip() or re.search(r'[\\/:*?"<>|\x00-\x1f]', given) or given.startswith("."):
        raise BadRequest(f"“{given}” cannot be the name of a file: choose letters, digits, spaces and dashes.")
    return given


def read_request(path: Path) -> ComposeRequest:
    """The request in a `*.request.json`, or kept in a MIDI or WAV file that was written here."""
    data = _read(path)
    if data[:4] == b"MThd":
        data = read_facts(data).get("request", "").encode()
    elif data[:4] == b"RIFF":
        data = read_wav_facts(path).get("request", "").encode()
    if not data.strip():
        raise BadRequest(f"{path.name} holds no request: choose a file that Affect Studio wrote.")
    request = decode_request(data)
    if not isinstance(request, ComposeRequest):
        raise BadRequest(f"{path.name} holds no request for music: choose another.")
    return request


def read_curve(path: Path) -> AffectCurve:
    """The affect curve in a JSON file."""
    try:
        return msgspec.json.decode(_read(path), type=AffectCurve)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        if isinstance(error.__cause__, AffectStudioError):
            raise error.__cause__ from error
        raise BadRequest(
            f"{path.name} is not an affect curve ({error}): write keyframes such as "
            '{"keyframes": [{"time_s": 0, "point": {"valence": 0.5, "arousal": 0.2}}]}.'
        ) from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(4)
            # of sound only the tags are read, by its own reader
            return head if head == b"RIFF" else head + file.read(max(MAX_TEXT_BYTES, MAX_FILE_BYTES))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check the name and that the file is there.") from error


def parse_affect(text: str) -> AffectPoint:
    """The point of "V,A" or "V,A,D"."""
    try:
        values = [float(value) for value in text.split(",")]
    except ValueError:
        values = []
    if len(values) not in (2, 3):
        raise BadRequest(f"“{text}” is no feeling: write valence and arousal from -1 to 1, such as 0.7,-0.3.")
    return AffectPoint(*values)


def parse_metre(text: str) -> tuple[int, int]:
    """The metre of "3/4"."""
    found = re.fullmatch(r"\s*(\d{1,3})/(\d{1,3})\s*", text)
    if not found:
        raise BadRequest(f"“{text}” is no metre: write one such as 3/4.")
    return int(found[1]), int(found[2])


def read_map(path: Path | None) -> tuple[EarRating, ...]:
    """The ratings in a map of somebody's ear; none without a file."""
    return PersonalMap.read(path).ratings if path is not None else ()


def parse_features(texts: Sequence[str] | None) -> dict[str, float]:
    """The jSymbolic features of "Name=value" texts; names in any case, their spaces as they are or as "_"."""
    if not texts:
        return {}
    by_word = {_word(name): name for name in feature_limits()}
    values: dict[str, float] = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        if _word(name) not in by_word:
            near = [by_word[word] for word in difflib.get_close_matches(_word(name), by_word, n=3, cutoff=0.4)]
            tried = f"try {', '.join(near)}" if near else "see affect-studio analyse FILE.mid --features"
            raise BadRequest(f"There is no feature called “{name or text}”: {tried}.")
        values[by_word[_word(name)]] = _number(number, f"The feature {name}")
    return values


def _word(name: str) -> str:
    return re.sub(r"[\s_]+", " ", name).strip().lower()


def parse_bar_attributes(texts: Sequence[str] | None) -> dict[str, tuple[float | None, ...]]:
    """The values by bar of "name=60,-,80" texts, where "-" leaves a bar free."""
    values: dict[str, tuple[float | None, ...]] = {}
    for text in texts or ():
        name, _, numbers = text.partition("=")
        _known_attribute(name)
        bars = [number.strip() for number in numbers.split(",")]
        if len(bars) > MAX_BARS:
            raise BadRequest(f"The {name} is given for {len(bars)} bars: a piece has at most {MAX_BARS}.")
        values[name] = tuple(None if bar in (FREE_BAR, "") else _number(bar, f"The {name} of a bar") for bar in bars)
    return values


def parse_bars(text: str) -> tuple[int, int]:
    """The bars of "9-12" or "9", from 0 with the end left out."""
    found = re.fullmatch(r"\s*(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?\s*", text)
    if not found or not 1 <= int(found[1]) <= int(found[2] or found[1]):
        raise BadRequest(f"“{text}” names no bars: write the first and the last, such as 9-12, counted from 1.")
    return int(found[1]) - 1, int(found[2] or found[1])


def parse_places(text: str | None) -> tuple[int, ...]:
    """The places from 0 that "1-4,7" counts from 1."""
    places: set[int] = set()
    for part in (text or "").split(","):
        if part.strip():
            places.update(range(*parse_bars(part)))
    return tuple(sorted(places))


def _number(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadRequest(f"{what} needs a number, and “{text}” is none: write one such as 0.5.") from None


def _known_attribute(name: str) -> None:
    table = {attribute.name: attribute for attribute in ATTRIBUTES}
    if name not in table:
        near = difflib.get_close_matches(name, table, n=3) or list(table)
        raise BadRequest(f"There is no attribute called “{name}”: try {', '.join(near)}.")


def parse_attributes(texts: Sequence[str] | None) -> dict[str, float]:
    """The attributes of "name=value" texts, checked against the table."""
    table = {attribute.name: attribute for attribute in ATTRIBUTES}
    values: dict[str, float] = {}
    for text in texts or ():
        name, _, number = text.partition("=")
        _known_attribute(name)
        try:
            values[name] = float(number)
        except ValueError:
            raise BadRequest(f"The attribute {name} needs a number, as in {name}={table[name].low:g}.") from None
        attribute = table[name]
        if not attribute.low <= values[name] <= attribute.high:
            unit = f" {attribute.unit}" if attribute.unit else ""
            raise BadRequest(
                f"The {name} can be {attribute.low:g} to {attribute.high:g}{unit}: choose a value in between."
            )
    return values
