from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectCurve, AffectPoint, Keyframe
from generators.compass.judgements import Judgements
from generators.compass.request import FindRequest, Push, RenderRequest, ReportRequest
from generators.engine.named_files import files_named
from generators.engine.request_diff import ABSENT, Change, Place, applied, diff
from generators.engine.requests import ExportRequest, Request
from generators.errors import BadRequest
from generators.face.request import EditLayer, PerformRequest
from generators.music.request import ComposeRequest, SynthesiseRequest
from tests.engine.made_requests import COMPOSED, PAINTED, PERFORMED, REQUESTS


@given(REQUESTS)
def test_nothing_differs_from_itself(request_: Request) -> None:
    assert diff(request_, request_) == ()
    assert applied(request_, ()) == request_


@given(st.one_of(*(st.tuples(kind, kind) for kind in (COMPOSED, PERFORMED, PAINTED, REQUESTS))))
def test_the_differences_lead_from_one_to_the_other(pair: tuple[Request, Request]) -> None:
    left, right = pair
    there, back = diff(left, right), diff(right, left)
    assert applied(left, there) == right
    assert applied(right, back) == left
    assert bool(there) == (left != right)


def test_keyframes_are_matched_by_their_time() -> None:
    calm, glad = AffectPoint(0.5, -0.5), AffectPoint(0.5, 0.5)
    left = ComposeRequest(curve=AffectCurve((Keyframe(0.0, calm), Keyframe(4.0, calm))))
    right = ComposeRequest(curve=AffectCurve((Keyframe(0.0, calm), Keyframe(2.0, glad), Keyframe(4.0, glad))))
    added, moved = diff(left, right)
    assert added.path == ("curve", "keyframes", Place(None, 1))
    assert added.left is ABSENT
    assert moved == Change(("curve", "keyframes", Place(1, 2), "point", "arousal"), -0.5, 0.5)


def test_layers_are_matched_by_their_contents() -> None:
    first, second, third = (EditLayer("offset", ("jaw",), amount=amount) for amount in (0.1, 0.2, 0.3))
    (gone,) = diff(PerformRequest("a", layers=(first, second, third)), PerformRequest("a", layers=(second, third)))
    assert gone.path == ("layers", Place(0, None))


def test_requests_of_two_kinds_differ_as_a_whole() -> None:
    (change,) = diff(ComposeRequest(), PerformRequest("a"))
    assert change.path == ()
    assert applied(ComposeRequest(), (change,)) == PerformRequest("a")


def test_differences_of_another_request_are_refused() -> None:
    with pytest.raises(BadRequest, match="compare the two requests again"):
        applied(PerformRequest("a"), diff(ComposeRequest(bars=3), ComposeRequest(chords=("Am",))))
    with pytest.raises(BadRequest):
        applied(ComposeRequest(), (Change(("bars", Place(0, 0)), 1, 2),))


def test_a_request_names_its_files() -> None:
    found_by = FindRequest("pool", Judgements(), disentangle=("other", "direction"))
    report = ReportRequest("direction", "pool", (1, 2), found_by, scale_seeds=2)
    assert files_named(report) == ("direction", "pool", "other")
    pictures = RenderRequest(directions=(Push("one"), Push("two")), start_sha256="latents", model_sha256="weights")
    assert files_named(pictures) == ("one", "two", "latents")
    assert files_named(SynthesiseRequest("score", soundfont_sha256="font")) == ("score", "font")
    export = ExportRequest("score", "wav", "x.wav", ingredient_sha256s=("one", "two"))
    assert files_named(export) == ("score", "one", "two")
    assert files_named(ComposeRequest()) == ()
