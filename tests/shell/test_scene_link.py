"""Music, face and pictures follow the scene, later or more gently, or go their own way; undo brings each back."""

from __future__ import annotations

import msgspec
import pytest
from window_hands import Studio

from generators.affect import AffectCurve, AffectPoint, Keyframe, emotion_named
from generators.errors import BadRequest
from generators.scene.following import room_curve
from generators.scene.kept import scene_in
from generators.scene.plan import face_request
from generators.scene.request import Scene, SceneFace, SceneVoice
from generators.scene.timeline import Follow, SceneKey, Timeline
from studio.document.model import SetPanelState
from studio.face_lines import Ask as FaceAsk
from studio.face_lines import FaceState, Line, encode_state
from studio.panels.face.scene_feeling import feeling_in
from studio.scene_link import with_follow
from studio.widgets.follow_row import FollowSheet, follow_words

CALM, ANGRY, SAD = (emotion_named(name).point for name in ("calm", "angry", "sad"))
ARC = Timeline((SceneKey(0.0, CALM), SceneKey(4.0, ANGRY), SceneKey(8.0, SAD)))
SCENE = Scene(asked_s=8.0, timeline=ARC)
OWN = AffectCurve((Keyframe(0.0, AffectPoint(0.1, 0.2, 0.0)), Keyframe(6.0, AffectPoint(0.3, -0.2, 0.0))))
VOICE = "a" * 64


def put_scene(studio: Studio, scene: Scene, **more: object) -> None:
    text = msgspec.json.encode({"scene": scene, **more}, order="sorted").decode()
    studio.project.perform(SetPanelState("scene", text))
    studio.settle()


def kept_scene(studio: Studio) -> Scene:
    return scene_in(studio.project.state.panel_states["scene"])


@pytest.fixture
def scored(studio: Studio) -> Studio:
    """A project with a scene, and the music panel that had a curve of its own before."""
    studio.music.change("curve", curve=OWN)
    studio.settle()
    put_scene(studio, SCENE, heard_sha256="kept")
    return studio


def test_without_a_feeling_in_the_scene_there_is_nothing_to_follow(studio: Studio) -> None:
    row = studio.music.scene_feeling.row
    assert row.isHidden()
    put_scene(studio, Scene(asked_s=5.0))
    assert row.isHidden()
    studio.project.perform(SetPanelState("scene", "{ broken"))
    studio.settle()
    assert row.isHidden()
    assert studio.music.left.pad.isEnabled()


def test_music_follows_and_keeps_its_own_curve(scored: Studio) -> None:
    music, feeling = scored.music, scored.music.scene_feeling
    assert not feeling.row.isHidden()
    assert feeling.row.words.text() == "Follows the scene"
    followed = room_curve(SCENE, "music")
    assert music.left.ask.curve == music.left.ask.request().curve == followed
    assert music.current_request().curve == followed
    assert not music.left.pad.isEnabled()
    assert not music.middle.lanes.feeling.isEnabled()
    assert music.middle.lanes.feeling.curve == followed
    music.change("bars", bars=8)  # what is changed meanwhile keeps the own curve in the project
    scored.settle()
    assert '"bars":8' in scored.project.state.panel_states["music"]
    assert feeling.own.curve == OWN
    assert feeling.own.bars == 8
    feeling.row.leave.click()
    scored.settle()
    assert kept_scene(scored).music.follow.leaves
    assert music.left.ask.curve == OWN
    assert music.left.pad.isEnabled()
    assert feeling.row.words.text() == "Goes its own way"
    assert '"heard_sha256":"kept"' in scored.project.state.panel_states["scene"]  # the rest of the state stays
    scored.window.menus.undo.trigger()
    scored.until(lambda: not kept_scene(scored).music.follow.leaves)
    scored.settle()
    assert music.left.ask.curve == followed
    scored.window.menus.undo.trigger()  # of the bars: the scene is still followed
    scored.until(lambda: feeling.own.bars == 16)
    assert music.left.ask.curve == followed


def test_a_take_follows_the_scene_as_it_is_now(scored: Studio) -> None:
    gentle = msgspec.structs.replace(SCENE, timeline=Timeline((SceneKey(0.0, SAD), SceneKey(8.0, CALM))))
    put_scene(scored, gentle)
    scored.make(1)
    (take,) = scored.project.state.takes
    assert scored.music.current_request().curve == room_curve(gentle, "music")
    assert f'"time_s":{gentle.duration_s:.1f}' in take.request


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_gain_offset_and_delay_are_set_at_the_row(scored: Studio) -> None:
    feeling = scored.music.scene_feeling
    feeling.row.open_sheet()
    sheet = feeling.row.findChild(FollowSheet)
    assert sheet is not None
    sheet.sliders["gain"].askedCommitted.emit(0.5)
    scored.settle()
    sheet.sliders["valence"].askedCommitted.emit(0.2)
    scored.settle()
    sheet.sliders["delay_s"].askedCommitted.emit(1.5)
    scored.settle()
    follow = kept_scene(scored).music.follow
    assert follow == Follow(gain=0.5, offset=AffectPoint(0.2, 0.0, 0.0), delay_s=1.5)
    assert feeling.row.told.text() == "× 0.50 · valence +0.20 · 1.5 s later"
    assert scored.music.left.ask.curve == room_curve(kept_scene(scored), "music")
    assert kept_scene(scored).face.follow == Follow()
    scored.window.menus.undo.trigger()  # one step for all three
    scored.until(lambda: kept_scene(scored).music.follow == Follow())
    sheet.close()


