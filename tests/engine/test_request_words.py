from __future__ import annotations

from hypothesis import given

from generators.affect import AffectCurve, AffectPoint, Keyframe
from generators.compass.request import Making, Point, Push, RenderRequest
from generators.engine.request_words import MAX_ROWS, Row, compared, kind_words, name_words, value_words
from generators.engine.requests import Request
from generators.face.request import EditLayer, PerformRequest, Strengths
from generators.music.request import ComposeRequest
from tests.engine.made_requests import COMPOSED, PERFORMED


def rows(left: Request, right: Request) -> list[tuple[str, str, str]]:
    return [(row.name, row.left, row.right) for row in compared(left, right)]


def test_music_in_words() -> None:
    calm = AffectPoint(0.5, -0.5)
    curve = AffectCurve((Keyframe(0.0, calm), Keyframe(4.0, calm)))
    left = ComposeRequest(affect=calm, seed=1234, chords=("Am", "F"), bar_attributes={"density": (1.0, None)})
    right = ComposeRequest(
        affect=AffectPoint(0.5, 0.25), curve=curve, seed=1235, tempo_bpm=92.0, metre=(3, 4), chords=("Am", "C", "G"),
        bar_attributes={"density": (1.0, 3.0)}, attributes={"density": 2.5}, key="C",
    )  # fmt: skip
    assert rows(left, right) == [
        ("Feeling, arousal", "-0.5", "0.25"),
        ("Feeling over time", "none", "2 keyframes from 0 to 4 s"),
        ("Seed", "1234", "1235"),
        ("Metre", "4/4", "3/4"),
        ("Tempo (beats a minute)", "left to the feeling", "92"),
        ("Key", "left to the feeling", "C"),
        ("Attributes, density", "—", "2.5"),
        ("Bar by bar, density, bar 2", "none", "3"),
        ("Chords, bar 2", "F", "C"),
        ("Chords, bar 3", "—", "G"),
    ]


def test_a_face_in_words() -> None:
    left = PerformRequest("ab" * 32, strengths=Strengths(jaw=1.0, gains={"jaw_open": 2.0}))
    right = PerformRequest("cd" * 32, strengths=Strengths(jaw=1.5), layers=(EditLayer("mute", ("blink_left",)),))
    names = {"ab" * 32: "letters.flac"}
    assert [(row.name, row.left, row.right) for row in compared(left, right, lambda sha256: names.get(sha256, ""))] == [
        ("Recording", "letters.flac", "cdcdcdcd…"),
        ("Strength, jaw", "1", "1.5"),
        ("Strength, single actions, jaw open", "2", "—"),
        ("Edits, edit 1", "—", "kind mute, actions blink_left, end (s) 1000000000, fade (s) 0.05"),
    ]


def test_pictures_in_words() -> None:
    left = RenderRequest((Point(1, amounts=(0.5,)),), (Push("ab" * 32),), Making(prompt="fog"))
    right = RenderRequest((Point(1, amounts=(1.0,)), Point(2)), (Push("ab" * 32, (1.0, 0.5)),), Making(guidance=3.0))
    assert rows(left, right) == [
        ("Pictures, picture 1, amount, direction 1", "0.5", "1"),
        ("Pictures, picture 2", "—", "seed 2"),
        ("Directions, direction 1, over the steps, number 1", "—", "1"),
        ("Directions, direction 1, over the steps, number 2", "—", "0.5"),
        ("Making, how closely it follows", "the model's own", "3"),
        ("Making, prompt", "fog", "none"),
    ]


def test_requests_of_two_kinds_in_words() -> None:
    assert rows(ComposeRequest(), PerformRequest("a")) == [("What is made", "music", "a face")]
    assert kind_words(RenderRequest()) == "pictures"


def test_of_very_many_differences_the_first_are_told() -> None:
    left = RenderRequest(tuple(Point(seed) for seed in range(3_000)))
    right = RenderRequest(tuple(Point(seed + 1_000_000) for seed in range(3_000)))
    told = compared(left, right)
    assert len(told) == MAX_ROWS + 1
    assert told[-1] == Row("and 2,500 more", "", "")


def test_names_of_fields_that_are_new() -> None:
    assert name_words("fade_in_s") == "Fade in (s)"
    assert name_words("peak_db") == "Peak (dB)"
    assert name_words("head_sha256") == "Head"
    assert value_words("prompt", "x" * 500).endswith("…")


@given(COMPOSED | PERFORMED, COMPOSED | PERFORMED)
def test_whatever_differs_is_told(left: Request, right: Request) -> None:
    told = compared(left, right)
    assert bool(told) == (left != right)
    assert all(row.name and row.left and row.right for row in told)
