"""The worker's handler for performing: real sound, the real network at a very small size, in this process."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from generators import artifacts
from generators.artifacts import RigCurves
from generators.engine import handlers
from generators.engine.context import JobContext, Made
from generators.engine.handlers import HANDLERS, model_specs
from generators.engine.requests import decode_request, encode_request
from generators.errors import BadRequest, BadSound, Cancelled, ModelMissing
from generators.face.heard_cache import HeardCache
from generators.face.request import FeelingKey, PerformRequest, Strengths
from generators.progress import Progress, silent
from generators.runtime.catalog import Catalog, Model
from generators.runtime.manager import ModelManager
from generators.runtime.spec import Device, ModelSpec

SECONDS = 3.0


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch) -> HeardCache:
    fresh = HeardCache()
    monkeypatch.setattr(handlers, "_HEARD", fresh)
    return fresh


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    rate = 22_050
    times = np.arange(round(SECONDS * rate)) / rate
    sound = 0.3 * np.sin(2 * np.pi * 140 * times) * (np.sin(2 * np.pi * 2 * times) > 0)
    path = tmp_path / "line.wav"
    soundfile.write(path, np.stack([sound, sound], axis=1), rate)
    return path


def _tiny(spec: ModelSpec) -> ModelSpec:
    def load(path: Path, device: Device, progress: Progress) -> object:
        return spec.tiny(1)

    return dataclasses.replace(spec, load=load, peak_bytes=0)


@pytest.fixture
def context(assets: Path, voice: Path) -> JobContext:
    weights = assets / "music" / "trial.safetensors"
    tiny = [_tiny(spec) for spec in model_specs()]
    manager = ModelManager(Catalog([Model("face-small", "face", str(weights), "")]), lambda: tiny, reserve_bytes=0)
    sha256 = artifacts.digest(voice.read_bytes())
    return JobContext("job", silent, {sha256: str(voice)}, lambda: manager, lambda artifact: None)


def asked(context: JobContext, **more: object) -> PerformRequest:
    return PerformRequest(next(iter(context.inputs)), **more)  # type: ignore[arg-type]


def done(request: PerformRequest, context: JobContext) -> Made:
    outcome = HANDLERS[PerformRequest](request, context)
    assert isinstance(outcome, Made)
    return outcome


def test_a_voice_becomes_curves(context: JobContext) -> None:
    request = asked(context, feelings=(FeelingKey(0.0, {"happy": 1.0}),))
    made = done(request, context)
    assert isinstance(made.artifact, RigCurves)
    assert made.artifact.rig == "actions"
    assert made.artifact.duration_s == pytest.approx(SECONDS, abs=0.05)
    assert made.kept["request"] == encode_request(request).decode()
    assert len(made.kept["model_sha256"]) == 64
    assert float(made.facts["frames"]) == len(made.artifact.values)
    assert all(isinstance(value, str) for value in made.facts.values())


def test_the_same_request_gives_the_same_bytes_heard_anew_or_not(
    context: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(context, seed=4, voice_arousal=0.5)
    first = done(request, context)
    again = done(request, context)
    monkeypatch.setattr(handlers, "_HEARD", HeardCache())
    anew = done(request, context)
    packed = [artifacts.pack(made.artifact, dict(made.kept)) for made in (first, again, anew)]
    assert packed[0] == packed[1] == packed[2]


def test_a_voice_is_listened_to_once(context: JobContext, voice: Path) -> None:
    plain = done(asked(context), context)
    voice.unlink()  # what was heard is enough for the next performance
    stronger = done(asked(context, strengths=Strengths(jaw=2.0)), context)
    assert isinstance(plain.artifact, RigCurves)
    assert isinstance(stronger.artifact, RigCurves)
    assert not np.array_equal(plain.artifact.values, stronger.artifact.values)


def test_other_files_and_models_are_refused(context: JobContext, tmp_path: Path) -> None:
    with pytest.raises(BadRequest):
        done(PerformRequest("0" * 64), context)
    with pytest.raises(ModelMissing):
        done(asked(context, model="other"), context)
    paper = tmp_path / "paper.wav"
    paper.write_bytes(b"%PDF-1.7 no sound at all")
    sha256 = artifacts.digest(paper.read_bytes())
    with pytest.raises(BadSound):
        done(PerformRequest(sha256), dataclasses.replace(context, inputs={sha256: str(paper)}))


def test_it_tells_how_far_it_is_and_can_be_cancelled(context: JobContext) -> None:
    told: list[float] = []
    watched = dataclasses.replace(context, progress=lambda done, total, note="": told.append(done / total))
    done(asked(context), watched)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)

    def cancel(done: float, total: float, note: str = "") -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        done(asked(context), dataclasses.replace(context, progress=cancel))


def test_a_request_travels_as_json(context: JobContext) -> None:
    request = asked(context, feelings=(FeelingKey(0.5, {"sad": 0.4, "angry": 0.2}),), intensity=1.5)
    assert decode_request(encode_request(request)) == request
    assert msgspec.structs.replace(request, seed=1) != request
