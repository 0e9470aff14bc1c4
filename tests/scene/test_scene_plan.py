"""What a scene asks of the rooms, and which takes still fit it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from generators.affect import AffectPoint, emotion_named
from generators.compass.request import Making, Point, Push, RenderRequest
from generators.engine.requests import decode_request, encode_request
from generators.errors import BadRequest
from generators.face.request import PerformRequest
from generators.music import attributes
from generators.music.emotion import normal_scores_of
from generators.music.model import load_model
from generators.music.request import ComposeRequest, ReworkRequest
from generators.music.scales import Scales
from generators.scene import plan
from generators.scene.following import room_curve
from generators.scene.request import (
    AffectPush,
    Cue,
    Scene,
    SceneFace,
    SceneFilm,
    SceneMusic,
    ScenePictures,
    SceneVoice,
)
from generators.scene.timeline import Follow, SceneKey, Timeline

CALM, ANGRY, SAD = (emotion_named(name).point for name in ("calm", "angry", "sad"))
VOICE, VALENCE, ROTATED = "a" * 64, "b" * 64, "c" * 64
SCENE = Scene(
    title="A door",
    asked_s=12.0,
    voice=SceneVoice(VOICE, "door.flac", 8.5, 1.5),
    timeline=Timeline((SceneKey(0.0, CALM), SceneKey(5.0, ANGRY, {"angry": 0.9}), SceneKey(10.0, SAD))),
    cues=(Cue(5.0, "slams", "bar"), Cue(8.2)),
    pictures=ScenePictures(
        base=RenderRequest((Point(3, amounts=(0.4,)),), (Push(ROTATED),)),
        pushes=(AffectPush(VALENCE, "valence", 0.5),),
        seeds=(3, 4),
    ),
)


WITHOUT_WEIGHTS = msgspec.structs.replace(
    SCENE, timeline=Timeline(tuple(msgspec.structs.replace(key, weights={}) for key in SCENE.timeline.keys))
)


def changed(scene: Scene = SCENE, **changes: object) -> Scene:
    return msgspec.structs.replace(scene, **changes)


def test_the_music_is_as_long_as_the_scene_and_lands_on_its_moments() -> None:
    request = plan.music_request(SCENE)
    found = plan.fitted(SCENE)
    assert request.bars == found.bars
    assert found.duration_s == pytest.approx(12.0, abs=5e-4)
    assert request.tempo_map == found.tempo_map
    assert request.curve is not None
    assert request.curve.duration_s == 12.0
    assert request.markers == ((found.cue_quarters[0], "slams"),)  # a moment without a name needs no marker
    assert found.cue_quarters[0] % 4 == 0
    assert decode_request(encode_request(request)) == request


def test_the_feeling_leads_the_tempo_unless_one_is_asked_for() -> None:
    free = Scene(asked_s=30.0, timeline=Timeline((SceneKey(0.0, CALM), SceneKey(30.0, AffectPoint(0.5, 0.9, 0.3)))))
    steps = plan.music_request(free).tempo_map
    assert steps[-1][1] > 1.3 * steps[0][1]
    for base in (ComposeRequest(tempo_bpm=84.0), ComposeRequest(attributes={"tempo": 84.0, "register": 60.0})):
        request = plan.music_request(changed(free, music=SceneMusic(base=base)))
        assert all(bpm == pytest.approx(84.0, rel=0.05) for _, bpm in request.tempo_map)
        assert request.tempo_bpm is None
        assert "tempo" not in request.attributes  # the map says it, and a second word could contradict it


def test_the_proposed_tempo_is_that_of_the_shipped_music() -> None:
    shipped = Path(__file__).resolve().parents[2] / "assets" / "music" / "music-small.safetensors"
    scales = Scales(load_model(shipped), 16)
    for arousal in (-0.9, -0.4, 0.0, 0.5, 0.9):
        point = AffectPoint(0.2, arousal, 0.0)
        scores = np.zeros(len(attributes.NAMES))
        scores[attributes.INDEX["tempo"]] = normal_scores_of(point)[attributes.INDEX["tempo"]]
        known = scales.attribute_values(scores)[attributes.INDEX["tempo"]]
        assert plan.proposed_tempo_bpm(ComposeRequest(), point) == pytest.approx(known, rel=0.02)


def test_the_face_speaks_on_the_time_of_its_voice_and_lives_until_the_end() -> None:
    request = plan.face_request(SCENE)
    assert request.voice_sha256 == VOICE
    assert request.after_s == pytest.approx(2.0)
    assert request.curve is None  # the mixtures say it all
    curve = plan.face_request(WITHOUT_WEIGHTS).curve
    assert curve is not None
    assert curve.duration_s == pytest.approx(10.5)
    whole = room_curve(WITHOUT_WEIGHTS, "face")
    assert whole is not None
    for time_s in (0.0, 2.2, 3.5, 9.0):
        there, here = whole.at(time_s + 1.5), curve.at(time_s)
        assert here.valence == pytest.approx(there.valence, abs=1e-6)
        assert here.arousal == pytest.approx(there.arousal, abs=1e-6)
    assert request.feelings[0].time_s == 0.0
    strongest = max(request.feelings, key=lambda key: key.weights.get("angry", 0.0))
    assert strongest.time_s == pytest.approx(3.5, abs=0.05)
    assert strongest.weights["angry"] == pytest.approx(0.9, abs=0.01)


def test_rooms_that_leave_keep_what_they_were_asked() -> None:
    alone = ComposeRequest(seed=5, affect=SAD)
    scene = changed(
        music=SceneMusic(follow=Follow(leaves=True), base=alone),
        face=SceneFace(follow=Follow(leaves=True), base=PerformRequest("", affect=SAD, seed=2)),
        pictures=msgspec.structs.replace(SCENE.pictures, follow=Follow(leaves=True)),
    )
    music, face, pictures = plan.music_request(scene), plan.face_request(scene), plan.pictures_request(scene)
    assert music.curve is None
    assert music.affect == SAD
    assert face.curve is None
    assert face.affect == SAD
    assert face.voice_sha256 == VOICE
    assert [push.sha256 for push in pictures.directions] == [ROTATED]
    assert {point.amounts for point in pictures.points} == {(0.4,)}


def test_parts_are_what_is_wanted() -> None:
    assert plan.parts(SCENE) == ("music", "face", "pictures", "mix")
    assert plan.parts(changed(music=SceneMusic(off=True))) == ("face", "pictures", "mix")  # the voice alone
    quiet = changed(music=SceneMusic(off=True), face=SceneFace(off=True), voice=None)
    assert plan.parts(quiet) == ("pictures",)
    nothing = changed(quiet, pictures=ScenePictures(off=True))
    with pytest.raises(BadRequest, match="left out"):
        plan.parts(nothing)


def test_the_mix_and_the_bundle_say_what_they_are_made_of() -> None:
    mix = plan.mix_request(SCENE, "d" * 64)
    assert (mix.duration_s, mix.voice_start_s, mix.voice_sha256) == (12.0, 1.5, VOICE)
    assert plan.mix_request(changed(voice=None), "d" * 64).voice_sha256 == ""
    with pytest.raises(BadRequest, match="neither music nor a voice"):
        plan.mix_request(changed(voice=None), "")
    made = {"music": "d" * 64, "pictures": "e" * 64}
    bundle = plan.bundle_request(SCENE, "out", made, {"music": "{}"}, may_replace=True)
    assert (bundle.score_sha256, bundle.curves_sha256, bundle.pictures_sha256) == ("d" * 64, "", "e" * 64)
    assert bundle.ingredient_sha256s == (ROTATED, VALENCE)
    assert bundle.may_replace
    assert decode_request(encode_request(bundle)) == bundle
    with pytest.raises(BadRequest, match="Nothing of this scene"):
        plan.bundle_request(SCENE, "out", {}, {})
    assert plan.inputs_of_scene(SCENE) == (VOICE, ROTATED, VALENCE)


def test_an_empty_scene_and_one_without_a_voice_are_refused_in_words() -> None:
    for ask in (plan.parts, plan.music_request, plan.face_request, plan.pictures_request):
        with pytest.raises(BadRequest, match="empty"):
            ask(Scene())
    with pytest.raises(BadRequest, match="needs a voice"):
        plan.face_request(changed(voice=None))
    late = changed(voice=SceneVoice(VOICE, "late", 3.0, 12.5))
    with pytest.raises(BadRequest, match=r"begins at 12\.50 s"):
        plan.parts(late)


def test_what_lies_after_the_end_is_told_and_cut() -> None:
    assert plan.remarks(SCENE) == ()
    scene = changed(WITHOUT_WEIGHTS, asked_s=7.0, cues=())
    told = plan.remarks(scene)
    assert "keyframe lies after the end" in told[0]
    assert "The voice goes on" in told[1]
    for curve in (plan.music_request(scene).curve, plan.face_request(scene).curve):
        assert curve is not None
        assert curve.duration_s <= 7.0
    assert plan.face_request(scene).after_s == 0.0
    with pytest.raises(BadRequest, match="after the end of the scene"):
        plan.music_request(changed(asked_s=7.0))  # a moment to land on is not cut in silence


def test_takes_fit_for_as_long_as_the_scene_says_the_same() -> None:
    music, face, pictures = (plan.request_of(SCENE, room) for room in plan.ROOMS)
    assert all(plan.fits(SCENE, request) for request in (music, face, pictures))
    other_choice = msgspec.structs.replace(music, seed=99, ensemble="quartet", model_sha256="f" * 64)
    assert plan.fits(SCENE, decode_request(encode_request(other_choice)))
    assert plan.fits(SCENE, msgspec.structs.replace(face, seed=99, variation=0.8))
    assert plan.fits(SCENE, msgspec.structs.replace(pictures, making=Making(steps=30)))
    assert plan.fits(SCENE, ReworkRequest("d" * 64, "vary"))
    moved = changed(timeline=Timeline((SceneKey(0.0, SAD), *SCENE.timeline.keys[1:])))
    longer = changed(asked_s=13.0)
    for scene in (moved, longer):
        assert not any(plan.fits(scene, request) for request in (music, face, pictures))
    assert not plan.fits(changed(cues=(Cue(6.0, "slams", "bar"),)), music)
    assert not plan.fits(changed(voice=None), face)
    assert not plan.fits(SCENE, "no request")


def test_the_length_is_whole_frames_of_any_rate() -> None:
    for rate in ("24", "25", "30"):
        scene = changed(asked_s=10.01, film=SceneFilm(frame_rate=rate), cues=())
        assert plan.fitted(scene).duration_s == pytest.approx(scene.duration_s, abs=5e-4)
        assert round(scene.duration_s * int(rate), 6).is_integer()
