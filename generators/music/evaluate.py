"""The figures of the model card, made again.

    python -m generators.music.evaluate --data pack.npz --labels emopia_train.zip

Unselected pieces of each quadrant against the labelled clips, control, held-out likelihood, repetition and speed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import NormalDist

import numpy as np

from generators.affect import AffectPoint, emotion_named
from generators.artifacts import FloatArray, Score
from generators.music import attributes
from generators.music.batches import Edges, held_out_batches
from generators.music.compose import compose
from generators.music.dataset import Pack
from generators.music.emotion import read_labels
from generators.music.model import MusicModel, load_model
from generators.music.repetition import Corpus, pack_sequences, score_sequence
from generators.music.request import SHIPPED_MODEL, ComposeRequest
from generators.progress import silent
from generators.runtime.folders import assets_folder

QUADRANTS = ("q1", "q2", "q3", "q4")
_LABELS = ((1, 1), (-1, 1), (-1, -1), (1, -1))
MAIN = ("onset_rate", "register", "mode", "loudness")
BARS = 16


def normal_scores(values: FloatArray) -> FloatArray:
    """Each column of `values` (n, k) as normal scores of its ranks; equal values share theirs."""
    columns = []
    for column in values.T:
        _, inverse, count = np.unique(column, return_inverse=True, return_counts=True)
        middle: FloatArray = np.asarray(np.cumsum(count) - (count - 1) / 2 - 0.5, dtype=np.float64)
        columns.append([NormalDist().inv_cdf(rank) for rank in (middle[inverse] / len(column)).tolist()])
    return np.array(columns).T


def spearman(first: FloatArray, second: FloatArray) -> float:
    """The rank correlation of two rows of values; 0 where one never changes."""
    ranks = normal_scores(np.stack([first, second], axis=1)).T
    spread = ranks.std(axis=1)
    return float(np.asarray(np.corrcoef(ranks))[0, 1]) if (spread > 0).all() else 0.0


def quadrant_pieces(model: MusicModel, pieces: int) -> list[list[Score]]:
    """`pieces` unselected pieces (seeds 0, 1, 2 …) of each quadrant."""
    return [
        [
            compose(ComposeRequest(affect=emotion_named(name).point, bars=BARS, seed=seed), model, silent)[0]
            for seed in range(pieces)
        ]
        for name in QUADRANTS
    ]


def quadrant_table(pieces: Sequence[Sequence[Score]], labels: Path | None) -> Iterator[str]:
    """Mean value and mean normal score of each attribute by quadrant, beside that of the labelled clips."""
    values = np.array([attributes.measure(score).values for group in pieces for score in group])
    group = np.repeat(np.arange(4), [len(group) for group in pieces])
    ours = normal_scores(values)
    theirs = None
    if labels is not None:
        clips, valence, arousal = read_labels(labels)
        scores = normal_scores(clips)
        theirs = np.array([scores[(valence == v) & (arousal == a)].mean(axis=0) for v, a in _LABELS])
    yield "| attribute | | Q1 | Q2 | Q3 | Q4 | agreement |"
    yield "|---|---|---|---|---|---|---|"
    for index, attribute in enumerate(attributes.ATTRIBUTES):
        if not attribute.in_seconds:
            continue
        mean = [values[group == q, index].mean() for q in range(4)]
        rank = np.array([ours[group == q, index].mean() for q in range(4)])
        name = f"**{attribute.title}**" if attribute.name in MAIN else attribute.title
        yield f"| {name} | mean, {attribute.unit or 'no unit'} | " + " | ".join(f"{v:.2f}" for v in mean) + " | |"
        yield "| | rank, ours | " + " | ".join(f"{v:+.2f}" for v in rank) + " | |"
        if theirs is not None:
            clip = theirs[:, index]
            agreement = float(np.asarray(np.corrcoef(rank, clip))[0, 1]) if rank.std() > 0 else 0.0
            yield "| | rank, clips | " + " | ".join(f"{v:+.2f}" for v in clip) + f" | r = {agreement:+.2f} |"


def control_table(model: MusicModel, pieces: int) -> Iterator[str]:
    """Rank correlation of asked and measured attributes over pieces at random points and seeds."""
    rng = np.random.default_rng(0)
    asked, measured = [], []
    for seed in range(pieces):
        angle, radius = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform())
        point = AffectPoint(float(radius * np.cos(angle)), float(radius * np.sin(angle)))
        facts = compose(ComposeRequest(affect=point, bars=BARS, seed=1_000 + seed), model, silent)[1]
        asked.append([facts["asked"][name] for name in attributes.NAMES])
        measured.append([facts["measured"][name] for name in attributes.NAMES])
    wanted, got = np.array(asked), np.array(measured)
    yield "| attribute | rank correlation asked, measured |"
    yield "|---|---|"
    found = [spearman(wanted[:, index], got[:, index]) for index in range(len(attributes.NAMES))]
    for attribute, value in zip(attributes.ATTRIBUTES, found, strict=True):
        yield f"| {attribute.title} | {value:.2f} |"
    yield f"| mean | {np.mean(found):.2f} |"


def likelihood_lines(pack: Pack, weights: Sequence[Path]) -> Iterator[str]:
    """Held-out nats an event of each weight file, with the conditions told and left free."""
    import torch

    from generators.music.checkpoint import load_network
    from generators.music.train import held_out_nats

    edges = Edges.of(pack)
    yield "| weights | events seen | told, all | told, piano | free, all | free, piano |"
    yield "|---|---|---|---|---|---|"
    for path in weights:
        network, facts = load_network(path)
        row = []
        for conditioned in (True, False):
            for ensemble in (None, 0):
                batches = held_out_batches(pack, edges, batch=8, limit=240, conditioned=conditioned, ensemble=ensemble)
                row.append(f"{held_out_nats(network, batches, torch.device('cpu'))['all']:.3f}")
        if not facts["conditioned"]:
            row[:2] = ["never told"] * 2
        yield f"| {path.stem} | {facts['events']:,} | " + " | ".join(row) + " |"


def repetition_table(pieces: Sequence[Sequence[Score]], pack: Pack) -> Iterator[str]:
    """The longest runs of notes shared with the training music: our pieces beside held-out music of their length."""
    corpus = Corpus.of(pack)
    ours = [score_sequence(score) for group in pieces for score in group]
    size = int(np.median([len(sequence) for sequence in ours]))
    real = [sequence[:size] for sequence in pack_sequences(pack, held_out=True) if len(sequence) >= size // 2]
    yield "| pieces | longest shared run, median (max), notes | share of 8-step runs | of 16-step runs |"
    yield "|---|---|---|---|"
    for name, group in (("ours", ours), ("held-out music", real)):
        row = [f"{name} ({len(group)})", "–", "–", "–"]
        if group:
            longest = [corpus.longest_shared(sequence) for sequence in group]
            row[1] = f"{np.median(longest):.0f} ({max(longest)})"
        for column, n in ((2, 8), (3, 16)):
            shares = [corpus.knows(sequence, n).mean() for sequence in group if len(sequence) >= n]
            row[column] = f"{np.mean(shares):.1%}" if shares else "–"
        yield f"| {' | '.join(row)} |"


def speed_line(model: MusicModel) -> str:
    """Seconds of music in a second of work at 16 bars, by the processor's clock."""
    music_s, work_s, notes = 0.0, 0.0, 0
    for seed in range(6):
        begun = time.process_time()
        score, _ = compose(ComposeRequest(bars=BARS, seed=seed), model, silent)
        work_s += time.process_time() - begun
        music_s += score.duration_s
        notes += score.note_count
    return f"{music_s / work_s:.0f} s of music in 1 s of work on one core ({notes / work_s:.0f} notes a second)."