def test_a_feeling_that_is_given_meanwhile_waits(scored: Studio) -> None:
    music = scored.music
    given = AffectCurve((Keyframe(0.0, SAD), Keyframe(3.0, CALM)))
    music.change("curve", curve=given)
    scored.settle()
    assert music.left.ask.curve == room_curve(SCENE, "music")
    assert music.scene_feeling.own.curve == given
    assert "follows the scene" in scored.message
    music.scene_feeling.link.leave()
    scored.settle()
    assert music.left.ask.curve == given


def test_the_pad_shows_what_the_scene_feels_at_the_playhead(scored: Studio) -> None:
    scored.music.context.playback.positionChanged.emit(4.0)
    assert scored.music.left.pad.point.arousal == pytest.approx(ANGRY.arousal, abs=0.02)
    assert scored.music.left.ask.affect == room_curve(SCENE, "music").at(0.0)


def test_the_line_of_the_scenes_voice_follows_and_others_do_not(studio: Studio) -> None:
    face = studio.face
    own = FaceAsk(mode="point", affect=SAD)
    lines = (Line("l1", "spoken", VOICE, duration_s=6.0, ask=own), Line("l2", "other", "b" * 64, ask=own))
    studio.project.perform(SetPanelState("face", encode_state(FaceState(lines, "l1"))))
    scene = msgspec.structs.replace(SCENE, voice=SceneVoice(VOICE, "spoken", 6.0, 1.0))
    put_scene(studio, scene)
    feeling = face.scene_feeling
    asked = face_request(scene)
    assert face.current_request().curve == asked.curve
    assert feeling.next.mode == "curve"
    assert face.middle.feeling.curve == asked.curve
    assert not face.left.feeling.pad.isEnabled()
    assert not feeling.row.isHidden()
    assert face.state.asked == own  # what is in view stays until something is asked
    face.change("variation", variation=0.6)
    studio.settle()
    assert face.state.asked.curve == asked.curve
    assert face.state.asked.variation == 0.6
    assert face.state.asked.own == feeling_in(own)
    feeling.link.leave()
    studio.settle()
    assert feeling.next.mode == "point"
    assert feeling.next.affect == SAD
    assert face.left.feeling.pad.isEnabled()
    face.change("variation", variation=0.4)
    studio.settle()
    assert face.state.asked == msgspec.structs.replace(own, variation=0.4)
    feeling.link.join()
    studio.settle()
    face.choosing.choose_line("l2")
    studio.settle()
    assert feeling.row.isHidden()
    assert feeling.next == own
    assert face.left.feeling.pad.isEnabled()


def test_all_lines_of_the_scene_are_taken_over_and_mixtures_too(studio: Studio) -> None:
    face = studio.face
    lines = (Line("l1", "a", VOICE, ask=FaceAsk()), Line("l2", "b", VOICE, ask=FaceAsk(mode="point", affect=CALM)))
    studio.project.perform(SetPanelState("face", encode_state(FaceState(lines, "l1"))))
    keys = (SceneKey(0.0, CALM), SceneKey(4.0, ANGRY, {"angry": 0.6, "disgust": 0.4}))
    scene = Scene(asked_s=8.0, timeline=Timeline(keys), voice=SceneVoice(VOICE, "a", 6.0), face=SceneFace())
    put_scene(studio, scene)
    face.scene_feeling.take_over()
    studio.settle()
    for line in face.state.lines:
        assert line.ask.mode == "mixture"
        assert line.ask.feelings == face_request(scene).feelings
        assert line.ask.own is not None
    before = studio.project.state
    face.scene_feeling.take_over()  # nothing more to do
    studio.settle()
    assert studio.project.state is before


def test_the_compass_travels_along_the_scene(studio: Studio) -> None:
    compass = next(panel for panel in studio.window.panels if panel.key == "compass")
    compass.commit(msgspec.structs.replace(compass.state, curve=OWN), "curve")
    studio.settle()
    put_scene(studio, SCENE)
    way = compass.middle.travel.way
    assert compass.state.curve == room_curve(SCENE, "pictures")
    assert way.view.duration_s == SCENE.duration_s
    assert not way.lane.isEnabled()
    compass.throw_dice()
    studio.settle()
    assert compass.scene_feeling.own(compass.state).curve == OWN
    compass.scene_feeling.row.leave.click()
    studio.settle()
    assert compass.state.curve == OWN
    assert way.lane.isEnabled()
    compass.scene_feeling.row.join.click()
    studio.settle()
    assert compass.state.curve == room_curve(SCENE, "pictures")


def test_what_cannot_be_changed_is_refused() -> None:
    with pytest.raises(BadRequest, match="room"):
        with_follow("{}", SCENE, "garden", Follow())
    with pytest.raises(BadRequest, match="anew"):
        with_follow("[", SCENE, "music", Follow())


@pytest.mark.parametrize(
    ("follow", "words"),
    [
        (Follow(), ""),
        (Follow(gain=-1.0), "× −1.00"),
        (Follow(offset=AffectPoint(0.0, -0.25, 0.0), delay_s=-0.5), "arousal −0.25 · 0.5 s earlier"),
    ],
)
def test_words_of_following(follow: Follow, words: str) -> None:
    assert follow_words(follow) == words
