"""The figures of the music model, made again, on takes that were not selected.

    python -m generators.music.evaluate --data pack.npz --labels emopia_train.zip
    python -m generators.music.evaluate --parts features between --takes 60 --data pack.npz

Markdown goes to stdout, progress to stderr. Takes are kept in --folder, so that a run that was stopped goes on where
it was; they are composed again when the weights or the code that composes have changed. PARTS says what there is.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path

import torch

from generators.artifacts import IntArray, Score
from generators.errors import AffectStudioError, BadRequest
from generators.music.compose import compose
from generators.music.dataset import Pack
from generators.music.evaluation import control, copying, diversity, feelings, likeness
from generators.music.evaluation.excerpts import TRAINING_SAMPLE, Excerpts, excerpts_of
from generators.music.evaluation.takes import Takes
from generators.music.labels import LabelledClip, read_labelled
from generators.music.model import MusicModel, load_model
from generators.music.repetition import Corpus, near_duplicates
from generators.music.request import ENSEMBLES, SHIPPED_MODEL, ComposeRequest
from generators.progress import silent
from generators.runtime.folders import assets_folder

PARTS: dict[str, str] = {
    "features": "Control of the hundred features",
    "attributes": "Control of the musician's attributes",
    "bars": "Control bar by bar",
    "feelings": "Feelings, by a judge that reads notes",
    "means": "Feelings, by mean attributes",
    "between": "In-between feelings",
    "likeness": "Likeness to real music",
    "copying": "Copying from the training music",
    "diversity": "Diversity",
    "likelihood": "Held-out likelihood, nats an event",
    "speed": "Speed",
}
DEFAULT = ComposeRequest()
TAKES = "takes"
REAL_SCORES = 300
"""How many real scores say how a score's velocities and lengths are to be read."""
NEEDS_DATA = ("features", "attributes", "bars", "feelings", "likeness", "copying", "likelihood")
NEEDS_LABELS = ("feelings",)


def likelihood_lines(pack: Pack, weights: Sequence[Path]) -> Iterator[str]:
    """Held-out nats an event of each weight file, with the conditions told and left free."""
    from generators.music.batches import Edges, held_out_batches
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
                context = network.config.context
                batches = held_out_batches(
                    pack, edges, batch=8, limit=240, context=context, conditioned=conditioned, ensemble=ensemble
                )
                row.append(f"{held_out_nats(network, batches, torch.device('cpu'))['all']:.3f}")
        if not facts["conditioned"]:
            row[:2] = ["never told"] * 2
        yield f"| {path.stem} | {facts['events']:,} | " + " | ".join(row) + " |"


def speed_line(model: MusicModel, bars: int, takes: int = 6) -> str:
    """Seconds of music in a second of work, by the processor's clock."""
    music_s, work_s, notes = 0.0, 0.0, 0
    for seed in range(takes):
        begun = time.process_time()
        score, _ = compose(ComposeRequest(bars=bars, seed=seed), model, silent)
        work_s += time.process_time() - begun
        music_s += score.duration_s
        notes += score.note_count
    return f"{music_s / work_s:.0f} s of music in 1 s of work on one core ({notes / work_s:.0f} notes a second)."


