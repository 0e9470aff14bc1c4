from __future__ import annotations

import ctypes.util
import shutil

import numpy as np
import pytest

from generators.errors import BadRequest, MissingDependency
from generators.face.phones import INDEX, NAMES, SILENCE
from generators.face.teacher import espeak, festival, flite
from generators.face.teacher.spoken import SAMPLE_RATE_HZ, Spoken

needs_espeak = pytest.mark.skipif(not ctypes.util.find_library("espeak-ng"), reason="espeak-ng is not installed")
needs_flite = pytest.mark.skipif(not shutil.which("flite"), reason="flite is not installed")
needs_festival = pytest.mark.skipif(not shutil.which("festival"), reason="festival is not installed")


def sane(spoken: Spoken) -> list[str]:
    assert spoken.samples.dtype == np.float32
    assert 0.05 < np.abs(spoken.samples).max() <= 1.0
    assert len(spoken.phone) == len(spoken.start_s) == len(spoken.end_s) == len(spoken.stress)
    assert spoken.start_s[0] == 0.0
    assert np.allclose(spoken.start_s[1:], spoken.end_s[:-1], atol=1e-5)
    assert (spoken.end_s > spoken.start_s).all()
    assert spoken.end_s[-1] == pytest.approx(spoken.duration_s, abs=1e-3)
    return [NAMES[phone] for phone in spoken.phone]


def level(spoken: Spoken, *names: str) -> float:
    wanted = {INDEX[name] for name in names}
    parts = [
        spoken.samples[int(start * SAMPLE_RATE_HZ) : int(end * SAMPLE_RATE_HZ)]
        for phone, start, end in zip(spoken.phone, spoken.start_s, spoken.end_s, strict=True)
        if int(phone) in wanted
    ]
    return float(np.sqrt(np.mean(np.concatenate(parts) ** 2)))


@pytest.fixture(scope="module")
def speaker() -> espeak.Espeak:
    return espeak.Espeak()


@needs_espeak
def test_espeak_tells_when_each_sound_is_heard(speaker: espeak.Espeak) -> None:
    spoken = speaker.speak("Papa said: my boy is here.", "en-us", "f3")
    names = sane(spoken)
    assert " ".join(names).startswith("sil p aa p")
    assert {"s", "eh", "d", "m", "b", "ao", "hh", "z"} <= set(names)
    assert spoken.voice == "espeak:en-us+f3"
    assert level(spoken, "aa", "eh", "ao") > 4 * level(spoken, "p", "sil")
    assert spoken.stress[names.index("aa")] == 2
    slow = speaker.speak("Papa said: my boy is here.", "en-us", "f3", espeak.Manner(rate_wpm=100))
    assert slow.duration_s > 1.3 * spoken.duration_s


@needs_espeak
def test_a_stop_is_held_before_its_burst(speaker: espeak.Espeak) -> None:
    spoken = speaker.speak("a papa", "es")
    names = sane(spoken)
    held = spoken.samples[int(spoken.start_s[names.index("p") + 2] * SAMPLE_RATE_HZ) :][: SAMPLE_RATE_HZ // 50]
    assert np.abs(held).max() < 0.05, "the second p begins with silence"


@needs_espeak
@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Pfanne, zehn schöne Öfen", {"p", "f", "t", "s", "sh", "oe"}),
        ("fr", "un bon vin blanc, tu vois", {"y", "w", "v", "b"}),
        ("es", "la niña corre", {"ny", "rr"}),
        ("ru", "мышь", {"m", "ix", "sh"}),
        ("hi", "चाय", {"ch", "a"}),
        ("ja", "ふじさん", {"bh", "jh"}),
    ],
)
def test_espeak_in_other_languages(speaker: espeak.Espeak, language: str, text: str, expected: set[str]) -> None:
    assert expected <= set(sane(speaker.speak(text, language)))
    transcribed = speaker.transcribe(text, language)
    assert expected <= {NAMES[phone] for phone, _ in transcribed}
    assert transcribed[0][0] == transcribed[-1][0] == SILENCE


