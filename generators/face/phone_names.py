"""How the names of sounds in other systems map into the inventory of phones.py; no name is ever lost.

Each reader turns one name into `Piece`s: the phones that it consists of and the share of its time that each takes.
Diphthongs split 60 to 40. What is unknown falls to the nearest phone: diacritics are dropped, then letters are taken
for IPA, and a letter without a phone goes to the sound most like it.

Source: Edwards et al., "JALI", 2016 (the split of diphthongs); Wells, "Computer-coding the IPA", 1995 (SAMPA); the
mnemonics of espeak-ng are listed in its docs/phonemes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from generators.face.phones import INDEX, PHONES, SILENCE, Manner, Phone, Place, nearest

FIRST_SHARE = 0.6
"""The share of a diphthong's time that its first part takes."""
SYSTEMS: tuple[str, ...] = ("ipa", "arpabet", "sampa", "emodb", "espeak", "festival")


class Piece(NamedTuple):
    """A phone by its index, and its share 0..1 of the time of the name that it belongs to."""

    phone: int
    share: float


def _phone(manner: Manner, place: float, *, voiced: bool, rounded: bool = False) -> Phone:
    near = min(Place, key=lambda known: (abs(known - place), known))
    return Phone("", "", manner, near, voiced=voiced, rounded=rounded)


def _vowel(height: float, backness: float, *, rounded: bool) -> Phone:
    return Phone("", "", Manner.VOWEL, height=height, backness=backness, rounded=rounded)


# IPA letters that are no phone's own letter, by what they are: the nearest phone is found from that
_VOWELS: dict[str, tuple[float, float, bool]] = {
    "\u0289": (1.0, 0.4, True),
    "\u026f": (1.0, 0.9, False),
    "\u028f": (0.85, 0.1, True),
    "\u0258": (0.7, 0.5, False),
    "\u0275": (0.6, 0.4, True),
    "\u0264": (0.6, 0.9, False),
    "\u0153": (0.35, 0.0, True),
    "\u025c": (0.45, 0.45, False),
    "\u025a": (0.45, 0.45, False),
    "\u025e": (0.35, 0.4, True),
    "\u0250": (0.2, 0.5, False),
    "\u0276": (0.2, 0.0, True),
    "\u0252": (0.15, 1.0, True),
    "\u03b5": (0.35, 0.0, False),
    "\u1d7b": (0.85, 0.4, False),
}
_CONSONANTS: dict[str, tuple[Manner, float, bool]] = {
    "\u0288": (Manner.STOP, 4, False),
    "\u0256": (Manner.STOP, 4, True),
    "c": (Manner.STOP, 7, False),
    "\u025f": (Manner.STOP, 7, True),
    "\u0262": (Manner.STOP, 7, True),
    "\u0253": (Manner.STOP, 0, True),
    "\u0257": (Manner.STOP, 3, True),
    "\u0284": (Manner.STOP, 7, True),
    "\u0260": (Manner.STOP, 7, True),
    "\u0298": (Manner.STOP, 0, False),
    "\u01c0": (Manner.STOP, 3, False),
    "\u01c3": (Manner.STOP, 3, False),
    "\u01c2": (Manner.STOP, 7, False),
    "\u0271": (Manner.NASAL, 0, True),
    "\u0273": (Manner.NASAL, 3, True),
    "\u0274": (Manner.NASAL, 7, True),
    "\u0278": (Manner.FRICATIVE, 0, True),
    "\u03c7": (Manner.FRICATIVE, 7, False),
    "\u0281": (Manner.FRICATIVE, 8, True),
    "\u0280": (Manner.FRICATIVE, 8, True),
    "\u0127": (Manner.FRICATIVE, 7, False),
    "\u0295": (Manner.FRICATIVE, 8, True),
    "\u0270": (Manner.FRICATIVE, 8, True),
    "\u0266": (Manner.FRICATIVE, 10, False),
    "\u0267": (Manner.SIBILANT, 4, False),
    "\u0282": (Manner.SIBILANT, 4, False),
    "\u0290": (Manner.SIBILANT, 4, True),
    "\u0255": (Manner.SIBILANT, 4, False),
    "\u0291": (Manner.SIBILANT, 4, True),
    "\u028b": (Manner.FRICATIVE, 1, True),
    "\u029d": (Manner.APPROXIMANT, 6, True),
    "\u027e": (Manner.TRILL, 3, True),
    "\u027d": (Manner.TRILL, 3, True),
    "\u027a": (Manner.TRILL, 3, True),
    "\u026b": (Manner.LATERAL, 3, True),
    "\u026d": (Manner.LATERAL, 3, True),
    "\u026c": (Manner.LATERAL, 3, True),
    "\u026e": (Manner.LATERAL, 3, True),
    "\u029f": (Manner.LATERAL, 3, True),
    "\u01c1": (Manner.LATERAL, 3, True),
}
_PLAIN = {  # letters that stand for one or more phones by name
    "\u028e": ("l", "j"),
    "\u028d": ("w",),
    "\u0265": ("y",),
    "\u027b": ("r",),
    "\u02a6": ("t", "s"),
    "\u02a3": ("d", "z"),
    "\u02a7": ("ch",),
    "\u02a4": ("jh",),
    "\u02a8": ("ch",),
    "\u02a5": ("jh",),
    "g": ("g",),
    "q": ("k",),
    "?": ("q",),
}


