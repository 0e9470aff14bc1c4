"""What each feeling looks like: prototypes of facial actions, and how one character differs from them.

EmoFace's seven are the FACS prototypes of Du, Tao, Martinez, "Compound facial expressions of emotion", PNAS 2014: main
actions, and further ones with the share of people who show them. “Content” and “tired” are no emotions of that set;
they give the calm half of affect space a look (softened lids, a closed smile; lids that hang).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field

import numpy as np

from generators.face.actions import BY_NAME, INDEX, NAMES
from generators.face.curve_maths import FloatArray, stream


@dataclass(frozen=True)
class Prototype:
    """One feeling: how far each action goes at full intensity.

    Names of actions with sides stand for both. `main` is what everybody shows; `others` maps an action to (share of
    people, how far). `styles` are further ways of showing the same, each a set of actions that go on top; a character
    leans to some of them. `speaking` is added while somebody talks, where the mouth cannot hold the silent look.
    """

    name: str
    main: dict[str, float]
    others: dict[str, tuple[float, float]] = field(default_factory=dict)
    styles: tuple[dict[str, float], ...] = ()
    speaking: dict[str, float] = field(default_factory=dict)


# AU25, the parted lips, is no action of its own here: the lips part by their raisers and depressors and a little jaw.
PROTOTYPES: tuple[Prototype, ...] = (
    Prototype(
        "angry",
        {"brow_lower": 0.95, "lid_tighten": 0.6, "lip_press": 0.5},
        {
            "upper_lip_raise": (0.26, 0.4),
            "chin_raise": (0.52, 0.4),
            "lip_tighten": (0.29, 0.5),
            "nostril_dilate": (0.6, 0.5),
            "lid_upper_raise": (0.5, 0.45),
        },
        styles=(
            {
                "lip_press": -0.45,
                "lower_lip_depress": 0.45,
                "upper_lip_raise": 0.4,
                "jaw_drop": 0.12,
                "lip_stretch": 0.2,
            },
            {"chin_raise": 0.25, "lip_corner_depress": 0.3, "lip_tighten": 0.3},
        ),
        speaking={"upper_lip_raise": 0.22, "lower_lip_depress": 0.3, "lip_stretch": 0.12, "nostril_dilate": 0.2},
    ),
    Prototype(
        "disgust",
        {"nose_wrinkle": 0.8, "upper_lip_raise": 0.6, "chin_raise": 0.4},
        {
            "brow_lower": (0.31, 0.6),
            "lip_press": (0.26, 0.4),
            "lip_corner_depress": (0.45, 0.35),
            "lid_tighten": (0.5, 0.5),
        },
        styles=(
            {"upper_lip_raise": 0.25, "nasolabial_deepen": 0.45, "lower_lip_depress": 0.2, "chin_raise": -0.3},
            {"nose_wrinkle": 0.15, "cheek_raise": 0.4, "lid_tighten": 0.2},
        ),
        # the nose and the upper lip are all that is left of the look between words
        speaking={"nasolabial_deepen": 0.25, "nose_wrinkle": 0.2, "upper_lip_raise": 0.35, "cheek_raise": 0.25},
    ),
    Prototype(
        "fear",
        {
            "brow_inner_raise": 0.85,
            "brow_lower": 0.6,
            "lip_stretch": 0.8,
            "jaw_drop": 0.1,
            "lower_lip_depress": 0.18,
        },
        {"brow_outer_raise": (0.57, 0.35), "lid_upper_raise": (0.63, 0.95), "jaw_drop": (0.33, 0.3)},
        styles=(
            {"lip_stretch": 0.15, "lower_lip_depress": 0.15, "lip_corner_depress": 0.15},
            {"jaw_drop": 0.18, "brow_outer_raise": 0.2, "lip_stretch": -0.25},
        ),
    ),
    Prototype(
        "happy",
        {"lip_corner_pull": 0.75, "upper_lip_raise": 0.1, "lower_lip_depress": 0.16, "jaw_drop": 0.06},
        {"cheek_raise": (0.51, 0.75), "lid_tighten": (0.5, 0.25), "dimple": (0.2, 0.3)},
        styles=(
            {"jaw_drop": -0.06, "upper_lip_raise": -0.1, "lower_lip_depress": -0.16, "dimple": 0.25, "lip_press": 0.08},
            {"jaw_drop": 0.14, "cheek_raise": 0.2, "upper_lip_raise": 0.12, "brow_outer_raise": 0.2},
        ),
    ),
    Prototype(
        "sad",
        {"brow_lower": 0.4, "lip_corner_depress": 0.7},
        {
            "brow_inner_raise": (0.6, 0.95),
            "cheek_raise": (0.5, 0.25),
            "nasolabial_deepen": (0.26, 0.4),
            "chin_raise": (0.67, 0.5),
            "blink": (0.75, 0.22),
        },
        styles=(
            {"blink": 0.1, "brow_inner_raise": 0.1, "lip_corner_depress": -0.1},
            {"lip_stretch": 0.25, "cheek_raise": 0.25, "lid_tighten": 0.3, "chin_raise": 0.2},
        ),
    ),
    Prototype(
        "surprise",
        {"brow_inner_raise": 0.85, "brow_outer_raise": 0.95, "jaw_drop": 0.5, "lower_lip_depress": 0.06},
        {"lid_upper_raise": (0.66, 0.9)},
        styles=(
            {"jaw_drop": 0.12, "lip_funnel": 0.15},
            {"jaw_drop": -0.2, "brow_inner_raise": 0.1, "lid_upper_raise": 0.1},
        ),
        speaking={"jaw_drop": 0.2, "lip_funnel": 0.1},
    ),
    Prototype(
        "content",
        {"lip_corner_pull": 0.46, "cheek_raise": 0.3, "blink": 0.22},
        {"dimple": (0.4, 0.25), "brow_outer_raise": (0.3, 0.15)},
    ),
    Prototype(
        "tired",
        {"blink": 0.42, "brow_inner_raise": 0.2, "lip_corner_depress": 0.18, "jaw_drop": 0.05},
        {"brow_outer_raise": (0.4, 0.3), "nasolabial_deepen": (0.3, 0.2)},
    ),
)
FEELINGS: tuple[str, ...] = tuple(prototype.name for prototype in PROTOTYPES)
"""The order of the columns of mixtures; what is missing to a sum of 1 is neutral."""

# While the lips are busy with speech they hold a silent look only in part.
_HELD_IN_SPEECH = {
    "lip_press": 0.2,
    "lip_tighten": 0.5,
    "chin_raise": 0.55,
    "jaw_drop": 0.5,
    "lower_lip_depress": 0.75,
    "upper_lip_raise": 0.8,
    "lip_stretch": 0.7,
    "lip_funnel": 0.3,
    "lip_corner_pull": 0.85,
    "lip_corner_depress": 0.85,
}
_SIDES = 0.1
"""By how much one side goes further than the other, at full variation (standard deviation)."""


def _columns(name: str) -> tuple[int, ...]:
    return (INDEX[name],) if name in INDEX else (INDEX[f"{name}_left"], INDEX[f"{name}_right"])


def _base(name: str) -> str:
    side = BY_NAME[name].side
    return name.removesuffix(f"_{side}") if side else name


def typical(share: float) -> float:
    """How far a typical face shows what `share` of people show: what most do nearly whole, what few do hardly."""
    return 1.0 / (1.0 + math.exp(-(share - 0.42) * 12.0))


@dataclass(frozen=True, eq=False)
class Character:
    """How one character shows the feelings: `silent` and `speaking` (len(FEELINGS), actions) at full intensity."""

    silent: FloatArray
    speaking: FloatArray


@functools.lru_cache(maxsize=64)
def character_of(seed: int, variation: float) -> Character:
    """The character of a seed: at `variation` 0 the typical face, at 1 one of the crowd that the shares describe."""
    random = stream(seed, "character")
    silent = np.zeros((len(PROTOTYPES), len(NAMES)), dtype=np.float64)
    talking = np.zeros_like(silent)
    # the same draws whatever the variation is, so that moving its slider goes on with the same character
    for row, prototype in enumerate(PROTOTYPES):
        for name, amount in prototype.main.items():
            _add(silent[row], name, amount * math.exp(0.25 * variation * random.standard_normal()))
        for name, (share, amount) in prototype.others.items():
            drawn, spread = random.random() < share, math.exp(0.25 * variation * random.standard_normal())
            shown = (1.0 - variation) * typical(share) + variation * float(drawn)
            _add(silent[row], name, shown * amount * spread)
        lean = variation * random.dirichlet(np.full(len(prototype.styles) + 1, 0.5))[1:]
        for style, amount in zip(prototype.styles, lean.tolist(), strict=True):
            for name, further in style.items():
                _add(silent[row], name, amount * further)
        for name, amount in prototype.speaking.items():
            _add(talking[row], name, amount)
    silent = np.maximum(silent, 0.0)
    talking += silent * np.array([_HELD_IN_SPEECH.get(_base(name), 1.0) for name in NAMES])
    sides = np.exp(_SIDES * variation * random.standard_normal((len(PROTOTYPES), len(NAMES))))
    for column, name in enumerate(NAMES):
        if name == _base(name) or name.startswith("blink"):  # lids move together
            sides[:, column] = 1.0
    return Character(_frozen(silent * sides), _frozen(talking * sides))


def _add(row: np.ndarray[tuple[int], np.dtype[np.float64]], name: str, amount: float) -> None:
    for column in _columns(name):
        row[column] += amount


def _frozen(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> FloatArray:
    found = np.asarray(values, dtype=np.float32)
    found.flags.writeable = False
    return found
