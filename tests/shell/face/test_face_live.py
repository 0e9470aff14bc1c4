"""What is seen is sent to an avatar."""

from __future__ import annotations

import socket

import pytest
from face_hands import Face

from generators.errors import BadRequest
from studio.panels.face.live import address_of


def test_each_shown_frame_is_sent_while_it_is_live(spoken: Face) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as avatar:
        avatar.bind(("127.0.0.1", 0))
        avatar.settimeout(10)
        spoken.studio.answers.words = f"127.0.0.1:{avatar.getsockname()[1]}"
        spoken.panel.middle.live.click()
        assert spoken.panel.live.is_on
        assert spoken.panel.middle.live.isChecked()
        spoken.studio.shell.playback.seek(0.5)
        packet = avatar.recv(65_536)
        assert b"/VMC/Ext/Blend/Val" in packet
        assert b"jawOpen" in packet or b"JawOpen" in packet
        spoken.panel.middle.live.click()
        assert not spoken.panel.live.is_on
        avatar.setblocking(False)
        while True:
            try:
                avatar.recv(65_536)
            except BlockingIOError:
                break
        spoken.studio.shell.playback.seek(0.7)
        with pytest.raises(BlockingIOError):
            avatar.recv(65_536)


def test_no_address_switches_nothing_on(spoken: Face) -> None:
    spoken.studio.answers.words = None
    spoken.panel.middle.live.click()
    assert not spoken.panel.middle.live.isChecked()
    spoken.studio.answers.words = "here:and there"
    spoken.panel.middle.live.click()
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