def _letters() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {
        phone.ipa: (index,) for index, phone in enumerate(PHONES) if len(phone.ipa) == 1
    }
    for letter, (height, backness, rounded) in _VOWELS.items():
        found[letter] = (nearest(_vowel(height, backness, rounded=rounded)),)
    found["\u025a"] = found["\u025c"] = (INDEX["er"],)
    for letter, (manner, place, voiced) in _CONSONANTS.items():
        rounded = manner is Manner.SIBILANT and place == Place.POSTALVEOLAR
        found[letter] = (nearest(_phone(manner, place, voiced=voiced, rounded=rounded)),)
    found.update({letter: tuple(INDEX[name] for name in names) for letter, names in _PLAIN.items()})
    return found


_IPA = _letters()


def _merged(indices: Sequence[int]) -> list[int]:
    """Affricates written as two letters become one phone; a letter twice is one long sound."""
    names = {INDEX["t"]: INDEX["sh"], INDEX["d"]: INDEX["zh"]}
    joined = {INDEX["t"]: INDEX["ch"], INDEX["d"]: INDEX["jh"]}
    found: list[int] = []
    for index in indices:
        if found and names.get(found[-1]) == index:
            found[-1] = joined[found[-1]]
        elif not found or found[-1] != index:
            found.append(index)
    return found


def _shared(indices: Sequence[int]) -> tuple[Piece, ...]:
    if not indices:
        return ()
    if len(indices) == 1:
        return (Piece(indices[0], 1.0),)
    if PHONES[indices[0]].is_vowel:
        rest = (1.0 - FIRST_SHARE) / (len(indices) - 1)
        return (Piece(indices[0], FIRST_SHARE), *(Piece(index, rest) for index in indices[1:]))
    return tuple(Piece(index, 1.0 / len(indices)) for index in indices)


def _plain_letter(letter: str) -> tuple[int, ...]:
    """The phone of a letter outside the IPA: by the Latin letter inside its name, else a neutral vowel."""
    name = unicodedata.name(letter, "").split()
    for word in reversed(name):
        if len(word) == 1 and word.lower() in _IPA:
            return _IPA[word.lower()]
    return (INDEX["ax"],)


@cache
def from_ipa(text: str) -> tuple[Piece, ...]:
    """The phones of IPA `text`: one symbol, a diphthong or a whole word. Nothing but marks gives silence."""
    found: list[int] = []
    for letter in unicodedata.normalize("NFD", text):
        if letter in _IPA:
            found.extend(_IPA[letter])
        elif letter == "\u0327" and found:  # a cedilla, split off from the palatal fricative
            found[-1] = INDEX["hy"]
        elif letter == "\u02de" and found:  # rhotic hook
            found[-1] = INDEX["er"]
        elif unicodedata.category(letter) in ("Ll", "Lu", "Lo"):
            found.extend(_plain_letter(letter))
    return _shared(_merged(found)) or (Piece(SILENCE, 1.0),)


def table(text: str) -> dict[str, tuple[Piece, ...]]:
    """A table written as "name=phone+phone ...", or the name alone where the phone is called the same."""
    found = {}
    for entry in text.split():
        name, _, parts = entry.rpartition("=") if "=" in entry else (entry, "", entry)
        found[name] = _shared([INDEX[part] for part in parts.split("+")])
    return found


_ARPABET = table("""
    b d g k p t m n ng f v th dh s z sh zh ch jh l r w hh aa ae ah ao eh er ih uh ax ix q a e i o u
    iy=i uw=u ux=u ey=e+ih ow=o+uh ay=a+ih aw=a+uh oy=ao+ih y=j h=hh hv=hh wh=w dx=rr nx=n axr=er axh=ax ax-h=ax j=jh
    el=ax+l em=m en=n eng=ng bcl=b dcl=d gcl=g kcl=k pcl=p tcl=t
    pau=sil sil sp=sil spn=sil ssil=sil h#=sil epi=sil brth=sil #=sil
""")


@cache
def from_arpabet(name: str) -> tuple[Piece, ...]:
    """The phones of an ARPAbet name, with or without a digit of stress, in either case; festival's and flite's too."""
    plain = name.strip().lower()
    if plain in _ARPABET:
        return _ARPABET[plain]
    return _ARPABET.get(plain.rstrip("0123456789")) or from_sampa(name)


