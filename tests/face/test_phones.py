from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.face import phone_names
from generators.face.phones import INDEX, NAMES, PHONES, SILENCE, Manner, distance, nearest


def names(pieces: tuple[phone_names.Piece, ...]) -> str:
    return " ".join(NAMES[piece.phone] for piece in pieces)


def test_the_inventory_is_small_and_each_sound_is_its_own() -> None:
    assert 45 <= len(PHONES) <= 50
    assert len(set(NAMES)) == len(NAMES)
    assert len({phone.ipa for phone in PHONES}) == len(PHONES)
    assert NAMES[SILENCE] == "sil"
    features = [
        (phone.manner, phone.place, phone.voiced, phone.height, phone.backness, phone.rounded) for phone in PHONES
    ]
    assert len(set(features)) == len(features), "two phones that no feature tells apart"


def test_every_phone_is_nearest_to_itself_and_distances_are_sane() -> None:
    for index, phone in enumerate(PHONES):
        assert nearest(phone) == index
        assert all(distance(phone, other) > 0 for other in PHONES if other is not phone)
        if phone.manner is not Manner.SILENCE:
            assert distance(phone, PHONES[SILENCE]) >= 10


@pytest.mark.parametrize(
    ("system", "name", "expected"),
    [
        ("ipa", "tʃ", "ch"),
        ("ipa", "t͡ɕ", "ch"),
        ("ipa", "d͡ʒ", "jh"),
        ("ipa", "ts", "t s"),
        ("ipa", "pf", "p f"),
        ("ipa", "aɪ", "a ih"),
        ("ipa", "ɔʏ", "ao y"),
        ("ipa", "œ̃", "oe"),
        ("ipa", "ɑ̃", "aa"),
        ("ipa", "ʁ", "gh"),
        ("ipa", "ɾ", "rr"),
        ("ipa", "ç", "hy"),
        ("ipa", "ɲ", "ny"),
        ("ipa", "ɚ", "er"),
        ("ipa", "pʰ", "p"),
        ("ipa", "tʲ", "t"),
        ("ipa", "ʎ", "l j"),
        ("ipa", "ʉ", "y"),
        ("ipa", "ɒ", "ao"),
        ("ipa", "ː", "sil"),
        ("arpabet", "AY1", "a ih"),
        ("arpabet", "oy0", "ao ih"),
        ("arpabet", "HH", "hh"),
        ("arpabet", "Y", "j"),
        ("arpabet", "pau", "sil"),
        ("arpabet", "dx", "rr"),
        ("festival", "axr", "er"),
        ("sampa", "OY", "ao y"),
        ("sampa", "2:", "oe"),
        ("sampa", "r\\", "r"),
        ("sampa", "C", "hy"),
        ("emodb", "tasp", "t"),
        ("emodb", "!b+na", "b"),
        ("emodb", "_d", "d"),
        ("emodb", "V", "v"),
        ("emodb", "(gef", "sil"),
        ("espeak", "tS;", "ch"),
        ("espeak", "A:", "aa"),
        ("espeak", "oU", "o uh"),
        ("espeak", "n^", "ny"),
        ("espeak", "Y:", "oe"),
        ("espeak", "_:", "sil"),
    ],
)
def test_names_of_other_systems(system: str, name: str, expected: str) -> None:
    assert names(phone_names.read(name, system)) == expected


def test_a_diphthong_splits_sixty_to_forty() -> None:
    assert [piece.share for piece in phone_names.from_arpabet("ay")] == [0.6, pytest.approx(0.4)]


@given(st.sampled_from(phone_names.SYSTEMS), st.text(max_size=12))
def test_no_name_is_lost(system: str, name: str) -> None:
    pieces = phone_names.read(name, system)
    assert pieces
    assert all(0 <= piece.phone < len(PHONES) for piece in pieces)
    assert sum(piece.share for piece in pieces) == pytest.approx(1.0)
    assert all(piece.share > 0 for piece in pieces)


def test_a_letter_without_a_sound_falls_to_the_nearest() -> None:
    assert names(phone_names.from_ipa("ʘ")) == "p"
    assert names(phone_names.from_ipa("ɬ")) == "l"
    assert names(phone_names.from_ipa("ɸ")) == "bh"
    assert names(phone_names.from_ipa("ß")) != "sil"


SAME = (
    "p",
    "b",
    "m",
    "f",
    "v",
    "s",
    "z",
    "sh",
    "ch",
    "jh",
    "th",
    "dh",
    "k",
    "g",
    "ng",
    "l",
    "r",
    "w",
    "hh",
    "aa",
    "ae",
)
VOWELS = {"aa", "ae", "ah", "ao", "eh", "er", "ey", "ih", "iy", "ow", "uh", "uw"}


def test_arpabet_and_back() -> None:
    for name in SAME:
        (piece,) = phone_names.from_arpabet(name)
        assert phone_names.to_arpabet(piece.phone) == name
    assert phone_names.to_arpabet(INDEX["j"]) == "y"
    known = {"sil", "d", "n", "t", "y", "zh", *SAME, *VOWELS}
    assert {phone_names.to_arpabet(index) for index in range(len(PHONES))} <= known
