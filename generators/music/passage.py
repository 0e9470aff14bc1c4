"""The sound of a part of a score, sample for sample as it is in the whole: some seconds, or some tracks.

A take that is still being written is heard passage by passage. Each passage begins early enough that everything that
still sounds at its beginning has been struck again, so that passages join without a seam.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from generators.artifacts import Audio, IntArray, Score
from generators.errors import BadRequest
from generators.music.synth import MAX_DURATION_S, MAX_TAIL_S, Rendering, channel_groups
from generators.progress import Progress, part, silent

RING_S = MAX_TAIL_S  # a note is heard at most so long after its end


def first_frame(rendering: Rendering, begin: int) -> int:
    """Where to begin to play, in frames, so that at frame `begin` all is heard that sounds there."""
    start = rendering.start
    ringing = start[(start < begin) & (_silenced(rendering) + round(RING_S * rendering.rate) > begin)]
    return int(ringing.min(initial=begin)) // rendering.block * rendering.block


def _silenced(rendering: Rendering) -> IntArray:
    """When each string is stopped, in frames: where notes of one pitch overlap, with the last of them."""
    score, start, stop = rendering.score, rendering.start, rendering.stop
    silenced = stop.copy()
    order = np.lexsort((start, score.pitch, score.track))
    where = list(zip(score.track[order].tolist(), score.pitch[order].tolist(), strict=True))
    first, last = 0, 0  # of the notes that overlap, and when they end
    for place in range(len(order) + 1):
        starts_anew = place == len(order) or (
            place > 0 and (where[place] != where[place - 1] or start[order[place]] >= last)
        )
        if starts_anew:
            silenced[order[first:place]] = last
            first, last = place, 0
        if place < len(order):
            last = max(last, int(stop[order[place]]))
    return silenced


def _heard(score: Score, tracks: tuple[int, ...]) -> list[list[tuple[int, int]]]:
    """The (track, channel) pairs of the synthesisers, of these tracks only; () are all."""
    groups = channel_groups(score)
    return [[pair for pair in group if not tracks or pair[0] in tracks] for group in groups]


def synthesise_passage(
    score: Score,
    frames: tuple[int, int],
    sample_rate_hz: int = 44_100,
    soundfont: Path | None = None,
    progress: Progress = silent,
    tracks: tuple[int, ...] = (),
) -> Audio:
    """The frames (begin, end) of the sound of `score`, at the level it has before its peak is brought below -1 dBFS.

    The score may go on after the end, or be cut there while notes are held: both give the same samples. `tracks` ()
    are all.

    Raises:
        MissingDependency, BadInput, BadRequest, Cancelled: as `generators.music.synth.synthesise` does.
    """
    begin, end = frames
    if end > MAX_DURATION_S * sample_rate_hz:
        raise BadRequest("This passage ends after more than 3 hours: sound is made of up to 3 hours.")
    rendering = Rendering(score, sample_rate_hz, soundfont)
    from_frame = first_frame(rendering, begin)
    samples = rendering.passage(_heard(score, tracks), progress, begin, end, from_frame)
    return Audio(samples, sample_rate_hz)


def synthesise_tracks(
    score: Score,
    tracks: tuple[int, ...],
    sample_rate_hz: int = 44_100,
    soundfont: Path | None = None,
    progress: Progress = silent,
) -> Audio:
    """Some tracks of `score` as they sound in the whole, as long as it and as loud: all tracks add up to it.

    Raises:
        MissingDependency, BadInput, BadRequest, Cancelled: as `generators.music.synth.synthesise` does.
    """
    rendering = Rendering(score, sample_rate_hz, soundfont)
    mix, scale = rendering.mix(part(progress, 0.0, 0.5))
    samples = rendering.render(_heard(score, tracks), part(progress, 0.5, 1.0), len(mix))
    return Audio(rendering.finished(samples) * np.float32(scale), sample_rate_hz)
