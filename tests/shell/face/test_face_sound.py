"""A voice is sound: it is heard with a MIDI port chosen, and a long recording plays from its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from face_hands import Face
from hypothesis import given, settings
from hypothesis import strategies as st
from window_hands import Ears, Studio

from generators.errors import BadSound
from studio import voices
from studio.disk_voice import DiskVoice
from studio.voices import samples_of


class SilentPort:
    def __init__(self) -> None:
        self.sent: list[tuple[int, ...]] = []

    def send(self, message: tuple[int, ...]) -> None:
        self.sent.append(tuple(message))

    def close(self) -> None:
        pass


@pytest.fixture
def heard(open_studio: Callable[..., Studio]) -> Face:
    studio = open_studio(ears=Ears(manual=True))
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("face"))
    return Face(studio)


def test_a_voice_is_heard_while_notes_go_to_a_port(heard: Face, make_voice: Callable[..., Path]) -> None:
    studio, port = heard.studio, SilentPort()
    studio.window.midi._open = lambda _name: port
    studio.window.midi.choose("Organ")
    studio.until(lambda: studio.shell.playback.midi is not None)
    heard.open(make_voice())
    assert studio.window.transport.output.text().startswith("Sound")
    assert studio.window.transport.volume.isEnabled()
    studio.shell.playback.play()
    heard.until(lambda: bool(studio.ears.started))
    assert float(np.abs(studio.ears.pull(22_050)).max()) > 0.1
    studio.shell.playback.pause()
    assert not [message for message in port.sent if message[0] & 0xF0 == 0x90]
    studio.window.show_panel(0)
    assert studio.window.transport.output.text().startswith("Organ")


def test_a_long_recording_plays_from_its_file(
    heard: Face, make_voice: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voices, "MAX_HELD_S", 2.0)
    heard.open(make_voice(seconds=4.0))
    playback, ears = heard.studio.shell.playback, heard.studio.ears
    playback.seek(2.5)
    playback.play()
    heard.until(lambda: bool(ears.started))
    first = ears.pull(44_100)
    assert float(np.abs(first).max()) > 0.1
    sounding = ears.sounding
    assert sounding is not None
    part = sounding.reading.parts[0]
    assert isinstance(part, DiskVoice)
    assert np.allclose(first[1_000:], part[round(2.5 * 44_100) + 1_000 : round(3.5 * 44_100)])
    heard.panel.close()
    assert not part[0:44_100].any() or part._file is None


@pytest.mark.parametrize(
    ("rate_hz", "name"), [(44_100, "a.wav"), (16_000, "a.flac"), (22_051, "a.wav"), (48_000, "a.ogg")]
)
def test_what_is_read_in_pieces_is_the_whole(rate_hz: int, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    noise = np.random.default_rng(0).normal(0, 0.1, (round(3.3 * rate_hz), 2)).astype(np.float32)
    soundfile.write(path, noise, rate_hz)
    whole = samples_of(path, 44_100)
    voice = DiskVoice(path, 44_100)
    assert len(voice) == len(whole)
    rng = np.random.default_rng(1)
    for begin in (0, *rng.integers(0, len(voice), 12).tolist(), len(voice) - 5):
        part = voice[begin : begin + 30_000]
        assert part.shape == (min(30_000, len(voice) - begin), 2)
        assert np.allclose(part, whole[begin : begin + 30_000], atol=2e-4)
    voice.close()
    assert not voice[40_000:40_001].size or np.isfinite(voice[40_000:40_001]).all()


@settings(max_examples=25, deadline=None)
@given(begin=st.integers(-5, 70_000), length=st.integers(0, 50_000))
def test_any_slice_is_that_of_the_array(begin: int, length: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "slices.wav"
    if not path.exists():
        soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 24_000).astype(np.float32), 16_000)
    whole = samples_of(path, 44_100)
    voice = DiskVoice(path, 44_100)
    assert np.allclose(voice[begin : begin + length], whole[begin : begin + length], atol=1e-5)


def test_what_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadSound, match="still there"):
        DiskVoice(tmp_path / "gone.wav", 44_100)
