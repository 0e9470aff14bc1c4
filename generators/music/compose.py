"""Composing one take: from a request to a score."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from generators.affect import AffectCurve, nearest_emotion
from generators.artifacts import FloatArray, IntArray, Marker, Score
from generators.errors import BadRequest
from generators.music import attributes, tokens
from generators.music.aims import TEMPO_BPM, Aim, aim_at, asked_attributes, check_attributes, feeling_of, mean_point
from generators.music.chord_labels import chord_rows
from generators.music.chord_symbols import parse_chord
from generators.music.chords import Chord
from generators.music.conditions import (
    ATTRIBUTE_COUNT,
    BAR_ATTRIBUTES,
    BAR_FREE,
    ECHO,
    ENSEMBLE,
    FAR,
    FEATURES,
    KEY,
    LEFT,
    METRE,
    SINCE,
    WHOLE_FREE,
    bar_bins,
    bin_of,
)
from generators.music.decoder import Plan, write_events
from generators.music.emotion import normal_scores_of
from generators.music.form import Return, cadence, plan_form
from generators.music.grammar import BarPlan
from generators.music.keys import key_index, key_signature
from generators.music.lookups import BarAid
from generators.music.meeting import Meeting, bar_units, monotony, score_of_events
from generators.music.model import MusicModel
from generators.music.refine import refine
from generators.music.request import ENSEMBLES, ComposeRequest
from generators.music.scales import Scales
from generators.music.touch import touch
from generators.progress import Progress, part

PHRASE_BARS = 8
STRETCH_BARS = 2
MONOTONY_COST = 0.8
_LED = ("note_density", "register", "loudness", "mode", "onset_rate", "pitch_range", "polyphony", "melodic_motion")
"""What a curve leads bar by bar."""
_CLOSING_BARS, _CLOSING_DENSITY = 4, 0.4
"""A piece comes to rest: its last bar is told so much of the piece's density of notes."""
_TEMPO_LEEWAY = 1.25
_LONG_ENOUGH = 0.5
"""A last chord that begins before this share of its bar rings to the end."""

OnScore = Callable[[Score], None]


def no_preview(_score: Score) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Piece:
    """All that is settled before the first note is written.

    `values` (bars, attributes) are aimed at bar by bar, `asked_bars` (bars, BAR_NAMES) those that are asked for, NaN
    where free. `tempo` (bars,) is each bar's, `returns` where each goes back to, `chords` what is asked of some.
    """

    request: ComposeRequest
    aim: Aim
    values: FloatArray
    asked_bars: FloatArray
    tempo: FloatArray
    returns: list[Return]
    chords: dict[int, Chord]
    scales: Scales

    @property
    def key(self) -> int:
        """The key 0..23."""
        return key_index(self.aim.key)


def settle(request: ComposeRequest, model: MusicModel) -> Piece:
    """Settle what `request` leaves open.

    Raises:
        BadRequest: an attribute, feature or chord is unknown, or a value outside its range.
    """
    aim = aim_at(request, model)
    scales = Scales(model, request.bars)
    values = np.tile(scales.attribute_values(aim.scores), (request.bars, 1))
    for name, value in asked_attributes(request).items():
        values[:, attributes.INDEX[name]] = value
    asked = np.full((request.bars, len(attributes.BAR_NAMES)), np.nan)
    tempo = np.full(request.bars, aim.tempo_bpm)
    if request.tempo_map:
        tempo = _mapped_tempo(request)
    if request.curve is not None:
        _follow(request, request.curve, scales, aim, values, asked, tempo)
    for name, told in request.bar_attributes.items():
        if name not in attributes.BAR_NAMES:
            raise BadRequest(f"“{name}” cannot be asked bar by bar: choose {', '.join(attributes.BAR_NAMES)}.")
        for bar, wanted in enumerate(told[: request.bars]):
            if wanted is not None:
                check_attributes({name: wanted})
                asked[bar, attributes.BAR_NAMES.index(name)] = wanted
    chords = {} if request.chords else cadence(key_index(aim.key), request.bars)
    for bar in range(request.bars if request.chords else 0):
        symbol = request.chords[bar % len(request.chords)]
        if symbol:
            chords[bar] = parse_chord(symbol)
    returns = plan_form(request.form, request.bars, request.seed)
    return Piece(request, aim, values, asked, tempo, returns, chords, scales)


