from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.face.actions import BY_NAME, SPEECH
from generators.face.phones import INDEX, NAMES
from generators.face.teacher.jali import speech_actions
from generators.face.teacher.visemes import CLOSED, TARGET, WEIGHT

RATE_HZ = 60.0


def said(*sounds: tuple[str, float]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    ends = np.cumsum([length for _, length in sounds])
    return np.array([INDEX[name] for name, _ in sounds]), np.concatenate([[0.0], ends[:-1]]), ends


def curves(*sounds: tuple[str, float]) -> dict[str, npt.NDArray[np.float32]]:
    phone, start, end = said(*sounds)
    values = speech_actions(phone, start, end, float(end[-1]))
    return {name: values[:, column] for column, name in enumerate(SPEECH)}


def aperture(found: dict[str, npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    parted = found["jaw_drop"] - found["lips_close"] + 0.5 * found["upper_lip_raise_left"]
    parted = parted + 0.5 * found["lower_lip_depress_left"] + 0.3 * found["lip_funnel"]
    return np.maximum(parted - 0.5 * found["lip_press_left"], 0.0)


def frames(begin_s: float, end_s: float) -> slice:
    return slice(int(np.ceil(begin_s * RATE_HZ - 1e-6)), int(np.floor(end_s * RATE_HZ)) + 1)


sequences = st.lists(
    st.tuples(st.sampled_from(NAMES), st.floats(0.008, 0.4)),
    min_size=1,
    max_size=30,
)


@given(sequences, st.booleans())
def test_actions_stay_in_their_ranges_and_lips_never_close_more_than_the_jaw_opens(
    sounds: list[tuple[str, float]], loud: bool
) -> None:
    phone, start, end = said(*sounds)
    frame_count = int(np.ceil(end[-1] * RATE_HZ - 1e-6))
    loudness = np.linspace(-90.0, 10.0, frame_count) if loud else None
    values = speech_actions(phone, start, end, float(end[-1]), RATE_HZ, loudness)
    assert values.shape == (frame_count, len(SPEECH))
    assert values.dtype == np.float32
    assert np.isfinite(values).all()
    for column, name in enumerate(SPEECH):
        assert values[:, column].min(initial=0.0) >= BY_NAME[name].low
        assert values[:, column].max(initial=0.0) <= BY_NAME[name].high
    assert (values[:, SPEECH.index("lips_close")] <= values[:, SPEECH.index("jaw_drop")] + 1e-6).all()


@given(
    st.sampled_from(["p", "b", "m"]),
    st.sampled_from(["u", "a", "aa", "i", "ae", "sh", "s", "o", "w", "k", "f"]),
    st.sampled_from(["u", "a", "aa", "i", "ae", "sh", "s", "o", "w", "k", "v"]),
    st.floats(0.02, 0.2),
    st.floats(0.03, 0.3),
)
def test_a_bilabial_closes_between_any_neighbours(
    sound: str, before: str, after: str, length_s: float, other_s: float
) -> None:
    found = curves(("sil", 0.3), (before, other_s), (sound, length_s), (after, other_s), ("sil", 0.3))
    start = 0.3 + other_s
    within = frames(start, start + max(length_s, 0.034))
    assert aperture(found)[within].min() < 0.02
    assert found["lip_press_left"][within].max() > 0.25, "lips that meet are seen to work at it"


def test_the_jaw_falls_and_rises_again_around_a_bilabial() -> None:
    found = curves(("sil", 0.2), ("a", 0.2), ("p", 0.09), ("a", 0.2), ("sil", 0.2))
    closed = found["jaw_drop"][frames(0.4, 0.44)].max()
    assert closed < 0.5 * found["jaw_drop"][frames(0.25, 0.35)].max()
    assert closed < 0.5 * found["jaw_drop"][frames(0.55, 0.65)].max()
    assert found["lips_close"][frames(0.2, 0.3)].max() < 0.05


def test_f_and_v_bring_the_lower_lip_to_the_teeth_and_nothing_else_does() -> None:
    found = curves(("a", 0.2), ("f", 0.1), ("u", 0.2), ("v", 0.05), ("i", 0.2), ("k", 0.1), ("o", 0.2))
    touch = found["lower_lip_to_teeth"]
    assert touch[frames(0.2, 0.26)].min() > 0.95
    assert touch[frames(0.5, 0.53)].min() > 0.95
    assert touch[frames(0.7, 1.0)].max() < 1e-6
    assert found["lip_roll_lower"][frames(0.2, 0.26)].min() > 0.2


def test_a_long_hum_stays_closed() -> None:
    found = curves(("a", 0.2), ("m", 0.6), ("a", 0.2))
    assert aperture(found)[frames(0.2, 0.66)].max() < 0.02


def test_f_touches_the_teeth_right_after_closed_lips() -> None:
    for length_s in (0.05, 0.08, 0.12):
        found = curves(("a", 0.2), ("m", 0.08), ("v", length_s), ("a", 0.2))
        assert found["lower_lip_to_teeth"][frames(0.28, 0.28 + length_s)].max() > 0.6
        assert aperture(found)[frames(0.2, 0.24)].max() < 0.02


@given(st.sampled_from(["l", "n", "t", "d", "g", "k", "ng"]), st.sampled_from(["u", "o", "i", "a"]))
def test_tongue_only_sounds_never_change_the_lips(sound: str, vowel: str) -> None:
    held = curves((vowel, 0.2), (vowel, 0.08), (vowel, 0.3))
    other = curves((vowel, 0.2), (sound, 0.08), (vowel, 0.3))
    for name in ("lip_pucker", "lip_funnel", "lip_stretch_left"):
        assert np.abs(held[name] - other[name])[frames(0.0, 0.4)].max() < 0.03


def test_rounded_sounds_start_early_and_take_over_their_neighbours() -> None:
    found = curves(("sil", 0.3), ("t", 0.08), ("k", 0.08), ("u", 0.2), ("sil", 0.3))
    assert found["lip_pucker"][frames(0.38, 0.46)].max() > 0.5, "already on the consonant before"
    spread = curves(("sil", 0.3), ("t", 0.08), ("k", 0.08), ("i", 0.2), ("sil", 0.3))
    assert spread["lip_stretch_left"][frames(0.5, 0.6)].min() > 0.4
    assert spread["lip_pucker"].max() < 0.1


def test_sibilants_narrow_the_jaw_but_show_the_teeth() -> None:
    found = curves(("a", 0.2), ("s", 0.12), ("a", 0.2), ("sh", 0.12), ("a", 0.2))
    middle = frames(0.22, 0.28)
    assert found["jaw_drop"][middle].max() < 0.2 < 0.4 < found["jaw_drop"][frames(0.05, 0.12)].min()
    assert aperture(found)[middle].min() > 0.15


def test_a_pause_is_still_and_closed() -> None:
    found = curves(("a", 0.2), ("s", 0.1), ("sil", 0.8), ("o", 0.3), ("sil", 0.5))
    for name, curve in found.items():
        assert np.abs(np.diff(curve[frames(0.5, 0.86)])).max() < 1e-3, name
    assert aperture(found)[frames(0.5, 0.9)].max() < 0.02


def test_obstruents_and_nasals_shorter_than_a_frame_do_not_move_the_jaw() -> None:
    assert np.allclose(
        curves(("a", 0.2), ("t", 0.012), ("a", 0.2))["jaw_drop"],
        curves(("a", 0.2), ("hh", 0.012), ("a", 0.2))["jaw_drop"],
        atol=0.02,
    )


def test_the_jaw_opens_with_loudness_and_with_stress() -> None:
    phone, start, end = said(("sil", 0.2), ("a", 0.3), ("t", 0.1), ("a", 0.3), ("sil", 0.2))
    loudness = np.full(66, -30.0)
    loudness[36:54] = -14.0
    values = speech_actions(phone, start, end, 1.1, RATE_HZ, loudness)[:, 0]
    quiet, loud = values[frames(0.3, 0.4)].max(), values[frames(0.7, 0.8)].max()
    assert 0.15 < quiet < 0.5 < loud < 0.9
    stressed = speech_actions(phone, start, end, 1.1, RATE_HZ, None, [0, 2, 0, 0, 0])[:, 0]
    assert stressed[frames(0.3, 0.4)].max() > 1.15 * stressed[frames(0.7, 0.8)].max()
    unknown = speech_actions(phone, start, end, 1.1, RATE_HZ, None, [255] * 5)
    assert np.array_equal(unknown, speech_actions(phone, start, end, 1.1))


def test_the_same_viseme_twice_is_one() -> None:
    found = curves(("a", 0.2), ("m", 0.08), ("p", 0.08), ("a", 0.2))
    assert aperture(found)[frames(0.2, 0.31)].max() < 0.02, "no opening between two closures"


def test_nothing_said_is_a_mouth_at_rest() -> None:
    assert not speech_actions([], [], [], 0.5).any()
    assert speech_actions([], [], [], 0.0).shape == (0, len(SPEECH))
    assert speech_actions([INDEX["sil"]], [0.0], [1.0], 1.0).max() < 1e-6


def test_every_phone_has_a_target_and_only_bilabials_close() -> None:
    for group, weight in WEIGHT.items():
        assert weight.shape == (len(NAMES),)
        assert len(TARGET[group]) == len(NAMES)
        assert (weight >= 0).all()
    assert {name for name, closed in zip(NAMES, CLOSED, strict=True) if closed} == {"p", "b", "m"}
    with pytest.raises(IndexError):
        speech_actions([len(NAMES)], [0.0], [0.1], 0.1)
