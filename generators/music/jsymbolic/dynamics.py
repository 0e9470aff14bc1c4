"""Dynamics: section D of jSymbolic's manual. Drum tracks count.

jSymbolic scales velocity by the channel volume; a score has none, so loudness is velocity.
"""

from __future__ import annotations

import numpy as np

from generators.music.jsymbolic.prepared import Prepared
from generators.music.jsymbolic.statistics import sample_deviation


def variation_of_dynamics(prepared: Prepared) -> float:
    """The standard deviation (over n - 1) of the velocity of all notes, 0..90; 0 for fewer than two notes.

    Source: jSymbolic 2.2 manual, D-2.
    """
    return sample_deviation(prepared.voices.velocity)


def average_note_to_note_change_in_dynamics(prepared: Prepared) -> float:
    """The mean change of velocity, up or down, from each note to the next of its voice, 0..127.

    Notes that begin together follow each other from low to high. 0 where no note follows another.

    Source: jSymbolic 2.2 manual, D-4.
    """
    changes = np.abs(prepared.voices.steps(prepared.voices.velocity))
    return float(changes.mean()) if len(changes) else 0.0
