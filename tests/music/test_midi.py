"""Scores through MIDI files and back, and against an independent reader."""

from __future__ import annotations

import io

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import Marker, Score, Track, pack, replace
from generators.errors import BadMidi
from generators.music.midi import read_facts, read_midi, write_midi


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """Scores as MIDI can hold them: notes of one pitch in one track follow one another."""
    tracks = tuple(
        Track(name, program, is_drum)
        for name, program, is_drum in draw(
            st.lists(
                st.tuples(st.text("abcé ♯", max_size=5).map(str.strip), st.integers(0, 127), st.booleans()),
                min_size=1,
                max_size=18,
            )
        )
    )
    rows: list[tuple[int, int, int, int, int]] = []
    for number in range(len(tracks)):
        pitches = draw(st.lists(st.integers(0, 127), min_size=1, max_size=4, unique=True))
        for pitch in pitches:
            at = 0
            for gap, duration in draw(
                st.lists(st.tuples(st.integers(0, 900), st.integers(1, 3_000)), min_size=1, max_size=4)
            ):
                at += gap
                rows.append((at, duration, pitch, draw(st.integers(1, 127)), number))
                at += duration
    columns = np.array(rows).T
    length = int((columns[0] + columns[1]).max()) + draw(st.integers(0, 5_000))
    ticks = [0, *sorted(draw(st.sets(st.integers(1, length), max_size=3)))]
    # what MIDI keeps of a tempo is whole microseconds a quarter
    microseconds = draw(st.lists(st.integers(100_000, 2_000_000), min_size=len(ticks), max_size=len(ticks)))
    metres = draw(
        st.lists(
            st.tuples(st.integers(1, 12), st.sampled_from([1, 2, 4, 8, 16])), min_size=len(ticks), max_size=len(ticks)
        )
    )
    keys = draw(st.lists(st.tuples(st.integers(-7, 7), st.integers(0, 1)), max_size=len(ticks)))
    return Score(
        *columns,
        tracks=tracks,
        ticks_per_quarter=draw(st.sampled_from([24, 96, 480, 960])),
        tempo_tick=np.array(ticks),
        tempo_bpm=np.array([60e6 / value for value in microseconds]),
        metre_tick=np.array(ticks),
        metre=np.array(metres),
        key_tick=np.array(ticks[: len(keys)], dtype=np.int64),
        key=np.array(keys, dtype=np.int64).reshape(-1, 2),
        markers=tuple(Marker(tick, f"Mark {tick}") for tick in ticks),
        length=length,
        title=draw(st.sampled_from(["", "Étude", "四月"])),
    )


def notes_with_program(score: Score) -> list[tuple[int | str | bool, ...]]:
    columns = (score.start, score.duration, score.pitch, score.velocity, score.track)
    return sorted(
        (start, duration, pitch, velocity, score.tracks[track].name, score.tracks[track].program)
        for start, duration, pitch, velocity, track in zip(*(column.tolist() for column in columns), strict=True)
    )


@given(scores())
@settings(deadline=None, max_examples=60)
def test_a_score_survives_writing_and_reading(score: Score) -> None:
    data = write_midi(score, {"request": '{"seed": 1}'})
    again = read_midi(data)
    assert pack(again) == pack(score)
    assert write_midi(again, {"request": '{"seed": 1}'}) == data
    assert read_facts(data) == {"request": '{"seed": 1}'}


@given(scores())
@settings(deadline=None, max_examples=25)
def test_mido_reads_what_was_written(score: Score) -> None:
    file = mido.MidiFile(file=io.BytesIO(write_midi(score)), charset="utf-8")
    assert file.type == 1
    assert file.ticks_per_beat == score.ticks_per_quarter
    found = []
    for track in file.tracks[1:]:
        tick, program, sounding = 0, 0, {}
        for message in track:
            tick += message.time
            if message.type == "program_change":
                program = message.program
            elif message.type == "note_on":
                sounding[message.note] = (tick, message.velocity)
            elif message.type == "note_off":
                start, velocity = sounding.pop(message.note)
                found.append((start, tick - start, message.note, velocity, track.name, program))
        assert not sounding
    assert sorted(found) == notes_with_program(score)
    tempi = [message for message in file.tracks[0] if message.type == "set_tempo"]
    assert [60e6 / message.tempo for message in tempi] == score.tempo_bpm.tolist()


def test_instruments_beyond_fifteen_keep_apart() -> None:
    count = 40
    notes = np.arange(count)
    score = Score(
        notes, np.full(count, 100), np.full(count, 60), np.full(count, 80), notes,
        tracks=tuple(Track(f"Part {n}", n) for n in range(count)),
    )  # fmt: skip
    again = read_midi(write_midi(score))
    assert again.tracks == score.tracks
    assert np.array_equal(again.track, score.track)


def test_more_tracks_than_a_file_holds_are_refused() -> None:
    score = Score([0], [1], [60], [80], [0], tracks=tuple(Track() for _ in range(64)))
    with pytest.raises(BadMidi, match="join some tracks"):
        write_midi(score)


def test_the_same_score_gives_the_same_bytes() -> None:
    score = Score([0, 480], [480, 480], [60, 64], [80, 90], [0, 0], title="Same")
    facts = {"request": "{}", "note": "b"}
    assert write_midi(score, facts) == write_midi(score, dict(reversed(facts.items())))


def test_a_nested_note_of_one_pitch_ends_with_the_first_end() -> None:
    score = Score([0, 100], [400, 100], [60, 60], [80, 90], [0, 0])
    again = read_midi(write_midi(score))
    assert again.start.tolist() == [0, 100]
    assert again.duration.tolist() == [200, 300]


def test_a_repeated_note_is_struck_again() -> None:
    score = Score([0, 100, 200], [100, 100, 100], [60, 60, 60], [80, 90, 70], [0, 0, 0])
    assert pack(read_midi(write_midi(score))) == pack(replace(score, tracks=(Track("Piano"),)))


def test_silence_after_the_last_note_is_kept() -> None:
    score = Score([0], [100], [60], [80], [0], length=16 * 1920)
    again = read_midi(write_midi(score))
    assert again.length == 16 * 1920
    assert len(again.bar_ticks()) == 17


def test_text_of_any_kind_is_written() -> None:
    score = Score([0], [1], [60], [80], [0], tracks=(Track("a\ud800b"),), title="x")
    assert read_midi(write_midi(score)).tracks[0].name == "a?b"


def test_a_file_of_another_origin_has_no_facts() -> None:
    assert read_facts(write_midi(Score([0], [1], [60], [80], [0]))) == {}
    with pytest.raises(BadMidi):
        read_facts(b"no MIDI")
