"""A judge of feeling that never sees our attributes: a small network that reads the notes themselves.

It is trained on the labelled clips of EMOPIA, in folds by song, and judges takes for the evaluation; it is no part of
composing. Its weights may not be shared (the clips are CC BY-NC-SA), so they stay in an ignored folder and are
trained again where they are missing; a run that was stopped goes on with the fold it was in.

    python -m generators.music.judge --labels emopia_train.zip        trains what is missing, prints its accuracy

Heads for valence, arousal and the quadrant are apart; a quadrant is what its own head and the other two say together.
Source of the clips and of the task: Hung et al., "EMOPIA: A Multi-Modal Pop Piano Dataset For Emotion Recognition and
Emotion-based Music Generation", 2021 (its best network over symbols reaches 0.68 on quadrants).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as tnf

from generators.artifacts import FloatArray, IntArray, Score
from generators.errors import ModelMissing
from generators.music.judge_network import WINDOW_S, JudgeNetwork, augmented, batch_of, notes_of_score, window
from generators.music.labels import LabelledClip, quadrants_of, read_labelled
from generators.runtime.training_files import read_tensors, write_tensors

FOLDS = 5
EPOCHS = 45
BATCH = 32
FOLDER = Path(".train") / "judge"
VERSION = 1
PEAK_RATE = 3e-3
_LOOKS = 4
"""How many windows of a piece are judged."""


@dataclass(frozen=True)
class Verdicts:
    """What the judge says of n pieces: probabilities of the quadrants 1..4 (n, 4), of high valence and arousal (n,)."""

    quadrant: FloatArray
    valence: FloatArray
    arousal: FloatArray

    def correct(self, valence: IntArray, arousal: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Where quadrant, valence and arousal agree with what was meant (n,), given as signs: 1.0 or 0.0 each."""
        meant = self.quadrant.argmax(axis=1) == quadrants_of(valence, arousal)
        high, loud = (self.valence > 0.5) == (valence > 0), (self.arousal > 0.5) == (arousal > 0)
        return meant.astype(np.float64), high.astype(np.float64), loud.astype(np.float64)


def fold_of_songs(clips: Sequence[LabelledClip]) -> IntArray:
    """The fold 0..FOLDS - 1 of each clip; clips of one song share it."""
    songs = sorted({clip.song for clip in clips}, key=lambda song: hashlib.sha256(song.encode()).digest())
    place = {song: index % FOLDS for index, song in enumerate(songs)}
    return np.array([place[clip.song] for clip in clips], dtype=np.int64)


def songs_digest(clips: Sequence[LabelledClip]) -> str:
    """What names the songs of `clips`: other songs would fall into other folds."""
    return hashlib.sha256("\n".join(sorted({clip.song for clip in clips})).encode()).hexdigest()


def learning_rate(done: float) -> float:
    """The rate after the share `done` of the training: a short rise, then a cosine to nothing."""
    return PEAK_RATE * min(done / 0.15, 1.0) * 0.5 * (1.0 + float(np.cos(np.pi * max(done - 0.15, 0.0) / 0.85)))


def _quietly(text: str) -> None:
    """Report nothing."""


def train_network(
    clips: Sequence[LabelledClip], *, epochs: int = EPOCHS, seed: int = 0, report: Callable[[str], None] = _quietly
) -> JudgeNetwork:
    """A network trained on `clips`; its weights are a running mean, which judges more evenly than the last ones."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    network = JudgeNetwork().train()
    mean = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    optimiser = torch.optim.AdamW(network.parameters(), lr=PEAK_RATE, weight_decay=0.05)
    notes = [notes_of_score(clip.score) for clip in clips]
    valence, arousal = (np.array([getattr(clip, name) for clip in clips]) for name in ("valence", "arousal"))
    quadrant = torch.from_numpy(quadrants_of(valence, arousal))
    signs = torch.from_numpy(np.stack([valence > 0, arousal > 0], axis=1).astype(np.float32)) * 0.9 + 0.05
    batches = max(len(clips) // BATCH, 1)
    for epoch in range(epochs):
        order, total = rng.permutation(len(clips)), 0.0
        for step in range(batches):
            chosen = order[step * BATCH : (step + 1) * BATCH]
            logits = network(*batch_of([_look(notes[index], rng) for index in chosen]))
            at = torch.from_numpy(chosen)
            loss = tnf.cross_entropy(logits[:, :4], quadrant[at], label_smoothing=0.1)
            loss = loss + 2.0 * tnf.binary_cross_entropy_with_logits(logits[:, 4:], signs[at])
            made = epoch * batches + step
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(made / (epochs * batches))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            for name, tensor in network.state_dict().items():
                mean[name].lerp_(tensor, 1.0 - min(0.99, made / (made + 10)))
            total += loss.item()
        report(f"epoch {epoch + 1} of {epochs}: loss {total / batches:.3f}")
    network.load_state_dict(mean)
    return network.eval()


def _look(notes: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A window somewhere in `notes`, changed as another player might."""
    played = augmented(notes, rng)
    end = float(played[-1, 0]) if len(played) else 0.0
    return window(played, rng.uniform(0.0, max(end - WINDOW_S, 1e-3)))


