"""From a request to what is aimed at: normal scores of every attribute and feature, of the whole and bar by bar.

What is asked for by name comes first. What the feeling says comes next (see emotion), bent by an artist's own ratings
(see personal). The rest is that of a real excerpt near all of this, as in EmoGen, so that the whole stays plausible;
what follows from asked features is worked out from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from generators.affect import AffectCurve, AffectPoint
from generators.artifacts import FloatArray
from generators.errors import BadRequest
from generators.music import attributes, jsymbolic
from generators.music.emotion import COEFFICIENTS, feature_bits, normal_scores_of
from generators.music.keys import MAJOR_NAMES, MINOR_NAMES
from generators.music.model import MusicModel
from generators.music.personal import PersonalMap
from generators.music.request import ComposeRequest, EarRating
from generators.music.scales import Scales

TEMPO_BPM = (30.0, 240.0)
NEIGHBOURS = 12
_REAL_SHARE = 0.25
"""How far what a feeling says gives way to the real excerpt near it."""
_TEMPO_VARIETY = 0.2
"""The standard deviation of a take's tempo about what the feeling says, in normal scores."""
_OTHER_METRE = 0.4
_CLEAR_MODE = 0.15
_CLEAR_FEATURE = 0.25
"""From how strong a wish on a feeling has a say in a feature."""
ASKED_SHARE, FELT_SHARE = 2.0, 0.7
_CURVE_POINTS = 64
_SURE = 0.5
"""From which share of explained variance on an attribute is worked out from asked features."""
_RIDGE = 30.0
_ENOUGH_FEATURES = 20
"""From so many asked features on the attributes of the real excerpt are not told beside them; nor are they beside a
feeling, which they might contradict."""
_TEMPO = attributes.INDEX["tempo"]
_FEATURE_INDEX = {name: index for index, name in enumerate(jsymbolic.NAMES)}


@dataclass(frozen=True)
class Aim:
    """What to aim at, in normal scores.

    `scores` (attributes,) with `weight` (attributes,), 0 where an attribute is only a proposal; `features` (100,) with
    `feature_weight` (100,), which together count `feature_share` times as much as the attributes. `told` (attributes,)
    says which attributes the network is told. `key` is the key's name, `tempo_bpm` the tempo; `point` is where the
    feeling lies after the artist's own map.
    """

    scores: FloatArray
    weight: FloatArray
    told: np.ndarray
    features: FloatArray
    feature_weight: FloatArray
    feature_share: float
    key: str
    tempo_bpm: float
    point: AffectPoint


def mean_point(curve: AffectCurve) -> AffectPoint:
    """The mean of `curve` over its time."""
    points = [curve.at(float(time_s)) for time_s in np.linspace(0.0, curve.duration_s, _CURVE_POINTS)]
    mean = np.mean([(point.valence, point.arousal, point.dominance) for point in points], axis=0)
    return AffectPoint(*np.clip(mean, -1.0, 1.0).tolist())


def check_attributes(asked: Mapping[str, float]) -> None:
    """Refuse unknown names and values outside an attribute's range.

    Raises:
        BadRequest: saying which names or values are allowed.
    """
    for name, value in asked.items():
        if name not in attributes.INDEX:
            raise BadRequest(f"There is no attribute “{name}”: choose {', '.join(attributes.NAMES)}.")
        attribute = attributes.ATTRIBUTES[attributes.INDEX[name]]
        if not attribute.low <= value <= attribute.high:
            allowed = f"{attribute.low:g} and {attribute.high:g} {attribute.unit}".rstrip()
            raise BadRequest(f"{attribute.title} {value:g} was asked for: choose between {allowed}.")


def check_features(asked: Mapping[str, float]) -> None:
    """Refuse features that are none of EmoGen's hundred.

    Raises:
        BadRequest: naming what to do.
    """
    for name in asked:
        if name not in _FEATURE_INDEX:
            raise BadRequest(f"There is no feature “{name}”: choose one of those that `analyse --features` lists.")


