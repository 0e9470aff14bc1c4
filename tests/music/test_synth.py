"""Sound from scores."""

from __future__ import annotations

import builtins
import importlib.util
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generators.artifacts import Audio, Score, Track, replace
from generators.errors import BadInput, BadRequest, Cancelled, MissingDependency
from generators.music import synth
from generators.music.soundfont import check_soundfont
from generators.music.synth import default_soundfont, synthesise

RATE = 22_050


def chords(bars: int = 2, velocity: int = 80, tracks: tuple[Track, ...] = (Track(),)) -> Score:
    start = np.repeat(np.arange(bars * 4) * 480, 3)
    pitch = np.tile([60, 64, 67], bars * 4)
    count = len(start)
    return Score(
        start, np.full(count, 400), pitch, np.full(count, velocity), np.arange(count) % len(tracks),
        tracks=tracks, length=bars * 1920,
    )  # fmt: skip


def level(audio: Audio, begin_s: float, end_s: float) -> float:
    part = audio.samples[round(begin_s * audio.sample_rate_hz) : round(end_s * audio.sample_rate_hz)]
    return float(np.sqrt(np.mean(part.astype(np.float64) ** 2)))


def test_sound_lasts_as_long_as_the_score_and_dies_away() -> None:
    score = chords()
    audio = synthesise(score, RATE)
    assert audio.samples.dtype == np.float32
    assert audio.samples.shape[1] == 2
    assert score.duration_s < audio.duration_s <= score.duration_s + synth.MAX_TAIL_S + synth.BLOCK_S
    assert level(audio, 0, 4) > 0.01
    assert np.abs(audio.samples[-10:]).max() < 0.001


def test_the_same_score_gives_the_same_samples_on_every_thread() -> None:
    score = chords(1, tracks=(Track("Violin", 40), Track("Drums", 0, is_drum=True)))
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(synthesise(score, RATE).samples.tobytes())) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [synthesise(score, RATE).samples.tobytes()] * 3


def test_louder_notes_sound_louder() -> None:
    levels = [level(synthesise(chords(1, velocity), RATE), 0, 2) for velocity in (30, 60, 90)]
    assert levels[0] * 1.3 < levels[1]
    assert levels[1] * 1.3 < levels[2]


def test_peaks_stay_below_the_ceiling() -> None:
    count = 60
    loud = Score(np.zeros(count), np.full(count, 960), np.arange(30, 90), np.full(count, 127), np.zeros(count))
    audio = synthesise(loud, RATE)
    assert np.abs(audio.samples).max() == pytest.approx(synth.PEAK_CEILING, rel=1e-4)


def test_a_note_begins_on_its_frame() -> None:
    score = Score([480], [480], [72], [100], [0])  # at 0.5 s
    audio = synthesise(score, RATE)
    assert not audio.samples[: RATE // 2].any()
    assert audio.samples[RATE // 2 : RATE // 2 + 200].any()


def test_pitch_is_right() -> None:
    audio = synthesise(Score([0], [1920], [69], [100], [0], tracks=(Track("Flute", 73),)), RATE)
    part = audio.samples[RATE // 2 : RATE // 2 + 16_384, 0] * np.hanning(16_384)
    frequency_hz = np.argmax(np.abs(np.fft.rfft(part))) * RATE / 16_384
    assert 435 < frequency_hz < 445


def test_a_note_of_the_same_pitch_that_began_later_goes_on() -> None:
    organ = (Track("Organ", 19),)
    both = Score([0, 240], [480, 1680], [60, 60], [100, 100], [0, 0], tracks=organ)
    assert level(synthesise(both, RATE), 1.2, 1.8) > 0.01


def test_more_instruments_than_channels() -> None:
    tracks = tuple(Track(f"Part {n}", n * 3) for n in range(20))
    notes = np.arange(20)
    score = Score(notes * 480, np.full(20, 400), np.full(20, 60), np.full(20, 100), notes, tracks=tracks)
    audio = synthesise(score, RATE)
    for number in range(20):
        assert level(audio, number * 0.5, number * 0.5 + 0.4) > 0.0005, number


def test_an_empty_score_is_silence() -> None:
    empty = Score([], [], [], [], [], length=1920)
    audio = synthesise(empty, RATE)
    assert not audio.samples.any()
    assert audio.duration_s >= 2.0


def test_progress_and_cancel() -> None:
    seen: list[tuple[float, float]] = []
    synthesise(chords(), RATE, progress=lambda done, total, note="": seen.append((done, total)))
    assert len(seen) > 8
    assert seen == sorted(seen, key=lambda pair: pair[0] / pair[1])
    assert seen[-1][0] == seen[-1][1]

    calls = 0

    def cancel(done: float, total: float, note: str = "") -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        synthesise(chords(200), RATE, progress=cancel)
    assert calls == 3


def test_limits() -> None:
    with pytest.raises(BadRequest, match="sample rate"):
        synthesise(chords(), 4_000)
    with pytest.raises(BadRequest, match="3 hours"):
        synthesise(replace(chords(), length=480 * 120 * 200), RATE)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a SoundFont"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "not a SoundFont"),
        (b"RIFF\x10\x00\x00\x01sfbk", "cut off"),
        (b"RIFF\x0c\x00\x00\x00sfbkLIST\x00\x00\x00\x00", "damaged"),
    ],
)
def test_a_damaged_soundfont_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "mine.sf2"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=reason):
        synthesise(chords(1), RATE, path)
    with pytest.raises(BadInput, match="choose one that is there"):
        synthesise(chords(1), RATE, tmp_path / "gone.sf2")