def main() -> None:
    """Print the figures as Markdown."""
    parser = argparse.ArgumentParser(description="Print the figures of the music model's card.")
    shipped = assets_folder() / "music" / f"{SHIPPED_MODEL}.safetensors"
    parser.add_argument("--weights", type=Path, default=shipped, help="the weight file; the shipped one if not given")
    parser.add_argument("--data", type=Path, default=None, help="the pack, for likelihood and repetition")
    parser.add_argument("--labels", type=Path, default=None, help="the archive of labelled clips")
    parser.add_argument("--compare", type=Path, nargs="*", default=[], help="further weight files for the likelihood")
    parser.add_argument("--pieces", type=int, default=20, help="pieces of each quadrant")
    chosen = parser.parse_args()
    model = load_model(chosen.weights)
    pieces = quadrant_pieces(model, chosen.pieces)
    sections = {
        f"Feelings: {chosen.pieces} unselected pieces of each quadrant": quadrant_table(pieces, chosen.labels),
        "Control": control_table(model, 4 * chosen.pieces),
        "Speed": iter([speed_line(model)]),
    }
    if chosen.data is not None:
        pack = Pack.load(chosen.data)
        sections["Held-out likelihood, nats an event"] = likelihood_lines(pack, [chosen.weights, *chosen.compare])
        sections["Repetition"] = repetition_table(pieces, pack)
    for title, lines in sections.items():
        print(f"\n### {title}\n", flush=True)  # noqa: T201 - the output of a command
        for line in lines:
            print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
