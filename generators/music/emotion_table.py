"""How the hundred jSymbolic features lie in labelled clips: shares of clips above the middle, by quadrant.

Made by `python -m generators.music.emotion` from the 863 clips of EMOPIA's training part (Hung et al., "EMOPIA: A
Multi-Modal Pop Piano Dataset For Emotion Recognition and Emotion-based Music Generation", 2021; CC BY-NC-SA 4.0). These
are aggregate statistics; no clip, and nothing a clip could be told from, is here. Chords were snapped together first.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray

# fmt: off
_ROWS = (
    (0.65, 0.38, 0.39, 0.57),  # 0 Pitch Class Histogram_2
    (0.36, 0.79, 0.56, 0.31),  # 1 Pitch Class Histogram_3
    (0.57, 0.30, 0.45, 0.65),  # 2 Pitch Class Histogram_4
    (0.56, 0.44, 0.47, 0.52),  # 3 Pitch Class Histogram_5
    (0.35, 0.79, 0.58, 0.31),  # 4 Pitch Class Histogram_8
    (0.67, 0.24, 0.42, 0.65),  # 5 Pitch Class Histogram_9
    (0.71, 0.74, 0.23, 0.28),  # 6 Number of Pitches
    (0.65, 0.76, 0.30, 0.23),  # 7 Range
    (0.47, 0.63, 0.43, 0.48),  # 8 Importance of Bass Register
    (0.41, 0.30, 0.53, 0.73),  # 9 Importance of Middle Register
    (0.66, 0.52, 0.51, 0.34),  # 10 Importance of High Register
    (0.59, 0.45, 0.54, 0.43),  # 11 Mean Pitch
    (0.50, 0.44, 0.49, 0.56),  # 12 Mean Pitch Class
    (0.67, 0.49, 0.52, 0.28),  # 13 Most Common Pitch
    (0.73, 0.78, 0.34, 0.20),  # 14 Pitch Variability
    (0.38, 0.42, 0.54, 0.64),  # 15 Pitch Skewness
    (0.63, 0.57, 0.46, 0.37),  # 16 Melodic Interval Histogram_0
    (0.67, 0.33, 0.47, 0.52),  # 17 Melodic Interval Histogram_2
    (0.35, 0.46, 0.48, 0.66),  # 18 Melodic Interval Histogram_4
    (0.43, 0.44, 0.49, 0.61),  # 19 Melodic Interval Histogram_12
    (0.53, 0.32, 0.53, 0.61),  # 20 Melodic Interval Histogram_16
    (0.56, 0.58, 0.24, 0.16),  # 21 Melodic Interval Histogram_36
    (0.27, 0.28, 0.09, 0.05),  # 22 Melodic Interval Histogram_43
    (0.12, 0.23, 0.06, 0.01),  # 23 Melodic Interval Histogram_48
    (0.41, 0.59, 0.59, 0.43),  # 24 Prevalence of Most Common Melodic Interval
    (0.34, 0.48, 0.56, 0.60),  # 25 Amount of Arpeggiation
    (0.34, 0.38, 0.57, 0.67),  # 26 Melodic Sixths
    (0.41, 0.35, 0.69, 0.54),  # 27 Melodic Embellishments
    (0.54, 0.53, 0.50, 0.45),  # 28 Average Length of Melodic Arcs
    (0.48, 0.33, 0.50, 0.65),  # 29 Melodic Pitch Variety
    (0.33, 0.47, 0.67, 0.52),  # 30 Vertical Interval Histogram_1
    (0.38, 0.21, 0.59, 0.77),  # 31 Vertical Interval Histogram_7
    (0.40, 0.28, 0.53, 0.75),  # 32 Vertical Interval Histogram_9
    (0.45, 0.57, 0.55, 0.44),  # 33 Vertical Interval Histogram_13
    (0.38, 0.25, 0.58, 0.75),  # 34 Vertical Interval Histogram_16
    (0.66, 0.41, 0.51, 0.44),  # 35 Vertical Interval Histogram_22
    (0.71, 0.72, 0.41, 0.22),  # 36 Vertical Interval Histogram_31
    (0.70, 0.64, 0.41, 0.29),  # 37 Vertical Interval Histogram_34
    (0.69, 0.82, 0.32, 0.22),  # 38 Vertical Interval Histogram_36
    (0.69, 0.73, 0.34, 0.28),  # 39 Vertical Interval Histogram_38
    (0.68, 0.80, 0.35, 0.23),  # 40 Vertical Interval Histogram_39
    (0.71, 0.70, 0.32, 0.30),  # 41 Vertical Interval Histogram_40
    (0.72, 0.80, 0.33, 0.20),  # 42 Vertical Interval Histogram_43
    (0.28, 0.46, 0.15, 0.06),  # 43 Vertical Interval Histogram_44
    (0.51, 0.70, 0.17, 0.08),  # 44 Vertical Interval Histogram_48
    (0.23, 0.44, 0.10, 0.02),  # 45 Vertical Interval Histogram_51
    (0.65, 0.73, 0.31, 0.34),  # 46 Wrapped Vertical Interval Histogram_0
    (0.48, 0.38, 0.47, 0.64),  # 47 Wrapped Vertical Interval Histogram_9
    (0.39, 0.61, 0.61, 0.40),  # 48 Chord Type Histogram_1
    (0.61, 0.36, 0.39, 0.62),  # 49 Chord Type Histogram_2
    (0.64, 0.35, 0.47, 0.54),  # 50 Chord Type Histogram_6
    (0.59, 0.64, 0.43, 0.35),  # 51 Average Number of Simultaneous Pitches
    (0.60, 0.64, 0.39, 0.39),  # 52 Prevalence of Most Common Vertical Interval
    (0.66, 0.61, 0.36, 0.39),  # 53 Perfect Vertical Intervals
    (0.42, 0.49, 0.61, 0.48),  # 54 Vertical Dissonance Ratio
    (0.24, 0.25, 0.72, 0.74),  # 55 Chord Duration
    (0.56, 0.37, 0.44, 0.61),  # 56 Seventh Chords
    (0.36, 0.71, 0.57, 0.37),  # 57 Minor Major Triad Ratio
    (0.68, 0.84, 0.27, 0.25),  # 58 Total Number of Notes
    (0.83, 0.87, 0.18, 0.18),  # 59 Note Density per Quarter Note
    (0.74, 0.83, 0.28, 0.20),  # 60 Note Density per Quarter Note Variability
    (0.68, 0.81, 0.36, 0.20),  # 61 Rhythmic Value Histogram_1
    (0.76, 0.69, 0.34, 0.25),  # 62 Rhythmic Value Histogram_2
    (0.69, 0.66, 0.38, 0.31),  # 63 Rhythmic Value Histogram_3
    (0.63, 0.47, 0.38, 0.52),  # 64 Rhythmic Value Histogram_4
    (0.62, 0.43, 0.39, 0.55),  # 65 Rhythmic Value Histogram_5
    (0.53, 0.32, 0.41, 0.71),  # 66 Rhythmic Value Histogram_6
    (0.41, 0.28, 0.59, 0.69),  # 67 Rhythmic Value Histogram_7
    (0.36, 0.25, 0.67, 0.67),  # 68 Rhythmic Value Histogram_8
    (0.24, 0.28, 0.77, 0.67),  # 69 Rhythmic Value Histogram_9
    (0.25, 0.30, 0.81, 0.62),  # 70 Rhythmic Value Histogram_10
    (0.34, 0.36, 0.68, 0.60),  # 71 Rhythmic Value Histogram_11
    (0.64, 0.74, 0.41, 0.25),  # 72 Prevalence of Very Short Rhythmic Values
    (0.69, 0.81, 0.33, 0.22),  # 73 Prevalence of Short Rhythmic Values
    (0.75, 0.58, 0.31, 0.39),  # 74 Prevalence of Medium Rhythmic Values
    (0.30, 0.20, 0.73, 0.73),  # 75 Prevalence of Long Rhythmic Values
    (0.20, 0.25, 0.81, 0.69),  # 76 Prevalence of Very Long Rhythmic Values
    (0.28, 0.20, 0.57, 0.66),  # 77 Most Common Rhythmic Value
    (0.42, 0.59, 0.51, 0.47),  # 78 Prevalence of Most Common Rhythmic Value
    (0.27, 0.26, 0.79, 0.65),  # 79 Rhythmic Value Variability
    (0.61, 0.72, 0.30, 0.39),  # 80 Rhythmic Value Kurtosis
    (0.32, 0.34, 0.74, 0.55),  # 81 Rhythmic Value Median Run Lengths Histogram_10
    (0.62, 0.76, 0.30, 0.35),  # 82 Mean Rhythmic Value Run Length
    (0.60, 0.75, 0.33, 0.33),  # 83 Variability in Rhythmic Value Run Lengths
    (0.66, 0.77, 0.31, 0.16),  # 84 Rhythmic Value Variability in Run Lengths Histogram_1
    (0.72, 0.64, 0.36, 0.31),  # 85 Rhythmic Value Variability in Run Lengths Histogram_2
    (0.53, 0.33, 0.49, 0.63),  # 86 Rhythmic Value Variability in Run Lengths Histogram_6
    (0.28, 0.25, 0.78, 0.65),  # 87 Variability of Rhythmic Value Offsets
    (0.42, 0.58, 0.46, 0.52),  # 88 Beat Histogram Tempo Standardized_32
    (0.39, 0.52, 0.41, 0.54),  # 89 Number of Relatively Strong Rhythmic Pulses - Tempo Standardized
    (0.51, 0.42, 0.65, 0.43),  # 90 Harmonicity of Two Strongest Rhythmic Pulses - Tempo Standardized
    (0.58, 0.39, 0.61, 0.44),  # 91 Strength of Strongest Rhythmic Pulse - Tempo Standardized
    (0.61, 0.41, 0.58, 0.43),  # 92 Strength of Second Strongest Rhythmic Pulse - Tempo Standardized
    (0.39, 0.51, 0.40, 0.60),  # 93 Rhythmic Looseness - Tempo Standardized
    (0.33, 0.41, 0.69, 0.56),  # 94 Duration in Seconds
    (0.40, 0.28, 0.67, 0.63),  # 95 Variability of Time Between Attacks
    (0.33, 0.17, 0.73, 0.73),  # 96 Relative Note Density of Highest Line
    (0.62, 0.53, 0.36, 0.48),  # 97 Contrary Motion
    (0.37, 0.32, 0.73, 0.57),  # 98 Variation of Dynamics
    (0.33, 0.18, 0.72, 0.73),  # 99 Average Note to Note Change in Dynamics
)
# fmt: on
SHARES: FloatArray = np.array(_ROWS).T
"""(4, 100): the share of clips of each quadrant (happy, tense, sad, calm) above the median of all clips."""

# A performed clip's file has a fixed 120 bpm, so whatever counts quarters or note values says nothing of its beat; its
# length, and with it its number of notes, was chosen by who cut it.
_IN_QUARTERS = (55, *range(59, 94))
_OF_THE_CUT = (58, 94)
# Absolute pitch classes tell which keys these songs happen to be in: a piece feels the same a tone higher.
_OF_THE_KEY = (0, 1, 2, 3, 4, 5, 12)
USABLE: npt.NDArray[np.bool_] = ~np.isin(np.arange(100), (*_IN_QUARTERS, *_OF_THE_CUT, *_OF_THE_KEY))
"""(100,): which features mean the same in a performed clip as in a written score, in whatever key."""