class Judge:
    """One network for each fold of songs; of a take they give the mean opinion."""

    def __init__(self, networks: Sequence[JudgeNetwork]) -> None:
        self.networks = [network.eval() for network in networks]

    @staticmethod
    def load(folder: Path) -> Judge:
        """The judge that was trained into `folder`.

        Raises:
            ModelMissing: a fold is not there, or of another version.
        """
        networks = []
        for fold in range(FOLDS):
            tensors, facts = read_tensors(fold_path(folder, fold))
            if facts.get("version") != VERSION:
                raise ModelMissing(f"The judge in {folder} is of another version: delete it, and train it again.")
            network = JudgeNetwork()
            network.load_state_dict(tensors)
            networks.append(network)
        return Judge(networks)

    @torch.no_grad()
    def opinions(self, notes: FloatArray, networks: Sequence[int] | None = None) -> FloatArray:
        """What each of `networks` (all) says (n, 6): probabilities of quadrants, high valence, high arousal.

        `notes` (n, 4) as `notes_of_score` gives them.
        """
        end = float(notes[-1, 0]) if len(notes) else 0.0
        batch = batch_of([window(notes, float(begin)) for begin in np.linspace(0.0, max(end - WINDOW_S, 0.0), _LOOKS)])
        found = []
        for index in range(len(self.networks)) if networks is None else networks:
            logits = self.networks[index](*batch)
            high, loud = logits[:, 4:].sigmoid().mean(0).tolist()
            pairs = np.array([high * loud, (1 - high) * loud, (1 - high) * (1 - loud), high * (1 - loud)])
            told = logits[:, :4].softmax(1).mean(0).numpy()
            found.append([*(0.5 * (told + pairs)).tolist(), high, loud])
        return np.array(found)

    def verdicts(self, scores: Sequence[Score]) -> Verdicts:
        """The verdicts of all networks together on `scores`."""
        rows = [self.opinions(notes_of_score(score)).mean(axis=0) for score in scores]
        return verdicts_of(np.array(rows).reshape(-1, 6))


def verdicts_of(table: FloatArray) -> Verdicts:
    """Verdicts from rows (n, 6) as `Judge.opinions` gives them."""
    return Verdicts(table[:, :4], table[:, 4], table[:, 5])


def fold_path(folder: Path, fold: int) -> Path:
    """Where the network of a fold is kept."""
    return folder / f"fold-{fold}.safetensors"


def train_judge(
    clips: Sequence[LabelledClip], folder: Path, *, epochs: int = EPOCHS, report: Callable[[str], None] = _quietly
) -> Judge:
    """Train the folds that are missing in `folder`, each on the songs of the other folds, and load them all.

    Raises:
        ModelMissing: a fold that is there was trained on other songs, or is of another version.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folds = fold_of_songs(clips)
    for fold in range(FOLDS):
        path = fold_path(folder, fold)
        if path.exists():
            if read_tensors(path)[1].get("songs") != songs_digest(clips):
                raise ModelMissing(
                    f"The judge in {folder} was trained on other clips: choose another folder for these."
                )
            continue
        begun = time.monotonic()
        others = [clip for clip, place in zip(clips, folds, strict=True) if place != fold]
        say = partial(_report_fold, report, fold)
        network = train_network(others, epochs=epochs, seed=fold, report=say)
        write_tensors(path, network.state_dict(), {"version": VERSION, "epochs": epochs, "songs": songs_digest(clips)})
        say(f"trained in {time.monotonic() - begun:.0f} s")
    return Judge.load(folder)


def _report_fold(report: Callable[[str], None], fold: int, text: str) -> None:
    report(f"fold {fold + 1} of {FOLDS}, {text}")


def cross_validated(judge: Judge, clips: Sequence[LabelledClip]) -> Verdicts:
    """The verdict on each clip of the network that was not trained on its song."""
    folds = fold_of_songs(clips)
    return verdicts_of(
        np.array(
            [
                judge.opinions(notes_of_score(clip.score), [fold])[0]
                for clip, fold in zip(clips, folds.tolist(), strict=True)
            ]
        )
    )


def main() -> None:
    """Train what is missing and print the judge's accuracy on real clips."""
    parser = argparse.ArgumentParser(description="Train the judge of feelings on labelled clips.")
    parser.add_argument("--labels", type=Path, required=True, help="the archive with labels.csv and midi/")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the networks are kept (never share them)")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    clips = list(read_labelled(chosen.labels))
    say = partial(print, file=sys.stderr, flush=True)
    judge = train_judge(clips, chosen.folder, epochs=chosen.epochs, report=say)
    verdicts = cross_validated(judge, clips)
    right = verdicts.correct(np.array([clip.valence for clip in clips]), np.array([clip.arousal for clip in clips]))
    names = ("quadrant", "valence", "arousal")
    line = ", ".join(f"{name} {part.mean():.3f}" for name, part in zip(names, right, strict=True))
    print(f"{len(clips)} clips, each by the network that never heard its song: {line}")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
