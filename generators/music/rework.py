"""Working with a score that exists: rewriting, varying, continuing, harmonising, and moving it to another feeling.

What stays, stays to the note: its ticks, pitches and tracks are the score's own. It is shown to the network on the grid
as fixed events, around and between which it writes. What is measured on the score is asked for again, moved by what the
request asks.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from generators.artifacts import FloatArray, IntArray, Score
from generators.errors import BadRequest
from generators.music import attributes, jsymbolic, tokens
from generators.music.aims import TEMPO_BPM, check_attributes, feeling_of
from generators.music.chord_labels import chord_rows
from generators.music.chord_symbols import parse_chord
from generators.music.compose import STRETCH_BARS, OnScore, no_preview
from generators.music.conditions import (
    ATTRIBUTE_COUNT,
    BAR_FREE,
    ENSEMBLE,
    FAR,
    FEATURES,
    KEY,
    LEFT,
    METRE,
    SINCE,
    UNTIL,
    UNTIL_FAR,
    WHOLE_FREE,
    bin_of,
)
from generators.music.decoder import LINE, Plan, write_events
from generators.music.emotion import COEFFICIENTS, normal_scores_of
from generators.music.excerpt import CONTEXT_BARS, Flags, Work, select
from generators.music.form import cadence
from generators.music.grammar import HIGHEST, BarPlan
from generators.music.keys import key_index, key_name, key_signature
from generators.music.lookups import BarAid, roll_of
from generators.music.meeting import Meeting, bar_units, score_of_events
from generators.music.model import MusicModel
from generators.music.placing import clear_of, tracks_for
from generators.music.request import MAX_BARS, ReworkRequest
from generators.music.scales import Scales
from generators.progress import Progress, part

_SIGNATURES = {key_signature(key_name(key)): key for key in range(24)}
_MAJOR_SCALE, _MINOR_SCALE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10, 11)
_SETTLED = 2.0
_TOP_BONUS, _LOW_BONUS, _BEAT_BONUS, _STRANGE_COST = 0.5, 0.25, 0.5, 2.0


@dataclasses.dataclass(frozen=True)
class Goal:
    """Where to go: `values`, normal `scores` and `weight` (attributes,), `features` (100,) or None, key and tempo."""

    values: FloatArray
    scores: FloatArray
    weight: FloatArray
    features: FloatArray | None
    key: int
    tempo_factor: float
    louder: float


def key_of_score(score: Score) -> int:
    """The key 0..23 that a score names first, or the one that fits its notes best."""
    if len(score.key):
        named = _SIGNATURES.get((int(score.key[0, 0]), int(score.key[0, 1])))
        if named is not None:
            return named
    return attributes.key_of(attributes.notes_of(score))


def set_goal(request: ReworkRequest, score: Score, model: MusicModel, bars: int) -> Goal:
    """What to aim at: what is measured on `score`, moved by what `request` asks.

    Raises:
        BadRequest: an attribute is unknown, or a value outside its range.
    """
    check_attributes(request.attributes)
    for name in request.locked_attributes:
        if name not in attributes.INDEX:
            raise BadRequest(f"There is no attribute “{name}” to lock: choose {', '.join(attributes.NAMES)}.")
    scales = Scales(model, bars)
    measured = attributes.measure_notes(attributes.notes_of(score))
    before = scales.attribute_scores(measured)
    scores, weight = before.copy(), np.full(len(before), 0.5)
    if request.affect is not None:
        wanted = normal_scores_of(feeling_of(request.affect, request.ear), request.strength)
        says = np.isfinite(wanted)
        scores = np.where(says, before + request.amount * (np.nan_to_num(wanted) - before), before)
        for name, row in COEFFICIENTS.items():
            weight[attributes.INDEX[name]] = max(abs(value) for value in row[:3])
    # a piece beyond all that was trained on is moved from where it is, not from the end of the scale
    values = measured + scales.attribute_values(scores) - scales.attribute_values(before)
    for name, value in request.attributes.items():
        values[attributes.INDEX[name]] = value
        weight[attributes.INDEX[name]] = _SETTLED
    asked = [attributes.INDEX[name] for name in request.attributes]
    scores[asked] = scales.attribute_scores(values)[asked]
    locked = [attributes.INDEX[name] for name in request.locked_attributes]
    scores[locked], weight[locked], values[locked] = before[locked], _SETTLED, measured[locked]

    mode, tempo, loudness = (attributes.INDEX[name] for name in ("mode", "tempo", "loudness"))
    key = key_index(request.key) if request.key else key_of_score(score)
    moves = request.affect is not None or "mode" in request.attributes
    if not request.key and moves and "mode" not in request.locked_attributes and (values[mode] < 0) != (key >= 12):
        key = (key + 12) % 24
    factor = louder = 0.0
    if request.affect is not None or "tempo" in request.attributes:
        aimed = float(np.clip(values[tempo], *TEMPO_BPM))
        factor = 1.0 if tempo in locked else aimed / max(float(measured[tempo]), 1.0)
    if request.affect is not None or "loudness" in request.attributes:
        louder = 0.0 if loudness in locked else float(values[loudness] - measured[loudness])
    features = None if request.affect is not None else scales.feature_scores(jsymbolic.measure(score), _bars_of(score))
    return Goal(values, scores, weight, features, key, factor or 1.0, louder)


def _bars_of(score: Score) -> int:
    return max(1, len(score.bar_ticks()) - 1)


def choose_kept(request: ReworkRequest, work: Work, key: int) -> Flags:
    """Which notes stay: all that may not change, and for "vary" and "feel" the share 1 - amount of the others.

    Notes on beats, highest and lowest ones are rather kept, and those outside the scale of `key` rather not.
    """
    goes = ~work.stays
    if request.kind not in ("vary", "feel") or not goes.any():
        return work.stays
    score, place = work.score, work.place
    rng = np.random.default_rng((request.seed, 5))
    beat = tokens.beat_length(work.metre)
    worth = rng.random(score.note_count)
    worth += _BEAT_BONUS * (place.slot % beat == 0)
    moment = place.bar * tokens.MAX_BAR + place.slot
    highest, lowest = np.zeros(len(moment), dtype=bool), np.zeros(len(moment), dtype=bool)
    order = np.lexsort((score.pitch, moment))
    new = np.concatenate([[True], np.diff(moment[order]) > 0])
    lowest[order[new]] = True
    highest[order[np.concatenate([new[1:], [True]])]] = True
    worth += _TOP_BONUS * highest + _LOW_BONUS * lowest
    scale = _MINOR_SCALE if key >= 12 else _MAJOR_SCALE
    worth -= _STRANGE_COST * ~np.isin((score.pitch - key % 12) % 12, scale)
    index = np.flatnonzero(goes)
    count = round((1.0 - request.amount) * len(index))
    kept = work.stays.copy()
    kept[index[np.argsort(-worth[index], kind="stable")[:count]]] = True
    return kept


def plan_bars(request: ReworkRequest, work: Work, key: int, bars: range) -> list[BarPlan]:
    """The plan of each of `bars`: what stays in it, who may write, what comes after, and the chord asked for."""
    fixed = {bar: work.events(bar) for bar in range(bars.start, min(bars.stop + UNTIL_FAR, work.stretch[1]))}
    rolls = {bar: roll_of(events[:, 0], events[:, 2]) for bar, events in fixed.items() if len(events)}
    chords = cadence(key, len(bars)) if request.kind == "continue" and not request.chords else {}
    found = []
    for index, bar in enumerate(bars):
        later = next((rolls[ahead] for ahead in range(bar + 1, bar + UNTIL_FAR) if ahead in rolls), None)
        is_open = bar >= work.end or bool(work.open_bars[bar - work.begin])
        chord = chord_rows(chords[index]) if index in chords else None
        symbol = request.chords[index % len(request.chords)] if request.chords else ""
        if symbol:
            chord = chord_rows(parse_chord(symbol))
        events = fixed.get(bar, np.zeros((0, 5), dtype=np.int64))
        ceiling = _below_melody(work, bar) if work.melody.any() else None
        aid = BarAid(fixed=rolls.get(bar), following=later, chord=chord, key=key)
        found.append(BarPlan(events, work.roles if is_open else (), ceiling, aid))
    return found


def _below_melody(work: Work, bar: int) -> IntArray:
    """The pitch of the melody at each place of a bar, where it sounds: an accompaniment stays below it."""
    line = np.full(tokens.MAX_BAR, HIGHEST + 1, dtype=np.int64)
    score, begins = work.score, int(work.bar_tick[bar])
    sounds = work.melody & (score.start < work.bar_tick[bar + 1]) & (score.start + score.duration > begins)
    for index in np.flatnonzero(sounds).tolist():
        here = work.place.bar[index] == bar
        slot = int(work.place.slot[index]) if here else 0
        end = math.ceil((int(score.start[index] + score.duration[index]) - begins) / work.grid_ticks)
        line[slot : max(end, slot + 1)] = np.minimum(line[slot : max(end, slot + 1)], score.pitch[index])
    return line


def _conditions(work: Work, goal: Goal, model: MusicModel, bars: range, total: int) -> tuple[IntArray, IntArray]:
    """Whole (b + 1, W) and bar (b + 1, BARS) conditions of `bars`, of a stretch that ends at bar `total`."""
    row = WHOLE_FREE.copy()
    told = zip(goal.values, model.whole_edges, strict=True)
    row[:ATTRIBUTE_COUNT] = [int(bin_of(value, edge)) for value, edge in told]
    row[METRE], row[KEY], row[ENSEMBLE] = tokens.BAR_METRES.index(work.metre), goal.key, work.ensemble
    if goal.features is not None:
        row[FEATURES:] = goal.features > 0.0
    number = np.array([*bars, bars.stop])
    bar_rows = np.tile(BAR_FREE, (len(bars) + 1, 1))
    bar_rows[:, SINCE] = np.minimum(number - work.stretch[0], FAR)
    bar_rows[:, LEFT] = np.minimum(np.maximum(total - number, 0), FAR)
    held = set(work.place.bar[work.heard].tolist())
    for index, bar in enumerate(bars):
        ahead = [step for step in range(UNTIL_FAR) if bar + step in held]
        if ahead:
            bar_rows[index, UNTIL] = ahead[0]
    return np.tile(row, (len(bars) + 1, 1)), bar_rows


def _before(work: Work, first: int) -> IntArray | None:
    """The events of the bars before `first` that are heard: whole bars, without the line that ends them."""
    begin = max(work.stretch[0], first - CONTEXT_BARS)
    if begin >= first:
        return None
    parts: list[IntArray] = []
    for bar in range(begin, first):
        parts += [LINE[None], work.events(bar)]
    return np.concatenate(parts)


def rework(
    request: ReworkRequest, score: Score, model: MusicModel, progress: Progress, on_score: OnScore = no_preview
) -> tuple[Score, dict[str, Any]]:
    """Work with `score` as `request` asks. The same request, score and model give the same score.

    `on_score` is given the score so far after each stretch. Returns the new score and its facts: the attributes
    `asked` (aimed at) and `measured`, how much of that is `met`, the share of notes `kept`, `key` and `tempo_bpm`.

    Raises:
        BadRequest: what is asked does not fit the score; the message says what to change.
        Cancelled: from `progress`, which is called after each event.
    """
    work = select(request, score)
    if request.kind == "continue":
        bars = range(work.end, work.end + min(request.bars_more, MAX_BARS))
        total = bars.stop
    else:
        opened = work.begin + np.flatnonzero(work.open_bars)
        bars = range(int(opened[0]), int(opened[-1]) + 1)
        total = work.stretch[1]
    goal = set_goal(request, score, model, len(bars))
    work = dataclasses.replace(work, stays=choose_kept(request, work, goal.key))
    whole, bar = _conditions(work, goal, model, bars, total)
    of_whole = np.ones(ATTRIBUTE_COUNT, dtype=bool)
    of_whole[attributes.INDEX["tempo"]] = False
    no_bars = np.full((len(bars), len(attributes.BAR_NAMES)), np.nan)
    nothing = np.zeros(len(jsymbolic.NAMES))
    scales = Scales(model, len(bars))
    features = goal.features if goal.features is not None else nothing
    meeting = Meeting(
        scales, goal.scores, goal.weight, features, nothing, no_bars, bar_units(model.bar_edges), of_whole=of_whole
    )
    tempo_bpm = float(score.note_count and attributes.measure_notes(attributes.notes_of(score))[0]) or 120.0

    def judge(events: IntArray, count: int) -> float:
        return meeting.distance(score_of_events(events, work.metre, count, tempo_bpm), count)

    plan = Plan(
        bars=plan_bars(request, work, goal.key, bars),
        metre=work.metre,
        whole=whole,
        bar=bar,
        temperature=request.temperature,
        top_p=request.top_p,
        guidance=request.guidance,
        tries=request.tries,
        stretch=STRETCH_BARS,
        judge=judge if request.tries > 1 else None,
        before=_before(work, bars.start),
    )
    best: tuple[float, Score] | None = None
    for candidate in range(request.candidates):
        rng = np.random.default_rng((request.seed, 6, candidate))
        share = part(progress, candidate / request.candidates, (candidate + 1) / request.candidates)

        def show(events: IntArray, count: int) -> None:
            if request.candidates == 1 and count < len(bars):
                on_score(merge(work, goal, plan.bars, events, bars.start))

        events = write_events(model, plan, rng, share if request.candidates > 1 else progress, show)
        apart = judge(events, len(bars)) if request.candidates > 1 else 0.0
        if best is None or apart < best[0]:
            best = apart, merge(work, goal, plan.bars, events, bars.start)
    assert best is not None  # noqa: S101 - there is at least one candidate
    return best[1], _facts(best[1], work, goal, meeting)


def merge(work: Work, goal: Goal, plans: Sequence[BarPlan], events: IntArray, first: int) -> Score:
    """The score with what stays, to the note, and the new notes of `events`, whose first bar is `first`."""
    score, grid = work.score, work.grid_ticks
    bar_ticks = round(tokens.bar_length(work.metre) * grid)
    number = np.cumsum(events[:, 0] == tokens.BAR) - 1
    fixed = {(bar, *event[:3]) for bar, plan in enumerate(plans) for event in plan.fixed.tolist()}
    new = [
        index
        for index, event in enumerate(events.tolist())
        if event[0] != tokens.BAR and (int(number[index]), *event[:3]) not in fixed
    ]
    rows, bar = events[new], first + number[new]
    inside = bar < len(work.bar_tick) - 1
    begins = np.where(inside, work.bar_tick[np.minimum(bar, len(work.bar_tick) - 1)], 0)
    begins = np.where(inside, begins, work.bar_tick[-1] + (bar - len(work.bar_tick) + 1) * bar_ticks)
    start = begins + np.round(rows[:, 0] * grid).astype(np.int64)
    duration = np.maximum(np.round(tokens.DURATIONS[rows[:, 3]] * grid).astype(np.int64), 1)
    begun = int(number[-1]) + first  # the line that was reached
    end = max(score.length, int(work.bar_tick[-1]) + max(0, begun - len(work.bar_tick) + 1) * bar_ticks)
    duration = np.minimum(duration, end - start)  # while it is being written, a note may lead beyond what is there
    velocity = np.clip(rows[:, 4] * tokens.VELOCITY_STEP + tokens.VELOCITY_STEP // 2, 1, 127)
    tracks, track = tracks_for(work, rows)
    stays = work.stays
    keep, duration = clear_of(score, stays, track, rows[:, 2], start, duration)
    old_velocity = score.velocity[stays]
    if goal.louder:
        moved = np.clip(np.round(old_velocity + goal.louder), 1, 127).astype(np.int64)
        old_velocity = np.where(work.open_notes[stays], moved, old_velocity)
    is_whole = work.begin == 0 and work.end == len(work.bar_tick) - 1 and bool(work.open_notes.any())
    keeps = score.metre_tick < work.bar_tick[-1]  # a metre that waits beyond the end is not meant for new bars
    tempo_bpm = score.tempo_bpm * goal.tempo_factor if is_whole else score.tempo_bpm
    return dataclasses.replace(
        score,
        start=np.concatenate([score.start[stays], start[keep]]),
        duration=np.concatenate([score.duration[stays], duration[keep]]),
        pitch=np.concatenate([score.pitch[stays], rows[keep, 2]]),
        velocity=np.concatenate([old_velocity, velocity[keep]]),
        track=np.concatenate([score.track[stays], track[keep]]),
        tracks=tracks,
        tempo_bpm=tempo_bpm,
        metre_tick=score.metre_tick[keeps],
        metre=score.metre[keeps],
        length=end,
    )


def _facts(score: Score, work: Work, goal: Goal, meeting: Meeting) -> dict[str, Any]:
    measured = attributes.measure(score)
    return {
        "asked": {name: round(float(value), 4) for name, value in zip(attributes.NAMES, goal.values, strict=True)},
        "measured": {name: round(value, 4) for name, value in measured.as_dict().items()},
        "met": round(meeting.share_met(score, _bars_of(score)), 4),
        "kept": round(float(work.stays.mean()), 4),
        "key": key_name(goal.key),
        "tempo_bpm": float(measured.as_dict()["tempo"]),
        "bars": _bars_of(score),
    }
