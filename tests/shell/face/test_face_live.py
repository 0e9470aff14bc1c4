"""What is seen is sent to an avatar, and so is the microphone, by a process that is told what is felt."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from face_hands import Face
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QMenu

from generators.affect import AffectPoint
from generators.errors import BadRequest
from generators.face.request import FeelingKey
from studio.face_lines import Ask
from studio.panels.face.keying import felt_now
from studio.panels.face.live import address_of
from studio.panels.face.microphone import live_command


@pytest.fixture
def avatar() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(30)
        yield listening


def _choose(face: Face, words: str) -> None:
    face.panel.middle.live.click()
    menu = face.panel.middle.live.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if words in action.text()).trigger()
    menu.close()


def _empty(avatar: socket.socket) -> None:
    avatar.setblocking(False)
    while True:
        try:
            avatar.recv(65_536)
        except BlockingIOError:
            return


def test_each_shown_frame_is_sent_while_it_is_live(spoken: Face, avatar: socket.socket) -> None:
    spoken.studio.answers.words = f"127.0.0.1:{avatar.getsockname()[1]}"
    _choose(spoken, "What you see")
    assert spoken.panel.live.is_on
    assert spoken.panel.middle.live.isChecked()
    spoken.studio.shell.playback.seek(0.5)
    packet = avatar.recv(65_536)
    assert b"/VMC/Ext/Blend/Val" in packet
    assert b"jawOpen" in packet or b"JawOpen" in packet
    spoken.panel.middle.live.click()
    assert not spoken.panel.live.is_on
    assert not spoken.panel.middle.live.isChecked()
    _empty(avatar)
    spoken.studio.shell.playback.seek(0.7)
    with pytest.raises(BlockingIOError):
        avatar.recv(65_536)


def test_no_address_switches_nothing_on(spoken: Face) -> None:
    for source in ("What you see", "The microphone"):
        spoken.studio.answers.words = None
        _choose(spoken, source)
        assert not spoken.panel.middle.live.isChecked()
        spoken.studio.answers.words = "here:and there"
        _choose(spoken, source)
        assert not spoken.panel.live.is_on
        assert not spoken.panel.middle.live.isChecked()
        assert "is no address" in spoken.message


def test_addresses_in_their_forms() -> None:
    assert address_of("10.0.0.7:1234") == ("10.0.0.7", 1234)
    assert address_of(" studio ") == ("studio", 39_539)
    assert address_of("5000") == ("127.0.0.1", 5000)
    for text in ("", "host:0", "host:70000", "a:b"):
        with pytest.raises(BadRequest, match="no address"):
            address_of(text)


# -- the microphone ----------------------------------------------------------------------------------------------------


def test_a_voice_moves_the_avatar_until_it_is_switched_off(
    spoken: Face, make_voice: Callable[..., Path], avatar: socket.socket
) -> None:
    """The verb itself, with a recording in place of the microphone."""
    voice = make_voice("long.wav", seconds=60.0)

    def command(host: str, port: int) -> list[str]:
        words = live_command(host, port)
        words[words.index("--microphone")] = str(voice)
        return words

    microphone = spoken.panel.live.microphone
    microphone._command = command
    spoken.studio.answers.words = f"127.0.0.1:{avatar.getsockname()[1]}"
    _choose(spoken, "The microphone")
    assert spoken.panel.middle.live.isChecked()
    assert "Opening the microphone" in spoken.message
    spoken.until(lambda: "ms after its sound" in spoken.message)
    assert b"/VMC/Ext/Blend/Val" in avatar.recv(65_536)
    process = microphone.findChild(QProcess)
    assert process is not None
    ended: list[tuple[object, ...]] = []
    process.finished.connect(lambda *how: ended.append(how))
    spoken.panel.middle.live.click()
    assert not spoken.panel.middle.live.isChecked()
    spoken.until(lambda: bool(ended))
    assert ended == [(0, QProcess.ExitStatus.NormalExit)]
    assert "closed" in spoken.message


LISTENER = "import sys; open(sys.argv[1], 'w').writelines(iter(sys.stdin.readline, ''))"


def _listening(face: Face, path: Path) -> None:
    """Switch on a process that only writes down what it is told, until it is told no more."""
    face.panel.live.microphone._command = lambda _host, _port: [sys.executable, "-c", LISTENER, str(path)]
    face.studio.answers.words = "127.0.0.1"
    face.panel.live.toggle_microphone(None)


def test_the_pad_leads_it(spoken: Face, tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl"
    _listening(spoken, told)
    spoken.panel.left.feeling.pointEdited.emit(AffectPoint(-0.5, 0.25, 0.0))
    spoken.studio.qtbot.wait(200)
    spoken.panel.change("intensity", intensity=1.5)
    spoken.studio.qtbot.wait(200)
    spoken.panel.live.toggle_microphone(None)
    spoken.until(told.exists)
    spoken.until(lambda: "stop" in told.read_text())
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    assert lines[0] == {"affect": [0.6, 0.55, 0.2], "intensity": 1.0}
    assert {"affect": [-0.5, 0.25, 0.0], "intensity": 1.0} in lines
    assert lines[-2]["intensity"] == 1.5
    assert lines[-1] == {"stop": True}


def test_what_is_felt_now_is_what_the_controls_show() -> None:
    mixture = Ask(mode="mixture", feelings=(FeelingKey(0.0, {"happy": 0.5}),), intensity=0.8)
    assert felt_now(mixture, None, None, 3.0) == {"feeling": {"happy": 0.5}, "intensity": 0.8}


def test_it_ends_with_the_window(spoken: Face, tmp_path: Path) -> None:
    _listening(spoken, tmp_path / "told.jsonl")
    process = spoken.panel.live.microphone.findChild(QProcess)
    assert process is not None
    assert process.waitForStarted()
    spoken.panel.close()
    assert process.state() == QProcess.ProcessState.NotRunning
    assert not spoken.panel.live.is_on


def test_without_a_microphone_it_is_said(spoken: Face) -> None:
    microphone = spoken.panel.live.microphone
    words = "There is no microphone on this machine: connect one, or choose another."
    script = f"import sys; print('ALSA noise', file=sys.stderr); sys.stderr.write({json.dumps({'message': words})!r})"
    microphone._command = lambda _host, _port: [sys.executable, "-c", f"{script}; sys.exit(2)"]
    spoken.studio.answers.words = "127.0.0.1"
    _choose(spoken, "The microphone")
    spoken.until(lambda: not spoken.panel.live.is_on)
    assert spoken.message == words
    assert not spoken.panel.middle.live.isChecked()
    microphone._command = lambda _host, _port: ["/nowhere/at/all"]
    spoken.panel.live.toggle_microphone(None)
    spoken.until(lambda: "did not start" in spoken.message)
    microphone._command = lambda _host, _port: [sys.executable, "-c", "raise SystemExit(3)"]
    spoken.panel.live.toggle_microphone(None)
    spoken.until(lambda: "press Live to begin again" in spoken.message)
