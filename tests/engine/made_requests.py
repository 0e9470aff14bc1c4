"""Requests of three rooms, drawn by hypothesis from few values so that two of them often agree."""

from __future__ import annotations

from hypothesis import strategies as st

from generators.affect import AffectCurve, AffectPoint, Keyframe
from generators.compass.request import Making, Point, Push, RenderRequest
from generators.face.request import EditLayer, Eyes, FeelingKey, PerformRequest, Strengths
from generators.music.request import ComposeRequest, EarRating

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
