"""The product's handlers with the real architecture of each model at a very small size, in this process."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import msgspec
import pytest

from generators import artifacts
from generators.artifacts import Artifact, Audio, Measures, Score
from generators.engine.context import JobContext, Made, Wrote
from generators.engine.fake_script import score_for
from generators.engine.handlers import HANDLERS, REGISTRY, model_specs
from generators.engine.requests import ExportRequest, Request, encode_request
from generators.errors import BadRequest, ModelAltered, ModelMissing
from generators.music import synth
from generators.music.request import AnalyseScoreRequest, ComposeRequest, ReworkRequest, SynthesiseRequest
from generators.music.synth import default_soundfont
from generators.progress import silent
from generators.runtime.catalog import Catalog, Model
from generators.runtime.manager import ModelManager


@pytest.fixture
def context(assets: Path, tmp_path: Path) -> JobContext:
    """A context with a tiny music model under the shipped one's name, and one score as its input."""
    weights = assets / "music" / "trial.safetensors"
    models = [Model("music-small", "music", str(weights), "")]
    tiny = [
        dataclasses.replace(spec, load=lambda path, device, progress, spec=spec: spec.tiny(1), peak_bytes=0)
        for spec in model_specs()
    ]
    manager = ModelManager(Catalog(models), lambda: tiny, reserve_bytes=0)
    path = tmp_path / "score.safetensors"
    sha256 = artifacts.write(score_for(ComposeRequest(bars=2)), path)
    return JobContext("job", silent, {sha256: str(path)}, lambda: manager, lambda artifact: None)


def handle(request: Request, context: JobContext) -> Artifact:
    outcome = HANDLERS[type(request)](request, context)
    assert isinstance(outcome, Made)
    return outcome.artifact


def score_sha256(context: JobContext) -> str:
    return next(iter(context.inputs))


def test_every_request_has_a_handler() -> None:
    assert set(REGISTRY.handlers) == set(Request.__args__)


def test_compose(context: JobContext) -> None:
    request = ComposeRequest(bars=3, seed=5)
    outcome = HANDLERS[ComposeRequest](request, context)
    assert isinstance(outcome, Made)
    assert isinstance(outcome.artifact, Score)
    assert len(outcome.artifact.bar_ticks()) == 4
    assert outcome.kept["request"] == encode_request(request).decode()
    model = context.models.catalog.find("music-small")
    assert outcome.kept["model_sha256"] == outcome.facts["model_sha256"] == artifacts.digest(model.path.read_bytes())
    assert all(isinstance(value, str) for value in outcome.facts.values())
    again = HANDLERS[ComposeRequest](request, context)
    assert isinstance(again, Made)
    assert artifacts.pack(again.artifact, dict(again.kept)) == artifacts.pack(outcome.artifact, dict(outcome.kept))
    with pytest.raises(ModelMissing):
        handle(ComposeRequest(model="other"), context)
    with pytest.raises(ModelAltered):
        handle(ComposeRequest(model_sha256="0" * 64), context)


def test_rework(context: JobContext) -> None:
    request = ReworkRequest(score_sha256(context), "continue", bars_more=3, tries=1)
    previews: list[Artifact] = []
    watched = dataclasses.replace(context, on_preview=previews.append)
    outcome = HANDLERS[ReworkRequest](request, watched)
    assert isinstance(outcome, Made)
    assert isinstance(outcome.artifact, Score)
    assert len(outcome.artifact.bar_ticks()) == 2 + 3 + 1
    assert outcome.kept["request"] == encode_request(request).decode()
    assert all(isinstance(value, str) for value in outcome.facts.values())
    assert json.loads(outcome.facts["kept"]) == 1.0
    assert [len(shown.bar_ticks()) for shown in previews if isinstance(shown, Score)] == [2 + 2 + 1]
    again = handle(request, context)
    assert artifacts.pack(again, dict(outcome.kept)) == artifacts.pack(outcome.artifact, dict(outcome.kept))
    with pytest.raises(BadRequest, match="Bar 9 was asked for"):
        handle(ReworkRequest(score_sha256(context), "rewrite", bars=(0, 9)), context)


def test_composing_shows_what_is_there_so_far(context: JobContext) -> None:
    previews: list[Artifact] = []
    handle(ComposeRequest(bars=5, tries=1), dataclasses.replace(context, on_preview=previews.append))
    assert [len(shown.bar_ticks()) - 1 for shown in previews if isinstance(shown, Score)] == [2, 4]


def test_a_soundfont_of_ones_own_is_announced_before_it_is_unpacked(
    context: JobContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.sf2"
    path.write_bytes(default_soundfont().read_bytes())
    sha256 = artifacts.digest(path.read_bytes())
    order: list[str] = []
    really = synth._open

    def opened(*given: object) -> object:
        order.append("opened")
        return really(*given)

    monkeypatch.setattr(synth, "_open", opened)
    watched = dataclasses.replace(
        context,
        inputs={**context.inputs, sha256: str(path)},
        expect_silence=lambda: order.append("announced"),
        progress=lambda done, total, note="": order.append("progress"),
    )
    score = score_sha256(context)
    handle(SynthesiseRequest(score, 22_050, sha256), watched)
    assert order[0] == "announced"
    assert "opened" not in order[order.index("progress") :]  # all that holds the interpreter comes before
    order.clear()
    handle(SynthesiseRequest(score, 22_050), watched)
    assert "announced" not in order


def test_analyse(context: JobContext) -> None:
    measures = handle(AnalyseScoreRequest(score_sha256(context)), context)
    assert isinstance(measures, Measures)
    assert measures.as_dict()["tempo"] == pytest.approx(96.0)


def test_analyse_features(context: JobContext) -> None:
    measures = handle(AnalyseScoreRequest(score_sha256(context), "features"), context)
    assert isinstance(measures, Measures)
    assert len(measures.names) == len(measures.units) == 100
    assert measures.as_dict()["Total Number of Notes"] > 0


def test_synthesise(context: JobContext) -> None:
    audio = handle(SynthesiseRequest(score_sha256(context), 22_050), context)
    assert isinstance(audio, Audio)
    assert audio.sample_rate_hz == 22_050
    assert audio.duration_s >= 5.0
    with pytest.raises(BadRequest, match="did not come with it"):
        handle(SynthesiseRequest(score_sha256(context), soundfont_sha256="ab" * 32), context)


def test_a_score_is_needed(context: JobContext, tmp_path: Path) -> None:
    path = tmp_path / "measures.safetensors"
    sha256 = artifacts.write(handle(AnalyseScoreRequest(score_sha256(context)), context), path)
    inputs = {**context.inputs, sha256: str(path)}
    with pytest.raises(BadRequest, match="A score is needed"):
        handle(AnalyseScoreRequest(sha256), dataclasses.replace(context, inputs=inputs))


def test_export(context: JobContext, tmp_path: Path) -> None:
    path = tmp_path / "out.mid"
    request = ExportRequest(score_sha256(context), "midi", str(path), {"request": "r"})
    outcome = HANDLERS[ExportRequest](request, context)
    assert outcome == Wrote(path)
    assert path.read_bytes().startswith(b"MThd")
    with pytest.raises(BadRequest, match="midi"):
        HANDLERS[ExportRequest](msgspec.structs.replace(request, exporter="nonsense"), context)
