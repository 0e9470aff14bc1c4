"""festival: voices of real speakers in several languages, kept out of training to measure what was learned.

The phone sets are those of the voices that Debian packages (festvox-*); each has a table of its own names.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from generators.errors import BadRequest, MissingDependency
from generators.face.phone_names import Piece, from_arpabet, from_sampa, table
from generators.face.teacher.flite import read_wave
from generators.face.teacher.sentences import passage
from generators.face.teacher.spoken import SAMPLE_RATE_HZ, Sounding, Spoken, phones_of, resampled

_TIMEOUT_S = 120.0

_TABLES: dict[str, dict[str, tuple[Piece, ...]]] = {
    "it": table("nf=n ng=ng J=ny L=l+j r=rr #=sil"),
    "fi": table("7=oe @=ae &=ax r=rr #=sil ##=sil T=th D=dh"),
    "cs": table(
        "c=t+s c~=ch d~=g dz=d+z dz~=jh n~=ny n*=ng r=rr r~=rr r~*=rr s~=sh t~=k z~=zh ch=x h=hh y=i _=sil #=sil"
    ),
    "ru": table(
        "ii=i yy=ix uu=u ee=e oo=o aa=a a=ah e=ih i=ih y=ix u=uh ae=ae ay=a ur=uh c=t+s ch x=x "
        "pp=p bb=b tt=t dd=d kk=k gg=g ff=f vv=v ss=s zz=z h=x hh=x mm=m nn=n ll=l r=rr rr=rr sch=sh"
    ),
    "ca": table("ax=ax ax1=ax l=l L=l+j J=ny r=rr rr=rr pau=sil _=sil #=sil e=e E=eh o=o O=ao"),
}


@dataclass(frozen=True)
class _Voice:
    name: str
    language: str
    texts: str
    encoding: str


_VOICES: tuple[_Voice, ...] = (
    _Voice("kal_diphone", "en-us", "en", "ascii"),
    _Voice("ked_diphone", "en-us", "en", "ascii"),
    _Voice("cmu_us_slt_arctic_hts", "en-us", "en", "ascii"),
    _Voice("lp_diphone", "it", "it", "latin-1"),
    _Voice("pc_diphone", "it", "it", "latin-1"),
    _Voice("suo_fi_lj_diphone", "fi", "fi", "latin-1"),
    _Voice("hy_fi_mv_diphone", "fi", "fi", "latin-1"),
    _Voice("czech_dita", "cs", "cs", "iso-8859-2"),
    _Voice("czech_machac", "cs", "cs", "iso-8859-2"),
    _Voice("msu_ru_nsh_clunits", "ru", "ru", "utf-8"),
    _Voice("upc_ca_ona_hts", "ca", "ca", "latin-1"),
)


@cache
def _program() -> str:
    found = shutil.which("festival")
    if not found:
        raise MissingDependency(
            "festival is not installed, and speech for testing needs it: apt install festival festvox-kallpc16k."
        )
    return found


@cache
def installed() -> tuple[str, ...]:
    """The names of the voices that festival finds here.

    Raises:
        MissingDependency: festival is not installed.
    """
    listing = "(mapcar (lambda (v) (print v)) (voice.list))"
    done = subprocess.run([_program(), "-b", listing], capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    return tuple(done.stdout.split())


def pieces_of(name: str, language: str) -> tuple[Piece, ...]:
    """The phones of a name in the phone set of festival's voices for `language`; stress digits are dropped."""
    if language == "en-us":
        return from_arpabet(name)
    known = _TABLES[language]
    for spelling in (name, name.rstrip("1"), name.rstrip("1:")):
        if spelling in known:
            return known[spelling]
    return from_arpabet(name) if language == "ru" else from_sampa(name.rstrip("1"))


def segments_of(text: str) -> list[tuple[str, float]]:
    """The names and end times in seconds of a segment file (`utt.save.segs`)."""
    found = []
    for line in text.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[0].replace(".", "", 1).isdigit():
            found.append((fields[2], float(fields[0])))
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", " ").replace('"', " ") + '"'


def speak(text: str, voice: str, stretch: float = 1.0) -> Spoken:
    """`text` spoken by a voice of festival, `stretch` times as slow.

    Raises:
        MissingDependency: festival is not installed.
        BadRequest: the voice is not known or gave no sound for the text.
    """
    chosen = next((item for item in _VOICES if item.name == voice), None)
    if chosen is None:
        raise BadRequest(f"There is no voice “{voice}” of festival: choose among those that are installed.")
    with tempfile.TemporaryDirectory() as folder:
        script, sound, segments = (Path(folder) / name for name in ("say.scm", "speech.wav", "speech.segs"))
        lines = (
            f"(voice.select '{voice})",
            f"(Parameter.set 'Duration_Stretch {stretch:.3f})",
            f"(set! utt (SynthText {_quoted(text)}))",
            f'(utt.save.segs utt "{segments}")',
            f'(utt.save.wave utt "{sound}" \'riff)',
        )
        script.write_bytes("\n".join(lines).encode(chosen.encoding, "ignore"))
        done = subprocess.run([_program(), "-b", str(script)], capture_output=True, timeout=_TIMEOUT_S, check=False)
        if not (sound.is_file() and segments.is_file()):
            said = done.stderr.decode("utf-8", "replace").strip()[:200]
            raise BadRequest(f"festival spoke nothing with the voice “{voice}”: {said}")
        raw, rate_hz = read_wave(sound)
        ends = segments_of(segments.read_text(chosen.encoding, "replace"))
    if not ends or not len(raw):
        raise BadRequest(f"festival spoke nothing for this text: {text[:60]}")
    starts = [0.0, *[end for _, end in ends[:-1]]]
    soundings = [
        Sounding(pieces_of(name, chosen.language), start) for (name, _), start in zip(ends, starts, strict=True)
    ]
    samples = resampled(raw, rate_hz)
    phones, begin, end, stress = phones_of(soundings, len(samples) / SAMPLE_RATE_HZ)
    return Spoken(
        samples,
        np.array(phones, dtype=np.uint8),
        np.array(begin, dtype=np.float32),
        np.array(end, dtype=np.float32),
        np.array(stress, dtype=np.uint8),
        chosen.language,
        f"festival:{voice}",
    )


class Stage:
    """The speakers of testing: festival's voices that are installed, the same share of each.

    Raises:
        MissingDependency: festival or its voices are not installed.
    """

    def __init__(self) -> None:
        found = set(installed())
        self._voices = tuple(voice for voice in _VOICES if voice.name in found)
        if not self._voices:
            raise MissingDependency("festival has no voice that can be tested with: apt install festvox-kallpc16k.")

    def speak(self, rng: np.random.Generator) -> Spoken:
        """An utterance of one of the voices."""
        voice = self._voices[int(rng.integers(len(self._voices)))]
        stretch = float(np.exp(rng.uniform(np.log(0.8), np.log(1.25))))
        return speak(passage(voice.texts, rng), voice.name, stretch)
