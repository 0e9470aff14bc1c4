"""What the music tests share."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from generators.artifacts import Score, Track, replace
from generators.music.dataset import Pack, join, keep_twins_apart, pack_score
from generators.music.midi import write_midi
from generators.music.model import MusicModel, tiny_model


@pytest.fixture(scope="session")
def model() -> MusicModel:
    return tiny_model(3)


def walking_score(seed: int, *, bars: int = 12, metre: tuple[int, int] = (4, 4), program: int = 0) -> Score:
    """A melody over a bass: enough like music to be packed and learnt."""
    rng = np.random.default_rng(seed)
    beats = bars * 4 * metre[0] // metre[1]
    scale = np.array([0, 2, 4, 5, 7, 9, 11])
    walk = np.clip(np.cumsum(rng.integers(-2, 3, 2 * beats)) + 14, 7, 24)
    melody = 36 + 12 * (walk // 7) + scale[walk % 7]
    bass = 36 + scale[rng.integers(0, 7, beats)]
    start = np.concatenate([np.arange(2 * beats) * 240, np.arange(beats) * 480])
    return Score(
        start=start,
        duration=np.concatenate([np.full(2 * beats, 240), np.full(beats, 480)]),
        pitch=np.concatenate([melody, bass]),
        velocity=np.where(start // 480 % 8 < 4, 56, 94),
        track=np.zeros(len(start), dtype=np.int64),
        tracks=(Track("Piano", program),),
        tempo_bpm=np.array([60.0 + 10 * seed]),
        metre=np.array([metre]),
    )


def make_pack(pieces: int = 8, bars: int = 12) -> Pack:
    """A pack of small pieces in two metres, the last held out."""
    packed = []
    for seed in range(pieces):
        metre = ((4, 4), (3, 4))[seed % 2]
        piece = pack_score(walking_score(seed, bars=bars, metre=metre), held_out=seed >= pieces - 2, set_index=seed % 2)
        assert piece is not None
        packed.append(piece)
    return join(keep_twins_apart(packed))


@pytest.fixture(scope="session")
def small_pack() -> Pack:
    return make_pack()


@pytest.fixture(scope="session")
def labelled_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen labelled clips of eight songs: high arousal is fast and loud, low valence lies low."""
    path = tmp_path_factory.mktemp("labels") / "clips.zip"
    lines = ["file,song,quadrant,valence,arousal,annotator"]
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(16):
            valence, arousal = ((1, 1), (-1, 1), (-1, -1), (1, -1))[index % 4]
            score = walking_score(index, bars=8)
            score = replace(
                score,
                tempo_bpm=np.array([150.0 if arousal > 0 else 75.0]),
                velocity=np.clip(score.velocity + 15 * arousal, 1, 127),
                pitch=score.pitch + (12 if valence > 0 else 0),
            )
            archive.writestr(f"midi/{index}.mid", write_midi(score))
            lines.append(f"midi/{index}.mid,song{index // 2},{index % 4 + 1},{valence},{arousal},A")
        archive.writestr("labels.csv", "\n".join(lines))
    return path
