"""`render music`, `batch` and `demo` over a fake engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mido
import pytest
import soundfile
from render_hands import HAPPY, composed, contents, names

from generators.engine.fake import FakeEngine, Inputs, Refuse, Step, play
from generators.engine.requests import ExportRequest, Request, encode_request
from generators.errors import DiskFull, ModelAltered, ModelMissing, WorkerDied
from generators.music.request import ComposeRequest
from studio.commands.console import Console, ProgressLine


def test_a_take_is_midi_sound_and_request(call: Any, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    answer = call(*HAPPY, "--out", out)
    assert answer.code == 0, answer.err
    stem = "happy-2-bars-seed-7"
    assert names(out) == [f"{stem}.mid", f"{stem}.request.json", f"{stem}.wav"]
    assert [line.split("  ")[0] for line in answer.out.splitlines()] == [
        str(out / f"{stem}{suffix}") for suffix in (".mid", ".wav", ".request.json")
    ]
    assert answer.err == "Composing\n"
    request = json.loads((out / f"{stem}.request.json").read_text())
    assert request["seed"] == 7
    assert request["model_sha256"]
    file = mido.MidiFile(out / f"{stem}.mid")
    assert file.length == pytest.approx(2.0)
    assert soundfile.info(out / f"{stem}.wav").duration >= 2.0


@pytest.mark.parametrize("suffix", [".request.json", ".mid", ".wav"])
def test_the_request_in_each_file_makes_the_same_bytes(call: Any, tmp_path: Path, suffix: str) -> None:
    assert call(*HAPPY, "--out", tmp_path / "a").code == 0
    source = tmp_path / "a" / f"happy-2-bars-seed-7{suffix}"
    assert call("render", "music", "--request", source, "--out", tmp_path / "b").code == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_takes_have_seeds_in_a_row(call: Any, tmp_path: Path, engines: list[FakeEngine]) -> None:
    answer = call(*HAPPY, "--takes", "3", "--out", tmp_path, "--format", "midi", "--json")
    assert answer.code == 0
    assert answer.err == ""
    assert [take["request"]["seed"] for take in answer.json["takes"]] == [7, 8, 9]
    assert sorted(answer.json["files"]) == [str(tmp_path / name) for name in names(tmp_path)]
    assert len(names(tmp_path)) == 6
    assert len(engines) == 1
    assert [request.seed for request in composed(engines[0])] == [7, 8, 9]


def test_other_music_of_the_same_name_is_kept(call: Any, tmp_path: Path) -> None:
    for _ in range(2):
        assert call(*HAPPY, "--out", tmp_path, "--format", "midi").code == 0
    before = contents(tmp_path)
    assert len(before) == 2
    assert call(*HAPPY, "--out", tmp_path, "--format", "midi", "--key", "C").code == 0
    after = contents(tmp_path)
    assert set(after) - set(before) == {"happy-2-bars-seed-7-2.mid", "happy-2-bars-seed-7-2.request.json"}
    assert before.items() <= after.items()


def test_a_users_own_file_is_not_written_over(call: Any, tmp_path: Path) -> None:
    (tmp_path / "tune.mid").write_bytes(b"mine")
    assert call(*HAPPY, "--out", tmp_path, "--name", "tune").code == 0
    assert (tmp_path / "tune.mid").read_bytes() == b"mine"
    assert names(tmp_path) == ["tune-2.mid", "tune-2.request.json", "tune-2.wav", "tune.mid"]


BAD = {
    "--emotion hapy": "There is no emotion called “hapy”",
    "--emotion sad:2": "between 0 and 1",
    "--affect 2,0": "valence is 2",
    "--affect loud": "write valence and arousal",
    "--affect nan,0": "valence is nan",
    "--emotion sad --bars 0": "choose between 1 and 128",
    "--emotion sad --bars 100000": "choose between 1 and 128",
    "--emotion sad --bars many": "--bars",
    "--emotion sad --takes 0": "choose between 1 and",
    "--emotion sad --seed -1": "The seed -1",
    "--emotion sad --tempo 1000": "between 30 and 240",
    "--emotion sad --metre 5/7": "choose 4/4",
    "--emotion sad --metre waltz": "such as 3/4",
    "--emotion sad --key H": "C, F# or Bb",
    "--emotion sad --attribute lodness=3": "loudness",
    "--emotion sad --attribute loudness=high": "needs a number",
    "--emotion sad --attribute loudness=500": "can be 10 to 120",
    "--emotion sad --format mp3": "choose midi, musicxml, wav",
    "--emotion sad --name a/b": "cannot be the name of a file",
    "--emotion sad --affect 0,0": "not allowed with",
    "--emotion sad --frobnicate": "--frobnicate",
    "--curve nowhere.json": "check the name",
    "--request nowhere.json": "check the name",
    "--request nowhere.json --bars 3": "leave --bars out",
    "--request nowhere.json --attribute mode=0": "leave --attribute out",
    "": "No feeling was given",
}


@pytest.mark.parametrize("words", BAD)
def test_bad_input_is_one_sentence(call: Any, tmp_path: Path, engines: list[FakeEngine], words: str) -> None:
    answer = call("render", "music", *words.split(), "--out", tmp_path / "out")
    assert answer.code == 2
    assert BAD[words] in answer.err
    assert answer.err.startswith("affect-studio: ")
    assert answer.err.count("\n") == 1
    assert answer.out == ""
    assert not engines
    assert not (tmp_path / "out").exists()
    error = json.loads(call("render", "music", *words.split(), "--out", tmp_path / "out", "--json").err)
    assert BAD[words] in error["message"]
    assert error["error"] in ("BadRequest", "BadInput", "UnknownEmotion")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no request"),
        ("{}", "cannot be understood"),
        ("hello", "not JSON"),
        ('{"type":"analyse-score","score_sha256":"a"}', "no request for music"),
        ('{"type":"compose","bars":100000}', "choose between 1 and 128"),
    ],
)
def test_a_bad_request_file(call: Any, tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "a.request.json"
    path.write_text(text)
    answer = call("render", "music", "--request", path, "--out", tmp_path / "out")
    assert answer.code == 2
    assert reason in answer.err


def test_a_midi_file_without_a_request(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    mido.MidiFile(tracks=[mido.MidiTrack([mido.Message("note_on", note=60, velocity=1, time=0)])]).save(path)
    assert "holds no request" in call("render", "music", "--request", path, "--out", tmp_path / "out").err


@pytest.mark.parametrize(
    "text", ["", "[]", '{"keyframes": []}', '{"keyframes": [{"time_s": -1, "point": {}}]}', "\xff", "[" * 100_000]
)
def test_a_bad_curve(call: Any, tmp_path: Path, text: str) -> None:
    path = tmp_path / "curve.json"
    path.write_text(text, encoding="latin-1")
    answer = call("render", "music", "--curve", path, "--out", tmp_path / "out")
    assert answer.code == 2
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    "error", [ModelMissing("The model is gone: mend."), ModelAltered("Altered: mend."), WorkerDied("x.")]
)
def test_what_the_engine_refuses_is_told(call: Any, tmp_path: Path, error: Any) -> None:
    answer = call(*HAPPY, "--out", tmp_path / "out", script=lambda request, inputs: [Refuse(error)])
    assert answer.code == 1
    assert answer.err.endswith(f"affect-studio: {error.message}\n")
    assert names(tmp_path / "out") == []


def full_at_sound(request: Request, inputs: Inputs) -> Iterator[Step]:
    if isinstance(request, ExportRequest) and request.exporter == "wav":
        return iter([Refuse(DiskFull("The disk is full: free some space."))])
    return iter(play(request, inputs, 0.0))


def test_a_disk_that_fills_up_keeps_what_is_whole(call: Any, tmp_path: Path) -> None:
    answer = call(*HAPPY, "--out", tmp_path, script=full_at_sound)
    assert answer.code == 1
    assert "free some space" in answer.err
    assert names(tmp_path) == ["happy-2-bars-seed-7.mid"]


def test_an_output_folder_that_is_a_file(call: Any, tmp_path: Path, engines: list[FakeEngine]) -> None:
    path = tmp_path / "out"
    path.write_text("mine")
    answer = call(*HAPPY, "--out", path)
    assert answer.code == 1
    assert "choose another place" in answer.err
    assert path.read_text() == "mine"
    assert not engines


def jobs_file(path: Path, *requests: ComposeRequest) -> Path:
    path.write_bytes(b"\n".join(encode_request(request) for request in requests) + b"\n\n")
    return path


def short(seed: int) -> ComposeRequest:
    return ComposeRequest(bars=1, seed=seed, tempo_bpm=240.0)


def test_a_batch_goes_on_where_it_was(call: Any, tmp_path: Path, engines: list[FakeEngine]) -> None:
    jobs = jobs_file(tmp_path / "jobs.jsonl", *(short(seed) for seed in range(4)))
    out = tmp_path / "out"

    def second_fails(request: Request, inputs: Inputs) -> Iterator[Step]:
        if isinstance(request, ComposeRequest) and request.seed == 1:
            return iter([Refuse(ModelMissing("Not now: try again."))])
        return iter(play(request, inputs, 0.0))

    answer = call("batch", jobs, "--out", out, "--format", "midi", script=second_fails)
    assert answer.code == 1
    assert "Not now" in answer.err
    assert "3 made, 1 failed." in answer.out
    before = contents(out)
    assert len(before) == 6
    answer = call("batch", jobs, "--out", out, "--format", "midi", "--json")
    assert answer.code == 0
    assert answer.json["skipped"] == 3
    assert len(answer.json["made"]) == 1
    assert [request.seed for request in composed(engines[1])] == [1]
    assert before.items() <= contents(out).items()
    assert call("batch", jobs, "--out", out, "--format", "midi").code == 0
    assert len(engines) == 2


def test_a_batch_stops_when_the_disk_is_full(call: Any, tmp_path: Path, engines: list[FakeEngine]) -> None:
    jobs = jobs_file(tmp_path / "jobs.jsonl", *(short(seed) for seed in range(3)))
    assert call("batch", jobs, "--out", tmp_path / "out", script=full_at_sound).code == 1
    assert len(composed(engines[0])) == 1


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("", "no requests"),
        ('{"type":"compose"}\n{"type":"compose","bars":0}', "Line 2"),
        ("hello", "Line 1"),
        ('{"type":"analyse-score","score_sha256":"a"}', "nothing to make and keep"),
        ('{"type":"perform","voice_sha256":"abcdefghij"}', "names a file that was not given (abcdefgh…)"),
    ],
)
def test_a_bad_batch_starts_nothing(
    call: Any, tmp_path: Path, engines: list[FakeEngine], lines: str, reason: str
) -> None:
    path = tmp_path / "jobs.jsonl"
    path.write_text(lines)
    answer = call("batch", path, "--out", tmp_path / "out")
    assert answer.code == 2
    assert reason in answer.err
    assert not engines
    assert call("batch", tmp_path / "gone.jsonl", "--out", tmp_path / "out").code == 2


SLOW = """
import sys
from generators.engine.fake import FakeEngine, play
from studio.cli import run
print("READY", flush=True)
sys.exit(run(sys.argv[1:], lambda: FakeEngine(lambda request, inputs: play(request, inputs, 1.0))))
"""


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_leaves_nothing_half_made(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SLOW, "render", "music", "--emotion", "sad", "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert process.stderr.readline() == "Composing\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert err.startswith("affect-studio: ")
    assert err.count("\n") == 1
    assert names(tmp_path / "out") == []


class Terminal:
    encoding = "cp1252"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text.encode(self.encoding).decode(self.encoding)
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_on_a_terminal_and_then_gone() -> None:
    terminal = Terminal()
    with ProgressLine("Composing 四", terminal, is_drawn=True) as line:  # type: ignore[arg-type]
        line(0, 4, "bar 1 of 4")
        line(1, 4, "too soon to draw")
        line._next_s = 0.0
        line(2, 4, "bar 3 of 4")
    assert "\n" not in terminal.text
    assert "bar 1 of 4" in terminal.text
    assert "too soon" not in terminal.text
    assert " 50%" in terminal.text
    assert terminal.text.endswith("\r")
    assert terminal.text.rsplit("\r", 2)[1].strip() == ""


def test_a_terminal_of_an_old_code_page_gets_question_marks() -> None:
    terminal = Terminal()
    Console(out=terminal).say("四月.mid")  # type: ignore[arg-type]
    assert terminal.text == "??.mid\n"


def test_stems_and_notation(call: Any, tmp_path: Path) -> None:
    words = ("--emotion", "calm", "--name", "walk", "--format", "musicxml", "--format", "stems-midi")
    answer = call("render", "music", *words, "--out", tmp_path)
    assert answer.code == 0
    assert b"<work-title>walk</work-title>" in (tmp_path / "walk.musicxml").read_bytes()
    assert [file.name for file in (tmp_path / "walk stems").iterdir()] == ["01 Piano.mid"]
    again = call("render", "music", *words, "--out", tmp_path)  # another seed: another name
    assert again.code == 0
    assert (tmp_path / "walk-2 stems").is_dir()