def _mapped_tempo(request: ComposeRequest) -> FloatArray:
    """The mean tempo of each bar under the request's tempo map."""
    bar_q = tokens.bar_length(request.metre) / tokens.GRID
    bounds = np.arange(request.bars + 1) * bar_q
    places = np.array([place for place, _ in request.tempo_map])
    bpm = np.array([tempo for _, tempo in request.tempo_map])
    seconds = np.concatenate([[0.0], np.cumsum(np.diff(places) * 60.0 / bpm[:-1])])
    at = np.clip(np.searchsorted(places, bounds, side="right") - 1, 0, None)
    times = seconds[at] + (bounds - places[at]) * 60.0 / bpm[at]
    return np.asarray(60.0 * bar_q / np.maximum(np.diff(times), 1e-6))


def _follow(
    request: ComposeRequest,
    curve: AffectCurve,
    scales: Scales,
    aim: Aim,
    values: FloatArray,
    asked: FloatArray,
    tempo: FloatArray,
) -> None:
    """Let values, asked bars and tempo (in place) move with `curve` away from its mean."""
    fixed = [attributes.INDEX[name] for name in asked_attributes(request)]
    if request.key:
        fixed.append(attributes.INDEX["mode"])
    middle = normal_scores_of(feeling_of(mean_point(curve), request.ear), request.strength)
    bar_q = tokens.bar_length(request.metre) / tokens.GRID
    led = [attributes.BAR_NAMES.index(name) for name in _LED]
    columns = [attributes.INDEX[name] for name in _LED]
    time_s = 0.0
    for bar in range(request.bars):
        point = feeling_of(curve.at(time_s + 0.5 * bar_q * 60.0 / tempo[bar]), request.ear)
        moved = np.nan_to_num(normal_scores_of(point, request.strength) - middle)
        local = scales.attribute_values(np.clip(aim.scores + moved, -2.5, 2.5))
        local[fixed] = values[bar, fixed]
        values[bar] = local
        asked[bar, led] = local[columns]
        if not request.tempo_map and attributes.INDEX["tempo"] not in fixed:
            tempo[bar] = round(float(np.clip(local[attributes.INDEX["tempo"]], *TEMPO_BPM)))
        time_s += bar_q * 60.0 / tempo[bar]


def conditions_of(piece: Piece, model: MusicModel) -> tuple[IntArray, IntArray]:
    """What the network is told: whole (b + 1, W) and bar (b + 1, BARS) conditions."""
    request, aim, bars = piece.request, piece.aim, piece.request.bars
    whole = np.tile(WHOLE_FREE, (bars + 1, 1))
    for bar in range(bars + 1):
        values = piece.values[min(bar, bars - 1)]
        row = [int(bin_of(value, edge)) for value, edge in zip(values, model.whole_edges, strict=True)]
        whole[bar, :ATTRIBUTE_COUNT] = np.where(aim.told, row, WHOLE_FREE[:ATTRIBUTE_COUNT])
        key = piece.key
        if request.curve is not None and not request.key and (values[attributes.INDEX["mode"]] < 0) != (key >= 12):
            key = (key + 12) % 24  # the same tonic in the other mode
        whole[bar, KEY] = key
    whole[:, METRE], whole[:, ENSEMBLE] = request.metre_index, ENSEMBLES.index(request.ensemble)
    whole[:, FEATURES:] = aim.features > 0.0
    number = np.arange(bars + 1)
    bar_rows = np.tile(BAR_FREE, (bars + 1, 1))
    bar_rows[:, SINCE], bar_rows[:, LEFT] = np.minimum(number, FAR), np.minimum(bars - number, FAR)
    told = piece.asked_bars.copy()
    loudness = attributes.BAR_NAMES.index("loudness")
    swell = math.sqrt(2.0) * piece.values[:, attributes.INDEX["loudness_range"]]
    wave = np.cos(2.0 * math.pi * number[:bars] / PHRASE_BARS)
    phrased = piece.values[:, attributes.INDEX["loudness"]] - swell * wave
    free = np.isnan(piece.asked_bars[:, loudness]) | (request.curve is not None)
    told[:, loudness] = np.where(free, phrased, told[:, loudness])
    density = attributes.BAR_NAMES.index("note_density")
    if bars >= _CLOSING_BARS and np.isnan(told[-1, density]):
        told[-1, density] = _CLOSING_DENSITY * piece.values[-1, attributes.INDEX["note_density"]]
    bar_rows[:bars, BAR_ATTRIBUTES:] = bar_bins(told, model.bar_edges)
    for bar, back in enumerate(piece.returns):
        if back.ago:
            bar_rows[bar, ECHO] = back.kind
    return whole, bar_rows


