"""Composing one take: from a request to a score."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from generators.affect import AffectCurve, AffectPoint
from generators.artifacts import FloatArray, IntArray, Score
from generators.errors import BadRequest
from generators.music import attributes, tokens
from generators.music.conditions import (
    ATTRIBUTE_COUNT,
    BAR_FREE,
    ENSEMBLE,
    FAR,
    KEY,
    LEFT,
    METRE,
    SINCE,
    WHOLE_FREE,
    bin_of,
)
from generators.music.decoder import Plan, sample_events
from generators.music.emotion import Target, choose_target, normal_scores_of, value_of
from generators.music.model import MusicModel
from generators.music.request import TONICS, ComposeRequest
from generators.progress import Progress

TEMPO_BPM = (30.0, 240.0)
_CURVE_POINTS = 64
PHRASE_BARS = 8
_CLEAR_MODE = 0.15
# the usual spelling of each tonic (major keys from C, then minor ones) and its sharps
_MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_NAMES = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")
_LETTER_SHARPS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}


def key_index(name: str) -> int:
    """The key 0..23 (major from C, then minor) of a name such as "Bb" or "F#m"."""
    return TONICS[name.removesuffix("m")] + 12 * name.endswith("m")


def key_signature(name: str) -> tuple[int, int]:
    """Sharps (flats below 0) and 1 for minor, of a key name; keys of more than 7 are spelled the other way."""
    minor = name.endswith("m")
    tonic = name.removesuffix("m")
    sharps = _LETTER_SHARPS[tonic[0]] + 7 * tonic.count("#") - 7 * tonic[1:].count("b") - 3 * minor
    if sharps > 7:
        sharps -= 12
    elif sharps < -7:
        sharps += 12
    return sharps, int(minor)


def mean_point(curve: AffectCurve) -> AffectPoint:
    """The mean of `curve` over its time."""
    points = [curve.at(float(time_s)) for time_s in np.linspace(0.0, curve.duration_s, _CURVE_POINTS)]
    mean = np.mean([(point.valence, point.arousal, point.dominance) for point in points], axis=0)
    return AffectPoint(*np.clip(mean, -1.0, 1.0).tolist())


def asked_attributes(request: ComposeRequest) -> dict[str, float]:
    """The attributes that `request` asks for by itself, its tempo among them.

    Raises:
        BadRequest: a name is unknown or a value outside its range.
    """
    asked = dict(request.attributes)
    for name, value in asked.items():
        if name not in attributes.INDEX:
            raise BadRequest(f"There is no attribute “{name}”: choose {', '.join(attributes.NAMES)}.")
        attribute = attributes.ATTRIBUTES[attributes.INDEX[name]]
        if not attribute.low <= value <= attribute.high:
            allowed = f"{attribute.low:g} and {attribute.high:g} {attribute.unit}".rstrip()
            raise BadRequest(f"{attribute.title} {value:g} was asked for: choose between {allowed}.")
    if request.tempo_bpm is not None:
        asked["tempo"] = request.tempo_bpm
    return asked


def _aim(request: ComposeRequest, model: MusicModel, point: AffectPoint) -> tuple[Target, FloatArray, str]:
    """The target, its attribute values, and the key's name."""
    metre = tokens.BAR_METRES.index(request.metre)
    target = choose_target(model, point, request.strength, asked_attributes(request), metre, request.seed)
    values = value_of(target.scores, model.quantiles)
    asked = asked_attributes(request)
    for name, value in asked.items():
        values[attributes.INDEX[name]] = value
    mode = attributes.INDEX["mode"]
    if request.key:
        name = request.key
        if "mode" not in asked:  # an asked key says which mode is meant
            clear = -_CLEAR_MODE if name.endswith("m") else _CLEAR_MODE
            values[mode] = min(values[mode], clear) if name.endswith("m") else max(values[mode], clear)
    else:
        minor = bool(values[mode] < 0)
        key = target.key
        if (key >= 12) != minor:  # a real key of the other mode: take one of the right mode
            fitting = model.bank_key[(model.bank_key >= 12) == minor]
            rng = np.random.default_rng((request.seed, 1))
            key = int(rng.choice(fitting)) if len(fitting) else key % 12 + 12 * minor
        name = (_MAJOR_NAMES + _MINOR_NAMES)[key]
    tempo = attributes.INDEX["tempo"]
    values[tempo] = float(np.clip(values[tempo], *TEMPO_BPM))
    if "tempo" not in asked:
        values[tempo] = round(float(values[tempo]))
    return target, values, name


