"""`render face`: what is asked for reaches the engine, and files are written; and once through the worker's handler."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from render_hands import names

from generators.artifacts import RigCurves
from generators.engine import fake_script
from generators.engine.requests import Request, decode_request
from generators.face.actions import INDEX, NAMES
from generators.face.request import FeelingKey, PerformRequest


class Acting:
    """A script that performs every voice as one second of an open jaw, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[PerformRequest] = []

    def __call__(self, request: Request, inputs: fake_script.Inputs) -> Iterable[fake_script.Step]:
        if not isinstance(request, PerformRequest):
            yield from fake_script.play(request, inputs)
            return
        assert inputs[request.voice_sha256].is_file()
        self.asked.append(request)
        values = np.zeros((60, len(NAMES)), dtype=np.float32)
        values[:, INDEX["jaw_drop"]] = 0.5
        curves = RigCurves("actions", NAMES, values)
        yield fake_script.Give(curves, {"model_sha256": "1" * 64}, {"blinks": "3"})


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    path = tmp_path / "line 1.wav"
    path.write_bytes(b"RIFF and so on")
    return path


def render(call: Any, voice: Path, out: Path, *more: str | Path) -> tuple[Any, Acting]:
    acting = Acting()
    return call("render", "face", voice, "--out", out, *more, script=acting), acting


