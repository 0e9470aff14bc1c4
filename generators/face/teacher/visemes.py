"""What each phone asks of jaw, lips and tongue: the targets and their weight that jali.py blends.

A weight of 0 says that the sound does not care: tongue-only sounds leave the lips as they are.

Source: Edwards et al., "JALI", 2016; the ranges of the jaw are its table of loudness.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.face.phones import NAMES, PHONES, Manner

FloatArray = npt.NDArray[np.float32]

JAW = ("jaw_drop", "jaw_thrust")
PARTING = ("upper_lip_raise_left", "lower_lip_depress_left")
SHAPING = ("lip_pucker", "lip_funnel", "lip_stretch_left")
TONGUE = ("tongue_out", "tongue_tip_up", "tongue_body_up", "tongue_back_up", "tongue_wide")
GROUPS: dict[str, tuple[str, ...]] = {"jaw": JAW, "parting": PARTING, "shaping": SHAPING, "tongue": TONGUE}
"""The groups of actions that are blended together, each with a weight of its own a phone."""

# phone: weight, then the group's actions in order. "sil" is the mouth at rest, "*" every phone that is not named.
_TABLES = {
    "jaw": """
        * 0.3 .20 0 | sil 1.5 0 0
        i .9 .18 0 | y .9 .16 .05 | ix .9 .19 0 | u .9 .13 .05 | ih .9 .25 0 | uh .9 .20 .02 | e 1 .29 0
        oe 1 .30 .03 | o 1 .34 .03 | ax 1 .34 0 | er 1 .29 .02 | eh 1.1 .43 0 | ao 1.1 .44 .03 | ah 1.1 .46 0
        ae 1.2 .53 0 | a 1.2 .57 0 | aa 1.2 .57 0
        p 1.2 .08 0 | b 1.2 .08 0 | m 1.2 .08 0 | bh 1 .10 0 | w 1 .10 .05
        f 1.2 .10 -.12 | v 1.2 .10 -.12 | th 1 .13 0 | dh 1 .13 0
        t 1.1 .12 0 | d 1.1 .12 0 | n 1 .13 0 | ny .8 .15 0 | l .7 .18 0 | rr .7 .16 0 | r .8 .13 .05 | j .8 .15 0
        s 1.3 .07 .15 | z 1.3 .07 .15 | sh 1.3 .08 .3 | zh 1.3 .08 .3 | ch 1.3 .08 .3 | jh 1.3 .08 .3
        k .6 .16 0 | g .6 .16 0 | ng .6 .17 0 | x .5 .18 0 | gh .5 .18 0 | hy .6 .17 0 | hh .05 .25 0 | q .05 .2 0
    """,
    "parting": """
        * 0 0 0 | sil 1.5 0 0
        i .8 .14 .22 | y .8 0 .06 | ix .7 .10 .18 | u 1 0 .03 | ih .7 .12 .20 | uh .8 .02 .06 | e .7 .12 .20
        oe .8 .04 .10 | o 1 .02 .06 | ax .5 .09 .15 | er .6 .06 .12 | eh .6 .11 .20 | ao .8 .04 .10 | ah .6 .11 .19
        ae .7 .14 .24 | a .7 .12 .21 | aa .7 .11 .19
        p .6 0 0 | b .6 0 0 | m .6 0 0 | bh .8 0 .05 | w 1.2 0 .02 | f 1 .12 0 | v 1 .12 0
        th .6 .09 .18 | dh .6 .09 .16 | s .8 .10 .22 | z .8 .10 .22
        sh 1 .12 .16 | zh 1 .12 .16 | ch 1 .12 .16 | jh 1 .12 .16 | r .6 .05 .11 | j .6 .10 .18 | hy .5 .10 .18
        t .3 .09 .17 | d .3 .09 .17 | n .3 .09 .17 | l .3 .09 .17 | rr .3 .09 .17 | ny .3 .09 .17
        k .2 .09 .17 | g .2 .09 .17 | ng .2 .09 .17 | x .2 .09 .17 | gh .2 .09 .17 | hh .1 .10 .18
    """,
    "shaping": """
        * 0 0 0 0 | sil .8 0 0 0
        i .8 0 0 .60 | y 1.8 .75 .28 0 | ix .6 .05 0 .25 | u 2.2 .85 .28 0 | ih .6 0 0 .36 | uh 1.4 .50 .18 0
        e .7 0 0 .48 | oe 1.5 .55 .32 0 | o 2 .70 .35 0 | ax .25 .05 0 .05 | er .5 .28 .16 0 | eh .5 0 0 .25
        ao 1.8 .42 .42 0 | ah .35 0 .02 .05 | ae .5 0 0 .32 | a .4 0 .02 .12 | aa .4 .03 .04 .05
        bh .2 .1 0 0 | w 2.6 .90 .20 0 | f .35 0 .05 .1 | v .35 0 .05 .1 | th .25 0 .05 .12 | dh .2 0 .05 .10
        s .8 0 0 .40 | z .7 0 0 .38 | sh 2 .35 .62 0 | zh 2 .35 .62 0 | ch 2 .35 .62 0 | jh 2 .35 .62 0
        r .8 .32 .20 0 | j .6 0 0 .42 | hy .5 0 0 .36
    """,
    "tongue": """
        * .05 0 0 0 0 0 | sil .8 0 0 0 0 0
        i .6 0 .1 .85 .1 .6 | y .6 0 .1 .8 .1 .4 | ix .6 0 0 .6 .5 0 | u .6 0 0 .1 .85 -.5 | ih .6 0 .1 .6 .1 .4
        uh .6 0 0 .1 .65 -.3 | e .6 0 .1 .65 0 .5 | oe .6 0 .1 .5 .1 .2 | o .6 0 0 0 .6 -.3 | ax .4 0 .05 .2 .15 0
        er .6 0 .3 .35 .3 -.3 | eh .6 0 .05 .35 0 .3 | ao .6 0 0 0 .35 -.2 | ah .5 0 0 .1 .15 0
        ae .6 0 0 .15 0 .3 | a .5 0 0 .05 .05 .1 | aa .5 0 0 0 .2 0
        th 1 .45 .45 .1 0 .2 | dh 1 .4 .45 .1 0 .2
        t 1 0 .95 .2 0 .1 | d 1 0 .95 .2 0 .1 | n 1 0 .95 .2 0 .1 | l 1 .05 .9 .1 .1 -.4 | rr 1 0 .85 .1 .1 -.2
        r .9 0 .6 .35 .35 -.3 | s .9 0 .7 .35 0 .3 | z .9 0 .7 .35 0 .3
        sh .9 0 .5 .65 .1 .3 | zh .9 0 .5 .65 .1 .3 | ch 1 0 .7 .6 .1 .3 | jh 1 0 .7 .6 .1 .3
        j .8 0 .1 .9 .1 .5 | hy .8 0 .1 .85 .1 .5 | ny 1 0 .3 .95 .2 .4
        k 1 0 0 .25 .95 0 | g 1 0 0 .25 .95 0 | ng 1 0 0 .2 .95 0 | x .9 0 0 .2 .8 0 | gh .9 0 0 .1 .75 0
        w .5 0 0 .1 .75 -.4
    """,
}


def _read(group: str) -> tuple[FloatArray, FloatArray]:
    rows: dict[str, list[float]] = {}
    for line in _TABLES[group].strip().splitlines():
        for entry in line.split("|"):
            name, *numbers = entry.split()
            rows[name] = [float(number) for number in numbers]
    table = np.array([rows.get(name, rows["*"]) for name in NAMES], dtype=np.float32)
    return table[:, 0], table[:, 1:]


_READ = {group: _read(group) for group in GROUPS}
WEIGHT: dict[str, FloatArray] = {group: weight for group, (weight, _) in _READ.items()}
"""By group: how much each phone (phones,) cares."""
TARGET: dict[str, FloatArray] = {group: target for group, (_, target) in _READ.items()}
"""By group: where each phone wants the actions (phones, actions)."""


def _is(*names: str) -> npt.NDArray[np.bool_]:
    return np.array([name in names for name in NAMES])


VOWEL = np.array([phone.is_vowel for phone in PHONES])


def _held(**parts: float) -> FloatArray:
    return np.array([parts.get(name, 0.0) for name in NAMES], dtype=np.float32)


CLOSED = _held(p=0.5, b=0.55, m=0.8)
"""Where the lips meet, and for what part of the sound: a stop ends in a burst with open lips, a nasal does not."""
AT_TEETH = _held(f=0.75, v=0.75)
"""Where the lower lip meets the upper teeth, and for what part of the sound."""
LIP_HEAVY = _is("u", "y", "o", "w", "oe", "ao", "sh", "zh", "ch", "jh")
"""Sounds whose lips start early, end late and take over their neighbours'."""
NO_JAW_WHEN_SHORT = np.array(
    [
        phone.manner in (Manner.STOP, Manner.FRICATIVE, Manner.SIBILANT, Manner.AFFRICATE, Manner.NASAL)
        for phone in PHONES
    ]
)
"""Obstruents and nasals, which do not move the jaw when they are shorter than a frame."""
