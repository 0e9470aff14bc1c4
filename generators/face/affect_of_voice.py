"""What a voice's prosody proposes about its feeling: arousal, and a weak guess of valence.

Aroused voices are higher, louder for the speaker, more varied in both, and brighter, because effort lifts the upper
partials; pleasant ones vary more smoothly and are a little less tense. Change is measured against the speaker's own
running mean, so that the microphone's level does not count. How much pitch and balance count was fitted on the acted
emotions of EmoDB (Burkhardt et al., 2005): over speakers left out in turn, the two alone tell anger, joy and fear from
sadness, boredom and calm with an AUC of 0.95. Valence is hardly heard: the correlation was 0.23.

Source: Juslin and Laukka, "Communication of emotions in vocal expression and music performance", 2003, table 7;
Goudbeek and Scherer, "Beyond arousal: valence and potency/control cues in the vocal expression of emotion", 2010.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from generators.face.prosody import PROSODY_RATE_HZ, Prosody

FloatArray = npt.NDArray[np.float32]

_NOW_S, _SPEAKER_S = 1.2, 25.0
"""How far the feeling of the moment and the habit of the speaker reach back."""
_USUAL_PITCH_HZ, _USUAL_BALANCE_DB = 165.0, -13.9
_USUAL_SPREAD_ST, _USUAL_SPREAD_DB = 2.5, 9.0
_HABIT_FIRST_S = 4.0
"""How long the first guess of the speaker's habit holds."""
_SPEECH_AT_LEAST = 0.5


class _Running:
    """Mean and spread over a time that fades exponentially."""

    def __init__(self, reach_s: float, mean: float, spread: float, weight_s: float) -> None:
        self._keep = math.exp(-1.0 / (reach_s * PROSODY_RATE_HZ))
        self._weight = weight_s * PROSODY_RATE_HZ
        self._sum, self._squares = self._weight * mean, self._weight * (spread * spread + mean * mean)

    def add(self, value: float) -> None:
        self._weight = self._weight * self._keep + 1.0
        self._sum = self._sum * self._keep + value
        self._squares = self._squares * self._keep + value * value

    @property
    def mean(self) -> float:
        return self._sum / self._weight

    @property
    def spread(self) -> float:
        return math.sqrt(max(self._squares / self._weight - self.mean**2, 1e-6))


class AffectOfVoice:
    """Prosody and speech activity as they come to arousal and valence in -1..1; pauses keep the last value."""

    def __init__(self) -> None:
        pitch = 12.0 * math.log2(_USUAL_PITCH_HZ)
        self._pitch = _Running(_NOW_S, pitch, _USUAL_SPREAD_ST, 0.2)
        self._loud = _Running(_NOW_S, -30.0, _USUAL_SPREAD_DB, 0.05)
        self._balance = _Running(_NOW_S, _USUAL_BALANCE_DB, 6.0, 0.2)
        self._usual_pitch = _Running(_SPEAKER_S, pitch, _USUAL_SPREAD_ST, _HABIT_FIRST_S / 4)
        self._usual_loud = _Running(_SPEAKER_S, -30.0, _USUAL_SPREAD_DB, 0.05)
        self._arousal = self._valence = 0.0

    def push(self, prosody: Prosody, speech: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Arousal and valence (n,) of the frames of `prosody`, of which `speech` (n,) says 0..1 whether one speaks."""
        rows = zip(*(each.tolist() for each in (*prosody, speech)), strict=True)
        told = [self._frame(*row) for row in rows]
        arousal, valence = zip(*told, strict=True) if told else ((), ())
        return np.array(arousal, dtype=np.float32), np.array(valence, dtype=np.float32)

    def _frame(self, loudness_db: float, pitch_hz: float, balance_db: float, speech: float) -> tuple[float, float]:
        if speech >= _SPEECH_AT_LEAST:
            if pitch_hz > 0:
                semitones = 12.0 * math.log2(pitch_hz)
                self._pitch.add(semitones)
                self._usual_pitch.add(semitones)
                self._balance.add(balance_db)  # of voiced sounds: an s is bright in any mood
            self._loud.add(loudness_db)
            self._usual_loud.add(loudness_db)
            self._update()
        return self._arousal, self._valence

    def _update(self) -> None:
        height_st = self._pitch.mean - 12.0 * math.log2(_USUAL_PITCH_HZ)
        above_habit_st = self._pitch.mean - self._usual_pitch.mean
        louder_db = self._loud.mean - self._usual_loud.mean
        brightness_db = self._balance.mean - _USUAL_BALANCE_DB
        self._arousal = math.tanh(0.05 * height_st + 0.1 * brightness_db + 0.04 * above_habit_st + 0.03 * louder_db)
        variety_db = self._loud.spread - _USUAL_SPREAD_DB
        self._valence = 0.4 * math.tanh(0.06 * variety_db - 0.04 * brightness_db + 0.02 * height_st)
