from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.face import actions
from generators.face.lipsync import Clip, LipSync, auc, clip_of, measure
from generators.face.phones import INDEX
from generators.face.teacher.jali import speech_actions

CONSONANTS = ("t", "s", "k", "n", "sh", "l", "z", "g", "dh", "ch")
VOWELS = ("a", "i", "o", "ae", "u", "e", "aa", "ih", "ao", "w")
RATE_HZ = 60.0


def talk(seed: int, words: int = 20) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    names: list[str] = ["sil"]
    lengths: list[float] = [0.5]
    for word in range(words):
        for _ in range(3):
            onset = ("p", "b", "m", "f")[int(rng.integers(4))] if rng.random() < 0.3 else str(rng.choice(CONSONANTS))
            names += [onset, str(rng.choice(VOWELS))]
            lengths += [float(rng.uniform(0.05, 0.11)), float(rng.uniform(0.08, 0.2))]
        if word % 5 == 4:
            names.append("sil")
            lengths.append(0.6)
    ends = np.cumsum(lengths)
    return np.array([INDEX[name] for name in names]), np.concatenate([[0.0], ends[:-1]]), ends


def as_curves(values: npt.NDArray[np.float32]) -> RigCurves:
    full = np.zeros((len(values), len(actions.NAMES)), dtype=np.float32)
    for column, name in enumerate(actions.SPEECH):
        full[:, actions.INDEX[name]] = values[:, column]
        full[:, actions.INDEX[actions.BY_NAME[name].twin]] = values[:, column]
    return RigCurves("actions", actions.NAMES, full, RATE_HZ)


def arkit(jaw: npt.NDArray[np.float64]) -> RigCurves:
    return RigCurves("arkit", ("jawOpen",), np.asarray(jaw, dtype=np.float32)[:, None], RATE_HZ)


def measured(make: str, clips: int = 4) -> LipSync:
    found = []
    for seed in range(clips):
        phone, start, end = talk(seed)
        frames = int(end[-1] * RATE_HZ)
        rng = np.random.default_rng((seed, 9))
        if make == "taught":
            curves = as_curves(speech_actions(phone, start, end, float(end[-1])))
        elif make == "late":
            curves = as_curves(np.roll(speech_actions(phone, start, end, float(end[-1])), 6, axis=0))
        elif make == "closed":
            curves = arkit(np.zeros(frames))
        elif make == "open":
            curves = arkit(np.full(frames, 0.6))
        elif make == "almost open":
            curves = arkit(0.6 + 0.02 * np.sin(np.arange(frames)))
        else:
            curves = arkit(rng.random(frames))
        found.append(clip_of(curves, phone, start, end))
    return measure(found)


def test_curves_made_from_the_true_sounds_are_almost_perfect() -> None:
    figures = measured("taught")
    assert figures.closure_hits == 1.0
    assert figures.false_closures_vowels < 0.06
    assert figures.false_closures_consonants < 0.03
    assert figures.balanced_closure > 0.93
    assert min(figures.closure_auc, figures.jaw_auc, figures.rounding_auc) > 0.98
    assert figures.hits_beyond_chance > 0.97
    assert figures.stillness > 0.93
    assert abs(figures.lag_ms) <= 20
    assert figures.correlation > 0.85
    assert figures.teeth_hits == 1.0
    assert figures.false_teeth < 0.05
    assert figures.total > 0.96


@pytest.mark.parametrize("make", ["closed", "open", "almost open", "noise"])
def test_a_mouth_that_knows_nothing_has_no_balanced_closure(make: str) -> None:
    figures = measured(make)
    assert abs(figures.balanced_closure) < 0.2
    assert figures.total < 0.3
    if make in ("closed", "open"):
        assert figures.stillness == 0.0
        assert figures.hits_beyond_chance == 0.0
        assert figures.closure_auc == 0.5


def test_a_late_mouth_shows_its_lag() -> None:
    early, late = measured("taught"), measured("late")
    assert late.lag_ms - early.lag_ms == pytest.approx(100.0, abs=10.0)
    assert late.correlation < early.correlation - 0.2
    assert late.total < early.total - 0.1


def test_a_loudness_jaw_lies_between() -> None:
    found = []
    for seed in range(4):
        phone, start, end = talk(seed)
        loud = np.zeros(int(end[-1] * RATE_HZ))
        for index, begin, stop in zip(phone, start, end, strict=True):
            if index != INDEX["sil"]:
                loud[int(begin * RATE_HZ) : int(stop * RATE_HZ)] = 0.6 if index < INDEX["p"] else 0.3
        found.append(clip_of(arkit(np.convolve(loud, np.ones(5) / 5, mode="same")), phone, start, end))
    figures = measure(found)
    assert figures.jaw_auc > 0.85
    assert figures.closure_auc < 0.75
    assert 0.2 < figures.total < measured("taught").total


def test_closure_counts_within_its_margin_only() -> None:
    phones, start, end = (
        ("sil", "aa", "p", "aa", "sil"),
        np.array([0, 0.5, 1.0, 1.1, 1.6]),
        np.array([0.5, 1, 1.1, 1.6, 2]),
    )
    for closed_at_s, hit in ((0.95, 1.0), (1.05, 1.0), (1.15, 1.0), (0.9, 0.0), (1.22, 0.0)):
        jaw = np.full(120, 0.8)
        jaw[:20] = jaw[-20:] = 0.0
        jaw[round(closed_at_s * RATE_HZ)] = 0.0
        assert measure([Clip(arkit(jaw), phones, start, end)]).closure_hits == hit, closed_at_s


def test_what_is_not_there_is_not_a_number_and_does_not_count() -> None:
    figures = measure([Clip(arkit(np.linspace(0, 1, 60)), ("aa",), np.array([0.0]), np.array([1.0]))])
    assert np.isnan(figures.closure_hits)
    assert np.isnan(figures.stillness)
    assert not np.isnan(figures.total)
    assert "closure hits" in figures.lines()


def test_auc_is_the_chance_of_a_right_order() -> None:
    assert auc([2, 3], [0, 1]) == 1.0
    assert auc([0, 1], [2, 3]) == 0.0
    assert auc([1, 1], [1, 1]) == 0.5
    assert np.isnan(auc([], [1]))


def test_other_rigs_and_no_clips_are_refused() -> None:
    with pytest.raises(BadRequest, match="at least one clip"):
        measure([])
    curves = RigCurves("vrm", ("aa",), np.zeros((10, 1), dtype=np.float32))
    with pytest.raises(BadRequest, match="vrm"):
        measure([Clip(curves, ("aa",), np.array([0.0]), np.array([0.1]))])
