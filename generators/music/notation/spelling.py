"""Names of notes: the step, accidental and octave that a key asks for.

Pitches lie on the line of fifths (… Bb F C G D …). Around the tonic of a key twelve neighbours are taken, so that
each of the twelve pitches has one name: in C major from Eb to G#, in A minor from Bb to D#.

Source: D. Temperley, "The Cognition of Basic Musical Structures", 2001, chapter 5 (the line of fifths).
"""

from __future__ import annotations

from dataclasses import dataclass

_STEPS = "FCGDAEB"  # as the fifths go
_STEP_PITCH = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MAJOR_REACH, _MINOR_REACH = -3, -2  # how far the flats go on the line of fifths, from the tonic of the major key


@dataclass(frozen=True)
class Spelled:
    """A written pitch: middle C is C in octave 4; `alter` counts sharps, flats below 0."""

    step: str
    alter: int
    octave: int

    @property
    def staff_place(self) -> int:
        """The line or space, counted from C in octave 0."""
        return 7 * self.octave + "CDEFGAB".index(self.step)


def spell(pitch: int, sharps: int, minor: int) -> Spelled:
    """The name of MIDI `pitch` in the key of `sharps` -7..7, `minor` 1 for minor keys."""
    reach = sharps + (_MINOR_REACH if minor else _MAJOR_REACH)
    fifth = reach + (pitch * 7 - reach) % 12
    step, alter = _STEPS[(fifth + 1) % 7], (fifth + 1) // 7
    return Spelled(step, alter, (pitch - _STEP_PITCH[step] - alter) // 12 - 1)


def key_alters(sharps: int) -> dict[str, int]:
    """The accidental of each step under a key signature."""
    altered = _STEPS[:sharps] if sharps >= 0 else _STEPS[sharps:]
    return {step: ((sharps > 0) - (sharps < 0)) if step in altered else 0 for step in _STEPS}
