"""Feelings: takes of the four quadrants before the judge, and in-between feelings along lines from calm to tense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from generators.affect import AffectPoint, emotion_named
from generators.artifacts import FloatArray, IntArray, Score
from generators.music import attributes
from generators.music.evaluation.alignment import Alignment
from generators.music.evaluation.statistics import scores_among, spearman
from generators.music.evaluation.takes import Takes
from generators.music.judge import Judge, cross_validated, verdicts_of
from generators.music.judge_network import notes_of_score
from generators.music.labels import QUADRANT_SIGNS, LabelledClip
from generators.music.request import ComposeRequest

QUADRANT_NAMES = ("Q1, happy", "Q2, tense", "Q3, sad", "Q4, calm")
INTENSITIES = (0.4, 0.7, 1.0)
PLAIN = 0.7
"""The intensity that stands for "a take of this quadrant" elsewhere."""
EMOGEN_JUDGED = 0.81
"""The share of EmoGen's own demonstration pieces that a judge of this kind places in the quadrant meant."""


def quadrant_requests(count: int, bars: int, intensity: float) -> list[list[ComposeRequest]]:
    """`count` requests (seeds 0, 1, 2 …) for each quadrant, at ±`intensity` on both axes."""
    return [
        [
            ComposeRequest(affect=AffectPoint(v * intensity, a * intensity), bars=bars, seed=seed)
            for seed in range(count)
        ]
        for v, a in QUADRANT_SIGNS
    ]


def quadrant_takes(takes: Takes, count: int, bars: int, intensity: float = PLAIN) -> list[list[Score]]:
    """The takes of `quadrant_requests`, a list for each quadrant."""
    return [
        takes.many(group, f"{name} at {intensity:g}")
        for name, group in zip(QUADRANT_NAMES, quadrant_requests(count, bars, intensity), strict=True)
    ]


def _signs(sizes: Sequence[int]) -> tuple[IntArray, IntArray]:
    valence, arousal = np.repeat(np.array(QUADRANT_SIGNS), sizes, axis=0).T
    return valence, arousal


def _row(name: str, right: tuple[FloatArray, FloatArray, FloatArray]) -> str:
    return f"| {name} ({len(right[0])}) | " + " | ".join(f"{part.mean():.3f}" for part in right) + " |"


def aroused(judge: Judge, pieces: Sequence[FloatArray]) -> float:
    """The share of `pieces` (notes of each) that the judge hears as high in arousal."""
    table = np.array([judge.opinions(notes).mean(axis=0) for notes in pieces])
    return float((verdicts_of(table).arousal > 0.5).mean())


def judged_table(
    judge: Judge, clips: Sequence[LabelledClip], groups: dict[float, list[list[Score]]], real: Sequence[Score]
) -> Iterator[str]:
    """Markdown: the judge's accuracy on real clips and on takes of each intensity; and what it took for what.

    `groups` holds takes by intensity, a list for each quadrant; `real` are real scores, by which takes are read as
    clips (see alignment.py). On real clips each network judges songs it never heard; on takes all of them judge
    together, and, for a like comparison, one by one.
    """
    notes = [notes_of_score(score) for score in real]
    align = Alignment.fit(notes, [notes_of_score(clip.score) for clip in clips])
    yield (
        "Velocities and note lengths of takes are read by rank, as alignment.py says. Heard as aroused among "
        f"{len(notes)} real scores: {aroused(judge, notes):.0%} as they stand, "
        f"{aroused(judge, [align(part) for part in notes]):.0%} so read."
    )
    yield ""
    yield "| judged | quadrant | valence | arousal |"
    yield "|---|---|---|---|"
    truth = np.array([clip.valence for clip in clips]), np.array([clip.arousal for clip in clips])
    yield _row("real clips, by song", cross_validated(judge, clips).correct(*truth))
    together = np.zeros((4, 4))
    for intensity, quadrants in groups.items():
        sizes = [len(group) for group in quadrants]
        scores, signs = [score for group in quadrants for score in group], _signs(sizes)
        opinions = np.array([judge.opinions(align(notes_of_score(score))) for score in scores])  # (n, networks, 6)
        verdicts = verdicts_of(opinions.mean(axis=1))
        yield _row(f"takes at ±{intensity:g}", verdicts.correct(*signs))
        single = [verdicts_of(table).correct(*signs) for table in opinions.transpose(1, 0, 2)]
        alone = np.mean([[part.mean() for part in right] for right in single], axis=0)
        yield f"| – one network alone, mean | {alone[0]:.3f} | {alone[1]:.3f} | {alone[2]:.3f} |"
        np.add.at(together, (np.repeat(np.arange(4), sizes), verdicts.quadrant.argmax(axis=1)), 1.0)
    yield f"| EmoGen's own demonstration pieces, a comparable judge | {EMOGEN_JUDGED:.2f} | | |"
    yield ""
    yield "| asked, all intensities | " + " | ".join(f"heard as {name}" for name in QUADRANT_NAMES) + " |"
    yield "|---|---|---|---|---|"
    for name, row in zip(QUADRANT_NAMES, together, strict=True):
        yield f"| {name} | " + " | ".join(f"{value:.0%}" for value in row / max(row.sum(), 1.0)) + " |"


