"""The mix of a scene in the worker's handler, and what a FakeEngine answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generators import artifacts
from generators.artifacts import Audio, Measures
from generators.engine.context import JobContext, Made
from generators.engine.engine import Event, Finished
from generators.engine.fake import FakeEngine
from generators.engine.fake_script import score_for
from generators.engine.handlers import HANDLERS, model_specs
from generators.engine.requests import decode_request, encode_request
from generators.errors import BadRequest
from generators.music.request import ComposeRequest
from generators.music.synth import default_soundfont
from generators.progress import silent
from generators.runtime.catalog import Catalog
from generators.runtime.manager import ModelManager
from generators.scene.request import MixRequest

LETTERS = Path(__file__).resolve().parents[2] / "assets" / "samples" / "letters.flac"


def context_of(*files: Path) -> JobContext:
    inputs = {artifacts.digest(path.read_bytes()): str(path) for path in files}
    manager = ModelManager(Catalog([]), model_specs, reserve_bytes=0)
    return JobContext("job", silent, inputs, lambda: manager, lambda artifact: None)


@pytest.fixture
def score(tmp_path: Path) -> Path:
    path = tmp_path / "score.safetensors"
    artifacts.write(score_for(ComposeRequest(bars=2, tempo_bpm=120.0)), path)
    return path


def digest_of(path: Path) -> str:
    return artifacts.digest(path.read_bytes())


def test_a_mix_is_made_of_files_by_their_hash(score: Path) -> None:
    font = default_soundfont()
    request = MixRequest(digest_of(score), digest_of(LETTERS), 9.0, 0.5, soundfont_sha256=digest_of(font))
    outcome = HANDLERS[MixRequest](request, context_of(score, LETTERS, font))
    assert isinstance(outcome, Made)
    assert isinstance(outcome.artifact, Audio)
    assert outcome.artifact.samples.shape == (9 * 48_000, 2)
    assert outcome.kept["request"] == encode_request(request).decode()
    assert float(outcome.facts["peak_db"]) <= -1.0
    assert decode_request(outcome.kept["request"]) == request


def test_files_that_did_not_come_or_are_no_score_are_said(score: Path, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="did not come"):
        HANDLERS[MixRequest](MixRequest(digest_of(score), duration_s=2.0), context_of())
    other = tmp_path / "other.safetensors"
    artifacts.write(Measures(("a",), ("",), np.zeros(1)), other)
    with pytest.raises(BadRequest, match="choose a take of music"):
        HANDLERS[MixRequest](MixRequest(digest_of(other), duration_s=2.0), context_of(other))


def test_a_fake_engine_answers_in_the_length_that_was_asked_for(score: Path) -> None:
    engine = FakeEngine(manual=True)
    ends: list[Event] = []
    engine.subscribe(ends.append)
    engine.submit(MixRequest(digest_of(score), duration_s=3.3), inputs={digest_of(score): score})
    engine.run()
    made = [event for event in ends if isinstance(event, Finished)]
    sound = artifacts.read(Path(made[0].path))
    engine.close()
    assert isinstance(sound, Audio)
    assert len(sound.samples) == round(3.3 * 48_000)
