"""What the options of `render music` ask for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mido
import pytest
from render_hands import composed, names

from generators.affect import AffectPoint, emotion_named
from generators.engine.fake import FakeEngine
from generators.engine.requests import encode_request
from generators.music.personal import PersonalMap
from generators.music.request import ComposeRequest, EarRating


def test_options_reach_the_request(call: Any, tmp_path: Path, engines: list[FakeEngine]) -> None:
    words = "--affect -0.5,0.25,0.1 --bars 3 --seed 1 --tempo 90 --key F#m --metre 3/4 --strength 0.5 --temperature 0.9"
    words += " --top-p 0.8 --model other --attribute loudness=70 --attribute mode=-0.5 --format midi --name tune"
    assert call("render", "music", *words.split(), "--out", tmp_path).code == 0
    [request] = composed(engines[0])
    assert request == ComposeRequest(
        affect=request.affect, bars=3, seed=1, metre=(3, 4), tempo_bpm=90.0, key="F#m",
        attributes={"loudness": 70.0, "mode": -0.5}, strength=0.5, temperature=0.9, top_p=0.8, model="other",
    )  # fmt: skip
    assert (request.affect.valence, request.affect.arousal, request.affect.dominance) == (-0.5, 0.25, 0.1)
    assert names(tmp_path) == ["tune.mid", "tune.request.json"]


def test_all_that_can_be_asked_reaches_the_request(call: Any, tmp_path: Path, engines: list[FakeEngine]) -> None:
    rating = EarRating(AffectPoint(0.5, 0.5), AffectPoint(0.2, 0.6))
    PersonalMap([rating], "mine").write(tmp_path / "mine.affectmap")
    words = ["--ensemble", "voice", "--form", "ABA", "--chords", "Am7 % * F", "--guidance", "3.5", "--candidates", "4"]
    words += ["--tries", "6", "--refine", "2"]
    words += ["--map", str(tmp_path / "mine.affectmap"), "--feature", "range=40", "--feature", "Number_of_Pitches=30"]
    words += ["--bar-attribute", "loudness=40,-,90", "--bar-attribute", "register=60", "--format", "midi"]
    answer = call("render", "music", "--emotion", "calm", "--bars", "4", *words, "--out", tmp_path / "o")
    assert answer.code == 0, answer.err
    [request] = composed(engines[0])
    assert (request.ensemble, request.form, request.guidance, request.candidates) == ("voice", "ABA", 3.5, 4)
    assert (request.tries, request.refine) == (6, 2)
    assert request.chords == ("Am7", "Am7", "", "F")
    assert request.ear == (rating,)
    assert request.features == {"Range": 40.0, "Number of Pitches": 30.0}
    assert request.bar_attributes == {"loudness": (40.0, None, 90.0), "register": (60.0,)}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--tempo", "40", "--attribute", "onset_rate=16"], "raise the tempo to 80 bpm"),
        (["--chords", "Am Xx"], "“Xx” is no chord"),
        (["--ensemble", "band"], "choose piano"),
        (["--form", "fugue"], "choose auto"),
        (["--candidates", "99"], "between 1 and 8"),
        (["--guidance", "9"], "between 1 and 5"),
        (["--feature", "Rnge=3"], "try Range"),
        (["--feature", "Range=many"], "needs a number"),
        (["--bar-attribute", "loud=3"], "try loudness"),
        (["--bar-attribute", "loudness=3,x"], "needs a number"),
        (["--bar-attribute", "loudness=" + "50," * 200], "at most 128"),
        (["--map", "gone.affectmap"], "cannot be read"),
        (["--request", "x.json", "--form", "ABA"], "leave --form out"),
        (["--request", "x.json", "--bar-attribute", "loudness=3"], "leave --bar-attribute out"),
    ],
)
def test_what_cannot_be_asked_is_told(call: Any, tmp_path: Path, words: list[str], told: str) -> None:
    feeling = [] if "--request" in words else ["--emotion", "calm"]
    answer = call("render", "music", *feeling, *words, "--out", tmp_path / "o")
    assert answer.code == 2
    assert told in answer.err
    assert not (tmp_path / "o").exists()


def test_a_contradiction_in_a_batch_names_its_line(call: Any, tmp_path: Path) -> None:
    jobs = tmp_path / "jobs.jsonl"
    slow = ComposeRequest(tempo_bpm=40, attributes={"onset_rate": 16.0})
    jobs.write_bytes(encode_request(ComposeRequest()) + b"\n" + encode_request(slow) + b"\n")
    answer = call("batch", jobs, "--out", tmp_path)
    assert answer.code == 2
    assert "Line 2" in answer.err
    assert "raise the tempo" in answer.err


def test_a_curve_and_an_emotion_of_some_strength(call: Any, tmp_path: Path, engines: list[FakeEngine]) -> None:
    curve = tmp_path / "curve.json"
    point = {"valence": -0.5, "arousal": 0.5}
    curve.write_text(json.dumps({"keyframes": [{"time_s": 0, "point": point}, {"time_s": 9, "point": {}}]}))
    assert (
        call("render", "music", "--curve", curve, "--bars", "1", "--out", tmp_path / "o", "--format", "midi").code == 0
    )
    [request] = composed(engines[0])
    assert request.curve is not None
    assert request.curve.duration_s == 9
    assert request.affect.valence == -0.5
    assert names(tmp_path / "o")[0].startswith("curve-1-bars-seed-")
    assert call("render", "music", "--emotion", "Sadness:0.5", "--out", tmp_path / "p", "--format", "midi").code == 0
    assert composed(engines[1])[0].affect == emotion_named("sad").point.scaled(0.5)


def test_the_timing_of_a_daw_is_followed(call: Any, tmp_path: Path, engines: list[FakeEngine]) -> None:
    song = mido.MidiFile(ticks_per_beat=480)
    song.tracks.append(
        mido.MidiTrack(
            (
                mido.MetaMessage("time_signature", numerator=3, denominator=4),
                mido.MetaMessage("set_tempo", tempo=500_000),
                mido.MetaMessage("marker", text="Door", time=480 * 3),
                mido.MetaMessage("set_tempo", tempo=600_000, time=480 * 3),
                mido.MetaMessage("time_signature", numerator=4, denominator=4),
                mido.MetaMessage("end_of_track", time=480 * 6),
            )
        )
    )
    song.save(tmp_path / "song.mid")
    words = ["--emotion", "calm", "--timing", str(tmp_path / "song.mid"), "--format", "midi"]
    answer = call("render", "music", *words, "--out", tmp_path / "o")
    assert answer.code == 0, answer.err
    [request] = composed(engines[0])
    assert (request.metre, request.bars, request.tempo_map) == ((3, 4), 4, ((0.0, 120.0), (6.0, 100.0)))
    assert request.markers == ((3.0, "Door"),)
    assert "a take keeps 3/4 throughout" in answer.out
    answer = call("render", "music", *words, "--bars", "2", "--tempo", "90", "--out", tmp_path / "o")
    assert answer.code != 0
    assert "set the tempo free" in answer.err
