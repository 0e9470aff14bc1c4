"""What the sound formats share: sound from either kind of artifact, and samples as whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.artifacts import Artifact, Audio, Score
from generators.errors import BadArtifact
from generators.exporter import Exporter
from generators.music.synth import synthesise
from generators.progress import Progress, part
from generators.provenance import PREFIX

BLOCK_FRAMES = 1 << 16
SYNTHESIS_SHARE = 0.9


def sound_of(
    artifact: Artifact, exporter: Exporter, progress: Progress, soundfont: Path | None = None
) -> tuple[Audio, Progress]:
    """The sound to write, and the Progress for writing it; a score is played through `soundfont`."""
    if isinstance(artifact, Score):
        audio = synthesise(artifact, soundfont=soundfont, progress=part(progress, 0.0, SYNTHESIS_SHARE))
        return audio, part(progress, SYNTHESIS_SHARE, 1.0)
    if isinstance(artifact, Audio):
        return artifact, progress
    raise exporter.refuse(artifact)


def blocks_of(audio: Audio, bits: int, progress: Progress, note: str) -> Iterator[npt.NDArray[np.int32]]:
    """The samples as whole numbers of `bits` bits, (frames, channels) int32 a block, rounded and held in range."""
    full_scale = (1 << (bits - 1)) - 1
    frames = len(audio.samples)
    for begin in range(0, frames, BLOCK_FRAMES):
        progress(begin, frames, note)
        block = audio.samples[begin : begin + BLOCK_FRAMES].astype(np.float64)
        if not np.isfinite(block).all():
            raise BadArtifact("This sound holds values that are not numbers: make it again.")
        yield np.rint(np.clip(block, -1.0, 1.0) * full_scale).astype(np.int32)
    progress(1, 1, note)


def facts_in(comment: str) -> dict[str, str]:
    """The facts in a comment that `provenance.comment_lines` wrote; lines of other origin are passed over."""
    pairs = (line.partition(": ") for line in comment.splitlines() if line.startswith(PREFIX))
    return {key.removeprefix(PREFIX): value for key, colon, value in pairs if colon}
