from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from generators.face.actions import INDEX, NAMES
from generators.face.prototypes import FEELINGS, PROTOTYPES, character_of, typical


def silent(feeling: str, seed: int = 0, variation: float = 0.0) -> dict[str, float]:
    row = character_of(seed, variation).silent[FEELINGS.index(feeling)]
    return {name: float(row[INDEX[name]]) for name in NAMES if row[INDEX[name]] > 0.0}


# main actions of Du et al. 2014; 25 is the parted lips
@pytest.mark.parametrize(
    ("feeling", "actions"),
    [
        ("happy", ["lip_corner_pull_left", "lower_lip_depress_left"]),
        ("sad", ["brow_lower_left", "lip_corner_depress_left"]),
        ("fear", ["brow_inner_raise_left", "brow_lower_left", "lip_stretch_left", "jaw_drop"]),
        ("angry", ["brow_lower_left", "lid_tighten_left", "lip_press_left"]),
        ("surprise", ["brow_inner_raise_left", "brow_outer_raise_left", "jaw_drop"]),
        ("disgust", ["nose_wrinkle_left", "upper_lip_raise_left", "chin_raise"]),
    ],
)
def test_everybody_shows_the_main_actions(feeling: str, actions: list[str]) -> None:
    for seed in range(20):
        shown = silent(feeling, seed, 0.5)
        assert all(shown.get(name, 0.0) > 0.02 for name in actions), (seed, shown)


def test_all_names_are_actions_and_no_feeling_goes_beyond_a_face() -> None:
    for seed in range(30):
        character = character_of(seed, 1.0)
        for values in (character.silent, character.speaking):
            assert values.shape == (len(PROTOTYPES), len(NAMES))
            assert values.min() >= 0.0
            assert values.max() < 2.5


def test_a_crowd_shows_further_actions_as_often_as_people_do() -> None:
    wide = [silent("fear", seed, 1.0).get("lid_upper_raise_left", 0.0) > 0.0 for seed in range(400)]
    assert np.mean(wide) == pytest.approx(0.63, abs=0.08)
    noses = [silent("sad", seed, 1.0).get("chin_raise", 0.0) > 0.05 for seed in range(400)]
    assert 0.6 < np.mean(noses) < 0.95  # 67 % and those whose style has it


def test_without_variation_everybody_is_the_typical_face_and_even() -> None:
    assert silent("happy", 1) == silent("happy", 2)
    assert silent("happy", 1)["lip_corner_pull_left"] == silent("happy", 1)["lip_corner_pull_right"]
    assert typical(0.9) > 0.95
    assert typical(0.1) < 0.05


def test_characters_differ_by_seed_and_are_a_little_uneven() -> None:
    one, other = silent("happy", 1, 0.5), silent("happy", 2, 0.5)
    assert one != other
    assert one == silent("happy", 1, 0.5)
    ratio = one["lip_corner_pull_left"] / one["lip_corner_pull_right"]
    assert ratio != 1.0
    assert 0.7 < ratio < 1.4


def test_variation_goes_on_with_the_same_character() -> None:
    faces = [character_of(7, variation / 10).silent for variation in range(11)]
    steps = [float(np.abs(after - before).max()) for before, after in pairwise(faces)]
    assert max(steps) < 0.25


def test_feelings_are_told_apart_by_what_moves() -> None:
    faces = character_of(0, 0.0).silent
    lengths = np.linalg.norm(faces, axis=1)
    likeness = (faces @ faces.T) / np.outer(lengths, lengths)
    emotions = [FEELINGS.index(name) for name in ("angry", "disgust", "fear", "happy", "sad", "surprise")]
    for row in emotions:
        for column in emotions:
            if row != column:
                assert likeness[row, column] < 0.75, (FEELINGS[row], FEELINGS[column])


def test_anger_is_shown_with_lips_pressed_or_teeth_bared() -> None:
    pressed = [silent("angry", seed, 1.0).get("lip_press_left", 0.0) for seed in range(60)]
    bared = [silent("angry", seed, 1.0).get("lower_lip_depress_left", 0.0) for seed in range(60)]
    assert max(pressed) > 0.4
    assert max(bared) > 0.3
    assert np.corrcoef(pressed, bared)[0, 1] < -0.3


def test_lips_that_speak_are_not_pressed() -> None:
    character = character_of(0, 0.0)
    row = FEELINGS.index("angry")
    assert character.speaking[row, INDEX["lip_press_left"]] < 0.3 * character.silent[row, INDEX["lip_press_left"]]
    assert character.speaking[row, INDEX["brow_lower_left"]] == character.silent[row, INDEX["brow_lower_left"]]
