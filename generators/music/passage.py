"""The sound of a part of a score, sample for sample as it is in the whole: some seconds, or some tracks.

A take that is still being written is heard passage by passage. Each passage begins early enough that everything that
still sounds at its beginning has been struck again, so that passages join without a seam.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from generators.artifacts import Audio, IntArray, Score
from generators.errors import BadRequest
from generators.music import synth
from generators.progress import Progress, silent

RING_S = synth.MAX_TAIL_S  # a note is heard at most so long after its end


def first_frame(score: Score, begin: int, sample_rate_hz: int) -> int:
    """Where to begin to play, in frames, so that at frame `begin` all is heard that sounds there."""
    start = np.rint(score.seconds_at(score.start) * sample_rate_hz).astype(np.int64)
    stop = np.rint(score.seconds_at(score.start + score.duration) * sample_rate_hz).astype(np.int64)
    stop = _silenced(score, start, np.maximum(stop, start + 1))
    ringing = start[(start < begin) & (stop + round(RING_S * sample_rate_hz) > begin)]
    block = max(1, round(synth.BLOCK_S * sample_rate_hz))
    return int(ringing.min(initial=begin)) // block * block  # the whole is played in such blocks


def _silenced(score: Score, start: IntArray, stop: IntArray) -> IntArray:
    """When each string is stopped: where notes of one pitch overlap, with the last of them."""
    silenced = stop.copy()
    order = np.lexsort((start, score.pitch, score.track))
    where = list(zip(score.track[order].tolist(), score.pitch[order].tolist(), strict=True))
    first = 0  # of the notes that overlap
    for place in range(1, len(order) + 1):
        last = stop[order[first:place]].max()
        if place == len(order) or where[place] != where[place - 1] or start[order[place]] >= last:
            silenced[order[first:place]] = last
            first = place
    return silenced


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
        MissingDependency: the synthesiser or the default SoundFont is not installed.
        BadInput: `soundfont` is missing, damaged or no SoundFont.
        BadRequest: the passage ends more than 3 hours after the beginning.
        Cancelled: `progress` raised it.
    """
    begin, end = frames
    if end > synth.MAX_DURATION_S * sample_rate_hz:
        raise BadRequest("This passage ends after more than 3 hours: sound is made of up to 3 hours.")
    path = soundfont or synth.default_soundfont()
    gain = synth.gain_of(soundfont, sample_rate_hz)
    groups = synth.channel_groups(score)
    heard = frozenset(tracks) if tracks else None
    at = first_frame(score, begin, sample_rate_hz)
    block = max(1, round(synth.BLOCK_S * sample_rate_hz))
    samples = np.zeros((end - begin, 2), dtype=np.float32)
    part = np.zeros((block, 2), dtype=np.float32)
    with synth.borrowed_synthesisers(path, sample_rate_hz, len(groups)) as synthesisers:
        players = [
            synth.Player(score, group, synthesiser, sample_rate_hz, at, heard)
            for group, synthesiser in zip(groups, synthesisers, strict=True)
        ]
        total_s = (end - at) / sample_rate_hz
        from_s = at / sample_rate_hz
        while at < end:
            progress(at / sample_rate_hz - from_s, total_s, "sound")
            for index, player in enumerate(players):
                player.render(part, at, add=index > 0)
            low, high = max(at, begin), min(at + block, end)
            if low < high:
                samples[low - begin : high - begin] = part[low - at : high - at]
            at += block
    if soundfont:
        samples *= np.float32(gain)
    progress(1.0, 1.0, "sound")
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
        As `generators.music.synth.synthesise`.
    """
    whole = synth.synthesise(score, sample_rate_hz, soundfont, progress)
    frames = len(whole.samples)
    part = synthesise_passage(score, (0, frames), sample_rate_hz, soundfont, progress, tracks).samples
    # the whole was turned down if its peak is at the ceiling: by how much, its own samples before that tell
    if float(np.abs(whole.samples).max(initial=0.0)) > synth.PEAK_CEILING * (1 - 1e-4):
        raw = synthesise_passage(score, (0, frames), sample_rate_hz, soundfont, progress).samples
        part *= np.float32(synth.peak_gain(raw))
    synth.fade_out(part, sample_rate_hz)
    return Audio(part, sample_rate_hz)