_SAMPA = table("""
    i y u e o a p b t d k g m n f v s z x l j w
    I=ih Y=y U=uh E=eh 2=oe 9=oe O=ao @=ax 6=ah 3=er A=aa Q=ao V=ah {=ae &=ae 1=ix }=y M=ix 8=oe 7=ah
    S=sh Z=zh T=th D=dh C=hy N=ng J=ny R=gh h=hh H=y r=rr 4=rr r\\=r B=bh G=gh X=x ?=q Q?=q L=l+j P=v
    tS=ch dZ=jh ts=t+s pf=p+f dz=d+z s\\=sh z\\=zh h\\=hh
    aI=a+ih aU=a+uh OY=ao+y OI=ao+ih eI=e+ih oU=o+uh @U=ax+uh _=sil .=sil ...=sil <p:>=sil <usb>=sil p:=p
""")
# the hand-made labels of EmoDB: closure and burst of a stop are its own, and some letters differ from SAMPA
_EMODB = table("V=v H=hh R=gh L=l r=gh (=sil (gef=sil !=sil mm=m NN=ng gas=g dsap=d hoe=hh+oe")


@cache
def from_sampa(name: str) -> tuple[Piece, ...]:
    """The phones of a SAMPA or X-SAMPA name ("a:" and the like allowed)."""
    plain = name.strip().lstrip("'\"%")
    if plain in _SAMPA or not plain:
        return _SAMPA.get(plain, (Piece(SILENCE, 1.0),))
    return _pieces(plain, _SAMPA) or from_ipa(name)


@cache
def from_emodb(name: str) -> tuple[Piece, ...]:
    """The phones of a label of EmoDB: SAMPA with marks, as "!b+na" for a burst or "tasp" for aspiration."""
    plain = name.strip().split("+", maxsplit=1)[0]
    plain = (plain.lstrip("!_[") or plain).removesuffix("asp")
    return _EMODB.get(plain) or from_sampa(plain)


def _pieces(text: str, table: dict[str, tuple[Piece, ...]]) -> tuple[Piece, ...]:
    """The phones of `text` cut into the longest names of `table`; what is in none is dropped."""
    found: list[int] = []
    place = 0
    while place < len(text):
        for size in (4, 3, 2, 1):
            name = text[place : place + size]
            if name and name in table:
                found.extend(piece.phone for piece in table[name])
                place += len(name)
                break
        else:
            place += 1
    return _shared(_merged(found))


_ESPEAK = table("""
    i y u e o a p b t d k g m n f v s z x l j w r
    I=ih U=uh E=eh Y=oe W=oe O=ao @=ax 3=er 8=ax A=aa V=ah &=ae 0=ao a#=ah I2=ih u"=y i"=ix u-=ix E#=eh
    S=sh Z=zh T=th D=dh C=hy N=ng n^=ny R=rr Q=gh h=hh <h>=hh *=rr **=rr r.=rr B=bh ?=q !=q l^=l+j H=x c=k J=g J^=j
    G=gh L=l X=x q=k w2=w n-=n m-=m l-=l @L=ax+l
    tS=ch dZ=jh ts=t+s pf=p+f dz=d+z S;=sh s;=sh z;=zh tS;=ch dZ;=jh ts;=ch dz;=jh
    aI=a+ih aU=a+uh OI=ao+ih eI=e+ih oU=o+uh OY=ao+y
""")


@cache
def from_espeak(name: str) -> tuple[Piece, ...]:
    """The phones of an espeak-ng mnemonic (as `espeak-ng -x` prints them, stress and tone marks allowed)."""
    plain = name.strip().strip("',%=|")
    if plain.startswith(("_", "(")) or not plain:
        return (Piece(SILENCE, 1.0),)
    if plain in _ESPEAK:
        return _ESPEAK[plain]
    return _pieces(plain, _ESPEAK) or from_ipa(plain)


_READERS = {
    "ipa": from_ipa,
    "arpabet": from_arpabet,
    "sampa": from_sampa,
    "emodb": from_emodb,
    "espeak": from_espeak,
    "festival": from_arpabet,
}


def read(name: str, system: str) -> tuple[Piece, ...]:
    """The phones of `name` in one of SYSTEMS."""
    return _READERS[system](name)


_ENGLISH = "i=iy y=uw ix=ih u=uw e=ey oe=ow o=ow ax=ah a=aa q=k ny=n bh=v hy=hh x=hh gh=g rr=r j=y"
_TO_ARPABET = dict(pair.split("=") for pair in _ENGLISH.split())


def to_arpabet(phone: int) -> str:
    """The ARPAbet name most like a phone, for measures that are defined over English."""
    name = PHONES[phone].name
    return _TO_ARPABET.get(name, name)