def _whole_rows(values: FloatArray, model: MusicModel, metre: tuple[int, int], key: int) -> IntArray:
    """Whole conditions (W,) of attribute values."""
    row = WHOLE_FREE.copy()
    row[:ATTRIBUTE_COUNT] = [int(bin_of(value, edge)) for value, edge in zip(values, model.whole_edges, strict=True)]
    row[METRE], row[KEY], row[ENSEMBLE] = tokens.BAR_METRES.index(metre), key, 0
    return row


def _bar_row(values: FloatArray, model: MusicModel, number: int) -> IntArray:
    """Bar conditions (3,) of attribute values in bar `number`; told for each bar, they hold the piece to them.

    The loudness swells and falls over each phrase, as much as the loudness range says.
    """
    told = [float(values[attributes.INDEX[name]]) for name in attributes.BAR_NAMES]
    swell = math.sqrt(2.0) * float(values[attributes.INDEX["loudness_range"]])
    told[attributes.BAR_NAMES.index("loudness")] -= swell * math.cos(2.0 * math.pi * number / PHRASE_BARS)
    return np.array([int(bin_of(value, edge)) for value, edge in zip(told, model.bar_edges, strict=True)])


def _curve_values(
    request: ComposeRequest, curve: AffectCurve, model: MusicModel, target: Target, values: FloatArray
) -> Iterator[FloatArray]:
    """Attribute values for each bar under `curve`, as it moves away from its mean."""
    fixed = ["tempo", *asked_attributes(request), *(["mode"] if request.key else [])]
    bar_s = tokens.bar_length(request.metre) / tokens.GRID * 60.0 / float(values[attributes.INDEX["tempo"]])
    middle = normal_scores_of(mean_point(curve), request.strength)
    for index in range(request.bars):
        here = normal_scores_of(curve.at((index + 0.5) * bar_s), request.strength)
        moved = np.clip(target.scores + np.nan_to_num(here - middle), -2.5, 2.5)
        local = value_of(moved, model.quantiles)
        for name in fixed:
            local[attributes.INDEX[name]] = values[attributes.INDEX[name]]
        yield local


def plan_piece(request: ComposeRequest, model: MusicModel) -> tuple[Plan, FloatArray, str]:
    """The plan for the decoder, the attribute values aimed at (of the whole), and the key's name."""
    point = mean_point(request.curve) if request.curve is not None else request.affect
    target, values, name = _aim(request, model, point)
    bars = request.bars
    number = np.arange(bars + 1)
    bar = np.tile(BAR_FREE, (bars + 1, 1))
    bar[:, SINCE], bar[:, LEFT] = np.minimum(number, FAR), np.minimum(bars - number, FAR)
    whole = np.tile(_whole_rows(values, model, request.metre, key_index(name)), (bars + 1, 1))
    for index in range(bars):
        bar[index, 2:] = _bar_row(values, model, index)
    if request.curve is not None:
        for index, local in enumerate(_curve_values(request, request.curve, model, target, values)):
            key = key_index(name)
            if not request.key and (local[attributes.INDEX["mode"]] < 0) != (key >= 12):
                key = (key + 12) % 24  # the same tonic in the other mode
            whole[index] = _whole_rows(local, model, request.metre, key)
            bar[index, 2:] = _bar_row(local, model, index)
        whole[bars] = whole[bars - 1]
    plan = Plan(
        bars=bars,
        metre=request.metre,
        ensemble=0,
        whole=whole,
        bar=bar,
        temperature=request.temperature,
        top_p=request.top_p,
    )
    return plan, values, name


def compose(request: ComposeRequest, model: MusicModel, progress: Progress) -> tuple[Score, dict[str, Any]]:
    """Compose one take. The same request and model give the same score.

    Returns the score and its facts: the attributes `asked` (aimed at) and `measured` by name, `key` and `tempo_bpm`.

    Raises:
        BadRequest: an attribute is unknown or outside its range.
        Cancelled: from `progress`, which is called after each event.
    """
    plan, values, name = plan_piece(request, model)
    rng = np.random.default_rng((request.seed, 2))
    events = sample_events(model, plan, rng, progress)
    tempo_bpm = float(values[attributes.INDEX["tempo"]])
    title = f"Take {request.seed}"
    score = tokens.score_of(events, request.metre, request.bars, tempo_bpm, key_signature(name), title)
    measured = attributes.measure(score)
    facts = {
        "asked": {key: round(float(value), 4) for key, value in zip(attributes.NAMES, values, strict=True)},
        "measured": {key: round(value, 4) for key, value in measured.as_dict().items()},
        "key": name,
        "tempo_bpm": tempo_bpm,
        "bars": request.bars,
    }
    return score, facts
