"""The 15 visemes of Oculus LipSync (OVR), whose weights sum to 1.

Source: Oculus LipSync, "Viseme Reference" (Meta); the order is OVRLipSync's.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.face.linear_map import bounded_least_squares
from generators.face.rig import Control, FloatCurves, Rig
from generators.face.rigs.vrm import mean_of, mouth_shape

# what of the mouth is seen in each viseme besides silence
_SEEN = ("opened", "rounded", "spread", "shut", "at_teeth", "tip", "body", "back", "out", "funnel")
_VISEMES: dict[str, dict[str, float]] = {
    "PP": {"shut": 1.0},
    "FF": {"at_teeth": 1.0, "opened": 0.08},
    "TH": {"out": 0.45, "tip": 0.5, "opened": 0.2},
    "DD": {"tip": 1.0, "opened": 0.15, "spread": 0.1},
    "kk": {"back": 1.0, "opened": 0.22},
    "CH": {"funnel": 0.7, "rounded": 0.6, "tip": 0.5, "body": 0.4, "opened": 0.1},
    "SS": {"tip": 0.6, "body": 0.35, "spread": 0.35, "opened": 0.06},
    "nn": {"tip": 1.0, "opened": 0.25},
    "RR": {"rounded": 0.35, "funnel": 0.3, "body": 0.5, "tip": 0.3, "opened": 0.2},
    "aa": {"opened": 0.8},
    "E": {"opened": 0.45, "spread": 0.45, "body": 0.2},
    "I": {"opened": 0.2, "spread": 0.8, "body": 0.6},
    "O": {"opened": 0.55, "rounded": 0.7, "funnel": 0.2},
    "U": {"opened": 0.2, "rounded": 1.0, "funnel": 0.1},
}
VISEMES: tuple[str, ...] = ("sil", *_VISEMES)
# lips are seen and tongues hardly: a viseme is chosen by the lips first
_WEIGHT = {"shut": 1.5, "at_teeth": 1.5, "opened": 1.3, "rounded": 1.2, "spread": 1.0, "funnel": 0.8}
_TONGUE_WEIGHT = 0.5
_SPARSITY = 0.02
_SHUT_AT = 0.04


class OculusRig(Rig):
    """The visemes; brows, eyes and head have no place in them."""

    name: ClassVar[str] = "oculus"
    title: ClassVar[str] = "Oculus visemes"
    controls: ClassVar[tuple[Control, ...]] = tuple(Control(name) for name in VISEMES)

    def __init__(self) -> None:
        self._weight = np.array([_WEIGHT.get(name, _TONGUE_WEIGHT) for name in _SEEN])
        table = [[viseme.get(name, 0.0) for viseme in _VISEMES.values()] for name in _SEEN]
        self._table = np.array(table) * self._weight[:, None]

    def control_values(self, actions: FloatCurves) -> FloatCurves:
        """See `Rig.control_values`."""
        seen = _seen(actions) * self._weight
        weights = bounded_least_squares(self._table, seen, np.ones(len(_VISEMES)), _SPARSITY)
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
        silence = 1.0 - weights.sum(axis=1, keepdims=True)
        return np.concatenate([silence, weights], axis=1).clip(0.0, 1.0).astype(np.float32)


def _seen(actions: FloatCurves) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    opened, rounded, spread = mouth_shape(actions).T
    # lips that are pressed or held together over an open jaw are shut; those of a resting face just lie on each other
    pressed = mean_of(actions, "lip_press") + 0.5 * mean_of(actions, "lip_roll_upper")
    held = np.clip(mean_of(actions, "lips_close") / np.maximum(mean_of(actions, "jaw_drop"), _SHUT_AT), 0.0, 1.0)
    held *= np.clip(mean_of(actions, "lips_close") / _SHUT_AT, 0.0, 1.0)
    found = {
        "opened": opened,
        "rounded": rounded,
        "spread": spread,
        "shut": np.clip(np.maximum(pressed, held), 0.0, 1.0) * np.clip(1.0 - opened / 0.1, 0.0, 1.0),
        "at_teeth": mean_of(actions, "lower_lip_to_teeth"),
        "tip": mean_of(actions, "tongue_tip_up"),
        "body": mean_of(actions, "tongue_body_up"),
        "back": mean_of(actions, "tongue_back_up"),
        "out": mean_of(actions, "tongue_out"),
        "funnel": mean_of(actions, "lip_funnel"),
    }
    return np.stack([found[name] for name in _SEEN], axis=1)
