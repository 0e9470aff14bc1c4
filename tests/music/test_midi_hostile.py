"""MIDI files from strangers: each is read, or refused with one sentence."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import Score, Track, pack, unpack
from generators.errors import BadMidi
from generators.music import midi, smf
from generators.music.midi import read_midi, write_midi


def chunk(body: bytes, name: bytes = b"MTrk", size: int | None = None) -> bytes:
    return name + (len(body) if size is None else size).to_bytes(4, "big") + body


def file(*tracks: bytes, form: int = 1, division: int = 480, declared: int | None = None) -> bytes:
    fields = (form, len(tracks) if declared is None else declared, division)
    return chunk(b"".join(value.to_bytes(2, "big") for value in fields), b"MThd") + b"".join(tracks)


END = b"\x00\xff\x2f\x00"
NOTE = b"\x00\x90\x3c\x50\x60\x80\x3c\x40"


def plain_file() -> bytes:
    count = 40
    notes = np.arange(count)
    score = Score(
        notes * 240, np.full(count, 230), 40 + notes, 50 + notes, notes % 3,
        tracks=(Track("Piano"), Track("Drums", 0, is_drum=True), Track("Violin", 40)), key_tick=[0], key=[[2, 1]],
    )  # fmt: skip
    return write_midi(score, {"request": "{}"})


PLAIN = plain_file()


def assert_read_or_refused(data: bytes) -> None:
    try:
        score = read_midi(data, "song.mid")
    except BadMidi as error:
        sentence = error.message
        assert sentence.startswith("song.mid ")
        assert sentence.endswith(".")
        assert ":" in sentence
        assert len(sentence) < 200
        return
    assert score.note_count > 0
    assert score.duration.min() >= 1
    assert score.start.min() >= 0
    assert score.pitch.max() <= 127
    assert score.duration_s <= midi.MAX_DURATION_S
    assert len(score.bar_ticks()) >= 2
    again = read_midi(write_midi(score)) if len(score.tracks) < smf.MAX_TRACKS else score
    assert again.note_count == score.note_count


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=150)
def test_noise(data: bytes) -> None:
    assert_read_or_refused(data)
    assert_read_or_refused(file(chunk(data)))


@given(
    st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), max_size=20), st.integers(0, len(PLAIN))
)
@settings(deadline=None, max_examples=300)
def test_altered_and_cut_files(changes: list[tuple[int, int]], size: int) -> None:
    data = bytearray(PLAIN)
    for at, value in changes:
        data[at] = value
    assert_read_or_refused(bytes(data))
    assert_read_or_refused(bytes(data[:size]))


@pytest.mark.parametrize("size", [0, 3, 13, 14, 20, 60, len(PLAIN) - 5])
def test_a_cut_file_is_refused(size: int) -> None:
    with pytest.raises(BadMidi):
        read_midi(PLAIN[:size])


def test_a_megabyte_of_noise_is_refused_at_once() -> None:
    noise = random.Random(1).randbytes(1 << 20)
    begin = time.monotonic()
    with pytest.raises(BadMidi):
        read_midi(noise)
    assert_read_or_refused(file(chunk(noise)))
    assert_read_or_refused(file(chunk(NOTE + bytes(value & 0x7F for value in noise))))
    assert time.monotonic() - begin < 20


REFUSED = {
    "empty": (b"", "is empty"),
    "text": (b"hello, this is not music", "does not begin as a MIDI file"),
    "too large": (b"MThd" + bytes(midi.MAX_FILE_BYTES), "8 MB"),
    "no notes": (file(chunk(END)), "no notes"),
    "no tracks": (file(), "no notes"),
    "no resolution": (file(chunk(NOTE + END), division=0), "no ticks"),
    "unknown frame rate": (file(chunk(NOTE + END), division=0xB000 | 40), "frames"),
    "patterns": (file(chunk(NOTE + END), chunk(NOTE + END), form=2), "format 2"),
    "format 7": (file(chunk(NOTE + END), form=7), "header"),
    "65 tracks": (file(*[chunk(NOTE + END)] * 65), "65 tracks"),
    "fewer tracks than said": (file(chunk(NOTE + END), declared=3), "1 of its 3 tracks"),
    "running status from nothing": (file(chunk(b"\x00\x3c\x50" + END)), "where an event should begin"),
    "endless length": (file(chunk(b"\xff\xff\xff\xff\xff\xff" + NOTE)), "longer than MIDI allows"),
    "system event": (file(chunk(b"\x00\xf4" + END)), "0xf4"),
    "pitch 200": (file(chunk(b"\x00\x90\xc8\x50" + END)), "outside 0 to 127"),
    "six hours and more": (file(chunk(NOTE + b"\xff\xff\xff\x7f\x90\x3c\x50\x60\x80\x3c\x40" + END)), "6 hours"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(BadMidi, match=reason):
        read_midi(data, "song.mid")
    assert_read_or_refused(data)


def test_too_many_notes() -> None:
    body = b"\x00\x90\x3c\x50" + b"\x01\x3c\x50" * midi.MAX_NOTES + END
    with pytest.raises(BadMidi, match="200,000 notes"):
        read_midi(file(chunk(body)))


def test_too_many_events() -> None:
    body = b"\x00\xc0\x01" + b"\x00\x01" * smf.MAX_EVENTS + END
    with pytest.raises(BadMidi, match="2,000,000 events"):
        read_midi(file(chunk(body)))


def rows(score: Score) -> list[tuple[int, int, int, int]]:
    columns = (score.start, score.duration, score.pitch, score.velocity)
    return list(zip(*(column.tolist() for column in columns), strict=True))


READ = {
    "running status and note-on of no velocity": (b"\x00\x90\x3c\x50\x60\x3c\x00\x00\x40\x51\x60\x40\x00", [
        (0, 96, 60, 80), (96, 96, 64, 81)]),
    "an end that is missing": (b"\x00\x90\x3c\x50\x60\x90\x40\x50\x60\x80\x40\x40", [
        (0, 192, 60, 80), (96, 96, 64, 80)]),
    "a note of no length": (b"\x00\x90\x3c\x50\x00\x80\x3c\x40", [(0, 1, 60, 80)]),
    "an end without a note": (b"\x00\x80\x3c\x40" + NOTE, [(0, 96, 60, 80)]),
    "overlapping notes of one pitch": (b"\x00\x90\x3c\x50\x60\x90\x3c\x51\x60\x80\x3c\x40\x60\x80\x3c\x40", [
        (0, 192, 60, 80), (96, 192, 60, 81)]),
    "drums only": (b"\x00\x99\x24\x50\x60\x89\x24\x40", [(0, 96, 36, 80)]),
    "a pedal, a bend and a message for another machine": (
        b"\x00\xb0\x40\x7f\x00\xe0\x00\x40\x00\xf0\x03\x01\x02\xf7" + NOTE, [(0, 96, 60, 80)]),
    "a key and a metre that do not exist": (
        b"\x00\xff\x59\x02\x63\x09\x00\xff\x58\x04\x00\x63\x18\x08\x00\xff\x51\x03\x00\x00\x00" + NOTE,
        [(0, 96, 60, 80)]),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_read(name: str) -> None:
    body, expected = READ[name]
    score = read_midi(file(chunk(body + END)))
    assert rows(score) == expected
    assert score.tempo_bpm.tolist() == [120.0]
    assert score.metre.tolist() == [[4, 4]]
    assert len(score.key) == 0
    assert rows(read_midi(file(chunk(body), form=0))) == expected  # the end-of-track event may be missing
    if name == "drums only":
        assert score.tracks[0].is_drum


def test_ten_minutes_at_four_hundred_bpm() -> None:
    count = 4_000 * 4
    notes = np.arange(count)
    score = Score(
        notes * 120, np.full(count, 100), 40 + notes % 50, np.full(count, 80), np.zeros(count), tempo_bpm=[400.0]
    )
    again = read_midi(write_midi(score))
    assert again.duration_s == pytest.approx(600, abs=1)
    assert rows(again) == rows(score)


def test_sixty_tracks() -> None:
    notes = np.arange(60)
    tracks = tuple(Track(f"Part {n}", n) for n in range(60))
    score = Score(notes * 10, np.full(60, 480), 30 + notes, np.full(60, 80), notes, tracks=tracks)
    again = read_midi(write_midi(score))
    assert again.tracks == tracks
    assert rows(again) == rows(score)


def test_a_metre_at_each_bar() -> None:
    metres = [(2 + n % 7, (4, 8, 16)[n % 3]) for n in range(500)]
    ticks = np.cumsum([0, *[1920 * n // d for n, d in metres]])
    score = Score(ticks[:-1], np.full(500, 60), np.full(500, 60), np.full(500, 80), np.zeros(500),
                  metre_tick=ticks[:-1], metre=metres, length=int(ticks[-1]))  # fmt: skip
    again = read_midi(write_midi(score))
    assert again.metre.tolist() == [list(metre) for metre in metres]
    assert again.bar_ticks().tolist() == ticks.tolist()


def test_a_delta_below_zero_is_refused() -> None:
    """What a careless program writes for -1: five bytes, or four and a jump over weeks."""
    for delta in (b"\x8f\xff\xff\xff\x7f", b"\xff\xff\xff\x7f"):
        with pytest.raises(BadMidi, match=r"longer than MIDI allows|lasts longer than"):
            read_midi(file(chunk(NOTE + delta + NOTE[1:] + END)), "song.mid")


def test_floods_of_names_markers_and_tempi_end_in_a_small_score() -> None:
    name = "€".encode() * 300_000
    size = smf.variable_int(len(name))
    programs = b"".join(b"\x00" + bytes((0xC0, n)) + NOTE for n in range(100))
    flood = b"\x00\xff\x06\x01a" * 300_000 + b"\x01\xff\x51\x03\x07\xa1\x20" * 300_000
    begin = time.monotonic()
    score = read_midi(file(chunk(b"\x00\xff\x03" + size + name + programs + END), chunk(flood + END)))
    assert time.monotonic() - begin < 20
    assert {len(track.name) for track in score.tracks} == {midi.MAX_LABEL_LETTERS}
    assert len(score.markers) == midi.MAX_MARKERS
    assert pack(unpack(pack(score))) == pack(score)


def test_frames_of_film() -> None:
    body = b"\x00\x90\x3c\x50\x87\x68\x80\x3c\x40"  # 1,000 ticks of 1/1,000 s
    score = read_midi(file(chunk(body + END), division=(256 - 25) << 8 | 40))
    assert score.duration_s == pytest.approx(1.0)
    dropped = read_midi(file(chunk(body + END), division=(256 - 29) << 8 | 100))
    assert dropped.duration_s == pytest.approx(1000 / (100 * 30_000 / 1_001))


def test_a_distant_end_does_not_fill_the_score_with_bars() -> None:
    far = b"\xff\xff\xff\x7f\xff\x58\x04\x01\x06\x18\x08\xff\xff\xff\x7f\xff\x2f\x00"
    score = read_midi(file(chunk(NOTE + far)))
    assert score.length == 96
    assert score.metre.tolist() == [[4, 4]]


def test_unknown_chunks_and_trailing_bytes_are_passed_over() -> None:
    data = file(chunk(b"abc", b"XFIH"), chunk(NOTE + END), declared=1) + b"\x00\x00\x00"
    assert read_midi(data).note_count == 1
    riff = b"RIFF" + (len(data) + 12).to_bytes(4, "little") + b"RMIDdata" + len(data).to_bytes(4, "little") + data
    assert read_midi(riff).note_count == 1


def test_a_change_of_program_makes_another_track() -> None:
    score = read_midi(file(chunk(NOTE + b"\x00\xc0\x28" + NOTE + END)))
    assert [track.program for track in score.tracks] == [0, 40]
    assert score.track.tolist() == [0, 1]


def test_a_program_change_at_every_note_is_refused() -> None:
    body = b"".join(b"\x00" + bytes((0xC0 | channel, program)) + b"\x00" + bytes((0x90 | channel, 60, 80))
                    for channel in range(16) for program in range(32))  # fmt: skip
    with pytest.raises(BadMidi, match="instruments"):
        read_midi(file(chunk(body + END)))


def test_latin_names_are_read() -> None:
    name = "Flöte".encode("latin-1")
    score = read_midi(file(chunk(b"\x00\xff\x03" + bytes((len(name),)) + name + NOTE + END), chunk(NOTE + END)))
    assert score.tracks[0].name == "Flöte"
    assert score.title == ""