def asked_attributes(request: ComposeRequest) -> dict[str, float]:
    """The attributes that `request` asks for by itself, its tempo among them.

    Raises:
        BadRequest: a name is unknown or a value outside its range.
    """
    asked = dict(request.attributes)
    check_attributes(asked)
    if request.tempo_bpm is not None:
        asked["tempo"] = request.tempo_bpm
    return asked


def feeling_of(point: AffectPoint, ear: Sequence[EarRating]) -> AffectPoint:
    """Where to aim so that the artist who gave the ratings `ear` hears `point`."""
    return PersonalMap(tuple(ear)).wanted_to_asked(point) if ear else point


def _weights_of_feeling() -> FloatArray:
    weight = np.zeros(len(attributes.NAMES))
    for name, row in COEFFICIENTS.items():
        weight[attributes.INDEX[name]] = max(abs(value) for value in row[:3])
    return weight


def attributes_from_features(scales: Scales, asked: Mapping[int, float]) -> FloatArray:
    """Normal scores (attributes,) that follow from asked features' scores by their index; NaN where they say little.

    A ridge regression over the model's bank of real excerpts.
    """
    columns = list(asked)
    wanted, features = scales.bank()
    known = features[:, columns]
    centre, middle = known.mean(axis=0), wanted.mean(axis=0)
    x, y = known - centre, wanted - middle
    weights = np.linalg.solve(x.T @ x + _RIDGE * np.eye(len(columns)), x.T @ y)
    left = (y - x @ weights).var(axis=0) / np.maximum(y.var(axis=0), 1e-9)
    found = middle + (np.array([asked[column] for column in columns]) - centre) @ weights
    return np.where(1.0 - left >= _SURE, found, np.nan)


def aim_at(request: ComposeRequest, model: MusicModel) -> Aim:
    """What `request` aims at as a whole.

    Raises:
        BadRequest: an attribute or feature is unknown, or a value outside its range.
    """
    point = mean_point(request.curve) if request.curve is not None else request.affect
    return _aim(
        model,
        Scales(model, request.bars),
        feeling_of(point, request.ear),
        request.strength,
        asked_attributes(request),
        request.features,
        request.metre_index,
        request.key,
        request.seed,
    )


def _aim(
    model: MusicModel,
    scales: Scales,
    point: AffectPoint,
    strength: float,
    asked: Mapping[str, float],
    features: Mapping[str, float],
    metre: int,
    key: str,
    seed: int,
) -> Aim:
    check_features(features)
    wanted = np.nan_to_num(normal_scores_of(point, strength))
    weight = _weights_of_feeling() * min(1.0, 2.0 * strength)
    asked_features = np.full(len(jsymbolic.NAMES), np.nan)
    if features:
        at = [_FEATURE_INDEX[name] for name in features]
        values = scales.feature_values(np.zeros(len(jsymbolic.NAMES)))
        values[at] = list(features.values())
        asked_features[at] = scales.feature_scores(values)[at]
        follows = attributes_from_features(scales, {index: float(asked_features[index]) for index in at})
        sure = np.isfinite(follows) & (weight < 1.0 if strength else True)
        share = min(1.0, len(at) / 40)  # a few features do not overrule a feeling
        wanted = np.where(sure, (1 - share) * wanted + share * np.nan_to_num(follows), wanted)
        weight = np.where(sure, np.maximum(weight, 0.3 * share), weight)
    is_asked = np.zeros(len(wanted), dtype=bool)
    values = scales.attribute_values(np.zeros(len(wanted)))
    for name, value in asked.items():
        values[attributes.INDEX[name]], is_asked[attributes.INDEX[name]] = value, True
    wanted = np.where(is_asked, scales.attribute_scores(values), wanted)
    weight = np.where(is_asked, 1.0, weight)

    chosen = _real_excerpt(model, scales, wanted, weight, asked_features, feature_bits(point, strength), metre, seed)
    real, real_features = (rows[chosen] for rows in scales.bank())
    says = weight > 0
    scores = np.where(says, (1 - _REAL_SHARE) * wanted + _REAL_SHARE * real, real)
    if weight[_TEMPO] and not is_asked[_TEMPO]:  # of its own draw: neighbours in feeling are neighbours in tempo
        drawn = float(np.random.default_rng((seed, 2)).normal())
        scores[_TEMPO] = wanted[_TEMPO] + _TEMPO_VARIETY * min(max(drawn, -2.0), 2.0)
    scores = np.where(is_asked, wanted, scores)
    told = says if strength or len(features) >= _ENOUGH_FEATURES else np.ones(len(wanted), dtype=bool)
    has_feature = np.isfinite(asked_features)
    felt = feature_bits(point, strength) if not features else np.zeros(len(jsymbolic.NAMES))
    clear = np.abs(felt) >= _CLEAR_FEATURE
    name, scores = _settle_key(model, scales, key, int(model.bank_key[chosen]), scores, "mode" in asked, seed)
    tempo_bpm = float(np.clip(scales.attribute_values(scores)[attributes.INDEX["tempo"]], *TEMPO_BPM))
    tempo_bpm = asked.get("tempo", float(round(tempo_bpm)))
    return Aim(
        scores=scores,
        weight=np.where(is_asked, 2.0, weight),
        told=told,
        features=np.where(has_feature, asked_features, np.where(clear, felt, real_features)),
        feature_weight=np.where(has_feature, 1.0, np.where(clear, np.abs(felt), 0.0)),
        feature_share=ASKED_SHARE if features else FELT_SHARE,
        key=name,
        tempo_bpm=tempo_bpm,
        point=point,
    )


