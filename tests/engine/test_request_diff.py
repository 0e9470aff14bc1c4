from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectCurve, AffectPoint, Keyframe
from generators.compass.judgements import Judgements
from generators.compass.request import FindRequest, Making, Point, Push, RenderRequest, ReportRequest
from generators.engine.named_files import files_named
from generators.engine.request_diff import ABSENT, Change, Place, applied, diff
from generators.engine.requests import ExportRequest, Request
from generators.errors import BadRequest
from generators.face.request import EditLayer, Eyes, FeelingKey, PerformRequest, Strengths
from generators.music.request import ComposeRequest, EarRating, SynthesiseRequest

FEW = st.sampled_from([-1.0, -0.25, 0.0, 0.5, 1.0])
SEEDS = st.integers(0, 3)
POINTS = st.builds(AffectPoint, FEW, FEW, FEW)
TIMES = st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.5, 7.0, 9.0]), min_size=1, max_size=6, unique=True).map(sorted)
CURVES = TIMES.flatmap(
    lambda times: st.lists(POINTS, min_size=len(times), max_size=len(times)).map(
        lambda points: AffectCurve(tuple(Keyframe(*pair) for pair in zip(times, points, strict=True)))
    )
)
STEPS = TIMES.map(lambda times: tuple((time if index else 0.0, 60.0 + time) for index, time in enumerate(times)))
COMPOSED = st.builds(
    ComposeRequest,
    affect=POINTS,
    curve=st.none() | CURVES,
    bars=st.integers(1, 4),
    seed=SEEDS,
    metre=st.sampled_from([(4, 4), (3, 4)]),
    tempo_bpm=st.none() | st.just(90.0),
    attributes=st.dictionaries(st.sampled_from(["tempo", "density"]), FEW),
    bar_attributes=st.dictionaries(st.just("density"), st.lists(st.none() | FEW, max_size=4).map(tuple)),
    chords=st.lists(st.sampled_from(["Am", "F", "C"]), max_size=4).map(tuple),
    ear=st.lists(st.builds(EarRating, POINTS, POINTS), max_size=4).map(tuple),
)
LAYERS = st.builds(
    EditLayer,
    kind=st.sampled_from(["offset", "scale"]),
    actions=st.sampled_from([("jaw",), ("jaw", "lips")]),
    amount=FEW,
    points=st.sampled_from([(), ((0.0, 1.0), (1.0, 0.5)), ((0.5, 1.0),)]),
)
PERFORMED = st.builds(
    PerformRequest,
    voice_sha256=st.sampled_from(["aa", "bb"]),
    affect=POINTS,
    feelings=TIMES.map(lambda times: tuple(FeelingKey(time, {"sad": time}) for time in times)) | st.just(()),
    strengths=st.builds(
        Strengths, jaw=st.sampled_from([0.5, 1.0]), gains=st.dictionaries(st.just("jaw"), st.just(2.0))
    ),
    eyes=st.builds(Eyes, blink_at_s=st.lists(st.sampled_from([1.0, 2.0]), max_size=2).map(tuple)),
    layers=st.lists(LAYERS, max_size=4).map(tuple),
)
PAINTED = st.builds(
    RenderRequest,
    points=st.lists(st.builds(Point, SEEDS), min_size=1, max_size=4).map(tuple),
    directions=st.sampled_from([(), (Push("a"),), (Push("a", (1.0, 0.5)), Push("b"))]),
    making=st.builds(Making, steps=st.integers(0, 2), prompt=st.sampled_from(["", "fog"])),
)
REQUESTS = COMPOSED | PERFORMED | PAINTED


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
