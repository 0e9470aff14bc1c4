"""Control: requests come from real music, and the tables tell a perfect composer from one that does not listen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generators.artifacts import Score
from generators.music import attributes, jsymbolic
from generators.music.dataset import Pack
from generators.music.evaluation import control
from generators.music.evaluation.emogen_chart import PUBLISHED
from generators.music.evaluation.excerpts import Excerpts, excerpts_of
from generators.music.evaluation.takes import Takes
from generators.music.model import MusicModel
from generators.music.request import ComposeRequest


@pytest.fixture(scope="module")
def excerpts(small_pack: Pack) -> Excerpts:
    return excerpts_of(small_pack, bars=8, training=6)


class Copyist(Takes):
    """A composer that meets every request, because it knows the excerpt asked for."""

    def __init__(self, excerpts: Excerpts, *, listens: bool = True) -> None:
        self.excerpts, self.listens, self._workers = excerpts, listens, 1
        self.limits = control.thresholds_of(excerpts.trained.features)

    def one(self, request: ComposeRequest) -> Score:
        table = np.array([request.features.get(name, 0.0) for name in jsymbolic.NAMES])
        if request.attributes:
            wanted = np.array([request.attributes[name] for name in attributes.NAMES])
            index = int(np.abs(self.excerpts.attributes - wanted).sum(axis=1).argmin())
        else:
            index = int(((self.excerpts.features > self.limits) == (table > self.limits)).sum(axis=1).argmax())
        return self.excerpts.scores[index if self.listens else 0]


def test_excerpts_are_measured_as_takes_are(excerpts: Excerpts) -> None:
    assert excerpts.held_out.any()
    assert not excerpts.trained.held_out.any()
    assert len(excerpts.heard) + len(excerpts.trained) == len(excerpts)
    for index, score in enumerate(excerpts.scores):
        assert score.metre.tolist() == [list(excerpts.metre[index])]
        assert len(excerpts.bar_attributes[index]) == excerpts.bars[index] == len(score.bar_ticks()) - 1
        np.testing.assert_allclose(excerpts.features[index], jsymbolic.measure(score), rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(excerpts.attributes[index], attributes.measure(score).values, rtol=1e-4, atol=1e-5)


def test_pieces_that_are_trained_on_too_are_never_asked_for(small_pack: Pack, excerpts: Excerpts) -> None:
    copied = np.unique(excerpts.heard.piece)[:1]
    left = excerpts_of(small_pack, bars=8, training=6, copies=copied)
    assert len(left.heard) < len(excerpts.heard)
    assert not np.isin(left.piece, copied).any()


def test_requests_ask_for_what_the_excerpt_is(excerpts: Excerpts) -> None:
    limits = control.thresholds_of(excerpts.trained.features)
    sides = control.sides_of(excerpts.trained.features, limits)
    request = control.feature_request(excerpts, 0, 5, limits, sides)
    assert set(request.features) == set(jsymbolic.NAMES)
    low, high = sides
    assert ((low <= limits) & (limits <= high)).all()
    assert list(request.features.values()) == np.where(excerpts.features[0] > limits, high, low).tolist()
    assert (request.bars, request.metre, request.seed) == (int(excerpts.bars[0]), excerpts.metre[0], 5)
    assert request.strength == 0.0
    assert not control.free_request(excerpts, 0, 5).features
    whole = control.attribute_request(excerpts, 0, 5)
    assert set(whole.attributes) == set(attributes.NAMES)
    assert not whole.bar_attributes
    bars = control.attribute_request(excerpts, 0, 5, per_bar=True).bar_attributes
    assert {name: len(values) for name, values in bars.items()} == dict.fromkeys(attributes.BAR_NAMES, request.bars)


def test_excerpts_are_asked_for_in_turn(excerpts: Excerpts) -> None:
    drawn = control.drawn(excerpts, 2 * len(excerpts) + 1)
    assert sorted(np.bincount(drawn).tolist()) == [2] * (len(excerpts) - 1) + [3]


def test_features_count_as_high_where_that_splits_real_music_evenly() -> None:
    training = np.array([[0.0, 1.0, 5.0], [0.0, 2.0, 5.0], [0.0, 3.0, 5.0], [1.0, 3.0, 5.0], [2.0, 3.0, 5.0]])
    assert control.thresholds_of(training).tolist() == [0.0, 2.0, 5.0]


def test_a_perfect_composer_is_told_from_one_that_does_not_listen() -> None:
    rng = np.random.default_rng(0)
    asked = rng.random((400, 100)) > 0.5
    perfect = control.feature_control(asked, asked, rng.random((400, 100)) > 0.5)
    assert perfect.ours.min() == 1.0
    assert perfect.shuffled.mean() == pytest.approx(0.5, abs=0.02)
    assert perfect.free.mean() == pytest.approx(0.5, abs=0.02)
    lines = list(control.control_lines(perfect))
    assert any(line.startswith("| **mean** | **1.000** | **0.") for line in lines)
    assert "| above 0.9 | 100 | 0 | 0 | 15 |" in lines
    assert sum(line.startswith("| ") for line in lines) == 104


def test_the_published_chart_has_the_published_mean() -> None:
    assert PUBLISHED.shape == (100,)
    assert PUBLISHED.mean() == pytest.approx(0.737, abs=0.0006)
    assert np.median(PUBLISHED) == pytest.approx(0.734, abs=0.0006)
    assert (PUBLISHED > 0.9).sum() == 15


def test_a_composer_that_copies_the_excerpt_has_full_marks(excerpts: Excerpts) -> None:
    copyist, deaf = Copyist(excerpts), Copyist(excerpts, listens=False)
    lines = list(control.feature_table(excerpts, copyist, deaf, 6))
    assert any(line.startswith("| **mean** | **1.000**") for line in lines)
    loudness = next(line for line in control.attribute_table(excerpts, copyist, 6) if line.startswith("| Loudness |"))
    assert "| 0.0 MIDI velocity | 0.00 |" in loudness
    register = next(line for line in control.bar_table(excerpts, copyist, 4) if line.startswith("| Register |"))
    assert register == "| Register | 1.00 | 1.00 | 0.00 MIDI pitch | 0.00 |"


def test_takes_are_kept_and_made_again_for_other_weights(
    model: MusicModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [ComposeRequest(bars=1, seed=seed) for seed in range(2)]
    first = Takes(model, "one", tmp_path).many(requests, "two")
    files = sorted(path.name for path in tmp_path.iterdir())
    assert len(files) == 2
    with monkeypatch.context() as patch:
        patch.setattr("generators.music.evaluation.takes.compose", lambda *_: pytest.fail("composed again"))
        again = Takes(model, "one", tmp_path).many(requests, "two")
    assert [score.pitch.tolist() for score in again] == [score.pitch.tolist() for score in first]
    (tmp_path / files[0]).write_bytes(b"damaged")
    assert Takes(model, "one", tmp_path).many(requests, "two")[0].pitch.tolist() == first[0].pitch.tolist()
    Takes(model, "other", tmp_path).one(requests[0])
    assert len(list(tmp_path.iterdir())) == 3