def meeting_of(piece: Piece, model: MusicModel) -> Meeting:
    """What the decoder is steered by."""
    aim = piece.aim
    of_whole = np.ones(ATTRIBUTE_COUNT, dtype=bool)
    of_whole[attributes.INDEX["tempo"]] = False  # the tempo is set, not written
    return Meeting(
        piece.scales,
        aim.scores,
        aim.weight,
        aim.features,
        aim.feature_weight,
        piece.asked_bars,
        bar_units(model.bar_edges),
        aim.feature_share,
        of_whole,
    )


def bar_plans(piece: Piece, whole: IntArray) -> list[BarPlan]:
    """The plan of each bar: who may play, the chord asked for, and which bar it returns to."""
    roles = tokens.ENSEMBLE_ROLES[ENSEMBLES.index(piece.request.ensemble)]
    found = []
    for bar in range(piece.request.bars):
        chord = chord_rows(piece.chords[bar]) if bar in piece.chords else None
        aid = BarAid(chord=chord, key=int(whole[bar, KEY]))
        found.append(BarPlan(roles=roles, aid=aid, ago=piece.returns[bar].ago))
    return found


def plan_piece(piece: Piece, model: MusicModel) -> tuple[Plan, Meeting]:
    """The plan for the decoder, and what it is judged by."""
    request = piece.request
    whole, bar = conditions_of(piece, model)
    meeting = meeting_of(piece, model)
    tempo_bpm = steady_tempo(piece)

    def judge(events: IntArray, bars: int) -> float:
        apart = meeting.distance(touched(piece, score_of_events(events, request.metre, bars, tempo_bpm)), bars)
        return apart + MONOTONY_COST * monotony(events)

    plan = Plan(
        bars=bar_plans(piece, whole),
        metre=request.metre,
        whole=whole,
        bar=bar,
        temperature=request.temperature,
        top_p=request.top_p,
        guidance=request.guidance,
        tries=request.tries,
        stretch=STRETCH_BARS,
        judge=judge if request.tries > 1 or request.refine else None,
    )
    return plan, meeting


def steady_tempo(piece: Piece) -> float:
    """The steady tempo in which the piece would take as long as it does."""
    if (piece.tempo == piece.tempo[0]).all():
        return float(piece.tempo[0])  # to the last digit
    return float(len(piece.tempo) / np.sum(1.0 / piece.tempo))


