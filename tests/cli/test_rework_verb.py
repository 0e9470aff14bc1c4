"""`rework`: a MIDI file worked on, over a fake engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generators.affect import AffectPoint, emotion_named
from generators.engine.fake import FakeEngine
from generators.engine.fake_script import score_for
from generators.errors import BadRequest
from generators.music.midi import read_midi, write_midi
from generators.music.personal import PersonalMap
from generators.music.request import REWORKS, ComposeRequest, EarRating, ReworkRequest
from studio.commands.asking import parse_bars, parse_places


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    path = tmp_path / "tune.mid"
    path.write_bytes(write_midi(score_for(ComposeRequest(bars=4, tempo_bpm=240, seed=3))))
    return path


def reworked(engine: FakeEngine) -> list[ReworkRequest]:
    return [request for request, _, _ in engine.submitted if isinstance(request, ReworkRequest)]


@pytest.mark.parametrize("kind", REWORKS)
def test_every_kind_writes_its_files(call: Any, tmp_path: Path, tune: Path, kind: str) -> None:
    out = tmp_path / "out"
    words = ["--emotion", "calm"] if kind == "feel" else []
    answer = call("rework", tune, "--kind", kind, "--seed", "5", *words, "--out", out, "--format", "midi", "--json")
    assert answer.code == 0, answer.err
    stem = f"tune-{kind}-seed-5"
    assert sorted(path.name for path in out.iterdir()) == [f"{stem}.mid", f"{stem}.request.json"]
    [take] = answer.json["takes"]
    assert take["request"]["kind"] == kind
    assert take["facts"]["met"] == "0.9"
    made = read_midi((out / f"{stem}.mid").read_bytes())
    assert len(made.bar_ticks()) - 1 == (8 if kind == "continue" else 4)


def test_what_was_not_chosen_stays(call: Any, tmp_path: Path, tune: Path) -> None:
    answer = call(
        "rework", tune, "--kind", "rewrite", "--bars", "2-3", "--seed", "1", "--name", "new", "--out", tmp_path
    )
    assert answer.code == 0, answer.err
    before, after = read_midi(tune.read_bytes()), read_midi((tmp_path / "new.mid").read_bytes())
    bars = before.bar_ticks()
    outside = (before.start < bars[1]) | (before.start >= bars[3])
    assert (before.velocity[outside] == after.velocity[outside]).all()
    assert (before.velocity[~outside] != after.velocity[~outside]).any()


def test_options_reach_the_request(call: Any, tmp_path: Path, tune: Path, engines: list[FakeEngine]) -> None:
    ratings = [EarRating(AffectPoint(0.5, 0.5), AffectPoint(0.2, 0.6))]
    PersonalMap(ratings, "mine").write(tmp_path / "mine.affectmap")
    words = "--kind feel --affect -0.5,0.25 --bars 1-2 --tracks 1 --amount 0.3 --keep-bars 2,4 --keep tempo --key Am "
    words += "--attribute loudness=60 --strength 0.5 --guidance 3 --candidates 2 --temperature 0.9 --top-p 0.8 --seed 9"
    words = f"{words} --takes 2 --format midi --map {tmp_path / 'mine.affectmap'}"
    answer = call("rework", tune, *words.split(), "--chords", "Am F", "--out", tmp_path / "o")
    assert answer.code == 0, answer.err
    first, second = reworked(engines[0])
    assert second.seed == first.seed + 1 == 10
    assert first == ReworkRequest(
        first.score_sha256, "feel", bars=(0, 2), tracks=(0,), amount=0.3, locked_bars=(1, 3),
        locked_attributes=("tempo",), affect=AffectPoint(-0.5, 0.25), attributes={"loudness": 60.0},
        chords=("Am", "F"), key="Am", strength=0.5,
        seed=9, temperature=0.9, top_p=0.8, guidance=3.0, candidates=2, ear=tuple(ratings),
    )  # fmt: skip


def test_the_request_beside_it_does_it_again(call: Any, tmp_path: Path, tune: Path) -> None:
    words = ("rework", tune, "--kind", "vary", "--seed", "4", "--name", "a", "--format", "midi", "--out")
    assert call(*words, tmp_path / "one").code == 0
    request = tmp_path / "one" / "a.request.json"
    answer = call("rework", tune, "--request", request, "--name", "a", "--format", "midi", "--out", tmp_path / "two")
    assert answer.code == 0, answer.err
    assert (tmp_path / "two" / "a.mid").read_bytes() == (tmp_path / "one" / "a.mid").read_bytes()
    other = tmp_path / "other.mid"
    other.write_bytes(write_midi(score_for(ComposeRequest(bars=4, seed=8))))
    answer = call("rework", other, "--request", request, "--out", tmp_path / "three")
    assert answer.code == 2
    assert "another score" in answer.err
    assert call("rework", tune, "--request", request, "--amount", "0.2", "--out", tmp_path / "three").code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--kind rewrite"),
        (("--kind", "dance"), "invalid choice"),
        (("--kind", "feel"), "No feeling"),
        (("--kind", "rewrite", "--bars", "9-12"), "the piece has 4"),
        (("--kind", "rewrite", "--bars", "3-1"), "names no bars"),
        (("--kind", "rewrite", "--tracks", "4"), "Track 4"),
        (("--kind", "vary", "--keep-bars", "1-4"), "Every bar"),
        (("--kind", "vary", "--amount", "2"), "between 0 and 1"),
        (("--kind", "vary", "--keep", "tmpo"), "try tempo"),
        (("--kind", "vary", "--chords", "Hm"), "no chord"),
        (("--kind", "vary", "--takes", "0"), "between 1 and"),
        (("--kind", "vary", "--name", "a/b"), "name of a file"),
        (("--kind", "vary", "--map", "gone.affectmap"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told(call: Any, tmp_path: Path, tune: Path, words: tuple[str, ...], told: str) -> None:
    answer = call("rework", tune, *words, "--out", tmp_path / "out")
    assert answer.code == 2
    assert told in answer.err
    assert not list((tmp_path / "out").glob("*.mid"))


def test_a_file_that_is_no_music(call: Any, tmp_path: Path) -> None:
    noise = tmp_path / "noise.mid"
    assert call("rework", noise, "--kind", "vary", "--out", tmp_path).code == 2
    noise.write_bytes(b"no music")
    answer = call("rework", noise, "--kind", "vary", "--out", tmp_path, "--json")
    assert answer.code == 2
    assert "noise.mid" in json.loads(answer.err)["message"]


def test_bars_and_places() -> None:
    assert parse_bars("9-12") == (8, 12)
    assert parse_bars(" 3 ") == (2, 3)
    assert parse_places("1-3,7") == (0, 1, 2, 6)
    assert parse_places(None) == ()
    with pytest.raises(BadRequest):
        parse_places("1-")


def test_calm_is_a_feeling_to_move_to(call: Any, tmp_path: Path, tune: Path, engines: list[FakeEngine]) -> None:
    assert (
        call("rework", tune, "--kind", "feel", "--emotion", "calm:0.5", "--out", tmp_path, "--format", "midi").code == 0
    )
    [request] = reworked(engines[0])
    assert request.affect == emotion_named("calm").point.scaled(0.5)
