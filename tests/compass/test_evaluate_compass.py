"""The evaluation of directions: a simulated artist, the network that reads factors, sliders; and the whole command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from latent_world import world

from generators.compass import evaluate
from generators.compass.evaluation.artist import METHODS, Trial, direction_of, judged_by, trials_of
from generators.compass.evaluation.sliders import Slider, figures_of
from generators.compass.painter.factors import NAMES
from generators.compass.regressor import load_regressor, save_regressor, train_regressor
from generators.errors import BadArtifact
from generators.pictures import Pool

MADE = world(5, pictures=80, width=32, factors=len(NAMES), size=1.5)


def pool() -> Pool:
    count = len(MADE.features)
    return Pool(
        np.zeros((count, 8, 8, 3), np.uint8),
        np.arange(count),
        -np.ones(count, np.int64),
        np.zeros(count),
        np.zeros((count, 0)),
        np.array([0.8, 0.2]),
        np.stack([MADE.features, MADE.features], axis=1).astype(np.float32),
    )


def test_artists_judge_by_one_factor_and_each_method_hears_the_same() -> None:
    trial = Trial("ridge", NAMES[-1], 20, 0)
    sure = judged_by(trial, pool(), MADE.factors, 0.0).orders[0]
    assert len(set(sure)) == 20
    assert np.all(np.diff(MADE.factors[list(sure), -1]) >= 0)
    unsure = judged_by(trial, pool(), MADE.factors, 0.5).orders[0]
    assert (
        set(unsure)
        == set(sure)
        != set(judged_by(Trial("ridge", NAMES[-1], 20, 1), pool(), MADE.factors, 0.5).orders[0])
    )
    assert unsure == judged_by(Trial("svm", NAMES[-1], 20, 0), pool(), MADE.factors, 0.5).orders[0]


def test_a_direction_found_beats_the_controls() -> None:
    near = {}
    for method in METHODS:
        found = direction_of(Trial(method, NAMES[-1], 40, 0), pool(), MADE.factors, 0.2).everywhere()[0].astype(float)
        near[method] = abs(found @ MADE.directions[-1]) / np.linalg.norm(found)
    assert near["ridge"] > max(near["random"], near["shuffled"]) + 0.2
    assert len(trials_of(NAMES[:3], (10, 20), 2)) == 2 * (4 * 3 * 2 + 1)


def test_a_slider_that_moves_one_factor_alone_has_the_best_figures() -> None:
    amounts = np.linspace(-2, 2, 5)
    values = np.zeros((4, 5, 3))
    values[..., 1] = amounts
    slider = Slider(amounts, values, np.abs(values[..., 1]) * 0.1)
    found = figures_of(slider, 1, [0, 1, 2], np.ones(3), typical=1.0)
    assert (found.spearman, found.sign_agreement, found.disentanglement) == (1.0, 1.0, 1.0)
    assert found.preservation == pytest.approx(0.9)
    assert found.effect == pytest.approx(4.0)
    still = figures_of(slider, 0, [0, 1, 2], np.ones(3), typical=1.0)
    assert (still.spearman, still.disentanglement, still.preservation) == (0.0, 0.0, 0.0)


def test_factors_are_read_off_pictures_and_a_network_survives_its_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    factors = rng.random((224, 2)).astype(np.float32)
    light = (40 + 170 * factors[:, 0])[:, None, None]
    pixels = np.repeat(np.broadcast_to(light, (224, 32, 32))[..., None], 3, axis=3).astype(np.uint8)
    pixels[..., 2] = np.clip(pixels[..., 2] * factors[:, 1, None, None], 0, 255)
    told: list[float] = []
    made = train_regressor(
        pixels, factors, lambda shown: shown, lambda done, total, note="": told.append(done / total),
        epochs=6, held_out=32, widths=(8, 8, 16, 16),
    )  # fmt: skip
    assert told[-1] == 1.0
    assert made.reading["painted"][NAMES[0]][1] > 0.8
    save_regressor(made, tmp_path / "network.safetensors", {"weights": "ab"})
    again, facts = load_regressor(tmp_path / "network.safetensors")
    assert facts == {"weights": "ab"}
    assert again.reading == made.reading
    np.testing.assert_array_equal(again.read(pixels[:9]), made.read(pixels[:9]))
    (tmp_path / "network.safetensors").write_bytes(b"damaged")
    with pytest.raises(BadArtifact, match="damaged"):
        load_regressor(tmp_path / "network.safetensors")


def test_the_command_prints_tables_and_goes_on_where_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from generators.compass.backends.unconditional import Unconditional
    from generators.compass.painter.dataset import paint_dataset
    from generators.compass.single_file import save_model

    threads = torch.get_num_threads()
    save_model(Unconditional.tiny(1), tmp_path / "tiny.safetensors")
    list(paint_dataset(tmp_path / "paintings", 72, 16, 3))
    arguments = [
        *("--weights", str(tmp_path / "tiny.safetensors"), "--paintings", str(tmp_path / "paintings")),
        *("--folder", str(tmp_path / "kept"), "--json", str(tmp_path / "told.json"), "--epochs", "1"),
        *("--pool", "24", "--counts", "10", "--artists", "1", "--seeds", "3", "--knots", "3", "--steps", "2"),
        *("--factors", "warmth", "season", "--threads", str(threads)),
    ]
    assert evaluate.main(arguments) == 0
    first = capsys.readouterr()
    for title in evaluate.PARTS.values():
        assert title in first.out
    assert "difference of means" in first.out
    told = json.loads((tmp_path / "told.json").read_text())
    assert set(told) == set(evaluate.PARTS)
    assert {row["method"] for row in told["sorting"]} == set(METHODS)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it was made already")

    monkeypatch.setattr("generators.compass.evaluation.sliders.render", refuse)
    monkeypatch.setattr(evaluate, "make_pool", refuse)
    monkeypatch.setattr(evaluate, "train_regressor", refuse)
    assert evaluate.main(arguments) == 0
    assert capsys.readouterr().out == first.out
    assert evaluate.main([*arguments, "--paintings", str(tmp_path / "none"), "--folder", str(tmp_path / "new")]) == 1
    assert "no paintings" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        evaluate.options_of(["--knots", "4"])