def touched(piece: Piece, score: Score) -> Score:
    """The score with the velocities that are aimed at, where the feeling or the request says something of them."""
    loudness, spread = (attributes.INDEX[name] for name in ("loudness", "loudness_range"))
    if not piece.aim.weight[loudness] > 0 or not score.note_count:
        return score
    grid = score.start // tokens.TICKS_PER_GRID
    length = tokens.bar_length(piece.request.metre)
    wanted = piece.values[:, loudness].copy()
    asked = piece.asked_bars[:, attributes.BAR_NAMES.index("loudness")]
    wanted = np.where(np.isfinite(asked), asked, wanted)
    velocity = touch(
        score.velocity,
        np.minimum(grid // length, len(wanted) - 1),
        grid % length,
        tokens.beat_length(piece.request.metre),
        wanted,
        float(piece.values[:, spread].mean()) if piece.aim.weight[spread] > 0 else None,
    )
    return dataclasses.replace(score, velocity=velocity)


def settle_tempo(piece: Piece, score: Score) -> Piece:
    """The piece a little faster or slower, where that brings the onset rate that the feeling wants nearer.

    Only of takes that are gone over again (what was heard while a take was written keeps its tempo), and only where
    nothing else says what the tempo or the rate of notes should be.
    """
    request, onset = piece.request, attributes.INDEX["onset_rate"]
    told = request.tempo_map or request.curve is not None or request.features or "tempo" in asked_attributes(request)
    measured = float(attributes.measure(score).values[onset])
    if told or not request.refine or not piece.aim.weight[onset] > 0 or measured <= 0:
        return piece
    factor = np.clip(piece.values[0, onset] / measured, 1.0 / _TEMPO_LEEWAY, _TEMPO_LEEWAY)
    return dataclasses.replace(piece, tempo=np.clip(np.round(piece.tempo * factor), *TEMPO_BPM))


def finish(piece: Piece, events: IntArray, bars: int, *, whole: bool) -> Score:
    """The score of the first `bars` bars: touch, tempo, key, markers; where it is `whole` the last chord rings out."""
    request = piece.request
    score = tokens.score_of(events, request.metre, bars, 120.0, key_signature(piece.aim.key), f"Take {request.seed}")
    score = touched(piece, score)
    bar = tokens.bar_length(request.metre) * tokens.TICKS_PER_GRID
    if request.tempo_map:
        tempo_tick = np.array([round(place * score.ticks_per_quarter) for place, _ in request.tempo_map])
        tempo_bpm = np.array([bpm for _, bpm in request.tempo_map])
        keep = tempo_tick < score.length
        tempo_tick, tempo_bpm = tempo_tick[keep], tempo_bpm[keep]
    else:
        changes = np.flatnonzero(np.diff(piece.tempo[:bars], prepend=-1.0) != 0.0)
        tempo_tick, tempo_bpm = changes * bar, piece.tempo[changes]
    duration = _ring_out(score, bar) if whole else score.duration
    score = dataclasses.replace(score, duration=duration, tempo_tick=tempo_tick, tempo_bpm=tempo_bpm)
    return dataclasses.replace(score, markers=_markers(request, score))


def _ring_out(score: Score, bar: int) -> IntArray:
    """Durations in which the last chord, where it has begun early enough, sounds to the end."""
    duration = score.duration.copy()
    if not len(duration):
        return duration
    last = int(score.start.max())
    if last <= score.length - bar * _LONG_ENOUGH:
        end = score.start == last
        duration[end] = score.length - last
    return duration


def _markers(request: ComposeRequest, score: Score) -> tuple[Marker, ...]:
    """Markers at keyframes of the curve where another emotion comes, named by it, and those that were asked for."""
    found = [Marker(round(place * score.ticks_per_quarter), text) for place, text in request.markers]
    if request.curve is not None:
        named = [(keyframe.time_s, nearest_emotion(keyframe.point).name) for keyframe in request.curve.keyframes]
        for name, same in itertools.groupby(named, key=lambda each: each[1]):
            found.append(Marker(round(float(score.ticks_at(next(same)[0]))), name))
    inside = [marker for marker in found if 0 <= marker.tick <= score.length]
    return tuple(sorted(inside, key=lambda marker: (marker.tick, marker.text)))


def compose(
    request: ComposeRequest, model: MusicModel, progress: Progress, on_score: OnScore = no_preview
) -> tuple[Score, dict[str, Any]]:
    """Compose one take. The same request and model give the same score.

    `on_score` is given the score so far, whole bars, after each stretch (where there is one candidate only).
    Returns the score and its facts: the attributes `asked` (where any value is aimed at) and `measured` by name, how
    much of the request is `met` (0..1), `key`, `tempo_bpm` and `bars`.

    Raises:
        BadRequest: an attribute is unknown or outside its range.
        Cancelled: from `progress`, which is called after each event.
    """
    piece = settle(request, model)
    plan, meeting = plan_piece(piece, model)

    def show(events: IntArray, bars: int) -> None:
        if request.candidates == 1 and (bars < request.bars or request.refine):
            on_score(finish(piece, events, bars, whole=False))

    best: tuple[float, Score, Piece] | None = None
    for candidate in range(request.candidates):
        rng = np.random.default_rng((request.seed, 2, candidate))
        share = progress
        if request.candidates > 1:
            share = part(progress, candidate / request.candidates, (candidate + 1) / request.candidates)
        writing = part(share, 0.0, 1.0 / (1 + 2 * request.refine)) if request.refine else share
        events = write_events(model, plan, rng, writing, show)
        if request.refine:
            closer = part(share, 1.0 / (1 + 2 * request.refine), 1.0)
            events = refine(model, plan, events, request.refine, rng, closer, lambda better: show(better, request.bars))
        played = settle_tempo(piece, finish(piece, events, request.bars, whole=True))
        score = finish(played, events, request.bars, whole=True)
        apart = meeting.distance(score, request.bars) if request.candidates > 1 else 0.0
        if best is None or apart < best[0]:
            best = apart, score, played
    assert best is not None  # noqa: S101 - there is at least one candidate
    return best[1], facts_of(best[2], best[1], meeting)


def facts_of(piece: Piece, score: Score, meeting: Meeting) -> dict[str, Any]:
    """What is told of a take beside its notes."""
    request = piece.request
    measured = attributes.measure(score)
    aimed = piece.values.mean(axis=0)
    tempo_bpm = steady_tempo(piece)
    aimed[attributes.INDEX["tempo"]] = tempo_bpm
    return {
        "asked": {
            name: round(float(value), 4)
            for name, value, weight in zip(attributes.NAMES, aimed, piece.aim.weight, strict=True)
            if weight > 0 or name == "tempo"
        },
        "measured": {name: round(value, 4) for name, value in measured.as_dict().items()},
        "met": round(meeting.share_met(score, request.bars), 4),
        "key": piece.aim.key,
        "tempo_bpm": tempo_bpm,
        "bars": request.bars,
    }
