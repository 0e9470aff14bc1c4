"""Recordings as they should not be, through the real worker: used or refused with a sentence, and nothing hangs."""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from safetensors.numpy import save_file

from generators import artifacts
from generators.artifacts import RigCurves, Voice
from generators.engine.engine import Lane
from generators.engine.local import LocalEngine
from generators.engine.run import run_request
from generators.errors import BadSound, Cancelled
from generators.face.actions import HIGH, LOW
from generators.face.config import weight_shapes
from generators.face.model import TINY
from generators.face.request import ListenRequest, PerformRequest
from generators.runtime.catalog import write_catalog

RATE = 16_000
SPEECH = (
    0.3
    * np.sin(2 * np.pi * 150 * np.arange(2 * RATE) / RATE)
    * (np.sin(2 * np.pi * 2 * np.arange(2 * RATE) / RATE) > 0)
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """The product's own handlers with the face network at a very small size."""
    home = tmp_path_factory.mktemp("bad-voices")
    folder = home / "assets" / "face"
    folder.mkdir(parents=True)
    facts = {"facts": json.dumps({"config": TINY.as_dict()})}
    rng = np.random.default_rng(1)
    weights = {name: rng.normal(0.0, 0.1, shape).astype(np.float16) for name, shape in weight_shapes(TINY).items()}
    save_file(weights, folder / "face-small.safetensors", facts)
    (folder / "face-small.md").write_text("# Small\n\nLicence: CC0-1.0\n", encoding="utf-8")
    write_catalog(home / "assets")
    variables = {"AFFECT_STUDIO_ASSETS": str(home / "assets"), "AFFECT_STUDIO_HOME": str(home / "home")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFECT_STUDIO_HOME", str(home / "home"))
        engine = LocalEngine(environment=variables)
        yield engine
        engine.close()


def pcm(path: Path, samples: np.ndarray, rate: int = RATE, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


def wave(path: Path, rate: int, count: int) -> Path:
    """A WAV file of `count` 8-bit samples of silence that takes no room on disks that know holes."""
    header = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8) + b"data" + struct.pack("<I", count)
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", len(header) + count) + header)
        file.truncate(8 + len(header) + count)
    return path


def spoilt(samples: np.ndarray) -> np.ndarray:
    samples = samples.astype(np.float32)
    samples[100:4000:7], samples[4000:4100], samples[9000] = np.nan, np.inf, -1e30
    return samples


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


# what is made, and the seconds it lasts
USED: dict[str, tuple[Callable[[Path], Path], float]] = {
    "one sample": (lambda folder: pcm(folder / "x.wav", np.ones(1)), 1 / RATE),
    "ten samples": (lambda folder: pcm(folder / "x.wav", SPEECH[:10]), 10 / RATE),
    "8 bit": (lambda folder: pcm(folder / "x.wav", SPEECH, subtype="PCM_U8"), 2.0),
    "24 bit": (lambda folder: pcm(folder / "x.wav", SPEECH, subtype="PCM_24"), 2.0),
    "192 kHz": (lambda folder: pcm(folder / "x.wav", np.repeat(SPEECH, 12), 12 * RATE), 2.0),
    "8 kHz": (lambda folder: pcm(folder / "x.wav", SPEECH[::2], RATE // 2), 2.0),
    "8 channels": (lambda folder: pcm(folder / "x.wav", np.tile(SPEECH[:, None], (1, 8))), 2.0),
    "clipped": (lambda folder: pcm(folder / "x.wav", np.clip(50 * SPEECH, -1, 1)), 2.0),
    "beyond full scale": (lambda folder: pcm(folder / "x.wav", 100 * SPEECH, subtype="FLOAT"), 2.0),
    "constant offset": (lambda folder: pcm(folder / "x.wav", SPEECH + 0.6), 2.0),
    "no numbers": (lambda folder: pcm(folder / "x.wav", spoilt(SPEECH), subtype="FLOAT"), 2.0),
    "nothing but no numbers": (lambda folder: pcm(folder / "x.wav", np.full(RATE, np.nan), subtype="FLOAT"), 1.0),
    "silence": (lambda folder: pcm(folder / "x.wav", np.zeros(RATE)), 1.0),
    "cut off": (lambda folder: cut(pcm(folder / "x.wav", SPEECH), 0.5), 1.0),
}
REFUSED: dict[str, Callable[[Path], Path]] = {
    "zero bytes": lambda folder: cut(pcm(folder / "x.wav", SPEECH), 0.0),
    "zero length": lambda folder: pcm(folder / "x.wav", np.zeros(0)),
    "cut in its header": lambda folder: cut(pcm(folder / "x.wav", SPEECH), 0.0003),
    "a paper": lambda folder: _written(folder / "x.wav", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 40),
    "text": lambda folder: _written(folder / "x.flac", b"no sound at all\n" * 99),
    "five hours": lambda folder: wave(folder / "x.wav", 2000, 5 * 3600 * 2000),
    "a rate no voice has": lambda folder: wave(folder / "x.wav", 11, 1100),
}


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def heard_and_performed(path: Path, engine: LocalEngine) -> tuple[Voice, RigCurves]:
    sha256 = artifacts.digest(path.read_bytes())
    found = []
    for request in (ListenRequest(sha256), PerformRequest(sha256, voice_arousal=0.5)):
        finished = run_request(request, {sha256: path}, lane=Lane.BATCH, engine=engine)
        found.append(artifacts.read(Path(finished.path)))
        engine.release(finished.job)
    voice, curves = found
    assert isinstance(voice, Voice)
    assert isinstance(curves, RigCurves)
    return voice, curves


@pytest.mark.parametrize("kind", USED)
def test_used(kind: str, engine: LocalEngine, tmp_path: Path) -> None:
    make, duration_s = USED[kind]
    voice, curves = heard_and_performed(make(tmp_path), engine)
    assert voice.duration_s == pytest.approx(duration_s, abs=0.03)
    assert len(curves.values) >= 1
    assert curves.duration_s == pytest.approx(duration_s, abs=0.04)
    assert bool(np.all((curves.values >= LOW) & (curves.values <= HIGH)))
    for name in ("loudness_db", "pitch_hz", "speech", "arousal", "valence"):
        assert np.isfinite(getattr(voice, name)).all()
    assert np.all(np.diff(voice.sound_start_s) >= 0)


@pytest.mark.parametrize("kind", REFUSED)
def test_refused(kind: str, engine: LocalEngine, tmp_path: Path) -> None:
    path, pid = REFUSED[kind](tmp_path), engine.worker_pid
    for request in (ListenRequest, PerformRequest):
        sha256 = artifacts.digest(path.read_bytes())
        with pytest.raises(BadSound) as caught:
            run_request(request(sha256), {sha256: path}, lane=Lane.BATCH, engine=engine)
        message = caught.value.message
        assert path.name in message
        assert ": " in message  # what it is, and what to do
        assert message.endswith(".")
    assert engine.worker_pid == pid or pid is None


def test_a_constant_offset_is_not_heard(engine: LocalEngine, tmp_path: Path) -> None:
    plain, _ = heard_and_performed(pcm(tmp_path / "plain.wav", SPEECH, subtype="FLOAT"), engine)
    moved, _ = heard_and_performed(pcm(tmp_path / "moved.wav", SPEECH + 0.4, subtype="FLOAT"), engine)
    np.testing.assert_allclose(moved.loudness_db, plain.loudness_db, atol=0.1)
    assert (moved.pitch_hz != plain.pitch_hz).mean() < 0.1


def test_three_hours_can_be_cancelled_at_once(engine: LocalEngine, tmp_path: Path) -> None:
    path, begun, told = wave(tmp_path / "long.wav", 2000, 3 * 3600 * 2000), threading.Event(), []

    def stop(done: float, total: float, note: str = "") -> None:
        told.append(done / total)
        if done / total > 0.0 and note == "listening":
            begun.set()
            raise Cancelled("enough")

    sha256 = artifacts.digest(path.read_bytes())
    with pytest.raises(Cancelled):
        run_request(PerformRequest(sha256), {sha256: path}, stop, lane=Lane.BATCH, engine=engine)
    assert begun.is_set()
    assert max(told) < 0.5
    heard_and_performed(pcm(tmp_path / "next.wav", SPEECH), engine)  # the worker goes on with the next


@pytest.mark.long
@pytest.mark.timeout(900)
def test_three_hours(engine: LocalEngine, tmp_path: Path) -> None:
    path = wave(tmp_path / "long.wav", 2000, 3 * 3600 * 2000)
    sha256 = artifacts.digest(path.read_bytes())
    finished = run_request(PerformRequest(sha256), {sha256: path}, lane=Lane.BATCH, engine=engine)
    curves = artifacts.read(Path(finished.path))
    assert isinstance(curves, RigCurves)
    assert curves.duration_s == pytest.approx(3 * 3600, abs=0.1)
