"""Copying: how long the runs of notes are that takes share with the training music, beside held-out music."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from generators.artifacts import IntArray, Score
from generators.music.dataset import Pack
from generators.music.fingerprint import Hashes
from generators.music.repetition import Corpus, pack_stretches, score_sequence


def _row(name: str, group: Sequence[Hashes], corpus: Corpus) -> str:
    row = [f"{name} ({len(group)})", "–", "–", "–"]
    if group:
        longest = [corpus.longest_shared(sequence) for sequence in group]
        row[1] = f"{np.median(longest):.0f}, {np.percentile(longest, 95):.0f}, {max(longest)}"
    for column, n in ((2, 8), (3, 16)):
        shares = [corpus.knows(sequence, n).mean() for sequence in group if len(sequence) >= n]
        row[column] = f"{np.mean(shares):.1%}" if shares else "–"
    return f"| {' | '.join(row)} |"


def copying_table(groups: Sequence[Sequence[Score]], pack: Pack, corpus: Corpus, copies: IntArray) -> Iterator[str]:
    """Markdown: the longest runs shared with the training music, of takes and of held-out music of their length.

    `corpus` is the training music; `copies` are held-out pieces that stand in it too, which are left out.
    """
    ours = [score_sequence(score) for group in groups for score in group]
    size = int(np.median([len(sequence) for sequence in ours])) if ours else 0
    stretches = pack_stretches(pack, held_out=True)
    real = [
        sequence[begin : begin + size]
        for piece, sequence in stretches
        if piece not in copies
        for begin in range(0, max(len(sequence) - size // 2, 0), max(size, 1))
    ]
    pieces = len({piece for piece, _ in stretches})
    yield f"{len(copies)} of {pieces} held-out pieces stand in the training music too, and were left out."
    yield ""
    yield "| pieces | longest shared run: median, 95 %, longest, notes | share of 8-step runs | of 16-step runs |"
    yield "|---|---|---|---|"
    yield _row("takes", ours, corpus)
    yield _row("held-out music", real, corpus)
