from __future__ import annotations

import tracemalloc

import msgspec
import numpy as np
import pytest
from speaking import COLUMN, heard_line, heard_silence, lips_apart

from generators import artifacts
from generators.affect import curve_of, emotion_named
from generators.artifacts import RigCurves
from generators.errors import Cancelled
from generators.face import perform as performing
from generators.face.actions import HIGH, INDEX, LOW, NAMES
from generators.face.curve_maths import FloatArray
from generators.face.eye_statistics import statistics_of, table
from generators.face.heard import Heard
from generators.face.heard_cache import HeardCache
from generators.face.perform import perform
from generators.face.request import MIXABLE, EditLayer, Eyes, FeelingKey, PerformRequest, Strengths

LINE = heard_line(12.0)
NEUTRAL = PerformRequest("v", seed=3)


def felt(name: str, **asked: object) -> PerformRequest:
    return PerformRequest("v", feelings=(FeelingKey(0.0, {name: 1.0}),), seed=3, **asked)  # type: ignore[arg-type]


def values_of(request: PerformRequest, heard: Heard = LINE) -> FloatArray:
    return perform(request, heard)[0].values


def column(values: FloatArray, name: str) -> FloatArray:
    return np.asarray(values[:, INDEX[name]], dtype=np.float32)


def test_curves_of_all_actions_as_long_as_the_voice() -> None:
    curves, facts = perform(NEUTRAL, LINE)
    assert (curves.rig, curves.names, curves.frame_rate_hz) == ("actions", NAMES, 60.0)
    assert len(curves.values) == LINE.frames
    assert facts["frames"] == LINE.frames
    assert facts["blinks"] >= 1
    assert (curves.values >= LOW).all()
    assert (curves.values <= HIGH).all()


@pytest.mark.parametrize("name", MIXABLE)
def test_nothing_jumps_and_nothing_is_cut_off_flat(name: str) -> None:
    values = values_of(felt(name, intensity=1.6))
    speech = {"lower_lip_to_teeth", "lip_press_left", "lip_press_right", "lip_pucker", "lip_stretch_left"}
    for index, action in enumerate(NAMES):
        curve = values[:, index]
        most = 10.0 if action.startswith("gaze") else 0.7 if action.startswith("head") else 0.45
        assert np.abs(np.diff(curve)).max() <= most, action
        if not action.startswith(("blink", "gaze", "head")) and action not in speech:
            flat = (curve > 0.999 * HIGH[index]) & (HIGH[index] == 1.0)
            assert flat.mean() < 0.01, action


def test_the_same_request_gives_the_same_bytes_and_block_sizes_do_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = felt("happy", layers=(EditLayer("smooth", ("jaw_drop",), amount=0.05),))
    one = artifacts.pack(perform(request, LINE)[0])
    assert artifacts.pack(perform(request, LINE)[0]) == one
    assert artifacts.pack(perform(msgspec.structs.replace(request, seed=4), LINE)[0]) != one
    whole = values_of(request)
    monkeypatch.setattr(performing, "BLOCK_FRAMES", 111)
    assert np.allclose(values_of(request), whole, atol=2e-5)


def test_silence_gives_a_still_blinking_face() -> None:
    silence = heard_silence(60.0)
    values = values_of(NEUTRAL, silence)
    assert not lips_apart(values, INDEX).any()
    assert not column(values, "jaw_drop").any()
    assert column(values, "blink_left").max() > 0.99
    mouth = [name for name in NAMES if name.startswith(("lip", "jaw", "tongue", "mouth"))]
    assert np.abs(values[:, [INDEX[name] for name in mouth]]).max() < 0.02
    head = values[:, [INDEX["head_yaw"], INDEX["head_pitch"], INDEX["head_roll"]]]
    assert np.abs(np.diff(head, axis=0)).max() * 60 < 10.0  # degrees a second


def test_seven_emotions_are_told_apart_on_one_line() -> None:
    means = {name: values_of(felt(name))[:, :].mean(axis=0) for name in MIXABLE}
    for one in MIXABLE:
        for other in MIXABLE:
            if one != other:
                assert np.abs(means[one] - means[other]).max() > 0.25, (one, other)


def test_jali_gains_move_jaw_lips_and_tongue_apart() -> None:
    plain = values_of(NEUTRAL)
    for strengths, name, others in (
        (Strengths(jaw=0.5), "jaw_drop", ("lip_pucker", "tongue_tip_up")),
        (Strengths(lips=0.5), "lip_pucker", ("tongue_tip_up",)),
        (Strengths(tongue=0.5), "tongue_tip_up", ("jaw_drop", "lip_pucker")),
    ):
        strong = values_of(msgspec.structs.replace(NEUTRAL, strengths=strengths))
        assert column(strong, name).max() == pytest.approx(0.5 * column(plain, name).max(), rel=0.15)
        for other in others:
            assert np.allclose(column(strong, other), column(plain, other), atol=1e-5)