def _real_excerpt(
    model: MusicModel,
    scales: Scales,
    wanted: FloatArray,
    weight: FloatArray,
    features: FloatArray,
    felt: FloatArray,
    metre: int,
    seed: int,
) -> int:
    """The row of the bank of a real excerpt near what is wanted, chosen by `seed` among the nearest.

    The seed puts the whole bank in an order, and the first of the nearest is taken: as the wish moves a little, the
    same excerpt stays until it is no longer near, so that takes of one seed change with the feeling and not by chance.
    """
    bank, bank_features = scales.bank()
    distance = (weight * (bank - wanted) ** 2).sum(axis=1) + _OTHER_METRE * (model.bank_metre != metre)
    known = np.flatnonzero(np.isfinite(features))
    if len(known):
        apart = np.abs(bank_features[:, known] - features[known])
        distance = distance + 4.0 * np.minimum(apart, 2.0).mean(axis=1)
    elif felt.any():
        short = np.maximum(0.5 - np.sign(felt) * bank_features, 0.0)
        distance = distance + 2.0 * (short @ np.abs(felt)) / float(np.abs(felt).sum())
    count = NEIGHBOURS if len(known) < _ENOUGH_FEATURES else NEIGHBOURS // 4  # many features say which it should be
    nearest = np.argsort(distance, kind="stable")[:count]
    turn = np.random.default_rng(seed).permutation(len(bank))
    return int(nearest[np.argmin(turn[nearest])])


def _settle_key(
    model: MusicModel, scales: Scales, asked: str, near: int, scores: FloatArray, mode_asked: bool, seed: int
) -> tuple[str, FloatArray]:
    """The key's name, and the scores with a mode that fits it."""
    mode = attributes.INDEX["mode"]
    values = scales.attribute_values(scores)
    if asked:
        if not mode_asked:  # an asked key says which mode is meant
            minor = asked.endswith("m")
            values[mode] = min(values[mode], -_CLEAR_MODE) if minor else max(values[mode], _CLEAR_MODE)
            scores = scores.copy()
            scores[mode] = scales.attribute_scores(values)[mode]
        return asked, scores
    minor = bool(values[mode] < 0)
    key = near
    if (key >= 12) != minor:  # a real key of the other mode: take one of the right mode
        fitting = model.bank_key[(model.bank_key >= 12) == minor]
        rng = np.random.default_rng((seed, 1))
        key = int(rng.choice(fitting)) if len(fitting) else key % 12 + 12 * minor
    return (MAJOR_NAMES + MINOR_NAMES)[key], scores
