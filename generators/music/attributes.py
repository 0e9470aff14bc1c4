"""Musical attributes, measured on notes with numpy: the language between a feeling and the music.

The same code measures training windows, what was generated, and files that a user opens. Attributes with
`in_seconds` are defined on an unquantised performance too (no bar lines or note values needed), so they can be compared
between corpora by rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray, Measures, Score

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Attribute:
    """One attribute: `description` defines it, `low` and `high` bound what may be asked for, in `unit`.

    `source` names where the definition comes from; `in_seconds` ones need no bar lines or note values.
    """

    name: str
    title: str
    unit: str
    low: float
    high: float
    decimals: int
    in_seconds: bool
    description: str
    source: str


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(
        "tempo",
        "Tempo",
        "bpm",
        30,
        240,
        0,
        False,
        "Mean quarter notes a minute.",
        "the score's tempo map (jSymbolic 2.2, Initial Tempo, takes the first alone)",
    ),
    Attribute(
        "onset_rate",
        "Onset rate",
        "1/s",
        0.2,
        20,
        1,
        True,
        "Moments a second at which notes begin.",
        "Gabrielsson & Lindström 2010, as event density; jSymbolic 2.2, Note Density, by moments",
    ),
    Attribute(
        "note_density",
        "Note density",
        "1/quarter",
        0.2,
        20,
        1,
        False,
        "Notes that begin in a quarter.",
        "jSymbolic 2.2, Note Density per Quarter Note",
    ),
    Attribute(
        "register",
        "Register",
        "MIDI pitch",
        30,
        96,
        1,
        True,
        "Mean pitch; 60 is middle C.",
        "jSymbolic 2.2, Mean Pitch",
    ),
    Attribute(
        "pitch_range",
        "Pitch range",
        "semitones",
        2,
        80,
        0,
        True,
        "From the 5th to the 95th percentile.",
        "jSymbolic 2.2, Range, without the outer twentieths",
    ),
    Attribute(
        "mode",
        "Mode",
        "",
        -1,
        1,
        2,
        True,
        "Minor (below 0) to major: how much better the major key fits.",
        "Krumhansl 1990, chapter 4: correlation with key profiles",
    ),
    Attribute(
        "consonance",
        "Consonance",
        "",
        0,
        1,
        2,
        True,
        "Share of thirds, fourths, fifths and sixths that sound.",
        "Huron 1994: interval classes that sound consonant",
    ),
    Attribute(
        "chord_richness",
        "Chord richness",
        "notes",
        0.5,
        7,
        1,
        True,
        "Different pitch classes that sound.",
        "Eerola & Toiviainen 2004, MIDI Toolbox: pitch classes that sound at once",
    ),
    Attribute(
        "polyphony",
        "Polyphony",
        "notes",
        0.5,
        12,
        1,
        True,
        "Notes that sound at once, where any does.",
        "jSymbolic 2.2, Average Number of Simultaneous Pitches, weighted by time",
    ),
    Attribute(
        "rhythmic_variety",
        "Rhythmic variety",
        "bits",
        0,
        4,
        2,
        False,
        "Entropy of the steps between onsets.",
        "Shannon 1948; Eerola & Toiviainen 2004, MIDI Toolbox: entropy of durations",
    ),
    Attribute(
        "syncopation",
        "Syncopation",
        "",
        0,
        0.8,
        2,
        False,
        "Share of notes held from off a beat over the beat.",
        "Longuet-Higgins & Lee 1984: notes held over a stronger beat",
    ),
    Attribute(
        "articulation",
        "Articulation",
        "",
        0.1,
        1,
        2,
        True,
        "Staccato (low) to legato (1).",
        "Bresin & Battel 2000: key overlap as the sounding share of the time to the next note",
    ),
    Attribute(
        "loudness",
        "Loudness",
        "MIDI velocity",
        10,
        120,
        0,
        True,
        "Mean velocity.",
        "MIDI 1.0: velocity",
    ),
    Attribute(
        "loudness_range",
        "Loudness range",
        "MIDI velocity",
        0,
        40,
        1,
        True,
        "Standard deviation of velocity.",
        "jSymbolic 2.2, Variation of Dynamics",
    ),
    Attribute(
        "melodic_motion",
        "Melodic motion",
        "semitones",
        0,
        14,
        1,
        True,
        "Mean step of the highest voice.",
        "jSymbolic 2.2, Mean Melodic Interval, of the highest voice",
    ),
)
NAMES = tuple(attribute.name for attribute in ATTRIBUTES)
INDEX = {name: index for index, name in enumerate(NAMES)}
BAR_NAMES = tuple(name for name in NAMES if name != "tempo")
"""The attributes that the model can also be given bar by bar."""

# Krumhansl & Kessler's key profiles (1982), from C
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


def _profiles() -> FloatArray:
    rows = [np.roll(profile, tonic) for profile in (_MAJOR, _MINOR) for tonic in range(12)]
    table = np.array(rows) - np.mean(rows, axis=1, keepdims=True)
    return np.asarray(table / np.linalg.norm(table, axis=1, keepdims=True))


KEY_PROFILES: FloatArray = _profiles()
"""(24, 12): centred and normed; rows 0..11 are the major keys from C, 12..23 the minor ones."""
_CONSONANT = np.isin(np.arange(12), (3, 4, 5, 7, 8, 9))
CONSONANT_PAIRS: FloatArray = _CONSONANT[(np.arange(12)[:, None] - np.arange(12)[None, :]) % 12].astype(np.float64)
"""(12, 12): 1 where two pitch classes are a third, fourth, fifth or sixth apart."""


@dataclass(frozen=True)
class Notes:
    """Notes to measure, in parallel arrays sorted by `start_q`.

    `start_q`, `end_q` in quarter notes, `start_s`, `end_s` in seconds, `pitch`, `velocity`; `length_q`, `length_s`
    of the whole; `beat_q` is the length of a beat in quarters.
    """

    start_q: FloatArray
    end_q: FloatArray
    start_s: FloatArray
    end_s: FloatArray
    pitch: IntArray
    velocity: IntArray
    length_q: float
    length_s: float
    beat_q: float = 1.0


def notes_of(score: Score) -> Notes:
    """The pitched notes of `score`, ready to measure (drum tracks are left out)."""
    drums = np.array([track.is_drum for track in score.tracks], dtype=bool)
    keep = ~drums[score.track] if len(drums) else np.ones(score.note_count, dtype=bool)
    start, end = score.start[keep], score.start[keep] + score.duration[keep]
    numerator, denominator = (int(value) for value in score.metre[0])
    compound = denominator == 8 and numerator % 3 == 0
    return Notes(
        start_q=start / score.ticks_per_quarter,
        end_q=end / score.ticks_per_quarter,
        start_s=score.seconds_at(start),
        end_s=score.seconds_at(end),
        pitch=score.pitch[keep],
        velocity=score.velocity[keep],
        length_q=score.length / score.ticks_per_quarter,
        length_s=score.duration_s,
        beat_q=1.5 if compound else 4.0 / denominator,
    )


def pitch_class_weights(notes: Notes) -> FloatArray:
    """The seconds that each of the twelve pitch classes sounds."""
    return np.bincount(notes.pitch % 12, weights=notes.end_s - notes.start_s, minlength=12).astype(np.float64)


def key_fit(weights: FloatArray) -> FloatArray:
    """How well each of the 24 keys fits pitch-class `weights` (12,): correlations, major keys first.

    Source: Krumhansl, "Cognitive Foundations of Musical Pitch", 1990, chapter 4.
    """
    centred = weights - weights.mean()
    norm = float(np.linalg.norm(centred))
    return np.asarray(KEY_PROFILES @ (centred / norm)) if norm > 0 else np.zeros(24)


def key_of(notes: Notes) -> int:
    """The key that fits best: 0..11 major from C, 12..23 minor."""
    return int(np.argmax(key_fit(pitch_class_weights(notes))))


def sounding_classes(times: FloatArray, notes: Notes) -> FloatArray:
    """How many notes of each pitch class sound from each of the sorted `times` on: (k, 12)."""
    change = np.zeros((len(times) + 1, 12))
    pitch_class = notes.pitch % 12
    np.add.at(change, (np.searchsorted(times, notes.start_s), pitch_class), 1.0)
    np.add.at(change, (np.searchsorted(times, notes.end_s), pitch_class), -1.0)
    return np.asarray(np.cumsum(change, axis=0)[:-1])


def _entropy_bits(values: IntArray) -> float:
    counts = np.unique(values, return_counts=True)[1]
    share = counts / counts.sum()
    return float(-(share * np.log2(share)).sum())


def measure_notes(notes: Notes) -> FloatArray:
    """All ATTRIBUTES of `notes`, in their order. Silence gives zeros apart from the tempo.

    Onsets less than 30 ms apart count as one moment. Harmony is measured from one onset to the next and weighted by
    time. Melodic motion follows the highest note of each onset. Rhythmic variety rounds steps to thirds of an octave.
    """
    values = np.zeros(len(ATTRIBUTES))
    if notes.length_s <= 0 or notes.length_q <= 0:
        return values
    length_s, length_q = notes.length_s, notes.length_q
    values[INDEX["tempo"]] = 60.0 * length_q / length_s
    if not len(notes.pitch):
        return values
    pitch, velocity = notes.pitch.astype(np.float64), notes.velocity.astype(np.float64)
    new = np.concatenate([[True], np.diff(notes.start_s) > 0.03])
    group = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    onset_s, onset_q = notes.start_s[first], notes.start_q[first]

    values[INDEX["onset_rate"]] = len(first) / length_s
    values[INDEX["note_density"]] = len(pitch) / length_q
    values[INDEX["register"]] = pitch.mean()
    low, high = np.percentile(pitch, (5, 95))
    values[INDEX["pitch_range"]] = high - low
    fit = key_fit(pitch_class_weights(notes))
    values[INDEX["mode"]] = fit[:12].max() - fit[12:].max()
    values[INDEX["loudness"]] = velocity.mean()
    values[INDEX["loudness_range"]] = velocity.std()
    top = np.maximum.reduceat(pitch, first)
    values[INDEX["melodic_motion"]] = np.abs(np.diff(top)).mean() if len(top) > 1 else 0.0

    # harmony: between all moments at which a note begins or ends
    times = np.unique(np.concatenate([notes.start_s, notes.end_s]))
    sounding = sounding_classes(times, notes)[:-1]
    span_s = np.diff(times)
    count = sounding.sum(axis=1)
    heard_s = max(float(span_s[count > 0].sum()), 1e-6)
    present = (sounding > 0).astype(np.float64)
    values[INDEX["polyphony"]] = float((count * span_s).sum()) / heard_s
    values[INDEX["chord_richness"]] = float((present.sum(axis=1) * span_s).sum()) / heard_s
    pairs = present.sum(axis=1) ** 2 - present.sum(axis=1)
    consonant = ((present @ CONSONANT_PAIRS) * present).sum(axis=1)
    pair_s = float((pairs * span_s).sum())
    values[INDEX["consonance"]] = float((consonant * span_s).sum()) / pair_s if pair_s > 0 else 1.0

    # rhythm
    if len(first) > 1:
        step_q = np.maximum(np.diff(onset_q), 1e-3)
        values[INDEX["rhythmic_variety"]] = _entropy_bits(np.round(3.0 * np.log2(step_q)).astype(np.int64))
        step_s = np.append(np.diff(onset_s), np.inf)[group]
        inner = np.isfinite(step_s)
        sounds = (notes.end_s - notes.start_s)[inner] / np.maximum(step_s[inner], 0.03)
        values[INDEX["articulation"]] = float(np.minimum(sounds, 1.0).mean())
    else:
        values[INDEX["articulation"]] = 1.0
    beats = notes.start_q / notes.beat_q
    off = np.abs(beats - np.round(beats)) > 1e-3
    values[INDEX["syncopation"]] = float((off & (notes.end_q / notes.beat_q > np.ceil(beats) + 1e-3)).mean())
    return values


def measure(score: Score) -> Measures:
    """All attributes of the whole `score`."""
    return Measures(NAMES, tuple(attribute.unit for attribute in ATTRIBUTES), measure_notes(notes_of(score)))
