"""Where lips meet, and where lip or tongue meets the teeth, made as sure as the network is of the sounds.

The network learns to close the lips rather too often than too seldom. What it tells of the sounds says how likely a
closure is: where p, b and m are unlikely the lips part again a little, where f and v are likely the lower lip goes up
to the teeth, and where th and dh are likely the tongue shows between them. For files the sounds of a moment before and
after count, so that lips still begin to close ahead of the sound; live only those before.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.face.actions import SPEECH
from generators.face.phones import INDEX

FloatArray = npt.NDArray[np.float32]

REACH = 5
"""Frames of features (10 ms each) around a closure in which its sound may lie."""
CLOSED_FROM, CLOSED_SURELY = 0.1, 0.8
"""Below the first probability of p, b and m lips do not meet; from the second on they do as far as they were told."""
BITE_FROM, BITE_SURELY = 0.1, 0.4
"""The same for f and v."""
LISP_FROM, LISP_SURELY, LISPING = 0.15, 0.5, 0.42
"""The same for th and dh, and how far the tongue is out then."""
PRESSED = 0.3
"""How hard lips are pressed when they are shut."""
_PARTED_LIP, _PARTED_JAW, _BITING_JAW, _BITING_ROLL = 0.16, 0.12, 0.12, 0.3

_BILABIAL = [INDEX[name] for name in ("p", "b", "m")]
_LABIODENTAL = [INDEX[name] for name in ("f", "v")]
_DENTAL = [INDEX[name] for name in ("th", "dh")]
_JAW, _LOWER, _TEETH, _ROLL = (
    SPEECH.index(name) for name in ("jaw_drop", "lower_lip_depress_left", "lower_lip_to_teeth", "lip_roll_lower")
)
_TONGUE = SPEECH.index("tongue_out")
_PRESS = SPEECH.index("lip_press_left")
_CLOSING = [SPEECH.index(name) for name in ("lip_press_left", "lips_close", "lip_roll_lower", "lip_roll_upper")]


class Contacts:
    """Rows of actions (n, SPEECH) with the probabilities (n, PHONES) of sounds, as they come, to such rows."""

    def __init__(self, *, is_live: bool) -> None:
        self._ahead = 0 if is_live else REACH
        self._closed: FloatArray = np.zeros(REACH, dtype=np.float32)
        self._teeth: FloatArray = np.zeros((0, 2), dtype=np.float32)
        self._rows: FloatArray = np.zeros((0, len(SPEECH)), dtype=np.float32)

    def push(self, rows: FloatArray, sounds: FloatArray, *, is_last: bool = False) -> FloatArray:
        """The rows that can be told now; with `is_last` all that are left."""
        ends = np.zeros(self._ahead if is_last else 0, dtype=np.float32)
        self._closed = np.concatenate([self._closed, sounds[:, _BILABIAL].sum(axis=1), ends])
        teeth = np.stack([sounds[:, _LABIODENTAL].sum(axis=1), sounds[:, _DENTAL].sum(axis=1)], axis=1)
        self._teeth = np.concatenate([self._teeth, teeth])
        self._rows = np.concatenate([self._rows, rows])
        width = REACH + 1 + self._ahead
        count = max(0, len(self._closed) - width + 1)
        if not count:
            return self._rows[:0]
        likely = np.lib.stride_tricks.sliding_window_view(self._closed, width).max(axis=1)
        told = made_sure(self._rows[:count], likely, *self._teeth[:count].T)
        self._closed, self._teeth, self._rows = self._closed[count:], self._teeth[count:], self._rows[count:]
        return told


def made_sure(rows: FloatArray, closed: FloatArray, bite: FloatArray, lisp: FloatArray) -> FloatArray:
    """Rows of actions (n, SPEECH) where `closed`, `bite` and `lisp` (n,) say how likely p b m, f v and th dh are."""
    told = rows.copy()
    sureness = np.clip((closed - CLOSED_FROM) / (CLOSED_SURELY - CLOSED_FROM), 0.0, 1.0)
    part = np.clip(rows[:, _PRESS] / PRESSED, 0.0, 1.0) * (1.0 - sureness)
    told[:, _CLOSING] *= (1.0 - part)[:, None]
    told[:, _LOWER] = np.maximum(told[:, _LOWER], _PARTED_LIP * part)
    told[:, _JAW] = np.maximum(told[:, _JAW], _PARTED_JAW * part)
    wanted = np.clip((bite - BITE_FROM) / (BITE_SURELY - BITE_FROM), 0.0, 1.0)
    touch = np.maximum(told[:, _TEETH], wanted)
    more = touch - np.clip(told[:, _TEETH], 0.0, 1.0)
    told[:, _TEETH] = touch
    told[:, _LOWER] *= 1.0 - more
    told[:, _JAW] += more * (np.minimum(told[:, _JAW], _BITING_JAW) - told[:, _JAW])
    told[:, _ROLL] = np.maximum(told[:, _ROLL], _BITING_ROLL * more)
    out = np.clip((lisp - LISP_FROM) / (LISP_SURELY - LISP_FROM), 0.0, 1.0)
    told[:, _TONGUE] = np.maximum(told[:, _TONGUE], LISPING * out)
    return told
