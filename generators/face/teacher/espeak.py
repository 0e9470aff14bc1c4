"""espeak-ng through its library: speech in a hundred languages with the exact time of each sound.

Source: espeak-ng, speak_lib.h (the interface of version 1.51).
"""

from __future__ import annotations

import ctypes
import ctypes.util
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

import numpy as np
import numpy.typing as npt

from generators.errors import BadRequest, MissingDependency
from generators.face.phone_names import Piece, from_ipa
from generators.face.phones import SILENCE
from generators.face.teacher.spoken import (
    SAMPLE_RATE_HZ,
    Sounding,
    Spoken,
    phones_of,
    resampled,
    with_closures,
)

_SYNCHRONOUS = 2
_PHONEME_EVENTS, _IPA_EVENTS = 1, 2
_EVENT_END, _EVENT_PHONEME = 0, 7
_UTF8 = 1
_CHARACTER_POSITION = 1
_TEXT_IPA = 0x02
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_INDIC = "hi bn as gu kn kok ml mr ne or pa sd si ta te ur"
_TONAL = "cmn cmn-latn-pinyin yue vi hak"
# what espeak-ng writes differently from what it says: languages, what it writes, the IPA of what it says
_DIFFERENT: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset(_INDIC.split()), "c", "t\u0283"),
    (frozenset(_INDIC.split()), "\u025f", "d\u0292"),
    (frozenset(_TONAL.split()), "\u025c", ""),  # a tone
    (frozenset(_TONAL.split()), "n\u0261", "\u014b"),
    (frozenset(("ru", "uk", "be", "pl", "ru-lv")), "y", "\u0268"),
    (frozenset(("de", "da", "nb")), "\u025c", "\u0250"),
)

