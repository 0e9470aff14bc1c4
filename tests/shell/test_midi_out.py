"""Notes for other instruments, to a port that keeps what it is sent."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from generators.artifacts import Score, Track
from generators.errors import BadInput, MissingDependency
from studio import midi_out
from studio.midi_out import NOTE_OFF, NOTE_ON, MidiPlayer, channels_of, note_messages, open_port, port_names

PIANO_AND_DRUMS = (Track("Piano", 0), Track("Violin", 40), Track("Drums", 0, True))


class FakePort:
    def __init__(self) -> None:
        self.sent: list[tuple[float, tuple[int, ...]]] = []
        self.closed = False
        self.broken = False

    def send(self, message: Sequence[int]) -> None:
        if self.broken:
            raise OSError("unplugged")
        self.sent.append((time.monotonic(), tuple(message)))

    def close(self) -> None:
        self.closed = True

    def notes(self) -> list[tuple[int, ...]]:
        return [message for _, message in self.sent if message[0] & 0xF0 in (NOTE_ON, NOTE_OFF)]

    def hanging(self) -> set[tuple[int, int]]:
        on: set[tuple[int, int]] = set()
        for message in self.notes():
            key = (message[0] & 0x0F, message[1])
            on.add(key) if message[0] & 0xF0 == NOTE_ON else on.discard(key)
        return on


def scale(count: int = 8, step: int = 48, length: int | None = None) -> Score:
    """Notes a twentieth of a second apart, from track to track."""
    return Score(
        [index * step for index in range(count)],
        [length or step] * count,
        [60 + index for index in range(count)],
        [80] * count,
        [index % 3 for index in range(count)],
        tracks=PIANO_AND_DRUMS,
        length=count * step,
    )


def until(ready: Callable[[], bool], limit_s: float = 3.0) -> None:
    end_s = time.monotonic() + limit_s
    while not ready():
        assert time.monotonic() < end_s
        time.sleep(0.002)


@pytest.fixture
def port() -> FakePort:
    return FakePort()


@pytest.fixture
def player(port: FakePort) -> Iterator[MidiPlayer]:
    player = MidiPlayer(port)
    yield player
    player.close()
    assert port.closed
    assert not any(thread.name == "midi-out" for thread in threading.enumerate())


def test_drums_get_the_tenth_channel_and_melodies_all_others() -> None:
    many = tuple(Track(str(number), number % 128, number == 3) for number in range(20))
    score = Score([0], [10], [60], [80], [0], tracks=many)
    channels = channels_of(score)
    assert channels[:5] == [0, 1, 2, 9, 3]
    assert 9 not in channels[4:]
    assert channels[16:] == [0, 1, 2, 3]


def test_notes_end_before_others_begin() -> None:
    score = Score([0, 480], [480, 480], [60, 60], [80, 90], [0, 0])
    assert [message[0] for _, _, message in note_messages(score)] == [NOTE_ON, NOTE_OFF, NOTE_ON, NOTE_OFF]


def test_a_score_is_sent_with_its_programs_in_time(port: FakePort, player: MidiPlayer) -> None:
    score = scale()
    player.load("a", score, growing=False)
    began_s = time.monotonic()
    player.start(0.0, 1.0, None)
    until(lambda: len(port.notes()) == 16)
    first = [message for _, message in port.sent[:5]]
    assert (0xC0, 0) in first
    assert (0xC1, 40) in first
    assert all(message[0] != 0xC9 for message in first)
    assert [message for message in port.notes() if message[0] & 0xF0 == NOTE_ON] == [
        (NOTE_ON | (0, 1, 9)[index % 3], 60 + index, 80) for index in range(8)
    ]
    onsets = [at - began_s for at, message in port.sent if message[0] & 0xF0 == NOTE_ON]
    assert onsets == pytest.approx([index * 0.05 for index in range(8)], abs=0.04)
    assert port.hanging() == set()


def test_stop_ends_what_sounds_and_panic_everything(port: FakePort, player: MidiPlayer) -> None:
    player.load("a", scale(length=4800), growing=False)
    player.start(0.0, 1.0, None)
    until(lambda: len(port.hanging()) >= 2)
    assert player.heard() is not None
    player.stop()
    assert port.hanging() == set()
    assert player.heard() is None
    sent = len(port.sent)
    time.sleep(0.12)
    assert len(port.sent) == sent
    player.panic()
    assert {message[:2] for _, message in port.sent[sent:]} == {
        (0xB0 | channel, control) for channel in range(16) for control in (120, 123)
    }


def test_a_start_in_the_middle_at_half_the_tempo(port: FakePort, player: MidiPlayer) -> None:
    player.load("a", scale(), growing=False)
    player.start(0.2, 0.5, None)
    until(lambda: len(port.notes()) >= 4)
    place = player.heard()
    assert place is not None
    assert port.notes()[0] == (NOTE_ON | 1, 64, 80)
    assert place.key == "a"
    onsets = [at for at, message in port.sent if message[0] & 0xF0 == NOTE_ON]
    assert onsets[1] - onsets[0] == pytest.approx(0.1, abs=0.04)


def test_a_loop_goes_round_and_loses_no_time(port: FakePort, player: MidiPlayer) -> None:
    player.load("a", scale(), growing=False)
    player.start(0.0, 1.0, (0.1, 0.2))
    until(lambda: [message for message in port.notes() if message[:2] == (NOTE_ON | 2 + 7, 62)].__len__() >= 5)
    rounds = [at for at, message in port.sent if message == (NOTE_ON | 9, 62, 80)]
    assert rounds[4] - rounds[0] == pytest.approx(0.4, abs=0.04)
    assert all(message[1] < 64 for message in port.notes())


def test_a_muted_track_is_not_sent_and_a_level_is_a_volume(port: FakePort, player: MidiPlayer) -> None:
    player.load("a", scale(), growing=False)
    player.set_levels({0: 0.0, 1: 0.5, 2: 1.0})
    player.start(0.0, 1.0, None)
    until(lambda: len(port.notes()) == 10)
    assert all(message[0] & 0x0F != 0 for message in port.notes())
    assert (0xB1, 7, 50) in [message for _, message in port.sent]
    assert (0xB9, 7, 100) in [message for _, message in port.sent]


def test_a_piece_that_grows_is_waited_for_and_goes_on(port: FakePort, player: MidiPlayer) -> None:
    player.load("a", scale(2), growing=True)
    player.start(0.0, 1.0, None)
    until(lambda: len(port.notes()) == 4)
    time.sleep(0.1)
    place = player.heard()
    assert place is not None
    assert not place.moving
    assert place.position_s == pytest.approx(0.1)
    player.load("a", scale(4), growing=False)
    until(lambda: len(port.notes()) == 8)
    assert [message[1] for message in port.notes() if message[0] & 0xF0 == NOTE_ON] == [60, 61, 62, 63]


def test_a_port_that_is_pulled_out_is_told_once(port: FakePort) -> None:
    told: list[str] = []
    player = MidiPlayer(port, told.append)
    player.load("a", scale(), growing=False)
    port.broken = True
    player.start(0.0, 1.0, None)
    until(lambda: bool(told))
    player.close()
    assert len(told) == 1
    assert "unplugged" in told[0]


def test_without_the_library_or_midi_in_the_system_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    with pytest.raises(MissingDependency, match="python-rtmidi"):
        port_names()


class FakeRtMidi:
    """As much of python-rtmidi as is used."""

    class RtMidiError(Exception):
        pass

    ports = ("Synth 128:0", "Midi Through 14:0")
    opened: int | None = None
    fails = False

    class MidiOut:
        def __init__(self, name: str) -> None:
            if FakeRtMidi.fails:
                raise FakeRtMidi.RtMidiError("no sequencer")

        def get_ports(self) -> list[str]:
            return list(FakeRtMidi.ports)

        def open_port(self, place: int) -> None:
            if place == 1:
                raise FakeRtMidi.RtMidiError("busy")
            FakeRtMidi.opened = place

        def send_message(self, message: list[int]) -> None:
            FakeRtMidi.sent = message

        def close_port(self) -> None:
            FakeRtMidi.opened = None

        def delete(self) -> None:
            pass


def test_ports_are_found_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", FakeRtMidi)
    assert port_names() == FakeRtMidi.ports
    found = open_port("Synth 20:0")  # it had another number yesterday
    assert FakeRtMidi.opened == 0
    found.send((0x90, 60, 80))
    assert FakeRtMidi.sent == [0x90, 60, 80]
    found.close()
    with pytest.raises(BadInput, match="is not there"):
        open_port("Keyboard")
    with pytest.raises(BadInput, match="did not open"):
        open_port("Midi Through 14:0")
    monkeypatch.setattr(FakeRtMidi, "fails", True)
    with pytest.raises(MissingDependency, match="no MIDI"):
        midi_out.port_names()
