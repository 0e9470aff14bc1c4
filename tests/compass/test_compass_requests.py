"""What can be asked of the compass, and the sentences for what cannot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from generators.affect import AffectPoint
from generators.compass.judgements import Felt, Judgements
from generators.compass.painter.finish import Finish
from generators.compass.request import (
    FindRequest,
    InvertRequest,
    Making,
    Point,
    PoolRequest,
    ProposeRequest,
    Push,
    RenderRequest,
    ReportRequest,
)
from generators.engine.requests import Request, decode_request, encode_request
from generators.errors import BadRequest

JUDGED = Judgements(orders=((3, 1, 2),), more=(4,), stars=((5, 2),), felt=(Felt(0, AffectPoint(0.5)),))


@pytest.mark.parametrize(
    "request_",
    [
        RenderRequest(),
        RenderRequest(
            (Point(1, 2, 0.25, (0.5,)), Point(3)),
            (Push("ab", (1.0, 0.0), spatial=True, even=False),),
            Making(12, 3.5, "a storm", "calm", 512, 256, 0.5, "preview"),
            finish=Finish(strokes=0.4),
            model="other",
            model_sha256="cd",
        ),
        RenderRequest(start_sha256="ef"),
        PoolRequest(tuple(Point(seed) for seed in range(9)), levels=(0.8, 0.2), spatial=True),
        ProposeRequest("ab", JUDGED, "cd", 9, 0.5, 3, (7, 8)),
        FindRequest("ab", JUDGED, "means", "stormier", ("cd",), "warmth", "arousal", 2),
        ReportRequest("ab", "cd", (1, 2, 3), FindRequest("cd", JUDGED), knots=9, scale_seeds=2),
        InvertRequest("ab", Making(50)),
    ],
    ids=lambda request: type(request).__name__,
)
def test_a_request_survives_its_json(request_: Request) -> None:
    assert decode_request(encode_request(request_)) == request_


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Point(-1), "seed -1 is out of range"),
        (lambda: Point(1, 1 << 60), "out of range"),
        (lambda: Point(1, mix=0.5), "names one only"),
        (lambda: Point(1, 2, 1.5), "mix of two seeds is 1.5"),
        (lambda: Point(1, amounts=(float("nan"),)), "amount of a direction is nan"),
        (lambda: Point(1, amounts=(99.0,)), "choose between -8 and 8"),
        (lambda: Push(""), "choose it again"),
        (lambda: Push("a", (5.0,)), "strength over time"),
        (lambda: Making(steps=-1), "-1 steps"),
        (lambda: Making(guidance=99.0), "guidance is 99"),
        (lambda: Making(prompt="x" * 5000), "prompt is longer"),
        (lambda: Making(width=5), "width is 5 pixels"),
        (lambda: Making(height=30_000), "height is 30000 pixels"),
        (lambda: Making(lock=2.0), "lock is 2"),
        (lambda: Making(quality="best"), "choose full or preview"),
        (lambda: RenderRequest(()), "No picture was asked for"),
        (lambda: RenderRequest((Point(1, amounts=(1.0,)),)), "one amount for each direction"),
        (lambda: RenderRequest(directions=(Push("a"), Push("a"))), "named twice"),
        (lambda: RenderRequest(directions=tuple(Push(str(n)) for n in range(17))), "17 directions at once"),
        (lambda: RenderRequest(tuple(Point(n) for n in range(10_001))), "10,001 pictures"),
        (lambda: RenderRequest((Point(1, 2, 0.5),), start_sha256="a"), "no seed to walk from"),
        (lambda: PoolRequest(()), "No picture was asked for"),
        (lambda: PoolRequest((Point(),), levels=(0.2, 0.8)), "must fall"),
        (lambda: PoolRequest((Point(),), levels=(1.2,)), "level of noise is 1.2"),
        (lambda: PoolRequest((Point(),), look_side=4), "Small pictures of 4 pixels"),
        (lambda: ProposeRequest(""), "make a pool first"),
        (lambda: ProposeRequest("a", count=0), "0 pictures were asked for"),
        (lambda: ProposeRequest("a", refine=1.5), "that carry on is 1.5"),
        (lambda: ProposeRequest("a", shown=(-1,)), "show its pictures anew"),
        (lambda: ProposeRequest("a", seed=-1), "out of range"),
        (lambda: FindRequest(""), "make a pool first"),
        (lambda: FindRequest("a", measured="mood"), "choose brightness"),
        (lambda: FindRequest("a", axis="joy"), "choose valence, arousal, dominance"),
        (lambda: FindRequest("a", component=99), "no component 99"),
        (lambda: FindRequest("a", disentangle=("b",) * 17), "leave at most 16"),
        (lambda: ReportRequest("", "a", (1, 2)), "none was named"),
        (lambda: ReportRequest("a", "", (1, 2)), "needs the pool"),
        (lambda: ReportRequest("a", "b", (1, 2), FindRequest("c")), "needs the pool"),
        (lambda: ReportRequest("a", "b", (1, 1)), "different seeds"),
        (lambda: ReportRequest("a", "b", (1, 2), knots=10), "odd number from 9 to 17"),
        (lambda: ReportRequest("a", "b", (1, 2), scale_seeds=3), "evened on 3 seeds"),
        (lambda: InvertRequest(""), "open a photograph"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(make: Callable[[], object], sentence: str) -> None:
    with pytest.raises(BadRequest, match=sentence):
        make()
