"""The judge: it learns from notes alone, folds by song, and hears a mode in any key."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import Score, Track, replace
from generators.errors import ModelMissing
from generators.music import judge as judging
from generators.music.judge import Judge, cross_validated, fold_of_songs, fold_path, train_judge, train_network
from generators.music.judge_network import (
    CHANNELS,
    FEATURES,
    FRAMES,
    MAX_NOTES,
    WINDOW_S,
    JudgeNetwork,
    augmented,
    batch_of,
    class_frames,
    notes_of_score,
    row_features,
    window,
)
from generators.music.labels import LabelledClip, read_labelled
from generators.runtime.training_files import read_tensors, write_tensors
from tests.music.conftest import walking_score


@pytest.fixture(scope="module")
def clips(labelled_archive: Path) -> list[LabelledClip]:
    torch.set_num_threads(1)
    return list(read_labelled(labelled_archive))


def test_it_learns_arousal_from_notes(clips: list[LabelledClip]) -> None:
    judge = Judge([train_network(clips, epochs=30)])
    verdicts = judge.verdicts([clip.score for clip in clips])
    valence, arousal = (np.array([getattr(clip, name) for clip in clips]) for name in ("valence", "arousal"))
    quadrant, _, loud = verdicts.correct(valence, arousal)
    assert loud.mean() > 0.9
    assert quadrant.mean() > 0.4
    np.testing.assert_allclose(verdicts.quadrant.sum(axis=1), 1.0, atol=1e-5)


def test_no_song_is_in_two_folds(clips: list[LabelledClip]) -> None:
    folds = fold_of_songs(clips)
    for song in {clip.song for clip in clips}:
        assert len({int(fold) for fold, clip in zip(folds, clips, strict=True) if clip.song == song}) == 1
    assert len(set(folds.tolist())) == judging.FOLDS


def test_a_stopped_training_goes_on_with_the_missing_folds(clips: list[LabelledClip], tmp_path: Path) -> None:
    train_judge(clips, tmp_path, epochs=1)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    fold_path(tmp_path, 2).unlink()
    said: list[str] = []
    judge = train_judge(clips, tmp_path, epochs=1, report=said.append)
    assert all(line.startswith("fold 3 of 5") for line in said)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    tensors = read_tensors(fold_path(tmp_path, 2))[0]
    assert {name for name in before if before[name] != after[name]} <= {fold_path(tmp_path, 2).name}
    assert set(tensors) == set(JudgeNetwork().state_dict())
    verdicts = cross_validated(judge, clips)
    for index in (0, 5):
        own = judge.opinions(notes_of_score(clips[index].score))[fold_of_songs(clips)[index]]
        np.testing.assert_allclose(verdicts.quadrant[index], own[:4])


def test_a_judge_is_never_asked_about_songs_it_may_have_heard(clips: list[LabelledClip], tmp_path: Path) -> None:
    train_judge(clips, tmp_path, epochs=1)
    with pytest.raises(ModelMissing, match="other clips"):
        train_judge(clips[2:], tmp_path, epochs=1)


def test_a_judge_that_is_missing_or_old_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        Judge.load(tmp_path)
    for fold in range(judging.FOLDS):
        write_tensors(fold_path(tmp_path, fold), JudgeNetwork().state_dict(), {"version": 0})
    with pytest.raises(ModelMissing, match="train it again"):
        Judge.load(tmp_path)


def test_the_command_prints_the_accuracy(
    labelled_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--labels", str(labelled_archive), "--folder", str(tmp_path / "judge"), "--epochs", "1"]
    monkeypatch.setattr("sys.argv", ["judge", *options])
    judging.main()
    printed = capsys.readouterr()
    assert printed.out.startswith("16 clips, each by the network that never heard its song: quadrant 0.")
    assert "fold 5 of 5, trained in" in printed.err


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), bars=st.integers(1, 30))
def test_what_another_player_plays_is_still_music(seed: int, bars: int) -> None:
    notes = augmented(notes_of_score(walking_score(3, bars=bars)), np.random.default_rng(seed))
    assert (np.diff(notes[:, 0]) >= 0).all()
    assert (notes[:, 1] > 0).all()
    assert ((notes[:, 2:] >= 0) & (notes[:, 2:] <= 127)).all()
    part = window(notes, 1.0)
    assert len(part) <= MAX_NOTES
    assert ((part[:, 0] >= 0) & (part[:, 0] < WINDOW_S)).all() or not len(part)
    assert row_features(part).shape == (len(part), FEATURES)
    frames = class_frames(part)
    assert frames.shape == (CHANNELS, 12, FRAMES)
    assert np.isfinite(frames).all()


def test_a_mode_is_heard_in_any_key() -> None:
    """The reading of pitch classes does not change when they are turned, apart from where registers end."""
    torch.manual_seed(0)
    network = JudgeNetwork().eval()
    rows, mask, frames = batch_of([window(notes_of_score(walking_score(4)), 0.0)])
    with torch.no_grad():
        plain = network(rows, mask, frames)
        turned = network(rows, mask, frames.roll(5, dims=2))
        other = network(rows, mask, frames.flip(2))
    torch.testing.assert_close(plain, turned, rtol=1e-4, atol=1e-5)
    assert (plain - other).abs().max() > 1e-4


def test_silence_and_drums_are_judged_without_a_crash() -> None:
    judge = Judge([JudgeNetwork()])
    empty = Score(*(np.zeros(0, dtype=np.int64) for _ in range(5)))
    drums = replace(walking_score(0), tracks=(Track("Drums", 0, is_drum=True),))
    found = judge.verdicts([empty, drums])
    assert np.isfinite(found.quadrant).all()
    np.testing.assert_allclose(found.quadrant[0], found.quadrant[1])
