"""The tempo maps and markers of DAWs, written by mido, which is not ours."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import Marker, Score
from generators.errors import BadMidi
from generators.music.keys import key_signature
from generators.music.midi import MAX_FILE_BYTES, read_midi, write_midi
from generators.music.request import MAX_BARS
from generators.music.timing import MAX_STEPS, Frame, Timing, frame_of, read_frame, read_timing


def daw_file(*messages: mido.MetaMessage, ticks_per_beat: int = 960, kind: int = 1) -> bytes:
    file = mido.MidiFile(type=kind, ticks_per_beat=ticks_per_beat, charset="utf-8")
    file.tracks.append(mido.MidiTrack(messages))
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


def test_a_tempo_map_without_a_note() -> None:
    data = daw_file(
        mido.MetaMessage("track_name", name="Tempo"),
        mido.MetaMessage("time_signature", numerator=3, denominator=4),
        mido.MetaMessage("key_signature", key="Bbm"),
        mido.MetaMessage("set_tempo", tempo=500_000),
        mido.MetaMessage("marker", text="Verse"),
        mido.MetaMessage("set_tempo", tempo=400_000, time=960 * 6),
        mido.MetaMessage("cue_marker", text="Hit", time=480),
        mido.MetaMessage("time_signature", numerator=6, denominator=8, time=960 * 3 - 480),
        mido.MetaMessage("set_tempo", tempo=400_000),
        mido.MetaMessage("end_of_track", time=960 * 3),
    )
    assert read_timing(data) == Timing(
        tempo=((0.0, 120.0), (6.0, 150.0)), metres=((0.0, 3, 4), (9.0, 6, 8)), keys=((0.0, -5, 1),),
        markers=((0.0, "Verse"), (6.5, "Hit")), length=12.0,
    )  # fmt: skip
    with pytest.raises(BadMidi, match="no notes"):
        read_midi(data)


def test_what_is_not_said_is_the_standard() -> None:
    timing = read_timing(daw_file(mido.MetaMessage("marker", text="Here", time=960)))
    assert timing.tempo == ((0.0, 120.0),)
    assert timing.metres == ((0.0, 4, 4),)
    assert timing.markers == ((1.0, "Here"),)


def test_our_own_files_give_their_timing() -> None:
    score = Score([0], [480], [60], [80], [0], tempo_tick=[0, 1920], tempo_bpm=[100.0, 60.0],
                  markers=(Marker(960, "storm"),), length=3840)  # fmt: skip
    timing = read_timing(write_midi(score))
    assert timing.tempo == ((0.0, pytest.approx(100.0)), (4.0, pytest.approx(60.0)))
    assert timing.markers == ((2.0, "storm"),)
    assert timing.length == 8.0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"RIFF and nothing", "cannot be read"),
        (b"MThd" + bytes(MAX_FILE_BYTES), "8 MB"),
        (daw_file(mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=9)), "no tempo"),
        (daw_file(*[mido.MetaMessage("set_tempo", tempo=n + 1, time=1) for n in range(MAX_STEPS + 1)]), "more than"),
    ],
)  # fmt: skip
def test_refused(data: bytes, reason: str) -> None:
    with pytest.raises(BadMidi, match=reason) as error:
        read_timing(data, "map.mid")
    assert error.value.message.startswith("map.mid ")
    assert ":" in error.value.message


MAP = daw_file(
    mido.MetaMessage("time_signature", numerator=3, denominator=4),
    mido.MetaMessage("set_tempo", tempo=500_000),
    mido.MetaMessage("marker", text="Verse", time=960),
)


@given(st.lists(st.tuples(st.integers(0, len(MAP) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(MAP)))
@settings(deadline=None, max_examples=200)
def test_altered_maps_are_read_or_refused(changes: list[tuple[int, int]], size: int) -> None:
    data = bytearray(MAP)
    for at, value in changes:
        data[at] = value
    for found in (bytes(data), bytes(data[:size])):
        try:
            timing = read_timing(found)
        except BadMidi:
            continue
        assert timing.tempo[0][0] == timing.metres[0][0] == 0.0
        assert all(bpm > 0 for _, bpm in timing.tempo)
        places = [place for place, _ in timing.tempo]
        assert places == sorted(places)


def test_the_frame_of_a_take(tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(
        daw_file(
            mido.MetaMessage("time_signature", numerator=6, denominator=8),
            mido.MetaMessage("key_signature", key="F#m"),
            mido.MetaMessage("set_tempo", tempo=500_000),
            mido.MetaMessage("set_tempo", tempo=400_000, time=960 * 6),
            mido.MetaMessage("marker", text="Verse"),
            mido.MetaMessage("end_of_track", time=960 * 5),
        )
    )
    assert read_frame(path) == Frame(((0.0, 120.0), (6.0, 150.0)), ((6.0, "Verse"),), bars=4, metre=(6, 8), key="F#m")
    with pytest.raises(BadMidi, match="cannot be read"):
        read_frame(tmp_path / "none.mid")


def test_what_a_take_cannot_follow_is_said() -> None:
    changing = Timing(((0.0, 90.0),), ((0.0, 4, 4), (8.0, 7, 8)), ((0.0, 0, 0), (4.0, 1, 0)), length=4 * 200.0)
    frame = frame_of(changing)
    assert (frame.metre, frame.bars, frame.key) == ((4, 4), MAX_BARS, "C")
    assert len(frame.left_out) == 3
    assert "7/8" in frame.left_out[0]
    odd = frame_of(Timing(((0.0, 90.0),), ((0.0, 5, 4),), length=40.0))
    assert (odd.metre, odd.bars) == (None, None)
    assert "5/4 is none of 4/4, 3/4, 2/4, 6/8" in odd.left_out[0]


def test_a_file_that_is_only_a_tempo_says_nothing_of_bars() -> None:
    frame = frame_of(Timing(((0.0, 90.0),), ((0.0, 4, 4),)))
    assert (frame.bars, frame.metre, frame.key, frame.left_out) == (None, (4, 4), "", ())


@pytest.mark.parametrize("minor", [0, 1])
@pytest.mark.parametrize("sharps", range(-7, 8))
def test_keys_are_named_as_they_are_signed(sharps: int, minor: int) -> None:
    frame = frame_of(Timing(((0.0, 90.0),), ((0.0, 4, 4),), ((0.0, sharps, minor),)))
    signed, mode = key_signature(frame.key)
    assert (signed - sharps) % 12 == 0
    assert mode == minor