def test_a_soundfont_of_ones_own_is_played_at_the_level_of_the_default(tmp_path: Path) -> None:
    path = tmp_path / "mine.sf2"
    quiet = bytearray(default_soundfont().read_bytes())
    samples = quiet.index(b"smpl")
    begin, size = samples + 8, int.from_bytes(quiet[samples + 4 : samples + 8], "little")
    sound = np.frombuffer(quiet[begin : begin + size], dtype="<i2") // 8
    quiet[begin : begin + size] = sound.astype("<i2").tobytes()
    path.write_bytes(quiet)
    mine, default = synthesise(chords(1), RATE, path), synthesise(chords(1), RATE)
    assert level(mine, 0, 2) == pytest.approx(level(default, 0, 2), rel=0.05)
    assert synthesise(chords(1), RATE, path).samples.tobytes() == mine.samples.tobytes()


def test_without_the_soundfont_or_the_synthesiser(monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pretty_midi" else find_spec(name))
    with pytest.raises(MissingDependency, match="SoundFont"):
        default_soundfont()
    monkeypatch.undo()

    real_import = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "tinysoundfont":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingDependency, match="tinysoundfont"):
        synthesise(chords(1), RATE)


def test_midi_and_sound_need_no_torch() -> None:
    code = (
        "import sys, generators.music.midi, generators.music.synth as synth; from generators.artifacts import Score\n"
        "synth.synthesise(Score([0], [10], [60], [80], [0]), 8000)\n"
        "assert not {'torch', 'pretty_midi', 'mido', 'symusic', 'PySide6'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def altered(table: bytes, at: int, value: int) -> bytes:
    """The default SoundFont with the 16-bit number at byte `at` of the table `table` set to `value`."""
    data = bytearray(default_soundfont().read_bytes())
    begin = data.rindex(table) + 8 + at
    data[begin : begin + 2] = value.to_bytes(2, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("table", "at", "value", "reason"),
    [
        (b"phdr", -4, 37, "chunk reaches|uneven"),
        (b"phdr", 38 + 24, 60_000, "order"),
        (b"pbag", 4, 60_000, "order"),
        (b"ibag", 4 * 100, 60_000, "order"),
        (b"inst", 22 + 20, 60_000, "order"),
        (b"shdr", 26, 60_000, "beyond the sound"),
    ],
)
def test_a_soundfont_that_points_outside_itself_is_refused(table: bytes, at: int, value: int, reason: str) -> None:
    """The synthesiser would follow such a number into foreign memory."""
    with pytest.raises(BadInput, match=reason):
        check_soundfont(altered(table, at, value), "mine.sf2")


def test_names_and_zones_of_a_soundfont_are_checked() -> None:
    data = default_soundfont().read_bytes()
    check_soundfont(data, "mine.sf2")
    begin = data.rindex(b"igen") + 8
    zone = next(at for at in range(begin, len(data), 4) if data[at : at + 2] == b"\x35\x00")  # the first sample
    lost = data[: zone + 2] + b"\xff\xff" + data[zone + 4 :]
    with pytest.raises(BadInput, match="does not have"):
        check_soundfont(lost, "mine.sf2")
    moved = data[: zone - 4] + b"\x04\x00\xff\x7f" + data[zone:]  # begins a thousand million frames later
    with pytest.raises(BadInput, match="moves a sample"):
        check_soundfont(moved, "mine.sf2")