def test_upper_and_lower_face_have_strengths_of_their_own() -> None:
    happy = values_of(felt("happy"))
    upper = values_of(felt("happy", strengths=Strengths(upper_face=0.0)))
    lower = values_of(felt("happy", strengths=Strengths(lower_face=0.0)))
    assert not column(upper, "cheek_raise_left").any()
    assert np.array_equal(column(upper, "lip_corner_pull_left"), column(happy, "lip_corner_pull_left"))
    assert not column(lower, "lip_corner_pull_left").any()
    assert np.array_equal(column(lower, "cheek_raise_left"), column(happy, "cheek_raise_left"))


def test_a_gain_multiplies_one_action() -> None:
    half = msgspec.structs.replace(NEUTRAL, strengths=Strengths(gains={"head_pitch": 0.5, "of_tomorrow": 2.0}))
    plain, found = values_of(NEUTRAL), values_of(half)
    assert column(found, "head_pitch") == pytest.approx(0.5 * column(plain, "head_pitch"), abs=1e-4)
    assert np.array_equal(column(found, "jaw_drop"), column(plain, "jaw_drop"))
    still = msgspec.structs.replace(NEUTRAL, strengths=Strengths(gains={"blink_left": 0.0, "blink_right": 0.0}))
    assert not column(values_of(still), "blink_left").any()


@pytest.mark.parametrize("offset_s", [0.1, -0.25, 0.0125])
def test_an_offset_moves_the_mouth_later(offset_s: float) -> None:
    plain = column(values_of(NEUTRAL), "jaw_drop")
    moved = column(values_of(msgspec.structs.replace(NEUTRAL, strengths=Strengths(offset_s=offset_s))), "jaw_drop")
    frames = np.arange(len(plain))
    wanted = np.interp(frames - offset_s * 60, frames, plain)
    assert np.abs(moved - wanted)[40:-40].max() < 0.03


def test_smoothing_softens_speech_and_keeps_closures() -> None:
    smooth = values_of(msgspec.structs.replace(NEUTRAL, strengths=Strengths(smoothing=1.0)))
    plain = values_of(NEUTRAL)
    assert (
        np.abs(np.diff(column(smooth, "lip_stretch_left"))).max()
        < 0.8 * np.abs(np.diff(column(plain, "lip_stretch_left"))).max()
    )
    closed = (LINE.speech[:, COLUMN["lip_press_left"]] > 0.3) & (LINE.speech[:, COLUMN["lips_close"]] > 0.08)
    assert lips_apart(smooth, INDEX)[closed].max() < 0.05


def test_layers_lie_above_everything() -> None:
    layer = EditLayer("draw", ("lip_pucker", "blink_left"), 2.0, 4.0, points=((2.0, 0.3), (4.0, 0.6)), fade_s=0.0)
    plain, found = values_of(NEUTRAL), values_of(msgspec.structs.replace(NEUTRAL, layers=(layer,)))
    assert column(found, "lip_pucker")[120] == pytest.approx(0.3)
    assert column(found, "blink_left")[240] == pytest.approx(0.6)
    assert np.array_equal(found[:120], plain[:120])
    assert np.array_equal(column(found, "jaw_drop"), column(plain, "jaw_drop"))


def test_eyes_stay_on_what_they_look_at_while_the_head_nods() -> None:
    still = msgspec.structs.replace(NEUTRAL, eyes=Eyes(look_at=((0.0, 12.0, 5.0, 0.0),)))
    values = values_of(still)
    yaw, pitch = column(values, "head_yaw"), column(values, "head_pitch")
    assert np.ptp(pitch) > 2.0
    assert np.ptp(pitch + column(values, "gaze_pitch_left")) < 1.0
    assert np.ptp(yaw + column(values, "gaze_yaw_left")) < 1.0
    held = msgspec.structs.replace(still, strengths=Strengths(gaze=0.0))
    assert np.ptp(column(values_of(held), "gaze_yaw_left")[30:]) == 0.0


@pytest.mark.parametrize("name", MIXABLE)
def test_whoever_speaks_and_feels_has_eyes_as_people_have(name: str) -> None:
    """Measured on the whole face, head included."""
    curves, _ = perform(felt(name), heard_line(300.0))
    rows = {row.name: row for row in statistics_of(curves)}
    wanted = [
        "blinks",
        "blink interval, skewness",
        "blink closing",
        "blink closure",
        "saccade duration, a degree",
        "saccades under 15 degrees",
    ]
    assert all(rows[measure].is_inside for measure in wanted), table(tuple(rows.values()))
    if name == "neutral":
        assert all(row.is_inside for row in rows.values()), table(tuple(rows.values()))


def test_one_character_does_not_blink_alike_in_all_its_lines() -> None:
    one, other = values_of(NEUTRAL), values_of(msgspec.structs.replace(NEUTRAL, voice_sha256="w"))
    assert not np.array_equal(column(one, "blink_left"), column(other, "blink_left"))
    happy = felt("happy")
    smile = column(values_of(happy), "lip_corner_pull_left").mean()
    again = column(values_of(msgspec.structs.replace(happy, voice_sha256="w")), "lip_corner_pull_left").mean()
    assert smile == pytest.approx(again, rel=0.12)  # the smile is the character's own


