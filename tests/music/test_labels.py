"""Labelled clips: reading them, and making performed chords comparable to written ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from generators.artifacts import Score
from generators.errors import BadInput
from generators.music.labels import QUADRANT_SIGNS, quadrants_of, read_labelled, snapped


def test_clips_come_with_their_labels(labelled_archive: Path) -> None:
    clips = list(read_labelled(labelled_archive))
    assert [clip.quadrant for clip in clips] == [0, 1, 2, 3] * 4
    assert len({clip.song for clip in clips}) == 8
    assert all(clip.score.note_count > 50 for clip in clips)


def test_quadrants_are_numbered_as_their_signs() -> None:
    valence, arousal = np.array(QUADRANT_SIGNS).T
    assert quadrants_of(valence, arousal).tolist() == [0, 1, 2, 3]


def test_what_is_no_archive_of_clips_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clips.zip"
    with pytest.raises(BadInput, match="not an archive"):
        list(read_labelled(path))
    path.write_bytes(b"PK but no zip")
    with pytest.raises(BadInput, match="not an archive"):
        list(read_labelled(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("labels.csv", "file,song,valence,arousal\na.mid,x,1,1\n")
    with pytest.raises(BadInput, match="not an archive"):
        list(read_labelled(path))


def test_the_notes_of_a_rolled_chord_begin_together() -> None:
    # at 120 bpm and 480 ticks a quarter, 10 ticks last about 10 ms
    score = Score(
        start=np.array([0, 10, 20, 480, 500, 540]),
        duration=np.full(6, 200),
        pitch=np.array([60, 64, 67, 60, 64, 67]),
        velocity=np.full(6, 64),
        track=np.zeros(6, dtype=np.int64),
    )
    flat = snapped(score)
    assert flat.start.tolist() == [0, 0, 0, 480, 480, 540]
    assert sorted((flat.start + flat.duration).tolist()) == sorted((score.start + score.duration).tolist())
    assert snapped(flat).start.tolist() == flat.start.tolist()
