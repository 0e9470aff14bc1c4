"""Texture: section T of jSymbolic's manual."""

from __future__ import annotations

import numpy as np

from generators.artifacts import IntArray
from generators.music.jsymbolic.prepared import Prepared
from generators.music.jsymbolic.sounding import Sounding

LOOK_AHEAD_Q = 0.1
MAX_SETS_AHEAD = 64


def relative_note_density_of_highest_line(prepared: Prepared) -> float:
    """The mean pitch of the highest voice, without its fraction, divided by the mean number of notes of a voice.

    The manual defines "Note Ons in the channel with the highest average pitch, divided by the average number of Note
    Ons in all channels", which is 1 for any piece of one voice. jSymbolic's own sample output has 0.08079 for a solo of
    656 notes with mean pitch 53, and 0.5081 for four voices of 559 notes: the pitch stands where the count should. The
    table that EmoGen learnt from shows it too (its threshold for solo piano is 0.27), so it is what is measured here.
    Drum tracks do not count; 0 without notes.

    Source: jSymbolic 2.2 manual, T-13, and the sample output in its section on the programming interface.
    """
    notes = prepared.pitched
    if not len(notes.pitch):
        return 0.0
    firsts = np.flatnonzero(notes.is_first)
    counts = np.diff(np.append(firsts, len(notes.pitch)))
    means = np.add.reduceat(notes.pitch, firsts) // counts
    return float(means.max()) / float(counts.mean())


def contrary_motion(prepared: Prepared) -> float:
    """The share of contrary motion among all movements of two voices, 0..1; 0 where no two voices move.

    When the pitches that sound change to others of the same number, from two up, the lowest go to the lowest and so on
    upwards, and each two of them move in parallel or similarly (both the same way), contrarily, or obliquely (one
    stays). The next set of that number counts if it begins at most a tenth of a quarter after the first ends: the
    manual has "a brief look-ahead" without its length, and this one, below which the manual ignores rests too, gives
    the median over performed clips that EmoGen published (0.020). Two voices that both stay are no movement. Drum
    tracks do not count.

    Source: jSymbolic 2.2 manual, T-21.
    """
    contrary, movements = count_motions(prepared.sounding, round(LOOK_AHEAD_Q * prepared.ticks_per_quarter))
    return contrary / movements if movements else 0.0


def count_motions(sounding: Sounding, look_ahead_ticks: int) -> tuple[int, int]:
    """Contrary movements and all movements of two voices: see `contrary_motion`."""
    if not len(sounding.start):
        return 0, 0
    changes = (sounding.pitches[1:] != sounding.pitches[:-1]).any(axis=1)
    sets = np.concatenate([[0], np.flatnonzero(changes) + 1])
    size = sounding.pitch_count[sets]
    begin = sounding.start[sets]
    limit = np.append(begin[1:], sounding.start[-1] + sounding.duration[-1]) + look_ahead_ticks
    waiting = np.flatnonzero(size >= 2)
    source: list[IntArray] = []
    target: list[IntArray] = []
    for ahead in range(1, MAX_SETS_AHEAD + 1):
        waiting = waiting[waiting + ahead < len(sets)]
        waiting = waiting[begin[waiting + ahead] <= limit[waiting]]
        if not len(waiting):
            break
        met = size[waiting + ahead] == size[waiting]
        source.append(waiting[met])
        target.append(waiting[met] + ahead)
        waiting = waiting[~met]
    before, after = np.concatenate(source or [sets[:0]]), np.concatenate(target or [sets[:0]])
    contrary = movements = 0
    for voices in np.unique(size[before]).tolist():
        chosen = size[before] == voices
        # the pitches of each set from low to high, since nonzero goes row by row
        left = np.nonzero(sounding.unpack(sets[before[chosen]]))[1].reshape(-1, voices)
        right = np.nonzero(sounding.unpack(sets[after[chosen]]))[1].reshape(-1, voices)
        up, down = (right > left).sum(axis=1), (right < left).sum(axis=1)
        contrary += int((up * down).sum())
        still = voices - up - down
        movements += (voices * (voices - 1) // 2) * len(up) - int((still * (still - 1) // 2).sum())
    return contrary, movements
