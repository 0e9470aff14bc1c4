"""`live`, from a recording to an OSC server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import soundfile
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

from generators.face.config import weight_shapes
from generators.face.model import TINY
from generators.runtime.catalog import write_catalog


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "assets"
    (folder / "face").mkdir(parents=True)
    (folder / "face" / "face-small.md").write_text("# Trial\n\nLicence: Apache-2.0\n")
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(0, 0.1, shape).astype(np.float16) for name, shape in weight_shapes(TINY).items()}
    facts = {"facts": json.dumps({"config": TINY.as_dict()})}
    safetensors.numpy.save_file(weights, folder / "face" / "face-small.safetensors", metadata=facts)
    write_catalog(folder)
    monkeypatch.setenv("AFFECT_STUDIO_ASSETS", str(folder))
    return folder


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    path = tmp_path / "voice.wav"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 11_025), 22_050)
    return path


@pytest.fixture
def avatar() -> Iterator[tuple[int, list[str]]]:
    told: list[str] = []
    dispatcher = Dispatcher()
    dispatcher.set_default_handler(lambda at, *values: told.append(f"{at} {values[0] if values else ''}"))
    server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
    thread = threading.Thread(target=lambda: server.serve_forever(0.01))
    thread.start()
    yield int(server.server_address[1]), told
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_recording_reaches_an_avatar(call: Any, assets: Path, voice: Path, avatar: tuple[int, list[str]]) -> None:
    port, told = avatar
    answer = call("live", voice, "--to", f"127.0.0.1:{port}", "--names", "vrm0", "--head", "--emotion", "happy:0.7")
    assert answer.code == 0, answer.err
    assert "Sending the face of voice.wav" in answer.out
    assert "frames sent" in answer.out
    assert "/VMC/Ext/Blend/Val Joy" in told
    assert "/VMC/Ext/Bone/Pos Head" in told
    assert sum(line.startswith("/VMC/Ext/Blend/Apply") for line in told) >= 10
    found = call("live", voice, "--to", f"127.0.0.1:{port}", "--json").json
    assert found["frames"] >= 10  # of 30: a busy machine sends fewer
    assert found["median_ms"] > 50
    assert found["names"] == "vrm"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Name a recording or --microphone"),
        (["VOICE", "--microphone"], "one of the two"),
        (["VOICE", "--to", "here:there"], "HOST:PORT"),
        (["VOICE", "--names", "unreal"], "choose vrm, vrm0, arkit"),
        (["VOICE", "--emotion", "cheerful"], "no emotion called"),
        (["missing.wav"], "is not there"),
    ],
)
def test_what_cannot_be_done_is_said(call: Any, assets: Path, voice: Path, words: list[str], says: str) -> None:
    answer = call("live", *(voice if word == "VOICE" else word for word in words))
    assert answer.code == 2
    assert says in answer.err
