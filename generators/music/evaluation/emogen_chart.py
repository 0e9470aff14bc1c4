"""EmoGen's published control accuracy, for each of its hundred attributes, to stand beside ours."""

from __future__ import annotations

import numpy as np

from generators.artifacts import FloatArray

# fmt: off
PUBLISHED: FloatArray = np.array([
    0.602, 0.494, 0.562, 0.662, 0.554, 0.562, 0.682, 0.534, 0.858, 0.895,
    0.955, 0.886, 0.810, 0.821, 0.599, 0.540, 0.690, 0.741, 0.599, 0.852,
    0.699, 0.537, 0.452, 0.719, 0.707, 0.844, 0.818, 0.727, 0.946, 0.935,
    0.599, 0.685, 0.747, 0.565, 0.673, 0.503, 0.841, 0.801, 0.787, 0.719,
    0.741, 0.830, 0.898, 0.778, 0.727, 0.710, 0.665, 0.682, 0.494, 0.662,
    0.693, 0.662, 0.528, 0.804, 0.599, 0.827, 0.656, 0.514, 0.781, 0.997,
    0.707, 0.915, 0.969, 0.895, 0.847, 0.884, 0.793, 0.642, 0.878, 0.909,
    0.662, 0.551, 0.818, 0.952, 0.781, 0.812, 0.920, 0.915, 0.659, 0.869,
    0.514, 0.548, 0.759, 0.756, 0.923, 0.869, 0.466, 0.909, 0.824, 0.636,
    0.869, 0.608, 0.744, 1.000, 0.980, 0.943, 0.713, 0.523, 0.690, 0.639,
])
# fmt: on
"""The share (100,) of pieces in which each attribute came out as it was asked for, in the order of jsymbolic.FEATURES.

Read off the chart that the authors published; mean 0.737, median 0.734. Source: Kang, Lu, Yu,
Tan, Ye, Zhang & Bian, "EmoGen: Eliminating Subjective Bias in Emotional Music Generation", 2023.
"""
