"""Requests: one JSON form, checked at the door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectPoint, curve_of
from generators.engine.requests import ExportRequest, Request, decode_request, encode_request
from generators.errors import BadRequest
from generators.music.request import (
    MAX_BARS,
    METRES,
    TONICS,
    AnalyseScoreRequest,
    ComposeRequest,
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
