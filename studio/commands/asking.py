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
from generators.music.midi import MAX_FILE_BYTES, read_facts
from generators.music.request import ComposeRequest

MAX_SEED_OF_ITS_OWN = 1 << 31
MAX_TEXT_BYTES = 4 << 20
_MUSICAL_OPTIONS = ("bars", "seed", "tempo", "key", "metre", "strength", "temperature", "top_p", "model")


def request_of(options: argparse.Namespace) -> tuple[ComposeRequest, str]:
    """The request that the options ask for, and a word that names its feeling."""
    if options.request is not None:
        given = [name for name in _MUSICAL_OPTIONS if getattr(options, name) is not None]
        if given or options.attribute:
            raise BadRequest(f"A request file says everything itself: leave --{(given or ['attribute'])[0]} out.")
        request = read_request(options.request)
        return request, label_of(request)
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
    for name in ("bars", "key", "strength", "temperature", "top_p", "model"):
        if getattr(options, name) is not None:
            values[name] = getattr(options, name)
    if options.tempo is not None:
        values["tempo_bpm"] = options.tempo
    if options.metre is not None:
        values["metre"] = parse_metre(options.metre)
    values["attributes"] = parse_attributes(options.attribute)
    request = ComposeRequest(**values)
    return request, label or label_of(request)


def label_of(request: ComposeRequest) -> str:
    """A word that names the feeling of `request`."""
    return "curve" if request.curve is not None else nearest_emotion(request.affect).name


def take_name(given: str | None, label: str, request: ComposeRequest, takes: int) -> str:
    """The name of a take's files, without suffix."""
    if given is None:
        return f"{label}-{request.bars}-bars-seed-{request.seed}"
    if not given.strip() or re.search(r'[\\/:*?"<>|\x00-\x1f]', given) or given.startswith("."):
        raise BadRequest(f"“{given}” cannot be the name of a file: choose letters, digits, spaces and dashes.")
    return f"{given}-seed-{request.seed}" if takes > 1 else given


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


def parse_attributes(texts: Sequence[str] | None) -> dict[str, float]:
    """The attributes of "name=value" texts, checked against the table."""
    table = {attribute.name: attribute for attribute in ATTRIBUTES}
    values: dict[str, float] = {}
    for text in texts or ():
        name, _, number = text.partition("=")
        if name not in table:
            near = difflib.get_close_matches(name, table, n=3) or list(table)
            raise BadRequest(f"There is no attribute called “{name}”: try {', '.join(near)}.")
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
