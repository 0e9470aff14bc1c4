"""Requests: one JSON form, checked at the door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectPoint, curve_of
from generators.engine.requests import ExportRequest, Request, decode_request, encode_request
from generators.errors import BadRequest
from generators.face.request import Eyes, PerformRequest, RetargetRequest, Strengths
from generators.music.request import (
    MAX_BARS,
    METRES,
    TONICS,
    AnalyseScoreRequest,
    ComposeRequest,
    ReworkRequest,
    SynthesiseRequest,
)

axis = st.floats(-1, 1)
compose_requests = st.builds(
    ComposeRequest,
    affect=st.builds(AffectPoint, axis, axis, axis),
    curve=st.none() | st.builds(lambda a: curve_of([(0.0, AffectPoint()), (4.0, AffectPoint(a))]), axis),
    bars=st.integers(1, MAX_BARS),
    seed=st.integers(0, 2**53 - 1),
    metre=st.sampled_from(METRES),
    tempo_bpm=st.none() | st.floats(30, 240),
    key=st.sampled_from(["", *TONICS, *(f"{name}m" for name in TONICS)]),
    attributes=st.dictionaries(st.text(max_size=8), st.floats(-1e6, 1e6), max_size=3),
    strength=st.floats(0, 1),
)
requests = (
    compose_requests
    | st.builds(SynthesiseRequest, score_sha256=st.text(max_size=64))
    | st.builds(AnalyseScoreRequest, score_sha256=st.text(max_size=64))
    | st.builds(RetargetRequest, curves_sha256=st.text(max_size=64))
    | st.builds(ExportRequest, artifact_sha256=st.text(max_size=64), exporter=st.text(max_size=8), path=st.text())
)


@given(requests)
def test_a_request_survives_its_json(request: Request) -> None:
    data = encode_request(request)
    assert decode_request(data) == request
    assert encode_request(decode_request(data)) == data


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('"bars": 0', "between 1 and 128"),
        ('"bars": 100000', "between 1 and 128"),
        ('"bars": "many"', "bars"),
        ('"seed": -1', "seed"),
        ('"metre": [7, 9]', "7/9"),
        ('"tempo_bpm": 1000', "between 30 and 240"),
        ('"temperature": 9', "temperature"),
        ('"key": "H"', "“H”"),
        ('"affect": {"valence": 3}', "valence"),
        ('"curve": {"keyframes": []}', "keyframes"),
    ],
)
def test_a_value_out_of_range_is_refused_with_a_word(change: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        decode_request('{"type": "compose", ' + change + "}")


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"type": "teleport"}', "\x00", '{"type":"compose",}'])
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        decode_request(text)


@given(st.binary(max_size=200))
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequest):
        decode_request(data)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('"ensemble": "band"', "piano, voice, quartet"),
        ('"form": "fugue"', "The form"),
        ('"candidates": 0', "between 1 and 8"),
        ('"candidates": 9', "between 1 and 8"),
        ('"tries": 0', "between 1 and 16"),
        ('"tries": 17', "between 1 and 16"),
        ('"refine": -1', "between 0 and 8"),
        ('"refine": 9', "between 0 and 8"),
        ('"guidance": 0.5', "guidance"),
        ('"guidance": 5.5', "guidance"),
        ('"tempo_map": [[1, 120]]', "begin at 0"),
        ('"tempo_map": [[0, 120], [4, 90], [4, 60]]', "go forward"),
        ('"tempo_map": [[0, 9]]', "10 to 500 bpm"),
        ('"tempo_map": [[0, 120], [-1, 90]]', "before the beginning"),
        ('"markers": [[-0.5, "a"]]', "before the beginning"),
        ('"markers": [' + ", ".join(['[1, "a"]'] * 4_097) + "]", "4,096"),
        ('"chords": [' + ", ".join(['"C"'] * 129) + "]", "128 bars"),
        ('"bar_attributes": {"loudness": [' + ", ".join(["1"] * 129) + "]}", "128 bars"),
        ('"ear": [' + ", ".join(['{"asked": {}, "heard": {}}'] * 257) + "]", "newest 256"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_new_fields_of_composing_are_checked(change: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        decode_request('{"type": "compose", ' + change + "}")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("field", ["attributes", "features", "bar_attributes"])
def test_what_is_no_number_is_refused(field: str, value: float) -> None:
    told = {"loudness": (None, value)} if field == "bar_attributes" else {"loudness": value}
    with pytest.raises(BadRequest, match="not a number"):
        ComposeRequest(**{field: told})
    if field == "attributes":
        with pytest.raises(BadRequest, match="not a number"):
            ReworkRequest("", "feel", attributes={"loudness": value})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('"kind": "explode"', "rewrite, vary, continue, harmonise, feel"),
        ('"kind": "vary", "amount": 1.5', "amount"),
        ('"kind": "vary", "bars": [4, 4]', "end before they begin"),
        ('"kind": "vary", "bars": [-1, 4]', "end before they begin"),
        ('"kind": "continue", "bars_more": 0', "between 1 and 128"),
        ('"kind": "continue", "bars_more": 129', "between 1 and 128"),
        ('"kind": "vary", "candidates": 9', "between 1 and 8"),
        ('"kind": "vary", "tries": 17', "between 1 and 16"),
        ('"kind": "vary", "guidance": 0', "guidance"),
        ('"kind": "vary", "key": "H"', "“H”"),
        ('"kind": "vary", "seed": -1', "seed"),
        ('"kind": "vary", "locked_bars": [-1]', "counted from 0"),
        ('"kind": "vary", "locked_tracks": [-1]', "counted from 0"),
        ('"kind": "vary", "tracks": [-2]', "counted from 0"),
        ('"kind": "vary", "chords": [' + ", ".join(['"C"'] * 129) + "]", "Too many chords"),
        ('"amount": 0.5', "kind"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_rework_is_checked(change: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        decode_request('{"type": "rework", "score_sha256": "", ' + change + "}")


def test_a_default_that_was_typed_or_read_is_left_out_like_any_other() -> None:
    typed = PerformRequest("0" * 64, intensity=float("1.0"), strengths=Strengths(jaw=float("1")), eyes=Eyes())
    plain = encode_request(PerformRequest("0" * 64))
    assert encode_request(typed) == plain
    assert encode_request(decode_request(plain)) == plain
    again = decode_request(b'{"type":"perform","voice_sha256":"' + b"0" * 64 + b'","variation":0.3,"eyes":{}}')
    assert encode_request(again) == plain