@needs_espeak
def test_espeak_refuses_what_it_cannot_say(speaker: espeak.Espeak) -> None:
    with pytest.raises(BadRequest, match="no voice"):
        speaker.speak("hello", "xx-nowhere")
    assert sane(speaker.speak("hello", "en-us"))


def test_missing_programs_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object) -> None:
        raise OSError("none")

    monkeypatch.setattr(espeak.ctypes, "CDLL", nothing)
    with pytest.raises(MissingDependency, match="espeak-ng"):
        espeak.Espeak()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    for module in (flite, festival):
        module._program.cache_clear()
        try:
            with pytest.raises(MissingDependency, match="apt install"):
                module._program()
        finally:
            module._program.cache_clear()


def test_stress_is_carried_over_to_the_sounds_that_match() -> None:
    stressed = [("h", 0), ("ə", 0), ("l", 0), ("oʊ", 2), ("", 0)]
    assert espeak._matched(["h", "ə", "x", "oʊ"], stressed) == [0, 0, 0, 2]
    assert espeak._matched([], stressed) == []


def test_what_espeak_writes_is_read_as_what_it_says() -> None:
    said = {
        ("c", "hi"): ["ch"],
        ("c", "cs"): ["k"],
        ("ɟ", "bn"): ["jh"],
        ("y", "ru"): ["ix"],
        ("y", "fr"): ["y"],
        ("ɜ", "de"): ["ah"],
        ("ɜː", "en-us"): ["er"],
        ("onɡɜ", "cmn-latn-pinyin"): ["o", "ng"],
        ("iɜ", "vi"): ["i"],
    }
    for (name, language), expected in said.items():
        assert [NAMES[piece.phone] for piece in espeak._pieces(name, language)] == expected, (name, language)


def test_flite_output_is_read() -> None:
    assert flite.segments_of("pau:0.197 dh:0.245 ih:0.304\npau:1.770 ") == [
        ("pau", 0.197),
        ("dh", 0.245),
        ("ih", 0.304),
        ("pau", 1.77),
    ]
    assert flite.segments_of("nothing here") == []


def test_festival_segments_and_names_are_read() -> None:
    text = "#\n0.2200 100 pau\n0.3215 100 p\nbroken line\n"
    assert festival.segments_of(text) == [("pau", 0.22), ("p", 0.3215)]
    expected = {
        ("axr", "en-us"): "er",
        ("tS", "it"): "ch",
        ("a1", "it"): "a",
        ("@:", "fi"): "ae",
        ("7", "fi"): "oe",
        ("r~", "cs"): "rr",
        ("ch", "cs"): "x",
        ("a:", "cs"): "a",
        ("sch", "ru"): "sh",
        ("yy", "ru"): "ix",
        ("rr", "ca"): "rr",
        ("#", "fi"): "sil",
    }
    for (name, language), phone in expected.items():
        assert [NAMES[piece.phone] for piece in festival.pieces_of(name, language)] == [phone], (name, language)


@needs_flite
def test_flite_tells_when_each_sound_is_heard() -> None:
    spoken = flite.speak("Papa bought a baby.", "slt", 1.1)
    names = sane(spoken)
    assert names.count("p") == 2
    assert names.count("b") == 3
    assert level(spoken, "aa") > 4 * level(spoken, "sil")
    assert flite.speak("Papa bought a baby.", "slt", 1.5).duration_s > 1.2 * spoken.duration_s


@needs_festival
def test_festival_tells_when_each_sound_is_heard() -> None:
    names = festival.installed()
    assert names
    if "kal_diphone" in names:
        spoken = festival.speak("Papa bought a baby.", "kal_diphone")
        assert sane(spoken).count("b") == 3
        assert spoken.voice == "festival:kal_diphone"
    with pytest.raises(BadRequest, match="no voice"):
        festival.speak("hello", "nobody")
