"""Whatever is felt and however strongly, lips meet where speech closes them and touch the teeth on f and v."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from speaking import COLUMN, LINE, heard_line, lips_apart

from generators.face import closures
from generators.face.actions import INDEX, NAMES, SPEECH
from generators.face.heard import Heard
from generators.face.perform import perform
from generators.face.request import MIXABLE, FeelingKey, PerformRequest, Strengths

LINES = [heard_line(4.0, seed) for seed in range(4)]
AMOUNT = st.floats(0.0, 2.0)
STRENGTHS = st.builds(
    Strengths,
    jaw=AMOUNT,
    lips=AMOUNT,
    tongue=AMOUNT,
    upper_face=AMOUNT,
    lower_face=AMOUNT,
    head=AMOUNT,
    from_voice=AMOUNT,
    smoothing=st.floats(0.0, 1.0),
    gains=st.dictionaries(
        st.sampled_from(["jaw_drop", "upper_lip_raise_left", "lower_lip_depress_right", "lip_funnel", "chin_raise"]),
        st.floats(0.0, 4.0),
        max_size=3,
    ),
)
FEELING = st.dictionaries(st.sampled_from(MIXABLE), st.floats(0.0, 1.0), max_size=3)


def closed_frames(heard: Heard) -> np.ndarray:
    effort = np.maximum(heard.speech[:, COLUMN["lips_close"]], heard.speech[:, COLUMN["lip_press_left"]])
    return np.flatnonzero((closures.aperture(heard.speech) < 0.02) & (effort > 0.15))


def touching_frames(heard: Heard) -> np.ndarray:
    return np.flatnonzero(heard.speech[:, COLUMN["lower_lip_to_teeth"]] > 0.6)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(LINES),
    FEELING,
    FEELING,
    st.floats(0.0, 2.0),
    st.floats(0.0, 1.0),
    STRENGTHS,
    st.integers(0, 1000),
)
def test_no_feeling_breaks_a_closure(
    heard: Heard,
    first: dict[str, float],
    second: dict[str, float],
    intensity: float,
    variation: float,
    strengths: Strengths,
    seed: int,
) -> None:
    feelings = (FeelingKey(0.5, first), FeelingKey(3.0, second))
    request = PerformRequest(
        "v", feelings=feelings, intensity=intensity, variation=variation, strengths=strengths, seed=seed
    )
    values = perform(request, heard)[0].values
    closed, touching = closed_frames(heard), touching_frames(heard)
    assert len(closed) > 6
    assert len(touching) > 3
    assert lips_apart(values, INDEX)[closed].max() <= 0.04
    # the lip stays at the teeth, and the jaw is not pulled away from it
    assert values[touching, INDEX["lower_lip_to_teeth"]].min() > 0.5
    plain = heard.speech[touching]
    assert (values[touching, INDEX["jaw_drop"]] <= plain[:, COLUMN["jaw_drop"]] + 0.03).all()
    assert (
        values[touching, INDEX["lower_lip_depress_left"]].max()
        <= plain[:, COLUMN["lower_lip_depress_left"]].max() + 0.03
    )


def test_every_emotion_at_its_strongest_keeps_every_closure() -> None:
    heard = heard_line(20.0)
    closed = closed_frames(heard)
    for name in MIXABLE:
        for seed in range(3):
            request = PerformRequest(
                "v",
                feelings=(FeelingKey(0.0, {name: 1.0}),),
                intensity=2.0,
                variation=1.0,
                seed=seed,
                strengths=Strengths(jaw=2.0, lips=0.2, lower_face=2.0),
            )
            values = perform(request, heard)[0].values
            assert lips_apart(values, INDEX)[closed].max() <= 0.03, (name, seed)


def test_corners_go_on_smiling_through_a_closure() -> None:
    heard = heard_line(20.0, line="pa")
    values = perform(PerformRequest("v", feelings=(FeelingKey(0.0, {"happy": 1.0}),)), heard)[0].values
    smile = values[:, INDEX["lip_corner_pull_left"]]
    assert smile[closed_frames(heard)].min() > 0.6 * np.median(smile)


def test_a_feeling_that_parts_the_lips_shows_in_pauses() -> None:
    heard = heard_line(20.0)
    silent = np.flatnonzero(heard.activity < 0.5)
    values = perform(PerformRequest("v", feelings=(FeelingKey(0.0, {"surprise": 1.0}),)), heard)[0].values
    assert np.median(lips_apart(values, INDEX)[silent]) > 0.2


def test_a_pressed_mouth_still_opens_for_vowels() -> None:
    heard = heard_line(20.0)
    wide = np.flatnonzero(closures.aperture(heard.speech) > 0.4)
    angry = perform(PerformRequest("v", feelings=(FeelingKey(0.0, {"angry": 1.0}),)), heard)[0].values
    plain = perform(PerformRequest("v"), heard)[0].values
    assert (lips_apart(angry, INDEX)[wide] > 0.85 * lips_apart(plain, INDEX)[wide]).all()


def test_easing_begins_before_and_ends_after() -> None:
    gate = np.zeros(60, dtype=np.float32)
    gate[30] = 1.0
    wide = closures.eased(gate)
    assert wide[30] == 1.0
    assert 0.0 < wide[26] < 1.0
    assert wide[26] == wide[34]
    assert wide[20] == wide[40] == 0.0
    assert np.abs(np.diff(wide)).max() < 0.35


def test_a_mouth_at_rest_is_no_closure() -> None:
    lips, teeth = closures.gates_of(np.zeros((5, len(COLUMN)), dtype=np.float32))
    assert not lips.any()
    assert not teeth.any()


def test_the_line_has_all_sounds() -> None:
    assert set(LINE) == set("pafuis")
    assert len(NAMES) == len(INDEX)


def test_the_lower_lip_travels_to_the_teeth_and_touches_them_as_long() -> None:
    speech = np.zeros((40, len(SPEECH)), dtype=np.float32)
    speech[20, SPEECH.index("lower_lip_to_teeth")] = 1.0  # told for one frame
    speech[28:34, SPEECH.index("lower_lip_to_teeth")] = 0.8
    bite = speech[:, SPEECH.index("lower_lip_to_teeth")].copy()
    closures.soften_bites(speech)
    soft = speech[:, SPEECH.index("lower_lip_to_teeth")]
    assert (soft >= bite - 1e-6).all()
    assert soft.max() <= 1.0 + 1e-6
    assert np.abs(np.diff(soft)).max() < 0.4
    assert soft[: 20 - closures.BITE_REACH].max() == 0.0
    others = np.delete(speech, SPEECH.index("lower_lip_to_teeth"), axis=1)
    assert not others.any()
