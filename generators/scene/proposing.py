"""How a scene could feel, proposed by its voice or by music that is there, and curves that are mended. Torch-free.

From a voice: valence as its prosody proposes it (face/affect_of_voice.py). Arousal too, but where the whole recording
lies counts little, for that tells the voice as much as the mood; how much louder and higher it is spoken than this
speaker's middle counts beside it. Dominance follows from how loudly and how low for this speaker it is spoken: loud
voices sound powerful, soft and high ones powerless.
Source: Laukka, Juslin, Bresin, "A dimensional approach to vocal expression of emotion", 2005; Juslin and Laukka,
"Communication of emotions in vocal expression and music performance", 2003, table 7 (anger against fear).

From music: the map from a feeling to attributes (music/emotion.py) read backwards. Attributes are measured around each
bar and told as normal scores among the shipped model's music; valence and arousal are those of which the map would ask
for just these scores, in the sense of least squares with a pull to neutral. Dominance cannot be told from a score. On
14 takes of 18 bars that were composed along known curves, what is told of a bar and what was asked correlate by 0.93
in arousal and 0.42 in valence (the median within one take is 0.97 and 0.53): valence is told weakly, as it is in all
music of few bars.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
import numpy as np
import numpy.typing as npt

from generators.artifacts import Score, Voice
from generators.errors import BadInput
from generators.face.curve_maths import gaussian_smoothed
from generators.music import attributes
from generators.music.bar_attributes import measure_bars
from generators.music.emotion import COEFFICIENTS, GAIN, QUADRANT, VALENCE_GAIN
from generators.music.midi import read_midi
from generators.scene.thinning import fitted, thinned
from generators.scene.timeline import MAX_KEYS, SceneKey, Timeline

FloatArray = npt.NDArray[np.float64]

VOICE_TOLERANCE, SCORE_TOLERANCE = 0.07, 0.08
_RATE_HZ = 10.0
_VOICE_SIGMA_S = 0.8
_LOUD_SIGMA_S = 1.2
_SPOKEN = 0.5
_AROUSED_DB, _AROUSED_SEMITONE = 0.1, 0.13
_POWERFUL_DB, _POWERLESS_SEMITONE = 0.1, 0.03
_OF_MIDDLE, _OF_CHANGE, _OF_OWN_CHANGE = 0.3, 0.5, 0.8
_LEAST_WEIGHT = 0.02
_MOST_DOMINANCE = 0.5
WINDOW_BARS = 2
"""How many bars are heard together: one alone has too few notes to tell a mode."""
_BAR_SIGMA = 1.0
"""How far, in bars, what is told is smoothed: a mood outlasts a bar."""
_RIDGE = 0.6
_ROUNDS = 4
_GAP_S = 1e-3
# attribute values at these normal scores in the shipped model's music (see music/scales.py)
_SCORES = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
_VALUES: dict[str, tuple[float, ...]] = {
    "tempo": (51.3, 66.9, 82.3, 94.9, 108.8, 127.2, 151.3, 178.2, 210.3),
    "onset_rate": (1.34, 1.81, 2.57, 3.26, 4.27, 5.45, 6.73, 8.58, 11.13),
    "pitch_range": (20.5, 24.5, 29.0, 32.8, 36.5, 41.2, 45.9, 50.7, 55.7),
    "mode": (-0.299, -0.238, -0.155, -0.038, 0.095, 0.198, 0.273, 0.328, 0.37),
    "consonance": (0.611, 0.659, 0.694, 0.727, 0.762, 0.799, 0.84, 0.884, 0.944),
    "polyphony": (1.77, 2.02, 2.43, 2.83, 3.24, 3.71, 4.21, 4.83, 5.57),
    "loudness": (44.0, 52.0, 60.0, 65.8, 76.0, 85.9, 92.1, 100.5, 108.2),
    "melodic_motion": (1.96, 2.67, 3.49, 4.56, 5.9, 7.63, 9.81, 12.62, 16.62),
}


def from_voice(voice: Voice, start_s: float = 0.0) -> Timeline:
    """The feeling that a voice proposes, in few keyframes, the first at `start_s`.

    Raises:
        BadInput: nobody speaks in it.
    """
    spoken = voice.speech >= _SPOKEN
    if len(voice.arousal) < 2 or not spoken.any():
        raise BadInput("Nobody speaks in this recording, so it proposes no feeling: draw one, or lay an arc.")
    rate_hz = voice.frame_rate_hz
    louder_db, higher_st = _against_own_middle(voice, spoken)
    middle = float(np.median(voice.arousal[spoken]))
    told = _OF_MIDDLE * middle + _OF_CHANGE * (voice.arousal - middle)
    moved = np.tanh(_AROUSED_DB * louder_db + _AROUSED_SEMITONE * higher_st)
    arousal = np.clip(told + _OF_OWN_CHANGE * moved, -1.0, 1.0)
    dominance = _MOST_DOMINANCE * np.tanh(_POWERFUL_DB * louder_db - _POWERLESS_SEMITONE * higher_st)
    rows = [voice.valence, arousal.astype(np.float32), dominance.astype(np.float32)]
    smooth = np.stack([gaussian_smoothed(row, _VOICE_SIGMA_S * rate_hz) for row in rows], axis=1).astype(np.float64)
    end_s = min(voice.duration_s, (len(smooth) - 1) / rate_hz)
    times_s = np.linspace(0.0, end_s, max(math.ceil(end_s * _RATE_HZ), 1) + 1)
    frames_s = np.arange(len(smooth)) / rate_hz
    points = np.stack([np.interp(times_s, frames_s, smooth[:, axis]) for axis in range(3)], axis=1)
    return _few(start_s + times_s, points, VOICE_TOLERANCE)


def _against_own_middle(voice: Voice, spoken: npt.NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """How much louder in dB and higher in semitones (frames,) it is spoken than this recording's median.

    Smooth over about a second; pauses lie between what is around them.
    """
    power = np.power(10.0, voice.loudness_db / 10.0)
    loud_db = 10.0 * np.log10(np.maximum(_smooth_where(power, spoken, voice.frame_rate_hz), 1e-10))
    voiced = spoken & (voice.pitch_hz > 0)
    if not voiced.any():
        return loud_db - np.median(loud_db[spoken]), np.zeros(len(spoken))
    octaves = np.log2(np.where(voiced, voice.pitch_hz, 1.0))
    high_st = 12.0 * _smooth_where(octaves, voiced, voice.frame_rate_hz)
    return loud_db - np.median(loud_db[spoken]), high_st - np.median(high_st[spoken])


def _smooth_where(values: npt.ArrayLike, counted: npt.NDArray[np.bool_], rate_hz: float) -> FloatArray:
    """The running mean (frames,) of what is `counted`; far from all of it the nearest value stays."""
    sigma = _LOUD_SIGMA_S * rate_hz
    weight = gaussian_smoothed(counted.astype(np.float32), sigma).astype(np.float64)
    total = gaussian_smoothed(np.where(counted, values, 0.0).astype(np.float32), sigma).astype(np.float64)
    frames = np.arange(len(counted))
    told = weight > _LEAST_WEIGHT
    return np.interp(frames, frames[told], total[told] / weight[told])


def from_score(score: Score, start_s: float = 0.0) -> Timeline:
    """The feeling that music is likely to carry, bar by bar, in few keyframes from `start_s` on.

    Raises:
        BadInput: there is no note in it.
    """
    if not len(score.pitch):
        raise BadInput("There are no notes in this music, so it proposes no feeling: choose another file.")
    lines_s, values = _around_bars(score)
    told = feeling_of_attributes(values)
    points = np.stack([gaussian_smoothed(told[:, axis].astype(np.float32), _BAR_SIGMA) for axis in range(3)], axis=1)
    middles_s = (lines_s[:-1] + lines_s[1:]) / 2.0
    times_s = np.concatenate([[lines_s[0]], middles_s, [lines_s[-1]]])
    return _few(start_s + times_s, np.concatenate([points[:1], points, points[-1:]]), SCORE_TOLERANCE)


def from_midi(data: bytes, name: str = "This file", start_s: float = 0.0) -> Timeline:
    """The feeling of the music in the bytes of a MIDI file called `name`: see `from_score`.

    Raises:
        BadMidi: the file is damaged, empty or too long.
    """
    return from_score(read_midi(data, name), start_s)


def _around_bars(score: Score) -> tuple[FloatArray, FloatArray]:
    """Bar lines (b + 1,) in seconds, and attributes (b, attributes) of WINDOW_BARS bars around each bar."""
    ticks = score.bar_ticks()
    notes = attributes.notes_of(score)
    lines_q, lines_s = ticks / score.ticks_per_quarter, score.seconds_at(ticks)
    bars = len(ticks) - 1
    wide = min(WINDOW_BARS, bars)
    values = np.full((bars, len(attributes.NAMES)), np.nan)
    for offset in range(wide):
        edges = np.arange(offset, bars + 1, wide)
        if len(edges) < 2:
            continue
        inside = (notes.start_q >= lines_q[edges[0]] - 1e-6) & (notes.start_q < lines_q[edges[-1]] - 1e-6)
        found = measure_bars(_only(notes, inside), lines_q[edges], lines_s[edges])
        values[edges[:-1] + wide // 2] = found
    known = np.flatnonzero(~np.isnan(values[:, attributes.INDEX["tempo"]]))
    nearest = known[np.abs(known[None, :] - np.arange(bars)[:, None]).argmin(axis=1)]
    return lines_s, values[nearest]


def _only(notes: attributes.Notes, inside: npt.NDArray[np.bool_]) -> attributes.Notes:
    arrays = {
        name: getattr(notes, name)[inside] for name in ("start_s", "end_s", "start_q", "end_q", "pitch", "velocity")
    }
    return attributes.Notes(**arrays, length_s=notes.length_s, length_q=notes.length_q, beat_q=notes.beat_q)


def feeling_of_attributes(values: npt.ArrayLike) -> FloatArray:
    """The feelings (n, 3) in -1..1 that ask for attribute values (n, attributes); those that are NaN are passed over.

    Dominance is 0.
    """
    rows = np.asarray(values, dtype=np.float64)
    names = [name for name in COEFFICIENTS if name in _VALUES]
    table = np.array([COEFFICIENTS[name] for name in names])
    gains = np.where(np.abs(table[:, 0]) > np.abs(table[:, 1]), VALENCE_GAIN, GAIN) / QUADRANT
    slopes = table[:, :3] * gains[:, None] * np.array([1.0, 1.0, 1.0 / QUADRANT])
    scores = np.stack([np.interp(rows[:, attributes.INDEX[name]], _VALUES[name], _SCORES) for name in names], axis=1)
    heard = ~np.isnan(scores)
    found = np.zeros((len(rows), 3))
    for row, (told, known) in enumerate(zip(scores, heard, strict=True)):
        # the product of valence and arousal is taken from the round before, so that each round is linear
        both = 0.0
        for _ in range(_ROUNDS):
            design = slopes[known, :2]
            wanted = told[known] - slopes[known, 2] * both
            plane = np.linalg.solve(design.T @ design + _RIDGE * np.eye(2), design.T @ wanted)
            plane = np.clip(plane, -1.0, 1.0)
            both = float(plane[0] * plane[1])
        found[row, :2] = plane
    return found


def _few(times_s: FloatArray, points: FloatArray, tolerance: float) -> Timeline:
    """Eased keyframes within `tolerance` of `points`; more coarsely where a scene could not hold them."""
    times_s, keep = np.unique(np.round(times_s, 4), return_index=True)
    keys = fitted(times_s, points[keep], tolerance)
    while len(keys) > MAX_KEYS:
        tolerance *= 2.0
        keys = fitted(times_s, points[keep], tolerance)
    return Timeline(keys)


def mended(keys: Iterable[SceneKey], duration_s: float) -> tuple[Timeline, tuple[str, ...]]:
    """A timeline of keyframes in any order, within 0 to `duration_s`, and a sentence for each thing that was mended.

    Keyframes are put in order; of several at one time the last that was given stays; where the curve goes on beyond the
    end it is cut there, so that nothing before moves. 0 for `duration_s` leaves the end open.
    """
    given = list(keys)
    told = []
    ordered = sorted(given, key=lambda key: key.time_s)  # stable: those at one time stay as they were given
    if ordered != given:
        told.append("The keyframes were not in order of time: they have been sorted.")
    single: list[SceneKey] = []
    for key in ordered:
        if single and key.time_s - single[-1].time_s < _GAP_S:
            single[-1] = msgspec.structs.replace(key, time_s=single[-1].time_s)
        else:
            single.append(key)
    if len(single) < len(ordered):
        count = len(ordered) - len(single)
        what = "A keyframe stood" if count == 1 else f"{count} keyframes stood"
        told.append(f"{what} at the time of another: of those the last one stays.")
    if len(single) > MAX_KEYS:
        single = _thinner(single)
        told.append(f"There were too many keyframes: {len(single):,} that keep the shape stay.")
    timeline = Timeline(tuple(single))
    late = [key for key in timeline.keys if key.time_s > duration_s + _GAP_S]
    if duration_s > 0 and late:
        inside = [key for key in timeline.keys if key.time_s <= duration_s + _GAP_S]
        if not inside or duration_s - inside[-1].time_s >= _GAP_S:
            inside.append(SceneKey(duration_s, timeline.at(duration_s)))
        timeline = Timeline(tuple(inside))
        what = "A keyframe lay" if len(late) == 1 else f"{len(late)} keyframes lay"
        told.append(f"{what} beyond the end at {duration_s:.2f} s: the curve is cut there.")
    return timeline, tuple(told)


def _thinner(keys: list[SceneKey]) -> list[SceneKey]:
    """At most MAX_KEYS of them, those that matter most to the shape."""
    times_s = np.array([key.time_s for key in keys])
    points = np.array([[key.point.valence, key.point.arousal, key.point.dominance] for key in keys])
    tolerance = 0.005
    kept = thinned(times_s, points, tolerance)
    while len(kept) > MAX_KEYS:
        tolerance *= 2.0
        kept = thinned(times_s, points, tolerance)
    return [keys[place] for place in kept]