def means_table(groups: Sequence[Sequence[Score]], clips: Sequence[LabelledClip]) -> Iterator[str]:
    """Markdown: mean value and mean normal score of each attribute by quadrant, beside that of the labelled clips."""
    values = np.array([attributes.measure(score).values for group in groups for score in group])
    place = np.repeat(np.arange(4), [len(group) for group in groups])
    ours = scores_among(values, values)
    theirs = None
    if clips:
        measured = np.array([attributes.measure(clip.score).values for clip in clips])
        quadrant = np.array([clip.quadrant for clip in clips])
        theirs = np.array([scores_among(measured, measured)[quadrant == q].mean(axis=0) for q in range(4)])
    yield "| attribute | | Q1 | Q2 | Q3 | Q4 | agreement |"
    yield "|---|---|---|---|---|---|---|"
    for index, attribute in enumerate(attributes.ATTRIBUTES):
        if not attribute.in_seconds:
            continue
        mean = [values[place == q, index].mean() for q in range(4)]
        rank = np.array([ours[place == q, index].mean() for q in range(4)])
        unit = attribute.unit or "no unit"
        yield f"| {attribute.title} | mean, {unit} | " + " | ".join(f"{value:.2f}" for value in mean) + " | |"
        yield "| | rank, ours | " + " | ".join(f"{value:+.2f}" for value in rank) + " | |"
        if theirs is not None:
            clip = theirs[:, index]
            agreement = float(np.asarray(np.corrcoef(rank, clip))[0, 1]) if rank.std() > 0 and clip.std() > 0 else 0.0
            yield "| | rank, clips | " + " | ".join(f"{v:+.2f}" for v in clip) + f" | r = {agreement:+.2f} |"


LED: dict[str, float] = {"onset_rate": 1.0, "loudness": 1.0, "mode": -1.0}
"""The attributes that must follow the line, and which way they go from calm to tense."""
WANTED: dict[str, float] = {"onset_rate": 0.9, "loudness": 0.9, "mode": 0.7}


def line_requests(lines: int, points: int, bars: int) -> list[list[ComposeRequest]]:
    """For each of `lines` seeds, requests at `points` even steps from calm to tense."""
    calm, tense = emotion_named("calm").point, emotion_named("tense").point
    steps = np.linspace(0.0, 1.0, points).tolist()
    return [
        [ComposeRequest(affect=calm.mixed(tense, step), bars=bars, seed=seed) for step in steps]
        for seed in range(lines)
    ]


def between_table(takes: Takes, lines: int, points: int, bars: int) -> Iterator[str]:
    """Markdown: how steadily what a feeling leads moves along lines from calm to tense, one seed a line."""
    found: dict[str, list[float]] = {name: [] for name in LED}
    for number, requests in enumerate(line_requests(lines, points, bars)):
        scores = takes.many(requests, f"line {number + 1} of {lines}")
        values = np.array([attributes.measure(score).values for score in scores])
        for name, direction in LED.items():
            steps = np.arange(len(scores), dtype=np.float64)
            found[name].append(direction * spearman(steps, values[:, attributes.INDEX[name]]))
    yield f"{lines} lines of {points} points, {bars} bars each."
    yield ""
    yield "| attribute | median rank correlation along the line | lowest, highest | aim |"
    yield "|---|---|---|---|"
    for name, values_ in found.items():
        title = attributes.ATTRIBUTES[attributes.INDEX[name]].title
        spread = f"{min(values_):.2f}, {max(values_):.2f}"
        yield f"| {title} | {np.median(values_):.2f} | {spread} | {WANTED[name]:.1f} |"
