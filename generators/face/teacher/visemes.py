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
        * 0.25 .20 0 | sil 1 0 0
        i .8 .17 0 | y .8 .16 .05 | ix .8 .19 0 | u .8 .15 .05 | ih .8 .24 0 | uh .8 .22 .02 | e .8 .28 0
        oe .8 .30 .03 | o .8 .34 .03 | ax .6 .27 0 | er .7 .26 .02 | eh .9 .42 0 | ao .9 .44 .03 | ah .9 .47 0
        ae 1 .52 0 | a 1 .56 0 | aa 1 .56 0
        p .9 .08 0 | b .9 .08 0 | m .9 .08 0 | bh .8 .10 0 | w .7 .14 .05
        f .9 .10 -.12 | v .9 .10 -.12 | th .6 .15 0 | dh .6 .15 0
        t .6 .15 0 | d .6 .15 0 | n .55 .16 0 | ny .5 .17 0 | l .5 .21 0 | rr .45 .19 0 | r .5 .17 .05 | j .6 .17 0
        s 1 .07 .15 | z 1 .07 .15 | sh 1 .09 .3 | zh 1 .09 .3 | ch 1 .09 .3 | jh 1 .09 .3
        k .3 .20 0 | g .3 .20 0 | ng .3 .21 0 | x .3 .22 0 | gh .3 .22 0 | hy .4 .19 0 | hh .05 .25 0 | q .05 .2 0
    """,
    "parting": """
        * 0 0 0 | sil 1 0 0
        i .7 .14 .22 | y .6 .02 .08 | ix .6 .10 .18 | u .7 0 .05 | ih .6 .13 .20 | uh .6 .03 .08 | e .6 .13 .22
        oe .6 .06 .12 | o .7 .03 .08 | ax .4 .10 .16 | er .5 .08 .14 | eh .6 .12 .22 | ao .6 .06 .12 | ah .6 .12 .20
        ae .7 .15 .25 | a .6 .13 .22 | aa .6 .12 .20
        p .6 0 0 | b .6 0 0 | m .6 0 0 | bh .6 0 .05 | w .7 0 .04 | f .8 .12 0 | v .8 .12 0
        th .6 .12 .22 | dh .6 .12 .20 | s .8 .13 .26 | z .8 .13 .26
        sh .9 .20 .28 | zh .9 .20 .28 | ch .9 .20 .28 | jh .9 .20 .28 | r .5 .10 .16 | j .5 .12 .20 | hy .4 .12 .20
        t .25 .11 .20 | d .25 .11 .20 | n .25 .11 .20 | l .25 .11 .20 | rr .25 .11 .20 | ny .25 .11 .20
        k .2 .11 .20 | g .2 .11 .20 | ng .2 .11 .20 | x .2 .11 .20 | gh .2 .11 .20 | hh .1 .11 .20
    """,
    "shaping": """
        * 0 0 0 0 | sil .7 0 0 0
        i .7 0 0 .60 | y 1.6 .75 .30 0 | ix .6 .05 0 .25 | u 2 .85 .30 0 | ih .5 0 0 .35 | uh 1.2 .50 .20 0
        e .6 0 0 .48 | oe 1.4 .55 .35 0 | o 1.8 .70 .40 0 | ax .2 .05 0 .05 | er .5 .30 .20 0 | eh .5 0 0 .25
        ao 1.4 .40 .45 0 | ah .35 0 .03 .05 | ae .5 0 0 .32 | a .4 0 .02 .12 | aa .4 .03 .05 .05
        bh .2 .1 0 0 | w 2.4 .90 .25 0 | f .35 0 .05 .1 | v .35 0 .05 .1 | th .25 0 .05 .12 | dh .2 0 .05 .10
        s .6 0 0 .38 | z .6 0 0 .36 | sh 1.8 .35 .70 0 | zh 1.8 .35 .70 0 | ch 1.8 .35 .70 0 | jh 1.8 .35 .70 0
        r .8 .35 .25 0 | j .5 0 0 .40 | hy .4 0 0 .35
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
CLOSED = _is("p", "b", "m")
"""The lips meet."""
AT_TEETH = _is("f", "v")
"""The lower lip meets the upper teeth."""
LIP_HEAVY = _is("u", "y", "o", "w", "oe", "ao", "sh", "zh", "ch", "jh")
"""Sounds whose lips start early, end late and take over their neighbours'."""
NO_JAW_WHEN_SHORT = np.array(
    [
        phone.manner in (Manner.STOP, Manner.FRICATIVE, Manner.SIBILANT, Manner.AFFRICATE, Manner.NASAL)
        for phone in PHONES
    ]
)
"""Obstruents and nasals, which do not move the jaw when they are shorter than a frame."""