def test_curves_and_their_request_are_written(call: Any, voice: Path, tmp_path: Path) -> None:
    answer, acting = render(call, voice, tmp_path / "out", "--emotion", "angry:0.7", "--seed", "9")
    assert answer.code == 0, answer.err
    assert len(acting.asked) == 1
    assert acting.asked[0].feelings == (FeelingKey(0.0, {"angry": 0.7}),)
    assert acting.asked[0].seed == 9
    written = names(tmp_path / "out")
    assert len(written) == 3
    assert "line 1-angry.csv" in written
    assert "line 1-angry.request.json" in written
    kept = decode_request((tmp_path / "out" / "line 1-angry.request.json").read_bytes())
    assert isinstance(kept, PerformRequest)
    assert kept.model_sha256 == "1" * 64
    with (tmp_path / "out" / "line 1-angry.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    assert float(rows[30]["jawOpen"]) > 0.3


def test_rig_rate_and_timecode_reach_the_formats(call: Any, voice: Path, tmp_path: Path) -> None:
    more = ("--format", "csv", "--format", "metahuman", "--rig", "actions", "--fps", "24", "--timecode", "01:00:00:00")
    answer, _ = render(call, voice, tmp_path / "out", *more)
    assert answer.code == 0, answer.err
    assert set(names(tmp_path / "out")) == {
        "line 1-neutral.csv",
        "line 1-neutral-metahuman.csv",
        "line 1-neutral.request.json",
    }
    with (tmp_path / "out" / "line 1-neutral.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 24
    assert rows[0]["timecode"].startswith("01:00:00")
    assert float(rows[0]["jaw_drop"]) == 0.5


def test_many_lines_in_one_call_and_their_json(call: Any, voice: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.wav"
    other.write_bytes(b"another")
    acting = Acting()
    answer = call("render", "face", voice, other, "--out", tmp_path / "out", "--format", "csv", "--json", script=acting)
    assert answer.code == 0, answer.err
    assert len(answer.json["lines"]) == 2
    assert answer.json["lines"][0]["facts"]["blinks"] == "3"
    assert len(answer.json["files"]) == 4
    assert all(Path(file).is_file() for file in answer.json["files"])
    assert len({request.voice_sha256 for request in acting.asked}) == 2


def test_a_request_is_made_again_and_nothing_is_written_over(call: Any, voice: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    render(call, voice, out, "--emotion", "sad", "--format", "csv")
    kept = out / "line 1-sad.request.json"
    _, acting = render(call, voice, out, "--request", kept, "--format", "csv")
    assert acting.asked[0] == decode_request(kept.read_bytes())
    assert names(out) == ["line 1-sad.csv", "line 1-sad.request.json"]
    render(call, voice, out, "--emotion", "sad", "--intensity", "0.5", "--format", "csv")
    assert "line 1-sad-2.csv" in names(out)


def test_feelings_curves_points_and_strengths(call: Any, voice: Path, tmp_path: Path) -> None:
    feelings = tmp_path / "feelings.json"
    feelings.write_text(json.dumps([{"time_s": 0, "weights": {"happy": 1}}, {"time_s": 2.5, "weights": {"sad": 0.5}}]))
    _, acting = render(call, voice, tmp_path / "a", "--feelings", feelings, "--strength", "jaw=1.5")
    assert [key.time_s for key in acting.asked[0].feelings] == [0.0, 2.5]
    assert acting.asked[0].strengths.jaw == 1.5
    curve = tmp_path / "curve.json"
    curve.write_text(json.dumps({"keyframes": [{"time_s": 0, "point": {"valence": 0.5, "arousal": 0.2}}]}))
    _, acting = render(call, voice, tmp_path / "b", "--curve", curve, "--strength", "upper-face=0.2")
    assert acting.asked[0].curve is not None
    assert acting.asked[0].strengths.upper_face == 0.2
    _, acting = render(call, voice, tmp_path / "c", "--affect", "-0.7,0.5,0.4", "--strength", "cheek_raise_left=0")
    assert acting.asked[0].affect.dominance == 0.4
    assert acting.asked[0].strengths.gains == {"cheek_raise_left": 0.0}
    _, acting = render(call, voice, tmp_path / "d", "--emotion", "content:0.5", "--eyes", "emoface", "--blinks", "30")
    assert acting.asked[0].feelings == ()
    assert acting.asked[0].affect.valence > 0.3
    assert acting.asked[0].eyes.style == "emoface"
    assert acting.asked[0].eyes.blinks_per_minute == 30.0
    _, acting = render(call, voice, tmp_path / "e", "--emotion", "sad:0.5+angry:0.25")
    assert acting.asked[0].feelings[0].weights == {"sad": 0.5, "angry": 0.25}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--emotion", "hapy"), "happy"),
        (("--strength", "ears=1"), "smoothing"),
        (("--strength", "jaw"), "jaw=1.2"),
        (("--strength", "jaw=9"), "between 0 and 2"),
        (("--format", "midi"), "live-link-face"),
        (("--fps", "23"), "24"),
        (("--rig", "octopus"), "metahuman"),
        (("--blinks", "900"), "between 0 and 100"),
        (("--feelings", "missing.json"), "cannot be read"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_work(
    call: Any, engines: list[Any], voice: Path, tmp_path: Path, more: tuple[str, ...], said: str
) -> None:
    answer, acting = render(call, voice, tmp_path / "out", *more)
    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert not acting.asked
    assert not engines
    assert not (tmp_path / "out").exists()


def test_wrong_files_are_refused_with_a_sentence(call: Any, voice: Path, tmp_path: Path) -> None:
    answer, _ = render(call, tmp_path / "missing.wav", tmp_path / "out")
    assert answer.code == 2
    assert "cannot be read" in answer.err
    wrong = tmp_path / "wrong.json"
    for text in ("[1, 2]", "{}", '[{"time_s": 0, "weights": {"joyful": 1}}]', "\xff"):
        wrong.write_text(text, encoding="latin-1")
        answer, _ = render(call, voice, tmp_path / "out", "--feelings", wrong)
        assert answer.code == 2
    music = tmp_path / "music.request.json"
    music.write_text('{"type": "compose"}')
    answer, _ = render(call, voice, tmp_path / "out", "--request", music)
    assert answer.code == 2
    assert "face" in answer.err
    answer, _ = render(call, voice, tmp_path / "out", "--request", music, "--seed", "3")
    assert "leave --seed out" in answer.err
    answer = call("render", "face", voice, voice, "--name", "one", "--out", tmp_path / "out", script=Acting())
    assert answer.code == 2
    assert "--name" in answer.err
