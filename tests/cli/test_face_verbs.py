"""`analyse` of a voice, `train face` and `evaluate face`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from generators.artifacts import Voice
from generators.engine.fake_face import voice_for
from generators.face.phones import NAMES
from studio.commands import train
from studio.commands.analyse_voice import facts_of, sounds_of


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    time_s = np.arange(2 * 22_050) / 22_050
    voice = np.sign(np.sin(2 * np.pi * 140 * time_s)) * np.clip(np.sin(2 * np.pi * 1.5 * time_s), 0, 1) * 0.2
    path = tmp_path / "line one.wav"
    soundfile.write(path, voice, 22_050)
    return path


def test_analyse_a_voice(call: Any, recording: Path) -> None:
    answer = call("analyse", recording)
    assert answer.code == 0, answer.err
    assert "duration s" in answer.out
    assert "22050" in answer.out
    assert "ʒ" not in answer.out
    found = call("analyse", recording, "--json").json
    assert found["facts"]["duration_s"] == pytest.approx(2.0)
    assert found["facts"]["channels"] == 1
    assert found["sounds"][0]["start_s"] == 0
    assert found["sounds"][-1]["end_s"] == pytest.approx(2.0)
    assert {each["sound"] for each in found["sounds"]} <= set(NAMES)
    assert "(pause)" in call("analyse", recording, "--sounds").out


def test_analyse_refuses_what_is_no_recording(call: Any, tmp_path: Path, recording: Path) -> None:
    answer = call("analyse", recording, "--bars")
    assert answer.code == 2
    assert "for scores" in answer.err
    path = tmp_path / "report.wav"
    path.write_bytes(b"%PDF-1.7 this is no sound")
    answer = call("analyse", path)
    assert answer.code == 2
    assert "no sound file" in answer.err
    assert call("analyse", tmp_path / "gone.wav").code == 2


@pytest.fixture
def voice(recording: Path) -> Voice:
    return voice_for(recording)


def test_the_figures_of_a_voice(voice: Voice) -> None:
    talking = dataclasses.replace(
        voice,
        speech=np.ones(len(voice.speech), np.float32),
        sound_index=np.array([0, NAMES.index("a"), NAMES.index("m"), NAMES.index("i")]),
        sound_start_s=np.array([0.0, 0.5, 1.0, 1.5]),
        sound_end_s=np.array([0.5, 1.0, 1.5, 2.0]),
    )
    facts = facts_of(talking)
    assert facts["speech_s"] == pytest.approx(2.0)
    assert facts["vowels_per_s"] == pytest.approx(1.0)
    assert facts["pitch_hz"] == pytest.approx(140, rel=0.02)
    assert [each["sound"] for each in sounds_of(talking)] == ["sil", "a", "m", "i"]
    silent = facts_of(dataclasses.replace(voice, speech=np.zeros(len(voice.speech), np.float32)))
    assert silent["pitch_hz"] is None
    assert silent["arousal"] is None
    assert silent["speech_s"] == 0


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    noted: list[tuple[str, list[str]]] = []

    def note(module: str, arguments: list[str]) -> int:
        noted.append((module, list(arguments)))
        return 7 if "5940" in arguments else 0

    monkeypatch.setattr(train, "run_module", note)
    return noted


def test_train_and_evaluate_face(call: Any, tmp_path: Path, calls: list[tuple[str, list[str]]]) -> None:
    out, data = tmp_path / "run", tmp_path / "pack"
    assert call("train", "face", "--data", data, "--out", out).code == 2
    data.mkdir()
    assert call("train", "face", "--data", data, "--out", out, "--minutes", "3", "--resume").code == 0
    assert call("train", "face", "--data", data, "--out", out, "--pack", "2").code == 0
    assert call("train", "face", "--data", data, "--out", out, "--pack", "99").code == 7
    assert call("evaluate", "face", "--pack", data).code == 0
    training = ("generators.face.train", ["--data", str(data), "--out", str(out)])
    speaking = "generators.face.teacher"
    assert calls == [
        (training[0], [*training[1], "--minutes", "3", "--resume"]),
        (speaking, ["--out", str(data), "--minutes", "120"]),
        training,
        (speaking, ["--out", str(data), "--minutes", "5940"]),
        ("generators.face.evaluate", ["--pack", str(data)]),
    ]
