"""Labels of chords: each labelled chord is heard as itself."""

from __future__ import annotations

import numpy as np
import pytest

from generators.music.chord_labels import LABELLED, NO_CHORD, chord_of, chord_of_label, chord_rows, label_bars
from generators.music.chord_symbols import parse_chord

ROOTS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@pytest.mark.parametrize("kind", LABELLED)
@pytest.mark.parametrize("root", range(12))
def test_a_bar_of_each_chord_gets_its_label(kind: str, root: int) -> None:
    chord = chord_of(root, kind)
    weights = np.zeros((1, 12))
    weights[0, sorted(chord.pitch_classes)] = 1.0
    (label,) = label_bars(weights, np.array([root])).tolist()
    assert label == list(LABELLED).index(kind) * 12 + root
    assert chord_of_label(label) == chord
    assert chord_of_label(label, 5) == chord_of(root + 5, kind)


@pytest.mark.parametrize("kind", LABELLED)
@pytest.mark.parametrize("root", [0, 6, 11])
def test_symbols_and_labels_mean_the_same(kind: str, root: int) -> None:
    assert parse_chord(ROOTS[root] + kind) == chord_of(root, kind)


def test_silence_and_clusters_have_no_chord() -> None:
    weights = np.array([np.zeros(12), np.ones(12)])
    assert label_bars(weights, np.array([-1, 0])).tolist() == [NO_CHORD, NO_CHORD]
    assert chord_of_label(NO_CHORD) is None


def test_the_bass_tells_chords_of_the_same_notes_apart() -> None:
    weights = np.zeros((2, 12))
    weights[:, sorted(chord_of(0, "aug").pitch_classes)] = 1.0
    labels = label_bars(weights, np.array([4, 8]))
    assert (labels % 12).tolist() == [4, 8]


def test_rows_name_tones_and_root_in_every_octave() -> None:
    rows = chord_rows(parse_chord("Am"))
    assert {int(pitch) % 12 for pitch in np.flatnonzero(rows[0])} == {9, 0, 4}
    assert {int(pitch) % 12 for pitch in np.flatnonzero(rows[1])} == {9}
    assert rows.shape == (2, 128)
    assert rows[0].sum() == 32
