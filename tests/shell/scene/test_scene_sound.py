"""The scene on the one transport: sound, head and picture in step, whatever of it is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scene_hands import ANGRY, CALM, Stage
from window_hands import Ears, Studio

from generators.face.actions import NAMES
from generators.scene.request import MixRequest
from generators.scene.timeline import Timeline
from studio.panels.scene.keying import changed
from studio.panels.scene.parts import with_room
from studio.widgets.picture_screen import laid, place_in


@pytest.fixture
def heard(open_studio: Callable[..., Studio], make_voice: Callable[..., Path]) -> Stage:
    """A scene with a voice, on a machine with a sound device."""
    studio = open_studio(ears=Ears())
    studio.shell.context.uses.show("scene")
    stage = Stage(studio)
    stage.panel.moving.sample = None
    stage.open(make_voice())
    stage.until(lambda: stage.studio.shell.playback.sounding is not None)
    return stage


def mixes(stage: Stage) -> list[MixRequest]:
    return [request for request in stage.asked if isinstance(request, MixRequest)]


def test_the_mix_is_heard_and_follows_what_is_made_and_how_loud_it_is(heard: Stage) -> None:
    playback, scene = heard.studio.shell.playback, heard.scene
    (first,) = mixes(heard)
    assert (first.score_sha256, first.voice_sha256) == ("", scene.voice.sha256)  # type: ignore[union-attr]  # it is there
    assert first.sample_rate_hz == playback.sample_rate_hz
    assert playback.length_s == scene.duration_s
    assert len(heard.panel.timeline.levels) > 100
    heard.feel(CALM, ANGRY)
    playback.seek(1.0)
    heard.panel.make_room("music")
    heard.until(lambda: bool(heard.scene.music.take) and playback.sounding is not None)
    assert mixes(heard)[-1].score_sha256 == heard.takes("music")[0].asset_sha256
    assert playback.position_s == pytest.approx(1.0)  # a new take does not lose the place
    heard.panel.commit(with_room(heard.scene, "music", level_db=-20.0))
    heard.until(lambda: mixes(heard)[-1].music_db == -20.0 and playback.sounding is not None)
    heard.panel.commit(with_room(heard.scene, "music", off=True))
    heard.until(lambda: mixes(heard)[-1].score_sha256 == "" or playback.sounding is not None)
    playback.play()
    heard.until(lambda: playback.playing and playback.position_s > 1.05)
    other = heard.studio.window.panels[1]
    heard.studio.shell.context.uses.show(other.key)
    assert not heard.panel.hearing.is_on_transport
    heard.studio.shell.context.uses.show("scene")
    assert heard.panel.hearing.is_on_transport


def test_silent_pictures_run_on_the_same_clock(heard: Stage) -> None:
    heard.panel.voicing.remove()
    heard.panel.commit(changed(with_room(heard.scene, "music", off=True), asked_s=2.0, timeline=Timeline()))
    heard.settle()
    playback = heard.studio.shell.playback
    assert playback.key == heard.panel.hearing.key
    playback.play()
    heard.until(lambda: playback.position_s > 0.05)
    assert not np.abs(heard.studio.ears.samples).any()


def test_head_and_picture_follow_the_transport(made: Stage) -> None:
    frame, playback = made.panel.middle.frame, made.studio.shell.playback
    made.until(lambda: made.panel.visuals.curves is not None and len(frame.picture.pictures) == 5)
    curves = made.panel.visuals.curves
    assert curves is not None
    playback.seek(1.5)
    row = dict(zip(NAMES, curves.values[int(1.5 * curves.frame_rate_hz)].tolist(), strict=True))
    assert frame.head.values == pytest.approx(row)
    assert not made.panel.middle.timeline.frames.isHidden()
    assert made.panel.middle.timeline.view.duration_s == made.scene.duration_s


def test_pictures_melt_into_each_other_and_lie_as_in_the_film() -> None:
    from PySide6.QtCore import QRectF, QSize

    assert place_in(0.0, 2.0, 9) == (0, 1, 0.0)
    assert place_in(2.0, 2.0, 9) == (7, 8, 1.0)
    assert place_in(0.375, 2.0, 9) == (1, 2, 0.5)
    assert place_in(1.0, 2.0, 1) == (0, 0, 0.0)
    box = QRectF(0, 0, 320, 180)
    inner, part = laid(QSize(100, 100), box)
    assert (inner, part) == (QRectF(70, 0, 180, 180), QRectF(0, 0, 100, 100))
    inner, part = laid(QSize(160, 100), box)
    assert inner == box
    assert part.height() == pytest.approx(90.0)