_PLAIN = "f1 f2 f3 f4 f5 m1 m2 m3 m4 m5 m6 m7 m8"
_NAMED = (
    "croak whisper whisperf grandma grandpa klatt klatt2 klatt3 klatt4 klatt5 klatt6 adam Alex Alicia "
    "Andrea Andy Annie antonio aunty belinda benjamin boris caleb david Denis Diogo ed edward edward2 "
    "Gene Gene2 gustave Henrique Hugo iven iven2 iven3 Jacky john Lee linda Marcelo Marco Mario max "
    "Michael michel miguel Mike Nguyen pablo paul pedro quincy rob robert sandro steph steph2 steph3 "
    "travis victor zac anika AnxiousAndy norbert shelby kaukovalta"
)
VARIANTS: tuple[str, ...] = (*_PLAIN.split(), *_PLAIN.split(), *_NAMED.split())
"""Voices that sound like people; those that are told to sound like robots are left out, the plain ones come twice."""


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("text", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Manner:
    """How a text is spoken: words a minute (80..450), pitch and its range (0..99, normal 50), loudness (0..200)."""

    rate_wpm: int = 175
    pitch: int = 50
    pitch_range: int = 50
    amplitude: int = 100


def _library() -> ctypes.CDLL:
    for name in (ctypes.util.find_library("espeak-ng"), "libespeak-ng.so.1", "libespeak-ng.dylib", "libespeak-ng.dll"):
        if name:
            try:
                return ctypes.CDLL(name)
            except OSError:
                continue
    raise MissingDependency(
        "The library of espeak-ng is not installed, and training needs it for speech: "
        "install the package espeak-ng (apt install espeak-ng, brew install espeak-ng)."
    )


class Espeak:
    """The one synthesiser of this process; the library keeps its state in globals.

    Raises:
        MissingDependency: the library is not installed.
    """

    def __init__(self) -> None:
        self._library = _library()
        rate_hz = self._library.espeak_Initialize(_SYNCHRONOUS, 1000, None, _PHONEME_EVENTS | _IPA_EVENTS)
        if rate_hz <= 0:
            raise MissingDependency("espeak-ng finds no voice data: install the package espeak-ng-data.")
        self.rate_hz = int(rate_hz)
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._library.espeak_TextToPhonemes.argtypes = (
            ctypes.POINTER(ctypes.c_char_p),
            ctypes.c_int,
            ctypes.c_int,
        )
        self._blocks: list[npt.NDArray[np.int16]] = []
        self._events: list[tuple[str, int]] = []
        self._callback = _Callback(self._take)  # kept here, or it would be collected while the library holds it
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice = ""

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        if count > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, (count,)).astype(np.int16))
        place = 0
        while events[place].type != _EVENT_END:
            if events[place].type == _EVENT_PHONEME:
                name = bytes(events[place].id.text).decode("utf-8", "ignore")
                self._events.append((name, int(events[place].sample)))
            place += 1
        return 0

    def _choose(self, voice: str) -> None:
        if voice == self._voice:
            return
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise BadRequest(f"espeak-ng has no voice “{voice}”: `espeak-ng --voices` lists them.")
        self._voice = voice

    def names(self, text: str, language: str) -> list[tuple[str, int]]:
        """The IPA names that `text` is spoken with, each with its stress (0, 1, 2); a pause is the name ""."""
        self._choose(language)
        data = ctypes.c_char_p(text.encode())
        place = ctypes.pointer(data)
        found: list[tuple[str, int]] = []
        while data.value:
            clause = self._library.espeak_TextToPhonemes(place, _UTF8, _TEXT_IPA | (ord("_") << 8))
            for name in (clause or b"").decode("utf-8", "ignore").replace(" ", "_").split("_"):
                stress = 2 if "\u02c8" in name else 1 if "\u02cc" in name else 0
                plain = name.replace("\u02c8", "").replace("\u02cc", "")
                if plain and not plain.startswith("("):
                    found.append((plain, stress))
            found.append(("", 0))
        return found

    def transcribe(self, text: str, language: str) -> list[tuple[int, int]]:
        """The phones of `text` in `language` with their stress: what an aligner looks for in a recording.

        Pauses stand between clauses and at both ends.
        """
        found = [(SILENCE, 0)]
        for name, stress in self.names(text, language):
            for piece in _pieces(name, language):
                if found[-1][0] != piece.phone:
                    found.append((piece.phone, stress))
        return found if found[-1][0] == SILENCE else [*found, (SILENCE, 0)]

    def speak(self, text: str, language: str, variant: str = "", manner: Manner | None = None) -> Spoken:
        """`text` spoken in `language` ("de", "en-us") by `variant` ("f3", "croak", "" for the language's own voice).

        Raises:
            BadRequest: there is no such language or variant, or nothing of the text can be spoken.
        """
        manner = manner or Manner()
        stressed = self.names(text, language)
        self._choose(f"{language}+{variant}" if variant else language)
        for parameter, value in (
            (_RATE, manner.rate_wpm),
            (_PITCH, manner.pitch),
            (_RANGE, manner.pitch_range),
            (_VOLUME, manner.amplitude),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._blocks, self._events = [], []
        data = text.encode()
        status = self._library.espeak_Synth(data, len(data) + 1, 0, _CHARACTER_POSITION, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        if status != 0 or not self._blocks or not self._events:
            raise BadRequest(f"espeak-ng spoke nothing for this text in {language}: {text[:60]}")
        raw = np.concatenate(self._blocks)
        samples = resampled((raw / np.float32(32_768)).astype(np.float32), self.rate_hz)
        return self._spoken(samples, stressed, language, variant)

    def _spoken(
        self, samples: npt.NDArray[np.float32], stressed: list[tuple[str, int]], language: str, variant: str
    ) -> Spoken:
        events = [event for event in self._events if not event[0].startswith("(")]
        stresses = _matched([name for name, _ in events], stressed)
        soundings: list[Sounding] = []
        for (name, sample), stress in zip(events, stresses, strict=True):
            if name and not any(unicodedata.category(letter) in ("Ll", "Lu", "Lo") for letter in name):
                continue  # a length mark or the like: the sound before it goes on
            soundings.append(Sounding(_pieces(name, language), sample / self.rate_hz, stress))
        phones, starts, ends, stress_list = phones_of(soundings, len(samples) / SAMPLE_RATE_HZ)
        phone = np.array(phones, dtype=np.uint8)
        start_s = with_closures(phone, np.array(starts, dtype=np.float32), samples)
        end_s = np.append(start_s[1:], np.float32(ends[-1])).astype(np.float32)
        voice = f"espeak:{language}+{variant}" if variant else f"espeak:{language}"
        return Spoken(samples, phone, start_s, end_s, np.array(stress_list, dtype=np.uint8), language, voice)


@cache
def _pieces(name: str, language: str) -> tuple[Piece, ...]:
    for languages, written, said in _DIFFERENT:
        if language in languages:
            name = name.replace(written, said)
    return from_ipa(name)


def _matched(names: list[str], stressed: list[tuple[str, int]]) -> list[int]:
    """The stress of each of `names` through the names that the text was transcribed with, 0 where they differ."""
    found = [0] * len(names)
    matcher = SequenceMatcher(None, names, [name for name, _ in stressed], autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            found[block.a + offset] = stressed[block.b + offset][1]
    return found
