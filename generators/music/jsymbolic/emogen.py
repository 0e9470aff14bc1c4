"""What EmoGen published of its attributes: where each is cut in two, and the bits of each quadrant."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray

# fmt: off
THRESHOLDS: FloatArray = np.array([
    0.08128, 0.014575, 0.06401, 0.1217, 0.01884, 0.06954, 27.5, 50, 0.27355, 0.4936, 0.18635, 61, 5.4235, 63, 11.41,
    -0.22765, 0.021505, 0.036715, 0.05147, 0.1221, 0.021565, 0.005602, 0, 0, 0.15575, 0.4545, 0.07246, 0.04545,
    1.537, 5.8445, 0.017425, 0.07783, 0.042395, 0.0052935, 0.03015, 0.01259, 0.02034, 0.003189, 0.01062, 0.002167,
    0.001159, 0.002255, 0.001597, 0, 0, 0, 0.16745, 0.07262, 0.056815, 0.11465, 0.02468, 5.685, 0.18275, 0.43925,
    0.2778, 0.3223, 0.072635, 0.42445, 229, 3.005, 1.2475, 0.02381, 0.083535, 0.086675, 0.12155, 0.11935, 0.1166,
    0.084555, 0.060525, 0.024065, 0.008316, 0.009709, 0.04469, 0.1405, 0.6696, 0.3645, 0.046335, 1, 0.2624, 1.701,
    12.515, 0.07692, 1.4365, 0.845, 0, 0.085225, 0.10195, 0.1724, 0.0047905, 6, 1.238, 0.07591, 0.055505, 4, 39.585,
    0.1478, 0.26755, 0.02042, 11.785, 11.105,
])
# fmt: on
"""The value (100,) above which each attribute counts as high.

Source: EmoGen's released attribute table (Kang, Lu, Yu, Tan, Ye, Zhang & Bian, "EmoGen: Eliminating Subjective Bias in
Emotional Music Generation", 2023). They agree with the medians of EMOPIA's performed clips.
"""

_QUADRANTS = (
    "1011111100110111101001100001100100011111111001100111010100011111111100101110000011001100111110001100",
    "1100001110110010000000001000101000011111111111101011111101111111100000011110001010111110111110000000",
    "0100110110001011110001001101101001010011100000001000101100001110000111111101100101001111101110111111",
    "1101011111001011111000100011101111010000000000000100011100000000101111110001110100000011001110111111",
)

QUADRANT_VECTORS: npt.NDArray[np.bool_] = np.array([[bit == "1" for bit in row] for row in _QUADRANTS])
"""The attributes (4, 100) that EmoGen asks for in each quadrant of the affect plane.

Rows: valence and arousal positive; valence negative, arousal positive; both negative; valence positive, arousal
negative. Source: as for THRESHOLDS.
"""
