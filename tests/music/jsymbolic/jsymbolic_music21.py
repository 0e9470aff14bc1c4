"""The attributes that music21's port of jSymbolic also has, measured by music21."""

from __future__ import annotations

from typing import Any

from generators.artifacts import Score


def stream_of(score: Score) -> Any:
    """`score` as a music21 stream: a part for each track, notes of one onset and length as a chord."""
    from music21 import chord, instrument, note, stream, tempo

    whole = stream.Score()
    for index in range(len(score.tracks)):
        part = stream.Part()
        part.insert(0, instrument.Piano())
        if index == 0:
            part.insert(0, tempo.MetronomeMark(number=float(score.tempo_bpm[0])))
        together: dict[tuple[int, int], list[int]] = {}
        mine = score.track == index
        for start, duration, pitch in zip(
            score.start[mine].tolist(), score.duration[mine].tolist(), score.pitch[mine].tolist(), strict=True
        ):
            together.setdefault((start, duration), []).append(pitch)
        for (start, duration), pitches in together.items():
            element = note.Note(pitches[0]) if len(pitches) == 1 else chord.Chord(pitches)
            element.quarterLength = duration / score.ticks_per_quarter
            part.insert(start / score.ticks_per_quarter, element)
        whole.insert(0, part)
    return whole


def measure_by_music21(score: Score) -> dict[str, float]:
    """The values by our names."""
    from music21.features import base, jSymbolic

    data = base.DataInstance(stream_of(score))
    data.parseStream()

    def extract(extractor: Any) -> list[float]:
        return list(extractor(data).extract().vector)

    found: dict[str, float] = {}
    classes = extract(jSymbolic.PitchClassDistributionFeature)
    found |= {f"Pitch Class Histogram_{bin_}": classes[bin_] for bin_ in (2, 3, 4, 5, 8, 9)}
    intervals = extract(jSymbolic.MelodicIntervalHistogramFeature)
    total = sum(intervals)
    bins = (0, 2, 4, 12, 16, 36, 43, 48)
    found |= {f"Melodic Interval Histogram_{bin_}": intervals[bin_] / total if total else 0.0 for bin_ in bins}
    for name, extractor in {
        "Number of Pitches": jSymbolic.PitchVarietyFeature,
        "Range": jSymbolic.RangeFeature,
        "Importance of Bass Register": jSymbolic.ImportanceOfBassRegisterFeature,
        "Importance of Middle Register": jSymbolic.ImportanceOfMiddleRegisterFeature,
        "Importance of High Register": jSymbolic.ImportanceOfHighRegisterFeature,
        "Most Common Pitch": jSymbolic.MostCommonPitchFeature,
        "Prevalence of Most Common Melodic Interval": jSymbolic.MostCommonMelodicIntervalPrevalenceFeature,
        "Amount of Arpeggiation": jSymbolic.AmountOfArpeggiationFeature,
        "Average Length of Melodic Arcs": jSymbolic.DurationOfMelodicArcsFeature,
        "Duration in Seconds": jSymbolic.DurationFeature,
        "Variability of Time Between Attacks": jSymbolic.VariabilityOfTimeBetweenAttacksFeature,
    }.items():
        found[name] = extract(extractor)[0]
    return found
