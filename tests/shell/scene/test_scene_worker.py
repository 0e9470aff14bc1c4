"""The whole way in a window over a real worker with the shipped models: a voice, a feeling, a scene, its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scene_hands import ANGRY, CALM, Stage
from window_hands import Ears, Studio

from generators.engine.local import LocalEngine
from generators.engine.requests import decode_request
from generators.music.request import ComposeRequest
from studio.panels.scene.keying import changed
from studio.panels.scene.parts import with_room

PATIENCE_MS = 240_000


@pytest.mark.timeout(300)
def test_two_seconds_of_everything(
    open_studio: Callable[..., Studio], make_voice: Callable[..., Path], tmp_path: Path
) -> None:
    studio = open_studio(ears=Ears(), make_engine=LocalEngine)
    studio.shell.context.uses.show("scene")
    stage = Stage(studio)
    stage.patience_ms = PATIENCE_MS
    stage.open(make_voice())
    assert {push.axis for push in stage.scene.pictures.pushes} == {"valence", "arousal"}
    stage.feel(CALM, ANGRY)
    stage.panel.commit(with_room(changed(stage.scene, formats=("midi", "json")), "pictures", pictures_per_s=1.0))
    stage.settle()
    stage.make()
    assert stage.message == ""
    assert stage.panel.parts.due() == ()
    asked = decode_request(stage.takes("music")[0].request)
    assert isinstance(asked, ComposeRequest)
    stage.until(lambda: studio.shell.playback.sounding is not None and len(stage.panel.hearing.levels) > 0)
    stage.until(lambda: len(stage.panel.middle.frame.picture.pictures) == 3)
    images = stage.panel.middle.frame.picture.pictures
    assert images[0] != images[-1]  # the feeling moves them
    # what is drawn and filmed is tested where it is made
    stage.panel.commit(with_room(with_room(stage.scene, "pictures", off=True), "face", off=True))
    folder = tmp_path / "scene"
    stage.panel.output.write(stage.scene, folder)
    stage.until(lambda: "was written" in stage.message)
    assert {"music.mid", "mix.wav", "voice.wav"} <= {path.name for path in folder.iterdir()}
    sound, rate = soundfile.read(folder / "mix.wav")
    assert len(sound) == round(stage.scene.duration_s * rate)
    assert float(np.abs(sound).max()) > 0.01