def test_both_styles_of_eyes_can_be_chosen() -> None:
    natural, emoface = values_of(NEUTRAL), values_of(msgspec.structs.replace(NEUTRAL, eyes=Eyes("emoface")))
    assert not np.array_equal(column(natural, "blink_left"), column(emoface, "blink_left"))
    assert np.array_equal(column(natural, "jaw_drop"), column(emoface, "jaw_drop"))


def test_changing_the_eyes_leaves_the_mouth_and_changing_the_feeling_leaves_the_words() -> None:
    plain = values_of(NEUTRAL)
    eyes = values_of(msgspec.structs.replace(NEUTRAL, eyes=Eyes(blinks_per_minute=40.0)))
    assert np.array_equal(column(eyes, "jaw_drop"), column(plain, "jaw_drop"))
    sad = values_of(felt("sad"))
    assert np.allclose(column(sad, "lip_pucker"), column(plain, "lip_pucker"), atol=1e-4)
    assert np.allclose(column(sad, "tongue_tip_up"), column(plain, "tongue_tip_up"), atol=1e-4)


def test_a_feeling_changes_along_the_line() -> None:
    curve = curve_of([(0.0, emotion_named("happy").point), (10.0, emotion_named("sad").point)])
    values = values_of(PerformRequest("v", curve=curve, seed=3))
    smile, frown = column(values, "lip_corner_pull_left"), column(values, "lip_corner_depress_left")
    assert smile[:120].mean() > 0.4 > 0.05 > smile[-60:].mean()
    assert frown[-60:].mean() > 0.3 > 0.05 > frown[:120].mean()


@pytest.mark.parametrize("frames", [0, 1, 2, 7])
def test_the_shortest_recordings(frames: int) -> None:
    heard = heard_silence(frames / 60)
    curves, facts = perform(felt("happy"), heard)
    assert len(curves.values) == frames
    assert facts["duration_s"] == pytest.approx(frames / 60)


def test_wild_outputs_of_a_network_stay_inside_a_face() -> None:
    wild = np.random.default_rng(0).normal(0.0, 5.0, LINE.speech.shape).astype(np.float32)
    heard = Heard(wild, LINE.loudness_db, LINE.pitch_hz, LINE.activity, LINE.arousal)
    values = values_of(felt("angry", strengths=Strengths(jaw=2.0, lips=2.0, tongue=2.0)), heard)
    assert (values >= LOW).all()
    assert (values <= HIGH).all()


def test_progress_is_told_and_a_cancel_ends_it() -> None:
    told: list[tuple[float, float]] = []
    perform(NEUTRAL, heard_line(120.0), lambda done, total, note="": told.append((done, total)))
    assert told[-1][0] == told[-1][1] == 7200
    assert len(told) >= 5

    def cancel(done: float, total: float, note: str = "") -> None:
        if done > 1000:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        perform(NEUTRAL, heard_line(120.0), cancel)


def test_a_long_recording_shows_its_beginning_first() -> None:
    shown: list[RigCurves] = []
    heard = heard_line(120.0)
    curves, _ = perform(NEUTRAL, heard, preview=shown.append)
    assert len(shown) == 1
    assert np.array_equal(shown[0].values, curves.values[: len(shown[0].values)])
    perform(NEUTRAL, LINE, preview=shown.append)
    assert len(shown) == 1


def test_memory_beyond_the_curves_stays_small() -> None:
    """Twice as long takes twice the curves, and little more: a fraction of a curve's bytes for each frame."""
    peaks = []
    for seconds in (300.0, 600.0):
        heard = heard_line(seconds)
        tracemalloc.start()
        curves, _ = perform(felt("fear"), heard)
        peaks.append(tracemalloc.get_traced_memory()[1] - curves.values.nbytes)
        tracemalloc.stop()
    assert peaks[1] < 8e6
    assert peaks[1] - peaks[0] < 0.35 * 300 * 60 * len(NAMES) * 4


def test_what_was_heard_is_kept_until_there_is_too_much() -> None:
    one, two = heard_line(5.0, 1), heard_line(5.0, 2)
    cache = HeardCache(max_bytes=one.size_bytes + two.size_bytes)
    cache.put(("one", "m"), one)
    cache.put(("two", "m"), two)
    assert cache.get(("one", "m")) is one
    assert cache.get(("one", "other model")) is None
    cache.put(("three", "m"), heard_line(5.0, 3))
    assert cache.get(("two", "m")) is None  # the least used
    assert cache.get(("one", "m")) is one
    cache.put(("long", "m"), heard_line(60.0))
    assert cache.get(("long", "m")) is None
    assert cache.get(("one", "m")) is one
