from __future__ import annotations

import numpy as np
import pytest

from generators.face.evaluate_eyes import figures_of_eyes, report, talk_of
from generators.face.features import SAMPLE_RATE_HZ
from generators.face.model import tiny_model


def spoken(seconds: float, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    times = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tone = np.sin(2 * np.pi * (130 + 20 * seed) * times) * (np.sin(2 * np.pi * 3 * times) > 0)
    return np.asarray(0.2 * tone + 0.01 * random.standard_normal(len(times)), dtype=np.float32)


def test_recordings_become_one_talk_with_pauses_long_enough_to_measure() -> None:
    talk = talk_of([spoken(2.0, 0), spoken(3.0, 1)], tiny_model(1))
    assert talk.duration_s >= 120.0
    assert talk.loudness_db[2 * 60 + 12] < -70.0  # the pause after the first
    with pytest.raises(ValueError, match="recordings"):
        talk_of([], tiny_model(1))


def test_figures_are_means_over_characters() -> None:
    talk = talk_of([spoken(4.0, 0)], tiny_model(1))
    one, other = figures_of_eyes(talk, (0,)), figures_of_eyes(talk, (1,))
    both = figures_of_eyes(talk, (0, 1))
    assert [row.name for row in both] == [row.name for row in one]
    assert both[0].value == pytest.approx(0.5 * (one[0].value + other[0].value))


def test_the_report_has_a_line_for_each_measure() -> None:
    text = report([spoken(4.0, 2)], tiny_model(1))
    assert "blinks" in text
    assert "Doughty 2001" in text
    assert len(text.splitlines()) >= 11
