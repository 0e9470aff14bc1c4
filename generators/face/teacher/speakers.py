"""Who speaks in a pack: a voice is drawn, then a text in its language, then a manner of speaking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from generators.face.teacher import flite
from generators.face.teacher.espeak import VARIANTS, Espeak, Manner
from generators.face.teacher.sentences import passage
from generators.face.teacher.spoken import Spoken

_TEXTS_AND_ODDS = (
    "en-us=en:6 en=en:3 en-gb-x-rp=en:2 en-gb-scotland=en:1 en-gb-x-gbcwmd=en:1 en-gb-x-gbclan=en:1 en-us-nyc=en:1 "
    "en-029=en:1 de=de:9 es=es:4 es-419=es:3 fr=fr:4 fr-be=fr:1 it=it:4 pt=pt:2 pt-br=pt:2 nl=nl:3 sv=sv:3 pl=pl:3 "
    "ru=ru:3 tr=tr:2 fi=fi:2 ja=ja:3 da=da:1.5 nb=nb:1.5 cs=cs:1.5 hu=hu:1.5 el=el:1 hi=hi:1.5 ar=ar:1.5 "
    "cmn-latn-pinyin=cmn-latn-pinyin:2 uk=uk:1"
)
_RARE = "ro hr et lv lt af is ca eu cy sq eo id sw mi vi la sk sl ga bg sr fa bn ta ka"


def _languages() -> dict[str, tuple[str, float]]:
    found = {}
    for entry in _TEXTS_AND_ODDS.split():
        voice, _, rest = entry.partition("=")
        language, _, odds = rest.partition(":")
        found[voice] = (language, float(odds))
    return {**found, **{name: (name, 0.6) for name in _RARE.split()}}


ESPEAK_LANGUAGES: Mapping[str, tuple[str, float]] = _languages()
"""espeak-ng's language: the language of its texts, and how often it is drawn."""
FLITE_SHARE = 0.25


class Speaker(Protocol):
    """Whoever can speak one more utterance."""

    def speak(self, rng: np.random.Generator) -> Spoken:
        """An utterance that depends on `rng` alone.

        Raises:
            BadRequest: this one could not be spoken; another may.
            MissingDependency: a synthesiser is not installed.
        """


class Crowd:
    """The speakers of training: espeak-ng in all its languages and variants, and flite's voices of real people."""

    def __init__(self, own: Mapping[str, Sequence[str]] | None = None) -> None:
        self._espeak = Espeak()
        self._own = dict(own or {})
        self._languages = tuple(ESPEAK_LANGUAGES)
        weights = np.array([weight for _, weight in ESPEAK_LANGUAGES.values()])
        self._odds = weights / weights.sum()

    def speak(self, rng: np.random.Generator) -> Spoken:
        """An utterance of anybody's."""
        if rng.random() < FLITE_SHARE:
            text = passage("en", rng, self._own.get("en", ()))
            stretch = float(np.exp(rng.uniform(np.log(0.75), np.log(1.35))))
            return flite.speak(text, str(rng.choice(flite.VOICES)), stretch, float(rng.uniform(85.0, 220.0)))
        voice = self._languages[int(rng.choice(len(self._languages), p=self._odds))]
        language = ESPEAK_LANGUAGES[voice][0]
        manner = Manner(
            rate_wpm=round(float(np.exp(rng.uniform(np.log(110.0), np.log(270.0))))),
            pitch=int(np.clip(round(rng.normal(50.0, 20.0)), 5, 95)),
            pitch_range=int(rng.integers(15, 95)),
            amplitude=int(rng.integers(60, 140)),
        )
        variant = "" if rng.random() < 0.1 else str(rng.choice(VARIANTS))
        return self._espeak.speak(passage(language, rng, self._own.get(language, ())), voice, variant, manner)
