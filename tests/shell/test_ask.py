from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectPoint
from generators.artifacts import Measures, Score
from generators.engine.fake_script import score_for
from generators.engine.requests import encode_request
from generators.errors import BadArtifact
from generators.music.attributes import ATTRIBUTES, NAMES
from generators.music.request import METRES, TONICS, ComposeRequest
from studio.document.model import Take
from studio.panels.music.ask import Ask, ask_of, decode_ask, encode_ask, strength_words
from studio.panels.music.output import file_name
from studio.panels.music.seen import read_request, seen_of
from studio.panels.music.words import (
    KEYS,
    attribute_words,
    dynamic_words,
    key_index,
    key_words,
    met_share,
    mode_words,
    pitch_words,
    time_words,
)

unit = st.floats(-1, 1)
asks = st.builds(
    Ask,
    affect=st.builds(AffectPoint, unit, unit, unit),
    strength=st.floats(0, 1),
    bars=st.integers(1, 128),
    metre=st.sampled_from(METRES),
    tempo_bpm=st.none() | st.floats(30, 240),
    key=st.sampled_from([key for key, _ in KEYS]),
    attributes=st.dictionaries(st.sampled_from(NAMES[1:]), st.floats(0, 100), max_size=4),
    seed=st.integers(0, 2**40),
    seed_locked=st.booleans(),
)


@given(asks)
def test_an_ask_survives_the_document(ask: Ask) -> None:
    assert decode_ask(encode_ask(ask)) == ask


@given(asks)
def test_an_ask_and_its_request_say_the_same(ask: Ask) -> None:
    again = ask_of(ask.request())
    assert again.request() == ask.request()
    assert ask.request(3).seed == ask.seed + 3
    assert read_request(encode_request(ask.request()).decode()) == ask.request()


@given(asks, st.sampled_from(NAMES), st.none() | st.floats(30, 60))
def test_an_attribute_is_asked_and_freed(ask: Ask, name: str, value: float | None) -> None:
    changed = ask.with_asked(name, value)
    assert changed.asked(name) == value
    for other in NAMES:
        if other != name:
            assert changed.asked(other) == ask.asked(other)


@given(st.text(max_size=200))
def test_any_text_gives_an_ask(text: str) -> None:
    assert isinstance(decode_ask(text), Ask)


@pytest.mark.parametrize(
    "text", ['{"bars": 0}', '{"bars": "many"}', '{"affect": {"valence": 7}}', "[]", "", '{"tempo_bpm": 9000}']
)
def test_an_ask_that_cannot_be_is_the_first_one(text: str) -> None:
    assert decode_ask(text) == Ask()


def test_seeds_are_drawn_unless_locked() -> None:
    drawn = {Ask().with_fresh_seed().seed for _ in range(20)}
    assert len(drawn) > 10
    locked = Ask(seed=7, seed_locked=True)
    assert locked.with_fresh_seed() is locked


def test_words() -> None:
    assert [pitch_words(pitch) for pitch in (60, 61, 69.4, 21)] == ["C4", "C♯4", "A4", "A0"]
    assert [dynamic_words(velocity) for velocity in (10, 45, 60, 70, 85, 127)] == ["ppp", "p", "mp", "mf", "f", "fff"]
    assert [mode_words(mode) for mode in (-0.5, 0.0, 0.5)] == ["minor", "mixed", "major"]
    assert [time_words(seconds) for seconds in (31.2, 99.4, 125)] == ["31 s", "99 s", "2:05"]
    assert [key_words(sharps, minor) for sharps, minor in ((0, False), (-3, True), (2, False))] == [
        "C major",
        "C minor",
        "D major",
    ]
    assert strength_words(AffectPoint()) == ""
    assert strength_words(AffectPoint(0.7, 0.7)) == "strongly"
    assert file_name('a/b:c*"d. ') == "a-b-c-d"
    assert file_name("///") == "-"
    assert file_name("  ") == "take"


def test_every_key_of_a_request_is_in_the_list() -> None:
    for tonic in TONICS:
        for key in (tonic, f"{tonic}m"):
            row = KEYS[key_index(key)][0]
            assert TONICS[row.removesuffix("m")] == TONICS[tonic]
            assert row.endswith("m") == key.endswith("m")
    assert key_index("") == 0


@given(st.sampled_from(ATTRIBUTES), st.floats(0, 1))
def test_values_fit_the_end_of_a_row(attribute: object, share: float) -> None:
    found = next(known for known in ATTRIBUTES if known is attribute)
    assert 1 <= len(attribute_words(found, found.low + share * (found.high - found.low))) <= 7


def test_the_share_that_is_met() -> None:
    assert met_share({}, {"tempo": 100}) is None
    assert met_share({"tempo": 100}, {"tempo": 100}) == 1.0
    assert met_share({"tempo": 40}, {"tempo": 200}) == 0.0
    middle = met_share({"tempo": 100, "mode": 0.0}, {"tempo": 121, "mode": 0.0})
    assert middle is not None
    assert 0.5 < middle < 1.0


def take(request: ComposeRequest, **facts: str) -> Take:
    return Take("1", "music", "walk", False, "score", "0" * 64, encode_request(request).decode(), facts=facts)


def test_a_take_is_seen_with_what_was_asked_and_measured() -> None:
    request = ComposeRequest(bars=4, tempo_bpm=100, attributes={"register": 60.0}, seed=5)
    seen = seen_of(take(request, asked=json.dumps({"register": 50.0, "mode": 0.4}), key="C"), score_for(request))
    assert seen.asked == {"register": 60.0, "mode": 0.4, "tempo": 100}
    assert seen.measured["tempo"] == pytest.approx(100)
    rows = {name: value for name, value, _ in seen.facts}
    assert rows["length"] == "4 bars · 10 s"
    assert rows["seed"] == "5"
    assert "meets the request" in rows
    assert seen.timeline.bar_beat(0.0) == (1, 1)
    assert seen.timeline.bar_beat(3.05) == (2, 2)
    assert seen.timeline.bar_beat(1000.0) == (4, 4)


@pytest.mark.parametrize("asked", ["nonsense", "[1]", '{"mode": "high"}', "{}"])
def test_facts_of_another_version_are_passed_over(asked: str) -> None:
    request = ComposeRequest(bars=1)
    seen = seen_of(take(request, asked=asked), score_for(request))
    assert seen.asked == {}
    assert "meets the request" not in {name for name, _, _ in seen.facts}


def test_a_take_of_an_unknown_request_or_kind() -> None:
    strange = Take("1", "music", "walk", False, "score", "0" * 64, '{"type": "dance"}')
    seen = seen_of(strange, Score([0], [480], [60], [80], [0]))  # type: ignore[arg-type]
    assert seen.request is None
    assert seen.feeling is None
    with pytest.raises(BadArtifact, match="walk"):
        seen_of(strange, Measures((), (), seen.score.tempo_bpm))
