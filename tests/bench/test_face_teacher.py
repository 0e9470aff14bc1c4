"""How fast labels and augmented speech are made, as multiples of real time on this machine."""

from __future__ import annotations

import time

import numpy as np
import pytest

from generators.face.phones import PHONES
from generators.face.teacher.augment import augment
from generators.face.teacher.jali import speech_actions

SECONDS = 6.0


@pytest.mark.bench
def test_labels_and_augmentation_keep_up_with_training() -> None:
    rng = np.random.default_rng(0)
    count = 80
    phones = rng.integers(0, len(PHONES), count)
    edges = np.linspace(0.0, SECONDS, count + 1)
    began = time.perf_counter()
    for _ in range(50):
        speech_actions(phones, edges[:-1], edges[1:], SECONDS)
    labels = 50 * SECONDS / (time.perf_counter() - began)
    sound = rng.standard_normal(int(16_000 * SECONDS)).astype(np.float32) * 0.1
    began = time.perf_counter()
    for seed in range(40):
        augment(sound, np.random.default_rng(seed))
    augmented = 40 * SECONDS / (time.perf_counter() - began)
    print(f"labels {labels:.0f} times real time, augmentation {augmented:.0f} times real time")
    assert labels > augmented, "labels cost less than the sound that they belong to"