class Evaluation:
    """What the parts share, made when first needed: takes, real music, clips and the judge."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.model = load_model(options.weights)
        self.takes = self._takes(options.weights, self.model, TAKES)

    def _takes(self, weights: Path, model: MusicModel, name: str) -> Takes:
        options = self.options
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        settings: dict[str, object] = {}
        if name == TAKES:
            settings = {"tries": options.tries, "refine": options.refine, "guidance": options.guidance}
        else:  # nothing is asked of these: there is nothing to try for
            settings = {"tries": 1, "refine": 0, "guidance": 1.0}
        folder = options.folder / "takes"
        return Takes(model, digest, folder, name=name, settings=settings, workers=options.workers)

    @cached_property
    def free(self) -> Takes:
        """Takes of the unconditioned model, or of the same one where none is named."""
        weights: Path | None = self.options.free
        if weights is None:
            return self._takes(self.options.weights, self.model, "unconditioned")
        return self._takes(weights, load_model(weights), "unconditioned")

    @cached_property
    def pack(self) -> Pack:
        """The packed music."""
        return Pack.load(self.options.data)

    @cached_property
    def corpus(self) -> Corpus:
        """The runs of notes of the training music."""
        return Corpus.of(self.pack)

    @cached_property
    def copies(self) -> IntArray:
        """Held-out pieces that are trained on under another title: nothing is asked of them, or measured by them."""
        found: IntArray = near_duplicates(self.pack, corpus=self.corpus)
        return found

    @cached_property
    def excerpts(self) -> Excerpts:
        """Held-out and training excerpts of one ensemble."""
        ensemble = ENSEMBLES.index(self.options.ensemble)
        found = excerpts_of(self.pack, training=self.options.real, ensemble=ensemble, copies=self.copies)
        if not found.held_out.any() or found.held_out.all():
            raise BadRequest(f"{self.options.data} lacks held-out or training music for {self.options.ensemble}.")
        return found

    @cached_property
    def clips(self) -> list[LabelledClip]:
        """The labelled clips; none where no archive is given."""
        return list(read_labelled(self.options.labels)) if self.options.labels else []

    @cached_property
    def quadrants(self) -> list[list[Score]]:
        """Takes of each quadrant at the plain intensity."""
        options = self.options
        return feelings.quadrant_takes(self.takes, max(options.takes // 4, 1), options.bars)

    def lines(self, part: str) -> Iterator[str]:
        """The Markdown of `part`, a name in PARTS."""
        options, count = self.options, self.options.takes
        if part == "features":
            yield from control.feature_table(self.excerpts, self.takes, self.free, count)
        elif part == "attributes":
            yield from control.attribute_table(self.excerpts, self.takes, count)
        elif part == "bars":
            yield from control.bar_table(self.excerpts, self.takes, max(count // 2, 1))
        elif part == "feelings":
            yield from self._judged()
        elif part == "means":
            yield from feelings.means_table(self.quadrants, self.clips)
        elif part == "between":
            yield from feelings.between_table(self.takes, options.lines, options.points, max(options.bars // 2, 1))
        elif part == "likeness":
            yield from likeness.likeness_table(self.excerpts, self.takes, count)
        elif part == "copying":
            yield from copying.copying_table(self.quadrants, self.pack, self.corpus, self.copies)
        elif part == "diversity":
            real = self.excerpts if options.data else None
            yield from diversity.spread_table(self.quadrants, self.clips, real)
            if real is not None:
                yield ""
                yield from diversity.patterns_table(self.quadrants, real)
        elif part == "likelihood":
            yield from likelihood_lines(self.pack, [options.weights, *options.compare])
        elif part == "speed":
            yield speed_line(self.model, options.bars)

    def _judged(self) -> Iterator[str]:
        from generators.music.judge import train_judge

        say = partial(print, file=sys.stderr, flush=True)
        judge = train_judge(self.clips, self.options.judge, epochs=self.options.judge_epochs, report=say)
        each = max(self.options.takes // (4 * len(feelings.INTENSITIES)), 1)
        groups = {
            intensity: feelings.quadrant_takes(self.takes, each, self.options.bars, intensity)
            for intensity in feelings.INTENSITIES
        }
        real = self.excerpts.trained.scores[:: max(len(self.excerpts.trained) // REAL_SCORES, 1)]
        yield from feelings.judged_table(judge, self.clips, groups, real)


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    from generators.music.judge import EPOCHS, FOLDER

    parser = argparse.ArgumentParser(
        description="Print the figures of the music model, as Markdown.",
        epilog="Parts: " + "; ".join(f"{name} ({title.lower()})" for name, title in PARTS.items()) + ".",
    )
    shipped = assets_folder() / "music" / f"{SHIPPED_MODEL}.safetensors"
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=None, metavar="PART", help="only these; see below")
    parser.add_argument("--weights", type=Path, default=shipped, help="the weight file; the shipped one if not given")
    parser.add_argument("--free", type=Path, default=None, help="weights of an unconditioned model, for the baseline")
    parser.add_argument("--data", type=Path, default=None, help="the pack, for all that is held against real music")
    parser.add_argument("--labels", type=Path, default=None, help="the archive of labelled clips")
    parser.add_argument("--compare", type=Path, nargs="*", default=[], help="further weight files for the likelihood")
    parser.add_argument("--takes", type=int, default=200, help="takes of each part")
    parser.add_argument("--bars", type=int, default=16, help="bars of a take that no excerpt gives a length")
    parser.add_argument("--tries", type=int, default=DEFAULT.tries, help="tries of each stretch of bars")
    parser.add_argument("--refine", type=int, default=DEFAULT.refine, help="passes that bring takes closer")
    parser.add_argument("--guidance", type=float, default=DEFAULT.guidance, help="how hard attributes pull")
    parser.add_argument("--workers", type=int, default=1, help="processes that compose")
    parser.add_argument("--lines", type=int, default=20, help="lines from calm to tense")
    parser.add_argument("--points", type=int, default=21, help="points of a line")
    parser.add_argument("--real", type=int, default=TRAINING_SAMPLE, help="training excerpts to measure")
    parser.add_argument("--ensemble", choices=ENSEMBLES, default=ENSEMBLES[0], help="whose excerpts are asked for")
    parser.add_argument("--threads", type=int, default=1, help="threads of the judge")
    parser.add_argument("--folder", type=Path, default=Path(".train") / "evaluation", help="where takes are kept")
    parser.add_argument("--judge", type=Path, default=FOLDER, help="where the judge is kept (never share it)")
    parser.add_argument("--judge-epochs", type=int, default=EPOCHS, help="how long a judge that is missing is trained")
    return parser.parse_args(arguments)


def missing_for(part: str, options: argparse.Namespace) -> str:
    """The option that `part` needs and was not given, or ""."""
    missing = {"--data": part in NEEDS_DATA and options.data is None}
    missing["--labels"] = part in NEEDS_LABELS and options.labels is None
    return " and ".join(name for name, is_missing in missing.items() if is_missing)


def main() -> None:
    """Print the figures as Markdown."""
    options = options_of()
    for part in options.parts or ():
        if missing := missing_for(part, options):
            raise SystemExit(f"The part {part} needs {missing}: give it, or leave the part out.")
    torch.set_num_threads(options.threads)
    try:
        evaluation = Evaluation(options)
        for part, title in PARTS.items():
            if (options.parts and part not in options.parts) or missing_for(part, options):
                continue
            print(f"\n### {title}\n", flush=True)  # noqa: T201 - the output of a command
            for line in evaluation.lines(part):
                print(line, flush=True)  # noqa: T201
    except (AffectStudioError, OSError) as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
