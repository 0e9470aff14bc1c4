"""MIDI → document → MIDI loses nothing: what symusic reads before and after is the same."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
import symusic

from generators import artifacts
from generators.artifacts import Marker, Score, Track, replace
from generators.music.midi import read_midi, write_midi
from studio.document import AddTakes, Document, Take
from tests.music.conftest import walking_score

DATA = "AFFECT_STUDIO_MUSIC_DATA"
"""The environment variable that names a folder of zip archives with MIDI files."""


class Through:
    """A document that MIDI files pass through."""

    def __init__(self, folder: Path) -> None:
        self.document = Document.create(folder / "corpus.affect")
        self.count = 0

    def __call__(self, data: bytes) -> bytes:
        packed = artifacts.pack(read_midi(data))
        sha256 = artifacts.digest(packed)
        self.count += 1
        take = Take(str(self.count), "music", "Opened", False, "score", sha256, "{}", None, "", {})
        self.document.perform(AddTakes((take,)), {sha256: packed}).result()
        score = artifacts.unpack(self.document.asset(sha256))
        assert isinstance(score, Score)
        return write_midi(score)


@pytest.fixture
def through(tmp_path: Path) -> Any:
    made = Through(tmp_path)
    yield made
    made.document.close()


def told(data: bytes) -> dict[str, list[Any]]:
    """What an independent reader finds. What a file leaves out is the standard's; the last at one tick counts."""
    score = symusic.Score.from_midi(data)
    notes = [
        (note.time, max(1, note.duration), note.pitch, note.velocity, track.program, track.is_drum)
        for track in score.tracks
        for note in track.notes
    ]
    return {
        "resolution": [score.tpq],
        "notes": sorted(notes),
        "tempi": sorted(({0: 500_000} | {tempo.time: tempo.mspq for tempo in score.tempos}).items()),
        "metres": sorted(
            ({0: (4, 4)} | {sign.time: (sign.numerator, sign.denominator) for sign in score.time_signatures}).items()
        ),
        "keys": sorted({sign.time: (sign.key, sign.tonality) for sign in score.key_signatures}.items()),
        "markers": [(marker.time, " ".join(marker.text.split())) for marker in score.markers],
        "names": sorted(" ".join(track.name.split()) for track in score.tracks if track.note_num()),
    }


def assert_nothing_is_lost(data: bytes, through: Through) -> None:
    again = through(data)
    before, after = told(data), told(again)
    for what, found in before.items():
        assert after[what] == found, what
    assert write_midi(read_midi(again)) == again


@pytest.mark.parametrize("seed", range(6))
def test_generated_pieces(seed: int, through: Through) -> None:
    score = walking_score(seed, bars=8, metre=((4, 4), (3, 4), (6, 8))[seed % 3], program=(0, 40, 52)[seed % 3])
    kept = replace(score, key_tick=[0], key=[[seed - 3, seed % 2]], markers=(Marker(960, "tense"),), title="Walk")
    assert_nothing_is_lost(write_midi(kept, {"request": "{}"}), through)


def test_a_quartet_with_a_map_of_tempi(through: Through) -> None:
    rng = np.random.default_rng(1)
    count = 400
    start = np.sort(rng.integers(0, 20_000, count))
    track = np.arange(count) % 4
    tracks = (Track("Violin I", 40), Track("Violin II", 40), Track("Viola", 41), Track("Cello", 42))
    bpm = 60e6 / rng.integers(300_000, 900_000, 50)
    score = Score(
        start, rng.integers(1, 30, count), 40 + np.arange(count) % 40, rng.integers(1, 128, count), track,
        tracks=tracks, tempo_tick=np.arange(50) * 480, tempo_bpm=bpm,
        metre_tick=[0, 1920, 3360], metre=[(4, 4), (3, 4), (5, 8)], length=24_000,
    )  # fmt: skip
    assert_nothing_is_lost(write_midi(score), through)


@pytest.mark.parametrize("kind", [0, 1])
def test_files_of_another_program(kind: int, through: Through) -> None:
    file = mido.MidiFile(type=kind, ticks_per_beat=96)
    track = mido.MidiTrack([
        mido.MetaMessage("track_name", name="Band"), mido.MetaMessage("time_signature", numerator=7, denominator=8),
        mido.MetaMessage("key_signature", key="F#m"), mido.MetaMessage("set_tempo", tempo=444_444),
    ])  # fmt: skip
    for beat in range(40):
        track.append(mido.Message("note_on", note=40 + beat, velocity=1 + beat, channel=beat % 2 * 9, time=5))
        track.append(mido.Message("note_off", note=40 + beat, channel=beat % 2 * 9, time=43))
    track.append(mido.MetaMessage("marker", text="End"))
    file.tracks.append(track)
    data = io.BytesIO()
    file.save(file=data)
    assert_nothing_is_lost(data.getvalue(), through)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not os.environ.get(DATA), reason=f"{DATA} names no folder of MIDI archives")
def test_whole_corpora(through: Through) -> None:
    seen = 0
    for archive in sorted(Path(os.environ[DATA]).glob("*.zip")):
        with zipfile.ZipFile(archive) as file:
            for name in file.namelist():
                if name.endswith((".mid", ".midi")):
                    assert_nothing_is_lost(file.read(name), through)
                    seen += 1
    assert seen
