"""The one inventory of speech sounds that the face knows, whatever the language or the synthesiser.

A sound (phone) is what can be told apart by ear and mouth in most languages: vowels by height, backness and
rounding, consonants by place, manner and voice. Length, tone, nasal vowels, aspiration and most secondary articulation
are folded away; diphthongs and affricates like ts and pf are two phones, the postalveolar affricates one.
How other systems' names map into the inventory stands in phone_names.py.

Source: International Phonetic Association, "Handbook", 1999.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Manner(StrEnum):
    """How a consonant is made; SILENCE and VOWEL stand beside the manners so that every phone has one."""

    SILENCE = "silence"
    VOWEL = "vowel"
    STOP = "stop"
    NASAL = "nasal"
    FRICATIVE = "fricative"
    SIBILANT = "sibilant"
    AFFRICATE = "affricate"
    LATERAL = "lateral"
    APPROXIMANT = "approximant"
    TRILL = "trill"


class Place(IntEnum):
    """Where a consonant is made, from the lips back; NONE for vowels and silence."""

    NONE = -1
    BILABIAL = 0
    LABIODENTAL = 1
    DENTAL = 2
    ALVEOLAR = 3
    POSTALVEOLAR = 4
    PALATAL = 6
    VELAR = 7
    UVULAR = 8
    GLOTTAL = 10


@dataclass(frozen=True)
class Phone:
    """One sound: `name` in plain letters, `ipa` for showing it.

    Vowels have `height` 0 (open) to 1 (close) and `backness` 0 (front) to 1 (back); `rounded` is for vowels and
    consonants. Consonants have `place` and `manner`.
    """

    name: str
    ipa: str
    manner: Manner
    place: Place = Place.NONE
    voiced: bool = True
    height: float = 0.0
    backness: float = 0.0
    rounded: bool = False

    @property
    def is_vowel(self) -> bool:
        """Whether the sound is a vowel."""
        return self.manner is Manner.VOWEL


def _vowel(name: str, ipa: str, height: float, backness: float, *, rounded: bool = False) -> Phone:
    return Phone(name, ipa, Manner.VOWEL, height=height, backness=backness, rounded=rounded)


def _consonant(
    name: str, ipa: str, manner: Manner, place: Place, *, voiced: bool = True, rounded: bool = False
) -> Phone:
    return Phone(name, ipa, manner, place, voiced=voiced, rounded=rounded)


PHONES: tuple[Phone, ...] = (
    Phone("sil", "", Manner.SILENCE, voiced=False),
    _vowel("i", "i", 1.0, 0.0),
    _vowel("y", "y", 1.0, 0.0, rounded=True),
    _vowel("ix", "\u0268", 1.0, 0.6),
    _vowel("u", "u", 1.0, 1.0, rounded=True),
    _vowel("ih", "\u026a", 0.85, 0.2),
    _vowel("uh", "\u028a", 0.85, 0.85, rounded=True),
    _vowel("e", "e", 0.7, 0.0),
    _vowel("oe", "\u00f8", 0.55, 0.05, rounded=True),
    _vowel("o", "o", 0.7, 1.0, rounded=True),
    _vowel("ax", "\u0259", 0.5, 0.5),
    _vowel("er", "\u025d", 0.45, 0.45),
    _vowel("eh", "\u025b", 0.35, 0.0),
    _vowel("ao", "\u0254", 0.3, 1.0, rounded=True),
    _vowel("ah", "\u028c", 0.25, 0.7),
    _vowel("ae", "\u00e6", 0.15, 0.05),
    _vowel("a", "a", 0.0, 0.3),
    _vowel("aa", "\u0251", 0.0, 1.0),
    _consonant("p", "p", Manner.STOP, Place.BILABIAL, voiced=False),
    _consonant("b", "b", Manner.STOP, Place.BILABIAL),
    _consonant("t", "t", Manner.STOP, Place.ALVEOLAR, voiced=False),
    _consonant("d", "d", Manner.STOP, Place.ALVEOLAR),
    _consonant("k", "k", Manner.STOP, Place.VELAR, voiced=False),
    _consonant("g", "\u0261", Manner.STOP, Place.VELAR),
    _consonant("q", "\u0294", Manner.STOP, Place.GLOTTAL, voiced=False),
    _consonant("m", "m", Manner.NASAL, Place.BILABIAL),
    _consonant("n", "n", Manner.NASAL, Place.ALVEOLAR),
    _consonant("ny", "\u0272", Manner.NASAL, Place.PALATAL),
    _consonant("ng", "\u014b", Manner.NASAL, Place.VELAR),
    _consonant("bh", "\u03b2", Manner.FRICATIVE, Place.BILABIAL),
    _consonant("f", "f", Manner.FRICATIVE, Place.LABIODENTAL, voiced=False),
    _consonant("v", "v", Manner.FRICATIVE, Place.LABIODENTAL),
    _consonant("th", "\u03b8", Manner.FRICATIVE, Place.DENTAL, voiced=False),
    _consonant("dh", "\u00f0", Manner.FRICATIVE, Place.DENTAL),
    _consonant("s", "s", Manner.SIBILANT, Place.ALVEOLAR, voiced=False),
    _consonant("z", "z", Manner.SIBILANT, Place.ALVEOLAR),
    _consonant("sh", "\u0283", Manner.SIBILANT, Place.POSTALVEOLAR, voiced=False, rounded=True),
    _consonant("zh", "\u0292", Manner.SIBILANT, Place.POSTALVEOLAR, rounded=True),
    _consonant("ch", "t\u0283", Manner.AFFRICATE, Place.POSTALVEOLAR, voiced=False, rounded=True),
    _consonant("jh", "d\u0292", Manner.AFFRICATE, Place.POSTALVEOLAR, rounded=True),
    _consonant("hy", "\u00e7", Manner.FRICATIVE, Place.PALATAL, voiced=False),
    _consonant("x", "x", Manner.FRICATIVE, Place.VELAR, voiced=False),
    _consonant("gh", "\u0263", Manner.FRICATIVE, Place.UVULAR),
    _consonant("hh", "h", Manner.FRICATIVE, Place.GLOTTAL, voiced=False),
    _consonant("l", "l", Manner.LATERAL, Place.ALVEOLAR),
    _consonant("r", "\u0279", Manner.APPROXIMANT, Place.ALVEOLAR, rounded=True),
    _consonant("rr", "r", Manner.TRILL, Place.ALVEOLAR),
    _consonant("j", "j", Manner.APPROXIMANT, Place.PALATAL),
    _consonant("w", "w", Manner.APPROXIMANT, Place.BILABIAL, rounded=True),
)
"""Every phone; its place here is its index in packs and in what the network gives. New ones go to the end."""

NAMES: tuple[str, ...] = tuple(phone.name for phone in PHONES)
INDEX: dict[str, int] = {name: index for index, name in enumerate(NAMES)}
BY_NAME: dict[str, Phone] = {phone.name: phone for phone in PHONES}
SILENCE = INDEX["sil"]

_KINDS = {
    Manner.STOP: (Manner.AFFRICATE, Manner.FRICATIVE, Manner.NASAL),
    Manner.NASAL: (Manner.STOP, Manner.LATERAL),
    Manner.FRICATIVE: (Manner.SIBILANT, Manner.APPROXIMANT, Manner.STOP),
    Manner.SIBILANT: (Manner.AFFRICATE, Manner.FRICATIVE),
    Manner.AFFRICATE: (Manner.SIBILANT, Manner.STOP),
    Manner.LATERAL: (Manner.APPROXIMANT, Manner.NASAL),
    Manner.APPROXIMANT: (Manner.LATERAL, Manner.TRILL, Manner.FRICATIVE),
    Manner.TRILL: (Manner.APPROXIMANT, Manner.LATERAL, Manner.STOP),
}


def distance(one: Phone, other: Phone) -> float:
    """How unlike two sounds are: 0 for the same; what the lips show weighs most."""
    if one.is_vowel != other.is_vowel or (one.manner is Manner.SILENCE) != (other.manner is Manner.SILENCE):
        return 10.0
    rounding = 1.0 if one.rounded != other.rounded else 0.0
    if one.is_vowel:
        return 2.0 * abs(one.height - other.height) + abs(one.backness - other.backness) + rounding
    lips = 3.0 if min(one.place, 2) != min(other.place, 2) else 0.0
    near = 2.0 if other.manner in _KINDS.get(one.manner, ()) else 5.0
    manner = 0.0 if one.manner is other.manner else near
    voice = 0.7 if one.voiced != other.voiced else 0.0
    return manner + lips + 0.4 * abs(one.place - other.place) + voice + 0.5 * rounding


def nearest(phone: Phone) -> int:
    """The index of the phone of the inventory that is most like `phone`, which need not be in it."""
    return min(range(len(PHONES)), key=lambda index: (distance(phone, PHONES[index]), index))
