"""Projects with a scene, for the tests of `render scene`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
import soundfile

from generators import artifacts
from generators.affect import emotion_named
from generators.compass.request import Making, RenderRequest
from generators.music.request import ComposeRequest
from generators.scene.request import Cue, Scene, SceneFilm, SceneMusic, ScenePictures, SceneVoice
from generators.scene.timeline import SceneKey, Timeline
from studio.document import AddTakes, Document, SetPanelState, Take

LETTERS = Path(__file__).resolve().parents[2] / "assets" / "samples" / "letters.flac"
CALM, ANGRY = emotion_named("calm").point, emotion_named("angry").point


def spoken(folder: Path, duration_s: float = 1.5) -> Path:
    """The first words of the sample as a file of their own."""
    samples, rate_hz = soundfile.read(LETTERS, dtype="float32", frames=round(duration_s * 16_000))
    path = folder / "words.flac"
    soundfile.write(path, samples, rate_hz)
    return path


def short_scene(voice: Path) -> Scene:
    """Two seconds with all three rooms."""
    info = soundfile.info(voice)
    return Scene(
        title="Two seconds",
        asked_s=2.0,
        voice=SceneVoice(artifacts.digest(voice.read_bytes()), voice.name, info.duration, 0.2),
        timeline=Timeline((SceneKey(0.0, CALM), SceneKey(1.2, ANGRY, {"angry": 0.8}))),
        cues=(Cue(1.2, "turns", "beat"),),
        music=SceneMusic(base=ComposeRequest(seed=3, tries=1)),
        pictures=ScenePictures(base=RenderRequest(making=Making(steps=4)), seeds=(1, 2), pictures_per_s=2.0),
        film=SceneFilm(size="960x540", layout="pictures"),
        formats=("midi", "wav", "stems-wav", "json", "csv"),
    )


def make_project(
    path: Path, scene: Scene | None, files: Iterable[Path] = (), takes: Iterable[tuple[Take, Path]] = ()
) -> Path:
    """A project in the file `path`, closed, with the scene and the files that it names."""
    document = Document.create(path)
    assets: dict[str, bytes | Path] = {artifacts.digest(file.read_bytes()): file for file in files}
    for take, file in takes:
        document.perform(AddTakes((take,)), {take.asset_sha256: file}).result()
    if scene is not None:
        state = msgspec.json.encode({"scene": scene}).decode()
        document.perform(SetPanelState("scene", state), assets).result()
    document.close()
    return path
