"""Performing with EmoFace's network as the model: both networks real and very small, in this process."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import soundfile
from safetensors.torch import save_file

from generators import artifacts
from generators.artifacts import RigCurves, Voice
from generators.engine import handlers
from generators.engine.context import JobContext, Made
from generators.engine.handlers import HANDLERS, model_specs
from generators.face.actions import ACTIONS, HIGH, LOW, Group
from generators.face.emoface import tiny_network
from generators.face.emoface_config import EMOTIONS, TINY, config_text
from generators.face.emoface_curves import as_metahuman, controllers, emoface_curves, keyed
from generators.face.emoface_hearing import HeardWindow
from generators.face.emoface_perform import MAX_KEPT_BYTES, kept_if_small, mixture_of_feeling
from generators.face.heard_cache import HeardCache
from generators.face.request import Eyes, FeelingKey, ListenRequest, PerformRequest, Strengths
from generators.face.rigs.metahuman import MetaHumanRig, in_emoface_columns
from generators.face.rigs.metahuman_board import EMOFACE_COLUMNS
from generators.progress import silent
from generators.runtime.catalog import Catalog, Model
from generators.runtime.manager import ModelManager

SECONDS = 2.5
RATE = 16_000


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "_HEARD", HeardCache())
    monkeypatch.setattr(handlers, "_HEARD_BY_EMOFACE", HeardCache())


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    times = np.arange(round(SECONDS * RATE)) / RATE
    sound = (np.sin(2 * np.pi * 140 * times) + 0.3 * rng.normal(size=len(times))) * (np.sin(12 * times) > 0)
    path = tmp_path / "line.wav"
    soundfile.write(path, 0.2 * sound, RATE, subtype="FLOAT")
    return path


@pytest.fixture
def context(assets: Path, voice: Path, tmp_path: Path) -> JobContext:
    path = tmp_path / "emoface.safetensors"
    save_file(tiny_network(3).state_dict(), path, {"spec": "emoface", "config": config_text(TINY)})
    ours, emoface = (spec for spec in model_specs() if spec.room == "face")
    assert emoface.name == "emoface"
    small = dataclasses.replace(ours, load=lambda path, device, progress: ours.tiny(1))
    specs = [small, dataclasses.replace(emoface, devices=("cpu",))]
    weights = str(assets / "music" / "trial.safetensors")
    models = [Model("face-small", "face", weights, ""), Model("mine", "face", str(path), "", spec="emoface")]
    manager = ModelManager(Catalog(models), lambda: specs, reserve_bytes=0)
    sha256 = artifacts.digest(voice.read_bytes())
    return JobContext("job", silent, {sha256: str(voice)}, lambda: manager, lambda artifact: None)


def performed(context: JobContext, **more: object) -> RigCurves:
    outcome = HANDLERS[PerformRequest](PerformRequest(next(iter(context.inputs)), model="mine", **more), context)  # type: ignore[arg-type]
    assert isinstance(outcome, Made)
    assert isinstance(outcome.artifact, RigCurves)
    return outcome.artifact


def columns(curves: RigCurves, *groups: Group) -> np.ndarray:
    return curves.values[:, [index for index, action in enumerate(ACTIONS) if action.group in groups]]


def test_mouth_and_brows_are_the_networks_and_eyes_are_ours(context: JobContext, voice: Path) -> None:
    made = performed(context, feelings=(FeelingKey(0.0, {"angry": 1.0}),), seed=3)
    assert made.rig == "actions"
    assert len(made.values) == round(SECONDS * 60)
    theirs = emoface_curves(voice, tiny_network(3), keyed((FeelingKey(0.0, {"angry": 1.0}),)))
    assert (theirs.rig, theirs.names) == ("metahuman", MetaHumanRig().names)
    expected = MetaHumanRig().to_actions(theirs)
    groups = (Group.BROWS, Group.CHEEKS, Group.LIPS, Group.JAW, Group.TONGUE)
    np.testing.assert_allclose(columns(made, *groups), columns(expected, *groups), atol=1e-4)
    assert columns(made, Group.LIPS).std(axis=0).max() > 0.01
    assert np.ptp(columns(made, Group.GAZE), axis=0).max() > 0.5
    assert bool(np.all((made.values >= LOW) & (made.values <= HIGH)))


def test_another_feeling_or_strength_needs_no_listening(context: JobContext, voice: Path) -> None:
    plain = performed(context)
    voice.unlink()
    assert performed(context).values.tobytes() == plain.values.tobytes()
    sad = performed(context, feelings=(FeelingKey(0.0, {"sad": 1.0}),))
    assert np.abs(sad.values - plain.values).mean() > 0.001
    still = performed(context, strengths=Strengths(jaw=0, lips=0, tongue=0, upper_face=0, lower_face=0, head=0))
    assert not columns(still, Group.BROWS, Group.CHEEKS, Group.LIPS, Group.JAW, Group.TONGUE, Group.HEAD).any()
    late = performed(context, strengths=Strengths(offset_s=0.5))
    np.testing.assert_allclose(columns(late, Group.JAW)[40:], columns(plain, Group.JAW)[10:-30], atol=1e-3)


def test_the_published_eyes_can_be_had(context: JobContext) -> None:
    natural, published = performed(context), performed(context, eyes=Eyes(style="emoface"))
    assert not np.array_equal(columns(natural, Group.GAZE), columns(published, Group.GAZE))
    np.testing.assert_array_equal(columns(natural, Group.LIPS), columns(published, Group.LIPS))


def test_ours_listens_for_it(context: JobContext) -> None:
    made = HANDLERS[ListenRequest](ListenRequest(next(iter(context.inputs)), model="mine"), context)
    assert isinstance(made, Made)
    assert isinstance(made.artifact, Voice)


def test_controllers_that_stand_twice_count_by_the_later(voice: Path) -> None:
    values = controllers(tiny_network(), lambda: [np.ones(3000, np.float32)], keyed(()))
    back = in_emoface_columns(as_metahuman(values))
    names = [control.name for control in EMOFACE_COLUMNS]
    later = {name: column for column, name in enumerate(names)}
    np.testing.assert_array_equal(back, values[:, [later[name] for name in names]])


def test_feelings_become_emofaces_and_never_more_than_one() -> None:
    from generators.face.prototypes import FEELINGS

    class Felt:
        def at(self, times_s: np.ndarray) -> np.ndarray:
            rows = np.zeros((4, len(FEELINGS)), np.float32)
            rows[1, FEELINGS.index("angry")] = 1.0
            rows[2, FEELINGS.index("happy")] = rows[2, FEELINGS.index("sad")] = 1.5
            rows[3, FEELINGS.index("content")] = 1.0
            return rows

    found = mixture_of_feeling(Felt())(np.zeros(4))  # type: ignore[arg-type]
    at = EMOTIONS.index
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-6)
    assert found[0, at("neutral")] == found[1, at("angry")] == 1.0
    assert found[2, at("happy")] == found[2, at("sad")] == pytest.approx(0.5)
    assert 0 < found[3, at("happy")] < found[3, at("neutral")]


def test_a_long_recording_is_not_held() -> None:
    vectors = np.zeros((10, 512), np.float32)
    kept: list[object] = []
    small = HeardWindow(20, 0, 10, vectors, np.ones(10, np.float32))
    assert list(kept_if_small([small, small], kept.append)) == [small, small]
    assert len(kept) == 1
    large = dataclasses.replace(small, frames=MAX_KEPT_BYTES)
    assert list(kept_if_small([large], kept.append)) == [large]
    assert len(kept) == 1
