"""What the options of `render face` ask for, as a request."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from generators.affect import mixed_point, nearest_emotion, parse_weights
from generators.engine.requests import decode_request
from generators.errors import AffectStudioError, BadInput, BadRequest
from generators.face.actions import INDEX
from generators.face.request import MIXABLE, FeelingKey, PerformRequest, Strengths
from studio.commands.asking import MAX_TEXT_BYTES, parse_affect, read_curve

_PLAIN_OPTIONS = ("intensity", "voice_arousal", "variation", "seed", "model")
_EYE_OPTIONS = {"eyes": "style", "blinks": "blinks_per_minute", "gaze_shifts": "gaze_shifts"}
_STRENGTHS = tuple(field for field in Strengths.__struct_fields__ if field != "gains")


def face_request_of(options: argparse.Namespace) -> tuple[PerformRequest, str]:
    """The request that the options ask for, without its voice, and a word that names its feeling."""
    if options.request is not None:
        given = [name for name in (*_PLAIN_OPTIONS, *_EYE_OPTIONS, "strength") if getattr(options, name) is not None]
        if given:
            raise BadRequest(f"A request file says everything itself: leave --{given[0].replace('_', '-')} out.")
        request = read_face_request(options.request)
        return request, _label_of(request)
    values: dict[str, Any] = {"voice_sha256": ""}
    if options.emotion is not None:
        weights = parse_weights(options.emotion)
        # what a face can tell apart is mixed by name; other feelings have a place in affect space
        if all(name in MIXABLE for name in weights):
            values["feelings"] = (FeelingKey(0.0, weights),)
        else:
            values["affect"] = mixed_point(weights)
    elif options.affect is not None:
        values["affect"] = parse_affect(options.affect)
    elif options.curve is not None:
        values["curve"] = read_curve(options.curve)
    elif options.feelings is not None:
        values["feelings"] = read_feelings(options.feelings)
    for name in _PLAIN_OPTIONS:
        if getattr(options, name) is not None:
            values[name] = getattr(options, name)
    eyes = {field: getattr(options, name) for name, field in _EYE_OPTIONS.items() if getattr(options, name) is not None}
    request = PerformRequest(**values)
    request = msgspec.structs.replace(
        request, eyes=type(request.eyes)(**eyes), strengths=parse_strengths(options.strength)
    )
    return request, _label_of(request)


def _label_of(request: PerformRequest) -> str:
    if len(request.feelings) == 1:
        weights = request.feelings[0].weights
        return max(weights, key=lambda name: weights[name]) if any(weights.values()) else "neutral"
    if request.feelings or request.curve is not None:
        return "curve"
    return nearest_emotion(request.affect).name


def parse_strengths(texts: Sequence[str] | None) -> Strengths:
    """The strengths of "NAME=VALUE" texts; a name is a part of the face, or one action whose gain it is.

    Raises:
        BadRequest: a name is unknown, or a value outside its range.
    """
    parts: dict[str, float] = {}
    gains: dict[str, float] = {}
    for text in texts or ():
        name, _, number = text.partition("=")
        name = name.strip().replace("-", "_")
        try:
            value = float(number)
        except ValueError:
            raise BadRequest(f"The strength {name or text} needs a number, as in jaw=1.2.") from None
        if name in _STRENGTHS:
            parts[name] = value
        elif name in INDEX:
            gains[name] = value
        else:
            known = ", ".join(_STRENGTHS)
            raise BadRequest(f"There is no strength called “{name}”: choose {known}, or the name of an action.")
    return Strengths(**parts, gains=gains)


def read_feelings(path: Path) -> tuple[FeelingKey, ...]:
    """The keyframes of mixed emotions in a JSON file: a list of {"time_s": …, "weights": {"happy": …}}.

    Raises:
        BadInput: the file cannot be read, or holds something else.
    """
    try:
        return tuple(msgspec.json.decode(_read(path), type=list[FeelingKey]))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        if isinstance(error.__cause__, AffectStudioError):
            raise error.__cause__ from error
        raise BadRequest(
            f"{path.name} holds no keyframes of feelings ({error}): write a list such as "
            '[{"time_s": 0, "weights": {"happy": 0.8}}, {"time_s": 2.5, "weights": {"sad": 1}}].'
        ) from error


def read_face_request(path: Path) -> PerformRequest:
    """The request in a `*.request.json` that was written beside a face's curves."""
    request = decode_request(_read(path))
    if not isinstance(request, PerformRequest):
        raise BadRequest(f"{path.name} holds no request for a face: choose another.")
    return request


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TEXT_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check the name and that the file is there.") from error
    if len(data) > MAX_TEXT_BYTES:
        raise BadRequest(f"{path.name} is too large to be one of these: check which file it is.")
    return data
