from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.affect import AffectPoint
from generators.artifacts import Score, Track
from generators.errors import BadRequest
from generators.music import tokens
from generators.music.attributes import ATTRIBUTES, NAMES, measure
from generators.music.contradictions import (
    GRID,
    check_compose,
    check_rework,
    contradiction,
    feature_limits,
    rework_contradiction,
)
from generators.music.jsymbolic import FEATURES
from generators.music.request import ComposeRequest, ReworkRequest

SHA256 = "0" * 64


def asked(**attributes: float) -> ComposeRequest:
    return ComposeRequest(attributes=attributes)


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (ComposeRequest(tempo_bpm=40, attributes={"onset_rate": 16}), r"raise the tempo to 80 bpm"),
        (asked(tempo=60, onset_rate=8, note_density=1), "raise the note density"),
        (ComposeRequest(tempo_bpm=60, attributes={"tempo": 90}), "Two tempos"),
        (asked(polyphony=1, chord_richness=5), "raise the polyphony"),
        (asked(pitch_range=3, melodic_motion=12), "widen the range"),
        (asked(loudness=120, loudness_range=40), "smaller loudness range"),
        (asked(loudness=10, loudness_range=40), "So soft"),
        (ComposeRequest(key="Cm", attributes={"mode": 0.8}), "choose a major key"),
        (ComposeRequest(key="C", attributes={"mode": -0.8}), "choose a minor key"),
        (ComposeRequest(key="C", chords=("F#", "C#", "G#m")), "outside of the key"),
        (ComposeRequest(bars=3, form="AABA"), "has 4 sections"),
        (
            ComposeRequest(bars=2, attributes={"loudness": 110}, bar_attributes={"loudness": (20, 30)}),
            "free the loudness",
        ),
        (ComposeRequest(bars=2, bar_attributes={"loudness": (20, 30, 40)}), "drawn over 3 bars"),
        (ComposeRequest(bar_attributes={"loudness": (500,)}), "can be 10 to 120"),
        (ComposeRequest(bar_attributes={"lodness": (50,)}), "try loudness"),
        (asked(tempo=500), "can be 30 to 240 bpm"),
        (asked(densty=1), "try note_density"),
        (ComposeRequest(chords=("Am7", "Hx")), "“Hx” is no chord"),
        (ComposeRequest(features={"Rnage": 4}), "try Range"),
        (ComposeRequest(features={"Range": 400}), "choose a value in between"),
    ],
)
def test_each_contradiction_tells_what_to_change(request_: ComposeRequest, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        check_compose(request_)


@pytest.mark.parametrize(
    "request_",
    [
        ComposeRequest(),
        ComposeRequest(tempo_bpm=120, attributes={"onset_rate": 16, "note_density": 12}),
        ComposeRequest(key="C", chords=("C", "A7", "Dm", "G7"), attributes={"mode": 0.2}),
        ComposeRequest(key="Am", chords=("Am", "E7", "Bb")),
        ComposeRequest(features={"Range": 30}, bar_attributes={"loudness": (30, None, 90)}),
        asked(polyphony=3, chord_richness=3, register=72, pitch_range=40),
    ],
)
def test_what_can_be_met_passes(request_: ComposeRequest) -> None:
    assert contradiction(request_) == ""


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 191), st.integers(1, 48), st.integers(21, 108), st.integers(1, 127)),
        min_size=2,
        max_size=60,
    ),
    st.integers(30, 240),
    st.permutations(NAMES),
)
def test_what_real_notes_measure_is_never_refused(notes: list[tuple[int, ...]], bpm: int, names: list[str]) -> None:
    rows = np.array(sorted(notes))
    start, duration, pitch, velocity = rows.T
    tempo_bpm = np.array([float(bpm)])
    parts = (Track("Piano"),)
    score = Score(
        start * 20, duration * 20, pitch, velocity, start * 0, tracks=parts, tempo_bpm=tempo_bpm, length=480 * 16
    )
    measured = measure(score).as_dict()
    measured.pop("melodic_motion")  # a few notes far away can make it larger than the range of the others
    bounds = {attribute.name: (attribute.low, attribute.high) for attribute in ATTRIBUTES}
    kept = {
        name: measured[name]
        for name in names
        if name in measured and bounds[name][0] <= measured[name] <= bounds[name][1]
    }
    assert contradiction(ComposeRequest(attributes=kept)) == ""


@pytest.mark.parametrize(
    ("rework", "told"),
    [
        (ReworkRequest(SHA256, "rewrite", bars=(0, 2), locked_bars=(0, 1)), "Every bar that was chosen is locked"),
        (ReworkRequest(SHA256, "vary", locked_bars=tuple(range(8))), "Every bar"),
        (ReworkRequest(SHA256, "rewrite", tracks=(1,), locked_tracks=(1,)), "Every part"),
        (ReworkRequest(SHA256, "rewrite", bars=(4, 12)), "has 8"),
        (ReworkRequest(SHA256, "rewrite", tracks=(5,)), "Track 6"),
        (ReworkRequest(SHA256, "feel"), "No feeling"),
        (ReworkRequest(SHA256, "feel", affect=AffectPoint(), amount=0), "larger one"),
        (ReworkRequest(SHA256, "vary", amount=0), "larger one"),
        (
            ReworkRequest(SHA256, "feel", attributes={"tempo": 90}, locked_attributes=("tempo",)),
            "both locked and asked",
        ),
        (ReworkRequest(SHA256, "harmonise", chords=("Zz",)), "no chord"),
        (ReworkRequest(SHA256, "vary", locked_attributes=("temp",)), "try tempo"),
    ],
)
def test_a_rework_that_cannot_be(rework: ReworkRequest, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        check_rework(rework, bars=8, tracks=2)


def test_a_rework_that_can_be() -> None:
    assert rework_contradiction(ReworkRequest(SHA256, "continue", locked_bars=tuple(range(8))), 8, 1) == ""
    assert rework_contradiction(ReworkRequest(SHA256, "harmonise", locked_tracks=(0,)), 8, 1) == ""
    assert rework_contradiction(ReworkRequest(SHA256, "rewrite", bars=(2, 4), locked_bars=(0,)), 8, 2) == ""
    assert rework_contradiction(ReworkRequest(SHA256, "vary")) == ""


def test_the_tables_agree() -> None:
    assert GRID == tokens.GRID
    assert set(feature_limits()) == {feature.name for feature in FEATURES}
